"""The proof of a sum: for every cell of the parent the units and their shares."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from helpers.formats import Ref
from helpers.forms.measure import highest
from helpers.forms.page import cell_text
from helpers.rollup.adding import Rolled, Share

_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # fixed, so that bytes do not change
_HEAD = ("表", "行", "列", "单位", "合计")
_WIDTHS = (5, 52, 20, 7, 16)
_FLOAT_DIGITS = 15
_SIZE = 10.5  # points


def proof_data(rolled: Rolled) -> dict[str, Any]:
    """The proof for ``--json``: each cell with its sum and the units' values and shares.

    Numbers are text, so that no reader rounds them; shares are rounded to 4 decimals.
    """
    report = rolled.report
    return {
        "agency": report.agency.name,
        "year": report.year,
        "format": report.format.code,
        "units": [
            {"agency": part.name, "source": part.report.source, "computed": part.computed}
            for part in rolled.parts
        ],
        "findings": [finding.as_dict() for finding in rolled.findings],
        "declared": rolled.declared.source if rolled.declared else None,
        "differences": [finding.as_dict() for finding in rolled.differences],
        "cells": [_cell(rolled, ref) for ref in report.format.slots],
        "below": [proof_data(one) for one in rolled.below],
    }


def _cell(rolled: Rolled, ref: Ref) -> dict[str, Any]:
    value = rolled.report.complete.value(ref)
    shares = [_share(one) for one in rolled.shares(ref)]
    return {**ref._asdict(), "sum": None if value is None else f"{value:f}", "units": shares}


def _share(one: Share) -> dict[str, Any]:
    share = None if one.share is None else f"{one.share:.4f}"
    return {"agency": one.name, "value": f"{one.value:f}", "share": share}


def proof_workbook(rolled: Rolled) -> bytes:
    """The proof as an Excel workbook (bytes): one row a cell, one column a unit.

    A second sheet lists what speaks against the sum and where a declared report differs. Lower
    levels that were summed on the way have a sheet of their own.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **options})
    book.set_properties({"title": f"{rolled.report.agency.name}汇总证明", "created": _CREATED})
    plain = {"font_name": "宋体", "font_size": _SIZE, "border": 1, "valign": "top"}
    styles = {
        "": book.add_format({**plain, "text_wrap": True}),
        "head": book.add_format({**plain, "text_wrap": True, "bold": True, "bg_color": "#EEEEEE"}),
        "sum": book.add_format({**plain, "bold": True}),
        "title": book.add_format({"font_name": "宋体", "font_size": 16, "bold": True}),
    }
    names = {"问题"}
    _write_cells(book, styles, rolled, _sheet_name("汇总", names))
    _write_findings(book, styles, rolled)
    for one in _levels(rolled):
        _write_cells(book, styles, one, _sheet_name(one.report.agency.name, names))
    book.close()
    return stream.getvalue()


def _levels(rolled: Rolled) -> list[Rolled]:
    return [level for one in rolled.below for level in (one, *_levels(one))]


def _sheet_name(name: str, taken: set[str]) -> str:
    """A sheet name that Excel takes and no other sheet has."""
    short = "".join("_" if character in "[]:*?/\\'" else character for character in name)[:28]
    unique, number = short or "_", 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{short}{number}"
    taken.add(unique.casefold())
    return unique


def _write_cells(book: Any, styles: dict[str, Any], rolled: Rolled, name: str) -> None:
    sheet = book.add_worksheet(name)
    report = rolled.report
    title = f"{report.agency.name} {report.year} 年度：{len(rolled.parts)} 个单位之和"
    sheet.write_string(0, 0, title, styles["title"])
    sheet.set_row_pixels(0, 36)
    heads = [*_HEAD, *(f"{p.name}{'（汇总）' if p.computed else ''}" for p in rolled.parts)]
    for column, head in enumerate(heads):
        sheet.write_string(1, column, head, styles["head"])
        sheet.set_column(column, column, _WIDTHS[column] if column < len(_WIDTHS) else 14)
    sheet.set_row_pixels(1, 60)
    for row, (ref, slot) in enumerate(report.format.slots.items(), 2):
        for column, text in enumerate((*ref, slot.column.unit)):
            sheet.write_string(row, column, cell_text(text), styles[""])
        texts = ((text, 7.0 * width + 5) for text, width in zip(ref, _WIDTHS, strict=False))
        sheet.set_row_pixels(row, highest(texts, _SIZE, 20))
        _write(sheet, row, 4, report.complete.value(ref), styles["sum"])
        for column, part in enumerate(rolled.parts, len(_HEAD)):
            _write(sheet, row, column, part.report.complete.value(ref), styles[""])
    sheet.freeze_panes(2, len(_HEAD))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, column: int, value: Decimal | None, style: Any) -> None:
    """A number that a cell can hold exactly as one, any other as text, a blank as blank."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif len(value.normalize().as_tuple().digits) <= _FLOAT_DIGITS:
        sheet.write_number(row, column, float(value), style)
    else:
        sheet.write_string(row, column, f"{value:f}", style)


def _write_findings(book: Any, styles: dict[str, Any], rolled: Rolled) -> None:
    sheet = book.add_worksheet("问题")
    rows = [(f.level, f.rule, f.full_message, f.explanation) for f in rolled.findings]
    rows += [(f"与申报不同：{f.level}", f.rule, f.message, "") for f in rolled.differences]
    for column, (head, width) in enumerate((("级别", 16), ("规则", 8), ("问题", 90), ("说明", 30))):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, styles["head"])
    for row, texts in enumerate(rows or [("", "", "没有问题。", "")], 1):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, cell_text(text), styles[""])
        sheet.set_row_pixels(row, min(540, highest([(texts[2], 635), (texts[3], 215)], _SIZE, 20)))
    sheet.freeze_panes(1, 0)
