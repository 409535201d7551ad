"""Linear relations of the format held against the figures, and who is to blame when they break.

The identities of a block are looked at together. Where changing one cell would satisfy every
broken identity and disturb no other, that cell is the suspect: the first broken rule reports
it and the others wait for its correction, so that one wrong cell gives one finding.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from helpers.figures import Figures, Operands, instances
from helpers.formats import Format, Ref


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

    def weight(self, ref: Ref) -> int:
        """How much the gap grows when the cell grows by one."""
        left = sum(sign for sign, other in self.operands.left if other == ref)
        return left - sum(sign for sign, other in self.operands.right if other == ref)


@dataclass(frozen=True, slots=True)
class Suspect:
    """The one cell whose correction by ``change`` mends every relation in ``mends``."""

    ref: Ref
    change: Decimal
    mends: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All relations of a report with the suspects."""

    held: tuple[Held, ...]
    suspects: tuple[Suspect, ...]

    def suspect_of(self, held: Held) -> Suspect | None:
        """The suspect whose correction mends this relation."""
        return next((s for s in self.suspects if held in s.mends), None)

    def leader_of(self, held: Held) -> Held | None:
        """The relation that reports in place of this one, None where it reports itself."""
        suspect = self.suspect_of(held)
        if suspect:
            return None if suspect.mends[0] is held else suspect.mends[0]
        if held.identity:
            return None
        refs = set(held.operands.refs)
        broken = (h for h in self.held if h.identity and h.broken)
        return next((h for h in broken if refs & set(h.operands.refs)), None)


def diagnose(fmt: Format, figures: Figures, faulty: Container[Ref]) -> Diagnosis:
    """Every relation of the format held against the figures; ``faulty`` cells are not used."""
    held: list[Held] = []
    suspects: list[Suspect] = []
    for table in fmt.tables:
        for block in table.blocks:
            here = [
                _hold(figures, faulty, operands)
                for relation in block.relations
                for operands in instances(block, relation, table.by_key)
            ]
            held += here
            suspects += _suspects(figures, [h for h in here if h.identity])
    return Diagnosis(tuple(held), tuple(suspects))


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


def _suspects(figures: Figures, identities: list[Held]) -> Iterator[Suspect]:
    broken = [held for held in identities if held.broken]
    touching: dict[Ref, list[Held]] = {}
    for held in identities:
        for ref in held.operands.refs:
            touching.setdefault(ref, []).append(held)
    candidates = []
    for ref in dict.fromkeys(ref for held in broken for ref in held.operands.refs):
        suspect = _suspect(figures, ref, touching[ref])
        if suspect:
            candidates.append(suspect)
    for suspect in candidates:
        rivals = [c for c in candidates if c is not suspect and set(c.mends) & set(suspect.mends)]
        if not rivals:
            yield suspect


def _suspect(figures: Figures, ref: Ref, touched: list[Held]) -> Suspect | None:
    changes = set()
    for held in touched:
        if held.gap is not None and held.weight(ref):
            changes.add(-held.gap / held.weight(ref))
    value = figures.value(ref)
    if len(changes) != 1 or value is None:
        return None
    (change,) = changes
    whole = change == change.to_integral_value()
    if not change or not whole or value + change < 0:
        return None
    mends = tuple(held for held in touched if held.broken)
    return Suspect(ref, change, mends) if len(mends) > 1 else None
