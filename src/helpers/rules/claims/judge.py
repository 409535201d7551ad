"""Claims held against the cells: which accepted reading fits, and what to say where none does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from helpers.figures import plain_number
from helpers.formats import Ref
from helpers.rules.claims.claims import Claim
from helpers.rules.claims.numbers import tidy
from helpers.rules.claims.readings import RULES, Reading, placeholder, readings
from helpers.rules.claims.texts import claims
from helpers.rules.model import Case, Finding, Severity

Verdict = Literal["fits", "unspoken", "misfit", "unknown"]
"""unspoken: fits only figures that the sentence does not announce; unknown: cells are no good."""

REMEDY = "请核对后改正正文或表格{also}。"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim, the readings tried, and the one that decided."""

    claim: Claim
    rule: str
    verdict: Verdict
    reading: Reading
    tried: tuple[Reading, ...]
    reason: str = ""


def judgements(case: Case) -> tuple[Judgement, ...]:
    """Every claim that the tables can answer, held against them, in the order of the text."""
    return case.once(_all_judgements)


def _all_judgements(case: Case) -> tuple[Judgement, ...]:
    """The judgements, worked out."""
    broken = _broken(case)
    return tuple(judged for claim in claims(case) if (judged := _judge(case, claim, broken)))


def rule_of(claim: Claim) -> str:
    """The rule that a claim belongs to."""
    if claim.denied:
        return "N-11"
    if claim.kind in ("dispute", "outcome"):
        return "N-05" if claim.keys == ("rev",) else "N-06"
    return RULES[claim.kind]


def _broken(case: Case) -> dict[Ref, str]:
    """Cells of sums that do not add up, with the rule that says so."""
    found: dict[Ref, str] = {}
    for held in case.diagnosis.held:
        if held.broken:
            for ref in held.operands.refs:
                found.setdefault(ref, held.rule)
    return found


def _judge(case: Case, claim: Claim, broken: dict[Ref, str]) -> Judgement | None:
    tried = readings(case.format, claim)
    if not tried:
        return None
    rule = rule_of(claim)
    unspoken, doubt = None, ""
    for reading in tried:
        value = value_of(case, claim, reading)
        bad = next((ref for ref in reading.refs if ref in case.faulty), None)
        if value is None or bad:
            reason = f"有误，见 {case.faulty[bad]}" if bad else "没有数"
            doubt = doubt or f"所据的格{reason}"
        elif claim.number.agrees(value) and reading.spoken:
            return Judgement(claim, rule, "fits", reading, tried)
        elif claim.number.agrees(value):
            unspoken = reading
    if doubt:
        return Judgement(claim, rule, "unknown", tried[0], tried, doubt)
    wrong = next((broken[ref] for r in tried for ref in r.refs if ref in broken), "")
    if wrong:
        reason = f"所据的格加不平，已由 {wrong} 指出，改正后再核对"
        return Judgement(claim, rule, "unknown", tried[0], tried, reason)
    if unspoken:
        return Judgement(claim, rule, "unspoken", unspoken, tried)
    return Judgement(claim, rule, "misfit", tried[0], tried)


def findings(case: Case, rule: str) -> Iterator[Finding] | None:
    """What a rule says about its claims; None where the text claims nothing of the kind."""
    mine = [judged for judged in judgements(case) if judged.rule == rule]
    return _findings(case, mine) if mine else None


def _findings(case: Case, mine: list[Judgement]) -> Iterator[Finding]:
    said: set[tuple[str, Decimal]] = set()
    for judged in mine:
        key = (judged.claim.piece, judged.claim.number.value)
        if judged.verdict == "fits" or key in said:
            continue
        said.add(key)
        yield _finding(case, judged)


def _finding(case: Case, judged: Judgement) -> Finding:
    claim = judged.claim
    quote = f"正文第{claim.section}部分“{claim.piece}”"
    if judged.verdict == "unknown":
        text = f"{quote}：{judged.reason}，无法核对。"
        return Finding(judged.rule, text, judged.reading.refs, state="not_assessable")
    expected = value_of(case, claim, judged.tried[0]) or Decimal(0)
    written = "；或 ".join(r.written(case.figures) for r in judged.tried if r.spoken)
    if claim.denied:
        text = f"{quote}，表中却是：{written}。"
        return _told(judged, text, expected, "", _reference(case, judged.tried[0]))
    stated = f"{plain_number(claim.number.value)} {claim.number.unit}"
    text = f"{quote}写的 {stated}与表中不符：{written}。"
    cause = ""
    if judged.verdict == "unspoken":
        also = judged.reading.written(case.figures)
        cause = f"这个数正好是 {also}：如果只计已审结的，请在正文里写明。"
    return _told(judged, text, expected, cause, _reference(case, judged.tried[0]))


def _told(judged: Judgement, text: str, expected: Decimal, cause: str, also: str) -> Finding:
    claim = judged.claim
    return Finding(
        judged.rule,
        text,
        judged.tried[0].refs,
        expected=plain_number(expected),
        found=plain_number(claim.number.value),
        cause=cause,
        remedy=REMEDY.format(also=also),
        severity=Severity.WARNING if cause or claim.hedged else Severity.ERROR,
    )


def _reference(case: Case, reading: Reading) -> str:
    path = placeholder(case.format, reading)
    return f"；正文可以写 {path} 直接引用表中的数" if path else ""


def value_of(case: Case, claim: Claim, reading: Reading) -> Decimal | None:
    """What a formula gives in the unit of the claim."""
    value = reading.value(case.figures)
    if value is None:
        return None
    units = {case.format.slots[ref].column.unit for ref in reading.refs}
    return tidy(value * 10_000) if claim.number.unit == "元" and units == {"万元"} else value
