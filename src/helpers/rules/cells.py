"""Single cells: blank, placeholder, not a number, not whole, negative, untidy (C-01 … C-06)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from helpers.figures import Figure, instances
from helpers.formats import Ref, Slot
from helpers.rules import words
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity

Test = Callable[[Figure, Slot], bool]
_MANY = 5  # blank rows of one table that are still worth a line each


def _having(case: Case, test: Test) -> list[Slot]:
    return [slot for figure, slot in case.once(_written) if test(figure, slot)]


def _written(case: Case) -> list[tuple[Figure, Slot]]:
    """What stands in the source, cell by cell; what was computed does not."""
    found = ((case.figure(ref), slot) for ref, slot in case.format.slots.items())
    return [(one, slot) for one, slot in found if one is not None and not one.computed]


def _by_row(slots: list[Slot]) -> Iterator[list[Slot]]:
    for _, group in groupby(slots, key=lambda slot: (slot.ref.table, slot.ref.row)):
        yield list(group)


def _each(case: Case, rule_id: str, test: Test, says: str, remedy: str) -> Iterator[Finding]:
    """One finding a cell; ``says`` tells what is wrong with what was read."""
    for slot in _having(case, test):
        figure = case.figure(slot.ref) or Figure()
        read = figure.raw.strip() if figure.raw is not None else f"{figure.value:f}"
        text = f"{words.place(case.format, slot.ref)}读到“{read}”，{says}。"
        yield Finding(rule_id, text, (slot.ref,), found=read, remedy=remedy)


def is_blank(figure: Figure, slot: Slot) -> bool:  # noqa: ARG001
    """Nothing stands in the cell."""
    return figure.state == "blank"


def is_placeholder(figure: Figure, slot: Slot) -> bool:  # noqa: ARG001
    """A sign for nothing stands in the cell."""
    return figure.state == "placeholder"


def is_unreadable(figure: Figure, slot: Slot) -> bool:  # noqa: ARG001
    """Text that is no number stands in the cell."""
    return figure.state == "unreadable"


def is_fraction(figure: Figure, slot: Slot) -> bool:
    """A count or change that is not whole."""
    value = figure.value
    return slot.column.kind != "money" and value is not None and value != value.to_integral_value()


def is_negative(figure: Figure, slot: Slot) -> bool:
    """A count or an amount below zero."""
    return slot.column.kind != "change" and figure.value is not None and figure.value < 0


def is_untidy(figure: Figure, slot: Slot) -> bool:
    """A number that had to be put into shape (changes have L-05 for this)."""
    return slot.column.kind != "change" and figure.state == "number" and figure.normalised


FAULTS: dict[str, Test] = {
    "C-01": is_blank,
    "C-02": is_placeholder,
    "C-03": is_unreadable,
    "C-04": is_fraction,
    "C-05": is_negative,
}


def faulty_cells(case: Case) -> dict[Ref, str]:
    """The cells that later rules must not build on, with the rule that reports each.

    Totals that were computed of a faulty cell are as faulty as that cell.
    """
    faulty: dict[Ref, str] = {}
    for rule_id, test in FAULTS.items():
        for slot in _having(case, test):
            faulty.setdefault(slot.ref, rule_id)
    for table in case.format.tables if faulty else ():
        for block in table.blocks:
            for relation in (r for r in block.relations if r.total):
                for operands in instances(block, relation, table.by_key):
                    target = operands.left[0][1]
                    figure = case.figure(target)
                    causes = [faulty[ref] for _, ref in operands.right if ref in faulty]
                    if causes and figure and figure.computed:
                        faulty.setdefault(target, causes[0])
    return faulty


@rule("C-01", Severity.ERROR, "*", "每个数字格都要填，没有发生的填 0", "格 ≠ 空白")
def blank(case: Case) -> Iterator[Finding]:
    """Blank cells: one finding a row, one a table where many rows are not filled in."""
    rows: dict[str, list[list[Slot]]] = {}
    for slots in _by_row(_having(case, is_blank)):
        rows.setdefault(slots[0].ref.table, []).append(slots)
    for table, found in rows.items():
        name = case.format.table(table).name
        if len(found) > _MANY:
            refs = tuple(slot.ref for slots in found for slot in slots)
            some = "、".join(f"“{words.row(slots[0].ref)}”" for slots in found[:3])
            text = f"{name}有 {len(found)} 行共 {len(refs)} 格空白：{some}等行。"
            yield Finding("C-01", text, refs, remedy="请补填；没有发生的填 0。")
            continue
        for slots in found:
            columns = "、".join(slot.ref.column for slot in slots)
            row = words.row(slots[0].ref)
            text = f"{name}“{row}”行有 {len(slots)} 格空白：{columns}。"
            refs = tuple(slot.ref for slot in slots)
            yield Finding("C-01", text, refs, remedy="请补填；没有发生的填 0。")


@rule("C-02", Severity.ERROR, "*", "数字格里不用“/”“—”“无”等代替数字", "格 ∉ {/，-，—，无，不适用}")
def placeholder(case: Case) -> Iterator[Finding]:
    """Signs for nothing in place of a number."""
    return _each(case, "C-02", is_placeholder, "这不是数字", "没有发生的请填 0。")


@rule("C-03", Severity.ERROR, "*", "数字格里只填数字，不带单位和文字", "格 = 数字")
def unreadable(case: Case) -> Iterator[Finding]:
    """Text in place of a number."""
    return _each(case, "C-03", is_unreadable, "不是数字", "请只填数字，单位和说明写在正文里。")


@rule("C-04", Severity.ERROR, "*", "件数是整数", "格 = 整数")
def fraction(case: Case) -> Iterator[Finding]:
    """Counts that are not whole."""
    return _each(case, "C-04", is_fraction, "件数应为整数", "请核对是否填错了格或单位。")


@rule("C-05", Severity.ERROR, "*", "件数和金额不小于 0", "格 ≥ 0")
def negative(case: Case) -> Iterator[Finding]:
    """Counts and amounts below zero."""
    return _each(case, "C-05", is_negative, "不应小于 0", "请核对正负号。")


@rule(
    "C-06", Severity.NOTE, "*", "数字写法规范：半角、无千分位和空格", "全角、千分位等已换成规范写法"
)
def untidy(case: Case) -> Iterator[Finding]:
    """Numbers that were put into shape."""
    for slot in _having(case, is_untidy):
        figure = case.figure(slot.ref) or Figure()
        value = words.amount(figure.value) if figure.value is not None else ""
        place = words.place(case.format, slot.ref)
        text = f"{place}写作“{figure.raw}”，按 {value} 读取。"
        yield Finding("C-06", text, (slot.ref,), value, (figure.raw or "").strip())
