"""What must not go wrong: odd names, odd folders, two batches, a killed one, odd terminals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import messes
from helpers import formats
from helpers.batch.files import folder_names, locked, recover
from helpers.cli import execute
from helpers.errors import InputError
from helpers.figures import show
from helpers.notebook import CheckFailed, open_report
from helpers.params import params_data, read_params, report_from, write_params
from helpers.params.positions import compose
from helpers.readers.matching import match
from helpers.report import Agency, Report
from strategies import CODES, consistent_figures

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
WRONG = ROOT / "params" / "2020" / "平潭综合实验区.yaml"


def build(out, *sources, options=()):
    fast = ["--fonts", "packaged", "--formats", "html"]
    return execute(["build", *map(str, sources), "--out", str(out), *fast, *options])


def named(tmp_path, name, file="a.yaml"):
    """A params file like 宿迁 2023's under another name."""
    path = tmp_path / file
    report = replace(read_params(CLEAN), agency=Agency(name=name))
    path.write_text(write_params(report), encoding="utf-8")
    return path


@settings(max_examples=15)
@given(
    st.data(),
    st.lists(st.sampled_from((*messes.HARMLESS, *messes.HARMFUL)), max_size=3),
    st.randoms(use_true_random=False),
)
def test_what_was_read_from_a_mess_is_the_same_after_being_written(data, chain, random):
    """An uncertain figure never becomes certain on its way through a params file."""
    fmt = formats.find(data.draw(CODES))
    figures = data.draw(consistent_figures(fmt))
    rows = {
        t.id: messes.rows_of(t, lambda ref: show(figures[ref], fmt.slots[ref].column))
        for t in fmt.tables
    }
    for mess in chain:
        rows["三"] = mess(rows["三"], random)
    found = match([messes.found(r) for r in rows.values()])
    if len({ref.table for ref in found.figures}) < 3:
        return  # a params file needs the three tables
    report = Report(Agency(name="某某局"), 2023, found.format, found.figures)
    again = report_from(compose(write_params(report)).data)
    for ref, figure in found.figures.items():
        assert again.figures[ref].value == figure.value
    assert {r: f.value for r, f in report_from(params_data(report)).figures.items()} == {
        r: f.value for r, f in again.figures.items()
    }


def test_a_draft_does_not_overwrite_a_final_report_unless_told(tmp_path, capsys):
    assert build(tmp_path, CLEAN) == 0
    page = tmp_path / "2023" / "宿迁市人民政府" / "report.html"
    before = page.read_bytes()
    assert build(tmp_path, CLEAN, options=["--draft"]) == 1
    assert "草稿没有覆盖它；要覆盖请加 --force" in capsys.readouterr().out
    assert page.read_bytes() == before
    assert build(tmp_path, CLEAN, options=["--draft", "--force"]) == 0
    assert "草稿" in page.read_text(encoding="utf-8")


def test_an_agency_never_takes_the_folder_of_another(tmp_path, capsys):
    first, second = named(tmp_path, "甲/乙局"), named(tmp_path, "甲_乙局", "b.yaml")
    out = tmp_path / "out"
    assert build(out, first) == 0
    before = (out / "2023" / "甲_乙局" / "report.html").read_bytes()
    assert build(out, second, CLEAN) == 2
    assert "与甲/乙局的相同" in capsys.readouterr().err
    assert (out / "2023" / "甲_乙局" / "report.html").read_bytes() == before
    assert (out / "2023" / "宿迁市人民政府" / "report.html").is_file()


def test_a_refused_report_keeps_what_its_files_were_built_from(tmp_path):
    assert build(tmp_path, CLEAN) == 0
    good = json.loads((tmp_path / "2023" / "manifest.json").read_text(encoding="utf-8"))
    wrong = tmp_path / "w.yaml"
    text = CLEAN.read_text(encoding="utf-8").replace("[118, 3, 0, 0, 0, 0]", "[119, 3, 0, 0, 0, 0]")
    wrong.write_text(text, encoding="utf-8")
    assert build(tmp_path, wrong) == 1
    (old,), (entry,) = (
        good["reports"],
        json.loads((tmp_path / "2023" / "manifest.json").read_text(encoding="utf-8"))["reports"],
    )
    assert entry["state"] == "refused"
    assert entry["source_sha256"] != old["source_sha256"]
    for kept in ("files", "fonts", "built"):
        assert entry[kept] == old[kept]


def test_a_second_batch_into_one_folder_is_told(tmp_path, capsys):
    with locked(tmp_path / "2023"):
        assert build(tmp_path, CLEAN) == 2
    assert "另一个 nianbao 正在往这个文件夹写" in capsys.readouterr().err
    assert build(tmp_path, CLEAN) == 0
    assert not (tmp_path / "2023" / ".lock").exists()


def test_what_a_killed_batch_left_is_mended(tmp_path):
    for name in ("甲局", ".乙局.12.old", ".甲局.12.old", ".丙局.12.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(name, encoding="utf-8")
    recover(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["乙局", "甲局"]
    assert (tmp_path / "乙局" / "report.html").read_text(encoding="utf-8") == ".乙局.12.old"


def test_a_damaged_manifest_is_told_and_nothing_is_lost(tmp_path, capsys):
    assert build(tmp_path, CLEAN) == 0
    (tmp_path / "2023" / "manifest.json").write_text("{", encoding="utf-8")
    assert build(tmp_path, CLEAN) == 2
    assert "manifest.json：文件已损坏" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["某{局", "某局[/]", "某[red]局", "=HYPERLINK(1)局", "<b>某</b>局"]
)
def test_odd_names_build_and_stay_text(tmp_path, name, capsys):
    assert build(tmp_path / "out", named(tmp_path, name)) == 0
    assert name in capsys.readouterr().out
    (folder,) = [p for p in (tmp_path / "out" / "2023").iterdir() if p.is_dir()]
    assert "<b>某" not in (folder / "report.html").read_text(encoding="utf-8")
    assert "<b>某" not in (folder / "report.ipynb").read_text(encoding="utf-8").split("outputs")[-1]
    figures = (tmp_path / "out" / "2023" / "figures.csv").read_text(encoding="utf-8-sig")
    assert "\n=" not in figures


@pytest.mark.parametrize("name", ["某\n局", "\x1b[31m局", "某\u202e局"])
def test_control_characters_in_a_name_are_refused(name):
    data = params_data(read_params(CLEAN)) | {"agency": {"name": name}}
    with pytest.raises(InputError, match="不能有换行和看不见的控制字符"):
        report_from(data)


def test_names_that_would_share_a_file_get_a_mark_of_their_own():
    one, two, three = folder_names(["A/B局", "a_b局", "丙局"])
    assert one.casefold() != two.casefold()
    assert three == "丙局"


def test_a_mistyped_history_is_not_passed_over(capsys):
    assert execute(["check", str(CLEAN), "--history", "没有的文件夹"]) == 2
    assert "没有的文件夹：没有这个文件或文件夹" in capsys.readouterr().err


def test_an_empty_folder_beside_a_good_one_is_told(tmp_path, capsys):
    (tmp_path / "空").mkdir()
    assert execute(["check", str(CLEAN), str(tmp_path / "空")]) == 2
    assert "空：这个文件夹里没有可读的文件" in capsys.readouterr().err


def test_one_file_named_in_two_ways_is_one_source(capsys):
    assert execute(["check", str(CLEAN), str(CLEAN.resolve()), os.path.relpath(CLEAN)]) == 0
    assert "共 1 份" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["schema", "--out", "/dev/null/x"],
        ["figures", str(CLEAN), "--out", "/dev/null/x.csv"],
        ["form", "/dev/null/x.xlsx", "--year", "2025"],
        ["import", str(CLEAN), "--to", "/dev/null/x"],
    ],
)
def test_a_place_that_cannot_be_written_ends_with_3_and_a_sentence(arguments, capsys):
    assert execute(arguments) == 3
    assert "读写文件不成功" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_no_terminal_encoding_stops_the_output(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "helpers.cli", "check", str(WRONG)]
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 1
    assert "应为 26" in done.stdout.decode("utf-8")


def test_a_pipe_that_is_closed_early_is_no_fault():
    command = f"{sys.executable} -m helpers.cli rules | head -c 10"
    shell = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(shell, capture_output=True, encoding="utf-8")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_plan_and_notebook_judge_alike(tmp_path):
    """Settings and earlier years reach the notebook, so that what check says is what it says."""
    rules = tmp_path / "s.toml"
    rules.write_text('[rules]\n"T3-02" = "警告"\n', encoding="utf-8")
    assert build(tmp_path / "out", WRONG, options=["--settings", str(rules)]) == 0
    data = params_data(read_params(CLEAN))
    opened = open_report(None, **data, history=[data | {"year": 2022}], settings={})
    assert [report.year for report in opened.earlier] == [2022]


def test_a_final_report_never_prints_an_empty_reference():
    data = params_data(read_params(ROOT / "params" / "2021" / "市中区工业和信息化局.yaml"))
    data["narrative"] = {"总体情况": "采购{{ 二.政府集中采购.采购总金额 }}元。"}
    opened = open_report(None, **data)
    with pytest.raises(CheckFailed, match="引用的数在表里是空的"):
        opened.section("一")
    assert "采购〔空〕元" in str(open_report(None, draft=True, **data).section("一"))


def test_figures_of_different_units_are_not_added_up():
    data = params_data(read_params(CLEAN))
    data["narrative"] = {"总体情况": "{{ 二.行政事业性收费 + 三.本年新收 }}"}
    with pytest.raises(InputError, match="把不同单位的数（万元、件）加在一起"):
        report_from(data)


@pytest.mark.parametrize("key", ["三公经费", "四季度", "二零二四"])
def test_a_key_that_only_begins_like_a_table_is_no_table(key):
    data = params_data(read_params(CLEAN))
    tables = data["figures"]
    data["figures"] = {"二": tables["二"], key: tables["三"], "四": tables["四"]}
    with pytest.raises(InputError, match=f"没有“{key}”这张表"):
        report_from(data)


def form_of(tmp_path, changes):
    """A filled form with some cells typed over by a program that computes no formulas."""
    import openpyxl

    from helpers.forms import write_form

    report = read_params(CLEAN)
    file = tmp_path / "表.xlsx"
    file.write_bytes(write_form(report.format, report.year, report=report))
    book = openpyxl.load_workbook(file)
    for sheet, row_label, value in changes:
        cells = next(r for r in book[sheet].iter_rows() if str(r[0].value or "") == row_label)
        cells[1].value = value
    book.save(file)
    return file


def test_totals_that_no_program_computed_are_added_up(tmp_path):
    from helpers.readers import read_report

    report = read_report(form_of(tmp_path, [])).report
    assert report.complete == read_params(CLEAN).complete
    assert len(report.figures) == 200 - 34


@pytest.mark.parametrize("text", ["2024年1月20日", "2024.1.20", "2024/1/20", "2024-01-20"])
def test_the_date_on_the_form_is_read_however_it_is_written(tmp_path, text):
    from datetime import date

    from helpers.readers import read_report

    file = form_of(tmp_path, [("封面", "公布日期", text)])
    assert read_report(file).report.published == date(2024, 1, 20)


def test_a_date_that_means_nothing_is_told(tmp_path):
    from helpers.readers import read_report

    reading = read_report(form_of(tmp_path, [("封面", "公布日期", "明年一月")]))
    assert reading.report.published is None
    assert any("公布日期“明年一月”看不懂" in note.message for note in reading.notes)


def test_lines_typed_one_below_the_other_are_paragraphs(tmp_path):
    from helpers.readers import read_report

    text = "（一）主动公开\n全年公开信息79条。\n（二）依申请公开\n全年办结3486件。"
    file = form_of(tmp_path, [("文字", "一、总体情况", text)])
    assert read_report(file).report.narrative["一"] == (
        "### （一）主动公开\n\n全年公开信息79条。\n\n### （二）依申请公开\n\n全年办结3486件。"
    )


def test_full_width_braces_are_told():
    data = params_data(read_params(CLEAN))
    data["narrative"] = {"总体情况": "收到｛｛三.本年新收｝｝件"}
    with pytest.raises(InputError, match="花括号要用半角"):
        report_from(data)


def test_a_chart_shown_by_its_own_cell_has_chinese_labels(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", 4)
    chart = 'import matplotlib.pyplot as plt\nplt.bar(["自然人"], [3])\nplt.show()'
    notebook.cells = [*notebook.cells[:3], nbformat.v4.new_code_cell(chart)]
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    (picture,) = [o for o in notebook.cells[3].outputs if "image/svg+xml" in o.get("data", {})]
    assert "NotoSansSC" in picture.data["image/svg+xml"]
    assert not [o for o in notebook.cells[3].outputs if o.output_type == "stream"]
