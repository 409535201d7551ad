"""Working days by the official arrangement of holidays, make-up workdays included.

The arrangement is published for one year at a time; a year that is not known is said to be
unknown, never guessed. An office may add or correct days in a file of its own.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import InputError, Problem, why
from helpers.register.dates import ACCEPTED, YEARLESS, day_of, first_day, parse_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

OFF, WORK = "休", "班"
_WHOLE = 11  # days off that a file must name for a year to be known by it alone


@dataclass(frozen=True)
class Calendar:
    """Days from ``first`` on: ``work`` says of each whether it is a working day.

    ``years`` are those whose arrangement is known.
    """

    first: int
    work: NDArray[np.bool_]
    years: frozenset[int]

    @property
    def until(self) -> NDArray[np.int64]:
        """How many working days there are up to and including each day."""
        return np.cumsum(self.work)

    def covers(self, first: int, last: int) -> bool:
        """Whether every year from one day to another is known."""
        return set(range(day_of(first).year, day_of(last).year + 1)) <= self.years


def calendar(years: Iterable[int], file: str = "") -> Calendar:
    """The working days of a span of years, with a year more on each side.

    ``file`` is CSV or text with a day and 休 or 班 in each line; what it says outweighs the
    published arrangement. Raises InputError naming the line for what cannot be read.
    """
    wanted = sorted(years)
    span = wanted[0] - 1, wanted[-1] + 2
    return _made(*span, _read(Path(file))) if file else _by_arrangement(*span)


@lru_cache(maxsize=64)
def _by_arrangement(first: int, last: int) -> Calendar:
    return _made(first, last, {})


def _made(first: int, last: int, own: Mapping[date, bool]) -> Calendar:
    start = first_day(first)
    days = [day_of(start) + timedelta(days=n) for n in range(first_day(last + 1) - start)]
    off, made_up, known = _published()
    work = [
        own[day] if day in own else day in made_up or (day.weekday() < 5 and day not in off)
        for day in days
    ]
    by_file = Counter(day.year for day, works in own.items() if not works)
    told = {year for year in range(first, last + 1) if by_file[year] >= _WHOLE}
    return Calendar(start, np.asarray(work, bool), frozenset(known | told))


@lru_cache(maxsize=1)
def _published() -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    """Days off, make-up workdays and the years known, as the library has them."""
    from chinese_calendar.constants import holidays, workdays

    years = {day.year for day in holidays} & {day.year for day in workdays}
    return frozenset(holidays), frozenset(workdays), frozenset(years)


def known_years() -> list[int]:
    """The years whose arrangement comes with the library."""
    return sorted(_published()[2])


def _read(file: Path) -> Mapping[date, bool]:
    name = file.as_posix()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError([Problem(name, f"读不了放假安排：{why(error)}")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(name, "放假安排应为 UTF-8 编码的文本")]) from error
    days: dict[date, bool] = {}
    problems = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if (
            not cells
            or cells[0].startswith("#")
            or (number == 1 and len(cells) > 1 and cells[1] not in (OFF, WORK))
        ):
            continue
        day = parse_day(cells[0])
        if day <= YEARLESS or len(cells) < 2 or cells[1] not in (OFF, WORK):
            text = f"应为日期和“{OFF}”或“{WORK}”，如 2027-01-01,{OFF}；日期写作 {ACCEPTED}"
            problems.append(Problem(name, text, number))
            continue
        days[day_of(day)] = cells[1] == WORK
    if problems:
        raise InputError(problems)
    return days
