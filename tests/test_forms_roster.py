"""A list of agencies as CSV: read whole, or every mistake told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.forms import read_roster
from helpers.report import Agency

GOOD = """序号,单位名称,简称,办公地址,邮政编码,联系电话,传真,邮箱,网站
1,某某局,某局,"甲路 1 号, 二楼",010020,0632-1,,a@b.cn,www.b.cn
,,,,,,,,

2,某某镇人民政府,,,,,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_in_its_order_whatever_wrote_it(encoding: str, end: str) -> None:
    found = read_roster(GOOD.replace("\n", end).encode(encoding), "名单.csv")
    assert found == [
        Agency(
            name="某某局",
            short_name="某局",
            address="甲路 1 号, 二楼",
            postcode="010020",
            telephone="0632-1",
            email="a@b.cn",
            website="www.b.cn",
        ),
        Agency(name="某某镇人民政府"),
    ]


def test_columns_may_be_separated_by_tabs_as_when_pasted() -> None:
    assert read_roster("名称\t电话\n某局\t1".encode(), "x") == [Agency(name="某局", telephone="1")]


def test_every_mistake_is_told_with_its_line() -> None:
    text = "机关名称,邮编,电邮\n某局,1002,\n,010020,\n\n局,,\n某局,010020,\n好局,010020,,多\n"
    with pytest.raises(InputError) as error:
        read_roster(text.encode(), "名单.csv")
    told = [(p.line, p.key) for p in error.value.problems]
    assert told == [(1, "电邮"), (2, "邮编"), (3, "机关名称"), (5, "机关名称"), (7, "")]
    assert "名单.csv 第 2 行：邮编：读到“1002”，应为 6 位数字" in str(error.value)
    assert "是不是“电" in error.value.problems[0].message


def test_an_agency_that_stands_twice_is_a_mistake() -> None:
    with pytest.raises(InputError, match="第 4 行：“某局”在第 2 行已经有了"):
        read_roster("名称\n某局\n乙局\n某局\n".encode(), "x")


def test_a_record_over_several_lines_is_told_by_its_first() -> None:
    with pytest.raises(InputError, match="第 4 行：邮编"):
        read_roster('名称,地址,邮编\n甲局,"一\n二",\n乙局,"三\n四",1\n'.encode(), "x")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "没有读到机关"),
        ("名称\n".encode(), "没有读到机关"),
        ("地址\n甲路\n".encode(), "没有“机关名称”这一列"),
        ("名称,单位名称\n甲局,乙局\n".encode(), "与“名称”是同一项"),
        ('名称\n"甲局\n'.encode(), "引号不成对"),
        (b"PK\x03\x04", "另存为 CSV"),
        (b"\x00\x01", "不是文本文件"),
        (b"\xff\xff\xff", "不是文本文件"),
        (b"," * 5_000_001, "不像机关名单"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_roster(content, "名单.csv")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_is_given_there_is_a_list_or_a_sentence(content: bytes) -> None:
    try:
        found = read_roster(content, "x")
    except InputError as error:
        found = list(error.problems)
    assert found
