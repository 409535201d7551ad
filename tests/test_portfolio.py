"""Many agencies and years: totals, rates, comparisons, outliers, what is late; and the notebook."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from browser import launched
from generated import county
from helpers import formats
from helpers.errors import InputError
from helpers.exporters.html import NianbaoHTMLExporter
from helpers.figures import Figure, number
from helpers.notebook import open_portfolio
from helpers.notebook.portfolio import Portfolio
from helpers.notebook.rates import in_words
from helpers.notebook.tables import show
from helpers.params import read_params, write_params
from helpers.percent import percent
from helpers.portfolio import agencies, charts, years
from helpers.portfolio.frame import code, figures_frame, reports_frame
from helpers.portfolio.indicators import (
    BY_KEY,
    COUNTS,
    OUTCOMES,
    comparable,
    indicators_frame,
    interval,
)
from helpers.report import Agency, file_name
from helpers.rules import Roster
from helpers.settings import Settings


@pytest.fixture(scope="module")
def real(project):
    """Every published report among the examples."""
    files = sorted((project / "params").rglob("*.yaml"))
    return [read_params(file, file.relative_to(project).as_posix()) for file in files]


def opened(reports, year, **settings):
    return Portfolio(tuple(reports), year, Settings(**settings), 20)


def having(report, row, column, value):
    ref = report.format.ref(row, column)
    figure = Figure() if value is None else number(value)
    return replace(report, figures=report.figures.having({ref: figure}))


def row_of(frame, agency):
    return frame[frame["agency"] == agency].iloc[0]


def test_the_table_holds_every_figure_with_its_file(real):
    about = reports_frame(real)
    frame = figures_frame(real, about)
    assert len(frame) == sum(len(report.format.slots) for report in real)
    for report in real:
        mine = frame[(frame["agency"] == report.agency.name) & (frame["year"] == report.year)]
        assert set(mine["source"]) == {file_name(report.source)}
        exact = dict(zip(mine["code"], mine["exact"], strict=True))
        assert exact == {
            code(slot): report.complete.value(ref) for ref, slot in report.format.slots.items()
        }


def test_a_blank_stays_a_blank_and_is_counted_apart(real):
    report = having(real[-1], "rev", "keep", None)
    about = reports_frame([report])
    frame = figures_frame([report], about)
    at = frame[frame["code"] == "四.rev.keep"].iloc[0]
    assert at["exact"] is None
    assert math.isnan(at["value"])
    total = years.totals(frame, about, report.year).set_index("code").loc["四.rev.keep"]
    assert (total["agencies"], total["blanks"]) == (0, 1)


def test_indicators_of_a_published_report(real):
    """宿迁市 2024: 3521 closed, of which 1431 and 471 were open or partly open."""
    table = opened(real, 2024).indicators
    row = table[table["year"] == 2024].iloc[0]
    assert [row[key] for key in ("new", "closed", "carry_out")] == [3525, 3521, 125]
    assert row["disclosure"] == pytest.approx((1431 + 471) / 3521)
    assert sum(row[key] for key in OUTCOMES) == row["closed"]
    assert row["review_rate"] == pytest.approx(18 / (88 + 18 + 28))


def test_totals_are_exact_and_equal_an_independent_sum(real):
    reports = county(12, [2022, 2023])
    money = reports[1].format.ref("fee", "amt")
    figures = reports[1].figures.having({money: number(Decimal("0.1"))})
    reports[1] = replace(reports[1], figures=figures)
    about = reports_frame(reports)
    table = years.totals(figures_frame(reports, about), about, 2023)
    of_year = [report for report in reports if report.year == 2023]
    for row in table.to_dict("records"):
        ref = formats.Ref(row["table"], row["row"], row["column"])
        assert row["total"] == sum(report.complete.value(ref) for report in of_year)
        assert row["agencies"] == 12


def test_a_parent_is_not_added_to_its_units():
    reports = county(4, [2023])
    parent = replace(reports[0], agency=Agency(name="某县人民政府"))
    roster = Roster("某县人民政府", tuple(report.agency.name for report in reports))
    with_roster = opened([*reports, parent], 2023, rosters=(roster,))
    without = opened(reports, 2023)
    assert with_roster.about["summed"].tolist() == [False] * 4 + [True]
    added, alone = (years.added_up(p.indicators)[2023] for p in (with_roster, without))
    assert added.equals(alone)
    assert "合计重复" in opened([*reports, parent], 2023).read().note


def test_only_what_both_formats_share_is_comparable():
    assert comparable(BY_KEY["new"])
    assert comparable(BY_KEY["disclosure"])
    assert comparable(BY_KEY["denied"])
    assert comparable(BY_KEY["suits"])
    assert not comparable(BY_KEY["other"])
    assert comparable(BY_KEY["other"], ["2021"])


def test_trends_go_on_across_the_change_of_format_without_what_cannot_be_compared(real):
    mine = [r for r in real if r.agency.name == "平潭综合实验区"]
    portfolio = opened(mine, 2021)
    table = years.trends(portfolio.indicators)
    everyone = table[~table["same"]]
    assert everyone["year"].tolist() == [2019, 2020, 2021]
    assert everyone["formats"].tolist() == ["2019", "2019", "2021"]
    assert everyone["new"].tolist() == [23, 21, 70]
    assert "other" not in table
    assert "其他处理" in portfolio.trends().note
    assert "表二" in portfolio.trends().note


def test_changes_compare_all_agencies_and_those_with_both_reports():
    reports = county(6, [2022, 2023])
    gone = [r for r in reports if (r.agency.name, r.year) != (reports[0].agency.name, 2022)]
    table = years.changes(opened(gone, 2023).indicators, 2023)
    assert table.loc["agencies", ["before", "now", "same_before", "same_now"]].tolist() == [
        *(5, 6),
        *(5, 5),
    ]
    new = [r.complete.value(r.format.ref("new", "sum")) for r in gone if r.year == 2023]
    assert table.loc["new", "now"] == sum(new)
    assert table.loc["new", "same_now"] == sum(new[1:])
    assert math.isnan(table.loc["disclosure", "percent"])


def test_a_change_from_few_cases_has_no_percentage():
    reports = county(1, [2022, 2023])
    quiet = [having(report, "rev", "keep", 3) for report in reports]
    table = years.changes(opened(quiet, 2023).indicators, 2023, least=20)
    assert table.loc["reviews", "before"] < 20
    assert math.isnan(table.loc["reviews", "percent"])


def test_rates_of_few_cases_are_numbers_in_comparisons_and_trends_and_gaps_in_charts(real):
    """平潭 2021: of 3 reviews and 12 suits none was corrected; 宿迁 2024: 18 of 134."""
    portfolio = opened(real, 2021)
    shown = portfolio.changes().frame.set_index("label")
    assert shown.loc["复议纠错率", "now"] == "0/3"
    assert math.isnan(shown.loc["复议纠错率", "change"])
    assert shown.loc["公开率", "now"] == "50.7%"
    trend = portfolio.trends().frame.set_index(["year", "same"])
    assert trend.loc[(2021, "全部"), "review_rate"] == "0/3"
    assert trend.loc[(2024, "全部"), "review_rate"] == pytest.approx(18 / 134)
    said = portfolio.trend_chart("review_rate", "disclosure").metadata["alt"]
    assert "复议纠错率 2023 年" in said
    assert "公开率 2019 年 34.8%" in said


def test_a_rate_over_all_leaves_out_a_report_that_lacks_one_side_of_it():
    one, other = county(2, [2023])
    table = opened([having(one, "open", "sum", None), other], 2023).indicators
    added = years.added_up(table)[2023]
    own = table[table["agency"] == other.agency.name].iloc[0]
    assert added["disclosure"] == pytest.approx(own["disclosure"])


def test_two_years_without_an_agency_in_common_are_not_compared_like_with_like(real):
    listing = opened(real, 2025).changes()
    assert "没有两年都有报告的机关" in listing.note
    assert not [head for head, _ in listing.columns.values() if "同口径" in head]


def test_the_change_into_2021_leaves_out_what_the_formats_do_not_share():
    table = years.changes(opened(county(3, [2020, 2021]), 2021).indicators, 2021)
    assert "new" in table.index
    assert "other" not in table.index


def test_rates_of_few_cases_are_written_as_numbers(real):
    portfolio = opened(real, 2021)
    table = portfolio.rates().frame
    row = row_of(table, "平潭综合实验区")
    assert row["disclosure"] == pytest.approx(35 / 69)
    assert row["review_rate"] == "0/3"
    assert math.isnan(row_of(table, "市中区工业和信息化局")["disclosure"])
    shown = portfolio.rates()._repr_mimebundle_()["text/html"]
    assert ">50.7%<" in shown
    assert ">0/3<" in shown


def test_the_range_of_a_rate_is_wider_the_fewer_cases_it_has():
    import pandas as pd

    found = interval(pd.Series([0.5, 0.5, 0.0]), pd.Series([10.0, 1000.0, 10.0]))
    width = found["high"] - found["low"]
    assert width[0] > width[1] * 5
    assert found.loc[2, "low"] == 0
    assert found.loc[2, "high"] == pytest.approx(0.2775, abs=1e-3)


def test_a_rate_stands_with_its_range_and_an_unknown_one_is_refused(real):
    portfolio = opened(real, 2021)
    row = row_of(portfolio.ranges("disclosure").frame, "平潭综合实验区")
    assert (row["part"], row["base"]) == (35, 69)
    assert row["low"] < row["share"] < row["high"]
    with pytest.raises(InputError, match="这里不能用“new”，可用的有：disclosure（公开率）"):
        portfolio.ranges("new")
    with pytest.raises(InputError, match="这里不能用“other”"):
        portfolio.trend_chart("other")


def test_an_agency_far_from_its_kind_stands_out_and_names_its_file():
    reports = county(40, [2023])
    odd = next(n for n, r in enumerate(reports) if r.agency.name.endswith("镇人民政府"))
    reports[odd] = having(reports[odd], "open", "nat", 90_000)
    table = agencies.outliers(opened(reports, 2023).indicators, 2023)
    first = table[table["label"] == "予以公开"].iloc[0]
    assert first["agency"] == reports[odd].agency.name == table.iloc[0]["agency"]
    assert first["value"] > 90_000 > first["median"]
    assert first["source"] == reports[odd].source
    assert first["siblings"] == 10
    assert abs(first["score"]) > 3.5


@pytest.mark.parametrize("least", [20, 10**9])
def test_nothing_stands_out_among_few_siblings_or_from_few_cases(least):
    reports = county(12 if least == 20 else 40, [2023])
    reports[1] = having(reports[1], "open", "nat", 90_000)
    assert agencies.outliers(opened(reports, 2023).indicators, 2023, least).empty


def test_what_is_carried_over_has_an_age_of_at_least():
    """10 carried over and 4 came in: 6 are from before the year, whatever was closed."""
    base = having(having(county(1, [2022])[0], "carry_out", "nat", 7), "carry_in", "nat", 0)
    now = replace(base, year=2023, source="2023/甲.yaml")
    for row, value in (("new", 4), ("carry_out", 10), ("carry_in", 9)):
        for key in ("nat", "ent", "res", "ngo", "law", "oth"):
            now = having(now, row, key, value if key == "nat" else 0)
    before = base.complete.value(base.format.ref("carry_out", "sum"))
    row = agencies.carried(opened([base, now], 2023).indicators, 2023).iloc[0]
    assert (row["carry_out"], row["older"], row["years"]) == (10, 6, 2)
    assert row["gap"] == 9 - before
    assert row["source"] == "2023/甲.yaml"


def test_a_renamed_agency_is_followed_under_its_present_name():
    old, new = county(1, [2022, 2023])
    new = replace(new, agency=Agency(name="某县新局", formerly=(old.agency.name,)))
    about = reports_frame([old, new])
    assert about["present"].tolist() == ["某县新局", "某县新局"]
    table = agencies.carried(opened([old, new], 2023).indicators, 2023)
    assert table["gap"].fillna(0).tolist() == [0] * len(table)


def test_who_is_missing_and_who_is_late_by_the_roster():
    from datetime import date

    reports = county(4, [2023])
    days = [date(2024, 2, 10), date(2024, 1, 20), None, date(2024, 1, 31)]
    reports = [replace(r, published=day) for r, day in zip(reports, days, strict=True)]
    units = (*(report.agency.name for report in reports), "某县缺席局")
    portfolio = opened(reports, 2023, rosters=(Roster("某县人民政府", units),))
    table = portfolio.late().frame
    assert table["agency"].tolist()[:3] == ["某县人民政府", "某县缺席局", "某县第0000局"]
    states = dict(zip(table["agency"], table["state"], strict=True))
    assert states["某县缺席局"] == "未报"
    assert states["某县第0000局"] == "逾期"
    assert row_of(table, "某县第0000局")["days"] == 10
    assert states["某县第0001镇人民政府"] == "已报"
    assert states["某县第0002街道办事处"] == "未写公布日期"
    assert states["某县第0003委员会"] == "按期"


def test_without_a_roster_those_of_last_year_are_expected():
    old, new, other = (*county(1, [2022, 2023]), county(2, [2022])[1])
    table = opened([old, new, other], 2023).late().frame
    assert table["agency"].tolist()[0] == other.agency.name
    assert table["state"].tolist()[0] == "未报"


def test_what_is_the_same_in_every_row_stands_in_the_caption(real):
    table = opened(real, 2025).totals("三")
    assert table.caption == "2025 年表三各机关合计（总计，件，2021 年格式）"
    assert list(table.columns) == ["row", "total", "agencies", "blanks", "code"]
    assert "format" in opened(real, 2021).totals("三").columns


def test_a_total_is_traced_to_its_reports():
    portfolio = opened(county(5, [2023]), 2023)
    frame = portfolio.behind("三.new.sum").frame
    total = portfolio.totals("三").frame.set_index("code").loc["三.new.sum", "total"]
    assert sum(frame["exact"]) == total
    assert frame["source"].is_unique
    with pytest.raises(InputError, match=r"没有“三\.neu\.sum”，是不是“三\.new\.sum”"):
        portfolio.behind("三.neu.sum")


def test_charts_are_the_same_every_time_and_say_in_words_what_they_show(real):
    portfolio = opened(real, 2025)
    trends = years.trends(portfolio.indicators)
    one, two = (charts.trend_chart(trends, ("new", "closed"), "历年") for _ in range(2))
    assert one == two
    assert "新收申请（件）" in one.alt
    assert "2024 年 3,525" in one.alt
    assert "<text" not in one.svg  # text is drawn: no font is needed to see it
    shown = portfolio.outcomes_chart()
    assert shown.metadata["alt"].startswith("2025 年办理结果的构成")
    assert "沭阳县人民政府办结 718 件" in shown.metadata["alt"]
    assert "总的公开率为 55.0%" in portfolio.funnel_chart().metadata["alt"]


def test_a_rate_of_few_cases_last_year_leaves_the_older_number_with_its_year():
    """Of 办结 there are hundreds in 2022 and 19 in 2023: the last rate is that of 2022."""
    old, new = county(1, [2022, 2023])
    old = having(having(old, "total", "sum", 400), "open", "sum", 100)
    portfolio = opened([old, having(new, "total", "sum", 19)], 2023)
    shown = portfolio.trend_chart("disclosure")
    share = portfolio.indicators.set_index("year").loc[2022, "disclosure"]
    drawn = shown.data["image/svg+xml"]
    assert f"<!-- 公开率 {percent(share)}（2022 年） -->" in drawn
    ticks = re.findall(r'id="xtick_\d+">.*?<use [^>]*\bx="([\d.]+)"', drawn, re.DOTALL)
    assert float(ticks[1]) - float(ticks[0]) > 100  # the year without a number has its place


def test_where_every_year_is_of_few_cases_there_is_no_chart_but_words():
    reports = [having(one, "total", "sum", 19) for one in county(1, [2022, 2023])]
    shown = opened(reports, 2023).trend_chart("disclosure")
    said = "公开率各年都没有数，或者不足 20 件，不作历年图。"
    assert shown.data == {"text/plain": said, "text/markdown": said}


def test_a_year_in_which_all_are_blank_has_no_sum():
    old, new = county(1, [2022, 2023])
    trends = years.trends(opened([having(old, "new", "sum", None), new], 2023).indicators)
    amounts = trends[~trends["same"]].set_index("year")["new"]
    assert math.isnan(amounts[2022])
    assert amounts[2023] == new.complete.value(new.format.ref("new", "sum"))


def test_tables_can_be_sorted_by_their_numbers_and_hold_no_markup_from_names():
    reports = county(2, [2023])
    reports[0] = replace(reports[0], agency=Agency(name="<b>局</b>"))
    html = opened(reports, 2023).agencies()._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;局" in html
    assert "<b>局" not in html
    assert html.count('scope="col"') == 2 + len(COUNTS) + 1
    assert "aria-sort" in html


def test_rates_are_rounded_as_offices_do():
    assert [show(value, "rate") for value in (29 / 80, 9999 / 10000, 1 / 3000, 1.0)] == [
        *("36.3%", "99.9%以上", "不足0.1%", "100.0%"),
    ]
    table = pd.DataFrame({"label": ["公开率"], "before": [29 / 80], "change": [0.0625]})
    assert in_words(table, {"公开率": "rate"}).iloc[0].tolist() == [
        "公开率",
        "36.3%",
        "+6.3 个百分点",
    ]


def test_nothing_to_show_is_said():
    table = opened(county(1, [2023]), 2023).outliers()
    assert table._repr_mimebundle_()["text/plain"].endswith("（没有）")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"yaer": 2021}, "没有“yaer”这个参数，是不是“year”？"),
        ({"year": 2022}, "没有 2022 年度的报告，有的是：2019、2020、2021、2023、2024、2025"),
        ({"least": 0}, "应为正整数"),
        ({"sources": ["没有的文件夹"]}, "没有的文件夹：没有这个文件"),
    ],
)
def test_what_a_caller_gets_wrong_is_said_in_words(arguments, message):
    with pytest.raises(InputError) as error:
        open_portfolio(**{"sources": ["params"], **arguments})
    assert message in str(error.value)


def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_used(tmp_path):
    report = county(1, [2023])[0]
    (tmp_path / "甲.yaml").write_text(write_params(report), encoding="utf-8")
    (tmp_path / "乙.yaml").write_text("year: 二", encoding="utf-8")
    portfolio = open_portfolio([str(tmp_path)])
    assert len(portfolio.reports) == 1
    assert {name.rsplit("/", 1)[1] for name in portfolio.problems().frame["source"]} == {"乙.yaml"}


def files_of(folder, *reports):
    folder.mkdir()
    for report in reports:
        text = write_params(report)
        (folder / f"{report.agency.name}.yaml").write_text(text, encoding="utf-8")


def test_a_copy_of_a_report_is_counted_once_and_named(tmp_path):
    one, other = county(2, [2023])[:2]
    files_of(tmp_path / "甲", one, other)
    files_of(tmp_path / "乙", one)
    portfolio = open_portfolio([str(tmp_path)])
    assert len(portfolio.reports) == 2
    told = portfolio.problems().frame.to_dict("records")
    assert [row["message"].endswith("相同，没有另算") for row in told] == [True]
    assert "未报" not in set(portfolio.late().frame["state"])


def test_an_agency_whose_files_were_refused_has_not_failed_to_report(tmp_path):
    first, second, third, fourth = county(4, [2023])[:4]
    files_of(tmp_path / "甲", first, second)
    files_of(tmp_path / "乙", replace(first, narrative={"六": "没有其他事项。"}))
    (tmp_path / "乙" / f"{third.agency.name}.yaml").write_text("year: 二", encoding="utf-8")
    roster = Roster("某县", tuple(r.agency.name for r in (first, second, third, fourth)))
    portfolio = open_portfolio([str(tmp_path)])
    states = portfolio.late().frame.set_index("agency")["state"]
    assert states[first.agency.name] == "有文件，没有读进来"
    states = replace(portfolio, settings=Settings(rosters=(roster,))).late().frame
    states = states.set_index("agency")["state"]
    unread = {first.agency.name, third.agency.name}
    assert set(states[states == "有文件，没有读进来"].index) == unread
    assert states[fourth.agency.name] == "未报"


def notebook(project):
    return nbformat.read(project / "notebooks" / "portfolio.ipynb", 4)


def test_the_portfolio_notebook_in_git_has_no_outputs(project):
    nbformat.validate(notebook(project))
    for cell in notebook(project).cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


def test_the_list_of_what_was_not_read_is_on_the_exported_page_too(project):
    shown = [cell for cell in notebook(project).cells if "problems()" in cell.source]
    assert [cell.source for cell in shown] == ["portfolio.problems()"]
    assert "remove-cell" not in shown[0].metadata.get("tags", [])


def test_the_notebook_runs_and_its_page_keeps_tables_notes_and_charts(project):
    nb = notebook(project)
    NotebookClient(nb, resources={"metadata": {"path": str(project / "notebooks")}}).execute()
    page, _ = NianbaoHTMLExporter().from_notebook_node(nb, {"metadata": {"name": "x"}})
    title = "<h1><span>2025 年政府信息公开工作年度报告汇总分析</span></h1>"
    assert title in page.replace("<wbr>", "")
    assert page.count("<img") == 5
    for said in (
        "同口径：各年都有报告的机关",
        "没有两年都有报告的机关",
        "2025/沭阳县人民政府.yaml",
        "历年变化（件）",
    ):
        assert said in page
    assert "/tmp" not in page.replace("&#x2F;", "/") or str(project).startswith("/tmp")
    assert str(project) not in page


def test_indicators_of_no_reports_have_all_their_columns():
    about = reports_frame([])
    assert "new" in indicators_frame(figures_frame([], about), about)


def test_the_funnel_names_whoever_is_outside_the_range_beside_the_picture():
    """A county of 30: one agency discloses nearly all, one has too few cases to be drawn."""
    reports = county(30, [2025])
    table = opened(reports, 2025).indicators
    table.loc[0, ["disclosure_part", "disclosure_base", "disclosure"]] = [95, 100, 0.95]
    table.loc[1, ["disclosure_part", "disclosure_base", "disclosure"]] = [3, 3, 1.0]
    chart = charts.funnel_chart(table, 2025)
    name = table.loc[0, "agency"]
    assert f"<!-- 1 {name} 95.0%（95/100） -->" in chart.svg
    assert "高于范围的" in chart.svg
    assert table.loc[1, "agency"] not in chart.svg + chart.alt
    assert "不足 20 件的 1 家没有画" in chart.alt
    assert "10^" not in chart.svg  # numbers of cases as people write them
    assert charts.funnel_chart(table.head(2).tail(1), 2025) is None


def test_a_city_beside_its_bureaus_has_a_scale_that_says_what_it_is():
    table = opened(county(30, [2025]), 2025).indicators
    table.loc[0, ["disclosure_part", "disclosure_base", "disclosure"]] = [5000, 50_000, 0.1]
    drawn = charts.funnel_chart(table, 2025).svg
    assert "对数刻度" in drawn
    assert "<!-- 1,000 -->" in drawn
    assert "<!-- 200 -->" in drawn


def test_the_name_of_a_line_that_ends_at_nothing_stands_above_the_axis():
    values = pd.DataFrame({"a": [3.0, 0.0], "b": [2.0, 0.0]})
    low, high = charts._apart([0.0, 0.0], values, 4.2)
    assert 0 < low < high


def test_whoever_closed_few_requests_has_no_bar_of_shares():
    table = opened(county(3, [2025]), 2025).indicators
    table.loc[0, "closed"] = 19
    chart = charts.outcomes_chart(table, 2025)
    assert table.loc[0, "agency"] not in chart.alt
    table["closed"] = 19
    assert charts.outcomes_chart(table, 2025) is None


def test_wide_tables_of_the_page_take_its_margins_and_break_no_word(tmp_path):
    """Chromium at 1280 px: the last column is in sight, 部门 and 同口径 stand on one line."""
    portfolio = opened(county(10, [2024, 2025]), 2025)
    outputs = [
        nbformat.v4.new_output("display_data", table._repr_mimebundle_())
        for table in (portfolio.agencies(), portfolio.trends())
    ]
    title = nbformat.v4.new_output("display_data", portfolio.title().data)
    cell = nbformat.v4.new_code_cell("", outputs=[title, *outputs], execution_count=1)
    nb = nbformat.v4.new_notebook(cells=[cell])
    page, _ = NianbaoHTMLExporter().from_notebook_node(nb, {"metadata": {"name": "x"}})
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with launched() as chromium:
        shown = chromium.new_page(viewport={"width": 1280, "height": 800})
        shown.goto((tmp_path / "page.html").as_uri())
        boxes = "bs => bs.map(b => b.scrollWidth - b.clientWidth)"
        assert shown.eval_on_selector_all(".scroll", boxes) == [0, 0]
        assert shown.evaluate("document.documentElement.scrollWidth") == 1280
        lines = """cells => cells.filter(c => ["部门", "同口径"].includes(c.textContent))
            .map(c => { const r = document.createRange(); r.selectNodeContents(c);
                        return r.getClientRects().length; })"""
        assert set(shown.eval_on_selector_all("td", lines)) == {1}
        shown.close()


def test_a_long_table_scrolls_in_its_own_box_and_is_whole_on_paper():
    """Chromium, in the page that nbconvert itself makes of the notebook's tables."""
    few, many = (opened(county(n, [2025]), 2025).agencies() for n in (10, 60))
    html = "".join(table._repr_mimebundle_()["text/html"] for table in (few, many))
    with launched() as chromium:
        page = chromium.new_page(viewport={"width": 360, "height": 800})
        page.set_content(f"<body>{html}</body>")
        wide = "e => [e.scrollWidth > e.clientWidth, e.scrollHeight > e.clientHeight + 20]"
        boxes = [page.eval_on_selector(box, wide) for box in (".nbt:not(.tall)", ".nbt.tall")]
        assert boxes == [[True, False], [True, True]]
        page.set_viewport_size({"width": 1180, "height": 800})
        assert page.eval_on_selector(".nbt:not(.tall)", wide)[0] is False
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.emulate_media(media="print")
        style = "e => [getComputedStyle(e).overflow, getComputedStyle(e).maxHeight]"
        assert page.eval_on_selector(".nbt.tall", style) == ["visible", "none"]
        page.close()
