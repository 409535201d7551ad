"""Things that go wrong around a batch, made to happen: the command, its code, its sentence.

Each fault happens to a folder in which a report stands; afterwards that report must be there
to the byte, and a batch without the fault must come to its end.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
OTHER = ROOT / "params" / "2021" / "市中区工业和信息化局.yaml"
_FAST = ("--fonts", "packaged", "--formats", "html", "--jobs", "1")
_YEAR = "out/2023"


def _build(*sources: str) -> tuple[str, ...]:
    return ("build", *(sources or ("in",)), "--out", "out", *_FAST)


@dataclass(frozen=True)
class Fault:
    """A fault: how it is made, when it happens, what is then run, its code and its sentence."""

    name: str
    moment: str
    make: Callable[[Path], object]
    code: int
    says: str
    command: tuple[str, ...] = _build()
    environment: Mapping[str, str] | None = None
    before: Callable[[], None] | None = None
    kept: bool = True


def _write(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def _notebook(source: str) -> Callable[[Path], object]:
    """Another master notebook whose last cell is ``source``."""

    def make(folder: Path) -> None:
        import nbformat

        made = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", 4)
        made.cells.append(nbformat.v4.new_code_cell(source))
        nbformat.write(made, folder / "n.ipynb")

    return make


def _nothing(_: Path) -> None:
    """The fault is in the environment or the limits."""


def _changed(folder: Path) -> None:
    """The source says something else, so that the report is to be made again."""
    file = folder / "in" / SOURCE.name
    file.write_text(file.read_text(encoding="utf-8") + "\n# 改\n", encoding="utf-8")


def _full() -> None:
    """No file may grow beyond a few kilobytes: what a full disk does to a process."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


_MADE = (*_build(), "--notebook", "n.ipynb")
FAULTS = (
    Fault(
        "成品文件夹的位置被文件占着",
        "开始时",
        _write("taken", b"x"),
        3,
        "读写文件不成功",
        ("build", "in", "--out", "taken", *_FAST),
    ),
    Fault(
        "文件写不下去（大小限制代替磁盘写满）",
        "生成时",
        _changed,
        3,
        "读写文件不成功",
        before=_full,
    ),
    Fault("来源不见了", "开始时", _nothing, 2, "没有这个文件或文件夹", _build("in", "gone.yaml")),
    Fault(
        "来源不是普通文件", "开始时", lambda f: os.mkfifo(f / "in" / "pipe.yaml"), 2, "不是普通文件"
    ),
    Fault(
        "来源是断掉的链接",
        "读来源时",
        lambda f: (f / "in" / "x.yaml").symlink_to("gone"),
        2,
        "没有这个文件或文件夹",
    ),
    Fault(
        "清单损坏", "开始时", _write(f"{_YEAR}/manifest.json", b"{"), 2, "文件已损坏", kept=False
    ),
    Fault(
        "清单里嵌套无尽",
        "开始时",
        _write(f"{_YEAR}/manifest.json", b"[" * 200_000),
        2,
        "文件已损坏",
        kept=False,
    ),
    Fault(
        "清单指向外面的文件夹",
        "核对成品时",
        _write(
            f"{_YEAR}/manifest.json",
            b'{"reports": [{"agency": "a", "year": 2023, "format": "2021", "state": "done", '
            b'"source_sha256": "", "folder": "../..", "files": {"report.ipynb": ""}}]}',
        ),
        2,
        "文件已损坏",
        ("verify", "out"),
        kept=False,
    ),
    Fault(
        "进度记录损坏",
        "开始时",
        _write(f"{_YEAR}/.journal", b'1\n{"entry": 2}\n\xff\n'),
        0,
        "1 份已生成",
    ),
    Fault(
        "笔记本进程中止", "生成时", _notebook("import os; os._exit(9)"), 3, "进程意外中止", _MADE
    ),
    Fault("笔记本出错", "生成时", _notebook("1 / 0"), 3, "ZeroDivisionError", _MADE),
    Fault(
        "设置文件括号无尽",
        "开始时",
        _write("nianbao.toml", b"a = " + b"[" * 100_000),
        2,
        "不是设置文件",
    ),
    Fault(
        "设置文件数字过长",
        "开始时",
        _write("nianbao.toml", b"a = " + b"9" * 9999),
        2,
        "不是设置文件",
    ),
    Fault(
        "来源文件的时间是 1985 年",
        "生成时",
        lambda f: (_changed(f), os.utime(f / "in" / SOURCE.name, (5e8, 5e8))),
        0,
        "1 份已生成",
        kept=False,
    ),
    Fault("C 语言环境", "全程", _changed, 0, "1 份已生成", environment={"LC_ALL": "C"}, kept=False),
    Fault(
        "文件名编码只有 ASCII",
        "全程",
        _changed,
        3,
        "PYTHONUTF8=1",
        environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ),
    Fault(
        "GBK 控制台",
        "全程",
        _nothing,
        0,
        "1 份已生成",
        environment={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
    ),
    Fault(
        "没有公文字体",
        "生成时",
        _changed,
        3,
        "字体",
        ("build", "in", "--out", "out", "--fonts", "official", "--formats", "pdf"),
        environment={"NIANBAO_FONTS": "/nonexistent"},
    ),
)
"""Every fault that is made to happen."""


@contextmanager
def _standing() -> Iterator[Path]:
    """A folder with a source and the report made from it."""
    with TemporaryDirectory(prefix="nianbao-") as name:
        folder = Path(name).resolve()
        (folder / "in").mkdir()
        shutil.copy(SOURCE, folder / "in")
        yield folder


def nianbao(folder: Path, command: tuple[str, ...], fault: Fault | None = None) -> tuple[int, str]:
    """Run a command in a process of its own; its exit code and all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "helpers.cli", *command],
        cwd=folder,
        capture_output=True,
        env={**os.environ, **((fault and fault.environment) or {})},
        preexec_fn=fault.before if fault else None,
        timeout=120,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def try_fault(fault: Fault, made: Path) -> str:
    """What was not as it should be when the fault happened, "" where all was.

    ``made`` is an outputs folder made from the source, which is copied.
    """
    with _standing() as folder:
        shutil.copytree(made, folder / "out")
        fault.make(folder)
        before = _contents(folder / "out")
        code, said = nianbao(folder, fault.command, fault)
        if code != fault.code or fault.says not in said:
            return f"退出码 {code}：{said[-600:]}"
        if "Traceback" in said:
            return said[-600:]
        lost = [n for n, c in before.items() if (folder / "out" / n).read_bytes() != c]
        return f"变了：{lost}" if fault.kept and lost else ""


def _contents(out: Path) -> dict[Path, bytes]:
    files = (f for f in out.rglob("report.*") if f.is_file())
    return {file.relative_to(out): file.read_bytes() for file in files}


def tried_faults() -> list[tuple[Fault, str]]:
    """Every fault made to happen, with what was wrong."""
    with _standing() as folder:
        code, said = nianbao(folder, _build())
        if code:
            raise RuntimeError(said)
        return [(fault, try_fault(fault, folder / "out")) for fault in FAULTS]
