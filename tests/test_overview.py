"""The overview page: what it says, that it loads nothing, and how it behaves in a browser."""

from __future__ import annotations

import base64
import hashlib
import html as markup
import json
import re
import shutil
import subprocess

import pytest
from lxml import html

from fonts import has_fonts
from helpers.batch.overview import write_overview
from helpers.overview.page import Entry, Noted, write

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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
    return tree.xpath("//*[@id='rows']/*[@role='row']")


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


_HARNESS = """<!DOCTYPE html><meta charset="utf-8"><iframe width="{width}" height="740"></iframe>
<script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const d = frame.contentDocument, get = id => d.getElementById(id), said = {{}};
  const set = (id, value) => {{
    get(id).value = value;
    get(id).dispatchEvent(new frame.contentWindow.Event("input", {{bubbles: true}}));
    get(id).dispatchEvent(new frame.contentWindow.Event("change", {{bubbles: true}}));
  }};
  const names = () => [...get("rows").children].filter(row => !row.hidden)
    .map(row => row.querySelector(".name").textContent);
  const click = text => [...d.querySelectorAll("button")]
    .find(b => b.textContent === text).click();
  {steps}
  document.title = JSON.stringify(said);
}};
frame.srcdoc = {page};
</script>"""


def browse(tmp_path, steps, width=1280, entries=ENTRIES):
    """What a real browser finds after these steps (JavaScript that fills ``said``)."""
    if CHROMIUM is None or not has_fonts():
        pytest.skip("没有安装 Chromium，或系统没有字体")
    file = tmp_path / "harness.html"
    text = json.dumps(page(entries)).replace("</", "<\\/")
    file.write_text(_HARNESS.format(width=width, steps=steps, page=text), encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=4000",
    ]
    done = subprocess.run(
        [*command, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return json.loads(markup.unescape(re.search("<title>(.*?)</title>", done.stdout, re.DOTALL)[1]))


def test_search_filters_and_sorting_in_a_browser(tmp_path):
    said = browse(
        tmp_path,
        """
        said.all = names();
        set("q", "t3-01"); said.rule = names(); said.count = get("shown").textContent;
        set("q", "没有这样的"); said.none = [names(), get("empty").hidden];
        click("清除"); said.cleared = names().length; said.focus = d.activeElement.id;
        set("state", "没能生成"); said.state = names(); click("清除");
        set("level", "0"); said.errors = names(); set("level", "none"); said.clean = names();
        click("清除"); set("kind", "乡镇"); said.kind = names(); click("清除");
        click("新收"); said.most = names();
        said.order = d.querySelector("[aria-sort]").getAttribute("aria-sort");
        click("新收"); said.least = names();
        click("办结"); said.blanks = names();
        """,
    )
    office, town, street = (entry.agency for entry in ENTRIES)
    assert said["all"] == [office, town, street]
    assert said["rule"] == [town]
    assert said["count"] == "列出 1 家，共 3 家"
    assert said["none"] == [[], False]
    assert (said["cleared"], said["focus"]) == (3, "q")
    assert said["state"] == [street]
    assert said["errors"] == [town]
    assert said["clean"] == [street]
    assert said["kind"] == [town]
    assert said["most"] == [office, street, town]
    assert said["order"] == "descending"
    assert said["least"] == [town, street, office]
    assert said["blanks"] == [town, office, street]


def test_on_a_phone_nothing_is_wider_than_the_screen(tmp_path):
    long = Entry("某某市某某区行政审批服务和数据管理局" * 3, findings=ENTRIES[1].findings)
    steps = """
        d.querySelectorAll("details").forEach(one => one.open = true);
        said.page = d.documentElement.scrollWidth; said.window = d.documentElement.clientWidth;
        set("sort", "l0"); said.first = names()[0];
    """
    said = browse(tmp_path, steps, 360, (*ENTRIES, long))
    assert said["page"] <= said["window"]
    assert said["first"] == "某某镇人民政府"


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
