"""The annex of charts that can follow a report: pictures, the words for them, their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from helpers import grid, grid_html
from helpers.grid import Cell, Grid
from helpers.notebook.document import Shown
from helpers.notebook.views import STYLE
from helpers.portfolio import single
from helpers.portfolio.drawing import Chart
from helpers.portfolio.single import Exhibit
from helpers.report import Report

HEADING = "附件：数据图表"
"""Readers of reports know by such a heading that the report itself has ended."""


def annex(report: Report, earlier: Sequence[Report], named: Sequence[str]) -> Iterator[Shown]:
    """The charts called ``named``, each followed by its numbers; ``earlier`` are other years.

    Where there is nothing to draw the notebook says why, and the published report nothing.
    """
    makers: dict[str, Callable[[], Exhibit]] = {
        "办理结果": lambda: single.outcomes(report),
        "申请人": lambda: single.applicants(report),
        "历年": lambda: single.over_years(report, earlier),
    }
    exhibits = [makers[name]() for name in named]
    drawn = [(one.chart, one) for one in exhibits if one.chart]
    if drawn:
        yield Shown({"text/plain": HEADING, "text/markdown": f"## {HEADING}"})
    for number, (chart, exhibit) in enumerate(drawn, 1):
        yield _picture(chart)
        yield _numbers(exhibit, number)
    for exhibit in exhibits:
        if not exhibit.chart:  # told in the notebook only: HTML without a table is not published
            yield Shown({"text/plain": exhibit.said, "text/html": f"<p>{escape(exhibit.said)}</p>"})


def _picture(chart: Chart) -> Shown:
    return Shown({"text/plain": chart.alt, "image/svg+xml": chart.svg}, {"alt": chart.alt})


def _numbers(exhibit: Exhibit, number: int) -> Shown:
    table = _table(exhibit)
    html = f'{STYLE}<div class="nb">{grid_html.write(table, prefix=f"图{number}")}</div>'
    return Shown({"text/plain": table.caption, "text/html": html, grid.MIME: grid.to_json(table)})


def _table(exhibit: Exhibit) -> Grid:
    """The numbers of a chart: a row of heads, and a head before each row."""
    first, *others = exhibit.heads
    heads = [
        Cell(first, role="column" if first else "corner"),
        *(Cell(text, role="column") for text in others),
    ]
    rows = [
        [Cell(name, role="row"), *(Cell(text) for text in values)] for name, *values in exhibit.rows
    ]
    widths = (1.0,) * len(exhibit.heads)
    return grid.from_rows([heads, *rows], header_rows=1, caption=exhibit.caption, widths=widths)
