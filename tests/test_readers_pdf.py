"""PDF files: ruled tables to the cell, prose as paragraphs, the rest told."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.grid import MIME, Cell, Grid, from_boxes, from_json
from helpers.readers import pdf as reader
from helpers.readers.document import FoundTable
from helpers.readers.pdf_joining import Box, PageTable
from helpers.readers.pdf_text import readable
from make_files import filled, lines_used, pdf, printed, tight
from strategies import grids
from test_exporters import pdf as exported
from test_exporters import report

LONG = "健全规章和行政规范性文件集中公开机制，及时标注失效、废止情况，方便群众查阅。" * 4


def read(source: str, **page: str):
    return reader.read(pdf(source, **page), "a.pdf")


def shape(document):
    return [
        tight(block.grid) if isinstance(block, FoundTable) else block.text
        for block in document.blocks
    ]


# --- from_boxes -----------------------------------------------------------------------------


def boxes_of(grid: Grid, width: float = 30, height: float = 12):
    """The rectangles that a Grid makes on paper."""
    for c in grid.cells:
        x0, top = c.column * width, c.row * height
        yield x0, top, x0 + c.colspan * width, top + c.rowspan * height, c.text


@given(grid=grids(), shaken=st.randoms(use_true_random=False))
def test_rectangles_become_the_cells_they_were(grid, shaken):
    if lines_used(grid):
        boxes = [
            (*(edge + shaken.uniform(-0.9, 0.9) for edge in box[:4]), box[4])
            for box in boxes_of(grid)
        ]
        shaken.shuffle(boxes)
        assert tight(from_boxes(boxes)) == tight(grid)


def test_places_without_a_rectangle_are_empty_cells():
    grid = from_boxes([(0, 0, 10, 10, "a"), (10, 10, 20, 20, "b")])
    assert [[c.text for c in row] for row in grid.matrix()] == [["a", ""], ["", "b"]]


_edge = st.integers(0, 6).map(float)


@given(st.lists(st.tuples(_edge, _edge, _edge, _edge, st.just("x")), max_size=8))
def test_any_rectangles_make_a_grid_without_holes(boxes):
    from_boxes(boxes, tolerance=0.5)  # Grid itself refuses holes and overlaps


def test_no_rectangles_make_an_empty_grid():
    assert from_boxes([]) == Grid((), 0, 0)


# --- tables ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_statutory_tables_come_back_to_the_cell(code):
    tables, small = filled(code), "#set text(size: 7pt)\n"
    document = read(small + "#pagebreak()\n".join(map(printed, tables)), height="600mm")
    assert [tight(t.grid) for t in document.tables] == [tight(grid) for grid in tables]
    assert [t.place for t in document.tables] == [f"第 {n} 页第 1 个表格" for n in (1, 2, 3)]


@settings(max_examples=15)
@given(grid=grids())
def test_any_ruled_table_comes_back_to_the_cell(grid):
    named = Grid(
        tuple(
            Cell(f"{n}格", c.row, c.column, c.rowspan, c.colspan) for n, c in enumerate(grid.cells)
        ),
        grid.n_rows,
        grid.n_columns,
    )
    if lines_used(grid) and len(grid.cells) > 1 and grid.n_columns <= 8:
        assert [tight(t.grid) for t in read(printed(named)).tables] == [tight(named)]


def test_our_own_report_comes_back_to_the_cell():
    document = reader.read(exported(report()), "a.pdf")
    assert [tight(t.grid) for t in document.tables] == [tight(grid) for grid in own_grids()]


def own_grids():
    outputs = [o for cell in report().cells for o in cell.get("outputs", ())]
    found = [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]
    return [from_json(data) for data in found]


def test_a_table_that_runs_over_the_page_end_is_one_table():
    grid = filled("2021")[1]
    (table,) = read(printed(grid, head=3), height="150mm").tables
    assert tight(table.grid)[-8:] == tight(grid)[-8:]
    values = [c[0] for c in tight(table.grid) if c[0].isdecimal()]
    assert values == [c[0] for c in tight(grid) if c[0].isdecimal()]
    assert (table.grid.n_rows, table.grid.n_columns) == (grid.n_rows, grid.n_columns)
    assert table.place.startswith("第 1 页第 1 个表格（续到第 ")


def _head(upper: str, lower: str) -> tuple[PageTable, PageTable]:
    """The head of 表四, its tall cells cut in two by a page end."""
    first = [Box(0, 80, 20, 100, upper, full=True), Box(20, 80, 80, 100, "未经复议直接起诉")]
    second = [
        Box(0, 50, 20, 90, lower),
        Box(20, 50, 50, 90, "结果维持"),
        Box(50, 50, 80, 90, "总计"),
    ]
    return PageTable(first, 1, 1), PageTable(second, 2, 1)


def test_a_tall_cell_of_a_head_that_the_page_end_cut_is_made_whole():
    upper, lower = _head("结", "果维持")
    upper.take(lower)
    assert tight(upper.grid())[0] == ("结果维持", 0, 0, 2, 1)


def test_figures_under_a_head_at_the_page_end_are_cells_of_their_own():
    upper, lower = _head("结果维持", "12")
    upper.take(lower)
    assert [cell[0] for cell in tight(upper.grid())][2:] == ["12", "结果维持", "总计"]


def test_tables_with_words_between_them_stay_apart_over_a_page_end():
    grid = filled("2021")[2]
    document = read(printed(grid) + "#pagebreak()\n又一个表格：\n" + printed(grid))
    assert len(document.tables) == 2


def test_a_number_broken_over_two_lines_shows_the_break():
    document = read("#table(columns: (12mm, 20mm), [12345\\ 678], [a])")
    assert document.tables[0].grid.cells[0].text == "12345\n678"


def test_a_frame_around_words_is_no_table_and_no_cell():
    framed = (
        "#rect[框里的话]\n#table(columns: 2, inset: 8pt, [#box(stroke: 1pt, outset: 3pt)[5]], [6])"
    )
    document = read(framed)
    assert shape(document) == ["框里的话", [("5", 0, 0, 1, 1), ("6", 0, 1, 1, 1)]]


def test_a_painted_background_rules_nothing():
    document = read("#block(fill: silver, inset: 20pt)[\n#table(columns: 2, [5], [6])\n]")
    assert [tight(t.grid) for t in document.tables] == [[("5", 0, 0, 1, 1), ("6", 0, 1, 1, 1)]]


def test_raised_digits_are_marks_and_not_figures():
    document = read("#table(columns: 2, [120#super(typographic: false)[1]], [6])")
    assert document.tables[0].grid.cells[0].text == "120¹"


def test_a_table_without_lines_is_told():
    document = read("#table(columns: (1fr,) * 4, stroke: none, ..range(12).map(n => [#n 件]))")
    assert document.notes == ("第 1 页可能有没有框线的表格，没有当作表格读",)


# --- prose ----------------------------------------------------------------------------------

INDENTED = "#set par(first-line-indent: (amount: 2em, all: true), justify: true)\n"


@pytest.mark.parametrize("style", ["", "#set par(justify: true)\n", INDENTED])
def test_lines_join_to_the_paragraphs_they_were(style):
    paragraphs = [LONG, "短。", LONG[:60], LONG]
    assert shape(read(style + "\n\n".join(paragraphs))) == paragraphs


def test_a_paragraph_goes_on_over_the_page_end():
    paragraphs = [LONG * 2, LONG * 3, "完。"]
    document = read(INDENTED + "\n\n".join(paragraphs), height="110mm")
    assert shape(document) == paragraphs
    assert document.blocks[0].place == "第 1 页"


def test_an_address_that_did_not_fit_does_not_end_its_paragraph():
    text = (
        f"{LONG[:30]}可从网站（http://www.example.gov.cn/zfxxgk/nianbao/index）查阅或下载。{LONG}"
    )
    assert shape(read(f'{INDENTED}#text("{text}")')) == [text]


def test_english_words_keep_their_blanks_over_line_ends():
    text = "government information disclosure annual report " * 6
    assert shape(read(text)) == [text.strip()]


def test_page_numbers_and_running_headers_are_dropped():
    around = (
        "#set page(header: [某某局年度报告], "
        "footer: context align(center)[— #counter(page).display() —])\n"
    )
    document = read(around + "一\n\n2021\n#pagebreak()\n二\n#pagebreak()\n三")
    assert shape(document) == ["一", "2021", "二", "三"]


def test_a_watermark_across_the_page_is_not_read():
    mark = "#set page(background: rotate(-45deg, text(90pt, [草稿])))\n"
    assert shape(read(mark + "正文")) == ["正文"]


def test_items_of_a_list_are_marked():
    items = read("- 予以公开\n- 部分公开").paragraphs
    assert [(i.text, i.marker) for i in items] == [("予以公开", "-"), ("部分公开", "-")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("⼈⺠政府⻔⼾", "人民政府门户"),
        ("of\ufb01ce", "office"),
        ("公\u00ad开\u200b", "公开"),
        ("ＡＢ：", "ＡＢ："),
    ],
)
def test_signs_that_look_like_letters_are_letters(raw, text):
    assert readable(raw) == text


# --- what cannot be read --------------------------------------------------------------------


def rewritten(content: bytes, change) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_password_is_told():
    locked = rewritten(pdf("一"), lambda w: w.encrypt("geheim", algorithm="RC4-128"))
    with pytest.raises(InputError, match="加了密码"):
        reader.read(locked, "a.pdf")


def test_a_file_only_protected_against_changes_is_read():
    guarded = rewritten(pdf("一"), lambda w: w.encrypt("", "geheim", algorithm="RC4-128"))
    assert shape(reader.read(guarded, "a.pdf")) == ["一"]


def test_a_page_without_words_is_told():
    document = read("一\n#pagebreak()\n" + scan())
    assert document.notes == ("第 2 页没有文字，可能是扫描件或图片，没有读",)


def scan() -> str:
    """A page that is nothing but a raster picture."""
    pixels = ", ".join(["0", "255"] * 8)
    form = '(encoding: "luma8", width: 4, height: 4)'
    return f"#image(bytes(({pixels})), format: {form}, width: 100%)\n"


def test_a_scan_is_refused():
    with pytest.raises(InputError, match="PDF 里没有文字，可能是扫描件或图片"):
        read(scan())


def test_words_turned_on_their_side_are_told():
    with pytest.raises(InputError, match="第 1 页的文字是旋转的"):
        read(f"#rotate(90deg)[{LONG[:38]}]")


def test_too_many_pages_are_refused():
    with pytest.raises(InputError, match="PDF 有 201 页，超过 200 页"):
        read("#pagebreak()\n" * 200 + "一")


def test_a_damaged_file_is_told():
    with pytest.raises(InputError, match="已损坏"):
        reader.read(b"%PDF-1.7\n" + bytes(99), "a.pdf")


# --- other programs -------------------------------------------------------------------------


def test_a_page_printed_by_a_browser_comes_back_to_the_cell(tmp_path: Path):
    from helpers import grid_html

    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("没有浏览器，不能打印网页")
    style = (
        "<meta charset=utf-8><style>table{border-collapse:collapse}td,th{border:1px solid}</style>"
    )
    tables = filled("2021")
    page = tmp_path / "page.html"
    page.write_text(style + "<br>".join(map(grid_html.write, tables)), encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", f"--user-data-dir={tmp_path / 'profile'}"]
    target = tmp_path / "page.pdf"
    subprocess.run(
        [*command, f"--print-to-pdf={target}", page.as_uri()], capture_output=True, timeout=60
    )
    if not target.exists():
        pytest.skip("浏览器没有打印出 PDF")
    found = reader.read(target.read_bytes(), "page.pdf").tables
    assert [tight(t.grid) for t in found] == [tight(grid) for grid in tables]
