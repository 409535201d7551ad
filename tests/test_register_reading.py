"""Registers as offices keep them: what is found among titles, months, subtotals and notes."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.register import reading
from helpers.register.dates import BAD, NONE, YEARLESS, day_of, parse_day
from helpers.register.options import RegisterOptions
from helpers.register.tally import read_registers, tally
from helpers.register.telling import tally_data

HEADS = ["序号", "申请人", "申请人类型", "收到日期", "办结日期", "办理结果"]
NOTHING = RegisterOptions()


def csv_file(
    folder: Path, rows: list[list[str]], name: str = "台账.csv", encoding: str = "utf-8"
) -> str:
    file = folder / name
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return str(file)


def book(folder: Path, sheets: dict[str, list[list[object]]], merges: tuple = ()) -> str:
    """An Excel file, with dates as such. ``merges`` are (sheet, top, left, bottom, right)."""
    file = folder / "台账.xlsx"
    made = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    for title, rows in sheets.items():
        sheet = made.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for name, *box in merges:
            if name == title:
                sheet.merge_range(*box, rows[box[0]][box[1]])
    made.close()
    return str(file)


def cells(
    name: str | list[str], year: int, options: RegisterOptions = NOTHING
) -> dict[tuple[str, str], int]:
    """The counted cells of 表三 that are not 0, by key."""
    names = [name] if isinstance(name, str) else name
    return told(tally(read_registers(names, [], options), year))


def told(found) -> dict[tuple[str, str], int]:
    slots = found.format.slots
    return {
        (slots[ref].line.key, slots[ref].column.key): int(figure.value)
        for ref, figure in found.figures.items()
        if figure.value and not slots[ref].total and ref.table == "三"
    }


@pytest.mark.parametrize(
    "text",
    [
        *("2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日", "2024年01月05日上午9:30"),
        *("45296", "45296.5", "20240105", "24.1.5", "２０２４．１．５", "2024-01-05 10:30:00"),
        *("二〇二四年一月五日", " 2024 年 1 月 5 日 "),
    ],
)
def test_a_day_is_read_in_every_way_people_write_it(text):
    assert day_of(parse_day(text)) == dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        *((text, NONE) for text in ("", "/", "—", "无")),
        ("1月5日", YEARLESS),
        *((text, BAD) for text in ("2024年1月", "1/5/2024", "2024-02-30", "12/31/24")),
        *((text, BAD) for text in ("1999-01-01", "待定", "123")),
    ],
)
def test_what_is_no_certain_day_is_not_guessed(text, means):
    assert parse_day(text) == means


def test_month_headings_blank_rows_subtotals_notes_and_repeated_heads_are_no_requests(tmp_path):
    rows = [
        ["某某局2024年依申请公开台账"],
        [],
        HEADS,
        ["2024年1月"],
        ["1", "申请人甲", "自然人", "2024.1.5", "2024年1月20日", "予以公开"],
        ["", "小计", "", "1", "", ""],
        [],
        HEADS,
        ["2月", "2月", "2月", "2月", "2月", "2月"],
        ["2", "申请人乙", "商业企业", "2月6日", "2月8日", "部分公开"],
        ["合计", "", "", "", "2", ""],
        ["3"],
        ["备注：本表由办公室登记"],
    ]
    found = tally(read_registers([csv_file(tmp_path, rows)], [], NOTHING), 2024)

    assert told(found) == {
        ("new", "nat"): 1, ("new", "ent"): 1, ("open", "nat"): 1, ("partial", "ent"): 1,
    }  # fmt: skip
    assert found.findings == ()
    assert [(p.row, p.what) for p in found.registers.requests.passed] == [
        (4, "标题"), (6, "小计"), (8, "表头"), (9, "标题"), (11, "小计"), (13, "附注"),
    ]  # fmt: skip


def test_sheets_of_months_and_years_are_read_together_and_others_are_named(tmp_path):
    heads = ["申请人类别", "收件时间", "答复时间", "答复类型"]
    sheets = {
        "说明书": [["本表每月一张"]],
        "2023年": [heads, ["公民", dt.date(2023, 12, 20), dt.date(2024, 1, 8), "同意公开"]],
        "2024年1月": [heads, ["律师事务所", "1月9日", 45306, "信息不存在"]],
    }
    name = book(tmp_path, sheets)
    registers = read_registers([name], [], NOTHING)

    assert told(tally(registers, 2023)) == {("new", "nat"): 1, ("carry_out", "nat"): 1}
    assert told(tally(registers, 2024)) == {
        ("carry_in", "nat"): 1, ("open", "nat"): 1, ("new", "law"): 1, ("na1", "law"): 1,
    }  # fmt: skip


def test_a_cell_merged_over_several_rows_stands_in_each_of_them(tmp_path):
    rows = [
        ["登记编号", "申请人类型", "收到日期", "办结日期", "办理结果", "拆分"],
        ["2024-0001", "自然人", "2024-3-1", "2024-3-5", "予以公开", "是"],
        ["", "", "", "2024-3-6", "重复申请", "是"],
    ]
    merges = tuple(("台账", 1, column, 2, column) for column in (0, 1, 2))

    assert cells(book(tmp_path, {"台账": rows}, merges), 2024) == {
        ("new", "nat"): 2, ("open", "nat"): 1, ("np2", "nat"): 1,
    }  # fmt: skip


def test_heads_in_two_rows_with_columns_to_tick_are_understood(tmp_path):
    rows = [
        ["收到日期", "申请人情况", "", "办结日期", "办理结果", "", ""],
        ["", "自然人", "商业企业", "", "予以公开", "部分公开", "属于国家秘密"],
        ["2024-3-1", "√", "", "2024-3-5", "√", "", ""],
        ["2024-3-2", "", "1", "2024-3-5", "", "", "√"],
        ["2024-3-3", "√", "", "2024-3-5", "√", "√", ""],
    ]
    found = tally(read_registers([csv_file(tmp_path, rows)], [], NOTHING), 2024)

    assert told(found) == {
        ("new", "nat"): 1, ("open", "nat"): 1, ("new", "ent"): 1, ("deny1", "ent"): 1,
    }  # fmt: skip
    assert [(one.row, one.rule) for one in found.findings] == [(5, "G-02")]


def test_class_and_particulars_in_two_columns_are_one_result(tmp_path):
    rows = [
        ["申请人类型", "法人类别", "收到日期", "办结日期", "办理结果", "具体情形"],
        ["法人或其他组织", "科研机构", "2024-3-1", "2024-3-5", "不予公开", "属于国家秘密"],
        ["自然人", "", "2024-3-1", "2024-3-5", "部分公开", "属于国家秘密"],
        ["自然人", "", "2024-3-1", "2024-3-5", "予以公开", "邮寄"],
        ["自然人", "", "2024-3-1", "2024-3-5", "不予处理", "属于国家秘密"],
        ["自然人", "", "2024-3-1", "2024-3-5", "予以公开", "属于国家秘密"],
    ]
    found = tally(read_registers([csv_file(tmp_path, rows)], [], NOTHING), 2024)

    assert told(found) == {
        ("new", "res"): 1,
        ("deny1", "res"): 1,
        ("new", "nat"): 2,
        ("partial", "nat"): 1,
        ("open", "nat"): 1,
    }
    assert [one.row for one in found.findings] == [5, 6]
    assert all("写了不止一种" in one.message for one in found.findings)


def test_an_office_says_in_its_settings_what_its_heads_and_words_mean(tmp_path):
    rows = [["主体", "来文日", "发文日", "结论"], ["群众", "2024-3-1", "2024-3-5", "给了"]]
    options = RegisterOptions(
        columns={
            "申请人类型": ("主体",),
            "收到日期": ("来文日",),
            "办结日期": ("发文日",),
            "办理结果": ("结论",),
        },
        words={"群众": "自然人", "给了": "予以公开"},
    )

    assert cells(csv_file(tmp_path, rows), 2024, options) == {("new", "nat"): 1, ("open", "nat"): 1}


def test_gb18030_tabs_and_line_breaks_in_cells_are_read(tmp_path):
    file = tmp_path / "台账.txt"
    text = "申请人类型\t申请内容\t收到日期\t办结日期\t办理结果\r\n"
    text += '自然人\t"第一行\r\n第二行"\t2024-3-1\t\t\r\n自然人\t\t2024-3-2\t错\t\r\n'
    file.write_bytes(text.encode("gb18030"))
    found = tally(read_registers([str(file)], [], NOTHING), 2024)

    assert told(found) == {("new", "nat"): 1, ("carry_out", "nat"): 1}
    assert [one.row for one in found.findings if one.level == "错误"] == [3]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["甲", "乙"], ["1", "2"]], "没有找到依申请公开台账的表头"),
        (
            [HEADS[:5], ["1", "申请人甲", "自然人", "2024-1-5", ""]],
            "没有“办理结果”一列；列名可以是：办理结果",
        ),
        ([[*HEADS, "收到日期"], ["1"]], "有 2 列都叫“收到日期”"),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_what_is_wanted(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read_registers([csv_file(tmp_path, rows)], [], NOTHING)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("无.csv", None, "没有这个文件"),
        ("台账.doc", b"x", "台账应为 .xlsx"),
        ("台账.xlsx", b"PK\x03\x04 no book", "已损坏|压缩包"),
        ("台账.xlsx", b"", "文件是空的"),
        ("台账.csv", b"\xff\x00\x81\x00\xff", "编码"),
        ("台账.csv", b"", "没有找到"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path, name, content, said):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_registers([str(file)], [], NOTHING)


def test_a_row_torn_at_a_comma_is_named_and_not_counted(tmp_path):
    file = tmp_path / "台账.csv"
    file.write_text(
        "申请人类型,收到日期,办结日期,办理结果,备注\n自然人,2024-1-5,,,说明,还有一句\n自然人,2024-1-6,,,\n",
        "utf-8",
    )
    found = tally(read_registers([str(file)], [], NOTHING), 2024)

    assert told(found) == {("new", "nat"): 1, ("carry_out", "nat"): 1}
    assert "格数比表头多" in found.findings[0].message


_COLUMNS = [
    "申请人类型",
    "收到日期",
    "办结日期",
    "办理结果",
    "登记编号",
    "延长工作日",
    "通知金额",
    "拆分",
]
_CELLS = st.sampled_from(
    [
        *("", "自然人", "法人", "公司", "2024-1-5", "2024.13.5", "45296", "1月5日", "²0", "③"),
        *("予以公开", "不予公开", "部分公开、不予公开", "办理中", "是", "小计", "2024年1月", "1e5"),
        *("收到日期", "办理结果", "申请人类型", "99999999999", "-", "300", "１２", 'a"b', "甲\n乙"),
    ]
)


@given(rows=st.lists(st.lists(_CELLS, max_size=9), max_size=8), titles=st.integers(0, 2))
def test_whatever_stands_in_the_cells_the_tables_balance_or_the_file_is_refused(rows, titles):
    """Any rows end in tables in which 新收 + 结转 = 办结 + 结转下年, or in a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        name = csv_file(Path(folder), [["台账"]] * titles + [_COLUMNS, *rows])
        try:
            found = tally(read_registers([name], [], NOTHING), 2024)
        except InputError:
            return
    table, value = found.format.table("三").by_key, found.figures.value
    for _, column in dict.fromkeys(key for key in table if key[0] == "new"):
        cells = [value(table[row, column]) for row in ("new", "carry_in", "total", "carry_out")]
        assert cells[0] + cells[1] == cells[2] + cells[3]
    json.dumps(tally_data(found, "某某局", None))


def test_a_row_of_endless_cells_is_told_at_once(tmp_path):
    from helpers.register.files import open_file

    file = tmp_path / "r.csv"
    file.write_text("登记编号,收到日期\n" + "1," * 20_000 + "\n", encoding="utf-8")
    (sheet,) = open_file(file, "r.csv", list).sheets
    with pytest.raises(InputError, match="第 2 行有 20001 格，太多，不像台账"):
        list(sheet.rows)


_HEADS = "登记编号,申请人类型,收到日期,办结日期,办理结果\n"
_LINE = "2023-1,自然人,2023-01-05,2023-02-01,予以公开\n"


def test_empty_lines_are_not_looked_at_one_by_one_and_rows_after_them_keep_their_place(
    tmp_path, monkeypatch
):
    looked = []
    monkeypatch.setattr(reading, "nature", lambda row, *_: looked.append(row))
    file = tmp_path / "r.csv"
    file.write_text(_HEADS + _LINE + "\n" * 9_000 + _LINE, encoding="utf-8")

    rows = reading.read_rows([str(file)], "requests", NOTHING)

    assert rows.frame["row"].tolist() == [2, 9_003]
    assert looked == []
    assert rows.passed == ()


def test_millions_of_empty_lines_are_refused_in_a_sentence(tmp_path):
    file = tmp_path / "r.csv"
    file.write_text(_HEADS + _LINE + "\n" * 2_100_000, encoding="utf-8")

    with pytest.raises(InputError, match=r"r\.csv 第 \d+ 行：到这一行已有 20\d+ 个空行，太多"):
        read_registers([str(file)], [], NOTHING)


def test_a_register_whose_days_mostly_cannot_be_read_is_refused_before_all_of_it_is_told(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(reading, "_MOST_UNDATED", 5_000)
    bad = _LINE.replace("2023-01-05", "某日")
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    few.write_text(_HEADS + bad * 4_000 + _LINE * 8_000, encoding="utf-8")
    many.write_text(_HEADS + bad * 12_000, encoding="utf-8")

    assert len(reading.read_rows([str(few)], "requests", NOTHING).frame) == 12_000
    with pytest.raises(InputError, match="前 8001 行里有 8000 行没有可用的“收到日期”，不像台账"):
        read_registers([str(many)], [], NOTHING)
