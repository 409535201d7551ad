"""The cells of some rows of a register: fields, ticks, and what is compared and not kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.readers.xlsx import text_of
from helpers.register.columns import Layout
from helpers.register.dates import BAD, NONE, parse_day
from helpers.register.vocabulary import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SERIAL_DIGITS = 5  # a shorter number counts rows and names no request


def field_cells(
    columns: Sequence[Sequence[Any]], layout: Layout, keys: Sequence[str], n_rows: int
) -> dict[str, Sequence[Any]]:
    """The cells of each field, blank where the sheet has no such column."""
    blank = ("",) * n_rows
    cells = {}
    for key in keys:
        at = layout.columns.get(key, -1)
        cells[key] = columns[at] if 0 <= at < len(columns) else blank
    for key, ticked in layout.ticks.items():
        cells[key] = _ticked(columns, ticked, n_rows)
    return cells


def doubtful(received: Sequence[Any]) -> list[int]:
    """The rows whose day of receipt is none, which may be no requests."""
    days: dict[Any, bool] = {}
    for value in set(received):
        days[value] = parse_day(text_of(value) if value != "" else "") in (NONE, BAD)
    if not any(days.values()):
        return []
    return [at for at, value in enumerate(received) if days[value]]


def _ticked(
    columns: Sequence[Sequence[Any]], ticked: Sequence[tuple[int, str]], n_rows: int
) -> list[str]:
    """What is ticked in each row, as the words over the ticks."""
    no = set(words()["said_no"])
    found = [""] * n_rows
    for column, word in ticked:
        for at, cell in enumerate(columns[column] if column < len(columns) else ()):
            if cell != "" and text_of(cell).strip() not in no:
                found[at] = f"{found[at]}；{word}" if found[at] else word
    return found


_DATED = re.compile(r"(?<!\d)20[0-4]\d\D*\d")  # a year and a serial number: not 第2001号


def number_hashes(
    columns: Sequence[Sequence[Any]], layout: Layout, n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A hash of each request's number, and whether it tells a year.

    The hash is 0 where a request has no number, or one that only counts rows.
    """
    at = layout.columns.get("number", -1)
    if at not in range(len(columns)):
        return np.zeros(n_rows, np.int64), np.zeros(n_rows, bool)
    texts = [v.strip() if isinstance(v, str) else text_of(v) for v in columns[at]]
    nothing = _no_numbers()
    numbers = np.fromiter(
        (
            0 if (len(t) <= _SERIAL_DIGITS and (not t or t.isdigit())) or t in nothing else hash(t)
            for t in texts
        ),
        np.int64,
        n_rows,
    )
    dated = np.fromiter(map(bool, map(_DATED.search, texts)), bool, n_rows)
    return numbers, dated & (numbers != 0)


def text_hashes(columns: Sequence[Sequence[Any]], at: int, n_rows: int) -> NDArray[np.int64]:
    """A hash of each cell, spaces left out, other with every run of the program.

    0 stands for a cell that says nothing: empty, without a letter, or 略, 匿名, 同上.
    """
    if at not in range(len(columns)):
        return np.zeros(n_rows, np.int64)
    texts = map("".join, map(str.split, map(str, columns[at])))
    nothing = _says_nothing()
    return np.fromiter(
        (hash(t) if _LETTER.search(t) and t.strip(_AROUND) not in nothing else 0 for t in texts),
        np.int64,
        n_rows,
    )


@lru_cache(maxsize=1)
def _no_numbers() -> frozenset[str]:
    return _says_nothing() | {str(word) for word in words()["said_no"]}


_LETTER = re.compile(r"[^\W\d_]")
_AROUND = "（）()【】[]。.…*＊"


@lru_cache(maxsize=1)
def _says_nothing() -> frozenset[str]:
    return frozenset(map(str, words()["says_nothing"]))
