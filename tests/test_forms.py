"""The Excel form: official layout, live totals and checks, nothing lost, nothing executed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from helpers import formats
from helpers.errors import InputError
from helpers.figures import Figure, Figures, number, read
from helpers.formats import Format, Ref
from helpers.forms import form_name, write_form
from helpers.forms.area import boxes, cell_name
from helpers.forms.checks import ERROR, WARNING, verdict
from helpers.forms.entries import entries, totals
from helpers.forms.tables import plan_table
from helpers.forms.tally import ALL_WELL
from helpers.params import read_params
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE
from helpers.rules.relations import diagnose
from strategies import CODES, consistent_figures, ref_of, report_of, reports

BOTH = pytest.mark.parametrize("code", ["2019", "2021"])
IN_FORCE = {"2019": 2020, "2021": 2023}
BUREAU = Agency(name="某某局", postcode="010020", telephone="0632-3252082")


def form(code: str, **given_: Any) -> bytes:
    return write_form(formats.find(code), IN_FORCE[code], **given_)


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def texts_of(content: bytes) -> list[str]:
    """What stands in all cells, as text."""
    return [str(cell) for rows in sheets(content).values() for row in rows for cell in row]


def at(rows: list[list[Any]], row: int, column: int) -> Any:
    inside = row < len(rows) and column < len(rows[row])
    return rows[row][column] if inside else ""


def areas(content: bytes) -> dict[str, tuple[str, int, int]]:
    """Sheet, first row and first column of each table, as the hidden sheet tells."""
    found = {}
    for line in sheets(content)["nianbao"][5:]:
        column, row, *_ = range_boundaries(line[2])
        found[line[0].removeprefix("表")] = (line[1], row - 1, column - 1)
    return found


def table_rows(content: bytes, table_id: str) -> list[list[Any]]:
    sheet, top, left = areas(content)[table_id]
    return [row[left:] for row in sheets(content)[sheet][top:]]


def shown(content: bytes, report: Report) -> dict[Ref, Figure]:
    """The figures as a reader sees them: the cells at the positions of the official layout."""
    found = {}
    for table in report.format.tables:
        rows = table_rows(content, table.id)
        for cell in report.grid(table.id).cells:
            if cell.ref:
                ref = Ref(*cell.ref)
                value = at(rows, cell.row, cell.column)
                found[ref] = read(value, report.format.slots[ref].column)
    return found


# --- the official layout ---------------------------------------------------------------------


@settings(max_examples=25)
@given(reports())
def test_a_form_shows_every_label_and_figure_where_the_report_prints_it(report: Report) -> None:
    content = write_form(report.format, report.year, report=report)
    cells = shown(content, report)
    for table in report.format.tables:
        rows = table_rows(content, table.id)
        for cell in report.grid(table.id).cells:
            if not cell.ref:
                assert at(rows, cell.row, cell.column) == cell.text
    for ref, given_ in report.figures.items():
        total = report.format.slots[ref].total
        if total and given_.state == "blank":
            continue
        assert cells[ref] == given_, ref
        if given_.state != "number":
            assert (cells[ref].raw or "").strip() == (given_.raw or "").strip()
    for ref, slot in report.format.slots.items():
        if ref not in report.figures and not slot.total:
            assert cells[ref] == Figure()


@BOTH
def test_cells_are_merged_exactly_as_the_official_table(code: str) -> None:
    content, fmt = form(code), formats.find(code)
    for table in fmt.tables:
        sheet, top, _ = areas(content)[table.id]
        grid = formats.lay_out(table, lambda _: "")
        wanted = {
            (c.row + top, c.column, c.row + top + c.rowspan - 1, c.column + c.colspan - 1)
            for c in grid.cells
            if c.rowspan * c.colspan > 1
        }
        merged = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
        inside = {
            (r1, c1, r2, c2)
            for (r1, c1), (r2, c2) in merged.merged_cell_ranges or []
            if top <= r1 < top + grid.n_rows and c1 < grid.n_columns
        }
        assert inside == wanted


@BOTH
def test_sheets_stand_in_printed_order_and_the_machine_sheet_is_hidden(code: str) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(form(code)))
    visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    tables = ["表二 主动公开", "表三 收到和处理申请", "表四 行政复议、行政诉讼"]
    assert visible == ["封面", *tables, "文字", "说明"]
    assert sheets(form(code))["nianbao"][:3] == [
        ["格式", code, *[""] * 5],
        ["年度", IN_FORCE[code], *[""] * 5],
        ["版本", sheets(form(code))["nianbao"][2][1], *[""] * 5],
    ]


def test_the_cover_and_the_texts_are_rows_of_label_and_value() -> None:
    report = replace(
        report_of("2021", year=2023, explanations={"D-08": "公布时仍用原表格"}),
        agency=BUREAU,
        published=date(2024, 1, 15),
        narrative={"一": "全年\n\n收到{{ 三.本年新收 }}件", "六": "无"},
    )
    found = sheets(form("2021", report=report))
    cover = {row[0]: row[1] for row in found["封面"] if row[0]}
    assert cover["机关名称"] == "某某局"
    assert (cover["年度"], cover["格式"]) == (2023, "2021")
    assert (cover["邮编"], cover["电话"], cover["传真"]) == ("010020", "0632-3252082", "")
    assert cover["公布日期"] == date(2024, 1, 15)
    assert {"简称", "地址", "电子邮箱", "网站", "曾用名", "填报情况"} <= set(cover)
    texts = {row[0]: row[1] for row in found["文字"] if row[0]}
    assert texts["一、总体情况"] == "全年\n\n收到{{ 三.本年新收 }}件"
    assert (texts["五、存在的主要问题及改进情况"], texts["六、其他需要报告的事项"]) == ("", "无")
    assert ["D-08", "公布时仍用原表格", ""] in found["说明"]


# --- totals ------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(CODES.flatmap(lambda code: st.tuples(st.just(code), consistent_figures(formats.find(code)))))
def test_a_balanced_report_has_the_same_totals_and_the_form_says_all_is_well(
    drawn: tuple[str, Figures],
) -> None:
    code, figures = drawn
    fmt = formats.find(code)
    inputs = {ref: figure for ref, figure in figures.items() if not fmt.slots[ref].total}
    texts = {section.id: "有" for section in fmt.narrative}
    report = Report(BUREAU, IN_FORCE[code], fmt, Figures(inputs), texts)
    content = form(code, report=report)
    assert shown(content, report) == {ref: figures[ref] for ref in fmt.slots}
    status = next(row[1] for row in sheets(content)["封面"] if row[0] == "填报情况")
    warned = any(text.startswith(WARNING) for text in texts_of(content))
    assert warned or status == ALL_WELL


@BOTH
def test_totals_are_locked_formulas_that_stay_blank_until_all_parts_are_filled(code: str) -> None:
    fmt = formats.find(code)
    book = openpyxl.load_workbook(io.BytesIO(form(code)))
    cached = openpyxl.load_workbook(io.BytesIO(form(code)), data_only=True)
    for table in fmt.tables:
        sheet, top, _ = areas(form(code))[table.id]
        for cell in formats.lay_out(table, lambda _: "").cells:
            here = book[sheet].cell(cell.row + top + 1, cell.column + 1)
            if cell.ref and table.slots[Ref(*cell.ref)].total:
                assert str(here.value).startswith("=IF(COUNT(")
                assert not cached[sheet][here.coordinate].value
            assert here.protection.locked == (cell.ref is None or table.slots[Ref(*cell.ref)].total)


def test_a_total_that_was_given_and_is_wrong_is_kept_and_marked() -> None:
    report = report_of("2021", {("open", "sum"): 7, ("rev", "sum"): "/"}, year=2023)
    found = shown(form("2021", report=report), report)
    assert found[ref_of(report.format, "open", "sum")] == number(7)
    assert found[ref_of(report.format, "rev", "sum")].raw == "/"
    assert "✗ 差 7" in texts_of(form("2021", report=report))


def test_totals_are_computed_after_what_they_sum() -> None:
    for code in ("2019", "2021"):
        fmt = formats.find(code)
        known = {ref for ref, slot in fmt.slots.items() if not slot.total}
        for operands in totals(fmt):
            assert {ref for _, ref in operands.right} <= known
            known.add(operands.left[0][1])
        assert known == set(fmt.slots)


# --- checks ------------------------------------------------------------------------------------


@given(reports())
def test_the_form_finds_the_same_broken_identities_as_the_rules(report: Report) -> None:
    fmt = report.format
    found = entries(fmt, report, None)
    seen = {ref: number(e.value) for ref, e in found.items() if e.value is not None}
    plans = [plan_table(fmt, table, found) for table in fmt.tables]
    broken = [h.operands for h in diagnose(fmt, Figures(seen), ()).held if h.broken]
    said = [
        check.operands
        for plan in plans
        for check in plan.checks
        if verdict(check, found).startswith((ERROR, WARNING))
    ]
    assert sorted(map(repr, said)) == sorted(map(repr, broken))


@BOTH
def test_every_relation_of_the_format_is_checked_for_every_row_or_column(code: str) -> None:
    fmt = formats.find(code)
    for table in fmt.tables:
        plan = plan_table(fmt, table, entries(fmt, None, None))
        wanted = sum(
            len(block.lines if relation.each == "row" else block.fields)
            for block in table.blocks
            for relation in block.relations
        )
        assert len(plan.checks) == wanted
        assert len({check.box for check in plan.checks}) == wanted
        outside = [o.box for o in plan.outside]
        assert all(b.top >= plan.area.bottom or b.left > plan.area.box.right for b in outside)


def test_what_is_an_error_is_red_and_what_is_a_warning_is_amber() -> None:
    changes = {("reg", "made"): 20, ("new", "nat"): 3}
    report = report_of("2021", changes, year=2023)
    found = sheets(form("2021", report=report))
    assert any("！ 少 20" in row for row in found["表二 主动公开"])
    assert sum(row.count("✗ 差 3") for row in found["表三 收到和处理申请"]) == 2
    status = next(row[1] for row in found["封面"] if row[0] == "填报情况")
    assert "表二有 1 处请核对" in status
    assert "表三有 2 处不平" in status


def test_the_sums_of_both_sides_stand_under_each_column() -> None:
    report = report_of("2021", {("new", "nat"): 3, ("carry_in", "nat"): 4}, year=2023)
    rows = sheets(form("2021", report=report))["表三 收到和处理申请"]
    sides = {row[0]: row[3] for row in rows if str(row[3]).startswith("共")}
    assert sides == {"新收 + 上年结转": "共 7", "总计 + 结转下年": "共 0"}


def test_a_format_with_unknown_rules_and_other_shapes_gets_a_form_too() -> None:
    fmt = formats.find("2021")
    data = fmt.model_dump()
    four = data["tables"][2]["blocks"][0]
    four["relations"] += ({"rule": "Z-01", "each": "column", "equation": "rev = dir + post"},)
    two = data["tables"][0]["blocks"][0]
    two["relations"] += ({"rule": "Z-02", "each": "column", "equation": "doc >= reg"},)
    odd = Format.model_validate(data)
    assert "Z-01" not in CATALOGUE
    report = replace(report_of("2021", {("rev", "keep"): 2}, year=2023), format=odd)
    words = texts_of(write_form(odd, 2023, report=report))
    assert "行政复议 = 未经复议直接起诉 + 复议后起诉" in words
    assert words.count("✗ 差 2") == 2  # 结果维持 and the total
    assert "核对：规范性文件 ≥ 规章" in words


# --- carried over ------------------------------------------------------------------------------


def test_last_years_remainder_becomes_this_years_carry_in_column_by_column(project: Path) -> None:
    previous = read_params(project / "params/2023/宿迁市人民政府.yaml")
    content = write_form(formats.find("2021"), 2024, previous=previous)
    rows = table_rows(content, "三")
    carried = next(row for row in rows if str(row[0]).startswith("二、上年结转"))
    assert carried[3:10] == [118, 3, 0, 0, 0, 0, 121]
    assert next(row for row in rows if str(row[0]).startswith("一、"))[3:10] == [""] * 7
    assert sheets(content)["封面"][6][:2] == ["机关名称", "宿迁市人民政府"]


def test_the_stock_of_last_year_is_its_stock_and_its_change_in_the_2019_format() -> None:
    changes = {("lic", "prev"): 5, ("lic", "change"): "减2", ("pen", "change"): None}
    previous = report_of("2019", changes, year=2019)
    rows = table_rows(form("2019", previous=previous), "二")
    stock = {row[0]: row[1] for row in rows}
    assert (stock["行政许可"], stock["行政处罚"], stock["行政强制"]) == (3, "", 0)


def test_what_the_report_says_is_not_replaced_by_last_years() -> None:
    previous = report_of("2021", {("carry_out", "nat"): 9, ("carry_out", "ent"): 8}, year=2022)
    given_ = report_of("2021", {("carry_in", "nat"): 1, ("carry_in", "ent"): None}, year=2023)
    found = shown(form("2021", report=given_, previous=previous), given_)
    assert found[ref_of(given_.format, "carry_in", "nat")] == number(1)
    assert found[ref_of(given_.format, "carry_in", "ent")] == Figure()


def test_a_report_that_is_not_of_the_year_before_is_refused() -> None:
    with pytest.raises(InputError, match="要从 2022 年度结转"):
        form("2021", previous=report_of("2021", year=2021))


def test_a_report_of_another_year_or_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="2019"):
        form("2021", report=report_of("2019", year=2023))


# --- what may be typed -------------------------------------------------------------------------


def validations(sheet: Any) -> Iterator[tuple[str, Any]]:
    for rule in sheet.data_validations.dataValidation:
        for one in str(rule.sqref).split():
            left, top, right, bottom = range_boundaries(one)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield cell_name(row - 1, column - 1).replace("$", ""), rule


@BOTH
def test_each_input_has_one_rule_with_a_short_chinese_message(code: str) -> None:
    fmt = formats.find(code)
    previous = report_of(code, year=IN_FORCE[code] - 1)
    content = form(code, previous=previous)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for table in fmt.tables:
        sheet, top, _ = areas(content)[table.id]
        places = [name for name, _ in validations(book[sheet])]
        assert len(places) == len(set(places))
        rules = dict(validations(book[sheet]))
        for cell in formats.lay_out(table, lambda _: "").cells:
            if cell.ref is None or table.slots[Ref(*cell.ref)].total:
                continue
            rule = rules[cell_name(cell.row + top, cell.column).replace("$", "")]
            column = table.slots[Ref(*cell.ref)].column
            assert (
                rule.type == {"count": "whole", "change": "whole", "money": "decimal"}[column.kind]
            )
            assert column.kind == "change" or (rule.operator, rule.formula1) == (
                "greaterThanOrEqual",
                "0",
            )
    for sheet in book.worksheets:
        for _, rule in validations(sheet):
            titles = [rule.errorTitle or "", rule.promptTitle or ""]
            messages = [rule.error or "", rule.prompt or ""]
            assert max(map(len, titles)) <= 32
            assert max(map(len, messages)) <= 255
            assert not re.search(r"[A-Za-z]{2,}", "".join(titles + messages))


def test_what_people_read_on_an_empty_form_is_chinese() -> None:
    for name, rows in sheets(form("2021")).items():
        if name == "nianbao":
            continue
        words = [str(cell) for row in rows for cell in row]
        assert not [word for word in words if re.search(r"[A-Za-z]{2,}", word)]


@BOTH
def test_every_sheet_is_protected_without_a_password_and_prints_on_a4(code: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form(code)))
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
            assert sheet.page_setup.fitToWidth in (1, None)
    three = book["表三 收到和处理申请"]
    assert (three.freeze_panes, three.print_title_rows) == ("D6", "$3:$5")
    assert three.sheet_view.selection[-1].activeCell == "D6"


# --- safety ------------------------------------------------------------------------------------

DANGEROUS = "=cmd|' /C calc'!A0"


def test_text_is_never_taken_for_a_formula_or_a_link() -> None:
    agency = Agency(name=DANGEROUS, website="http://example.cn/", address="+1+1", fax="@SUM(1)")
    column = formats.find("2021").slots[ref_of(formats.find("2021"), "new", "nat")].column
    report = replace(
        report_of("2021", year=2023, explanations={"D-08": "=1+1"}),
        agency=agency,
        narrative={"一": "=HYPERLINK(1)", "五": "{=1}"},
    )
    figures = report.figures.having({ref_of(report.format, "new", "nat"): read("=1+1", column)})
    content = form("2021", report=replace(report, figures=figures))
    book = openpyxl.load_workbook(io.BytesIO(content))
    texts = {cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "s"}
    assert {DANGEROUS, "http://example.cn/", "+1+1", "@SUM(1)", "=HYPERLINK(1)", "{=1}"} <= texts
    assert "=1+1" in texts
    formulas = [c.value for s in book for row in s for c in row if c.data_type == "f"]
    assert not [f for f in formulas if "cmd" in str(f) or "HYPERLINK" in str(f)]
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not [n for n in parts.namelist() if "vba" in n.lower() or "externalLink" in n]
    assert not [n for n in parts.namelist() if b'TargetMode="External"' in parts.read(n)]


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    report = replace(report_of("2021", year=2023), narrative={"一": "长" * 32_768})
    with pytest.raises(InputError, match="一、总体情况：有 32768 字"):
        form("2021", report=report)


def test_a_long_text_shows_whole_over_merged_rows() -> None:
    report = replace(report_of("2021", year=2023), narrative={"一": "长文字。" * 3000})
    content = form("2021", report=report)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert max(d.height or 0 for d in book["文字"].row_dimensions.values()) <= 409
    assert len(book["文字"].merged_cells.ranges) > 2
    assert sheets(content)["文字"][2][1] == "长文字。" * 3000


@BOTH
def test_the_same_input_gives_the_same_bytes_in_every_process(code: str) -> None:
    script = (
        "import hashlib\nfrom helpers import formats\nfrom helpers.forms import write_form\n"
        f"print(hashlib.sha256(write_form(formats.find('{code}'), 2024)).hexdigest())"
    )
    runs = {subprocess.check_output([sys.executable, "-c", script], text=True) for _ in "12"}
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("某某局", "某某局2024年度填报表.xlsx"),
        ("a/b\\c:d*局", "a_b_c_d_局2024年度填报表.xlsx"),
        ("..", "2024年度填报表.xlsx"),
        ("局" * 80, "局" * 60 + "2024年度填报表.xlsx"),
    ],
)
def test_a_file_name_suits_every_file_system(name: str, wanted: str) -> None:
    assert form_name(Agency(name=name), 2024) == wanted


def test_a_form_for_nobody_in_particular_has_a_name_too() -> None:
    assert form_name(None, 2024) == "2024年度填报表.xlsx"


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))))
def test_rectangles_cover_their_positions_exactly_once(positions: set[tuple[int, int]]) -> None:
    covered = [
        (row, column)
        for box in boxes(positions)
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
    ]
    assert sorted(covered) == sorted(positions)


def test_money_beyond_the_precision_of_a_workbook_is_kept_as_text() -> None:
    exact = Decimal("12345678901.234567")
    report = report_of("2021", {("fee", "amt"): exact}, year=2023)
    content = form("2021", report=report)
    assert shown(content, report)[ref_of(report.format, "fee", "amt")] == number(exact)
