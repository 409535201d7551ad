"""How far the sheets of an Excel file reach, found out before they are laid out in memory.

calamine makes room for every cell up to the last one: a file of two cells, one of them in the
last corner, would take hundreds of gigabytes, and end the program.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from helpers.readers import limits

MOST_CELLS = 40_000_000
"""Cells of a sheet, blank ones included."""

_CHUNK = 1 << 20
_MARKS = re.compile(rb"""<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>(</)?""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_USUAL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]*)(\d+)""")


def check_extent(n_rows: int, n_columns: int, title: str, name: str) -> None:
    """Raise InputError where a sheet reaches too far."""
    if n_rows * n_columns > MOST_CELLS:
        where = f"工作表“{title}”有" if title else "有一张工作表有"
        size = f"{where} {n_rows} 行 × {n_columns} 列"
        limits.fail(name, f"{size}，太大；请删去多余的行列再读")


def check_book(content: bytes, name: str) -> None:
    """Raise InputError where a sheet of a workbook reaches too far, whatever it says of itself."""
    if not content.startswith(b"PK"):
        for n_rows, n_columns in limits.bounded(_old_extents, content, name, memory_mb=1000):
            check_extent(n_rows, n_columns, "", name)
        return
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for part in book.infolist():
            if not part.filename.lower().endswith(".xml"):
                continue
            with book.open(part) as stream:
                bound = _bound(stream)
            if bound is None or bound[0] * bound[1] > MOST_CELLS:
                with book.open(part) as stream:
                    check_extent(*_extent(stream), "", name)


def _bound(stream: IO[bytes]) -> tuple[int, int] | None:
    """The last row and column, blank ones included, where cells are written as Excel does."""
    last_row = last_column = 0
    for whole in _pieces(stream):
        places = _USUAL.findall(whole)
        if len(places) != len(_CELL.findall(whole)):
            return None
        if places:
            letters, rows = zip(*places, strict=True)
            last_column = max(last_column, *map(_number, set(letters)))
            last_row = max(last_row, *map(int, set(rows)))
    return last_row, last_column


def _extent(stream: IO[bytes]) -> tuple[int, int]:
    """The last row and column with something in it; (0, 0) for what is no sheet."""
    row = column = last_row = last_column = 0
    for whole in _pieces(stream):
        for kind, attributes, empty in _MARKS.findall(whole):
            place = _PLACE.search(attributes)
            if kind == b"row":
                row, column = int(place[2]) if place else row + 1, 0
                continue
            column = _number(place[1]) if place else column + 1
            row = int(place[2]) if place else row
            if not empty and not attributes.endswith(b"/"):
                last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A part of the file, piece by piece, none of which ends within a tag."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        whole = rest + chunk
        end = max(0, whole.rfind(b"<", 0, max(0, whole.rfind(b"<"))))
        yield whole[:end]
        rest = whole[end:]
    yield rest


def _number(letters: bytes) -> int:
    """The number of a column such as ``AB``, from 1; beyond what there may be, any large one."""
    number = 0
    for letter in letters.upper()[:8]:
        number = 26 * number + letter - 64
    return number


def _old_extents(content: bytes, name: str) -> list[tuple[int, int]]:
    """How far the sheets of an .xls file reach; in a process that may die of it."""
    from python_calamine import CalamineWorkbook

    with limits.guard(name):
        book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
        ends = (book.get_sheet_by_name(title).end for title in book.sheet_names)
        return [(end[0] + 1, end[1] + 1) for end in ends if end]
