"""The consistency rules (勾稽关系): a report in, findings out.

Every rule ends in one of four outcomes; the list of rules is known before the run, so that
"n of n ran" can be asserted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from helpers.report import Report
from helpers.rules import (  # noqa: F401
    across,
    applications,
    batch,
    cells,
    changes,
    claims,
    content,
    disputes,
    document,
    items,
    lastyear,
    names,
    opening,
    plausibility,
    powers,
    privacy,
    proactive,
    process,
    rollup,
    slips,
    structure,
    style,
    telling,
    wording,
    years,
)
from helpers.rules.beside import (
    Batch,
    Family,
    Roster,
    Seen,
    check_batch,
    look_around,
    parents,
    with_batch,
)
from helpers.rules.catalogue import CATALOGUE, in_order
from helpers.rules.cells import faulty_cells
from helpers.rules.history import agency_key, earlier_reports
from helpers.rules.identity import fingerprint
from helpers.rules.kinds import kind_of
from helpers.rules.likeness import likely_name
from helpers.rules.model import (
    EVERY_KIND,
    EXPLAINED,
    STATE_WORDS,
    Case,
    Finding,
    Limits,
    MonthDay,
    Outcome,
    Result,
    Rule,
    Severity,
    Surroundings,
    outcome,
)
from helpers.rules.process import due_date
from helpers.rules.summary import LEVELS, count_levels, explanation_notes, summary
from helpers.rules.text import readable

__all__ = [
    "CATALOGUE",
    "EVERY_KIND",
    "EXPLAINED",
    "LEVELS",
    "STATE_WORDS",
    "Batch",
    "Family",
    "Finding",
    "Limits",
    "MonthDay",
    "Outcome",
    "Result",
    "Roster",
    "Rule",
    "Seen",
    "Severity",
    "Surroundings",
    "agency_key",
    "check",
    "check_batch",
    "count_levels",
    "due_date",
    "earlier_reports",
    "explanation_notes",
    "fingerprint",
    "in_order",
    "kind_of",
    "likely_name",
    "look_around",
    "parents",
    "readable",
    "summary",
    "with_batch",
]


def check(
    report: Report,
    severities: Mapping[str, Severity] | None = None,
    around: Surroundings | None = None,
) -> Result:
    """Hold every rule against a report.

    ``severities`` overrides the defaults by rule id; ``around`` is what the report is held
    against besides itself, such as the reports of earlier years.
    """
    severities = severities or {}
    case = Case(report, faulty_cells(Case(report)), around or Surroundings())
    outcomes = []
    for rule in in_order():
        default = severities.get(rule.id, rule.severity)
        if default is Severity.OFF:
            continue
        applies = rule.scope in ("", "*", *(table.id for table in report.format.tables))
        ended = outcome(rule, rule.check(case) if applies else None)
        findings = tuple(_weigh(f, rule, default, report.explanations) for f in ended.findings)
        outcomes.append(replace(ended, findings=findings))
    used = {f.rule for o in outcomes for f in o.findings if f.explained}
    known = [rule_id for rule_id in report.explanations if rule_id in CATALOGUE]
    return Result(
        tuple(outcomes),
        tuple(rule_id for rule_id in report.explanations if rule_id not in CATALOGUE),
        tuple(rule_id for rule_id in known if rule_id not in used),
    )


def _weigh(
    finding: Finding, rule: Rule, default: Severity, explanations: Mapping[str, str]
) -> Finding:
    """The finding with its severity from the settings and the reason recorded for it."""
    own = finding.severity is not Severity.ERROR and default is rule.severity
    severity = finding.severity if own else default
    reason = ""
    if severity in EXPLAINED and finding.state == "fail":
        reason = explanations.get(rule.id, "").strip()
    return replace(finding, severity=severity, explanation=reason)
