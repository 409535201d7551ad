"""The sheets that are not tables: 封面 with the agency's fields, 文字, 说明."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpers.formats import Format
from helpers.forms.area import Box
from helpers.forms.measure import text_height
from helpers.forms.page import prepare, put
from helpers.forms.styles import GREEN, RED, SIZE, Styles
from helpers.forms.tally import ALL_WELL
from helpers.report import Agency, Report
from helpers.rules import Severity, in_order

COVER, TEXTS, REASONS = "封面", "文字", "说明"
STATUS_LABEL = "填报情况"
REASON_HEADS = ("规则编号", "理由", "写入报告")

_COVER_WIDTHS = (108, 459)
_TEXT_WIDTHS = (108, 459)
_REASON_WIDTHS = (96, 385, 86)
_MOST = 520  # pixels; the highest row a sheet can have is 409 points, which are 545
_PIECE = 150  # pixels; a higher text is cut into rows like this, between which a page may end
_LEAST_TEXT = 285  # three sections fill a page
_SPARE_TEXT = 1.2  # typefaces differ in how far apart their lines stand
_SPARE_REASONS = 12


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the cover: label, present value, and what may be typed."""

    label: str
    value: str | int | date | None
    style: str = "field"
    rule: Mapping[str, Any] | None = None


def cover_fields(
    fmt: Format, year: int, agency: Agency | None, published: date | None
) -> list[Field]:
    """The lines of the cover in printed order."""
    known = agency.model_dump() if agency else {}
    first = [
        Field("机关名称", known.get("name", ""), rule=_prompt("请填机关全称，与公章一致。")),
        Field("简称", known.get("short_name", ""), rule=_prompt("没有简称的可以不填。")),
        Field("年度", year, "field_locked"),
        Field("格式", fmt.code, "field_locked"),
        Field("公布日期", published, "field_date", _date_rule(year)),
    ]
    rules = {"postcode": _postcode_rule, "email": _email_rule}
    at = len(_guide(fmt)) + 2 + len(first)
    contact = []
    for number, (label, name) in enumerate(fmt.contact.items()):
        rule = rules[name](Box(at + number, 1, at + number, 1).name) if name in rules else None
        contact.append(Field(label, known.get(name, ""), rule=rule))
    website = _prompt("填可以查阅、下载报告的网站名称或网址。")
    former = _prompt("改名、合并过的填原来的名称，几个之间用顿号；用来与上年报告核对。")
    return [
        *first,
        *contact,
        Field("网站", known.get("website", ""), rule=website),
        Field("曾用名", "、".join(known.get("formerly", ())), rule=former),
    ]


def _prompt(text: str) -> dict[str, Any]:
    return {"validate": "any", "input_message": text}


def _date_rule(year: int) -> dict[str, Any]:
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": date(year, 12, 1),
        "maximum": date(year + 9, 12, 31),
        "input_message": f"写作 {year + 1}-01-31。没有定的可以先不填。",
        "error_title": "请填日期",
        "error_message": f"请写成 {year + 1}-01-31 的样子，应在 {year} 年度结束以后。",
    }


def _postcode_rule(cell: str) -> dict[str, Any]:
    digits = f'SUMPRODUCT(--ISNUMBER(FIND(MID({cell},ROW($1:$6),1),"0123456789")))'
    return {
        "validate": "custom",
        "value": f"=AND(LEN({cell})=6,{digits}=6)",
        "error_title": "请填邮政编码",
        "error_message": "邮政编码是 6 位数字，开头的 0 也要写。",
    }


def _email_rule(cell: str) -> dict[str, Any]:
    return {
        "validate": "custom",
        "value": f'=AND(ISNUMBER(FIND(".",{cell},FIND("@",{cell}))),ISERROR(FIND(" ",{cell})))',
        "error_title": "请填电子邮箱",
        "error_message": "电子邮箱里要有 @ 和后面的域名，不能有空格。",
    }


def _guide(fmt: Format) -> list[str]:
    return [
        f"本表按{fmt.notice.number}规定的格式制作。填好保存，把本文件交回即可。",
        "浅黄色的格请贵单位填写；灰色的格自动合计，不用填。",
        "没有发生的填 0；不要留空，也不要写“无”或画斜线。",
        "变红的格有错：旁边或下方的“核对”写明差多少。变橙的格请再核对一次。",
    ]


def name_cell(fmt: Format) -> Box:
    """The cell of the cover that holds the agency's name."""
    row = len(_guide(fmt)) + 2
    return Box(row, 1, row, 1)


def write_cover(
    book: Any,
    styles: Styles,
    fmt: Format,
    fields: Sequence[Field],
    status: tuple[str, str],
    title: str,
) -> None:
    """The first sheet; ``status`` is (formula, present text) for the whole form."""
    sheet = book.add_worksheet(COVER)
    _columns(sheet, _COVER_WIDTHS)
    put(sheet, styles, Box(0, 0, 0, 1), "title", title)
    sheet.set_row_pixels(0, 60)
    for row, text in enumerate(_guide(fmt), 1):
        put(sheet, styles, Box(row, 0, row, 1), "guide", text)
        sheet.set_row_pixels(row, text_height(text, sum(_COVER_WIDTHS), SIZE))
    row = len(_guide(fmt)) + 1
    put(sheet, styles, Box(row, 0, row, 0), "label", STATUS_LABEL)
    put(sheet, styles, Box(row, 1, row, 1), "field_locked", status[1], status[0])
    sheet.set_row_pixels(row, (len(fmt.tables) + 2) * 20)
    _colour_status(sheet, styles, Box(row, 1, row, 1))
    for at, field in enumerate(fields, row + 1):
        put(sheet, styles, Box(at, 0, at, 0), "label", field.label)
        _write_field(sheet, styles, field, at)
    prepare(sheet, Box(0, 0, row + len(fields), 1))
    first = name_cell(fmt)
    sheet.set_selection(first.top, first.left, first.top, first.left)
    sheet.activate()


def _write_field(sheet: Any, styles: Styles, field: Field, row: int) -> None:
    box = Box(row, 1, row, 1)
    value = field.value
    if isinstance(value, date):
        if value.year < 1900:  # a workbook has no days before
            put(sheet, styles, box, field.style, value.isoformat())
        else:
            sheet.write_datetime(row, 1, value, styles[field.style])
    else:
        put(sheet, styles, box, field.style, "" if value is None else value)
    text = value if isinstance(value, str) else ""
    sheet.set_row_pixels(row, max(30, text_height(text, _COVER_WIDTHS[1], SIZE)))
    if field.rule:
        sheet.data_validation(*box, dict(field.rule))


def _colour_status(sheet: Any, styles: Styles, box: Box) -> None:
    for criteria, look in (
        (f'={box.name}="{ALL_WELL}"', GREEN),
        (f'=OR(ISNUMBER(SEARCH("不平",{box.name})),ISNUMBER(SEARCH("不对",{box.name})))', RED),
    ):
        rule = {"type": "formula", "criteria": criteria, "format": styles.changed(look)}
        sheet.conditional_format(*box, rule)


def text_boxes(fmt: Format, narrative: Mapping[str, str]) -> list[Box]:
    """The cells of 文字 that hold the sections; a long text goes over several merged rows."""
    boxes, top = [], 2
    for section in fmt.narrative:
        height = _text_height(narrative.get(section.id, ""))
        n_rows = math.ceil(height / _PIECE) if height > _MOST else 1
        boxes.append(Box(top, 1, top + n_rows - 1, 1))
        top += n_rows
    return boxes


def _text_height(text: str) -> float:
    return max(_LEAST_TEXT, _SPARE_TEXT * text_height(text, _TEXT_WIDTHS[1], 12))


def write_texts(book: Any, styles: Styles, fmt: Format, narrative: Mapping[str, str]) -> None:
    """The sheet with the sections that are text, as they stand in the report."""
    sheet = book.add_worksheet(TEXTS)
    _columns(sheet, _TEXT_WIDTHS)
    put(sheet, styles, Box(0, 0, 0, 1), "heading", "文字部分")
    guide = "每节写在一格里，可以从文档里整段粘贴；写得长的，可以把行拉高。"
    put(sheet, styles, Box(1, 0, 1, 1), "guide", guide)
    sheet.set_row_pixels(0, 36)
    sheet.set_row_pixels(1, 30)
    placed = text_boxes(fmt, narrative)
    for box, section in zip(placed, fmt.narrative, strict=True):
        text = narrative.get(section.id, "")
        put(sheet, styles, box._replace(left=0, right=0), "label_top", section.title)
        put(sheet, styles, box, "prose", text)
        n_rows = box.bottom - box.top + 1
        for row in range(box.top, box.bottom + 1):
            sheet.set_row_pixels(row, _text_height(text) / n_rows)
    prepare(sheet, Box(0, 0, placed[-1].bottom, 1))
    sheet.set_selection(*placed[0])


def write_reasons(book: Any, styles: Styles, report: Report | None) -> None:
    """The sheet for reasons why something that a rule objects to is right after all.

    What the report in hand says already is filled in.
    """
    explanations = report.explanations if report else {}
    printed = report.printed_reasons if report else frozenset[str]()
    sheet = book.add_worksheet(REASONS)
    _columns(sheet, _REASON_WIDTHS)
    put(sheet, styles, Box(0, 0, 0, 2), "heading", "说明")
    example = next(r.id for r in in_order() if r.severity is Severity.EXPLAINABLE)
    guide = f"退回单上列出、但情况属实的问题，在这里写明编号（如 {example}）和理由。没有的不用填。"
    guide += "“写入报告”选“是”的，理由同时印在第六部分末尾。"
    put(sheet, styles, Box(1, 0, 1, 2), "guide", guide)
    sheet.set_row_pixels(0, 36)
    sheet.set_row_pixels(1, 40)
    for column, head in enumerate(REASON_HEADS):
        put(sheet, styles, Box(2, column, 2, column), "label", head)
    rows = [*explanations.items(), *[("", "")] * _SPARE_REASONS]
    for row, (rule, reason) in enumerate(rows, 3):
        put(sheet, styles, Box(row, 0, row, 0), "field", rule)
        put(sheet, styles, Box(row, 1, row, 1), "field", reason)
        put(sheet, styles, Box(row, 2, row, 2), "field", "是" if rule in printed else "")
        height = text_height(reason, _REASON_WIDTHS[1], SIZE)
        sheet.set_row_pixels(row, min(_MOST, max(28, height)))
    choice = {"validate": "list", "source": ["是", "否"], "error_message": "请选“是”或“否”。"}
    sheet.data_validation(*Box(3, 2, 2 + len(rows), 2), choice)
    prepare(sheet, Box(0, 0, 2 + len(rows), 2))
    sheet.set_selection(3, 0, 3, 0)


def _columns(sheet: Any, widths: Sequence[int]) -> None:
    for number, width in enumerate(widths):
        sheet.set_column_pixels(number, number, width)
