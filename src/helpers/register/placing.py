"""The workings of a register being understood: what is found out about rows, field after field.

A row that cannot be placed is counted nowhere: neither as received nor as answered, in no year,
so that what is carried over closes between years all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.register.cases import Cases, Fault
from helpers.register.dates import BAD, YEARLESS, parse_day
from helpers.register.options import RegisterOptions
from helpers.register.reading import Rows
from helpers.register.vocabulary import Lexicon, Meaning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Mask = NDArray[np.bool_]

_SECOND = {"kind": "legal", "result": "detail"}
"""A second column that says more exactly what a first one says."""


@dataclass
class Placing:
    """What is found out about rows, one field after another."""

    rows: Rows
    options: RegisterOptions
    faults: dict[Fault, Mask] = field(default_factory=dict)
    read: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)

    def fault(self, reason: Fault, where: Mask) -> None:
        """Note a reason for the rows where it holds."""
        if where.any():
            self.faults[reason] = self.faults.get(reason, np.zeros(len(where), bool)) | where

    @property
    def repeats(self) -> Mask:
        """The rows that another one stands for."""
        found = np.zeros(len(self.rows.frame), bool)
        found[list(self.again)] = True
        return found

    @property
    def placed(self) -> Mask:
        """The rows without a reason not to be counted."""
        found = ~self.repeats
        for where in self.faults.values():
            found &= ~where
        return found

    def cases(
        self,
        frame: pd.DataFrame,
        kind_names: tuple[str, ...],
        result_names: tuple[str, ...],
        unclear: Mapping[str, NDArray[np.int64]],
    ) -> Cases:
        """The cases that the rows were found to be."""
        faults = {reason: np.flatnonzero(where) for reason, where in self.faults.items()}
        rows = self.rows
        return Cases(
            frame,
            kind_names,
            result_names,
            faults,
            self.read,
            unclear,
            self.again,
            rows.places,
            rows.passed,
            rows.notes,
        )

    def codes(
        self,
        name: str,
        lexicon: Lexicon,
        reasons: Mapping[str, Fault],
        otherwise: Fault,
        where: Mask,
        change: Callable[[Fault], Fault] = lambda fault: fault,
    ) -> NDArray[np.int8]:
        """The code of a column in each row (index into the lexicon's labels, -1 for none).

        Rows of ``where`` that mean none are noted, with the reason turned by ``change``.
        """
        names = tuple(lexicon.labels)
        meanings = meanings_of(self, name, lexicon)
        table = [names.index(m.code) if m.code else -1 for m in meanings.different]
        found = np.asarray(table, np.int8)[meanings.codes] if table else np.empty(0, np.int8)
        turned = {reason: change(fault) for reason, fault in reasons.items()}
        note_unclear(self, meanings, name, turned, change(otherwise), where)
        return found

    def each(self, name: str, meaning: Callable[[str], Any], kind: type = object) -> NDArray[Any]:
        """A column turned into something else, every different text looked at once."""
        codes, texts = self.rows.texts(name)
        table: NDArray[Any] = np.empty(len(texts), dtype=kind)
        for code, text in enumerate(texts):
            table[code] = meaning(text)
        found: NDArray[Any] = table[codes]
        return found


def read_days(rows: Rows, name: str) -> Days:
    """A column of days: every different text is read once, 1月5日 once for each year."""
    codes, texts = rows.texts(name)
    days: Days = np.array([parse_day(text) for text in texts], np.int32)[codes]
    open_ = np.flatnonzero(days == YEARLESS)
    if len(open_):
        years = rows.frame["year"].to_numpy(np.int16)[open_]
        pairs: dict[tuple[int, int], int] = {}
        for at, code, year in zip(open_, codes[open_], years, strict=True):
            key = (int(code), int(year))
            if key not in pairs:
                day = parse_day(texts[key[0]], key[1])
                pairs[key] = BAD if day == YEARLESS else day
            days[at] = pairs[key]
    return days


def mark_duplicates(work: Placing, received: Days, told: Mask, reason: Fault) -> None:
    """One number for several requests is right only where a split or a new answer is recorded.

    The first of them is counted, the others are not. A number that tells no year may come again
    every year.
    """
    frame = work.rows.frame
    number = frame["number"].to_numpy(np.int64)
    asked = np.flatnonzero((number != 0) & ~told & ~work.repeats)
    year = np.where(frame["dated"].to_numpy(bool), 0, years_of(received))
    keys = pd.DataFrame({"number": number[asked], "year": year[asked]})
    twice = np.zeros(len(number), bool)
    twice[asked[keys.duplicated().to_numpy(bool)]] = True
    work.fault(reason, twice)


def years_of(days: Days) -> NDArray[np.int64]:
    """The year of each day; 1970 and before for none."""
    found = np.maximum(days, 0).astype("datetime64[D]").astype("datetime64[Y]")
    return found.astype(np.int64) + 1970


class _Pairs(NamedTuple):
    """Every different pair of texts with its meaning, and which each row has."""

    codes: NDArray[np.int64]
    different: list[Meaning]


def meanings_of(work: Placing, first: str, lexicon: Lexicon) -> _Pairs:
    """What every different text of a column means, with what a second column adds."""
    second = _SECOND.get(first, "")
    codes, texts = work.rows.texts(first)
    if second not in work.rows.frame:
        return _Pairs(codes, [lexicon.meaning(text) for text in texts])
    more_codes, more = work.rows.texts(second)
    joined = codes * len(more) + more_codes
    places, different = pd.factorize(joined)
    pairs = (divmod(int(value), len(more)) for value in different)
    meanings = [lexicon.meaning_of_two(texts[one], more[other]) for one, other in pairs]
    return _Pairs(places, meanings)


def note_unclear(
    work: Placing,
    meanings: _Pairs,
    name: str,
    reasons: Mapping[str, Fault],
    otherwise: Fault,
    where: Mask,
) -> None:
    """Note the rows whose texts mean no code, with the known words that stood there.

    Every reason is looked for once in all rows, however many different texts there are.
    """
    faults = [None if m.code else reasons.get(m.reason, otherwise) for m in meanings.different]
    kinds = list(dict.fromkeys(fault for fault in faults if fault))
    if not kinds:
        return
    numbers = {fault: number for number, fault in enumerate(kinds)}
    table = np.array([numbers[fault] if fault else -1 for fault in faults], np.int64)
    found = np.where(where, table[meanings.codes], -1)
    for fault, number in numbers.items():
        work.fault(fault, found == number)
    telling = np.array([bool(m.named and not m.code) for m in meanings.different], bool)
    for at in np.flatnonzero((found >= 0) & telling[meanings.codes]).tolist():
        work.read[name, at] = meanings.different[meanings.codes[at]].named
