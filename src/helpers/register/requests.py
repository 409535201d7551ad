"""Raw rows -> requests with days and codes, or why a row is not counted (G-01 … G-05)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import formats
from helpers.formats import Format, FormatError
from helpers.register.cases import (
    AGAIN,
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
)
from helpers.register.dates import BAD, NONE, YEARLESS, first_day, parse_day
from helpers.register.doubles import complete_from, mark_repeats
from helpers.register.matching import Register
from helpers.register.options import RegisterOptions
from helpers.register.placing import (
    Placing,
    mark_duplicates,
    meanings_of,
    note_unclear,
    read_days,
    years_of,
)
from helpers.register.reading import Rows
from helpers.register.vocabulary import BLANK, GROUP, SEVERAL, is_pending, kinds, results, words
from helpers.register.years import refuse_far_years, told_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Mask = NDArray[np.bool_]

_OF_RESULT = {BLANK: NO_RESULT, SEVERAL: TWO_RESULTS, GROUP: GROUP_RESULT}
_OF_KIND = {BLANK: NO_KIND, SEVERAL: TWO_KINDS, GROUP: GROUP_KIND}


def place_requests(rows: Rows, options: RegisterOptions, asked: int = 0) -> Cases:
    """The requests that the rows of a register mean; ``asked`` is the year asked about, or 0."""
    work = Placing(rows, options)
    days = {name: read_days(rows, name) for name in (*DATES, *OTHER_DATES)}
    received, closed = days["received"], days["closed"]
    told = told_years(rows)
    _judge_days(work, told, received, closed, asked)
    fmts = _formats(received, closed)
    kind, kind_names = _kinds(work, fmts)
    result, result_names = _results(work, closed, fmts)
    split, reopened = _yes(work, "split"), _yes(work, "reopened")
    register = Register(rows, told, received, closed, kind, result)
    doubles = mark_repeats(work, register, ~reopened, AGAIN)
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
    complete_from(doubles, {**{n: days[n] for n in OTHER_DATES}, **amounts, "x": extension})
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
            "told": told.astype(np.int16),
            "placed": work.placed,
        }
    )
    return work.cases(frame, kind_names, result_names, unclear)


def _judge_days(
    work: Placing, told: NDArray[np.int64], received: Days, closed: Days, asked: int
) -> None:
    work.fault(TORN, work.rows.frame["torn"].to_numpy(bool))
    work.fault(NO_RECEIVED, received == NONE)
    work.fault(BAD_RECEIVED, received == BAD)
    work.fault(BAD_CLOSED, closed == BAD)
    refuse_far_years(work, told, received, closed, asked)
    known = (received > YEARLESS) & (closed > YEARLESS)
    work.fault(TOO_EARLY, known & (closed < received))


# --- words ----------------------------------------------------------------------------------


def _formats(received: Days, closed: Days) -> list[Format]:
    """The formats in force from the first to the last year of the register, oldest first."""
    known = np.concatenate([days[days > YEARLESS] for days in (received, closed)])
    years = set(years_of(known).tolist()) if len(known) else set()
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
        meanings = meanings_of(work, "result", lexicon)
        table = [names.index(m.code) if m.code else -1 for m in meanings.different]
        if table:
            found[own] = np.asarray(table, np.int8)[meanings.codes[own]]
        note_unclear(work, meanings, "result", _OF_RESULT, UNKNOWN_RESULT, own)
    pending = work.each("result", is_pending, bool)
    said = work.each("result", lambda text: bool(text.strip(" -—/")), bool)
    work.fault(NOT_CLOSED, said & ~pending & (closed == NONE))
    return found, tuple(names)


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
