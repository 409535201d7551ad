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

    ``sha256`` is the hash of the file as it was read; ``also`` are files that hold the same
    report: beside it in another kind of file (report.html, report.pdf), or copies elsewhere.
    ``about`` is the agency and year of a report that was read but refused.
    """

    source: str
    report: Report | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    sha256: str = ""
    also: tuple[str, ...] = ()
    about: tuple[str, int] | None = None


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
    """The same with one file of each agency and year: what B-01 says of ``check`` goes here too.

    Files that all say the same are one source, the first; where any of them differs, all become
    problems.
    """
    loaded = list(loaded)
    twice: dict[tuple[str, int], list[Loaded]] = {}
    for item in loaded:
        if item.report:
            key = (item.report.agency.name, item.report.year)
            twice.setdefault(key, []).append(item)
    judged = {}
    for (agency, year), group in twice.items():
        first, *others = sorted(group, key=_first_of_all)
        if all(_same(first, other) for other in others):
            also = [name for other in others for name in (other.source, *other.also)]
            judged[first.source] = replace(first, also=(*first.also, *also)) if also else first
        else:
            judged |= {item.source: _refused(item, agency, year, group) for item in group}
    return [
        judged[i.source] if i.report else i for i in loaded if not i.report or i.source in judged
    ]


def _first_of_all(item: Loaded) -> tuple[int, bool]:
    """As files of one folder are preferred, and those that explain findings before others."""
    return _preference(item), not (item.report and item.report.explanations)


def _same(first: Loaded, other: Loaded) -> bool:
    """Whether the first file can stand for both: no explanation of a finding is lost either."""
    a, b = first.report, other.report
    return bool(a and b and same_report(a, b) and b.explanations in ({}, a.explanations))


def _refused(item: Loaded, agency: str, year: int, group: Sequence[Loaded]) -> Loaded:
    others = "、".join(other.source for other in group if other is not item)
    text = f"{agency} {year} 年度的报告还在 {others} 里，内容不同，请只留一份"
    return Loaded(item.source, None, (Problem(item.source, text),), about=(agency, year))


def copies(item: Loaded) -> list[str]:
    """The files that were not used, for they say the same, other kinds of the same file aside."""
    own = Path(item.source).with_suffix("")
    return [name for name in item.also if Path(name).with_suffix("") != own]
