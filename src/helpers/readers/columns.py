"""Which column a value of a row belongs to: by the head above it, or by its order."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from helpers.formats import Block, Column, plain
from helpers.grid import Cell
from helpers.readers.cells import is_value

_ALIKE = 0.6  # how alike a misspelt head must be to the one expected


class Value(NamedTuple):
    """A value cell of a data row and the grid columns it covers."""

    text: str
    columns: range


def by_heads(
    fields: Sequence[Column], values: Sequence[Value], head: Sequence[Cell]
) -> dict[Column, str] | None:
    """Values by the heads above them: every column exactly once, else None.

    Where several cells stand under one head, as with cells nobody merged, all but one must be
    blank.
    """
    names = {name: column.label for column in fields for name in column.names}
    above = {
        column: names.get(plain(cell.text), "")
        for cell in head
        for column in range(cell.column, cell.column + cell.colspan)
    }
    placed: dict[str, str] = {}
    for value in values:
        over = {above.get(column, "") for column in value.columns} - {""}
        if not over and not value.text.strip():
            continue
        if len(over) != 1:
            return None
        (label,) = over
        if placed.get(label, "").strip() and value.text.strip():
            return None
        placed[label] = placed.get(label, "").strip() or value.text
    if len(placed) != len(fields):
        return None
    return {column: placed[column.label] for column in fields}


def in_order(block: Block, head: Sequence[Cell]) -> bool:
    """Whether the heads, so far as there are any, are those of the block in printed order.

    Slips of the pen are let pass; a head of another block or format is not.
    """
    expected = iter(block.fields)
    groups = {plain(group.label) for group in block.columns if group.columns}
    for cell in head:
        name = plain(cell.text)
        if name in groups or name == plain(block.corner):
            continue
        if not any(_alike(name, column) for column in expected):
            return False
    return True


def _alike(name: str, column: Column) -> bool:
    ratios = (SequenceMatcher(None, name, n, autojunk=False).ratio() for n in column.names)
    return max(ratios) >= _ALIKE


def from_first_filled(texts: list[str], wanted: int) -> list[str]:
    """The texts without blanks in front, where exactly these are too many."""
    surplus = len(texts) - wanted
    in_front = surplus > 0 and not any(text.strip() for text in texts[:surplus])
    return texts[surplus:] if in_front and texts[surplus].strip() else texts


def with_blanks(fields: Sequence[Column], values: Sequence[Value]) -> dict[Column, str] | None:
    """One value for one column where the other cells of the row are empty."""
    filled = [value for value in values if value.text.strip()]
    if len(fields) == 1 and len(filled) == 1 and is_value(filled[0].text):
        return {fields[0]: filled[0].text}
    return None
