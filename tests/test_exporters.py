"""From the executed notebook to the published document, whatever the kind of file."""

import base64
import io
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from helpers import formats, grid, grid_html
from helpers.exporters import markdown, notebook
from helpers.exporters.breaks import pieces
from helpers.exporters.columns import head_lines, plan
from helpers.exporters.document import Heading, Paragraph, Picture, Table, walk, words
from helpers.exporters.errors import ExportError
from helpers.exporters.html import NianbaoHTMLExporter
from helpers.exporters.pdf import NianbaoPDFExporter
from helpers.exporters.text import clean
from helpers.exporters.word import NianbaoDOCXExporter

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><text y="20">各县</text></svg>'
)

# 宿迁市人民政府 2023: the published figures, row by row as printed.
TABLE_2 = ["2", "0", "11", "109", "489", "597", "1808595", "2822652", "20163", "59237.2449"]
TABLE_3_ROWS = (
    "3402 99 0 4 5 1 3511",
    "91 3 0 0 2 0 96",
    "1175 12 0 3 1 0 1191",
    "319 7 0 0 2 0 328",
    "0 0 0 0 0 0 0",
    "27 0 0 0 0 0 27",
    "6 0 0 0 0 0 6",
    "38 0 0 0 0 0 38",
    "20 0 0 0 0 0 20",
    "9 0 0 0 0 0 9",
    "21 0 0 0 0 0 21",
    "20 1 0 0 0 0 21",
    "968 74 0 1 3 1 1047",
    "26 2 0 0 0 0 28",
    "3 0 0 0 0 0 3",
    "305 0 0 0 0 0 305",
    "39 0 0 0 0 0 39",
    "0 0 0 0 0 0 0",
    "58 0 0 0 0 0 58",
    "4 0 0 0 0 0 4",
    "40 0 0 0 0 0 40",
    "10 0 0 0 0 0 10",
    "287 3 0 0 1 0 291",
    "3375 99 0 4 7 1 3486",
    "118 3 0 0 0 0 121",
)
TABLE_3 = [figure for row in TABLE_3_ROWS for figure in row.split()]
TABLE_4 = ["309", "17", "88", "26", "440", "1", "1", "16", "6", "24", "13", "0", "67", "9", "89"]
FIGURES = {"二": TABLE_2, "三": TABLE_3, "四": TABLE_4}

AGENCY = "宿迁市人民政府"
META = {
    "title": f"{AGENCY}2023年政府信息公开工作年度报告",
    "title_lines": [AGENCY, "2023年政府信息公开工作年度报告"],
    "agency": AGENCY,
    "year": 2023,
    "published": "2024-01-22",
    "subject": "政府信息公开工作年度报告",
    "draft": False,
    "problems": [],
    "explanations": [],
}
PROBLEM = {
    "number": "①",
    "severity": "错误",
    "rule": "T3-02",
    "message": "（七）总计的自然人应为3376，填报3375",
}
EXPLAINED = {"rule": "D-08", "message": "仍用原表格", "reason": "公布时新格式尚未下达"}


def shown(data, **metadata):
    return new_output("display_data", data, metadata=metadata)


def prose(text, role=None):
    return shown({"text/markdown": text}, **({"nianbao": {"role": role}} if role else {}))


def table(layout, figures=None, marks=None):
    values = dict(zip(layout.slots, figures or ["0"] * len(layout.slots), strict=True))
    return formats.lay_out(layout, values.__getitem__, marks)


def printed(layout):
    data = {grid.MIME: grid.to_json(layout), "text/html": grid_html.write(layout)}
    return shown({**data, "text/plain": "Grid(…)"})


def executed(*outputs, cells=()):
    cell = new_code_cell("秘密的代码 = 1", outputs=list(outputs), execution_count=1)
    notebook = new_notebook(cells=[*([cell] if outputs else []), *cells])
    for number, each in enumerate(notebook.cells):
        each["id"] = f"c{number}"
    nbformat.validate(notebook)
    return notebook


def report(*more, marks=None, figures=FIGURES, **meta):
    """A whole report as the master notebook leaves it."""
    fmt = formats.find("2021")
    meta = {**META, **meta}
    outputs = [shown({notebook.MIME: meta, "text/plain": "元数据"})]
    outputs.append(prose("本报告所列数据的统计期限为2023年1月1日至12月31日。", "preamble"))
    for section in fmt.sections:
        outputs.append(prose(f"## {section.title}"))
        if section.table:
            layout = fmt.table(section.table)
            outputs.append(printed(table(layout, figures.get(section.table), marks)))
        else:
            outputs.append(prose("2023年共收到政府信息公开申请3607件。"))
    outputs.extend(more)
    outputs.append(prose(f"{meta['agency']}\n2024年1月22日", "signoff"))
    return executed(*outputs)


def page(nb):
    text, _ = NianbaoHTMLExporter().from_notebook_node(nb, {"metadata": {"name": "年报"}})
    return text


def pdf(nb, **options):
    options = {"fonts": "packaged", **options}
    exporter = NianbaoPDFExporter(**options)
    return exporter.from_notebook_node(nb, {"metadata": {"name": "年报"}})[0]


def html_text(nb):
    from lxml import html

    root = html.fromstring(page(nb))
    for element in root.xpath("//style|//sup"):
        element.drop_tree()
    return "".join(root.text_content().split())


def pdf_text(nb):
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf(nb))).pages)
    return "".join(text.split())


def docx_text(nb):
    import docx
    from docx.oxml.ns import qn

    data, _ = NianbaoDOCXExporter().from_notebook_node(nb, {"metadata": {"name": "年报"}})
    body = docx.Document(io.BytesIO(data)).element.body
    return "".join("".join(t.text for t in body.iter(qn("w:t"))).split())


ALL = pytest.mark.parametrize("text_of", [html_text, pdf_text, docx_text])
EXPORTERS = [NianbaoHTMLExporter, NianbaoPDFExporter, NianbaoDOCXExporter]


def read(*outputs, cells=(), name="文件"):
    return notebook.read(executed(*outputs, cells=cells), name)


# What is published, and what is not


@ALL
def test_every_kind_of_output_is_published_in_order(text_of):
    frame = "<table><thead><tr><th>县区</th></tr></thead><tr><td>沭阳县</td></tr></table>"
    text = text_of(
        executed(
            shown({notebook.MIME: META, "text/plain": "元数据"}),
            prose("第一段"),
            printed(grid.from_rows([[grid.Cell("第二格")]])),
            shown({"text/html": frame, "text/plain": "不要"}),
            new_output("stream", name="stdout", text="第四行"),
            new_output("execute_result", {"text/plain": "'第五'"}, execution_count=1),
            cells=[new_markdown_cell("第六段")],
        )
    )
    found = [text.index(w) for w in ("第一段", "第二格", "沭阳县", "第四行", "'第五'", "第六段")]
    assert found == sorted(found)
    for hidden in ("秘密的代码", "元数据", "不要"):
        assert hidden not in text


@ALL
def test_what_an_analyst_adds_is_published(text_of):
    """A DataFrame, a paragraph and a matplotlib chart need no Python module to be touched."""
    pandas = pytest.importorskip("pandas")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("svg")
    from matplotlib import pyplot

    frame = pandas.DataFrame({"申请量": [477, 301]}, index=["沭阳县", "泗阳县"])
    with pyplot.rc_context({"svg.fonttype": "none"}):
        figure, axes = pyplot.subplots()
        axes.bar(["a", "b"], [477, 301])
        chart = io.StringIO()
        figure.savefig(chart, format="svg")
        pyplot.close(figure)
    nb = report(
        prose("分析员加的一段。"),
        new_output(
            "execute_result",
            {"text/html": frame._repr_html_(), "text/plain": repr(frame)},
            execution_count=2,
        ),
        shown({"image/svg+xml": chart.getvalue(), "text/plain": "<Figure>"}, alt="各县申请量"),
    )
    text = text_of(nb)
    for words_ in ("分析员加的一段。", "申请量", "沭阳县477", "泗阳县301"):
        assert words_ in text
    assert "<Figure>" not in text
    assert 'alt="各县申请量"' in page(nb)
    assert "各县申请量" in pdf_alternatives(nb)


def pdf_alternatives(nb):
    """The alternative texts in a PDF's structure tree."""
    found = []

    def walk_tree(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk_tree(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            if "/K" in node:
                walk_tree(node["/K"])

    walk_tree(PdfReader(io.BytesIO(pdf(nb))).trailer["/Root"]["/StructTreeRoot"])
    return found


def test_working_cells_are_hidden_by_their_tags():
    document = read(
        cells=[
            new_markdown_cell("删去", metadata={"tags": ["remove-cell"]}),
            new_code_cell(
                "x",
                outputs=[new_output("stream", name="stdout", text="不出")],
                metadata={"tags": ["remove-output"]},
                execution_count=1,
            ),
            new_code_cell("年度 = 2021", metadata={"tags": ["parameters"]}, execution_count=1),
            new_markdown_cell("留下"),
        ]
    )
    assert [words(b.content) for b in document.blocks] == ["留下"]


def test_what_no_reader_should_see_is_left_out():
    """Standard error, widgets, scripts and the repr beside a picture are not published."""
    png = base64.b64encode(PNG).decode()
    document = read(
        prose("正文"),
        new_output("stream", name="stderr", text="警告"),
        shown({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}),
        shown({"application/javascript": "alert(1)", "text/plain": "<Javascript>"}),
        new_output("execute_result", {"text/plain": "[<BarContainer>]"}, execution_count=1),
        shown({"image/png": png, "text/plain": "<Figure>"}),
        shown({"text/html": "<b>没有表格</b>", "text/plain": "<HTML>"}),
    )
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Picture]


def test_pictures_are_named_by_output_then_cell_then_number():
    png = base64.b64encode(PNG).decode()
    cell = new_code_cell(
        "plot()",
        execution_count=1,
        metadata={"alt": "整个单元格"},
        outputs=[shown({"image/png": png}, alt="这一张"), shown({"image/png": png})],
    )
    document = read(shown({"image/svg+xml": SVG, "image/png": png}), cells=[cell])
    assert [block.alt for block in document.blocks] == ["图1", "这一张", "整个单元格"]
    assert document.blocks[0].mime == "image/svg+xml"


def test_neighbouring_pieces_of_standard_output_are_one_and_progress_bars_show_their_end():
    parts = ["一半\r", "全部\n", "\x1b[31m红\x1b[0m字\n"]
    document = read(*(new_output("stream", name="stdout", text=t) for t in parts))
    assert [block.text for block in document.blocks] == ["全部\n红字"]


def test_a_grid_may_arrive_as_text_and_a_broken_one_is_refused_by_its_cell():
    import json

    layout = table(formats.find("2021").table("四"), TABLE_4)
    document = read(shown({grid.MIME: json.dumps(grid.to_json(layout))}))
    assert document.blocks == (Table(layout),)
    with pytest.raises(ExportError, match="第 1 个单元格输出的表格读不懂"):
        read(shown({grid.MIME: {"cells": [{"text": "孤"}], "n_rows": 2, "n_columns": 2}}))


def test_a_picture_that_cannot_be_read_is_refused_not_dropped():
    with pytest.raises(ExportError, match="第 1 个单元格输出的图读不懂"):
        read(shown({"image/png": base64.b64encode(b"GIF89a").decode()}))


# Refusals


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_failed_notebook_is_refused_by_cell_and_reason(exporter):
    failed = new_code_cell(
        "assert False",
        execution_count=2,
        outputs=[new_output("error", ename="CheckFailed", evalue="表三有1处错误", traceback=[])],
    )
    nb = executed(prose("正文"), cells=[failed])
    with pytest.raises(ExportError) as caught:
        exporter().from_notebook_node(nb)
    message = str(caught.value)
    assert message.startswith("笔记本没有运行成功，不能导出正式文件")
    assert "第 2 个单元格" in message
    assert "CheckFailed：表三有1处错误" in message


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_notebook_that_was_not_run_is_refused(exporter):
    nb = executed(cells=[new_markdown_cell("# 年报"), new_code_cell("show()")])
    with pytest.raises(ExportError, match="笔记本尚未运行"):
        exporter().from_notebook_node(nb)


def test_a_notebook_with_nothing_to_publish_is_refused():
    with pytest.raises(ExportError, match="没有可以发布的内容"):
        read(cells=[new_code_cell("x = 1", execution_count=1)])


# Title, headings, Markdown


def test_without_metadata_the_title_is_the_first_heading_else_the_file_name():
    titled = read(cells=[new_markdown_cell("# 我的 分析\n\n正文")])
    assert titled.title == "我的 分析"
    assert [type(b) for b in titled.blocks] == [Paragraph]
    assert read(prose("正文"), name="未命名").title == "未命名"


def test_a_heading_that_repeats_the_title_is_printed_once_and_no_level_is_skipped():
    document = read(
        shown({notebook.MIME: META}),
        prose(f"# {META['title']}\n\n##### 深\n\n# 又一个\n\n#### 四级"),
    )
    assert [(b.level, words(b.content)) for b in document.blocks] == [
        (2, "深"),
        (2, "又一个"),
        (3, "四级"),
    ]


def test_markdown_joins_chinese_lines_and_keeps_signoff_lines():
    (paragraph,) = markdown.parse("　　第一行\n第二行 English\nwords")
    assert words(paragraph.content) == "第一行第二行 English words"
    (signoff,) = markdown.parse("某局\n2022年1月8日", keep_lines=True)
    assert words(signoff.content) == "某局\n2022年1月8日"


def test_an_indented_paragraph_is_no_code():
    (block,) = markdown.parse("    空四格起的段落")
    assert isinstance(block, Paragraph)


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "../a.html"]
)
def test_a_link_that_leads_anywhere_but_to_the_web_is_only_its_words(target):
    (paragraph,) = markdown.parse(f"看[这里]({target})")
    assert not [node for node in paragraph.content if hasattr(node, "target")]
    assert "这里" in words(paragraph.content)


def test_only_pictures_at_hand_are_taken_from_markdown():
    data = base64.b64encode(PNG).decode()
    source = (
        f"![一](data:image/png;base64,{data})\n\n![二](attachment:b.png)\n\n"
        "![三](https://example.com/c.png)\n\n![四](d.png)"
    )
    blocks = markdown.parse(source, {"b.png": {"image/png": data}})
    found = [b.alt if isinstance(b, Picture) else words(b.content) for b in blocks]
    assert found == ["一", "二", "三", "四"]
    assert [isinstance(b, Picture) for b in blocks] == [True, True, False, False]


def test_a_markdown_table_becomes_a_grid():
    (block,) = markdown.parse("| 项目 | 数 |\n|--|--|\n| **甲** | 1 |")
    assert block.grid.header_rows == 1
    assert [c.text for c in block.grid.cells] == ["项目", "数", "甲", "1"]


def test_headings_inside_lists_and_quotes_do_not_break_the_outline():
    document = read(prose("## 一\n\n> # 引\n\n- # 项"))
    headings = [words(b.content) for b in walk(document.blocks) if isinstance(b, Heading)]
    assert headings == ["一"]


# Text


def test_invisible_and_reordering_characters_do_not_reach_the_page():
    dirty = "公\u200b开\u202e信\u00ad息\ufeff\x00\x1b[31m①\ud800\ufe0f\u2028完\u00a0。"
    assert clean(dirty) == "公开信息①\n完\u00a0。"
    (paragraph,) = markdown.parse("甲&#8238;乙&#x200B;丙&amp;")
    assert words(paragraph.content) == "甲乙丙&"


NASTY = [
    "<script>alert(1)</script>",
    '#read("/etc/passwd")',
    "$x$",
    "[[",
    "{{7*7}}",
    "*",
    "`",
    "#panic()",
    "//注",
    "<标>",
    "@引用",
    "~",
    "\\n",
]


@ALL
def test_text_is_never_taken_for_markup(text_of):
    """Whatever an agency writes stays the characters it wrote, in tables, titles and prose."""
    everything = " ".join(NASTY)
    layout = grid.from_rows([[grid.Cell(everything)]], caption="题" + everything)
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]<>#~|$" else c for c in everything)
    text = text_of(
        executed(
            shown({notebook.MIME: {**META, "agency": everything, "title_lines": [everything]}}),
            prose("正文" + escaped),
            printed(layout),
            new_output("stream", name="stdout", text="行" + everything),
        )
    )
    joined = "".join(everything.split())
    for where in ("", "正文", "题", "行"):
        assert where + joined in text


def test_columns_are_widened_for_long_numbers_and_type_shrinks_to_a_floor():
    layout = table(formats.find("2021").table("四"), ["24252.311082"] + ["0"] * 14)
    chosen = plan(layout, 442)
    assert sum(chosen.widths) == pytest.approx(442)
    assert chosen.widths[0] > 1.5 * chosen.widths[1]
    wide = grid.from_rows([[grid.Cell("123456.7") for _ in range(40)]])
    assert plan(wide, 442).size == 7.0


def test_narrow_heads_break_between_words():
    assert list(head_lines("结果维持", 3.2)) == ["结果", "维持"]
    assert list(head_lines("社会公益组织", 3.4)) == ["社会", "公益", "组织"]
    assert list(head_lines("（三）不予公开", 4.5)) == ["（三）", "不予公开"]
    assert list(head_lines("总计", 2.1)) == ["总计"]


def test_long_addresses_may_break_after_their_punctuation():
    address = "https://www.suqian.gov.cn/zwgk/xxgknb/index.shtml"
    cut = pieces("见" + address)
    assert "".join(cut) == "见" + address
    assert len(cut) > 4
    assert list(pieces("全年共收到申请3607件。")) == ["全年共收到申请3607件。"]


# Registration


def test_jupyter_lists_the_exporters_even_where_their_engines_cannot_be_imported():
    """JupyterLab instantiates every exporter for its menu; ours must not empty it."""
    code = """
import sys
for name in ("typst", "fontTools", "pypdf", "markdown_it", "pylopdf_fonts_zh_cn", "lxml", "docx"):
    sys.modules[name] = None
from nbconvert.exporters.base import get_export_names
print(*(n for n in get_export_names() if n.startswith("nianbao")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["nianbao_docx", "nianbao_html", "nianbao_pdf"]


@pytest.mark.parametrize("name", ["html", "pdf", "docx"])
def test_nbconvert_tells_of_a_notebook_that_cannot_be_published_in_its_own_way(name):
    """Its command prints the message of an exception of its family, not a traceback."""
    from nbconvert.exporters import get_exporter
    from nbconvert.utils.exceptions import ConversionException

    with pytest.raises(ConversionException) as caught:
        get_exporter(f"nianbao_{name}")().from_notebook_node(nbformat.v4.new_notebook())
    assert isinstance(caught.value, ExportError)
    assert "笔记本" in str(caught.value)


def test_making_documents_brings_in_nothing_of_nbconvert():
    """It takes a fifth of a second, which every batch would wait for."""
    code = "import sys, helpers.batch.produce, helpers.batch.documents; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"nbconvert", "bs4", "pandas", "matplotlib"} & set(done.stdout.split())
