"""A government's report against those of its units: parent = Σ units (R)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cli import execute
from helpers.errors import InputError
from helpers.figures import Figure, Figures, number
from helpers.params import write_params
from helpers.report import Agency, Report
from helpers.rules import Batch, Finding, Roster, Severity, check_batch
from helpers.settings import Settings, settings_data, settings_from
from real_figures import PINGTAN_2020, PINGTAN_2021, SHUYANG_2025, SUQIAN_2023, Facts

COUNTY = "某某县人民政府"
UNITS = ("某某县人民政府办公室", "某某县民政局", "某某镇人民政府")
ROSTER = Roster(COUNTY, UNITS)
FACTS = dict(zip(UNITS, (SUQIAN_2023, PINGTAN_2021, SHUYANG_2025), strict=True))


def named(facts: Facts, name: str) -> Report:
    """Published figures under the name of a unit of the county."""
    return replace(facts.report(), agency=Agency(name=name), year=2023, source=f"{name}.yaml")


def children() -> list[Report]:
    """The units: real figures of three places."""
    return [named(facts, name) for name, facts in FACTS.items()]


def total(reports: Sequence[Report], off: Mapping[tuple[str, str], int] | None = None) -> Report:
    """The county: the sum of the reports, but for some cells."""
    fmt = reports[0].format
    off = {fmt.ref(*key): value for key, value in (off or {}).items()}
    cells = {}
    for ref, slot in fmt.slots.items():
        values = [report.figures.value(ref) or Decimal(0) for report in reports]
        value = sum(values, Decimal(0)) + off.get(ref, 0)
        if not slot.total:
            cells[ref] = Figure(value)
    return replace(reports[0], agency=Agency(name=COUNTY), figures=Figures(cells), source="县.yaml")


def found(reports: Sequence[Report], *rosters: Roster, blocked: Sequence[int] = ()) -> Any:
    """What R rules say of the county, which comes first."""
    batch = Batch(list(reports), rosters or (ROSTER,), blocked)
    return [f for f in check_batch(batch)[0] if f.rule.startswith("R-")]


def rules(findings: Sequence[Finding]) -> list[str]:
    """The rules that object."""
    return [finding.rule for finding in findings if finding.state == "fail"]


def test_a_county_that_is_the_sum_of_its_units_passes() -> None:
    assert found([total(children()), *children()]) == []


def test_a_wrong_cell_is_named_with_the_sum_the_units_and_their_shares() -> None:
    one, shares = found([total(children(), {("new", "nat"): 3}), *children()])

    assert one.message == (
        "表三“一、本年新收政府信息公开申请数量”行与下级之和不等："
        "“自然人”填 4174，下级之和 4171，多 3。"
    )
    assert (one.expected, one.found, one.blocking) == ("4171", "4174", True)
    assert shares.message == (
        "表三“一、本年新收政府信息公开申请数量”行“自然人”列，下级之和 4171："
        "某某县人民政府办公室 3402（81.6%）、某某镇人民政府 705（16.9%）、"
        "某某县民政局 64（1.5%）。"
    )


def test_the_unit_that_a_difference_points_to_is_named() -> None:
    one, _ = found([total(children(), {("lic", "dec"): -2293}), *children()])

    assert one.cause == "差额等于“某某县民政局”的数，可能漏计。"


@pytest.mark.parametrize(
    ("parts", "says"),
    [((0, 2), "没有计入这个单位"), ((0, 1, 1, 2), "重复计入了一次这个单位")],
    ids=["forgotten", "twice"],
)
def test_a_unit_left_out_or_counted_twice_is_one_finding(parts: Sequence[int], says: str) -> None:
    units = children()
    one = found([total([units[part] for part in parts]), *units])

    assert rules(one) == ["R-03"]
    assert one[0].message == f"与下级之和相差的正好是“某某县民政局”的全部数字，汇总时{says}。"


def test_a_unit_without_a_report_is_missing_not_zero() -> None:
    late, *others = found([total(children()), *children()[:2]])

    assert late.message == "名单上 3 家，缺 2023 年度报告的：某某镇人民政府。"
    assert [f.rule for f in others] == ["R-03", "R-01", "R-14"]
    assert {f.state for f in others} == {"not_assessable"}
    assert "缺 1 家的报告（见 R-02）" in others[0].message


def test_a_unit_with_tables_of_another_format_cannot_be_added() -> None:
    old = named(PINGTAN_2020, UNITS[1])
    one, *others = found([total(children()), children()[0], old, children()[2]])

    assert one.message == "“某某县民政局”用的不是 2021 年格式，不能相加。"
    assert {f.state for f in others} == {"not_assessable"}


def test_a_unit_with_errors_makes_the_sum_provisional() -> None:
    one = found([total(children()), *children()], blocked=[2])

    assert [f.message for f in one] == ["“某某县民政局”的报告还有错误，汇总只是暂时的。"]


def test_an_error_in_a_lower_sum_blocks_the_higher_one() -> None:
    """The town is not the sum of its villages, so the county's own sum is provisional too."""
    town = Roster(UNITS[2], ("甲村", "乙村"))
    villages = [named(PINGTAN_2021, "甲村"), named(PINGTAN_2021, "乙村")]
    one = found([total(children()), *children(), *villages], ROSTER, town)

    assert rules(one) == ["R-09"]
    assert "某某镇人民政府" in one[0].message


def test_agencies_led_by_their_ministry_are_pointed_out() -> None:
    units = [*children(), named(PINGTAN_2021, "国家税务总局某某县税务局")]
    roster = Roster(COUNTY, (*UNITS, "国家税务总局某某县税务局"))
    one = found([total(units), *units], roster)

    assert rules(one) == ["R-08"]


def test_a_parent_alone_is_not_blamed_for_units_that_nobody_asked_for() -> None:
    assert found([total(children())]) == []
    assert Batch([total(children())], (ROSTER,)).rules_of(0) & {"R-01", "R-02"} == set()


def test_a_forgotten_unit_is_an_error_also_where_the_rule_that_names_it_is_off() -> None:
    units = children()
    batch = Batch([total(units[1:]), *units], (ROSTER,))
    off = check_batch(batch, {"R-03": Severity.OFF})[0]

    assert {f.rule for f in off if f.blocking} == {"R-01"}


def test_an_error_climbs_all_levels_whatever_the_order_of_the_rosters() -> None:
    names = ("某某省人民政府", "某某市人民政府", COUNTY)
    rosters = [Roster(a, (b,)) for a, b in zip(names, (*names[1:], UNITS[0]), strict=True)]
    reports = [named(SUQIAN_2023, name) for name in (*names, UNITS[0])]
    for order in (rosters, rosters[::-1]):
        result = check_batch(Batch(reports, order, {3}))
        assert [[f.rule for f in result[i] if f.rule == "R-09"] for i in range(3)] == [["R-09"]] * 3


def test_a_difference_that_fits_several_units_is_laid_to_none() -> None:
    units = children()
    fmt = units[0].format
    one = fmt.ref("frc", "dec", "二")
    units = [replace(u, figures=u.figures.having({one: number(1)})) for u in units]
    sums, _ = found([total(units, {("frc", "dec"): 1}), *units])

    assert sums.cause == ""


def test_a_unit_that_can_be_added_up_first_is_not_called_missing() -> None:
    town = Roster(UNITS[2], ("甲村", "乙村"))
    villages = [named(PINGTAN_2021, "甲村"), named(PINGTAN_2021, "乙村")]
    one = found([total(children()), *children()[:2], *villages], ROSTER, town)

    assert {f.state for f in one} == {"not_assessable"}
    assert "“某某镇人民政府”没有自己的报告，请先用 nianbao rollup" in one[0].message


def test_rules_about_sums_do_not_apply_to_units_and_say_what_a_lone_government_lacks() -> None:
    batch = Batch([total(children()), *children()], (ROSTER,))

    assert {r for r in batch.rules_of(0) if r[0] == "R"} == {
        "R-01", "R-02", "R-03", "R-08", "R-09", "R-10", "R-14"
    }  # fmt: skip
    assert not any(rule.startswith("R-") for rule in batch.rules_of(1))


@given(st.data())
def test_any_one_wrong_cell_is_traced_to_its_row_alone(data: st.DataObject) -> None:
    units = children()
    fmt = units[0].format
    inputs = {key: ref for key, ref in keys(fmt).items() if not fmt.slots[ref].total}
    key = data.draw(st.sampled_from(sorted(inputs)))
    by = data.draw(st.integers(1, 10_000))
    sums = [f for f in found([total(units, {key: by}), *units]) if f.rule == "R-01"]

    assert [f.cells for f in sums] == [(inputs[key],)]


def keys(fmt: Any) -> dict[tuple[str, str], Any]:
    """Every cell of a format by its keys."""
    return {
        (slot.line.key, slot.column.key): ref
        for ref, slot in fmt.slots.items()
        if fmt.ref(slot.line.key, slot.column.key, ref.table) == ref
    }


ROLLUP = {"rollup": [{"parent": COUNTY, "units": list(UNITS)}]}


def test_rosters_come_from_the_settings_file_and_go_back() -> None:
    settings = settings_from(ROLLUP)

    assert settings.rosters == (ROSTER,)
    assert settings_data(settings) == ROLLUP
    assert settings_data(Settings()) == {}


@pytest.mark.parametrize(
    ("rollup", "says"),
    [
        ({"parent": COUNTY}, "应写成 [[rollup]]"),
        ([{"parent": COUNTY}], "units 应为各单位的全称"),
        ([{"units": ["甲局"]}], "parent 应为上级机关的全称"),
        ([{"parent": COUNTY, "units": ["甲局", 3]}], "units 里的每一项应为机关全称"),
        ([{"parent": COUNTY, "units": ["甲局", "甲 局"]}], "“甲局”写了两次"),
        ([{"parent": COUNTY, "units": [COUNTY]}], "上级不能是自己的下级"),
        ([{"parent": COUNTY, "units": ["甲"]}], "读到“甲”，应为机关全称（2 至 80 字"),
        ([{"parent": COUNTY, "units": ["某\u0007局"]}], "没有控制字符"),
        ([{"parent": COUNTY, "units": ["甲局"]}] * 2, "已经有一份名单，请合成一份"),
        (
            [{"parent": "甲局", "units": ["乙局"]}, {"parent": "乙局", "units": ["甲局"]}],
            "互相包含，没有头尾：甲局 → 乙局 → 甲局",
        ),
        (
            [
                {"parent": "某某市人民政府", "units": [COUNTY, "丙镇"]},
                {"parent": COUNTY, "units": ["丙镇"]},
            ],
            "“丙镇”会计入“某某市人民政府”两次",
        ),
        ([{"parent": COUNTY, "units": ["甲局"], "office": "乙"}], "没有“office”这一项"),
    ],
)
def test_a_mistake_in_a_roster_is_explained(rollup: Any, says: str) -> None:
    with pytest.raises(InputError, match="rollup") as caught:
        settings_from({"rollup": rollup})
    assert says in str(caught.value)


def test_the_command_line_holds_a_county_against_its_units(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for at, report in enumerate([total(children(), {("new", "nat"): 3}), *children()]):
        (tmp_path / f"{at}.yaml").write_text(write_params(report), encoding="utf-8")
    file = tmp_path / "nianbao.toml"
    units = json.dumps(UNITS, ensure_ascii=False)
    file.write_text(f'[[rollup]]\nparent = "{COUNTY}"\nunits = {units}\n', encoding="utf-8")
    (tmp_path / "3.yaml").unlink()

    execute(["check", str(tmp_path), "--settings", str(file)])

    assert "R-02　名单上 3 家，缺 2023 年度报告的：某某镇人民政府。" in capsys.readouterr().out
