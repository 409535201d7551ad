"""How high a table will be, bounded from both sides without setting it.

The typesetter tries sizes of type until a table fits on a page, and each try costs as much as
setting the table. What surely does not fit need not be tried, what surely fits need not be either.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from helpers.exporters.columns import INSET, Plan, cell_lines, is_left
from helpers.exporters.text import is_wide
from helpers.grid import Cell, Grid

ROOM = (1 - 2 / 22) * 225 / 25.4 * 72
"""What report.typ leaves for a table on one page, in points."""

_LEADING, _PADDING = 0.28, 0.32  # em, as report.typ sets tables
_SPARE = 0.5  # lines that what surely fits must leave free, against rounding
# A line neither begins nor ends with a quotation mark that stands beside a letter.
_CLOSING = "、，。；：！？）〕》”’…—·％%.,:;!?)]}/“‘\"'"
_OPENING = "（〔《“‘([”’\"'"

Lines = Callable[[str, float], int]


def candidates(grid: Grid, chosen: Plan, sizes: list[float]) -> tuple[list[float], bool]:
    """The sizes worth trying, and whether the first of them surely fits."""
    fits = (n for n, s in enumerate(sizes) if _height(grid, chosen, s, _least_lines) <= ROOM)
    worth = sizes[next(fits, len(sizes)) :]
    if not worth or any(cell.mark for cell in grid.cells):
        return worth, False
    most = _height(grid, chosen, worth[0], _most_lines)
    return worth, most + _SPARE * (1 + _LEADING) * worth[0] <= ROOM


def row_lines(grid: Grid, chosen: Plan, size: float) -> list[int]:
    """How many lines high each row surely is in type of ``size``, 0 where that is not sure.

    A row whose height is given need not be set twice, once to be measured.
    """
    if any(cell.mark for cell in grid.cells):
        return [0] * grid.n_rows
    least, most = [1] * grid.n_rows, [1] * grid.n_rows
    tall = []
    for cell in grid.cells:
        parts = cell_lines(cell, chosen.room(cell), left=is_left(cell, grid))
        room = _width(cell, chosen) / size
        if cell.rowspan > 1:
            tall.append((cell, sum(_most_lines(part, room) for part in parts)))
            continue
        least[cell.row] = max(least[cell.row], sum(_least_lines(part, room) for part in parts))
        most[cell.row] = max(most[cell.row], sum(_most_lines(part, room) for part in parts))
    sure = [few if few == many else 0 for few, many in zip(least, most, strict=True)]
    for cell, n_lines in tall:
        last = cell.row + cell.rowspan
        if _in_em(n_lines) > sum(map(_in_em, least[cell.row : last])):
            sure[last - 1] = 0  # the last row makes room for the rest
    return sure


def _height(grid: Grid, chosen: Plan, size: float, lines: Lines) -> float:
    """What the rows take in points, set in type of ``size``, by an estimate of lines."""
    rows = [0.0] * grid.n_rows
    tall = []
    for cell in grid.cells:
        parts = cell_lines(cell, chosen.room(cell), left=is_left(cell, grid))
        need = _cell_height(cell, parts, chosen, size, lines)
        if cell.rowspan == 1:
            rows[cell.row] = max(rows[cell.row], need)
        elif lines is _most_lines:
            tall.append((cell, need))
    for cell, need in tall:
        last = cell.row + cell.rowspan
        rows[last - 1] += max(0.0, need - sum(rows[cell.row : last]))
    return sum(rows)


def _cell_height(
    cell: Cell, parts: Sequence[str], chosen: Plan, size: float, lines: Lines
) -> float:
    n_lines = sum(lines(part, _width(cell, chosen) / size) for part in parts)
    return _in_em(n_lines) * size


def _width(cell: Cell, chosen: Plan) -> float:
    return sum(chosen.widths[cell.column : cell.column + cell.colspan]) - 2 * INSET


def _in_em(n_lines: int) -> float:
    """The height of a cell with so many lines."""
    return n_lines + _LEADING * (n_lines - 1) + 2 * _PADDING


@lru_cache(maxsize=4096)
def _least_lines(text: str, room: float) -> int:
    """Lines of ``room`` em when every line is filled and all punctuation squeezed."""
    return max(1, math.ceil(sum(map(_least_advance, text)) / room - 0.01))


def _least_advance(character: str) -> float:
    if unicodedata.category(character) == "Lo":
        return 1.0
    if is_wide(character) or character.isdigit():
        return 0.45
    return 0.2 if character == "." else 0.0


@lru_cache(maxsize=4096)
def _most_lines(text: str, room: float) -> int:
    """Lines of ``room`` em with wide type, no line beginning or ending with the wrong sign."""
    units: list[str] = []
    for character in text:
        joined = units and (
            character in _CLOSING
            or units[-1][-1] in _OPENING
            or (character.isascii() and units[-1][-1].isascii())
        )
        units[-1:] = [units[-1] + character] if joined else [*units[-1:], character]
    n_lines, filled = 1, 0.0
    for unit in units:
        advance = sum(map(_most_advance, unit))
        n_lines += max(0, math.ceil(advance / room) - 1)
        if filled and filled + advance > room - 0.05:
            n_lines, filled = n_lines + 1, 0.0
        filled += min(advance, room)
    return n_lines


def _most_advance(character: str) -> float:
    if not character.isascii() or character.isupper() or character in "%@":
        return 1.0  # quotation marks and dashes too are wide among Chinese
    if character.isdigit():
        return 0.62
    return 0.35 if character in ".,:;" else 0.85
