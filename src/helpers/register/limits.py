"""Time limits (G-04): 20 working days, put off by up to 20, stopped while others are asked.

条例第三十三条: a reply within 20 working days of receipt, put off by at most 20; the time it
takes to ask third parties and other offices does not count. 第三十条: after a request to amend
(补正, within 7 working days) the time runs from receipt of the amended request. After a fee
notice it runs anew from the day after payment (信息处理费管理办法, 国办函〔2020〕109号). The day
of receipt itself does not count (民法典第二百零一条).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.register.calendar import Calendar, calendar
from helpers.register.cases import DATES, OTHER_DATES, Cases
from helpers.register.counting import concerned
from helpers.register.dates import NONE, YEARLESS, day_of, first_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]

LIMIT = 20
"""Working days for a reply."""

LONGEST = 20
"""Working days that a reply may be put off."""

AMEND = 7
"""Working days for asking to amend a request."""


@dataclass(frozen=True)
class Late:
    """A request that is late or nearly so.

    ``position`` is its row in ``Cases.frame``; ``what`` one of 逾期办结, 逾期未办结, 即将到期,
    补正通知逾期, 延长超过二十日; ``due`` the last day of the time allowed; ``days`` the working
    days over it (left, for 即将到期).
    """

    position: int
    what: str
    due: int
    days: int


@dataclass(frozen=True)
class Limits:
    """The requests that are late or nearly so, and the years whose calendar is not known.

    ``waiting`` are open requests whose time does not run (补正, fees), ``unknown`` those whose
    time cannot be reckoned because a year is not known.
    """

    late: tuple[Late, ...]
    waiting: int
    unknown: int
    unknown_years: tuple[int, ...]
    assessed: int


def time_limits(
    cases: Cases, year: int, *, as_of: int | None = None, nearly: int = 5, file: str = ""
) -> Limits:
    """The time limits of the requests that a year deals with, as they stood on a day.

    ``as_of`` is a day number, 31 December of the year where it is left out; ``nearly`` working
    days left make an open request nearly overdue; ``file`` is a calendar of the office's own.
    """
    until = first_day(year + 1) - 1 if as_of is None else as_of
    received = cases.days("received").astype(np.int64)
    mine = np.flatnonzero(cases.flag("placed") & concerned(cases, year) & (received <= until))
    if not len(mine):
        return Limits((), 0, 0, (), 0)
    days = {name: cases.days(name)[mine].astype(np.int64) for name in (*DATES, *OTHER_DATES)}
    days = {name: np.where(values > until, NONE, values) for name, values in days.items()}
    first, last = day_of(int(days["received"].min())).year, day_of(until).year
    clock = _Clock(calendar(range(first, last + 1), file), until, days)
    extension = cases.frame["extension"].to_numpy(np.int64)[mine]
    return _judge(clock, mine, extension, nearly)


class _Clock:
    """The working days of requests: when the time began to run, how long it stood still."""

    def __init__(self, days_at_work: Calendar, until: int, days: dict[str, Days]) -> None:
        self.calendar, self.days = days_at_work, days
        self.count = days_at_work.until
        self.workdays = np.flatnonzero(days_at_work.work)
        restarts = (days["received"], days["correction_back"], days["fee_paid"])
        self.start = np.maximum.reduce(restarts)
        self.closed = days["closed"]
        self.end = np.where(self.closed > YEARLESS, self.closed, until)
        asked = (days["correction_sent"] > YEARLESS) & (days["correction_back"] <= YEARLESS)
        billed = (days["fee_notice"] > YEARLESS) & (days["fee_paid"] <= YEARLESS)
        self.stopped = asked | billed

    def at(self, days: Days) -> Days:
        """Working days up to and including each day."""
        found: Days = self.count[np.clip(days - self.calendar.first, 0, len(self.count) - 1)]
        return found

    @property
    def asking(self) -> Days:
        """Working days that asking others took, after the time had begun to run."""
        sent, back = self.days["consult_sent"], self.days["consult_back"]
        until = np.where(back > YEARLESS, back, self.end)
        took = self.at(np.minimum(until, self.end)) - self.at(np.maximum(sent, self.start))
        return np.asarray(np.where(sent > YEARLESS, np.maximum(took, 0), 0), np.int64)

    def due(self, allowed: Days) -> Days:
        """The last day of the time allowed."""
        at = np.minimum(self.at(self.start) + allowed - 1, len(self.workdays) - 1)
        return np.asarray(self.workdays[at] + self.calendar.first, np.int64)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the calendar knows every year between the start and the end."""
        years = np.array(sorted(self.calendar.years))
        unknown = [y for y in range(*self.span) if y not in years]
        result = np.ones(len(self.start), bool)
        for year in unknown:
            touches = (self.start < first_day(year + 1)) & (self.end >= first_day(year))
            result &= ~touches
        return result

    @property
    def span(self) -> tuple[int, int]:
        """The first year, and the year after the last."""
        return day_of(int(self.start.min())).year, day_of(int(self.end.max())).year + 1


def _judge(clock: _Clock, mine: Days, extension: Days, nearly: int) -> Limits:
    known = clock.known
    asking = clock.asking
    allowed = LIMIT + np.minimum(extension, LONGEST) + asking
    used = clock.at(clock.end) - clock.at(clock.start)
    over, due = used - allowed, clock.due(allowed)
    open_ = clock.closed <= YEARLESS
    running = known & ~clock.stopped
    late: list[Late] = []

    def note(what: str, where: NDArray[np.bool_], days: Days) -> None:
        late.extend(
            Late(int(mine[at]), what, int(due[at]), int(days[at])) for at in np.flatnonzero(where)
        )

    note("逾期办结", running & ~open_ & (over > 0), over)
    note("逾期未办结", running & open_ & (over > 0), over)
    note("即将到期", running & open_ & (over <= 0) & (-over <= nearly), -over)
    sent = clock.days["correction_sent"]
    took = clock.at(sent) - clock.at(clock.days["received"]) - AMEND
    note("补正通知逾期", known & (sent > YEARLESS) & (took > 0), took)
    note("延长超过二十日", extension > LONGEST, extension - LONGEST)
    years = tuple(y for y in range(*clock.span) if y not in clock.calendar.years)
    ordered = tuple(sorted(late, key=lambda one: (one.position, one.what)))
    waiting = int((open_ & clock.stopped).sum())
    return Limits(ordered, waiting, int((~known).sum()), years, int(known.sum()))
