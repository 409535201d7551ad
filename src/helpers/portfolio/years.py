"""Year beside year: totals, what changed, trends over all years on hand.

Where all agencies are added up, reports that are themselves the sum of others are left out.
A total over unequal sets of agencies says little, so each comparison has a second one, over
the agencies that reported in all the years compared (同口径).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from helpers import formats
from helpers.portfolio.indicators import (
    INDICATORS,
    LEAST,
    RATES,
    Indicator,
    comparable,
    divide,
    enough,
    few,
)

if TYPE_CHECKING:
    import pandas as pd


def totals(figures: pd.DataFrame, about: pd.DataFrame, year: int) -> pd.DataFrame:
    """The year's tables added up over all agencies, exactly, one row a figure.

    format, table, row, column, unit, total (Decimal), agencies (with a number there), blanks.
    Another format is another set of rows: nothing is added across the change of format.
    """
    import pandas as pd

    counted = about.loc[(about["year"] == year) & ~about["summed"], "report"]
    rows = figures[figures["report"].isin(counted)]
    known = rows["exact"].notna()
    exact = rows["exact"].where(known, Decimal(0))
    keys = ["format", "table", "row", "column", "unit", "code"]
    groups = rows.assign(total=exact, agencies=known, blanks=~known).groupby(
        keys, observed=True, sort=False
    )
    sums = groups[["agencies", "blanks"]].sum()
    added = groups["total"].agg(_sum)
    return pd.concat([added, sums], axis=1).reset_index()


def _sum(part: pd.Series[Any]) -> Decimal:
    return sum(part.to_list(), Decimal(0))


def added_up(indicators: pd.DataFrame) -> pd.DataFrame:
    """The indicators of each year over all its agencies: a column a year, a row an indicator.

    The first row (``agencies``) counts the reports added. A blank adds nothing, and where all
    are blank so is the sum: a report without one side of a rate is left out of both
    (``disclosure_part``, ``disclosure_base``).
    """
    import pandas as pd

    counted = indicators[~indicators["summed"].astype(bool)]
    years = counted.groupby("year")
    n_reports = years["report"].count()
    rows: dict[str, Any] = {"agencies": n_reports}
    for one in INDICATORS:
        if one.rate:
            sides = counted[[f"{one.key}_part", f"{one.key}_base"]].dropna()
            sums = sides.groupby(counted["year"]).sum().reindex(n_reports.index, fill_value=0)
            part, base = (sums[f"{one.key}_{side}"] for side in ("part", "base"))
            rows[one.key] = pd.Series(divide(part, base), index=part.index)
            rows |= {f"{one.key}_part": part, f"{one.key}_base": base}
        else:
            rows[one.key] = years[one.key].sum(min_count=1)
    return pd.DataFrame(rows).T


def same_agencies(indicators: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The rows about agencies that have a report in each of these years."""
    wanted = indicators[indicators["year"].isin(years)]
    n_years = wanted.groupby("present")["year"].transform("nunique")
    return wanted[n_years == len(set(years))]


def changes(indicators: pd.DataFrame, year: int, least: int = LEAST) -> pd.DataFrame:
    """The year against the one before, a row an indicator.

    label, before, now, change and percent over all agencies, then same_before, same_now,
    same_change, same_percent over those with both reports. For a rate the change is in
    percentage points and percent is NaN. Where the base is under ``least`` there is neither, and
    before_of and now_of (same_before_of …) say what such a rate is of what, as “1/3”. What the
    two years' formats do not share is left out.
    """
    import pandas as pd

    pair = indicators[indicators["year"].isin([year - 1, year])]
    codes = sorted(pair["format"].unique())
    rates = [one.key for one in RATES]
    columns: dict[str, Any] = {}
    for prefix, rows in (("", pair), ("same_", same_agencies(pair, [year - 1, year]))):
        sums = added_up(rows).reindex(columns=[year - 1, year])
        few_before, few_now = (_few(sums, y, least) for y in (year - 1, year))
        before, now = sums[year - 1], sums[year]
        columns |= {f"{prefix}before": before, f"{prefix}now": now}
        columns |= {f"{prefix}before_of": few_before, f"{prefix}now_of": few_now}
        columns[f"{prefix}change"] = (now - before).where((few_before + few_now) == "")
        percent = 100 * (now - before) / before.where(enough(before, least))
        columns[f"{prefix}percent"] = percent.where(~percent.index.isin(rates))
    frame = pd.DataFrame(columns)
    labels = {"agencies": "报告份数"} | {
        one.key: one.label for one in INDICATORS if comparable(one, codes)
    }
    shown = [key for key in frame.index if key in labels]
    frame = frame.loc[shown]
    frame.insert(0, "label", [labels[key] for key in shown])
    return frame


def _few(sums: pd.DataFrame, year: int, least: int) -> pd.Series[str]:
    """Of what a rate is what, as “1/3”, where that is few; nothing for all else."""
    at = {str(key): value for key, value in sums[year].items()}
    said = {one.key: few(at[f"{one.key}_part"], at[f"{one.key}_base"], least) for one in RATES}
    return sums.index.to_series().map(said).fillna("")


def trends(indicators: pd.DataFrame) -> pd.DataFrame:
    """Every indicator that may be compared, over all years: one row a year and set of agencies.

    year, agencies (number), same (False: all of that year; True: only those that have reports
    in all years), formats (code in use), then a column for each comparable indicator, and for
    a rate what it is of what (``disclosure_part``, ``disclosure_base``).
    """
    import pandas as pd

    years = sorted(indicators["year"].unique())
    kept = comparable_indicators(indicators)
    sides = [f"{one.key}_{side}" for one in kept if one.rate for side in ("part", "base")]
    wanted = [*(one.key for one in kept), *sides]
    used = indicators.groupby("year")["format"].agg(lambda f: "、".join(sorted(set(f))))
    parts = []
    for same, rows in ((False, indicators), (True, same_agencies(indicators, years))):
        sums = added_up(rows).T.reindex(years)
        frame = sums[["agencies", *wanted]].rename_axis("year").reset_index()
        frame.insert(1, "same", same)
        frame.insert(2, "formats", frame["year"].map(used))
        parts.append(frame)
    return pd.concat(parts, ignore_index=True).fillna({"agencies": 0})


def comparable_indicators(indicators: pd.DataFrame) -> list[Indicator]:
    """The indicators that mean the same in every format that occurs."""
    codes = sorted(set(indicators["format"]) & set(formats.available()))
    return [one for one in INDICATORS if comparable(one, codes)]
