"""The printed document: complete, official in layout, archival, and the same every time."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pdfplumber
import pytest
from pypdf import PdfReader

from helpers import formats, grid
from helpers.exporters import notebook
from helpers.exporters.pdf import NianbaoPDFExporter, embedded_fonts
from test_exporters import (
    AGENCY,
    EXPLAINED,
    META,
    PROBLEM,
    SVG,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    executed,
    pdf,
    printed,
    prose,
    report,
    shown,
    table,
)

MM = 72 / 25.4


@pytest.fixture(scope="module")
def city():
    return pdf(report())


@pytest.fixture(scope="module")
def sheets(city):
    with pdfplumber.open(io.BytesIO(city)) as document:
        yield document.pages


def tables(sheets):
    return [t for sheet in sheets for t in sheet.extract_tables()]


def test_every_figure_is_printed_in_its_place(sheets):
    second, third, fourth = tables(sheets)
    values = [cell for row in second for cell in row[1:] if cell and cell[0].isdigit()]
    assert values == TABLE_2
    assert [cell for row in third[3:] for cell in row[3:]] == TABLE_3
    assert fourth[-1] == TABLE_4


def test_the_big_tables_stand_whole_on_one_page_under_their_headings(sheets):
    assert len(tables(sheets)) == 3
    for sheet in sheets:
        text = sheet.extract_text()
        if sheet.find_tables() and "申请人情况" in text:
            assert "三、收到和处理政府信息公开申请情况" in text
            assert "四、结转下年度继续办理" in text


def test_text_stands_in_the_type_area_of_the_official_layout(sheets):
    """A4, margins 37, 35, 28 and 26 mm; body 16 pt at 22 lines a page; indent of 2 characters."""
    for sheet in sheets:
        assert (sheet.width, sheet.height) == (
            pytest.approx(595.28, abs=1),
            pytest.approx(841.9, abs=1),
        )
        body = [c for c in sheet.chars if c["top"] < sheet.height - 35 * MM]
        # The blank half of an opening bracket may hang out of the line.
        assert min(c["x0"] for c in body if c["text"] not in "（《“") >= 28 * MM - 1
        assert max(c["x1"] for c in body) <= sheet.width - 26 * MM + 1.5
        assert min(c["top"] for c in body) >= 37 * MM - 8
    first = next(c for c in sheets[0].chars if c["text"] == "本")
    assert first["size"] == pytest.approx(16)
    assert first["x0"] == pytest.approx(28 * MM + 32, abs=2)
    titles = [c for c in sheets[0].chars if c["size"] == pytest.approx(22)]
    assert "".join(c["text"] for c in titles) == META["title"]
    middle = [c for c in titles if c["top"] == titles[0]["top"]]
    centre = (middle[0]["x0"] + middle[-1]["x1"]) / 2
    assert centre == pytest.approx((28 + 156 / 2) * MM, abs=2)


def test_lines_follow_at_the_official_pitch():
    text = "为保障公民、法人和其他组织依法获取政府信息，提高政府工作的透明度，建设法治政府。" * 12
    with pdfplumber.open(io.BytesIO(pdf(executed(prose(text))))) as document:
        body = [c for c in document.pages[0].chars if c["size"] == pytest.approx(16)]
    tops = sorted({round(c["top"], 1) for c in body})
    assert tops[2] - tops[1] == pytest.approx(225 / 22 * MM, abs=0.2)
    assert sum(c["top"] == pytest.approx(tops[2], abs=0.1) for c in body) >= 27


def test_page_numbers_stand_outside_between_dashes(sheets):
    assert len(sheets) >= 3
    for number, sheet in enumerate(sheets, 1):
        foot = sheet.crop((0, sheet.height - 35 * MM, sheet.width, sheet.height))
        assert "".join(foot.extract_text().split()) == f"—{number}—"
        middle = (foot.chars[0]["x0"] + foot.chars[-1]["x1"]) / 2
        assert (middle > sheet.width / 2) == bool(number % 2)


def test_the_signoff_stands_at_the_right(sheets):
    lines = sheets[-1].extract_text_lines()
    agency, date = [line for line in lines if line["text"] in (AGENCY, "2024年1月22日")]
    assert agency["x1"] == pytest.approx(date["x1"], abs=3)
    assert agency["x1"] > sheets[-1].width - 26 * MM - 40


def test_the_file_is_archival_accessible_and_says_what_it_is(city):
    reader = PdfReader(io.BytesIO(city))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.metadata.title == META["title"]
    assert reader.metadata.author == AGENCY
    assert reader.metadata["/CreationDate"].startswith("D:20240122")
    assert reader.trailer["/Root"]["/Lang"].lower().startswith("zh")
    outline = [item.title for item in reader.outline]
    assert outline[0] == "一、总体情况"
    assert len(outline) == 6


def tags(data):
    """The structure elements of a PDF in order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"])
    return found


def about(tag):
    return next(a for a in tag["/A"] if a["/O"] == "/Table")


def test_heads_of_columns_and_rows_are_tagged_as_heads(city):
    found = tags(city)
    roles = [tag.get("/S") for tag in found]
    grids = [table(layout) for layout in formats.find("2021").tables]
    heads = [c for g in grids for c in g.cells if c.role in ("column", "corner", "row")]
    assert roles.count("/Table") == 3
    assert roles.count("/H1") == 6
    assert roles.count("/TH") == len(heads)
    scopes = [about(tag)["/Scope"] for tag in found if tag.get("/S") == "/TH"]
    assert scopes.count("/Row") == sum(c.role == "row" for g in grids for c in g.cells)


def test_every_figure_names_its_heads_and_they_can_be_found(city):
    root = PdfReader(io.BytesIO(city)).trailer["/Root"]["/StructTreeRoot"]
    names = root["/IDTree"]["/Names"]
    ids = [str(name) for name in names[::2]]
    assert ids == sorted(ids)
    places = dict(zip(ids, names[1::2], strict=True))
    grids = [table(layout) for layout in formats.find("2021").tables]
    figures = [tag for tag in tags(city) if tag.get("/S") == "/TD"]
    governed = [heads for g in grids for cell, heads in g.headings().items()]
    assert len(figures) == len(governed)
    for tag, heads in zip(figures, governed, strict=True):
        named = [str(name) for name in about(tag)["/Headers"]]
        assert set(named) <= set(places)
        assert sum(name.startswith("R") for name in named) == sum(h.role == "row" for h in heads)
    assert all(str(places[name].get_object()["/ID"]) == name for name in places)


def test_what_is_appended_leaves_the_file_sound(city):
    """The older part is whole, and the newer one tells where it is and what the file is."""
    older = city[: city.index(b"%%EOF") + 6]
    assert PdfReader(io.BytesIO(older)).metadata == PdfReader(io.BytesIO(city)).metadata
    ids = [PdfReader(io.BytesIO(part)).trailer["/ID"] for part in (older, city)]
    assert ids[0][0] == ids[1][0]
    assert ids[0][1] != ids[1][1]


def test_tables_without_names_of_rows_are_left_as_typeset():
    data = pdf(executed(printed(grid.from_rows([[grid.Cell("甲"), grid.Cell("乙")]]))))
    assert data.count(b"%%EOF") == 1


def test_all_fonts_are_embedded_and_named(city):
    assert embedded_fonts(city) == ("NotoSansSC-Regular", "NotoSerifSC-Regular")
    _, resources = NianbaoPDFExporter(fonts="packaged").from_notebook_node(report())
    assert resources["nianbao_fonts"] == embedded_fonts(city)
    assert resources["output_extension"] == ".pdf"


def test_the_bytes_depend_on_nothing_but_the_notebook(tmp_path, city):
    """Another process, another time zone, another hash seed: the same file."""
    nbformat.write(report(), tmp_path / "n.ipynb")
    code = (
        "import sys, hashlib, nbformat\n"
        "from helpers.exporters.pdf import NianbaoPDFExporter\n"
        "nb = nbformat.read(sys.argv[1], as_version=4)\n"
        "pdf = NianbaoPDFExporter(fonts='packaged').from_notebook_node(nb)[0]\n"
        "print(hashlib.sha256(pdf).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "n.ipynb")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.strip() == hashlib.sha256(city).hexdigest()


@pytest.mark.parametrize(
    ("published", "year", "expected"),
    [(None, 2021, "D:20211231"), (None, None, "D:20001231"), ("2022-02-08", 2021, "D:20220208")],
)
def test_the_date_comes_from_the_report_never_from_the_clock(published, year, expected):
    meta = {"title": "年报", "published": published, "year": year}
    data = pdf(executed(shown({notebook.MIME: meta}), prose("正文")))
    assert PdfReader(io.BytesIO(data)).metadata["/CreationDate"].startswith(expected)


def test_a_draft_is_watermarked_on_every_page_and_lists_its_problems():
    marked = next(iter(formats.find("2021").table("三").slots))
    meta = {"draft": True, "problems": [PROBLEM], "explanations": [EXPLAINED]}
    with pdfplumber.open(io.BytesIO(pdf(report(marks={marked: "①"}, **meta)))) as document:
        for sheet in document.pages:
            huge = [c["text"] for c in sheet.chars if c["size"] > 100 or not c["upright"]]
            assert {"草", "稿"} <= set(huge)
        upright = [p.filter(lambda o: o.get("upright", True)) for p in document.pages]
        text = "".join("".join(p.extract_text().split()) for p in upright)
    for words in ("草稿：以下问题尚待处理", "①错误T3-02", PROBLEM["message"], EXPLAINED["reason"]):
        assert words in text
    assert "3402①" in text
    assert text.index("草稿：以下问题") < text.index("一、总体情况")


def test_a_final_report_has_no_watermark(sheets):
    assert not [c for sheet in sheets for c in sheet.chars if c["text"] == "稿"]


def test_a_long_table_repeats_its_head_and_never_splits_a_row():
    head = [grid.Cell(text, role="column") for text in ("序号", "机关名称")]
    rows = [[grid.Cell(str(n)), grid.Cell(f"第{n}号机关" + "长" * 40)] for n in range(1, 81)]
    layout = grid.from_rows([head, *rows], header_rows=1)
    with pdfplumber.open(io.BytesIO(pdf(executed(printed(layout))))) as document:
        parts = [t for p in document.pages for t in p.extract_tables()]
    assert len(parts) > 1
    assert all(part[0] == ["序号", "机关名称"] for part in parts)
    seen = [row for part in parts for row in part[1:]]
    assert [row[0] for row in seen] == [str(n) for n in range(1, 81)]
    assert all("".join(row[1].split()) == f"第{row[0]}号机关" + "长" * 40 for row in seen)


def on_the_paper(sheet):
    chars = [c for c in sheet.chars if c["size"] < 12]
    return (
        max(c["bottom"] for c in chars) <= sheet.height - 35 * MM + 3
        and max(c["x1"] for c in chars) <= sheet.width - 26 * MM + 1
    )


def test_table_three_stays_whole_with_seven_digits_everywhere():
    nb = report(figures={"三": ["2822652"] * len(TABLE_3)})
    with pdfplumber.open(io.BytesIO(pdf(nb))) as document:
        (sheet,) = [p for p in document.pages if "申请人情况" in p.extract_text()]
        assert on_the_paper(sheet)
        assert sheet.extract_text().count("2822652") == len(TABLE_3)


def test_seven_digits_are_not_broken_in_the_fifteen_columns_of_table_four():
    nb = report(figures={"四": ["2822652"] * len(TABLE_4)})
    with pdfplumber.open(io.BytesIO(pdf(nb))) as document:
        (sheet,) = [p for p in document.pages if "结果维持" in "".join(p.extract_text().split())]
        (found,) = [t for t in sheet.extract_tables() if len(t[-1]) == len(TABLE_4)]
        assert found[-1] == ["2822652"] * len(TABLE_4)
        assert on_the_paper(sheet)


def test_a_name_that_spans_more_rows_than_a_page_holds_is_broken_with_them():
    rows = [[grid.Cell(f"第{n}行", role="row"), grid.Cell("一" * 60)] for n in range(40)]
    rows[0].insert(0, grid.Cell("全部", role="row", rowspan=40))
    with pdfplumber.open(io.BytesIO(pdf(executed(printed(grid.from_rows(rows)))))) as document:
        assert len(document.pages) > 1
        assert all(map(on_the_paper, document.pages))
        text = "".join(p.extract_text() for p in document.pages)
    assert all(f"第{n}行" in text for n in range(40))


def test_nothing_overflows_the_page():
    """A wide frame, a long address, a 40-character agency and long lines stay on the paper."""
    agency = "新疆维吾尔自治区巴音郭楞蒙古自治州人力资源和社会保障局劳动人事争议仲裁委员会办公室"
    wide = grid.from_rows([[grid.Cell(f"{n * 12345.678:.3f}") for n in range(18)]])
    address = "https://www.suqian.gov.cn/" + "abcdefghij" * 12
    nb = report(
        printed(wide),
        prose(f"网址{address}，邮箱<{'x' * 60}@suqian.gov.cn>。"),
        prose("```\n" + "很长的一行 " * 40 + "\n```"),
        agency=agency,
        title_lines=[agency, "2023年政府信息公开工作年度报告"],
    )
    with pdfplumber.open(io.BytesIO(pdf(nb))) as document:
        chars = [c for p in document.pages for c in p.chars]
        text = "".join("".join(p.extract_text().split()) for p in document.pages)
    assert max(c["x1"] for c in chars) <= 210 * MM - 26 * MM + 2
    assert min(c["size"] for c in chars) >= 7
    assert address in text


def test_pictures_cannot_reach_files(tmp_path: Path):
    """A picture that asks for a file or an address is drawn without it."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    picture = SVG.replace("<text", f'<image href="{secret.as_uri()}" width="9" height="9"/><text')
    data = pdf(executed(shown({"image/svg+xml": picture}, alt="图")))
    assert "各县" in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_links_are_live():
    data = pdf(executed(prose("## 甲\n\n[网站](https://example.gov.cn/) <a@b.cn> [上文](#甲)")))
    annotations = PdfReader(io.BytesIO(data)).pages[0]["/Annots"]
    targets = [a.get_object().get("/A", {}).get("/URI") for a in annotations]
    assert targets[:2] == ["https://example.gov.cn/", "mailto:a@b.cn"]
    assert len(targets) == 3
