"""Web pages -> paragraphs and tables: published pages, word processors' HTML, CMS pages.

Navigation, scripts and hidden parts are left out. A table that only arranges the page (it
holds other tables) is walked through, not read as a table.
"""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from helpers import grid_html
from helpers.errors import InputError, Problem
from helpers.readers import limits
from helpers.readers.amounts import Amount, check_mail, check_markup
from helpers.readers.document import FoundTable, Paragraph, SourceDocument

_SKIPPED = frozenset(
    """script style noscript template head nav button select option iframe object svg math
    audio video map form input textarea""".split()  # noqa: SIM905  # reads better as words
)
_INLINE = frozenset(
    """a abbr b bdi bdo big cite code del em font i ins kbd label mark q rt ruby s samp small
    span strike strong sub sup time tt u var wbr acronym o:p st1:chsdate""".split()  # noqa: SIM905
)
_HEADING = re.compile(r"h[1-6]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WHITE = re.compile(r"\s+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_META = {
    "pubdate": "发布日期",
    "publishdate": "发布日期",
    "createdate": "发布日期",
    "articletitle": "标题",
    "contentsource": "来源",
    "sitename": "网站",
    "author": "作者",
}


def read(content: bytes, name: str) -> SourceDocument:
    """The page as read. Raises InputError where there is no page in the bytes."""
    text, notes = _decode(_page_of(content, name))
    check_markup(text, name)
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
        del text  # the tree has all of it
    except (etree.ParserError, etree.LxmlError, ValueError) as error:
        raise InputError([Problem(name, "不是能读的网页，或文件是空的")]) from error
    fields = {
        _META[meta.get("name", "").lower()]: (meta.get("content") or "").strip()
        for meta in root.iter("meta")
        if meta.get("name", "").lower() in _META
    }
    title = " ".join((root.findtext(".//title") or "").split())
    walk = _Walk(name)
    walk.through(root)
    return SourceDocument(tuple(walk.blocks), title, fields, tuple(notes))


def _page_of(content: bytes, name: str) -> bytes:
    """The page inside an .mht archive; other content as it is."""
    if b"mime-version" not in content[:2000].lower():
        return content
    check_mail(content, name)
    parts = BytesParser(policy=policy.compat32).parsebytes(content).walk()
    pages = (part.get_payload(decode=True) for part in parts if _is_page(part))
    return next((page for page in pages if isinstance(page, bytes)), content)


def _is_page(part: Message) -> bool:
    return part.get_content_type() == "text/html"


def _decode(content: bytes) -> tuple[str, list[str]]:
    declared = _CHARSET.search(content[:4096])
    names = ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    if declared:
        told = declared.group(1).decode("ascii").lower()
        names.append("gb18030" if told.startswith("gb") else told)
    for encoding in (*names, "gb18030"):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        notes = [] if encoding == "utf-8-sig" else [f"文件编码是 {encoding}，已转换"]
        return _without_declaration(text), notes
    return content.decode("gb18030", "replace"), ["个别字符的编码有误，已用“\ufffd”代替"]


def _without_declaration(text: str) -> str:
    """The text without an XML declaration, which lxml refuses in decoded text."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).replace("\x00", "")


class _Walk:
    """Goes through a page once, without recursion, and collects its blocks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: list[Paragraph | FoundTable] = []
        self._amount = Amount(name)
        self._words: list[str] = []
        self._level = 0
        self._tables = 0
        self._marker = ""
        self._counts: list[int] = []

    def through(self, root: Any) -> None:
        """Collect the blocks below ``root``."""
        skipping: Any = None
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if skipping is not None:
                if event == "end" and node is skipping:
                    skipping = None
                    self._say(node.tail)
                continue
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                if self._passed_over(node, tag):
                    skipping = node
                    continue
                self._open(node, tag)
            else:
                self._close(node, tag)
        self._flush()

    def _passed_over(self, node: Any, tag: str) -> bool:
        if tag in _SKIPPED or _HIDDEN.search(node.get("style", "")) or "hidden" in node.attrib:
            return True
        if tag == "table" and node.find(".//table") is None:
            self._flush()
            self._tables += 1
            place = f"第 {self._tables} 个表格"
            limits.check_extent(*grid_html.extent(node), self.name, place)
            grid = grid_html.read_table(node)
            if grid.cells:
                self._keep(FoundTable(grid, place))
            return True
        return False

    def _open(self, node: Any, tag: str) -> None:
        if tag == "br":
            self._words.append("\n")
        elif tag not in _INLINE:
            self._flush()
            self._level = int(tag[1]) if _HEADING.fullmatch(tag) else self._level
            self._list(node, tag)
        self._say(node.text)

    def _close(self, node: Any, tag: str) -> None:
        if tag not in _INLINE and tag != "br":
            self._flush()
            self._level = 0 if _HEADING.fullmatch(tag) else self._level
            if tag in ("ul", "ol") and self._counts:
                self._counts.pop()
        self._say(node.tail)

    def _list(self, node: Any, tag: str) -> None:
        """Lists and their items; only ordered ones count, from where they say."""
        if tag in ("ul", "ol"):
            start = node.get("start", "")
            first = int(start) if start.isascii() and start.isdecimal() else 1
            self._counts.append(max(first, 1) - 1 if tag == "ol" else -1)
        if tag == "li" and self._counts:
            ordered = self._counts[-1] >= 0
            self._counts[-1] += ordered
            self._marker = f"{self._counts[-1]}." if ordered else "-"

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(_WHITE.sub(" ", text))

    def _flush(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._words).split("\n"))
        self._words.clear()
        # Pages separate paragraphs by line breaks as often as by <p>.
        for line in lines:
            if line:
                place = f"第 {self._amount.paragraphs + 1} 段"
                self._keep(Paragraph(line, place, self._level, self._marker))
                self._marker = ""

    def _keep(self, block: Paragraph | FoundTable) -> None:
        self._amount.add(block)
        self.blocks.append(block)
