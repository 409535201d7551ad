"""Widths and type size for the columns of a table on paper, estimated from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from helpers.exporters.breaks import ems, words_of
from helpers.exporters.text import is_wide
from helpers.grid import Cell, Grid

INSET = 2.0
"""Blank between a rule and the text beside it, in points."""

SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Type sizes in points, the first that fits is taken: 五号 down to the smallest legible."""

TINY = (6.5, 6.0)
"""Type sizes for a table whose numbers would be broken otherwise, which is worse."""

_LONGEST_WORD = 8.0  # em; a longer word or name that is not a number may be broken
_NAME = 4.0  # em; as much of a row's name is kept on one line, 8 em where names are long
_SLACK = 0.1  # em, against the typesetter's rounding
_BRIEF = 10  # characters
_WIDEST = 14.0  # em; no column asks for more than this
_LONGEST_HEAD = 8  # characters; longer heads are phrases, not a few words of two
_NUMBERING = re.compile(r"（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、")
_NUMBER = re.compile(r"[+\-−]?[\d.,]+[%‰]?")


@dataclass(frozen=True, slots=True)
class Plan:
    """Type size and column widths, in points; whether there are long names of rows."""

    size: float
    widths: tuple[float, ...]
    long_stub: bool = False

    def room(self, cell: Cell) -> float:
        """The width for text in a cell, in em."""
        covered = self.widths[cell.column : cell.column + cell.colspan]
        return (sum(covered) - 2 * INSET) / self.size


def plan(grid: Grid, width: float, sizes: Sequence[float] = (*SIZES, *TINY)) -> Plan:
    """The plan for a grid on ``width`` points, in the largest type that its words allow.

    Where they allow none of ``sizes``, words and numbers are broken in the smallest legible.
    """
    for size in sizes:
        if widths := fit(grid, width, size, 2 * INSET):
            return Plan(size, widths, not has_brief_stub(grid))
    least = minima(grid, SIZES[-1], 2 * INSET)
    widths = tuple(width * part / sum(least) for part in least)
    return Plan(SIZES[-1], widths, not has_brief_stub(grid))


def fit(grid: Grid, width: float, size: float, blank: float) -> tuple[float, ...]:
    """Column widths for type of ``size``: the grid's own, mended where a word needs more.

    ``blank`` is lost in every column. Empty where the words of a row need more than ``width``.
    """
    least = minima(grid, size, blank)
    if sum(least) > width:
        return ()
    wanted = [wish * size + blank for wish in _demands(grid)[1]]
    return _widen(_share(shares(grid), least, wanted, width), least)


def minima(grid: Grid, size: float, blank: float) -> list[float]:
    """The width that each column needs at least."""
    return [need * size + blank for need in _demands(grid)[0]]


@lru_cache(maxsize=4096)
def head_lines(text: str, room: float) -> tuple[str, ...]:
    """A head cut into lines of ``room`` em as a person would: numbering apart, words of two.

    结果维持 in a narrow column becomes 结果/维持, （三）不予公开 becomes （三）/不予公开, and
    三、本年度办理结果 becomes 三、/本年度/办理/结果. Text that fits, or that is not all Chinese,
    stays one line for the typesetter to wrap.
    """
    if len(text) <= room or not all(map(is_wide, text)):
        return (text,)
    if numbering := _NUMBERING.match(text):
        name = text[numbering.end() :]
        if len(name) <= 2 * room:
            return (numbering[0], *head_lines(name, room))
        if len(name) % 2 and len(name) <= _LONGEST_HEAD and room >= 3:
            # 本年度/办理/结果: the odd word comes first.
            return (numbering[0], name[:3], *head_lines(name[3:], room))
    if len(text) > _LONGEST_HEAD or len(text) % 2 or room < 2:
        return (text,)
    fitting = int(room) // 2 * 2
    n_lines = -(-len(text) // fitting)
    step = -(-len(text) // n_lines // 2) * 2
    return tuple(text[at : at + step] for at in range(0, len(text), step))


def is_left(cell: Cell, chosen: Plan) -> bool:
    """Whether the name of a row stands at the left edge, as long names do, and is not centred."""
    return chosen.long_stub and cell.role == "row" and cell.rowspan == 1


def cell_lines(cell: Cell, room: float, *, left: bool) -> Sequence[str]:
    """The lines of a cell as they are given to the typesetter, which may wrap them further."""
    lines = cell.text.split("\n")
    if cell.role in ("column", "row") and not left and len(lines) == 1:
        return head_lines(cell.text, room)
    return lines


def shares(grid: Grid) -> tuple[float, ...]:
    """The relative widths of the columns; empty where the text decides, as in an analyst's table.

    A statutory table, which has a name, has equal columns where it gives no widths.
    """
    if len(grid.widths) == grid.n_columns and min(grid.widths, default=0) > 0:
        return grid.widths
    return (1.0,) * grid.n_columns if grid.name else ()


@lru_cache(maxsize=8)
def has_brief_stub(grid: Grid) -> bool:
    """Whether all names of rows are short, to be centred as in the official forms."""
    return all(len(cell.text) <= _BRIEF for cell in grid.cells if cell.role == "row")


@lru_cache(maxsize=8)
def _demands(grid: Grid) -> tuple[list[float], list[float]]:
    """What each column needs at least and what it would like, in em."""
    needs, wishes = [1.0] * grid.n_columns, [1.0] * grid.n_columns
    name = _LONGEST_WORD if shares(grid) and not has_brief_stub(grid) else _NAME
    for cell in grid.cells:
        if cell.colspan > 1:
            continue
        extra = 0.7 * len(cell.mark) + _SLACK
        need = max(min(_least(cell, name), ems(cell.text)), _longest_word(cell.text)) + extra
        wish = max(map(ems, cell.text.split("\n"))) + extra
        needs[cell.column] = max(needs[cell.column], need)
        wishes[cell.column] = max(wishes[cell.column], need, min(wish, _WIDEST))
    return needs, wishes


def _least(cell: Cell, name: float) -> float:
    """What a cell of words needs, in em, if it has as many: a word, or part of a name."""
    if cell.role == "row" and cell.rowspan == 1:
        return name
    if cell.role == "value":
        return 1.0
    return 3.0 if len(cell.text) == 3 or _NUMBERING.match(cell.text) else 2.0


@lru_cache(maxsize=4096)
def _longest_word(text: str) -> float:
    """The width of the widest of the words that stay in one piece, in em."""
    return max(map(_unbroken, words_of(text)), default=0.0)


def _unbroken(word: str) -> float:
    return ems(word) if _NUMBER.fullmatch(word) else min(ems(word), _LONGEST_WORD)


def _share(
    given: Sequence[float], least: Sequence[float], wanted: Sequence[float], width: float
) -> list[float]:
    """The width divided as given, else by what the columns need and would like."""
    if given:
        return [width * part / sum(given) for part in given]
    spare = width - sum(wanted)
    if spare >= 0:
        return [want + spare / len(wanted) for want in wanted]
    more = (width - sum(least)) / (sum(wanted) - sum(least))
    return [low + (want - low) * more for low, want in zip(least, wanted, strict=True)]


def _widen(widths: Sequence[float], least: Sequence[float]) -> tuple[float, ...]:
    """Every column at least as wide as it needs, the others giving what they can spare."""
    short = sum(max(0.0, low - width) for width, low in zip(widths, least, strict=True))
    spare = sum(max(0.0, width - low) for width, low in zip(widths, least, strict=True))
    if not short or not spare:
        return tuple(widths)
    share = short / spare
    pairs = zip(widths, least, strict=True)
    return tuple(low if width < low else width - (width - low) * share for width, low in pairs)
