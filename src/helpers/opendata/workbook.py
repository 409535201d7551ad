"""The Excel workbook of a year: indicators of all, the sum, and each agency's official tables."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from helpers.figures import plain_number
from helpers.formats import Format, Ref, lay_out
from helpers.forms.area import Box
from helpers.forms.measure import heights
from helpers.forms.page import put
from helpers.forms.styles import HEAD_SIZE, SIZE, Styles
from helpers.grid import Cell, Grid
from helpers.opendata.fitting import Lattice
from helpers.portfolio.frame import figures_frame, reports_frame
from helpers.portfolio.indicators import COUNTS, RATES, Indicator, addresses, indicators_frame
from helpers.report import Report, file_name
from helpers.rules import Roster, parents

_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_EXACT = 15  # digits that a cell keeps
_WIDTH = 640  # pixels of a page
_OVERVIEW = "各单位指标"
_LONG = 12
_VALUE = {"border": 1, "valign": "vcenter", "align": "center", "font_name": "宋体"}


def write_workbook(year: int, reports: Sequence[Report], rosters: Sequence[Roster] = ()) -> bytes:
    """The workbook on the reports of one year, the same bytes for the same reports.

    Sheets: indicators of every agency, the sum of all in the official layout (one for each
    format in use; governments that are the sum of others left out), then a sheet an agency.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **options})
    title = f"{year}年政府信息公开工作年度报告数据"
    book.set_properties({"title": title, "created": datetime(year + 1, 1, 1), "author": "nianbao"})  # noqa: DTZ001
    styles = Styles(book)
    names = _names([report.agency.short_name or report.agency.name for report in reports])
    _write_indicators(book, styles, title, reports, names)
    left_out = parents(reports, rosters)
    added = [report for number, report in enumerate(reports) if number not in left_out]
    for code in sorted({report.format.code for report in added}):
        same = [report for report in added if report.format.code == code]
        fmt, values = same[0].format, _sum(same)
        head = f"{len(same)} 个单位合计（{code} 年格式）"
        _write_tables(book, styles, f"合计 {code} 年格式", head, _laid_out(fmt, values), values)
    for report, name in zip(reports, names, strict=True):
        values = {ref: report.complete.value(ref) for ref in report.format.slots}
        grids = [report.grid(table.id) for table in report.format.tables]
        _write_tables(book, styles, name, report.title, grids, values)
    book.close()
    return stream.getvalue()


def _cut(name: str, length: int = _SHEET_NAME) -> str:
    """As much of a name as a tab holds, which counts rare characters as two."""
    return name.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


def _names(agencies: Sequence[str]) -> list[str]:
    """Names of sheets: what a tab can hold of the agency's name, each different."""
    found: list[str] = []
    taken = {_OVERVIEW, "history"}  # the second is kept by Excel for itself
    for agency in agencies:
        base = _cut(_FORBIDDEN.sub("", agency)).strip() or "单位"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            mark = f"（{number}）"
            name = _cut(base, _SHEET_NAME - len(mark)) + mark
        taken.add(name.casefold())
        found.append(name)
    return found


def _sum(reports: Sequence[Report]) -> dict[Ref, Decimal | None]:
    """Every figure added up; a blank adds nothing."""
    fmt = reports[0].format
    return {
        ref: sum((r.complete.value(ref) or Decimal(0) for r in reports), Decimal(0))
        for ref in fmt.slots
    }


def _laid_out(fmt: Format, values: Mapping[Ref, Decimal | None]) -> list[Grid]:
    def text(ref: Ref) -> str:
        value = values[ref]
        return "" if value is None else plain_number(value)

    return [lay_out(table, text) for table in fmt.tables]


def _added_up(report: Report, one: Indicator) -> str:
    """A count that no binary number holds, to the last digit."""
    total = report.complete.total(addresses(report.format, one.parts))
    return "" if total is None else plain_number(total)


def _write_indicators(
    book: Any, styles: Styles, title: str, reports: Sequence[Report], names: Sequence[str]
) -> None:
    """The first sheet: a row an agency, plain numbers, names that lead to their sheets."""
    about = reports_frame(reports)
    table = indicators_frame(figures_frame(reports, about), about)
    sheet = book.add_worksheet(_OVERVIEW)
    heads = ["机关", "类型", "公布日期", *(one.label for one in (*COUNTS, *RATES)), "来源"]
    link = styles.changed({**_VALUE, "align": "left", "font_color": "#0B4F8A", "underline": 1})
    text = styles.changed({**_VALUE, "align": "left"})
    count = styles.changed({**_VALUE, "num_format": "#,##0"})
    rate = styles.changed({**_VALUE, "num_format": "0.0%"})
    put(sheet, styles, Box(0, 0, 0, 5), "heading", title)
    for column, head in enumerate(heads):
        put(sheet, styles, Box(1, column, 1, column), "head", head)
    for row, (line, name) in enumerate(zip(table.to_dict("records"), names, strict=True), 2):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, line["agency"])
        day = line["published"]
        for column, words in enumerate((line["kind"], day.isoformat() if day else ""), 1):
            sheet.write_string(row, column, words, text)
        for column, one in enumerate((*COUNTS, *RATES), 3):
            value = line[one.key]
            look = rate if one.rate else count
            if value == value and abs(value) >= 10**_EXACT:
                sheet.write_string(row, column, _added_up(reports[row - 2], one), text)
            elif value == value:
                sheet.write_number(row, column, value, look)
            else:
                sheet.write_blank(row, column, None, look)
        sheet.write_string(row, len(heads) - 1, file_name(line["source"]), text)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_row_pixels(0, 34)
    sheet.set_row_pixels(1, 40)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(heads) - 2, 10)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 50)
    sheet.freeze_panes(2, 1)
    if len(reports):
        sheet.autofilter(1, 0, 1 + len(reports), len(heads) - 1)


def _write_tables(
    book: Any,
    styles: Styles,
    name: str,
    title: str,
    grids: Sequence[Grid],
    values: Mapping[Ref, Decimal | None],
) -> None:
    """A sheet with the official tables under each other."""
    sheet = book.add_worksheet(name)
    lattice = Lattice.over(grids, _WIDTH)
    for column, width in enumerate(lattice.columns):
        sheet.set_column_pixels(column, column, width)
    last = len(lattice.columns) - 1
    put(sheet, styles, Box(0, 0, 0, last), "heading", title)
    sheet.set_row_pixels(0, 36)
    top = 2
    for number, grid in enumerate(grids):
        put(sheet, styles, Box(top, 0, top, last), "status", f"表{grid.name}")
        widths = lattice.widths(number)
        for row, height in enumerate(heights(grid, widths, _size, 25)):
            sheet.set_row_pixels(top + 1 + row, height)
        for cell in grid.cells:
            left, right = lattice.span(number, cell.column, cell.colspan)
            row = top + 1 + cell.row
            box = Box(row, left, row + cell.rowspan - 1, right)
            put(sheet, styles, box, _look(styles, cell), _content(cell, values))
        top += grid.n_rows + 2
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)


def _size(cell: Cell) -> float:
    return HEAD_SIZE if cell.role in ("column", "corner") else SIZE


def _look(styles: Styles, cell: Cell) -> Any:
    if cell.ref is not None:
        return styles.changed({**_VALUE, "font_size": SIZE, "shrink": True})
    if cell.role == "row":
        short = len(cell.text) <= _LONG and cell.rowspan > 1
        return styles["name_centred" if short else "name"]
    return styles["head"]


def _content(cell: Cell, values: Mapping[Ref, Decimal | None]) -> str | Decimal:
    """A number as a number, unless it has more digits than a cell keeps."""
    if cell.ref is None:
        return cell.text
    value = values.get(Ref(*cell.ref))
    if value is None or len(value.as_tuple().digits) > _EXACT:
        return cell.text
    return value
