"""Sources: files and folders on the command line -> reports, in a stable order."""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.agreement import same_report
from helpers.errors import InputError, Problem, why
from helpers.readers import READABLE, Note, read_report
from helpers.report import Report


@dataclass(frozen=True)
class Loaded:
    """One source: its report with what was noted in reading it, or what is wrong with it.

    ``sha256`` is the hash of the file as it was read; ``also`` are files beside it that hold
    the same report in another kind of file (report.html, report.pdf).
    """

    source: str
    report: Report | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    sha256: str = ""
    also: tuple[str, ...] = ()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without looks for cyclic garbage, each of which would pass over thousands of reports."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_nothing_collected()
def load(sources: Sequence[str]) -> list[Loaded]:
    """Every source read; a source that cannot be read carries its problems.

    Files that differ only in their kind (report.html beside report.pdf) and say the same are
    one source.
    """
    loaded: list[Loaded] = []
    seen: set[Path] = set()
    for source in sources:
        for found in _find(source):
            if isinstance(found, Loaded):
                loaded.append(found)
            elif (place := found.resolve()) not in seen:
                seen.add(place)
                loaded.append(_load(found))
    return _as_one(loaded)


def _as_one(loaded: Sequence[Loaded]) -> list[Loaded]:
    """The same, where files of one name and folder that say the same are one source."""
    kept: dict[str, list[Loaded]] = {}
    for item in sorted(loaded, key=_preference):
        alike = kept.setdefault(str(Path(item.source).with_suffix("")), [])
        for number, other in enumerate(alike):
            if item.report and other.report and same_report(other.report, item.report):
                alike[number] = replace(other, also=(*other.also, item.source))
                break
        else:
            alike.append(item)
    order = {item.source: number for number, item in enumerate(loaded)}
    return sorted((one for alike in kept.values() for one in alike), key=lambda i: order[i.source])


def _preference(item: Loaded) -> int:
    """Params files first, then the kinds that are read most surely."""
    suffix = Path(item.source).suffix.lower()
    return READABLE.index(suffix) if suffix in READABLE else len(READABLE)


def file_hashes(sources: Sequence[str]) -> list[tuple[str, str]] | None:
    """Name and sha256 of every file that the sources mean, None where one cannot be read.

    Nothing is understood yet: for who only wants to know whether anything has changed.
    """
    found: dict[Path, tuple[str, str]] = {}
    for source in sources:
        for file in _find(source):
            if isinstance(file, Loaded) or not file.is_file():
                return None
            try:
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
            except OSError:
                return None
            found.setdefault(file.resolve(), (file.name, digest))
    return list(found.values())


def _find(source: str) -> Iterator[Path | Loaded]:
    """The files that a source means: itself, or a folder's readable files below it.

    Hidden files and folders are passed over; what cannot be looked into is a problem.
    """
    path = Path(source)
    if not path.is_dir():
        yield path
        return
    unreadable: list[Loaded] = []

    def complain(error: OSError) -> None:
        name = Path(error.filename or source).as_posix()
        unreadable.append(_problem(name, f"打不开这个文件夹：{why(error)}"))

    files = []
    for folder, below, names in os.walk(path, onerror=complain):
        below[:] = [name for name in below if not name.startswith(".")]
        files += [Path(folder, name) for name in names if _readable(name)]
    yield from sorted(files)
    yield from unreadable
    if not files and not unreadable:
        kinds = "、".join(READABLE)
        yield _problem(path.as_posix(), f"这个文件夹里没有可读的文件（{kinds}）")


def _readable(name: str) -> bool:
    return name.lower().endswith(READABLE) and not name.startswith((".", "~$"))


def _problem(name: str, text: str) -> Loaded:
    return Loaded(name, None, (Problem(name, text),))


def _load(file: Path) -> Loaded:
    name = file.as_posix()
    try:
        if not file.exists():
            return _problem(name, "没有这个文件或文件夹")
        if not file.is_file():
            return _problem(name, "不是普通文件，没有读")
        if not file.name.lower().endswith(READABLE):
            kinds = "、".join(READABLE)
            return _problem(name, f"还不能读“{file.suffix}”文件，能读的有：{kinds}")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        reading = read_report(file, name)
    except InputError as error:
        return Loaded(name, None, error.problems)
    except OSError as error:
        return _problem(name, f"读不了这个文件：{why(error)}")
    return Loaded(name, reading.report, (), reading.notes, digest)


def without_duplicates(loaded: Iterable[Loaded]) -> list[Loaded]:
    """The same, where reports of one agency and year in several files become problems."""
    loaded = list(loaded)
    twice: dict[tuple[str, int], list[str]] = {}
    for item in loaded:
        if item.report:
            key = (item.report.agency.name, item.report.year)
            twice.setdefault(key, []).append(item.source)
    return [_judge(item, twice) for item in loaded]


def _judge(item: Loaded, twice: dict[tuple[str, int], list[str]]) -> Loaded:
    if item.report is None:
        return item
    agency, year = item.report.agency.name, item.report.year
    others = [source for source in twice[agency, year] if source != item.source]
    if not others:
        return item
    message = f"{agency} {year} 年度的报告还在 {'、'.join(others)} 里，请只留一份"
    return Loaded(item.source, None, (Problem(item.source, message),))
