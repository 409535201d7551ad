"""一图读懂: what it says, in the picture and in words, and that its bytes never change."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import groupby
from statistics import mode

import numpy as np
import pytest
from lxml import etree

from generated import county
from helpers.cli import execute
from helpers.exporters.errors import ExportError
from helpers.figures import Figure, number
from helpers.params import read_params, write_params
from helpers.poster.facts import facts, rate, share, words
from helpers.poster.render import _data, png, svg
from helpers.report import Agency


@pytest.fixture(scope="module")
def suqian(project):
    now, before = (
        read_params(project / "params" / str(year) / "宿迁市人民政府.yaml") for year in (2024, 2023)
    )
    return facts([now], earlier=[before])


def test_the_facts_of_a_published_report(suqian):
    assert [int(item.value) for item in suqian.headline] == [3525, 3521, 125]
    assert [int(item.value) for item in suqian.outcomes.items] == [1431, 471, 92, 941, 117, 469]
    assert [int(item.value) for item in suqian.applicants.items] == [3440, 85]
    assert [str(item) for item in suqian.past.items] == ["2023年 3,511件", "2024年 3,525件"]
    assert str(suqian.published.items[-1]) == "行政事业性收费：本年收费金额 72,701.2578万元"
    assert rate(suqian) == "54.0%"


def test_the_words_say_what_the_picture_shows(suqian):
    said = words(suqian)
    for part in (
        "一图读懂：宿迁市人民政府2024年政府信息公开工作年度报告。",
        "新收申请 3,525件",
        "公开率 54.0%",
        "结果纠正 18件",
        "数据来源：宿迁市人民政府2024年政府信息公开工作年度报告",
    ):
        assert part in said


def test_svg_carries_its_words_needs_no_font_and_loads_nothing(suqian):
    markup = svg(suqian)
    root = etree.fromstring(markup)
    assert root.get("role") == "img"
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == suqian.title
    assert root.findtext(f"{space}desc") == words(suqian)
    assert root.findall(f".//{space}text") == []
    hrefs = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert all(value.startswith("#") for value in hrefs)


def test_png_is_a_phone_wide_and_carries_its_words(suqian):
    from PIL import Image

    picture = Image.open(BytesIO(png(suqian)))
    picture.load()
    assert picture.width == 1125
    assert picture.height > picture.width
    assert picture.info["Description"] == words(suqian)


def test_the_same_facts_give_the_same_bytes(suqian):
    assert svg(suqian) == svg(suqian)
    assert png(suqian) == png(suqian)


def test_a_year_without_requests_is_said_not_drawn(project):
    report = read_params(project / "params/2021/市中区工业和信息化局.yaml")
    quiet = facts([report])
    assert rate(quiet) == "—"
    assert "办理结果：没有发生" in words(quiet)
    assert png(quiet)


def bars(picture):
    """How far each bar of the picture is filled, from top to bottom: what its pixels say."""
    from PIL import Image

    pixels = np.asarray(Image.open(BytesIO(picture)).convert("RGB")).astype(int)
    inks = [(0x0B, 0x4F, 0x8A), (0x5F, 0x8F, 0xBF)]
    filled = sum((np.abs(pixels - ink).sum(axis=2) < 6).sum(axis=1) for ink in inks)
    track = (np.abs(pixels - (0xE3, 0xEC, 0xF5)).sum(axis=2) < 6).sum(axis=1)
    runs = groupby(zip(filled.tolist(), track.tolist(), strict=True))
    high = [at for at, lines in runs if 30 <= len(list(lines)) <= 36]  # a bar is 11 points high
    width = mode(done + rest for done, rest in high if rest)
    return [done / width for done, rest in high if abs(done + rest - width) <= 2]


def test_bars_are_as_long_as_the_share_that_stands_beside_them(suqian):
    """The full bar is the whole, so that 41 % looks like 41 % and not like everything."""
    outcomes, applicants = (1431, 471, 92, 941, 117, 469), (3440, 85)
    reviews, suits = (88, 18, 28, 36), (40, 0, 17, 20)
    shares = [n / sum(g) for g in (outcomes, applicants, reviews, suits) for n in g]
    assert bars(png(suqian)) == pytest.approx(shares, abs=0.01)


def test_few_cases_have_bars_but_no_percentages(project):
    """平潭 2021: 69 closed, but 3 reviews and 12 suits."""
    few = facts([read_params(project / "params/2021/平潭综合实验区.yaml")])
    reviews, _ = few.disputes
    assert [share(item.value, reviews.whole) for item in reviews.items] == [""] * 4
    assert bars(png(few))[-8:] == pytest.approx([1 / 3, 0, 2 / 3, 0, 1, 0, 0, 0], abs=0.01)
    assert [share(item.value, few.outcomes.whole) for item in few.outcomes.items] == [
        *("43%", "7%", "12%", "36%", "0%", "1%"),
    ]
    small = county(1, [2023])[0]
    small = replace(small, figures=small.figures.having(_one_of_three(small)))
    assert "公开率 1/3。" in words(facts([small]))


@pytest.mark.parametrize(
    ("closed", "granted", "said", "beside"),
    [(10000, 9999, "99.9%以上", "99%以上"), (80, 29, "36.3%", "36%"), (200, 25, "12.5%", "13%")],
)
def test_a_part_is_never_the_whole_and_halves_go_up(closed, granted, said, beside):
    report = county(1, [2023])[0]
    at = {("open", "sum"): granted, ("na1", "sum"): closed - granted, ("total", "sum"): closed}
    refs = {report.format.ref(*key): number(value) for key, value in at.items()}
    zero = dict.fromkeys(report.figures, number(0))
    made = facts([replace(report, figures=report.figures.having(zero | refs))])
    assert f"公开率 {said}" in words(made)
    assert share(made.outcomes.items[0].value, made.outcomes.whole) == beside
    (shown,) = [cell for cell in _data(made)["headline"] if cell["name"] == "公开率"]
    assert shown["shown"] + shown["unit"] == said


def _one_of_three(report):
    """Three requests closed, one of them granted; everything else 0."""
    zero = dict.fromkeys(report.figures, number(0))
    at = {("new", "nat"): 3, ("new", "sum"): 3, ("open", "nat"): 1, ("open", "sum"): 1}
    at |= {("na1", "nat"): 2, ("na1", "sum"): 2, ("total", "nat"): 3, ("total", "sum"): 3}
    return zero | {report.format.ref(*key): number(value) for key, value in at.items()}


def test_with_a_blank_among_the_parts_there_are_numbers_but_no_bars(project):
    report = read_params(project / "params/2023/宿迁市人民政府.yaml")
    figures = report.figures.having({report.format.ref("rev", "keep"): Figure()})
    blank = facts([replace(report, figures=figures)])
    assert blank.disputes[0].whole is None
    assert len(bars(png(blank))) == len(bars(png(facts([report])))) - 4


def test_a_change_has_its_sign(project):
    report = read_params(project / "params/2021/市中区工业和信息化局.yaml")
    fewer = report.figures.having({report.format.ref("lic", "change"): number(-3)})
    said = words(facts([replace(report, figures=fewer)]))
    assert "行政许可：本年增/减 -3件" in said
    assert "其他对外管理服务事项：本年增/减 +14件" in said


def test_a_blank_is_shown_as_a_blank_and_not_as_nothing(project):
    report = read_params(project / "params/2023/宿迁市人民政府.yaml")
    blanks = [report.format.ref(*at) for at in (("rev", "keep"), ("reg", "made"))]
    figures = report.figures.having(dict.fromkeys(blanks, Figure()))
    said = words(facts([replace(report, figures=figures)]))
    assert "结果维持 —" in said
    assert "规章：本年制发件数 —" in said


def test_many_are_added_up_and_different_formats_leave_out_table_two():
    reports = county(3, [2020, 2021])
    whole = facts([r for r in reports if r.year == 2021], "某县", reports)
    assert whole.headline[0].value == sum(
        r.complete.value(r.format.ref("new", "sum")) for r in reports if r.year == 2021
    )
    assert [item.name for item in whole.past.items] == ["2020年", "2021年"]
    old = next(r for r in reports if r.year == 2020)
    mixed = facts([replace(old, year=2021), reports[3]], "某县")
    assert mixed.published is None
    assert "主动公开：" not in words(mixed)
    assert "格式不同" in mixed.note


def test_a_past_year_of_other_agencies_is_not_compared():
    reports = county(3, [2022, 2023])
    part = [r for r in reports if r.year == 2022][:2]
    whole = facts([r for r in reports if r.year == 2023], "某县", part)
    assert [item.name for item in whole.past.items] == ["2023年"]


def test_a_character_without_a_glyph_is_named():
    report = replace(county(1, [2023])[0], agency=Agency(name="某ꀀ局"))
    with pytest.raises(ExportError, match="ꀀ"):
        svg(facts([report]))


def test_the_command_writes_pictures_and_words(tmp_path, project, capsys):
    source = project / "params/2024/宿迁市人民政府.yaml"
    assert execute(["picture", str(source), "--out", str(tmp_path)]) == 0
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [f"宿迁市人民政府2024一图读懂.{kind}" for kind in ("png", "svg", "txt")]
    whole = ["picture", str(project / "params"), "--year", "2021", "--whole", "两家"]
    assert execute([*whole, "--out", str(tmp_path)]) == 0
    said = (tmp_path / "两家2021一图读懂.txt").read_text(encoding="utf-8")
    assert "2个单位" in said
    assert execute(["picture", str(source), "--year", "2022", "--out", str(tmp_path)]) == 2
    assert "没有 2022 年度的报告" in capsys.readouterr().err


def test_the_picture_of_all_names_who_on_the_roster_is_not_in_it(tmp_path, capsys):
    reports = county(3, [2024])
    for at, report in enumerate(reports):
        (tmp_path / f"{at}.yaml").write_text(write_params(report), encoding="utf-8")
    names = [*(report.agency.name for report in reports), "某县林业局"]
    roster = tmp_path / "nianbao.toml"
    roster.write_text(f'[[rollup]]\nparent = "某县人民政府"\nunits = {names}\n', encoding="utf-8")
    out = ["--out", str(tmp_path / "out"), "--settings", str(roster)]
    assert execute(["picture", str(tmp_path), "--whole", "某县", *out]) == 0
    said = (tmp_path / "out/某县2024一图读懂.txt").read_text(encoding="utf-8")
    assert "某县3个单位2024年度报告各表之和；缺某县林业局的报告" in said
    assert "缺某县林业局的报告" in capsys.readouterr().err


def test_the_picture_of_all_takes_its_past_as_that_of_one_does(tmp_path, capsys):
    """From the history, once where a report is in both, and under the former names."""
    reports = county(3, [2022, 2023, 2024])
    renamed = Agency(name="某县新设局", formerly=(reports[0].agency.name,))
    for at, report in enumerate(reports):
        now = replace(report, agency=renamed) if at == 2 else report
        folder = tmp_path / str(report.year)
        folder.mkdir(exist_ok=True)
        (folder / f"{at}.yaml").write_text(write_params(now), encoding="utf-8")
    years = [str(tmp_path / str(year)) for year in (2022, 2023, 2024)]
    call = ["picture", *years[1:], "--year", "2024", "--whole", "某县", "--out", str(tmp_path)]
    assert execute([*call, "--history", years[0], "--history", years[1]]) == 0
    said = (tmp_path / "某县2024一图读懂.txt").read_text("utf-8")
    for year in (2022, 2023, 2024):
        new = [r.complete.value(r.format.ref("new", "sum")) for r in reports if r.year == year]
        assert f"{year}年 {sum(new):,}件" in said
    assert "历年里没有" not in capsys.readouterr().err

    (tmp_path / "2022" / "3.yaml").unlink()
    assert execute([*call, "--history", years[0]]) == 0
    assert f"历年里没有 2022 年：缺{reports[3].agency.name}的报告" in capsys.readouterr().err
    assert "2022年" not in (tmp_path / "某县2024一图读懂.txt").read_text("utf-8")
