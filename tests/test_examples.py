"""The example params files say what was really published, and build as they should."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from helpers.params import read_params
from helpers.placeholders import fill
from helpers.report import TIDY_COLUMNS, Report, preamble, signoff, tidy
from helpers.rules import check
from real_figures import (
    ALL,
    PINGTAN_2019,
    PINGTAN_2020,
    PINGTAN_2021,
    SEED,
    SHUYANG_2025,
    SUQIAN_2023,
    SUQIAN_2024,
    Facts,
)

EXAMPLES = {
    "2019/平潭综合实验区": PINGTAN_2019,
    "2020/平潭综合实验区": PINGTAN_2020,
    "2021/平潭综合实验区": PINGTAN_2021,
    "2023/宿迁市人民政府": SUQIAN_2023,
    "2024/宿迁市人民政府": SUQIAN_2024,
    "2025/沭阳县人民政府": SHUYANG_2025,
    "2021/市中区工业和信息化局": SEED,
}

CASES = {
    "pingtan-2019": PINGTAN_2019,
    "pingtan-2020": PINGTAN_2020,
    "pingtan-2021": PINGTAN_2021,
    "suqian-2023": SUQIAN_2023,
    "suqian-2024": SUQIAN_2024,
    "shuyang-2025": SHUYANG_2025,
}

each_example = pytest.mark.parametrize("name", EXAMPLES)


def example(project: Path, name: str) -> Report:
    """The report in an example file."""
    return read_params(project / "params" / f"{name}.yaml")


def test_every_example_has_its_facts(project: Path) -> None:
    files = (project / "params").glob("*/*.yaml")

    assert set(EXAMPLES) == {f"{file.parent.name}/{file.stem}" for file in files}
    assert set(ALL) == set(EXAMPLES.values())


@each_example
def test_an_example_says_what_was_published(project: Path, name: str) -> None:
    report, facts = example(project, name), EXAMPLES[name]

    assert dict(facts.figures()) == dict(report.complete)
    assert (facts.agency, facts.year, facts.code) == (
        report.agency.name,
        report.year,
        report.format.code,
    )
    assert facts.report().published == report.published


@each_example
def test_an_example_lies_where_its_year_says(project: Path, name: str) -> None:
    assert f"{example(project, name).year}/{example(project, name).agency.name}" == name


@each_example
def test_all_but_the_wrong_example_can_be_published(project: Path, name: str) -> None:
    blocking = [finding.rule for finding in check(example(project, name)).blocking]

    assert (["T3-02", "T3-02"] if EXAMPLES[name] is PINGTAN_2020 else []) == blocking


def test_the_seed_needs_its_two_explanations(project: Path) -> None:
    report = example(project, "2021/市中区工业和信息化局")

    assert {"D-08", "L-07"} == set(report.explanations)
    bare = check(replace(report, explanations={}))
    assert [finding.rule for finding in bare.blocking] == ["D-08", "L-07"]
    explained = [finding.rule for finding in check(report).findings if finding.explained]
    assert explained == ["D-08", "L-07"]


@each_example
def test_no_example_explains_what_needs_no_explaining(project: Path, name: str) -> None:
    result = check(example(project, name))

    assert (result.unknown_explanations, result.unused_explanations) == ((), ())


@each_example
def test_the_text_of_an_example_is_complete(project: Path, name: str) -> None:
    """All three text sections are there, and every placeholder finds a number."""
    report = example(project, name)

    assert list(report.narrative) == ["一", "五", "六"]
    for text in report.narrative.values():
        said = fill(text, report)
        assert "{{" not in said
        assert "〔空〕" not in said


@pytest.mark.parametrize(
    ("name", "section", "says"),
    [
        (
            "2023/宿迁市人民政府",
            "一",
            (
                "收办政府信息公开申请3607件，其中本年新收3511件、上年结转96件；"
                "自然人申请3493件，法人或其他组织申请114件。全年办结3486件"
            ),
        ),
        (
            "2024/宿迁市人民政府",
            "一",
            "共3646件，到年末办结3521件，结转下年度125件。",
        ),
        ("2021/平潭综合实验区", "一", "制发行政规范性文件69件、废止3件，年末现行有效665件"),
        ("2019/平潭综合实验区", "一", "政府集中采购135项，金额75394432.52元"),
    ],
)
def test_the_text_says_the_published_numbers(
    project: Path, name: str, section: str, says: str
) -> None:
    report = example(project, name)

    assert says in fill(report.narrative[section], report)


def test_the_preamble_is_composed_from_the_agency_and_the_notice(project: Path) -> None:
    assert preamble(example(project, "2021/市中区工业和信息化局")) == (
        "根据《中华人民共和国政府信息公开条例》第五十条和《国务院办公厅政府信息与政务公开办公室关于"
        "政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号），"
        "市中区工业和信息化局编制并公布2021年政府信息公开工作年度报告。"
        "本报告所列数据的统计期限为2021年1月1日至2021年12月31日。"
        "报告电子版可在市中区人民政府门户网站（http://www.zzszq.gov.cn/）查阅、下载。"
        "如对本报告有疑问，请与市中区工信局联系（地址：枣庄市市中区龙头西路，邮编：277100，"
        "电话：0632-3252082，电子邮箱：gxj3252082@zz.shandong.cn）。"
    )


def test_what_is_not_known_of_an_agency_is_not_said(project: Path) -> None:
    said = preamble(example(project, "2023/宿迁市人民政府"))

    assert said.endswith("统计期限为2023年1月1日至2023年12月31日。")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("2021/市中区工业和信息化局", ("市中区工业和信息化局", "2022年1月15日")),
        ("2023/宿迁市人民政府", ("宿迁市人民政府",)),
    ],
)
def test_a_report_is_signed_with_agency_and_date(
    project: Path, name: str, lines: tuple[str, ...]
) -> None:
    assert lines == signoff(example(project, name))


def test_tidy_figures_have_one_row_a_figure_with_official_labels(project: Path) -> None:
    rows = [dict(zip(TIDY_COLUMNS, row, strict=True)) for row in tidy([SEED.report()])]

    assert len(rows) == 198
    assert rows[22 + 4 * 7] == {
        "agency": "市中区工业和信息化局",
        "year": "2021",
        "format": "2019",
        "table": "三",
        "row": "三、本年度办理结果/（三）不予公开/1.属于国家秘密",
        "column": "自然人",
        "unit": "件",
        "value": "0",
    }
    assert [row["value"] for row in rows if row["row"] == "政府集中采购"] == ["", ""]
    assert (
        next(r["value"] for r in rows if r["row"] == "其他对外管理服务事项" and "增" in r["column"])
        == "14"
    )


def test_tidy_money_keeps_its_decimals_and_a_change_its_sign() -> None:
    values = {row[4]: row[-1] for row in tidy([PINGTAN_2021.report()]) if row[6] == "万元"}
    changes = [row[-1] for row in tidy([PINGTAN_2020.report()]) if row[5] == "本年增/减"]

    assert values == {"行政事业性收费": "24252.311082"}
    assert changes == ["442", "7", "-18", "26", "-15"]


# --- where the published cases lie beside the project --------------------------------------


def _compare(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare", shared / "cases/compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES)
def test_the_facts_are_those_of_the_published_cases(
    shared: Path, case: str, tmp_path: Path
) -> None:
    _hold_against(shared, case, CASES[case].report(), tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_the_examples_are_those_of_the_published_cases(
    shared: Path, project: Path, case: str, tmp_path: Path
) -> None:
    name = next(name for name, facts in EXAMPLES.items() if facts is CASES[case])

    _hold_against(shared, case, example(project, name), tmp_path)


def _hold_against(shared: Path, case: str, report: Report, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([TIDY_COLUMNS, *tidy([report])])

    assert not _compare(shared).main(shared / f"cases/{case}.json", file)


def test_all_facts_are_told_apart() -> None:
    """No two of the typed-in reports are the same by accident."""
    assert len(ALL) == len({tuple(facts.values()) for facts in ALL})
    assert all(isinstance(facts, Facts) for facts in ALL)
