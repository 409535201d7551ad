"""Days that are possible and hardly right: a year unlike its neighbours', a reply before the ask.

They are told and counted as they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.register.cases import Cases
from helpers.register.counting import concerned
from helpers.register.dates import YEARLESS, chinese_day
from helpers.register.placing import years_of
from helpers.register.vocabulary import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONG = 3 * 366  # days; a request that takes longer is hardly dated right
_FEW = 20  # of so many rows, one may be told to look odd; where more do, the register is so kept

_COURSE = (
    *(("received", "correction_sent"), ("received", "correction_back")),
    *(("correction_sent", "correction_back"), ("received", "consult_sent")),
    *(("received", "consult_back"), ("consult_sent", "consult_back")),
    *(("received", "fee_notice"), ("received", "fee_paid"), ("fee_notice", "fee_paid")),
    *(("correction_sent", "closed"), ("correction_back", "closed")),
    *(("consult_sent", "closed"), ("fee_notice", "closed"), ("fee_paid", "closed")),
)
"""Days of a request in the order in which they have to follow each other."""


class Odd(NamedTuple):
    """A row that looks wrong: its rule, the field to look at, and a sentence."""

    position: int
    rule: str
    field: str
    text: str


def odd_days(cases: Cases, year: int, until: int, late: Collection[int]) -> Iterator[Odd]:
    """The odd days that bear on a year; ``late`` are requests said to be overdue already.

    ``until`` is the day on which open requests are looked at.
    """
    yield from _odd_years(cases, year)
    yield from _out_of_order(cases, year)
    yield from _too_long(cases, year, until, late)


def _odd_years(cases: Cases, year: int) -> Iterator[Odd]:
    received = cases.days("received")
    years, told = years_of(received), cases.frame["told"].to_numpy(np.int64)
    known = cases.flag("placed") & (received > YEARLESS)
    beyond = known & (told > 0) & (years > told)
    place = cases.frame["place"].to_numpy()
    lonely = np.zeros(len(years), bool)
    before, here, after = slice(None, -2), slice(1, -1), slice(2, None)
    if len(years) > 2:
        lonely[here] = (years[before] == years[after]) & (years[here] != years[before])
        lonely[here] &= known[before] & known[here] & known[after]
        lonely[here] &= (place[before] == place[here]) & (place[here] == place[after])
        lonely &= years != told
    few = max(1, int(known.sum()) // _FEW)
    said: set[int] = set()
    if beyond.sum() <= few:
        for at in np.flatnonzero(beyond).tolist():
            said.add(at)
            if told[at] <= year <= years[at]:
                text = f"是 {years[at]} 年，标题、工作表名或文件名写的是 {told[at]} 年，请核对年份"
                yield Odd(at, "G-01", "received", text)
    if lonely.sum() <= few:
        for at in sorted(set(np.flatnonzero(lonely).tolist()) - said):
            one, other = sorted((int(years[at]), int(years[at - 1])))
            if one <= year <= other:
                text = f"是 {years[at]} 年，前后两行都是 {years[at - 1]} 年，请核对年份"
                yield Odd(at, "G-01", "received", text)


def _out_of_order(cases: Cases, year: int) -> Iterator[Odd]:
    labels = {key: one["label"] for key, one in words()["requests"].items()}
    here = cases.flag("placed") & concerned(cases, year)
    said: set[int] = set()
    for first, then in _COURSE:
        one, other = cases.days(first), cases.days(then)
        wrong = here & (one > YEARLESS) & (other > YEARLESS) & (other < one)
        for at in np.flatnonzero(wrong).tolist():
            if at not in said:
                said.add(at)
                text = f"{chinese_day(other[at])}，早于{labels[first]} {chinese_day(one[at])}，"
                text += "请核对年份和次序"
                yield Odd(at, "G-06" if "fee" in first + then else "G-04", then, text)
    asked, back = cases.days("consult_sent"), cases.days("consult_back")
    for at in np.flatnonzero(here & (asked <= YEARLESS) & (back > YEARLESS)).tolist():
        if at not in said:
            text = f"没有填，却有{labels['consult_back']}；征求意见的时间没有扣除"
            yield Odd(at, "G-04", "consult_sent", text)


def _too_long(cases: Cases, year: int, until: int, late: Collection[int]) -> Iterator[Odd]:
    received, closed = cases.days("received"), cases.days("closed")
    here: NDArray[np.bool_] = cases.flag("placed") & concerned(cases, year)
    done = closed > YEARLESS
    took = np.where(done, closed, until).astype(np.int64) - received
    for at in np.flatnonzero(here & (received > YEARLESS) & (took > _LONG)).tolist():
        if at not in late:
            what = "到办结隔了" if done[at] else "已有"
            rest = "" if done[at] else "没有办结"
            text = f"收到{what} {int(took[at]) // 365} 年{rest}，请核对年份"
            yield Odd(at, "G-04", "received", text)
