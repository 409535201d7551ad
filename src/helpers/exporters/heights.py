"""How high a table will be, bounded from both sides without setting it.

The typesetter tries sizes of type until a table fits on a page, and each try costs as much as
setting the table. What surely does not fit need not be tried, what surely fits need not be either.
"""

from __future__ import annotations

import math
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
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
_KNOWN = "，。、；：（）《》“”…—·％%.,:;!?()/-+ " + string.ascii_letters + string.digits

Lines = Callable[[str, float], int]
CellText = tuple[Cell, Sequence[str], float]
"""A cell, the lines that it is given to the typesetter in, the width for them in points."""


def cell_texts(grid: Grid, chosen: Plan) -> list[CellText]:
    """What stands in the cells of a table."""
    found = []
    for cell in grid.cells:
        lines = cell_lines(cell, chosen.room(cell), left=is_left(cell, chosen))
        width = sum(chosen.widths[cell.column : cell.column + cell.colspan]) - 2 * INSET
        found.append((cell, lines, width))
    return found


def is_plain(texts: Iterable[CellText]) -> bool:
    """Whether a table holds only what the estimates are sure of: no marks, and familiar signs."""
    return all(not cell.mark and all(map(_is_known, lines)) for cell, lines, _ in texts)


@lru_cache(maxsize=4096)
def _is_known(line: str) -> bool:
    return all(c in _KNOWN or "\u4e00" <= c <= "\u9fff" for c in line)


def candidates(
    texts: Sequence[CellText], n_rows: int, sizes: Sequence[float]
) -> tuple[Sequence[float], bool]:
    """The sizes worth trying, and whether the first of them surely fits."""
    fits = (n for n, s in enumerate(sizes) if _height(texts, n_rows, s, _least_lines) <= ROOM)
    worth = sizes[next(fits, len(sizes)) :]
    if not worth or not is_plain(texts):
        return worth, False
    most = _height(texts, n_rows, worth[0], _most_lines)
    return worth, most + _SPARE * (1 + _LEADING) * worth[0] <= ROOM


def row_lines(texts: Sequence[CellText], n_rows: int, size: float) -> list[int]:
    """How many lines high each row surely is in type of ``size``, 0 where that is not sure.

    A row whose height is given need not be set twice, once to be measured.
    """
    if not is_plain(texts):
        return [0] * n_rows
    least, most = [0] * n_rows, [0] * n_rows  # where all cells span rows, nothing is sure
    tall = []
    for cell, lines, width in texts:
        many = sum(_most_lines(line, width / size) for line in lines)
        if cell.rowspan > 1:
            tall.append((cell, many))
            continue
        few = sum(_least_lines(line, width / size) for line in lines)
        least[cell.row] = max(least[cell.row], few)
        most[cell.row] = max(most[cell.row], many)
    sure = [few if few == many else 0 for few, many in zip(least, most, strict=True)]
    for cell, many in tall:
        last = cell.row + cell.rowspan
        if _in_em(many) > sum(_in_em(n) for n in least[cell.row : last] if n):
            sure[last - 1] = 0  # the last row makes room for the rest
    return sure


def _height(texts: Sequence[CellText], n_rows: int, size: float, lines: Lines) -> float:
    """What the rows take in points, set in type of ``size``, by an estimate of lines."""
    rows = [0.0] * n_rows
    tall = []
    for cell, parts, width in texts:
        if cell.rowspan == 1:
            need = _in_em(sum(lines(part, width / size) for part in parts)) * size
            if need > rows[cell.row]:
                rows[cell.row] = need
        elif lines is _most_lines:
            tall.append((cell, _in_em(sum(lines(part, width / size) for part in parts)) * size))
    for cell, need in tall:
        last = cell.row + cell.rowspan
        rows[last - 1] += max(0.0, need - sum(rows[cell.row : last]))
    return sum(rows)


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
