"""表四, administrative review and litigation (T4-01 … T4-04, Y-04, Y-05)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.percent import percent
from helpers.rules import words
from helpers.rules.before import (
    cannot_say,
    lacking,
    no_previous,
    past_value,
    predecessors,
    said_by,
    whose,
)
from helpers.rules.catalogue import relation_rule, rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import one_line
from helpers.rules.standing import addresses, leader, values, waiting

relation_rule(
    "T4-01",
    Severity.ERROR,
    "四",
    "复议和两类诉讼各自的总计等于四种结果之和",
    "总计 = 结果维持 + 结果纠正 + 其他结果 + 尚未审结",
)


@rule("T4-02", Severity.ERROR, "四", "表四只有一行数字，共 15 格", "数字行 = 1，数字格 = 15")
def one_row(case: Case) -> Iterator[Finding] | None:
    """The table holds exactly its one row of figures: none missing, and no second row."""
    slots = case.format.table("四").slots
    return _one_row(case, len(slots)) if slots else None


def _one_row(case: Case, wanted: int) -> Iterator[Finding]:
    original = case.report.original
    for row in map(one_line, original.surplus_rows if original else ()):
        remedy = "请核对哪一行是对的，并成一行，删去多余的。"
        yield Finding("T4-02", f"{row}。", remedy=remedy)
    slots = case.format.table("四").slots
    present = sum(ref in case.figures for ref in slots)
    given = [ref for ref, slot in slots.items() if not slot.total and ref not in case.figures]
    if not present:
        yield Finding("T4-02", "没有表四，见 D-07。", state="not_assessable")
    elif given:
        text = f"表四应有 {wanted} 个数字格，缺 {len(given)} 格，见 D-07。"
        yield Finding("T4-02", text, state="not_assessable")


relation_rule(
    "Y-05",
    Severity.ERROR,
    "四",
    "尚未审结的件数不超过总计",
    "尚未审结 ≤ 总计",
)


@rule(
    "T4-03",
    Severity.WARNING,
    "四",
    "有复议后起诉的，本年或上年有行政复议",
    "复议后起诉 > 0 ⇒ 本年行政复议 + 上年行政复议 > 0（上年未审结的诉讼除外）",
)
def review_before_suit(case: Case) -> Iterator[Finding] | None:
    """Litigation after review presupposes a review."""
    refs = addresses(case.format, "四", ("post", "sum"), ("rev", "sum"))
    return _review_before_suit(case, refs) if refs else None


def _review_before_suit(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "T4-03", *refs)
    if isinstance(found, Finding):
        yield found
        return
    suits, reviews = found
    if not suits or reviews:
        return
    past = predecessors(case)
    before = past_value(past, "rev", "sum", "四") if past else None
    pending = past_value(past, "post", "pend", "四") or Decimal(0)
    led = leader(case, *refs)
    if led:
        yield waiting("T4-03", led)
    elif before is None:
        yield no_previous(case, "T4-03")
    elif not before and pending < suits:
        post, rev = refs
        name = post.row.split("/")[-1]
        text = f"表四“{name}”{post.column}为 {words.amount(suits)}，本年和{said_by(case)}的"
        text += f"“{rev.row}”却都是 0。"
        remedy = "请核对这些诉讼是否未经复议，或漏填了复议。"
        yield Finding("T4-03", text, refs, found=words.amount(suits), remedy=remedy)


_SAMPLE, _REMARKABLE = Decimal(30), Decimal("0.1")


@rule(
    "T4-04",
    Severity.NOTE,
    "四",
    "被纠正的比例不高",
    "结果纠正 ÷ 已审结 ≤ 10%（已审结不足 30 件的不看；复议、诉讼分开计算）",
)
def share_corrected(case: Case) -> Iterator[Finding] | None:
    """How often the agency was found wrong, where there are enough cases to say."""
    groups = [("rev",), ("dir", "post")]
    found = [[_ended(case, row) for row in rows] for rows in groups]
    known = [[refs for refs in group if refs] for group in found]
    return _share_corrected(case, [group for group in known if group]) if any(known) else None


def _ended(case: Case, row: str) -> tuple[Ref, ...] | None:
    return addresses(case.format, "四", (row, "fix"), (row, "keep"), (row, "other"))


def _share_corrected(case: Case, groups: list[list[tuple[Ref, ...]]]) -> Iterator[Finding]:
    for group in groups:
        refs = [ref for row in group for ref in row]
        found = values(case, "T4-04", *refs)
        if isinstance(found, Finding):
            yield found
            continue
        fixed = sum((case.figures.value(row[0]) or Decimal(0) for row in group), Decimal(0))
        ended = sum(found, Decimal(0))
        if ended < _SAMPLE or fixed <= _REMARKABLE * ended:
            continue
        led = leader(case, *refs)
        if led:
            yield waiting("T4-04", led)
            continue
        first = group[0][0]
        text = f"表四“{first.row.split('/')[0]}”{first.column} {words.amount(fixed)} 件，"
        text += f"占已审结 {words.amount(ended)} 件的 {percent(fixed, ended)}，超过 10%。"
        cells = tuple(row[0] for row in group)
        remedy = "数字无误的不必修改，可在第五部分分析原因。"
        yield Finding("T4-04", text, cells, "≤10%", remedy=remedy)


_ROWS = ("rev", "dir", "post")


@rule(
    "Y-04",
    Severity.WARNING,
    "四",
    "上年尚未审结的案件本年仍在表四中",
    "本年总计 ≥ 上年报告的尚未审结（复议、两类诉讼各自）",
)
def pending_reappear(case: Case) -> Iterator[Finding] | None:
    """Last year's undecided cases are decided now, or still pending."""
    rows = {key: addresses(case.format, "四", (key, "sum"), (key, "pend")) for key in _ROWS}
    known = {key: refs for key, refs in rows.items() if refs}
    return _pending_reappear(case, known) if known else None


def _pending_reappear(case: Case, rows: dict[str, tuple[Ref, ...]]) -> Iterator[Finding]:
    past = predecessors(case)
    if not past:
        yield no_previous(case, "Y-04")
        return
    for row, (ref, pending) in rows.items():
        found, before = values(case, "Y-04", ref), past_value(past, row, "pend", "四")
        if isinstance(found, Finding):
            yield found
        elif before is None:
            yield lacking(case, "Y-04", ref.row)
        elif found[0] < before:
            name = ref.row.replace("/", "")
            text = f"表四“{name}”{ref.column}为 {words.amount(found[0])}，少于{whose(case, past)}"
            text += f"“{pending.column}”{words.amount(before)}。"
            held = cannot_say(case, "Y-04", ref)
            both = f"≥{words.amount(before)}", words.amount(found[0])
            remedy = "上年未审结的案件应计入本年，请核对。"
            yield held or Finding("Y-04", text, (ref,), *both, remedy=remedy)
