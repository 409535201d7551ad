# ruff: noqa: E501 -- sentences are quoted whole
"""The rules on prose, holding and broken, with the sentence an officer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from claim_texts import (
    PINGTAN_2019_TEXT,
    PINGTAN_2020_TEXT,
    PINGTAN_2021_TEXT,
    PROSE,
    SHUYANG_FEES,
    SHUYANG_TEXT,
    SUQIAN_2023_FEES,
    SUQIAN_2023_TEXT,
    SUQIAN_2024_FEES,
    SUQIAN_2024_TEXT,
    decimal,
    prose,
    says,
    shared_case,
    state,
    told,
)
from helpers.formats import select
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, check
from helpers.rules.claims import judgements
from helpers.rules.model import Case, Severity
from real_figures import (
    PINGTAN_2019,
    PINGTAN_2020,
    PINGTAN_2021,
    SHUYANG_2025,
    SUQIAN_2023,
    SUQIAN_2024,
    Facts,
)
from strategies import report_of

HEAD = "### （二）依申请公开\n\n"
BALANCED: Mapping[tuple[str, str], object] = {
    **{("new", c): n for c, n in (("nat", 40), ("ent", 2), ("sum", 42))},
    **{("carry_in", c): n for c, n in (("nat", 5), ("sum", 5))},
    **{("open", c): n for c, n in (("nat", 30), ("ent", 2), ("sum", 32))},
    **{("np1", c): n for c, n in (("nat", 12), ("sum", 12))},
    **{("total", c): n for c, n in (("nat", 42), ("ent", 2), ("sum", 44))},
    **{("carry_out", c): n for c, n in (("nat", 3), ("sum", 3))},
    **{("rev", c): n for c, n in (("keep", 4), ("pend", 2), ("sum", 6))},
    **{("dir", c): n for c, n in (("keep", 1), ("sum", 1))},
    **{("post", c): n for c, n in (("other", 1), ("pend", 1), ("sum", 2))},
    ("doc", "made"): 3,
    ("doc", "repealed"): 2,
    ("doc", "valid"): 20,
    ("lic", "dec"): 500,
    ("pen", "dec"): 60,
    ("frc", "dec"): 7,
    ("fee", "amt"): "12.345",
}


def report(text: str, **others: str) -> Report:
    """A county's report whose tables add up, with this text."""
    return told(report_of("2021", BALANCED, year=2023), a=text, **others)


def test_the_rules_are_those_of_the_catalogue() -> None:
    left_out = {"N-21"}
    assert set(PROSE) - left_out == {rule for rule in CATALOGUE if rule.startswith("N-")}
    assert {
        Severity.WARNING: {"N-09", "N-10", "N-16", "N-17", "N-22"},
        Severity.NOTE: {"N-20"},
    } == {
        severity: {r for r in PROSE if r in CATALOGUE and CATALOGUE[r].severity is severity}
        for severity in (Severity.WARNING, Severity.NOTE)
    }


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["next line", "blank line"])
def test_a_sentence_right_below_its_heading_is_read(gap: str) -> None:
    """Markdown needs no blank line after a heading."""
    text = f"### （二）依申请公开{gap}全年新收申请77件，上年结转5件。"

    assert [f.rule for f in check(report(text)).failures if f.rule in PROSE] == ["N-01"]


def test_a_government_speaks_of_its_departments_as_its_own() -> None:
    text = HEAD + "各部门作出行政许可决定501件。"
    county, bureau = (
        replace(report(text), agency=Agency(name=name))
        for name in ("某某县人民政府", "某某县民政局")
    )

    assert [f.rule for f in check(county).failures if f.rule in PROSE] == ["N-13"]
    assert [f.rule for f in check(bureau).failures if f.rule in PROSE] == []


def test_reviews_received_may_be_those_of_others_and_are_a_warning_only() -> None:
    """The same office may be the one that reviews."""
    for text, level in (
        ("全年收到行政复议申请3件。", ["警告"]),
        ("因政府信息公开引起行政复议3件。", ["错误"]),
    ):
        found = check(report(HEAD + text)).failures
        assert [f.level for f in found if f.rule == "N-05"] == level


def test_a_text_without_numbers_is_not_passed_but_not_concerned() -> None:
    found = check(report("我局认真落实各项要求。"))
    ended = {o.rule.id: o.state for o in found.outcomes if o.rule.id in PROSE}

    assert ended.pop("N-19") == "pass"
    assert set(ended.values()) == {"not_applicable"}


# --- one that holds and one that does not, rule by rule ---------------------------------------

HOLDS = [
    ("N-01", "全年收到政府信息公开申请42件。"),
    ("N-01", "全年受理政府信息公开申请47件，其中自然人申请45件，法人或其他组织申请2件。"),
    ("N-01", "共收到和处理依申请公开47件。"),
    ("N-02", "上年结转政府信息公开申请5件。"),
    ("N-02", "本年新收政府信息公开申请42件（含上年度结转5件）。"),
    ("N-03", "答复政府信息公开申请44件。"),
    ("N-03", "收到政府信息公开申请42件，其中办结39件。"),
    ("N-03", "共办理政府信息公开申请47件。"),
    ("N-04", "结转下年度继续办理3件。"),
    ("N-04", HEAD + "另有3件结转至下一年度办理。"),
    ("N-05", "因政府信息公开引发行政复议6件，其中结果维持4件、尚未审结2件。"),
    ("N-05", "政府信息公开行政复议审结4件。"),
    ("N-06", "因政府信息公开引发行政诉讼3件。"),
    ("N-06", "依法办理涉及政府信息公开的行政复议、行政诉讼案件9件。"),
    ("N-07", HEAD + "予以公开32件，不予处理12件，不予公开0件。"),
    ("N-08", "收到政府信息公开申请47件，其中自然人申请45件，法人或其他组织申请2件。"),
    ("N-09", "主动公开信息79条，其中门户网站63条、政务新媒体0条、其他渠道16条。"),
    ("N-10", "收到政府信息公开申请42件，其中线上30件、线下12件。"),
    (
        "N-11",
        "未发生因政府信息公开引发的行政处罚。未收到行政许可申请。没有发生责任追究。收到政府信息公开申请42件，均已办结，结转3件。",
    ),
    ("N-12", "全年制发行政规范性文件3件，废止2件，现行有效20件。"),
    ("N-13", "作出行政许可决定500件、行政处罚决定60件、行政强制决定7件。"),
    ("N-14", "全年收取行政事业性收费12.35万元。"),
    ("N-14", "行政事业性收费金额为123450元。"),
    ("N-16", "全年收到政府信息公开申请42件，比上年增加2件，增长5%。"),
    ("N-17", HEAD + "答复政府信息公开申请44件，其中予以公开32件（72.73%）。办结率93.6%。"),
    ("N-18", "主动公开政府信息79条。\n\n全年主动公开信息79条。"),
    ("N-19", "主动公开信息 79 条，受理申请 0 件。"),
    ("N-20", "存在三个方面的问题：一是甲；二是乙；三是丙。"),
    ("N-22", "承办人大代表建议和政协提案17件，其中建议12件、提案5件。"),
    ("N-22", "### （一）建议提案办理情况\n\n承办人大代表建议6件，没有政协提案。"),
]


def last_year() -> Report:
    return report_of("2021", {**BALANCED, ("new", "nat"): 38, ("new", "sum"): 40}, year=2022)


@pytest.mark.parametrize(("rule", "text"), HOLDS)
def test_what_agrees_passes(rule: str, text: str) -> None:
    mine = report(text)

    assert prose(mine, last_year()) == []
    if rule != "N-11":  # nothing of the kind is said
        assert state(mine, rule, last_year()) == "pass"


QUOTED = "正文第一部分“"
FIX = "请核对后改正正文或表格"

FAILS = [
    (
        "N-01",
        "全年收到政府信息公开申请43件。",
        (
            f"{QUOTED}全年收到政府信息公开申请43件”写的 43 件与表中不符："
            "表三“一、本年新收政府信息公开申请数量”总计 42；或 "
            "表三“一、本年新收政府信息公开申请数量”总计 42 + 表三“二、上年结转政府信息公开申请数量”总计 5 = 47。"
            f"{FIX}；正文可以写 {{{{ 三.新收 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-01",
        HEAD + "自然人申请41件。",
        (
            f"{QUOTED}自然人申请41件”写的 41 件与表中不符："
            "表三“一、本年新收政府信息公开申请数量”自然人 40 + 表三“二、上年结转政府信息公开申请数量”自然人 5 = 45；或 "
            "表三“一、本年新收政府信息公开申请数量”自然人 40；或 表三“（七）总计”自然人 42。"
            f"{FIX}。"
        ),
    ),
    (
        "N-02",
        "上年结转政府信息公开申请6件。",
        (
            f"{QUOTED}上年结转政府信息公开申请6件”写的 6 件与表中不符："
            "表三“二、上年结转政府信息公开申请数量”总计 5。"
            f"{FIX}；正文可以写 {{{{ 三.上年结转 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-03",
        "办结政府信息公开申请45件。",
        (
            f"{QUOTED}办结政府信息公开申请45件”写的 45 件与表中不符：表三“（七）总计”总计 44；或 "
            "表三“（七）总计”总计 44 − 表三“二、上年结转政府信息公开申请数量”总计 5 = 39。"
            f"{FIX}；正文可以写 {{{{ 三.总计 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-04",
        "结转下年度继续办理4件。",
        (
            f"{QUOTED}结转下年度继续办理4件”写的 4 件与表中不符：表三“四、结转下年度继续办理”总计 3。"
            f"{FIX}；正文可以写 {{{{ 三.结转下年 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-05",
        "因政府信息公开引发行政复议7件。",
        (
            f"{QUOTED}因政府信息公开引发行政复议7件”写的 7 件与表中不符：表四“行政复议”总计 6。"
            f"{FIX}；正文可以写 {{{{ 四.行政复议 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-06",
        "因政府信息公开引发行政诉讼4件。",
        (
            f"{QUOTED}因政府信息公开引发行政诉讼4件”写的 4 件与表中不符："
            "表四“行政诉讼未经复议直接起诉”总计 1 + 表四“行政诉讼复议后起诉”总计 2 = 3。"
            f"{FIX}。"
        ),
    ),
    (
        "N-07",
        HEAD + "不予处理13件。",
        (
            f"{QUOTED}不予处理13件”写的 13 件与表中不符：表三“（五）不予处理”各行总计之和 12。"
            f"{FIX}；正文可以写 {{{{ 三.不予处理 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-08",
        "受理政府信息公开申请47件，其中自然人申请40件，法人或其他组织申请2件。",
        (
            f"{QUOTED}受理政府信息公开申请47件”，所列各项却是 40 + 2 = 42 件。"
            "请核对总数和各分项，并使它们按同一口径（是否含上年结转）填写。"
        ),
    ),
    (
        "N-09",
        "主动公开信息79条，其中门户网站63条、政务新媒体0条、其他渠道15条。",
        (
            f"{QUOTED}主动公开信息79条，其中门户网站63条、政务新媒体0条、其他渠道15条。…”："
            "各分项 63 + 0 + 15 = 78 条，总数写的是 79 条，分项合计少 1。"
            "请核对总数和各分项；分项没有列全的，请写明“等”或补全。"
        ),
    ),
    (
        "N-10",
        "收到政府信息公开申请42件，其中线上30件、线下13件。",
        (
            f"{QUOTED}收到政府信息公开申请42件，其中线上30件、线下13件。…”："
            "各分项 30 + 13 = 43 件，总数写的是 42 件，分项合计多 1。"
            "请核对总数和各分项；分项没有列全的，请写明“等”或补全。"
        ),
    ),
    (
        "N-11",
        "本年度未收到政府信息公开申请。",
        (
            f"{QUOTED}本年度未收到政府信息公开申请”，表中却是：表三“一、本年新收政府信息公开申请数量”总计 42。"
            f"{FIX}；正文可以写 {{{{ 三.新收 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-11",
        "未发生因政府信息公开引起的行政复议和行政诉讼。",
        (
            f"{QUOTED}未发生因政府信息公开引起的行政复议和行政诉讼”，表中却是：表四“行政复议”总计 6 + "
            "表四“行政诉讼未经复议直接起诉”总计 1 + 表四“行政诉讼复议后起诉”总计 2 = 9。"
            f"{FIX}。"
        ),
    ),
    (
        "N-11",
        "收到政府信息公开申请42件，均已按时办结。",
        (
            f"{QUOTED}均已按时办结”，表中却是：表三“四、结转下年度继续办理”总计 3。"
            f"{FIX}；正文可以写 {{{{ 三.结转下年 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-12",
        "全年制发行政规范性文件4件。",
        (
            f"{QUOTED}全年制发行政规范性文件4件”写的 4 件与表中不符：表二“行政规范性文件”本年制发件数 3。"
            f"{FIX}；正文可以写 {{{{ 二.规范性文件.本年制发件数 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-13",
        "作出行政许可决定501件。",
        (
            f"{QUOTED}作出行政许可决定501件”写的 501 件与表中不符：表二“行政许可”本年处理决定数量 500。"
            f"{FIX}；正文可以写 {{{{ 二.行政许可 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-14",
        "全年收取行政事业性收费12.4万元。",
        (
            f"{QUOTED}全年收取行政事业性收费12.4万元”写的 124000 元与表中不符：表二“行政事业性收费”本年收费金额 12.345 万元。"
            f"{FIX}；正文可以写 {{{{ 二.行政事业性收费 }}}} 直接引用表中的数。"
        ),
    ),
    (
        "N-16",
        "全年收到政府信息公开申请42件，比上年增加3件。",
        f"{QUOTED}比上年增加3件”：上年 40、本年 42，应为增加 2 件。请按两年的数重新计算，并使用同一口径。",
    ),
    (
        "N-16",
        "全年收到政府信息公开申请42件，同比下降5%。",
        f"{QUOTED}同比下降5%”：上年 40、本年 42，应为增加 5%。请按两年的数重新计算，并使用同一口径。",
    ),
    (
        "N-17",
        HEAD + "答复政府信息公开申请44件，其中予以公开32件（82.73%）。",
        f"{QUOTED}82.73%”：32 ÷ 44 = 72.73%，与正文不符。请重新计算；分母用别的口径的，请在正文里写明。",
    ),
    (
        "N-17",
        HEAD + "按时办结率101%。",
        f"{QUOTED}按时办结率101%”：比率不会超过 100%。请重新计算。",
    ),
    (
        "N-17",
        HEAD + "办结率100%。",
        f"{QUOTED}办结率100%”：44 ÷ 47 = 94%，与正文不符。请重新计算；分母用别的口径的，请在正文里写明。",
    ),
    (
        "N-18",
        "主动公开政府信息79条。\n\n全年主动公开政府信息80条。",
        (
            "同一指标在正文里写了不同的数：“主动公开政府信息79条”、“全年主动公开政府信息80条”。"
            "请统一；口径不同的，请写明各是什么口径。"
        ),
    ),
    (
        "N-19",
        "主动公开信息  条，受理申请0件。",
        f"{QUOTED}主动公开信息  条，受理申请0件。”在“条”前空着，没有数字。请补上数字；没有的写 0。",
    ),
    (
        "N-20",
        "存在三个方面的问题：一是甲；二是乙。",
        f"{QUOTED}三个方面的问题”说有 3 个，后面列了 2 个。",
    ),
    (
        "N-22",
        "承办人大代表建议和政协提案17件，其中建议12件、提案6件。",
        f"{QUOTED}承办人大代表建议和政协提案17件，其中建议12件、提案6件”：12 + 6 = 18，合计写的是 17。请核对合计和两项。",
    ),
    (
        "N-22",
        "承办政协提案13件，其中主办10件、协办4件。",
        f"{QUOTED}承办政协提案13件，其中主办10件、协办4件”：10 + 4 = 14，合计写的是 13。请核对合计和两项。",
    ),
    (
        "N-22",
        "### （一）人大代表建议和政协提案办理情况\n\n承办区级人大代表建议6件，全部按期办复。",
        (
            f"{QUOTED[:-1]}标题“（一）人大代表建议和政协提案办理情况”写到建议和提案，正文没有写提案。"
            "请补写提案的办理情况（没有的写 0 件），或改标题。"
        ),
    ),
]


@pytest.mark.parametrize(("rule", "text", "expected"), FAILS)
def test_what_does_not_agree_is_told_with_its_numbers(rule: str, text: str, expected: str) -> None:
    mine = report(text)

    assert [expected] == says(mine, rule, last_year())
    assert {rule} == {finding.rule for finding in prose(mine, last_year())}


def test_n15_the_fee_is_the_same_in_both_sections() -> None:
    first, last = "全年收取信息处理费2230元。", "本年度收取信息处理费2950元。"

    assert says(report(first, c=last), "N-15") == [
        "信息处理费的收取金额，第一部分写的是 2230，第六部分写的是 2950。请核对后统一。"
    ]
    assert says(report(first, c=first), "N-15") == []
    assert state(report(first, c=first), "N-15") == "pass"
    assert state(report(first), "N-15") == "not_applicable"


def test_the_placeholder_that_a_finding_offers_gives_the_right_number() -> None:
    for rule, text, expected in FAILS:
        if "{{" in expected:
            path = expected.partition("{{ ")[2].partition(" }}")[0]
            (finding,) = (f for f in prose(report(text)) if f.rule == rule)
            refs = select(report_of("2021").format, path).refs
            assert set(refs) <= set(finding.cells), path


def test_a_finding_points_at_the_cells_and_gives_both_sides() -> None:
    (finding,) = prose(report("受理政府信息公开申请48件。"))

    assert (finding.expected, finding.found, finding.severity) == ("42", "48", Severity.ERROR)
    assert [ref.row for ref in finding.cells] == ["一、本年新收政府信息公开申请数量"]


@pytest.mark.parametrize("written", ["", "/", "约三件"])
def test_a_cell_that_is_no_good_is_not_used(written: str) -> None:
    cells = {**BALANCED, ("carry_out", "sum"): written}
    mine = told(report_of("2021", cells), a="结转下年度继续办理9件。")

    assert (state(mine, "N-04"), says(mine, "N-04")) == ("not_assessable", [])


def test_a_sum_that_does_not_add_up_is_told_once() -> None:
    """Where the table itself is wrong, the text waits for its correction."""
    cells = {**BALANCED, ("carry_out", "sum"): 4}
    mine = told(report_of("2021", cells), a="结转下年度继续办理3件。")

    assert (state(mine, "N-04"), says(mine, "N-04")) == ("not_assessable", [])
    assert "N-04" not in {finding.rule for finding in check(mine).blocking}


def test_figures_given_by_placeholders_agree_whatever_they_are() -> None:
    text = (
        HEAD
        + "全年收到政府信息公开申请{{ 三.本年新收.总计 }}件，上年结转{{ 三.上年结转.总计 }}件，"
        "办结{{ 三.总计.总计 }}件，结转下年{{ 三.结转下年.总计 }}件。"
        "政府信息公开行政复议{{ 四.行政复议 }}件、行政诉讼{{ 四.行政诉讼 }}件。"
    )
    assert len(judgements(Case(report(text)))) == 6
    assert prose(report(text)) == []


# --- which reading ----------------------------------------------------------------------------


def test_a_claim_that_passes_says_by_which_reading() -> None:
    text = "受理政府信息公开申请47件，答复44件；政府信息公开行政复议审结4件。"
    case = Case(report(text))

    assert [(j.rule, j.verdict, j.reading.written(case.figures)) for j in judgements(case)] == [
        (
            "N-01",
            "fits",
            "表三“一、本年新收政府信息公开申请数量”总计 42 + 表三“二、上年结转政府信息公开申请数量”总计 5 = 47",
        ),
        ("N-03", "fits", "表三“（七）总计”总计 44"),
        ("N-05", "fits", "表四“行政复议”总计 6 − 表四“行政复议”尚未审结 2 = 4"),
    ]


def test_cases_decided_only_must_be_called_so() -> None:
    """宿迁 2024 writes 134 where the table has 170 with 36 pending."""
    (finding,) = prose(report("因政府信息公开引发行政复议4件。"))

    assert finding.severity is Severity.WARNING
    assert finding.cause == (
        "这个数正好是 表四“行政复议”总计 6 − 表四“行政复议”尚未审结 2 = 4：如果只计已审结的，请在正文里写明。"
    )


def test_2019_has_other_columns_and_rows() -> None:
    fits = (
        "全年制发规范性文件89件。作出行政许可决定181件。答复政府信息公开申请23件，其中其他处理0件。"
    )

    assert prose(told(PINGTAN_2019.report(), a=fits)) == []
    assert [
        f.rule
        for f in prose(
            told(
                PINGTAN_2019.report(),
                a="制发规范性文件88件，废止规范性文件5件。作出行政许可决定182件。",
            )
        )
    ] == ["N-12", "N-13"]


# --- changes need last year --------------------------------------------------------------------


def test_n16_without_last_years_report_nothing_can_be_said() -> None:
    mine = report("全年收到政府信息公开申请42件，比上年增加3件。")

    assert state(mine, "N-16") == "not_assessable"
    assert prose(mine) == []


def test_n16_documents_of_2019_and_2021_are_not_compared() -> None:
    mine = told(PINGTAN_2021.report(), a="全年制发行政规范性文件69件，比上年减少8件。")

    assert state(mine, "N-16", PINGTAN_2020.report()) == "not_assessable"


def test_n18_a_contradiction_is_an_error_where_the_tables_cannot_tell() -> None:
    cells = {**BALANCED, ("carry_out", "sum"): ""}
    mine = told(report_of("2021", cells), a="结转下年3件。\n\n结转下年4件。")

    (finding,) = prose(mine)
    assert (finding.rule, finding.severity) == ("N-18", Severity.ERROR)
    told_once = report("结转下年3件。\n\n结转下年4件。")
    assert [finding.rule for finding in prose(told_once)] == ["N-04"]


# --- published reports --------------------------------------------------------------------------

PUBLISHED = {
    "pingtan-2019": told(PINGTAN_2019.report(), a=PINGTAN_2019_TEXT),
    "pingtan-2020": told(PINGTAN_2020.report(), a=PINGTAN_2020_TEXT),
    "pingtan-2021": told(PINGTAN_2021.report(), a=PINGTAN_2021_TEXT),
    "suqian-2023": told(SUQIAN_2023.report(), a=SUQIAN_2023_TEXT, c=SUQIAN_2023_FEES),
    "suqian-2024": told(SUQIAN_2024.report(), a=SUQIAN_2024_TEXT, c=SUQIAN_2024_FEES),
    "shuyang-2025": told(SHUYANG_2025.report(), a=SHUYANG_TEXT, c=SHUYANG_FEES),
}


@pytest.mark.parametrize("name", ["pingtan-2021", "suqian-2023", "shuyang-2025"])
def test_clean_reports_have_nothing_to_answer_for(name: str) -> None:
    assert prose(PUBLISHED[name]) == []


def test_what_really_stood_wrong_in_print_is_found() -> None:
    found = {
        "pingtan-2019": [("N-09", "2533", "2599")],
        "pingtan-2020": [("N-09", "2603", "2602")],
        "suqian-2024": [("N-05", "170", "134"), ("N-06", "77", "57"), ("N-16", "1.08%", "1.05%")],
    }
    for name, expected in found.items():
        earlier = (SUQIAN_2023.report(),) if name == "suqian-2024" else ()
        told_now = [(f.rule, f.expected, f.found) for f in prose(PUBLISHED[name], *earlier)]
        assert expected == told_now
        assert {f.severity for f in prose(PUBLISHED[name], *earlier)} == {Severity.WARNING}


CLAIMED = {
    "pingtan-2020": [("N-01", 21)],
    "pingtan-2021": [("N-01", 70), ("N-03", 69), ("N-04", 1)],
    "suqian-2023": [
        *(("N-01", 3607), ("N-01", 3493), ("N-01", 114), ("N-07", 1191), ("N-07", 328)),
        *(("N-07", 142), ("N-07", 1078), ("N-07", 406), ("N-07", 341), ("N-04", 121)),
    ],
    "suqian-2024": [
        *(("N-01", 3646), ("N-07", 1431), ("N-07", 471), ("N-07", 92), ("N-07", 941)),
        *(("N-07", 117), ("N-07", 469), ("N-04", 125), ("N-05", 134), ("N-06", 57)),
    ],
    "shuyang-2025": [
        *(("N-01", 749), ("N-01", 741), ("N-01", 8), ("N-03", 718), ("N-04", 31), ("N-06", 74)),
    ],
}
"""Every number of the published texts that speaks of the tables, and the rule that sees to it."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_numbers_that_speak_of_the_tables_are_found_and_no_others(name: str) -> None:
    judged = judgements(Case(PUBLISHED[name]))

    assert CLAIMED.get(name, []) == [(j.rule, int(j.claim.number.value)) for j in judged]
    wrong = {134, 57} if name == "suqian-2024" else set()
    assert wrong == {int(j.claim.number.value) for j in judged if j.verdict != "fits"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_shared_facts_on_claims_are_judged_as_noted(name: str) -> None:
    facts = shared_case(name)
    if facts is None:
        pytest.skip("the facts of published reports are not at hand")
    noted = facts["narrative_claims"]
    assert isinstance(noted, list)
    judged = {j.claim.number.value: j.verdict == "fits" for j in judgements(Case(PUBLISHED[name]))}
    about_tables = [
        claim
        for claim in noted
        if str(claim.get("refers_to") or "").startswith("表") and "agrees" in claim
    ]
    assert {decimal(c["value"]): c["agrees"] for c in about_tables} == judged
    others = [c for c in noted if c.get("agrees") is False and c not in about_tables]
    earlier = (SUQIAN_2023.report(),) if name == "suqian-2024" else ()
    found = {f.found.rstrip("%") for f in prose(PUBLISHED[name], *earlier)}
    assert {str(c["value"]) for c in others} <= found


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (SHUYANG_2025, SHUYANG_TEXT),
        (SUQIAN_2023, SUQIAN_2023_TEXT),
        (PINGTAN_2021, PINGTAN_2021_TEXT),
    ],
    ids=["shuyang", "suqian", "pingtan"],
)
def test_every_number_that_speaks_of_the_tables_is_missed_by_one_and_found(
    facts: Facts, text: str
) -> None:
    """Mutation: one more in the text, and the rule of that number says so."""
    clean = told(facts.report(), a=text)
    for judged in judgements(Case(clean)):
        value = str(judged.claim.number.value)
        dense = text.replace(f" {value} ", value)
        changed = dense.replace(f"{value}件", f"{int(value) + 1}件", 1)
        found = {f.rule for f in prose(told(facts.report(), a=changed))}
        assert judged.rule in found, judged.claim.piece
