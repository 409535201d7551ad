"""Findings that keep their identity from one run to the next, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from helpers.report import Report
from helpers.rules.history import agency_key
from helpers.rules.model import Finding, Result

_NUMBERS = re.compile(r"[\d.,，]*\d")
_DIGITS = 12
"""Hexadecimal digits of a fingerprint: 48 bits, enough for a country's findings."""


def fingerprints(report: Report, result: Result) -> Iterator[tuple[Finding, str]]:
    """Each failure with its fingerprint (12 hexadecimal digits).

    It is made of agency, year, rule and the cells, or where a finding has no cells, of its
    sentence without the numbers: a mistake that was only half mended is still the same one.
    Several that agree in all this are told apart by their order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in result.failures:
        about = sorted("/".join(ref) for ref in finding.cells)
        subject = about or [_NUMBERS.sub("#", finding.message)]
        key = (agency_key(report.agency.name), str(report.year), finding.rule, *subject)
        seen[key] += 1
        text = "\n".join((*key, str(seen[key])))
        yield finding, hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
