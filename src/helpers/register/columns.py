"""Which column of a sheet holds what: the row of heads, found among titles and notes.

Heads may stand in two rows (申请人 over 类型), results and applicants may be columns to tick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from helpers.errors import InputError, Problem
from helpers.formats import available
from helpers.readers.xlsx import text_of
from helpers.register.options import RegisterOptions
from helpers.register.vocabulary import kinds, results, squeeze, words

_REMARK = re.compile(r"\([^()]*\)$")

LOOK = 40
"""How many rows from the top the heads are looked for in."""

SERIAL = ("序号", "序", "行号")
"""Heads of a column that only counts the rows."""


class Field(NamedTuple):
    """A column of a register: what we call it, and what offices call it."""

    key: str
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Scheme:
    """What kind of register a file is read as; ``ticks`` maps a head to tick to its field.

    ``identity`` maps who and what to the heads of columns that are compared and never kept.
    """

    what: str
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    identity: Mapping[str, frozenset[str]]
    ticks: Mapping[str, str] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """What a column is called in messages."""
        return next(one.label for one in self.fields if one.key == key)


@dataclass(frozen=True)
class Layout:
    """Where the heads end (row from 0), and the column (from 0) of each field.

    ``ticks`` are the columns to tick, with the word that a tick stands for; ``serial`` the
    columns that only count; ``identity`` the columns of who asked and for what; ``width`` the
    number of columns under heads.
    """

    head: int
    columns: Mapping[str, int]
    ticks: Mapping[str, tuple[tuple[int, str], ...]]
    serial: frozenset[int]
    identity: Mapping[str, int]
    width: int


def scheme(kind: str, options: RegisterOptions) -> Scheme:
    """The columns of ``requests`` or of ``disputes``, the office's own names in front."""
    data = words()
    fields = tuple(
        Field(key, one["label"], (*options.columns.get(one["label"], ()), one["label"], *_all(one)))
        for key, one in data[kind].items()
    )
    identity = {key: frozenset(map(squeeze, names)) for key, names in data["identity"].items()}
    if kind == "disputes":
        return Scheme("复议诉讼台账", fields, tuple(data["dispute_required"]), identity)
    return Scheme("依申请公开台账", fields, tuple(data["required"]), identity, _ticks())


def _all(one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in one["aliases"])


@lru_cache(maxsize=1)
def _ticks() -> Mapping[str, str]:
    """Heads of columns to tick -> field; those that mean both (其他) are left out."""
    found: dict[str, str] = {}
    fmts = list(available().values())
    by_result = {word for fmt in fmts for word in results(fmt, {}).codes}
    by_kind = {word for fmt in fmts for word in kinds(fmt, {}).codes}
    found |= dict.fromkeys(by_result - by_kind, "result")
    found |= dict.fromkeys(by_kind - by_result, "kind")
    return found


def find_layout(
    rows: Sequence[Sequence[Any]], wanted: Scheme, name: str, place: str
) -> Layout | None:
    """Where the heads are among the first rows; None for a sheet that is no register.

    Raises InputError where there are heads but a needed column is missing or doubled.
    """
    texts = [[_head(text_of(cell)) for cell in row] for row in rows[:LOOK]]
    best: Layout | None = None
    for number in range(len(texts)):
        for depth in (1, 2):
            found = _layout(texts, number, depth, wanted)
            if found and (best is None or _score(found) > _score(best)):
                best = found
    if best is None or len(best.columns) < 2 or not {"received", "closed"} & best.columns.keys():
        return None
    _refuse_incomplete(best, wanted, name, place)
    _refuse_doubled(texts[best.head], wanted, name, place)
    return best


def _head(text: str) -> str:
    """A head made comparable, without a closing remark such as （元） or （年/月/日）."""
    whole = squeeze(text)
    return _REMARK.sub("", whole) or whole


def _score(layout: Layout) -> tuple[int, int, int]:
    return len(layout.columns) + len(layout.ticks), len(layout.ticks), -layout.head


def _layout(texts: list[list[str]], number: int, depth: int, wanted: Scheme) -> Layout | None:
    if number + depth > len(texts):
        return None
    every = list(_heads(texts[number : number + depth]))
    spelt = _known(wanted.fields)
    others = {*wanted.ticks, *SERIAL}.union(*wanted.identity.values())
    heads = [head for head in every if head[2] in spelt or head[2] in others]  # of thousands
    columns: dict[str, int] = {}
    for one in wanted.fields:
        spots = [
            (spelt[h][one.key], -level, i) for i, level, h in heads if one.key in spelt.get(h, ())
        ]
        taken = set(columns.values())
        free = [spot for spot in spots if spot[2] not in taken]
        if free:
            columns[one.key] = min(free)[2]
    ticks: dict[str, list[tuple[int, str]]] = {}
    for column, _, head in heads:
        target = wanted.ticks.get(head, "")
        if target and column not in columns.values() and target not in columns:
            ticks.setdefault(target, []).append((column, head))
    several = {key: tuple(found) for key, found in ticks.items() if len(found) > 1}
    used = {*columns.values(), *(i for found in several.values() for i, _ in found)}
    if depth == 2 and not any(level for i, level, _ in heads if i in used):
        return None
    serial = frozenset(i for i, _, head in heads if head in SERIAL)
    filled = [i for i, _, head in every if head]
    width = 1 + max(filled, default=-1)
    identity: dict[str, int] = {}
    for i, _, head in heads:
        for key, known in wanted.identity.items():
            if head in known and i not in used:
                identity.setdefault(key, i)
    return Layout(number + depth - 1, columns, several, serial, identity, width)


@lru_cache(maxsize=8)
def _known(fields: tuple[Field, ...]) -> Mapping[str, Mapping[str, int]]:
    """Every name of a column: the fields that it may be, with its place among their names."""
    found: dict[str, dict[str, int]] = {}
    for one in fields:
        for place, name in enumerate(map(squeeze, one.names)):
            found.setdefault(name, {}).setdefault(one.key, place)
    return found


def _heads(lines: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    """(column, level, head): the lowest text of a column, and the joined ones of two rows."""
    if len(lines) == 1:
        yield from ((i, 0, head) for i, head in enumerate(lines[0]))
        return
    upper, lower = lines
    above = ""
    for i in range(max(len(upper), len(lower))):
        below = lower[i] if i < len(lower) else ""
        own = upper[i] if i < len(upper) else ""
        above = own or above
        if below:
            yield i, 1, above + below
            yield i, 1, below
        else:
            yield i, 0, own


def _refuse_incomplete(layout: Layout, wanted: Scheme, name: str, place: str) -> None:
    there = layout.columns.keys() | layout.ticks.keys()
    there |= {"kind"} if "legal" in there else set()
    problems = []
    for key in wanted.required:
        if key not in there:
            one = next(f for f in wanted.fields if f.key == key)
            names = "、".join(dict.fromkeys(one.names[:8]))
            text = f"{place}没有“{one.label}”一列；列名可以是：{names}"
            text += "；用别的列名的，在 nianbao.toml 的 [register.columns] 里写明"
            problems.append(Problem(name, text, layout.head + 1))
    if problems:
        raise InputError(problems)


def _refuse_doubled(heads: Sequence[str], wanted: Scheme, name: str, place: str) -> None:
    known = {squeeze(alias): one.label for one in wanted.fields for alias in one.names}
    twice = [head for head in dict.fromkeys(heads) if head in known and heads.count(head) > 1]
    if twice:
        text = f"{place}有 {heads.count(twice[0])} 列都叫“{twice[0]}”，分不清是哪一列，请改名"
        raise InputError([Problem(name, text, 0)])
