"""Slips over cells, powers, disputes, plausibility and dates: C-07 … C-09, T2, T4, P, PR."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from helpers.report import Agency
from helpers.rules import CATALOGUE, Severity
from helpers.rules.kinds import kind_of, may_regulate
from real_figures import (
    ALL,
    PINGTAN_2019,
    PINGTAN_2020,
    PINGTAN_2021,
    SEED,
    SHUYANG_2025,
    SUQIAN_2023,
    SUQIAN_2024,
    Facts,
)
from rule_cases import ended, findings_of, of_agency, real, requests, result_of, says
from strategies import ABSENT

Cells = Mapping[tuple[str, str], object]

E, EX, W, N = Severity.ERROR, Severity.EXPLAINABLE, Severity.WARNING, Severity.NOTE
WEIGHTS = {
    **dict.fromkeys(("C-07", "C-08", "C-09"), W),
    "T2-03": E,
    **dict.fromkeys(("T2-04", "T2-05", "L-01", "L-02", "T4-03"), W),
    "L-03": EX,
    "T4-04": N,
    **dict.fromkeys(("X-01", "X-02"), EX),
    **dict.fromkeys(("X-03", "X-04", "X-05", "X-07"), W),
    **dict.fromkeys(("Y-01", "Y-02", "Y-03", "Y-11"), EX),
    **dict.fromkeys(("Y-01b", "Y-04", "Y-06", "Y-07", "Y-09", "Y-10"), W),
    "Y-08": E,
    "Y-12": N,
    **dict.fromkeys(("P-03", "P-06", "P-08", "P-09", "P-11"), W),
    **dict.fromkeys(("P-01", "P-05", "P-07", "P-12"), N),
    **dict.fromkeys(("PR-01", "PR-02"), EX),
}
"""The rules that look beyond the sums of one report, and how much they weigh."""


def test_these_rules_are_in_the_catalogue_with_their_weights() -> None:
    assert {rule: CATALOGUE[rule].severity for rule in WEIGHTS if rule in CATALOGUE} == WEIGHTS


@pytest.mark.parametrize("code", ["2019", "2021"])
@pytest.mark.parametrize("value", ["", ABSENT], ids=["blank", "absent"])
def test_nothing_passes_by_not_running(code: str, value: object) -> None:
    """Without figures, dates, text or history none of these rules ends in pass."""
    cells = {
        (slot.line.key, slot.column.key or ""): value
        for slot in of_agency(code=code).format.slots.values()
    }
    report = of_agency(cells, code=code)
    states = {o.rule.id: o.state for o in result_of(report).outcomes if o.rule.id in WEIGHTS}

    assert {rule for rule, state in states.items() if state in ("pass", "fail")} == set()


# --- C-07 … C-09 ---------------------------------------------------------------------------


def test_c07_a_number_split_over_two_cells() -> None:
    cells = {**requests(12, 0, 12, 0), ("open", "nat"): 1, ("open", "ent"): 2}

    (finding,) = findings_of("C-07", of_agency(cells))

    assert finding.full_message == (
        "表三“（一）予以公开”行“自然人”1 和“商业企业”2 连写成 12，这一行就与总计相符，"
        "疑为一个数拆在了两格。请核对这一行各数是否填在自己的格里。"
    )
    assert [ref.column for ref in finding.cells] == ["自然人", "商业企业"]


def test_c07_in_the_table_of_disputes() -> None:
    cells = {("rev", "keep"): 3, ("rev", "other"): 4, ("rev", "pend"): 5, ("rev", "sum"): 48}

    assert [f.found or f.expected for f in findings_of("C-07", of_agency(cells))] == ["45"]


@pytest.mark.parametrize(
    "cells",
    [
        requests(12, 0, 12, 0),
        {**requests(12, 0, 12, 0), ("open", "sum"): 99},  # one wrong cell explains it better
        {("rev", "keep"): 3, ("rev", "fix"): 4, ("rev", "sum"): 8},
    ],
)
def test_c07_says_nothing_where_no_pair_mends_the_row(cells: Cells) -> None:
    assert ended("C-07", of_agency(cells)) == "pass"


@pytest.mark.parametrize(
    ("agency", "amount", "told"),
    [
        ("某某市人民政府", "72701.2578", None),
        ("某某市人民政府", "24252.311082", None),
        ("某某市人民政府", "72701257", "为 72701257 万元，数额过大，疑为按元填写。"),
        ("某某县民政局", "999999", None),
        ("某某县民政局", "1000000", "为 1000000 万元，数额过大，疑为按元填写。"),
        ("某某镇人民政府", "35000", "为 35000 万元，数额过大，疑为按元填写。"),
        ("某某镇人民政府", "3.50000000", None),
        (
            "某某镇人民政府",
            "3.5000001",
            "为 3.5000001 万元，小数超过 6 位，比一分钱还小。",
        ),
    ],
)
def test_c08_money_that_looks_like_yuan(agency: str, amount: str, told: str | None) -> None:
    where = "表二“行政事业性收费”行“本年收费金额（单位：万元）”列"

    assert says("C-08", of_agency({("fee", "amt"): amount}, name=agency)) == (
        [f"{where}{told}请核对金额和单位：本格以万元为单位。"] if told else []
    )


SHIFTED: Cells = {
    **{("new", c): n for c, n in (("nat", 7), ("ent", 2), ("sum", 9))},
    **{("open", c): n for c, n in (("nat", 3), ("ent", 2), ("sum", 5))},
    **{("np1", c): n for c, n in (("nat", 4), ("sum", 4))},
    **{("total", c): n for c, n in (("nat", 7), ("ent", 2), ("sum", 9))},
}


def test_c09_a_row_one_column_off() -> None:
    moved = {("open", "nat"): 0, ("open", "ent"): 3, ("open", "res"): 2}
    (finding,) = findings_of("C-09", of_agency({**SHIFTED, **moved}))

    assert finding.full_message == (
        "表三“（一）予以公开”一行各数向左移一列，勾稽关系就全部成立，"
        "疑为这一行整行向右错开了一列。请对照底册核对这一行各数所在的列。"
    )
    assert ended("C-09", of_agency(SHIFTED)) == "pass"


def test_c09_says_nothing_where_two_rows_might_be_meant_or_one_cell_is_wrong() -> None:
    both = {**SHIFTED, ("np2", "nat"): 4, ("np2", "sum"): 4, ("new", "nat"): 11, ("new", "sum"): 13}
    both |= {("total", "nat"): 11, ("total", "sum"): 13, ("np1", "nat"): 0, ("np1", "ent"): 4}

    assert says("C-09", of_agency({**SHIFTED, ("open", "nat"): 8})) == []
    assert len(says("C-09", of_agency(both))) == 1  # 1.信访举报投诉 alone moves back
    assert says("C-09", of_agency({**both, ("np2", "nat"): 0, ("np2", "ent"): 4})) == []


# --- the kind of an agency -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "may"),
    [
        ("山东省人民政府", "政府", True),
        ("宁夏回族自治区人民政府", "政府", True),
        ("北京市人民政府", "政府", True),
        ("宿迁市人民政府", "政府", None),
        ("沭阳县人民政府", "政府", False),
        ("枣庄市市中区人民政府", "政府", False),
        ("某某自治县人民政府", "政府", False),
        ("石城镇人民政府", "乡镇", False),
        ("光明路街道办事处", "街道", False),
        ("市中区工业和信息化局", "部门", False),
        ("某某市发展和改革委员会", "部门", False),
        ("浦东新区市场监督管理局", "部门", False),
        ("国家税务总局", "部门", None),
        ("国家税务总局枣庄市税务局", "部门", None),
        ("国家发展和改革委员会", "部门", None),
        ("中国证券监督管理委员会", "部门", None),
        ("某某局", "部门", None),
        ("某某市生态环境局高新区分局", "", None),
        ("某某经济技术开发区管理委员会", "其他", None),
        ("某某市人民政府办公室", "", None),
        ("平潭综合实验区", "", None),
        ("民政部", "", None),
    ],
)
def test_what_a_name_tells_of_kind_and_power(name: str, kind: str, may: bool | None) -> None:
    agency = Agency(name=name)

    assert (kind, may) == (kind_of(agency), may_regulate(agency))


def test_a_kind_that_is_given_is_taken() -> None:
    assert kind_of(Agency(name="平潭综合实验区", kind="政府")) == "政府"


# --- T2-03 … T2-05 -------------------------------------------------------------------------


def test_t2_03_who_cannot_make_regulations_has_none() -> None:
    report = of_agency({("reg", "made"): 1, ("reg", "valid"): 2}, name="沭阳县人民政府")

    (finding,) = findings_of("T2-03", report)

    assert finding.full_message == (
        "表二“规章”行“本年制发件数”1、“现行有效件数”2："
        "沭阳县人民政府没有规章制定权，这一行应为 0。请核对是否填错了行，或填的是上级机关的规章。"
    )
    assert [f.rule for f in result_of(report).blocking] == ["T2-03"]
    assert ended("T2-03", of_agency(name="沭阳县人民政府")) == "pass"


def test_t2_03_a_city_cannot_be_told_from_a_county_level_city() -> None:
    cells = {("reg", "valid"): 2}

    assert says("T2-03", of_agency(cells, name="某某市人民政府"), state="not_assessable") == [
        (
            "从机关名称看不出有没有规章制定权，无法核对；"
            "只有设区的市、自治州以上的政府和国务院部门可以制定。"
        )
    ]
    assert ended("T2-03", of_agency(cells, name="山东省人民政府")) == "not_applicable"


def test_t2_03_in_the_2019_format_only_what_was_newly_made_counts() -> None:
    """A county may disclose 规章 that others made."""
    assert ended("T2-03", of_agency({("reg", "public"): 7}, year=2020, code="2019")) == "pass"
    made = of_agency({("reg", "created"): 7}, year=2020, code="2019")
    assert ended("T2-03", made) == "fail"


def test_t2_04_and_t2_05_agencies_that_decide_nothing() -> None:
    cells = {("pen", "dec"): 3, ("fee", "amt"): "1.5"}
    office = of_agency(cells, name="某某县信访局")

    assert says("T2-04", office) == [
        (
            "表二“行政处罚”行“本年处理决定数量”列为 3：某某县信访局一般没有行政处罚的处理决定权。"
            "请核对是否填错了行或单位。"
        )
    ]
    assert says("T2-05", office) == [
        (
            "表二“行政事业性收费”行“本年收费金额（单位：万元）”列为 1.5："
            "某某县信访局一般没有行政事业性收费项目。请核对是否填错了行或单位。"
        )
    ]
    for rule in ("T2-04", "T2-05"):
        assert ended(rule, of_agency(cells)) == "not_assessable"
        assert ended(rule, of_agency()) == "pass"


# --- T4-03, T4-04 --------------------------------------------------------------------------

SUIT: Cells = {("post", "keep"): 2, ("post", "sum"): 2}


def test_t4_03_litigation_after_review_presupposes_a_review() -> None:
    assert says("T4-03", of_agency(SUIT), [of_agency(year=2023)]) == [
        (
            "表四“复议后起诉”总计为 2，本年和上年（2023 年度）报告的“行政复议”却都是 0。"
            "请核对这些诉讼是否未经复议，或漏填了复议。"
        )
    ]
    reviewed = of_agency({("rev", "keep"): 1, ("rev", "sum"): 1}, year=2023)
    pending = of_agency({("post", "pend"): 2, ("post", "sum"): 2}, year=2023)
    assert [ended("T4-03", of_agency(SUIT), [r]) for r in (reviewed, pending)] == ["pass"] * 2
    assert ended("T4-03", of_agency(SUIT)) == "not_assessable"
    assert ended("T4-03", of_agency({**SUIT, ("post", "sum"): 3})) == "not_assessable"


@pytest.mark.parametrize(
    ("fixed", "kept", "share"), [(3, 27, None), (4, 26, "13.3%"), (9, 20, None)]
)
def test_t4_04_how_often_the_agency_was_found_wrong(
    fixed: int, kept: int, share: str | None
) -> None:
    cells = {("dir", "fix"): fixed, ("dir", "sum"): fixed, ("post", "keep"): kept}
    sentence = (
        f"表四“行政诉讼”结果纠正 {fixed} 件，占已审结 {fixed + kept} 件的 {share}，超过 10%。"
        "数字无误的不必修改，可在第五部分分析原因。"
    )

    found = says("T4-04", of_agency({**cells, ("post", "sum"): kept}))

    assert found == ([sentence] if share else [])


# --- P -------------------------------------------------------------------------------------


def test_p01_nothing_for_three_years_in_an_agency_that_decides() -> None:
    now = of_agency({("lic", "dec"): 300})
    quiet = [of_agency(year=2023), of_agency(year=2022)]

    assert says("P-01", now, quiet) == [
        (
            "连续 3 年没有收到申请，也没有复议诉讼，表二却有处理决定。"
            "请核对有无漏登记的申请；属实的不必修改。"
        )
    ]
    assert ended("P-01", of_agency(), quiet) == "pass"
    assert ended("P-01", now, [of_agency(requests(1, 0, 1, 0), year=2023)]) == "pass"
    assert ended("P-01", now, [quiet[0], of_agency(requests(1, 0, 1, 0), year=2022)]) == "pass"
    assert says("P-01", now, quiet[:1], "not_assessable") == ["缺 2022 年度的报告，无法核对。"]
    assert ended("P-01", now) == "not_assessable"


def one(row: str, number: int, total: int) -> dict[tuple[str, str], object]:
    """A table that adds up: ``number`` results in one row, the rest 公开, all natural persons."""
    rows = {"new": total, "open": total - number, row: number, "total": total}
    return {(key, column): n for key, n in rows.items() for column in ("nat", "sum")}


def test_p03_grave_reasons_in_a_township() -> None:
    cells = one("deny3", 2, 5)

    assert says("P-03", of_agency(cells, name="石城镇人民政府")) == [
        (
            "表三“（三）不予公开3.危及“三安全一稳定””行“总计”列为 2，"
            "乡镇、街道一般不单独作出这类认定。请核对理由是否适用，有无定密或会商的依据。"
        )
    ]
    assert ended("P-03", of_agency(cells)) == "not_applicable"
    assert ended("P-03", of_agency(name="石城镇人民政府")) == "pass"
    assert ended("P-03", of_agency(cells, name="平潭综合实验区")) == "not_assessable"


@pytest.mark.parametrize(
    ("number", "total", "share"), [(9, 20, "45.0%"), (8, 20, None), (9, 19, None)]
)
def test_p05_most_requests_came_to_the_wrong_door(
    number: int, total: int, share: str | None
) -> None:
    sentence = (
        f"表三“（四）无法提供1.本机关不掌握相关政府信息”{number} 件，"
        f"占办结总数 {total} 件的 {share}。请看是否多为申请对象有误，或检索不充分；属实的不必修改。"
    )

    assert says("P-05", of_agency(one("na1", number, total))) == ([sentence] if share else [])


@pytest.mark.parametrize(
    ("denied", "total", "fires"), [(10, 50, True), (9, 50, False), (10, 49, False)]
)
def test_p06_denials_and_not_one_partial_disclosure(denied: int, total: int, fires: bool) -> None:
    sentence = (
        f"表三“（三）不予公开”共 {denied} 件，"
        "表三“（二）部分公开（区分处理的，只计这一情形，不计其他情形）”行“总计”列却为 0。"
        "请核对能否区分处理（条例第三十七条）；能区分的计入这一行。"
    )

    assert says("P-06", of_agency(one("deny2", denied, total))) == ([sentence] if fires else [])


@pytest.mark.parametrize(
    ("rule", "row", "number", "words", "place"),
    [
        (
            "P-07",
            "np4",
            1,
            "对反复申请的，要求申请人说明理由。",
            "（五）不予处理4.无正当理由大量反复申请”行“总计”列为 1",
        ),
        (
            "P-08",
            "oth3",
            5,
            "含申请人主动撤回5件。",
            "（六）其他处理3.其他”行“总计”列为 5，占总计的 25.0%",
        ),
    ],
)
def test_p07_p08_results_that_need_a_word(
    rule: str, row: str, number: int, words: str, place: str
) -> None:
    cells = one(row, number, 20)
    remedy = "请在正文中说明是哪些情形；数字填错的请更正。"

    assert says(rule, of_agency(cells, texts={"一": "总体平稳。"})) == [
        f"表三“{place}，正文没有说明。{remedy}"
    ]
    assert ended(rule, of_agency(cells, texts={"一": words})) == "pass"
    assert says(rule, of_agency(cells), state="not_assessable") == [
        f"表三“{place}，没有正文，无法核对有无说明。"
    ]
    assert ended(rule, of_agency(texts={"一": "总体平稳。"})) == "pass"


@pytest.mark.parametrize(("number", "total"), [(4, 10), (5, 50)])
def test_p08_a_few_or_a_tenth_need_no_word(number: int, total: int) -> None:
    assert ended("P-08", of_agency(one("oth3", number, total), texts={"一": "甲"})) == "pass"


def test_p09_most_organisations_of_no_named_kind() -> None:
    def report(others: int, named: int) -> object:
        cells = {("new", "oth"): others, ("new", "ent"): named, ("new", "sum"): others + named}
        cells |= {("open", "oth"): others, ("open", "ent"): named, ("open", "sum"): others + named}
        return of_agency(
            {**cells, **{("total", c): n for (r, c), n in cells.items() if r == "open"}}
        )

    assert says("P-09", report(10, 4)) == [  # type: ignore[arg-type]
        (
            "表三“一、本年新收政府信息公开申请数量”行“其他”列为 10，"
            "多于商业企业、科研机构、社会公益组织、法律服务机构之和 4。请核对申请人类别。"
        )
    ]
    for others, named in ((10, 10), (9, 0)):
        assert ended("P-09", report(others, named)) == "pass"  # type: ignore[arg-type]


def test_p11_the_whole_stock_as_this_years_increase() -> None:
    assert says("P-11", SEED.report()) == [
        (
            "表二“上一年项目数量”为 0 而“本年增/减”较大：行政许可 1、其他对外管理服务事项 14、"
            "行政处罚 7、行政强制 2。请核对是否把现有项目全部填成了本年增加。"
        )
    ]
    few = of_agency({("lic", "change"): 9}, year=2020, code="2019")
    known = of_agency({("lic", "prev"): 1, ("lic", "change"): 90}, year=2020, code="2019")
    assert [ended("P-11", report) for report in (few, known)] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("number", "fires"), [(12000, True), (1000, True), (900, False), (1001, False)]
)
def test_p12_large_counts_that_end_in_three_zeros(number: int, fires: bool) -> None:
    sentence = (
        f"表二“行政许可”行“本年处理决定数量”列为 {number}，像是约数。"
        "请核对是否为实际件数；属实的不必修改。"
    )

    assert says("P-12", of_agency({("lic", "dec"): number})) == ([sentence] if fires else [])
    assert ended("P-12", of_agency({("fee", "amt"): "12000"})) == "pass"


# --- PR ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "name", "day", "told"),
    [
        ("PR-01", "某某县民政局", "2025-01-31", None),
        (
            "PR-01",
            "某某县民政局",
            "2025-02-03",
            "公布日期为 2025年2月3日，应不晚于 2025年1月31日，逾期 3 天。",
        ),
        ("PR-02", "某某县人民政府", "2025-03-31", None),
        (
            "PR-02",
            "某某县人民政府",
            "2025-04-01",
            "公布日期为 2025年4月1日，应不晚于 2025年3月31日，逾期 1 天。",
        ),
    ],
)
def test_pr_reports_are_published_in_time(rule: str, name: str, day: str, told: str | None) -> None:
    report = of_agency(published=date.fromisoformat(day), name=name)

    assert says(rule, report) == (
        [f"{told}请核对日期；确已逾期的，在 explanations 中说明原因。"] if told else []
    )


def test_pr_each_rule_is_for_its_kind_and_an_unknown_kind_is_told() -> None:
    late = date(2025, 2, 3)

    assert ended("PR-02", of_agency(published=late)) == "not_applicable"
    assert ended("PR-01", of_agency(published=late, name="某某县人民政府")) == "not_applicable"
    assert ended("PR-01", of_agency(published=late, name="石城镇人民政府")) == "not_applicable"
    assert ended("PR-01", of_agency()) == "not_assessable"
    unknown = of_agency(published=late, name="平潭综合实验区")
    assert ended("PR-02", unknown) == "pass"
    assert says("PR-01", unknown, state="not_assessable") == [
        (
            "公布日期为 2025年2月3日，晚于 2025年1月31日；机关类型不明，是部门的即为逾期。"
            "请在 agency 的 kind 中写明。"
        )
    ]


# --- real reports --------------------------------------------------------------------------

REMARKS = {
    # 341 and 469 其他处理 are explained in the text; the notices behind the unpaid fees are not.
    "宿迁市人民政府 2023": [("P-07", N), ("X-01", W)],
    "宿迁市人民政府 2024": [("P-07", N), ("T4-04", N), ("X-01", W)],
    "平潭综合实验区 2019": [],
    # 7 规章 disclosed in all that no year had newly disclosed: a true jump.
    "平潭综合实验区 2020": [("L-02", W)],
    "平潭综合实验区 2021": [("Y-12", N)],
    # 143 of 718 requests ended as 3.其他, and the text does not say how.
    "沭阳县人民政府 2025": [("P-08", W), ("T4-04", N), ("X-01", W)],
    # The stock of every row stands as this year's increase.
    "市中区工业和信息化局 2021": [("P-11", W)],
}
"""Every remark that these rules make on published reports."""


@pytest.mark.parametrize(
    ("facts", "earlier"),
    [
        (SUQIAN_2023, []),
        (SUQIAN_2024, [SUQIAN_2023]),
        (PINGTAN_2019, []),
        (PINGTAN_2020, [PINGTAN_2019]),
        (PINGTAN_2021, [PINGTAN_2020, PINGTAN_2019]),
        (SHUYANG_2025, []),
        (SEED, []),
    ],
    ids=str,
)
def test_what_published_reports_are_told(facts: Facts, earlier: list[Facts]) -> None:
    report = facts.report() if facts is SEED else real(facts)
    failures = result_of(report, [real(one) for one in earlier]).failures

    said = sorted((f.rule, f.severity) for f in failures if f.rule in WEIGHTS)
    assert REMARKS[f"{facts.agency} {facts.year}"] == said


def test_the_unchanged_facts_raise_no_error_of_these_rules() -> None:
    for facts in ALL:
        blocking = result_of(facts.report()).blocking
        assert [f.rule for f in blocking if f.rule in WEIGHTS] == []
