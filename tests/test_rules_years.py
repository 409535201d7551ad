"""Rules between this year's report and last year's: Y, and L of the 2019 format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from helpers.figures import number
from helpers.report import Report
from helpers.rules import CATALOGUE, Severity
from real_figures import PINGTAN_2019, PINGTAN_2020, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024
from rule_cases import ended, findings_of, of_agency, real, requests, result_of, says
from strategies import ref_of

CROSS_YEAR = [
    *("Y-01", "Y-01b", "Y-02", "Y-03", "Y-04", "Y-06", "Y-07", "Y-08", "Y-09", "Y-10", "Y-12"),
]
Cells = Mapping[tuple[str, str], object]


def last(cells: Cells | None = None, **more: object) -> Report:
    """Last year's report."""
    return of_agency(cells, year=2023, **more)  # type: ignore[arg-type]


# --- last year's report is there or not ----------------------------------------------------


@pytest.mark.parametrize("rule", CROSS_YEAR)
def test_without_last_years_report_nothing_passes(rule: str) -> None:
    report = of_agency()

    assert ended(rule, report) == "not_assessable"
    (unasked,) = [
        f.full_message for f in result_of(report, history=False).findings if f.rule == rule
    ]
    assert unasked == "缺上年（2023 年度）报告，无法核对：用 --history 给出往年报告所在的文件夹。"
    assert says(rule, report, state="not_assessable") == [
        (
            "往年报告中没有本机关 2023 年度的报告，无法核对"
            "（改过名或合并过的，在 agency 的 formerly 中写明原名）。"
        )
    ]


def test_a_report_of_two_years_ago_is_not_last_years() -> None:
    assert ended("Y-01", of_agency(), [of_agency(year=2022)]) == "not_assessable"


@pytest.mark.parametrize("rule", ["Y-01", "Y-01b", "Y-02", "Y-03", "Y-04", "Y-06", "Y-07", "Y-12"])
def test_with_it_they_are_held(rule: str) -> None:
    assert ended(rule, of_agency(), [last()]) == "pass"


# --- Y-01, Y-01b ---------------------------------------------------------------------------

CARRIED = "二、上年结转政府信息公开申请数量"


def test_y01_what_was_carried_over_is_the_same_on_both_sides_of_new_year() -> None:
    earlier = [last(requests(9, 0, 4, 5))]

    assert ended("Y-01", of_agency(requests(1, 5, 6, 0)), earlier) == "pass"
    (finding,) = findings_of("Y-01", of_agency(requests(1, 3, 4, 0)), earlier)
    assert finding.full_message == (
        f"表三“{CARRIED}”行“总计”列填 3，上年（2023 年度）报告“四、结转下年度继续办理”总计为 5，"
        "少 2。各列与上年不同的：“自然人”5→3。"
        "请与上年公布的报告核对；确有原因的，在 explanations 中说明（Y-01）。"
    )
    assert (finding.expected, finding.found, finding.severity) == ("5", "3", Severity.EXPLAINABLE)


def test_y01_can_be_explained() -> None:
    report = replace(of_agency(requests(1, 3, 4, 0)), explanations={"Y-01": "上年报告已更正"})

    assert result_of(report, [last(requests(9, 0, 4, 5))]).blocking == ()


def test_y01_waits_for_the_rule_that_names_the_wrong_cell() -> None:
    """One wrong cell: T3 names it, and the difference to last year only follows from it."""
    wrong = of_agency({**requests(1, 5, 6, 0), ("carry_in", "sum"): 8})
    result = result_of(wrong, [last(requests(9, 0, 4, 5))])

    assert [finding.rule for finding in result.blocking] == ["T3-01"]
    assert says("Y-01", wrong, [last(requests(9, 0, 4, 5))], "not_assessable") == [
        "所据的数已由 T3-01 指出，改正后再核对。"
    ]


def test_where_a_column_does_not_balance_last_year_tells_which_cell_to_look_at_first() -> None:
    """上年结转 has one more than last year left, so that no line of 表三 but T3-03 objects."""
    wrong = of_agency({**requests(1, 5, 5, 0), ("carry_in", "nat"): 6, ("carry_in", "sum"): 6})
    earlier = [last(requests(9, 0, 4, 5))]

    assert "T3-03" in {finding.rule for finding in result_of(wrong, earlier).blocking}
    (note,) = findings_of("Y-01", wrong, earlier)
    assert (note.level, note.expected, note.found) == ("提示", "5", "6")
    assert note.message.endswith("为 5：T3-03 指出的不平，先看这一格。")


def test_y01_is_told_beside_an_error_elsewhere_in_the_table() -> None:
    wrong = of_agency({**requests(1, 3, 4, 0), ("open", "ent"): 7})
    result = result_of(wrong, [last(requests(9, 0, 4, 5))])

    assert sorted(finding.rule for finding in result.blocking) == ["T3-01", "Y-01"]


def test_y01b_the_same_pile_divided_otherwise() -> None:
    earlier = [last(requests(9, 0, 4, 5))]
    report = of_agency(requests(0, 5, 5, 0, column="ent"))

    (finding,) = findings_of("Y-01b", report, earlier)

    assert finding.full_message == (
        f"表三“{CARRIED}”总计与上年（2023 年度）报告相符，各列却不同："
        "“自然人”5→0、“商业企业”0→5。请核对申请人类别是否改变了归类。"
    )
    assert finding.severity is Severity.WARNING
    assert result_of(report, earlier).blocking == ()


def test_y01b_waits_for_y01() -> None:
    report, earlier = of_agency(requests(0, 4, 4, 0)), [last(requests(9, 0, 4, 5))]

    assert says("Y-01b", report, earlier, "not_assessable") == [
        "所据的数已由 Y-01 指出，改正后再核对。"
    ]


# --- Y-02, Y-03 ----------------------------------------------------------------------------


def stock(row: str, made: int, repealed: int, valid: int) -> dict[tuple[str, str], object]:
    """A row of documents in force."""
    return {(row, "made"): made, (row, "repealed"): repealed, (row, "valid"): valid}


@pytest.mark.parametrize(("rule", "row"), [("Y-02", "doc"), ("Y-03", "reg")])
def test_y02_y03_stock_and_flow(rule: str, row: str) -> None:
    name = {"doc": "行政规范性文件", "reg": "规章"}[row]
    earlier = [last(stock(row, 0, 0, 30), name="某某市人民政府")]

    def report(valid: int) -> Report:
        return of_agency(stock(row, 5, 2, valid), name="某某市人民政府")

    assert ended(rule, report(33), earlier) == "pass"
    assert says(rule, report(35), earlier) == [
        (
            f"表二“{name}”行“现行有效件数”填 35，应为 33 = 上年（2023 年度）报告 30 + "
            "本年制发件数 5 − 本年废止件数 2，多 2。清理、到期失效或统计口径改变会造成差异。"
            f"请与上年公布的报告核对；确有原因的，在 explanations 中说明（{rule}）。"
        )
    ]
    assert [f.rule for f in result_of(report(35), earlier).blocking] == [rule]


def test_y02_waits_for_a_cell_that_is_no_number() -> None:
    report = of_agency({**stock("doc", 5, 2, 33), ("doc", "made"): "5件"})

    assert says("Y-02", report, [last()], "not_assessable") == [
        "表二“行政规范性文件”行“本年制发件数”列有误，见 C-03，改正后再核对。"
    ]


def test_y03_is_not_said_where_t2_03_says_it() -> None:
    report = of_agency(stock("reg", 0, 0, 1), name="某某县人民政府")
    earlier = [last(name="某某县人民政府")]

    assert [f.rule for f in result_of(report, earlier).blocking] == ["T2-03"]
    assert ended("Y-03", report, earlier) == "not_assessable"


def test_y02_y03_do_not_compare_with_the_other_format_and_y12_says_so() -> None:
    now = of_agency(stock("doc", 5, 2, 33), year=2021)
    before = [of_agency(year=2020, code="2019")]

    assert [ended(rule, now, before) for rule in ("Y-02", "Y-03", "Y-07")] == ["not_applicable"] * 3
    assert says("Y-12", now, before) == [
        (
            "上年（2020 年度）报告用 2019 年格式，本年用 2021 年格式，"
            "表二各项含义不同，不作跨年核对；表三、表四照常核对。"
        )
    ]
    assert CATALOGUE["Y-12"].severity is Severity.NOTE


def test_y01_works_across_the_change_of_format() -> None:
    before = [of_agency(requests(9, 0, 4, 5), year=2020, code="2019")]

    assert len(says("Y-01", of_agency(requests(0, 4, 4, 0), year=2021), before)) == 1
    assert ended("Y-01", of_agency(requests(0, 5, 5, 0), year=2021), before) == "pass"


# --- Y-04 ----------------------------------------------------------------------------------


def test_y04_last_years_pending_cases_reappear() -> None:
    earlier = [last({("post", "pend"): 4, ("post", "sum"): 4})]

    assert says("Y-04", of_agency({("post", "keep"): 3, ("post", "sum"): 3}), earlier) == [
        (
            "表四“行政诉讼复议后起诉”总计为 3，少于上年（2023 年度）报告“尚未审结”4。"
            "上年未审结的案件应计入本年，请核对。"
        )
    ]
    assert ended("Y-04", of_agency({("post", "keep"): 4, ("post", "sum"): 4}), earlier) == "pass"


def test_y04_waits_for_t4_01() -> None:
    earlier = [last({("rev", "pend"): 4, ("rev", "sum"): 4})]

    assert says("Y-04", of_agency({("rev", "sum"): 3}), earlier, "not_assessable") == [
        "所据的数已由 T4-01 指出，改正后再核对。"
    ]


# --- Y-06, Y-07 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (20, 101, "是上年的 5.1 倍"),
        (20, 100, None),
        (100, 19, "只有上年的 19.0%"),
        (100, 20, None),
        (19, 0, None),
        (0, 101, "由无到有"),
        (3, 100, None),
    ],
)
def test_y06_a_main_count_five_times_as_large_or_a_fifth(
    before: int, now: int, told: str | None
) -> None:
    sentence = (
        f"表二“行政许可”行“本年处理决定数量”列为 {now}，上年（2023 年度）报告为 {before}，{told}。"
        "请核对是否多填、少填了数位或统计范围有变化；属实的，在正文中说明原因。"
    )
    report = of_agency({("lic", "dec"): now})

    found = says("Y-06", report, [last({("lic", "dec"): before})])

    assert found == ([sentence] if told else [])


def test_y06_waits_for_the_identity_that_is_broken() -> None:
    report = of_agency({**requests(500, 0, 500, 0), ("new", "sum"): 5000})
    earlier = [last(requests(480, 0, 480, 0))]

    assert says("Y-06", report, earlier, "not_assessable") == [
        "所据的数已由 T3-01 指出，改正后再核对。"
    ]


@pytest.mark.parametrize(
    ("before", "now", "times"),
    [
        ("59.5", "590123.4", "约为上年的 10000 倍"),
        ("590123.4", "59.5", "约为上年的 1/10000"),
        ("5", "500", "约为上年的 100 倍"),
        ("5", "5500", "约为上年的 1000 倍"),
        ("5", "50", None),
        ("0.001", "0.1", None),
        ("5", "250", None),
    ],
)
def test_y07_a_fee_off_by_a_power_of_ten(before: str, now: str, times: str | None) -> None:
    sentence = (
        f"表二“行政事业性收费”行“本年收费金额（单位：万元）”列为 {now} 万元，"
        f"上年（2023 年度）报告为 {before} 万元，{times}。"
        "疑为元、万元混用或小数点错位。请核对单位和金额。"
    )

    found = says("Y-07", of_agency({("fee", "amt"): now}), [last({("fee", "amt"): before})])

    assert found == ([sentence] if times else [])


def test_y07_is_not_said_where_c08_says_it() -> None:
    report = of_agency({("fee", "amt"): "5000000"})
    earlier = [last({("fee", "amt"): "500"})]

    assert len(says("C-08", report, earlier)) == 1
    assert ended("Y-07", report, earlier) == "not_assessable"


# --- Y-08 … Y-10: text ---------------------------------------------------------------------

OVERVIEW = "".join(
    f"第{word}季度围绕{topic}发布信息{n}条，解读政策{n + 1}件，回应群众关切{n + 2}次，"
    f"组织{topic}培训{n}期，邀请市民代表走进机关开展{topic}开放日活动。"
    for n, (word, topic) in enumerate(
        zip("一二三四", ("社会救助", "养老服务", "婚姻登记", "慈善事业"), strict=True), 11
    )
)
PROBLEMS = "一是政策解读形式不够丰富，图解视频偏少。二是基层公开专区的信息更新还不及时。"
OTHERS = "一是依申请公开答复文书不规范，说理偏少。二是新媒体账号与群众的互动有待加强。"


def test_y08_last_years_text_with_other_numbers_is_an_error() -> None:
    then = {"一": OVERVIEW, "五": PROBLEMS}
    now = {"一": OVERVIEW.replace("11", "57").replace("14", "9"), "五": PROBLEMS}

    (finding,) = findings_of("Y-08", of_agency(texts=now), [last(texts=then)])

    assert finding.full_message == (
        "第一、五部分除数字外与上年（2023 年度）报告完全相同。"
        "请按本年实际情况重写；内容雷同会被通报、督促整改。"
    )
    assert finding.severity is Severity.ERROR


def test_y08_a_text_that_is_nearly_last_years_is_a_warning() -> None:
    now = {"一": OVERVIEW + "全年无泄密。", "五": PROBLEMS}

    (finding,) = findings_of(
        "Y-08", of_agency(texts=now), [last(texts={"一": OVERVIEW, "五": PROBLEMS})]
    )

    assert finding.full_message == (
        "第一、五部分隐去数字后与上年（2023 年度）报告的相似度为 98%。"
        "请按本年实际情况重写；内容雷同会被通报、督促整改。"
    )
    assert finding.severity is Severity.WARNING


def test_y08_another_text_passes_and_a_short_one_says_nothing() -> None:
    then = [last(texts={"一": OVERVIEW, "五": PROBLEMS})]
    other = OVERVIEW.replace("季度", "批次").replace("围绕", "聚焦").replace("组织", "举办")

    assert ended("Y-08", of_agency(texts={"一": other, "五": OTHERS}), then) == "pass"
    assert says("Y-08", of_agency(texts={"一": "短"}), then, "not_assessable") == [
        "本年或上年的第一、五部分不足 200 字，无法比较。"
    ]


def test_y08_section_six_may_be_the_same_every_year() -> None:
    texts = {"六": "本年度未收取信息处理费。" * 40}

    assert ended("Y-08", of_agency(texts=texts), [last(texts=texts)]) == "not_assessable"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (OTHERS, []),
        (
            PROBLEMS,
            [
                (
                    "第五部分有 2 个问题与上年（2023 年度）报告一字不差，"
                    "如“政策解读形式不够丰富,图解视频偏少”。请写明上年问题的整改结果和本年的新情况。"
                )
            ],
        ),
    ],
)
def test_y10_last_years_problems_word_for_word(now: str, told: list[str]) -> None:
    report = of_agency(texts={"一": "甲", "五": now})

    assert says("Y-10", report, [last(texts={"一": "乙", "五": PROBLEMS})]) == told


def test_y10_waits_for_y08_and_says_nothing_where_no_problem_is_named() -> None:
    texts = {"一": OVERVIEW, "五": PROBLEMS}

    assert says("Y-10", of_agency(texts=texts), [last(texts=texts)], "not_assessable") == [
        "正文与上年雷同，已由 Y-08 指出，改正后再核对。"
    ]
    assert says("Y-10", of_agency(texts={"五": PROBLEMS}), [last()], "not_assessable") == [
        "上年第五部分没有认得出的问题句，无法比较。"
    ]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("2023年收到申请9件，本年4件。", None),
        ("收到申请4件，较上年的14件减少10件。", None),
        ("去年办结政府信息公开申请12件。", None),
        ("收到申请4件，较上年增加3件。", None),
        ("收到申请4件，较上年有8件以上增长。", None),
        ("2023年收到申请8件，本年4件。", "2023年收到申请8件"),
        ("收到申请4件，较上年的21件减少17件。", "申请4件,较上年的21件减"),
    ],
)
def test_y09_what_the_text_says_of_last_year_stands_in_last_years_report(
    text: str, claim: str | None
) -> None:
    earlier = [last(requests(9, 5, 12, 2))]
    sentence = (
        f"正文写“{claim}”，上年（2023 年度）报告新收 9、连同结转 14、办结 12，都不相符。"
        "请核对正文所写的上年数。"
    )

    assert says("Y-09", of_agency(texts={"一": text}), earlier) == ([sentence] if claim else [])


# --- Y-11 ----------------------------------------------------------------------------------

MERGED = {"name": "某某县文化和旅游局", "formerly": ("某某县文化局", "某某县旅游局")}


def former(name: str, left: int, valid: int) -> Report:
    """Last year's report of an agency that was merged."""
    cells = {**requests(left, 0, 0, left), **stock("doc", 0, 0, valid)}
    return last(cells, name=name)


def test_y11_after_a_merger_the_piles_are_added_up() -> None:
    earlier = [former("某某县文化局", 3, 10), former("某某县旅游局", 2, 4)]
    right = of_agency({**requests(0, 5, 5, 0), **stock("doc", 1, 0, 15)}, **MERGED)
    wrong = of_agency({**requests(0, 3, 3, 0), **stock("doc", 1, 0, 11)}, **MERGED)

    assert ended("Y-11", right, earlier) == "pass"
    assert says("Y-01", right, earlier, "not_assessable") == [
        "上年有 2 份报告（某某县文化局、某某县旅游局），合并核对，见 Y-11。"
    ]
    reason = "请与上年公布的报告核对；确有原因的，在 explanations 中说明（Y-11）。"
    assert says("Y-11", wrong, earlier) == [
        (
            f"表三“{CARRIED}”行“总计”列填 3，2 个前身机关上年（2023 年度）报告"
            "“四、结转下年度继续办理”总计为 5（某某县文化局 3 + 某某县旅游局 2），少 2。"
            f"各列与上年不同的：“自然人”5→3。{reason}"
        ),
        (
            "表二“行政规范性文件”行“现行有效件数”填 11，应为 15 = "
            "2 个前身机关上年（2023 年度）报告 14（某某县文化局 10 + 某某县旅游局 4）"
            " + 本年制发件数 1 − 本年废止件数 0，少 4。"
            f"清理、到期失效或统计口径改变会造成差异。{reason}"
        ),
    ]
    assert {f.rule for f in result_of(wrong, earlier).blocking} == {"Y-11"}


def test_y11_an_agency_that_was_only_renamed_is_held_by_y01() -> None:
    renamed = of_agency(requests(0, 4, 4, 0), name="某某县新局", formerly=("某某县旧局",))
    earlier = [former("某某县旧局", 5, 0)]

    assert ended("Y-11", renamed, earlier) == "not_applicable"
    assert len(says("Y-01", renamed, earlier)) == 1


def test_a_predecessor_without_report_makes_a_difference_prove_nothing() -> None:
    report = of_agency(requests(0, 5, 5, 0), **MERGED)

    assert says("Y-01", report, [former("某某县文化局", 3, 0)], "not_assessable") == [
        "缺前身机关（某某县旅游局）的上年报告，数不相符也无法核对。"
    ]


# --- L-01 … L-03 ---------------------------------------------------------------------------


def old(cells: Cells, year: int = 2020) -> Report:
    """A report of the 2019 format."""
    return of_agency(cells, year=year, code="2019")


@pytest.mark.parametrize(
    ("created", "told"),
    [
        (4, []),
        (
            3,
            [
                (
                    "表二“规范性文件”行“本年新公开数量”列为 4，多于“本年新制作数量”3。"
                    "请核对；含以往制作、本年才公开的，在正文中说明。"
                )
            ],
        ),
    ],
)
def test_l01_no_more_is_disclosed_than_made(created: int, told: list[str]) -> None:
    assert told == says("L-01", old({("doc", "created"): created, ("doc", "disclosed"): 4}))


@pytest.mark.parametrize(("public", "gap"), [(13, None), (12, "少 1"), (20, "多 7")])
def test_l02_what_is_disclosed_in_all(public: int, gap: str | None) -> None:
    now = old({("doc", "created"): 4, ("doc", "disclosed"): 4, ("doc", "public"): public})
    earlier = [old({("doc", "public"): 9}, year=2019)]
    sentence = (
        f"表二“规范性文件”行“对外公开总数量”列填 {public}，"
        f"应为 13 = 上年（2019 年度）报告 9 + “本年新公开数量”4，{gap}。"
        "请核对；撤下、废止的或以往漏计的，在正文中说明。"
    )

    assert says("L-02", now, earlier) == ([sentence] if gap else [])


def test_l03_last_years_items() -> None:
    earlier = [old({("lic", "prev"): 30, ("lic", "change"): -2}, year=2019)]

    assert ended("L-03", old({("lic", "prev"): 28}), earlier) == "pass"
    assert says("L-03", old({("lic", "prev"): 30}), earlier) == [
        (
            "表二“行政许可”行“上一年项目数量”列填 30，"
            "应为 28 = 上年（2019 年度）报告 30 − 2，多 2。"
            "请与上年公布的报告核对；确有原因的，在 explanations 中说明（L-03）。"
        )
    ]
    assert ended("L-03", old({}), [of_agency(year=2019)]) == "not_applicable"


def test_l03_waits_for_l04() -> None:
    earlier = [old({("lic", "prev"): 5}, year=2019)]
    report = old({("lic", "prev"): 1, ("lic", "change"): -3})

    assert [f.rule for f in result_of(report, earlier).blocking] == ["L-04"]
    assert ended("L-03", report, earlier) == "not_assessable"


# --- real reports --------------------------------------------------------------------------


def test_the_jump_of_pingtan_2020_is_found() -> None:
    """A known break of the published report: 7 规章 disclosed that no year had newly disclosed."""
    result = result_of(real(PINGTAN_2020), [real(PINGTAN_2019)])

    assert [f.rule for f in result.failures if f.rule[0] in "LY"] == ["L-02"]
    assert ended("L-03", real(PINGTAN_2020), [real(PINGTAN_2019)]) == "pass"


@pytest.mark.parametrize(
    ("now", "then"), [(SUQIAN_2024, SUQIAN_2023), (PINGTAN_2021, PINGTAN_2020)], ids=str
)
def test_real_reports_agree_with_the_year_before(now: object, then: object) -> None:
    result = result_of(real(now), [real(then)])  # type: ignore[arg-type]

    assert result.blocking == ()
    assert {o.rule.id: o.state for o in result.outcomes}["Y-01"] == "pass"


def test_one_wrong_cell_of_any_table_still_gives_one_error_with_history() -> None:
    report, earlier = real(SUQIAN_2024), [real(SUQIAN_2023)]
    free = {ref_of(report.format, row, "dec") for row in ("lic", "pen", "frc")}
    free |= {ref_of(report.format, "fee", "amt")}

    for ref in report.format.slots:
        for step in (1, -1) if (report.figures.value(ref) or 0) else (1,):
            value = (report.figures.value(ref) or 0) + step
            wrong = replace(report, figures=report.figures.having({ref: number(value)}))
            blocking = result_of(wrong, earlier).blocking
            assert len(blocking) == (0 if ref in free else 1), (ref, [b.message for b in blocking])
