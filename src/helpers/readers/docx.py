"""Word files (.docx, .docm, .dotx) -> paragraphs and tables in reading order.

What people see counts: automatic numbers and inserted text are in, deleted and hidden text,
field codes and comments are out. Merged cells become cells with spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from helpers.readers import limits
from helpers.readers.amounts import Amount, check_markup
from helpers.readers.document import FoundTable, Paragraph, SourceDocument
from helpers.readers.docx_numbering import Numbering
from helpers.readers.docx_styles import Styles
from helpers.readers.docx_tables import MAX_SPAN, WordCell, column_widths, to_grid
from helpers.readers.ooxml import (
    Package,
    attribute,
    child,
    children,
    chosen,
    is_on,
    number_of,
    tag,
)

_GONE = frozenset({"del", "moveFrom", "rt", "pPr", "rPr", "sdtPr", "sdtEndPr", "fldData"})
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PLACES = frozenset({"p", "tbl", "sdt", "customXml", "ins", "moveTo", "AlternateContent"})
_COUNTED = re.compile(r"(\d+\.) *")
_STALE = re.compile(
    r"^(?:Microsoft Word|WPS|PowerPoint|文档|Document\d*$)|\.(?:docx?|wps)$", re.IGNORECASE
)


def read(content: bytes, name: str) -> SourceDocument:
    """The document in a Word file. Raises InputError for what cannot be read."""
    limits.admit(content, name, "docx")
    with limits.guard(name):
        package = Package(content, "word/document.xml", partial(check_markup, name=name))
        body = child(package.main, "body")
        walker = _Walker(package, name)
        walker.blocks(body if body is not None else package.main)
        if _notes_of(package):
            walker.notes["脚注没有读"] = None
        if package.broken:
            walker.notes["文件有一部分已损坏，自动编号、标题级别可能缺少，请核对"] = None
        title = walker.title or _own_title(package)
        return SourceDocument(tuple(walker.found), title, notes=tuple(walker.notes))


def _notes_of(package: Package) -> bool:
    """Whether there are footnotes; Word keeps two that only draw the line above them."""
    root = package.related("footnotes")
    return root is not None and any(not attribute(note, "type") for note in root)


def _own_title(package: Package) -> str:
    """The title in the file's properties, unless a program put its own name there."""
    core = package.side_part("docProps/core.xml")
    element = child(core, "title")
    title = " ".join((element.text or "").split()) if element is not None else ""
    return "" if _STALE.match(title) else title


class _Walker:
    """Walks the body once and collects what it finds."""

    def __init__(self, package: Package, name: str) -> None:
        self.name = name
        self.found: list[Paragraph | FoundTable] = []
        self._amount = Amount(name)
        self.notes: dict[str, None] = {}
        self.title = ""
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"))
        self._count = {"段": 0, "个表格": 0}
        self._boxes: list[Any] = []  # text boxes seen in the paragraph or table being read
        self._carried = ""  # text of a paragraph whose end was deleted

    def blocks(self, parent: Any) -> None:
        """Everything in ``parent``: a body, a cell, a text box or a content control."""
        for element in parent:
            name = tag(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name == "AlternateContent":
                self.blocks(chosen(element))
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                self.blocks(element)
            elif name == "altChunk":
                self.notes["文件里嵌有另一份文件（altChunk），没有读"] = None
            if name in _PLACES:
                self._open_boxes()

    def _place(self, what: str) -> str:
        self._count[what] += 1
        return f"第 {self._count[what]} {what}"

    def _keep(self, block: Paragraph | FoundTable) -> None:
        self._amount.add(block)
        self.found.append(block)

    def _open_boxes(self) -> None:
        waiting, self._boxes = self._boxes, []
        for box in waiting:
            self.blocks(box)

    # --- paragraphs -------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> None:
        place = self._place("段")
        text = self._paragraph_text(element)
        if text is None:
            return
        style = attribute(child(element, "pPr", "pStyle"))
        if text and not self.title and self._styles.is_title(style):
            self.title = " ".join(text.split())
        marker, text = self._marker(element, style, text)
        if text:
            self._keep(Paragraph(text, place, self._styles.level(element), marker))

    def _marker(self, element: Any, style: str, text: str) -> tuple[str, str]:
        """The sign of a list item and the text after it.

        Numbers belong to the text (一、), except in the style that Word has for numbered lists.
        """
        if self._numbering.is_bullet(*self._styles.numbering(element)):
            return "-", text
        counted = _COUNTED.match(text) if self._styles.is_numbered_list(style) else None
        return (counted[1], text[counted.end() :]) if counted else ("", text)

    def _paragraph_text(self, element: Any) -> str | None:
        """The text with its number; None where the paragraph runs on into the next one."""
        properties = child(element, "pPr")
        raw = "".join(self._inline(element))
        lines = (" ".join(line.split()) for line in raw.split("\n"))
        text = self._carried + "\n".join(lines).strip("\n")
        self._carried = ""
        if child(properties, "rPr", "del") is not None:
            self._carried = text
            return None
        return (self._number(element) + text).strip(" ")

    def _number(self, element: Any) -> str:
        num_id, depth = self._styles.numbering(element)
        return self._numbering.next(num_id, depth) if num_id else ""

    def _inline(self, parent: Any) -> Iterator[str]:
        for element in parent:
            name = tag(element)
            if name == "r":
                if not self._hidden(element):
                    yield from self._inline(element)
            elif name == "t":
                yield element.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "sym":
                yield _symbol(element)
            elif name in ("drawing", "pict", "object"):
                self._boxes.extend(_outer_boxes(element))
            elif name == "AlternateContent":
                yield from self._inline(chosen(element))
            elif name not in _GONE:
                yield from self._inline(element)

    def _hidden(self, run: Any) -> bool:
        properties = child(run, "rPr")
        own = child(properties, "vanish")
        if own is not None:
            return is_on(own)
        return self._styles.hides(attribute(child(properties, "rStyle")))

    # --- tables -----------------------------------------------------------------------------

    def _table(self, element: Any) -> None:
        place = self._place("个表格")
        inner: list[Any] = []
        rows: list[list[WordCell]] = []
        heads = 0
        for row in children(element, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            heads += heads == len(rows) and is_on(child(properties, "tblHeader"))
            rows.append(self._row(row, inner))
            width = max((cell.column + cell.span for cell in rows[-1]), default=0)
            limits.check_extent(len(rows), width, self.name, place)
        if any(rows):
            self._keep(FoundTable(to_grid(rows, column_widths(element), heads), place))
        for nested in inner:
            self._table(nested)

    def _row(self, row: Any, inner: list[Any]) -> list[WordCell]:
        """The cells of a row; tables inside them are put aside to ``inner``."""
        cells: list[WordCell] = []
        column = number_of(child(row, "trPr", "gridBefore"), 0, MAX_SPAN)
        for element in children(row, "tc"):
            about = child(element, "tcPr")
            span = max(1, number_of(child(about, "gridSpan"), 1, MAX_SPAN))
            text = self._cell_text(element, inner)
            merge = child(about, "vMerge")
            if attribute(child(about, "hMerge")) == "continue" and cells:
                cells[-1] = replace(cells[-1], span=cells[-1].span + span)
            else:
                upward = merge is not None and attribute(merge) != "restart"
                cells.append(WordCell(text, column, span, merge is not None, upward))
            column += span
        return cells

    def _cell_text(self, cell: Any, inner: list[Any]) -> str:
        parts = []
        for block in children(cell, "p", "tbl"):
            if tag(block) == "tbl":
                inner.append(block)
            else:
                text = self._paragraph_text(block)
                parts.append(text or "")
        if self._carried:
            parts.append(self._carried)
            self._carried = ""
        return "\n".join(parts).strip("\n")


def _outer_boxes(element: Any) -> Iterator[Any]:
    """The text boxes in a drawing, each once; those inside another one wait for their turn."""
    for inner in element:
        name = tag(inner)
        if name == "txbxContent":
            yield inner
        elif name == "AlternateContent":
            yield from _outer_boxes(chosen(inner))
        else:
            yield from _outer_boxes(inner)


def _symbol(element: Any) -> str:
    code = attribute(element, "char")
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else 0
    private = 0xE000 <= number <= 0xF8FF or 0xD800 <= number <= 0xDFFF
    return "" if private or number < 32 else chr(number)
