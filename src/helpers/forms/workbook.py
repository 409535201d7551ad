"""The form as a whole: its sheets in printed order, and what machines want to know of it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from helpers import __version__
from helpers.errors import InputError, Problem
from helpers.formats import Format
from helpers.forms.area import Box
from helpers.forms.entries import entries, refuse_wrong_year
from helpers.forms.page import MAX_TEXT, put
from helpers.forms.styles import Styles
from helpers.forms.tables import TableSheet, plan_table, write_table
from helpers.forms.tally import Count, overall, sentence, sheet_ref
from helpers.forms.texts import (
    TEXTS,
    cover_fields,
    name_cell,
    text_boxes,
    write_cover,
    write_reasons,
    write_texts,
)
from helpers.report import Agency, Report

MACHINE = "nianbao"
"""The hidden sheet: 格式, 年度, 版本, then where each table stands and what is open in it."""

_MACHINE_HEADS = ("表", "工作表", "区域", "未填", "不对", "不平", "请核对")
_FIRST_TABLE = 5  # row of the hidden sheet
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 60


def form_name(agency: Agency | None, year: int) -> str:
    """A file name for a form that every file system takes.

    >>> form_name(Agency(name="某某局"), 2024)
    '某某局2024年度填报表.xlsx'
    """
    name = unicodedata.normalize("NFC", agency.name) if agency else ""
    name = _FORBIDDEN.sub("_", name).strip(" .")[:_LONGEST_NAME].strip(" .")
    return f"{name}{year}年度填报表.xlsx"


def write_form(
    fmt: Format,
    year: int,
    *,
    agency: Agency | None = None,
    previous: Report | None = None,
    report: Report | None = None,
) -> bytes:
    """The form for one agency and year as an Excel file, the same bytes for the same input.

    ``report`` fills in its figures and texts, ``previous`` (last year's report) what is carried
    over and not in ``report``. The agency is that of the report, else of last year's, unless it
    is given. Raises InputError where ``previous`` is not about the year before or a text is too
    long for a cell.
    """
    if report and (report.format.code, report.year) != (fmt.code, year):
        raise ValueError(f"report is about {report.year} in format {report.format.code}")
    if previous:
        refuse_wrong_year(previous, year)
    _refuse_long(report)
    owner = agency or next((r.agency for r in (report, previous) if r), None)
    found = entries(fmt, report, previous)
    plans = [plan_table(fmt, table, found) for table in fmt.tables]
    narrative = dict(report.narrative) if report else {}
    return _write(fmt, year, owner, plans, narrative, report)


def _refuse_long(report: Report | None) -> None:
    if report is None:
        return
    problems = []
    texts = {report.format.section(key).title: text for key, text in report.narrative.items()}
    for name, text in {**texts, **report.explanations}.items():
        if len(text) > MAX_TEXT:
            message = f"有 {len(text)} 字，超过 Excel 一格能放的 {MAX_TEXT} 字，请分开或改短"
            problems.append(Problem(report.source or report.agency.name, message, key=name))
    if problems:
        raise InputError(problems)


def _write(
    fmt: Format,
    year: int,
    owner: Agency | None,
    plans: Sequence[TableSheet],
    narrative: Mapping[str, str],
    report: Report | None,
) -> bytes:
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **options})
    title = fmt.title.format(year=year)
    book.set_properties({"title": title, "created": datetime(year + 1, 1, 1), "author": MACHINE})  # noqa: DTZ001
    styles = Styles(book)
    statuses = [sentence(p.area.table.name, p.tally, _count_cells(i)) for i, p in enumerate(plans)]
    n_texts = sum(not narrative.get(section.id) for section in fmt.narrative)
    texts_cell = sheet_ref(MACHINE, _machine_box(len(plans), 3))
    lines = [
        (sheet_ref(p.name, Box(p.status.top, 0, p.status.top, 0)), text, p.tally.total)
        for p, (_, text) in zip(plans, statuses, strict=True)
    ]
    status = overall(name_cell(fmt).name, owner is not None, (texts_cell, n_texts), lines)
    fields = cover_fields(fmt, year, owner, report.published if report else None)
    write_cover(book, styles, fmt, fields, status, f"{title}填报表")
    for plan, words in zip(plans, statuses, strict=True):
        write_table(book, styles, plan, words)
        book.define_name(plan.area.table.name, f"={sheet_ref(plan.name, plan.area.box)}")
    write_texts(book, styles, fmt, narrative)
    write_reasons(book, styles, report)
    places = text_boxes(fmt, narrative)
    _write_machine(book, styles, fmt, year, plans, places, n_texts)
    book.close()
    return stream.getvalue()


def _machine_box(number: int, column: int) -> Box:
    row = _FIRST_TABLE + number
    return Box(row, column, row, column)


def _count_cells(number: int) -> list[str]:
    """The cells of the hidden sheet that hold the counts of a table."""
    return [
        sheet_ref(MACHINE, _machine_box(number, column)) for column in range(3, len(_MACHINE_HEADS))
    ]


def _write_machine(
    book: Any,
    styles: Styles,
    fmt: Format,
    year: int,
    plans: Sequence[TableSheet],
    texts: Sequence[Box],
    n_texts: int,
) -> None:
    sheet = book.add_worksheet(MACHINE)
    facts: dict[str, str | int] = {"格式": fmt.code, "年度": year, "版本": __version__}
    for row, (label, value) in enumerate(facts.items()):
        put(sheet, styles, Box(row, 0, row, 0), "hint", label)
        put(sheet, styles, Box(row, 1, row, 1), "hint", value)
    for column, head in enumerate(_MACHINE_HEADS):
        row = _FIRST_TABLE - 1
        put(sheet, styles, Box(row, column, row, column), "hint", head)
    firsts = [box._replace(bottom=box.top) for box in texts]
    blank = "+".join(f"COUNTBLANK({sheet_ref(TEXTS, box)})" for box in firsts)
    lines = [(p.area.table.name, p.name, p.area.box, p.tally.counts) for p in plans]
    whole = texts[0]._replace(bottom=texts[-1].bottom)
    lines.append((TEXTS, TEXTS, whole, (Count("=" + blank, n_texts),)))
    for number, (name, where, box, counts) in enumerate(lines):
        for column, text in enumerate((name, where, box.name.replace("$", ""))):
            put(sheet, styles, _machine_box(number, column), "hint", text)
        for column, count in enumerate(counts, 3):
            place = _machine_box(number, column)
            put(sheet, styles, place, "hint", count.value, count.formula)
    sheet.protect()
    sheet.very_hidden()
