"""Raw rows -> requests with days and codes, or what keeps a row from being counted (G-01 … G-05).

A row that cannot be placed is counted nowhere: neither as received nor as answered, in no year,
so that what is carried over closes between years all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import formats
from helpers.formats import Format, FormatError
from helpers.register.cases import (
    BAD_CLOSED,
    BAD_RECEIVED,
    DATES,
    GROUP_KIND,
    GROUP_RESULT,
    NO_KIND,
    NO_RECEIVED,
    NO_RESULT,
    NOT_CLOSED,
    OTHER_DATES,
    TOO_EARLY,
    TORN,
    TWICE,
    TWO_KINDS,
    TWO_RESULTS,
    UNKNOWN_KIND,
    UNKNOWN_RESULT,
    Cases,
    Fault,
)
from helpers.register.dates import BAD, NONE, YEARLESS, first_day, parse_day
from helpers.register.options import RegisterOptions
from helpers.register.reading import Rows
from helpers.register.vocabulary import (
    BLANK,
    GROUP,
    SEVERAL,
    Lexicon,
    Meaning,
    is_pending,
    kinds,
    results,
    words,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Mask = NDArray[np.bool_]

_SECOND = {"kind": "legal", "result": "detail"}
"""A second column that says more exactly what a first one says."""

_OF_RESULT = {BLANK: NO_RESULT, SEVERAL: TWO_RESULTS, GROUP: GROUP_RESULT}
_OF_KIND = {BLANK: NO_KIND, SEVERAL: TWO_KINDS, GROUP: GROUP_KIND}


@dataclass
class Placing:
    """What is found out about rows, one field after another."""

    rows: Rows
    options: RegisterOptions
    faults: dict[Fault, Mask]
    read: dict[tuple[str, int], tuple[str, ...]]

    def fault(self, reason: Fault, where: Mask) -> None:
        """Note a reason for the rows where it holds."""
        if where.any():
            self.faults[reason] = self.faults.get(reason, np.zeros(len(where), bool)) | where

    @property
    def unplaced(self) -> Mask:
        """The rows with a reason not to be counted."""
        found = np.zeros(len(self.rows.frame), bool)
        for where in self.faults.values():
            found |= where
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
        meanings = _pairs(self, name, _SECOND.get(name, ""), lexicon)
        table = [names.index(m.code) if m.code else -1 for m in meanings.different]
        found = np.asarray(table, np.int8)[meanings.codes] if table else np.empty(0, np.int8)
        turned = {reason: change(fault) for reason, fault in reasons.items()}
        _note(self, meanings, name, turned, change(otherwise), where)
        return found

    def each(self, name: str, meaning: Callable[[str], Any], kind: type = object) -> NDArray[Any]:
        """A column turned into something else, every different text looked at once."""
        codes, texts = self.rows.texts(name)
        table: NDArray[Any] = np.empty(len(texts), dtype=kind)
        for code, text in enumerate(texts):
            table[code] = meaning(text)
        found: NDArray[Any] = table[codes]
        return found


def place_requests(rows: Rows, options: RegisterOptions) -> Cases:
    """The requests that the rows of a register mean."""
    work = Placing(rows, options, {}, {})
    days = {name: read_days(rows, name) for name in (*DATES, *OTHER_DATES)}
    received, closed = days["received"], days["closed"]
    _judge_days(work, received, closed)
    fmts = _formats(received, closed)
    kind, kind_names = _kinds(work, fmts)
    result, result_names = _results(work, closed, fmts)
    split, reopened = _yes(work, "split"), _yes(work, "reopened")
    mark_duplicates(work, received, split | reopened, TWICE)
    unclear = {n: np.flatnonzero(days[n] == BAD) for n in OTHER_DATES if (days[n] == BAD).any()}
    extension = work.each("extension", _extension, np.int32)
    amounts = {name: work.each(name, _cents, np.int64) for name in ("fee_amount", "fee_received")}
    for name, values in (("extension", extension), *amounts.items()):
        if (values == _UNCLEAR).any():
            unclear[name] = np.flatnonzero(values == _UNCLEAR)
            values[values == _UNCLEAR] = 0 if name == "extension" else -1
    for name in OTHER_DATES:
        days[name][days[name] == BAD] = NONE
    frame = pd.DataFrame(
        {
            "place": rows.frame["place"].to_numpy(np.int16),
            "row": rows.frame["row"].to_numpy(np.int32),
            **days,
            "kind": kind,
            "result": result,
            "extension": extension,
            **amounts,
            "split": split,
            "reopened": reopened,
            "placed": ~work.unplaced,
        }
    )
    return work.cases(frame, kind_names, result_names, unclear)


# --- days -----------------------------------------------------------------------------------


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


def _judge_days(work: Placing, received: Days, closed: Days) -> None:
    work.fault(TORN, work.rows.frame["torn"].to_numpy(bool))
    work.fault(NO_RECEIVED, received == NONE)
    work.fault(BAD_RECEIVED, received == BAD)
    work.fault(BAD_CLOSED, closed == BAD)
    known = (received > YEARLESS) & (closed > YEARLESS)
    work.fault(TOO_EARLY, known & (closed < received))


def mark_duplicates(work: Placing, received: Days, told: Mask, reason: Fault) -> None:
    """One number for several requests is right only where a split or a new answer is recorded.

    The first of them is counted, the others are not.
    """
    number = work.rows.frame["number"].to_numpy(np.int64)
    asked = np.flatnonzero((number != 0) & ~told)
    keys = pd.DataFrame({"number": number[asked], "year": _years(received[asked])})
    twice = np.zeros(len(number), bool)
    twice[asked[keys.duplicated().to_numpy(bool)]] = True
    work.fault(reason, twice)


def _years(days: Days) -> NDArray[np.int64]:
    """The year of each day; 1970 and before for none."""
    found = np.maximum(days, 0).astype("datetime64[D]").astype("datetime64[Y]")
    return found.astype(np.int64) + 1970


# --- words ----------------------------------------------------------------------------------


def _formats(received: Days, closed: Days) -> list[Format]:
    """The formats in force from the first to the last year of the register, oldest first."""
    known = np.concatenate([days[days > YEARLESS] for days in (received, closed)])
    years = set(_years(known).tolist()) if len(known) else set()
    found: dict[str, Format] = {}
    for year in sorted(years):
        try:
            fmt = formats.for_year(year)
        except FormatError:
            continue
        found.setdefault(fmt.code, fmt)
    return list(found.values()) or [list(formats.available().values())[-1]]


def _kinds(work: Placing, fmts: list[Format]) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """The kind of applicant of each row; the columns are the same in every format so far."""
    lexicon = kinds(fmts[-1], work.options.words)
    everywhere = np.ones(len(work.rows.frame), bool)
    found = work.codes("kind", lexicon, _OF_KIND, UNKNOWN_KIND, everywhere)
    return found, tuple(lexicon.labels)


def _results(
    work: Placing, closed: Days, fmts: list[Format]
) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """The result of each row, in the words of the format in force when it was closed."""
    done = closed > YEARLESS
    found = np.full(len(closed), -1, np.int8)
    names: list[str] = []
    for fmt in fmts:
        own = done & (closed >= first_day(fmt.first_year))
        own &= closed < first_day((fmt.last_year or 2999) + 1)
        lexicon = results(fmt, work.options.words)
        names += [code for code in lexicon.labels if code not in names]
        meanings = _pairs(work, "result", _SECOND["result"], lexicon)
        table = [names.index(m.code) if m.code else -1 for m in meanings.different]
        if table:
            found[own] = np.asarray(table, np.int8)[meanings.codes[own]]
        _note(work, meanings, "result", _OF_RESULT, UNKNOWN_RESULT, own)
    pending = work.each("result", is_pending, bool)
    said = work.each("result", lambda text: bool(text.strip(" -—/")), bool)
    work.fault(NOT_CLOSED, said & ~pending & (closed == NONE))
    return found, tuple(names)


class _Pairs(NamedTuple):
    """Every different pair of texts with its meaning, and which each row has."""

    codes: NDArray[np.int64]
    different: list[Meaning]


def _pairs(work: Placing, first: str, second: str, lexicon: Lexicon) -> _Pairs:
    codes, texts = work.rows.texts(first)
    if second not in work.rows.frame:
        return _Pairs(codes, [lexicon.meaning(text) for text in texts])
    more_codes, more = work.rows.texts(second)
    joined = codes * len(more) + more_codes
    places, different = pd.factorize(joined)
    pairs = (divmod(int(value), len(more)) for value in different)
    meanings = [lexicon.meaning_of_two(texts[one], more[other]) for one, other in pairs]
    return _Pairs(places, meanings)


def _note(
    work: Placing,
    meanings: _Pairs,
    name: str,
    reasons: Mapping[str, Fault],
    otherwise: Fault,
    where: Mask,
) -> None:
    """Note the rows whose texts mean no code, with the known words that stood there."""
    for code, meaning in enumerate(meanings.different):
        if meaning.code:
            continue
        rows = where & (meanings.codes == code)
        work.fault(reasons.get(meaning.reason, otherwise), rows)
        if meaning.named:
            for at in np.flatnonzero(rows):
                work.read[name, int(at)] = meaning.named


# --- the rest -------------------------------------------------------------------------------

_UNCLEAR = -9
_LONGEST = 20  # working days a reply may be put off, 条例第三十三条


def _yes(work: Placing, name: str) -> Mask:
    """Whether a column says yes: a tick, 是, or anything but 否, since 拆分自 names a request."""
    no = {str(word) for word in words()["said_no"]}
    found: Mask = work.each(name, lambda text: text.strip() not in no, bool)
    return found


def _extension(text: str) -> int:
    """The working days a reply was put off: a number, a tick or the day of notice for 20."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = plain.removesuffix("个工作日").removesuffix("工作日").removesuffix("天").strip()
    if plain in words()["said_no"]:
        return 0
    if re.fullmatch(r"[0-9]{1,3}", digits) and plain != "1":
        return int(digits)
    if plain in words()["said_yes"] or parse_day(plain) > YEARLESS or parse_day(plain) == YEARLESS:
        return _LONGEST
    return _UNCLEAR


def _cents(text: str) -> int:
    """An amount of 元 in 分, -1 for none."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("元").replace(",", "")
    if plain in ("", "-", "—", "/", "无"):
        return -1
    whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 9 or len(part) > 2:
        return _UNCLEAR
    if part and not (part.isascii() and part.isdigit()):
        return _UNCLEAR
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)
