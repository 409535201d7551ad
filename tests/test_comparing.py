"""Two runs of a check compared: what is mended, still there, new."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from helpers.cli import execute
from helpers.comparing import Before, Changes
from helpers.comparing.runs import Noted
from helpers.params import write_params
from helpers.report import Report
from helpers.rules import Severity, check, fingerprint
from strategies import report_of

Cells = Mapping[tuple[str, str], object]


def report(cells: Cells, **texts: str) -> Report:
    """A report of zeros but for some cells."""
    return replace(report_of("2021", cells, year=2023), narrative=texts)


def marks(one: Report, *rules: str) -> list[str]:
    """The fingerprints of what some rules find."""
    return [fingerprint(one, f) for f in check(one).failures if f.rule in rules]


def test_a_mistake_that_was_only_half_mended_is_still_the_same_one() -> None:
    three, five = report({("new", "sum"): 3}), report({("new", "sum"): 5})

    assert marks(three, "T3-01") == marks(five, "T3-01") != []


def test_another_cell_rule_year_or_agency_is_another_finding() -> None:
    one = report({("new", "sum"): 3})
    elsewhere = report({("open", "sum"): 3})
    later = replace(one, year=2024)
    other = replace(one, agency=one.agency.model_copy(update={"name": "别的局"}))

    found = [marks(each, "T3-01")[0] for each in (one, elsewhere, later, other)]
    assert len({*found, *marks(one, "T3-03")}) == 4 + len(set(marks(one, "T3-03")))


def test_of_findings_about_one_place_the_mended_one_is_the_one_that_is_gone() -> None:
    """Two sentences claim a wrong number of the same cell; the first is put right."""
    both = report({}, 一="全年收到政府信息公开申请11件。\n\n共收到政府信息公开申请12件。")
    one = report({}, 一="全年收到政府信息公开申请0件。\n\n共收到政府信息公开申请12件。")
    changes = after(both, one)

    (gone,) = [n.message for n in changes.fixed if n.rule == "N-01"]
    assert "写的 11 件" in gone
    assert {state for f, state in changes.failures if f.rule == "N-01"} == {"仍在"}


def test_equal_findings_are_counted_not_confused() -> None:
    """The same gap stands twice; one is filled."""
    twice = report({}, 一="发布信息  条。\n\n发布信息  条。")
    once = report({}, 一="发布信息  条。\n\n发布信息7条。")
    changes = after(twice, once)

    assert [n.rule for n in changes.fixed if n.rule == "N-19"] == ["N-19"]
    assert [state for f, state in changes.failures if f.rule == "N-19"] == ["仍在"]


def test_what_could_not_be_held_this_time_is_not_called_mended() -> None:
    wrong = report({("new", "sum"): 3})
    before = Before({(wrong.agency.name, wrong.year): noted(wrong)})
    changes = before.changes(wrong, check(wrong, {"T3-01": Severity.OFF}))

    assert "T3-01" in [n.rule for n in changes.unchecked]
    assert "T3-01" not in [n.rule for n in changes.fixed]


def noted(one: Report) -> list[Noted]:
    """What an earlier run noted of a report."""
    return [
        Noted(rule=f.rule, message=f.full_message, fingerprint=fingerprint(one, f))
        for f in check(one).failures
    ]


def after(first: Report, second: Report) -> Changes:
    """How the failures of a report changed."""
    before = Before({(first.agency.name, first.year): noted(first)})
    return before.changes(second, check(second))


def run(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What ``nianbao check`` prints about the reports of a folder."""
    execute(["check", str(folder / "甲.yaml"), *arguments])
    return capsys.readouterr().out


@pytest.fixture
def earlier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A run with two mistakes, of which one is mended now and another has come."""
    file = tmp_path / "甲.yaml"
    first = report({("new", "sum"): 3, ("fee", "amt"): -1})
    file.write_text(write_params(first), encoding="utf-8")
    before = tmp_path / "上次.json"
    before.write_text(run(tmp_path, capsys, "--json"), encoding="utf-8")
    now = report({("new", "sum"): 4, ("lic", "dec"): -2})
    file.write_text(write_params(now), encoding="utf-8")
    return before


def test_each_finding_is_new_or_still_there_and_what_is_mended_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    printed = run(tmp_path, capsys, "--since", str(earlier))

    assert "[仍在] 错误 T3-01" in printed
    assert "[新出现] 错误 C-05　表二“行政许可”行" in printed.replace("①", "").replace("②", "")
    assert "[已改正] C-05　表二“行政事业性收费”行" in printed
    assert "与上次相比：已改正 1 处，这次没有核对 " in printed


def test_the_comparison_is_in_the_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    data: Any = json.loads(run(tmp_path, capsys, "--json", "--since", str(earlier)))[0]
    changes = {f["rule"]: f.get("change") for f in data["findings"] if f["state"] == "fail"}

    assert changes["T3-01"] == "still"
    assert changes["C-05"] == "new"
    assert [one["rule"] for one in data["fixed"]] == ["C-05"]
    assert all("fingerprint" in f for f in data["findings"] if f["state"] == "fail")


def test_the_overview_has_a_sheet_of_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    run(tmp_path, capsys, "--since", str(earlier), "--sheets", str(tmp_path / "退回"))
    content = io.BytesIO((tmp_path / "退回" / "问题汇总.xlsx").read_bytes())
    book = CalamineWorkbook.from_filelike(content)
    rows = book.get_sheet_by_name("与上次相比").to_python()

    assert book.sheet_names == ["各单位", "问题", "各规则", "与上次相比"]
    assert {(row[2], row[3]) for row in rows} >= {
        ("已改正", "C-05"),
        ("仍在", "T3-01"),
        ("新出现", "C-05"),
    }


def test_a_report_that_the_earlier_run_did_not_have_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    earlier.write_text("[]", encoding="utf-8")

    printed = run(tmp_path, capsys, "--since", str(earlier))

    assert "上次核对的结果里没有这份报告。" in printed
    assert "[新出现]" not in printed
    assert "与上次相比" not in printed


def test_a_run_saved_by_a_shell_as_utf16_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    earlier.write_text(earlier.read_text(encoding="utf-8"), encoding="utf-16")

    assert "[仍在] 错误 T3-01" in run(tmp_path, capsys, "--since", str(earlier))


def test_a_run_of_a_version_without_fingerprints_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path
) -> None:
    data = json.loads(earlier.read_text(encoding="utf-8"))
    for finding in data[0]["findings"]:
        finding.pop("fingerprint", None)
    earlier.write_text(json.dumps(data), encoding="utf-8")

    assert execute(["check", str(tmp_path / "甲.yaml"), "--since", str(earlier)]) == 2
    assert "是旧版本存下的结果" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"agency": 3}]', "[" * 100_000])
def test_what_is_no_earlier_run_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], earlier: Path, content: str
) -> None:
    earlier.write_text(content, encoding="utf-8")

    assert execute(["check", str(tmp_path / "甲.yaml"), "--since", str(earlier)]) == 2
    assert "不是上次核对的结果" in capsys.readouterr().err


def test_an_earlier_run_that_is_not_there_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["check", str(tmp_path), "--since", str(tmp_path / "无.json")]) == 2
    assert "读不了这个文件" in capsys.readouterr().err
