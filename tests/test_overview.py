"""The overview page: what it says, that it loads nothing, and how it behaves in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from lxml import html
from playwright.sync_api import expect

from axe import violations
from helpers.batch.overview import write_overview
from helpers.overview.page import Entry, Noted, write

HEADS = ("新收", "办结")

ENTRIES = (
    Entry(
        "市中区工业和信息化局",
        "部门",
        "done",
        findings=[Noted("警告", "P-12", "整数太多。"), Noted("已说明", "D-08", "用原表格。")],
        figures={"新收": "1200", "办结": None},
        documents={"网页": "市中区 局/report.html", "PDF": "市中区 局/report.pdf"},
    ),
    Entry(
        "某某镇人民政府",
        "乡镇",
        "refused",
        "T3-01　行合计不对。",
        [Noted("提示", "C-04", "写法。"), Noted("错误", "T3-01", "填 20，应为 26。")],
        {"新收": "9", "办结": "10"},
        {"网页": "某某镇/report.html"},
        stale=True,
    ),
    Entry("某某街道办事处", "街道", "failed", "笔记本没有运行完", figures={"新收": "30"}),
)


def page(entries=ENTRIES):
    return write(2025, entries, HEADS).decode()


def rows(tree):
    return tree.xpath("//*[@class='chunk']/*[@role='row']")


def test_each_agency_has_its_state_its_findings_and_its_documents():
    first, second, third = rows(html.fromstring(page()))
    assert [c.text_content().strip() for c in first.xpath("*[@role='cell']")][:5] == [
        *("✓ 已生成", "0", "1", "0", "1"),
    ]
    assert first.xpath(".//a/@href")[0] == "%E5%B8%82%E4%B8%AD%E5%8C%BA%20%E5%B1%80/report.html"
    assert [li.text_content() for li in second.xpath(".//li")] == [
        "错误 T3-01　填 20，应为 26。",
        "提示 C-04　写法。",
    ]
    assert "（上次的）" in second.text_content()
    assert "笔记本没有运行完" in third.text_content()
    assert "共 3 家：已生成 1；有错误，未生成 1；没能生成 1。" in page()


def test_numbers_are_readable_and_a_blank_is_not_a_zero():
    first = rows(html.fromstring(page()))[0]
    assert [c.text for c in first.xpath("*[contains(@class, 'f')][@data-v]")] == ["1,200", "—"]


def test_the_page_loads_nothing_and_its_policy_allows_exactly_its_own_style_and_script():
    text = page()
    assert not re.search(r"https?:|//[a-z]|\son\w+=|javascript:|\sstyle=|<link|<img", text)
    policy = html.fromstring(text).xpath("//meta[@http-equiv]/@content")[0]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_names_and_messages_are_text_whatever_they_hold():
    evil = "<script>alert(1)</script>\"'&"
    text = page(
        [Entry(evil, evil, "odd", evil, [Noted("错误", "X", evil)], documents={"网页": evil})]
    )
    assert text.count("<script>") == 1
    assert rows(html.fromstring(text))[0].xpath(".//*[@class='name']")[0].text == evil


def test_the_same_entries_give_the_same_bytes():
    assert write(2025, ENTRIES, HEADS) == write(2025, ENTRIES, HEADS)


def test_a_long_list_of_findings_is_cut_and_counted():
    findings = [Noted("错误", f"T3-{n:02}", "错。") for n in range(20)]
    items = html.fromstring(page([Entry("甲局", findings=findings)])).xpath("//li")
    assert len(items) == 13
    assert "还有 8 处" in items[-1].text_content()


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1])
def test_every_ink_can_be_read_on_its_paper(theme):
    """4.5 : 1 for words in light and dark, 3 : 1 for the borders of controls."""
    style = html.fromstring(page()).xpath("//style")[0].text
    block = re.findall(r":root\{(.*?)\}", style, re.DOTALL)[theme]
    colours = {
        name: "".join(c * (2 if len(hex_) == 3 else 1) for c in hex_)
        for name, hex_ in re.findall(r"--(\w+):#(\w+)", block)
    }
    for ink in ("ink", "soft", "link", "red", "amber", "blue", "green", "box"):
        for paper in ("paper", "head"):
            light, dark = sorted((_luminance(colours[c]) for c in (ink, paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= (3 if ink == "box" else 4.5), (ink, paper)


@pytest.fixture
def opened(chromium, tmp_path):
    """Open the page of these entries, with their documents beside it, as from a folder."""

    def open_(entries=ENTRIES, width=1280, scheme="light"):
        (tmp_path / "index.html").write_text(page(entries), encoding="utf-8")
        for entry in entries:
            for path in entry.documents.values():
                file = tmp_path / path
                file.parent.mkdir(exist_ok=True)
                file.write_text(f"<title>{entry.agency}的报告</title>", encoding="utf-8")
        tab = chromium.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
        tabs.append(tab)
        tab.goto((tmp_path / "index.html").as_uri())
        return tab

    tabs = []
    yield open_
    for tab in tabs:
        tab.close()


def names(tab):
    """The agencies that are listed, from top to bottom."""
    return tab.locator(".name:visible").all_text_contents()


def test_search_filters_and_sorting_in_a_browser(opened):
    tab = opened()
    office, town, street = (entry.agency for entry in ENTRIES)
    assert names(tab) == [office, town, street]
    search = tab.get_by_role("searchbox", name="查找")
    search.press_sequentially("t3-01")
    assert names(tab) == [town]
    expect(tab.get_by_role("status")).to_have_text("列出 1 家，共 3 家")
    search.fill("没有这样的")
    assert names(tab) == []
    expect(tab.get_by_text("没有符合条件的机关")).to_be_visible()
    tab.get_by_role("button", name="清除").click()
    assert len(names(tab)) == 3
    expect(search).to_be_focused()
    for label, choice, found in (
        ("状态", "没能生成", [street]),
        ("问题", "有错误", [town]),
        ("问题", "没有错误和警告", [street]),
        ("类型", "乡镇", [town]),
    ):
        tab.get_by_role("combobox", name=label).select_option(label=choice)
        assert names(tab) == found, (label, choice)
        tab.get_by_role("button", name="清除").click()
    for head, order, found in (
        ("新收", "descending", [office, street, town]),
        ("新收", "ascending", [town, street, office]),
        ("办结", "descending", [town, office, street]),
    ):
        tab.get_by_role("button", name=head).click()
        assert names(tab) == found
        assert tab.locator("[aria-sort]").get_attribute("aria-sort") == order


def test_a_report_is_opened_from_its_row(opened):
    tab = opened()
    row = tab.get_by_role("row").filter(has_text=ENTRIES[0].agency)
    row.get_by_role("link", name="网页").click()
    expect(tab).to_have_title("市中区工业和信息化局的报告")
    tab.go_back()
    assert len(names(tab)) == 3


def test_everything_can_be_done_with_the_keyboard_alone(opened):
    """Search, filter, clear, sort, read the findings, open a report: Tab, letters, Enter."""
    tab = opened()
    keys = tab.keyboard
    keys.press("Tab")
    expect(tab.get_by_text("跳到名单")).to_be_focused()
    keys.press("Tab")
    keys.type("镇")
    assert names(tab) == [ENTRIES[1].agency]
    keys.press("Tab")
    keys.press("ArrowDown")
    assert names(tab) == []
    for _ in range(3):
        keys.press("Tab")
    expect(tab.get_by_role("button", name="清除")).to_be_focused()
    keys.press("Enter")
    assert len(names(tab)) == 3
    for _ in range(5 + 6):  # past the controls to the seventh head
        keys.press("Tab")
    expect(tab.get_by_role("button", name="新收")).to_be_focused()
    keys.press("Space")
    assert names(tab)[1] == ENTRIES[2].agency
    for _ in range(1 + 2 + 1):  # past the last head and the documents of the first row
        keys.press("Tab")
    keys.press("Enter")
    expect(tab.get_by_text("整数太多。")).to_be_visible()
    keys.press("Shift+Tab")
    expect(tab.get_by_role("link", name="PDF")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(tab).to_have_title("市中区工业和信息化局的报告")


def test_where_the_keyboard_stands_can_be_seen(opened):
    tab = opened()
    for _ in range(3):
        tab.keyboard.press("Tab")
        style = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"


@pytest.mark.parametrize("width", [320, 360, 640, 1120, 1239, 1240, 1920])
def test_nothing_is_wider_than_the_screen_nor_cut_off(opened, width):
    long = Entry("某某市某某区行政审批服务和数据管理局" * 3, findings=ENTRIES[1].findings)
    documents = dict.fromkeys(("网页", "PDF", "Word", "笔记本", "核对结果"), "a/report.html")
    tab = opened((*ENTRIES, long, replace(ENTRIES[0], documents=documents)), width)
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page_width = tab.evaluate("document.documentElement.scrollWidth")
    assert page_width <= width
    cut = tab.evaluate(
        """[...document.querySelectorAll('.row:not(.head *) > *')].filter(
        cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
    )
    assert cut == []


def test_on_a_phone_the_list_is_sorted_by_a_choice(opened):
    tab = opened(width=360)
    tab.get_by_role("combobox", name="排序").select_option(label="错误")
    assert names(tab)[0] == "某某镇人民政府"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(opened, width, scheme):
    tab = opened(width=width, scheme=scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(tab) == []
    tab.get_by_role("searchbox", name="查找").fill("没有这样的")
    assert violations(tab) == []


def test_thousands_of_agencies_are_all_there_in_order_and_few_are_laid_out(opened):
    """However fast a search is typed and taken back; what is out of view costs no layout."""
    entries = [Entry(f"第{n}局", "部门", figures={"新收": str(n)}) for n in range(3000)]
    tab = opened(entries)
    search = tab.get_by_role("searchbox", name="查找")
    search.press_sequentially("第29")
    expect(tab.get_by_role("status")).to_have_text("列出 111 家，共 3000 家")
    assert len(names(tab)) == 111
    search.fill("")
    inside = tab.locator(".chunk:not([hidden]) .name")
    expect(inside).to_have_count(3000)
    assert inside.all_text_contents() == [entry.agency for entry in entries]
    tab.get_by_role("button", name="新收").click()
    expect(inside).to_have_count(3000)
    assert inside.all_text_contents() == [entry.agency for entry in reversed(entries)]
    laid_out = """[...document.querySelectorAll('.chunk .row')].filter(
        row => row.checkVisibility({contentVisibilityAuto: true})).length"""
    assert tab.evaluate(laid_out) <= 200


def test_a_built_year_has_its_page(tmp_path):
    """From the entries of the manifest and the findings and figures in the folder."""
    reports = [
        {
            "agency": "甲局",
            "year": 2023,
            "format": "2021",
            "state": "done",
            "message": "",
            "folder": "甲局",
            "files": {"report.html": "0", "report.docx": "0", "findings.json": "0"},
        },
        {"agency": "-乙", "year": 2023, "state": "refused", "message": "错。", "folder": "-乙"},
    ]
    head = "agency,year,format,rule,severity,state,explained,message\r\n"
    lines = (
        "甲局,2023,2021,Y-02,error,fail,是,清理。\r\n"
        "甲局,2023,2021,N-02,warning,not_assessable,,无法核对。\r\n"
        "'-乙,2023,2021,T3-01,error,fail,,合计不对。\r\n"
    )
    (tmp_path / "findings.csv").write_text(head + lines, encoding="utf-8-sig")
    head = "agency,year,format,table,row,column,unit,value\r\n"
    line = "甲局,2023,2021,三,一、本年新收政府信息公开申请数量,总计,件,1234\r\n"
    (tmp_path / "figures.csv").write_text(head + line, encoding="utf-8-sig")
    write_overview(tmp_path, {entry["agency"]: entry for entry in reports})
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    wrong, right = rows(html.fromstring(text))
    cells = [c.text_content().strip() for c in right.xpath("*[@role='cell']")]
    assert cells[:6] == ["✓ 已生成", "0", "0", "0", "1", "1,234"]
    assert right.xpath(".//a/text()") == ["网页", "Word", "核对结果"]
    assert wrong.xpath(".//*[@class='name']/text()") == ["-乙"]
    assert [c.text_content() for c in wrong.xpath("*[@role='cell']")][1] == "1"
    assert "2023 年度" in text


def test_a_year_without_reports_gets_no_page(tmp_path):
    write_overview(tmp_path, {})
    assert list(tmp_path.iterdir()) == []
