"""Word files: what people see comes through, in order, with merged cells as cells with spans."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given

from helpers.errors import InputError
from helpers.readers import docx as reader
from helpers.readers.document import SourceDocument
from helpers.readers.docx_numbering import chinese, written
from make_files import W, docx, filled, lines_used, p, tbl, tc, tight, word_table, zipped
from strategies import grids


def read(body: str, **parts: str) -> SourceDocument:
    return reader.read(docx(body, **parts), "a.docx")


def texts(document: SourceDocument) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def rows(document: SourceDocument, table: int = 0) -> list[list[tuple[str, int, int]]]:
    grid = document.tables[table].grid
    return [[(c.text, c.rowspan, c.colspan) for c in row] for row in grid.rows()]


# --- tables ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_statutory_tables_come_back_to_the_cell(code):
    tables = filled(code)
    found = read("".join(word_table(grid) + p() for grid in tables)).tables
    assert [tight(t.grid) for t in found] == [tight(grid) for grid in tables]


@given(grid=grids())
def test_any_table_comes_back_to_the_cell(grid):
    if lines_used(grid):
        assert tight(read(word_table(grid)).tables[0].grid) == tight(grid)


def test_columns_left_free_at_the_ends_of_a_row_are_empty_cells():
    row = '<w:trPr><w:gridBefore w:val="2"/><w:gridAfter w:val="1"/></w:trPr>' + tc("数")
    assert rows(read(tbl(tc("a") * 4, row)))[1] == [
        ("", 1, 1),
        ("", 1, 1),
        ("数", 1, 1),
        ("", 1, 1),
    ]


def test_grid_columns_a_hair_wide_are_no_columns():
    widths = "".join(f'<w:gridCol w:w="{w}"/>' for w in (1000, 20, 1000))
    wide = '<w:gridSpan w:val="2"/>'
    table = tbl(tc("行") + tc("总计", wide), tc("新收", wide) + tc("7"))
    document = read(table.replace("<w:tblPr/>", f"<w:tblGrid>{widths}</w:tblGrid>"))
    assert rows(document) == [[("行", 1, 1), ("总计", 1, 1)], [("新收", 1, 1), ("7", 1, 1)]]


@pytest.mark.parametrize("width", ["0", "1", "x", ""])
def test_widths_that_cannot_be_right_are_not_believed(width):
    table = tbl(tc("a") + tc("b"))
    told = f'<w:tblGrid><w:gridCol w:w="{width}"/><w:gridCol w:w="{width}"/></w:tblGrid>'
    assert rows(read(table.replace("<w:tblPr/>", told))) == [[("a", 1, 1), ("b", 1, 1)]]


def test_a_row_that_is_too_short_is_filled_up():
    assert rows(read(tbl(tc("a") * 3, tc("b"))))[1] == [("b", 1, 1), ("", 1, 1), ("", 1, 1)]


def test_a_merge_that_does_not_fit_the_cell_above_is_a_cell_of_its_own():
    wide, below = '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(tbl(tc("上", wide) + tc("1"), tc("下", below) + tc("2") + tc("3")))
    assert rows(document) == [
        [("上", 1, 2), ("1", 1, 1)],
        [("下", 1, 1), ("2", 1, 1), ("3", 1, 1)],
    ]


def test_paragraphs_of_a_cell_are_lines():
    assert rows(read(tbl(tc(p("商业") + p("企业")))))[0][0][0] == "商业\n企业"


def test_leading_rows_marked_as_head_are_counted():
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    table = read(tbl(head + tc("a"), head + tc("b"), tc("c"), head + tc("d"))).tables[0]
    assert table.grid.header_rows == 2


def test_tables_and_cells_in_content_controls_are_found():
    control = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    document = read(control.format(tbl(tc("a") + control.format(tc("b")))) + p("后"))
    assert rows(document) == [[("a", 1, 1), ("b", 1, 1)]]
    assert texts(document) == ["后"]


def test_a_table_in_a_cell_follows_the_table_it_stands_in():
    document = read(tbl(tc(p("外") + tbl(tc("内")) + p())) + p("后"))
    assert [t.grid.cells[0].text for t in document.tables] == ["外", "内"]
    assert type(document.blocks[-1]).__name__ == "Paragraph"


def test_a_deleted_row_is_gone():
    gone = "<w:trPr><w:del/></w:trPr>" + tc("旧")
    assert rows(read(tbl(gone, tc("新")))) == [[("新", 1, 1)]]


def test_order_and_places_are_those_of_the_file():
    document = read(p("一") + tbl(tc("1")) + p() + p("二") + tbl(tc("2")))
    assert [b.place for b in document.blocks] == [
        "第 1 段",
        "第 1 个表格",
        "第 3 段",
        "第 2 个表格",
    ]


@pytest.mark.parametrize("rows_and_columns", [(20_001, 1), (1, 501)])
def test_a_table_without_end_is_refused(rows_and_columns):
    many, wide = rows_and_columns
    with pytest.raises(InputError, match="太大，不像年度报告的表格"):
        read(tbl(*["<w:tc/>" * wide] * many))


def test_spans_beyond_all_measure_are_refused():
    with pytest.raises(InputError, match="太大"):
        read(tbl(tc("a", '<w:gridSpan w:val="999999999"/>')))


# --- text -----------------------------------------------------------------------------------


def test_what_people_see_is_read():
    runs = "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/></w:r>"
    link = f"<w:hyperlink>{r('链接')}</w:hyperlink><w:ins>{r('新增')}</w:ins>"
    ruby = f"<w:r><w:ruby><w:rt>{r('pin')}</w:rt><w:rubyBase>{r('拼')}</w:rubyBase></w:ruby></w:r>"
    assert texts(read(p(inner=runs + link + ruby))) == ["甲 乙\n丙-链接新增拼"]


def test_what_people_do_not_see_is_left_out():
    gone = (
        "<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:moveFrom>"
        + r("移")
        + "</w:moveFrom>"
    )
    code = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    hidden = r("隐", "<w:vanish/>") + r("现", '<w:vanish w:val="0"/>')
    marks = '<w:bookmarkStart w:name="_GoBack"/><w:commentRangeStart/><w:proofErr/>'
    assert texts(read(p(inner=gone + code + hidden + marks))) == ["现"]


def test_text_of_a_hidden_style_is_left_out():
    styles = '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(read(p(inner=r("隐", '<w:rStyle w:val="h"/>') + r("现")), styles=styles)) == ["现"]


def test_a_paragraph_whose_end_was_deleted_runs_on():
    assert texts(read(p("前半", "<w:rPr><w:del/></w:rPr>") + p("后半"))) == ["前半后半"]


def test_a_text_box_is_read_once_and_after_its_paragraph():
    box = f"<w:drawing><w:txbxContent>{p('框')}</w:txbxContent></w:drawing>"
    old = f"<w:pict><w:txbxContent>{p('框')}</w:txbxContent></w:pict>"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    runs = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    assert texts(read(p("锚", inner=runs) + p("后"))) == ["锚", "框", "后"]


def test_blanks_are_single_and_ends_are_bare():
    assert texts(read(p("\u3000\u3000一、 总体\xa0\xa0情况 "))) == ["一、 总体 情况"]


# --- headings, titles and numbers -----------------------------------------------------------

STYLES = """
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 3"/></w:style>
<w:style w:type="paragraph" w:styleId="3"><w:name w:val="x"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="4"><w:name w:val="y"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="5"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="6"><w:name w:val="loop"/><w:basedOn w:val="6"/></w:style>
"""


def test_heading_levels_come_from_styles_and_outline():
    body = "".join(p(n, f'<w:pStyle w:val="{n}"/>') for n in "123456")
    body += p("7", '<w:outlineLvl w:val="3"/>') + p("8", '<w:outlineLvl w:val="9"/>')
    levels = [q.level for q in read(body, styles=STYLES).paragraphs]
    assert levels == [2, 3, 2, 1, 0, 0, 4, 0]


def test_the_title_is_what_the_title_style_says():
    body = p("某某局\n2021年年报", '<w:pStyle w:val="5"/>') + p("正文")
    assert read(body, styles=STYLES).title == "某某局 2021年年报"


def level(depth: int, style: str, text: str, suffix: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'<w:suff w:val="{suffix or "tab"}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def in_list(text: str, depth: int = 0, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "japaneseCounting", "（%2）", "nothing")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%3.%4", "space")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "bullet", "\uf06c")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
)


def test_automatic_numbers_are_text_that_people_see():
    body = in_list("总体") + in_list("公开", 1) + in_list("申请", 1) + in_list("甲", 2)
    body += in_list("乙", 3) + in_list("主动") + in_list("再", 1) + in_list("五", 0, 2) + p("无")
    assert texts(read(body, numbering=NUMBERING)) == [
        "一、总体",
        "（一）公开",
        "（二）申请",
        "1. 甲",
        "1.1 乙",
        "二、主动",
        "（一）再",
        "五、五",
        "无",
    ]


def test_a_bullet_is_a_marker_and_no_text():
    (item,) = read(in_list("项", 0, 3), numbering=NUMBERING).paragraphs
    assert (item.text, item.marker) == ("项", "-")


def test_numbers_go_on_through_tables():
    body = in_list("a") + tbl(tc(in_list("b"))) + in_list("c")
    document = read(body, numbering=NUMBERING)
    assert texts(document) == ["一、a", "三、c"]
    assert rows(document)[0][0][0] == "二、b"


COUNTED = {1: "一", 10: "十", 11: "十一", 20: "二十", 105: "一百零五", 110: "一百一十"}


@pytest.mark.parametrize(
    ("number", "text"), {**COUNTED, 1001: "一千零一", 1010: "一千零一十"}.items()
)
def test_chinese_counting(number, text):
    assert chinese(number) == text


FORMATS = {
    "lowerRoman": "iv",
    "upperLetter": "D",
    "decimalEnclosedCircle": "④",
    "ideographTraditional": "丁",
    "chineseLegalSimplified": "肆",
    "decimalZero": "04",
    "unheardOf": "4",
    "none": "",
}


@pytest.mark.parametrize(("style", "text"), FORMATS.items())
def test_other_number_formats(style, text):
    assert written(4, style) == text


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ms-word.document.macroEnabled", "ms-word.template"])
def test_files_with_macros_and_templates_are_word_files(kind):
    content = docx(p("一"), content_type=f"application/vnd.{kind}.main+xml")
    assert texts(reader.read(content, "a.docm")) == ["一"]


def test_the_strict_dialect_is_read_too():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    with zipfile.ZipFile(io.BytesIO(docx(p("一") + tbl(tc("1"))))) as archive:
        parts = {
            n: archive.read(n).replace(W.encode(), strict.encode()) for n in archive.namelist()
        }
    document = reader.read(zipped(parts), "a.docx")
    assert texts(document) == ["一"]
    assert len(document.tables) == 1


def test_entities_are_not_expanded():
    lol = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'
    content = docx(p(inner="<w:r><w:t>前&b;</w:t></w:r>"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts["word/document.xml"] = lol.encode() + parts["word/document.xml"]
    assert "哈" not in "".join(texts(reader.read(zipped(parts), "a.docx")))


def test_nesting_without_end_is_a_sentence():
    deep = "<w:sdt><w:sdtContent>" * 5000 + p("一") + "</w:sdtContent></w:sdt>" * 5000
    with pytest.raises(InputError, match=r"a\.docx：文件"):
        read(deep)


def test_a_file_without_its_main_part_is_damaged():
    with pytest.raises(InputError, match="已损坏"):
        reader.read(zipped({"word/other.xml": "<a/>"}), "a.docx")


# --- the template that was handed out -------------------------------------------------------


def test_the_official_template_filled_in_word_comes_back_to_the_cell(shared):
    python_docx = pytest.importorskip("docx")
    document = python_docx.Document(str(shared / "cases/template-2021.docx"))
    tables = filled("2021")
    for table, grid in zip(document.tables, tables, strict=True):
        for cell in grid.cells:
            if cell.ref:
                table.cell(cell.row, cell.column).text = cell.text
    buffer = io.BytesIO()
    document.save(buffer)
    found = reader.read(buffer.getvalue(), "a.docx").tables
    assert [tight(t.grid) for t in found] == [tight(grid) for grid in tables]
    assert sum(cell.ref is not None for grid in tables for cell in grid.cells) == 200


def test_a_damaged_side_part_does_not_stop_the_reading_but_is_told():
    content = docx(in_list("总体"), numbering=NUMBERING, styles="<w:broken>")
    document = reader.read(content, "a.docx")
    assert texts(document) == ["一、总体"]
    assert "一部分已损坏" in document.notes[0]


def test_footnotes_are_told_and_their_rulers_are_not():
    ruler, note = '<w:footnote w:type="separator"/>', "<w:footnote/>"
    assert read(p("一"), footnotes=ruler).notes == ()
    assert read(p("一"), footnotes=ruler + note).notes == ("脚注没有读",)
