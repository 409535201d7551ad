"""The files of one report say the same, and where they do not it is told what differs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from nbformat.v4 import new_code_cell, new_output

from helpers.agreement import compare
from helpers.cli import execute
from helpers.exporters.html import NianbaoHTMLExporter
from helpers.exporters.pdf import NianbaoPDFExporter
from helpers.exporters.word import NianbaoDOCXExporter
from helpers.figures import Figure, Figures
from helpers.params import read_params
from samples import LONG_NAME, RARE
from test_exporters import SVG
from test_reading import published, reports

ROOT = Path(__file__).parents[1]
CITY = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"


def publish(notebook, folder):
    folder.mkdir(parents=True, exist_ok=True)
    page, _ = NianbaoHTMLExporter().from_notebook_node(notebook)
    (folder / "report.html").write_text(page, encoding="utf-8")
    pdf, _ = NianbaoPDFExporter(fonts="packaged").from_notebook_node(notebook)
    (folder / "report.pdf").write_bytes(pdf)
    word, _ = NianbaoDOCXExporter().from_notebook_node(notebook)
    (folder / "report.docx").write_bytes(word)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folders that build makes, of both formats."""
    out = tmp_path_factory.mktemp("outputs")
    sources = [str(CITY), str(ROOT / "params" / "2021")]
    assert execute(["build", *sources, "--out", str(out), "--fonts", "packaged"]) == 0
    return out


@pytest.mark.parametrize("name", ["2023/宿迁市人民政府", "2021/市中区工业和信息化局"])
def test_what_build_makes_agrees_in_all_files(name, built):
    found = compare(built / name)
    assert found.message() == "网页、Word、PDF、figures.csv的数字和文字一致"
    assert found.same


@settings(max_examples=6)
@given(report=reports())
def test_any_report_agrees_in_all_files(report, tmp_path_factory):
    found = compare(publish(published(report), tmp_path_factory.mktemp("r")))
    assert found.message() == "网页、Word、PDF的数字和文字一致"


def test_a_draft_with_marks_in_its_tables_agrees_too(tmp_path):
    source = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
    assert execute(["build", str(source), "--draft", "--out", str(tmp_path)]) == 1
    found = compare(tmp_path / "2020" / "平潭综合实验区")
    assert found.message() == "网页、Word、PDF、figures.csv的数字和文字一致"


def test_charts_lists_long_names_and_rare_characters_agree_too(tmp_path):
    report = read_params(CITY)
    text = f"### （一）甲\n\n{RARE}\n\n1. 一项\n2. 二项\n\n- 三项\n\n完。"
    agency = report.agency.model_copy(update={"name": LONG_NAME})
    report = replace(report, agency=agency, narrative=dict(report.narrative) | {"一": text})
    notebook = published(report)
    picture = new_output("display_data", {"image/svg+xml": SVG}, metadata={"alt": "图"})
    notebook.cells.insert(3, new_code_cell("", outputs=[picture], execution_count=1))
    found = compare(publish(notebook, tmp_path / "r"))
    assert found.message() == "网页、Word、PDF的数字和文字一致"


def test_a_figure_and_a_word_that_differ_are_told_with_their_place(tmp_path):
    report = read_params(CITY)
    ref = next(ref for ref in report.figures if ref[0] == "四")
    figures = Figures(dict(report.figures.items()) | {ref: Figure(Decimal(7), "number")})
    narrative = dict(report.narrative) | {"六": "全市共对26件政府信息公开申请收取信息处理费。"}
    other = replace(report, figures=figures, narrative=narrative)
    folder = publish(published(report), tmp_path / "a")
    shutil.copy(publish(published(other), tmp_path / "b") / "report.docx", folder)
    found = compare(folder)
    assert not found.same
    lines = found.message().split("\n")
    assert lines[0] == f"表四“{ref[1]}”一行“{ref[2]}”一列：网页是“309”，Word是“7”"
    assert "“六、其他需要报告的事项”的文字：网页是“" in lines[-1]


def test_tidy_figures_that_differ_or_are_missing_are_told(built, tmp_path):
    folder = tmp_path / "2023" / "宿迁市人民政府"
    shutil.copytree(built / "2023" / "宿迁市人民政府", folder)
    text = (built / "2023" / "figures.csv").read_text(encoding="utf-8-sig")
    table = tmp_path / "2023" / "figures.csv"
    table.write_text(text.replace(",2822652", ",2822653"), encoding="utf-8")
    (told,) = compare(folder).differences
    assert told.place == "表二“行政处罚”一行“本年处理决定数量”一列"
    assert str(told).endswith("网页是“2822652”，figures.csv是“2822653”")
    table.write_text(text.splitlines()[0], encoding="utf-8")
    (told,) = compare(folder).differences
    assert told.place == "数字的个数"


def test_a_file_that_cannot_be_read_is_told_by_name(built, tmp_path):
    folder = tmp_path / "r"
    shutil.copytree(built / "2023" / "宿迁市人民政府", folder)
    (folder / "report.docx").write_bytes(b"PK\x03\x04 broken")
    found = compare(folder)
    assert not found.same
    assert found.message().startswith("report.docx：")


def test_an_empty_folder_is_told(tmp_path):
    assert compare(tmp_path).message() == f"{tmp_path.name}：没有可以互相比对的文件"
