"""Changes, rates and repetition in the text (N-16, N-17, N-18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from helpers.figures import plain_number
from helpers.report import Report
from helpers.rules.catalogue import rule
from helpers.rules.claims.claims import Claim
from helpers.rules.claims.judge import judgements
from helpers.rules.claims.readings import readings
from helpers.rules.claims.texts import claims, sentences
from helpers.rules.model import Case, Finding, Severity

_ACROSS_FORMATS = frozenset(
    {
        *("received", "new", "taken", "handled", "finished", "applicant", "carried_in"),
        *("carried_out", "result", "dispute", "outcome"),
    }
)
"""Kinds whose figures mean the same in every format (requests and disputes)."""
_RELATIVE = frozenset({"change", "share", "rate"})
_NEAR = 30
"""Claims before a share that may be the whole it is of."""


@rule(
    "N-16",
    Severity.WARNING,
    "",
    "正文写的比上年增减件数、百分比与两年的数算出来的一致",
    "增减 = 本年 − 上年；百分比 = 增减 ÷ 上年（按正文的精度）",
)
def changes(case: Case) -> Iterator[Finding] | None:
    """Comparisons with last year, computed again from both reports."""
    found = [claim for claim in claims(case) if claim.kind == "change"]
    return _changes(case, found) if found else None


def _changes(case: Case, found: Iterable[Claim]) -> Iterator[Finding]:
    for claim in found:
        quote = f"正文第{claim.section}部分“{claim.piece}”"
        pairs = _pairs(case, claim)
        if case.previous is None:
            text = f"{quote}：没有上年报告，无法核对。"
            yield Finding("N-16", text, state="not_assessable")
        elif not pairs:
            text = f"{quote}：上年或本年报告没有可比的数，无法核对。"
            yield Finding("N-16", text, state="not_assessable")
        elif not any(_agrees(claim, now, before) for now, before in pairs):
            now, before = pairs[0]
            expected = _change(claim, now, before)
            way = "减少" if now < before else "增加"
            text = f"{quote}：上年 {before:f}、本年 {now:f}，应为{way} {expected}。"
            remedy = "请按两年的数重新计算，并使用同一口径。"
            stated = plain_number(claim.number.value) + claim.number.unit
            yield Finding("N-16", text, (), expected, stated, remedy=remedy)


def _pairs(case: Case, claim: Claim) -> list[tuple[Decimal, Decimal]]:
    """What the change is about, this year's and last year's value, by reading; best first."""
    base, previous = claim.base, case.previous
    if base is None or previous is None:
        return []
    if previous.format.code != case.format.code and base.kind not in _ACROSS_FORMATS:
        return []
    tried = zip(readings(case.format, base), readings(previous.format, base), strict=False)
    found = []
    for mine, theirs in tried:
        now, before = mine.value(case.figures), _value(previous, theirs.value(previous.complete))
        if now is not None and before is not None:
            found.append((now, before))
    return sorted(found, key=lambda pair: not base.number.agrees(pair[0]))


def _value(previous: Report, value: Decimal | None) -> Decimal | None:
    return value if previous.complete else None


def _agrees(claim: Claim, now: Decimal, before: Decimal) -> bool:
    down = claim.wording == "down"
    if (now < before) != down and now != before:
        return False
    if claim.number.unit != "%":
        return claim.number.agrees(abs(now - before))
    return bool(before) and claim.number.agrees(abs(now - before) * 100 / before)


def _change(claim: Claim, now: Decimal, before: Decimal) -> str:
    if claim.number.unit != "%":
        return f"{abs(now - before):f} {claim.number.unit}"
    if not before:
        return "（上年为 0，不能算百分比）"
    return f"{(abs(now - before) * 100 / before).quantize(claim.number.step):f}%"


@rule(
    "N-17",
    Severity.WARNING,
    "",
    "正文写的办结率、答复率和占比与表三算出来的一致，且不超过 100%",
    "办结率 =（七）总计 ÷（本年新收 + 上年结转）；占比 = 件数 ÷ 办结数或收到数；各率 ≤ 100%",
)
def rates(case: Case) -> Iterator[Finding] | None:
    """Rates and shares, computed again."""
    found = [claim for claim in claims(case) if claim.kind in ("rate", "share")]
    return _rates(case, found) if found else None


def _rates(case: Case, found: Iterable[Claim]) -> Iterator[Finding]:
    for claim in found:
        quote = f"正文第{claim.section}部分“{claim.piece}”"
        stated = plain_number(claim.number.value) + "%"
        if claim.number.value > 100:
            text = f"{quote}：比率不会超过 100%。"
            yield Finding("N-17", text, (), "≤100%", stated, remedy="请重新计算。")
            continue
        options = _shares(case, claim) if claim.kind == "share" else _finished(case, claim)
        if options is None:
            yield Finding("N-17", f"{quote}：所据的数不全，无法核对。", state="not_assessable")
        elif options and not any(
            claim.number.agrees(part * 100 / whole) for part, whole in options
        ):
            part, whole = options[0]
            expected = f"{(part * 100 / whole).quantize(claim.number.step):f}%"
            text = f"{quote}：{part:f} ÷ {whole:f} = {expected}，与正文不符。"
            remedy = "请重新计算；分母用别的口径的，请在正文里写明。"
            yield Finding("N-17", text, (), expected, stated, remedy=remedy)


def _totals(case: Case) -> dict[str, Decimal] | None:
    found = {}
    for key in ("new", "carry_in", "total", "carry_out"):
        ref = case.format.ref(key, "sum")
        value = case.figures.value(ref)
        if value is None or ref in case.faulty:
            return None
        found[key] = value
    return found


def _finished(case: Case, claim: Claim) -> list[tuple[Decimal, Decimal]] | None:
    """What 办结率 may be: of all requests, or of this year's alone; 按时 says nothing of totals."""
    if claim.wording.startswith(("按", "及时")):
        return []
    totals = _totals(case)
    if totals is None:
        return None
    whole = totals["new"] + totals["carry_in"]
    ways = [(totals["total"], whole), (totals["total"] - totals["carry_in"], totals["new"])]
    return [(part, of) for part, of in ways if of > 0 and part >= 0]


def _shares(case: Case, claim: Claim) -> list[tuple[Decimal, Decimal]] | None:
    """What a share may be of: the requests finished or received, or a total just stated."""
    base = claim.base
    if base is None or base.kind not in ("result", "applicant"):
        return []
    totals = _totals(case)
    if totals is None:
        return None
    near = [
        c for s in sentences(case)[max(0, base.sentence - 3) : claim.sentence] for c in s.claims
    ]
    stated = [c.number.value for c in near[-_NEAR:] if c.kind not in _RELATIVE]
    wholes = [totals["total"], totals["new"] + totals["carry_in"], totals["new"], *stated]
    part = base.number.value
    return [(part, whole) for whole in wholes if whole > 0]


@rule(
    "N-18",
    Severity.ERROR,
    "",
    "同一指标在正文各处写的数一致",
    "同一指标、同一口径的数在一、五、六各部分相等",
)
def repetitions(case: Case) -> Iterator[Finding] | None:
    """The same thing counted in several places."""
    counted = [
        c for c in claims(case) if c.kind not in ("change", "share", "rate") and not c.denied
    ]
    counted.sort(key=_identity)
    groups = [list(group) for _, group in groupby(counted, key=_identity)]
    several = [group for group in groups if len({c.sentence for c in group}) > 1]
    return _repetitions(case, several) if several else None


def _identity(claim: Claim) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
    return claim.kind, claim.keys, claim.people, claim.wording


def _repetitions(case: Case, several: list[list[Claim]]) -> Iterator[Finding]:
    verdicts = {(j.claim.sentence, j.claim.at): j for j in judgements(case)}
    for group in several:
        values = list(dict.fromkeys(c.number.value for c in group))
        if len(values) == 1 or not _distinct(group):
            continue
        judged = [verdicts.get((c.sentence, c.at)) for c in group]
        told = next((j for j in judged if j and j.verdict in ("misfit", "unspoken")), None)
        quotes = "、".join(f"“{c.piece}”" for c in _first_of_each(group))
        if told:
            text = f"{quotes}不一致，已由 {told.rule} 指出，改正后再核对。"
            yield Finding("N-18", text, state="not_assessable")
            continue
        text = f"同一指标在正文里写了不同的数：{quotes}。"
        found = "、".join(map(plain_number, values))
        loose = group[0].kind in _LOOSE
        severity = Severity.WARNING if loose else Severity.ERROR
        remedy = "请统一；口径不同的，请写明各是什么口径。"
        yield Finding("N-18", text, (), "", found, remedy=remedy, severity=severity)


_LOOSE = frozenset(["received", "taken", "handled", "finished", "applicant", "disclosed", "charge"])
"""Kinds that may mean more than one figure, so that two numbers need not contradict."""


def _distinct(group: list[Claim]) -> bool:
    """Whether the numbers differ also at the precision in which they are written."""
    first = group[0].number
    return not all(first.agrees(c.number.value) or c.number.agrees(first.value) for c in group)


def _first_of_each(group: list[Claim]) -> list[Claim]:
    seen: dict[Decimal, Claim] = {}
    for claim in sorted(group, key=lambda c: (c.sentence, c.at)):
        seen.setdefault(claim.number.value, claim)
    return list(seen.values())
