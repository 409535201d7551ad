"""Every report held against the rules and its own earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from helpers.formats import closest
from helpers.report import Report
from helpers.rules import (
    Batch,
    Result,
    Surroundings,
    agency_key,
    check,
    check_batch,
    earlier_reports,
    with_batch,
)
from helpers.settings import Settings
from helpers.sources import Loaded


@dataclass(frozen=True)
class Judged:
    """A source with the result of its report (None: not readable) and what it was held against."""

    item: Loaded
    result: Result | None = None
    around: Surroundings = field(default_factory=Surroundings)


def judge(loaded: Sequence[Loaded], history: Iterable[Report], settings: Settings) -> list[Judged]:
    """The result of each source.

    Reports of one agency among the sources are each other's history; ``history`` are more.
    """
    past = tuple(history)
    pool: dict[str, list[Report]] = {}
    for report in (*(item.report for item in loaded if item.report), *past):
        pool.setdefault(agency_key(report.agency.name), []).append(report)
    judged = [_judge(item, pool, past, settings) for item in loaded]
    return _beside_each_other(judged, past, settings)


def _beside_each_other(
    judged: list[Judged], past: Sequence[Report], settings: Settings
) -> list[Judged]:
    """The same, with what the reports of a batch show of each other (B and R rules)."""
    known = [
        (number, one.item.report, one.result)
        for number, one in enumerate(judged)
        if one.item.report and one.result
    ]
    blocked = {index for index, (_, _, result) in enumerate(known) if result.blocking}
    batch = Batch([report for _, report, _ in known], settings.rosters, blocked, past)
    findings = check_batch(batch, settings.severities)
    for index, (number, _, result) in enumerate(known):
        seen = with_batch(result, findings[index], batch.rules_of(index))
        judged[number] = replace(judged[number], result=seen)
    return judged


def _judge(
    item: Loaded, pool: dict[str, list[Report]], past: Sequence[Report], settings: Settings
) -> Judged:
    if item.report is None:
        return Judged(item)
    agency = item.report.agency
    names = dict.fromkeys(map(agency_key, (agency.name, *agency.formerly)))
    around = surroundings(item.report, [r for name in names for r in pool.get(name, [])], settings)
    if past and not around.earlier:
        around = replace(around, history=True, lookalike=_lookalike(item.report, past, pool))
    return Judged(item, check(item.report, settings.severities, around), around)


def _lookalike(report: Report, past: Sequence[Report], pool: dict[str, list[Report]]) -> str:
    """An agency among earlier reports whose name is like this one's and that is not its own.

    An agency that has a report on this year too is another one.
    """
    last = [r for r in past if r.year == report.year - 1]
    taken = {key for key, reports in pool.items() if any(r.year == report.year for r in reports)}
    names = [r.agency.name for r in last if agency_key(r.agency.name) not in taken]
    return closest(report.agency.name, names) or ""


def surroundings(report: Report, others: Iterable[Report], settings: Settings) -> Surroundings:
    """What a report is held against: its earlier years among ``others``, the local limits."""
    earlier = earlier_reports(report, others)
    return Surroundings(earlier, bool(earlier), settings.limits, settings.deadlines)
