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
from helpers.portfolio.indicators import BY_KEY, LEAST, OUTCOMES, Indicator, enough

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
            axes.plot(values.index, values[key], color=ink, clip_on=False, zorder=3, **look)
        ends = _apart([float(values[key].dropna().iloc[-1]) for key in keys], values, size[1])
        _name_lines(axes, rows[keys], ends, max(years))
        _mark_change(axes, rows)
        numbers = rows["agencies"].reindex(years, fill_value=0)
        below = [f"\n{n:.0f} 份" if counted else "" for n in numbers]
        axes.set_xticks(years, [f"{y} 年{n}" for y, n in zip(years, below, strict=True)])
        room = 0.05 * (len(years) - 1) or 0.5
        axes.set_xlim(years[0] - room, years[-1] + room)  # also where the last has no number
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylabel(unit, rotation=0, ha="right", va="top", y=1.0, labelpad=14)
        axes.set_ylim(0, None if values.max().max() else 1)
        axes.set_title(title, loc="left", pad=18)
        return Chart(svg(figure), _trend_words(title, rows[keys]))


def _guarded(rows: pd.DataFrame, keys: Sequence[str], least: int) -> pd.DataFrame:
    """The rows without rates of fewer than ``least`` cases."""
    rates = [key for key in keys if BY_KEY[key].rate]
    return rows.assign(
        **{key: rows[key].where(enough(rows[f"{key}_base"], least)) for key in rates}
    )


def _apart(ends: Sequence[float], values: pd.DataFrame, height: float) -> list[float]:
    """Heights for the names of the lines, in a chart of some inches.

    None is on top of another, and none on the axis, which would strike it through.
    """
    gap = float(values.max().max() or 1) * 0.27 / height
    order = sorted(range(len(ends)), key=lambda number: ends[number])
    placed: dict[int, float] = {}
    floor = 0.6 * gap
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


def outcomes_chart(
    indicators: pd.DataFrame, year: int, most: int = 15, *, least: int = LEAST
) -> Chart | None:
    """How requests ended at the agencies that closed most, each bar 100 %.

    Who closed fewer than ``least`` has no bar; None where nobody has one.
    """
    rows = indicators[(indicators["year"] == year) & (indicators["closed"] > 0)]
    rows = rows[enough(rows["closed"], least)]
    rows = rows.sort_values(["closed", "agency"], ascending=[False, True]).head(most)[::-1]
    if rows.empty:
        return None
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
) -> Chart | None:
    """A rate of every agency over the number of cases behind it, with the range of chance.

    In the band lie 95 % of agencies that differ from the whole by chance alone: few cases
    scatter widely, so that only what lies outside says something. Those outside carry a number,
    and beside the chart stands whose it is. Who has fewer than ``least`` cases has no point;
    None where nobody has one.
    """
    one = BY_KEY[key]
    rows = indicators[(indicators["year"] == year) & ~indicators["summed"].astype(bool)]
    rows = rows[rows[f"{key}_base"] > 0]
    whole = float(rows[f"{key}_part"].sum() / max(rows[f"{key}_base"].sum(), 1))
    drawn = rows[enough(rows[f"{key}_base"], least)]
    if drawn.empty:
        return None
    base, share = drawn[f"{key}_base"], drawn[key]
    low, high = _chance(base, whole)
    outside = (share < low) | (share > high)
    far = drawn[outside].sort_values([key, "agency"], ascending=[False, True])
    title = f"{year} 年各机关的{one.label}与件数"
    with canvas(8, max(4.6, 1.6 + 0.19 * min(len(far), 2 * _NAMED))) as (figure, axes):
        _draw_band(axes, base, whole, one.label)
        inside = {"s": 26, "facecolors": "none", "edgecolors": INKS[0], "zorder": 3}
        inside |= {"clip_on": False}  # a mark at zero is whole
        axes.scatter(base[~outside], 100 * share[~outside], label="在范围以内的机关", **inside)
        _number_outside(axes, far, whole, one)
        axes.set_xlabel(f"{_base_name(one)}（件{'，对数刻度' if _is_wide(base) else ''}）")
        axes.set_ylabel("%", rotation=0, ha="right", va="top", y=1.0, labelpad=10)
        top = 1.12 * max(float(share.max()), float(high.max()))
        axes.set_ylim(0, 100 * min(1.0, top) or 1)
        axes.set_title(title, loc="left", pad=40)
        look = {"loc": "lower left", "bbox_to_anchor": (0, 1), "frameon": False, "fontsize": 8.5}
        axes.legend(ncols=2, columnspacing=1.4, borderaxespad=0.2, **look)
        words = _funnel_words(title, one.label, whole, rows, far, key, least)
        return Chart(svg(figure), words)


def _base_name(one: Indicator) -> str:
    """What the cases are that a rate is of."""
    _, divided, base = one.meaning.partition("÷")
    return base.strip("（）") if divided else "新收"


_WIDE = 25
"""From how many times the middle one the greatest number of cases would crowd all others."""


def _is_wide(base: pd.Series[float]) -> bool:
    return float(base.max()) > _WIDE * float(base.median())


def _draw_band(axes: Any, base: pd.Series[float], whole: float, label: str) -> None:
    """The range of chance and the rate of all together, over a scale that people can read."""
    import numpy as np

    wide = _is_wide(base)
    left, right = (float(base.min()) / 1.2, float(base.max()) * 1.2)
    if not wide:
        room = 0.06 * (float(base.max()) - float(base.min())) or 0.2 * float(base.max())
        left, right = max(1.0, float(base.min()) - room), float(base.max()) + room
    grid = np.geomspace(left, right, 120)
    lower, upper = _chance(grid, whole)
    band = "只因件数少而起落的范围（95%）"
    axes.fill_between(
        grid, 100 * lower, 100 * upper, color="#D3E1F0", linewidth=0, zorder=1, label=band
    )
    line = {"color": "#4D4D4D", "linewidth": 1, "zorder": 2}
    axes.axhline(100 * whole, label=f"全部机关的{label} {percent(whole)}", **line)
    if wide:
        axes.set_xscale("log")
        steps = [step * 10**n for n in range(8) for step in (1, 2, 5)]
        ticks = [tick for tick in steps if left <= tick <= right]
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axes.set_xticks([], minor=True)
    else:
        axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlim(left, right)


def _chance(base: Any, whole: float) -> tuple[Any, Any]:
    """The range in which 95 % of shares of ``base`` cases lie when the true share is ``whole``."""
    spread = 1.96 * (whole * (1 - whole) / base) ** 0.5
    return (whole - spread).clip(0, 1), (whole + spread).clip(0, 1)


_NAMED = 9
"""How many are named on each side of the range; the words for the chart name all."""


def _number_outside(axes: Any, far: pd.DataFrame, whole: float, one: Indicator) -> None:
    """Numbered marks for those outside the range, and beside the chart who they are."""
    key = one.key
    above, below = far[far[key] > whole], far[far[key] < whole]
    named = [*above.index[:_NAMED], *below.index[-_NAMED:]]
    rest = [index for index in far.index if index not in named]
    mark = {"color": INKS[1], "zorder": 4, "clip_on": False}
    label = "在范围以外的机关" + ("（编号见右）" if named else "")
    every = far.loc[[*named, *rest]]
    if len(every):
        sizes = [120.0] * len(named) + [30.0] * len(rest)
        axes.scatter(every[f"{key}_base"], 100 * every[key], s=sizes, label=label, **mark)
    inner = {"color": "white", "fontsize": 7, "ha": "center", "va": "center", "zorder": 5}
    for number, index in enumerate(named, 1):
        at = (float(far.loc[index, f"{key}_base"]), 100 * float(far.loc[index, key]))
        axes.annotate(str(number), at, **inner)
    lines = _who(above, one, named, "高于") + _who(below, one, named, "低于")
    look = {"va": "top", "fontsize": 8.5, "linespacing": 1.5, "annotation_clip": False}
    offset = {"xytext": (12, 0), "textcoords": "offset points"}
    axes.annotate("\n".join(lines), (1, 1), xycoords="axes fraction", **offset, **look)


def _who(side: pd.DataFrame, one: Indicator, named: list[Any], word: str) -> list[str]:
    """The lines that name those on one side of the range."""
    if side.empty:
        return []
    lines = [f"{word}范围的 {len(side)} 家："]
    for index in (index for index in side.index if index in named):
        part, base = (side.loc[index, f"{one.key}_{of}"] for of in ("part", "base"))
        said = f"{percent(side.loc[index, one.key])}（{part:,.0f}/{base:,.0f}）"
        lines.append(f"{named.index(index) + 1} {side.loc[index, 'agency']} {said}")
    left = len(side) - len(lines) + 1
    return [*lines, f"另有 {left} 家，见下表"] if left else lines


def _funnel_words(
    title: str,
    label: str,
    whole: float,
    rows: pd.DataFrame,
    far: pd.DataFrame,
    key: str,
    least: int,
) -> str:
    named = "、".join(
        f"{name} {percent(share)}（{n:,.0f} 件）"
        for name, share, n in zip(far["agency"], far[key], far[f"{key}_base"], strict=True)
    )
    said = f"在随机波动范围以外的有 {len(far)} 家" + (f"：{named}" if named else "")
    small = int((~enough(rows[f"{key}_base"], least)).sum())
    left = f"；不足 {least} 件的 {small} 家没有画" if small else ""
    return f"{title}：{len(rows)} 家，总的{label}为 {percent(whole)}，{said}{left}。"
