"""How high rows must be: spreadsheet programs do not fit the height of merged cells themselves."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from helpers.grid import Cell, Grid

PX_PER_MM = 96 / 25.4
PX_PER_POINT = 96 / 72
TABLE_MM = 150.0
"""Width of a table: as wide as the text of an A4 page, less what keeps heads of four
characters from breaking after the third."""

_INSET = 7  # pixels lost left and right of the text in a cell
_LEADING = 1.35


def ems(text: str) -> float:
    """The width of a text in units of one Chinese character.

    >>> ems("第3项")
    2.5
    """
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def n_lines(text: str, width: float, size: float) -> int:
    """Number of lines that a text takes in a cell ``width`` pixels wide, in ``size`` points."""
    room = max(1.0, math.floor(2 * (width - _INSET) / (size * PX_PER_POINT)) / 2)
    if room < 4:
        room = math.floor(room)
    return sum(max(1, math.ceil(ems(line) / room)) for line in text.split("\n"))


def text_height(text: str, width: float, size: float) -> float:
    """The height in pixels that a text takes in a cell ``width`` pixels wide."""
    return n_lines(text, width, size) * size * PX_PER_POINT * _LEADING + _INSET


def widths(grid: Grid) -> list[int]:
    """Column widths in pixels: the grid's own proportions on the width of a page."""
    shares = grid.widths or (1.0,) * grid.n_columns
    return [round(share / sum(shares) * TABLE_MM * PX_PER_MM) for share in shares]


def heights(
    grid: Grid, columns: Sequence[int], size: Callable[[Cell], float], least: float
) -> list[float]:
    """Row heights in pixels such that the text of every cell, in its type size, shows whole."""
    rows = [least] * grid.n_rows
    for cell in sorted(grid.cells, key=lambda cell: cell.rowspan):
        width = sum(columns[cell.column : cell.column + cell.colspan])
        spanned = range(cell.row, cell.row + cell.rowspan)
        missing = text_height(_printed(cell), width, size(cell)) - sum(rows[r] for r in spanned)
        if missing > 0:
            for row in spanned:
                rows[row] += missing / cell.rowspan
    return rows


def _printed(cell: Cell) -> str:
    return "" if cell.role == "value" else cell.text


def highest(texts: Iterable[tuple[str, float]], size: float, least: float) -> float:
    """The height of a row that holds these (text, width) pairs."""
    return max([least, *(text_height(text, width, size) for text, width in texts)])
