"""Charts after a report: asked for, they show its figures with the numbers beside them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import samples
from helpers import grid
from helpers.errors import InputError
from helpers.exporters import notebook
from helpers.exporters.document import Heading, Picture, Table, walk, words
from helpers.figures import Figures, number
from helpers.notebook import open_report
from helpers.notebook.charting import HEADING, annex
from helpers.params import params_data, read_params, report_from, write_params
from helpers.portfolio import single
from helpers.portfolio.drawing import canvas, svg
from helpers.report import CHARTS
from helpers.settings import settings_data, settings_from
from test_exporters import executed, shown

ROOT = Path(__file__).parents[1]
CITY = ROOT / "params/2024/宿迁市人民政府.yaml"
EARLIER = ROOT / "params/2023/宿迁市人民政府.yaml"
COUNTY = ROOT / "params/2025/沭阳县人民政府.yaml"
OLD = [ROOT / f"params/{year}/平潭综合实验区.yaml" for year in (2019, 2020, 2021)]


@pytest.fixture(scope="module")
def published():
    """What the annex of 宿迁 2024 adds to a document, its year before at hand."""
    outputs = annex(read_params(CITY), [read_params(EARLIER)], CHARTS)
    return notebook.read(executed(*(shown(dict(o.data), **o.metadata) for o in outputs))).blocks


def numbers(table):
    return [[cell.text for cell in row] for row in table.grid.rows()]


def test_three_charts_each_with_its_numbers_follow_a_heading(published):
    heading, *rest = published
    assert isinstance(heading, Heading)
    assert words(heading.content) == HEADING
    assert [type(block) for block in rest] == [Picture, Table] * 3
    ended, who, years = (block for block in rest if isinstance(block, Table))
    assert "办理结果的数字（件）" in ended.grid.caption
    assert numbers(ended) == [
        ["", "予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理", "合计"],
        ["件数", "1,431", "471", "92", "941", "117", "469", "3,521"],
        ["占比", "40.6%", "13.4%", "2.6%", "26.7%", "3.3%", "13.3%", "100%"],
    ]
    assert numbers(who)[1] == ["件数", "3,440", "75", "0", "1", "6", "3", "3,525"]
    assert numbers(who)[2][4:6] == ["不足0.1%", "0.2%"]
    assert [row[0] for row in numbers(years)] == ["年度", "2023年", "2024年"]
    assert numbers(years)[1][1:4] == ["96", "3,511", "3,486"]


def test_pictures_say_in_words_what_their_tables_say(published):
    pictures = [block for block in walk(published) if isinstance(block, Picture)]
    assert pictures[0].alt == (
        "2024年政府信息公开申请办理结果（3,521 件）：予以公开 1,431 件（40.6%）、部分公开 471 件"
        "（13.4%）、不予公开 92 件（2.6%）、无法提供 941 件（26.7%）、不予处理 117 件（3.3%）、"
        "其他处理 469 件（13.3%）。"
    )
    assert "新收申请（件）2023 年 3,511、2024 年 3,525" in pictures[2].alt
    assert {picture.mime for picture in pictures} == {"image/svg+xml"}


def test_the_heads_of_the_numbers_are_heads(published):
    for block in published:
        if isinstance(block, Table):
            for cell, heads in block.grid.headings().items():
                assert [head.role for head in heads] == ["column", "row"], cell


def test_the_same_report_gives_the_same_pictures_in_any_process():
    code = (
        "from pathlib import Path; from hashlib import sha256\n"
        "from helpers.params import read_params; from helpers.portfolio import single\n"
        f"now, before = (read_params(Path(p)) for p in ({str(CITY)!r}, {str(EARLIER)!r}))\n"
        "made = (single.outcomes(now), single.applicants(now), single.over_years(now, [before]))\n"
        "print(*(sha256(one.chart.svg.encode()).hexdigest() for one in made))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(said) == 1
    assert len(said.pop().split()) == 3


def test_years_of_two_formats_show_only_what_may_be_compared():
    *earlier, now = map(read_params, OLD)
    exhibit = single.over_years(now, earlier)
    assert "其他处理" not in exhibit.heads
    assert {"予以公开", "不予处理", "结转下年"} <= set(exhibit.heads)
    assert [row[0] for row in exhibit.rows] == ["2019年", "2020年", "2021年"]


def test_lines_of_nearly_the_same_course_are_both_named():
    chart = single.over_years(read_params(CITY), [read_params(EARLIER)]).chart
    assert chart
    for label in ("新收申请 3,525件", "办结 3,521件", "结转下年 125件"):
        assert f"<!-- {label} -->" in chart.svg  # so matplotlib marks the outlines of words


def test_reports_of_other_agencies_are_no_earlier_years():
    exhibit = single.over_years(read_params(CITY), [read_params(COUNTY), *map(read_params, OLD)])
    assert (exhibit.chart, exhibit.said) == (None, "没有往年报告，不作历年图。")


def test_where_there_is_nothing_to_draw_the_notebook_says_why_and_nothing_is_published():
    report = replace(samples.reports()["全零"], charts=None)
    told = list(annex(report, [], CHARTS))
    assert [one.data["text/plain"] for one in told] == [
        "2023年没有办结的政府信息公开申请，不作图。",
        "2023年没有新收政府信息公开申请，不作图。",
        "没有往年报告，不作历年图。",
    ]
    title = shown({notebook.MIME: {"title": "年报"}, "text/markdown": "正文"})
    nb = executed(title, shown({"text/markdown": "正文"}), *(shown(dict(o.data)) for o in told))
    assert len(notebook.read(nb).blocks) == 1


def without(report, *places):
    """The report where these cells are blank and, as in a file, totals are still to be added."""
    gone = {report.format.ref(*at) for at in places}
    return replace(
        report, figures=Figures({r: f for r, f in report.figures.items() if r not in gone})
    )


def test_with_a_blank_part_there_is_no_whole_and_no_share():
    exhibit = single.outcomes(without(read_params(CITY), ("open", "nat"), ("open", "sum")))
    assert exhibit.rows == (
        ("件数", "—", "471", "92", "941", "117", "469", "—"),
        ("占比", *["—"] * 7),
    )
    assert exhibit.chart
    assert exhibit.chart.alt == (
        "2024年政府信息公开申请办理结果（有空缺，不算占比）：予以公开 —、部分公开 471 件、"
        "不予公开 92 件、无法提供 941 件、不予处理 117 件、其他处理 469 件。"
    )


def test_a_blank_beside_nothing_but_zeros_is_not_told_as_no_request():
    quiet = without(samples.reports()["全零"], ("new", "nat"), ("new", "sum"))
    exhibit = single.applicants(quiet)
    assert exhibit.chart is None
    assert exhibit.said == "2023年新收政府信息公开申请的申请人的数有空缺，不作图。"


def test_a_blank_of_an_earlier_report_stays_one_over_the_years():
    before = without(read_params(EARLIER), ("new", "nat"), ("new", "sum"))
    exhibit = single.over_years(read_params(CITY), [before])
    assert exhibit.heads[1:4] == ("上年结转", "新收申请", "办结")
    assert exhibit.rows[0][:4] == ("2023年", "96", "—", "3,486")
    assert exhibit.chart
    assert "新收申请（件）2024 年 3,525；" in exhibit.chart.alt


def test_the_last_number_of_a_line_that_ends_early_has_its_year():
    """Not the older number where all take it for that of this year."""
    now = without(read_params(CITY), ("new", "nat"), ("new", "sum"))
    chart = single.over_years(now, [read_params(EARLIER)]).chart
    assert chart
    assert "<!-- 新收申请 3,511件（2023 年） -->" in chart.svg
    assert "<!-- 办结 3,521件 -->" in chart.svg


def test_years_that_are_blank_are_not_told_as_years_without_requests():
    empty = [replace(read_params(file), figures=Figures({})) for file in (CITY, EARLIER)]
    exhibit = single.over_years(*empty[:1], empty[1:])
    assert (exhibit.chart, exhibit.said) == (None, "各年的申请数有空缺，不作历年图。")


def test_numbers_over_the_years_are_exact_where_a_float_is_not():
    many = 9_007_199_254_741_079  # beyond 2**53
    now = read_params(CITY)
    cells = dict.fromkeys(
        (now.format.ref("new", "nat"), now.format.ref("new", "sum")), number(many)
    )
    exhibit = single.over_years(
        replace(now, figures=now.figures.having(cells)), [read_params(EARLIER)]
    )
    assert exhibit.rows[1][2] == "9,007,199,254,741,079"


def test_years_before_a_merger_are_the_sum_of_both_and_blank_where_one_is():
    now, before = read_params(CITY), read_params(EARLIER)
    other = replace(before, agency=before.agency.model_copy(update={"name": "某某管理委员会"}))
    merged = replace(now, agency=now.agency.model_copy(update={"formerly": ("某某管理委员会",)}))
    assert single.over_years(merged, [before, other]).rows[0][2] == "7,022"
    gone = without(other, ("new", "nat"), ("new", "sum"))
    assert single.over_years(merged, [before, gone]).rows[0][2] == "—"


def test_a_character_without_a_glyph_is_named_and_not_drawn_as_a_box():
    with canvas(3, 2) as (figure, axes):
        axes.set_title("李\U00013000")
        with pytest.raises(InputError, match=r"“\U00013000”（U\+13000）在图所用的字体中没有字形"):
            svg(figure)


@pytest.mark.parametrize(
    ("given", "meant"),
    [(True, CHARTS), (False, ()), (["历年", "办理结果"], ("办理结果", "历年")), ([], ())],
)
def test_charts_are_asked_for_in_the_params_file_and_stay_there(given, meant, tmp_path):
    report = report_from({**params_data(read_params(CITY)), "charts": given})
    assert report.charts == meant
    file = tmp_path / "a.yaml"
    file.write_text(write_params(report), encoding="utf-8")
    assert read_params(file).charts == meant


def test_a_chart_that_there_is_not_is_told_with_its_line(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(f"charts: [办理结果, 饼图]\n{CITY.read_text('utf-8')}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_params(file, "a.yaml")
    (problem,) = caught.value.problems
    assert str(problem).startswith("a.yaml 第 1 行：charts：读到")
    assert "读到“饼图”，没有这张图；可用的有：办理结果、申请人、历年" in problem.message


def test_the_settings_file_asks_for_all_reports_and_the_params_file_outweighs_it(capsys):
    settings = {"report": {"charts": ["申请人"]}}
    assert settings_data(settings_from(settings)) == settings
    assert settings_data(settings_from({"report": {"charts": False}})) == {}
    with pytest.raises(
        InputError, match="读到“饼图”，没有这张图；可用的有：办理结果、申请人、历年"
    ):
        settings_from({"report": {"charts": ["申请人", "饼图"]}})
    open_report(str(CITY), settings=settings).charts()
    assert "申请人" in capsys.readouterr().out
    data = {**params_data(read_params(CITY)), "charts": False, "settings": settings}
    open_report(**data).charts()
    assert capsys.readouterr().out == ""


def test_without_charts_no_code_for_them_is_imported():
    code = (
        "import sys; from helpers import open_report\n"
        f"open_report({str(CITY)!r}).charts()\n"
        "names = ('matplotlib', 'pandas', 'numpy', 'helpers.notebook.charting',"
        " 'helpers.portfolio.single')\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_numbers_are_laid_out_with_equal_columns():
    """Columns as wide as their words would break a number on a phone."""
    (table,) = [
        o.data[grid.MIME] for o in annex(read_params(CITY), [], ["申请人"]) if grid.MIME in o.data
    ]
    assert set(grid.from_json(table).widths) == {1.0}


def test_shares_of_few_requests_are_told_as_the_portfolio_tells_them():
    """The same guard as in the notebook of many agencies and in the picture: under 20 no %."""
    quiet = samples.reports()["全零"]
    ref = quiet.format.ref("new", "nat", "三")
    few = replace(quiet, figures=quiet.figures.having({ref: number(3)}))
    exhibit = single.applicants(few)
    assert exhibit.rows[1][1:3] == ("3/3", "0/3")
    assert exhibit.rows[1][-1] == "3/3"
    assert "%" not in exhibit.chart.alt + str(exhibit.rows)
    enough = replace(quiet, figures=quiet.figures.having({ref: number(20)}))
    assert single.applicants(enough).rows[1][1] == "100.0%"
    assert "0 件（" not in single.applicants(enough).chart.alt.replace("20 件（", "")
