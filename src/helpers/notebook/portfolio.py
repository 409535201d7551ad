"""What the portfolio notebook calls: many agencies and years opened once, shown piece by piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from helpers.errors import InputError, Problem
from helpers.formats import closest
from helpers.notebook.document import DOCUMENT_MIME, Shown
from helpers.notebook.rates import in_words, rate_cells
from helpers.notebook.tables import Listing, Look
from helpers.portfolio import agencies, charts, frame, years
from helpers.portfolio.drawing import Chart
from helpers.portfolio.indicators import (
    BY_KEY,
    COUNTS,
    INDICATORS,
    RATES,
    Indicator,
    indicators_frame,
)
from helpers.report import Report
from helpers.rules import agency_key
from helpers.settings import Settings
from helpers.sources import Loaded

if TYPE_CHECKING:
    import pandas as pd

_TEXT = "text"
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_SOURCE: dict[str, Look] = {"source": ("来源", _TEXT)}
_AGENCY: dict[str, Look] = {"agency": ("机关", _TEXT), "kind": ("类型", _TEXT)}


@dataclass(frozen=True)
class Portfolio:
    """Many reports in one table; ``year`` is the one looked at, ``least`` the smallest base.

    ``unread`` are the files that were refused, ``copies`` those that were not needed, each with
    the one that was used.
    """

    reports: tuple[Report, ...]
    year: int
    settings: Settings
    least: int
    unread: tuple[Loaded, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()

    @cached_property
    def about(self) -> pd.DataFrame:
        """The reports, one a row: agency, kind, year, format, published, source."""
        return frame.reports_frame(self.reports, self.settings.rosters)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """All figures, one a row, each with the file it came from."""
        return frame.figures_frame(self.reports, self.about)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The indicators, one report a row; ``indicators_frame`` says what they are."""
        return indicators_frame(self.figures, self.about)

    @property
    def years(self) -> list[int]:
        """The years on hand."""
        return sorted(int(year) for year in self.about["year"].unique())

    def title(self) -> Shown:
        """The title, with the metadata of the document."""
        title = f"{self.year} 年政府信息公开工作年度报告汇总分析"
        data = {"title": title, "title_lines": [title], "agency": "", "year": self.year}
        plain = f"{title}：{len(self.reports)} 份报告，{self.years[0]}—{self.years[-1]} 年度"
        return Shown({"text/plain": plain, "text/markdown": f"# {title}", DOCUMENT_MIME: data})

    def read(self) -> Listing:
        """What was read: reports, formats and figures of each year."""
        groups = self.about.groupby("year")
        table = groups.agg(
            reports=("report", "count"),
            summed=("summed", "sum"),
            formats=("format", lambda f: "、".join(sorted(set(f)))),
        )
        columns = {
            "year": ("年度", _TEXT),
            "reports": ("报告份数", "count"),
            "summed": ("其中汇总报告", "count"),
            "formats": ("格式", _TEXT),
        }
        note = "汇总报告（名单上的上级）不再与其下级相加。" if table["summed"].any() else ""
        return Listing(table.reset_index(), columns, "读到的报告", note or self._double())

    def _double(self) -> str:
        kinds = self.about.loc[self.about["year"] == self.year, "kind"]
        if (kinds == "政府").any() and (kinds != "政府").any():
            return (
                "这里有人民政府的报告，也有部门或乡镇的报告：若前者是后者之和，"
                "请把名单写进设置文件的 [[rollup]]，否则合计重复。"
            )
        return ""

    def problems(self) -> Listing:
        """The files that could not be read or are copies of others, with the reasons."""
        import pandas as pd

        rows = [(item.source, str(p.message)) for item in self.unread for p in item.problems]
        rows += [(copy, f"与 {used} 相同，没有另算") for copy, used in self.copies]
        columns: dict[str, Look] = {"source": ("文件", _TEXT), "message": ("原因", _TEXT)}
        return Listing(pd.DataFrame(rows, columns=list(columns)), columns, "没有读进来的文件")

    def changes(self) -> Listing:
        """The year's indicators against last year's, all agencies and the same agencies."""
        table = years.changes(self.indicators, self.year, self.least)
        looks = {one.label: "rate" if one.rate else "count" for one in INDICATORS}
        shown = in_words(table, looks)
        last = self.year - 1
        columns: dict[str, Look] = {"label": ("指标", _TEXT)}
        both = bool((table["same_now"] > 0).get("agencies"))
        for prefix, word in (("", ""), ("same_", "同口径 "))[: 2 if both else 1]:
            columns |= {
                f"{prefix}before": (f"{word}{last}", "count"),
                f"{prefix}now": (f"{word}{self.year}", "count"),
                f"{prefix}change": (f"{word}增减", "signed"),
                f"{prefix}percent": (f"{word}增减幅度", "points"),
            }
        same = "同口径：两年都有报告的机关。"
        none = "没有两年都有报告的机关，合计的增减只是报告不同，不能说明工作有变化。"
        note = (
            f"{same if both else none}比率的增减是百分点；不足 {self.least} 件的比率写作“几/几”，"
            f"上年不足 {self.least} 件的不算幅度；两年格式不同时只列可比的指标。"
        )
        return Listing(shown, columns, f"{self.year} 年与 {last} 年相比（件）", note)

    def totals(self, table: str) -> Listing:
        """The statutory table 二, 三 or 四 added up over all agencies."""
        added = years.totals(self.figures, self.about, self.year)
        added = added[added["table"] == table]
        columns: dict[str, Look] = {
            "row": ("行", _TEXT),
            "column": ("列", _TEXT),
            "total": ("合计", "count"),
            "unit": ("单位", _TEXT),
            "agencies": ("有数的份数", "count"),
            "blanks": ("空白", "count"),
            "format": ("格式", _TEXT),
            "code": ("代码", _TEXT),
        }
        if table == "三":
            added = added[added["code"].astype(str).str.endswith(".sum")]
        same = [name for name in ("column", "unit", "format") if added[name].nunique() == 1]
        tails = {"format": " 年格式"}
        said = "，".join(f"{added[name].iloc[0]}{tails.get(name, '')}" for name in same)
        for name in same:
            del columns[name]
        caption = f"{self.year} 年表{table}各机关合计" + (f"（{said}）" if said else "")
        return Listing(added, columns, caption, self._trace())

    def _trace(self) -> str:
        return "一个数由哪些报告构成：portfolio.behind(代码)，如 portfolio.behind('三.new.sum')。"

    def behind(self, code: str, year: int | None = None) -> Listing:
        """The reports that a total is made of, the largest first; ``code`` is of a figure."""
        known = self.figures["code"].cat.categories
        if code not in known:
            guess = closest(code, known)
            near = f"，是不是“{guess}”？" if guess else ""
            raise InputError([Problem("代码", f"没有“{code}”{near}")])
        rows = self.figures[self.figures["code"].eq(code).to_numpy()]
        rows = rows[rows["year"] == (year or self.year)].sort_values(
            ["value", "agency"], ascending=[False, True]
        )
        first = rows.iloc[0] if len(rows) else {"row": "", "column": ""}
        columns: dict[str, Look] = {
            "agency": ("机关", _TEXT),
            "exact": ("数", "count"),
            "unit": ("单位", _TEXT),
            **_SOURCE,
        }
        caption = f"{year or self.year} 年“{first['row']}”“{first['column']}”的构成"
        return Listing(rows, columns, caption)

    def agencies(self) -> Listing:
        """Every agency's requests, outcomes, reviews and suits in the year."""
        counts: dict[str, Look] = {one.key: (one.label, "count") for one in COUNTS}
        table = agencies.overview(self.indicators, self.year)
        caption = f"{self.year} 年各机关的申请、结果、复议和诉讼（件）"
        return Listing(table, {**_AGENCY, **counts, **_SOURCE}, caption)

    def rates(self) -> Listing:
        """Every agency's rates; where the base is small the numbers instead of a percentage."""
        rows = self.indicators[self.indicators["year"] == self.year]
        table = rows[["agency", "kind", "closed", "source"]].copy()
        for one in RATES:
            table[one.key] = rate_cells(rows, one.key, self.least)
        table = table.sort_values(["closed", "agency"], ascending=[False, True])
        columns: dict[str, Look] = {**_AGENCY, "closed": ("办结", "count")}
        columns |= {one.key: (one.label, "rate") for one in RATES}
        said = "；".join(f"{one.label}＝{one.meaning}" for one in RATES)
        note = f"{said}。不足 {self.least} 件的不算百分比，写作“几/几”。"
        return Listing(table, {**columns, **_SOURCE}, f"{self.year} 年各机关的比率", note)

    def ranges(self, key: str = "disclosure") -> Listing:
        """A rate (by key) of every agency with the range in which the true one may lie."""
        self._known([key], RATES)
        one = BY_KEY[key]
        columns: dict[str, Look] = {
            **_AGENCY,
            "part": ("件数", "count"),
            "base": ("分母", "count"),
            "share": (one.label, "rate"),
            "low": ("可能低至", "rate"),
            "high": ("可能高至", "rate"),
            **_SOURCE,
        }
        note = (
            f"{one.label}＝{one.meaning}。范围是 95% 的置信区间："
            "件数越少越宽，范围相互重叠的不能说谁高谁低。"
        )
        table = agencies.ranges(self.indicators, self.year, key)
        return Listing(table, columns, f"{self.year} 年各机关{one.label}及其可能的范围", note)

    def carried(self) -> Listing:
        """What each agency carries into the next year, and how old it must be at least."""
        columns: dict[str, Look] = {
            **_AGENCY,
            "new": ("新收", "count"),
            "carry_out": ("结转下年", "count"),
            "share": ("占在办", "rate"),
            "older": ("至少有几件收于上年以前", "count"),
            "years": ("连续几年有结转", "count"),
            "before": ("上年报告的结转下年", "count"),
            "gap": ("与上年结转之差", "signed"),
            **_SOURCE,
        }
        note = (
            "法定答复期限为 20 个工作日，最多延长 20 个工作日。年报不载每件的收件日期："
            "结转多于当年新收的，多出的必是上年以前所收。与上年结转之差应为 0（规则 Y-01）。"
        )
        table = agencies.carried(self.indicators, self.year)
        return Listing(table, columns, f"{self.year} 年结转下年及其年龄（件）", note)

    def outliers(self) -> Listing:
        """What is far from the middle of agencies of the same kind."""
        table = agencies.outliers(self.indicators, self.year, self.least)
        looks = {one.label: "rate" if one.rate else "number" for one in INDICATORS}
        columns: dict[str, Look] = {
            **_AGENCY,
            "label": ("指标", _TEXT),
            "value": ("数值", "number"),
            "median": ("同类中位数", "number"),
            "score": ("偏离（倍）", "number"),
            "siblings": ("同类家数", "count"),
            **_SOURCE,
        }
        note = (
            f"与同类机关的中位数相差 {agencies.FAR} 倍以上（中位数绝对偏差，折合标准差）；"
            f"件数按对数比，且不少于 {self.least} 件；比率的分母不少于 {self.least} 件；"
            f"同类不足 {agencies.SIBLINGS} 家、过半数相同的不比。偏离不等于有错，请核对。"
        )
        shown = in_words(table, looks, ("value", "median"))
        return Listing(shown, columns, f"{self.year} 年与同类相差悬殊的", note)

    def trends(self) -> Listing:
        """The comparable indicators over all years."""
        table = years.trends(self.indicators)
        table = table[table["agencies"] > 0]
        table = table.assign(same=table["same"].map({False: "全部", True: "同口径"}))
        columns: dict[str, Look] = {
            "year": ("年度", _TEXT),
            "same": ("机关", _TEXT),
            "agencies": ("份数", "count"),
            "formats": ("格式", _TEXT),
        }
        kept = years.comparable_indicators(self.indicators)
        for one in kept:
            if one.rate:
                table[one.key] = rate_cells(table, one.key, self.least)
        columns |= {one.key: (one.label, "rate" if one.rate else "count") for one in kept}
        left = [one.label for one in INDICATORS if one not in kept]
        note = f"同口径：各年都有报告的机关。不足 {self.least} 件的不算百分比，写作“几/几”。"
        if left:
            note += f"不同格式之间不可比的没有列：表二各项、{'、'.join(left)}。"
        return Listing(table, columns, "历年变化（件）", note)

    def late(self) -> Listing:
        """Who has not reported, and who published late."""
        table = agencies.attendance(self.about, self.year, self.settings.rosters, self._refused())
        dates = {
            name: [day.isoformat() if hasattr(day, "isoformat") else "" for day in table[name]]
            for name in ("published", "due")
        }
        columns: dict[str, Look] = {
            "agency": ("机关", _TEXT),
            "parent": ("汇总到", _TEXT),
            "kind": ("类型", _TEXT),
            "state": ("报送", _TEXT),
            "published": ("公布日期", _TEXT),
            "due": ("期限", _TEXT),
            "days": ("逾期天数", "count"),
            **_SOURCE,
        }
        source = "设置文件的汇总名单" if self.settings.rosters else "上年或本年有报告的机关"
        note = (
            f"应报的机关取自{source}。"
            "期限：部门次年 1 月 31 日，政府 3 月 31 日（条例第四十九条），其他类型没有规定。"
        )
        return Listing(table.assign(**dates), columns, f"{self.year} 年度报送和公布情况", note)

    def _refused(self) -> dict[str, str]:
        """The agencies of which there is a file on the year, but no report, with the file.

        A file that could not be understood is taken for that of the agency it is named after,
        unless its name or folder tells another year.
        """
        named = {name for roster in self.settings.rosters for name in roster.names}
        known = {agency_key(name) for name in (*named, *self.about["agency"])}
        found: dict[str, str] = {}
        for item in self.unread:
            name, year = item.about or (PurePath(item.source).stem, self.year)
            told = _YEAR.findall(item.source)
            guess = agency_key(name) in known and (not told or str(year) in told)
            if year == self.year and (item.about or guess):
                found.setdefault(name, item.source)
        return found

    def trend_chart(self, *keys: str) -> Shown:
        """A line for each comparable indicator (by key), all agencies of each year."""
        self._known(keys, years.comparable_indicators(self.indicators))
        words = "、".join(BY_KEY[key].label for key in keys)
        trends = years.trends(self.indicators)
        chart = charts.trend_chart(trends, keys, f"历年{words}", least=self.least)
        said = f"{words}各年都没有数，或者不足 {self.least} 件，不作历年图。"
        return _picture(chart, said)

    def _known(self, keys: Sequence[str], among: Sequence[Indicator]) -> None:
        """Refuse a key that none of these indicators has, in words."""
        known = {one.key: one.label for one in among}
        for key in keys:
            if key not in known:
                listed = "、".join(f"{name}（{label}）" for name, label in known.items())
                raise InputError([Problem("指标", f"这里不能用“{key}”，可用的有：{listed}")])

    def outcomes_chart(self) -> Shown:
        """How requests ended at the agencies that closed most."""
        chart = charts.outcomes_chart(self.indicators, self.year, least=self.least)
        return _picture(chart, f"各机关办结的都不足 {self.least} 件，不作办理结果图。")

    def funnel_chart(self, key: str = "disclosure") -> Shown:
        """A rate of every agency over the number of cases behind it."""
        self._known([key], RATES)
        chart = charts.funnel_chart(self.indicators, self.year, key, self.least)
        return _picture(chart, f"{BY_KEY[key].label}：各机关都不足 {self.least} 件，不作图。")


def _picture(chart: Chart | None, said: str) -> Shown:
    """The chart; where there is none, what is said instead."""
    if chart is None:
        return Shown({"text/plain": said, "text/markdown": said})
    data = {"text/plain": chart.alt, "image/svg+xml": chart.svg}
    return Shown(data, {"alt": chart.alt})
