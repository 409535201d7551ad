"""Adding up: units of a roster -> the parent's report, to any depth.

A unit that has no report of its own but a roster is summed itself first: townships into a
county, counties into a city.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from helpers.errors import InputError, Problem
from helpers.figures import Figure, Figures, number
from helpers.formats import Format, Ref
from helpers.report import Agency, Report
from helpers.rules import Batch, Finding, Roster, agency_key, check, check_batch

_OF_TABLES = ("C-", "T2-", "T3-", "T4-", "L-")
"""The rules about figures alone: a sum has no text yet."""


@dataclass(frozen=True)
class Part:
    """A unit in a sum: its name on the roster and its report, which may be a sum itself."""

    name: str
    report: Report
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit has in a cell; ``share`` is its part of the sum, None where that is 0."""

    name: str
    value: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Rolled:
    """A computed report with its parts, what speaks against it, and what was declared.

    ``parts`` are the units that are in the sum; R-02 and R-10 name those that are not.

    ``findings`` are those of the rules about sums (R) and of the tables; ``blocking`` ones stop
    it. ``declared`` is the parent's own report, where there is one, and ``differences`` say in
    which cells it is not the sum. ``below`` are the sums of lower levels that went into it.
    """

    report: Report
    roster: Roster
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    declared: Report | None = None
    differences: tuple[Finding, ...] = ()
    below: tuple[Rolled, ...] = field(default=())

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the sum."""
        return tuple(finding for finding in self.findings if finding.blocking)

    def shares(self, ref: Ref) -> list[Share]:
        """Each unit's part of a cell, the greatest first."""
        values = [(part.name, part.report.complete.value(ref)) for part in self.parts]
        known = [(name, value) for name, value in values if value]
        whole = sum((value for _, value in known), Decimal(0))
        found = [Share(name, value, value / whole if whole else None) for name, value in known]
        return sorted(found, key=lambda share: (-abs(share.value), share.name))


def roll_up(
    parent: Agency,
    year: int,
    reports: Sequence[Report],
    rosters: Sequence[Roster],
    *,
    blocked: Collection[int] = (),
    explanations: Mapping[str, str] | None = None,
) -> Rolled:
    """The report of ``parent`` on ``year`` as the sum of the units on its roster.

    ``reports`` are all that is at hand, ``blocked`` the indexes of those with errors of their
    own; ``explanations`` are reasons (by rule) why the sum stands all the same. Raises
    InputError where there is no roster, nothing to add, or rosters contain each other.
    """
    work = _Work(year, reports, rosters, frozenset(blocked), dict(explanations or {}))
    return work.roll(parent, ())


@dataclass(frozen=True)
class _Work:
    year: int
    reports: Sequence[Report]
    rosters: Sequence[Roster]
    blocked: frozenset[int]
    explanations: Mapping[str, str]

    def roll(self, parent: Agency, above: tuple[str, ...]) -> Rolled:
        key = agency_key(parent.name)
        if key in above:
            raise _refuse(parent.name, "汇总名单互相包含，没有头尾，请改正设置文件的 [[rollup]]")
        roster = self._roster(parent.name)
        below = tuple(self._below(roster, (*above, key)))
        sums = {agency_key(one.report.agency.name): one.report for one in below}
        at_hand = tuple(self._parts(roster, sums))
        if not at_hand:
            raise _refuse(parent.name, f"名单上的单位都没有 {self.year} 年度的报告，无从汇总")
        fmt = self._format(at_hand)
        parts = tuple(part for part in at_hand if part.report.format.code == fmt.code)
        source = f"{parent.name}（汇总）"
        reasons = self.explanations
        figures = _sum(parts, fmt)
        report = Report(parent, self.year, fmt, figures, explanations=reasons, source=source)
        declared = self._own(parent.name)
        return Rolled(
            report,
            roster,
            parts,
            tuple(self._findings(report, below)),
            declared,
            tuple(self._differences(declared, parts)) if declared else (),
            below,
        )

    def _roster(self, name: str) -> Roster:
        for roster in self.rosters:
            if agency_key(roster.parent) == agency_key(name):
                return roster
        text = "设置文件里没有它的汇总名单：请写 [[rollup]]，下面写 parent 和 units"
        raise _refuse(name, text)

    def _own(self, name: str) -> Report | None:
        key = agency_key(name), self.year
        found = (r for r in self.reports if (agency_key(r.agency.name), r.year) == key)
        return next(found, None)

    def _below(self, roster: Roster, above: tuple[str, ...]) -> Iterator[Rolled]:
        """The units that are sums themselves, having a roster and no report."""
        listed = {agency_key(one.parent) for one in self.rosters}
        for unit in roster.units:
            if agency_key(unit) in listed and self._own(unit) is None:
                yield self.roll(Agency(name=unit), above)

    def _parts(self, roster: Roster, sums: Mapping[str, Report]) -> Iterator[Part]:
        for unit in roster.units:
            own, computed = self._own(unit), sums.get(agency_key(unit))
            if own or computed:
                yield Part(unit, own or computed or self.reports[0], computed=own is None)

    def _format(self, parts: Sequence[Part]) -> Format:
        """The format of most units; R-10 names the others. With a tie the one in force."""
        codes = [part.report.format.code for part in parts]
        formats = {part.report.format.code: part.report.format for part in parts}
        usual = [fmt for fmt in formats.values() if fmt.in_force(self.year)]
        return max([*usual, *formats.values()], key=lambda fmt: codes.count(fmt.code))

    def _findings(self, report: Report, below: Sequence[Rolled]) -> Iterator[Finding]:
        """What the rules about sums say, and those about the tables of the sum itself."""
        computed = [one.report for one in below]
        others = [r for r in self.reports if agency_key(r.agency.name) != _key(report)]
        batch = [report, *computed, *others]
        indexes = {id(r): number for number, r in enumerate(self.reports)}
        blocked = [at for at, r in enumerate(batch) if indexes.get(id(r), -1) in self.blocked]
        blocked += [at for at, one in enumerate(below, 1) if one.blocking]
        found = check_batch(Batch(batch, self.rosters, blocked))[0]
        yield from (f for f in found if f.rule.startswith("R-"))
        yield from (f for f in check(report).findings if f.rule.startswith(_OF_TABLES))

    def _differences(self, declared: Report, parts: Sequence[Part]) -> Iterator[Finding]:
        """In which cells the declared report is not the sum."""
        units = [replace(part.report, agency=Agency(name=part.name)) for part in parts]
        roster = Roster(declared.agency.name, tuple(part.name for part in parts))
        found = check_batch(Batch([declared, *units], (roster,)))[0]
        yield from (f for f in found if f.rule in ("R-01", "R-03", "R-14") and f.state == "fail")


def _refuse(name: str, text: str) -> InputError:
    return InputError([Problem(name, text)])


def _key(report: Report) -> str:
    return agency_key(report.agency.name)


def _sum(parts: Sequence[Part], fmt: Format) -> Figures:
    """Every cell but the totals; blank where a unit's is blank, missing where all miss it."""
    cells: dict[Ref, Figure] = {}
    for ref, slot in fmt.slots.items():
        given = [part.report.figures[ref] for part in parts if ref in part.report.figures]
        if slot.total or not given:
            continue
        values = [figure.value for figure in given if figure.value is not None]
        whole = sum(values, Decimal(0)) if len(values) == len(given) else None
        cells[ref] = Figure(state="blank") if whole is None else _like(given[0], whole)
    return Figures(cells)


def _like(figure: Figure, value: Decimal) -> Figure:
    """A number with the unit that the figures it was added from had in their cells."""
    return replace(number(value), unit=figure.unit)
