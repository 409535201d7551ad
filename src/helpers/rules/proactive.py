"""表二, proactive disclosure (T2-01, T2-02), and what only the 2019 format has (L-04 … L-07)."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.formats import Ref
from helpers.rules import words
from helpers.rules.catalogue import relation_rule, rule
from helpers.rules.document import missing_blocks
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.sums import check_relations

_DOCUMENTS = ("reg", "doc")


@rule(
    "T2-02",
    Severity.WARNING,
    "二",
    "本年制发了文件的，年末现行有效件数一般不为 0",
    "制发 > 0 且 废止 < 制发 ⇒ 现行有效 > 0",
)
def none_in_force(case: Case) -> Iterator[Finding] | None:
    """Documents were issued, yet none is in force."""
    rows = [_row(case, key) for key in _DOCUMENTS]
    known = [row for row in rows if row]
    return _none_in_force(case, known) if known else None


def _row(case: Case, key: str) -> tuple[Ref, Ref, Ref] | None:
    made, repealed, valid = (case.format.ref(key, c) for c in ("made", "repealed", "valid"))
    return (made, repealed, valid) if made and repealed and valid else None


def _none_in_force(case: Case, rows: list[tuple[Ref, Ref, Ref]]) -> Iterator[Finding]:
    for made, repealed, valid in rows:
        issued, ended, stock = (case.figures.value(ref) for ref in (made, repealed, valid))
        if issued is None or stock is None or {made, valid} & set(case.faulty):
            text = f"表二“{made.row}”行的数不全或有误，无法核对。"
            yield Finding("T2-02", text, state="not_assessable")
        elif issued > 0 and stock == 0 and (ended is None or ended < issued):
            text = f"表二“{made.row}”行“{made.column}”为 {words.amount(issued)}，"
            text += f"“{valid.column}”却为 0。"
            remedy = f"请核对“{valid.column}”。"
            yield Finding("T2-02", text, (valid,), "> 0", "0", remedy=remedy)


@rule(
    "T2-01",
    Severity.WARNING,
    "二",
    "现行有效件数不少于本年制发减本年废止",
    "现行有效 ≥ 制发 − 废止",
)
def stock_below_flow(case: Case) -> Iterator[Finding] | None:
    """The stock is below this year's net flow; what T2-02 already said is not said again."""
    findings = check_relations(case, "T2-01")
    if findings is None:
        return None
    said = {ref for finding in none_in_force(case) or () for ref in finding.cells}
    return _unless_said(findings, said)


def _unless_said(findings: Iterator[Finding], said: set[Ref]) -> Iterator[Finding]:
    for finding in findings:
        if said & set(finding.cells):
            text = "已由 T2-02 指出，改正后再核对。"
            yield Finding("T2-01", text, state="not_assessable")
        else:
            yield finding


relation_rule(
    "L-04",
    Severity.ERROR,
    "二",
    "上一年项目数量加本年增减不小于 0（2019 年格式）",
    "上一年项目数量 + 本年增/减 ≥ 0",
)


@rule(
    "L-05",
    Severity.NOTE,
    "二",
    "增减写成带正负号的整数（2019 年格式）",
    "增n、减n、+n、-n 按带符号整数读取",
)
def change_words(case: Case) -> Iterator[Finding] | None:
    """Changes that were written with words."""
    refs = [ref for ref, slot in case.format.slots.items() if slot.column.kind == "change"]
    return _change_words(case, refs) if refs else None


def _change_words(case: Case, refs: list[Ref]) -> Iterator[Finding]:
    for ref in refs:
        figure = case.figure(ref)
        if figure and figure.value is not None and figure.normalised:
            value = f"{figure.value:+f}" if figure.value else "0"
            text = f"{words.place(case.format, ref)}写作“{figure.raw}”，按 {value} 读取。"
            yield Finding("L-05", text, (ref,), value, (figure.raw or "").strip())


@rule(
    "L-06",
    Severity.ERROR,
    "二",
    "政府集中采购的项目数量与金额同为 0 或同不为 0，金额写明单位（2019 年格式）",
    "采购项目数量 = 0 ⇔ 采购总金额 = 0",
)
def procurement(case: Case) -> Iterator[Finding] | None:
    """Items without an amount, an amount without items, or an amount without its unit."""
    items, amount = case.format.ref("proc", "items"), case.format.ref("proc", "amount")
    return _procurement(case, items, amount) if items and amount else None


def _procurement(case: Case, items: Ref, amount: Ref) -> Iterator[Finding]:
    count, paid = case.figures.value(items), case.figures.value(amount)
    if count is None or paid is None or {items, amount} & set(case.faulty):
        text = f"{items.column}或{amount.column}没有数，无法核对。"
        yield Finding("L-06", text, state="not_assessable")
        return
    if bool(count) != bool(paid):
        text = f"表二“{items.row}”{items.column}为 {words.amount(count)}，"
        text += f"{amount.column}为 {words.amount(paid)}，两者应同为 0 或同不为 0。"
        wrong = amount if not paid else items
        yield Finding("L-06", text, (wrong,), remedy="请补填或核对其中为 0 的一格。")
    figure = case.figure(amount)
    if paid and figure and not figure.unit:
        unit = case.format.slots[amount].column.unit
        text = f"{words.place(case.format, amount)}写作“{words.amount(paid)}”，没有写明单位，"
        text += f"按{unit}读取。"
        remedy = f"表样没有印单位，请在数字后写明，如 {words.amount(paid)}{unit}。"
        yield Finding("L-06", text, (amount,), remedy=remedy, severity=Severity.WARNING)


@rule(
    "L-07",
    Severity.EXPLAINABLE,
    "二",
    "第二十条第（九）项（政府集中采购）不缺（2019 年格式）",
    "有“第二十条第（九）项”",
)
def procurement_present(case: Case) -> Iterator[Finding] | None:
    """The ninth item of the 2019 format is there."""
    return missing_blocks(case, "L-07")
