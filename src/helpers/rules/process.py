"""When the report was published (PR-01 … PR-03).

A date that has passed cannot be corrected, and to stop the documents would only make them later
still: these errors can be explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from helpers.report import chinese_date
from helpers.rules.catalogue import rule
from helpers.rules.kinds import kind_of
from helpers.rules.model import EVERY_KIND, Case, Finding, Severity, unknown

_NO_DATE = "没有写明公布日期，无法核对。"
_LATE = "请核对日期；确已逾期的，在 explanations 中说明原因。"


@rule(
    "PR-01",
    Severity.EXPLAINABLE,
    "",
    "政府部门在次年 1 月 31 日前公布年度报告",
    "公布日期 ≤ 次年 1 月 31 日（条例第四十九条第一款）",
)
def department_on_time(case: Case) -> Iterator[Finding] | None:
    """A department publishes by the end of January."""
    kind = kind_of(case.report.agency)
    return _by(case, "PR-01", "部门") if kind in ("", "部门") else None


@rule(
    "PR-02",
    Severity.EXPLAINABLE,
    "",
    "县级以上人民政府在次年 3 月 31 日前公布年度报告",
    "公布日期 ≤ 次年 3 月 31 日（条例第四十九条第二款）",
)
def government_on_time(case: Case) -> Iterator[Finding] | None:
    """A government publishes by the end of March."""
    kind = kind_of(case.report.agency)
    return _by(case, "PR-02", "政府") if kind in ("", "政府") else None


@rule(
    "PR-03",
    Severity.WARNING,
    "",
    "在当地规定的期限前公布年度报告（没有规定的不适用）",
    "公布日期 ≤ 设置文件 [deadlines] 中该类机关（或“全部”）的月、日，次年",
)
def on_time_here(case: Case) -> Iterator[Finding] | None:
    """The report is out by the day the office above has set."""
    days = case.around.deadlines
    kind = kind_of(case.report.agency)
    due = days.get(kind) or days.get(EVERY_KIND)
    if due is not None:
        return _by_local_day(case, date(case.report.year + 1, *due))
    return _kind_unknown() if days and not kind else None


def _kind_unknown() -> Iterator[Finding]:
    text = "机关类型不明，不知道用哪一个期限，请在 agency 的 kind 中写明。"
    yield unknown("PR-03", text)


def _by_local_day(case: Case, due: date) -> Iterator[Finding]:
    day = case.report.published
    if day is None:
        yield unknown("PR-03", _NO_DATE)
    elif day > due:
        late = (day - due).days
        text = f"公布日期为 {chinese_date(day)}，晚于当地规定的 {chinese_date(due)} {late} 天。"
        expected = f"≤{due.isoformat()}"
        yield Finding("PR-03", text, (), expected, day.isoformat(), remedy="请核对日期。")


def _by(case: Case, rule_id: str, kind: str) -> Iterator[Finding]:
    day, year = case.report.published, case.report.year + 1
    if day is None:
        yield unknown(rule_id, _NO_DATE)
        return
    due = date(year, 1, 31) if kind == "部门" else date(year, 3, 31)
    if day <= due:
        return
    said = f"公布日期为 {chinese_date(day)}"
    if not kind_of(case.report.agency):
        text = f"{said}，晚于 {chinese_date(due)}；机关类型不明，是{kind}的即为逾期。"
        yield unknown(rule_id, f"{text}请在 agency 的 kind 中写明。")
        return
    late = (day - due).days
    text = f"{said}，应不晚于 {chinese_date(due)}，逾期 {late} 天。"
    yield Finding(rule_id, text, (), f"≤{due.isoformat()}", day.isoformat(), remedy=_LATE)
