"""Prose for a computed report, drafted with placeholders: numbers come from the tables.

The sentences are data of the format (``draft``); what only people can know is left as a gap
that the rules point out (D-16) until somebody has filled it.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.report import Report


def drafted(report: Report) -> Report:
    """The report with a draft in every text section that has none."""
    texts = {**report.format.draft, **{k: v for k, v in report.narrative.items() if v.strip()}}
    return replace(report, narrative=texts)
