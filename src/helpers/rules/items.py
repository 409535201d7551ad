"""表二 of the 2019 format: disclosed documents and stocks of items (L-01 … L-03)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.report import Report
from helpers.rules import words
from helpers.rules.before import lacking, only_previous, past_value, said_by, same_format
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.standing import addresses, leader, values, waiting

_DOCUMENTS, _ITEMS = ("reg", "doc"), ("lic", "svc", "pen", "frc", "fee")


def _rows(case: Case, rows: tuple[str, ...], *columns: str) -> dict[str, tuple[Ref, ...]]:
    """The rows that have all of these columns, by code."""
    found = {row: addresses(case.format, "二", *((row, c) for c in columns)) for row in rows}
    return {row: refs for row, refs in found.items() if refs}


@rule(
    "L-01",
    Severity.WARNING,
    "二",
    "本年新公开数量一般不多于本年新制作数量（2019 年格式）",
    "本年新公开数量 ≤ 本年新制作数量（公开以往文件的除外）",
)
def disclosed_and_created(case: Case) -> Iterator[Finding] | None:
    """More was disclosed than made: possible with older documents, but worth a word."""
    rows = _rows(case, _DOCUMENTS, "disclosed", "created")
    return _disclosed_and_created(case, rows) if rows else None


def _disclosed_and_created(case: Case, rows: dict[str, tuple[Ref, ...]]) -> Iterator[Finding]:
    for disclosed, created in rows.values():
        found = values(case, "L-01", disclosed, created)
        if isinstance(found, Finding):
            yield found
        elif found[0] > found[1]:
            more, made = (words.amount(value) for value in found)
            text = f"{words.place(case.format, disclosed)}为 {more}，多于“{created.column}”{made}。"
            remedy = "请核对；含以往制作、本年才公开的，在正文中说明。"
            yield Finding("L-01", text, (disclosed,), f"≤{made}", more, remedy=remedy)


@rule(
    "L-02",
    Severity.WARNING,
    "二",
    "对外公开总数量等于上年总数加本年新公开（2019 年格式）",
    "对外公开总数量 = 上年报告的对外公开总数量 + 本年新公开数量（撤下、废止的除外）",
)
def disclosed_in_all(case: Case) -> Iterator[Finding] | None:
    """The stock of disclosed documents grows by what was newly disclosed."""
    rows = _rows(case, _DOCUMENTS, "public", "disclosed")
    return _cross_year(case, "L-02", rows) if rows else None


@rule(
    "L-03",
    Severity.EXPLAINABLE,
    "二",
    "上一年项目数量等于上年报告的项目数量加增减（2019 年格式）",
    "上一年项目数量 = 上年报告的（上一年项目数量 + 本年增/减）",
)
def items_before(case: Case) -> Iterator[Finding] | None:
    """Last year's items are what last year's report arrived at."""
    rows = _rows(case, _ITEMS, "prev", "change")
    return _cross_year(case, "L-03", rows) if rows else None


def _cross_year(
    case: Case, rule_id: str, rows: dict[str, tuple[Ref, ...]]
) -> Iterator[Finding] | None:
    past = only_previous(case, rule_id)
    if isinstance(past, Finding):
        return iter((past,))
    if not same_format(case, (past,)):
        return None
    one_row = _disclosed_row if rule_id == "L-02" else _items_row
    return (found for row, refs in rows.items() for found in one_row(case, row, refs, past))


def _disclosed_row(case: Case, row: str, refs: tuple[Ref, ...], past: Report) -> Iterator[Finding]:
    found, before = values(case, "L-02", *refs), past_value((past,), row, "public", "二")
    if isinstance(found, Finding):
        yield found
    elif before is None:
        yield lacking(case, "L-02", refs[0].row)
    elif found[0] != before + found[1]:
        stock, new, whole = (words.amount(v) for v in (*found, before + found[1]))
        text = f"{words.place(case.format, refs[0])}填 {stock}，应为 {whole} = {said_by(case)} "
        text += f"{words.amount(before)} + “{refs[1].column}”{new}，"
        text += f"{words.difference(found[0], before + found[1])}。"
        remedy = "请核对；撤下、废止的或以往漏计的，在正文中说明。"
        yield Finding("L-02", text, refs[:1], whole, stock, remedy=remedy)


def _items_row(case: Case, row: str, refs: tuple[Ref, ...], past: Report) -> Iterator[Finding]:
    found = values(case, "L-03", refs[0])
    parts = [past_value((past,), row, column, "二") for column in ("prev", "change")]
    if isinstance(found, Finding):
        yield found
        return
    stock, change = parts
    if stock is None or change is None:
        yield lacking(case, "L-03", refs[0].row)
        return
    wanted: Decimal = stock + change
    if found[0] != wanted:
        led = leader(case, refs[0])
        both = words.amount(wanted), words.amount(found[0])
        text = f"{words.place(case.format, refs[0])}填 {both[1]}，应为 {both[0]} = "
        text += f"{said_by(case)} {words.amount(stock)} {'−' if change < 0 else '+'} "
        text += f"{words.amount(abs(change))}，{words.difference(found[0], wanted)}。"
        remedy = "请与上年公布的报告核对；确有原因的，在 explanations 中说明（L-03）。"
        told = Finding("L-03", text, refs[:1], *both, remedy=remedy)
        yield waiting("L-03", led) if led else told
