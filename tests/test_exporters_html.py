"""The published page: one file, accessible, inert, and at home on a phone."""

import base64
import hashlib
import json
import re

import pytest
from lxml import html

from browser import launched, opened
from helpers import formats, grid, grid_html
from helpers.exporters import notebook
from helpers.exporters.html import NianbaoHTMLExporter
from test_exporters import (
    EXPLAINED,
    FIGURES,
    META,
    PROBLEM,
    SVG,
    executed,
    page,
    printed,
    prose,
    report,
    shown,
    table,
)


def tree(nb):
    return html.fromstring(page(nb))


@pytest.fixture(scope="module")
def full():
    return tree(report())


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_tables_have_exactly_the_spans_of_their_grids(code):
    fmt = formats.find(code)
    grids = [table(layout) for layout in fmt.tables]
    text = page(executed(prose("## 一"), *map(printed, grids)))
    found = grid_html.read(text)
    for wanted, got in zip(grids, found, strict=True):
        assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in got.cells] == [
            (c.text, c.row, c.column, c.rowspan, c.colspan) for c in wanted.cells
        ]


def test_every_figure_stands_in_its_cell(full):
    for name, element in zip("二三四", full.xpath("//table"), strict=True):
        assert [td.text for td in element.xpath(".//td[@headers]")] == FIGURES[name]


def test_the_page_has_one_title_a_language_and_named_landmarks(full):
    assert full.get("lang") == "zh-CN"
    assert full.findtext(".//title") == META["title"]
    assert [h.text_content() for h in full.xpath("//h1")] == [META["title"]]
    assert full.xpath("//meta[@name='author']/@content") == [META["agency"]]
    for landmark in ("header", "main", "footer", "nav"):
        assert len(full.xpath(f"//body/{landmark}")) == 1
    assert full.xpath("//a[1]/@href")[0] == "#main"
    sections = full.xpath("//main/section")
    assert len(sections) == 6
    for section in sections:
        (heading,) = section.xpath("./h2")
        assert section.get("aria-labelledby") == heading.get("id")


def test_tables_are_named_and_scroll_on_their_own(full):
    for box in full.xpath("//div[table]"):
        assert box.get("role") == "region"
        assert box.get("tabindex") == "0"
        assert box.get("aria-label") == box.findtext("table/caption") + "（表格）"
    labels = [box.get("aria-label") for box in full.xpath("//div[table]")]
    assert labels[1] == "三、收到和处理政府信息公开申请情况（表格）"
    names = full.xpath("//section/h2/text()")
    assert len({*labels, *names}) == len(labels) + len(names)


def test_ids_are_unique_and_every_reference_has_its_target(full):
    ids = full.xpath("//@id")
    assert len(ids) == len(set(ids))
    wanted = {i for value in full.xpath("//@headers") for i in value.split()}
    wanted |= {h[1:] for h in full.xpath("//@href") if h.startswith("#")}
    assert wanted <= set(ids)


def test_nothing_is_loaded_and_nothing_can_run():
    picture = SVG.replace(
        "<text", '<script>alert(1)</script><image href="http://a.cn/x.png"/><text'
    )
    nb = report(shown({"image/svg+xml": picture}), prose("[外链](https://example.gov.cn/)"))
    text = page(nb)
    root = html.fromstring(text)
    assert root.xpath("//script/@type") == ["application/json"]
    assert not root.xpath("//link|//iframe|//object|//@onload|//@style")
    assert all(src.startswith("data:image/") for src in root.xpath("//@src"))
    assert [h for h in root.xpath("//@href") if "//" in h] == ["https://example.gov.cn/"]
    assert "url(" not in text.split("</style>")[0]
    embedded = base64.b64decode(root.xpath("//img/@src")[0].split(",")[1])
    assert b"script" not in embedded
    assert b"http://a.cn" not in embedded


def test_the_security_policy_allows_this_style_sheet_and_pictures_only():
    text = page(report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1].replace("&#39;", "'")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_report_is_small_and_the_same_every_time():
    first = page(report())
    assert len(first.encode()) < 40_000
    assert first == page(report())


def test_the_figures_can_be_read_by_programs(full):
    """A data block, which never runs, holds table, row and column by their official names."""
    (block,) = full.xpath("//script[@type='application/json' and @id='figures']")
    found = json.loads(block.text)
    rows = [row for table_ in found.values() for row in table_.values()]
    values = [value for row in rows for value in row.values()]
    assert values == [*FIGURES["二"], *FIGURES["三"], *FIGURES["四"]]
    assert found["三"]["一、本年新收政府信息公开申请数量"]["总计"] == "3511"


def test_a_figure_cannot_close_the_data_block():
    cell = grid.Cell("</script><b>", ref=("三", "行", "列"))
    root = tree(executed(printed(grid.from_rows([[cell]]))))
    assert not root.xpath("//body/b")
    assert json.loads(root.xpath("//script")[0].text)["三"]["行"]["列"] == "</script><b>"


def test_files_beside_the_page_are_offered_where_there_are_any():
    resources = {"metadata": {"name": "年报"}, "nianbao_downloads": [("PDF 版", "report.pdf")]}
    text, _ = NianbaoHTMLExporter().from_notebook_node(report(), resources)
    (link,) = html.fromstring(text).xpath("//footer/nav[@aria-label='下载本报告']//a")
    assert (link.get("href"), link.text) == ("report.pdf", "PDF 版")
    assert "download" in link.attrib
    assert not tree(report()).xpath("//footer/nav")


def test_large_type_is_switched_without_a_script():
    text = page(report())
    (box,) = html.fromstring(text).xpath("//input[@type='checkbox']")
    (label,) = html.fromstring(text).xpath(f"//label[@for='{box.get('id')}']")
    assert label.text == "大字版"
    assert f"html:has(#{box.get('id')}:checked)" in text


def test_names_of_rows_stay_in_sight_while_a_table_scrolls():
    text = page(report())
    assert "#t2 th[scope=row]:not([colspan]){position:sticky;left:0}" in text
    assert re.search(r'#t2 th\[scope=row\]\[colspan="3"\]\{position:sticky;left:-[\d.]+em', text)


def test_links_to_headings_lead_there_and_broken_ones_are_words():
    root = tree(executed(prose("## 一、总体情况\n\n[回到](#一、总体情况) [没有](#无此节)")))
    (heading,) = root.xpath("//h2/@id")
    assert root.xpath("//p/a/@href") == [f"#{heading}"]
    assert "没有" in root.xpath("//section/p")[0].text_content()


def test_a_draft_says_so_and_lists_its_problems_with_the_marks_of_the_table():
    layout = formats.find("2021").table("三")
    marked = next(iter(layout.slots))
    meta = {"draft": True, "problems": [PROBLEM], "explanations": [EXPLAINED]}
    root = tree(report(marks={marked: "①"}, **meta))
    assert root.findtext(".//title").startswith("草稿")
    assert root.xpath("//*[@class='watermark' and @aria-hidden='true']")
    assert "草稿" in root.xpath("//*[@class='banner']")[0].text_content()
    box = root.xpath("//main/section")[0].text_content()
    for words in (
        "草稿：以下问题尚待处理",
        "①",
        "错误 T3-02",
        PROBLEM["message"],
        EXPLAINED["reason"],
    ):
        assert words in box
    (cell,) = root.xpath("//td[@class='marked']")
    assert (cell.text, cell.findtext("sup")) == ("3402", "①")


def test_a_final_report_carries_no_trace_of_drafts():
    text = page(report(problems=[PROBLEM], explanations=[EXPLAINED]))
    body = text.split("</style>")[1]
    assert "草稿" not in body
    assert PROBLEM["message"] not in body


def test_on_a_phone_the_tables_scroll_and_the_page_does_not(tmp_path):
    """At 360 px nothing but the boxes of wide tables is wider than the screen."""
    address = "https://www.suqian.gov.cn/" + "zwgk" * 40
    nb = report(prose(f"网址{address} [{address}]({address})\n\n# {'很长的标题' * 12}"))
    file = tmp_path / "report.html"
    file.write_text(page(nb), encoding="utf-8")
    wide = "[...document.querySelectorAll('.scroll')].filter(b => b.scrollWidth > b.clientWidth)"
    with launched() as chromium:
        phone = opened(chromium, file, width=360)
        assert phone.evaluate("document.documentElement.scrollWidth") == 360
        assert phone.evaluate(f"{wide}.length") >= 2


def test_a_line_before_a_long_address_is_not_stretched():
    root = tree(executed(prose("网址 www.pingtan.gov.cn/zwgk 查阅。\n\n查阅。")))
    assert root.xpath("//p/@class") == ["ragged"]


def test_metadata_that_is_missing_leaves_no_empty_elements():
    root = tree(
        executed(shown({notebook.MIME: {"title": "通报", "published": None}}), prose("正文"))
    )
    assert [h.text_content() for h in root.xpath("//h1")] == ["通报"]
    assert not root.xpath("//footer|//nav|//meta[@name='author']")
