"""Charts of one report: how requests ended, who made them, and the agency's own years.

Each comes with its numbers as a table, so that nobody has to read them off the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpers.formats import Ref
from helpers.percent import percent
from helpers.portfolio.drawing import INKS, Chart, canvas, svg
from helpers.portfolio.indicators import BY_KEY, OUTCOMES, addresses
from helpers.report import Report
from helpers.rules import earlier_reports

WIDTH = 4.6
"""Inches: on paper within the type area, on a phone still large enough to read."""

_LINES = ("new", "closed", "carry_out")
_YEARLY = ("carry_in", "new", "closed", *OUTCOMES, "carry_out")
_NOTHING = "—"


@dataclass(frozen=True)
class Exhibit:
    """A chart and the table of its numbers; without a chart, ``said`` tells why there is none.

    ``heads`` are those of the columns, the first of them over the names of the rows.
    """

    caption: str
    said: str = ""
    chart: Chart | None = None
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def outcomes(report: Report) -> Exhibit:
    """How the requests ended that were closed in the year."""
    parts = {BY_KEY[key].label: _sum(report, BY_KEY[key].parts) for key in OUTCOMES}
    title = f"{report.year}年政府信息公开申请办理结果"
    return _shares(title, parts, f"{report.year}年没有办结的政府信息公开申请，不作图。")


def applicants(report: Report) -> Exhibit:
    """Who made the requests that came in during the year."""
    whole = addresses(report.format, BY_KEY["new"].parts)[0]
    block = report.format.slots[whole].block
    parts = {
        column.label: report.complete.value(Ref(whole.table, whole.row, column.label))
        for column in block.inputs
    }
    title = f"{report.year}年新收政府信息公开申请的申请人"
    return _shares(title, parts, f"{report.year}年没有新收政府信息公开申请，不作图。")


def over_years(report: Report, others: Iterable[Report]) -> Exhibit:
    """The agency's requests over the years of its reports among ``others`` and this one."""
    from helpers.portfolio import charts, frame, years
    from helpers.portfolio.indicators import indicators_frame

    mine = [*reversed(earlier_reports(report, others)), report]
    about = frame.reports_frame(mine)
    first = min(one.year for one in mine)
    title = f"{first}—{report.year}年政府信息公开申请办理情况"
    if first == report.year:
        return Exhibit(title, "没有往年报告，不作历年图。")
    trends = years.trends(indicators_frame(frame.figures_frame(mine, about), about))
    trends = trends[~trends["same"]]
    if not trends[list(_LINES)].to_numpy().sum():
        return Exhibit(title, "各年都没有政府信息公开申请，不作历年图。")
    keys = [key for key in _YEARLY if key in trends]
    rows = tuple(
        (f"{row['year']:.0f}年", *(_count(row[key]) for key in keys))
        for row in trends.to_dict("records")
    )
    chart = charts.trend_chart(trends, _LINES, title, size=(WIDTH, 2.8), counted=False)
    heads = ("年度", *(BY_KEY[key].label for key in keys))
    return Exhibit(f"{title}（件）", chart=chart, heads=heads, rows=rows)


def _sum(report: Report, codes: Sequence[str]) -> Decimal | None:
    """The sum of figures, None where one of them is blank."""
    values = [report.complete.value(ref) for ref in addresses(report.format, codes)]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def _shares(title: str, parts: dict[str, Decimal | None], nothing: str) -> Exhibit:
    """A bar for each part, its number and share beside it."""
    whole = sum((value or Decimal(0) for value in parts.values()), Decimal(0))
    if not whole:
        return Exhibit(title, nothing)
    shares = [_NOTHING if value is None else percent(value, whole) for value in parts.values()]
    counts = [_count(value) for value in parts.values()]
    chart = _bars(f"{title}（{whole:,} 件）", parts, counts, shares)
    heads = ("", *parts, "合计")
    rows = (("件数", *counts, f"{whole:,}"), ("占比", *shares, "100%"))
    return Exhibit(f"{title}（件）", chart=chart, heads=heads, rows=rows)


def _count(value: Decimal | float | None) -> str:
    return _NOTHING if value is None or value != value else f"{value:,.0f}"


def _bars(
    title: str, parts: dict[str, Decimal | None], counts: Sequence[str], shares: Sequence[str]
) -> Chart:
    """Lying bars in the order of the table, from the top."""
    values = [float(value or 0) for value in parts.values()]
    names = list(parts)
    said = [f"{n} 件（{s}）" for n, s in zip(counts, shares, strict=True)]
    with canvas(WIDTH, 0.6 + 0.28 * len(names)) as (figure, axes):
        bars = axes.barh(range(len(names)), values, color=INKS[0], height=0.66)
        axes.bar_label(bars, said, padding=4)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlim(0, 1.5 * max(values))  # room for the words behind the longest bar
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()
        axes.set_title(title, loc="left", pad=8)
        drawn = svg(figure)
    listed = "、".join(f"{name} {text}" for name, text in zip(names, said, strict=True))
    return Chart(drawn, f"{title}：{listed}。")
