"""What an office puts out: samples that try the pages, built once, looked at in every form.

An all-zero report, a city with seven-digit counts, very long prose, charts, a name of 41
characters with money to six decimals and rare characters, and a draft.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace

import docx
import pdfplumber
import pytest
from lxml import html

import samples
from axe import violations
from browser import MODES, launched, opened
from helpers.agreement import compare, same_report
from helpers.cli import execute
from helpers.params import read_params, write_params
from helpers.placeholders import fill
from helpers.portfolio.single import WIDTH

SAMPLES = ["全零", "七位数", "长文", "往年", "图表", "怪字", "草稿"]
TRIED = [word for word in SAMPLES if word != "往年"]  # in the browser, which is slow
MM = 72 / 25.4
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_wrong(mode, publishable):
    with launched() as chromium:
        found = {
            word: violations(opened(chromium, publishable[word] / "report.html", mode))
            for word in TRIED
        }
    assert found == {key: [] for key in TRIED}


_WIDE = """() => [...document.querySelectorAll("td")].filter(cell => {
  const range = document.createRange(); range.selectNodeContents(cell);
  const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
  return /^[\\d.,+%-]+$/.test(cell.textContent) && tops.size > 1;
}).map(cell => cell.textContent)"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_is_wider_than_its_window_and_no_number_is_broken(width, publishable):
    """320 px is a window of 1,280 at 400 %."""
    with launched() as chromium:
        for word in TRIED:
            for mode in ("light", "large") if width in (320, 1280) else ("light",):
                page = opened(chromium, publishable[word] / "report.html", mode, width)
                seen = page.evaluate("document.documentElement.scrollWidth")
                broken = page.evaluate(_WIDE)
                page.close()
                assert (word, mode, seen, broken) == (word, mode, width, [])


def test_all_of_a_page_can_be_reached_and_scrolled_by_keyboard(publishable):
    with launched() as chromium:
        page = opened(chromium, publishable["图表"] / "report.html", width=360)
        reached = []
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        boxes = page.locator(".scroll")
        assert reached[0].startswith('<a class="skip"')
        assert sum('class="scroll' in one for one in reached) >= boxes.count() == 6
        assert any("download" in one for one in reached)
        boxes.nth(1).focus()
        page.keyboard.press("ArrowRight")
        for _ in range(200):  # the page's policy forbids the browser's own waiting for a condition
            if page.evaluate("document.querySelectorAll('.scroll')[1].scrollLeft > 0"):
                break
            page.wait_for_timeout(50)
        else:
            pytest.fail("方向键没有让表格滚动")


@pytest.mark.parametrize("word", SAMPLES)
def test_all_forms_of_a_report_say_the_same(word, publishable):
    found = compare(publishable[word])
    assert found.message() == "网页、Word、PDF、figures.csv的数字和文字一致"


def _printed(drawn):
    """All but the watermark of a draft, whose characters are large."""
    return drawn["object_type"] != "char" or drawn["size"] < 60


def overflowing(sheet):
    """What stands outside the type area: characters and rules, in points beyond its edges."""
    body = [c for c in sheet.chars if c["top"] < sheet.height - 35 * MM]
    # The blanks of punctuation may hang over the edge.
    shown = [c for c in body if _printed(c) and c["text"] not in "，。、；：“”（）《》〈〉〔〕"]
    left, right = 28 * MM - 2, sheet.width - 26 * MM + 2
    drawn = [*sheet.lines, *sheet.rects, *sheet.images]
    return [
        one.get("text", one["object_type"])
        for one in (*shown, *(d for d in drawn if d["width"] < sheet.width - 1))
        if one["x0"] < left or one["x1"] > right or one["bottom"] > sheet.height - 35 * MM + 6
        if one["top"] < sheet.height - 35 * MM
    ]


@pytest.mark.parametrize("word", SAMPLES)
def test_nothing_stands_outside_the_type_area_of_the_pdf(word, publishable):
    with pdfplumber.open(publishable[word] / "report.pdf") as document:
        found = {sheet.page_number: overflowing(sheet) for sheet in document.pages}
    assert found == {key: [] for key in found}


@pytest.fixture(scope="module")
def office(publishable, tmp_path_factory):
    """The pages that LibreOffice makes of the Word files."""
    if SOFFICE is None:
        pytest.skip("没有安装 LibreOffice")
    folder = tmp_path_factory.mktemp("office")
    for number, word in enumerate(SAMPLES):
        shutil.copy(publishable[word] / "report.docx", folder / f"{number}.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    files = [str(folder / f"{number}.docx") for number in range(len(SAMPLES))]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    return {word: folder / f"{number}.pdf" for number, word in enumerate(SAMPLES)}


_HEAD = re.compile("第二十条|申请人情况|行政复议")


def statutory_tables(file):
    """The statutory tables as they are cut by the pages of a PDF: rows without blanks."""
    with pdfplumber.open(file) as document:
        pages = [sheet.filter(_printed) for sheet in document.pages]
        found = [table for page in pages for table in page.extract_tables()]
    tight = [[[re.sub(r"\s", "", cell or "") for cell in row] for row in t] for t in found]
    return [t for t in tight if any(_HEAD.search("".join(row)) for row in t)]


@pytest.mark.parametrize("word", SAMPLES)
def test_libreoffice_prints_the_same_rows_whole_and_inside_the_margins(word, publishable, office):
    ours = statutory_tables(publishable[word] / "report.pdf")
    assert len(ours) == 3
    assert statutory_tables(office[word]) == ours
    with pdfplumber.open(office[word]) as document:
        found = {sheet.page_number: overflowing(sheet) for sheet in document.pages}
    assert found == {key: [] for key in found}


@pytest.mark.parametrize("word", SAMPLES)
def test_the_word_file_comes_back_with_all_figures_and_all_prose(word, publishable, tmp_path):
    file = publishable[word] / "report.docx"
    assert execute(["import", str(file), "--to", str(tmp_path)]) == 0
    (written,) = tmp_path.rglob("*.yaml")
    again = read_params(written)
    wanted = samples.reports().get(word) or read_params(samples.PARAMS / "2020/平潭综合实验区.yaml")
    texts = {key: fill(text, wanted) for key, text in wanted.narrative.items()}
    assert again.complete == wanted.complete
    assert same_report(again, replace(wanted, narrative=texts))


def test_charts_stand_in_all_three_forms_with_the_words_for_them(publishable):
    folder = publishable["图表"]
    page = html.parse(folder / "report.html", html.HTMLParser(encoding="utf-8"))
    words = page.xpath("//section[h2='附件：数据图表']/figure/img/@alt")
    assert len(words) == 3
    assert all(src.startswith("data:image/svg+xml;") for src in page.xpath("//img/@src"))
    document = docx.Document(str(folder / "report.docx"))
    shapes = document.inline_shapes
    assert [s._inline.docPr.get("descr") for s in shapes] == words
    assert all(WIDTH - 0.3 < s.width.inches < WIDTH + 0.3 for s in shapes)
    with pdfplumber.open(folder / "report.pdf") as printed:
        charts = [sheet for sheet in printed.pages if sheet.curves]
        assert len(charts) == 2
        assert not any(sheet.images for sheet in printed.pages)
        text = "".join(charts[0].extract_text().split())
    assert text.startswith("附件：数据图表")


def test_without_charts_there_are_none_and_the_sections_are_six(publishable):
    page = (publishable["往年"] / "report.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert page.count("<h2") == 6


def test_rare_characters_are_set_in_real_glyphs(publishable):
    with pdfplumber.open(publishable["怪字"] / "report.pdf") as document:
        text = "".join(sheet.extract_text() for sheet in document.pages)
    assert "经办人𬭎、䶮、㐱答复了" in text
    assert "1234567.654321" in text


def test_a_character_that_no_font_has_is_named_and_nothing_is_printed(tmp_path, capsys):
    report = replace(samples.reports()["往年"], narrative={"一": "由李\U00013000办理。"})
    (tmp_path / "a.yaml").write_text(write_params(report), encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["--out", str(out), "--fonts", "packaged"]
    assert execute(["build", str(tmp_path / "a.yaml"), *arguments]) == 3
    said = capsys.readouterr()
    assert "“\U00013000”（U+13000）在所用字体中没有字形" in said.out + said.err
    assert not list(out.rglob("report.*"))


def test_a_long_name_is_broken_between_words(publishable):
    lines = [
        "新疆维吾尔自治区巴音郭楞蒙古自治州",
        "人力资源和社会保障局",
        "劳动人事争议仲裁委员会办公室",
    ]
    with pdfplumber.open(publishable["怪字"] / "report.pdf") as document:
        assert document.pages[0].extract_text().split("\n")[:3] == lines
        signed = document.pages[-1].extract_text().split("\n")[-3:-1]
    assert signed == [lines[0], lines[1] + lines[2]]
    paragraphs = docx.Document(str(publishable["怪字"] / "report.docx")).paragraphs
    assert paragraphs[0].text.split("\n")[:3] == lines
    assert [p.text for p in paragraphs if p.style.name == "落款"] == signed
    page = (publishable["怪字"] / "report.html").read_text(encoding="utf-8")
    assert "自治州<wbr>人力资源和社会保障局<wbr>劳动" in page


def test_the_print_style_matches_the_pdf(publishable, tmp_path):
    """The page printed by a browser: A4, the same margins, page numbers outside."""
    with launched() as chromium:
        page = opened(chromium, publishable["图表"] / "report.html", "print")
        data = page.pdf(prefer_css_page_size=True)
    with pdfplumber.open(io.BytesIO(data)) as document:
        first = document.pages[0]
        for sheet in document.pages:
            foot = sheet.crop((0, sheet.height - 35 * MM, sheet.width, sheet.height))
            assert "".join(foot.extract_text().split()) == f"—{sheet.page_number}—"
            assert (foot.chars[0]["x0"] > sheet.width / 2) == bool(sheet.page_number % 2)
        assert (first.width, first.height) == (pytest.approx(595, abs=2), pytest.approx(842, abs=2))
        found = {sheet.page_number: overflowing(sheet) for sheet in document.pages}
    assert found == {key: [] for key in found}
