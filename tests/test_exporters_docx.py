"""The Word file: official in layout, editable by its styles, and the same every time."""

import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from operator import add

import docx
import nbformat
import pdfplumber
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from nbformat.v4 import new_markdown_cell

from helpers import formats, grid
from helpers.exporters import docx_tables, notebook
from helpers.exporters.errors import ExportError
from helpers.exporters.word import NianbaoDOCXExporter
from helpers.readers import read_document, read_report
from strategies import grids
from test_exporters import (
    AGENCY,
    EXPLAINED,
    META,
    NASTY,
    PNG,
    PROBLEM,
    SVG,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    executed,
    printed,
    prose,
    report,
    shown,
    table,
)

MM = 36000  # EMU


def word_bytes(nb):
    return NianbaoDOCXExporter().from_notebook_node(nb, {"metadata": {"name": "年报"}})[0]


def word(nb):
    return docx.Document(io.BytesIO(word_bytes(nb)))


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(nb, folder):
    file = folder / "a.docx"
    file.write_bytes(word_bytes(nb))
    return read_document(file, "a.docx")


def styles_of(document):
    return [(p.style.name, p.text) for p in document.paragraphs if p.text]


@pytest.fixture(scope="module")
def city():
    return word_bytes(report())


@pytest.fixture(scope="module")
def opened(city):
    return docx.Document(io.BytesIO(city))


# Text and styles


def test_every_paragraph_has_a_style_of_its_meaning(opened):
    found = dict(reversed([(style, text) for style, text in styles_of(opened)]))
    assert found["Title"] == f"{AGENCY}\n2023年政府信息公开工作年度报告"
    assert found["Heading 1"] == "一、总体情况"
    assert found["Normal"].startswith("本报告所列数据")
    assert found["落款"] == AGENCY
    assert [text for style, text in styles_of(opened) if style == "Heading 1"] == [
        section.title for section in formats.find("2021").sections
    ]


def test_headings_have_three_levels_that_the_navigation_pane_shows():
    nb = executed(prose("## 一、甲\n\n### （一）乙\n\n#### 1.丙\n\n丁"))
    document = word(nb)
    levels = ["Title", "Heading 1", "Heading 2", "Heading 3", "Normal"]
    assert [style for style, _ in styles_of(document)] == levels
    outline = document.styles["Heading 3"].element.pPr.find(qn("w:outlineLvl"))
    assert outline.get(qn("w:val")) == "2"


@pytest.mark.parametrize(
    ("style", "face", "points"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体", 16),
        ("Heading 3", "仿宋", 16),
        ("Normal", "仿宋", 16),
        ("footer", "宋体", 14),
    ],
)
def test_styles_name_the_official_faces_for_chinese_text(opened, style, face, points):
    chain, defaults = [opened.styles[style]], opened.styles.element.find(qn("w:docDefaults"))
    while chain[-1].base_style is not None:
        chain.append(chain[-1].base_style)
    faces = [s.element.find(f".//{qn('w:rFonts')}") for s in chain]
    named = [
        f.get(qn("w:eastAsia"))
        for f in [*faces, defaults.find(f".//{qn('w:rFonts')}")]
        if f is not None
    ]
    assert named[0] == face
    assert next(s.font.size.pt for s in chain if s.font.size) == points
    fonts = parts(word_bytes(executed(prose("甲"))))["word/fontTable.xml"].decode()
    assert f'w:name="{face}"' in fonts


def test_the_page_is_that_of_the_official_layout(opened):
    """A4, margins 37, 35, 28 and 26 mm, a grid of 22 lines with 28 characters."""
    (section,) = opened.sections
    assert (round(section.page_width / MM), round(section.page_height / MM)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / MM, 1) for margin in margins] == [37, 35, 28, 26]
    doc_grid = section._sectPr.find(qn("w:docGrid"))
    assert doc_grid.get(qn("w:type")) == "linesAndChars"
    high = (section.page_height - section.top_margin - section.bottom_margin) / 635
    wide = (section.page_width - section.left_margin - section.right_margin) / 635
    assert high // int(doc_grid.get(qn("w:linePitch"))) == 22
    assert wide // (320 + int(doc_grid.get(qn("w:charSpace"))) / 4096 * 20) == 28


def test_page_numbers_stand_outside_between_dashes(opened):
    (section,) = opened.sections
    assert opened.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        field = paragraph._p.find(qn("w:fldSimple"))
        assert field.get(qn("w:instr")) == "PAGE"
        assert "".join(t.text for t in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side


def test_chinese_quotation_marks_are_set_in_the_chinese_face(opened):
    runs = opened.element.body.iter(qn("w:r"))
    hints = {r.rPr.find(qn("w:rFonts")).get(qn("w:hint")) for r in runs}
    assert hints == {"eastAsia"}


def test_the_file_says_what_it_is_and_in_which_language(opened):
    about = opened.core_properties
    assert (about.title, about.author, about.language) == (META["title"], AGENCY, "zh-CN")
    assert about.created.isoformat().startswith("2024-01-22")
    assert about.modified == about.created
    language = opened.styles.element.find(f".//{qn('w:lang')}")
    assert language.get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize(
    ("published", "year", "expected"),
    [(None, 2021, "2021-12-31"), (None, None, "2000-12-31"), ("2022-02-08", 2021, "2022-02-08")],
)
def test_the_date_comes_from_the_report_never_from_the_clock(published, year, expected):
    meta = {"title": "年报", "published": published, "year": year}
    document = word(executed(shown({notebook.MIME: meta}), prose("正文")))
    assert document.core_properties.modified.isoformat().startswith(expected)


def test_the_bytes_depend_on_nothing_but_the_notebook(tmp_path):
    """Another process, another time zone, another hash seed: the same file, charts included."""
    nb = report(shown({"image/svg+xml": SVG}, alt="图"), prose("1. 甲\n2. [乙](https://a.cn)"))
    nbformat.write(nb, tmp_path / "n.ipynb")
    code = (
        "import sys, hashlib, nbformat\n"
        "from helpers.exporters.word import NianbaoDOCXExporter\n"
        "nb = nbformat.read(sys.argv[1], as_version=4)\n"
        "resources = {'metadata': {'name': '年报'}}\n"
        "data = NianbaoDOCXExporter().from_notebook_node(nb, resources)[0]\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "n.ipynb")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.strip() == hashlib.sha256(word_bytes(nb)).hexdigest()


def test_entries_of_the_package_bear_no_date(city):
    with zipfile.ZipFile(io.BytesIO(city)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


# Tables


def cells(found):
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_every_figure_is_printed_in_its_place(opened):
    _, third, fourth = map(cells, opened.tables)
    texts = opened.tables[0]._tbl.iter(qn("w:t"))
    assert [t.text for t in texts if t.text[:1].isdigit()] == TABLE_2
    assert [cell for row in third[3:] for cell in row[3:]] == TABLE_3
    assert fourth[-1] == TABLE_4


def test_official_spans_are_real_merged_cells(opened):
    third = opened.tables[1]
    assert third.cell(0, 0)._tc is third.cell(2, 2)._tc
    assert third.cell(0, 3)._tc is third.cell(0, 9)._tc
    assert third.cell(1, 4).text == "法人或其他组织"
    assert third.cell(5, 0)._tc is third.cell(26, 0)._tc


def spans(layout):
    return [(c.row, c.column, c.rowspan, c.colspan) for c in layout.cells]


def tight(layout):
    return ["".join(c.text.split()) for c in layout.cells]


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_statutory_tables_come_back_with_all_their_spans(code, tmp_path):
    layouts = [table(layout) for layout in formats.find(code).tables]
    found = [block.grid for block in read(executed(*map(printed, layouts)), tmp_path).tables]
    assert list(map(spans, found)) == list(map(spans, layouts))
    assert list(map(tight, found)) == list(map(tight, layouts))
    assert [f.header_rows for f in found] == [layout.header_rows for layout in layouts]


@settings(max_examples=60)
@given(layout=grids())
def test_any_table_comes_back_cell_for_cell(layout, tmp_path_factory):
    (found,) = read(executed(printed(layout)), tmp_path_factory.mktemp("t")).tables
    marks = [cell.mark for cell in layout.cells]
    assert tight(found.grid) == list(map(add, tight(layout), marks))


def test_heads_repeat_rows_stay_whole_and_the_grid_adds_up(opened):
    for found, layout in zip(opened.tables, formats.find("2021").tables, strict=True):
        rows = found._tbl.tr_lst
        repeated = [r for r in rows if r.trPr.find(qn("w:tblHeader")) is not None]
        assert len(repeated) == table(layout).header_rows
        assert all(r.trPr.find(qn("w:cantSplit")) is not None for r in rows)
        widths = [int(column.get(qn("w:w"))) for column in found._tbl.tblGrid]
        assert sum(widths) == int(found._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
        assert sum(widths) <= 8844
        for row in rows:
            cells_ = row.tc_lst
            assert sum(tc.grid_span for tc in cells_) == len(widths)
            assert sum(int(tc.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for tc in cells_) == sum(
                widths
            )


def test_tables_tell_their_title_and_which_cells_are_heads(opened):
    third = opened.tables[1]
    properties = third._tbl.tblPr
    assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == (
        "三、收到和处理政府信息公开申请情况"
    )
    assert "表头" in properties.find(qn("w:tblDescription")).get(qn("w:val"))
    look = properties.find(qn("w:tblLook"))
    assert look.get(qn("w:firstRow")) == look.get(qn("w:firstColumn")) == "1"
    assert third.cell(0, 3).paragraphs[0].style.name == "表头"
    assert third.cell(3, 0).paragraphs[0].style.name == "表格行名"
    assert third.cell(3, 4).paragraphs[0].style.name == "表格文字"


def test_tables_that_follow_each_other_stay_two():
    layout = grid.from_rows([[grid.Cell("甲"), grid.Cell("乙")]])
    assert len(word(executed(printed(layout), printed(layout))).tables) == 2


def test_the_file_ends_with_a_paragraph_as_word_insists():
    body = word(executed(printed(grid.from_rows([[grid.Cell("甲")]])))).element.body
    assert [child.tag.rpartition("}")[2] for child in body][-3:] == ["tbl", "p", "sectPr"]


def test_a_table_is_kept_on_one_page_where_it_fits_and_only_there():
    def kept(n_rows):
        rows = [[grid.Cell(str(n)), grid.Cell("一" * 30)] for n in range(n_rows)]
        (found,) = word(executed(printed(grid.from_rows(rows)))).tables
        return [
            tr.tc_lst[0].p_lst[0].pPr.find(qn("w:keepNext")) is not None for tr in found._tbl.tr_lst
        ]

    assert kept(10) == [True] * 9 + [False]
    assert kept(60) == [True] + [False] * 59


def test_a_mark_is_framed_with_its_figure_and_read_as_no_digit(tmp_path):
    marked = next(iter(formats.find("2021").table("三").slots))
    nb = report(marks={marked: "①"}, draft=True, problems=[PROBLEM])
    runs = word(nb).tables[1].cell(3, 3).paragraphs[0].runs
    assert [run.text for run in runs] == ["3402", "①"]
    assert runs[1].style.name == "问题编号"
    assert all(run._r.rPr.find(qn("w:bdr")) is not None for run in runs)
    (tmp_path / "a.docx").write_bytes(word_bytes(nb))
    assert read_report(tmp_path / "a.docx").report.figures[marked].value == 3402


# What an analyst adds


def test_lists_are_real_lists_and_each_count_starts_anew(tmp_path):
    text = "1. 甲\n2. 乙\n   - 丙\n   - 丁\n\n又一段\n\n3. 戊\n4. 己"
    found = [(p.marker, p.text) for p in read(executed(prose(text)), tmp_path).paragraphs]
    assert found[1:] == [
        ("1.", "甲"),
        ("2.", "乙"),
        ("-", "丙"),
        ("-", "丁"),
        ("", "又一段"),
        ("3.", "戊"),
        ("4.", "己"),
    ]


def test_emphasis_links_and_code_are_character_styles():
    text = "看**要点**、*着重*、`x = 1`、[网站](https://example.gov.cn/)、[上文](#甲)"
    document = word(executed(prose(f"## 甲\n\n{text}")))
    paragraph = document.paragraphs[-1]
    styles = {run.text: run.style.name for run in paragraph.runs}
    assert styles["要点"] == "Strong"
    assert styles["着重"] == "Emphasis"
    assert styles["x = 1"] == "HTML Code"
    outside, inside = paragraph.hyperlinks
    assert outside.address == "https://example.gov.cn/"
    assert inside.fragment == "s1"
    names = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert names == ["s1"]


@pytest.mark.parametrize("target", ["https://[坏", "https://a.cn:x/", "https:///", "mailto:"])
def test_an_address_that_word_would_refuse_is_only_its_words(target):
    from helpers.exporters.docx_runs import _is_address

    assert not _is_address(target)
    assert _is_address("https://a.cn/b?c=d")
    assert _is_address("mailto:a@b.cn")


def test_pictures_have_alternative_text_and_fit_the_page():
    wide = SVG.replace('width="60" height="30"', 'width="1200" height="300"')
    png = base64.b64encode(PNG).decode()
    nb = executed(
        shown({"image/svg+xml": wide}, alt="各县申请量"), shown({"image/png": png}, alt="第二张")
    )
    document = word(nb)
    shapes = document.inline_shapes
    assert [s._inline.docPr.get("descr") for s in shapes] == ["各县申请量", "第二张"]
    assert shapes[0].width == pytest.approx(156 * MM, abs=MM)
    assert shapes[0].height == pytest.approx(shapes[0].width / 4, rel=0.02)
    assert len({s._inline.docPr.id for s in shapes}) == 2
    images = [name for name in parts(word_bytes(nb)) if name.startswith("word/media/")]
    assert len(images) == 2


def test_a_character_in_a_chart_that_no_font_has_is_reported_by_name():
    picture = SVG.replace("各县", "各县\U000f1234")
    with pytest.raises(ExportError, match=r"U\+F1234"):
        word(executed(shown({"image/svg+xml": picture}, alt="图")))


def test_a_line_before_a_long_address_is_not_stretched():
    texts = ("电子邮箱：gxj_3252082@zz.shandong.cn。", "全年收到申请3607件。")
    paragraphs = word(executed(prose("\n\n".join(texts)))).paragraphs[1:]
    assert [p._p.pPr.find(qn("w:jc")) is not None for p in paragraphs] == [True, False]


def test_the_list_styles_number_by_themselves(opened):
    for name, number in (("List Bullet", "1"), ("List Number", "2")):
        properties = opened.styles[name].element.pPr
        assert properties.numPr.numId.val == int(number)


def test_a_broken_picture_is_refused_by_its_name():
    broken = base64.b64encode(b"\xff\xd8\xff\x00").decode()
    with pytest.raises(ExportError, match="图“全县”的文件已损坏"):
        word(executed(shown({"image/jpeg": broken}, alt="全县")))


def test_what_an_analyst_adds_is_published_in_order():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"申请量": [477, 301]}, index=["沭阳县", "泗阳县"])
    nb = executed(
        prose("分析员加的一段。\n\n> 引文\n\n---\n\n```\nx  = 1\n```"),
        shown({"text/html": frame._repr_html_(), "text/plain": repr(frame)}),
        shown({"image/svg+xml": SVG}, alt="图"),
        cells=[new_markdown_cell("末段")],
    )
    document = word(nb)
    assert [style for style, _ in styles_of(document)] == [
        "Title",
        "Normal",
        "Quote",
        "HTML Preformatted",
        "Normal",
    ]
    assert cells(document.tables[0]) == [["", "申请量"], ["沭阳县", "477"], ["泗阳县", "301"]]
    assert len(document.inline_shapes) == 1


def test_text_is_never_taken_for_markup(tmp_path):
    everything = " ".join(NASTY) + " \ufffe\uffff&amp;"
    layout = grid.from_rows([[grid.Cell(everything)]], caption="题" + everything)
    nb = executed(
        shown({notebook.MIME: {**META, "agency": everything, "title_lines": [everything]}}),
        printed(layout),
    )
    document = read(nb, tmp_path)
    wanted = everything.replace("\ufffe\uffff", "")
    assert document.paragraphs[0].text == wanted
    assert document.tables[0].grid.cells[0].text == wanted


# Drafts


def test_a_draft_is_watermarked_on_every_page_and_lists_its_problems():
    meta = {"draft": True, "problems": [PROBLEM], "explanations": [EXPLAINED]}
    data = word_bytes(report(**meta))
    document = docx.Document(io.BytesIO(data))
    (section,) = document.sections
    for header in (section.header, section.even_page_header):
        assert 'string="草稿"' in header._element.xml
    texts = [p.text for p in document.paragraphs if p.text]
    assert texts[1] == "草稿：以下问题尚待处理"
    assert texts[2] == f"① 错误 T3-02　{PROBLEM['message']}"
    assert EXPLAINED["reason"] in texts[4]
    assert document.core_properties.title.startswith("草稿：")


def test_a_final_report_has_no_watermark(city):
    assert not any(b"PowerPlusWaterMark" in content for content in parts(city).values())


# Registration and other programs


def test_jupyter_offers_word_and_the_file_is_named_so():
    from nbconvert.exporters.base import get_export_names, get_exporter

    assert "nianbao_docx" in get_export_names()
    assert get_exporter("nianbao_docx") is NianbaoDOCXExporter
    _, resources = NianbaoDOCXExporter().from_notebook_node(report())
    assert resources["output_extension"] == ".docx"


SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NEEDS_OFFICE = pytest.mark.skipif(SOFFICE is None, reason="没有安装 LibreOffice")


def as_pdf(nb, folder):
    """The pages that LibreOffice makes of the file."""
    file = folder / "a.docx"
    file.write_bytes(word_bytes(nb))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, file]
    run = {"check": True, "capture_output": True, "timeout": 180}
    subprocess.run(list(map(str, command)), **run)
    return pdfplumber.open(folder / "a.pdf")


@NEEDS_OFFICE
def test_libreoffice_keeps_tables_whole_inside_the_margins_and_numbers_pages_outside(tmp_path):
    figures = {"二": TABLE_2, "三": ["2822652"] * len(TABLE_3), "四": ["1808595"] * len(TABLE_4)}
    with as_pdf(report(figures=figures), tmp_path) as document:
        sheets = document.pages
        tables = [t for sheet in sheets for t in sheet.extract_tables()]
        assert len(tables) == 3
        point = 72 / 25.4
        for number, sheet in enumerate(sheets, 1):
            lines = [*sheet.lines, *sheet.rects]
            assert all(
                28 * point - 2 <= line["x0"] <= line["x1"] <= 184 * point + 2 for line in lines
            )
            body = [c for c in sheet.chars if c["top"] < sheet.height - 35 * point]
            assert max(c["x1"] for c in body) <= 184 * point + 2
            foot = sheet.crop((0, sheet.height - 35 * point, sheet.width, sheet.height))
            assert re.sub(r"\s", "", foot.extract_text()) == f"—{number}—"
            middle = (foot.chars[0]["x0"] + foot.chars[-1]["x1"]) / 2
            assert (middle > sheet.width / 2) == bool(number % 2)


@NEEDS_OFFICE
def test_libreoffice_repeats_the_head_of_a_long_table_and_splits_no_row(tmp_path):
    head = [grid.Cell(text, role="column") for text in ("序号", "机关名称")]
    rows = [[grid.Cell(str(n)), grid.Cell(f"第{n}号机关" + "长" * 40)] for n in range(1, 81)]
    layout = grid.from_rows([head, *rows], header_rows=1)
    with as_pdf(executed(printed(layout)), tmp_path) as document:
        found = [t for sheet in document.pages for t in sheet.extract_tables()]
    assert len(found) > 1
    assert all(part[0] == ["序号", "机关名称"] for part in found)
    seen = [row for part in found for row in part[1:]]
    assert [row[0] for row in seen] == [str(n) for n in range(1, 81)]
    assert all("".join(row[1].split()) == f"第{row[0]}号机关" + "长" * 40 for row in seen)


def test_columns_of_a_table_are_never_wider_than_the_type_area():
    layout = grid.from_rows([[grid.Cell(f"{n * 12345.678:.3f}") for n in range(18)]])
    table_ = docx_tables.write(layout, "")
    widths = [int(column.get(qn("w:w"))) for column in table_.find(qn("w:tblGrid"))]
    assert sum(widths) <= 8844
