"""The sheet of one statutory table: official layout, cells to fill in, totals, checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.formats import Column, Format, Ref, Table, lay_out
from helpers.forms.area import Area, Box
from helpers.forms.checks import Check, Outside, checks, total_formula
from helpers.forms.entries import Entry
from helpers.forms.measure import heights, highest, widths
from helpers.forms.page import prepare, put
from helpers.forms.styles import AMBER, GREEN, HEAD_SIZE, NOTE_SIZE, RED, SIZE, Styles
from helpers.forms.tally import WELL, Tally, by_kind, tally
from helpers.grid import Cell

_HEADING = (36, 30)  # heights of the rows above the table: heading, status
_LEAST_ROW, _LEAST_CHECK = 25, 34
_GAP_WIDTH, _CHECK_WIDTH = 14, 130
_LONG_NAME = 10  # characters; where names of rows are longer they are not centred


@dataclass(frozen=True)
class TableSheet:
    """Everything that the sheet of one table holds, before it is written."""

    name: str
    heading: str
    area: Area
    entries: Mapping[Ref, Entry]
    checks: tuple[Check, ...]
    outside: tuple[Outside, ...]
    tally: Tally

    @property
    def status(self) -> Box:
        """The cell with the sentence that says what is open."""
        return Box(1, 0, 1, self.area.grid.n_columns - 1)


def plan_table(fmt: Format, table: Table, entries: Mapping[Ref, Entry]) -> TableSheet:
    """What stands where on the sheet of one table."""
    section = next(section for section in fmt.sections if section.table == table.id)
    area = Area(table, lay_out(table, lambda _: ""), len(_HEADING))
    made, outside = checks(area, entries)
    name = sheet_name(table, section.heading)
    counted = tally(name, area, entries, made)
    outside += _units(area)
    return TableSheet(name, section.title, area, entries, tuple(made), tuple(outside), counted)


def sheet_name(table: Table, heading: str) -> str:
    """The name on the tab: the table and its heading without the words all headings share.

    A tab takes 31 characters and not all of them.
    """
    short = heading.replace("政府信息公开", "").replace("政府信息", "").removesuffix("情况")
    allowed = "".join(c for c in short or heading if c not in "[]:*?/\\'")
    return f"{table.name} {allowed}"[:31]


def _units(area: Area) -> list[Outside]:
    """A word beside each cell whose unit is neither printed nor counted in 件."""
    column = area.grid.n_columns + 1
    slots = area.table.slots
    found = [ref for ref, slot in slots.items() if slot.column.unit_in_cell]
    said = []
    for ref in found:
        row = area.at(ref)[0]
        text = f"{slots[ref].column.label}只填数字，单位是{slots[ref].column.unit}"
        said.append(Outside(Box(row, column, row, column), "hint", text))
    return said


def write_table(book: Any, styles: Styles, plan: TableSheet, status: tuple[str, str]) -> None:
    """Write the sheet; ``status`` is (formula, present text) of the sentence above the table."""
    sheet = book.add_worksheet(plan.name)
    area = plan.area
    columns = widths(area.grid)
    height = _shape(sheet, plan, columns)
    last = area.grid.n_columns - 1
    put(sheet, styles, Box(0, 0, 0, last), "heading", plan.heading)
    put(sheet, styles, plan.status, "status", status[1], status[0])
    for cell in area.cells:
        _write_cell(sheet, styles, plan, cell)
    for outside in plan.outside:
        put(sheet, styles, outside.box, outside.style, outside.text, outside.formula)
    _validate(sheet, plan)
    _highlight(sheet, styles, plan)
    prepare(sheet, Box(0, 0, area.bottom - 1, last), height)
    if area.grid.header_rows:
        sheet.repeat_rows(area.top, area.top + area.grid.header_rows - 1)
    sheet.freeze_panes(area.top + area.grid.header_rows, area.stub)
    first = next(ref for ref, slot in area.table.slots.items() if not slot.total)
    sheet.set_selection(*area.covering([first]))


def _shape(sheet: Any, plan: TableSheet, columns: Sequence[int]) -> float:
    """Widths of columns, heights of rows; returns how high the printed part is, in pixels."""
    area = plan.area
    beside = max((o.box.right for o in plan.outside), default=0)
    all_widths = [*columns, _GAP_WIDTH, *[_CHECK_WIDTH] * (beside - len(columns))]
    for number, width in enumerate(all_widths):
        sheet.set_column_pixels(number, number, width)
    printed = [*_HEADING, *heights(area.grid, columns, _size, _LEAST_ROW)]
    below: dict[int, list[tuple[str, float]]] = {}
    for o in plan.outside:
        if o.box.top >= area.bottom:
            width = sum(all_widths[o.box.left : o.box.right + 1])
            below.setdefault(o.box.top, []).append((o.text, width))
    rows = dict(enumerate(printed))
    rows |= {row: highest(texts, NOTE_SIZE, _LEAST_CHECK) for row, texts in below.items()}
    for row, height in rows.items():
        sheet.set_row_pixels(row, height)
    return sum(printed)


def _size(cell: Cell) -> float:
    return HEAD_SIZE if cell.role in ("column", "corner") else SIZE


def _write_cell(sheet: Any, styles: Styles, plan: TableSheet, cell: Cell) -> None:
    box = Box(cell.row, cell.column, cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
    if cell.role == "row":
        brief = all(len(c.text) <= _LONG_NAME for c in plan.area.cells if c.role == "row")
        style = "name_centred" if brief or cell.rowspan > 1 else "name"
        put(sheet, styles, box, style, cell.text)
    elif cell.ref is None:
        put(sheet, styles, box, "head", cell.text)
    else:
        _write_value(sheet, styles, plan, Ref(*cell.ref), box)


def _write_value(sheet: Any, styles: Styles, plan: TableSheet, ref: Ref, box: Box) -> None:
    entry, slot = plan.entries[ref], plan.area.table.slots[ref]
    if entry.formula:
        formula = total_formula(plan.area, entry.formula)
        put(sheet, styles, box, "total", entry.value if entry.value is not None else "", formula)
        return
    style = styles["total_open"] if slot.total else styles.value(slot.column)
    put(sheet, styles, box, style, entry.text if entry.value is None else entry.value)


def _validate(sheet: Any, plan: TableSheet) -> None:
    """What may be typed into a cell; cells alike that stand together share one rule."""
    groups: dict[tuple[Column, bool], list[Ref]] = {}
    for ref, slot in plan.area.table.slots.items():
        if plan.entries[ref].formula is None:
            groups.setdefault((slot.column, plan.entries[ref].carried), []).append(ref)
    alike: dict[str, tuple[dict[str, Any], list[Ref]]] = {}
    for (column, carried), refs in groups.items():
        rule = _rule(column, carried)
        alike.setdefault(repr(rule), (rule, []))[1].extend(refs)
    for rule, refs in alike.values():
        for box in plan.area.boxes(refs):
            sheet.data_validation(*box, rule)


def _rule(column: Column, carried: bool) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "count": {
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "error_title": "请填整数",
            "error_message": f"这里填{column.unit}数，是 0 或正整数。没有发生的填 0。",
        },
        "change": {
            "validate": "integer",
            "criteria": "between",
            "minimum": -999_999_999,
            "maximum": 999_999_999,
            "error_title": "请填整数",
            "error_message": "增加的填正数，减少的填负数（如 -2），没有变化的填 0。",
            "input_title": column.label[:32],
            "input_message": "增加填正数，减少填负数，没有变化填 0。",
        },
        "money": {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "error_title": "请填金额",
            "error_message": f"这里填金额，单位是{column.unit}，可带小数。没有发生的填 0。",
            "input_title": "金额",
            "input_message": f"单位是{column.unit}，可带小数，只填数字。没有发生的填 0。",
        },
    }[column.kind]
    if carried:
        rule["input_title"] = "已由上年报告带入"
        rule["input_message"] = "请核对。确有出入的请改正，并在“说明”里写明理由。"
    return rule


def _highlight(sheet: Any, styles: Styles, plan: TableSheet) -> None:
    """Colours while typing: what cannot be a figure, and the cells of what does not hold."""
    area = plan.area
    red, amber, green = (styles.changed(look) for look in (RED, AMBER, GREEN))
    for kind, refs in by_kind(area, plan.entries).items():
        for box in area.boxes(refs):
            criteria = _wrong_formula(box, kind)
            sheet.conditional_format(*box, {"type": "formula", "criteria": criteria, "format": red})
    for check in sorted(plan.checks, key=lambda check: not check.severe):
        cell = Box(check.box.top, check.box.left, check.box.top, check.box.left).name
        criteria = f'=LEFT({cell},1)="{check.sign}"'
        look = {"type": "formula", "criteria": criteria, "format": red if check.severe else amber}
        for box in [check.box, *_whole(area, check)]:
            sheet.conditional_format(*box, look)
    status = plan.status
    first = Box(status.top, status.left, status.top, status.left).name
    done = f'=ISNUMBER(SEARCH("{WELL}",{first}))'
    sheet.conditional_format(*status, {"type": "formula", "criteria": done, "format": green})


def _whole(area: Area, check: Check) -> list[Box]:
    """The cells of a check with all positions that they cover."""
    return [area.covering([ref]) for ref in check.operands.refs]


def _wrong_formula(box: Box, kind: str) -> str:
    """The condition that a cell holds something its column cannot mean, for its first cell."""
    cell = Box(box.top, box.left, box.top, box.left).name.replace("$", "")
    negative, broken = f"{cell}<0", f"{cell}<>INT({cell})"
    test = {"count": f"OR({negative},{broken})", "change": broken, "money": negative}[kind]
    return f'=IF(ISNUMBER({cell}),{test},{cell}<>"")'
