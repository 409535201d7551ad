"""Changes from last year that a slip would explain better than the work (Y-06, Y-07)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.percent import half_up
from helpers.report import Report
from helpers.rules import words
from helpers.rules.before import lacking, only_previous, past_value, said_by, same_format
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.slips import money_in_yuan
from helpers.rules.standing import addresses, leader, values, waiting

_BASE, _FACTOR = Decimal(20), Decimal(5)
_COUNTS = (
    *(("二", row, "dec") for row in ("lic", "svc", "pen", "frc")),
    *(("二", row, column) for row in ("doc", "proc") for column in ("made", "created", "items")),
    *(("三", row, "sum") for row in ("new", "total")),
    *(("四", row, "sum") for row in ("rev", "dir", "post")),
)
"""What no identity with last year protects; single results move too much to say anything."""


@rule(
    "Y-06",
    Severity.WARNING,
    "",
    "主要数字与上年相比没有陡增陡降",
    "上年 ÷ 5 ≤ 本年 ≤ 上年 × 5（不足 20 按 20 计）：处理决定、制发、新收、办结、复议诉讼",
)
def steep_change(case: Case) -> Iterator[Finding] | None:
    """A main count five times as large, or a fifth."""
    known = [key for key in _COUNTS if case.format.ref(key[1], key[2], key[0])]
    return _steep_change(case, known) if known else None


def _steep_change(case: Case, keys: list[tuple[str, str, str]]) -> Iterator[Finding]:
    past = only_previous(case, "Y-06")
    if isinstance(past, Finding):
        yield past
        return
    lost: list[Finding] = []
    for table, row, column in keys:
        ref = case.format.ref(row, column, table)
        if ref is None or (table == "二" and not same_format(case, (past,))):
            continue
        found, before = values(case, "Y-06", ref), past_value((past,), row, column, table)
        if isinstance(found, Finding):
            lost.append(found)
        elif before is None:
            lost.append(lacking(case, "Y-06", ref.row))
        elif _steep(before, found[0]):
            led = leader(case, ref)
            yield waiting("Y-06", led) if led else _steep_finding(case, ref, before, found[0])
    yield from lost[:1]


def _steep(before: Decimal, now: Decimal) -> bool:
    return now > _FACTOR * max(before, _BASE) or (before >= _BASE and _FACTOR * now < before)


def _steep_finding(case: Case, ref: Ref, before: Decimal, now: Decimal) -> Finding:
    text = f"{words.place(case.format, ref)}为 {words.amount(now)}，{said_by(case)}为 "
    text += f"{words.amount(before)}，{_times(before, now)}。"
    remedy = "请核对是否多填、少填了数位或统计范围有变化；属实的，在正文中说明原因。"
    return Finding("Y-06", text, (ref,), found=words.amount(now), remedy=remedy)


def _times(before: Decimal, now: Decimal) -> str:
    if not before:
        return "由无到有"
    if now > before:
        return f"是上年的 {words.amount(half_up(now / before))} 倍"
    return f"只有上年的 {words.amount(half_up(100 * now / before))}%"


@rule(
    "Y-07",
    Severity.WARNING,
    "二",
    "收费金额与上年相比没有差出 100、1000 或 10000 倍",
    "本年 ÷ 上年 不接近 10²、10³、10⁴ 或其倒数",
)
def unit_slip(case: Case) -> Iterator[Finding] | None:
    """元 and 万元 confused, or the decimal point lost."""
    refs = addresses(case.format, "二", ("fee", "amt"))
    past = only_previous(case, "Y-07")
    if refs is None or (isinstance(past, Report) and not same_format(case, (past,))):
        return None
    return iter((past,)) if isinstance(past, Finding) else _unit_slip(case, refs[0], past)


def _unit_slip(case: Case, ref: Ref, past: Report) -> Iterator[Finding]:
    found, before = values(case, "Y-07", ref), past_value((past,), "fee", "amt", "二")
    if isinstance(found, Finding):
        yield found
    elif before is None:
        yield lacking(case, "Y-07", ref.row)
    elif found[0] > 0 and before > 0 and max(found[0], before) >= 1:
        power = _power(found[0] / before)
        if any(ref in finding.cells for finding in money_in_yuan(case) or ()):
            yield waiting("Y-07", "C-08")
        elif power:
            now, was = words.amount(found[0]), words.amount(before)
            times = f"约为上年的 {10**power} 倍" if power > 0 else f"约为上年的 1/{10**-power}"
            text = f"{words.place(case.format, ref)}为 {now} 万元，{said_by(case)}为 {was} 万元，"
            cause = "疑为元、万元混用或小数点错位。"
            yield Finding("Y-07", f"{text}{times}。", (ref,), "", now, cause, "请核对单位和金额。")


def _power(ratio: Decimal) -> int:
    """The power of ten a ratio is near to (within a fifth of a decade; 10⁴ within half), else 0."""
    exponent = ratio.log10()
    nearest = int(exponent.to_integral_value())
    reach = Decimal("0.5") if abs(nearest) == 4 else Decimal("0.2")
    return nearest if 2 <= abs(nearest) <= 4 and abs(exponent - nearest) <= reach else 0
