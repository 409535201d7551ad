"""Reports held against others of one batch: who is whose parent, and how these rules run.

A rule of this kind looks at all reports at once, so that none of them is quadratic in the
number of agencies. A report by itself has nothing to compare: there these rules do not apply,
or for the parent of others, cannot be assessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal, TypeVar, cast

from helpers.report import Report
from helpers.rules.catalogue import CATALOGUE, rule
from helpers.rules.history import agency_key
from helpers.rules.kinds import kind_of
from helpers.rules.model import (
    EXPLAINED,
    Case,
    Finding,
    Outcome,
    Result,
    Severity,
    outcome,
    unknown,
)

T = TypeVar("T")

Found = Iterator[tuple[int, Finding]]
"""The index of a report and what is said of it."""


@dataclass(frozen=True)
class Roster:
    """A list for the roll-up (汇总名单): the parent, and all units whose sum it reports.

    The parent's own office is one of the ``units``; lower governments stand for all below them.
    """

    parent: str
    units: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parent and its units."""
        return (self.parent, *self.units)


@dataclass(frozen=True)
class Family:
    """A roster in one year: the reports at hand of the parent and of its units.

    ``parent`` and the values of ``units`` (by name on the roster) are indexes into the batch,
    None where there is no report. ``summed`` are units without a report that have a roster of
    their own with reports on it: they can be added up first.
    """

    roster: Roster
    year: int
    parent: int | None
    units: Mapping[str, int | None]
    summed: tuple[str, ...] = ()

    @property
    def present(self) -> dict[str, int]:
        """The units whose report is at hand."""
        return {name: index for name, index in self.units.items() if index is not None}

    @property
    def missing(self) -> tuple[str, ...]:
        """The units whose report is not, and that cannot be added up either."""
        gone = (name for name, index in self.units.items() if index is None)
        return tuple(name for name in gone if name not in self.summed)


@dataclass(frozen=True)
class Batch:
    """What batch rules look at: the reports, the rosters, and who has errors of its own.

    ``blocked`` are the indexes of reports with an error that stops them; ``past`` the reports
    that were given as history; ``off`` the rules that are switched off.
    """

    reports: Sequence[Report]
    rosters: Sequence[Roster] = ()
    blocked: Collection[int] = ()
    past: Sequence[Report] = ()
    off: Collection[str] = ()

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The rosters in each year of which a unit has a report here, lower ones first.

        A parent alone is no family: nobody has asked for its units.
        """
        years = sorted({report.year for report in self.reports})
        by_parent = {agency_key(roster.parent): roster for roster in self.rosters}
        found = []
        for roster in sorted(self.rosters, key=lambda one: _height(one, by_parent)):
            for year in years:
                units = {unit: self._at.get((agency_key(unit), year)) for unit in roster.units}
                summed = tuple(
                    unit
                    for unit, index in units.items()
                    if index is None and self._has_units(by_parent.get(agency_key(unit)), year)
                )
                if summed or any(index is not None for index in units.values()):
                    parent = self._at.get((agency_key(roster.parent), year))
                    found.append(Family(roster, year, parent, units, summed))
        return tuple(found)

    @cached_property
    def _at(self) -> dict[tuple[str, int], int]:
        """Where the report of an agency and year is, by its present name, else a former one."""
        at: dict[tuple[str, int], int] = {}
        for index, report in enumerate(self.reports):
            at.setdefault((agency_key(report.agency.name), report.year), index)
        for index, report in enumerate(self.reports):
            for name in report.agency.formerly:
                at.setdefault((agency_key(name), report.year), index)
        return at

    def _has_units(self, roster: Roster | None, year: int) -> bool:
        units = roster.units if roster else ()
        return any((agency_key(unit), year) in self._at for unit in units)

    @cached_property
    def _parents(self) -> frozenset[int | None]:
        return frozenset(family.parent for family in self.families)

    @cached_property
    def _found(self) -> dict[object, object]:
        """What was worked out for several rules; see ``once``."""
        return {}

    def once(self, work: Callable[[Batch], T]) -> T:
        """What ``work`` makes of this batch, worked out for the first rule that asks."""
        if work not in self._found:
            self._found[work] = work(self)
        return cast("T", self._found[work])

    def rules_of(self, index: int) -> frozenset[str]:
        """The batch rules that apply to a report."""
        holds = {
            "company": len(self.reports) > 1 or bool(self.past),
            "roster": bool(self.rosters),
            "parent": index in self._parents,
        }
        return frozenset(rule_id for rule_id, look in _LOOKS.items() if holds[look.needs])


Needs = Literal["company", "roster", "parent"]
"""When a batch rule applies: beside other reports, where a roster is given, to a parent on it."""


@dataclass(frozen=True)
class _Look:
    find: Callable[[Batch], Found]
    needs: Needs


_LOOKS: dict[str, _Look] = {}


def batch_rule(
    rule_id: str,
    severity: Severity,
    sentence: str,
    formula: str,
    *,
    needs: Needs = "company",
) -> Callable[[Callable[[Batch], Found]], Callable[[Batch], Found]]:
    """Register the decorated look at a batch; the other arguments are those of Rule."""

    def register(look: Callable[[Batch], Found]) -> Callable[[Batch], Found]:
        alone = partial(_without_units, rule_id=rule_id) if needs == "parent" else _alone
        rule(rule_id, severity, "", sentence, formula)(alone)
        _LOOKS[rule_id] = _Look(look, needs)
        return look

    return register


def _alone(_: Case) -> None:
    """Not applicable: there is only one report."""
    return


def _without_units(case: Case, rule_id: str) -> tuple[Finding, ...] | None:
    """A government that is checked without the units whose sum it reports."""
    if kind_of(case.report.agency) != "政府":
        return None
    text = "没有和下级的报告一起核对：把名单写进设置文件的 [[rollup]]，与下级的报告一并核对。"
    return (unknown(rule_id, text),)


def _height(roster: Roster, by_parent: Mapping[str, Roster], steps: int = 0) -> int:
    """How many levels of rosters are below one; a circle ends after as many steps as rosters."""
    lower = [by_parent[key] for unit in roster.units if (key := agency_key(unit)) in by_parent]
    if not lower or steps > len(by_parent):
        return 0
    return 1 + max(_height(one, by_parent, steps + 1) for one in lower)


def check_batch(
    batch: Batch,
    severities: Mapping[str, Severity] | None = None,
    rules: Collection[str] | None = None,
) -> Mapping[int, tuple[Finding, ...]]:
    """What the reports show side by side: the findings about each by its index.

    ``severities`` overrides the defaults by rule id, as for one report; with ``rules`` only
    those are held. A report that an earlier rule finds an error in counts as blocked for the
    later ones.
    """
    severities = severities or {}
    off = {rule_id for rule_id, weight in severities.items() if weight is Severity.OFF}
    found: dict[int, list[Finding]] = {index: [] for index in range(len(batch.reports))}
    blocked = set(batch.blocked)
    batch = replace(batch, blocked=blocked, off=off)  # blocked grows as rules find more
    for rule_id, look in _LOOKS.items():
        severity = severities.get(rule_id, CATALOGUE[rule_id].severity)
        if severity is Severity.OFF or (rules is not None and rule_id not in rules):
            continue
        for index, finding in look.find(batch):
            weighed = _weigh(finding, severity, batch.reports[index].explanations)
            found[index].append(weighed)
            if weighed.blocking:
                blocked.add(index)
    return {index: tuple(findings) for index, findings in found.items()}


def _weigh(finding: Finding, severity: Severity, explanations: Mapping[str, str]) -> Finding:
    default = CATALOGUE[finding.rule].severity
    own = finding.severity is not Severity.ERROR and severity is default
    weight = finding.severity if own else severity
    explainable = weight in EXPLAINED and finding.state == "fail"
    reason = explanations.get(finding.rule, "").strip() if explainable else ""
    return replace(finding, severity=weight, explanation=reason)


def with_batch(result: Result, findings: Sequence[Finding], rules: Collection[str]) -> Result:
    """The result of one report with what the batch shows of it: these batch rules now ran."""
    explained = {finding.rule for finding in findings if finding.explained}
    return replace(
        result,
        outcomes=tuple(_ran(one, findings, rules) for one in result.outcomes),
        unused_explanations=tuple(r for r in result.unused_explanations if r not in explained),
    )


def _ran(one: Outcome, findings: Sequence[Finding], rules: Collection[str]) -> Outcome:
    if one.rule.id not in rules:
        return one
    return outcome(one.rule, [finding for finding in findings if finding.rule == one.rule.id])
