"""Holes that hostile input once found, each closed where it was."""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.batch import manifest, verify
from helpers.batch.files import folder_name, folder_names
from helpers.cli import execute, terminal
from helpers.errors import InputError
from helpers.exporters.pictures import raster
from helpers.figures import Figure
from helpers.forms import write_form
from helpers.judging import result_of
from helpers.notebook import open_report
from helpers.notebook.prose import inert
from helpers.opendata.tables import data_tables
from helpers.opendata.workbook import write_workbook
from helpers.params import params_data, read_params, report_from, write_params
from helpers.params.positions import compose
from helpers.readers import read_report
from helpers.readers.containers import sniff
from helpers.report import Agency, file_name, harmless
from helpers.settings import Settings, load_settings
from helpers.sheets import overview

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"


def named(name):
    return replace(read_params(CLEAN), agency=Agency(name=name))


# --- the terminal ---------------------------------------------------------------------------


def test_a_sentence_cannot_command_the_terminal(capsys):
    terminal.echo("甲\x1b[2J\x1b]0;x\x07\x9b1m\u202e乙")
    terminal.secho("丙\x1b[31m", fg="green")
    said = capsys.readouterr().out
    assert not set(said) & set("\x1b\x07\x9b\u202e")
    assert said.startswith("甲�[2J�]0;x��1m�乙")


def test_our_own_colours_reach_a_terminal(monkeypatch):
    shown = []
    monkeypatch.setattr(terminal.click, "echo", lambda text, **_: shown.append(text))
    terminal.echo(f"{terminal.click.style('错误', fg='red')} \x1b[8m藏")
    assert shown == ["\x1b[31m错误\x1b[0m �[8m藏"]


def test_a_mistake_is_told_without_the_escape_sequence_it_quotes(tmp_path, capsys):
    file = tmp_path / "a.yaml"
    file.write_text('"\\e[2J\\e]8;;http://a\\a": 1\n', encoding="utf-8")
    assert execute(["check", str(file)]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_json_escapes_what_is_not_seen_and_means_the_same(capsys):
    data = {"a": "甲\x9b\u202e\U000e0041\ud800"}
    terminal.echo_json(data)
    said = capsys.readouterr().out
    assert "\\u009b\\u202e\\udb40\\udc41\\ud800" in said
    assert json.loads(said) == data


@pytest.mark.parametrize("name", ["某\u2028局", "某\u2029局", "某\ufffe局", "某\U0001ffff局"])
def test_a_name_has_no_line_end_of_another_kind_and_no_non_character(name):
    with pytest.raises(InputError, match="看不见的控制字符"):
        report_from(params_data(read_params(CLEAN)) | {"agency": {"name": name}})


# --- spreadsheets ---------------------------------------------------------------------------


def cells(content):
    return [c for row in csv.reader(io.StringIO(content, newline="")) for c in row]


@pytest.mark.parametrize("name", ["=1+1局", "@SUM(1)局", "-2+3局", "'=1+1局"])
def test_no_csv_file_has_a_formula_and_the_name_can_be_had_back(name, tmp_path, capsys):
    report = named(name)
    file = tmp_path / "a.yaml"
    file.write_text(write_params(report), encoding="utf-8")
    assert execute(["figures", str(file)]) == 0
    (table, *_) = data_tables([report])
    for content in (capsys.readouterr().out, table.csv().decode("utf-8")):
        assert f"'{name}" in cells(content)
        assert name not in cells(content)
    assert harmless(name).removeprefix("'") == name


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    text = sheet_text(overview([], (), [("a", "长" * 40_000)]))
    assert "……（太长，以下略）" in text
    assert "长" * 32_000 in text


def sheet_text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith("xml"))


def test_names_of_rare_characters_and_of_excel_itself_fit_on_a_tab():
    reports = [named("\U00020000" * 40), named("\U00020000" * 41), named("History")]
    assert write_workbook(2023, reports).startswith(b"PK")


# --- time and memory --------------------------------------------------------------------------


@pytest.mark.parametrize("piece", ["![", "[", "{{", "[a](", "！", "1件，其中"])
def test_rules_take_bounded_time_on_any_text(piece):
    text = (piece * 400_000)[:400_000]
    report = replace(read_params(CLEAN), narrative={"一": text, "五": text, "六": text})
    start = time.process_time()
    result_of(report, (), Settings())
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "piece", ["<!-- a -->", "<!--", "<?xml ?>", "-->", "<!-- -->\n", "A: b\n "]
)
def test_what_a_file_is_is_seen_at_once_however_it_begins(piece):
    start = time.process_time()
    assert sniff((piece * 1000).encode()) in ("text", "html", "unknown")
    assert time.process_time() - start < 2


def test_a_text_of_millions_of_parts_is_not_built():
    start = time.process_time()
    assert compose(f"a: {{{'b,' * 2_400_000}}}").faults[0][1] == "内容太多，不像参数文件"
    assert time.process_time() - start < 5


def picture(width, height):
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_a_picture_that_would_take_gigabytes_is_left_out():
    assert raster(picture(300, 200), "image/png") is not None
    assert raster(b64encode(picture(60_000, 60_000)).decode(), "image/png") is None
    frame = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03"
    assert raster(frame + bytes(20), "image/jpeg") is None


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, "[a]\n" * 300_000])
def test_settings_without_end_are_told(tmp_path, text):
    file = tmp_path / "s.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="不是设置文件"):
        load_settings(str(file))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="没有命名管道")
def test_a_pipe_among_the_sources_does_not_stop_the_batch_for_ever(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    command = [sys.executable, "-m", "helpers.cli", "check", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=30)
    assert done.returncode == 2
    assert "不是普通文件" in done.stderr.decode("utf-8")


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td colspan=1000>" * 3000,
        "<tr>" + "<td rowspan=1000 colspan=900>" * 300 + "<tr><td>" * 900,
        "<tr>" + "<td>" * 400 + "<tr><td>" * 10_000,
    ],
)
def test_a_web_page_with_spans_without_end_is_told_at_once(tmp_path, table):
    file = tmp_path / "a.html"
    file.write_text(f"<html><body><table>{table}</table></body></html>", encoding="utf-8")
    start = time.process_time()
    with pytest.raises(InputError, match="不像年度报告的表格"):
        read_report(file)
    assert time.process_time() - start < 5


# --- names and places -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["index.html", "Manifest.JSON", "figures.csv", "NUL .txt"])
def test_no_agency_takes_the_place_of_a_file_of_the_batch(name):
    assert folder_name(name).startswith("_")


def test_a_name_of_rare_characters_is_no_longer_than_a_file_system_takes():
    assert len(folder_name("\U00020000" * 80).encode()) <= 180


def test_nobody_gets_a_name_by_calling_itself_what_another_was_given():
    first = folder_names(["A/B局", "A_B局"])[0]
    names = folder_names(["A/B局", "A_B局", first])
    assert len(set(names)) == 3


def test_pictures_of_names_that_would_share_a_file_are_both_there(tmp_path):
    for at, name in enumerate(("甲/乙局", "甲_乙局")):
        (tmp_path / f"{at}.yaml").write_text(write_params(named(name)), encoding="utf-8")
    assert execute(["picture", str(tmp_path), "--out", str(tmp_path / "p")]) == 0
    assert len(list((tmp_path / "p").glob("*.png"))) == 2


def entry(**changes):
    about = dict.fromkeys(("format", "state", "source_sha256"), "")
    return {"agency": "甲", "year": 2023, "folder": "甲", "files": {}, **about, **changes}


@pytest.mark.parametrize(
    "wrong",
    [
        {"folder": "../.."},
        {"folder": "/etc"},
        {"files": {"../report.ipynb": ""}},
        {"files": None},
        {"state": 1},
        {"year": "2023"},
    ],
)
def test_a_manifest_that_points_outside_or_says_nothing_is_damaged(tmp_path, wrong):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"reports": [entry(**wrong)]}), encoding="utf-8")
    with pytest.raises(InputError, match="文件已损坏"):
        manifest.read_manifest(tmp_path)


def test_what_is_entered_after_a_damaged_line_of_the_journal_is_not_lost(tmp_path):
    manifest.append_journal(tmp_path, {"entry": entry()})
    with (tmp_path / manifest.JOURNAL).open("ab") as stream:
        stream.write(b"\xff garbage\n[1]\n")
    manifest.heal_journal(tmp_path)
    manifest.append_journal(tmp_path, {"entry": entry(agency="乙", folder="乙")})
    assert list(manifest.read_manifest(tmp_path).reports) == ["甲", "乙"]


def test_verify_runs_no_notebook_that_is_not_the_one_that_was_made(tmp_path):
    folder = tmp_path / "甲"
    folder.mkdir()
    (folder / "report.ipynb").write_text("{}", encoding="utf-8")
    files = {"report.ipynb": "0" * 64}
    text = json.dumps({"reports": [entry(files=files)]})
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    ((build, entries),) = verify.by_build(tmp_path)
    assert list(verify.rendered(tmp_path, build, entries, 1, Settings().run)) == []


# --- the notebook as other programs show it ---------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<!--x--><iframe src=x>",
        "![图](http://evil.example/x.png)",
        "![图][a]\n\n[a]: http://evil.example/x.png",
        "`\n\n<img src=x onerror=alert(1)>\n\n`",
    ],
)
def test_the_notebook_shows_html_as_words_and_loads_no_picture(text):
    from markdown_it import MarkdownIt

    data = params_data(read_params(CLEAN)) | {"narrative": {"总体情况": text}}
    shown = open_report(None, draft=True, **data).section("一").data["text/markdown"]
    page = MarkdownIt("commonmark").render(shown)
    assert not any(tag in page for tag in ("<script", "<iframe", "<img", "<!--"))


def test_pictures_at_hand_and_addresses_stay():
    text = "![图](data:image/png;base64,AA==) ![图](attachment:a.png) <https://a.example> 3<5"
    assert inert(text) == text


# --- privacy ----------------------------------------------------------------------------------


def test_a_source_is_called_by_its_file_and_folder():
    assert file_name("/home/某人/报送/2023/某局.docx") == "2023/某局.docx"
    assert file_name(r"C:\Users\某人\2023\某局.docx") == "2023/某局.docx"


def test_no_output_says_where_on_this_machine_the_sources_are(tmp_path):
    away = tmp_path / "user-7391" / "a"
    away.mkdir(parents=True)
    (away / "a.yaml").write_text(write_params(read_params(CLEAN)), encoding="utf-8")
    (away / "b.yaml").write_text("坏", encoding="utf-8")
    roster = tmp_path / "s.toml"
    roster.write_text('[[rollup]]\nparent="某县人民政府"\nunits=["宿迁市人民政府"]\n', "utf-8")
    out, set_ = tmp_path / "out", ["--settings", str(roster)]
    execute(["check", str(away), "--sheets", str(out / "sheets"), *set_])
    execute(["build", str(away), "--out", str(out), "--fonts", "packaged"])
    execute(["dataset", str(away), "--out", str(out / "data"), *set_])
    execute(["picture", str(away), "--out", str(out / "p")])
    execute(["import", str(away), "--to", str(out / "imported")])
    secrets = [b"user-7391", os.fsencode(Path.home()) + b"/", os.uname().nodename.encode()]
    files = [file for file in out.rglob("*") if file.is_file()]
    assert len(files) > 20
    for file in files:
        content = file.read_bytes()
        parts = [content]
        if content.startswith(b"PK"):
            with zipfile.ZipFile(file) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        for secret in secrets:
            if len(secret) > 3:
                assert not any(secret in part for part in parts), (file.name, secret)


def test_an_unreadable_figure_stays_text_in_the_form():
    report = read_params(CLEAN)
    ref = next(r for r in report.figures if r.table == "三")
    bad = Figure(None, "unreadable", "=cmd|' /C calc'!A0")
    report = replace(report, figures=report.figures.having({ref: bad}))
    text = sheet_text(write_form(report.format, report.year, report=report))
    assert "<f>=cmd" not in text
    assert "<f>cmd" not in text


def test_settings_nested_deeper_than_can_be_shown_are_told_and_not_shown(tmp_path):
    deep = ".".join(["a"] * 5000)
    file = tmp_path / "nianbao.toml"
    known = ["rules.T3-01", "limits.change", "deadlines.政府", "register.columns", "register.today"]
    known += [
        "register.results",
        "register.calendar",
        "report.charts",
        "run.seconds",
        "run.memory_mb",
    ]
    unknown = ["rules", "limits", "deadlines", "rollup", "register", "report", "run"]
    for key in (*known, *unknown):
        section, _, name = key.partition(".")
        inside = f'"{name}".{deep}' if name else deep
        file.write_text(f"[{section}]\n{inside} = 1\n", encoding="utf-8")
        with pytest.raises(InputError):
            load_settings(str(file))
