"""Cells of real tables: is this a label or a value, and which figure is meant."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from helpers.figures import Figure, read
from helpers.formats import Column

_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_VALUE = re.compile(
    r"""[+-]?(?:增加|减少|增|减)?[+-]?
        \d[\d,.'Oo〇lI]*
        (?:元|万元|亿元|件|项|条|个|份|次|宗|起)?
        (?:\(.*\))?""",
    re.VERBOSE,
)
_UNIT = re.compile(r"(?<=\d)(?:件|项|条|个|份|次|宗|起)$")
_REMARK = re.compile(r"(?<=[\d元])\([^()]*\)$")
_BLANK = {"", "/", "\\", "-", "--", "—", "——", "–", "无", "不适用", "*", "…"}
_DIGITS_APART = re.compile(r"\d\s+\d")


@lru_cache(maxsize=8192)
def squeezed(text: str) -> str:
    """The text in half-width form without white space and without marks such as ① or ²."""
    bare = "".join(c for c in text if unicodedata.category(c) != "No")
    return _SPACE.sub("", unicodedata.normalize("NFKC", bare)).replace("−", "-")


@lru_cache(maxsize=8192)
def is_number(text: str) -> bool:
    """Whether the cell holds a number, however untidy."""
    return bool(_VALUE.fullmatch(squeezed(text)))


@lru_cache(maxsize=8192)
def is_value(text: str) -> bool:
    """Whether the cell holds a number, a blank or a sign for nothing."""
    return squeezed(text) in _BLANK or is_number(text)


def is_apart(text: str) -> bool:
    """Whether white space stands between digits.

    Two numbers that ran into one cell look like this, and so do grouped thousands and a long
    number broken over two lines; only the sums can tell.
    """
    return bool(_DIGITS_APART.search(unicodedata.normalize("NFKC", text).strip()))


def figure_of(text: str, column: Column) -> Figure:
    """The figure a cell means. Units of counting and remarks in brackets are taken off.

    ``raw`` keeps the cell as it stood; digits that stand apart are unreadable.
    """
    if is_apart(text):
        return Figure(None, "unreadable", text)
    tidy = squeezed(text)
    bare = _UNIT.sub("", _REMARK.sub("", tidy))
    figure = read(bare, column)
    if bare != text and figure.state == "number":
        stripped = text.strip("\u00a0 \t\r\n")
        as_printed = stripped == bare and not figure.normalised
        return replace(figure, raw=text, normalised=not as_printed)
    return replace(figure, raw=text) if figure.state != "number" else figure


def joined(text: str, column: Column) -> Figure:
    """The figure that digits standing apart would make if they were one number."""
    figure = read(squeezed(text), column)
    return replace(figure, raw=text, normalised=True) if figure.state == "number" else figure
