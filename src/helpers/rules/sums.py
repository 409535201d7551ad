"""Findings about broken identities and inequalities, with the sum written out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.rules import words
from helpers.rules.model import Case, Finding
from helpers.rules.relations import Diagnosis, Held, Suspect


def check_relations(case: Case, rule: str) -> Iterator[Finding] | None:
    """The findings of the relations that carry this rule id; None where the format has none."""
    diagnosis = case.diagnosis
    mine = [held for held in diagnosis.held if held.rule == rule]
    return _findings(case, rule, diagnosis, mine) if mine else None


def _findings(case: Case, rule: str, diagnosis: Diagnosis, mine: list[Held]) -> Iterator[Finding]:
    waiting: dict[str, list[str]] = {}
    for held in mine:
        if held.gap is None:
            missing = _missing(case, held)
            waiting.setdefault(_reason(case, missing), []).append(words.place(case.format, missing))
        elif held.broken:
            leader = diagnosis.leader_of(held)
            if leader:
                where = _where(case, held)
                waiting.setdefault(f"已由 {leader.rule} 指出，改正后再核对", []).append(where)
            else:
                yield _finding(case, held, diagnosis.suspect_of(held))
    for reason, places in waiting.items():
        more = f"等 {len(places)} 处" if len(places) > 2 else ""
        text = f"{'、'.join(places[:2])}{more}：{reason}。"
        yield Finding(rule, text, state="not_assessable")


def _missing(case: Case, held: Held) -> Ref:
    return next(
        ref for ref in held.operands.refs if ref in case.faulty or case.figures.value(ref) is None
    )


def _reason(case: Case, ref: Ref) -> str:
    if ref in case.faulty:
        return f"这一格有误，见 {case.faulty[ref]}"
    return "这一格没有数，无法核对"


def _where(case: Case, held: Held) -> str:
    ref = held.operands.refs[0]
    name = case.format.table(ref.table).name
    if held.operands.relation.each == "row":
        return f"{name}“{words.row(ref)}”一行"
    return f"{name}“{ref.column}”一列"


def _finding(case: Case, held: Held, suspect: Suspect | None) -> Finding:
    message = f"{_where(case, held)}：{_equation(case, held)}"
    if suspect:
        old = case.figures.value(suspect.ref) or Decimal(0)
        new = words.amount(old + suspect.change)
        others = "、".join(dict.fromkeys(h.rule for h in suspect.mends[1:]))
        also = f"（{others} 也因此不成立）" if others else ""
        message += (
            f"只要把{words.place(case.format, suspect.ref)}由 {words.amount(old)} "
            f"改为 {new}，各项即全部平衡{also}。"
        )
        return Finding(
            held.rule,
            message,
            (suspect.ref,),
            expected=new,
            found=words.amount(old),
            remedy=f"请核对这一格，应为 {new}。",
        )
    assert held.left is not None  # a broken relation was assessed  # noqa: S101
    assert held.right is not None  # noqa: S101
    cells = tuple(ref for _, ref in held.operands.left)
    if not held.operands.relation.total:
        cells = held.operands.refs
    return Finding(
        held.rule,
        message,
        cells,
        expected=words.amount(held.right),
        found=words.amount(held.left),
        remedy="请对照底册逐格核对这些数。",
    )


def _equation(case: Case, held: Held) -> str:
    relation = held.operands.relation
    left, right = held.left or Decimal(0), held.right or Decimal(0)

    def out(terms: tuple[tuple[int, Ref], ...], total: Decimal) -> str:
        valued = [(s, r, case.figures.value(r) or Decimal(0)) for s, r in terms]
        if not relation.total and sum(1 for _, _, value in valued if value) == 1:
            valued = [term for term in valued if term[2]]  # one figure needs no sum beside it
        text = words.written_out(valued, by=relation.each)
        return text if len(valued) == 1 else f"{text} = {words.amount(total)}"

    if relation.total:
        ref = held.operands.left[0][1]
        name = ref.column if relation.each == "row" else words.row(ref).split("/")[-1]
        summed = out(held.operands.right, right).removesuffix(f" = {words.amount(right)}")
        by = words.difference(left, right)
        return f"“{name}”填 {words.amount(left)}，应为 {words.amount(right)} = {summed}，{by}。"
    signs = {"=": "应当等于", "<=": "不应大于", ">=": "不应小于"}
    right_text = out(held.operands.right, right) if held.operands.right else "0"
    gap = f"，相差 {words.amount(abs(left - right))}" if held.identity else ""
    return f"{out(held.operands.left, left)}，{signs[relation.sign]} {right_text}{gap}。"
