"""What stands already is not lost by tallying a register."""

from __future__ import annotations

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


def test_a_register_without_a_row_of_the_year_is_not_taken_for_a_year_without_requests(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["tally", "台账.csv", "--agency", AGENCY, "--year", "2024"]) == 0
    assert "没有一行计入 2024 年度" in capsys.readouterr().out
