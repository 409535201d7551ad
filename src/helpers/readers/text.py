"""Plain text and Markdown -> paragraphs and tables.

Tables are told by their form: Markdown's pipes, lines with tabs between the cells, and what
some converters make of Word tables, one cell a line behind a tab, rows parted by blank lines.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from helpers.grid import Cell, Grid, from_rows
from helpers.readers import limits
from helpers.readers.amounts import check_text, counted
from helpers.readers.document import FoundTable, Paragraph, SourceDocument

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,100}\]")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_DASHES = re.compile(r"[-=_*]{3,}")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_HTML_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1f\x7f\ufeff]")
_MAX_CELL = 20  # average length above which lines behind tabs are indented prose


def read(content: bytes, name: str) -> SourceDocument:
    """The document in a text file. Raises InputError for what is no text."""
    limits.admit(content, name, "text", "html")
    with limits.guard(name):
        text, notes = _decoded(content, name)
        check_text(text, name)
        residues = tuple(_BOOKMARK.findall(text))
        text = _BOOKMARK.sub("", text)
        if residues:
            notes.append(f"去掉了 {len(residues)} 处 Word 书签残留（[bookmark: …]）")
        lines = text.splitlines()
        blocks = tuple(counted(_Blocks(lines, name).all(), name))
        first = next((b for b in blocks if isinstance(b, Paragraph) and b.level == 1), None)
        title = first.text if first else ""
        return SourceDocument(blocks, title, notes=tuple(notes), residues=residues)


def _decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file and a note where it is not in the usual encoding."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _CONTROL.sub("", content.decode("utf-16", "replace")), ["文件编码是 utf-16，已转换"]
    for encoding, notes in (("utf-8-sig", []), ("gb18030", ["文件编码是 gb18030，已转换"])):
        try:
            return _CONTROL.sub("", content.decode(encoding)), list(notes)
        except UnicodeDecodeError:
            continue
    text = max(
        (content.decode(encoding, "replace") for encoding in ("utf-8-sig", "gb18030")),
        key=lambda t: -t.count("\ufffd"),
    )
    bad = text.count("\ufffd")
    if bad * 50 > len(text):
        limits.fail(name, "认不出文字编码；请用记事本另存为 UTF-8 编码再读")
    return _CONTROL.sub("", text), [f"有 {bad} 处文字认不出（显示为 \ufffd），请核对"]


class _Blocks:
    """The lines of a text taken together to paragraphs and tables."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self.lines = lines
        self.name = name
        self._tables = 0
        self._prose_until = {_cell_a_line: 0, _tabs: 0, _pipes: 0}

    def all(self) -> Iterator[Paragraph | FoundTable]:
        """The blocks in order."""
        at = 0
        while at < len(self.lines):
            rows, after = self._rows(at)
            if rows:
                yield self._table(rows, at)
                at = after
                continue
            text = self.lines[at]
            if text.strip() and not _DASHES.fullmatch(text.strip()):
                yield _paragraph(text, f"第 {at + 1} 行")
            at += 1

    def _rows(self, at: int) -> tuple[list[list[str]], int]:
        """The rows of the table that begins at a line, and the line after it."""
        for form, prose_until in self._prose_until.items():
            if at >= prose_until:
                rows, after = form(self.lines, at)
                if rows:
                    return rows, after
                self._prose_until[form] = after  # do not look through these lines again
        return [], at

    def _table(self, rows: list[list[str]], at: int) -> FoundTable:
        self._tables += 1
        place = f"第 {self._tables} 个表格（第 {at + 1} 行起）"
        limits.check_extent(len(rows), max(map(len, rows)), self.name, place)
        return FoundTable(_grid(rows), place)


def _grid(rows: list[list[str]]) -> Grid:
    return from_rows([[Cell(text) for text in row] for row in rows], fill=True)


def _paragraph(text: str, place: str) -> Paragraph:
    heading = _HEADING.fullmatch(text.strip())
    if heading:
        return Paragraph(_plain(heading[2]), place, len(heading[1]))
    return Paragraph(" ".join(text.split()), place)


def _plain(text: str) -> str:
    return " ".join(_EMPHASIS.sub(r"\2", text).split())


# --- forms of tables: rows, and the line after what was looked at ------------------------------


def _cell_a_line(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    """Rows of a table with one cell a line, each behind a tab; a blank line ends a row.

    A tab alone is an empty cell, as where a merged cell goes on.
    """
    rows: list[list[str]] = [[]]
    after = at
    for number in range(at, len(lines)):
        line = lines[number]
        if line.startswith("\t") and "\t" not in line[1:]:
            rows[-1].append(" ".join(line.split()))
            after = number + 1
        elif line.strip() or not rows[0]:
            break
        elif rows[-1]:
            rows.append([])
    return _tabular([row for row in rows if row]), after


def _tabs(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    """Rows of a block of lines with tabs between the cells, as pasted from a spreadsheet."""
    rows: list[list[str]] = []
    for number in range(at, len(lines)):
        if "\t" not in lines[number].strip(" \r\n"):
            break
        rows.append([" ".join(cell.split()) for cell in lines[number].split("\t")])
    rows, after = _tabular(rows), at + len(rows)
    several = any(sum(map(bool, row)) > 1 for row in rows)
    return (rows if several else []), after


def _tabular(rows: list[list[str]]) -> list[list[str]]:
    """The rows, or none: indented prose looks like a table but its cells are long, or alone."""
    cells = [cell for row in rows for cell in row if cell]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return []
    return rows if sum(map(len, cells)) <= _MAX_CELL * len(cells) else []


def _pipes(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    """Rows of a Markdown table, with or without pipes at both ends of its lines."""
    ruled = at + 1 < len(lines) and bool(_RULE.fullmatch(lines[at + 1].strip()))
    block: list[str] = []
    for number in range(at, len(lines)):
        line = lines[number].strip()
        framed = line.startswith("|") and line.endswith("|")
        if not (framed or (ruled and _UNESCAPED_PIPE.search(line))):
            break
        block.append(line)
    after = at + len(block)
    if len(block) < 2:
        return [], after
    return [_split(line) for line in block if not _RULE.fullmatch(line)], after


def _split(line: str) -> list[str]:
    body = line.removeprefix("|")
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    return [_cell(part) for part in _UNESCAPED_PIPE.split(body)]


def _cell(text: str) -> str:
    lines = _HTML_BREAK.split(text.replace("\\|", "|"))
    return "\n".join(_plain(line) for line in lines).strip("\n")
