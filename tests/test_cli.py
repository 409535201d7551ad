"""The command line: what it prints, where, and the code it ends with."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.cli import execute, main

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
WRONG = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
SEED = ROOT / "params" / "2021" / "市中区工业和信息化局.yaml"


@pytest.fixture
def broken(tmp_path):
    """A params file with a text in a number and no 表四."""
    text = CLEAN.read_text(encoding="utf-8").replace("[3402,", "[三千,")
    file = tmp_path / "坏.yaml"
    file.write_text(text[: text.index("  四:")] + text[text.index("narrative:") :], "utf-8")
    return file


def test_help_is_chinese_and_names_every_command(capsys):
    assert execute(["--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("用法：nianbao [选项] 命令")
    assert not [word for word in ("Usage", "Options", "Commands", "Show") if word in shown]
    assert all(f"  {name} " in shown for name in main.commands)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself_and_its_options_in_chinese(capsys, command):
    assert execute([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Show this message" not in shown
    for option in main.commands[command].params:
        if option.param_type_name == "option" and option.name != "help":
            assert any("\u4e00" <= c <= "\u9fff" for c in option.help or ""), option.name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "--fromats", "html"], "没有 --fromats 这个选项，是不是 --formats"),
        (["biuld"], "没有 biuld 这个命令，是不是 build？"),
        (["build", "--jobs", "0"], "--jobs 应为 1 到 64 的整数"),
        (["build", "--formats", "odt"], "--formats 只能是：html、pdf"),
        (["build", "--fonts", "x"], "--fonts 只能是：auto、packaged、official"),
        (["build", "--notebook", "没有.ipynb"], "没有这个笔记本：没有.ipynb"),
    ],
)
def test_a_mistyped_call_is_explained_and_ends_with_2(capsys, arguments, said):
    assert execute(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "--help" in captured.err
    assert captured.out == ""


def test_check_of_a_report_that_adds_up_ends_with_0(capsys):
    assert execute(["check", str(CLEAN)]) == 0
    assert "✓ 宿迁市人民政府 2023 年度" in capsys.readouterr().out


def test_check_writes_the_sum_out_and_ends_with_1(capsys):
    assert execute(["check", str(WRONG)]) == 1
    shown = capsys.readouterr().out
    assert "表三“自然人”一列：“（七）总计”填 20，应为 26 = 予以公开 6 + 部分公开 6" in shown


def test_a_source_that_cannot_be_read_ends_with_2_and_the_others_are_done(capsys, broken):
    assert execute(["check", str(broken), str(WRONG), str(CLEAN)]) == 2
    captured = capsys.readouterr()
    assert "✗ 平潭综合实验区 2020 年度" in captured.out
    assert "✓ 宿迁市人民政府 2023 年度" in captured.out
    assert "缺少表四" in captured.err
    assert "读到“三千”" in captured.err
    assert "第 35 行" in captured.err or "行：figures.三" in captured.err


@pytest.mark.parametrize("name", ["没有.yaml", "没有这个文件夹"])
def test_a_source_that_does_not_exist_is_named(capsys, name):
    assert execute(["check", name]) == 2
    assert f"{name}：没有这个文件或文件夹" in capsys.readouterr().err


def test_check_json_is_a_list_with_what_did_not_pass_and_nothing_else_on_stdout(capsys, broken):
    assert execute(["check", str(WRONG), str(SEED), str(broken), "--json"]) == 2
    wrong, seed, unreadable = json.loads(capsys.readouterr().out)
    assert (wrong["agency"], wrong["year"], wrong["format"]) == ("平潭综合实验区", 2020, "2019")
    fails = [f for f in wrong["findings"] if f["severity"] == "error" and f["state"] == "fail"]
    assert [(f["rule"], f["found"], f["expected"]) for f in fails] == [
        ("T3-02", "20", "26"),
        ("T3-02", "21", "27"),
    ]
    assert fails[0]["cells"] == [
        {"table": "三", "row": "三、本年度办理结果/（七）总计", "column": "自然人"}
    ]
    explained = {f["rule"] for f in seed["findings"] if f.get("explained")}
    assert explained == {"D-08", "L-07"}
    assert {f["state"] for f in (*wrong["findings"], *seed["findings"])} <= {
        "fail",
        "not_assessable",
    }
    assert unreadable["agency"] is None
    assert {p["line"] > 0 for p in unreadable["problems"]} == {True}


def test_figures_prints_one_row_a_cell_with_official_labels(capsys):
    assert execute(["figures", str(SEED)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 198
    cell = next(r for r in rows if r["row"] == "行政许可" and r["column"] == "本年增/减")
    assert cell == {
        "agency": "市中区工业和信息化局",
        "year": "2021",
        "format": "2019",
        "table": "二",
        "row": "行政许可",
        "column": "本年增/减",
        "unit": "件",
        "value": "1",
    }
    missing = [r["value"] for r in rows if r["row"] == "政府集中采购"]
    assert missing == ["", ""]


def test_figures_to_a_file_can_be_opened_by_a_spreadsheet(tmp_path):
    file = tmp_path / "数字.csv"
    assert execute(["figures", str(CLEAN), "--out", str(file)]) == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfagency,year,")
    assert b"59237.2449\r\n" in file.read_bytes()


def test_unused_and_unknown_explanations_are_said(capsys, tmp_path):
    file = tmp_path / "a.yaml"
    text = CLEAN.read_text(encoding="utf-8")
    file.write_text(text + "explanations: {D-08: 理由, Z-99: 理由}\n", encoding="utf-8")
    assert execute(["check", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "“Z-99”不是规则编号" in shown
    assert "“D-08”没有用上" in shown


def test_help_and_a_mistyped_option_import_nothing_heavy():
    code = (
        "import sys; from helpers.cli import execute; execute(['--help']);"
        "execute(['build', '--fromats', 'x']);"
        "heavy = {'pandas', 'papermill', 'nbconvert', 'nbformat', 'typst', 'lxml', 'pydantic'};"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_no_command_but_build_needs_papermill_or_typst():
    code = (
        "import sys; from helpers.cli import execute;"
        f"execute(['check', {str(CLEAN)!r}]); execute(['figures', {str(CLEAN)!r}]);"
        "heavy = {'pandas', 'papermill', 'nbconvert', 'nbformat', 'typst'};"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_the_readme_names_every_command_and_option():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert f"nianbao {name}" in readme
        for option in command.params:
            if option.param_type_name == "option":
                assert option.opts[0] in readme, f"{name} {option.opts[0]}"


def test_what_cannot_be_assessed_in_several_reports_is_told_once(tmp_path, capsys):
    """Six bureaus without last year's report: one sentence, five of them named."""
    source = SEED.read_text("utf-8")
    for n in range(6):
        text = source.replace("市中区工业和信息化局", f"市中区第{n}局")
        (tmp_path / f"{n}.yaml").write_text(text, encoding="utf-8")
    execute(["check", str(tmp_path)])
    out = capsys.readouterr().out
    _, shared = out.split("几份报告同样无法核对的：")
    (line,) = [line for line in shared.splitlines() if "缺上年（2020 年度）报告" in line]
    assert line.endswith("市中区第4局 2021等 6 份）")
    assert out.count("缺上年（2020 年度）报告，无法核对") == 1
    execute(["check", str(tmp_path / "0.yaml")])
    alone = capsys.readouterr().out
    assert "缺上年（2020 年度）报告" in alone
    assert "几份报告" not in alone
