"""Where things stand on a sheet: a statutory table placed on it, rectangles and cell names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from helpers.formats import Ref, Table
from helpers.grid import Cell, Grid, shift


class Box(NamedTuple):
    """A rectangle of cells, zero-based, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The rectangle as formulas call it: ``$D$4`` or ``$D$4:$I$5``."""
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return (self.top, self.left) == (self.bottom, self.right)


def cell_name(row: int, column: int) -> str:
    """The absolute name of the cell at a zero-based position.

    >>> cell_name(3, 27)
    '$AB$4'
    """
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"${letters}${row + 1}"


def boxes(positions: Iterable[tuple[int, int]]) -> list[Box]:
    """The positions (row, column) as few rectangles, top down."""
    runs: list[Box] = []
    for row, column in sorted(set(positions)):
        last = runs[-1] if runs else None
        if last and last.top == row and last.right == column - 1:
            runs[-1] = last._replace(right=column)
        else:
            runs.append(Box(row, column, row, column))
    merged: list[Box] = []
    for run in sorted(runs, key=lambda box: (box.left, box.right, box.top)):
        last = merged[-1] if merged else None
        alike = last and (last.left, last.right) == (run.left, run.right)
        if last and alike and last.bottom == run.top - 1:
            merged[-1] = last._replace(bottom=run.bottom)
        else:
            merged.append(run)
    return sorted(merged)


@dataclass(frozen=True)
class Area:
    """A statutory table placed on its sheet, its first row at ``top``."""

    table: Table
    grid: Grid
    top: int

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the grid at their positions on the sheet."""
        return tuple(shift(self.grid.cells, self.top, 0))

    @cached_property
    def by_ref(self) -> dict[Ref, Cell]:
        """The value cells by the figure they show."""
        return {Ref(*cell.ref): cell for cell in self.cells if cell.ref}

    @property
    def bottom(self) -> int:
        """The first row below the table."""
        return self.top + self.grid.n_rows

    @property
    def box(self) -> Box:
        """The whole table."""
        return Box(self.top, 0, self.bottom - 1, self.grid.n_columns - 1)

    @cached_property
    def stub(self) -> int:
        """The number of columns left of the first figure."""
        return min(cell.column for cell in self.by_ref.values())

    def at(self, ref: Ref) -> tuple[int, int]:
        """Row and column of a figure on the sheet."""
        cell = self.by_ref[ref]
        return cell.row, cell.column

    def boxes(self, refs: Iterable[Ref]) -> list[Box]:
        """The cells of figures as few rectangles; of merged cells the first position counts."""
        return boxes(self.at(ref) for ref in refs)

    def covering(self, refs: Sequence[Ref]) -> Box:
        """The smallest rectangle around the cells of figures, with all they cover."""
        found = [self.by_ref[ref] for ref in refs]
        return Box(
            min(cell.row for cell in found),
            min(cell.column for cell in found),
            max(cell.row + cell.rowspan - 1 for cell in found),
            max(cell.column + cell.colspan - 1 for cell in found),
        )


def names(found: Iterable[Box]) -> str:
    """Rectangles as the arguments of a formula."""
    return ",".join(box.name for box in found)
