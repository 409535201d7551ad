"""What the tests of rules across years and texts share: reports with history and with text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, Finding, Result, Severity, Surroundings, check
from real_figures import PINGTAN_2019, PINGTAN_2020, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024, Facts
from strategies import report_of

SHUYANG_2025 = Facts(
    "沭阳县人民政府",
    2025,
    "2021",
    """
    规章 0 0 0
    行政规范性文件 6 1 32
    行政许可 517645
    行政处罚 693957
    行政强制 2154
    行政事业性收费 4068.208
    """,
    """
    新收 705 3 0 0 5 0 713
    上年结转 36 0 0 0 0 0 36
    予以公开 290 1 0 0 3 0 294
    部分公开 99 0 0 0 2 0 101
    不予公开3 2 0 0 0 0 0 2
    不予公开4 2 0 0 0 0 0 2
    不予公开5 13 0 0 0 0 0 13
    不予公开6 2 0 0 0 0 0 2
    不予公开7 4 0 0 0 0 0 4
    不予公开8 9 0 0 0 0 0 9
    无法提供1 111 0 0 0 0 0 111
    无法提供2 2 0 0 0 0 0 2
    不予处理1 12 0 0 0 0 0 12
    不予处理2 6 1 0 0 0 0 7
    其他处理1 9 0 0 0 0 0 9
    其他处理2 7 0 0 0 0 0 7
    其他处理3 142 1 0 0 0 0 143
    总计 710 3 0 0 5 0 718
    结转下年 31 0 0 0 0 0 31
    """,
    """
    复议 27 10 9 15 61
    直诉 3 0 0 0 3
    后诉 8 0 1 1 10
    """,
    published="2026-01-23",
)

TEXTS = {
    SUQIAN_2023: {
        "一": "2023年全市共收到政府信息公开申请3607件，同比增长70.3%。自然人申请3493件，"
        "其他处理341件，结转下年度121件。",
        "六": "2023年有25件申请收取了信息处理费2950元。",
    },
    SUQIAN_2024: {
        "一": "2024年全市共收到政府信息公开申请3646件，同比增长1.05%。"
        "其他处理469件，结转下年度125件。",
        "六": "2024年收取信息处理费的申请有3件，共收取信息处理费2230元。",
    },
    PINGTAN_2019: {},
    PINGTAN_2020: {},
    PINGTAN_2021: {"一": "2021年全区共收到申请70件，年内办结69件，结转下年度1件。"},
    SHUYANG_2025: {
        "一": "2025年全县共收到政府信息公开申请 749 件，共办理 718 件，结转下一年 31 件。",
        "六": "全县收取信息处理费380元，均由民政局1件收取，计380元。",
    },
}
"""What these reports told of their figures, in our own words."""


def real(facts: Facts) -> Report:
    """A published report with the sentences that concern its tables."""
    return replace(facts.report(), narrative=TEXTS[facts])


def of_agency(
    changes: Mapping[tuple[str, str], object] | None = None,
    *,
    year: int = 2024,
    code: str = "2021",
    texts: Mapping[str, str] | None = None,
    published: date | None = None,
    **agency: object,
) -> Report:
    """A report of zeros but for some cells, of an agency and year of choice, with text."""
    report = report_of(code, changes, year=year)
    who = Agency.model_validate({"name": "某某县民政局", **agency})
    return replace(report, agency=who, narrative=texts or {}, published=published)


ON_TEXT = {
    rule: Severity.OFF
    for rule in CATALOGUE
    if rule.split("-")[0] in ("B", "D", "N", "R") and rule not in ("D-07", "D-08")
}
"""Rules about how the text is written, which these bare reports have little of, are off."""


def result_of(report: Report, earlier: Sequence[Report] = (), *, history: bool = True) -> Result:
    """The rules about figures held against a report with its history."""
    return check(report, ON_TEXT, Surroundings(tuple(earlier), history))


def findings_of(
    rule: str, report: Report, earlier: Sequence[Report] = (), state: str = "fail"
) -> list[Finding]:
    """What one rule finds."""
    found = result_of(report, earlier).findings
    return [f for f in found if f.rule == rule and f.state == state]


def says(
    rule: str, report: Report, earlier: Sequence[Report] = (), state: str = "fail"
) -> list[str]:
    """The sentences of one rule, remedy included."""
    return [finding.full_message for finding in findings_of(rule, report, earlier, state)]


def ended(rule: str, report: Report, earlier: Sequence[Report] = ()) -> str:
    """How one rule ended."""
    outcomes = result_of(report, earlier).outcomes
    return next(outcome.state for outcome in outcomes if outcome.rule.id == rule)


def requests(
    new: int = 0, carried: int = 0, closed: int = 0, left: int = 0, column: str = "nat"
) -> dict[tuple[str, str], object]:
    """Numbers of 表三 that add up: everything of one kind of applicant, all closed as 公开."""
    rows = {"new": new, "carry_in": carried, "open": closed, "total": closed, "carry_out": left}
    return {(row, key): n for row, n in rows.items() for key in (column, "sum")}
