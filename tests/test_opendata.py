"""The package of data: tables, their description, the workbook and Parquet."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from generated import county
from helpers import formats
from helpers.cli import execute
from helpers.opendata import parquet
from helpers.opendata.fitting import Lattice
from helpers.opendata.tables import codes_table, crosswalk_table, data_tables, figures_table
from helpers.opendata.workbook import write_workbook
from helpers.params import read_params
from helpers.readers import read_document
from helpers.report import Agency
from helpers.rules import Roster


@pytest.fixture(scope="module")
def real(project):
    return [read_params(file) for file in sorted((project / "params").rglob("*.yaml"))]


def test_every_place_of_every_format_has_a_code_of_its_own():
    table = codes_table()
    assert len(table.rows) == sum(len(fmt.slots) for fmt in formats.available().values())
    assert len({(row[0], row[5]) for row in table.rows}) == len(table.rows)


def test_the_crosswalk_compares_rows_of_tables_three_and_four_that_both_formats_have():
    rows = {row[2]: row for row in crosswalk_table().rows}
    assert rows["三.new.sum"][7:] == ("true", "")
    assert rows["四.rev.fix"][7] == "true"
    assert rows["二.lic.dec"][7] == "false"
    assert "表二" in rows["二.lic.dec"][8]
    assert rows["三.oth.sum"][3:8] == ("三、本年度办理结果/（六）其他处理", "总计", "", "", "false")
    assert rows["三.oth1.sum"][7:] == ("false", "只有 2021 年格式有这一行")
    comparable = {code.split(".")[0] for code, row in rows.items() if row[7] == "true"}
    assert comparable == {"三", "四"}


def test_the_rows_of_every_table_are_told_apart_by_its_key(real):
    for table in data_tables(real):
        names = [column.name for column in table.columns]
        places = [names.index(name) for name in table.key]
        assert len({tuple(row[p] for p in places) for row in table.rows}) == len(table.rows)


def test_the_command_writes_a_package_whose_description_fits(tmp_path, project, monkeypatch):
    monkeypatch.setattr(parquet, "available", lambda: False)
    assert execute(["dataset", str(project / "params"), "--out", str(tmp_path)]) == 0
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["name"] for r in package["resources"]] == ["figures", "reports", "codes", "crosswalk"]
    for item in (*package["resources"], *package["attachments"]):
        content = (tmp_path / item["path"]).read_bytes()
        assert item["bytes"] == len(content)
        assert item["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    for resource in package["resources"]:
        text = (tmp_path / resource["path"]).read_text(encoding="utf-8")
        head = next(csv.reader(io.StringIO(text)))
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["title"] for field in resource["schema"]["fields"])
    assert package["attachments"][0]["path"] == "tables-2019.xlsx"
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert execute(["dataset", str(project / "params"), "--out", str(tmp_path)]) == 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == first


def test_without_pyarrow_the_command_says_what_was_not_written(
    tmp_path, project, capsys, monkeypatch
):
    monkeypatch.setattr(parquet, "available", lambda: False)
    execute(["dataset", str(project / "params/2025"), "--out", str(tmp_path)])
    assert "没有安装 pyarrow，figures.parquet 没有写" in capsys.readouterr().err
    assert not (tmp_path / "figures.parquet").exists()


def test_parquet_keeps_every_value_exactly(real):
    reader = pytest.importorskip("pyarrow.parquet")
    table = figures_table(real)
    rows = reader.read_table(io.BytesIO(parquet.write(table))).to_pylist()
    assert len(rows) == len(table.rows)
    for row, text in zip(rows, table.rows, strict=True):
        assert row["value"] == (Decimal(text[-1]) if text[-1] else None)
        assert (row["agency"], str(row["year"])) == text[:2]


def _sheets(content):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    return {sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_workbook_has_indicators_the_sum_and_official_tables(tmp_path, real):
    reports = [report for report in real if report.year == 2021]
    content = write_workbook(2021, reports)
    sheets = _sheets(content)
    names = ["各单位指标", "合计 2019 年格式", "合计 2021 年格式", "市中区工信局", "平潭综合实验区"]
    assert list(sheets) == names
    heads, *rows = sheets["各单位指标"][1:]
    pingtan = dict(zip(heads, rows[1], strict=True))
    assert (pingtan["新收申请"], pingtan["公开率"]) == (70, 35 / 69)
    assert sheets["平潭综合实验区"][0][0] == reports[1].title
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    texts = [
        [cell.text for cell in table.grid.cells]
        for table in read_document(file, "a.xlsx").tables
        if "平潭综合实验区" in table.place
    ]
    flat = "\n".join(text for table in texts for text in table)
    assert "3.危及“三安全一稳定”" in flat
    assert "24252.311082" in flat


def test_the_sum_sheet_adds_agencies_but_not_their_parent():
    reports = county(3, [2023])
    parent = replace(reports[0], agency=Agency(name="某县人民政府"))
    roster = Roster("某县人民政府", tuple(report.agency.name for report in reports))
    total = sum(r.complete.value(r.format.ref("lic", "dec")) for r in reports)
    rows = _sheets(write_workbook(2023, [*reports, parent], [roster]))["合计 2021 年格式"]
    licence = next(row for row in rows if row[0] == "行政许可")
    assert next(value for value in licence[1:] if value is not None) == total
    assert rows[0][0] == "3 个单位合计（2021 年格式）"


def test_agencies_of_one_name_on_a_tab_get_tabs_of_their_own():
    report = county(1, [2023])[0]
    long = "某某市某某区行政审批服务和数据管理局政务服务中心大厅管理办公室"
    reports = [replace(report, agency=Agency(name=f"{long}{n}/[甲]")) for n in range(3)]
    names = list(_sheets(write_workbook(2023, reports)))[2:]
    assert len(set(names)) == 3
    assert all(len(name) <= 31 for name in names)


def test_columns_of_all_tables_meet_on_one_sheet(real):
    grids = [real[-1].grid(table.id) for table in real[-1].format.tables]
    lattice = Lattice.over(grids, 640)
    for number, grid in enumerate(grids):
        spans = [lattice.span(number, column, 1) for column in range(grid.n_columns)]
        assert spans[0][0] == 0
        assert spans[-1][1] == len(lattice.columns) - 1
        assert all(first <= last for first, last in spans)
        assert [b[0] for b in spans[1:]] == [a[1] + 1 for a in spans[:-1]]


def test_nothing_readable_is_an_error_of_the_call(tmp_path, capsys):
    assert execute(["dataset", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "没有可读的文件" in capsys.readouterr().err
