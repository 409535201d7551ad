"""Requests -> the cells of 表三 for a year, and the rows behind each cell (G-01, G-03)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.figures import Figure, number
from helpers.formats import Format, Ref
from helpers.register.cases import Cases
from helpers.register.dates import NONE, YEARLESS, first_day
from helpers.register.reading import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEW, CARRIED_IN, CARRIED_OUT = "new", "carry_in", "carry_out"
"""Keys of the rows of 表三 that are no results."""


class Run(NamedTuple):
    """Rows that follow each other in a sheet, both ends included, from 1."""

    place: Place
    first: int
    last: int


@dataclass(frozen=True)
class Counted:
    """A table counted for a year.

    ``members`` maps a cell that is no total to the positions of the rows behind it in
    ``frame`` of ``cases``; cells without rows are there too.
    """

    cases: Cases
    members: Mapping[Ref, NDArray[np.int64]] = field(default_factory=dict)

    @cached_property
    def figures(self) -> dict[Ref, Figure]:
        """The counts, totals left out."""
        return {ref: number(len(rows)) for ref, rows in self.members.items()}

    def rows(self, ref: Ref) -> list[Run]:
        """Where the rows behind a cell stand."""
        return list(runs(self.cases, self.members[ref]))


def runs(cases: Cases, positions: NDArray[np.int64]) -> Iterator[Run]:
    """Positions of cases as runs of rows, file by file, sheet by sheet."""
    if not len(positions):
        return
    place = cases.frame["place"].to_numpy(np.int64)[positions]
    row = cases.frame["row"].to_numpy(np.int64)[positions]
    order = np.lexsort((row, place))
    place, row = place[order], row[order]
    breaks = np.flatnonzero((np.diff(row) != 1) | (np.diff(place) != 0))
    firsts, lasts = [0, *(breaks + 1)], [*breaks, len(row) - 1]
    for first, last in zip(firsts, lasts, strict=True):
        yield Run(cases.places[int(place[first])], int(row[first]), int(row[last]))


def say_runs(found: list[Run], most: int = 0) -> str:
    """Runs as people write them: 台账.xlsx“1月”第 3-7、9 行. ``most`` limits the runs told."""
    told = found[:most] if most else found
    texts, last = [], None
    for run in told:
        rows = f"{run.first}" if run.first == run.last else f"{run.first}-{run.last}"
        if run.place == last:
            texts[-1] += f"、{rows}"
        else:
            sheet = f"“{run.place.sheet}”" if run.place.sheet else ""
            texts.append(f"{run.place.file}{sheet}第 {rows}")
            last = run.place
    text = "；".join(f"{one} 行" for one in texts)
    rest = len(found) - len(told)
    return f"{text}……（另有 {rest} 段）" if rest else text


def concerned(cases: Cases, year: int) -> NDArray[np.bool_]:
    """The rows that are not known to lie wholly outside a year.

    Of a row whose days contradict each other, one may be right and the other not.
    """
    received, closed = cases.days("received"), cases.days("closed")
    start, end = first_day(year), first_day(year + 1)
    after = (received >= end) & ~((closed > YEARLESS) & (closed < end))
    before = (closed > YEARLESS) & (closed < start) & (received < start)
    return ~(after | before)


def outside(cases: Cases, year: int) -> tuple[int, int]:
    """How many rows are of earlier years only, and how many were received after the year."""
    received, closed = cases.days("received"), cases.days("closed")
    before = (closed > YEARLESS) & (closed < first_day(year))
    return int(before.sum()), int((received >= first_day(year + 1)).sum())


def years_received(cases: Cases) -> dict[int, int]:
    """How many rows came in during each year, where the day of receipt is known."""
    received = cases.days("received")
    known = received[received > YEARLESS].astype("datetime64[D]").astype("datetime64[Y]")
    years, numbers = np.unique(known.astype(np.int64) + 1970, return_counts=True)
    return {int(year): int(number) for year, number in zip(years, numbers, strict=True)}


def counts_at_all(cases: Cases, *, reopened: bool) -> NDArray[np.bool_]:
    """The rows that are counted in some year; requests answered anew only where asked for."""
    placed = cases.flag("placed")
    return placed if reopened else placed & ~cases.flag("reopened")


def count_requests(cases: Cases, fmt: Format, year: int, *, reopened: bool = False) -> Counted:
    """表三 for a year: 新收 and 结转 by day of receipt, results by day of closing.

    ``reopened`` counts requests answered anew (after review or a judgment) as requests too.
    """
    table = fmt.table("三")
    counted = counts_at_all(cases, reopened=reopened)
    received, closed = cases.days("received"), cases.days("closed")
    start, end = first_day(year), first_day(year + 1)
    open_before = counted & (received < start) & ((closed == NONE) | (closed >= start))
    new = counted & (received >= start) & (received < end)
    here = new | open_before
    done = here & (closed != NONE) & (closed < end)
    kind, result = (cases.frame[name].to_numpy(np.int64) for name in ("kind", "result"))
    members: dict[Ref, NDArray[np.int64]] = {}
    for column, kind_key in enumerate(cases.kinds):
        mine = kind == column
        for key, where in ((NEW, new), (CARRIED_IN, open_before), (CARRIED_OUT, here & ~done)):
            members[table.by_key[key, kind_key]] = np.flatnonzero(mine & where)
    where = np.flatnonzero(done)
    cell = result[where] * len(cases.kinds) + kind[where]
    order = np.argsort(cell, kind="stable")
    cell, where = cell[order], where[order]
    for index, key in enumerate(cases.results):
        for column, kind_key in enumerate(cases.kinds):
            ref = table.by_key.get((key, kind_key))
            if ref is not None:
                code = index * len(cases.kinds) + column
                left, right = np.searchsorted(cell, [code, code + 1])
                members[ref] = where[left:right]
    for ref, slot in table.slots.items():
        if not slot.total:
            members.setdefault(ref, np.empty(0, np.int64))
    return Counted(cases, {ref: members[ref] for ref in table.slots if ref in members})
