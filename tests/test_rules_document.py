"""The document as a whole: title, headings, opening, what the text has to say (D)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpers.formats import for_year
from helpers.readers import read_report
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, Severity, check
from strategies import report_of
from written import (
    HEADINGS,
    NAME,
    OTHERS,
    PREAMBLE,
    printed,
    said,
    state,
    written,
)

ONE, FIVE, SIX = (f"“{HEADINGS[index]}”" for index in (0, 4, 5))
SECTIONS = [rule for rule in CATALOGUE if rule.startswith("D-")]


def heading(index: int, text: str) -> tuple[str, ...]:
    """The headings with one written otherwise."""
    return (*HEADINGS[:index], text, *HEADINGS[index + 1 :])


@pytest.mark.parametrize("report", [written(), printed()], ids=["typed", "read"])
def test_a_clean_report_passes_every_rule_about_the_document(report: Report) -> None:
    ended = {one.rule.id: one.state for one in check(report).outcomes if one.rule.id in SECTIONS}

    not_for_it = {"D-15", "D-27"}  # no government; no local limit
    assert ended == {rule: "not_applicable" if rule in not_for_it else "pass" for rule in SECTIONS}


TITLES = [
    (printed(title=f"{NAME}2023年度政府信息公开工作年度报告"), "提示", "年度报告"),
    (printed(title=f"{NAME}2023年政府信息公开年报"), "警告", "年报"),
    (printed(title="2023年政府信息公开工作年度报告"), "警告", "没有机关"),
]


@pytest.mark.parametrize("report", [case[0] for case in TITLES], ids=[c[2] for c in TITLES])
def test_the_title_is_the_statutory_one(report: Report) -> None:
    level = next(case[1] for case in TITLES if case[0] is report)
    title = report.original.title if report.original else ""

    assert said(report, "D-01") == [
        f"{level} 标题“{title}”与规定的不同，应为“市中区财政局2023年政府信息公开工作年度报告”。"
    ]


def test_a_title_that_leaves_the_place_away_is_one_and_no_title_is_not_assessable() -> None:
    assert state(printed(title="中区财政局2023年政府信息公开工作年度报告"), "D-01") == "pass"
    assert said(printed(title=""), "D-01") == ["无法核对 没有在正文中读到标题，无法核对。"]


@pytest.mark.parametrize(
    ("rule", "headings", "sentence"),
    [
        (
            "D-03",
            (*HEADINGS[:4], HEADINGS[5]),
            "错误 没有“五、存在的主要问题及改进情况”这一部分的标题。",
        ),
        (
            "D-03",
            heading(4, "五、存在问题和下一步打算"),
            "警告 标题“五、存在问题和下一步打算”与规定的不同，应为“五、存在的主要问题及改进情况”。",
        ),
        (
            "D-03",
            (),
            f"警告 没有读到任何一部分的标题（“{'”“'.join(HEADINGS)}”）。",
        ),
        (
            "D-04",
            (HEADINGS[0], HEADINGS[2], HEADINGS[1], *HEADINGS[3:]),
            f"错误 “{HEADINGS[1]}”排在“{HEADINGS[2]}”之后，次序颠倒。",
        ),
        (
            "D-04",
            heading(5, "七、其他需要报告的事项"),
            "错误 标题“七、其他需要报告的事项”的序号为“七”，应为“六”。",
        ),
        (
            "D-05",
            heading(0, "—、总体情况"),
            "警告 标题“—、总体情况”的序号是破折号一类的符号“—”，应为汉字“一”。",
        ),
        (
            "D-05",
            heading(1, "2、主动公开政府信息情况"),
            "警告 标题“2、主动公开政府信息情况”的序号是阿拉伯数字“2”，应为汉字“二”。",
        ),
        (
            "D-05",
            heading(2, "收到和处理政府信息公开申请情况"),
            "提示 标题“收到和处理政府信息公开申请情况”没有读到序号，应为“三、”。",
        ),
    ],
)
def test_headings_are_there_in_order_and_numbered(
    rule: str, headings: tuple[str, ...], sentence: str
) -> None:
    assert said(printed(headings=headings), rule) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "四、行政复议、行政诉讼情况",
        "第四部分 政府信息公开行政复议、行政诉讼情况",
        "四．政府信息公开行政复议行政诉讼情况",
    ],
)
def test_other_wordings_of_a_heading_that_are_in_use_are_no_error(text: str) -> None:
    blocking = check(printed(headings=heading(3, text))).blocking

    assert [f.message for f in blocking if f.rule in SECTIONS] == []
    assert state(printed(headings=heading(3, text)), "D-04") == "pass"


def test_the_notice_is_that_of_the_year_and_of_the_tables() -> None:
    old = printed(preamble=PREAMBLE.replace("〔2021〕30", "〔2019〕60"))
    none = printed(preamble="统计期限自2023年1月1日起至2023年12月31日止。")
    other_tables = replace(printed(), format=for_year(2019))
    all_old = replace(old, format=for_year(2019))

    assert said(old, "D-09") == [
        "错误 报告开头引用的是“国办公开办函〔2019〕60号”，2023 年度应引用国办公开办函〔2021〕30号。"
    ]
    assert said(none, "D-09") == ["无法核对 报告开头没有引用规定年度报告格式的通知，无法核对。"]
    assert said(other_tables, "D-09") == [
        "警告 报告开头引用“国办公开办函〔2021〕30号”，表格却是 2019 年格式的（见 D-08）。"
    ]
    assert [f.public for f in (_weight(all_old), _weight(old))] == ["warning", "error"]


def _weight(report: Report) -> Severity:
    (finding,) = (f for f in check(report).failures if f.rule == "D-09")
    return finding.severity


@pytest.mark.parametrize(
    ("title", "number", "right"),
    [
        ("关于政府信息公开工作年度报告有关事项的通知", "国办公开办函〔2021〕30号", False),
        ("关于印发〈政府信息公开工作年度报告格式〉的通知", "国办公开办函〔2019〕60号", False),
        ("关于政府信息公开工作年度报告有关事项的通知", "国办公开办函〔2019〕60号", True),
        (
            "关于印发〈政府信息公开工作年度报告格式（试行）〉的通知",
            "国办公开办函〔2019〕60号",
            True,
        ),
        ("关于印发〈政府信息公开工作年度报告格式〉的通知", "国办公开办函〔2021〕30号", True),
        (
            "关于…有关事项的通知》（国办公开办函〔2019〕60号）、《格式",
            "国办公开办函〔2021〕30号",
            True,
        ),
    ],
)
def test_title_and_number_of_the_notice_belong_together(
    title: str, number: str, right: bool
) -> None:
    opening = f"根据《{title}》（{number}）编制。"
    wrong = f"警告 报告开头引用的通知，名称与文号“{number}”不配：“{opening}”。"

    assert said(printed(preamble=opening), "D-10") == ([] if right else [wrong])


DUE = "应为“2023年1月1日至2023年12月31日”。"


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (
            printed(preamble="统计期限自2023年1月1日起至2022年12月31日止。"),
            "错误 报告开头写的统计期限是“2023年1月1日起至2022年12月31日”，止于起日之前，" + DUE,
        ),
        (
            printed(preamble="统计期限为2022年1月1日至12月31日。"),
            "错误 报告开头写的统计期限是“2022年1月1日至12月31日”，" + DUE,
        ),
        (
            printed({"六": f"{OTHERS}统计时限为2023年1月1日-2023年11月30日。"}),
            f"错误 {SIX}写的统计期限是“2023年1月1日-2023年11月30日”，" + DUE,
        ),
        (
            printed(preamble="本报告依法编制。"),
            "警告 没有读到统计期限，应在报告开头写明“2023年1月1日至2023年12月31日”。",
        ),
    ],
)
def test_the_statistical_period_is_the_year(report: Report, sentence: str) -> None:
    assert said(report, "D-11") == [sentence]


@pytest.mark.parametrize(
    "words",
    [
        "从2023年1月1日至12月31日止",
        "2023年1月1日-2023年12月31日",
        "自 2023 年 1 月 1 日起到 2023 年 12 月 31 日",
        "2023年1月1日—12月31日",
    ],
)
def test_the_period_may_be_worded_in_many_ways(words: str) -> None:
    assert state(printed(preamble=f"数据统计期限{words}。"), "D-11") == "pass"


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (
            printed(preamble=PREAMBLE.replace("czj@", "czj.@")),
            "警告 报告开头的电子邮箱“czj.@zz.example.cn”写法不对。",
        ),
        (
            printed(preamble=PREAMBLE.replace("277100", "27710")),
            "警告 报告开头的邮编“27710”不是 6 位。",
        ),
        (
            printed(preamble=PREAMBLE.replace("0632-3252082", "0632-32")),
            "警告 报告开头的电话“0632-32”位数不对。",
        ),
        (
            replace(printed(), agency=Agency(name=NAME)),
            "警告 联系方式缺地址、邮编、电话、电子邮箱。",
        ),
        (
            written(agency=Agency(name=NAME, telephone="0632-3252082")),
            "提示 联系方式缺地址、邮编、电子邮箱。",
        ),
    ],
)
def test_the_contact_is_complete_and_well_formed(report: Report, sentence: str) -> None:
    assert said(report, "D-12") == [sentence]


def test_the_signer_is_the_agency_and_signs_in_the_following_year() -> None:
    other = printed(signoff=("市中区审计局", "2024年1月20日"))

    assert said(other, "D-20") == ["警告 落款为“市中区审计局”，标题写的是“市中区财政局”。"]
    assert said(replace(printed(), published=date(2023, 1, 20)), "D-20") == [
        "警告 日期为 2023年1月20日，2023 年度的报告应在 2024 年公布。"
    ]
    assert state(replace(printed(), published=None), "D-20") == "not_assessable"
    for signer in ("枣庄市市中区财政局", "区财政局", "2024年1月20日"):
        assert state(printed(signoff=(signer,)), "D-20") == "pass"


def test_rows_that_the_format_has_not_are_told() -> None:
    extra = printed(extra_rows=("第 1 个表格第 6 行：没有对应的行：其他事项｜3",))
    torn = replace(extra, figures=report_of("2021", absent_row("new")).figures)
    sentence = "第 1 个表格第 6 行：没有对应的行：其他事项｜3，规定的表格没有这一行。"

    assert said(extra, "D-21") == [f"错误 {sentence}"]
    assert said(torn, "D-21") == [f"警告 {sentence}"]
    named = printed(relabelled=("第 1 个表格第 3 行：“甲”按“乙”读取",))
    assert said(named, "D-22") == ["警告 第 1 个表格第 3 行：“甲”按“乙”读取，行名与规定的不一致。"]


def test_a_second_row_of_table_four_is_told_by_t4_02_alone() -> None:
    twice = printed(surplus_rows=("第 3 个表格第 5 行：表四只有一行数字，这里又有一行：2｜0",))

    assert said(twice, "T4-02") == [
        "错误 第 3 个表格第 5 行：表四只有一行数字，这里又有一行：2｜0。"
    ]
    assert state(twice, "D-21") == "pass"
    assert state(printed(), "T4-02") == "pass"


def absent_row(key: str) -> dict[tuple[str, str], object]:
    """A row of 表三 that is not there."""
    from strategies import ABSENT

    block = next(b for b in for_year(2023).table("三").blocks)
    return {(key, column.key or ""): ABSENT for column in block.fields}


def test_the_period_and_the_contact_are_stated_once() -> None:
    again = f"{OTHERS}统计期限为2023年1月1日至12月31日。电话：0632-3252082。"
    period = (
        f"警告 统计期限在报告开头已经写过，{SIX}又写了一次："
        "“…知，没有收取信息处理费。统计期限为2023年1月1日至1…”。"
    )
    contact = (
        f"警告 联系方式在报告开头已经写过，{SIX}又写了一次："
        "“…1月1日至12月31日。电话：0632-3252082。”。"
    )

    assert said(printed({"六": again}), "D-23") == [period, contact]
    assert said(written(six=again), "D-23") == [period, contact]


def test_no_sentences_stand_among_the_tables() -> None:
    strays = (
        "2023年，本机关制发文件3件，通过网站公开。",
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "单位：件",
    )

    assert said(printed(strays=strays), "D-26") == [
        "警告 表格所在的第二至第四部分写有文字：“2023年，本机关制发文件3件，通过网站公开。”。"
    ]
    assert state(printed(strays=strays[1:]), "D-26") == "pass"


def test_the_agency_has_one_name_and_one_short_name() -> None:
    name = "市中区工业和信息化局"
    agency = Agency(name=name, short_name="市中区工信局")
    text = f"{name}印发文件。工业和信息化局、市工信局、区工信局、区审计局参加。"
    report = replace(printed({"一": text}), agency=agency)

    forms = f"全称是“{name}”，文中另有“市中区工信局”“区工信局”几种叫法"
    assert said(report, "D-02") == [
        f"警告 {forms}，如“…业和信息化局、市工信局、区工信局、区审计局参加。”。"
    ]
    assert state(replace(report, agency=Agency(name=name)), "D-02") == "pass"
    council = Agency(name="市中区人民政府")
    assert state(replace(report, agency=council), "D-02") == "not_applicable"


def test_the_deviations_of_the_seed_are_found(seed: Path) -> None:
    report = read_report(seed).report
    found = {f.rule for f in check(report).failures if f.rule.startswith("D-")}

    assert found == {
        *("D-02", "D-05", "D-08", "D-09", "D-14", "D-17", "D-18", "D-19", "D-23", "D-29", "D-31")
    }
    assert len(said(report, "D-17")) == 2
    assert said(report, "D-05") == [
        "警告 标题“—、总体情况”的序号是破折号一类的符号“—”，应为汉字“一”。"
    ]


@pytest.fixture(scope="session")
def seed(shared: Path) -> Path:
    (file,) = (shared / "seeds").glob("*.txt")
    return file


@pytest.mark.parametrize("name", ["pingtan-2019.html", "pingtan-2020.html"])
def test_published_pages_have_no_error_in_their_text(shared: Path, name: str) -> None:
    result = check(read_report(shared / "cases" / name).report)

    assert [f.message for f in result.blocking if f.rule in SECTIONS] == []


# --- the original wording as the readers hand it over ---------------------------------------


def page(body: str, folder: Path, title: str = "某某局2023年政府信息公开工作年度报告") -> Report:
    """A report read from a text file: ``body`` with 表二 in its place."""
    file = folder / "report.md"
    table = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n|---|---|---|---|\n"
    table += "| 规章 | 0 | 0 | 0 |\n| 行政规范性文件 | 1 | 0 | 3 |\n"
    file.write_text(f"{title}\n\n{body.replace('[表]', table)}", encoding="utf-8")
    return read_report(file).report


def test_the_original_wording_is_kept_as_it_stood(tmp_path: Path) -> None:
    body = "统计期限。\n\n—、总体情况\n\n公开。\n\n二、主动公开政府信息情况\n\n全年3件。\n\n[表]\n"
    body += "\n五、存在的问题\n\n不够。\n\n六、其他需要报告的事项\n\n（一）无\n\n"
    body += (
        "（二）其他需要报告的事项\n\n没有。\n\n某某局\n\n2024年1月2日\n\n某某局2024年1月2日公布\n"
    )
    report = page(body, tmp_path)
    original = report.original

    assert original is not None
    assert original.title == "某某局2023年政府信息公开工作年度报告"
    assert original.preamble == "统计期限。"
    assert original.headings == (
        *("—、总体情况", "二、主动公开政府信息情况"),
        *("五、存在的问题", "六、其他需要报告的事项"),
    )
    assert original.strays == ("全年3件。",)
    assert original.signoff == ("某某局", "2024年1月2日")
    assert report.narrative["五"] == "不够。"


def test_a_heading_in_the_wrong_place_is_kept_among_the_headings(tmp_path: Path) -> None:
    body = "一、总体情况\n\n公开。\n\n二、主动公开政府信息情况\n\n[表]\n\n"
    body += "六、其他需要报告的事项\n\n没有。\n\n五、存在的主要问题及改进情况\n\n不够。\n"
    report = page(body, tmp_path)

    assert [m for m in said(report, "D-04") if "次序" in m] == [
        "错误 “五、存在的主要问题及改进情况”排在“六、其他需要报告的事项”之后，次序颠倒。"
    ]


def test_what_the_program_composes_has_no_original_wording(project: Path) -> None:
    for file in sorted((project / "params").glob("*/*.yaml")):
        assert read_report(file).report.original is None
