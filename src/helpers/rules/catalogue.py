"""The catalogue: every rule registers here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from helpers.rules.model import Check, Rule, Severity
from helpers.rules.sums import check_relations

CATALOGUE: dict[str, Rule] = {}
_GROUPS = ("D", "C", "T2", "L", "T3", "T4", "X", "Y", "N", "P", "PR", "B", "R")


def in_order() -> list[Rule]:
    """All rules in the order in which they run: shape, cells, within tables, between years."""
    return sorted(CATALOGUE.values(), key=lambda r: (_GROUPS.index(r.id.split("-")[0]), r.id))


def rule(
    rule_id: str, severity: Severity, scope: str, sentence: str, formula: str
) -> Callable[[Check], Check]:
    """Register the decorated check under ``rule_id``; the arguments are those of Rule."""

    def register(check: Check) -> Check:
        if rule_id in CATALOGUE:
            raise ValueError(f"rule {rule_id} is defined twice")
        CATALOGUE[rule_id] = Rule(rule_id, severity, scope, sentence, formula, check)
        return check

    return register


def relation_rule(
    rule_id: str, severity: Severity, scope: str, sentence: str, formula: str
) -> None:
    """Register a rule that is nothing but the format's relations with this id."""
    rule(rule_id, severity, scope, sentence, formula)(partial(check_relations, rule=rule_id))
