"""The matcher: every figure of a messy table right, or reported as not read."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import messes
from helpers import formats
from helpers.figures import show
from helpers.grid import Cell
from helpers.readers.matching import match, missing
from strategies import CODES, consistent_figures


@st.composite
def cases(draw):
    """A format, figures, and the rows of its three tables."""
    fmt = formats.find(draw(CODES))
    figures = draw(consistent_figures(fmt))
    tables = {
        table.id: messes.rows_of(table, lambda ref: show(figures[ref], fmt.slots[ref].column))
        for table in fmt.tables
    }
    return fmt, figures, tables


def silently_wrong(figures, found):
    """Cells read otherwise than they were written, a lost number read as a blank included."""
    return {
        ref: (figures[ref].value, figure.value)
        for ref, figure in found.figures.items()
        if figure.state != "unreadable" and figure.value != figures[ref].value
    }


@given(cases())
def test_the_official_layout_is_read_back_without_a_word(case):
    fmt, figures, tables = case
    found = match([messes.found(rows) for rows in tables.values()])
    assert found.format.code == fmt.code
    assert {ref: f.value for ref, f in found.figures.items()} == {
        ref: f.value for ref, f in figures.items()
    }
    assert not [n for n in found.notes if n.kind != "normalised"]
    assert not list(missing(found))


@pytest.mark.parametrize("mess", messes.HARMLESS, ids=lambda mess: mess.__name__)
@given(cases(), st.randoms(use_true_random=False))
def test_every_figure_survives(mess, case, random):
    fmt, figures, tables = case
    found = match([messes.found(mess(rows, random)) for rows in tables.values()], None)
    assert found.format.code == fmt.code
    assert silently_wrong(figures, found) == {}
    assert len(found.figures) == len(figures)


@pytest.mark.parametrize("mess", messes.HARMFUL, ids=lambda mess: mess.__name__)
@given(cases(), st.randoms(use_true_random=False))
def test_what_cannot_be_told_is_left_unread_and_said(mess, case, random):
    _, figures, tables = case
    rows = {**tables, "三": mess(tables["三"], random)}
    found = match([messes.found(r) for r in rows.values()])
    assert silently_wrong(figures, found) == {}
    assert any(note.kind == "unsure" for note in found.notes)


PAIRS = list(combinations((*messes.HARMLESS, *messes.HARMFUL), 2))


@given(cases(), st.sampled_from(PAIRS), st.randoms(use_true_random=False))
def test_no_two_messes_together_give_a_wrong_figure(case, pair, random):
    _, figures, tables = case
    first, second = pair
    messy = {
        name: second(first(rows, random), random) if name == "三" or (second in messes.HARMLESS
        and first in messes.HARMLESS) else rows
        for name, rows in tables.items()
    }  # fmt: skip
    found = match([messes.found(rows) for rows in messy.values()])
    assert silently_wrong(figures, found) == {}


@pytest.mark.parametrize("head", [0, 3])
@given(cases(), st.randoms(use_true_random=False))
def test_a_table_cut_over_two_pages_is_read_whole(head, case, random):
    _, figures, tables = case
    flat = messes.flat(tables["三"], random)
    parts = [tables["二"], *messes.in_two(flat, random, head=head), tables["四"]]
    found = match([messes.found(rows) for rows in parts])
    assert silently_wrong(figures, found) == {}
    assert len(found.figures) == len(figures)


@given(cases(), st.randoms(use_true_random=False))
def test_tables_of_another_kind_are_left_alone(case, random):
    _, figures, tables = case
    around = [messes.foreign(random), *tables.values(), messes.foreign(random)]
    found = match([messes.found(rows) for rows in around])
    assert silently_wrong(figures, found) == {}
    assert found.used == {1, 2, 3}


@given(cases(), st.randoms(use_true_random=False))
def test_columns_in_another_order_go_by_their_heads(case, random):
    _fmt, figures, tables = case
    rows = [list(row) for row in tables["三"]]
    # 商业企业 and 科研机构 change places, heads and values alike.
    for row in rows:
        at = len(row) - (5 if any(c.text == "商业企业" for c in row) else 6)
        if len(row) >= 5 and row is not rows[0] and row is not rows[1]:
            row[at], row[at + 1] = row[at + 1], row[at]
    found = match([messes.found(r) for r in (tables["二"], rows, tables["四"])])
    assert silently_wrong(figures, found) == {}


def one_row_for_other_results(rows):
    """The rows of a 2021 table in which （六）其他处理 is one row, as mixed files have it."""
    at = next(r for r, row in enumerate(rows) if row[0].text == "（六）其他处理")
    merged = [Cell("（六）其他处理", colspan=2), *rows[at][2:]]
    kept = [*rows[:at], merged, *rows[at + 3 :]]
    tall = next(i for i, row in enumerate(kept) if row[0].text == "三、本年度办理结果")
    kept[tall] = [Cell("三、本年度办理结果", rowspan=20), *kept[tall][1:]]
    return kept


def test_a_mixed_file_is_of_the_format_most_of_its_cells_have():
    fmt = formats.find("2021")
    tables = {t.id: messes.rows_of(t, lambda _: "0") for t in fmt.tables}
    rows = [tables["二"], one_row_for_other_results(tables["三"]), tables["四"]]
    found = match([messes.found(r) for r in rows], 2021)
    assert found.format.code == "2021"
    said = [str(note) for note in (*found.notes, *missing(found))]
    assert any("其他处理" in text for text in said)
    assert len(found.figures) == 200 - 21


def test_a_second_row_of_figures_in_table_four_is_told_and_not_taken():
    fmt = formats.find("2021")
    rows = [messes.rows_of(t, lambda _: "1") for t in fmt.tables]
    rows[2] += [[Cell("") for _ in range(15)], [Cell("2") for _ in range(15)]]
    found = match([messes.found(r) for r in rows])
    assert [(n.kind, n.place) for n in found.notes] == [("surplus", "第 1 个表格第 6 行")]
    assert "表四只有一行数字，这里又有一行：2｜2" in found.notes[0].message
    assert {found.figures[ref].value for ref in fmt.table("四").slots} == {1}


def test_cells_that_reach_down_are_no_second_row():
    fmt = formats.find("2021")
    rows = [messes.rows_of(t, lambda _: "1") for t in fmt.tables]
    rows[2][-1] = [Cell(cell.text, rowspan=2) for cell in rows[2][-1]]
    assert not match([messes.found(r) for r in [*rows[:2], [*rows[2], []]]]).notes


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([Cell("其他对外管理服务事项"), Cell("35", colspan=3)], True),
        ([Cell("", colspan=3), Cell("12")], False),
        ([Cell("35", colspan=4)], False),
    ],
)
def test_a_row_that_the_format_has_not_is_told_even_with_one_figure(row, told):
    """The number of a page is no figure: it has no label of its own."""
    fmt = formats.find("2021")
    rows = [messes.rows_of(t, lambda _: "0") for t in fmt.tables]
    at = next(i for i, r in enumerate(rows[0]) if r[0].text == "行政许可") + 1
    rows[0].insert(at, row)
    found = match([messes.found(r) for r in rows])
    assert [n.kind for n in found.notes] == (["unplaced"] if told else [])
    assert len(found.figures) == 200


def test_a_label_and_a_number_below_the_tables_of_a_sheet_are_no_row():
    fmt = formats.find("2021")
    rows = [row for t in fmt.tables for row in messes.rows_of(t, lambda _: "0")]
    found = match([messes.found([*rows, [Cell("邮政编码"), Cell("223800")]])])
    assert [n for n in found.notes if n.kind in ("unplaced", "surplus")] == []


def test_digits_that_stand_apart_are_one_number_where_the_sum_says_so():
    """A long number broken over two lines in a narrow cell is read; the same in 表二 is not."""
    fmt = formats.find("2021")
    new, total = fmt.ref("new", "nat"), fmt.ref("new", "sum")
    issued = fmt.ref("doc", "made")
    texts = {new: "1808\n595", total: "1808595", issued: "12 345"}
    rows = [messes.rows_of(t, lambda ref: texts.get(ref, "0")) for t in fmt.tables]
    found = match([messes.found(r) for r in rows])
    assert found.figures[new].value == 1808595
    assert found.figures[issued].state == "unreadable"
    assert any("与合计相符" in note.message for note in found.notes)


@pytest.mark.parametrize(
    ("text", "value", "normalised"),
    [
        ("12", 12, False),
        ("1,234", 1234, True),
        ("１２", 12, True),
        ("22（其中修订16件）", 22, True),
        ("3件", 3, True),
        ("0\u00a0", 0, False),
        ("20①", 20, True),
    ],
)
def test_numbers_as_real_cells_write_them(text, value, normalised):
    from helpers.readers.cells import figure_of

    column = formats.find("2021").table("三").blocks[0].fields[0]
    figure = figure_of(text, column)
    assert (figure.value, figure.normalised) == (value, normalised)


@pytest.mark.parametrize(
    "text", ["1 2", "12\n3", "12 345", "5或6", "约20", "12/13", "见附件", "1808\n595"]
)
def test_what_may_mean_two_things_is_not_read(text):
    from helpers.readers.cells import figure_of

    column = formats.find("2021").table("三").blocks[0].fields[0]
    assert figure_of(text, column).state == "unreadable"


@pytest.mark.parametrize("text", ["", "\u00a0", "/", "—", "无", "-"])
def test_blanks_stay_blank(text):
    from helpers.readers.cells import figure_of

    column = formats.find("2021").table("三").blocks[0].fields[0]
    assert figure_of(text, column).value is None
    assert figure_of(text, column).state in ("blank", "placeholder")
