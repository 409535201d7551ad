"""What a rule may build on: figures that are there and that no other rule objects to."""

from __future__ import annotations

from decimal import Decimal

from helpers.formats import Format, Ref
from helpers.rules import words
from helpers.rules.catalogue import CATALOGUE
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.relations import Held


def addresses(fmt: Format, table: str, *keys: tuple[str, str]) -> tuple[Ref, ...] | None:
    """The addresses with these codes, None where the format lacks one of them."""
    found = [fmt.ref(row, column, table) for row, column in keys]
    known = tuple(ref for ref in found if ref)
    return known if len(known) == len(keys) else None


def values(case: Case, rule_id: str, *refs: Ref) -> tuple[Decimal, ...] | Finding:
    """The numbers at these addresses, or what keeps them from being used."""
    found = []
    for ref in refs:
        value = case.figures.value(ref)
        if ref in case.faulty:
            place = words.place(case.format, ref)
            return unknown(rule_id, f"{place}有误，见 {case.faulty[ref]}，改正后再核对。")
        if value is None:
            return unknown(rule_id, f"{words.place(case.format, ref)}没有数，无法核对。")
        found.append(value)
    return tuple(found)


def leader(case: Case, *refs: Ref) -> str | None:
    """The rule that already stops the report over one of these cells, None where none does.

    A broken identity with one cell to blame is held against that cell alone.
    """
    wanted = {part for ref in refs for part in (ref, *case.diagnosis.derived.get(ref, ()))}
    for held in case.diagnosis.held:
        if held.broken and _stops(held) and wanted & set(held.operands.refs):
            suspect = case.diagnosis.suspect_of(held)
            if suspect is None:
                return (case.diagnosis.leader_of(held) or held).rule
            if suspect.ref in wanted:
                return suspect.mends[0].rule
    return None


def _stops(held: Held) -> bool:
    return CATALOGUE[held.rule].severity in (Severity.ERROR, Severity.EXPLAINABLE)


def waiting(rule_id: str, led_by: str) -> Finding:
    """What a rule says where another has already said it."""
    return unknown(rule_id, f"所据的数已由 {led_by} 指出，改正后再核对。")
