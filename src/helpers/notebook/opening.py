"""Opening a portfolio: what the notebook is given, read and refused where it makes no sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from helpers.errors import InputError, Problem
from helpers.formats import closest
from helpers.notebook.parameters import find, injected, settings_of
from helpers.notebook.plotting import prepare_plots
from helpers.notebook.portfolio import Portfolio
from helpers.portfolio.indicators import LEAST
from helpers.sources import Loaded, copies, load, without_duplicates

_PARAMETERS = ("sources", "year", "history", "settings", "least")


def open_portfolio(
    sources: Any = ("params",),
    *,
    year: int | None = None,
    history: Any = None,
    settings: Any = None,
    least: int = LEAST,
    **unknown: Any,
) -> Portfolio:
    """Open all reports in files and folders, and look at one year: the newest unless given.

    ``history`` are more files or folders; ``settings`` a settings file or its contents (the
    rosters under [[rollup]] say who has to report); rates of fewer than ``least`` cases are
    not compared. Files that cannot be read are listed by ``problems``. Raises InputError where
    no report is left, or none on ``year``.
    """
    prepare_plots()
    _refuse([*unknown, *(name for name in injected() if name not in _PARAMETERS)])
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise InputError([Problem("参数", f"读到“{least}”，应为正整数", key="least")])
    wanted = [*_several(sources), *_several(history)]
    places = {find(one, folders=True).as_posix(): one for one in wanted}
    loaded = [_named(item, places) for item in without_duplicates(load(list(places)))]
    reports = tuple(item.report for item in loaded if item.report)
    unread = tuple(item for item in loaded if item.report is None)
    if not reports:
        problems = [problem for item in unread for problem in item.problems]
        raise InputError(problems or [Problem("sources", "没有读到报告，请写明文件或文件夹")])
    on_hand = sorted({report.year for report in reports})
    year = on_hand[-1] if year is None else year
    if year not in on_hand:
        text = f"没有 {year} 年度的报告，有的是：{'、'.join(map(str, on_hand))}"
        raise InputError([Problem("参数", text, key="year")])
    same = tuple((copy, item.source) for item in loaded for copy in copies(item))
    return Portfolio(reports, year, settings_of(settings), least, unread, same)


def _several(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [str(one) for one in given or ()]


def _named(item: Loaded, places: Mapping[str, str]) -> Loaded:
    """The same under the names of its files as the user wrote them, without the folders above."""
    name = _written(item.source, places)
    report = replace(item.report, source=name) if item.report else None
    also = tuple(_written(other, places) for other in item.also)
    return replace(item, source=name, report=report, also=also)


def _written(source: str, places: Mapping[str, str]) -> str:
    above = next((place for place in places if source.startswith(place)), "")
    return places.get(above, "") + source.removeprefix(above)


def _refuse(names: Sequence[str]) -> None:
    problems = []
    for name in dict.fromkeys(names):
        guess = closest(name, _PARAMETERS)
        near = f"，是不是“{guess}”？" if guess else ""
        text = f"没有“{name}”这个参数{near}可用的有：{'、'.join(_PARAMETERS)}"
        problems.append(Problem("参数", text, key=name))
    if problems:
        raise InputError(problems)
