"""Grids: official spans to the cell, and properties of everything that places cells."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import formats, grid_html
from helpers.formats import Ref, lay_out
from helpers.grid import (
    Cell,
    Grid,
    Label,
    compose,
    depth,
    from_json,
    from_rows,
    header,
    place,
    shift,
    to_json,
    transpose,
)
from strategies import careless_rows, forests, grids

# --- the official tables, every cell with its spans ----------------------------------------
# "label|rows|columns"; without numbers 1 and 1. A number cell is "·".

SEVEN = ["·"] * 7
FIVE = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]

TWO_2021 = [
    ["第二十条第（一）项|1|4"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "·", "·", "·"],
    ["行政规范性文件", "·", "·", "·"],
    ["第二十条第（五）项|1|4"],
    ["信息内容", "本年处理决定数量|1|3"],
    ["行政许可", "·|1|3"],
    ["第二十条第（六）项|1|4"],
    ["信息内容", "本年处理决定数量|1|3"],
    ["行政处罚", "·|1|3"],
    ["行政强制", "·|1|3"],
    ["第二十条第（八）项|1|4"],
    ["信息内容", "本年收费金额（单位：万元）|1|3"],
    ["行政事业性收费", "·|1|3"],
]

TWO_2019 = [
    ["第二十条第（一）项|1|4"],
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规章", "·", "·", "·"],
    ["规范性文件", "·", "·", "·"],
    ["第二十条第（五）项|1|4"],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政许可", "·", "·", "·"],
    ["其他对外管理服务事项", "·", "·", "·"],
    ["第二十条第（六）项|1|4"],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政处罚", "·", "·", "·"],
    ["行政强制", "·", "·", "·"],
    ["第二十条第（八）项|1|4"],
    ["信息内容", "上一年项目数量", "本年增/减|1|2"],
    ["行政事业性收费", "·", "·|1|2"],
    ["第二十条第（九）项|1|4"],
    ["信息内容", "采购项目数量", "采购总金额|1|2"],
    ["政府集中采购", "·", "·|1|2"],
]

THREE_HEAD = [
    ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|3|3", "申请人情况|1|7"],
    ["自然人|2|1", "法人或其他组织|1|5", "总计|2|1"],
    ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
    ["一、本年新收政府信息公开申请数量|1|3", *SEVEN],
    ["二、上年结转政府信息公开申请数量|1|3", *SEVEN],
]

THREE_RESULTS = [
    ["（二）部分公开（区分处理的，只计这一情形，不计其他情形）|1|2", *SEVEN],
    ["（三）不予公开|8|1", "1.属于国家秘密", *SEVEN],
    ["2.其他法律行政法规禁止公开", *SEVEN],
    ["3.危及“三安全一稳定”", *SEVEN],
    ["4.保护第三方合法权益", *SEVEN],
    ["5.属于三类内部事务信息", *SEVEN],
    ["6.属于四类过程性信息", *SEVEN],
    ["7.属于行政执法案卷", *SEVEN],
    ["8.属于行政查询事项", *SEVEN],
    ["（四）无法提供|3|1", "1.本机关不掌握相关政府信息", *SEVEN],
    ["2.没有现成信息需要另行制作", *SEVEN],
    ["3.补正后申请内容仍不明确", *SEVEN],
    ["（五）不予处理|5|1", "1.信访举报投诉类申请", *SEVEN],
    ["2.重复申请", *SEVEN],
    ["3.要求提供公开出版物", *SEVEN],
    ["4.无正当理由大量反复申请", *SEVEN],
    ["5.要求行政机关确认或重新出具已获取信息", *SEVEN],
]

THREE_END = [["（七）总计|1|2", *SEVEN], ["四、结转下年度继续办理|1|3", *SEVEN]]

THREE_2021 = [
    *THREE_HEAD,
    ["三、本年度办理结果|22|1", "（一）予以公开|1|2", *SEVEN],
    *THREE_RESULTS,
    [
        "（六）其他处理|3|1",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        *SEVEN,
    ],
    ["2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", *SEVEN],
    ["3.其他", *SEVEN],
    *THREE_END,
]

THREE_2019 = [
    *THREE_HEAD,
    ["三、本年度办理结果|20|1", "（一）予以公开|1|2", *SEVEN],
    *THREE_RESULTS,
    ["（六）其他处理|1|2", *SEVEN],
    *THREE_END,
]

FOUR = [
    ["行政复议|1|5", "行政诉讼|1|10"],
    [*(f"{result}|2|1" for result in FIVE), "未经复议直接起诉|1|5", "复议后起诉|1|5"],
    [*FIVE, *FIVE],
    ["·"] * 15,
]

OFFICIAL = {
    ("2021", "二"): (TWO_2021, 14, 4),
    ("2021", "三"): (THREE_2021, 28, 10),
    ("2021", "四"): (FOUR, 4, 15),
    ("2019", "二"): (TWO_2019, 18, 4),
    ("2019", "三"): (THREE_2019, 26, 10),
    ("2019", "四"): (FOUR, 4, 15),
}


def _drawn(cell: str) -> tuple[str, int, int]:
    text, *spans = cell.split("|")
    rows, columns = map(int, spans or (1, 1))
    return text, rows, columns


def _official(code: str, table: str) -> Grid:
    return lay_out(formats.find(code).table(table), lambda ref: "·")


@pytest.mark.parametrize(("code", "table"), OFFICIAL)
def test_every_cell_stands_as_the_notice_prints_it(code: str, table: str) -> None:
    rows, n_rows, n_columns = OFFICIAL[code, table]
    grid = _official(code, table)

    assert [[_drawn(cell) for cell in row] for row in rows] == [
        [(c.text, c.rowspan, c.colspan) for c in row] for row in grid.rows()
    ]
    assert (n_rows, n_columns, table) == (grid.n_rows, grid.n_columns, grid.name)


@pytest.mark.parametrize(("code", "table"), OFFICIAL)
def test_every_figure_has_one_cell_and_only_figures_have_a_reference(code: str, table: str) -> None:
    grid = _official(code, table)

    assert list(formats.find(code).table(table).slots) == [c.ref for c in grid.cells if c.ref]
    assert {c.ref is not None for c in grid.cells if c.role == "value"} == {True}
    assert {c.ref is None for c in grid.cells if c.role != "value"} == {True}


@pytest.mark.parametrize(("code", "table"), OFFICIAL)
def test_the_heads_of_a_figure_are_those_of_its_address(code: str, table: str) -> None:
    """Reading the heads of any cell aloud names its row, its column and, in 表二, its item."""
    grid = _official(code, table)
    governing = grid.headings()
    slots = formats.find(code).table(table).slots

    for cell in grid.cells:
        if cell.ref is not None:
            ref = Ref(*cell.ref)
            heads = [head.text for head in governing[cell]]
            row, column = ref.row.split("/"), [ref.column]
            above = ["申请人情况"] if table == "三" else [t for t in [slots[ref].block.title] if t]
            inner = ref.column in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
            group = ["法人或其他组织"] if table == "三" and inner else []
            assert heads == (row + column if table == "四" else above + group + column + row)


def test_a_mark_stands_beside_its_figure_only() -> None:
    table = formats.find("2021").table("四")
    ref = Ref("四", "行政复议", "总计")

    grid = lay_out(table, lambda _: "0", {ref: "①"})

    assert [("①", ref)] == [(c.mark, c.ref) for c in grid.cells if c.mark]


def test_table_three_and_four_repeat_their_three_header_rows_on_every_page() -> None:
    assert [_official("2021", table).header_rows for table in "二三四"] == [0, 3, 3]


# --- Grid refuses what is no table ---------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ((Cell("a"), Cell("b")), "grid '三': cells overlap"),
        ((Cell("a"),), r"grid '三': cells leave holes or stick out at \[\(0, 1\)\]"),
        ((Cell("a", colspan=3),), r"grid '三': cells leave holes or stick out at \[\(0, 2\)\]"),
    ],
)
def test_cells_that_overlap_stick_out_or_leave_holes_are_refused(
    cells: tuple[Cell, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Grid(cells, 1, 2, name="三")


def test_matrix_shows_a_spanning_cell_at_each_position_it_covers() -> None:
    wide, tall, small = Cell("甲", colspan=2), Cell("乙", rowspan=2), Cell("丙")
    grid = from_rows([[wide, tall], [small, Cell("丁")]])

    assert [[c.text for c in r] for r in grid.matrix()] == [["甲", "甲", "乙"], ["丙", "丁", "乙"]]


def test_a_figure_in_a_stacked_table_is_governed_by_the_head_of_its_own_block() -> None:
    """The heads of the block above, and the figures between, do not reach down."""
    block = [Cell("项", role="column"), Cell("数", role="column")]
    grid = from_rows(
        [block, [Cell("甲", role="row"), Cell("1")], block, [Cell("乙", role="row"), Cell("2")]]
    )

    heads = grid.headings()[grid.matrix()[3][1]]

    assert [(head.row, head.text) for head in heads] == [(2, "数"), (3, "乙")]


# --- properties ----------------------------------------------------------------------------


@given(forests(), st.integers(0, 3))
def test_heads_of_any_labels_cover_their_rectangle_once(labels: list[Label], extra: int) -> None:
    """A forest of labels, however uneven, gives a gapless head of any height that holds it."""
    height = depth(labels) + extra

    cells = header(labels, height)

    width = sum(label.extent() for label in labels)
    grid = Grid(tuple(cells), height, width)  # raises where a position is empty or taken twice
    assert width == sum(cell.colspan for cell in grid.rows()[0])


@given(forests(), forests())
def test_any_two_sets_of_labels_compose_to_a_gapless_block(
    columns: list[Label], rows: list[Label]
) -> None:
    rows = [_narrow(label) for label in rows]
    leaves = sum(_leaves(label) for label in columns)
    values = [[Cell("1")] * leaves] * sum(label.extent() for label in rows)

    cells, height, width = compose(columns, rows, values, corner=Cell("角"), title="题")

    grid = Grid(tuple(cells), height, width)
    assert leaves * len(values) == sum(
        cell.role == "value" and cell.text == "1" for cell in grid.cells
    )
    assert height == 1 + depth(columns) + len(values)


def _leaves(label: Label) -> int:
    return sum(map(_leaves, label.children)) or 1


def _narrow(label: Label) -> Label:
    return replace(label, span=1, children=tuple(map(_narrow, label.children)))


@given(grids())
def test_transposing_twice_changes_nothing(grid: Grid) -> None:
    once = transpose(grid.cells)

    assert list(grid.cells) == transpose(once)
    assert {(c.rowspan, c.colspan) for c in once} == {(c.colspan, c.rowspan) for c in grid.cells}


@given(grids(), st.integers(0, 9), st.integers(0, 9))
def test_shifting_there_and_back_changes_nothing(grid: Grid, down: int, right: int) -> None:
    assert list(grid.cells) == shift(shift(grid.cells, down, right), -down, -right)


@given(careless_rows())
def test_careless_spans_are_mended_as_browsers_do(rows: list[list[Cell]]) -> None:
    """Whatever the spans say, the result is a gapless grid that keeps every cell and its order."""
    cells, n_rows, n_columns = place(rows, fill=True)

    grid = Grid(cells, n_rows, n_columns)
    assert n_rows == len(rows)
    for number, row in enumerate(rows):
        texts = iter([cell.text for cell in grid.rows()[number]])
        assert all(any(cell.text == text for text in texts) for cell in row)


def test_a_rowspan_that_runs_past_the_end_is_cut_and_a_hole_is_filled() -> None:
    rows = [[Cell("甲", rowspan=9), Cell("乙", colspan=2)], [Cell("丙")]]

    grid = from_rows(rows, fill=True)

    assert [[c.text for c in r] for r in grid.matrix()] == [["甲", "乙", "乙"], ["甲", "丙", ""]]


def test_careless_spans_are_refused_where_nobody_asked_to_mend_them() -> None:
    with pytest.raises(ValueError, match="holes"):
        from_rows([[Cell("甲", colspan=2)], [Cell("乙")]])


@given(grids())
def test_a_grid_comes_back_from_json_text_unchanged(grid: Grid) -> None:
    assert grid == from_json(json.loads(json.dumps(to_json(grid), ensure_ascii=False)))


@pytest.mark.parametrize(
    "data",
    [
        {"cells": [{"text": "a", "colour": "red"}], "n_rows": 1, "n_columns": 1},
        {"cells": [{"text": "a", "colspan": 2}], "n_rows": 1, "n_columns": 1},
        {"cells": [], "n_rows": 1},
    ],
)
def test_json_that_is_no_grid_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(data)


@given(grids())
def test_a_grid_comes_back_from_html_unchanged(grid: Grid) -> None:
    """Positions, spans, text, row heads, column heads in the head and caption survive HTML."""
    grid = replace(grid, cells=tuple(replace(cell, mark="") for cell in grid.cells))

    (back,) = grid_html.read(grid_html.write(grid))

    seen = [cell for cell in grid.cells if cell.role != "column" or cell.row < grid.header_rows]
    found = {(cell.row, cell.column): cell for cell in back.cells}
    assert [_seen(cell) for cell in seen] == [_seen(found[cell.row, cell.column]) for cell in seen]
    assert len(grid.cells) == len(back.cells)
    assert (grid.n_rows, grid.n_columns, grid.header_rows, " ".join(grid.caption.split())) == (
        back.n_rows,
        back.n_columns,
        back.header_rows,
        back.caption,
    )


def _seen(cell: Cell) -> tuple[int, int, int, int, str, str]:
    """What HTML can say of a cell: the corner is a cell like others, spaces run together."""
    role = "value" if cell.role == "corner" else cell.role
    text = " ".join(cell.text.split())
    return cell.row, cell.column, cell.rowspan, cell.colspan, text, role


def test_column_heads_inside_a_stacked_table_come_back_from_html_as_column_heads() -> None:
    """表二 has a head in every block; scope="col" tells it from the head of a row."""
    grid = _official("2021", "二")

    (back,) = grid_html.read(grid_html.write(grid))

    assert [cell.role for cell in grid.cells] == [cell.role for cell in back.cells]


def test_the_sign_of_a_finding_is_not_taken_for_a_digit_when_a_page_is_read_back() -> None:
    """A draft marks 20 with ①; reading that draft again must give 20, not 201."""
    ref = Ref("四", "行政复议", "总计")
    grid = lay_out(formats.find("2021").table("四"), lambda _: "20", {ref: "①"})

    (back,) = grid_html.read(grid_html.write(grid))

    assert [cell.text for cell in grid.cells] == [cell.text for cell in back.cells]


@pytest.mark.parametrize(("code", "table"), OFFICIAL)
def test_the_official_tables_come_back_from_html_with_their_heads(code: str, table: str) -> None:
    """Ids are unique and every id that a value cell names is the id of one of its heads."""
    grid = _official(code, table)
    markup = grid_html.write(grid, prefix="x")

    ids = [part.split('"')[0] for part in markup.split(' id="')[1:]]
    named = [part.split('"')[0].split() for part in markup.split(' headers="')[1:]]
    values = [cell for cell in grid.cells if cell.role == "value"]
    governing = grid.headings()

    assert len(set(ids)) == len(ids)
    assert [[f"x-{h.row}-{h.column}" for h in governing[c]] for c in values] == named
    assert {name for names in named for name in names} <= set(ids)


def test_the_hash_of_a_grid_does_not_travel():
    """In another process strings have other hashes."""
    grid = Grid((Cell("甲"),), 1, 1)
    hash(grid)
    assert "_hash" not in pickle.loads(pickle.dumps(grid)).__dict__
