"""Requests written down again: open at the end of one part of a register, in the next too (G-05).

Offices that keep a file or a sheet for each year (or month) often carry over by copying what is
not closed to the top of the new one. The request then stands twice, and is one. Two rows are held
to be one where they stand in parts of different times, agree in day of receipt and applicant's
kind, the earlier one is not closed (or was closed later on in just the same way), and either the
number or who asked for what says so. Where nothing says so and nothing speaks against it, they
are probably one: which is for the office to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.register.cases import Fault
from helpers.register.dates import NONE, YEARLESS, first_day, month_in
from helpers.register.placing import Placing, years_of
from helpers.register.reading import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Mask = NDArray[np.bool_]

_SURE, _PROBABLE, _NOT = 2, 1, 0


class Again(NamedTuple):
    """The row that is left out and the one that stands for both; ``sure`` if nothing is open."""

    out: int
    stands: int
    sure: bool


@dataclass(frozen=True)
class Register:
    """What is compared of each row, as arrays: ``kind`` and ``result`` are codes, -1 for none."""

    rows: Rows
    told: NDArray[np.int64]
    received: Days
    closed: Days
    kind: NDArray[np.int8]
    result: NDArray[np.int8]

    def number(self, name: str) -> NDArray[np.int64]:
        """A column of hashes or numbers of the rows read."""
        return self.rows.frame[name].to_numpy(np.int64)


def written_again(register: Register, eligible: Mask) -> list[Again]:
    """The rows that repeat another, looked for among ``eligible`` ones."""
    parts = _parts(register)
    if len(parts.begins) < 2:
        return []
    begins, settled = parts.begins[parts.of], parts.settled[parts.of]
    here = eligible & (register.received > YEARLESS) & (register.kind >= 0)
    later = here & (register.received < begins) & (begins > parts.settled.min())
    pending = (register.closed == NONE) | (register.closed >= parts.begins.min())
    earlier = here & pending & (settled < parts.begins.max())
    key = register.received.astype(np.int64) * 128 + register.kind
    both = np.intersect1d(key[later], key[earlier])
    if not len(both):
        return []
    asked = np.flatnonzero((later | earlier) & np.isin(key, both))
    asked = asked[np.lexsort((asked, begins[asked], key[asked]))]
    breaks = np.flatnonzero(np.diff(key[asked])) + 1
    matcher = _Matcher(register, parts)
    return [one for group in np.split(asked, breaks) for one in matcher.pairs(group.tolist())]


def mark_repeats(work: Placing, register: Register, eligible: Mask, reason: Fault) -> list[Again]:
    """Leave out the rows that repeat another, with a fault where the office has to decide."""
    found = written_again(register, eligible)
    open_ = np.zeros(len(eligible), bool)
    for one in found:
        work.again[one.out] = one.stands
        open_[one.out] = not (one.sure or work.options.relisted)
    work.fault(reason, open_)
    return found


def complete_from(doubles: Sequence[Again], columns: Mapping[str, NDArray[Any]]) -> None:
    """Put what only the row left out says (a fee, a request to amend) into the one that stands."""
    for one in doubles:
        for values in columns.values() if one.sure else ():
            if values[one.stands] in (NONE, -1, 0):
                values[one.stands] = values[one.out]


class _Parts(NamedTuple):
    """The parts of a register: ``of`` says of each row which one it stands in.

    ``begins`` is the first day of the time a part is about, taken as late as it may be;
    ``settled`` the same, taken as early as it may be. They differ where no title tells a year.
    """

    of: NDArray[np.int64]
    begins: NDArray[np.int64]
    settled: NDArray[np.int64]


def _parts(register: Register) -> _Parts:
    place = register.number("place")
    of, _ = pd.factorize(place * 10_000 + register.told)
    count = int(of.max()) + 1 if len(of) else 0
    begins, settled = np.zeros(count, np.int64), np.zeros(count, np.int64)
    if count > 1:
        for part in range(count):
            mine = of == part
            first = int(np.flatnonzero(mine)[0])
            where = register.rows.places[int(place[first])]
            month = month_in(where.sheet) or month_in(PurePath(where.file).stem)
            received, closed = (
                int(days[mine].max()) for days in (register.received, register.closed)
            )
            told = int(register.told[first])
            years = [told or _year(max(received, closed)), told or _year(received)]
            begins[part], settled[part] = (first_day(year, month or 1) for year in years)
    return _Parts(np.asarray(of, np.int64), begins, settled)


def _year(day: int) -> int:
    return int(years_of(np.array([day]))[0])


class _Matcher:
    """Finds, among rows of one day and kind, those that are one request."""

    def __init__(self, register: Register, parts: _Parts) -> None:
        self.parts = parts
        self.of, self.begins, self.settled = parts
        self.received, self.closed = register.received, register.closed
        self.result = register.result
        self.identity = [register.number(name) for name in ("number", "who", "what")]

    def pairs(self, group: list[int]) -> Iterator[Again]:
        """The rows left out, ``group`` being in the order of the parts."""
        waiting: list[int] = []
        for row in group:
            scores = [(self._score(other, row), -other) for other in waiting]
            (same, agree), at = max(scores, default=((_NOT, 0), 0))
            if same != _NOT:
                waiting.remove(-at)
                out, stands = (-at, row) if self._stands(-at, row) else (row, -at)
                yield Again(out, stands, same == _SURE and bool(agree))
                waiting.append(stands)
            else:
                waiting.append(row)

    def _stands(self, earlier: int, later: int) -> bool:
        """Whether the later row is the one to count: it is, unless only the earlier is closed."""
        return bool(self.closed[later] != NONE or self.closed[earlier] == NONE)

    def _score(self, earlier: int, later: int) -> tuple[int, int]:
        """How surely two rows are one, and whether they agree in how it ended."""
        begins = self.begins[self.of[later]]
        if self.settled[self.of[earlier]] >= begins or self.received[later] >= begins:
            return _NOT, 0
        ended = int(self.closed[earlier])
        if ended != NONE and ended < begins:
            return _NOT, 0
        same = self._same(earlier, later)
        agree = ended == NONE or (
            ended == self.closed[later] and self.result[earlier] == self.result[later]
        )
        return (same, int(agree)) if agree or same == _SURE else (_NOT, 0)

    def _same(self, one: int, other: int) -> int:
        number, who, what = ((int(c[one]), int(c[other])) for c in self.identity)
        if all(number):
            return _SURE if number[0] == number[1] else _NOT
        if not all(who):
            return _PROBABLE
        if who[0] != who[1]:
            return _NOT
        return _PROBABLE if all(what) and what[0] != what[1] else _SURE
