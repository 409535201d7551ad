"""What a reader makes of a file: paragraphs and Grids in reading order, nothing more.

Readers do not know what a table means; the matcher does that, from the same format data that
prints the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from helpers.grid import Grid


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text. ``level`` is its heading level where the file says so, else 0.

    ``marker`` is the sign of a list item where the file makes it one: "-" or "1.".

    ``place`` tells a person where it stands: 第 2 页, 工作表“封面”第 3 行. A forced line break
    inside the paragraph is a newline.
    """

    text: str
    place: str = ""
    level: int = 0
    marker: str = ""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with its place. Cell texts keep forced line breaks as newlines."""

    grid: Grid
    place: str = ""


@dataclass(frozen=True)
class SourceDocument:
    """A file as read: ``blocks`` in order, the ``title`` it gives itself, and its ``fields``.

    ``fields`` are things the file says of itself outside its text under Chinese names, such as
    发布日期. ``notes`` are sentences about what the reader had to do (an encoding, a page
    without text). ``residues`` are pieces of another program's marks that were taken out of the
    text.
    """

    blocks: tuple[Paragraph | FoundTable, ...]
    title: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    residues: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs alone."""
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def tables(self) -> tuple[FoundTable, ...]:
        """The tables alone."""
        return tuple(block for block in self.blocks if isinstance(block, FoundTable))
