"""Grids as Word tables: fixed widths, official spans, repeated heads, rows in one piece.

Lines in cells have a fixed height, so that a table takes the same room whatever fonts the
reader's machine has; what fits on a page is kept whole on one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import Any

from helpers.exporters.breaks import ems
from helpers.exporters.columns import INSET, SIZES, Plan, fit, has_brief_stub, head_lines, plan
from helpers.exporters.docx_runs import Look, element, markup, run_markup
from helpers.grid import Cell, Grid

WIDTH = 8840 / 20
"""Width of a table in points: the type area."""

_STYLE_SIZE = 10.5  # 五号, the size of the table styles
_LEADING = 1.286  # of the type size; 13.5 pt for 五号
_BLANKS = (2.5, 1.5, 0.75)  # points above the text of a cell and below it; the first is the style's
_RULE = 0.5  # points
_ROOM = 580.0  # points: the type area less two lines for the heading
_ON_ONE_PAGE = 45  # rows; a longer table is not kept whole
_STYLES = {
    "column": "TableHead",
    "corner": "TableHead",
    "row": "TableRowHead",
    "value": "TableText",
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the cells of a table share; sizes in points, ``whole``: kept on one page."""

    plan: Plan
    long_stub: bool
    blank: float
    whole: bool


def write(grid: Grid, name: str) -> Any:
    """The ``w:tbl`` element of a grid; ``name`` is its title for those who cannot see it."""
    layout = _layout(grid)
    edges = [0]
    for width in layout.plan.widths:
        edges.append(edges[-1] + round(width * 20))
    columns = (markup("gridCol", w=b - a) for a, b in pairwise(edges))
    rows = (_row(grid, number, row, edges, layout) for number, row in enumerate(grid.matrix()))
    properties = _table_properties(grid, name, edges[-1], layout.blank)
    return element(markup("tbl", properties, markup("tblGrid", *columns), *rows))


def _layout(grid: Grid) -> _Layout:
    """The largest type in which the table fits on a page, else the largest its words allow."""
    # The digits of Times are narrow enough for what the estimate finds a little too wide.
    chosen = plan(grid, WIDTH, SIZES)
    long_stub = not has_brief_stub(grid)
    if grid.n_rows <= _ON_ONE_PAGE:
        sizes = [size for size in SIZES if 8.0 <= size <= chosen.size] or [chosen.size]
        for size in sizes:
            widths = fit(grid, WIDTH, size, 2 * INSET) or chosen.widths
            layouts = [_Layout(Plan(size, widths), long_stub, b, whole=True) for b in _BLANKS]
            n_lines = _line_counts(grid, layouts[0])
            for layout in layouts:
                if _height(n_lines, grid.n_rows, layout) <= _ROOM:
                    return layout
    return _Layout(chosen, long_stub, _BLANKS[0], whole=False)


def _line_counts(grid: Grid, layout: _Layout) -> list[tuple[Cell, int]]:
    """The cells with the lines that each takes, those that span fewer rows first."""
    counted = []
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        room = layout.plan.room(cell)
        counted.append((cell, sum(_folds(text, room) for text in _lines(cell, layout))))
    return counted


def _height(counted: Iterable[tuple[Cell, int]], n_rows: int, layout: _Layout) -> float:
    """The estimated height of the table in points."""
    rows = [0.0] * n_rows
    for cell, n_lines in counted:
        high = n_lines * layout.plan.size * _LEADING + 2 * layout.blank + _RULE
        end = cell.row + cell.rowspan
        rows[end - 1] += max(0.0, high - sum(rows[cell.row : end]))
    return sum(rows)


def _folds(text: str, room: float) -> int:
    """How many lines of ``room`` em the text takes; signs that may not open a line cost some."""
    width = ems(text)
    return 1 if width <= room else ceil((width + 0.5) / room)


def _lines(cell: Cell, layout: _Layout) -> Sequence[str]:
    lines = cell.text.split("\n")
    is_head = cell.role in ("column", "row") and not _is_left(cell, layout)
    if is_head and len(lines) == 1:
        return head_lines(cell.text, layout.plan.room(cell))
    return lines


def _is_left(cell: Cell, layout: _Layout) -> bool:
    """Whether the text begins at the left, as long names and sentences do."""
    if cell.role == "row":
        return cell.rowspan == 1 and layout.long_stub
    return cell.role == "value" and ems(cell.text) > max(layout.plan.room(cell), 12)


def _table_properties(grid: Grid, name: str, width: int, blank: float) -> str:
    has_stub = any(cell.role == "row" for cell in grid.cells)
    look = {"firstRow": int(grid.header_rows > 0), "firstColumn": int(has_stub)}
    look |= {"lastRow": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
    bits = 0x0600 + 0x20 * look["firstRow"] + 0x80 * look["firstColumn"]
    properties = [
        markup("tblStyle", val="ReportTable"),
        markup("tblW", w=width, type="dxa"),
        markup("jc", val="center"),
        markup("tblLayout", type="fixed"),
        *([_margins(blank)] if blank != _BLANKS[0] else []),
        markup("tblLook", val=f"{bits:04X}", **look),
    ]
    if name:
        properties.append(markup("tblCaption", val=name))
        properties.append(markup("tblDescription", val=_description(grid, has_stub)))
    return markup("tblPr", *properties)


def _margins(blank: float) -> str:
    sides = {"top": blank, "left": INSET, "bottom": blank, "right": INSET}
    margins = (markup(side, w=round(points * 20), type="dxa") for side, points in sides.items())
    return markup("tblCellMar", *margins)


def _description(grid: Grid, has_stub: bool) -> str:
    heads = f"，前{grid.header_rows}行是表头" if grid.header_rows else ""
    stub = "，左边是各行的名称" if has_stub else ""
    return f"共{grid.n_rows}行{grid.n_columns}列{heads}{stub}"


def _row(
    grid: Grid, number: int, cells: Sequence[Cell], edges: Sequence[int], layout: _Layout
) -> str:
    properties = [markup("cantSplit")]
    if number < grid.header_rows < grid.n_rows:
        properties.append(markup("tblHeader"))
    last = number == grid.n_rows - 1
    keep = not last and (layout.whole or number < max(grid.header_rows, 1))
    filled = (_cell(cell, number, edges, layout, keep) for cell in dict.fromkeys(cells))
    return markup("tr", markup("trPr", *properties), *filled)


def _cell(cell: Cell, number: int, edges: Sequence[int], layout: _Layout, keep: bool) -> str:
    width = edges[cell.column + cell.colspan] - edges[cell.column]
    first = number == cell.row
    merged = ("restart" if first else "continue") if cell.rowspan > 1 else ""
    properties = _cell_properties(width, cell.colspan, merged)
    style = _STYLES[cell.role]
    start = _paragraph_properties(style, keep, layout.plan.size, _is_left(cell, layout))
    runs = "".join(_runs(cell, layout)) if first else ""
    return f"<w:tc>{properties}<w:p>{start}{runs}</w:p></w:tc>"


@lru_cache(maxsize=1024)
def _cell_properties(width: int, colspan: int, merged: str) -> str:
    properties = [markup("tcW", w=width, type="dxa")]
    if colspan > 1:
        properties.append(markup("gridSpan", val=colspan))
    if merged:
        properties.append(markup("vMerge", **({"val": "restart"} if merged == "restart" else {})))
    properties.append(markup("vAlign", val="center"))
    return markup("tcPr", *properties)


@lru_cache(maxsize=1024)
def _paragraph_properties(style: str, keep: bool, size: float, left: bool) -> str:
    properties = [markup("pStyle", val=style)]
    if keep:
        properties.append(markup("keepNext"))
    if size != _STYLE_SIZE:
        line = round(size * _LEADING * 20)
        properties.append(markup("spacing", line=line, lineRule="exact"))
    if left:
        properties.append(markup("jc", val="left"))
    return markup("pPr", *properties)


def _runs(cell: Cell, layout: _Layout) -> list[str]:
    size = layout.plan.size
    half_points = round(size * 2) if size != _STYLE_SIZE else 0
    text = "\n".join(_lines(cell, layout))
    if not cell.mark:
        return [run_markup(text, Look(half_points=half_points))] if text else []
    # The mark is framed with its figure: seen without colour.
    mark = Look("ProblemMark", half_points=half_points, framed=True)
    figure = [run_markup(text, Look(half_points=half_points, framed=True))] if text else []
    return [*figure, run_markup(cell.mark, mark)]
