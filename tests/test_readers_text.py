"""Text files: any usual encoding, and tables told by their form."""

from __future__ import annotations

import contextlib
import time

import pytest

from helpers.errors import InputError
from helpers.readers import text as reader


def read(text: str, encoding: str = "utf-8"):
    return reader.read(text.encode(encoding), "a.txt")


def shape(document):
    """Paragraph texts, and tables as lists of rows."""
    return [
        [[c.text for c in row] for row in block.grid.rows()]
        if hasattr(block, "grid")
        else block.text
        for block in document.blocks
    ]


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("文件编码是 utf-16，已转换",)),
        ("gb18030", ("文件编码是 gb18030，已转换",)),
    ],
)
def test_usual_encodings_are_read_and_told(encoding, notes):
    document = read("一、总体情况\r\n𠮷〇", encoding)
    assert shape(document) == ["一、总体情况", "𠮷〇"]
    assert document.notes == notes


def test_a_few_bad_bytes_are_told():
    document = reader.read("年报".encode() * 200 + b"\xff" + "年报".encode() * 200, "a.txt")
    assert "1 处文字认不出" in document.notes[0]


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(InputError, match=r"编码|损坏"):
        reader.read(b"ab\xff\xfe\xfd\x81" * 200, "a.txt")


def test_lines_are_paragraphs_with_places_and_levels():
    document = read("# 标题 #\n\n###  小标题\n正文  两\u3000字\n---\n#号局")
    assert [(b.text, b.level, b.place) for b in document.blocks] == [
        ("标题", 1, "第 1 行"),
        ("小标题", 3, "第 3 行"),
        ("正文 两 字", 0, "第 4 行"),
        ("#号局", 0, "第 6 行"),
    ]
    assert document.title == "标题"


@pytest.mark.parametrize(
    "table",
    [
        "| 甲 | 乙 |\n|:--|--:|\n| 1\\|2 | **3** |",
        "甲 | 乙\n--- | ---\n1\\|2 | __3__",
        "|甲|乙|\n|1\\|2|3|",
    ],
)
def test_pipe_tables(table):
    assert shape(read(f"前\n{table}\n\n后")) == ["前", [["甲", "乙"], ["1|2", "3"]], "后"]


def test_a_break_in_a_markdown_cell_is_a_line_break():
    assert shape(read("|商业<br>企业|\n|-|"))[0] == [["商业\n企业"]]


def test_a_line_with_a_pipe_is_no_table():
    assert shape(read("来源 | 时间\n正文")) == ["来源 | 时间", "正文"]


def test_lines_with_tabs_are_a_table():
    assert shape(read("行\t自然人\t总计\n新收\t1\t1\n\t2\n")) == [
        [["行", "自然人", "总计"], ["新收", "1", "1"], ["", "2", ""]]
    ]


def test_one_cell_a_line_behind_a_tab_is_a_table_with_ragged_rows():
    text = "二、主动公开\n\t第五项\n\n\t行政许可\n\t0\n\t增1\n\n\t\n\t2\n\n\n三、收到"
    assert shape(read(text)) == [
        "二、主动公开",
        [["第五项", "", ""], ["行政许可", "0", "增1"], ["", "2", ""]],
        "三、收到",
    ]


def test_prose_indented_with_tabs_is_prose():
    long = "全年认真贯彻落实政府信息公开工作的部署要求，进一步优化公开目录"
    assert shape(read(f"\t{long}\n\t{long}\n\n\t{long}")) == [long] * 3
    assert shape(read("\t一\n\n\t二\n")) == ["一", "二"]


def test_residue_of_bookmarks_is_removed_and_told():
    document = read("[bookmark: _GoBack]2021年 [bookmark: b39]四、")
    assert shape(document) == ["2021年 四、"]
    assert document.notes == ("去掉了 2 处 Word 书签残留（[bookmark: …]）",)


def test_a_table_without_end_is_refused():
    with pytest.raises(InputError, match="太大"):
        read("|a\n" * 3 + "|" + "|" * 600 + "\n" + "|-|\n" + "|" * 600)


@pytest.mark.parametrize("line", ["a|b\n", "\t很长的一段话没有尽头没有尽头没有尽头\n", "|a|\n|"])
def test_long_files_take_no_longer_than_their_length(line):
    start = time.monotonic()
    with contextlib.suppress(InputError):  # a table of so many rows is refused
        read(line * 30_000)
    assert time.monotonic() - start < 5


def test_the_seed_report_comes_through(shared):
    (seed,) = sorted((shared / "seeds").glob("*.txt"))
    document = reader.read(seed.read_bytes(), seed.name)
    second, third, fourth = (table.grid for table in document.tables)
    assert ["行政许可", "0", "增1", "0"] in [[c.text for c in row] for row in second.rows()]
    assert (third.n_rows, fourth.n_columns) == (26, 15)
    assert [c.text for c in fourth.rows()[-1]] == ["0"] * 15
    assert len(document.paragraphs) == 31
