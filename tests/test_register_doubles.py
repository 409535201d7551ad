"""Requests that stand in two yearly files are one; days whose year cannot be right are named."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpers.cli import execute
from helpers.figures import number
from helpers.notebook.registers import tally_for
from helpers.register.dates import day_of, month_in, parse_day
from helpers.register.differences import differences
from helpers.register.matching import Matcher
from helpers.register.options import RegisterOptions
from helpers.register.tally import Tally, derive, read_registers, tally
from helpers.report import Agency
from register_cases import COLUMN, Made, make, secrets_in, write_csv
from register_cases import HEADS as MADE_HEADS
from test_register_reading import book as workbook
from test_register_spoilt import cells_of

HEADS = ("申请人", "申请内容", "申请人类型", "收到日期", "办结日期", "办理结果")
NUMBERED = ("登记编号", *HEADS)
ANONYMOUS = HEADS[2:]
OPEN = ("自然人", "2023-12-20", "", "")
DONE = ("自然人", "2023-12-20", "2024-01-09", "予以公开")
ELSE = ("自然人", "2024-03-01", "2024-03-08", "部分公开")
BEFORE = ("自然人", "2023-02-01", "2023-02-10", "予以公开")


def book(folder: Path, year: str, heads: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    """A register file, named by its year as offices do."""
    file = folder / f"{year}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([heads, *rows])
    return str(file)


def told(found: Tally) -> dict[tuple[str, str], int]:
    """The cells of 表三 that are not 0, all applicants together, by row key."""
    slots = found.format.slots
    return {
        slots[ref].line.key: int(figure.value)
        for ref, figure in found.figures.items()
        if figure.value and slots[ref].column.key == "sum" and ref.table == "三"
    }


def said(found: Tally, rule: str) -> list[tuple[str, str, int, str]]:
    return [
        (one.level, Path(one.file).stem, one.row, one.message)
        for one in found.findings
        if one.rule == rule
    ]


def years(folder: Path, *files: str, options: RegisterOptions | None = None) -> dict[int, Tally]:
    registers = read_registers(files, [], options or RegisterOptions())
    return {year: tally(registers, year) for year in (2023, 2024)}


ONCE = {
    2023: {"new": 2, "open": 1, "total": 1, "carry_out": 1},
    2024: {"carry_in": 1, "new": 1, "open": 1, "partial": 1, "total": 2},
}


@pytest.mark.parametrize(
    ("heads", "mark"),
    [
        (NUMBERED, ("2023-001号", "申请人甲", "请求公开某某文件")),
        (HEADS, ("申请人甲", "请求公开某某文件")),
    ],
)
def test_what_was_carried_over_into_the_next_file_by_number_or_by_name_is_counted_once(
    tmp_path, heads, mark
):
    other = ("2024-001号",) * (heads is NUMBERED) + ("申请人乙", "别的")
    past = ("2023-000号",) * (heads is NUMBERED) + ("申请人乙", "别的")
    files = (
        book(tmp_path, "2023", heads, (*past, *BEFORE), (*mark, *OPEN)),
        book(tmp_path, "2024", heads, (*mark, *DONE), (*other, *ELSE)),
    )
    for order in (files, files[::-1]):
        found = years(tmp_path, *order)
        assert {year: told(one) for year, one in found.items()} == ONCE
        (note,) = said(found[2024], "G-05")
        assert note[:3] == ("提示", "2023", 3)
        assert "2024.csv 第 2 行是同一件申请" in note[3]
        assert not found[2024].uncounted
        assert not [word for one in found[2024].findings for word in secrets_in(str(one))]


def test_without_numbers_or_names_a_probable_double_is_left_to_the_office_to_decide(tmp_path):
    files = (
        book(tmp_path, "2023", ANONYMOUS, BEFORE, OPEN),
        book(tmp_path, "2024", ANONYMOUS, DONE, ELSE),
    )
    found = years(tmp_path, *files)

    assert {year: told(one) for year, one in found.items()} == ONCE
    (error,) = said(found[2024], "G-05")
    assert error[:3] == ("错误", "2023", 3)
    assert "疑为结转后又登记一遍" in error[3]
    assert [one.row for one in found[2023].uncounted] == [3]

    decided = years(tmp_path, *files, options=RegisterOptions(relisted=True))
    assert {year: told(one) for year, one in decided.items()} == ONCE
    assert [one[0] for one in said(decided[2024], "G-05")] == ["提示"]


@pytest.mark.parametrize(
    ("heads", "first", "second", "words"),
    [
        (NUMBERED, ("2023-050", "甲", "某文件"), ("2024-001", "甲", "某文件"), "登记编号不同"),
        (NUMBERED, ("2023-050", "甲", ""), ("2024-001", "甲", ""), "申请内容里写出区别"),
        (HEADS, ("申请人甲", ""), ("申请人甲", ""), "登记编号和申请内容不足以断定"),
        (HEADS, ("申请人甲", "某文件"), ("申请人甲", ""), "写相同的登记编号（如"),
        *(
            (HEADS, (mark, "某文件"), (mark, "某文件"), "没有可以相比的登记编号和姓名")
            for mark in (
                "略",
                "***",
                "/",
                "-",
                "匿名",
                "不详",
                "无",
                "同 上",
                "（略）",
                "12345",
                "",
            )
        ),
        (HEADS, ("申请人甲", "略"), ("申请人甲", "略"), "申请内容不足以断定"),
    ],
)
def test_what_is_not_sure_to_be_one_is_a_question_that_fits_the_case(
    tmp_path, heads, first, second, words
):
    files = (
        book(tmp_path, "2023", heads, (*first, *OPEN)),
        book(tmp_path, "2024", heads, (*second, *DONE)),
    )
    found = years(tmp_path, *files)[2024]

    assert told(found) == {"carry_in": 1, "open": 1, "total": 1}
    (error,) = said(found, "G-05")
    assert error[:3] == ("错误", "2023", 2)
    assert words in error[3]
    assert "没有办结" not in error[3]
    decided = years(tmp_path, *files, options=RegisterOptions(relisted=True))[2024]
    assert [one[0] for one in said(decided, "G-05")] == ["提示"]


@pytest.mark.parametrize("relisted", [False, True])
@pytest.mark.parametrize(
    ("heads", "mark"), [(NUMBERED, ("2023-001号", "", "")), (HEADS, ("申请人甲", "某文件"))]
)
def test_one_request_with_two_endings_is_always_asked_about(tmp_path, heads, mark, relisted):
    files = (
        book(tmp_path, "2023", heads, (*mark, *DONE)),
        book(tmp_path, "2024", heads, (*mark, *DONE[:3], "部分公开")),
    )
    found = years(tmp_path, *files, options=RegisterOptions(relisted=relisted))[2024]

    (error,) = said(found, "G-05")
    assert error[:3] == ("错误", "2023", 2)
    assert "办结的日期或结果却不同" in error[3]
    assert "写相同的登记编号" not in error[3]


def test_each_finds_its_own_among_several_of_one_person_and_day(tmp_path):
    """Equal numbers first, then equal content, in whatever order the rows stand."""
    first = [("2023-001", "甲", "一"), ("2023-002", "甲", "二"), ("", "甲", "三")]
    later = [
        ("", "甲", "三"),
        ("2024-009", "甲", "四"),
        ("2023-002", "甲", ""),
        ("2023-001", "", ""),
    ]
    found = years(
        tmp_path,
        book(tmp_path, "2023", NUMBERED, *((*mark, *OPEN) for mark in first)),
        book(tmp_path, "2024", NUMBERED, *((*mark, *DONE) for mark in later)),
    )

    assert told(found[2024])["carry_in"] == 4
    notes = {one[2]: one[3] for one in said(found[2024], "G-05")}
    assert {row: text.split(" 第 ")[1][:1] for row, text in notes.items()} == {
        2: "5",
        3: "4",
        4: "2",
    }


def test_what_only_the_first_of_three_says_is_kept_whichever_pair_is_found_first(tmp_path):
    heads = (*NUMBERED, "收费通知日期", "通知金额")
    mark = ("申请人甲", "请求公开某某文件", "自然人", "2022-12-1")
    files = [
        book(tmp_path, "2022", heads, ("", *mark, "", "", "2022-12-5", "300")),
        book(tmp_path, "2023", heads, ("2023-7", *mark, "", "", "", "")),
        book(tmp_path, "2024", heads, ("2023-7", *mark, "2024-1-9", "公开", "", "")),
    ]
    found = tally(read_registers(files, [], RegisterOptions()), 2022)

    assert told(found) == {"new": 1, "carry_out": 1}
    assert (found.fees.notices, found.fees.amount) == (1, 300)


def test_cases_that_may_be_one_are_asked_about_in_the_words_of_their_register(tmp_path):
    heads = ("案件类别", "受理日期", "审结日期", "审理结果")
    one = book(tmp_path, "复议2023", heads, ("行政复议", "2023-12-20", "", ""))
    other = book(tmp_path, "复议2024", heads, ("行政复议", "2023-12-20", "2024-2-1", "结果维持"))
    requests = book(tmp_path, "2024", ANONYMOUS, ELSE)
    found = tally(read_registers([requests], [one, other], RegisterOptions()), 2024)

    ((level, *_, text),) = said(found, "G-07")
    assert level == "错误"
    assert "受理日期、案件类别相同" in text


def test_a_thousand_of_one_day_and_kind_are_not_all_held_against_each_other(tmp_path, monkeypatch):
    marks = [(f"2023-{n:04}", f"第{n}人", "") for n in range(1000)]
    files = (
        book(tmp_path, "2023", NUMBERED, *((*mark, *OPEN) for mark in marks)),
        book(tmp_path, "2024", NUMBERED, *((*mark, *DONE) for mark in reversed(marks))),
    )
    held = []
    score = Matcher._score
    monkeypatch.setattr(Matcher, "_score", lambda *a: held.append(1) or score(*a))
    registers = read_registers(files, [], RegisterOptions())

    assert len(registers.requests.again) == 1000
    assert len(held) < 5000


@pytest.mark.parametrize(
    ("heads", "first", "second"),
    [
        (NUMBERED, ("2023-001号", "", ""), ("2023-002号", "", "")),
        (NUMBERED, ("2023-001号", "甲", "一"), ("2024-001号", "甲", "二")),
        (HEADS, ("匿名", "请求甲"), ("匿名", "请求乙")),
        (HEADS, ("申请人甲", ""), ("申请人乙", "")),
    ],
)
def test_two_numbers_or_two_names_are_two_requests(tmp_path, heads, first, second):
    found = years(
        tmp_path,
        book(tmp_path, "2023", heads, (*first, *OPEN)),
        book(tmp_path, "2024", heads, (*second, *DONE)),
    )

    assert told(found[2024]) == {"carry_in": 2, "open": 1, "total": 1, "carry_out": 1}
    assert said(found[2024], "G-05") == []


def test_two_departments_that_keep_a_file_each_for_one_year_have_no_doubles(tmp_path):
    one = book(tmp_path, "甲处2024", ANONYMOUS, ("自然人", "2024-3-1", "", ""), ELSE)
    other = book(tmp_path, "乙处2024", ANONYMOUS, ELSE, ("自然人", "2024-3-1", "2024-3-9", "公开"))
    found = years(tmp_path, one, other)

    assert told(found[2024])["new"] == 4
    assert said(found[2024], "G-05") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024年2月台账", "2024年3月台账"),
        ("2024年一季度", "2024年二季度"),
        ("2024上半年", "2024下半年"),
        ("2024年", "2024下半年"),
        ("2024年1-6月", "2024年7-12月"),
        ("2024年1月—6月", "2024年七至十二月"),
        ("2024年1月1日至6月30日", "2024年7月1日至12月31日"),
        ("2024年1、2、3季度", "2024年三、四季度"),
        ("2024年台账（截至3月31日）", "2024年二季度"),
    ],
)
def test_files_of_months_quarters_and_half_years_list_again_too(tmp_path, one, other):
    files = (
        book(tmp_path, one, ANONYMOUS, ("自然人", "2024-02-28", "", "")),
        book(tmp_path, other, ANONYMOUS, ("自然人", "2024-02-28", "2024-07-03", "公开")),
    )
    found = years(tmp_path, *files)[2024]

    assert told(found) == {"new": 1, "open": 1, "total": 1}
    assert [one[0] for one in said(found, "G-05")] == ["错误"]


@pytest.mark.parametrize(
    ("name", "month"),
    [
        *(("1-6月", 1), ("7-12月", 7), ("2024年7月-2024年12月", 7), ("2024-7月", 7), ("13月", 0)),
        *(
            ("2023年12月至2024年2月", 12),
            ("1月、2月", 1),
            ("前三季度", 1),
            ("一、二、三季度", 1),
            ("1、2、3月", 1),
        ),
        *(("截至12月31日", 0), ("截止到2024年12月31日", 0), ("截至12月底", 0), ("12月31日", 0)),
        *(("10月", 10), ("1月和3月", 0), ("2024年10月12日-11月3日", 10)),
    ],
)
def test_a_sheet_is_about_the_time_that_begins_with_the_first_month_of_its_name(name, month):
    assert month_in(name) == month


def test_a_file_of_a_year_named_by_its_last_day_lists_again_what_the_last_year_left_open(tmp_path):
    files = (
        book(tmp_path, "2023年台账（截至12月31日）", ANONYMOUS, BEFORE, DONE),
        book(tmp_path, "2024年台账（截至12月31日）", ANONYMOUS, DONE, ELSE),
    )

    assert {year: told(one) for year, one in years(tmp_path, *files).items()} == ONCE


def test_sheets_of_months_and_files_without_a_year_in_their_names_are_told_apart_too(tmp_path):

    months = {
        "2024年1月": [list(ANONYMOUS), ["自然人", "2024-1-25", "", ""]],
        "2024年2月": [list(ANONYMOUS), ["自然人", "2024-1-25", "2024-2-9", "予以公开"]],
    }
    found = years(tmp_path, workbook(tmp_path, months))
    assert told(found[2024]) == {"new": 1, "open": 1, "total": 1}
    assert len(said(found[2024], "G-05")) == 1

    found = years(
        tmp_path,
        book(tmp_path, "旧", ANONYMOUS, BEFORE, OPEN),
        book(tmp_path, "新", ANONYMOUS, DONE, ELSE),
    )
    assert {year: told(one) for year, one in found.items()} == ONCE


def test_a_request_open_through_three_files_is_one_and_keeps_what_only_the_first_says(tmp_path):
    heads = (*HEADS, "收费通知日期", "通知金额")
    mark = ("申请人甲", "请求公开某某文件")
    files = [
        book(tmp_path, "2022", heads, (*mark, "自然人", "2022-12-1", "", "", "2022-12-5", "300")),
        book(tmp_path, "2023", heads, (*mark, "自然人", "2022-12-1", "", "", "", "")),
        book(tmp_path, "2024", heads, (*mark, "自然人", "2022-12-1", "2024-1-9", "公开", "", "")),
    ]
    registers = read_registers(files, [], RegisterOptions())
    found = {year: tally(registers, year) for year in (2022, 2023, 2024)}

    assert told(found[2022]) == {"new": 1, "carry_out": 1}
    assert told(found[2023]) == {"carry_in": 1, "carry_out": 1}
    assert told(found[2024]) == {"carry_in": 1, "open": 1, "total": 1}
    assert (found[2022].fees.notices, found[2022].fees.amount) == (1, 300)


def test_the_last_years_file_filled_in_later_is_no_second_answer(tmp_path):
    files = (
        book(tmp_path, "2023", ANONYMOUS, BEFORE, DONE),
        book(tmp_path, "2024", ANONYMOUS, DONE, ELSE),
    )

    assert {year: told(one) for year, one in years(tmp_path, *files).items()} == ONCE


def test_of_one_number_in_two_years_with_two_days_of_receipt_only_the_first_is_counted(tmp_path):
    """The day of carrying over written as the day of receipt."""
    mark = ("2023-001号", "申请人甲", "")
    found = years(
        tmp_path,
        book(tmp_path, "2023", NUMBERED, (*mark, *OPEN)),
        book(tmp_path, "2024", NUMBERED, (*mark, "自然人", "2024-01-02", "2024-01-09", "公开")),
    )

    assert "new" not in told(found[2024])
    assert [one[:3] for one in said(found[2024], "G-05")] == [("错误", "2024", 2)]


@pytest.mark.parametrize("mark", ["无", "略", "/", "未编号"])
def test_what_stands_for_no_number_is_no_number_that_comes_twice(tmp_path, mark):
    rows = [(mark, f"申请人{who}", "", *ELSE) for who in "甲乙"]
    found = years(tmp_path, book(tmp_path, "2024", NUMBERED, *rows))[2024]

    assert told(found)["new"] == 2
    assert not found.uncounted


def test_a_number_without_a_year_may_come_again_every_year(tmp_path):
    for serial in ("依第2001号", "依第17号"):
        found = years(
            tmp_path,
            book(tmp_path, "2023", NUMBERED, (serial, "申请人甲", "", *BEFORE)),
            book(tmp_path, "2024", NUMBERED, (serial, "申请人乙", "", *ELSE)),
        )
        assert (told(found[2023])["new"], told(found[2024])["new"]) == (1, 1)
        assert not found[2024].uncounted


def test_a_case_pending_in_one_file_and_decided_in_the_next_is_one(tmp_path):
    heads = ("案号", "案件类别", "受理日期", "审结日期", "审理结果")
    requests = book(tmp_path, "2024", ANONYMOUS, ELSE)
    one = book(tmp_path, "复议2023", heads, ("某复1号", "行政复议", "2023-12-20", "", ""))
    other = book(
        tmp_path, "复议2024", heads, ("某复1号", "行政复议", "2023-12-20", "2024-2-1", "结果维持")
    )
    registers = read_registers([requests], [one, other], RegisterOptions())

    for year, column in ((2023, "pend"), (2024, "keep")):
        found = tally(registers, year)
        table = found.format.table("四").by_key
        assert found.figures.value(table["rev", column]) == 1
        assert found.figures.value(table["rev", "sum"]) == 1


def test_a_request_counted_twice_by_hand_is_explained(tmp_path):
    mark = ("申请人甲", "请求公开某某文件")
    found = years(
        tmp_path,
        book(tmp_path, "2023", HEADS, (*mark, *OPEN)),
        book(tmp_path, "2024", HEADS, (*mark, *DONE)),
    )[2024]
    report = derive(found, Agency(name="某某局"))
    table = report.format.table("三").by_key
    twice = {table["carry_in", "nat"]: number(2), table["carry_out", "nat"]: number(1)}
    told = differences(found, replace(report, figures=report.figures.having(twice)))

    assert len(told) == 2
    for one in told:
        assert "结转后又登记、只计一次的有 1 行" in one.message
        assert "2023.csv第 2 行），正好相符" in one.message


@pytest.fixture(scope="module")
def kept() -> Made:
    """A register of six years, each request with a number and with a name of its own."""
    made = make(12_000, 2019, 2024, seed=3)
    for serial, cells in enumerate(made.rows):
        cells[COLUMN["申请人姓名"]] = f"第{serial}号申请人"
        for head in ("收到日期", "办结日期"):
            cells[COLUMN[head]] = plain_day(cells[COLUMN[head]])
    return made


def plain_day(text: str) -> str:
    return day_of(parse_day(text)).isoformat() if text else ""


def by_years(folder: Path, made: Made, without: tuple[str, ...]) -> list[str]:
    """The register as a file for each year, what is open at its end copied into the next."""
    files = []
    for year in range(2019, 2025):
        rows = []
        for cells in made.rows:
            received, closed = (cells[COLUMN[head]] for head in ("收到日期", "办结日期"))
            if received[:4] > str(year) or (closed and closed[:4] < str(year)):
                continue
            row = list(cells)
            if closed[:4] > str(year):
                row[COLUMN["办结日期"]] = row[COLUMN["办理结果"]] = ""
            for head in without:
                row[COLUMN[head]] = ""
            rows.append(row)
        files.append(write_csv(folder / f"{year}年台账.csv", MADE_HEADS, rows))
    return files


@pytest.mark.parametrize(
    ("without", "options"),
    [
        ((), RegisterOptions()),
        (("登记编号",), RegisterOptions()),
        (("登记编号", "申请人姓名", "申请内容"), RegisterOptions(relisted=True)),
    ],
)
def test_six_yearly_files_that_list_again_what_is_open_come_to_the_count_of_their_maker(
    tmp_path, kept, without, options
):
    registers = read_registers(by_years(tmp_path, kept, without), [], options)
    again = len(registers.requests.again)
    carried = sum(
        n for truth in kept.truth.values() for (row, _), n in truth.requests.items()
        if row == "carry_in"
    )  # fmt: skip

    assert again == carried > 500
    for year, truth in kept.truth.items():
        found = tally(registers, year)
        assert cells_of(found, "三") == truth.requests, year
        assert not found.uncounted
        if "申请人姓名" not in without:
            fees = (found.fees.notices, found.fees.amount * 100, found.fees.received * 100)
            assert fees == (truth.notices, truth.notified, truth.received), year


# --- years that cannot be right -----------------------------------------------------------------


def one_file(folder: Path, *rows: tuple[str, ...], year: int = 2024, name: str = "台账") -> Tally:
    return tally(
        read_registers([book(folder, name, ANONYMOUS, *rows)], [], RegisterOptions()), year
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("自然人", "2042-03-01", "", ""), "收到日期"),
        (("自然人", "2042-03-01", "2024-03-20", "公开"), "收到日期"),
        (("自然人", "2024-03-01", "2042-03-20", "公开"), "办结日期"),
    ],
)
def test_a_mistyped_year_is_named_and_counted_nowhere(tmp_path, row, column):
    found = one_file(tmp_path, ELSE, row, ELSE)

    assert [(one.row, one.column, one.rule) for one in found.uncounted] == [(3, column, "G-01")]
    assert "写的是 2042 年，比台账里其余的（最晚 2024 年）晚得多" in found.uncounted[0].message
    assert told(found)["new"] == 2


def test_received_after_it_was_closed_is_named_in_both_years_it_could_belong_to(tmp_path):
    for year in (2024, 2025):
        found = one_file(tmp_path, ELSE, ("自然人", "2025-03-01", "2024-03-20", "公开"), year=year)
        assert [(one.row, one.rule) for one in found.uncounted] == [(3, "G-04")], year


def test_a_year_after_that_of_the_file_or_unlike_the_rows_around_it_is_named(tmp_path):
    late = ("自然人", "2025-03-01", "", "")
    found = one_file(tmp_path, ELSE, late, name="2024年台账")
    (finding,) = said(found, "G-01")
    assert finding[:3] == ("警告", "2024年台账", 3)
    assert "是 2025 年，标题、工作表名或文件名写的是 2024 年" in finding[3]

    found = one_file(tmp_path, ELSE, late, ELSE)
    assert "前后两行都是 2024 年" in said(found, "G-01")[0][3]
    assert said(one_file(tmp_path, ELSE, ELSE, late), "G-01") == []


def test_a_year_too_early_is_named_even_where_no_calendar_reaches(tmp_path):
    found = one_file(tmp_path, ELSE, ("自然人", "2002-03-01", "2024-03-20", "公开"))

    assert [one[2] for one in said(found, "G-04")] == [3]
    assert "隔了 22 年" in said(found, "G-04")[0][3]


def test_a_sparse_register_of_a_small_office_is_not_suspected(tmp_path):
    rows = [("自然人", f"{y}-03-01", f"{y}-03-08", "公开") for y in (2016, 2019, 2024)]
    found = one_file(tmp_path, *rows, ("自然人", "2029-12-30", "", ""), year=2029)

    assert found.findings == ()
    assert told(found) == {"new": 1, "carry_out": 1}


def test_the_year_asked_about_supports_days_that_little_else_in_the_register_does(tmp_path, capsys):
    closed = [("自然人", f"{y}-03-01", f"{y}-03-08", "公开") for y in (2016, 2017)]
    open_ = [("自然人", "2024-03-01", "", ""), ("自然人", "2024-05-01", "", "")]
    name = book(tmp_path, "台账", ANONYMOUS, *closed, *open_)
    call = ["tally", name, "--agency", "某某局", "--json", "--year"]

    def figures(*more: str) -> tuple[int, set[str]]:
        capsys.readouterr()
        code = execute([*call, *more])
        told = json.loads(capsys.readouterr().out)
        return code, {one["message"] for one in told["findings"] if one["level"] == "错误"}

    assert figures("2024") == (0, set())
    assert figures("2019", "--as-of", "2024-06-01") == (0, set())
    assert tally_for(2024, name, None, Path, RegisterOptions()).uncounted == ()

    with Path(name).open("a", encoding="utf-8") as stream:
        stream.write("自然人,2042-03-01,,\n")
    code, messages = figures("2024")
    assert code == 1
    assert messages == {"写的是 2042 年，比要算的 2024 年晚得多，多半写错了年份，没有计入"}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"补正通知日期": "2023-03-05"}, "补正通知日期"),
        ({"补正通知日期": "2024-03-05", "收到补正日期": "2024-03-04"}, "收到补正日期"),
        ({"征求意见日期": "2024-03-05", "收到意见日期": "2024-03-04"}, "收到意见日期"),
        ({"收到意见日期": "2024-03-04"}, "征求意见日期"),
        ({"收费通知日期": "2023-03-05", "通知金额": "100"}, "收费通知日期"),
        ({"收费通知日期": "2025-03-05", "通知金额": "100"}, "办结日期"),
    ],
)
def test_days_on_the_way_that_do_not_follow_each_other_are_named(tmp_path, cells, column):
    heads = (*ANONYMOUS, *cells)
    row = ("自然人", "2024-03-01", "2024-03-20", "公开", *cells.values())
    file = book(tmp_path, "台账", heads, row)
    found = tally(read_registers([file], [], RegisterOptions()), 2024)

    assert [one.column for one in found.findings if "日期" in one.message] == [column]


def test_a_reply_after_the_year_is_told_with_its_day(tmp_path):
    found = one_file(tmp_path, ("自然人", "2024-03-01", date(2025, 3, 20).isoformat(), "公开"))

    assert "2025年3月20日才办结" in said(found, "G-04")[0][3]
