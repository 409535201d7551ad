"""Rates as people read them: in per cent, or as “1/3” where they are of few cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpers.percent import half_up, percent
from helpers.portfolio.indicators import few

if TYPE_CHECKING:
    import pandas as pd


def in_words(
    table: pd.DataFrame, looks: Mapping[str, str], columns: Sequence[str] = ()
) -> pd.DataFrame:
    """The table with rates written as percentages, where rows are of different kinds.

    A rate of few cases is written as the column ``…_of`` has it.
    """
    rate = table["label"].map(looks).eq("rate")
    table = table.copy()
    for name in columns or [str(c) for c in table if str(c).endswith(("before", "now", "change"))]:
        written = _points if name.endswith("change") else percent
        of_what = table.get(f"{name}_of", rate.map(lambda _: ""))
        cells = zip(table[name], rate, of_what, strict=True)
        table[name] = [
            small or (written(value) if is_rate and value == value else value)
            for value, is_rate, small in cells
        ]
    return table


def _points(change: float) -> str:
    """The difference of two shares in percentage points."""
    return f"{half_up(100 * change):+} 个百分点"


def rate_cells(table: pd.DataFrame, key: str, least: int) -> list[float | str]:
    """A rate of each row: the share, or as “1/3” where it is of few."""
    sides = (table[f"{key}{side}"] for side in ("", "_part", "_base"))
    return [few(part, base, least) or share for share, part, base in zip(*sides, strict=True)]
