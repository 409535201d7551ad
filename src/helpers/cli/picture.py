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
from helpers.poster.facts import Facts, facts, named, strangers, words
from helpers.report import Report
from helpers.rules import Batch, agency_key, parents
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
    for item in (*loaded, *past):
        complain(item)
    reports = [item.report for item in loaded if item.report]
    if not reports:
        return USAGE
    year = year or max(report.year for report in reports)
    others = _each_once([*reports, *(item.report for item in past if item.report)])
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
        return _together(_without_parents(reports, settings), others, whole, settings)
    return [
        facts([report], earlier=surroundings(report, others, settings).earlier)
        for report in reports
    ]


def _together(
    added: Sequence[Report], others: Sequence[Report], whole: str, settings: Settings
) -> list[Facts]:
    """The one picture of all that are added, nothing where there is none to add."""
    missing = _missing(added, settings)
    if missing:
        echo(f"{whole} {added[0].year}：名单上缺{named(missing)}的报告，没有加进来。", err=True)
    if len(added) < 2:
        return [
            facts([one], whole, surroundings(one, others, settings).earlier, missing)
            for one in added
        ]
    earlier = [one for one in _without_parents(others, settings) if one.year < added[0].year]
    _say_left_out(added, earlier)
    return [facts(added, whole, earlier, missing)]


def _missing(added: Sequence[Report], settings: Settings) -> list[str]:
    """The units on rosters of which others are added, that have no report and no units here."""
    families = Batch(added, tuple(settings.rosters)).families
    return list(dict.fromkeys(name for family in families for name in family.missing))


def _each_once(reports: Sequence[Report]) -> list[Report]:
    """One report of an agency and year, that of the sources before that of the history."""
    found: dict[tuple[str, int], Report] = {}
    for report in reports:
        found.setdefault((agency_key(report.agency.name), report.year), report)
    return list(found.values())


def _say_left_out(added: Sequence[Report], earlier: Sequence[Report]) -> None:
    """Say which past years are not in the picture, for they are about other agencies."""
    by_year: dict[int, list[Report]] = {}
    for report in earlier:
        by_year.setdefault(report.year, []).append(report)
    for year, (missing, more) in sorted(strangers(added, by_year).items()):
        parts = [f"缺{named(missing)}的报告"] if missing else []
        parts += [f"多出{named(more)}的报告"] if more else []
        text = f"历年里没有 {year} 年：{'，'.join(parts)}，单位不同不能相比。"
        tail = "改名、合并的，在现在的参数文件 agency 里写 formerly。"
        echo(f"{text}{tail}", err=True)


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
