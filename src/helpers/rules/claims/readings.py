"""Data: which figures each kind of claim may mean, as formulas over the cells.

A reading is a sum of parts; a part is one cell or all that a group of rows or columns adds up.
The first reading of a kind is the plain one. A reading that is not ``spoken`` fits figures that
the sentence does not announce (cases decided, where it says cases): it is named to the officer
but does not make the claim pass.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpers.figures import Figures
from helpers.formats import Format, Line, Ref, plain, select
from helpers.rules.claims.claims import Claim

RULES = {
    "received": "N-01",
    "new": "N-01",
    "taken": "N-01",
    "applicant": "N-01",
    "carried_in": "N-02",
    "handled": "N-03",
    "finished": "N-03",
    "carried_out": "N-04",
    "result": "N-07",
    "document": "N-12",
    "decision": "N-13",
    "charge": "N-14",
}
"""The rule that each kind of claim belongs to; 行政复议 is N-05 and 行政诉讼 N-06."""

_NEW, _IN, _DONE, _OUT = (1, "new"), (1, "carry_in"), (1, "total"), (1, "carry_out")
_FORMULAS: dict[str, tuple[tuple[tuple[int, str], ...], ...]] = {
    "new": ((_NEW,),),
    "received": ((_NEW,), (_NEW, _IN)),
    "taken": ((_NEW, _IN), (_NEW,), (_DONE,)),
    "applicant": ((_NEW, _IN), (_NEW,), (_DONE,)),
    "handled": ((_DONE,), (_NEW, _IN), (_NEW,)),
    "finished": ((_DONE,), (_DONE, (-1, "carry_in"))),
    "answered": ((_DONE,), (_DONE, (-1, "carry_in")), (_DONE, (-1, "other"))),
    "carried_in": ((_IN,),),
    "carried_out": ((_OUT,),),
    "all_done": ((_OUT,),),
}
"""Rows of requests; 答复 may leave out what ended otherwise, 办结 only counts what is finished."""

_LONGEST_LABEL = 24
_COLUMNS = {"made": ("made", "created"), "repealed": ("repealed",), "valid": ("valid",)}


@dataclass(frozen=True, slots=True)
class Part:
    """A cell, or what several cells add up to, with its sign and printed name."""

    sign: int
    name: str
    refs: tuple[Ref, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula that a claim may mean."""

    parts: tuple[Part, ...]
    spoken: bool = True

    @property
    def refs(self) -> tuple[Ref, ...]:
        """All cells of the formula."""
        return tuple(ref for part in self.parts for ref in part.refs)

    def value(self, figures: Figures) -> Decimal | None:
        """What the formula gives, None where a figure is missing."""
        total = Decimal(0)
        for part in self.parts:
            amount = figures.total(part.refs)
            if amount is None:
                return None
            total += part.sign * amount
        return total

    def written(self, figures: Figures) -> str:
        """The formula with its numbers: 表三“本年新收…”总计 713 + … = 749."""
        text = ""
        for part in self.parts:
            amount = figures.total(part.refs)
            joint = " − " if part.sign < 0 else " + " if text else ""
            text += f"{joint}{part.name} {'（空）' if amount is None else f'{amount:f}'}"
            text += f" {part.unit}" if part.unit else ""
        value = self.value(figures)
        return f"{text} = {value:f}" if len(self.parts) > 1 and value is not None else text


def placeholder(fmt: Format, reading: Reading) -> str:
    """How the text may refer to the figures itself, "" where that takes more than one path."""
    (part, *others) = reading.parts
    first = fmt.slots[part.refs[0]]
    nodes = [first.line.row, *reversed(first.line.groups)]
    for node in () if others else nodes:
        name = min((*node.aliases, plain(node.label)), key=len)
        for path in (
            f"{first.ref.table}.{name}",
            f"{first.ref.table}.{name}.{plain(first.ref.column)}",
        ):
            with contextlib.suppress(KeyError):
                if set(select(fmt, path).refs) == set(part.refs):
                    return f"{{{{ {path} }}}}"
    return ""


def readings(fmt: Format, claim: Claim) -> tuple[Reading, ...]:
    """The formulas that a claim may mean; none where the format has no such figures."""
    makers = {
        "result": _results,
        "dispute": _disputes,
        "outcome": _outcomes,
        "document": _documents,
        "decision": _decisions,
        "charge": _charges,
    }
    maker = makers.get(claim.kind, _requests)
    return tuple(reading for reading in maker(fmt, claim) if reading.parts)


def _requests(fmt: Format, claim: Claim) -> Iterator[Reading]:
    kind = "answered" if claim.kind == "finished" and "复" in claim.wording else claim.kind
    for formula in _FORMULAS.get(kind, ()):
        parts = [_row(fmt, sign, key, claim.people) for sign, key in formula]
        if all(parts):
            yield Reading(tuple(part for part in parts if part))


def _row(fmt: Format, sign: int, key: str, people: Sequence[str]) -> Part | None:
    """A row of requests, its total or the columns of some applicants."""
    keys = _others(fmt) if key == "other" else (key,)
    columns = people or ("sum",)
    refs = [ref for k in keys for c in columns if (ref := fmt.ref(k, c))]
    if not refs:
        return None
    rows = dict.fromkeys(_label(fmt, ref, keys) for ref in refs)
    return Part(sign, f"表{refs[0].table}“{'、'.join(rows)}”{_people(fmt, refs)}", tuple(refs))


def _others(fmt: Format) -> tuple[str, ...]:
    return tuple(k for k in ("oth", "oth1", "oth2", "oth3") if fmt.ref(k, "sum"))


def _people(fmt: Format, refs: Sequence[Ref]) -> str:
    columns = list(dict.fromkeys(ref.column for ref in refs))
    if len(columns) == 1:
        return columns[0]
    block = fmt.slots[refs[0]].block
    above = [c for top in block.columns for c in (top, *top.columns)]
    for column in above:
        if {leaf.label for leaf in column.leaves()} == set(columns):
            return f"{column.label}各列之和"
    return "、".join(columns)


def _label(fmt: Format, ref: Ref, keys: Sequence[str]) -> str:
    """The row's label, or the group's where all its rows are meant."""
    line: Line = fmt.slots[ref].line
    for group in line.groups[1:]:
        lines = fmt.slots[ref].block.lines
        members = {o.key for o in lines if any(group is above for above in o.groups)}
        if len(members) > 1 and members <= set(keys):
            return group.label
    label = line.row.label
    return label if len(label) <= _LONGEST_LABEL else plain(label)


def _results(fmt: Format, claim: Claim) -> Iterator[Reading]:
    for people in dict.fromkeys(((), claim.people)):
        columns = people or ("sum",)
        refs = [ref for key in claim.keys for c in columns if (ref := fmt.ref(key, c))]
        if refs:
            names = "、".join(dict.fromkeys(_label(fmt, ref, claim.keys) for ref in refs))
            several = len({ref.row for ref in refs}) > 1
            end = f"各行{_people(fmt, refs)}之和" if several else _people(fmt, refs)
            yield Reading((Part(1, f"表{refs[0].table}“{names}”{end}", tuple(refs)),))


def _groups(fmt: Format, sign: int, keys: Iterable[str], column: str) -> tuple[Part, ...]:
    """One part for each row of 表四."""
    found = []
    for key in keys:
        ref = fmt.ref(key, column)
        if ref:
            found.append(
                Part(sign, f"表{ref.table}“{ref.row.replace('/', '')}”{ref.column}", (ref,))
            )
    return tuple(found)


def _disputes(fmt: Format, claim: Claim) -> Iterator[Reading]:
    everything = _groups(fmt, 1, claim.keys, "sum")
    yield Reading(everything)
    pending = _groups(fmt, -1, claim.keys, "pend")
    if pending and not claim.denied:
        yield Reading(everything + pending, spoken=claim.wording == "decided")


def _outcomes(fmt: Format, claim: Claim) -> Iterator[Reading]:
    yield Reading(_groups(fmt, 1, claim.keys, claim.wording))


def _documents(fmt: Format, claim: Claim) -> Iterator[Reading]:
    for column in _COLUMNS[claim.wording]:
        yield Reading(_cells(fmt, claim.keys, column))


def _decisions(fmt: Format, claim: Claim) -> Iterator[Reading]:
    yield Reading(_cells(fmt, claim.keys, "dec"))


def _charges(fmt: Format, claim: Claim) -> Iterator[Reading]:
    yield Reading(_cells(fmt, claim.keys, "amt"))


def _cells(fmt: Format, keys: Iterable[str], column: str) -> tuple[Part, ...]:
    found = []
    for key in keys:
        ref = fmt.ref(key, column)
        if ref:
            name = f"表{ref.table}“{plain(ref.row)}”{plain(ref.column)}"
            kind = fmt.slots[ref].column
            found.append(Part(1, name, (ref,), kind.unit if kind.kind == "money" else ""))
    return tuple(found)
