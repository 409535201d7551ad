"""Money to the last digit and counts of any size, in every document, table and file."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from lxml import html as lxml_html

from helpers.cli import execute
from helpers.comparing import compare
from helpers.figures import number, read
from helpers.forms import write_form
from helpers.opendata.tables import data_tables
from helpers.opendata.workbook import write_workbook
from helpers.params import params_data, read_params, report_from, write_params
from helpers.readers import read_report
from helpers.readers import xlsx as xlsx_reader
from helpers.report import Agency
from make_files import xlsx

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
BIG = 2**53 + 1
LONG = "12345678901234.567"
ROUNDED = re.compile(
    r"9007199254740992|9\.00719925474099\d*[eE]|12345678901234\.(566|6\b)|1\.2345678901234"
)

# --- exact figures ----------------------------------------------------------------------------


def exact():
    report = read_params(CLEAN)
    money = next(r for r, s in report.format.slots.items() if s.column.kind == "money")
    count = next(r for r in report.figures if r.table == "三")
    changes = {money: number(Decimal(LONG)), count: number(BIG)}
    return replace(report, figures=report.figures.having(changes)), money, count


def test_a_form_keeps_every_digit(tmp_path):
    report, money, count = exact()
    file = tmp_path / "a.xlsx"
    file.write_bytes(write_form(report.format, report.year, report=report))
    again = read_report(file).report
    assert str(again.figures[money].value) == LONG
    assert again.figures[count].value == BIG


def test_the_overview_of_a_data_package_adds_up_exactly():
    report, _, _ = exact()
    text = sheet_text(write_workbook(2023, [report]))
    total = sum(
        int(f.value)
        for r, f in report.figures.items()
        if r.table == "三" and r.row == next(iter(report.format.table("三").slots)).row
    )
    assert str(total) in text
    assert LONG in text


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_every_digit_is_in_the_documents(ending, documents):
    folder, money, count = documents
    again = read_report(folder / f"report.{ending}").report
    assert str(again.figures[money].value) == LONG
    assert again.figures[count].value == BIG


def test_every_digit_is_in_the_figures_and_the_notebook(documents):
    folder, _, _ = documents
    for file in (folder.parent / "figures.csv", folder / "report.ipynb"):
        text = file.read_text("utf-8-sig")
        assert re.search(rf"\b{BIG}\b", text)
        assert re.search(rf"\b{re.escape(LONG)}\b", text)


def test_every_digit_is_in_the_pdf(documents):
    from pypdf import PdfReader

    folder, _, _ = documents
    pages = PdfReader(folder / "report.pdf").pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert str(BIG) in text
    assert LONG in text


def test_the_data_block_of_the_page_gives_figures_as_text(documents):
    """A number of JSON would be rounded by every program that reads it into a float."""
    folder, money, count = documents
    page = lxml_html.parse(str(folder / "report.html"))
    data = json.loads(page.xpath("string(//script[@id='figures'])"))
    assert data["二"][money.row][money.column] == LONG
    assert data["三"][count.row][count.column] == str(BIG)


@pytest.mark.parametrize("name", ["manifest.json", "index.html", "findings.csv", "report.html"])
def test_no_file_of_the_batch_holds_a_rounded_digit(name, documents):
    folder, _, _ = documents
    file = folder / name if name.startswith("report") else folder.parent / name
    assert not re.search(ROUNDED, file.read_text("utf-8-sig"))


@pytest.mark.parametrize("arguments", [["figures"], ["check", "--json"], ["check"]])
def test_commands_print_every_digit(arguments, source, capsys):
    execute([arguments[0], source, *arguments[1:]])
    said = capsys.readouterr().out
    assert re.search(rf"\b{BIG}\b", said)
    assert re.search(rf"\b{re.escape(LONG)}\b", said)
    assert not re.search(ROUNDED, said)


@pytest.fixture
def source(tmp_path):
    report, _, _ = exact()
    (tmp_path / "a.yaml").write_text(write_params(report), encoding="utf-8")
    return str(tmp_path / "a.yaml")


def test_params_and_the_parameters_of_a_notebook_keep_every_digit(source):
    report, money, count = exact()
    for again in (read_params(Path(source)), report_from(params_data(report))):
        assert str(again.figures[money].value) == LONG
        assert again.figures[count].value == BIG


def test_sums_over_agencies_are_exact(tmp_path):
    """0.1 + 0.2 is 0.3, and one more is one more however large the number."""
    report, money, count = exact()
    parts = {"甲局": ("12345678901234.1", BIG), "乙局": ("0.2", 1), "丙局": ("0.1", 0)}
    for name, (amount, cases) in parts.items():
        figures = report.figures.having({money: number(Decimal(amount)), count: number(cases)})
        one = replace(report, agency=Agency(name=name), figures=figures)
        (tmp_path / f"{name}.yaml").write_text(write_params(one), encoding="utf-8")
    roster = '[[rollup]]\nparent = "某县人民政府"\nunits = ["甲局", "乙局", "丙局"]\n'
    (tmp_path / "s.toml").write_text(roster, encoding="utf-8")
    up = ["rollup", str(tmp_path), "--agency", "某县人民政府"]
    proof = tmp_path / "p.xlsx"
    execute([*up, "--settings", str(tmp_path / "s.toml"), "--proof", str(proof), "--json"])
    text = sheet_text(proof.read_bytes())
    assert ">12345678901234.4<" in text
    assert f">{BIG + 1}<" in text


def test_a_comparison_tells_a_difference_in_the_last_digit():
    report, money, count = exact()
    near = {money: number(Decimal(LONG) + Decimal("0.001")), count: number(BIG + 1)}
    found = compare(report, replace(report, figures=report.figures.having(near)))
    changed = {cell.ref: cell.change for cell in found.cells}
    assert changed[money] == Decimal("0.001")
    assert changed[count] == 1


@pytest.mark.parametrize(
    "value", [float(BIG), 12345678901234.567, 1e17, 123456789012345.67, -float(2**60)]
)
def test_a_number_whose_digits_the_spreadsheet_has_lost_is_no_figure(value):
    document = xlsx_reader.read(xlsx(lambda _, sheet: sheet.write_number(0, 0, value)), "a.xlsx")
    (cell,) = document.tables[0].grid.cells
    report, money, _ = exact()
    assert "超过 15 位，表格软件存不准" in cell.text
    assert read(cell.text, report.format.slots[money].column).state == "unreadable"


def test_a_tidy_table_holds_every_digit_once():
    report, _, _ = exact()
    (table, *_) = data_tables([report])
    cells = list(chain.from_iterable(csv.reader(io.StringIO(table.csv().decode(), newline=""))))
    assert cells.count(LONG) == 1
    assert str(BIG) in cells


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exact")
    report, money, count = exact()
    (folder / "a.yaml").write_text(write_params(report), encoding="utf-8")
    options = ["--out", str(folder / "out"), "--fonts", "packaged", "--draft"]
    execute(["build", str(folder / "a.yaml"), *options])
    return folder / "out" / "2023" / "宿迁市人民政府", money, count


def sheet_text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith("xml"))
