"""The tables against last year's (Y-01 … Y-03, Y-11, Y-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from helpers.formats import Ref
from helpers.report import Report
from helpers.rules import words
from helpers.rules.before import (
    cannot_say,
    lacking,
    no_previous,
    only_previous,
    past_value,
    predecessors,
    said_by,
    same_format,
    whose,
)
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.powers import regulations
from helpers.rules.standing import addresses, leader, values, waiting


@rule(
    "Y-01",
    Severity.EXPLAINABLE,
    "三",
    "上年结转等于上年报告的结转下年度继续办理",
    "上年结转（总计）= 上年报告的结转下年度（总计）",
)
def carried_over(case: Case) -> Iterator[Finding] | None:
    """The same pile of requests on both sides of New Year."""
    ends = _ends(case)
    return _carried(case, ends) if ends else None


def _ends(case: Case) -> tuple[Ref, ...] | None:
    """上年结转 and 结转下年度, all applicants together."""
    return addresses(case.format, "三", ("carry_in", "sum"), ("carry_out", "sum"))


def _carried(case: Case, ends: tuple[Ref, ...]) -> Iterator[Finding]:
    past = only_previous(case, "Y-01")
    if isinstance(past, Finding):
        yield past
    else:
        yield from _carry(case, "Y-01", (past,), ends)


def _carry(
    case: Case, rule_id: str, past: Sequence[Report], ends: tuple[Ref, ...]
) -> Iterator[Finding]:
    ref, source = ends
    found, left = values(case, rule_id, ref), past_value(past, "carry_out", "sum", "三")
    if isinstance(found, Finding):
        yield found
    elif left is None:
        yield lacking(case, rule_id, source.row)
    elif found[0] != left:
        held = cannot_say(case, rule_id, ref)
        if held:
            yield _pointer(case, held, ref, (found[0], left), source) if past else held
            return
        text = f"{words.place(case.format, ref)}填 {words.amount(found[0])}，"
        text += f"{whose(case, past)}“{source.row}”{source.column}为 {words.amount(left)}"
        text += f"{_parts(past, 'carry_out', 'sum', '三')}，{words.difference(found[0], left)}。"
        columns = "、".join(f"“{r.column}”{a}→{b}" for r, a, b in _changed_columns(case, past))
        cause = f"各列与上年不同的：{columns}。" if columns else ""
        both = words.amount(left), words.amount(found[0])
        yield Finding(rule_id, text, (ref,), *both, cause, _reason(rule_id))


def _pointer(
    case: Case, held: Finding, ref: Ref, both: tuple[Decimal, Decimal], source: Ref
) -> Finding:
    """Where a sum does not balance, last year's report tells which part to look at first."""
    led = leader(case, ref)
    if led != "T3-03":
        return held
    now, before = both
    text = f"{words.place(case.format, ref)}填 {words.amount(now)}，{said_by(case)}"
    text += f"“{source.row}”{source.column}为 {words.amount(before)}："
    text += f"{led} 指出的不平，先看这一格。"
    expected, given = words.amount(before), words.amount(now)
    return Finding(held.rule, text, (ref,), expected, given, severity=Severity.NOTE)


def _reason(rule_id: str) -> str:
    return f"请与上年公布的报告核对；确有原因的，在 explanations 中说明（{rule_id}）。"


def _parts(past: Sequence[Report], row: str, column: str, table: str) -> str:
    """Which agency contributes what, where there are several."""
    if len(past) == 1:
        return ""
    parts = ((r.agency.name, past_value((r,), row, column, table) or Decimal(0)) for r in past)
    return "（" + " + ".join(f"{name} {words.amount(value)}" for name, value in parts) + "）"


def _changed_columns(case: Case, past: Sequence[Report]) -> list[tuple[Ref, str, str]]:
    """The applicant columns that differ: address, last year's number, this year's."""
    block = case.format.table("三").blocks[0]
    changed = []
    for column in block.inputs:
        ref = case.format.ref("carry_in", column.key or "", "三")
        now = case.figures.value(ref)
        before = past_value(past, "carry_out", column.key or "", "三")
        if ref and now is not None and before is not None and now != before:
            changed.append((ref, words.amount(before), words.amount(now)))
    return changed


@rule(
    "Y-01b",
    Severity.WARNING,
    "三",
    "上年结转的各类申请人与上年报告的结转下年度相同",
    "上年结转（每列）= 上年报告的结转下年度（同列）",
)
def carried_by_applicant(case: Case) -> Iterator[Finding] | None:
    """The pile is the same, but divided otherwise; a different pile is for Y-01 to tell."""
    ends = _ends(case)
    return _carried_by_applicant(case, ends) if ends else None


def _carried_by_applicant(case: Case, ends: tuple[Ref, ...]) -> Iterator[Finding]:
    target, source = ends
    past = only_previous(case, "Y-01b")
    if isinstance(past, Finding):
        yield past
        return
    columns = case.format.table("三").blocks[0].inputs
    keys = [column.key or "" for column in columns]
    refs = addresses(case.format, "三", *(("carry_in", key) for key in keys)) or ()
    found = values(case, "Y-01b", target, *refs)
    lost = [key for key in keys if past_value((past,), "carry_out", key, "三") is None]
    if isinstance(found, Finding):
        yield found
    elif lost:
        yield lacking(case, "Y-01b", source.row)
    elif any(finding.state == "fail" for finding in _carried(case, ends)):
        yield waiting("Y-01b", "Y-01")
    else:
        changed = _changed_columns(case, (past,))
        led = leader(case, *(ref for ref, _, _ in changed)) if changed else None
        if led:
            yield waiting("Y-01b", led)
        elif changed:
            said = "、".join(f"“{ref.column}”{before}→{now}" for ref, before, now in changed)
            text = f"表三“{target.row}”总计与{said_by(case)}相符，各列却不同：{said}。"
            cells = tuple(ref for ref, _, _ in changed)
            yield Finding("Y-01b", text, cells, remedy="请核对申请人类别是否改变了归类。")


@rule(
    "Y-02",
    Severity.EXPLAINABLE,
    "二",
    "行政规范性文件现行有效件数由上年数加制发减废止得出",
    "现行有效 = 上年报告的现行有效 + 本年制发 − 本年废止",
)
def documents_in_force(case: Case) -> Iterator[Finding] | None:
    """Stock and flow of normative documents."""
    return _stock(case, "Y-02", "doc")


@rule(
    "Y-03",
    Severity.EXPLAINABLE,
    "二",
    "规章现行有效件数由上年数加制发减废止得出",
    "现行有效 = 上年报告的现行有效 + 本年制发 − 本年废止",
)
def regulations_in_force(case: Case) -> Iterator[Finding] | None:
    """Stock and flow of 规章; an agency that cannot make any is for T2-03 to tell."""
    return _stock(case, "Y-03", "reg")


def _stock(case: Case, rule_id: str, row: str) -> Iterator[Finding] | None:
    refs = addresses(case.format, "二", *((row, c) for c in ("valid", "made", "repealed")))
    past = only_previous(case, rule_id)
    if refs is None or (isinstance(past, Report) and not same_format(case, (past,))):
        return None
    if isinstance(past, Finding):
        return iter((past,))
    return _flow(case, rule_id, row, refs, (past,))


def _flow(
    case: Case, rule_id: str, row: str, refs: tuple[Ref, ...], past: Sequence[Report]
) -> Iterator[Finding]:
    found, before = values(case, rule_id, *refs), past_value(past, row, "valid", "二")
    if isinstance(found, Finding):
        yield found
        return
    if before is None:
        yield lacking(case, rule_id, refs[0].row)
        return
    stock, issued, ended = found
    expected = before + issued - ended
    if stock == expected:
        return
    held = cannot_say(case, rule_id, *refs)
    said = {ref for finding in regulations(case) or () for ref in finding.cells}
    if held or said & set(refs):
        yield held or waiting(rule_id, "T2-03")
        return
    valid, made, repealed = refs
    text = f"表二“{valid.row}”行“{valid.column}”填 {words.amount(stock)}，"
    text += f"应为 {words.amount(expected)} = {whose(case, past)} {words.amount(before)}"
    text += f"{_parts(past, row, 'valid', '二')} + {made.column} {words.amount(issued)}"
    text += f" − {repealed.column} {words.amount(ended)}，{words.difference(stock, expected)}。"
    cause = "清理、到期失效或统计口径改变会造成差异。"
    both = words.amount(expected), words.amount(stock)
    yield Finding(rule_id, text, (valid,), *both, cause, _reason(rule_id))


@rule(
    "Y-11",
    Severity.EXPLAINABLE,
    "",
    "合并、划转后的机关承接各前身机关的结转申请和现行有效文件",
    "上年结转 = Σ 前身机关的结转下年度；现行有效 = Σ 前身机关的现行有效 + 制发 − 废止",
)
def taken_over(case: Case) -> Iterator[Finding] | None:
    """After a reform the stocks of last year are those of several agencies together."""
    if not case.report.agency.formerly:
        return None
    past = predecessors(case)
    if not past:
        return iter((no_previous(case, "Y-11"),))
    return _taken_over(case, past) if len(past) > 1 else None


def _taken_over(case: Case, past: Sequence[Report]) -> Iterator[Finding]:
    ends = _ends(case)
    if ends:
        yield from _carry(case, "Y-11", past, ends)
    for row in ("reg", "doc") if same_format(case, past) else ():
        refs = addresses(case.format, "二", *((row, c) for c in ("valid", "made", "repealed")))
        if refs:
            yield from _flow(case, "Y-11", row, refs, past)


@rule(
    "Y-12",
    Severity.NOTE,
    "",
    "两年表格格式不同的，表二不作跨年核对",
    "上年报告的格式 ≠ 本年的格式 ⇒ Y-02、Y-03、Y-07 等不适用",
)
def other_format_before(case: Case) -> Iterator[Finding]:
    """The figures of 表二 mean something else in the other format."""
    past = predecessors(case)
    if not past:
        yield no_previous(case, "Y-12")
    elif not same_format(case, past):
        codes = "、".join(sorted({r.format.code for r in past} - {case.format.code}))
        text = f"{said_by(case)}用 {codes} 年格式，本年用 {case.format.code} 年格式，"
        yield Finding("Y-12", f"{text}表二各项含义不同，不作跨年核对；表三、表四照常核对。")
