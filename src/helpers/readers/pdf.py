"""PDF files -> paragraphs and ruled tables in reading order.

Cells come from the ruling lines on the page, so that a merged cell is one cell. Page numbers,
running headers and watermarks are left out. Pages without text are told, not guessed at.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.readers import limits
from helpers.readers.document import FoundTable, Paragraph, SourceDocument
from helpers.readers.pdf_joining import PageTable
from helpers.readers.pdf_tables import boxes_of, ruled
from helpers.readers.pdf_text import (
    BULLETS,
    Line,
    Margins,
    goes_on,
    is_upright,
    joined,
    lines_of,
    margins,
)

MAX_PAGES = 200

_FOOT = re.compile(
    r"[\s—–―─\-·~]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，共]+\s*\d{1,4}\s*页?)?[\s—–―─\-·~]*"
)
_STALE = re.compile(r"(?:Microsoft|WPS|幻灯片|未命名|untitled|无标题)|.*\.\w{2,5}$", re.IGNORECASE)


@dataclass
class _Page:
    """What stands on a page: lines outside tables, and tables, both from top to bottom."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    remark: str = ""


def read(content: bytes, name: str) -> SourceDocument:
    """The document in a PDF file. Raises InputError for what cannot be read."""
    limits.admit(content, name, "pdf")
    with limits.guard(name):
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        return _read(content, name)


def _read(content: bytes, name: str) -> SourceDocument:
    with _opened(content, name) as pdf:
        if len(pdf.pages) > MAX_PAGES:
            limits.fail(name, f"PDF 有 {len(pdf.pages)} 页，超过 {MAX_PAGES} 页，没有读")
        pages = []
        for page in pdf.pages:
            pages.append(_page(page, name))
            page.close()  # frees what was parsed
        title = pdf.metadata.get("Title")
    notes = [f"第 {page.number} 页{page.remark}" for page in pages if page.remark]
    if not any(page.lines or page.tables for page in pages):
        scan = all(page.remark in ("", _SCAN) for page in pages)
        limits.fail(name, _NO_TEXT if scan else notes[0])
    _drop_margins(pages)
    _join_tables(pages)
    blocks = tuple(_blocks(pages))
    notes += [f"第 {n} 页可能有没有框线的表格，没有当作表格读" for n in _unruled(pages)]
    own = " ".join(title.split()) if isinstance(title, str) else ""
    return SourceDocument(blocks, "" if _STALE.match(own) else own, notes=tuple(notes))


_NO_TEXT = "PDF 里没有文字，可能是扫描件或图片；请用带文字的 PDF、Word 或网页版本"
_SCAN = "没有文字，可能是扫描件或图片，没有读"
_NO_CODES = "的字体没有附带编码，文字取不出来；请换一个版本的文件"


def _opened(content: bytes, name: str) -> Any:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        return pdfplumber.open(io.BytesIO(content))
    except Exception as error:
        if any(isinstance(e, PDFPasswordIncorrect) for e in (error, *error.args)):
            limits.fail(name, "文件加了密码，请先去掉密码再读")
        raise


def _page(page: Any, name: str) -> _Page:
    made = _Page(page.page_number, float(page.width), float(page.height))
    chars = [char for char in page.chars if is_upright(char)]
    if not any(char["text"].strip() for char in chars):
        turned = sum(1 for char in page.chars if char["text"].strip())
        if turned > 20:
            made.remark = "的文字是旋转的，没有读"
        elif page.images or len(page.curves) > 100:
            made.remark = _SCAN
        return made
    if sum(char["text"].startswith("(cid:") for char in chars) * 3 > len(chars):
        made.remark = _NO_CODES
        return made
    rest = chars
    for number, cells in enumerate(ruled(page), 1):
        boxes, rest = boxes_of(cells, rest)
        table = PageTable(boxes, page.page_number, number)
        limits.check_extent(*table.extent(), name, table.place)
        if any(box.text for box in boxes):
            made.tables.append(table)
    made.tables.sort(key=lambda table: table.top)
    made.lines = lines_of(rest)
    return made


def _join_tables(pages: Sequence[_Page]) -> None:
    """Let tables at the foot of a page go on with those at the head of the next."""
    open_table: PageTable | None = None
    for page in pages:
        tables = page.tables
        last = tables[-1] if tables else None
        at_foot = last is not None and all(line.top < last.bottom for line in page.lines)
        if open_table and tables and _goes_on(open_table, page):
            open_table.take(tables[0])
            page.tables = tables[1:]
            last = page.tables[-1] if page.tables else open_table
        open_table = last if at_foot else None


def _goes_on(table: PageTable, page: _Page) -> bool:
    first = page.tables[0]
    return table.has_lines_of(first) and all(line.top > first.top for line in page.lines)


# --- what is not body text ------------------------------------------------------------------


def _drop_margins(pages: list[_Page]) -> None:
    """Drop page numbers, running headers and footers."""
    ends = Counter(_at_end(page, line) for page in pages for line in page.lines)
    often = max(2, round(0.6 * len(pages)))
    tagged = any(not line.aside for page in pages for line in page.lines)
    for page in pages:
        page.lines = [
            line
            for line in page.lines
            if not (line.aside and tagged)
            and not _is_number(page, line)
            and not _is_running(page, line, ends, often)
        ]


def _at_end(page: _Page, line: Line) -> tuple[str, int] | None:
    """What a line at the head or the foot of a page has in common with those of other pages."""
    if 0.1 * page.height < line.top and line.bottom < 0.9 * page.height:
        return None
    return re.sub(r"\d+", "#", line.text), round(line.top / 3)


def _is_running(page: _Page, line: Line, ends: Counter[tuple[str, int] | None], often: int) -> bool:
    key = _at_end(page, line)
    return key is not None and ends[key] >= often


def _is_number(page: _Page, line: Line) -> bool:
    at_end = line.top > 0.85 * page.height or line.bottom < 0.08 * page.height
    return at_end and bool(_FOOT.fullmatch(line.text))


def _unruled(pages: Iterable[_Page]) -> Iterator[int]:
    """Numbers of pages on which several lines fall into three parts or more."""
    for page in pages:
        if sum(len(line.gaps) > 1 for line in page.lines) > 1:
            yield page.number


# --- blocks ---------------------------------------------------------------------------------


def _blocks(pages: Sequence[_Page]) -> Iterator[Paragraph | FoundTable]:
    """Paragraphs and tables in order; a paragraph may run over to the next page."""
    about = _margins_by_width(pages)
    open_lines: list[Line] = []
    place = ""
    for page in pages:
        first_on_page = True
        for item in _items(page):
            if isinstance(item, PageTable):
                yield from _paragraph(open_lines, place)
                open_lines = []
                yield FoundTable(item.grid(), item.place)
                continue
            same_page, first_on_page = not first_on_page, False
            frame = about[round(page.width)]
            if not (open_lines and goes_on(open_lines[-1], item, frame, same_page=same_page)):
                yield from _paragraph(open_lines, place)
                open_lines, place = [], f"第 {page.number} 页"
            open_lines.append(item)
    yield from _paragraph(open_lines, place)


def _margins_by_width(pages: Sequence[_Page]) -> dict[int, Margins]:
    by_width: dict[int, list[list[Line]]] = {}
    for page in pages:
        by_width.setdefault(round(page.width), []).append(page.lines)
    return {width: margins(found, width) for width, found in by_width.items()}


def _items(page: _Page) -> Iterator[Line | PageTable]:
    """Lines and tables from top to bottom."""
    waiting = list(page.tables)
    for line in page.lines:
        while waiting and waiting[0].top < line.top:
            yield waiting.pop(0)
        yield line
    yield from waiting


def _paragraph(lines: list[Line], place: str) -> Iterator[Paragraph]:
    if lines:
        text = joined(lines)
        bare = text.lstrip(BULLETS).lstrip()
        yield Paragraph(bare or text, place, marker="-" if bare and bare != text else "")
