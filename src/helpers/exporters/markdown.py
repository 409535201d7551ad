"""Markdown to the document tree: no raw HTML, safe links, only pictures that are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from helpers.exporters import pictures
from helpers.exporters.document import (
    Block,
    Break,
    Code,
    Divider,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Strong,
    Table,
    Text,
    words,
)
from helpers.exporters.text import clean, is_wide
from helpers.grid import Cell, Role, from_rows

Attachments = Mapping[str, Mapping[str, str]]
"""The pictures attached to a notebook cell: file name -> MIME type -> base64."""

_SAFE_LINK = re.compile(r"(https?://|mailto:|#)\S", re.IGNORECASE)


def parse(
    source: str, attachments: Attachments | None = None, *, keep_lines: bool = False
) -> tuple[Block, ...]:
    """The blocks of a Markdown text. ``keep_lines``: every line end is a line break."""
    from markdown_it.tree import SyntaxTreeNode

    root = SyntaxTreeNode(_parser().parse(clean(source)))
    return tuple(_Walker(attachments or {}, keep_lines).blocks(root.children))


@lru_cache(maxsize=1)
def _parser() -> Any:
    """CommonMark with tables and without indented code: four blanks are an indent here."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("code")


@dataclass(frozen=True, slots=True)
class _Walker:
    attachments: Attachments
    keep_lines: bool
    pictures: list[Picture] = field(default_factory=list)

    def blocks(self, nodes: Sequence[Any]) -> Iterator[Block]:
        """The blocks of some nodes, each followed by the pictures that stood inside it."""
        for node in nodes:
            block = self._block(node)
            if block is not None:
                yield block
            yield from self.pictures
            self.pictures.clear()

    def _block(self, node: Any) -> Block | None:
        match node.type:
            case "heading":
                content = self._content(node)
                return Heading(int(node.tag[1]), content) if content else None
            case "paragraph":
                content = self._content(node)
                return Paragraph(content) if content else None
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "blockquote":
                return Quote(tuple(self.blocks(node.children)))
            case "table":
                return self._table(node)
            case "fence":
                return Preformatted(node.content.rstrip("\n")) if node.content.strip() else None
            case "hr":
                return Divider()
        return None

    def _list(self, node: Any) -> Listing | None:
        items = tuple(filter(None, (tuple(self.blocks(item.children)) for item in node.children)))
        start = int(node.attrs.get("start", 1))
        return Listing(node.type == "ordered_list", start, items) if items else None

    def _table(self, node: Any) -> Table:
        rows = []
        for part in node.children:
            role: Role = "column" if part.type == "thead" else "value"
            for row in part.children:
                texts = (words(self._content(cell)) for cell in row.children)
                rows.append([Cell(text, role=role) for text in texts])
        heads = sum(len(part.children) for part in node.children if part.type == "thead")
        return Table(from_rows(rows, fill=True, header_rows=heads))

    def _content(self, node: Any) -> tuple[Inline, ...]:
        inline = [child for child in node.children if child.type == "inline"]
        nodes = [n for child in inline for n in self._inlines(child.children)]
        return _trim(nodes)

    def _inlines(self, nodes: Sequence[Any]) -> list[Inline]:
        found: list[Inline] = []
        for index, node in enumerate(nodes):
            if node.type == "softbreak":
                found.extend(self._line_end(found, nodes[index + 1 :]))
            else:
                found.extend(self._inline(node))
        return found

    def _inline(self, node: Any) -> list[Inline]:
        match node.type:
            case "text" | "html_inline":
                # Cleaned again: an entity may stand for any character.
                text = clean(node.content).replace("\n", " ")
                return [Text(text)] if text else []
            case "code_inline":
                return [Code(node.content)]
            case "hardbreak":
                return [Break()]
            case "strong":
                return [Strong(tuple(self._inlines(node.children)))]
            case "em":
                return [Emphasis(tuple(self._inlines(node.children)))]
            case "link":
                return self._link(node)
            case "image":
                return self._image(node)
        return self._inlines(node.children)

    def _line_end(self, before: list[Inline], after: Sequence[Any]) -> list[Inline]:
        if self.keep_lines:
            return [Break()]
        last, first = words(before)[-1:], words(self._inlines(after[:1]))[:1]
        if last and first and is_wide(last) and is_wide(first):
            return []
        return [Text(" ")]

    def _link(self, node: Any) -> list[Inline]:
        children = self._inlines(node.children)
        target = str(node.attrs.get("href", ""))
        if not children or not _SAFE_LINK.match(target):
            return children
        return [Link(target, tuple(children))]

    def _image(self, node: Any) -> list[Inline]:
        source, alt = str(node.attrs.get("src", "")), words(self._inlines(node.children))
        picture = pictures.from_data_uri(source, alt) or self._attached(source, alt)
        if picture:
            self.pictures.append(picture)
            return []
        return [Text(alt)] if alt else []

    def _attached(self, source: str, alt: str) -> Picture | None:
        if not source.lower().startswith("attachment:"):
            return None
        for mime, data in self.attachments.get(unquote(source[11:]), {}).items():
            if picture := pictures.raster(data, mime, alt):
                return picture
        return None


def _trim(nodes: list[Inline]) -> tuple[Inline, ...]:
    """Without blanks at either end: the writers indent, not ideographic spaces."""
    while nodes and (isinstance(nodes[0], Break) or not words(nodes[:1]).strip()):
        nodes = nodes[1:]
    while nodes and (isinstance(nodes[-1], Break) or not words(nodes[-1:]).strip()):
        nodes = nodes[:-1]
    if nodes and isinstance(nodes[0], Text):
        nodes = [Text(nodes[0].text.lstrip()), *nodes[1:]]
    return tuple(nodes)
