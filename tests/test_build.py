"""build: reports appear whole, nothing that was there is lost, same input gives same bytes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.batch.files import folder_name, replace_file
from helpers.cli import execute

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
WRONG = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
SEED = ROOT / "params" / "2021" / "市中区工业和信息化局.yaml"
FILES = {"report.html", "report.pdf", "report.docx", "report.ipynb", "findings.json", "figures.csv"}


def build(out, *sources, options=()):
    arguments = ["build", *map(str, sources), "--out", str(out), "--fonts", "packaged", *options]
    return execute(arguments)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The seed's report and 宿迁 2023, built once."""
    out = tmp_path_factory.mktemp("outputs")
    assert build(out, CLEAN, SEED) == 0
    return out


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_a_report_has_its_page_its_pdf_its_word_file_its_notebook_and_its_findings(built):
    names = {p.name for p in (built / "2023" / "宿迁市人民政府").iterdir()}
    assert names == FILES
    assert {p.name for p in (built / "2023").iterdir()} == {
        "宿迁市人民政府",
        "figures.csv",
        "findings.csv",
        "index.html",
        "manifest.json",
    }


def test_the_data_offered_on_a_page_are_those_of_its_report_only(built):
    folder = built / "2023" / "宿迁市人民政府"
    assert 'href="figures.csv"' in (folder / "report.html").read_text(encoding="utf-8")
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["agency"] for row in rows} == {"宿迁市人民政府"}
    assert "2822652" in {row["value"] for row in rows}


def test_only_the_formats_asked_for_are_made(tmp_path):
    assert build(tmp_path, CLEAN, options=["--formats", "docx，html"]) == 0
    names = {p.name for p in (tmp_path / "2023" / "宿迁市人民政府").iterdir()}
    assert names == FILES - {"report.pdf"}


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        ("html,doc", "--formats 只能是：html、pdf、docx（用逗号分开），没有“doc”"),
        (" , ", "--formats 只能是：html、pdf、docx（用逗号分开）"),
    ],
)
def test_a_format_that_does_not_exist_is_named(formats, said, tmp_path, capsys):
    assert build(tmp_path, CLEAN, options=["--formats", formats]) == 2
    assert said in capsys.readouterr().err


def test_the_seed_builds_because_its_two_faults_are_explained(built):
    findings = json.loads(
        (built / "2021" / "市中区工业和信息化局" / "findings.json").read_text(encoding="utf-8")
    )
    explained = {f["rule"]: f["explanation"] for f in findings["findings"] if f.get("explained")}
    assert set(explained) == {"D-08", "L-07"}


def test_without_its_explanations_the_seed_is_refused_and_nothing_appears(tmp_path, capsys):
    text = SEED.read_text(encoding="utf-8")
    file = tmp_path / "seed.yaml"
    file.write_text(text[: text.index("explanations:")], encoding="utf-8")
    assert build(tmp_path / "out", file) == 1
    assert not (tmp_path / "out" / "2021" / "市中区工业和信息化局").exists()
    assert "D-08" in capsys.readouterr().out


def test_the_manifest_says_state_hashes_fonts_and_versions(built):
    manifest = json.loads((built / "2023" / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = manifest["reports"]
    assert entry["state"] == "done"
    assert set(entry["files"]) == FILES
    assert entry["fonts"] == ["NotoSansSC-Regular", "NotoSerifSC-Regular"]
    assert {"nianbao", "python", "typst", "papermill"} <= set(
        manifest["builds"][entry["built"]["build"]]["versions"]
    )


def test_building_again_gives_the_same_bytes(built, tmp_path):
    assert build(tmp_path, CLEAN, SEED, options=["--jobs", "1"]) == 0
    assert contents(tmp_path) == contents(built)


def test_no_output_names_the_machine_or_the_user(built):
    home = str(Path.home()).encode()
    for name, content in contents(built).items():
        assert str(built).encode() not in content, name
        assert str(ROOT).encode() not in content, name
        assert len(home) < 3 or home + b"/" not in content, name


def test_the_injected_parameters_can_be_read(built):
    notebook = nbformat.read(built / "2021" / "市中区工业和信息化局" / "report.ipynb", 4)
    (cell,) = [c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert "'name': '市中区工业和信息化局'" in cell.source
    assert "\\u" not in cell.source


def test_a_refused_report_leaves_the_old_one_untouched(built, tmp_path, capsys):
    assert build(tmp_path, CLEAN) == 0
    before = contents(tmp_path / "2023" / "宿迁市人民政府")
    wrong = tmp_path / "wrong.yaml"
    text = CLEAN.read_text(encoding="utf-8")
    wrong.write_text(text.replace("[118, 3, 0, 0, 0, 0]", "[119, 3, 0, 0, 0, 0]"), "utf-8")
    assert build(tmp_path, wrong) == 1
    said = capsys.readouterr().out
    assert "总计 3375 + 结转下年度继续办理 119 = 3494，相差 1" in said
    assert "另有" not in said
    assert contents(tmp_path / "2023" / "宿迁市人民政府") == before


def test_a_draft_builds_with_errors_and_ends_with_1(tmp_path):
    assert build(tmp_path, WRONG, options=["--draft"]) == 1
    page = (tmp_path / "2020" / "平潭综合实验区" / "report.html").read_text(encoding="utf-8")
    assert "草稿" in page
    assert "填 20，应为 26" in page
    assert ">20<sup>①</sup>" in page


def test_two_files_of_one_agency_and_year_that_differ_are_both_refused(tmp_path, capsys):
    copy = tmp_path / "copy.yaml"
    text = CLEAN.read_text(encoding="utf-8")
    assert "1808595" in text
    copy.write_text(text.replace("1808595", "1808596"), encoding="utf-8")
    assert build(tmp_path / "out", CLEAN, copy) == 2
    assert "宿迁市人民政府 2023 年度的报告还在" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_agencies_not_in_a_batch_keep_their_entries(tmp_path):
    other = tmp_path / "b.yaml"
    text = CLEAN.read_text(encoding="utf-8").replace(
        "name: 宿迁市人民政府", "name: 甲市人民政府", 1
    )
    other.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert build(out, CLEAN, options=["--formats", "html"]) == 0
    assert build(out, other, options=["--formats", "html"]) == 0
    with (out / "2023" / "figures.csv").open(encoding="utf-8-sig", newline="") as stream:
        agencies = [row["agency"] for row in csv.DictReader(stream)]
    assert agencies == ["宿迁市人民政府"] * 200 + ["甲市人民政府"] * 200
    manifest = json.loads((out / "2023" / "manifest.json").read_text(encoding="utf-8"))
    assert [e["agency"] for e in manifest["reports"]] == ["宿迁市人民政府", "甲市人民政府"]


def test_a_notebook_that_fails_is_reported_and_the_code_is_3(tmp_path, capsys):
    notebook = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", 4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(notebook, tmp_path / "bad.ipynb")
    code = build(tmp_path / "out", CLEAN, options=["--notebook", str(tmp_path / "bad.ipynb")])
    assert code == 3
    assert "笔记本里以“1 / 0”开头的单元格出错：ZeroDivisionError" in capsys.readouterr().out
    assert not (tmp_path / "out" / "2023" / "宿迁市人民政府").exists()


def test_a_notebook_that_kills_its_kernel_does_not_hang_the_batch(tmp_path, capsys):
    notebook = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", 4)
    notebook.cells.append(nbformat.v4.new_code_cell("import os; os._exit(1)"))
    nbformat.write(notebook, tmp_path / "bad.ipynb")
    assert build(tmp_path / "out", CLEAN, options=["--notebook", str(tmp_path / "bad.ipynb")]) == 3
    assert "没有运行完" in capsys.readouterr().out


def test_nothing_is_left_beside_the_reports(built):
    assert not list(built.rglob(".*"))


def test_in_a_pipe_there_is_no_progress_bar_and_results_are_on_stdout(tmp_path):
    command = [sys.executable, "-m", "helpers.cli", "build", str(WRONG), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 1
    assert "生成结果" in done.stdout
    assert "✗ 有错误，未生成　平潭综合实验区 2020" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


@given(st.text(max_size=100))
def test_a_folder_name_is_one_plain_name_on_every_file_system(agency):
    name = folder_name(agency)
    assert 0 < len(name) <= 61
    assert not set(name) & set('<>:"/\\|?*\0\n\t')
    assert name == name.strip(" .")
    assert name.casefold().split(".")[0] not in {"con", "nul", "aux", "prn", "com1", "lpt9"}


@pytest.mark.parametrize(
    ("agency", "name"),
    [("某局", "某局"), ("../../etc", "_.._etc"), ("CON", "_CON"), ("a/b", "a_b"), ("...", "_")],
)
def test_folder_names_of_odd_agencies(agency, name):
    assert folder_name(agency) == name


def test_a_file_that_cannot_be_written_is_told_by_its_own_name(tmp_path, monkeypatch):
    def refuse(self, *_):
        raise PermissionError(13, "no", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermissionError) as caught:
        replace_file(tmp_path / "x.xlsx", b"one")
    assert caught.value.filename == str(tmp_path / "x.xlsx")


def test_a_file_is_replaced_whole(tmp_path):
    file = tmp_path / "a" / "b.csv"
    replace_file(file, b"one")
    replace_file(file, b"two")
    assert file.read_bytes() == b"two"
    assert [p.name for p in file.parent.iterdir()] == ["b.csv"]


def test_that_years_were_not_compared_is_said_in_one_line(tmp_path, capsys):
    html = ["--formats", "html", "--jobs", "1"]
    said = "没有往年报告，跨年的关系没有核对；往年报告用 --history 指出。\n"
    for _ in range(2):  # also when nothing has changed and nothing is read
        assert build(tmp_path / "a", CLEAN, options=html) == 0
        assert f"\n{said}" in capsys.readouterr().out
    later = ROOT / "params" / "2024" / "宿迁市人民政府.yaml"
    assert build(tmp_path / "a", later, options=[*html, "--history", str(CLEAN)]) == 0
    assert "没有往年报告" not in capsys.readouterr().out
    assert build(tmp_path / "b", later, CLEAN, options=html) == 0
    assert f"有 1 份{said}" in capsys.readouterr().out
