"""What a row without a day of receipt is: blank, a heading, a subtotal, a note, or a request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from helpers.readers.xlsx import text_of
from helpers.register.columns import Layout, Scheme
from helpers.register.vocabulary import squeeze, words

EMPTY, HEADING, SUBTOTAL, REMARK, HEADS = "空行", "标题", "小计", "附注", "表头"
"""The rows that are passed over."""

_PERIOD = r"(?:第?[一二三四1-4]季度|(?:\d{1,2}|十?[一二三四五六七八九十])月份?|上半年|下半年|全年)"
_HEADING = re.compile(
    rf"(?:(20\d\d)年?度?)?{_PERIOD}?(?:份)?(?:[^\d]{{0,30}}(?:台账|登记表|登记簿|情况表|明细表|统计表))?"
)
_YEAR = re.compile(r"(20\d\d)年?")
_COUNT = re.compile(r"[:：]?\d+件?$")
_SPARE = 3  # a subtotal's name stands in one of the first cells


class Nature(NamedTuple):
    """What a row is ("" for a request) and the year that it says the following rows are of."""

    what: str
    year: int = 0


def nature(row: Sequence[Any], layout: Layout, wanted: Scheme) -> Nature:
    """What a row without a readable day of receipt is."""
    texts = [(i, squeeze(text_of(cell))) for i, cell in enumerate(row) if cell != ""]
    filled = [(i, text) for i, text in texts if text]
    told = [text for i, text in filled if i not in layout.serial or not text.isdigit()]
    if any(_is_total(text) for _, text in filled[:_SPARE]):
        return Nature(SUBTOTAL)
    if not told:
        return Nature(EMPTY)
    if _is_heads(dict(filled), layout, wanted):
        return Nature(HEADS)
    if len(set(told)) == 1:
        heading = _HEADING.fullmatch(told[0])
        if heading:
            return Nature(HEADING, int(heading[1] or 0))
    if _is_remark(told[0]) and len(set(told)) <= 2 and filled[0][0] <= 1:
        return Nature(REMARK)
    return Nature("")


def year_in(text: str) -> int:
    """The year that a title or the name of a sheet tells, 0 where it tells none or several."""
    found = set(_YEAR.findall(text))
    return int(found.pop()) if len(found) == 1 else 0


def _is_total(text: str) -> bool:
    text = _COUNT.sub("", text)  # 小计：2件
    return any(text.endswith(word) and len(text) <= len(word) + 8 for word in _words("totals"))


def _is_remark(text: str) -> bool:
    parts = re.split("[:：]", text, maxsplit=1)
    return len(parts) > 1 and parts[0] in _words("remarks")


def _is_heads(cells: Mapping[int, str], layout: Layout, wanted: Scheme) -> bool:
    """Whether the heads are repeated here."""
    names = _names(wanted.fields)
    hits = sum(cells.get(i, "") in names[key] for key, i in layout.columns.items())
    return hits >= 2


@lru_cache(maxsize=8)
def _names(fields: tuple[Any, ...]) -> Mapping[str, frozenset[str]]:
    return {one.key: frozenset(map(squeeze, one.names)) for one in fields}


@lru_cache(maxsize=4)
def _words(name: str) -> frozenset[str]:
    return frozenset(map(squeeze, words()[name]))
