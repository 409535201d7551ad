"""Indicators: what offices look at first, each made of figures of 表三 and 表四.

Counts are in 件; a rate is a share from 0 to 1 with the count it is a share of, so that small
numbers can be told apart. Sources: domain brief §3.9 (公开率), §1.3 and §1.5 (the tables).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, SupportsFloat

from helpers import formats
from helpers.formats import Format, Ref
from helpers.portfolio.frame import code
from helpers.portfolio.naming import say

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

LEAST = 20
"""A rate of fewer cases is not ranked and not compared (the same base as rule Y-06)."""

_COMPARABLE_TABLES = ("三", "四")
_Z = 1.959964  # the normal quantile of a 95 % interval


@dataclass(frozen=True)
class Indicator:
    """A count (no ``base``) or a rate: the sum of ``parts`` by the sum of ``base``.

    Both are codes of figures, with * for all that a group holds. ``called`` and ``made_of`` are
    its name and formula, with names of rows and columns as ``naming.say`` fills them in.
    """

    key: str
    called: str
    made_of: str
    parts: tuple[str, ...]
    base: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is called."""
        return say(self.called)

    @property
    def meaning(self) -> str:
        """What it is made of, in words."""
        return say(self.made_of)

    @property
    def rate(self) -> bool:
        """Whether it is a share."""
        return bool(self.base)


def _indicator(key: str, called: str, made_of: str, parts: str, base: str = "") -> Indicator:
    return Indicator(key, called, made_of, tuple(parts.split()), tuple(base.split()))


_CLOSED = "四.{0}.keep 四.{0}.fix 四.{0}.other"
_SUITS = f"{_CLOSED.format('dir')} {_CLOSED.format('post')}"

INDICATORS = (
    _indicator("new", "新收申请", "表三第一项总计", "三.new.sum"),
    _indicator("carry_in", "上年结转", "表三第二项总计", "三.carry_in.sum"),
    _indicator("closed", "办结", "表三第三项的合计", "三.total.sum"),
    _indicator("carry_out", "结转下年", "表三第四项总计", "三.carry_out.sum"),
    _indicator("open", "{open}", "表三（一）", "三.open.sum"),
    _indicator("partial", "{partial}", "表三（二）", "三.partial.sum"),
    _indicator("denied", "{denied}", "表三（三）各项之和", "三.deny*.sum"),
    _indicator("unavailable", "{unavailable}", "表三（四）各项之和", "三.na*.sum"),
    _indicator("unhandled", "{unhandled}", "表三（五）各项之和", "三.np*.sum"),
    _indicator("other", "{other}", "表三（六）", "三.oth*.sum"),
    _indicator("reviews", "{reviews}", "表四{reviews}总计", "四.rev.sum"),
    _indicator("reviews_fixed", "复议纠正", "表四{reviews}{fixed}", "四.rev.fix"),
    _indicator("suits", "{suits}", "表四两类诉讼总计之和", "四.dir.sum 四.post.sum"),
    _indicator("suits_lost", "诉讼纠正", "表四两类诉讼{fixed}之和", "四.dir.fix 四.post.fix"),
    _indicator(
        "disclosure",
        "公开率",
        "（{open}＋{partial}）÷办结",
        "三.open.sum 三.partial.sum",
        "三.total.sum",
    ),
    _indicator("denial", "{denied}率", "{denied}÷办结", "三.deny*.sum", "三.total.sum"),
    _indicator("absence", "{unavailable}率", "{unavailable}÷办结", "三.na*.sum", "三.total.sum"),
    _indicator(
        "closing",
        "办结率",
        "办结÷（新收＋上年结转）",
        "三.total.sum",
        "三.new.sum 三.carry_in.sum",
    ),
    _indicator("natural", "{natural}占比", "新收中{natural}的申请", "三.new.nat", "三.new.sum"),
    _indicator(
        "review_rate",
        "复议纠错率",
        "复议{fixed}÷复议审结（维持＋纠正＋其他）",
        "四.rev.fix",
        _CLOSED.format("rev"),
    ),
    _indicator(
        "suit_rate",
        "诉讼纠错率",
        "两类诉讼{fixed}÷审结（维持＋纠正＋其他）",
        "四.dir.fix 四.post.fix",
        _SUITS,
    ),
)
"""Every indicator, counts first."""

BY_KEY = {indicator.key: indicator for indicator in INDICATORS}
COUNTS = tuple(indicator for indicator in INDICATORS if not indicator.rate)
RATES = tuple(indicator for indicator in INDICATORS if indicator.rate)
OUTCOMES = ("open", "partial", "denied", "unavailable", "unhandled", "other")
"""How requests can end, as the six groups of 表三."""


def comparable(indicator: Indicator, codes: Sequence[str] | None = None) -> bool:
    """Whether it means the same in all formats (``codes``), so that years may be compared.

    表三 and 表四 may be compared where all formats have the same rows, so not 其他处理, which
    was one row and became three; 表二 never: other things are counted there (domain brief §6.4).
    """
    known = [formats.find(c) for c in codes] if codes else list(formats.available().values())
    wanted = (*indicator.parts, *indicator.base)
    if any(pattern[0] not in _COMPARABLE_TABLES for pattern in wanted):
        return False
    return len({tuple(_matching(fmt, wanted)) for fmt in known}) <= 1


def addresses(fmt: Format, patterns: Sequence[str]) -> list[Ref]:
    """The addresses that codes with * mean in a format."""
    wanted = set(_matching(fmt, patterns))
    return [ref for ref, slot in fmt.slots.items() if code(slot) in wanted]


def _matching(fmt: Format, patterns: Sequence[str]) -> list[str]:
    codes = [code(slot) for slot in fmt.slots.values()]
    return [c for pattern in patterns for c in codes if fnmatchcase(c, pattern)]


def indicators_frame(figures: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    """One row a report: the columns of ``about``, then a column for each indicator by its key.

    A rate has two more: what it is of what (``disclosure_part``, ``disclosure_base``, 件). NaN
    where a figure is blank, or where there is nothing to divide by.
    """
    import pandas as pd

    parts = [
        _of_format(formats.find(str(name)), group)
        for name, group in figures.groupby("format", observed=True)
    ]
    if not parts:
        return about.reindex(columns=[*about.columns, *_columns()])
    return about.join(pd.concat(parts), on="report")


def _columns() -> list[str]:
    sides = [f"{one.key}_{side}" for one in RATES for side in ("part", "base")]
    return [*(one.key for one in INDICATORS), *sides]


def _of_format(fmt: Format, figures: pd.DataFrame) -> pd.DataFrame:
    """The indicators of the reports in one format, by report number."""
    import pandas as pd

    n_slots = len(fmt.slots)
    values = figures["value"].to_numpy().reshape(-1, n_slots)
    numbers = figures["report"].to_numpy()[::n_slots]
    places = {code(slot): place for place, slot in enumerate(fmt.slots.values())}
    columns = {}
    for one in INDICATORS:
        amount = values[:, [places[c] for c in _matching(fmt, one.parts)]].sum(axis=1)
        if one.rate:
            base = values[:, [places[c] for c in _matching(fmt, one.base)]].sum(axis=1)
            columns[f"{one.key}_part"], columns[f"{one.key}_base"] = amount, base
            columns[one.key] = divide(amount, base)
        else:
            columns[one.key] = amount
    return pd.DataFrame(columns, index=numbers)[_columns()]


def divide(amount: npt.ArrayLike, base: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Shares, NaN where the base is 0 or unknown."""
    import numpy as np

    above, below = np.asarray(amount, dtype=float), np.asarray(base, dtype=float)
    share = np.full(above.shape, math.nan)
    np.divide(above, below, out=share, where=below > 0)
    return share


def enough(base: Any, least: int = LEAST) -> Any:
    """Whether a rate of so many cases says something: the one guard of all charts and tables.

    ``base`` is a number, or a column of them, for which the answer is a column too.
    """
    return base >= least


def few(part: SupportsFloat, base: SupportsFloat, least: int = LEAST) -> str:
    """What a rate of fewer than ``least`` cases is of what; nothing of none, or of enough.

    >>> few(1, 3), few(0, 0), few(10, 30)
    ('1/3', '', '')
    """
    above, below = float(part), float(base)
    return f"{above:.0f}/{below:.0f}" if below > 0 and not enough(below, least) else ""


def interval(share: pd.Series[float], base: pd.Series[float]) -> pd.DataFrame:
    """Where the true share may lie (Wilson, 95 %): columns low and high, NaN where unknown."""
    import pandas as pd

    n = base.where(base > 0)
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    spread = (share * (1 - share) / n + _Z**2 / (4 * n**2)) ** 0.5 * _Z / (1 + _Z**2 / n)
    return pd.DataFrame({"low": (centre - spread).clip(lower=0), "high": centre + spread})
