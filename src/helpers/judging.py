"""Every report held against the rules and its own earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

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
    pool: dict[str, list[Report]] = {}
    for report in (*(item.report for item in loaded if item.report), *history):
        pool.setdefault(agency_key(report.agency.name), []).append(report)
    judged = [_judge(item, pool, settings) for item in loaded]
    return _beside_each_other(judged, settings)


def _beside_each_other(judged: list[Judged], settings: Settings) -> list[Judged]:
    """The same, with what the reports of a batch show of each other (B and R rules)."""
    known = [
        (number, one.item.report, one.result)
        for number, one in enumerate(judged)
        if one.item.report and one.result
    ]
    blocked = {index for index, (_, _, result) in enumerate(known) if result.blocking}
    batch = Batch([report for _, report, _ in known], settings.rosters, blocked)
    findings = check_batch(batch, settings.severities)
    for index, (number, _, result) in enumerate(known):
        seen = with_batch(result, findings[index], batch.rules_of(index))
        judged[number] = replace(judged[number], result=seen)
    return judged


def _judge(item: Loaded, pool: dict[str, list[Report]], settings: Settings) -> Judged:
    if item.report is None:
        return Judged(item)
    agency = item.report.agency
    names = dict.fromkeys(map(agency_key, (agency.name, *agency.formerly)))
    around = surroundings(item.report, [r for name in names for r in pool.get(name, [])], settings)
    return Judged(item, check(item.report, settings.severities, around), around)


def surroundings(report: Report, others: Iterable[Report], settings: Settings) -> Surroundings:
    """What a report is held against: its earlier years among ``others``, the local limits."""
    earlier = earlier_reports(report, others)
    return Surroundings(earlier, bool(earlier), settings.limits, settings.deadlines)
