"""What the tests of rules across years and texts share: reports with history and with text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, Finding, Result, Severity, Surroundings, check
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
