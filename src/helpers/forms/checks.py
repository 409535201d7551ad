"""The identities of the format as formulas beside and under a table, while it is filled in.

Each instance of a relation (one row, or one column) gets a cell that says in words whether it
holds. Labels and words come from the format, how grave a break is from the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpers.figures import Operands, instances
from helpers.formats import Block, Ref, Relation, Term, plain
from helpers.formats.model import Named
from helpers.forms.area import Area, Box, names
from helpers.forms.entries import Entry
from helpers.rules import CATALOGUE

ERROR, WARNING = "✗", "！"
_SIGNS = {"=": "=", "<=": "≤", ">=": "≥"}
_HOLDS = {"=": "✓ 平衡", "<=": "✓ 符合", ">=": "✓ 符合"}
_FAILS = {"=": "差", "<=": "多", ">=": "少"}
_UNFINISHED = "未填全"
_LONG = 5  # terms; a longer sum is told by its first and last
_GAP = 1  # an empty column or row between the table and what stands outside


@dataclass(frozen=True, slots=True)
class Outside:
    """A cell outside the official table: ``text`` as it shows now, ``formula`` if it is one."""

    box: Box
    style: str
    text: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A relation applied to one row or column, and the cell that says whether it holds."""

    operands: Operands
    box: Box
    severe: bool

    @property
    def sign(self) -> str:
        """What the words begin with where it does not hold."""
        return ERROR if self.severe else WARNING


def checks(area: Area, found: Mapping[Ref, Entry]) -> tuple[list[Check], list[Outside]]:
    """All checks of a table and the cells outside it that hold their words."""
    made: list[Check] = []
    outside: list[Outside] = []
    below = area.bottom + _GAP
    for block in area.table.blocks:
        beside = area.grid.n_columns + _GAP
        for relation in block.relations:
            applied = list(instances(block, relation, area.table.by_key))
            if relation.each == "row" and not block.across:
                places, words_ = _beside(area, block, relation, applied, beside)
                beside += 1
            else:
                put = _across if block.across else _beneath
                places, words_ = put(area, block, relation, applied, below, found)
                below = places[0].bottom + 1
            outside += words_
            made += map(Check, applied, places, [_severe(relation)] * len(applied))
    verdicts = [
        Outside(c.box, "verdict", verdict(c, found), verdict_formula(c, area)) for c in made
    ]
    return made, [*outside, *verdicts]


def _severe(relation: Relation) -> bool:
    rule = CATALOGUE.get(relation.rule)
    return rule is None or rule.severity.public == "error"


_Placed = tuple[list[Box], list[Outside]]
"""Where the verdicts of a relation stand, and the words and sums that go with them."""


def _beside(
    area: Area, block: Block, relation: Relation, applied: Sequence[Operands], column: int
) -> _Placed:
    """Verdicts in a column right of the table, its head beside the block's own heads."""
    rows = [area.covering(operands.refs) for operands in applied]
    places = [Box(row.top, column, row.bottom, column) for row in rows]
    first = places[0].top
    head = Box(max(area.top, first - 2), column, first - 1, column)
    return places, [Outside(head, "check_head", words(block, relation))]


def _beneath(
    area: Area,
    block: Block,
    relation: Relation,
    applied: Sequence[Operands],
    row: int,
    found: Mapping[Ref, Entry],
) -> _Placed:
    """Verdicts in a row under the table, below the two sides of an identity."""
    outside = []
    if relation.sign == "=" and not relation.total:
        outside = _sums(area, block, relation, applied, row, found)
        row += 2
    outside.append(_row_label(area, row, "核对：" + words(block, relation)))
    spans = [area.covering(operands.refs) for operands in applied]
    return [Box(row, span.left, row, span.right) for span in spans], outside


def _across(
    area: Area,
    block: Block,
    relation: Relation,
    applied: Sequence[Operands],
    row: int,
    found: Mapping[Ref, Entry],  # noqa: ARG001
) -> _Placed:
    """Verdicts under the one line of figures of a block that has no labels at the left."""
    by_row = relation.each == "row"
    spans = [area.covering(o.refs if by_row else o.refs[:1]) for o in applied]
    heads = spans if by_row else [Box(0, spans[0].left, 0, spans[-1].right)]
    said = words(block, relation)
    outside = [Outside(Box(row, h.left, row, h.right), "check_head", said) for h in heads]
    return [Box(row + 1, span.left, row + 1, span.right) for span in spans], outside


def _row_label(area: Area, row: int, text: str) -> Outside:
    return Outside(Box(row, 0, row, area.stub - 1), "check_label", text)


def _sums(
    area: Area,
    block: Block,
    relation: Relation,
    applied: Sequence[Operands],
    row: int,
    found: Mapping[Ref, Entry],
) -> list[Outside]:
    """The two sides of an identity under each column, so that one sees what does not agree."""
    named = _named(block, relation)
    result = [
        _row_label(area, row, _side_words(relation.left, named)),
        _row_label(area, row + 1, _side_words(relation.right, named)),
    ]
    for operands in applied:
        for at, signed in enumerate((operands.left, operands.right), row):
            refs = [ref for _, ref in signed]
            span = area.covering(refs)
            counted = f"COUNT({names(area.boxes(refs))})"
            formula = f'=IF({counted}<{len(refs)},"","共 "&({side_formula(area, signed)}))'
            total = side_value(signed, found)
            text = "" if total is None else f"共 {_amount(total)}"
            result.append(Outside(Box(at, span.left, at, span.right), "sum", text, formula))
    return result


def words(block: Block, relation: Relation) -> str:
    """The relation as a person would say it, in the shortest names of its rows or columns."""
    named = _named(block, relation)
    left, right = _side_words(relation.left, named), _side_words(relation.right, named)
    return f"{left} {_SIGNS[relation.sign]} {right}"


def _named(block: Block, relation: Relation) -> dict[str, Named]:
    if relation.each == "row":
        return {column.key or "": column for column in block.fields}
    return {line.key: line.row for line in block.lines}


def _side_words(terms: Sequence[Term], named: Mapping[str, Named]) -> str:
    said = [
        min((plain(n) for n in (_label(t, named), *named[t.key].aliases)), key=len) for t in terms
    ]
    if len(terms) > _LONG and all(term.sign > 0 for term in terms):
        return f"{said[0]}……{said[-1]}各项之和"
    text = "".join(f" {'-' if t.sign < 0 else '+'} {s}" for t, s in zip(terms, said, strict=True))
    return text.removeprefix(" + ").strip().replace("- ", "− ") or "0"


def _label(term: Term, named: Mapping[str, Named]) -> str:
    return named[term.key].label


def side_formula(area: Area, signed: Sequence[tuple[int, Ref]]) -> str:
    """One side of a relation as a formula; 0 where it has no terms."""
    text = ""
    for sign, mark in ((1, ""), (-1, "-")):
        found = area.boxes(ref for s, ref in signed if s == sign)
        text += f"{mark}SUM({names(found)})" if found else ""
    return text or "0"


def total_formula(area: Area, operands: Operands) -> str:
    """The formula of a total: blank until all its parts are numbers."""
    parts = {ref for _, ref in operands.right}
    counted = f"COUNT({names(area.boxes(parts))})"
    return f'=IF({counted}={len(parts)},{side_formula(area, operands.right)},"")'


def verdict_formula(check: Check, area: Area) -> str:
    """The formula of the words of a check."""
    operands = check.operands
    counted = f"COUNT({names(area.boxes(operands.refs))})"
    sign = operands.relation.sign
    gap = f"ROUND({side_formula(area, operands.left)}-({side_formula(area, operands.right)}),6)"
    fails = f'"{check.sign} {_FAILS[sign]} "&ABS({gap})'
    decided = f'IF({gap}{sign}0,"{_HOLDS[sign]}",{fails})'
    n_cells = len(set(operands.refs))
    return f'=IF({counted}=0,"",IF({counted}<{n_cells},"{_UNFINISHED}",{decided}))'


def verdict(check: Check, found: Mapping[Ref, Entry]) -> str:
    """The words that the formula of a check gives for these contents."""
    operands = check.operands
    values = [found[ref].value for ref in set(operands.refs)]
    left, right = side_value(operands.left, found), side_value(operands.right, found)
    if left is None or right is None:
        return _UNFINISHED if any(value is not None for value in values) else ""
    sign, gap = operands.relation.sign, left - right
    holds = {"=": gap == 0, "<=": gap <= 0, ">=": gap >= 0}[sign]
    return _HOLDS[sign] if holds else f"{check.sign} {_FAILS[sign]} {_amount(abs(gap))}"


def side_value(signed: Sequence[tuple[int, Ref]], found: Mapping[Ref, Entry]) -> Decimal | None:
    """The value of one side of a relation, None where a number is missing."""
    total = Decimal(0)
    for sign, ref in signed:
        value = found[ref].value
        if value is None:
            return None
        total += sign * value
    return total


def _amount(value: Decimal) -> str:
    return f"{value.normalize():f}"
