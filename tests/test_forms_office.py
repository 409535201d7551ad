"""The Excel form in a real spreadsheet program: it opens, calculates and prints."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from helpers import formats
from helpers.forms import write_form
from helpers.forms.entries import entries
from helpers.forms.tables import plan_table
from helpers.params import read_params
from helpers.report import Agency
from strategies import report_of

TWO, THREE, FOUR = "表二 主动公开", "表三 收到和处理申请", "表四 行政复议、行政诉讼"
MISTAKES: Mapping[tuple[str, str], object] = {
    ("new", "nat"): 3,
    ("open", "ent"): "/",
    ("open", "sum"): 7,
    ("deny1", "law"): "1.5",
    ("carry_out", "oth"): -2,
    ("reg", "made"): 20,
    ("dir", "pend"): None,
}


@pytest.fixture(scope="module")
def office() -> str:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        pytest.skip("没有安装 LibreOffice，无法试开表格")
    return program


def convert(office: str, folder: Path, to: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files as the program saves them in another format."""
    (folder / "in").mkdir()
    for name, content in files.items():
        (folder / "in" / f"{name}.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(folder / "out")]
    paths = sorted(map(str, (folder / "in").iterdir()))
    subprocess.run([*command, *paths], check=True, capture_output=True, timeout=120)
    return {name: (folder / "out" / f"{name}.{to}").read_bytes() for name in files}


def without_values(content: bytes) -> bytes:
    """The form without the values kept beside its formulas, so that they must be computed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if "worksheets/" in name:
                part, n_formulas = re.subn(rb"(</f>)<v>[^<]*</v>|(</f>)<v/>", rb"</f>", part)
                assert n_formulas == part.count(b"<f>")
            new.writestr(name, part)
    return result.getvalue()


def filled_in(code: str, changes: Callable[[Any], None]) -> bytes:
    """An empty form into whose open table cells somebody typed zeros, then ``changes``."""
    fmt = formats.find(code)
    book = openpyxl.load_workbook(io.BytesIO(write_form(fmt, int(code))))
    for table in fmt.tables:
        plan = plan_table(fmt, table, entries(fmt, None, None))
        for ref, slot in table.slots.items():
            if not slot.total:
                row, column = plan.area.at(ref)
                book[plan.name].cell(row + 1, column + 1).value = 0
    book["封面"]["B7"] = "某某局"
    for row in (3, 4, 5):
        book["文字"].cell(row, 2).value = "有"
    changes(book)
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def cells(content: bytes) -> Iterator[tuple[str, int, int, str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for row, line in enumerate(rows):
            for column, value in enumerate(line):
                if value != "":
                    number = isinstance(value, int | float)
                    yield name, row, column, f"{value:g}" if number else str(value)


def status(content: bytes) -> str:
    return next(t for s, r, c, t in cells(content) if (s, r, c) == ("封面", 5, 1))


@pytest.fixture(scope="module")
def forms(project: Path) -> dict[str, bytes]:
    """Forms by name: empty, filled, with mistakes; for typing, see ``typed``."""
    city = read_params(project / "params/2023/宿迁市人民政府.yaml")
    zone = read_params(project / "params/2020/平潭综合实验区.yaml")
    bad = report_of("2021", MISTAKES, year=2023)
    return {
        "empty": write_form(formats.find("2021"), 2024, agency=Agency(name="某某局")),
        "old": write_form(formats.find("2019"), 2020),
        "filled": write_form(city.format, 2023, report=city),
        "zone": write_form(zone.format, 2020, report=zone),
        "bad": write_form(bad.format, 2023, report=bad),
        "carried": write_form(city.format, 2024, previous=city),
    }


def _unbalanced(book: Any) -> None:
    book[THREE]["D6"] = 3


def _undone(book: Any) -> None:
    book[FOUR]["A6"] = None
    book[THREE]["E9"] = "无"
    book["文字"]["B4"] = None
    book["封面"]["B7"] = None


def _old_stock(book: Any) -> None:
    book[TWO]["C9"] = -1


@pytest.fixture(scope="module")
def typed() -> dict[str, bytes]:
    """Forms that somebody filled in, without computed values."""
    return {
        "zeros": filled_in("2021", lambda book: None),
        "zeros_old": filled_in("2019", lambda book: None),
        "unbalanced": filled_in("2021", _unbalanced),
        "undone": filled_in("2021", _undone),
        "old_stock": filled_in("2019", _old_stock),
    }


@pytest.fixture(scope="module")
def saved(
    office: str,
    forms: dict[str, bytes],
    typed: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, bytes]:
    """All forms after the program computed and saved them."""
    blank = {name: without_values(content) for name, content in forms.items()}
    return convert(office, tmp_path_factory.mktemp("saved"), "xlsx", {**blank, **typed})


@pytest.mark.parametrize("name", ["empty", "old", "filled", "zone", "bad", "carried"])
def test_the_program_computes_what_the_form_was_written_with(
    name: str, forms: dict[str, bytes], saved: dict[str, bytes]
) -> None:
    assert list(cells(saved[name])) == list(cells(forms[name]))


@pytest.mark.parametrize("name", ["zeros", "zeros_old"])
def test_a_form_filled_with_zeros_says_that_all_is_well(name: str, saved: dict[str, bytes]) -> None:
    assert status(saved[name]) == "全部填好，合计无误"


def test_a_column_that_does_not_balance_is_named_while_typing(saved: dict[str, bytes]) -> None:
    assert status(saved["unbalanced"]).splitlines() == [
        "表二已填好，核对无误",
        "表三有 2 处不平",
        "表四已填好，核对无误",
        "文字已写好",
    ]
    found = {(r, c): t for s, r, c, t in cells(saved["unbalanced"]) if s == THREE}
    assert [text for text in found.values() if text.startswith("✗")] == ["✗ 差 3", "✗ 差 3"]
    assert found[5, 9] == "3"  # the total of the row


def test_what_is_not_done_is_counted_while_typing(saved: dict[str, bytes]) -> None:
    assert status(saved["undone"]).splitlines() == [
        "机关名称还没有填",
        "表二已填好，核对无误",
        "表三有 1 格填得不对",
        "表四还有 1 格未填",
        "文字还有 1 节未写",
    ]


def test_a_stock_below_zero_is_marked_in_the_2019_format(saved: dict[str, bytes]) -> None:
    assert "表二有 1 处不平" in status(saved["old_stock"])


def test_merged_cells_survive_the_program(forms: dict[str, bytes], saved: dict[str, bytes]) -> None:
    def merged(content: bytes) -> list[Any]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            sorted(book.get_sheet_by_name(s).merged_cell_ranges or []) for s in book.sheet_names
        ]

    assert merged(saved["filled"]) == merged(forms["filled"])


def test_each_sheet_prints_on_a4_portrait_with_the_whole_official_table(
    office: str, forms: dict[str, bytes], tmp_path: Path
) -> None:
    pages = PdfReader(
        io.BytesIO(convert(office, tmp_path, "pdf", {"f": forms["filled"]})["f"])
    ).pages
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in pages} == {(595, 842)}
    texts = ["".join(page.extract_text().split()) for page in pages]
    for number, table in enumerate(formats.find("2021").tables, 1):
        labels = [cell.text for cell in formats.lay_out(table, lambda _: "").cells if cell.text]
        assert labels[-1] in texts[number]  # the table stands whole on its one page
        assert "核对：" not in texts[number]
