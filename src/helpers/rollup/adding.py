"""Adding up: units of a roster -> the parent's report, to any depth.

A unit that has no report of its own but a roster is summed itself first: townships into a
county, counties into a city.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from helpers.errors import InputError, Problem
from helpers.figures import Figure, Figures, number
from helpers.formats import ALWAYS, Format, Ref
from helpers.report import Agency, Report
from helpers.rules import (
    CATALOGUE,
    Batch,
    Finding,
    Limits,
    Roster,
    Severity,
    Surroundings,
    agency_key,
    check,
    check_batch,
)

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
    """What one unit has in a cell; ``share`` is its part of the sum.

    None where there is none: the sum is 0, or some have more and some less than nothing.
    """

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
        mixed = len({value > 0 for _, value in known}) > 1
        found = [Share(n, v, v / whole if whole and not mixed else None) for n, v in known]
        return sorted(found, key=lambda share: (-abs(share.value), share.name))


def roll_up(
    parent: Agency,
    year: int,
    reports: Sequence[Report],
    rosters: Sequence[Roster],
    *,
    blocked: Collection[int] = (),
    explanations: Mapping[str, str] | None = None,
    severities: Mapping[str, Severity] | None = None,
    limits: Limits | None = None,
) -> Rolled:
    """The report of ``parent`` on ``year`` as the sum of the units on its roster.

    ``reports`` are all that is at hand, ``blocked`` the indexes of those with errors of their
    own; ``explanations`` are reasons (by rule) why this sum stands all the same, those of lower
    levels not included. ``severities`` and ``limits`` are those of the settings. Raises
    InputError where there is no roster, nothing to add, or rosters contain each other.
    """
    wrong = {id(reports[index]) for index in blocked}
    work = _Work(year, reports, rosters, wrong, severities or {}, limits or Limits())
    return work.roll(parent, (), explanations or {})


@dataclass(frozen=True)
class _Work:
    year: int
    reports: Sequence[Report]
    rosters: Sequence[Roster]
    wrong: Collection[int]
    severities: Mapping[str, Severity]
    limits: Limits

    @cached_property
    def _own(self) -> dict[str, Report]:
        """The reports of the year by the key of the agency's name, present or former."""
        of_year = [report for report in self.reports if report.year == self.year]
        found: dict[str, Report] = {}
        for report in of_year:
            found.setdefault(agency_key(report.agency.name), report)
        for report in of_year:
            for name in report.agency.formerly:
                found.setdefault(agency_key(name), report)
        return found

    def roll(self, parent: Agency, above: tuple[str, ...], reasons: Mapping[str, str]) -> Rolled:
        """The sum for one parent; ``above`` are those that it is itself added into."""
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
        figures = _sum(parts, fmt)
        report = Report(parent, self.year, fmt, figures, explanations=reasons, source=source)
        declared = self._own.get(key)
        return Rolled(
            report,
            roster,
            parts,
            tuple(self._findings(report, roster, at_hand, below, parts)),
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

    def _below(self, roster: Roster, above: tuple[str, ...]) -> Iterator[Rolled]:
        """The units that are sums themselves, having a roster and no report."""
        listed = {agency_key(one.parent) for one in self.rosters}
        for unit in roster.units:
            if agency_key(unit) in listed and agency_key(unit) not in self._own:
                yield self.roll(Agency(name=unit), above, {})

    def _parts(self, roster: Roster, sums: Mapping[str, Report]) -> Iterator[Part]:
        for unit in roster.units:
            key = agency_key(unit)
            report = self._own.get(key) or sums.get(key)
            if report:
                yield Part(unit, report, computed=key in sums)

    def _format(self, parts: Sequence[Part]) -> Format:
        """The format of most units; R-10 names the others. With a tie the one in force."""
        codes = [part.report.format.code for part in parts]
        formats = {part.report.format.code: part.report.format for part in parts}
        usual = [fmt for fmt in formats.values() if fmt.in_force(self.year)]
        return max([*usual, *formats.values()], key=lambda fmt: codes.count(fmt.code))

    def _findings(
        self,
        report: Report,
        roster: Roster,
        at_hand: Sequence[Part],
        below: Sequence[Rolled],
        parts: Sequence[Part],
    ) -> Iterator[Finding]:
        """What the rules about sums say, and those about the tables of the sum itself.

        ``at_hand`` are the units that have a report, ``parts`` those of them that were added.
        """
        stopped = {id(one.report) for one in below if one.blocking} | set(self.wrong)
        batch = [report, *(part.report for part in at_hand)]
        blocked = [at for at, one in enumerate(batch) if id(one) in stopped]
        rules = [rule for rule in CATALOGUE if rule.startswith("R-")]
        found = check_batch(Batch(batch, (roster,), blocked), self.severities, rules)[0]
        yield from found
        reason = next((one.explanation for one in found if one.rule == "R-09"), "")
        sound = [part for part in parts if id(part.report) not in stopped] if reason else parts
        yield from self._of_tables(report, sound, reason)

    def _of_tables(self, report: Report, sound: Sequence[Part], reason: str) -> Iterator[Finding]:
        """What the rules about tables say of the sum.

        With a reason for adding units that have errors (R-09), it answers the errors too that
        the sum has only because of them: the sum of the ``sound`` units is without.
        """
        found = self._checked(report)
        rest = replace(report, figures=_sum(sound, report.format)) if reason and sound else None
        own = {(one.rule, one.cells) for one in self._checked(rest)} if rest else set()
        for finding in found:
            if reason and finding.blocking and (finding.rule, finding.cells) not in own:
                text = f"{finding.message}（来自 R-09 所说的单位）"
                yield replace(finding, message=text, explanation=reason)
            else:
                yield finding

    def _checked(self, report: Report) -> list[Finding]:
        tables = check(report, self.severities, Surroundings(limits=self.limits)).findings
        return [finding for finding in tables if finding.rule.startswith(_OF_TABLES)]

    def _differences(self, declared: Report, parts: Sequence[Part]) -> Iterator[Finding]:
        """In which cells the declared report is not the sum, or why that cannot be said."""
        units = [replace(part.report, agency=Agency(name=part.name)) for part in parts]
        roster = Roster(declared.agency.name, tuple(part.name for part in parts))
        rules = ("R-01", "R-03", "R-10", "R-14")
        yield from check_batch(Batch([declared, *units], (roster,)), self.severities, rules)[0]


def _refuse(name: str, text: str) -> InputError:
    return InputError([Problem(name, text)])


def _sum(parts: Sequence[Part], fmt: Format) -> Figures:
    """Every cell but the totals; blank where a unit's is blank, missing where all miss it.

    A block that may be missing with a reason (第（九）项) counts where it is there.
    """
    cells: dict[Ref, Figure] = {}
    for ref, slot in fmt.slots.items():
        given = [part.report.figures[ref] for part in parts if ref in part.report.figures]
        if slot.total or not given:
            continue
        needed = len(parts) if slot.block.required_by == ALWAYS else len(given)
        values = [figure.value for figure in given if figure.value is not None]
        whole = sum(values, Decimal(0)) if len(values) == needed else None
        cells[ref] = Figure(state="blank") if whole is None else _like(given[0], whole)
    return Figures(cells)


def _like(figure: Figure, value: Decimal) -> Figure:
    """A number with the unit that the figures it was added from had in their cells."""
    return replace(number(value), unit=figure.unit)
