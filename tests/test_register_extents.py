"""Workbooks that claim more cells than memory holds are refused before they are laid out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from helpers.cli import execute
from helpers.errors import InputError
from helpers.register import extents


def book(cells: str) -> bytes:
    """A workbook whose one sheet is written as given."""
    made = Workbook()
    made.active["A1"] = "收到日期"
    content = io.BytesIO()
    made.save(content)
    again = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(again, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                head, _, rest = data.partition(b"<sheetData>")
                data = head + b"<sheetData>" + cells.encode() + b"</sheetData>"
                data += rest.partition(b"</sheetData>")[2]
            new.writestr(part, data)
    return again.getvalue()


FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = {
    "as Excel writes it": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "in single quotes, with blanks": "<row r='2'><c s='1' r = 'XFD1048576' ><v>1</v></c></row>",
    "in small letters": '<row r="2"><c r="xfd1048576"><v>1</v></c></row>',
    "beyond the last column": '<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>',
    "by the number of its row": f'<row r="900000">{"<c><v>1</v></c>" * 60}</row>',
    "under a prefix": '<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
}


@pytest.mark.parametrize("how", FAR)
def test_a_sheet_that_reaches_too_far_is_refused_with_its_size(how, tmp_path: Path, capsys):
    with pytest.raises(InputError, match=r"行 × \d+ 列，太大；请删去多余的行列再读"):
        extents.check_book(book(FIRST + FAR[how]), "台账.xlsx")
    file = tmp_path / "台账.xlsx"
    file.write_bytes(book(FIRST + FAR[how]))
    assert execute(["tally", str(file), "--agency", "某某局", "--year", "2024"]) == 2
    assert "太大" in capsys.readouterr().err


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<row r="3"><c r="XFD3"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFD1048576" s="1"></c></row>',
    ],
    ids=["a long column", "a long row", "coloured cells without anything in them"],
)
def test_what_fits_is_read(cells):
    extents.check_book(book(FIRST + cells), "台账.xlsx")


def test_a_cell_that_the_pieces_of_reading_cut_in_two_is_seen(monkeypatch):
    content = book(FIRST + FAR["as Excel writes it"])
    for size in (7, 23, 64):
        monkeypatch.setattr(extents, "_CHUNK", size)
        with pytest.raises(InputError, match="16384 列"):
            extents.check_book(content, "台账.xlsx")


def test_a_reader_of_old_workbooks_that_dies_is_a_sentence(monkeypatch):
    """calamine ends the whole process where it asks for more memory than there is."""
    import os

    monkeypatch.setattr(extents, "_old_extents", lambda *_: os.abort())
    with pytest.raises(InputError, match="台账"):
        extents.check_book(b"\xd0\xcf\x11\xe0", "台账.xls")
