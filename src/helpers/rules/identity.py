"""Findings that keep their identity from one run to the next, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import re

from helpers.report import Report
from helpers.rules.history import agency_key
from helpers.rules.model import Finding

_QUOTED = re.compile(r"“[^”]*”")
_NUMBERS = re.compile(r"[\d.,，%]*\d")
_DIGITS = 12
"""Hexadecimal digits of a fingerprint: 48 bits, enough for a country's findings."""


def fingerprint(report: Report, finding: Finding) -> str:
    """What a finding is about, as 12 hexadecimal digits: agency, year, rule and place.

    The place is the row, the column or the cells; of a finding without cells, its sentence
    without what it quotes, counts and lists. So a mistake that was only half mended is still
    the same one; findings of one rule about one place share a fingerprint.
    """
    name = agency_key(report.agency.name)
    key = (name, str(report.year), finding.rule, *_place(finding))
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:_DIGITS]


def _place(finding: Finding) -> tuple[str, ...]:
    rows = {(ref.table, ref.row) for ref in finding.cells}
    columns = {(ref.table, ref.column) for ref in finding.cells}
    if not finding.cells:
        told = finding.message.partition("：")[0]
        return (_NUMBERS.sub("#", _QUOTED.sub("“”", told)),)
    if len(rows) == 1:
        return "row", *next(iter(rows))
    if len(columns) == 1:
        return "column", *next(iter(columns))
    return tuple(sorted("/".join(ref) for ref in finding.cells))
