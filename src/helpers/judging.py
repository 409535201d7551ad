"""Every report held against the rules and its own earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.report import Report
from helpers.rules import (
    Batch,
    Result,
    Seen,
    Surroundings,
    agency_key,
    check,
    earlier_reports,
    likely_name,
    look_around,
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
    judged = [
        Judged(item, check(item.report, settings.severities, one), one)
        if item.report
        else Judged(item)
        for item, one in zip(loaded, all_surroundings(loaded, past, settings), strict=True)
    ]
    known = [(n, one.item.report, one.result) for n, one in enumerate(judged) if one.item.report]
    blocked = {at for at, (_, _, result) in enumerate(known) if result and result.blocking}
    seen = seen_in_batch([report for _, report, _ in known if report], past, settings, blocked)
    for (number, _, result), one in zip(known, seen, strict=True):
        if result:
            judged[number] = replace(judged[number], result=with_batch(result, one))
    return judged


def all_surroundings(
    loaded: Sequence[Loaded], history: Iterable[Report], settings: Settings
) -> list[Surroundings]:
    """What the report of each source is held against, in their order."""
    past = tuple(history)
    pool: dict[str, list[Report]] = {}
    for report in (*(item.report for item in loaded if item.report), *past):
        pool.setdefault(agency_key(report.agency.name), []).append(report)
    found = []
    for item in loaded:
        around = Surroundings()
        if item.report:
            around = surroundings(item.report, _namesakes(item.report, pool), settings)
            if past and not around.earlier:
                near = _lookalike(item.report, past, pool)
                around = replace(around, history=True, lookalike=near)
        found.append(around)
    return found


def _namesakes(report: Report, pool: dict[str, list[Report]]) -> list[Report]:
    """Reports of the same agency, under its earlier names too."""
    names = dict.fromkeys(map(agency_key, (report.agency.name, *report.agency.formerly)))
    return [found for name in names for found in pool.get(name, [])]


def _lookalike(report: Report, past: Sequence[Report], pool: dict[str, list[Report]]) -> str:
    """An agency among earlier reports whose name is like this one's and that is not its own.

    An agency that has a report on this year too is another one.
    """
    last = [r for r in past if r.year == report.year - 1]
    taken = {key for key, reports in pool.items() if any(r.year == report.year for r in reports)}
    names = [r.agency.name for r in last if agency_key(r.agency.name) not in taken]
    return likely_name(report.agency.name, names) or ""


def seen_in_batch(
    reports: Sequence[Report],
    history: Sequence[Report],
    settings: Settings,
    blocked: Iterable[int] | None = None,
) -> list[Seen]:
    """What the reports show side by side (B and R rules), in their order.

    ``blocked`` are the indexes of those with errors of their own; left out, they are worked out
    where a roster asks for them.
    """
    if blocked is None:
        blocked = _blocked(reports, history, settings) if settings.rosters else ()
    batch = Batch(reports, settings.rosters, frozenset(blocked), history)
    return look_around(batch, settings.severities)


def _blocked(
    reports: Sequence[Report], history: Sequence[Report], settings: Settings
) -> Iterable[int]:
    loaded = [Loaded(report.source, report) for report in reports]
    around = all_surroundings(loaded, history, settings)
    for index, (report, one) in enumerate(zip(reports, around, strict=True)):
        if check(report, settings.severities, one).blocking:
            yield index


def result_of(
    report: Report,
    others: Iterable[Report],
    settings: Settings,
    *,
    history: bool = False,
    lookalike: str = "",
) -> Result:
    """How every rule ends for one report; ``others`` hold its earlier years.

    ``history`` says that earlier years were looked for though there are none, ``lookalike``
    names an agency among them whose name is like this one's. The last result is remembered:
    where a report is made, the batch and the notebook ask alike.
    """
    others = tuple(others)
    around = surroundings(report, others, settings)
    around = replace(around, history=history or around.history, lookalike=lookalike)
    asked = (report, others, [r.original for r in (report, *others)], settings.severities, around)
    if not _last or _last[0] != asked:
        _last[:] = [asked, check(report, settings.severities, around)]
    result: Result = _last[1]
    return result


_last: list[Any] = []


def surroundings(report: Report, others: Iterable[Report], settings: Settings) -> Surroundings:
    """What a report is held against: its earlier years among ``others``, the local limits."""
    earlier = earlier_reports(report, others)
    return Surroundings(earlier, bool(earlier), settings.limits, settings.deadlines)
