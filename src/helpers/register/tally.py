"""A register tallied for a year: 表三, 表四, fees, time limits, and what was found on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from helpers import formats
from helpers.figures import Figure, Figures, complete
from helpers.formats import Format, Ref
from helpers.register.cases import AGAIN, Cases
from helpers.register.counting import Counted, count_requests, counts_at_all
from helpers.register.dates import first_day
from helpers.register.disputes import count_disputes, own_rule, place_disputes
from helpers.register.fees import Fees, fees_of
from helpers.register.findings import (
    ERROR,
    RowFinding,
    faulty_rows,
    fee_rows,
    late_rows,
    odd_rows,
    reopened_rows,
    repeated_rows,
    unclear_rows,
)
from helpers.register.limits import Limits, time_limits
from helpers.register.mistaken import Spare
from helpers.register.options import RegisterOptions
from helpers.register.reading import has_disputes, read_rows
from helpers.register.requests import place_requests
from helpers.register.summing import shortened
from helpers.report import Agency, Report


@dataclass(frozen=True)
class Registers:
    """The registers of an office, understood; ``disputes`` is None where none was given."""

    requests: Cases
    disputes: Cases | None
    options: RegisterOptions = field(default_factory=RegisterOptions)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted in reading the files."""
        return (*self.requests.notes, *(self.disputes.notes if self.disputes else ()))


@dataclass(frozen=True)
class Tally:
    """What registers say of one year.

    ``tables`` maps 三 (and 四 where there is a register of disputes) to its counts; ``findings``
    are about single rows, in the order of the register; too many of a kind are summed up.
    """

    year: int
    format: Format
    registers: Registers
    tables: Mapping[str, Counted]
    fees: Fees
    limits: Limits
    findings: tuple[RowFinding, ...]

    @cached_property
    def figures(self) -> Figures:
        """The cells that were counted, with their totals, in printed order."""
        cells: dict[Ref, Figure] = {}
        for counted in self.tables.values():
            cells |= counted.figures
        whole = complete(Figures(cells), self.format)
        return Figures({ref: whole[ref] for ref in self.format.slots if ref in whole})

    @property
    def uncounted(self) -> tuple[RowFinding, ...]:
        """The rows that could not be placed, a finding for each reason."""
        return tuple(one for one in self.findings if one.level == ERROR)

    def parts(self, ref: Ref) -> list[Ref]:
        """The counted cells that a cell consists of: itself, or what a total adds up."""
        slot = self.format.slots[ref]
        if not slot.total:
            return [ref]
        block = slot.block
        columns = [slot.column]
        lines = [slot.line.key]
        if slot.column.key in block.total_columns:
            columns = list(block.inputs)
        for relation in block.relations:
            if relation.total and relation.each == "column" and slot.line.key in block.total_rows:
                lines = [term.key for term in relation.right]
        table = self.format.table(ref.table)
        return [table.by_key[key, c.key or ""] for key in lines for c in columns]


def read_registers(
    files: Sequence[str],
    disputes: Sequence[str],
    options: RegisterOptions,
    asked: int = 0,
    found: Collection[str] = (),
) -> Registers:
    """The registers in files. Raises InputError for what is no register.

    ``asked`` is the last year that is asked about, which no day is suspected of; 0 for any.
    Files ``found`` in a folder, not named, need not be registers.
    Without ``disputes``, a sheet of the same workbooks named 复议 or 诉讼 is taken for it.
    """
    disputes = disputes or [file for file in files if has_disputes(file)]
    loose = frozenset(found)
    spare = Spare(loose, loose & frozenset(disputes))
    requests = place_requests(read_rows(files, "requests", options, spare), options, asked)
    cases = None
    if disputes:
        cases = place_disputes(read_rows(disputes, "disputes", options), options, asked)
    return Registers(requests, cases, options)


def tally(registers: Registers, year: int, *, as_of: int | None = None) -> Tally:
    """What registers say of a year; time limits as they stood on day ``as_of`` (31 December).

    Raises FormatError for a year without a format, InputError for a faulty calendar file.
    """
    fmt, options, cases = formats.for_year(year), registers.options, registers.requests
    reopened = options.count_reopened
    tables = {"三": count_requests(cases, fmt, year, reopened=reopened)}
    findings = faulty_rows(cases, fmt, year, options)
    if registers.disputes:
        tables["四"] = count_disputes(registers.disputes, fmt, year)
        findings += faulty_rows(registers.disputes, fmt, year, options, dispute=True)
    fees = fees_of(cases, year, counts_at_all(cases, reopened=reopened))
    limits = time_limits(cases, year, as_of=as_of, nearly=options.nearly, file=options.calendar)
    until = first_day(year + 1) - 1 if as_of is None else as_of
    others = [odd_rows(cases, year, until, limits), repeated_rows(cases, year, AGAIN)]
    if registers.disputes:
        others.append(repeated_rows(registers.disputes, year, own_rule(AGAIN), dispute=True))
    others += [unclear_rows(cases, year), fee_rows(cases, fees)]
    others += [reopened_rows(cases, year, options), late_rows(cases, limits, until)]
    findings += shortened(chain.from_iterable(others))
    return Tally(year, fmt, registers, tables, fees, limits, tuple(findings))


def derive(found: Tally, agency: Agency, base: Report | None = None) -> Report:
    """The report with the tables of a tally; all else is that of ``base``.

    Without ``base``, 表二 is blank, to be filled in, and section 六 says how fees stand.
    """
    counted = {ref: f for ref, f in found.figures.items() if not f.computed}
    last = found.format.narrative[-1].id
    sentence = found.fees.sentence
    if base is None:
        blank = {ref: Figure() for ref, slot in found.format.slots.items() if not slot.total}
        cells = {ref: (blank | counted)[ref] for ref in blank}
        narrative = {last: sentence} if sentence else {}
        reasons = found.fees.reasons
        return Report(agency, found.year, found.format, Figures(cells), narrative, reasons)
    kept = {ref: f for ref, f in base.figures.items() if ref.table not in found.tables}
    merged = {ref: (kept | counted)[ref] for ref in found.format.slots if ref in kept | counted}
    narrative = dict(base.narrative)
    if sentence and not narrative.get(last, "").strip():
        narrative[last] = sentence
    reasons = {**found.fees.reasons, **base.explanations}
    return replace(
        base,
        agency=base.agency.model_copy(update={"name": agency.name}),
        year=found.year,
        figures=Figures(merged),
        narrative=narrative,
        explanations=reasons,
        format=found.format,
    )
