"""Findings about very many rows: the first of a kind one by one, the others in one that has all.

No row is left out: a finding that sums up says how many they are and keeps where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from helpers.register.cases import Cases, Fault
from helpers.register.counting import Run, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from helpers.register.findings import RowFinding

    Positions = NDArray[np.int64]

LISTED = 2_000
"""How many rows with one and the same fault are told one by one."""

_DIGITS = re.compile(r"\d+")


def parted(
    faults: Mapping[Fault, Positions], here: NDArray[np.bool_]
) -> tuple[list[tuple[int, Fault]], dict[Fault, Positions]]:
    """The rows of ``here`` to tell one by one, in order, and those of each fault to sum up."""
    order = list(faults)
    listed: list[tuple[int, Fault]] = []
    rest: dict[Fault, Positions] = {}
    for reason, positions in faults.items():
        mine = positions[here[positions]]
        listed += [(at, reason) for at in mine[:LISTED].tolist()]
        if len(mine) > LISTED:
            rest[reason] = mine[LISTED:]
    listed.sort(key=lambda item: (item[0], order.index(item[1])))
    return listed, rest


def by_sheet(cases: Cases, positions: Positions) -> Iterator[tuple[int, list[Run]]]:
    """The first position in each sheet, and the rows there."""
    place = cases.frame["place"].to_numpy()[positions]
    for number in np.unique(place):
        mine = positions[place == number]
        yield int(mine[0]), list(runs(cases, mine))


def summed(first: RowFinding, found: Iterable[tuple[int, int]]) -> RowFinding:
    """A finding about several rows of a sheet, given as runs, as it is said of the first one."""
    rows = tuple(found)
    count = sum(last - top + 1 for top, last in rows)
    if count == 1:
        return first
    text = f"{first.message}。同类问题连这一行共 {count} 行，不再逐行列出"
    return replace(first, message=text, row=rows[0][0], runs=rows)


def shortened(found: Iterable[RowFinding]) -> list[RowFinding]:
    """Findings with those summed up that say the same, but for numbers, of too many rows."""
    told: list[RowFinding] = []
    kinds: dict[tuple[str, ...], tuple[list[RowFinding], list[int]]] = {}
    for one in found:
        said = _DIGITS.sub("", one.message)
        key = (one.rule, one.level, one.column, str(one.counted), said, one.file, one.sheet)
        firsts, rows = kinds.setdefault(key, ([], []))
        if len(firsts) < LISTED:
            firsts.append(one)
            told.append(one)
            continue
        if not rows:
            firsts.append(one)
        rows.append(one.row)
    return told + [summed(firsts[-1], joined(rows)) for firsts, rows in kinds.values() if rows]


def joined(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers of rows as runs, both ends included."""
    steps = enumerate(sorted(set(rows)))
    for _, group in groupby(steps, key=lambda step: step[1] - step[0]):
        run = [row for _, row in group]
        yield run[0], run[-1]


def rows_of(found: Iterable[RowFinding]) -> int:
    """How many different rows findings are about."""
    rows: dict[tuple[str, str], set[int]] = {}
    for one in found:
        mine = rows.setdefault((one.file, one.sheet), set())
        for first, last in one.spans:
            mine.update(range(first, last + 1))
    return sum(map(len, rows.values()))
