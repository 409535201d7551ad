"""An empty register (依申请公开台账) for an office to keep, with lists to choose from.

The lists of results and applicants come from the format, so what is chosen can always be
tallied. One sheet for requests, one for reviews and lawsuits, one that explains the columns.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from helpers.formats import Format
from helpers.forms.area import Box, cell_name
from helpers.forms.measure import text_height
from helpers.forms.page import put
from helpers.forms.styles import SIZE, Styles
from helpers.register.vocabulary import dispute_results, dispute_types, kinds, results, words

REQUESTS, DISPUTES, GUIDE, LISTS = "台账", "复议诉讼", "填写说明", "nianbao"
"""The sheets; the last one is hidden and holds the lists to choose from."""

ROWS = 5_000
"""Rows that are made ready to be filled in."""

_HEAD = 2  # row of the heads
_RULED = 30  # rows that have lines while they are empty
_NAMED = 2  # columns on the left that say which request a row is about
_A4 = 9
_PAGE = 1_045  # pixels across a page of A4 on its side between the margins
_SHRINK = 1.25  # how much wider a sheet may be that is made to fit one page
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}  # inches
_FOOTER = "&L&A&R第 &P 页，共 &N 页"


class Head(NamedTuple):
    """A column of the form: head, width in pixels, what it is, the field ("" if it is not read).

    ``kind`` is text, date, money, days or one of the lists; ``must`` marks what has to be
    filled in.
    """

    label: str
    width: int
    about: str
    key: str = ""
    kind: str = "text"
    must: bool = False


def write_register(fmt: Format, agency: str = "") -> bytes:
    """The empty register as an Excel file, the same bytes for the same input."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **options})
    made = datetime(2000, 1, 1)  # noqa: DTZ001  # fixed, so that bytes do not change
    book.set_properties({"title": "依申请公开台账", "created": made, "author": LISTS})
    styles = Styles(book)
    lists = {
        "kind": list(kinds(fmt, {}).labels.values()),
        "result": list(results(fmt, {}).labels.values()),
        "type": list(dispute_types(fmt, {}).labels.values()),
        "outcome": list(dispute_results(fmt, {}).labels.values()),
        "yes_no": ["是", "否"],
    }
    sources = {name: _source(number, texts) for number, (name, texts) in enumerate(lists.items())}
    heads = form_heads("requests"), form_heads("disputes")
    for name, columns in zip((REQUESTS, DISPUTES), heads, strict=True):
        title = f"{agency}{'依申请公开台账' if name == REQUESTS else '复议诉讼台账'}"
        _sheet(book.add_worksheet(name), styles, title, columns, sources)
    _guide(book.add_worksheet(GUIDE), styles, fmt, heads, lists)
    _lists(book.add_worksheet(LISTS), styles, lists)
    book.close()
    return stream.getvalue()


def form_heads(what: str) -> tuple[Head, ...]:
    """The columns of the register of ``requests`` or of ``disputes``, left to right."""
    text = Path(__file__).with_name("register.yaml").read_text(encoding="utf-8")
    known = words()[what]
    return tuple(
        Head(**{"label": known[one["key"]]["label"] if "key" in one else "", **one})
        for one in yaml.safe_load(text)[what]
    )


def _source(column: int, texts: Sequence[str]) -> str:
    box = Box(0, column, len(texts) - 1, column)
    return f"={LISTS}!{box.name}"


def _sheet(
    sheet: Any, styles: Styles, title: str, heads: Sequence[Head], sources: dict[str, str]
) -> None:
    last = len(heads) - 1
    right = _within(heads)
    sheet.merge_range(0, _NAMED, 0, right, title, styles["title"])
    sheet.set_row_pixels(0, 40)
    lead = "一行一件。浅黄色的列必填（没有办结的，日期和结果留空）；"
    lead += "可以按年或按月另加工作表，表头照抄。"
    sheet.merge_range(1, _NAMED, 1, right, lead, styles["hint"])
    sheet.set_row_pixels(1, 24)
    for column, head in enumerate(heads):
        style = styles["head"] if not head.must else _must(styles)
        put(sheet, styles, Box(_HEAD, column, _HEAD, column), style, head.label)
        _cells(sheet, styles, column, head, sources)
    sheet.set_row_pixels(_HEAD, 44)
    _lines(sheet, styles, last)
    sheet.freeze_panes(_HEAD + 1, _NAMED)
    _print(sheet, heads)
    sheet.set_selection(_HEAD + 1, 1, _HEAD + 1, 1)


def _within(heads: Sequence[Head]) -> int:
    """The last column that is sure to be on the first page, for what stands over the table."""
    across, right = 0, 0
    for column, head in enumerate(heads):
        across += head.width
        right = column if across <= _PAGE else right
    return right


def _lines(sheet: Any, styles: Styles, last: int) -> None:
    """Lines round every row with something in it, after those that have lines from the first.

    They hang on a condition, so that no more pages are printed than have been filled in.
    """
    top = _HEAD + 1 + _RULED
    first, end = (cell_name(top, column).rsplit("$", 1)[0] for column in (0, last))
    filled = f"=COUNTA({first}{top + 1}:{end}{top + 1})>0"
    rule = {"type": "formula", "criteria": filled, "format": styles.changed({"border": 1})}
    sheet.conditional_format(top, 0, _HEAD + ROWS, last, rule)


def _print(sheet: Any, heads: Sequence[Head]) -> None:
    """A4 on its side; what is too wide goes on beside, led by the heads and the first columns."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(**_MARGINS)
    sheet.set_footer(_FOOTER)
    sheet.repeat_rows(_HEAD)
    beside = sum(head.width for head in heads) > _PAGE * _SHRINK
    if beside:
        sheet.repeat_columns(0, _NAMED - 1)
    sheet.fit_to_pages(2 if beside else 1, 0)


def _must(styles: Styles) -> Any:
    return styles.changed({**_LOOK, "bold": True, "bg_color": "#FFE699", "border": 1})


_LOOK: dict[str, Any] = {
    "font_name": "宋体",
    "font_size": SIZE,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
_FORMATS = {"date": "yyyy-mm-dd", "money": "0.00", "days": "0"}


def _cells(sheet: Any, styles: Styles, column: int, head: Head, sources: dict[str, str]) -> None:
    """The width of a column; how its cells show what is typed, and what may be typed."""
    look = {**_LOOK, "num_format": _FORMATS.get(head.kind, "@")}
    sheet.set_column_pixels(column, column, head.width, styles.changed(look))
    ruled = styles.changed({**look, "border": 1})
    for row in range(_HEAD + 1, _HEAD + 1 + _RULED):
        sheet.write_blank(row, column, None, ruled)
    rule = _rule(head, sources)
    if rule:
        sheet.data_validation(_HEAD + 1, column, _HEAD + ROWS, column, rule)


def _rule(head: Head, sources: dict[str, str]) -> dict[str, Any] | None:
    said = {"input_title": head.label, "input_message": head.about, "error_title": head.label}
    if head.kind in sources:
        text = "请从列表里选；列表之外的写法统计时可能认不出。"
        return {"validate": "list", "source": sources[head.kind], "error_message": text, **said}
    if head.kind == "date":
        text = "请写日期，如 2024-01-05。"
        bounds: dict[str, Any] = {"minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}
        return {"validate": "date", "criteria": "between", **bounds, "error_message": text, **said}
    if head.kind in ("money", "days"):
        most = 20 if head.kind == "days" else 99_999_999
        bounds = {"minimum": 0, "maximum": most}
        what = "integer" if head.kind == "days" else "decimal"
        text = "请写 0 到 20 的整数。" if head.kind == "days" else "请写金额，单位是元。"
        return {"validate": what, "criteria": "between", **bounds, "error_message": text, **said}
    return None


def _guide(
    sheet: Any,
    styles: Styles,
    fmt: Format,
    heads: Sequence[Sequence[Head]],
    lists: dict[str, list[str]],
) -> None:
    """What each column is, and what may be chosen."""
    widths = (120, 60, 560)
    for column, width in enumerate(widths):
        sheet.set_column_pixels(column, column, width)
    sheet.merge_range(0, 0, 0, 2, "填写说明", styles["heading"])
    sheet.set_row_pixels(0, 36)
    lines = [
        f"选项按{fmt.notice.number}规定的表格生成。填好保存，然后运行：",
        "nianbao tally 本文件 --agency 机关名称 --year 年度 --to params",
        "“不读取”的列写什么都可以，程序不读，也不会出现在任何成品里。",
        "没有复议、诉讼的，“复议诉讼”表留空，表四按 0 计。",
    ]
    for row, text in enumerate(lines, 1):
        sheet.merge_range(row, 0, row, 2, text, styles["guide"])
        sheet.set_row_pixels(row, text_height(text, sum(widths), SIZE))
    row = len(lines) + 1
    choices = {"kind": "kind", "result": "result", "type": "type", "outcome": "outcome"}
    for name, columns in zip((REQUESTS, DISPUTES), heads, strict=True):
        for column, text in enumerate((f"{name}：列", "必填", "说明")):
            put(sheet, styles, Box(row, column, row, column), "head", text)
        for head in columns:
            row += 1
            about = head.about
            if head.kind in choices:
                about += f"可选：{'、'.join(lists[head.kind])}。"
            for column, text in enumerate((head.label, "必填" if head.must else "", about)):
                put(sheet, styles, Box(row, column, row, column), "name", text)
            sheet.set_row_pixels(row, max(22, text_height(about, widths[2], SIZE)))
        row += 2
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _lists(sheet: Any, styles: Styles, lists: dict[str, list[str]]) -> None:
    for column, texts in enumerate(lists.values()):
        for row, text in enumerate(texts):
            put(sheet, styles, Box(row, column, row, column), "hint", text)
    sheet.protect()
    sheet.very_hidden()
