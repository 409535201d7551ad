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
WRONG = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
OTHER = ROOT / "params" / "2021" / "市中区工业和信息化局.yaml"
_FAST = ("--fonts", "packaged", "--formats", "html", "--jobs", "1")
_YEAR = "out/2023"


def _build(*sources: str) -> tuple[str, ...]:
    return ("build", *(sources or ("in",)), "--out", "out", *_FAST)


@dataclass(frozen=True)
class Fault:
    """A fault: how it is made, when it happens, what is then run, its code and its sentence.

    ``kept``: what stood before is there afterwards to the byte. ``around`` is a program that
    runs the command, which not every machine has or allows.
    """

    name: str
    moment: str
    make: Callable[[Path], object]
    code: int
    says: str
    command: tuple[str, ...] = _build()
    environment: Mapping[str, str] | None = None
    before: Callable[[], None] | None = None
    kept: bool = True
    around: tuple[str, ...] = ()


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


def _small_disk(place: str) -> tuple[str, ...]:
    """Run a command where a folder is a disk with room for what is there and 8 kB more.

    The disk is gone afterwards, so that it is looked at here whether anything was lost.
    """
    script = """set -e
    cp -r "$0" "$0.was"
    mount -t tmpfs -o size=$(( $(du -sk "$0" | cut -f1) + 8 ))k tmpfs "$0"
    cp -r "$0.was/." "$0"
    code=0; "$@" || code=$?
    (cd "$0.was"; find . -type f -name 'report.*' -o -type f -name 'old*') > "$0.list"
    while read -r f; do cmp "$0.was/$f" "$0/$f"; done < "$0.list"
    exit $code"""
    return ("unshare", "-rm", "sh", "-c", script, place)


_NO_PRIVILEGES = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    if hasattr(os, "geteuid") and os.geteuid() == 0
    else ()
)
"""What takes from root the right to read and write everything."""


def _closed(name: str, mode: int) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        _changed(folder)
        (folder / name).chmod(mode)

    return make


def _old(*names: str) -> Callable[[Path], object]:
    """Files that stand where a command is going to write."""

    def make(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"old")

    return make


def _two(folder: Path) -> None:
    """Two sources, and a notebook that takes the second one away while the first is made."""
    _changed(folder)
    shutil.copy(OTHER, folder / "in" / "zz.yaml")
    gone = (folder / "in" / "zz.yaml").as_posix()
    _notebook(f"import os\nif os.path.exists({gone!r}): os.remove({gone!r})")(folder)


def _clock(folder: Path) -> None:
    """A clock that runs backwards, ten minutes at each look, from a day ten years ago."""
    _changed(folder)
    (folder / "clock").mkdir()
    (folder / "clock" / "sitecustomize.py").write_text(
        "import itertools, time\nlooks, begun = itertools.count(), time.time() - 3e8\n"
        "time.time = lambda: begun - 600 * next(looks)\n"
        "time.time_ns = lambda: int(1e9 * time.time())\n",
        encoding="utf-8",
    )


def _without(*modules: str) -> Callable[[Path], object]:
    """Libraries that cannot be imported, as where they are not installed."""

    def make(folder: Path) -> None:
        (folder / "without").mkdir()
        text = f"import sys\nfor name in {modules!r}: sys.modules[name] = None\n"
        (folder / "without" / "sitecustomize.py").write_text(text, encoding="utf-8")

    return make


def _legacy(folder: Path) -> None:
    """A Word file of before 2007, which another program has to open."""
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    (folder / "in" / "旧.doc").write_bytes(ole + "WordDocument\0".encode("utf-16-le") + bytes(2000))


def _settings(text: str, source: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / "nianbao.toml").write_text(text, encoding="utf-8")
        _notebook(source)(folder)

    return make


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
    Fault(
        "磁盘真的满了",
        "生成时",
        _changed,
        3,
        "磁盘满了",
        around=_small_disk("out"),
    ),
    *(
        Fault(
            f"磁盘真的满了（nianbao {command[0]}）",
            "写出时",
            _old(f"full/{old}"),
            3,
            "磁盘满了",
            command,
            around=_small_disk("full"),
        )
        for old, command in (
            ("old.xlsx", ("form", "full/old.xlsx", "--year", "2023", "--force")),
            ("old.csv", ("figures", "in", "--out", "full/old.csv")),
            ("old.json", ("schema", "--out", "full/old.json")),
            ("old/x", ("dataset", "in", "--out", "full/old")),
            ("old/x", ("picture", "in", "--out", "full/old")),
            ("old/x", ("check", "wrong", "--sheets", "full/old")),
        )
    ),
    Fault(
        "成品文件夹只读",
        "生成时",
        _closed("out/2023", 0o555),
        3,
        "没有权限",
        around=_NO_PRIVILEGES,
    ),
    Fault(
        "来源没有读的权限",
        "读来源时",
        lambda f: (f / "in" / SOURCE.name).chmod(0),
        2,
        "没有权限",
        around=_NO_PRIVILEGES,
    ),
    Fault("来源在生成当中不见了", "生成时", _two, 0, "2 份已生成", _MADE, kept=False),
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
    Fault(
        "时钟倒走",
        "全程",
        _clock,
        0,
        "1 份已生成",
        environment={"PYTHONPATH": "clock"},
        kept=False,
    ),
    Fault(
        "成品的时间在将来",
        "开始时",
        lambda f: [os.utime(file, (4e9, 4e9)) for file in (f / _YEAR).rglob("*")],
        0,
        "1 份没有变化",
    ),
    Fault(
        "成品文件损坏",
        "核对成品时",
        lambda f: (f / _YEAR / "宿迁市人民政府" / "report.html").write_bytes(b"x"),
        3,
        "report.html",
        ("verify", "out", "--quick"),
    ),
    Fault(
        "没有装 pyarrow",
        "写数据包时",
        _without("pyarrow"),
        0,
        "没有安装 pyarrow",
        ("dataset", "in", "--out", "data"),
        environment={"PYTHONPATH": "without"},
    ),
    Fault(
        "没有装 Dask",
        "开始时",
        lambda f: (_changed(f), _without("distributed")(f)),
        2,
        "要先安装 Dask",
        ("build", "in", "--out", "out", "--formats", "html", "--scheduler", "tcp://127.0.0.1:9"),
        environment={"PYTHONPATH": "without"},
    ),
    Fault(
        "没有装 LibreOffice",
        "读来源时",
        _legacy,
        2,
        "需要安装 LibreOffice",
        environment={"PATH": "/nonexistent"},
    ),
    Fault(
        "笔记本没完没了",
        "生成时",
        _settings("[run]\nseconds = 3\n", "while True: pass"),
        3,
        "3 秒",
        _MADE,
    ),
    Fault(
        "笔记本吃光内存",
        "生成时",
        _settings("[run]\nmemory_mb = 300\n", "x = bytearray(3 * 10**9)"),
        3,
        "MemoryError",
        _MADE,
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
        for name, source in (("in", SOURCE), ("wrong", WRONG)):
            (folder / name).mkdir()
            shutil.copy(source, folder / name)
        yield folder


def nianbao(folder: Path, command: tuple[str, ...], fault: Fault | None = None) -> tuple[int, str]:
    """Run a command in a process of its own; its exit code and all that it said."""
    around = fault.around if fault else ()
    done = subprocess.run(
        [*around, sys.executable, "-m", "helpers.cli", *command],
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
        (folder / _YEAR).chmod(0o755)
        if code != fault.code or fault.says not in said:
            return f"退出码 {code}：{said[-600:]}"
        if "Traceback" in said:
            return said[-600:]
        lost = [n for n, c in before.items() if (folder / "out" / n).read_bytes() != c]
        return f"变了：{lost}" if fault.kept and lost else ""


def _contents(out: Path) -> dict[Path, bytes]:
    files = (f for f in out.rglob("report.*") if f.is_file())
    return {file.relative_to(out): file.read_bytes() for file in files}


def impossible(fault: Fault) -> bool:
    """Whether this machine has not, or does not allow, the program that makes a fault."""
    if not fault.around:
        return False
    try:
        trial = [*fault.around[: 2 if fault.around[0] == "unshare" else 3], "true"]
        return subprocess.run(trial, capture_output=True, check=False).returncode != 0
    except OSError:
        return True


def tried_faults() -> list[tuple[Fault, str]]:
    """Every fault that can be made to happen here, with what was wrong."""
    with _standing() as folder:
        code, said = nianbao(folder, _build())
        if code:
            raise RuntimeError(said)
        made = [fault for fault in FAULTS if not impossible(fault)]
        return [(fault, try_fault(fault, folder / "out")) for fault in made]
