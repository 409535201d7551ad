"""What is published, as a tree of plain values that every writer understands.

The tree holds no markup of any kind: a writer escapes every string for its own format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from helpers.grid import Grid

Role = Literal["preamble", "signoff"]


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters, one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A run of characters set apart as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break that is meant."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong importance."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stress."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to http(s), mailto or ``#fragment``."""

    target: str
    children: tuple[Inline, ...]


Inline = Text | Code | Break | Strong | Emphasis | Link


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 is a section, the title of the document being level 1."""

    level: int
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, never empty."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``start`` is the number of the first item of an ordered one."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two thoughts."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    grid: Grid


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the bytes of a file of type ``mime`` and the words that stand for it."""

    data: bytes
    mime: Literal["image/svg+xml", "image/png", "image/jpeg"]
    alt: str


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines printed as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks with a role of their own in the report."""

    role: Role
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Listing | Quote | Divider | Table | Picture | Preformatted | Passage


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that stands in the way; ``number`` is the mark beside the figures it means."""

    number: str
    severity: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding that somebody gave a reason for."""

    rule: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready to be written; ``title_lines`` are the title as it is broken in print."""

    title: str
    title_lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    agency: str = ""
    year: int | None = None
    published: date | None = None
    subject: str = ""
    draft: bool = False
    problems: tuple[Problem, ...] = ()
    explanations: tuple[Explanation, ...] = ()


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks in reading order, each before the blocks inside it."""
    for block in blocks:
        yield block
        if isinstance(block, Quote | Passage):
            yield from walk(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from walk(item)


def words(content: Iterable[Inline]) -> str:
    """The characters of a run of inlines, breaks as line ends."""
    parts = []
    for node in content:
        if isinstance(node, Text | Code):
            parts.append(node.text)
        elif isinstance(node, Break):
            parts.append("\n")
        else:
            parts.append(words(node.children))
    return "".join(parts)


def anchors(blocks: Iterable[Block]) -> dict[str, str]:
    """From what a link may call a heading (its words, blanks as ``-``) to the heading's id.

    The n-th heading of the document has the id ``s<n>``, and can be called that too.
    """
    found: dict[str, str] = {}
    headings = [block for block in walk(blocks) if isinstance(block, Heading)]
    for number, heading in enumerate(headings, 1):
        name = "-".join(words(heading.content).split())
        found.setdefault(name, f"s{number}")
        found.setdefault(f"s{number}", f"s{number}")
    return found
