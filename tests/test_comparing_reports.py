"""Two reports side by side: every cell and sentence that differs, and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cli import execute
from helpers.comparing import compare
from helpers.figures import Figure, Figures, number
from helpers.params import read_params
from helpers.report import Report
from real_figures import PINGTAN_2020, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024
from test_reading import write

ROOT = Path(__file__).parents[1]
FILE_2023, FILE_2024 = (str(ROOT / f"params/{year}/宿迁市人民政府.yaml") for year in (2023, 2024))
CITY = SUQIAN_2023.report()


def test_a_report_does_not_differ_from_itself() -> None:
    report = read_params(Path(FILE_2023))
    found = compare(report, report)

    assert found.same
    assert found.compared == 200
    assert found.same_sentences > 10


@given(st.data())
def test_every_changed_cell_is_found_and_no_other(data: st.DataObject) -> None:
    refs = data.draw(st.lists(st.sampled_from(list(CITY.format.slots)), unique=True, max_size=9))
    changed = {ref: number((CITY.complete.value(ref) or Decimal(0)) + 1) for ref in refs}
    found = compare(CITY, replace(CITY, figures=CITY.figures.having(changed)))

    assert {one.ref for one in found.cells} == set(refs)
    assert {one.change for one in found.cells} <= {Decimal(1)}


def test_a_blank_is_no_zero() -> None:
    ref = next(ref for ref, figure in CITY.figures.items() if figure.value == 0)
    blank = replace(CITY, figures=CITY.figures.having({ref: Figure()}))
    gone = replace(CITY, figures=Figures({k: v for k, v in CITY.figures.items() if k != ref}))

    assert compare(CITY, blank).cells[0].ref == ref
    assert compare(blank, CITY).cells[0].change is None
    assert ref in [one.ref for one in compare(CITY, gone).cells]


def test_across_the_change_of_format_only_what_means_the_same_is_compared() -> None:
    """表四 and 表三 without 其他处理: 15 + 7 rows fewer than in one format alone."""
    found = compare(PINGTAN_2020.report(), PINGTAN_2021.report())
    tables = {one.ref.table for one in found.cells}

    assert found.compared == 15 + 7 * 22
    assert "二" not in tables
    assert not any("其他处理" in one.ref.row for one in found.cells)


def told(one: str, other: str) -> list[tuple[str, str]]:
    """What differs between two texts of section 一, and on which side."""
    reports: list[Report] = [replace(CITY, narrative={"一": text}) for text in (one, other)]
    return [(text.kind, text.sentence) for text in compare(*reports).texts]


def test_sentences_are_compared_as_readers_see_them() -> None:
    assert told("全年收到{{ 三.本年新收 }}件。", "全年收到3511件。") == []
    assert told("**甲**做了。乙做了。", "甲做了。\n\n乙做 了。") == []
    assert told("甲做了。乙做了。", "甲做了。丙做了。乙做了。") == [("only_second", "丙做了。")]
    assert told("甲做了；乙没做。", "乙没做。") == [("only_first", "甲做了；")]


def test_the_command_prints_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["compare", FILE_2023, FILE_2024]) == 0
    printed = capsys.readouterr().out

    assert "－ 宿迁市人民政府 2023 年度" in printed
    assert "比了 200 格，" in printed
    assert "－ 全市共对25件政府信息公开申请收取信息处理费2950元。" in printed


def test_the_command_gives_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["compare", FILE_2023, FILE_2024, "--json"]) == 0
    data: Any = json.loads(capsys.readouterr().out)
    fee = next(c for c in data["cells"] if c["row"] == "行政事业性收费")

    assert (fee["first"], fee["second"]) == ("59237.2449", "72701.2578")
    assert data["same"] is False
    assert (data["first"]["year"], data["second"]["year"]) == (2023, 2024)
    assert len(data["cells"]) == len(compare(SUQIAN_2023.report(), SUQIAN_2024.report()).cells)


def test_a_folder_of_several_reports_or_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["compare", FILE_2023, str(ROOT / "params/2021")]) == 2
    assert "里有几份报告" in capsys.readouterr().err
    assert execute(["compare", FILE_2023, str(tmp_path / "无.docx")]) == 2
    assert "没有这个文件" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_what_was_built_says_the_same_as_what_is_imported_from_it(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = write(read_params(Path(FILE_2024)), kind, tmp_path / "built")
    assert execute(["import", str(built), "--to", str(tmp_path / "imported")]) == 0
    (imported,) = (tmp_path / "imported").rglob("*.yaml")
    capsys.readouterr()

    for one, other in ((imported, built), (Path(FILE_2024), built)):
        assert execute(["compare", str(one), str(other), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["same"] is True


def test_between_a_draft_and_what_was_published_exactly_the_mends_stand_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = read_params(Path(FILE_2024))
    ref = published.format.ref("lic", "dec", "二")
    assert ref
    text = published.narrative["五"] + "\n\n这一句后来删去了。"
    draft = replace(
        published,
        figures=published.figures.having({ref: number(157_317)}),
        narrative={**published.narrative, "五": text},
    )
    files = [
        str(write(draft, "docx", tmp_path / "draft")),
        str(write(published, "pdf", tmp_path / "published")),
    ]
    assert execute(["compare", *files, "--json"]) == 0
    data: Any = json.loads(capsys.readouterr().out)
    assert [(c["row"], c["first"], c["second"]) for c in data["cells"]] == [
        ("行政许可", "157317", "1573179"),
    ]
    said = "行政许可、行政处罚、行政强制的处理决定分别为{}件、2676474件、29351件。"
    assert [(one["only_in"], one["text"]) for one in data["sentences"]] == [
        ("first", said.format(157317)),
        ("second", said.format(1573179)),
        ("first", "这一句后来删去了。"),
    ]


def test_two_agencies_are_compared_cell_by_cell(capsys: pytest.CaptureFixture[str]) -> None:
    county = str(ROOT / "params/2025/沭阳县人民政府.yaml")
    assert execute(["compare", county, FILE_2024, "--json"]) == 0
    data: Any = json.loads(capsys.readouterr().out)
    new = next(
        c for c in data["cells"] if c["row"].startswith("一、本年新收") and c["column"] == "总计"
    )
    assert (new["first"], new["second"]) == ("713", "3525")
