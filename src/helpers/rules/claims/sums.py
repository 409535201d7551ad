"""Numbers of the text that should add up among themselves (N-08, N-09, N-10, N-22)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.figures import plain_number
from helpers.rules.catalogue import rule
from helpers.rules.claims.claims import Claim, Sentence
from helpers.rules.claims.judge import judgements
from helpers.rules.claims.listings import Listing, all_listings
from helpers.rules.claims.texts import sentences
from helpers.rules.model import Case, Finding, Severity

_REQUESTS = frozenset({"received", "new", "taken", "handled", "finished", "result"})
_LONGEST = 60


def _rule_of(sentence: Sentence, listing: Listing) -> str:
    """Which rule a list belongs to, by what its total counts; "" where others see to it."""
    claimed = {claim.at: claim for claim in sentence.claims}
    total = claimed.get(listing.words[listing.total].start)
    named = listing.roles_of(listing.total)
    if total and total.kind in _REQUESTS:
        if all(listing.words[part].start in claimed for part in listing.parts):
            return ""  # each is held against the tables
        ways = [listing.roles_of(part) & {"online", "offline"} for part in listing.parts]
        return "N-10" if all(ways) and set.union(*ways) == {"online", "offline"} else "N-08"
    return "" if {"proposal", "motion"} & named else "N-09"


def _listed(case: Case, rule_id: str) -> Iterator[Finding] | None:
    found = [
        (sentence, listing)
        for sentence, listing in all_listings(case)
        if _rule_of(sentence, listing) == rule_id
    ]
    return (_wrong(rule_id, s, listing) for s, listing in found if listing.wrong) if found else None


def _wrong(rule_id: str, sentence: Sentence, listing: Listing) -> Finding:
    stated, summed = listing.stated, listing.summed
    parts = " + ".join(plain_number(_number(listing, part)) for part in listing.parts)
    unit = listing.words[listing.total].text.lstrip("0123456789.百千万亿")
    begin = max(0, listing.words[listing.total].start - 20)
    quote = sentence.text[begin:][:_LONGEST]
    text = (
        f"正文第{sentence.section}部分“{quote}…”：各分项 {parts} = {plain_number(summed)} {unit}，"
    )
    more = "多" if summed > stated else "少"
    text += f"总数写的是 {plain_number(stated)} {unit}，分项合计{more} {abs(summed - stated):f}。"
    return Finding(
        rule_id,
        text,
        expected=plain_number(summed),
        found=plain_number(stated),
        remedy="请核对总数和各分项；分项没有列全的，请写明“等”或补全。",
        severity=Severity.WARNING,
    )


def _number(listing: Listing, part: int) -> Decimal:
    number = listing.words[part].number
    return number.value if number else Decimal(0)


@rule(
    "N-08",
    Severity.ERROR,
    "",
    "正文所列办理结果、申请人等分项之和与所写申请总数一致",
    "六类办理结果之和 = 办结数；自然人 + 法人或其他组织 = 收到（受理、收办）数；括号内之和 = 总数",
)
def listed_results(case: Case) -> Iterator[Finding] | None:
    """Parts of the requests against their total, both as the text gives them."""
    groups = [found for s in sentences(case) if (found := _people(s) or _results(case, s))]
    listed = _listed(case, "N-08")
    if not groups and listed is None:
        return None
    return _all_listed(case, groups, listed)


def _all_listed(
    case: Case, groups: list[tuple[Claim, list[Claim]]], listed: Iterator[Finding] | None
) -> Iterator[Finding]:
    verdicts = {(j.claim.sentence, j.claim.at): j.verdict for j in judgements(case)}
    yield from listed or ()
    for total, parts in groups:
        summed = sum((part.number.value for part in parts), Decimal(0))
        if summed == total.number.value:
            continue
        ended = {verdicts.get((c.sentence, c.at), "") for c in (total, *parts)}
        as_printed = parts[0].kind == "result" and ended == {"fits"}
        if "misfit" in ended or as_printed:
            who = "T3-02" if as_printed else "N-01、N-03 或 N-07"
            text = f"“{total.piece}”与分项不等，已由 {who} 指出，改正后再核对。"
            yield Finding("N-08", text, state="not_assessable")
            continue
        written = " + ".join(plain_number(part.number.value) for part in parts)
        yield Finding(
            "N-08",
            f"正文第{total.section}部分“{total.piece}”，所列各项却是 {written} = "
            f"{plain_number(summed)} 件。",
            expected=plain_number(summed),
            found=plain_number(total.number.value),
            remedy="请核对总数和各分项，并使它们按同一口径（是否含上年结转）填写。",
            severity=Severity.ERROR if parts[0].kind == "result" else Severity.WARNING,
        )


def _people(sentence: Sentence) -> tuple[Claim, list[Claim]] | None:
    """A received total and the two groups of applicants that make it up."""
    total = next((c for c in sentence.claims if c.kind in ("received", "new", "taken")), None)
    parts = [claim for claim in sentence.claims if claim.kind == "applicant"]
    columns = [key for part in parts for key in part.people]
    if total is None or len(columns) != len(set(columns)):
        return None
    complete = len(columns) > len(parts) and {"nat", "ent", "oth"} <= set(columns)
    return (total, parts) if complete else None


def _results(case: Case, sentence: Sentence) -> tuple[Claim, list[Claim]] | None:
    """A finished total and results that name every row of the table."""
    total = next((c for c in sentence.claims if c.kind in ("finished", "handled")), None)
    parts = [claim for claim in sentence.claims if claim.kind == "result"]
    keys = [key for part in parts for key in part.keys]
    top = next((t for t in case.format.tables if ("open", "sum") in t.by_key), None)
    if total is None or top is None or len(keys) != len(set(keys)):
        return None
    block = top.slots[top.by_key["open", "sum"]].block
    rows = {line.key for line in block.lines if line.groups} - block.total_rows
    return (total, parts) if set(keys) == rows else None


@rule(
    "N-09",
    Severity.WARNING,
    "",
    "正文所列公开信息等的分项之和与所写总数一致",
    "列全的分项（以“其他”收尾或在括号内并列）之和 = 总数；分项之和不超过总数",
)
def listed_items(case: Case) -> Iterator[Finding] | None:
    """Parts of anything else against their total."""
    return _listed(case, "N-09")


@rule(
    "N-10",
    Severity.WARNING,
    "",
    "正文所列各渠道收到的申请数之和与所写总数一致",
    "线上 + 线下（信函、当面等）= 收到申请数",
)
def listed_channels(case: Case) -> Iterator[Finding] | None:
    """Requests by channel against the requests received."""
    return _listed(case, "N-10")
