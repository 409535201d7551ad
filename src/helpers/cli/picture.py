"""``nianbao picture``: 一图读懂 of each report, or of all together, as SVG and PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpers.batch.files import folder_names, replace_file
from helpers.cli.findings import complain
from helpers.cli.terminal import echo
from helpers.exporters.errors import ExportError
from helpers.judging import surroundings
from helpers.poster import render
from helpers.poster.facts import Facts, facts, words
from helpers.report import Report
from helpers.rules import parents
from helpers.settings import Settings
from helpers.sources import load, without_duplicates

OK, USAGE, FAILED = 0, 2, 3


def make_pictures(
    sources: Sequence[str],
    out: Path,
    *,
    year: int | None,
    whole: str | None,
    history: Sequence[str],
    settings: Settings,
) -> int:
    """The pictures of a year (the newest unless given), with the words for them beside each.

    ``whole`` is the name under which all reports of the year are added up into one picture;
    governments that are the sum of others (by the rosters) are left out of that.
    """
    loaded = without_duplicates(load(sources))
    past = load(history)
    unread = [item for item in (*loaded, *past) if item.report is None]
    for item in unread:
        complain(item)
    reports = [item.report for item in loaded if item.report]
    if not reports:
        return USAGE
    year = year or max(report.year for report in reports)
    others = [*reports, *(item.report for item in past if item.report)]
    wanted = list(_wanted([r for r in reports if r.year == year], others, whole, settings))
    if not wanted:
        echo(f"没有 {year} 年度的报告。", err=True)
        return USAGE
    names = folder_names([one.name for one in wanted])
    failed = [one for one, name in zip(wanted, names, strict=True) if not _write(one, out, name)]
    return FAILED if failed else USAGE if unread else OK


def _wanted(
    reports: Sequence[Report], others: Sequence[Report], whole: str | None, settings: Settings
) -> list[Facts]:
    if whole:
        added = _without_parents(reports, settings)
        earlier = _without_parents(others, settings)
        return [facts(added, whole, earlier)] if added else []
    return [
        facts([report], earlier=surroundings(report, others, settings).earlier)
        for report in reports
    ]


def _without_parents(reports: Sequence[Report], settings: Settings) -> list[Report]:
    sums = parents(reports, settings.rosters)
    return [report for number, report in enumerate(reports) if number not in sums]


def _write(one: Facts, out: Path, name: str) -> bool:
    """Write SVG, PNG and words of one picture; False where it could not be set."""
    stem = f"{name}{one.year}一图读懂"
    try:
        svg, png = render.svg(one), render.png(one)
    except ExportError as error:
        echo(f"{one.name} {one.year}：{error}", err=True)
        return False
    replace_file(out / f"{stem}.svg", svg)
    replace_file(out / f"{stem}.png", png)
    replace_file(out / f"{stem}.txt", (words(one) + "\n").encode())
    echo((out / f"{stem}.png").as_posix())
    return True
