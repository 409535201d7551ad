"""Rules between the tables, and between tables and text: X, and what the text says of fees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from helpers.report import Report
from helpers.rules import Severity
from helpers.rules.fees import FeeFacts, fee_facts
from helpers.rules.model import Case
from real_figures import SHUYANG_2025, SUQIAN_2023, SUQIAN_2024
from rule_cases import ended, findings_of, of_agency, real, requests, result_of, says

Cells = Mapping[tuple[str, str], object]

# --- what the text says of 信息处理费 -------------------------------------------------------


def facts(text: str, section: str = "六") -> tuple[int | None, str | None, str | None]:
    """Notices, notified and received as the text says them."""
    found = fee_facts(Case(of_agency(texts={section: text})))
    shown = [None if m is None else f"{m.normalize():f}" for m in (found.notified, found.received)]
    return found.notices, shown[0], shown[1]


@pytest.mark.parametrize(
    ("text", "notices", "notified", "received"),
    [
        ("2024年有3件申请收取信息处理费2230元。", None, None, "2230"),
        ("对25件申请收取了信息处理费2950元：甲区1件420元，乙区2件290元。", None, None, "2950"),
        ("全县收取信息处理费380元，均由民政局1件收取，计380元", None, None, "380"),
        ("2024 年有 1 件申请收取信息处理费 380 元。", None, None, "380"),
        (
            "依据《政府信息公开信息处理费管理办法》规定，2024年全市实际收取信息处理费共计400元。",
            None,
            None,
            "400",
        ),
        ("本年度办理申请未收取任何费用。信息处理费为0元。", None, None, "0"),
        ("（二）收取信息处理费的情况\n\n本年度办理申请未收取任何费用。", None, None, "0"),
        ("本年度未收取信息处理费。", None, None, "0"),
        ("本年度没有收取信息处理费的情况。", None, None, "0"),
        ("无信息处理费收取情况。", None, None, "0"),
        ("信息处理费情况：无。", None, None, "0"),
        ("信息处理费收取金额为０元。", None, None, "0"),
        (
            "发出收费通知12件，总金额1.2万元，实际收取信息处理费3,000元。",
            12,
            "12000",
            "3000",
        ),
        ("发出收费通知的件数0件、总金额0元、实际收取0元。", 0, "0", "0"),
        ("全年共发出38份信息处理费收费通知，涉及金额5000元，实际收取2230元。", 38, "5000", "2230"),
        ("本年度未发出收费通知，未产生信息处理费。", 0, None, "0"),
        ("共发出收费通知5件，其中市直发出收费通知2件。", 5, None, None),
        ("10件申请人逾期未按收费通知要求缴纳费用。", None, None, None),
        ("信息处理费按件计收100元/件。", None, None, None),
        ("应收取信息处理费500元。", None, None, None),
        ("未发现违规收取信息处理费的情况。", None, None, None),
        ("2023年收取信息处理费200元。", None, None, None),
        ("收取信息处理费约200余元。", None, None, None),
        ("本年度收取复印费200元。", None, None, None),
        ("联系电话：0527-84368000。", None, None, None),
    ],
)
def test_what_a_sentence_says_of_notices_and_money(
    text: str, notices: int | None, notified: str | None, received: str | None
) -> None:
    assert (notices, notified, received) == facts(text)


def test_section_one_counts_where_section_six_is_silent() -> None:
    assert facts("本年度未收取信息处理费。", "一") == (None, None, "0")
    both = of_agency(texts={"一": "收取信息处理费5元。", "六": "收取信息处理费7元。"})
    assert fee_facts(Case(both)).received == Decimal(7)
    assert fee_facts(Case(of_agency())) == FeeFacts()


# --- X-01 ----------------------------------------------------------------------------------

UNPAID = (
    "表三“（六）其他处理2.申请人逾期未按收费通知要求缴纳费用、"
    "行政机关不再处理其政府信息公开申请”行“总计”列为 3 件，"
)


def unpaid(text: str | None, cells: Cells | None = None) -> Report:
    """Three requests dropped because the fee was not paid."""
    rows = {"new": 3, "oth2": 3, "total": 3}
    found = {(row, column): n for row, n in rows.items() for column in ("nat", "sum")}
    return of_agency({**found, **(cells or {})}, texts={"六": text} if text else {})


@pytest.mark.parametrize("number", [3, 4])
def test_x01_enough_notices(number: int) -> None:
    assert ended("X-01", unpaid(f"发出收费通知{number}件，总金额900元，实际收取0元。")) == "pass"


@pytest.mark.parametrize(
    ("text", "number"), [("发出收费通知2件，未收到费用。", 2), ("本年度未发出收费通知。", 0)]
)
def test_x01_fewer_notices_than_requests_dropped(text: str, number: int) -> None:
    (finding,) = findings_of("X-01", unpaid(text))

    assert finding.full_message == (
        f"{UNPAID}正文写明的收费通知只有 {number} 件，少 {3 - number}。"
        "请核对件数；上年发出、本年到期的，在 explanations 中说明。"
    )
    assert ("≥3", str(number), Severity.EXPLAINABLE) == (
        finding.expected,
        finding.found,
        finding.severity,
    )


def test_x01_notices_that_are_not_counted_are_a_warning() -> None:
    """Published reports state the money and leave the notices out: worth a word, no error."""
    (finding,) = findings_of("X-01", unpaid("本年度未收取信息处理费。"))

    assert finding.full_message == (
        f"{UNPAID}说明发出过收费通知，正文却没有写收费通知的件数。"
        "请在第六部分写明发出收费通知的件数、总金额和实际收取的金额。"
    )
    assert finding.severity is Severity.WARNING


def test_x01_without_a_word_about_fees_waits_for_the_section() -> None:
    assert says("X-01", unpaid(None), state="not_assessable") == [
        f"{UNPAID}正文没有写信息处理费的情况，无法核对。"
    ]
    assert ended("X-01", of_agency()) == "pass"
    assert ended("X-01", of_agency(code="2019")) == "not_applicable"


def test_x01_waits_for_a_broken_sum() -> None:
    report = unpaid("本年度未发出收费通知。", {("oth2", "sum"): 5})

    assert [finding.rule for finding in result_of(report).blocking] == ["T3-01"]
    assert ended("X-01", report) == "not_assessable"


# --- X-02, X-03 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("发出收费通知3件，总金额900元，实际收取900元。", []),
        ("本年度未收取信息处理费。", []),
        (
            "发出收费通知3件，总金额900元，实际收取1200元。",
            [
                (
                    "正文写实际收取信息处理费 1200 元，超过收费通知的总金额 900 元，多 300 元。"
                    "请核对两个金额；含上年通知、本年缴纳的，在 explanations 中说明。"
                )
            ],
        ),
        (
            "未发出收费通知，实际收取信息处理费500元。",
            [
                (
                    "正文写实际收取信息处理费 500 元，收费通知却是 0 件。"
                    "请在第六部分写明发出收费通知的件数、总金额和实际收取的金额。"
                )
            ],
        ),
    ],
)
def test_x02_money_comes_in_only_for_notices(text: str, told: list[str]) -> None:
    assert told == says("X-02", of_agency({("fee", "amt"): 1}, texts={"六": text}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("收取信息处理费500元。", "正文没有写收费通知的件数和总金额，无法核对。"),
        ("", "正文没有写实际收取信息处理费的金额，无法核对。"),
    ],
)
def test_x02_says_what_is_missing(text: str, why: str) -> None:
    assert says("X-02", of_agency(texts={"六": text}), state="not_assessable") == [why]
    assert ended("X-02", of_agency(code="2019", year=2020)) == "not_applicable"


def test_x02_one_wrong_number_of_notices_is_told_once() -> None:
    report = unpaid("未发出收费通知，实际收取信息处理费500元。")

    assert [finding.rule for finding in result_of(report).blocking] == ["X-01"]
    assert ended("X-02", report) == "not_assessable"


@pytest.mark.parametrize(
    ("amount", "fires"),
    [("0.05", False), ("3", False), ("0.049", False), ("0", True), ("0.02", True)],
)
def test_x03_the_fee_is_one_of_the_fees_of_the_table(amount: str, fires: bool) -> None:
    """An amount rounded to its printed decimals is no difference."""
    text = "实际收取信息处理费495元。" if amount == "0.049" else "实际收取信息处理费500元。"
    sentence = (
        "正文写实际收取信息处理费 500 元（0.05 万元），"
        f"大于表二“行政事业性收费”行“本年收费金额（单位：万元）”列的 {amount} 万元。"
        "信息处理费也是这一类收费，请核对表二是否漏计，或金额、单位有误。"
    )

    found = says("X-03", of_agency({("fee", "amt"): amount}, texts={"六": text}))

    assert found == ([sentence] if fires else [])
    assert ended("X-03", of_agency()) == "not_assessable"


def test_fees_of_a_licensing_bureau_say_nothing_about_the_information_fee() -> None:
    """X-06: 表二 holds all fees; a bureau that charges licences need not charge for information."""
    report = of_agency({("fee", "amt"): "4068.208"}, texts={"六": "本年度未收取信息处理费。"})

    assert [ended(rule, report) for rule in ("X-01", "X-02", "X-03")] == ["pass"] * 3


# --- X-04, X-05 ----------------------------------------------------------------------------

REVIEW: Cells = {("rev", "keep"): 1, ("rev", "sum"): 1}


def test_x04_a_review_without_any_request() -> None:
    assert says("X-04", of_agency(REVIEW), [of_agency(year=2023)]) == [
        (
            "表三没有新收和上年结转的申请，上年（2023 年度）报告也没有办结的申请，"
            "表四“行政复议”和“行政诉讼未经复议直接起诉”却共有 1 件。"
            "请核对；因主动公开等原因引起的，在正文中写明来由。"
        )
    ]
    assert ended("X-05", of_agency(REVIEW), [of_agency(year=2023)]) == "not_assessable"
    assert ended("X-04", of_agency(REVIEW)) == "not_assessable"


@pytest.mark.parametrize(
    "before", [requests(2, 0, 2, 0), {("rev", "pend"): 1, ("rev", "sum"): 1}], ids=str
)
def test_x04_last_years_requests_or_pending_cases_account_for_it(before: Cells) -> None:
    earlier = [of_agency(before, year=2023)]

    assert [ended(rule, of_agency(REVIEW), earlier) for rule in ("X-04", "X-05")] == ["pass"] * 2


def test_x04_waits_for_t4_01() -> None:
    report = of_agency({("rev", "sum"): 3})

    assert says("X-04", report, [of_agency(year=2023)], "not_assessable") == [
        "所据的数已由 T4-01 指出，改正后再核对。"
    ]


def test_x05_more_disputes_than_requests() -> None:
    now = of_agency({**requests(3, 0, 2, 1), ("dir", "fix"): 9, ("dir", "sum"): 9})

    assert says("X-05", now, [of_agency(requests(4, 0, 4, 0), year=2023)]) == [
        (
            "表四“行政复议”和“行政诉讼未经复议直接起诉”共 9 件，"
            "多于本年办结 2、上年办结 4 与结转下年 1 之和 7 件。"
            "请核对表三、表四；一件申请引起多件案件的，在正文中说明。"
        )
    ]
    assert ended("X-05", now, [of_agency(requests(6, 0, 6, 0), year=2023)]) == "pass"
    assert ended("X-05", now) == "not_assessable"
    assert ended("X-05", of_agency(requests(9, 0, 9, 0))) == "pass"


# --- X-07 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("全年公布行政规范性文件6件。", None),
        ("主动公开规范性文件32件。", None),
        ("主动公开市政府和市政府办公厅行政规范性文件42件。", None),
        ("累计公开行政规范性文件42件。", None),
        ("发布行政规范性文件42件次。", None),
        ("发布各类信息46106条。", None),
        ("全年公布行政规范性文件 8 件。", "公布行政规范性文件8件"),
        ("发布规范性文件7份，解读政策9件。", "发布规范性文件7份"),
    ],
)
def test_x07_documents_the_text_says_were_published(text: str, claim: str | None) -> None:
    report = of_agency({("doc", "made"): 6, ("doc", "valid"): 32}, texts={"一": text})
    sentence = (
        f"正文写“{claim}”，表二“行政规范性文件”行“本年制发件数”6、“现行有效件数”32，都不相符。"
        "请核对正文和表二；公布的含以往文件的，在正文中写清。"
    )

    assert says("X-07", report) == ([sentence] if claim else [])
    assert ended("X-07", of_agency()) == "not_assessable"


# --- real reports --------------------------------------------------------------------------


def test_real_sentences_about_fees_raise_no_error() -> None:
    """They state money and leave the notices out, which is said as a warning."""
    for report, earlier in (
        (real(SUQIAN_2024), [real(SUQIAN_2023)]),
        (real(SHUYANG_2025), []),
    ):
        result = result_of(report, earlier)
        assert result.blocking == ()
        assert [(f.rule, f.severity) for f in result.failures if f.rule[0] == "X"] == [
            ("X-01", Severity.WARNING)
        ]
