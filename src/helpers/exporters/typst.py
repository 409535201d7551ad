"""The document tree as data for the Typst template: strings and numbers, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from helpers.exporters import pictures, titles
from helpers.exporters.breaks import ems, pieces
from helpers.exporters.columns import INSET, Plan, cell_lines, is_left, plan
from helpers.exporters.document import (
    Block,
    Break,
    Code,
    Divider,
    Document,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Passage,
    Picture,
    Preformatted,
    Quote,
    Strong,
    Table,
    Text,
    anchors,
    walk,
    words,
)
from helpers.exporters.heights import candidates, cell_texts, row_lines
from helpers.grid import Cell, Grid

WIDTH = 156 / 25.4 * 72
"""Width of the type area in points."""

_TITLE_ROOM = 20.0  # em: characters of 二号 in a line
_ON_ONE_PAGE = 45  # rows; a longer table is not even tried whole
_SPACES = re.compile(r"(?<![^ ]) | (?= )")  # those that align columns: all but single ones
_FORMATS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


def write(document: Document) -> dict[str, Any]:
    """The template's data, ready for JSON."""
    writer = _Writer(anchors(document.blocks))
    published = document.published
    return {
        "title": document.title,
        "title_lines": [
            part for line in document.title_lines for part in titles.broken(line, _TITLE_ROOM)
        ],
        "agency": document.agency,
        "subject": document.subject,
        "date": [published.year, published.month, published.day]
        if published
        else [document.year or 2000, 12, 31],
        "draft": document.draft,
        "problems": [
            {
                "number": p.number,
                "label": f"{p.severity} {p.rule}".strip(),
                "words": pieces(p.message),
            }
            for p in document.problems
        ],
        "explanations": [
            {"label": e.rule, "words": pieces(e.message), "reason": pieces(e.reason)}
            for e in document.explanations
        ],
        "blocks": writer.blocks(document.blocks),
        "inset": INSET,
    }


def texts(document: Document) -> Iterator[str]:
    """Every string of the document that ends up on paper."""
    yield from document.title_lines
    for problem in document.problems:
        yield from (problem.number, problem.severity, problem.rule, problem.message)
    for explanation in document.explanations:
        yield from (explanation.rule, explanation.message, explanation.reason)
    for block in walk(document.blocks):
        match block:
            case Heading() | Paragraph():
                yield words(block.content)
            case Table():
                yield block.grid.caption
                yield from (cell.text + cell.mark for cell in block.grid.cells)
            case Preformatted():
                yield block.text
            case Picture(mime="image/svg+xml"):
                yield pictures.svg_words(block)


@dataclass(slots=True)
class _Writer:
    anchors: dict[str, str]
    n_headings: int = 0
    signed: bool = False
    depth: int = 0
    """In how many lists and quotations the next block stands."""

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        return [self.block(block) for block in blocks]

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading():
                self.n_headings += 1
                return {
                    "kind": "heading",
                    "level": block.level - 1,
                    "words": self.inline(block.content),
                    "label": f"s{self.n_headings}",
                    "annex": self.signed and block.level == 2,
                }
            case Paragraph():
                return {"kind": "paragraph", "words": self.inline(block.content)}
            case Listing():
                items = [self._inside(item) for item in block.items]
                start = block.start if block.ordered else None
                return {"kind": "list", "start": start, "items": items}
            case Quote():
                return {"kind": "quote", "blocks": self._inside(block.blocks)}
            case Passage():
                return self._passage(block)
            case Divider():
                return {"kind": "divider"}
            case Table():
                return table(block.grid, whole_width=not self.depth)
            case Picture():
                return _picture(block)
            case Preformatted():
                return _preformatted(block.text)

    def _inside(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        self.depth += 1
        written = self.blocks(blocks)
        self.depth -= 1
        return written

    def _passage(self, passage: Passage) -> dict[str, Any]:
        blocks: Iterable[Block] = passage.blocks
        if passage.role == "signoff":
            self.signed = True
            blocks = map(_folded, blocks)
        return {"kind": passage.role, "blocks": self.blocks(blocks)}

    def inline(self, content: Iterable[Inline]) -> list[dict[str, Any]]:
        return [self._inline(node) for node in content]

    def _inline(self, node: Inline) -> dict[str, Any]:
        match node:
            case Text():
                return {"kind": "text", "pieces": pieces(node.text)}
            case Code():
                return {"kind": "code", "pieces": pieces(node.text)}
            case Break():
                return {"kind": "break"}
            case Strong():
                return {"kind": "strong", "words": self.inline(node.children)}
            case Emphasis():
                return {"kind": "emphasis", "words": self.inline(node.children)}
            case Link():
                inside = self.inline(node.children)
                if not node.target.startswith("#"):
                    return {"kind": "link", "target": node.target, "words": inside}
                label = self.anchors.get(unquote(node.target[1:]))
                return {"kind": "reference" if label else "span", "target": label, "words": inside}


def _folded(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(tuple(titles.folded(block.content)))
    return block


def _picture(picture: Picture) -> dict[str, Any]:
    """A picture with its bytes as text (SVG) or numbers: Typst takes no binary file in memory."""
    is_svg = picture.mime == "image/svg+xml"
    data = picture.data.decode() if is_svg else list(picture.data)
    return {"kind": "picture", "data": data, "format": _FORMATS[picture.mime], "alt": picture.alt}


def _preformatted(text: str) -> dict[str, Any]:
    """Lines in half-width type, as small as the longest asks for (7 pt at least)."""
    lines = text.split("\n")
    longest = max(sum(2 if ems(c) == 1 else 1 for c in line) for line in lines) or 1
    size = max(7.0, min(10.5, 2 * (WIDTH - 12) / longest))
    cut = [pieces(_SPACES.sub("\u00a0", line), (WIDTH - 12) / size) for line in lines]
    return {"kind": "lines", "lines": cut, "size": round(size, 2)}


def table(grid: Grid, *, whole_width: bool = True) -> dict[str, Any]:
    """A table: type size, column widths in points, and runs of head and body rows.

    Of one that has not the ``whole_width`` no height is sure.
    """
    chosen = plan(grid, WIDTH)
    sizes = [chosen.size]
    if grid.n_rows <= _ON_ONE_PAGE:
        sizes += [size / 2 for size in range(int(chosen.size * 2) - 1, 15, -1)]
    inside = cell_texts(grid, chosen)
    worth, sure = candidates(inside, grid.n_rows, sizes) if whole_width else (sizes, False)
    return {
        "kind": "table",
        "caption": grid.caption,
        "columns": [round(width, 3) for width in chosen.widths],
        "size": chosen.size,
        "sizes": list(worth),
        "sure": sure,
        "rows": row_lines(inside, grid.n_rows, worth[0]) if sure else [],
        "whole": grid.n_rows <= _ON_ONE_PAGE,
        "runs": [
            {
                "head": level,
                "repeat": level > 0 and first < grid.header_rows,
                "cells": [_cell(c, chosen) for row in rows for c in row],
            }
            for level, first, rows in _runs(grid)
        ],
    }


def _runs(grid: Grid) -> Iterator[tuple[int, int, list[list[Cell]]]]:
    """(head level or 0, first row, rows) for each stretch of head rows or body rows.

    A stretch of head rows holds column heads only, and no cell leaves it.
    """
    rows = grid.rows()
    start = 0
    while start < grid.n_rows:
        end = start + 1
        if height := _head_height(grid, rows, start):
            end = start + height
            yield (1 if start == 0 else 2), start, rows[start:end]
        else:
            while end < grid.n_rows and not _head_height(grid, rows, end):
                end += 1
            yield 0, start, rows[start:end]
        start = end


def _head_height(grid: Grid, rows: list[list[Cell]], start: int) -> int:
    """How many rows from ``start`` on are column heads, 0 where none or a cell sticks out."""
    end = start
    while end < grid.n_rows and all(c.role in ("column", "corner") for c in rows[end]):
        end += 1
    if start < grid.header_rows:
        end = max(end, grid.header_rows) if start == 0 else end
    inside = all(c.row + c.rowspan <= end for row in rows[start:end] for c in row)
    return end - start if inside and end < grid.n_rows and rows[start] else 0


def _cell(cell: Cell, chosen: Plan) -> dict[str, Any]:
    room = chosen.room(cell)
    head = cell.role in ("column", "row")
    left = is_left(cell, chosen)
    lines = cell_lines(cell, room, left=left)
    wordy = cell.role == "value" and ems(cell.text) > max(room, 12)
    return {
        "x": cell.column,
        "y": cell.row,
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
        "lines": [pieces(line, room) for line in lines],
        "mark": cell.mark,
        "left": left or wordy,
        "balanced": head and len(lines) == 1 and room < ems(cell.text) < 24 and not left,
    }
