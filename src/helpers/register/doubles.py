"""Requests written down again: open at the end of one part of a register, in the next too (G-05).

Offices that keep a file or a sheet for each year (or month) often carry over by copying what is
not closed to the top of the new one. The request then stands twice, and is one. Two rows are held
to be one where they stand in parts of different times, agree in day of receipt and applicant's
kind, the earlier one is not closed (or was closed later on in just the same way), and either the
number or who asked for what says so. Where only one person's name says so, where the number is
another (which may have been given anew with the year) or was closed otherwise, or where nothing
says so and nothing speaks against it, they are probably one: which is for the office to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.register.cases import Fault
from helpers.register.dates import NONE, YEARLESS, first_day, month_in
from helpers.register.matching import Again, Matcher, Parts, Register, in_order
from helpers.register.placing import Placing, years_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


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
    matcher = Matcher(register, parts)
    groups = np.split(asked, breaks)
    return [one for group in groups for one in in_order(matcher.pairs(group.tolist()))]


def mark_repeats(work: Placing, register: Register, eligible: Mask, reason: Fault) -> list[Again]:
    """Leave out the rows that repeat another, with a fault where the office has to decide."""
    found = written_again(register, eligible)
    open_: dict[str, list[int]] = {}
    for one in found:
        work.again[one.out] = one.stands
        if not (one.sure or (work.options.relisted and one.agree)):
            open_.setdefault(one.why, []).append(one.out)
    for why, rows in open_.items():
        where = np.zeros(len(eligible), bool)
        where[rows] = True
        work.fault(reason._replace(kind=why), where)
    return found


def complete_from(doubles: Sequence[Again], columns: Mapping[str, NDArray[Any]]) -> None:
    """Put what only the row left out says (a fee, a request to amend) into the one that stands."""
    for one in doubles:
        for values in columns.values() if one.sure else ():
            if values[one.stands] in (NONE, -1, 0):
                values[one.stands] = values[one.out]


def _parts(register: Register) -> Parts:
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
    return Parts(np.asarray(of, np.int64), begins, settled)


def _year(day: int) -> int:
    return int(years_of(np.array([day]))[0])
