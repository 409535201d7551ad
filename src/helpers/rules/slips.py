"""Slips of the hand over cells: split, in the wrong unit, one column off (C-07 … C-09)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from helpers.formats import Block, Line, Ref, Slot, Table
from helpers.rules import words
from helpers.rules.catalogue import rule
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.relations import Held

_FEN_DECIMALS = 6  # 0.000001 万元 is one fen
_LIMITS = {"乡镇": Decimal(10**4), "街道": Decimal(10**4), "部门": Decimal(10**6)}
_LIMIT = Decimal(10**7)  # 万元; all of China takes in about four times as much in a year


@rule(
    "C-07",
    Severity.WARNING,
    "*",
    "一个数没有拆在相邻两格里",
    "相邻两格的数字连写后，该行各格之和 = 总计 ⇒ 疑为拆格",
)
def split_cell(case: Case) -> Iterator[Finding]:
    """Two neighbours that, written as one number, mend a total that does not add up."""
    held = [h for h in case.diagnosis.held if h.operands.relation.total and _across(h)]
    for one in held:
        if one.gap is None and all(h.gap is None for h in held):
            ref = one.operands.left[0][1]
            text = f"{words.place(case.format, ref)}缺数或有误，无法核对。"
            yield Finding("C-07", text, (ref,), state="not_assessable")
        elif one.broken and not case.diagnosis.suspect_of(one):
            yield from _split_cell(case, one)


def _across(held: Held) -> bool:
    return held.operands.relation.each == "row"


def _split_cell(case: Case, held: Held) -> Iterator[Finding]:
    found = [pair for pair in pairwise(held.operands.right) if _joined(case, held, pair)]
    if len(found) == 1:
        (_, left), (_, right) = found[0]
        first, second = (words.amount(case.figures.value(r) or Decimal(0)) for r in (left, right))
        name = case.format.table(left.table).name
        text = f"{name}“{words.row(left)}”行“{left.column}”{first} 和“{right.column}”{second} "
        text += f"连写成 {first}{second}，这一行就与总计相符，疑为一个数拆在了两格。"
        remedy = "请核对这一行各数是否填在自己的格里。"
        yield Finding("C-07", text, (left, right), f"{first}{second}", remedy=remedy)


def _joined(case: Case, held: Held, pair: tuple[tuple[int, Ref], tuple[int, Ref]]) -> bool:
    """Whether the pair's digits written as one number close the gap of the total."""
    first, second = (case.figures.value(ref) for _, ref in pair)
    if not first or second is None or first < 0 or second < 0 or second % 1:
        return False
    joined = Decimal(f"{first:f}{second:f}")
    return joined - first - second == held.gap


@rule(
    "C-08",
    Severity.WARNING,
    "*",
    "以万元为单位的金额不像是按元填写的",
    "小数 ≤ 6 位；金额 < 1000 亿元（部门 100 亿元，乡镇、街道 1 亿元）",
)
def money_in_yuan(case: Case) -> Iterator[Finding] | None:
    """Amounts in 万元 with decimals below one fen, or as large as if they were 元."""
    slots = [s for s in case.format.slots.values() if s.column.unit == "万元"]
    return _money_in_yuan(case, slots) if slots else None


def _money_in_yuan(case: Case, slots: list[Slot]) -> Iterator[Finding]:
    for slot in slots:
        value = case.figures.value(slot.ref)
        place = words.place(case.format, slot.ref)
        if value is None or slot.ref in case.faulty:
            text = f"{place}没有数或有误，无法核对。"
            yield Finding("C-08", text, (slot.ref,), state="not_assessable")
            continue
        exponent = value.normalize().as_tuple().exponent
        limit = _LIMITS.get(kind_of(case.report.agency), _LIMIT)
        said = words.amount(value)
        if value >= limit:
            text = f"{place}为 {said} 万元，数额过大，疑为按元填写。"
            yield Finding("C-08", text, (slot.ref,), f"<{limit}", said, "", _IN_YUAN)
        elif isinstance(exponent, int) and -exponent > _FEN_DECIMALS:
            text = f"{place}为 {said} 万元，小数超过 {_FEN_DECIMALS} 位，比一分钱还小。"
            yield Finding("C-08", text, (slot.ref,), found=said, remedy=_IN_YUAN)


_IN_YUAN = "请核对金额和单位：本格以万元为单位。"


@rule(
    "C-09",
    Severity.WARNING,
    "三",
    "各行的数没有整行错开一列",
    "勾稽关系不成立时，存在唯一的一行，各数移动一列后全部成立 ⇒ 疑为错列",
)
def shifted_row(case: Case) -> Iterator[Finding] | None:
    """The one row whose figures, moved by one column, mend every broken identity."""
    blocks = [b for b in case.format.table("三").blocks if b.total_columns and b.total_rows]
    return _shifted_row(case, case.format.table("三"), blocks[0]) if blocks else None


def _shifted_row(case: Case, table: Table, block: Block) -> Iterator[Finding]:
    refs = set(table.slots)
    held = [h for h in case.diagnosis.held if h.identity and refs & set(h.operands.refs)]
    if all(h.gap is None for h in held):
        text = "各项勾稽关系都缺数或所据的格有误，无法核对。"
        yield Finding("C-09", text, state="not_assessable")
        return
    broken = [h for h in held if h.broken]
    if not broken or any(case.diagnosis.suspect_of(h) for h in broken):
        return
    found = []
    for line in block.lines:
        for way, step in (("左", -1), ("右", 1)):
            changes = _moved(case, table, block, line, step)
            if changes and _mended(case, held, changes):
                found.append((way, changes))
    if len(found) == 1:
        way, changes = found[0]
        cells = tuple(changes)
        text = f"{table.name}“{words.row(cells[0])}”一行各数向{way}移一列，"
        text += f"勾稽关系就全部成立，疑为这一行整行向{'右' if way == '左' else '左'}错开了一列。"
        yield Finding("C-09", text, cells, remedy="请对照底册核对这一行各数所在的列。")


def _moved(
    case: Case, table: Table, block: Block, line: Line, step: int
) -> Mapping[Ref, Decimal] | None:
    """By how much each cell of the row changes when its figures move by one column."""
    refs = [table.by_key[line.key, column.key or ""] for column in block.inputs]
    old = [case.figures.value(ref) for ref in refs]
    given = [value for value in old if value is not None]
    if len(given) < len(old) or not any(given) or set(refs) & set(case.faulty):
        return None
    leaving = given[0] if step < 0 else given[-1]
    if leaving:
        return None
    new = [*given[1:], Decimal(0)] if step < 0 else [Decimal(0), *given[:-1]]
    moves = zip(refs, given, new, strict=True)
    return {ref: after - before for ref, before, after in moves if after != before}


def _mended(case: Case, held: list[Held], changes: Mapping[Ref, Decimal]) -> bool:
    """Whether every identity that was assessed holds after the changes."""
    for one in held:
        weights = one.weights(case.diagnosis.derived)
        change = sum((w * changes.get(ref, Decimal(0)) for ref, w in weights.items()), Decimal(0))
        if one.gap is not None and one.gap + change != 0:
            return False
    return True
