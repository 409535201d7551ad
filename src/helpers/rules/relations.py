"""Linear relations of the format held against the figures, and who is to blame when they break.

The identities of a block are looked at together. Where changing one cell would satisfy every
broken identity and disturb no other, that cell is the suspect: the first broken rule reports
it and the others wait for its correction, so that one wrong cell gives one finding.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from helpers.figures import Figures, Operands, instances
from helpers.formats import Format, Ref

Derived = Mapping[Ref, Mapping[Ref, int]]
"""Computed totals by address: the given cells they consist of, and how often each counts."""


@dataclass(frozen=True, slots=True)
class Held:
    """A relation held against the figures of one row or column.

    ``gap`` is left minus right, None where an operand is missing or already wrong.
    """

    operands: Operands
    left: Decimal | None
    right: Decimal | None

    @property
    def rule(self) -> str:
        """The rule that the relation belongs to."""
        return self.operands.relation.rule

    @property
    def identity(self) -> bool:
        """Whether it is an equation."""
        return self.operands.relation.sign == "="

    @property
    def gap(self) -> Decimal | None:
        """Left minus right, None where it cannot be assessed."""
        return None if self.left is None or self.right is None else self.left - self.right

    @property
    def broken(self) -> bool:
        """Whether the relation was assessed and does not hold."""
        if self.gap is None:
            return False
        sign = self.operands.relation.sign
        return {"=": self.gap != 0, "<=": self.gap > 0, ">=": self.gap < 0}[sign]

    def weights(self, derived: Derived) -> dict[Ref, int]:
        """How much the gap grows when a given cell grows by one, through totals computed of it."""
        terms = [*self.operands.left, *((-sign, ref) for sign, ref in self.operands.right)]
        return _expand(terms, derived)


@dataclass(frozen=True, slots=True)
class Suspect:
    """The one cell whose correction by ``change`` mends every relation in ``mends``."""

    ref: Ref
    change: Decimal
    mends: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All relations of a report, the suspects, and what its computed totals consist of."""

    held: tuple[Held, ...]
    suspects: tuple[Suspect, ...]
    derived: Derived

    def suspect_of(self, held: Held) -> Suspect | None:
        """The suspect whose correction mends this relation."""
        return next((s for s in self.suspects if held in s.mends), None)

    def leader_of(self, held: Held) -> Held | None:
        """The relation that reports in place of this one, None where it reports itself.

        A suspect's first relation leads the others; an inequality follows a broken identity
        over the same cells; an identity over computed totals alone follows one over the cells
        they were computed of.
        """
        suspect = self.suspect_of(held)
        if suspect:
            return None if suspect.mends[0] is held else suspect.mends[0]
        refs = set(held.operands.refs)
        for other in self.held:
            if not (other.identity and other.broken) or other is held:
                continue
            if not held.identity and refs & set(other.operands.refs):
                return other
            if held.identity and refs <= set(self.derived) and other.rule == held.rule:
                return None if set(other.operands.refs) <= set(self.derived) else other
        return None


def diagnose(fmt: Format, figures: Figures, faulty: Container[Ref]) -> Diagnosis:
    """Every relation of the format held against the figures; ``faulty`` cells are not used."""
    held: list[Held] = []
    suspects: list[Suspect] = []
    derived: dict[Ref, dict[Ref, int]] = {}
    for table in fmt.tables:
        for block in table.blocks:
            here = [
                _hold(figures, faulty, operands)
                for relation in block.relations
                for operands in instances(block, relation, table.by_key)
            ]
            derived |= _derive(figures, here)
            held += here
            suspects += _suspects(figures, [h for h in here if h.identity], derived)
    return Diagnosis(tuple(held), tuple(suspects), derived)


def _derive(figures: Figures, held: Iterable[Held]) -> dict[Ref, dict[Ref, int]]:
    """What each computed total consists of: given cells and how often each counts."""
    derived: dict[Ref, dict[Ref, int]] = {}
    for one in held:
        target = one.operands.left[0][1]
        figure = figures.get(target)
        if one.operands.relation.total and figure and figure.computed and target not in derived:
            parts = [ref for _, ref in one.operands.right]
            if all(ref in derived or not _computed(figures, ref) for ref in parts):
                derived[target] = _expand(one.operands.right, derived)
    return derived


def _computed(figures: Figures, ref: Ref) -> bool:
    figure = figures.get(ref)
    return bool(figure and figure.computed)


def _expand(terms: Iterable[tuple[int, Ref]], derived: Derived) -> dict[Ref, int]:
    weights: dict[Ref, int] = {}
    for sign, ref in terms:
        for part, times in derived.get(ref, {ref: 1}).items():
            weights[part] = weights.get(part, 0) + sign * times
    return {ref: weight for ref, weight in weights.items() if weight}


def _hold(figures: Figures, faulty: Container[Ref], operands: Operands) -> Held:
    def side(terms: Iterable[tuple[int, Ref]]) -> Decimal | None:
        total = Decimal(0)
        for sign, ref in terms:
            value = figures.value(ref)
            if value is None or ref in faulty:
                return None
            total += sign * value
        return total

    return Held(operands, side(operands.left), side(operands.right))


def _suspects(figures: Figures, identities: list[Held], derived: Derived) -> Iterator[Suspect]:
    if not any(held.broken for held in identities):
        return
    touching: dict[Ref, list[tuple[Held, int]]] = {}
    for held in identities:
        for ref, weight in held.weights(derived).items():
            touching.setdefault(ref, []).append((held, weight))
    found = (_suspect(figures, ref, touched) for ref, touched in touching.items())
    candidates = [suspect for suspect in found if suspect]
    for suspect in candidates:
        rivals = [c for c in candidates if c is not suspect and set(c.mends) & set(suspect.mends)]
        if not rivals:
            yield suspect


def _suspect(figures: Figures, ref: Ref, touched: list[tuple[Held, int]]) -> Suspect | None:
    changes = {-held.gap / weight for held, weight in touched if held.gap is not None}
    value = figures.value(ref)
    if len(changes) != 1 or value is None:
        return None
    (change,) = changes
    if not change or change != change.to_integral_value() or value + change < 0:
        return None
    mends = tuple(held for held, _ in touched if held.broken)
    return Suspect(ref, change, mends) if len(mends) > 1 else None
