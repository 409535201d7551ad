"""Last year's report: the agency's own, or those of the agencies it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from helpers.formats import Ref
from helpers.report import Report
from helpers.rules.history import agency_key
from helpers.rules.model import Case, Finding, unknown
from helpers.rules.standing import leader, waiting


def predecessors(case: Case) -> tuple[Report, ...]:
    """The reports on the year before, one an agency: several after a merger."""
    found: dict[str, Report] = {}
    for report in case.around.earlier:
        if report.year == case.report.year - 1:
            found.setdefault(agency_key(report.agency.name), report)
    return tuple(found.values())


def absent(case: Case) -> tuple[str, ...]:
    """The former agencies whose report on the year before is not at hand.

    None is missed where the agency reported under its own name already.
    """
    names = {agency_key(report.agency.name) for report in predecessors(case)}
    if not names or agency_key(case.report.agency.name) in names:
        return ()
    return tuple(name for name in case.report.agency.formerly if agency_key(name) not in names)


def no_previous(case: Case, rule_id: str) -> Finding:
    """What a rule answers that needs last year's report and has none."""
    wanted = case.report.year - 1
    if case.around.lookalike:
        name = case.around.lookalike
        text = f"往年报告里没有“{case.report.agency.name}”{wanted} 年度的，却有“{name}”的，"
        text += "是不是名称写错？改过名的，在 agency 的 formerly 中写明原名。"
    elif not case.around.history:
        text = f"缺上年（{wanted} 年度）报告，无法核对：用 --history 给出往年报告所在的文件夹。"
    else:
        text = f"往年报告中没有本机关 {wanted} 年度的报告，无法核对"
        text += "（改过名或合并过的，在 agency 的 formerly 中写明原名）。"
    return unknown(rule_id, text)


def only_previous(case: Case, rule_id: str) -> Report | Finding:
    """Last year's report, or why there is not exactly one."""
    past = predecessors(case)
    if not past:
        return no_previous(case, rule_id)
    if len(past) > 1:
        names = "、".join(report.agency.name for report in past)
        return unknown(rule_id, f"上年有 {len(past)} 份报告（{names}），合并核对，见 Y-11。")
    return past[0]


def same_format(case: Case, past: Sequence[Report]) -> bool:
    """Whether 表二 of all these years speaks of the same things."""
    return all(report.format.code == case.format.code for report in past)


def past_value(past: Sequence[Report], row: str, column: str, table: str) -> Decimal | None:
    """A figure of last year by its codes, added up over these reports; None where one lacks it."""
    total = Decimal(0)
    for report in past:
        value = report.complete.value(report.format.ref(row, column, table))
        if value is None:
            return None
        total += value
    return total


def lacking(case: Case, rule_id: str, row: str) -> Finding:
    """What a rule answers where last year's report has no such figure."""
    return unknown(rule_id, f"{said_by(case)}“{row}”没有数，无法核对。")


def said_by(case: Case) -> str:
    """How a message calls last year's report."""
    return f"上年（{case.report.year - 1} 年度）报告"


def whose(case: Case, past: Sequence[Report]) -> str:
    """How a message calls last year's report, or the reports of several former agencies."""
    if len(past) == 1:
        return said_by(case)
    return f"{len(past)} 个前身机关上年（{case.report.year - 1} 年度）报告"


def cannot_say(case: Case, rule_id: str, *refs: Ref) -> Finding | None:
    """Why a difference to last year proves nothing by itself, None where it does."""
    led, missing = leader(case, *refs), absent(case)
    if led:
        return waiting(rule_id, led)
    if missing:
        names = "、".join(missing)
        return unknown(rule_id, f"缺前身机关（{names}）的上年报告，数不相符也无法核对。")
    return None
