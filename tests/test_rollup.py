"""The parent's report as the sum of its units, to any depth, with proof."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from helpers import formats
from helpers.cli import execute
from helpers.errors import InputError
from helpers.figures import Figures, number
from helpers.params import read_params, report_from, write_params
from helpers.params.positions import compose
from helpers.placeholders import fill
from helpers.report import TIDY_COLUMNS, Agency, Report, tidy
from helpers.rollup import Rolled, proof_data, proof_workbook, roll_up
from helpers.rollup.drafting import drafted
from helpers.rules import Roster, Severity, check
from real_figures import PINGTAN_2020, PINGTAN_2021, SHUYANG_2025, SUQIAN_2024
from strategies import consistent_figures, report_of

CITY, COUNTY = "某某市人民政府", "某某县人民政府"
OFFICE, CIVIL, TOWN = "某某县人民政府办公室", "某某县民政局", "某某镇人民政府"
ROSTER = Roster(COUNTY, (OFFICE, CIVIL, TOWN))
HIGHER = Roster(CITY, ("某某市人民政府办公室", COUNTY))


def unit(name: str, facts: Any = SHUYANG_2025, year: int = 2023) -> Report:
    """Published figures under the name of a unit."""
    agency = Agency(name=name)
    return replace(facts.report(), agency=agency, year=year, source=f"{name}.yaml")


UNITS = [unit(OFFICE), unit(CIVIL, PINGTAN_2021), unit(TOWN)]


def rolled(reports: Sequence[Report], name: str = COUNTY, **options: Any) -> Rolled:
    """The sum for a parent on 2023."""
    return roll_up(Agency(name=name), 2023, reports, (ROSTER, HIGHER), **options)


def by_pandas(reports: Sequence[Report]) -> dict[tuple[str, str, str], Decimal]:
    """The sum of every cell, worked out by pandas from the tidy figures."""
    frame = pd.DataFrame([row for r in reports for row in tidy([r])], columns=list(TIDY_COLUMNS))
    frame["value"] = frame["value"].map(Decimal)
    sums = frame.groupby(["table", "row", "column"])["value"].sum()
    return {(str(t), str(r), str(c)): Decimal(v) for (t, r, c), v in sums.items()}


def test_every_cell_is_the_sum_of_the_units_and_the_sum_passes_the_rules_of_tables() -> None:
    found = rolled(UNITS)

    assert {tuple(k): v.value for k, v in found.report.complete.items()} == by_pandas(UNITS)
    assert [f.rule for f in found.findings if f.severity.public == "error"] == []
    assert {f.rule for f in check(drafted(found.report)).blocking} == {"D-16"}  # gaps to fill


figures = consistent_figures(formats.find("2021"))


@settings(max_examples=15)
@given(st.lists(figures, min_size=3, max_size=3))
def test_sums_of_any_units_are_exact_to_the_last_digit(drawn: list[Figures]) -> None:
    reports = [replace(one, figures=f) for one, f in zip(UNITS, drawn, strict=True)]

    assert {tuple(k): v.value for k, v in rolled(reports).report.complete.items()} == by_pandas(
        reports
    )


def test_a_unit_that_has_a_roster_and_no_report_is_summed_first() -> None:
    higher = [*UNITS, unit("某某市人民政府办公室")]
    found = rolled(higher, CITY)

    assert [(part.name, part.computed) for part in found.parts] == [
        ("某某市人民政府办公室", False),
        (COUNTY, True),
    ]
    assert {tuple(k): v.value for k, v in found.report.complete.items()} == by_pandas(higher)
    assert [one.report.agency.name for one in found.below] == [COUNTY]


def test_the_report_of_a_unit_goes_before_its_own_sum() -> None:
    own = unit(COUNTY, PINGTAN_2021)
    found = rolled([*UNITS, unit("某某市人民政府办公室"), own], CITY)

    assert found.below == ()
    assert {tuple(k): v.value for k, v in found.report.complete.items()} == by_pandas(
        [own, unit("某某市人民政府办公室")]
    )


@pytest.mark.parametrize(
    ("reports", "blocked", "rule", "says"),
    [
        (UNITS[:2], (), "R-02", "缺 2023 年度报告的：某某镇人民政府"),
        (UNITS, (1,), "R-09", "“某某县民政局”的报告还有错误"),
        (
            [*UNITS[:2], unit(TOWN, PINGTAN_2020)],
            (),
            "R-10",
            "用的不是 2021 年格式",
        ),
    ],
)
def test_what_stops_a_sum_stops_it_unless_it_is_explained(
    reports: list[Report], blocked: Sequence[int], rule: str, says: str
) -> None:
    stopped = rolled(reports, blocked=blocked)
    let = rolled(reports, blocked=blocked, explanations={rule: "该镇今年撤并"})

    assert [f.rule for f in stopped.blocking] == [rule]
    assert says in stopped.blocking[0].message
    assert let.blocking == ()
    assert let.report.explanations == {rule: "该镇今年撤并"}


def unbalanced(report: Report) -> Report:
    """The report with a cell of 表三 that fits neither its row nor its column."""
    ref = report.format.ref("new", "nat", "三")
    return replace(report, figures=report.figures.having({ref: number(999)}))


def test_a_reason_for_adding_a_unit_with_errors_lets_its_errors_through_and_no_other() -> None:
    """The wrong figures of the unit are in the sum too, where the same rules speak of them."""
    reports = [UNITS[0], unbalanced(UNITS[1]), UNITS[2]]
    stopped = rolled(reports, blocked=(1,))
    let = rolled(reports, blocked=(1,), explanations={"R-09": "先汇总，改正后再报"})
    assert [f.rule for f in stopped.blocking] == ["R-09", "T3-03"]
    assert let.blocking == ()
    (inherited,) = (f for f in let.findings if f.rule == "T3-03" and f.state == "fail")
    assert inherited.level == "已说明"
    assert "来自 R-09 所说的单位" in inherited.message

    other = [unbalanced(UNITS[0]), UNITS[1], UNITS[2]]  # not the one that R-09 names
    still = rolled(other, blocked=(1,), explanations={"R-09": "先汇总，改正后再报"})
    assert [f.rule for f in still.blocking] == ["T3-03"]


def test_a_reason_given_above_lets_the_sum_of_a_lower_level_through() -> None:
    reports = [UNITS[0], unbalanced(UNITS[1]), UNITS[2], unit("某某市人民政府办公室")]
    found = rolled(reports, CITY, blocked=(1,), explanations={"R-09": "先汇总"})
    assert found.below[0].blocking
    assert found.blocking == ()


def test_an_error_below_stops_the_sum_above() -> None:
    found = rolled([*UNITS[:2], unit("某某市人民政府办公室")], CITY)

    assert [f.rule for f in found.blocking] == ["R-09"]
    assert [f.rule for f in found.below[0].blocking] == ["R-02"]


def test_a_blank_stays_a_blank_and_stops_the_sum() -> None:
    fmt = UNITS[0].format
    ref = fmt.ref("lic", "dec", "二")
    cells = dict(UNITS[0].figures)
    cells[ref] = replace(cells[ref], value=None, state="blank")
    found = rolled([replace(UNITS[0], figures=Figures(cells)), *UNITS[1:]])

    assert found.report.figures[ref].state == "blank"
    assert "C-01" in [f.rule for f in found.blocking]


def test_a_declared_report_is_held_against_the_sum_cell_by_cell() -> None:
    right = replace(rolled(UNITS).report, source="县.docx")
    ref = right.format.ref("new", "nat", "三")
    wrong = replace(right, figures=right.figures.having({ref: number(3)}))

    assert rolled([*UNITS, right]).differences == ()
    found = rolled([*UNITS, wrong])
    assert [f.rule for f in found.differences] == ["R-01", "R-14"]
    assert found.differences[0].cells == (ref,)
    assert found.blocking == ()


def test_one_wrong_unit_is_the_one_that_explains_the_difference() -> None:
    """The parent was added up before a unit corrected its licences from 2293 to 0."""
    declared = rolled(UNITS).report
    ref = declared.format.ref("lic", "dec", "二")
    corrected = replace(UNITS[1], figures=UNITS[1].figures.having({ref: number(0)}))
    found = rolled([UNITS[0], corrected, UNITS[2], declared])

    assert [(f.rule, f.cells) for f in found.differences] == [("R-01", (ref,)), ("R-14", (ref,))]


def test_rosters_that_contain_each_other_are_refused() -> None:
    circle = (Roster("甲局", ("乙局",)), Roster("乙局", ("甲局",)))

    with pytest.raises(InputError, match="互相包含"):
        roll_up(Agency(name="甲局"), 2023, UNITS, circle)
    with pytest.raises(InputError, match="没有它的汇总名单"):
        roll_up(Agency(name="丙局"), 2023, UNITS, circle)
    with pytest.raises(InputError, match="无从汇总"):
        roll_up(Agency(name="丁局"), 2023, UNITS, (Roster("丁局", ("戊局",)),))


def test_the_proof_has_every_cell_with_the_units_and_their_shares() -> None:
    found = rolled(UNITS)
    data: Any = json.loads(json.dumps(proof_data(found)))
    new = next(c for c in data["cells"] if c["row"].startswith("一、") and c["column"] == "自然人")

    assert len(data["cells"]) == 200
    assert new["sum"] == "1474"
    assert new["units"] == [
        {"agency": OFFICE, "value": "705", "share": "0.4783"},
        {"agency": TOWN, "value": "705", "share": "0.4783"},
        {"agency": CIVIL, "value": "64", "share": "0.0434"},
    ]


def test_the_proof_as_a_workbook_has_a_column_for_each_unit_and_a_sheet_for_each_level() -> None:
    found = rolled([*UNITS, unit("某某市人民政府办公室")], CITY)
    content = proof_workbook(found)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_name("汇总").to_python()

    assert content == proof_workbook(found)
    assert book.sheet_names == ["汇总", "问题", COUNTY]
    assert rows[1][4:] == ["合计", "某某市人民政府办公室", f"{COUNTY}（汇总）"]
    new = next(r for r in rows if str(r[1]).startswith("一、") and r[2] == "自然人")
    assert new[4:] == [2179, 705, 1474]


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_the_draft_takes_its_numbers_from_the_tables_and_leaves_gaps_to_people(code: str) -> None:
    report = drafted(report_of(code, {("new", "nat"): 7, ("new", "sum"): 7}))
    texts = {key: fill(text, report) for key, text in report.narrative.items()}

    assert list(texts) == ["一", "五", "六"]
    assert "新收政府信息公开申请7件" in texts["一"]
    assert "____" in texts["五"]
    assert drafted(replace(report, narrative={"一": "已写"})).narrative["一"] == "已写"


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the units' files and a roster."""
    for report in UNITS:
        (tmp_path / report.source).write_text(write_params(report), encoding="utf-8")
    units = json.dumps(ROSTER.units, ensure_ascii=False)
    roster = f'[[rollup]]\nparent = "{COUNTY}"\nunits = {units}\n'
    (tmp_path / "nianbao.toml").write_text(roster, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_the_params_file_and_the_proof(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["rollup", ".", "--agency", COUNTY, "--to", "out", "--proof", "证明.xlsx"]

    assert execute(call) == 0
    report = read_params(county / "out" / "2023" / f"{COUNTY}.yaml")
    assert report.complete == rolled(UNITS).report.complete
    assert (county / "证明.xlsx").exists()
    assert "汇总 3 家" in capsys.readouterr().out


def test_the_command_does_not_overwrite_prose_that_somebody_has_written(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["rollup", *(r.source for r in UNITS), "--agency", COUNTY, "--to", "out"]
    execute(call)
    file = county / "out" / "2023" / f"{COUNTY}.yaml"
    file.write_text("手写的", encoding="utf-8")

    assert execute(call) == 0
    assert file.read_text(encoding="utf-8") == "手写的"
    assert "没有覆盖" in capsys.readouterr().err
    execute([*call, "--force"])
    assert file.read_text(encoding="utf-8") != "手写的"


def test_the_command_stops_at_a_missing_unit_and_says_how_to_go_on(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (county / f"{TOWN}.yaml").unlink()
    call = ["rollup", ".", "--agency", COUNTY, "--to", "out"]

    assert execute(call) == 1
    printed = capsys.readouterr()
    assert "R-02" in printed.out
    assert "没有写参数文件" in printed.err
    assert "确有原因的，用 --explain R-02=理由 写明。" in printed.out
    assert "explanations" not in printed.out
    assert not (county / "out").exists()
    assert execute([*call, "--explain", "R-02=该镇今年撤并"]) == 0
    assert "已撤并的单位请从名单中去掉。" in capsys.readouterr().out


def test_the_command_adds_a_unit_with_errors_for_a_reason_and_says_that_it_is_for_now(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = unbalanced(UNITS[1])
    (county / wrong.source).write_text(write_params(wrong), encoding="utf-8")
    call = ["rollup", ".", "--agency", COUNTY, "--to", "out"]

    assert execute(call) == 1
    assert "用 --explain R-09=理由 写明" in capsys.readouterr().out
    assert execute([*call, "--explain", "R-09=先汇总，改正后再报"]) == 0
    assert "这是暂时的汇总" in capsys.readouterr().err


def test_a_lower_level_that_stops_is_to_be_summed_by_itself_first(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (county / f"{TOWN}.yaml").unlink()
    with (county / "nianbao.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[rollup]]\nparent = "{CITY}"\nunits = ["{COUNTY}"]\n')

    assert execute(["rollup", ".", "--agency", CITY, "--to", "out"]) == 1
    printed = capsys.readouterr().out
    assert f"先用 --agency {COUNTY} --explain R-02=理由 汇总它。" in printed
    assert "用 --explain R-09=理由 写明。" in printed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "请用 --agency"),
        (["--agency", "别的县"], "没有它的汇总名单"),
        (["--agency", COUNTY, "--explain", "R-02"], "应写成 规则编号=理由"),
        (["--agency", COUNTY, "--explain", "R-2=甲"], "没有规则“R-2”"),
    ],
)
def test_a_call_that_cannot_be_understood_is_explained(
    county: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert execute(["rollup", ".", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_with_several_years_the_command_asks_which(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = unit(CIVIL, SUQIAN_2024, year=2024)
    (county / "2024.yaml").write_text(write_params(other), encoding="utf-8")

    assert execute(["rollup", ".", "--agency", COUNTY]) == 2
    assert "来源里有 2023、2024 年度的报告，请用 --year" in capsys.readouterr().err


def test_a_declared_report_with_a_blank_is_compared_in_its_other_cells() -> None:
    right = rolled(UNITS).report
    blank, wrong = right.format.ref("lic", "dec", "二"), right.format.ref("new", "nat", "三")
    cells = {blank: replace(right.figures[blank], value=None, state="blank"), wrong: number(999)}
    found = rolled([*UNITS, replace(right, figures=right.figures.having(cells))])
    failed = [f for f in found.differences if f.state == "fail" and f.rule == "R-01"]

    assert [f.cells for f in failed] == [(wrong,)]
    assert any("有 1 格是空白的" in f.message for f in found.differences)


def test_a_declared_report_in_another_format_is_not_called_the_same(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = unit(COUNTY, PINGTAN_2020)
    (county / "县.yaml").write_text(write_params(old), encoding="utf-8")
    execute(["rollup", ".", "--agency", COUNTY, "--to", "out"])
    printed = capsys.readouterr().out

    assert "逐格相同" not in printed
    assert "无法核对　有单位的格式不同" in printed


def test_the_weights_of_the_settings_hold_for_the_sum_too() -> None:
    found = rolled(UNITS[:2], severities={"R-02": Severity.WARNING})

    assert found.blocking == ()
    assert [f.level for f in found.findings if f.rule == "R-02"] == ["警告"]


def test_a_reason_given_for_a_sum_does_not_excuse_the_sums_below_it() -> None:
    office = unit("某某市人民政府办公室")
    found = rolled([*UNITS[:2], office], CITY, explanations={"R-02": "理由"})

    assert [f.rule for f in found.below[0].blocking] == ["R-02"]
    assert [f.rule for f in found.blocking] == ["R-09"]


def test_a_unit_that_changed_its_name_is_found_by_the_old_one() -> None:
    renamed = replace(UNITS[1], agency=Agency(name="某某县民政和老龄局", formerly=(CIVIL,)))

    assert rolled([UNITS[0], renamed, UNITS[2]]).blocking == ()


def test_a_row_that_one_unit_lacks_is_no_zero() -> None:
    fmt = UNITS[0].format
    ref = fmt.ref("lic", "dec", "二")
    cells = {k: v for k, v in UNITS[0].figures.items() if k != ref}
    found = rolled([replace(UNITS[0], figures=Figures(cells)), *UNITS[1:]])

    assert found.report.figures[ref].state == "blank"


def test_only_the_params_file_goes_to_the_screen_when_it_is_asked_for_there(
    county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["rollup", ".", "--agency", COUNTY, "--to", "-"]) == 0
    printed = capsys.readouterr()

    assert report_from(compose(printed.out).data).complete == rolled(UNITS).report.complete
    assert "汇总 3 家" in printed.err


@pytest.mark.parametrize("name", [" ", "甲", "长" * 100, "某\u0007局"])
def test_an_agency_that_cannot_be_one_is_refused(
    county: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert execute(["rollup", ".", "--agency", name]) == 2
    assert "请用 --agency" in (err := capsys.readouterr().err) or "--agency 应为机关全称" in err
