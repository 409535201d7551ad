"""Declared figures held against a tally: every difference with the rows that explain it (G-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from helpers.figures import plain_number
from helpers.formats import Ref, plain
from helpers.register.cases import Cases
from helpers.register.counting import (
    CARRIED_IN,
    CARRIED_OUT,
    NEW,
    Counted,
    concerned,
    runs,
    say_runs,
)
from helpers.register.dates import YEARLESS, first_day
from helpers.register.disputes import PENDING
from helpers.register.findings import ERROR, WARNING
from helpers.register.tally import Tally
from helpers.report import Report
from helpers.rules.fees import fee_facts
from helpers.rules.model import Case

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AROUND = 31  # days after the year's end in which closing and receipt are easily mistaken
_MOST = 12  # runs of rows that a sentence names


class Reason(NamedTuple):
    """Rows that may explain a difference, and why; ``exact`` where they are just as many."""

    text: str
    rows: str
    exact: bool


@dataclass(frozen=True)
class Difference:
    """A cell (None for the fees) whose declared figure is not what the register shows."""

    rule: str
    level: str
    ref: Ref | None
    declared: str
    found: str
    message: str
    rows: str = ""
    reasons: tuple[Reason, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The difference as JSON data."""
        return {
            "rule": self.rule,
            "level": self.level,
            "cell": self.ref._asdict() if self.ref else None,
            "declared": self.declared,
            "register": self.found,
            "message": self.message,
            "rows": self.rows,
            "reasons": [one._asdict() for one in self.reasons],
        }


def differences(found: Tally, declared: Report) -> list[Difference]:
    """Where a report says otherwise than its register, in printed order; totals last of all.

    A cell that is blank or missing in the report is no difference.
    """
    gaps: dict[Ref, int] = {}
    for ref, counted in found.figures.items():
        value = declared.complete.value(ref)
        if value is not None and counted.value is not None and value != counted.value:
            gaps[ref] = int(value - counted.value) if value == value.to_integral_value() else 0
    own = [ref for ref in gaps if not found.format.slots[ref].total]
    told = [_difference(found, declared, ref, gaps) for ref in own]
    explained = {ref for ref in gaps if any(part in gaps for part in found.parts(ref))}
    rest = [ref for ref in gaps if ref not in own and ref not in explained]
    told += [_difference(found, declared, ref, gaps) for ref in rest]
    return [*told, *_fees(found, declared)]


def _difference(found: Tally, declared: Report, ref: Ref, gaps: dict[Ref, int]) -> Difference:
    counted = found.tables[ref.table]
    cases = counted.cases
    rows = np.concatenate([counted.members[part] for part in found.parts(ref)])
    said, shown = declared.complete.value(ref), found.figures.value(ref)
    gap = gaps[ref]
    text = f"表{ref.table}“{_short(ref)}”“{ref.column}”填 {_plain(said)} 件，"
    text += f"台账是 {_plain(shown)} 件，{'多' if gap > 0 else '少'} {abs(gap)} 件。"
    reasons = (
        tuple(_reasons(found, counted, ref, gaps)) if not found.format.slots[ref].total else ()
    )
    for one in reasons:
        where = f"（{one.rows}）" if one.rows else ""
        text += f"{one.text}{where}{'，正好相符' if one.exact else ''}。"
    where = say_runs(list(runs(cases, np.unique(rows))))
    if gap < 0 and where:
        text += f"台账计入这一格的是：{say_runs(list(runs(cases, np.unique(rows))), _MOST)}。"
    rule = "G-07" if ref.table == "四" else "G-03"
    return Difference(rule, ERROR, ref, _plain(said), _plain(shown), text, where, reasons)


def _short(ref: Ref) -> str:
    return plain(ref.row.split("/")[-1])


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain_number(value)


def _reasons(found: Tally, counted: Counted, ref: Ref, gaps: dict[Ref, int]) -> Iterator[Reason]:
    """Groups of rows that people count otherwise, so far as they fit the cell, and swaps.

    Rows are named only where they are just as many as the difference, by themselves or all
    groups together, and would not be in another cell with too many as well. Of others their
    number is told, for none of them need be meant.
    """
    gap = gaps[ref]
    cases = counted.cases
    if gap > 0:
        groups = list(_groups_that_fit(found, counted, ref))
        elsewhere = _rivals(found, cases, ref, gaps)
        exact = [
            (text, rows) for text, rows in groups if len(rows) == gap and not elsewhere[rows].any()
        ]
        every = np.unique(np.concatenate([rows for _, rows in groups])) if groups else np.array([])
        together = len(groups) > 1 and len(every) == gap and not elsewhere[every].any()
        named = bool(exact) or together
        head = "" if exact else "合起来正好相符的，" if together else "可能其中有的算进去了："
        for text, rows in exact or groups:
            told = say_runs(list(runs(cases, rows)), _MOST) if named else ""
            yield Reason(f"{head}{text}的有 {len(rows)} 行", told, bool(exact))
    opposite = [o for o, other in gaps.items() if other == -gap and _beside(o, ref, found)]
    for other in opposite[:3]:
        giver = other if gap > 0 else ref
        rows = counted.members[giver]
        just = len(rows) == abs(gap)
        told = say_runs(list(runs(cases, rows)), _MOST) if just else ""
        text = f"“{_short(other)}”“{other.column}”正好{'少' if gap > 0 else '多'} {abs(gap)} 件，"
        text += "疑为两格之间填错"
        yield Reason(text, told, just)


def _groups_that_fit(
    found: Tally, counted: Counted, ref: Ref
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """The groups with their rows that fit a cell and are not in it already."""
    cases = counted.cases
    fits = _fit(found, cases, ref)
    fits[counted.members[ref]] = False
    for text, where in _groups(found, cases, ref.table):
        rows = np.flatnonzero(where & fits)
        if len(rows):
            yield text, rows


def _fit(found: Tally, cases: Cases, ref: Ref) -> NDArray[np.bool_]:
    slot = found.format.slots[ref]
    return _fits(found, cases, slot.line.key, slot.column.key or "", ref.table)


def _rivals(found: Tally, cases: Cases, ref: Ref, gaps: dict[Ref, int]) -> NDArray[np.bool_]:
    """The rows that may as well be in another cell with too many, where they can be in only one.

    A row is of one applicant and has one result.
    """
    rival = np.zeros(len(cases.frame), bool)
    group = ref.row.partition("/")
    for other, gap in gaps.items():
        results = bool(group[1]) and other.row.partition("/")[:2] == group[:2]
        one_of = other.row == ref.row or (other.column == ref.column and results)
        if gap > 0 and other != ref and one_of and _beside(other, ref, found):
            rival |= _fit(found, cases, other)
    return rival


def _beside(one: Ref, other: Ref, found: Tally) -> bool:
    """Whether two cells stand in one row or column of a table and neither is a total."""
    if one.table != other.table or found.format.slots[one].total:
        return False
    return one.row == other.row or one.column == other.column


def _groups(found: Tally, cases: Cases, table: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Rows that are not in the tables of the year but that somebody may have counted."""
    here = concerned(cases, found.year)
    repeats = np.zeros(len(cases.frame), bool)
    repeats[list(cases.again)] = True
    yield "没有计入（见未计入的行）", here & ~cases.flag("placed") & ~repeats
    yield "结转后又登记、只计一次", repeats
    if table == "三" and not found.registers.options.count_reopened:
        reopened = here & cases.flag("placed") & cases.flag("reopened")
        yield "重新办理、没有再计", reopened
    end = first_day(found.year + 1)
    closed, received = cases.days("closed"), cases.days("received")
    yield "次年一月才办结", cases.flag("placed") & (closed >= end) & (closed < end + _AROUND)
    yield "次年一月才收到", cases.flag("placed") & (received >= end) & (received < end + _AROUND)


def _fits(found: Tally, cases: Cases, row: str, column: str, table: str) -> NDArray[np.bool_]:
    """The rows that would be in a cell, were they counted and what is not known right for it."""
    start, end = first_day(found.year), first_day(found.year + 1)
    received, closed = cases.days("received"), cases.days("closed")
    kind, result = (cases.frame[name].to_numpy(np.int64) for name in ("kind", "result"))
    late = end + _AROUND
    if table == "四":
        mine = _is(kind, cases.kinds, row)
        if column == PENDING:
            return mine & (closed <= YEARLESS)
        return mine & (closed > YEARLESS) & (closed < late) & _is(result, cases.results, column)
    mine = _is(kind, cases.kinds, column)
    if row == NEW:
        return mine & ((received <= YEARLESS) | ((received >= start) & (received < late)))
    if row == CARRIED_IN:
        return mine & (received > YEARLESS) & (received < start)
    if row == CARRIED_OUT:
        return mine & (closed <= YEARLESS)
    fits = mine & (closed >= start) & (closed < late) & _is(result, cases.results, row)
    return fits & (received < end)


def _is(values: NDArray[np.int64], names: tuple[str, ...], name: str) -> NDArray[np.bool_]:
    """Where a code is the named one or is not known."""
    code = names.index(name) if name in names else -2
    found: NDArray[np.bool_] = (values == code) | (values == -1)
    return found


def _fees(found: Tally, declared: Report) -> Iterator[Difference]:
    """What section 六 says of fees against the register (G-06)."""
    facts, fees = fee_facts(Case(declared)), found.fees
    if not fees.sentence:
        return
    cases = found.registers.requests
    sent = say_runs(list(runs(cases, fees.notices_at)))
    paid = say_runs(list(runs(cases, fees.paid_at)))
    if not facts.said:
        if declared.narrative:
            text = f"正文没有写信息处理费的情况；按台账应写：{fees.sentence}"
            yield Difference("G-06", WARNING, None, "", fees.sentence, text, sent)
        return
    pairs = (
        ("收费通知件数", facts.notices, Decimal(fees.notices), sent),
        ("收费通知总金额（元）", facts.notified, fees.amount, sent),
        ("实际收取（元）", facts.received, fees.received, paid),
    )
    for name, said, shown, rows in pairs:
        if said is not None and Decimal(said) != shown:
            one, other = f"{Decimal(said):f}", f"{shown:f}"
            text = f"第六部分的{name}写 {one}，台账是 {other}。"
            text += f"台账所据：{rows}。" if rows else ""
            yield Difference("G-06", ERROR, None, one, other, text, rows)
