"""What rows, columns and groups of the statutory tables are called, by the codes of their figures.

The words come from the format files, newest first, so that none is spelt here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from helpers import formats
from helpers.formats import Column, Format, Slot, plain
from helpers.portfolio.frame import code

Part = Literal["row", "rows", "column", "columns"]
"""A row, the group it stands in, a column, the group it stands in."""

_WORDS: dict[str, tuple[Part, str]] = {
    "open": ("row", "三.open.sum"),
    "partial": ("row", "三.partial.sum"),
    "denied": ("rows", "三.deny1.sum"),
    "unavailable": ("rows", "三.na1.sum"),
    "unhandled": ("rows", "三.np1.sum"),
    "other": ("rows", "三.oth1.sum"),
    "natural": ("column", "三.new.nat"),
    "legal": ("columns", "三.new.ent"),
    "reviews": ("row", "四.rev.sum"),
    "suits": ("rows", "四.dir.sum"),
    "kept": ("column", "四.rev.keep"),
    "fixed": ("column", "四.rev.fix"),
    "ended": ("column", "四.rev.other"),
    "pending": ("column", "四.rev.pend"),
}


def say(template: str) -> str:
    """The text with {open}, {denied} … put in words.

    >>> say("（{open}＋{partial}）÷办结")
    '（予以公开＋部分公开）÷办结'
    """
    return template.format_map(_words(tuple(formats.available())))


@lru_cache(maxsize=8)
def _words(codes: tuple[str, ...]) -> dict[str, str]:
    known = [formats.find(one) for one in reversed(codes)]
    return {word: _called(part, wanted, known) for word, (part, wanted) in _WORDS.items()}


def _called(part: Part, wanted: str, known: Iterable[Format]) -> str:
    for fmt in known:
        slot = next((slot for slot in fmt.slots.values() if code(slot) == wanted), None)
        if slot:
            return plain(_label(part, slot))
    raise KeyError(wanted)


def _label(part: Part, slot: Slot) -> str:
    if part == "row":
        return slot.line.row.label
    if part == "rows":
        return slot.line.groups[-1].label
    if part == "column":
        return slot.column.label
    return next(
        group.label for group in _groups(slot.block.columns) if slot.column in group.columns
    )


def _groups(columns: Iterable[Column]) -> Iterable[Column]:
    for column in columns:
        yield from _groups(column.columns)
        if column.columns:
            yield column
