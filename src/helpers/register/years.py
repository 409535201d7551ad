"""Years that cannot be right: 2042 for 2024 (G-01).

There is no clock to hold a day against, since the same register has to give the same report at
any time. What a register itself tells of its time is used instead: the years that titles, sheets
and file names give, and those in which requests were received and closed in accordance.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from helpers.register.cases import FAR_CLOSED, FAR_RECEIVED, Fault
from helpers.register.dates import BAD, YEARLESS
from helpers.register.placing import Placing, years_of
from helpers.register.reading import Rows
from helpers.register.rows import year_in
from helpers.register.vocabulary import squeeze

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]

_GAP = 5
"""Years after the last certain one that a day may lie in; small offices go long unasked."""


def told_years(rows: Rows) -> NDArray[np.int64]:
    """The year that heading, sheet, title or else file name of each row tells, 0 for none."""
    told = rows.frame["year"].to_numpy(np.int64)
    named = [year_in(squeeze(PurePath(place.file).stem)) for place in rows.places]
    if not any(named):
        return told
    by_file = np.asarray(named, np.int64)[rows.frame["place"].to_numpy(np.int64)]
    return np.where(told > 0, told, by_file)


def refuse_far_years(
    work: Placing,
    told: NDArray[np.int64],
    received: Days,
    closed: Days,
    asked: int = 0,
    faults: tuple[Fault, Fault] = (FAR_RECEIVED, FAR_CLOSED),
) -> None:
    """Note days far after anything the register is sure of, and turn them into ``BAD``.

    The year that is ``asked`` about (0 for none) is as sure as any that the register tells.
    """
    last = _last_year(told, received, closed)
    if not last:
        return
    than = f"台账里其余的（最晚 {last} 年）" if last >= asked else f"要算的 {asked} 年"
    last = max(last, asked)
    for name, days, fault in zip(("received", "closed"), (received, closed), faults, strict=True):
        far = (days > YEARLESS) & (years_of(days) > last + _GAP)
        work.fault(fault, far)
        for at in np.flatnonzero(far):
            year = int(years_of(days[at : at + 1])[0])
            work.read[name, int(at)] = (f"{year} 年", than)
        days[far] = BAD


def _last_year(told: NDArray[np.int64], received: Days, closed: Days) -> int:
    known = received > YEARLESS
    if not known.any():
        return 0
    years = years_of(received)
    took = years_of(closed) - years
    sure = known & (closed > YEARLESS) & (took >= 0) & (took <= 1)
    support = max(int(told.max(initial=0)), int(years[sure].max(initial=0)))
    if support:
        return support
    values, counts = np.unique(years[known], return_counts=True)
    return int(values[counts.argmax()])
