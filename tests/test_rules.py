"""Every rule, holding and broken, with the sentence an officer reads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from helpers import formats
from helpers.formats import Ref
from helpers.report import Report
from helpers.rules import CATALOGUE, Finding, Result, Severity, in_order
from helpers.rules import check as check_all
from real_figures import ALL, PINGTAN_2020, SEED, SUQIAN_2023, Facts
from strategies import ABSENT, ref_of, report_of, without

FIRST_GROUP = {
    *("C-01", "C-02", "C-03", "C-04", "C-05", "C-06"),
    *("T2-01", "T2-02"),
    *("T3-01", "T3-02", "T3-03", "T3-04", "T3-05", "T3-06", "T3-07", "T3-08", "T3-09"),
    *("T4-01", "T4-02", "Y-05"),
    *("D-07", "D-08"),
    *("L-04", "L-05", "L-06", "L-07"),
}

OTHERS = dict.fromkeys(set(CATALOGUE) - FIRST_GROUP, Severity.OFF)
"""The rules that look at more than the tables of one report have tests of their own."""


def check(report: Report, severities: Mapping[str, Severity] | None = None) -> Result:
    """Hold the rules of this file against a report."""
    return check_all(report, {**OTHERS, **(severities or {})})


def of(result: Result, rule: str, state: str = "fail") -> list[Finding]:
    """The findings of one rule in one state."""
    return [f for f in result.findings if f.rule == rule and f.state == state]


def sentences(report: Report, rule: str, state: str = "fail") -> list[str]:
    """What one rule says about a report, remedy included."""
    return [finding.full_message for finding in of(check(report), rule, state)]


def states(report: Report) -> dict[str, str]:
    """How every rule ended."""
    return {outcome.rule.id: outcome.state for outcome in check(report).outcomes}


# --- the catalogue and the four outcomes ---------------------------------------------------


def test_the_list_of_rules_is_known_and_every_one_of_them_runs() -> None:
    assert set(CATALOGUE) >= FIRST_GROUP
    for facts in ALL:
        ended = [outcome.rule.id for outcome in check_all(facts.report()).outcomes]
        assert sorted(CATALOGUE) == sorted(ended)


def test_rules_run_from_the_shape_of_the_report_to_what_holds_between_years() -> None:
    ids = [rule.id for rule in in_order() if rule.id in FIRST_GROUP]

    assert ids[:3] == ["D-07", "D-08", "C-01"]
    assert ids.index("C-06") < ids.index("L-04") < ids.index("T3-01") < ids.index("Y-05")
    assert ids == [outcome.rule.id for outcome in check(report_of("2021")).outcomes]


def test_weights_are_those_of_the_catalogue_of_rules() -> None:
    odd = {
        Severity.EXPLAINABLE: {"D-08", "L-07"},
        Severity.WARNING: {"T2-01", "T2-02", "T3-08"},
        Severity.NOTE: {"C-06", "T3-06", "T3-07", "L-05"},
    }

    assert {rule: sev for sev, rules in odd.items() for rule in rules} == {
        rule.id: rule.severity
        for rule in CATALOGUE.values()
        if rule.severity is not Severity.ERROR and rule.id in FIRST_GROUP
    }


def test_every_rule_says_what_must_hold_and_how_it_is_computed() -> None:
    for rule in CATALOGUE.values():
        assert rule.sentence, rule.id
        assert rule.formula, rule.id
        assert rule.scope in ("", "*", "二", "三", "四"), rule.id


def test_a_report_of_zeros_passes_every_rule_of_its_format() -> None:
    only_2019 = {"L-04", "L-05", "L-06", "L-07"}
    only_2021 = {"T2-01", "T2-02"}

    for code, others in (("2019", only_2021), ("2021", only_2019)):
        assert {
            rule: "not_applicable" if rule in others else "pass" for rule in FIRST_GROUP
        } == states(report_of(code))


@pytest.mark.parametrize("facts", [f for f in ALL if f not in (PINGTAN_2020, SEED)], ids=str)
def test_published_reports_that_add_up_have_nothing_to_answer_for(facts: Facts) -> None:
    assert check(facts.report()).findings == ()


def test_the_states_of_all_rules_add_up() -> None:
    result = check(SEED.report())
    counted = ("pass", "fail", "not_assessable", "not_applicable")

    assert [result.count(state) for state in counted] == [20, 3, 1, 2]
    assert len(FIRST_GROUP) == sum(result.count(state) for state in counted)


@pytest.mark.parametrize("code", ["2019", "2021"])
@pytest.mark.parametrize("kind", ["blank", "absent"])
def test_nothing_passes_by_not_running(code: str, kind: str) -> None:
    """Where there is no figure, no rule about figures of a table ends in pass."""
    fmt = formats.find(code)
    keys = [(slot.line.key, slot.column.key or "") for slot in fmt.slots.values()]
    report = report_of(code, dict.fromkeys(keys, "" if kind == "blank" else ABSENT))
    structure = {"T4-02", "L-05", "L-07"}  # these ask how the table is written, not what it says

    ended = states(report)

    scopes = {rule: CATALOGUE[rule].scope for rule in FIRST_GROUP}
    concerned = {rule for rule, scope in scopes.items() if scope in ("二", "三", "四")} - structure
    other = {"T2-01", "T2-02"} if code == "2019" else {"L-04", "L-06"}
    assert dict.fromkeys(concerned - other, "not_assessable") == {
        r: ended[r] for r in concerned - other
    }


@pytest.mark.parametrize(
    ("code", "cell", "rules"),
    [
        ("2021", ("open", "nat"), {"T3-01", "T3-02"}),
        ("2021", ("open", "sum"), {"T3-01", "T3-02", "T3-04"}),
        ("2021", ("total", "sum"), {"T3-01", "T3-02", "T3-03", "T3-05"}),
        ("2021", ("new", "sum"), {"T3-01", "T3-03", "T3-05", "T3-08", "T3-09"}),
        ("2021", ("carry_out", "sum"), {"T3-01", "T3-03", "T3-05", "T3-08"}),
        ("2021", ("doc", "valid"), {"T2-01", "T2-02"}),
        ("2021", ("doc", "repealed"), {"T2-01"}),
        ("2021", ("rev", "pend"), {"T4-01", "Y-05"}),
        ("2021", ("lic", "dec"), set()),
        ("2019", ("lic", "change"), {"L-04"}),
        ("2019", ("proc", "items"), {"L-06"}),
    ],
)
@pytest.mark.parametrize("written", ["", "/", "约三件", "0.5", -1])
def test_a_rule_whose_operand_is_no_good_is_not_assessable_and_never_passes(
    code: str, cell: tuple[str, str], rules: set[str], written: object
) -> None:
    if cell[1] == "change" and written == -1:
        pytest.skip("a change may be negative")
    ended = states(report_of(code, {cell: written}))

    assert rules == {rule for rule, state in ended.items() if state == "not_assessable"}
    assert sum(state == "fail" for state in ended.values()) == 1


# --- C: single cells -----------------------------------------------------------------------


def test_c01_blank_cells_are_told_row_by_row() -> None:
    report = report_of("2021", {("open", "nat"): "", ("open", "ent"): None, ("lic", "dec"): " "})

    assert sentences(report, "C-01") == [
        "表二“行政许可”行有 1 格空白：本年处理决定数量。请补填；没有发生的填 0。",
        "表三“（一）予以公开”行有 2 格空白：自然人、商业企业。请补填；没有发生的填 0。",
    ]


SINGLE_CELLS = [
    ("C-02", "/", "读到“/”，这不是数字。没有发生的请填 0。"),
    ("C-02", "无", "读到“无”，这不是数字。没有发生的请填 0。"),
    ("C-03", "3件", "读到“3件”，不是数字。请只填数字，单位和说明写在正文里。"),
    ("C-04", "3.5", "读到“3.5”，件数应为整数。请核对是否填错了格或单位。"),
    ("C-05", -3, "读到“-3”，不应小于 0。请核对正负号。"),
    ("C-06", "１,２３４", "写作“１,２３４”，按 1234 读取。"),
    ("C-06", "1O", "写作“1O”，按 10 读取。"),
]


@pytest.mark.parametrize(("rule", "written", "says"), SINGLE_CELLS)
def test_a_cell_that_is_no_proper_number_is_told_by_its_rule(
    rule: str, written: object, says: str
) -> None:
    result = check(report_of("2021", {("lic", "dec"): written}))

    (finding,) = result.findings
    assert rule == finding.rule
    assert f"表二“行政许可”行“本年处理决定数量”列{says}" == finding.full_message
    assert (Ref("二", "行政许可", "本年处理决定数量"),) == finding.cells


def test_c04_money_may_have_decimals_and_c05_may_not_be_negative() -> None:
    assert check(report_of("2021", {("fee", "amt"): "0.5"})).findings == ()
    assert [f.rule for f in check(report_of("2021", {("fee", "amt"): "-0.5"})).findings] == ["C-05"]


def test_c05_a_change_may_be_negative_and_c04_not_a_fraction() -> None:
    assert check(report_of("2019", {("lic", "prev"): 5, ("lic", "change"): -5})).findings == ()
    assert [f.rule for f in check(report_of("2019", {("lic", "change"): 0.5})).failures] == ["C-04"]


# --- 表二 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "repealed", "valid", "says"),
    [
        (9, 2, 7, []),
        (9, 2, 30, []),
        (2, 9, 0, []),
        (
            9,
            2,
            5,
            [
                (
                    "表二“行政规范性文件”一行：现行有效件数 5，不应小于 "
                    "本年制发件数 9 − 本年废止件数 2 = 7。请对照底册逐格核对这些数。"
                )
            ],
        ),
    ],
)
def test_t2_01_the_stock_is_not_below_this_years_net_flow(
    made: int, repealed: int, valid: int, says: list[str]
) -> None:
    cells = {("doc", "made"): made, ("doc", "repealed"): repealed, ("doc", "valid"): valid}
    result = check(report_of("2021", cells))

    assert says == [finding.full_message for finding in result.findings]
    assert result.blocking == ()


@pytest.mark.parametrize(
    ("made", "repealed", "valid", "says"),
    [
        (1, 0, 1, []),
        (3, 3, 0, []),
        (0, 0, 0, []),
        (9, 2, 0, ["表二“规章”行“本年制发件数”为 9，“现行有效件数”却为 0。请核对“现行有效件数”。"]),
    ],
)
def test_t2_02_a_document_issued_this_year_is_in_force_at_its_end(
    made: int, repealed: int, valid: int, says: list[str]
) -> None:
    cells = {("reg", "made"): made, ("reg", "repealed"): repealed, ("reg", "valid"): valid}
    report = report_of("2021", cells)

    assert says == sentences(report, "T2-02")
    assert sentences(report, "T2-01") == []  # one thing is said once
    assert states(report)["T2-01"] == ("not_assessable" if says else "pass")


def test_t2_rules_do_not_apply_to_the_table_of_2019() -> None:
    """Disclosed documents of 2019 are not documents in force of 2021."""
    ended = states(report_of("2019", {("doc", "created"): 9, ("doc", "public"): 0}))

    assert (ended["T2-01"], ended["T2-02"]) == ("not_applicable", "not_applicable")


# --- 表三 ----------------------------------------------------------------------------------

NEW = "一、本年新收政府信息公开申请数量"
TOTAL = "三、本年度办理结果/（七）总计"
LEFT = "四、结转下年度继续办理"

BALANCED: Mapping[tuple[str, str], object] = {
    **{("new", c): n for c, n in (("nat", 40), ("ent", 2), ("sum", 42))},
    **{("carry_in", c): n for c, n in (("nat", 5), ("sum", 5))},
    **{("open", c): n for c, n in (("nat", 30), ("ent", 2), ("sum", 32))},
    **{("np1", c): n for c, n in (("nat", 12), ("sum", 12))},
    **{("total", c): n for c, n in (("nat", 42), ("ent", 2), ("sum", 44))},
    **{("carry_out", c): n for c, n in (("nat", 3), ("sum", 3))},
}
"""Numbers of 表三 that add up in every direction."""


def test_t3_rules_hold_for_a_table_that_adds_up() -> None:
    for code in ("2019", "2021"):
        assert check(report_of(code, BALANCED)).findings == ()


def test_t3_01_a_row_that_does_not_add_up_writes_out_its_sum() -> None:
    """Both numbers of the row are wrong, so that no single cell mends it."""
    cells = {("open", "sum"): 30, ("np1", "sum"): 14}

    assert sentences(report_of("2021", {**BALANCED, **cells}), "T3-01") == [
        (
            "表三“（一）予以公开”一行：“总计”填 30，"
            "应为 32 = 自然人 30 + 商业企业 2（其余为 0），少 2。"
            "请对照底册逐格核对这些数。"
        ),
        (
            "表三“（五）不予处理1.信访举报投诉类申请”一行："
            "“总计”填 14，应为 12 = 自然人 12（其余为 0），多 2。请对照底册逐格核对这些数。"
        ),
    ]


def test_t3_02_a_column_that_does_not_add_up_writes_out_its_sum() -> None:
    cells = {("open", "nat"): 32, ("open", "sum"): 34}

    assert sentences(report_of("2021", {**BALANCED, **cells}), "T3-02") == [
        (
            "表三“自然人”一列：“（七）总计”填 42，应为 44 = 予以公开 32 + 信访举报投诉类申请 12"
            "（其余为 0），少 2。请对照底册逐格核对这些数。"
        ),
        (
            "表三“总计”一列：“（七）总计”填 44，应为 46 = 予以公开 34 + 信访举报投诉类申请 12"
            "（其余为 0），少 2。请对照底册逐格核对这些数。"
        ),
    ]


def test_t3_03_what_came_in_is_what_was_done_and_what_is_left() -> None:
    cells = {("new", "nat"): 45, ("new", "sum"): 47}
    result = check(report_of("2021", {**BALANCED, **cells}))

    assert [finding.full_message for finding in of(result, "T3-03")] == [
        (
            "表三“自然人”一列："
            "本年新收政府信息公开申请数量 45 + 上年结转政府信息公开申请数量 5 = 50，"
            "应当等于 总计 42 + 结转下年度继续办理 3 = 45，相差 5。请对照底册逐格核对这些数。"
        ),
        (
            "表三“总计”一列："
            "本年新收政府信息公开申请数量 47 + 上年结转政府信息公开申请数量 5 = 52，"
            "应当等于 总计 44 + 结转下年度继续办理 3 = 47，相差 5。请对照底册逐格核对这些数。"
        ),
    ]
    assert {("45", "50"), ("47", "52")} == {(f.expected, f.found) for f in of(result, "T3-03")}
    assert tuple(len(f.cells) for f in of(result, "T3-03")) == (4, 4)


def test_t3_04_the_grand_total_across_is_the_one_down() -> None:
    """With the corner and a cell of a row blank only the two margins are left to compare."""
    cells = {("open", "nat"): "", ("total", "sum"): "", ("total", "nat"): 41}

    assert sentences(report_of("2021", {**BALANCED, **cells}), "T3-04") == [
        (
            "表三“（七）总计”一行横加得 43，“总计”一列各行竖加得 44，相差 1。"
            "请核对“（七）总计”一行和“总计”一列。"
        )
    ]


def test_t3_05_no_more_is_done_or_left_than_came_in() -> None:
    """Where 结转 is blank, T3-03 cannot be held and the inequality speaks."""
    done = {
        ("carry_out", "nat"): "",
        ("carry_out", "sum"): "",
        ("carry_in", "nat"): 0,
        ("carry_in", "sum"): 0,
    }
    left = {
        ("total", "nat"): "",
        ("total", "sum"): "",
        ("carry_out", "nat"): 46,
        ("carry_out", "sum"): 46,
    }

    assert sentences(report_of("2021", {**BALANCED, **done}), "T3-05") == [
        (
            "表三“自然人”一列：总计 42，"
            "不应大于 本年新收政府信息公开申请数量 40。"
            "请对照底册逐格核对这些数。"
        ),
        (
            "表三“总计”一列：总计 44，不应大于 本年新收政府信息公开申请数量 42。"
            "请对照底册逐格核对这些数。"
        ),
    ]
    assert sentences(report_of("2021", {**BALANCED, **left}), "T3-05") == [
        (
            "表三“自然人”一列：结转下年度继续办理 46，不应大于 本年新收政府信息公开申请数量 40 + "
            "上年结转政府信息公开申请数量 5 = 45。请对照底册逐格核对这些数。"
        )
    ]


def test_t3_06_one_wrong_cell_is_named_with_its_right_value() -> None:
    result = check(report_of("2021", {**BALANCED, ("open", "nat"): 31}))

    cell = Ref("三", "三、本年度办理结果/（一）予以公开", "自然人")
    assert [finding.full_message for finding in of(result, "T3-06")] == [
        "只改一格即可使 T3-01、T3-02 同时成立：表三“（一）予以公开”行“自然人”列由 31 改为 30。"
    ]
    (error,) = result.blocking
    assert error.full_message == (
        "表三“（一）予以公开”一行：“总计”填 32，"
        "应为 33 = 自然人 31 + 商业企业 2（其余为 0），少 1。"
        "只要把表三“（一）予以公开”行“自然人”列由 31 改为 30，"
        "各项即全部平衡（T3-02 也因此不成立）。"
        "请核对这一格，应为 30。"
    )
    assert ("T3-01", (cell,), "30", "31") == (error.rule, error.cells, error.expected, error.found)
    assert [finding.message for finding in of(result, "T3-02", "not_assessable")] == [
        "表三“自然人”一列：已由 T3-01 指出，改正后再核对。"
    ]


def test_t3_06_accuses_no_cell_where_another_would_do_as_well() -> None:
    """Two cells wrong by the same: either pair of corners of the rectangle mends everything."""
    cells = {("open", "nat"): 33, ("np1", "ent"): 3}

    result = check(report_of("2021", {**BALANCED, **cells}))

    assert of(result, "T3-06") == []
    assert {finding.rule for finding in result.blocking} == {"T3-01", "T3-02"}


def test_t3_06_says_nothing_where_no_single_cell_would_do() -> None:
    assert sentences(PINGTAN_2020.report(), "T3-06") == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {("carry_in", "sum"): 14, ("new", "sum"): 33},
            [
                (
                    "表三“一、本年新收政府信息公开申请数量”一行相差 9："
                    "能被 9 整除，疑为相邻两位数字颠倒（如 12 写成 21）（见 T3-01）。"
                ),
                (
                    "表三“二、上年结转政府信息公开申请数量”一行相差 9："
                    "能被 9 整除，疑为相邻两位数字颠倒（如 12 写成 21）（见 T3-01）。"
                ),
            ],
        ),
        (
            {
                ("total", "nat"): 30,
                ("total", "sum"): 32,
                ("carry_out", "nat"): 15,
                ("carry_out", "sum"): 15,
            },
            [
                (
                    "表三“自然人”一列相差 12：正好等于“信访举报投诉类申请”的数，"
                    "疑为漏加或重复计入（见 T3-02）。"
                ),
                (
                    "表三“总计”一列相差 12：正好等于“信访举报投诉类申请”的数，"
                    "疑为漏加或重复计入（见 T3-02）。"
                ),
            ],
        ),
        ({("new", "nat"): 44, ("new", "sum"): 46}, []),
    ],
)
def test_t3_07_the_size_of_a_difference_hints_at_the_slip(
    changes: Mapping[tuple[str, str], object], says: list[str]
) -> None:
    assert says == sentences(report_of("2021", {**BALANCED, **changes}), "T3-07")


def test_t3_07_does_not_explain_a_total_by_itself() -> None:
    """A total of 3 over nothing but zeros differs by 3, which is no cell added twice."""
    assert sentences(report_of("2021", {("new", "sum"): 3}), "T3-07") == []


@pytest.mark.parametrize(
    ("handled", "left", "share"), [(12, 3, None), (11, 3, "14 件的 21.4%"), (7, 3, "10 件的 30.0%")]
)
def test_t3_08_more_than_a_fifth_left_over_is_worth_a_look(
    handled: int, left: int, share: str | None
) -> None:
    rows = {"new": handled + left, "open": handled, "total": handled, "carry_out": left}
    cells = {(row, column): n for row, n in rows.items() for column in ("nat", "sum")}
    result = check(report_of("2021", cells))

    says = [
        (
            f"表三“四、结转下年度继续办理”3 件，占新收与上年结转之和 {share}，超过 20%。"
            "答复期限为 20 个工作日（可延长 20 个工作日），请核对或在正文中说明原因。"
        )
    ]
    assert [finding.full_message for finding in result.findings] == (says if share else [])
    assert result.blocking == ()


def test_t3_09_nothing_came_in_yet_something_was_handled() -> None:
    """（七） is blank here: otherwise an identity is broken and speaks first."""
    cells = {("open", "nat"): 3, ("open", "sum"): 3, ("total", "nat"): "", ("total", "sum"): ""}

    assert sentences(report_of("2021", cells), "T3-09") == [
        (
            "表三新收和上年结转的总计都是 0，表三“（一）予以公开”行“自然人”列、"
            "表三“（一）予以公开”行“总计”列却不是 0。请核对新收、结转或办理结果。"
        )
    ]
    assert (
        sentences(report_of("2021", {**cells, ("new", "nat"): 3, ("new", "sum"): 3}), "T3-09") == []
    )


# --- 表四 ----------------------------------------------------------------------------------


def test_t4_01_a_group_that_does_not_add_up_writes_out_its_sum() -> None:
    cells = {("post", "keep"): 13, ("post", "other"): 67, ("post", "pend"): 9, ("post", "sum"): 98}

    assert sentences(report_of("2021", cells), "T4-01") == [
        (
            "表四“复议后起诉”一行：“总计”填 98，应为 89 = 结果维持 13 + 其他结果 67 + 尚未审结 9"
            "（其余为 0），多 9。请对照底册逐格核对这些数。"
        )
    ]
    assert sentences(report_of("2021", {**cells, ("post", "sum"): 89}), "T4-01") == []


def test_t4_02_a_row_that_lacks_a_figure_waits_for_d_07() -> None:
    assert sentences(report_of("2021", {("rev", "keep"): ABSENT}), "T4-02", "not_assessable") == [
        "表四应有 15 个数字格，缺 1 格，见 D-07。"
    ]
    assert sentences(without(report_of("2021"), "四"), "T4-02", "not_assessable") == [
        "没有表四，见 D-07。"
    ]
    assert states(report_of("2021"))["T4-02"] == "pass"


def test_y_05_no_more_is_pending_than_there_is() -> None:
    """With a part blank T4-01 cannot be held and the inequality speaks."""
    cells = {("rev", "keep"): "", ("rev", "pend"): 3, ("rev", "sum"): 2}

    assert sentences(report_of("2021", cells), "Y-05") == [
        "表四“行政复议”一行：尚未审结 3，不应大于 总计 2。请对照底册逐格核对这些数。"
    ]
    assert sentences(report_of("2021", {**cells, ("rev", "sum"): 3}), "Y-05") == []


# --- the report as a whole -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        (("三",), ["没有表三。请按现行格式补上整张表；没有发生的填 0。"]),
        (
            ("行政处罚", "行政强制"),
            ["表二缺少“第二十条第（六）项”。请补上这一项；没有发生的填 0。"],
        ),
        (("行政强制",), ["表二缺少“行政强制”一行。请补填；没有发生的填 0。"]),
        (
            ("三、本年度办理结果/（五）不予处理/2",),
            ["表三缺少“（五）不予处理2.重复申请”一行。请补填；没有发生的填 0。"],
        ),
    ],
)
def test_d_07_what_the_format_has_and_the_report_has_not(
    gone: tuple[str, ...], says: list[str]
) -> None:
    report = without(report_of("2021"), *gone)

    assert says == sentences(report, "D-07")
    assert [finding.rule for finding in check(report).blocking] == ["D-07"]


def test_d_07_a_single_cell_that_is_missing_is_named() -> None:
    report = report_of("2021", {("np2", "law"): ABSENT})

    assert sentences(report, "D-07") == [
        "表三缺少“（五）不予处理2.重复申请”一行的法律服务机构。请补填；没有发生的填 0。"
    ]


@pytest.mark.parametrize(
    ("code", "year", "says"),
    [
        ("2019", 2020, []),
        ("2021", 2025, []),
        (
            "2019",
            2021,
            [
                (
                    "2021 年度应使用 2021 年格式（国办公开办函〔2021〕30号），"
                    "表格却是 2019 年格式（国办公开办函〔2019〕60号）。"
                    "请改用现行表格重新填写；确有原因的，在 explanations 中说明。"
                )
            ],
        ),
        (
            "2021",
            2020,
            [
                (
                    "2020 年度应使用 2019 年格式（国办公开办函〔2019〕60号），"
                    "表格却是 2021 年格式（国办公开办函〔2021〕30号）。"
                    "请改用现行表格重新填写；确有原因的，在 explanations 中说明。"
                )
            ],
        ),
        ("2019", 2018, ["2018 年度没有规定的格式：最早的格式自 2019 年度起施行。"]),
    ],
)
def test_d_08_the_tables_are_of_the_version_in_force(code: str, year: int, says: list[str]) -> None:
    assert says == sentences(report_of(code, year=year), "D-08")


# --- 2019 only -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prev", "change", "says"),
    [
        (2, -2, []),
        (
            2,
            -3,
            [
                (
                    "表二“行政许可”一行：上一年项目数量 2 + 本年增/减 -3 = -1，不应小于 0。"
                    "请对照底册逐格核对这些数。"
                )
            ],
        ),
    ],
)
def test_l_04_no_less_than_nothing_is_left(prev: int, change: int, says: list[str]) -> None:
    cells = {("lic", "prev"): prev, ("lic", "change"): change}

    assert says == sentences(report_of("2019", cells), "L-04")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("增14", ["表二“行政许可”行“本年增/减”列写作“增14”，按 +14 读取。"]),
        ("减1", ["表二“行政许可”行“本年增/减”列写作“减1”，按 -1 读取。"]),
        ("+5", []),
        (5, []),
    ],
)
def test_l_05_changes_written_with_words_are_read_and_told(
    written: object, says: list[str]
) -> None:
    report = report_of("2019", {("lic", "prev"): 9, ("lic", "change"): written})

    assert says == sentences(report, "L-05")
    assert check(report).blocking == ()


@pytest.mark.parametrize(
    ("items", "amount", "says"),
    [
        (0, 0, []),
        (3, "5.00元", []),
        (
            3,
            0,
            [
                (
                    "表二“政府集中采购”采购项目数量为 3，采购总金额为 0，两者应同为 0 或同不为 0。"
                    "请补填或核对其中为 0 的一格。"
                )
            ],
        ),
        (
            0,
            "5万元",
            [
                (
                    "表二“政府集中采购”采购项目数量为 0，采购总金额为 50000，"
                    "两者应同为 0 或同不为 0。"
                    "请补填或核对其中为 0 的一格。"
                )
            ],
        ),
        (
            3,
            "5.00",
            [
                (
                    "表二“政府集中采购”行“采购总金额”列写作“5.00”，没有写明单位，按元读取。"
                    "表样没有印单位，请在数字后写明，如 5.00元。"
                )
            ],
        ),
    ],
)
def test_l_06_purchases_and_their_amount_go_together_and_the_unit_is_written(
    items: int, amount: object, says: list[str]
) -> None:
    report = report_of("2019", {("proc", "items"): items, ("proc", "amount"): amount})

    assert says == sentences(report, "L-06")


def test_l_06_a_missing_unit_is_a_warning_and_a_missing_amount_an_error() -> None:
    unit = check(report_of("2019", {("proc", "items"): 3, ("proc", "amount"): "5.00"}))
    amount = check(report_of("2019", {("proc", "items"): 3}))

    assert [finding.severity for finding in unit.findings] == [Severity.WARNING]
    assert [finding.severity for finding in amount.findings] == [Severity.ERROR]


def test_l_07_the_ninth_item_is_there() -> None:
    report = without(report_of("2019"), "政府集中采购")

    assert sentences(report, "L-07") == [
        (
            "表二缺少“第二十条第（九）项”（政府集中采购）。"
            "请补上这一项，没有发生的填 0；确有原因的，在 explanations 中说明。"
        )
    ]
    assert sentences(report, "D-07") == []  # one thing is said once
    assert states(report)["L-06"] == "not_assessable"
    assert sentences(report_of("2019"), "L-07") == []


# --- real breaks ---------------------------------------------------------------------------


def test_both_breaks_of_pingtan_2020_are_found_with_cells_and_numbers() -> None:
    result = check(PINGTAN_2020.report())

    assert [
        ("T3-02", (Ref("三", TOTAL, "自然人"),), "26", "20"),
        ("T3-02", (Ref("三", TOTAL, "总计"),), "27", "21"),
    ] == [(f.rule, f.cells, f.expected, f.found) for f in result.blocking]
    assert result.blocking[0].message == (
        "表三“自然人”一列：“（七）总计”填 20，应为 26 = 予以公开 6 + 部分公开 6 + "
        "本机关不掌握相关政府信息 4 + 补正后申请内容仍不明确 3 + 重复申请 3 + "
        "其他处理 4（其余为 0），少 6。"
    )
    assert [finding.message for finding in of(result, "T3-07")] == [
        (
            "表三“自然人”一列相差 6：正好等于“予以公开”、“部分公开”的数，"
            "疑为漏加或重复计入（见 T3-02）。"
        ),
        "表三“总计”一列相差 6：正好等于“部分公开”的数，疑为漏加或重复计入（见 T3-02）。",
    ]
    assert {
        Ref("三", TOTAL, "自然人"): "①",
        Ref("三", TOTAL, "总计"): "②",
    } == result.marks


def test_the_seed_is_stopped_by_its_version_and_its_missing_item_and_by_nothing_else() -> None:
    assert sorted(finding.rule for finding in check(SEED.report()).blocking) == ["D-08", "L-07"]
    assert list(check(SEED.report(D_08="按原样保留", L_07="按原样保留")).blocking) == []


# --- explanations and settings -------------------------------------------------------------


def test_a_reason_lets_only_an_explainable_finding_stand() -> None:
    """A sum does not become right by being explained."""
    explanations = {"D-08": "公布时仍用原表格", "T3-01": "核对无误"}
    report = report_of("2019", {("new", "sum"): 3}, year=2021, explanations=explanations)

    result = check(report)

    assert [finding.rule for finding in result.blocking] == ["T3-01"]
    (explained,) = [finding for finding in result.findings if finding.explained]
    assert (
        explained.rule,
        explained.level,
        explained.explanation,
    ) == ("D-08", "已说明", "公布时仍用原表格")
    assert explained.as_dict()["explained"] is True
    assert result.unused_explanations == ("T3-01",)


@pytest.mark.parametrize("rule", sorted(FIRST_GROUP - {"D-08", "L-07"}))
def test_no_other_rule_can_be_explained_away(rule: str) -> None:
    cells = {
        ("open", "nat"): "",
        ("np1", "nat"): "/",
        ("np2", "nat"): "约三",
        ("np3", "nat"): "0.5",
        ("np4", "nat"): -1,
        ("lic", "dec"): "１",
        ("rev", "sum"): 3,
        ("dir", "pend"): 1,
        ("doc", "made"): 3,
        ("reg", "made"): 2,
        ("reg", "valid"): 1,
        ("carry_out", "ent"): 5,
    }
    plain = check(report_of("2021", cells))

    with_reason = check(report_of("2021", cells, explanations={rule: "核对无误"}))

    assert plain.blocking == with_reason.blocking
    explained = {f.rule for f in with_reason.findings if f.explained}
    assert explained <= {f.rule for f in plain.failures if f.level == "警告"}


def test_a_reason_for_a_warning_is_shown_as_explained() -> None:
    cells = {("doc", "made"): 3}
    result = check(report_of("2021", cells, explanations={"T2-02": "均在年内到期失效"}))
    (finding,) = [f for f in result.failures if f.rule == "T2-02"]

    assert (finding.level, finding.explanation) == ("已说明", "均在年内到期失效")
    assert result.unused_explanations == ()


def test_an_empty_reason_is_no_reason() -> None:
    report = report_of("2019", year=2021, explanations={"D-08": "  "})

    assert [finding.rule for finding in check(report).blocking] == ["D-08"]


def test_a_reason_for_a_rule_that_is_not_there_or_has_nothing_to_say_is_told() -> None:
    result = check(report_of("2021", explanations={"Z-99": "甲", "D-08": "乙"}))

    assert (result.unknown_explanations, result.unused_explanations) == (("Z-99",), ("D-08",))


def test_settings_change_how_much_a_finding_weighs() -> None:
    report = report_of("2021", {("doc", "made"): 9, ("new", "sum"): 3})

    softer = check(report, {"T3-01": Severity.WARNING, "T2-02": Severity.ERROR})

    assert [finding.rule for finding in softer.blocking] == ["T2-02"]


def test_a_rule_that_is_switched_off_does_not_run() -> None:
    result = check(report_of("2021", {("doc", "made"): 9}), {"T2-02": Severity.OFF})

    assert "T2-02" not in [outcome.rule.id for outcome in result.outcomes]
    assert len(FIRST_GROUP) - 1 == len(result.outcomes)


def test_a_finding_that_is_made_explainable_can_be_explained() -> None:
    report = report_of("2021", {("new", "sum"): 3}, explanations={"T3-01": "上级口径"})

    assert check(report, {"T3-01": Severity.EXPLAINABLE}).blocking == ()


# --- how results are shown -----------------------------------------------------------------


def test_failures_come_first_the_gravest_first_then_what_could_not_be_assessed() -> None:
    cells = {("lic", "dec"): "１", ("doc", "made"): 9, ("rev", "sum"): 3, ("open", "nat"): ""}
    found = check(report_of("2021", cells)).findings

    assert [f.level for f in found if f.state == "fail"] == ["错误", "错误", "警告", "提示"]
    assert ["fail"] * 4 + ["not_assessable"] * (len(found) - 4) == [f.state for f in found]


def test_a_finding_is_printed_as_the_contract_says() -> None:
    (finding,) = check(report_of("2021", {("rev", "sum"): 3})).blocking

    assert {
        "rule": "T4-01",
        "severity": "error",
        "state": "fail",
        "message": finding.full_message,
        "cells": [{"table": "四", "row": "行政复议", "column": "总计"}],
        "expected": "0",
        "found": "3",
    } == finding.as_dict()


def test_notes_do_not_mark_the_table_and_errors_and_warnings_do() -> None:
    fmt = formats.find("2021")
    result = check(report_of("2021", {("lic", "dec"): "１", ("doc", "made"): 9, ("rev", "sum"): 3}))

    assert {ref_of(fmt, "rev", "sum"): "①", ref_of(fmt, "doc", "valid"): "②"} == result.marks


def test_a_finding_is_shown_with_the_table_it_concerns() -> None:
    cells = {("lic", "dec"): "", ("rev", "sum"): 3, ("new", "sum"): 3}
    result = check(report_of("2019", cells, year=2021))

    assert {"二": {"C-01"}, "三": {"T3-01", "T3-06"}, "四": {"T4-01"}, "": {"D-08"}} == {
        scope: {finding.rule for finding in result.about(scope).failures}
        for scope in ("二", "三", "四", "")
    }


def test_a_report_is_not_changed_by_being_checked() -> None:
    report = SUQIAN_2023.report()
    before = dict(report.figures)

    check(report)

    assert before == dict(report.figures)
    assert not any(figure.computed for figure in report.figures.values())
