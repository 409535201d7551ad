"""Every report held against the rules and its own earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.report import Report
from helpers.rules import (
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
    around = all_surroundings(loaded, history, settings)
    judged = [
        Judged(item, check(item.report, settings.severities, one), one)
        if item.report
        else Judged(item)
        for item, one in zip(loaded, around, strict=True)
    ]
    return _beside_each_other(judged, settings)


def all_surroundings(
    loaded: Sequence[Loaded], history: Iterable[Report], settings: Settings
) -> list[Surroundings]:
    """What the report of each source is held against, in their order."""
    pool: dict[str, list[Report]] = {}
    for report in (*(item.report for item in loaded if item.report), *history):
        pool.setdefault(agency_key(report.agency.name), []).append(report)
    return [
        surroundings(item.report, _namesakes(item.report, pool), settings)
        if item.report
        else Surroundings()
        for item in loaded
    ]


def _namesakes(report: Report, pool: dict[str, list[Report]]) -> list[Report]:
    """Reports of the same agency, under its earlier names too."""
    names = dict.fromkeys(map(agency_key, (report.agency.name, *report.agency.formerly)))
    return [found for name in names for found in pool.get(name, [])]


def _beside_each_other(judged: list[Judged], settings: Settings) -> list[Judged]:
    """The same, with what the reports of a batch show of each other (B rules)."""
    known = [(number, one.item.report) for number, one in enumerate(judged) if one.item.report]
    if len(known) < 2:
        return judged
    findings = check_batch([report for _, report in known], settings.severities)
    for index, (number, _) in enumerate(known):
        one = judged[number]
        if one.result:
            result = with_batch(one.result, findings.get(index, ()))
            judged[number] = replace(one, result=result)
    return judged


def result_of(report: Report, others: Iterable[Report], settings: Settings) -> Result:
    """How every rule ends for one report; ``others`` hold its earlier years.

    The last result is remembered: where a report is made, the batch and the notebook ask alike.
    """
    others = tuple(others)
    asked = (report, others, [r.original for r in (report, *others)], settings)
    if not _last or _last[0] != asked:
        around = surroundings(report, others, settings)
        _last[:] = [asked, check(report, settings.severities, around)]
    result: Result = _last[1]
    return result


_last: list[Any] = []


def surroundings(report: Report, others: Iterable[Report], settings: Settings) -> Surroundings:
    """What a report is held against: its earlier years among ``others``, the local limits."""
    earlier = earlier_reports(report, others)
    return Surroundings(earlier, bool(earlier), settings.limits)
