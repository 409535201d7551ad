"""The sheets of a register file as rows of raw cells: workbooks, and text with separators."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import InputError, Problem, why
from helpers.readers import limits
from helpers.register.extents import check_book, check_extent

KINDS = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".txt", ".tsv")
"""Endings of the files that a register may be in."""

HIDDEN = "nianbao"
"""The hidden sheet of our own empty register."""

_BOOKS = KINDS[:5]
_MOST_COLUMNS = 16_384  # of a sheet
_MOST_BYTES = 4_000_000_000
_LONGEST_CELL = 10_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name ("" for a text file), its rows, and its vertically merged ranges.

    ``rows`` can be gone through once. A merge is (first row, last row, column), from 0.
    ``strict`` says that a row longer than the heads has been torn at a separator.
    """

    name: str
    rows: Iterable[Sequence[Any]]
    merges: tuple[tuple[int, int, int], ...] = ()
    strict: bool = False


@dataclass
class Opened:
    """The sheets of a file, and what was noted in opening it."""

    sheets: Iterable[Sheet]
    notes: list[str] = field(default_factory=list)


Choose = Callable[[list[str]], list[str]]
"""Which of the visible sheets to read, by name."""


def spread(names: Iterable[str], written: Callable[[Path], bool]) -> list[str]:
    """The files that names mean: a folder stands for the register files in it, in order.

    Files in a folder that ``written`` says are our own work (proofs) are no registers. Raises
    InputError for a folder without register files.
    """
    found = []
    for name in names:
        folder = Path(name)
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
        files = [
            f
            for f in inside
            if f.suffix.lower() in KINDS and not f.name.startswith(("~$", ".")) and not written(f)
        ]
        if folder.is_dir() and not files:
            limits.fail(name, f"文件夹里没有台账文件（{'、'.join(KINDS)}）")
        found += [file.as_posix() for file in files] or [name]
    return found


def open_file(file: Path, name: str, choose: Choose) -> Opened:
    """The chosen sheets of a file. Raises InputError, in a sentence, for what cannot be read."""
    if not file.is_file():
        limits.fail(name, "没有这个文件")
    if file.suffix.lower() not in KINDS:
        limits.fail(name, f"台账应为 {'、'.join(KINDS)} 文件，读到“{file.suffix}”")
    try:
        if file.suffix.lower() in _BOOKS:
            content = file.read_bytes()
            limits.admit(content, name, "xlsx", "xls")
            with limits.guard(name):
                check_book(content, name)
                return _book(content, name, choose)
        return Opened([Sheet("", _text_rows(file, name), strict=True)])
    except OSError as error:
        raise InputError([Problem(name, f"读不了这个文件：{why(error)}")]) from error


def _book(content: bytes, name: str, choose: Choose) -> Opened:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        limits.fail(name, "文件加了密码，请先去掉密码再读")
    sheets, notes = [], []
    for about in book.sheets_metadata:
        if about.name == HIDDEN or about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            notes.append(f"工作表“{about.name}”是隐藏的，没有读")
            continue
        sheets.append(about.name)
    return Opened((_sheet(book, title, name) for title in choose(sheets)), notes)


def _sheet(book: Any, title: str, name: str) -> Sheet:
    with limits.guard(name):
        sheet = book.get_sheet_by_name(title)
        last_row, last_column = sheet.end or (0, 0)
        check_extent(last_row + 1, last_column + 1, title, name)
        blank = [""] * (sheet.start or (0, 0))[1]
        merges = tuple(
            (top, bottom, left)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            if bottom > top and left == right
        )
    return Sheet(title, _rows_of(sheet, blank, name), merges)


def _rows_of(sheet: Any, blank: list[str], name: str) -> Iterator[Sequence[Any]]:
    """The rows of a sheet, one by one: as cells they take several times the room of the sheet."""
    with limits.guard(name):
        for row in sheet.iter_rows():
            yield blank + row


def _text_rows(file: Path, name: str) -> Iterator[Sequence[str]]:
    """The rows of a text file, one by one; a quoted cell may hold line breaks."""
    size = file.stat().st_size
    if size > _MOST_BYTES:
        limits.fail(name, f"文件有 {size // 1_000_000} MB，太大，请分成几个文件")
    encoding = _encoding(file, name)
    csv.field_size_limit(_LONGEST_CELL)
    with closing(file.open(encoding=encoding, newline="")) as stream:
        head = stream.read(_BLOCK // 16)
        stream.seek(0)
        separator = max(",\t;", key=head.count)
        rows = csv.reader(stream, delimiter=separator)
        try:
            for row in rows:
                if len(row) > _MOST_COLUMNS:
                    limits.fail(name, f"第 {rows.line_num} 行有 {len(row)} 格，太多，不像台账")
                yield row
        except csv.Error as error:
            problem = Problem(name, "这一行读不下去，多半是引号没有配对", rows.line_num)
            raise InputError([problem]) from error


def _encoding(file: Path, name: str) -> str:
    """UTF-8 where the whole file is, else what Chinese Windows writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with file.open(encoding=encoding, newline="") as stream:
                while stream.read(_BLOCK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    text = "不是文本文件，或编码既非 UTF-8 也非 GB18030；请另存为 .xlsx 或 UTF-8 的 .csv"
    raise InputError([Problem(name, text)])
