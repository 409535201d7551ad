"""What the text has to say: aspects, problems, fees, duties of governments (D)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.formats import for_year
from helpers.report import Report
from helpers.rules import Limits, Surroundings, check
from real_figures import PINGTAN_2021, SUQIAN_2023
from strategies import report_of
from written import AGENCY, HEADINGS, OVERVIEW, printed, said, state, written

ONE, FIVE, SIX = (f"“{HEADINGS[index]}”" for index in (0, 4, 5))
PRAISE = "本年度取得显著成效，群众满意，成绩突出，各项任务全部完成。"


def government(overview: str) -> Report:
    """The report of a government."""
    agency = AGENCY.model_copy(update={"name": "市中区人民政府", "short_name": ""})
    return replace(printed({"一": overview}), agency=agency)


def within(report: Report, characters: int) -> list[str]:
    """What D-27 says where the settings limit the length of section 一."""
    around = Surroundings(limits=Limits(overview_characters=characters))
    return [f.message for f in check(report, None, around).findings if f.rule == "D-27"]


def test_text_that_is_not_written_yet_is_a_warning_and_not_an_error() -> None:
    report = written(one=OVERVIEW, five="", six="")

    assert said(report, "D-03") == [
        "警告 没有写“五、存在的主要问题及改进情况”“六、其他需要报告的事项”的文字。"
    ]
    assert said(report, "D-13") == [f"无法核对 没有{FIVE}的文字，无法核对。"]
    assert said(report, "D-14") == [f"无法核对 没有{SIX}的文字，无法核对。"]


@pytest.mark.parametrize(
    "narrative",
    [{}, {"一": "全年收到申请{{ 三.本年新收.总计 }}件……"}, {"一": "无", "五": "无", "六": "无"}],
    ids=str,
)
def test_little_text_never_stops_the_documents_of_a_params_file(narrative: dict[str, str]) -> None:
    for facts in (SUQIAN_2023, PINGTAN_2021):
        report = replace(facts.report(), narrative=narrative)
        assert [f.message for f in check(report).blocking if f.rule.startswith("D-")] == []


def test_a_report_without_text_passes_no_rule_about_text_silently() -> None:
    about_text = {"D-06", "D-13", "D-14", "D-16", "D-17", "D-18", "D-19", "D-25", "D-28", "D-31"}
    report = report_of("2021")

    assert {state(report, rule) for rule in about_text} == {"not_assessable"}


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (
            printed({"一": "全年公开信息10条，收到申请3件，信息经过审核后在网站发布。"}),
            f"错误 {ONE}没有写到监督保障。",
        ),
        (
            written("全年主动公开信息10条。"),
            f"警告 {ONE}没有写到依申请公开、政府信息管理、政府信息公开平台建设、监督保障。",
        ),
        (printed({"一": ""}), f"错误 {ONE}只有标题，没有文字。"),
        (
            printed({"一": OVERVIEW.replace("（三）政府信息管理\n\n", "")}),
            f"提示 {ONE}没有把政府信息管理单列一段。",
        ),
    ],
)
def test_section_one_speaks_of_the_five_aspects(report: Report, sentence: str) -> None:
    assert said(report, "D-06") == [sentence]


def test_the_five_aspects_and_the_fee_are_asked_for_since_2021() -> None:
    report = replace(printed({"一": "无", "六": "无"}), year=2020, format=for_year(2020))

    assert state(report, "D-06") == state(report, "D-14") == "not_applicable"


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (printed({"五": "无。"}), f"错误 {FIVE}只写了“无。”。"),
        (written(five="无"), f"警告 {FIVE}只写了“无”。"),
        (printed({"五": ""}), f"错误 {FIVE}只有标题，没有文字。"),
        (
            printed({"五": PRAISE}),
            f"警告 {FIVE}没有写存在的问题，没有写改进情况：“{PRAISE}”。",
        ),
        (
            printed({"五": "公开不够及时。"}),
            f"警告 {FIVE}没有写改进情况，只有 7 字：“公开不够及时。”。",
        ),
    ],
)
def test_section_five_names_problems_and_measures(report: Report, sentence: str) -> None:
    assert said(report, "D-13") == [sentence]


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (printed({"六": "无其他需要报告的事项。"}), f"错误 {SIX}没有写收取信息处理费的情况。"),
        (written(six="无其他需要报告的事项。"), f"警告 {SIX}没有写收取信息处理费的情况。"),
        (
            printed({"六": "全年没有收取任何费用。"}),
            f"警告 {SIX}说的是一般收费，没有写明信息处理费：“全年没有收取任何费用。”。",
        ),
        (
            printed({"六": "无。", "一": OVERVIEW + "没有收取信息处理费。"}),
            f"警告 信息处理费的情况写在{ONE}，应写在{SIX}。",
        ),
        (
            printed({"六": "（一）收取信息处理费的情况\n\n本年度没有收取任何费用。"}),
            f"提示 {SIX}只在标题里说信息处理费，文字没有写明：“本年度没有收取任何费用。”。",
        ),
    ],
)
def test_section_six_states_the_fee(report: Report, sentence: str) -> None:
    assert said(report, "D-14") == [sentence]


def test_a_government_reports_on_assessment_review_and_accountability() -> None:
    nothing = OVERVIEW.replace("考核", "计划").replace("责任追究", "")
    where = "（条例第五十条第一款第四项）。"

    assert said(government(OVERVIEW), "D-15") == [f"警告 政府的年度报告没有写到社会评议{where}"]
    every = f"政府的年度报告没有写到工作考核、社会评议、责任追究结果{where}"
    assert said(government(nothing), "D-15") == [f"错误 {every}"]
    typed = replace(government(nothing), original=None)
    assert said(typed, "D-15") == [f"警告 {every}"]
    assert state(government(f"{OVERVIEW}社会评议满意度95%。"), "D-15") == "pass"


def test_section_one_is_no_longer_than_the_settings_allow() -> None:
    length = len("".join(OVERVIEW.split()))

    assert within(printed(), length) == []
    assert within(printed(), 100) == [f"{ONE}有 {length} 字，超过当地规定的 100 字。"]
    assert within(written(""), 100) == [f"没有{ONE}的文字，无法核对。"]
