"""Every report held against the rules, its own earlier years and the reports beside it."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.cli.settings import Settings
from helpers.report import Report
from helpers.rules import Result, Surroundings, check, earlier_reports
from helpers.sources import Loaded, load

Judged = tuple[Loaded, Result | None]


def judge(loaded: Sequence[Loaded], history: Sequence[str], settings: Settings) -> list[Judged]:
    """The result of each source, None where it could not be read.

    Reports of one agency among the sources are each other's history; ``history`` are files
    and folders with more. What cannot be read there is passed over: it is not asked about.
    """
    pool = [item.report for item in loaded if item.report]
    if history:
        pool += [item.report for item in load(history) if item.report]
    by_agency = _by_agency(pool)
    return [
        (item, _judge(item.report, by_agency, settings) if item.report else None) for item in loaded
    ]


def _by_agency(pool: Sequence[Report]) -> dict[str, list[Report]]:
    """Reports by agency name, so that each looks at its own only."""
    found: dict[str, list[Report]] = {}
    for report in pool:
        found.setdefault("".join(report.agency.name.split()), []).append(report)
    return found


def _judge(report: Report, pool: dict[str, list[Report]], settings: Settings) -> Result:
    names = (report.agency.name, *report.agency.formerly)
    others = [other for name in names for other in pool.get("".join(name.split()), [])]
    earlier = earlier_reports(report, others)
    around = Surroundings(earlier, bool(earlier), settings.limits)
    return check(report, settings.severities, around)
