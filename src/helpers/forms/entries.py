"""What stands in each cell for a figure when the form is handed out: blank, number, text, total.

Totals are formulas, unless the report gives a total that its parts do not add up to: a figure
that was given is never replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from helpers.errors import InputError, Problem
from helpers.figures import Figure, Figures, Operands, instances
from helpers.formats import Format, Ref
from helpers.report import Report

_FLOAT_DIGITS = 15  # a cell of a workbook is a binary float: it keeps this many digits


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of one cell.

    ``value`` is the number that formulas see, None for a blank or a text. ``formula`` is the
    relation that computes a total. ``carried`` marks what came from last year's report.
    """

    value: Decimal | None = None
    text: str = ""
    formula: Operands | None = None
    carried: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing shows in the cell."""
        return self.value is None and not self.text


def entries(fmt: Format, report: Report | None, previous: Report | None) -> dict[Ref, Entry]:
    """The content of every cell of the format, totals computed from what stands in the others."""
    given = report.figures if report else Figures()
    carried = carry_over(fmt, previous) if previous else {}
    found: dict[Ref, Entry] = {}
    for ref, slot in fmt.slots.items():
        if not slot.total:
            new = ref not in given and ref in carried
            found[ref] = Entry(carried[ref], carried=True) if new else _given(given.get(ref))
    for operands in totals(fmt):
        (_, target), *_ = operands.left
        parts = [(sign, found[ref].value) for sign, ref in operands.right]
        numbers = [sign * value for sign, value in parts if value is not None]
        computed = sum(numbers, Decimal(0)) if len(numbers) == len(parts) else None
        entry = _given(given.get(target))
        computing = entry.blank or entry.value == computed is not None
        found[target] = Entry(computed, formula=operands) if computing else entry
    return found


def _given(figure: Figure | None) -> Entry:
    if figure is None or figure.state == "blank":
        return Entry()
    if figure.value is None:
        return Entry(text=(figure.raw or "").strip())
    digits = figure.value.normalize().as_tuple().digits
    if len(digits) > _FLOAT_DIGITS:
        return Entry(text=f"{figure.value:f}")
    return Entry(figure.value)


def totals(fmt: Format) -> Iterator[Operands]:
    """The relation that computes each total, in an order in which they can be computed.

    A total of totals is computed by the first relation whose parts are known by then, as
    ``figures.complete`` does it.
    """
    known = {ref for ref, slot in fmt.slots.items() if not slot.total}
    waiting = [
        operands
        for table in fmt.tables
        for block in table.blocks
        for relation in block.relations
        if relation.total
        for operands in instances(block, relation, table.by_key)
    ]
    while waiting:
        later = []
        for operands in waiting:
            (_, target), *_ = operands.left
            if target in known:
                continue
            if {ref for _, ref in operands.right} <= known:
                known.add(target)
                yield operands
            else:
                later.append(operands)
        if len(later) == len(waiting):
            raise ValueError(f"format {fmt.code}: totals that depend on each other")
        waiting = later


_CARRIED: Mapping[str, str] = {"carry_in": "carry_out"}
"""Rows that begin with what another row of last year's report ended with."""


def carry_over(fmt: Format, previous: Report) -> dict[Ref, Decimal]:
    """The figures that last year's report decides, where it has them.

    上年结转 is last year's 结转下年度, column by column; 上一年项目数量 (2019) is last year's
    上一年项目数量 and its change.
    """
    found: dict[Ref, Decimal] = {}
    for ref, slot in fmt.slots.items():
        row, column = slot.line.key, slot.column.key or ""
        sources = []
        if row in _CARRIED:
            sources = [previous.format.ref(_CARRIED[row], column, ref.table)]
        elif column == "prev":
            keys = ("prev", "change")
            sources = [previous.format.ref(row, key, ref.table) for key in keys]
        values = [previous.complete.value(source) for source in sources]
        numbers = [value for value in values if value is not None]
        if numbers and len(numbers) == len(sources) and not slot.total:
            found[ref] = sum(numbers, Decimal(0))
    return found


def refuse_wrong_year(previous: Report, year: int) -> None:
    """Raise InputError unless ``previous`` is about the year before ``year``."""
    if previous.year != year - 1:
        text = f"这是 {previous.year} 年度的报告，{year} 年度的表要从 {year - 1} 年度结转"
        raise InputError([Problem(previous.source or previous.agency.name, text)])
