"""Settings by rule id, return sheets for agencies, earlier years found by name."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from helpers.cli import execute
from helpers.errors import InputError
from helpers.params import read_params
from helpers.report import Agency
from helpers.rules import CATALOGUE, Severity, Surroundings, check, earlier_reports
from helpers.settings import load_settings, settings_data, settings_from
from helpers.sheets import Checked, overview, return_sheet
from strategies import report_of

ROOT = Path(__file__).parents[1]
WRONG = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"


def settings(tmp_path, text):
    file = tmp_path / "s.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(str(file))


def test_severities_and_limits_come_from_the_settings_file(tmp_path):
    found = settings(
        tmp_path, '[rules]\n"T3-08" = "停用"\n"D-08" = "警告"\n[limits]\ncarry_over_share = "0.3"\n'
    )
    assert found.severities == {"T3-08": Severity.OFF, "D-08": Severity.WARNING}
    assert str(found.limits.carry_over_share) == "0.3"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[rules]\n"T3-8" = "停用"', "rules.T3-8：没有规则“T3-8”，是不是“T3-08”？"),
        ('[rules]\n"T3-08" = "关"', "读到“关”，应为其中之一：错误、可说明、警告、提示、停用"),
        ('[规则]\n"T3-08" = "停用"', "不是有效的 TOML"),
        ("[rule]\n", "rule：没有这一节，可用的有：rules、limits、deadlines、rollup"),
        ('[limits]\ncarry_over_share = "3"', "读到“3”，应为 0 到 1 之间的数"),
        ('[limits]\noverview_characters = "1e999999999"', "太大了"),
        ('[limits]\ncarry_over_share = "1e999999999"', "太大了"),
        ('[deadlines]\n"局" = "01-20"', "没有这一类机关，可用的有：全部、政府、部门"),
        ('[deadlines]\n"部门" = "1月20日"', "读到“1月20日”，应写成月-日"),
        ('[deadlines]\n"部门" = "02-30"', "读到“02-30”，应写成月-日"),
        ('[limits]\ncarry_over_shar = "1"', "是不是“carry_over_share”？"),
        ('[limits]\ncarry_over_share = "三成"', "读到“三成”，应为数字"),
        ("rules = 1", "应写成 [rules] 一节"),
    ],
)
def test_a_mistake_in_the_settings_is_explained(tmp_path, text, says):
    with pytest.raises(InputError) as caught:
        settings(tmp_path, text)
    assert says in str(caught.value)


def test_a_settings_file_changes_what_stops_a_report(tmp_path, capsys):
    file = tmp_path / "s.toml"
    file.write_text('[rules]\n"T3-02" = "警告"\n', encoding="utf-8")
    assert execute(["check", str(WRONG), "--settings", str(file)]) == 0
    assert "警告 T3-02" in capsys.readouterr().out


def test_a_settings_file_that_does_not_exist_ends_with_2(capsys):
    assert execute(["check", str(WRONG), "--settings", "没有.toml"]) == 2
    assert "没有.toml：读不了设置文件" in capsys.readouterr().err


def cells(content):
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_return_sheet_says_what_is_wrong_where_and_how_to_mend_it():
    report = read_params(WRONG)
    rows = cells(return_sheet(report, check(report)))["退回单"]
    assert rows[0][0] == "平潭综合实验区 2020 年度报告 退回单"
    assert rows[2] == ["序号", "级别", "规则", "位置", "填报", "应为", "问题", "怎么改"]
    first = rows[3]
    assert first[:6] == [1.0, "错误", "T3-02", "表三“（七）总计”“自然人”", "20", "26"]
    assert "应为 26 = 予以公开 6" in first[6]
    assert first[7] == "请对照底册逐格核对这些数。"
    assert [row[1] for row in rows[3:5]] == ["错误", "错误"]
    assert {row[1] for row in rows[5:]} <= {"警告"}


def test_the_sides_of_a_relation_are_not_told_as_what_was_filled_in() -> None:
    """Received 13 and 1, closed 13: 14 is a sum that stands in no cell."""
    given = {"new": 13, "carry_in": 1, "open": 13, "total": 13}
    filled = {(row, column): n for row, n in given.items() for column in ("nat", "sum")}
    report = report_of("2021", filled)
    rows = cells_of_rule(return_sheet(report, check(report)), "T3-03")

    assert rows
    assert {(row[4], row[5]) for row in rows} == {("", "")}
    assert "应当等于 总计 13，相差 1。" in rows[0][6]


def cells_of_rule(content, rule):
    return [row for row in cells(content)["退回单"] if row[2] == rule]


def test_sheets_are_written_for_those_with_something_to_mend(tmp_path, capsys):
    assert execute(["check", str(WRONG), str(CLEAN), "--sheets", str(tmp_path)]) == 1
    names = {p.name for p in tmp_path.iterdir()}
    assert "平潭综合实验区2020年度退回单.xlsx" in names
    assert "问题汇总.xlsx" in names
    rows = cells((tmp_path / "问题汇总.xlsx").read_bytes())
    assert [row[:3] for row in rows["各单位"][3:]] == [
        ["平潭综合实验区", 2020.0, "2019"],
        ["宿迁市人民政府", 2023.0, "2021"],
    ]
    assert capsys.readouterr().err.startswith("退回单和问题汇总在")


def test_the_same_findings_give_the_same_bytes():
    report = read_params(WRONG)
    once = return_sheet(report, check(report)), overview([Checked(report, check(report))])
    again = return_sheet(report, check(report)), overview([Checked(report, check(report))])
    assert once == again


def test_text_is_never_taken_for_a_formula():
    report = read_params(WRONG)
    report = replace(report, agency=Agency(name="=cmd|'/c calc'!A1"))
    book = cells(overview([Checked(report, check(report))]))
    assert book["各单位"][3][0] == "=cmd|'/c calc'!A1"


def test_earlier_years_are_found_by_present_and_former_names():
    report = read_params(CLEAN)
    renamed = replace(report, year=2024, agency=Agency(name="甲市", formerly=("宿迁市 人民政府",)))
    old = replace(report, year=2021)
    other = replace(report, agency=Agency(name="乙市"))
    assert earlier_reports(renamed, [old, other, report, renamed]) == (report, old)


def test_the_catalogue_is_listed(capsys):
    assert execute(["rules", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {rule["rule"] for rule in listed} == set(CATALOGUE)
    assert all(rule["sentence"] and rule["formula"] for rule in listed)
    assert execute(["rules"]) == 0
    assert "T3-02" in capsys.readouterr().out


def test_a_row_of_a_sheet_is_high_enough_for_its_text() -> None:
    """Programs that do not fit rows themselves would show the first line only."""
    report = read_params(WRONG)
    book = openpyxl.load_workbook(io.BytesIO(return_sheet(report, check(report))))
    sheet = book["退回单"]
    said = sheet["G4"].value

    assert len(said) > 60
    assert sheet.row_dimensions[4].height >= 3 * 10.5 * 1.3


def test_several_reports_end_in_a_table_of_counts(capsys) -> None:
    execute(["check", str(WRONG), str(CLEAN)])
    printed = capsys.readouterr().out

    assert "核对结果" in printed
    assert any("平潭综合实验区" in line and " 2 " in line for line in printed.split("\n"))


def test_local_days_come_from_the_settings_file_and_go_back() -> None:
    given = {"deadlines": {"部门": "01-20", "全部": "02-28"}}
    settings = settings_from(given)

    assert settings.deadlines == {"部门": (1, 20), "全部": (2, 28)}
    assert settings_data(settings) == given


@pytest.mark.parametrize(
    ("kind", "day", "ends"),
    [
        ("部门", date(2024, 1, 20), "pass"),
        ("部门", date(2024, 1, 21), "fail"),
        ("乡镇", date(2024, 2, 28), "pass"),
        ("乡镇", date(2024, 3, 1), "fail"),
        ("部门", None, "not_assessable"),
    ],
)
def test_the_day_set_by_the_office_above_depends_on_the_kind_of_agency(kind, day, ends) -> None:
    report = read_params(CLEAN)
    agency = report.agency.model_copy(update={"kind": kind})
    report = replace(report, agency=agency, published=day)
    around = Surroundings(deadlines={"部门": (1, 20), "全部": (2, 28)})
    outcomes = {one.rule.id: one for one in check(report, around=around).outcomes}

    assert outcomes["PR-03"].state == ends


def test_without_a_local_day_that_rule_does_not_apply() -> None:
    report = replace(read_params(CLEAN), published=date(2026, 1, 1))
    outcomes = {one.rule.id: one.state for one in check(report).outcomes}
    only_others = Surroundings(deadlines={"街道": (1, 20)})
    elsewhere = {o.rule.id: o.state for o in check(report, around=only_others).outcomes}

    assert (outcomes["PR-03"], elsewhere["PR-03"]) == ("not_applicable", "not_applicable")
