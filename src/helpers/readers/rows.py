"""Which statutory row a row of a real table is: by its label, exactly or nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from helpers.formats import Block, Line, Table, plain
from helpers.grid import Cell
from helpers.readers.cells import is_number, is_value

_ALIKE = 0.72  # how alike two labels must be to be taken for the same
_APART = 0.12  # and how much better than the next best
_PIECE = 5  # characters of a label that was cut in two


class Hit(NamedTuple):
    """The row found, the cell that named it, and how the label was read if not exactly."""

    block: Block
    line: Line
    label: Cell
    read_as: str


class LineFinder:
    """Finds the rows of one statutory table in the rows of a real one, top down."""

    def __init__(self, table: Table) -> None:
        self._lines = [(block, line) for block in table.blocks for line in block.lines]
        self._fields = {n for b in table.blocks for c in b.fields for n in c.names}
        self._groups = {n for _, line in self._lines for g in line.groups for n in g.names}
        self._seen: set[str] = set()
        self._names = [(line.row.names | _paths(line), block, line) for block, line in self._lines]

    @property
    def started(self) -> bool:
        """Whether any row of the table was found so far."""
        return bool(self._seen)

    def find(self, row: Sequence[Cell], number: int) -> Hit | None:
        """The statutory row that this row of cells is, None for heads and other rows.

        ``number`` is the index of the row in its grid: a cell that began higher up is a group
        label, not the row's own.
        """
        heads = sum(plain(cell.text) in self._fields for cell in row)
        values = [cell for cell in row if is_value(cell.text)]
        if not values or heads > 1:
            return None
        stub = list(_stub(row))
        hit = self._exact(stub) or (self._near(stub, number) if self._convincing(row) else None)
        if hit is None or _is_head(row, hit.label):
            return None
        self._seen.add(hit.line.path)
        return hit

    def is_head(self, row: Sequence[Cell]) -> bool:
        """Whether the row is made of column heads: several labels, or a known one, no number."""
        labels = [cell for cell in row if cell.text.strip()]
        known = any(plain(cell.text) in self._fields for cell in labels)
        return (len(labels) > 1 or known) and not any(is_number(c.text) for c in labels)

    def tells(self, row: Sequence[Cell], head: Sequence[Cell]) -> bool:
        """Whether a row of no statutory name holds figures: several, or one with label and head.

        A lone number may also be that of a page, or the postcode of the agency.
        """
        numbers = [cell for cell in row if is_number(cell.text)]
        if not self.started or len(numbers) != 1:
            return self.started and len(numbers) > 1
        (number,) = numbers
        labels = [cell for cell in row if not is_value(cell.text)]
        above = [cell for cell in head if plain(cell.text) in self._fields]
        under = any(h.column <= number.column < h.column + h.colspan for h in above)
        return under and len(labels) == 1 and labels[0].column < number.column

    def _convincing(self, row: Sequence[Cell]) -> bool:
        """Whether the row holds numbers, so that its label is worth a guess."""
        return self.started and any(is_number(cell.text) for cell in row)

    def _exact(self, stub: Sequence[Cell]) -> Hit | None:
        for cell in reversed(stub):
            name = plain(cell.text)
            for names, block, line in self._names:
                if name in names:
                    return Hit(block, line, cell, "")
        return None

    def _near(self, stub: Sequence[Cell], number: int) -> Hit | None:
        for cell in reversed(stub):
            name = plain(cell.text)
            if len(name) < 2 or name in self._groups or cell.row != number:
                continue
            ranked = sorted(self._ranked(name), key=lambda item: -item[0])
            if not ranked or ranked[0][0] < _ALIKE:
                continue
            if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _APART:
                continue
            _, block, line = ranked[0]
            return Hit(block, line, cell, line.row.label)
        return None

    def _ranked(self, name: str) -> Iterator[tuple[float, Block, Line]]:
        for block, line in self._lines:
            if line.path not in self._seen:
                yield max(_likeness(name, other) for other in line.row.names), block, line


def _is_head(row: Sequence[Cell], label: Cell) -> bool:
    """Whether other labels and no number follow, as in a head that names the row as well."""
    after = [cell for cell in row if cell.column > label.column]
    words = any(not is_value(cell.text) for cell in after)
    return words and not any(is_number(cell.text) for cell in after)


def _stub(row: Sequence[Cell]) -> Iterator[Cell]:
    """The leading cells of a row that hold text."""
    for cell in row:
        if is_number(cell.text):
            return
        if cell.text.strip() and not is_value(cell.text):
            yield cell


def _paths(line: Line) -> set[str]:
    """The row's label run together with those of its groups."""
    names, text = set(), plain(line.row.label)
    for group in reversed(line.groups):
        text = plain(group.label) + text
        names.add(text)
    return {plain(name) for name in names} | {
        plain("".join(row.label for row in (*line.groups[i:], line.row)))
        for i in range(len(line.groups))
    }


def _likeness(name: str, other: str) -> float:
    """How alike two labels are, 1 for a piece of a label that was cut in two."""
    if len(name) >= _PIECE and (other.startswith(name) or other.endswith(name)):
        return 0.95
    return SequenceMatcher(None, name, other, autojunk=False).ratio()
