"""Which reports of earlier years belong to a report: by the agency's name, present or former."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from helpers.report import Report


def earlier_reports(report: Report, others: Iterable[Report]) -> tuple[Report, ...]:
    """The reports of the same agency on earlier years, newest first.

    A name counts as the same whatever its spaces and widths; names under ``formerly`` count
    too, so that a year before a merger may have several reports.
    """
    names = [report.agency.name, *report.agency.formerly]
    order = {agency_key(name): number for number, name in reversed(list(enumerate(names)))}
    found = [
        (other.year, -order[agency_key(other.agency.name)], other)
        for other in others
        if other.year < report.year and agency_key(other.agency.name) in order
    ]
    found.sort(key=lambda item: item[:2], reverse=True)
    return tuple(other for _, _, other in found)


def agency_key(name: str) -> str:
    """The name without spaces and width forms, for comparing."""
    return "".join(unicodedata.normalize("NFKC", name).split())
