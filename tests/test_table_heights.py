"""Sizes of type that are not tried in Typst: what is skipped changes no byte of the PDF."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.exporters import heights, typst
from helpers.exporters.columns import plan
from helpers.exporters.document import Document, Quote, Table
from helpers.exporters.fonts import choose
from helpers.exporters.pdf_pages import render
from helpers.grid import Cell, Grid
from helpers.params import read_params

ROOT = Path(__file__).parents[1]
FILES = ["2019/平潭综合实验区", "2021/市中区工业和信息化局", "2024/宿迁市人民政府"]
SIZES = [10.5, 10.0, 9.5, 9.0, 8.5, 8.0]


def grids(file: str) -> list[Grid]:
    """The statutory tables of a report, and each with much longer words."""
    report = read_params(ROOT / "params" / f"{file}.yaml")
    tables = [report.grid(t.id) for t in report.format.tables]
    longer = [replace(g, cells=tuple(replace(c, text=c.text * 3) for c in g.cells)) for g in tables]
    return [*tables, *longer]


def texts(grid: Grid) -> list[heights.CellText]:
    """What stands in the cells of a table, as wide as it is printed."""
    return heights.cell_texts(grid, plan(grid, typst.WIDTH))


@pytest.mark.parametrize("file", FILES)
def test_skipping_sizes_changes_no_byte(file, monkeypatch):
    document = Document("表", ("表",), tuple(map(Table, grids(file))), year=2024)
    quick = render(document, choose("packaged"))
    monkeypatch.setattr(typst, "candidates", lambda _, __, sizes: (sizes, False))
    assert render(document, choose("packaged")) == quick


@pytest.mark.parametrize("file", FILES)
def test_giving_the_heights_of_rows_changes_no_byte(file, monkeypatch):
    document = Document("表", ("表",), tuple(map(Table, grids(file))), year=2024)
    quick = render(document, choose("packaged"))
    monkeypatch.setattr(typst, "row_lines", lambda *_: [])
    assert render(document, choose("packaged")) == quick


SIGNS = "】」〉］【「々§№ー、。，（《“”％.-/a1"
WORDS = st.text(st.sampled_from("机关依申请公开政府信息办理情况汇总" * 4 + SIGNS), max_size=40)
ROWS = st.lists(st.tuples(WORDS, WORDS, st.booleans()), min_size=1, max_size=8)


def made(rows: list[tuple[str, str, bool]]) -> Grid:
    """A table of two columns; a row that is doubled consists of cells that span two."""
    cells, at = [], 0
    for first, second, doubled in rows:
        height = 1 + doubled
        for column, text in enumerate((first, second)):
            cells.append(Cell(text, at, column, rowspan=height))
        at += height
    return Grid(tuple(cells), at, 2)


@settings(max_examples=25)
@given(ROWS, st.booleans())
def test_whatever_stands_in_a_table_its_rows_are_as_high_as_typst_would_have_them(rows, quoted):
    block = Table(made(rows))
    document = Document("表", ("表",), (Quote((block,)) if quoted else block,), year=2024)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typst, "texts", lambda _: iter(()))  # no font has every sign
        quick = render(document, choose("packaged"))
        patch.setattr(typst, "row_lines", lambda *_: [])
        assert render(document, choose("packaged")) == quick


def test_a_table_in_a_quotation_is_narrower_so_nothing_of_its_height_is_sure():
    grid = grids(FILES[2])[0]
    (quote,) = typst.write(Document("表", ("表",), (Quote((Table(grid),)),)))["blocks"]
    assert not quote["blocks"][0]["sure"]
    assert not quote["blocks"][0]["rows"]
    assert typst.table(grid)["sure"]


def test_most_rows_of_an_ordinary_report_have_a_height_that_is_sure():
    found = [heights.row_lines(texts(g), g.n_rows, 9) for g in grids(FILES[2])[:3]]

    rows = [n_lines for lines in found for n_lines in lines]
    assert sum(map(bool, rows)) > 0.9 * len(rows)


def test_the_tables_of_an_ordinary_report_need_no_trying():
    found = [heights.candidates(texts(g), g.n_rows, SIZES) for g in grids(FILES[2])[:3]]

    assert all(worth for worth, _ in found)
    assert all(sure for _, sure in found)


def test_a_table_with_marks_is_always_tried():
    grid = grids(FILES[2])[0]
    marked = replace(grid, cells=(replace(grid.cells[0], mark="①"), *grid.cells[1:]))
    assert not heights.candidates(texts(marked), marked.n_rows, SIZES)[1]
