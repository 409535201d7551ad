"""How much of a file is read: counted while it is read, so that far too much is never held.

The largest reports known have some thousand paragraphs and lines, some 20,000 characters and
some 50,000 pieces of markup. What goes beyond these limits many times is no report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from helpers.readers.document import FoundTable, Paragraph
from helpers.readers.limits import fail

MAX_BLOCKS = 50_000
"""Paragraphs and tables of a document."""

MAX_TEXT = 1_000_000
"""Characters of its paragraphs."""

MAX_CELLS = 300_000
"""Cells of all its tables."""

MAX_MARKUP = 1_000_000
"""Tags (opening and closing) and attributes of a web page or Word file, which become a tree."""

MAX_LINES = 500_000
"""Lines of a text file, table cells that have a line each included."""

MAX_CHARACTERS = 10_000_000
"""Characters of a text file, blanks included."""

MAX_MAIL_LINES, MAX_MAIL_PARTS = 1_000_000, 10_000
"""Lines and parts of an .mht archive, in which pictures take 76 characters a line."""

_TOO_MUCH = "，超过上限 {} {}，太多，不像年度报告，没有读；请只留下报告再读"
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


class Amount:
    """What has been read of a file so far. Raises InputError once it is too much."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks = self.paragraphs = self.length = self.cells = 0

    def add(self, block: Paragraph | FoundTable) -> None:
        """Count a block."""
        self.blocks += 1
        if isinstance(block, Paragraph):
            self.paragraphs += 1
            self.length += len(block.text)
        else:
            self.cells += len(block.grid.cells)
        if self.length > MAX_TEXT or self.cells > MAX_CELLS or self.blocks > MAX_BLOCKS:
            read = f"读到第 {self.blocks} 段时已有 {self.length} 字、{self.cells} 格"
            most = f"一份报告最多读 {MAX_BLOCKS} 段、{MAX_TEXT} 字、{MAX_CELLS} 格"
            fail(self.name, f"{read}，太多，不像年度报告（{most}）；请只留下报告再读")


def counted(
    blocks: Iterable[Paragraph | FoundTable], name: str
) -> Iterator[Paragraph | FoundTable]:
    """The blocks as they come. Raises InputError once they are too many."""
    amount = Amount(name)
    for block in blocks:
        amount.add(block)
        yield block


def check_markup(content: str | bytes, name: str) -> None:
    """Raise InputError where there are too many tags and attributes to make a tree of."""
    if isinstance(content, str):
        many = content.count("<") + content.count("=")
    else:
        many = content.count(b"<") + content.count(b"=")
    if many > MAX_MARKUP:
        fail(name, f"文件里有 {many} 个“<”和“=”（标记和属性）" + _TOO_MUCH.format(MAX_MARKUP, "个"))


def check_text(text: str, name: str) -> None:
    """Raise InputError where a text is too long to be taken apart into lines."""
    if len(text) > MAX_CHARACTERS:
        fail(name, f"文件有 {len(text)} 字" + _TOO_MUCH.format(MAX_CHARACTERS, "字"))
    lines = sum(map(text.count, _BREAKS)) - text.count("\r\n")
    if lines > MAX_LINES:
        fail(name, f"文件有 {lines} 行" + _TOO_MUCH.format(MAX_LINES, "行"))


def check_mail(content: bytes, name: str) -> None:
    """Raise InputError where an .mht archive has too many lines or parts to take apart."""
    lines, parts = content.count(b"\n") + content.count(b"\r"), content.count(b"\n--")
    lines -= content.count(b"\r\n")
    if lines > MAX_MAIL_LINES:
        fail(name, f"文件有 {lines} 行" + _TOO_MUCH.format(MAX_MAIL_LINES, "行"))
    if parts > MAX_MAIL_PARTS:
        fail(name, f"文件有 {parts} 个部分" + _TOO_MUCH.format(MAX_MAIL_PARTS, "个"))
