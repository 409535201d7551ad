"""Pairs of rows, received on one day from one kind of applicant, that are one request (G-05).

What says most is looked at first: equal numbers, then who asked for what, then either of them,
then what nothing speaks against. Rows that look the same to a comparison wait together, so that a
row is compared once with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.register.dates import NONE
from helpers.register.reading import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]

_SURE, _PROBABLE, _NOT = 2, 1, 0
_STAGES = ((0,), (1, 2), (2,), (1,), ())
"""Which of number, who and what have to be equal, one attempt after the other."""


class Again(NamedTuple):
    """The row that is left out and the one that stands for both; ``sure`` if nothing is open.

    ``agree`` says that they do not tell two different endings, ``why`` what is open: ``endings``
    differ, ``renumbered`` (numbers differ and the applicant does not), ``named`` (the applicant
    alone is the same) or ``again`` (nothing tells).
    """

    out: int
    stands: int
    sure: bool
    agree: bool
    why: str


class Parts(NamedTuple):
    """The parts of a register: ``of`` says of each row which one it stands in.

    ``begins`` is the first day of the time a part is about, taken as late as it may be;
    ``settled`` the same, taken as early as it may be. They differ where no title tells a year.
    """

    of: NDArray[np.int64]
    begins: NDArray[np.int64]
    settled: NDArray[np.int64]


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


def in_order(pairs: Sequence[Again]) -> list[Again]:
    """The pairs, those first whose row that stands is left out for a third one."""
    on = {one.out: one.stands for one in pairs}

    def depth(row: int) -> int:
        steps = 0
        while row in on:
            row, steps = on[row], steps + 1
        return steps

    return sorted(pairs, key=lambda one: -depth(one.out))


class Matcher:
    """Finds, among rows of one day and kind, those that are one request."""

    def __init__(self, register: Register, parts: Parts) -> None:
        self.of, self.begins, self.settled = parts
        self.received, self.closed = register.received, register.closed
        self.result = register.result
        self.identity = [register.number(name) for name in ("number", "who", "what")]

    def pairs(self, group: list[int]) -> list[Again]:
        """The rows left out, ``group`` being in the order of the parts."""
        found: list[Again] = []
        for stage in _STAGES:
            gone = {one.out for one in found}
            alike: dict[tuple[int, ...], list[int]] = {}
            for row in group:
                key = tuple(int(self.identity[n][row]) for n in stage)
                if row not in gone and all(key):
                    alike.setdefault(key, []).append(row)
            found += [one for rows in alike.values() for one in self._among(rows)]
        return found

    def _among(self, rows: list[int]) -> Iterator[Again]:
        """The pairs among rows that are alike in what a stage looks at."""
        waiting: dict[tuple[int, ...], list[int]] = {}
        for row in rows if len(rows) > 1 else ():
            scores = [(self._score(same[0], row), -same[0]) for same in waiting.values()]
            (same, agree), at = max(scores, default=((_NOT, 0), 0))
            if same == _NOT:
                waiting.setdefault(self._looks(row), []).append(row)
                continue
            earlier = -at
            queue = waiting[self._looks(earlier)]
            queue.pop(0)
            if not queue:
                del waiting[self._looks(earlier)]
            out, stands = (earlier, row) if self._stands(earlier, row) else (row, earlier)
            sure, why = same == _SURE and bool(agree), self._why(out, stands, agree)
            yield Again(out, stands, sure, bool(agree), why)
            waiting.setdefault(self._looks(stands), []).append(stands)

    def _looks(self, row: int) -> tuple[int, ...]:
        """What a comparison sees of a row, once equal numbers and names have been looked at."""
        known = (int(column[row] != 0) for column in self.identity)
        return int(self.of[row]), int(self.closed[row]), int(self.result[row]), *known

    def _why(self, out: int, stands: int, agree: int) -> str:
        """What the office has to decide, where the rows are not sure to be one."""
        number, who, _ = (column[out] and column[stands] for column in self.identity)
        if not agree:
            return "endings"
        return ("renumbered" if number else "named") if who else "again"

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
        if all(number) and number[0] == number[1]:
            return _SURE
        renumbered = all(number)
        if all(who) and who[0] != who[1]:
            return _NOT
        if all(what) and what[0] != what[1]:
            return _PROBABLE if all(who) and not renumbered else _NOT
        if renumbered:
            return _PROBABLE if all(who) else _NOT
        return _SURE if all(who) and all(what) else _PROBABLE
