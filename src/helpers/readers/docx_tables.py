"""Rows of cells as Word keeps them -> a Grid.

Word keeps for each row how many grid columns its cells take. Tables drawn by hand have grid
columns a hair wide, where the lines of two rows miss each other; nobody sees those, and they
are no columns here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from helpers.grid import Grid, from_boxes
from helpers.readers.ooxml import attribute, child, children

MAX_SPAN = 1000

_HAIR = 100.0  # twentieths of a point: under two millimetres
_USUAL = 1000.0


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of a row: its first grid column and how many it takes.

    ``merged``: it belongs to cells merged downwards; ``upward``: it goes on with the one above.
    """

    text: str
    column: int
    span: int
    merged: bool = False
    upward: bool = False


def column_widths(table: Any) -> list[float]:
    """The widths of a table's grid columns, as far as it tells them."""
    told = child(table, "tblGrid")
    columns = children(told, "gridCol") if told is not None else ()
    texts = [attribute(column, "w") for column in columns]
    return [float(text) if text.isascii() and text.isdecimal() else 0.0 for text in texts[:9999]]


def to_grid(rows: list[list[WordCell]], widths: list[float], heads: int = 0) -> Grid:
    """The Grid of a table; ``heads`` of its rows are repeated on every page."""
    edges = _edges(rows, widths)
    boxes: list[list[Any]] = []
    open_at: dict[tuple[int, int], int] = {}  # (column, span) -> the box of an open merge
    for number, row in enumerate(rows):
        top, bottom = number * _USUAL, (number + 1) * _USUAL
        still_open = {}
        for cell in row:
            key = (cell.column, cell.span)
            if cell.upward and key in open_at:
                still_open[key] = open_at[key]
                boxes[open_at[key]][3] = bottom
                continue
            if cell.merged:
                still_open[key] = len(boxes)
            end = cell.column + cell.span
            boxes.append([edges[cell.column], top, edges[end], bottom, cell.text])
        open_at = still_open
    grid = from_boxes(((a, b, c, d, text) for a, b, c, d, text in boxes), tolerance=_HAIR)
    return Grid(grid.cells, grid.n_rows, grid.n_columns, header_rows=min(heads, grid.n_rows))


def _edges(rows: list[list[WordCell]], widths: list[float]) -> list[float]:
    """Where grid columns begin and end; equally wide where the told widths cannot be right."""
    ends = [cell.column + cell.span for row in rows for cell in row]
    n_columns = max(ends, default=0)
    narrow = {n for n, width in enumerate(widths) if width <= _HAIR}
    filled = {cell.column for row in rows for cell in row if cell.span == 1 and cell.text}
    if len(widths) < n_columns or narrow & filled:
        widths = [_USUAL] * n_columns
    return [0.0, *accumulate(widths)]
