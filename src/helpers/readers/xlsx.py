"""Spreadsheets (.xlsx, .xlsm, .xls, .et, .xlsb, .ods) -> one table for each visible sheet.

The table starts at cell A1, so that its rows and columns are those a person sees in the
program. Numbers are read as exact text, formulas by the value the program last computed.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from helpers.grid import Cell, Grid, from_rows
from helpers.readers import limits
from helpers.readers.amounts import Amount
from helpers.readers.document import FoundTable, SourceDocument
from helpers.readers.ooxml import Package, attribute, child, children, tag

FORM_DATA = "nianbao"
"""The hidden sheet of our own form, which says nothing that the others do not."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last (row, column) of a merged range."""

_MAX_USED = 10_000_000  # positions that a sheet may seem to use before it is trimmed
_BEYOND = 20  # how far a merged range may go beyond the last text

# Cells that hold an error in BIFF: a BOOLERR record, a FORMULA record whose result is an error.
_XLS_ERRORS = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00.\x00.{6}\x02.[\x00\x07\x0f\x17\x1d\x24\x2a].{3}\xff\xff",
    re.DOTALL,
)


def read(content: bytes, name: str) -> SourceDocument:
    """The sheets of a workbook. Raises InputError for what cannot be read."""
    kind = limits.admit(content, name, "xlsx", "xls")
    with limits.guard(name):
        return _read(content, name, kind)


def _read(content: bytes, name: str, kind: str) -> SourceDocument:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        limits.fail(name, "文件加了密码，请先去掉密码再读")
    errors = _errors(content) if kind == "xlsx" else {}
    blocks, notes = [], []
    amount = Amount(name)
    for about in workbook.sheets_metadata:
        place = f"工作表“{about.name}”"
        if about.name == FORM_DATA:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            notes.append(f"{place}是隐藏的，没有读")
        elif about.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(about.name)
            grid = _sheet(sheet, errors.get(about.name, {}), name, place)
            if grid is None:
                continue
            blocks.append(FoundTable(grid, place))
            amount.add(blocks[-1])
            if sheet.merged_cell_ranges is None:
                notes.append(f"{place}里的合并单元格没有还原（这种文件不告诉哪些是合并的）")
    if kind == "xls" and _XLS_ERRORS.search(content):
        notes.append("表格里有出错的公式（如 #REF!、#DIV/0!），按空白读取")
    if not blocks:
        limits.fail(name, "电子表格里没有内容")
    return SourceDocument(tuple(blocks), notes=tuple(notes))


def _sheet(sheet: Any, errors: Mapping[tuple[int, int], str], name: str, place: str) -> Grid | None:
    last_row, last_column = sheet.end or (0, 0)
    if last_row * last_column > _MAX_USED:  # before so many cells are made
        limits.check_extent(last_row + 1, last_column + 1, name, place)
    rows = _texts(sheet.to_python(skip_empty_area=False), errors)
    merges = sheet.merged_cell_ranges or []
    n_rows, n_columns = _extent(rows, merges)
    limits.check_extent(n_rows, n_columns, name, place)
    return _grid(rows, merges, n_rows, n_columns) if n_rows else None


def _texts(
    values: Iterable[Sequence[Any]], errors: Mapping[tuple[int, int], str]
) -> list[list[str]]:
    rows = [[text_of(value) if value != "" else "" for value in line] for line in values]
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    return rows


def text_of(value: object) -> str:
    """What a cell shows, as exact text: no exponent, no more digits than Excel keeps (15).

    A number whose last digits the program has already lost is told as such, so that it is read
    as no number rather than as a wrong one.
    """
    if isinstance(value, str) and value.isalnum():
        return value  # nothing to put in order
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    lines = (" ".join(line.split()) for line in str(value).splitlines())
    return "\n".join(lines).strip("\n")


_WHOLE = 2**53  # from here on not every whole number is a float
_COARSE = 10**11  # from here on 15 digits leave fewer than four decimals


def _decimal(value: float) -> str:
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    text = format(Decimal(f"{value:.15g}"), "f")
    if abs(value) >= _WHOLE or (abs(value) >= _COARSE and float(text) != value):
        return f"{text}（超过 15 位，表格软件存不准，请按文字填写）"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _errors(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of an .xlsx file that show an error, by sheet; calamine reads them as blank."""
    try:
        package = Package(content, "xl/workbook.xml")
    except (KeyError, ValueError, SyntaxError):
        return {}  # .xlsb and .ods
    targets, found = package.targets(), {}
    for sheet in children(child(package.main, "sheets"), "sheet"):
        part = targets.get(attribute(sheet, "id"), "")
        if b't="e"' in package.raw(part):
            cells = (cell for cell in package.part(part).iter() if tag(cell) == "c")
            found[attribute(sheet, "name")] = {
                _address(attribute(cell, "r")): _value(cell)
                for cell in cells
                if attribute(cell, "t") == "e"
            }
    return found


def _value(cell: Any) -> str:
    value = child(cell, "v")
    return (value.text or "") if value is not None else ""


def _address(name: str) -> tuple[int, int]:
    """The (row, column) from 0 of a cell such as ``C5``; (-1, -1) for what is none."""
    parts = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", name)
    if not parts:
        return -1, -1
    column = 0
    for letter in parts[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(parts[2]) - 1, column - 1


def _grid(rows: list[list[str]], merges: Iterable[Merge], n_rows: int, n_columns: int) -> Grid:
    """The sheet down to its last text, merged ranges as cells with spans."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in merges:
        below, after = min(bottom + 1, n_rows), min(right + 1, n_columns)
        area = set(product(range(top, below), range(left, after)))
        if area and not area & covered:
            covered |= area
            spans[top, left] = (below - top, after - left)

    def line(row: int) -> Iterator[Cell]:
        texts = rows[row] if row < len(rows) else []
        for column in range(n_columns):
            text = texts[column] if column < len(texts) else ""
            if (row, column) in spans:
                high, wide = spans[row, column]
                yield Cell(text, rowspan=high, colspan=wide)
            elif (row, column) not in covered:
                yield Cell(text)

    return from_rows([line(row) for row in range(n_rows)], fill=True)


def _extent(rows: list[list[str]], merges: list[Merge]) -> tuple[int, int]:
    """How many rows and columns hold text, merged ranges that begin with a text included.

    A range merged over whole rows or columns does not make the table as large as the sheet.
    """
    filled = {(r, c) for r, line in enumerate(rows) for c, text in enumerate(line) if text}
    n_rows = 1 + max((r for r, _ in filled), default=-1)
    n_columns = 1 + max((c for _, c in filled), default=-1)
    ends = [end for start, end in merges if start in filled]
    bottoms = [r + 1 for r, _ in ends if r < n_rows + _BEYOND]
    rights = [c + 1 for _, c in ends if c < n_columns + _BEYOND]
    return max([n_rows, *bottoms]), max([n_columns, *rights])
