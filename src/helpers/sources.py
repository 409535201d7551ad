"""Sources: files and folders on the command line -> reports, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError, Problem
from helpers.readers import READABLE, Note, read_report
from helpers.report import Report


@dataclass(frozen=True)
class Loaded:
    """One source: its report with what was noted in reading it, or what is wrong with it."""

    source: str
    report: Report | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


def find(sources: Sequence[str]) -> Iterator[Path]:
    """The files that sources mean: each file itself, each folder's readable files below it.

    Hidden files and folders are passed over. Raises InputError for what does not exist.
    """
    for source in sources:
        path = Path(source)
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() in READABLE and p.is_file())
            yield from sorted(p for p in inside if not _hidden(p.relative_to(path)))
        else:
            yield path


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def load(sources: Sequence[str]) -> list[Loaded]:
    """Every source read; a source that cannot be read carries its problems."""
    files = list(dict.fromkeys(find(sources)))
    if not files:
        message = f"这里没有可读的文件（{'、'.join(READABLE)}）"
        return [Loaded(source, None, (Problem(source, message),)) for source in sources]
    return [_load(file) for file in files]


def _load(file: Path) -> Loaded:
    name = file.as_posix()
    if not file.exists():
        return Loaded(name, None, (Problem(name, "没有这个文件或文件夹"),))
    if file.suffix.lower() not in READABLE:
        text = f"还不能读“{file.suffix}”文件，能读的有：{'、'.join(READABLE)}"
        return Loaded(name, None, (Problem(name, text),))
    try:
        reading = read_report(file, name)
    except InputError as error:
        return Loaded(name, None, error.problems)
    return Loaded(name, reading.report, (), reading.notes)


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
