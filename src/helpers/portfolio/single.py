"""Charts of one report: how requests ended, who made them, and the agency's own years.

Each comes with its numbers as a table, so that nobody has to read them off the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.formats import Ref
from helpers.percent import percent
from helpers.portfolio import charts
from helpers.portfolio.drawing import INKS, Chart, canvas, svg
from helpers.portfolio.indicators import BY_KEY, OUTCOMES, addresses, comparable, few
from helpers.report import Report
from helpers.rules import earlier_reports

if TYPE_CHECKING:
    import pandas as pd

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
    parts = {BY_KEY[key].label: _added([report], BY_KEY[key].parts) for key in OUTCOMES}
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
    by_year: dict[int, list[Report]] = {}
    for one in (*reversed(earlier_reports(report, others)), report):
        by_year.setdefault(one.year, []).append(one)  # before a merger there are several
    title = f"{min(by_year)}—{report.year}年政府信息公开申请办理情况"
    if len(by_year) == 1:
        return Exhibit(title, "没有往年报告，不作历年图。")
    codes = sorted({one.format.code for year in by_year.values() for one in year})
    keys = [key for key in _YEARLY if comparable(BY_KEY[key], codes)]
    amounts = {
        year: {key: _added(reports, BY_KEY[key].parts) for key in keys}
        for year, reports in by_year.items()
    }
    lines = [of_year[key] for of_year in amounts.values() for key in _LINES]
    if not any(lines):
        said = "各年的申请数有空缺" if None in lines else "各年都没有政府信息公开申请"
        return Exhibit(title, f"{said}，不作历年图。")
    chart = charts.trend_chart(
        _to_draw(by_year, amounts), _LINES, title, size=(WIDTH, 2.8), counted=False
    )
    rows = tuple((f"{year}年", *map(_count, of_year.values())) for year, of_year in amounts.items())
    heads = ("年度", *(BY_KEY[key].label for key in keys))
    return Exhibit(f"{title}的数字（件）", chart=chart, heads=heads, rows=rows)


def _to_draw(
    by_year: Mapping[int, Sequence[Report]], amounts: Mapping[int, Mapping[str, Decimal | None]]
) -> pd.DataFrame:
    """The amounts as a table like that of ``years.trends``, a blank as NaN."""
    import pandas as pd

    rows = [
        {"year": year, "same": False, "agencies": len(reports)}
        | {"formats": "、".join(sorted({one.format.code for one in reports}))}
        | {key: float("nan" if n is None else n) for key, n in amounts[year].items()}
        for year, reports in by_year.items()
    ]
    return pd.DataFrame(rows)


def _added(reports: Iterable[Report], codes: Sequence[str]) -> Decimal | None:
    """The sum of figures of some reports, None where one of them is blank."""
    sums = [one.complete.total(addresses(one.format, codes)) for one in reports]
    known = [value for value in sums if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(sums) else None


def _shares(title: str, parts: dict[str, Decimal | None], nothing: str) -> Exhibit:
    """A bar for each part, its number and share beside it.

    With a blank among the parts there is no whole: the known numbers stand without shares.
    """
    known = [value for value in parts.values() if value is not None]
    whole = sum(known, Decimal(0)) if len(known) == len(parts) else None
    if not any(known):
        return Exhibit(title, nothing if whole is not None else f"{title}的数有空缺，不作图。")
    shares = [_share(value or Decimal(0), whole) for value in parts.values()]
    counts = [_count(value) for value in parts.values()]
    headed = f"{title}（有空缺，不算占比）" if whole is None else f"{title}（{_count(whole)} 件）"
    chart = _bars(headed, parts, counts, shares)
    heads = ("", *parts, "合计")
    all_of_it = (few(whole, whole) or "100%") if whole else _NOTHING
    rows = (("件数", *counts, _count(whole)), ("占比", *shares, all_of_it))
    return Exhibit(f"{title}的数字（件）", chart=chart, heads=heads, rows=rows)


def _share(value: Decimal | None, whole: Decimal | None) -> str:
    """A part of a whole in per cent, or as “1/3” where they are few, as in the portfolio.

    >>> _share(Decimal(1), Decimal(3)), _share(Decimal(10), Decimal(30)), _share(None, None)
    ('1/3', '33.3%', '—')
    """
    if not whole or value is None:
        return _NOTHING
    return few(value, whole) or percent(value, whole)


def _count(value: Decimal | None) -> str:
    return _NOTHING if value is None else f"{value:,.0f}"


def _said(count: str, share: str) -> str:
    """A number with its share, as far as they are known; “1/3” says no more than the number.

    >>> _said("1,431", "40.6%"), _said("1,431", "—"), _said("1", "1/3"), _said("0", "0.0%")
    ('1,431 件（40.6%）', '1,431 件', '1 件', '0 件')
    """
    if count == _NOTHING:
        return count
    if count == "0":
        return "0 件"
    return f"{count} 件（{share}）" if share.endswith("%") else f"{count} 件"


def _bars(
    title: str, parts: dict[str, Decimal | None], counts: Sequence[str], shares: Sequence[str]
) -> Chart:
    """Lying bars in the order of the table, from the top."""
    values = [float(value or 0) for value in parts.values()]
    names = list(parts)
    said = [_said(*each) for each in zip(counts, shares, strict=True)]
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
