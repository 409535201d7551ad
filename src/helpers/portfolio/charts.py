"""Charts of a portfolio: SVG with the packaged Chinese font, and words that say the same.

Nothing is told by colour alone: lines have marks and stand by their names, bars have patterns.
The same table gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from helpers.percent import percent
from helpers.portfolio.drawing import INKS, Chart, canvas, svg
from helpers.portfolio.indicators import BY_KEY, LEAST, OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

_FILLS = ("#0B4F8A", "#6FA8DC", "#B5460F", "#F2B27A", "#00725A", "#C9C9C9")
_HATCHES = ("", "///", "", "...", "", "xxx")
_MARKS = ("o", "s", "^", "D", "v", "P")
_STROKES = ("-", "--", "-.", ":", (0, (6, 2)), (0, (1, 1)))  # two lines of one course are both seen


def trend_chart(
    trends: pd.DataFrame,
    keys: Sequence[str],
    title: str,
    *,
    least: int = LEAST,
    size: tuple[float, float] = (8, 4.2),
    counted: bool = True,
) -> Chart | None:
    """Indicators over the years (all agencies of each year), a line each; None if none has any.

    ``trends`` is the table of ``years.trends``. Where the format changed stands a line. A rate
    of fewer than ``least`` cases is a gap; a line that ends before the last year has the year
    of its last number beside it. ``size`` is in inches; ``counted`` says under each year how
    many reports it holds.
    """
    rows = _guarded(trends[~trends["same"]].set_index("year"), keys, least)
    keys = [key for key in keys if key in rows and rows[key].notna().any()]
    if not keys:
        return None
    rate = all(BY_KEY[key].rate for key in keys)
    years = range(min(rows.index), max(rows.index) + 1)
    values = (rows[keys] * (100 if rate else 1)).reindex(years)  # a year without reports is a gap
    unit = "%" if rate else "件"
    with canvas(*size) as (figure, axes):
        for number, key in enumerate(keys):
            ink, mark = INKS[number % len(INKS)], _MARKS[number % len(_MARKS)]
            look = {"marker": mark, "linewidth": 2, "linestyle": _STROKES[number % len(_STROKES)]}
            axes.plot(values.index, values[key], color=ink, **look)
        ends = _apart([float(values[key].dropna().iloc[-1]) for key in keys], values, size[1])
        _name_lines(axes, rows[keys], ends, max(years))
        _mark_change(axes, rows)
        numbers = rows["agencies"].reindex(years, fill_value=0)
        below = [f"\n{n:.0f} 份" if counted else "" for n in numbers]
        axes.set_xticks(years, [f"{y} 年{n}" for y, n in zip(years, below, strict=True)])
        room = 0.05 * (len(years) - 1) or 0.5
        axes.set_xlim(years[0] - room, years[-1] + room)  # also where the last has no number
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylabel(unit, rotation=0, ha="right", va="top", y=1.0, labelpad=14)
        axes.set_ylim(bottom=0)
        axes.set_title(title, loc="left", pad=18)
        return Chart(svg(figure), _trend_words(title, rows[keys]))


def _guarded(rows: pd.DataFrame, keys: Sequence[str], least: int) -> pd.DataFrame:
    """The rows without rates of fewer than ``least`` cases."""
    rates = [key for key in keys if BY_KEY[key].rate]
    return rows.assign(**{key: rows[key].where(rows[f"{key}_base"] >= least) for key in rates})


def _apart(ends: Sequence[float], values: pd.DataFrame, height: float) -> list[float]:
    """Heights for the names of the lines, none on top of another, in a chart of some inches."""
    gap = float(values.max().max() or 1) * 0.27 / height
    order = sorted(range(len(ends)), key=lambda number: ends[number])
    placed: dict[int, float] = {}
    floor = float("-inf")
    for number in order:
        placed[number] = max(ends[number], floor)
        floor = placed[number] + gap
    return [placed[number] for number in range(len(ends))]


def _mark_change(axes: Any, rows: pd.DataFrame) -> None:
    """A line before the first year in which a newer format was in use."""
    newest = rows["formats"].str.split("、").str[-1]
    for before, now in pairwise(rows.index):
        if newest[before] != newest[now]:
            at = (before + now) / 2
            axes.axvline(at, color="#767676", linestyle=":", linewidth=1)
            text = f" {newest[now]} 年格式 "
            look = {"va": "bottom", "ha": "center", "color": "#4D4D4D", "fontsize": 8.5}
            axes.annotate(text, (at, 1), xycoords=("data", "axes fraction"), **look)


def _name_lines(axes: Any, rows: pd.DataFrame, ends: Sequence[float], last: int) -> None:
    """The name of each line at the right, at the height in ``ends``."""
    for number, (key, y) in enumerate(zip(rows, ends, strict=True)):
        text = _name_at_end(str(key), rows[key].dropna(), last)
        look = {"color": INKS[number % len(INKS)], "va": "center", "annotation_clip": False}
        axes.annotate(text, (float(last), y), xytext=(7, 0), textcoords="offset points", **look)


def _name_at_end(key: str, known: pd.Series[float], last: int) -> str:
    """The name of a line with its last number, and of which year that is unless of the last."""
    one, value = BY_KEY[key], known.iloc[-1]
    of = "" if known.index[-1] == last else f"（{known.index[-1]} 年）"
    return f"{one.label} {percent(value) if one.rate else f'{value:,.0f}件'}{of}"


def _trend_words(title: str, rows: pd.DataFrame) -> str:
    said = []
    for key in rows:
        one, known = BY_KEY[str(key)], rows[key].dropna()
        numbers = (percent(value) if one.rate else f"{value:,.0f}" for value in known)
        listed = "、".join(f"{y} 年 {n}" for y, n in zip(known.index, numbers, strict=True))
        said.append(f"{one.label}{' ' if one.rate else '（件）'}{listed}")
    return f"{title}：{'；'.join(said)}。"


def outcomes_chart(indicators: pd.DataFrame, year: int, most: int = 15) -> Chart:
    """How requests ended at the agencies that closed most, each bar 100 %."""
    rows = indicators[(indicators["year"] == year) & (indicators["closed"] > 0)]
    rows = rows.sort_values(["closed", "agency"], ascending=[False, True]).head(most)[::-1]
    title = f"{year} 年办理结果的构成：办结最多的 {len(rows)} 家"
    with canvas(8, 1.6 + 0.36 * len(rows)) as (figure, axes):
        left = rows["closed"] * 0
        names = [
            f"{name}（{n:,.0f} 件）" for name, n in zip(rows["agency"], rows["closed"], strict=True)
        ]
        for key, fill, hatch in zip(OUTCOMES, _FILLS, _HATCHES, strict=True):
            share = 100 * rows[key].fillna(0) / rows["closed"]
            look = {"color": fill, "hatch": hatch, "edgecolor": "white", "linewidth": 0.5}
            axes.barh(range(len(rows)), share, left=left, label=BY_KEY[key].label, **look)
            left = left + share
        axes.set_yticks(range(len(rows)), names)
        axes.set_xlim(0, 100)
        axes.set_xlabel("占办结的百分比")
        axes.set_title(title, loc="left", pad=34)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=6, frameon=False, **_LEGEND)
        return Chart(svg(figure), _outcome_words(title, rows))


_LEGEND: dict[str, Any] = {"handlelength": 1.4, "columnspacing": 1.0, "borderaxespad": 0.2}


def _outcome_words(title: str, rows: pd.DataFrame) -> str:
    said = []
    for row in rows[::-1].to_dict("records"):
        parts = "、".join(f"{BY_KEY[key].label} {row[key] or 0:,.0f}" for key in OUTCOMES)
        said.append(f"{row['agency']}办结 {row['closed']:,.0f} 件：{parts}")
    return f"{title}。{'；'.join(said)}。"


def funnel_chart(
    indicators: pd.DataFrame, year: int, key: str = "disclosure", least: int = LEAST
) -> Chart:
    """A rate of every agency over the number of cases behind it, with the range of chance.

    Between the lines lie 95 % of agencies that differ from the whole by chance alone: few
    cases scatter widely, so that only what lies outside says something.
    """
    import numpy as np

    one = BY_KEY[key]
    rows = indicators[(indicators["year"] == year) & ~indicators["summed"].astype(bool)]
    rows = rows[rows[f"{key}_base"] > 0]
    base, share = rows[f"{key}_base"], rows[key]
    whole = float(rows[f"{key}_part"].sum() / max(base.sum(), 1))
    low, high = _chance(base, whole)
    outside = (base >= least) & ((share < low) | (share > high))
    title = f"{year} 年各机关的{one.label}与件数"
    with canvas(8, 4.6) as (figure, axes):
        grid = np.geomspace(*_reach(base), 120)
        lower, upper = _chance(grid, whole)
        axes.fill_between(grid, 100 * lower, 100 * upper, color="#E3ECF5", linewidth=0)
        axes.axhline(100 * whole, color="#4D4D4D", linewidth=1)
        inside = {"s": 26, "facecolors": "none", "edgecolors": INKS[0]}
        axes.scatter(base[~outside], 100 * share[~outside], marker="o", **inside)
        axes.scatter(base[outside], 100 * share[outside], marker="D", s=34, color=INKS[1])
        _name_farthest(axes, rows, outside, (share - whole).abs(), key)
        axes.set_xscale("log")
        axes.set_xlabel(f"{one.meaning.split('÷')[-1].strip('（）')}（件，对数刻度）")
        axes.set_ylabel(f"{one.label}（%）")
        axes.set_ylim(-3, 103)
        axes.set_title(title, loc="left")
        ticks = [10**n for n in range(8) if grid[0] <= 10**n <= grid[-1]]
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        words = _funnel_words(title, one.label, whole, rows, outside, key)
        return Chart(svg(figure), words)


def _reach(base: pd.Series[float]) -> tuple[float, float]:
    """From where to where the number of cases goes, with some room."""
    if base.empty:
        return 1, 100
    return max(1.0, float(base.min()) / 1.5), max(20.0, float(base.max()) * 1.5)


def _chance(base: Any, whole: float) -> tuple[Any, Any]:
    """The range in which 95 % of shares of ``base`` cases lie when the true share is ``whole``."""
    spread = 1.96 * (whole * (1 - whole) / base) ** 0.5
    return (whole - spread).clip(0, 1), (whole + spread).clip(0, 1)


_NAMED = 6


def _name_farthest(axes: Any, rows: pd.DataFrame, outside: Any, far: Any, key: str) -> None:
    named: list[tuple[float, float]] = []
    for index in far[outside].sort_values(ascending=False, kind="stable").index:
        base, share = float(rows.loc[index, f"{key}_base"]), 100 * float(rows.loc[index, key])
        if len(named) == _NAMED or any(abs(share - other) < 4 for _, other in named):
            continue
        named.append((base, share))
        look = {"color": INKS[1], "fontsize": 8, "ha": "right", "va": "bottom"}
        offset = {"xytext": (-5, 3), "textcoords": "offset points"}
        axes.annotate(rows.loc[index, "agency"], (base, share), **offset, **look)


def _funnel_words(
    title: str, label: str, whole: float, rows: pd.DataFrame, outside: Any, key: str
) -> str:
    far = rows[outside].sort_values(f"{key}_base", ascending=False)
    named = "、".join(
        f"{name} {percent(share)}（{n:,.0f} 件）"
        for name, share, n in zip(far["agency"], far[key], far[f"{key}_base"], strict=True)
    )
    said = f"在随机波动范围以外的有 {len(far)} 家" + (f"：{named}" if named else "")
    return f"{title}：{len(rows)} 家，总的{label}为 {percent(whole)}，{said}。"
