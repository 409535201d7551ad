"""Spreadsheets: numbers as exact text, merged ranges as spans, one table a visible sheet."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.readers import limits
from helpers.readers import xlsx as reader
from make_files import filled, sheet_of, tight, xlsx


def grid_of(fill):
    return limits.bounded(reader.read, xlsx(fill), "a.xlsx").tables[0].grid


def texts(fill):
    return [[cell.text for cell in row] for row in grid_of(fill).matrix()]


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_statutory_tables_come_back_to_the_cell(code):
    found = reader.read(sheet_of(filled(code)), "a.xlsx").tables
    assert [t.place for t in found] == ["工作表“表1”", "工作表“表2”", "工作表“表3”"]
    assert [tight(t.grid) for t in found] == [tight(grid) for grid in filled(code)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3402.0, "3402"),
        (24252.311082, "24252.311082"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (999999999999999.0, "999999999999999"),
        (float(2**53 - 1), "9007199254740991"),
        (123456789012.5, "123456789012.5"),
        (73802895.9 + 0.2, "73802896.1"),
        (-0.0, "0"),
        (2.50, "2.5"),
        (75394432.52, "75394432.52"),
        (True, "是"),
        (False, "否"),
        (12, "12"),
        ("001", "001"),
        (" 增1 \r\n 件 ", "增1\n件"),
        (dt.date(2022, 1, 15), "2022-01-15"),
        (dt.datetime(2022, 1, 15), "2022-01-15"),  # noqa: DTZ001
        (dt.datetime(2022, 1, 15, 8, 30), "2022-01-15 08:30:00"),  # noqa: DTZ001
    ],
)
def test_values_are_exact_text(value, text):
    assert reader.text_of(value) == text


@given(st.decimals(-(10**9), 10**9, places=6))
def test_decimals_with_15_digits_come_back(number):
    short = number.normalize()
    if len(short.as_tuple().digits) <= 15:
        assert reader.text_of(float(short)) == (format(short, "f") if short else "0")


def test_formulas_are_read_by_their_last_value():
    assert texts(lambda _, s: s.write_formula(0, 0, "=1+1", value=2)) == [["2"]]


def test_an_error_in_a_cell_is_its_text():
    def fill(book, sheet):
        sheet.write(0, 0, "a")
        sheet.write_formula(2, 1, "=1/0", value="#DIV/0!")
        sheet.write_formula(0, 27, "=x", value="#REF!")

    found = texts(fill)
    assert found[2][1] == "#DIV/0!"
    assert found[0][27] == "#REF!"


def test_the_table_starts_at_a1_and_keeps_empty_rows():
    assert texts(lambda _, s: s.write(2, 1, "数")) == [["", ""], ["", ""], ["", "数"]]


def test_formats_beyond_the_last_text_do_not_count():
    def fill(book, sheet):
        border = book.add_format({"border": 1})
        sheet.write(0, 0, 1)
        sheet.write_blank(1_048_575, 9, None, border)
        sheet.write(50_000, 0, " ")

    assert texts(fill) == [["1"]]


def test_a_title_merged_over_the_whole_sheet_is_as_wide_as_the_table():
    def fill(book, sheet):
        sheet.merge_range("A1:XFD1", "标题")
        sheet.write_row(1, 0, ["甲", "乙", "丙"])

    assert [(c.text, c.colspan) for c in grid_of(fill).rows()[0]] == [("标题", 3)]


def test_a_blank_value_cell_keeps_its_span():
    def fill(book, sheet):
        sheet.write("A1", "行政许可")
        sheet.merge_range("B1:D1", "")
        sheet.merge_range("A2:D2", "尾")

    assert [(c.text, c.colspan) for c in grid_of(fill).rows()[0]] == [("行政许可", 1), ("", 3)]


def test_hidden_sheets_are_not_read_but_told():
    def fill(book, sheet):
        sheet.write(0, 0, "看得见")
        book.add_worksheet("旧").hide()
        book.add_worksheet("空")

    document = reader.read(xlsx(fill, "现"), "a.xlsx")
    assert [t.place for t in document.tables] == ["工作表“现”"]
    assert document.notes == ("工作表“旧”是隐藏的，没有读",)


@pytest.mark.parametrize(("row", "column"), [(20_000, 0), (0, 500), (9_000, 400)])
def test_a_sheet_without_end_is_refused(row, column):
    def fill(book, sheet):
        sheet.write(0, 0, 1)
        sheet.write(row, column, 2)

    with pytest.raises(InputError, match=r"工作表“三”有 \d+ 行 × \d+ 列，太大"):
        grid_of(fill)


def test_a_number_in_the_last_cell_of_the_sheet_does_no_harm():
    def fill(book, sheet):
        sheet.write(0, 0, 1)
        sheet.write(1_048_575, 16_383, 2)

    with pytest.raises(InputError, match=r"a\.xlsx："):
        grid_of(fill)


def test_an_empty_workbook_is_told():
    with pytest.raises(InputError, match="电子表格里没有内容"):
        grid_of(lambda book, sheet: None)
