"""Whether what stands in an outputs folder is what was made, byte by byte.

Every file is held against its hash in the manifest. Then each report is made once more from its
own executed notebook, whose parameters hold all of its data, and compared with what stands;
and its web page, PDF and Word file are read back and held against each other (PR-05).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.batch.execute import Stopped
from helpers.batch.files import sha256
from helpers.batch.forked import LostError
from helpers.batch.inputs import code_hash, font_hashes, versions
from helpers.batch.manifest import NAME, Entry, is_intact, read_data, read_manifest
from helpers.batch.ready import WARM
from helpers.batch.supervise import Fleet, Lost
from helpers.engine.warm import block_slow_import
from helpers.errors import InputError, Problem
from helpers.exporters.fonts import MODES, Mode
from helpers.settings import RunLimits

if TYPE_CHECKING:
    from helpers.batch.bench import Bench
    from helpers.batch.documents import Written

NOT_RENDERED = ("findings.json", "figures.csv")
"""Made of the report and the batch, not of the notebook alone; only their hashes are held."""


@dataclass(frozen=True)
class Again:
    """One report to make again from ``notebook``, in a folder ``aside`` that does not exist yet."""

    notebook: Path
    aside: Path
    names: tuple[str, ...]
    fonts: Mode
    seconds: int


def years(out: Path, name: str) -> list[Path]:
    """The years' folders of ``out``, called ``name``. Raises InputError where there is none."""
    found = sorted(path.parent for path in (out / NAME, *out.glob(f"*/{NAME}")) if path.is_file())
    if not found:
        text = "这里没有 manifest.json，不是 nianbao build 的成品文件夹"
        raise InputError([Problem(name, text)])
    return found


def altered(folder: Path) -> Iterator[str]:
    """What differs from the manifest in a year's folder: a line for each file."""
    data, manifest = read_data(folder), read_manifest(folder)
    if not is_intact(folder):
        yield f"{(folder / NAME).as_posix()}：清单本身被改动过"
    for name, value in data.get("files", {}).items():
        yield from _differs(folder / name, value)
    for entry in manifest.reports.values():
        home = folder / entry["folder"]
        for name, value in entry["files"].items():
            yield from _differs(home / name, value)
        standing = {path.name for path in home.iterdir()} if home.is_dir() else set()
        for name in sorted(standing - set(entry["files"])):
            yield f"{(home / name).as_posix()}：清单里没有这个文件"
    known = {entry["folder"] for entry in manifest.reports.values()}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in known:
            yield f"{path.as_posix()}：清单里没有这个文件夹"


def _differs(file: Path, value: str) -> Iterator[str]:
    if not file.is_file():
        yield f"{file.as_posix()}：文件不见了"
    elif sha256(file) != value:
        yield f"{file.as_posix()}：内容与清单不符，生成后被改动过"


def obstacles(build: Mapping[str, Any]) -> list[str]:
    """Why reports cannot be made again here to the same bytes; none where they can.

    ``build`` is what they were made with, as the manifest tells it.
    """
    if not build:
        return ["清单没有写明用什么生成"]
    now, then = versions(), build.get("versions", {})
    found = [
        f"{name} 现在是 {now.get(name, '没有')}，生成时是 {then.get(name, '没有')}"
        for name in sorted({*now, *then})
        if now.get(name) != then.get(name)
    ]
    if build.get("code_sha256") != code_hash():
        found.append("本程序的代码与生成时不同")
    if build.get("fonts") and _mode(build["fonts"]) is None:
        found.append("本机的字体与生成时不同")
    return found


def by_build(folder: Path) -> list[tuple[Mapping[str, Any], list[Entry]]]:
    """The reports that stand in a year's folder, by what they were made with."""
    manifest = read_manifest(folder)
    groups: dict[str, list[Entry]] = {}
    for entry in manifest.reports.values():
        if entry["files"]:
            groups.setdefault(entry.get("built", {}).get("build", ""), []).append(entry)
    return [(manifest.builds.get(name, {}), groups[name]) for name in sorted(groups)]


def _mode(fonts: dict[str, str]) -> Mode | None:
    """The way of choosing fonts that gives the same font files, None where none does."""
    return next((mode for mode in MODES if fonts and font_hashes(mode) == fonts), None)


def rendered(
    folder: Path,
    build: Mapping[str, Any],
    standing: Sequence[Entry],
    jobs: int,
    limits: RunLimits,
) -> Iterator[tuple[Entry, list[str]]]:
    """Reports of a year's folder, made again, with a line for each file that came out other."""
    entries = [entry for entry in standing if _is_own(folder, entry)]
    fonts = _mode(build.get("fonts", {})) or "auto"
    with tempfile.TemporaryDirectory(prefix="nianbao-") as aside:
        work = [
            (number, _again(folder, entry, Path(aside) / str(number), fonts, limits))
            for number, entry in enumerate(entries)
        ]
        fleet: Fleet[int, Again, Written] = Fleet(remaker, jobs, limits, WARM)
        with fleet:
            for number, answer in fleet.run(work):
                yield entries[number], list(_compared(folder, entries[number], answer))


def _is_own(folder: Path, entry: Entry) -> bool:
    """Whether a report's notebook is the one that was made: no other program is run."""
    value = entry["files"].get("report.ipynb")
    return bool(value) and sha256(folder / entry["folder"] / "report.ipynb") == value


def _again(folder: Path, entry: Entry, aside: Path, fonts: Mode, limits: RunLimits) -> Again:
    notebook = (folder / entry["folder"] / "report.ipynb").resolve()
    return Again(notebook, aside, tuple(entry["files"]), fonts, limits.seconds)


def remaker(limits: RunLimits) -> Callable[[Again], Written]:
    """What makes reports again in this process, one after the other."""
    from helpers.batch.bench import Bench

    block_slow_import()
    return partial(make_again, Bench(limits))


def make_again(bench: Bench, again: Again) -> Written:
    """Run the notebook once more and write its documents; the hashes of the files."""
    from helpers.batch.documents import Written
    from helpers.exporters.errors import ExportError

    bench.begin()
    try:
        text = bench.run(again.notebook, None, again.seconds)
        formats = tuple(name.rpartition(".")[2] for name in again.names)
        written = bench.write(text, again.aside, formats, again.fonts)
        return replace(written, unlike=tuple(_unlike(again)))
    except LostError:
        return Written({}, (), "重新生成没有完成")
    except (Stopped, ExportError, OSError, ValueError) as error:
        return Written({}, (), str(error))
    finally:
        shutil.rmtree(again.aside, ignore_errors=True)


def _unlike(again: Again) -> Iterator[str]:
    """What the documents tell differently, read back from the files."""
    from helpers.agreement import FILES, compare

    if sum((again.aside / name).is_file() for name in FILES) < 1:
        return
    found = compare(again.aside)
    if not found.same and len(found.files) > 1:
        yield from found.message().splitlines()


def _compared(folder: Path, entry: Entry, answer: Written | Lost) -> Iterator[str]:
    home = (folder / entry["folder"]).as_posix()
    if isinstance(answer, Lost):
        yield f"{home}：重新生成没有完成"
        return
    if answer.trouble:
        yield f"{home}：重新生成没有成功：{answer.trouble}"
        return
    for line in answer.unlike:
        yield f"{home}：各种文件不一致：{line}"
    for name, value in entry["files"].items():
        if name not in NOT_RENDERED and answer.files.get(name) != value:
            yield f"{home}/{name}：重新生成的内容与清单不符"


def facts(line: str) -> dict[str, Any]:
    """A line as data for ``--json``."""
    place, _, text = line.partition("：")
    return {"place": place, "message": text}
