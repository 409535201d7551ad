"""Agency beside agency: who stands out among siblings, what is carried over, who is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from helpers.portfolio.indicators import COUNTS, INDICATORS, LEAST, enough, interval
from helpers.rules import Roster, agency_key, due_date

if TYPE_CHECKING:
    import pandas as pd

SIBLINGS = 8
"""Fewer agencies of a kind have no middle to stand out from."""

FAR = 3.5
"""From how many deviations a value stands out (Iglewicz and Hoaglin's modified z-score)."""

_NORMAL = 0.6745  # the median absolute deviation of a normal distribution of deviation 1


def ranges(indicators: pd.DataFrame, year: int, key: str = "disclosure") -> pd.DataFrame:
    """A rate of every agency in a year with the range in which the true one may lie.

    agency, kind, part, base (件), share, low and high (95 %, Wilson), source; most cases first.
    Rates of nothing are left out.
    """
    rows = indicators[(indicators["year"] == year) & (indicators[f"{key}_base"] > 0)]
    base, share = rows[f"{key}_base"], rows[key]
    frame = rows[["agency", "kind"]].assign(part=rows[f"{key}_part"], base=base, share=share)
    frame = frame.join(interval(share, base)).assign(source=rows["source"])
    return frame.sort_values(["base", "agency"], ascending=[False, True]).reset_index(drop=True)


def outliers(indicators: pd.DataFrame, year: int, least: int = LEAST) -> pd.DataFrame:
    """What is far from the middle of the agencies of the same kind, farthest first (P-14).

    agency, kind, label, value, median (of the siblings), score (how many median absolute
    deviations, scaled to standard deviations), siblings (number), source. Counts are compared
    by their logarithm and only from ``least`` up, rates only with a base of ``least``. Where
    fewer than 8 siblings have a value, or more than half have the same, nothing stands out.
    """
    import numpy as np
    import pandas as pd

    rows = indicators[(indicators["year"] == year) & ~indicators["summed"].astype(bool)]
    rows = rows[rows["kind"] != ""]
    parts = []
    for one in INDICATORS:
        value = rows[one.key]
        if one.rate:
            value = value.where(enough(rows[f"{one.key}_base"], least))
        scaled = value if one.rate else np.log1p(value)
        kinds = scaled.groupby(rows["kind"])
        middle = kinds.transform("median")
        deviation = (scaled - middle).abs().groupby(rows["kind"]).transform("median")
        siblings = kinds.transform("count")
        score = _NORMAL * (scaled - middle) / deviation.where(deviation > 0)
        found = (score.abs() >= FAR) & (siblings >= SIBLINGS)
        if not one.rate:
            found &= enough(value, least) | enough(np.expm1(middle), least)
        median = middle if one.rate else np.expm1(middle)
        columns = {"value": value, "median": median, "score": score, "siblings": siblings}
        frame = rows[["agency", "kind"]].assign(label=one.label, rate=one.rate, **columns)
        parts.append(frame.assign(source=rows["source"])[found])
    table = pd.concat(parts, ignore_index=True)
    order = table["score"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def carried(indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    """What is carried into the next year and how old it must be at least, most first.

    agency, kind, new, carry_out, share (of all in hand), before (carried out a year earlier),
    gap (this year's 上年结转 less that: 0 by rule Y-01), older (requests that must have come in
    before this year, for there are more of them than came in: carry_out − new), years (how many
    years running something was carried over), source. A law-abiding agency carries over little:
    the time to answer is 20 working days, at most 20 more (条例第三十三条).
    """
    rows = indicators[indicators["year"] == year].set_index("present")
    last = indicators[indicators["year"] == year - 1].groupby("present")["carry_out"].sum()
    frame = rows[["agency", "kind", "new", "carry_in", "carry_out"]].copy()
    in_hand = frame["new"] + frame["carry_in"]
    frame["share"] = frame["carry_out"] / in_hand.where(in_hand > 0)
    frame["before"] = last.reindex(frame.index)
    frame["gap"] = frame["carry_in"] - frame["before"]
    frame["older"] = (frame["carry_out"] - frame["new"]).clip(lower=0)
    frame["years"] = _running(indicators, year).reindex(frame.index).fillna(0).astype(int)
    frame["source"] = rows["source"]
    frame = frame[(frame["carry_out"] > 0) | (frame["gap"].fillna(0) != 0)]
    return frame.sort_values(["carry_out", "agency"], ascending=[False, True]).reset_index(
        drop=True
    )


def _running(indicators: pd.DataFrame, year: int) -> pd.Series[int]:
    """For how many years up to this one each agency carried something over, without a break."""
    import pandas as pd

    upto = indicators[indicators["year"] <= year]
    table = upto.pivot_table(index="present", columns="year", values="carry_out", aggfunc="sum")
    years = [y for y in range(year, int(upto["year"].min()) - 1, -1) if y in table]
    whole = years == list(range(year, year - len(years), -1))
    carried_over = table[years if whole else years[:1]] > 0
    return pd.Series(carried_over.cumprod(axis=1).sum(axis=1), dtype=int)


UNREAD = "有文件，没有读进来"
"""What is said of an agency whose file was refused: it has reported, after all."""


def attendance(
    about: pd.DataFrame,
    year: int,
    rosters: Sequence[Roster] = (),
    refused: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Who handed in for the year, and who was late, a row an agency; the late and missing first.

    parent, agency, kind, state (未报, 有文件，没有读进来, 逾期, 未写公布日期, 按期, 已报),
    published, due (None for kinds that 条例第四十九条 sets no date for), days (late by), source.
    Expected are the units of the ``rosters``; without any, the agencies that reported on this
    year or the last. ``refused`` are agencies of which there is only a file that was not read.
    """
    import pandas as pd

    refused = refused or {}
    expected = _expected(about, year, rosters, refused)
    of_year = about[about["year"] == year]
    at = {agency_key(row["agency"]): row for row in of_year.to_dict("records")}
    unread = {agency_key(name): file for name, file in refused.items()}
    rows: list[tuple[Any, ...]] = []
    for parent, name in expected:
        row = at.get(agency_key(name))
        if row is None:
            file = unread.get(agency_key(name), "")
            rows.append((parent, name, "", UNREAD if file else "未报", None, None, None, file))
            continue
        due = due_date(row["kind"], year)
        day = row["published"] if isinstance(row["published"], date) else None
        late = (day - due).days if due and day and day > due else None
        state = "逾期" if late else "未写公布日期" if day is None else "按期" if due else "已报"
        rows.append((parent, name, row["kind"], state, day, due, late, row["source"]))
    columns = ["parent", "agency", "kind", "state", "published", "due", "days", "source"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {"未报": 0, UNREAD: 1, "逾期": 2, "未写公布日期": 3}
    rank = frame["state"].map(lambda state: order.get(state, 4))
    frame = frame.assign(rank=rank, late=-frame["days"].fillna(0))
    frame = frame.sort_values(["rank", "late"], kind="stable")
    return frame.drop(columns=["rank", "late"]).reset_index(drop=True)


def _expected(
    about: pd.DataFrame, year: int, rosters: Sequence[Roster], refused: Iterable[str]
) -> list[tuple[str, str]]:
    """The agencies that have to report, each once, with the parent whose roster names them."""
    listed = {
        agency_key(unit): (roster.parent, unit) for roster in rosters for unit in roster.names
    }
    if not rosters:
        known = about[about["year"].isin([year - 1, year])]
        listed = {agency_key(name): ("", name) for name in (*known["present"], *refused)}
    return list(listed.values())


def overview(indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    """The year's counts of every agency, most requests first: agency, kind, counts, source."""
    rows = indicators[indicators["year"] == year]
    frame = rows[["agency", "kind", *(one.key for one in COUNTS), "source"]]
    return frame.sort_values(["new", "agency"], ascending=[False, True]).reset_index(drop=True)
