"""What stands already is not lost by tallying a register."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.cli import execute
from helpers.params import read_params

ROOT = Path(__file__).parents[1]
REGISTER = (
    "登记编号,收到日期,申请人类型,办结日期,办理结果\n2023-1,2023-03-01,自然人,2023-03-10,予以公开\n"
)
AGENCY = "宿迁市人民政府"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register, and a params folder with the agency's report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "台账.csv").write_text(REGISTER, encoding="utf-8")
    target = tmp_path / "params" / "2023" / f"{AGENCY}.yaml"
    target.parent.mkdir(parents=True)
    text = (ROOT / f"params/2023/{AGENCY}.yaml").read_text(encoding="utf-8")
    target.write_text(text, encoding="utf-8")
    return tmp_path


def tallied(*arguments: str) -> int:
    return execute(["tally", "台账.csv", "--agency", AGENCY, "--year", "2023", *arguments])


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_the_proof_is_never_written_over_the_register(
    folder: Path, force: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tallied("--proof", "台账.csv", *force) == 2
    assert (folder / "台账.csv").read_text(encoding="utf-8") == REGISTER
    assert "不能写到来源文件上" in capsys.readouterr().err


def test_another_file_is_overwritten_by_the_proof_only_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "别的.xlsx").write_text("别的", encoding="utf-8")

    assert tallied("--proof", "别的.xlsx") == 2
    assert (folder / "别的.xlsx").read_text(encoding="utf-8") == "别的"
    assert "已经有了" in capsys.readouterr().err
    assert tallied("--proof", "别的.xlsx", "--force") in (0, 1)
    assert (folder / "别的.xlsx").read_bytes().startswith(b"PK")


def test_a_params_file_that_cannot_be_read_is_left_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "params" / "2023" / f"{AGENCY}.yaml"
    broken = target.read_text(encoding="utf-8").replace("figures:", "figures")
    target.write_text(broken, encoding="utf-8")

    assert tallied("--to", "params", "--force") == 2
    assert target.read_text(encoding="utf-8") == broken
    assert f"{AGENCY}.yaml 第" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new"), [("year: 2023", "year: 2024"), (f"name: {AGENCY}", "name: 淮安市人民政府")]
)
def test_figures_do_not_go_into_the_report_of_another_year_or_agency(
    folder: Path, old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "params" / "2023" / f"{AGENCY}.yaml"
    other = target.read_text(encoding="utf-8").replace(old, new, 1)
    target.write_text(other, encoding="utf-8")

    assert tallied("--to", "params", "--force") == 2
    assert target.read_text(encoding="utf-8") == other
    assert "没有动它" in capsys.readouterr().err


def test_only_the_tables_are_put_into_the_report_that_is_there(folder: Path) -> None:
    target = folder / "params" / "2023" / f"{AGENCY}.yaml"
    before = read_params(target)

    tallied("--to", "params", "--force")
    after = read_params(target)
    assert (after.agency, after.year, after.narrative) == (
        before.agency,
        before.year,
        before.narrative,
    )
    ref = after.format.ref("new", "nat", "三")
    assert after.figures.value(ref) == 1


def test_a_folder_stands_for_the_register_files_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = folder / "各月"
    inside.mkdir()
    assert execute(["tally", "各月", "--agency", AGENCY, "--year", "2023"]) == 2
    assert "各月：文件夹里没有台账文件" in capsys.readouterr().err
    for month in (1, 2):
        text = REGISTER.replace("2023-1,2023-03", f"2023-0{month}号,2023-0{month}")
        (inside / f"{month}月.csv").write_text(text, encoding="utf-8")
    (inside / "~$1月.xlsx").write_bytes(b"locked")

    assert execute(["tally", "各月", "--agency", AGENCY, "--year", "2023"]) == 0
    assert "本年新收政府信息公开申请数量　2 件" in capsys.readouterr().out


def figure(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """How a tally ends, and the line that says how many requests are new."""
    capsys.readouterr()
    code = execute(["tally", *arguments, "--agency", AGENCY, "--year", "2023"])
    shown = capsys.readouterr()
    new = [line for line in shown.out.splitlines() if "本年新收政府信息公开申请数量" in line]
    return code, new[0].rpartition("　")[2] if new else shown.err


def test_the_proofs_in_a_folder_are_no_registers_and_the_command_can_be_repeated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = folder / "台账"
    inside.mkdir()
    (inside / "台账.csv").write_text(REGISTER, encoding="utf-8")
    for _ in range(3):
        assert figure(capsys, "台账", "--proof", "台账/凭据.xlsx") == (0, "1 件")
    call = ["tally", "台账", "--agency", "淮安市人民政府", "--year", "2022"]
    execute([*call, "--proof", "台账/淮安.xlsx"])
    assert figure(capsys, "台账") == (0, "1 件")


def test_a_copy_of_a_register_is_refused_by_name_and_a_month_without_requests_is_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = folder / "各月"
    inside.mkdir()
    heads = REGISTER.splitlines(keepends=True)[0]
    for name, text in (("1月", REGISTER), ("2月", heads), ("3月", heads)):
        (inside / f"{name}.csv").write_text(text, encoding="utf-8")
    assert figure(capsys, "各月") == (0, "1 件")

    (inside / "1月 - 副本.csv").write_text(REGISTER, encoding="utf-8")
    code, said = figure(capsys, "各月")
    assert code == 2
    assert "各月/1月.csv" in said
    assert "内容与 各月/1月 - 副本.csv 完全相同" in said
    assert figure(capsys, "台账.csv", "台账.csv")[0] == 2


DISPUTES = (
    "案号,案件类别,受理日期,审结日期,审理结果\n某复1号,行政复议,2023-02-20,2023-03-20,结果维持\n"
)


@pytest.mark.parametrize("heads", [DISPUTES, DISPUTES.replace("案件类别", "类型")])
def test_a_register_of_disputes_in_the_folder_is_to_be_named_as_such(
    folder: Path, capsys: pytest.CaptureFixture[str], heads: str
) -> None:
    inside = folder / "全部"
    inside.mkdir()
    (inside / "台账.csv").write_text(REGISTER, encoding="utf-8")
    (inside / "复议.csv").write_text(heads, encoding="utf-8")
    code, said = figure(capsys, "全部")
    assert code == 2
    assert "全部/复议.csv" in said
    assert "像是复议诉讼台账，请用 --disputes" in said
    assert "register.columns" not in said

    assert figure(capsys, "全部", "--disputes", "全部/复议.csv") == (0, "1 件")
    assert figure(capsys, "台账.csv", "全部/复议.csv")[0] == 2


def test_what_has_no_heads_is_left_out_with_a_note_in_a_folder_and_refused_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = folder / "全部"
    inside.mkdir()
    (inside / "台账.csv").write_text(REGISTER, encoding="utf-8")
    (inside / "说明.txt").write_text("每月底更新\n", encoding="utf-8")
    assert execute(["tally", "全部", "--agency", AGENCY, "--year", "2023"]) == 0
    assert "全部/说明.txt：文件里没有台账的表头，没有读" in capsys.readouterr().out

    code, said = figure(capsys, "台账.csv", "全部/说明.txt")
    assert code == 2
    assert "没有找到依申请公开台账的表头" in said
    (inside / "台账.csv").unlink()
    assert figure(capsys, "全部")[0] == 2


def test_a_register_without_a_row_of_the_year_is_not_taken_for_a_year_without_requests(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["tally", "台账.csv", "--agency", AGENCY, "--year", "2024"]) == 0
    out = capsys.readouterr().out
    assert "没有一行计入 2024 年度" in out
    assert "没有一行是 2024 年收到的，读到的是2023 年收到的" in out


def test_an_empty_register_is_said_to_be_empty(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "台账.csv").write_text(REGISTER.partition("\n")[0] + "\n", encoding="utf-8")
    assert execute(["tally", "台账.csv", "--agency", AGENCY, "--year", "2024"]) == 0
    out = capsys.readouterr().out
    assert "台账是空的，没有读到一行。请核对文件和工作表" in out
    assert "没有收到日期的行" not in out


def test_a_register_of_the_year_before_is_told_though_something_of_it_is_carried_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table is not empty, so that it looks like a quiet year."""
    carried = "2023-2,2023-12-28,自然人,2024-01-10,予以公开\n"
    (folder / "台账.csv").write_text(REGISTER + carried, encoding="utf-8")
    call = ["tally", "台账.csv", "--agency", AGENCY]

    assert execute([*call, "--year", "2024"]) == 0
    out = capsys.readouterr().out
    assert "没有一行是 2024 年收到的，读到的是2023 年收到的 2 行" in out
    assert "2024 年的台账在别的文件或工作表里的，把它也写上再算一次" in out
    assert execute([*call, "--year", "2024", "--json"]) == 0
    assert "没有一行是 2024 年收到的" in json.loads(capsys.readouterr().out)["notes"][0]
    assert execute([*call, "--year", "2023"]) == 0
    assert "没有一行是" not in capsys.readouterr().out
