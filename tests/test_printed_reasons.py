"""Reasons to be printed: from params and form into section 六, where rules read them too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpers import formats
from helpers.forms import write_form
from helpers.notebook import OpenReport
from helpers.params import params_data, report_from
from helpers.readers import read_report
from helpers.report import Agency, Report
from helpers.rules import check
from strategies import report_of

REASON = "开展行政规范性文件清理，上年公布的件数有误，已更正"
BUREAU = Agency(name="某某县民政局", formerly=("某某县民政和老龄工作局", "某某县老龄办"))


def explained(*printed: str, six: str = "没有收取信息处理费。") -> Report:
    """A report with two reasons, some of them to be printed."""
    reasons = {"Y-02": REASON, "D-08": "公布时仍用原表格"}
    report = replace(report_of("2021", year=2024, explanations=reasons), agency=BUREAU)
    return replace(report, narrative={"六": six}, printed_reasons=frozenset(printed))


def section_six(report: Report) -> str:
    shown = OpenReport(report, "", draft=True).section("六")
    assert shown
    return str(shown.data["text/markdown"])


def test_only_the_reasons_so_marked_are_printed_at_the_end_of_section_six() -> None:
    heading = "## 六、其他需要报告的事项"

    assert section_six(explained()) == f"{heading}\n\n没有收取信息处理费。"
    assert section_six(explained("Y-02")) == f"{heading}\n\n没有收取信息处理费。\n\n{REASON}。"
    assert section_six(explained("Y-02", six="")) == f"{heading}\n\n{REASON}。"


def test_a_reason_is_printed_in_no_other_section_and_as_plain_text() -> None:
    report = replace(explained("Y-02"), explanations={"Y-02": "<b>*甲*</b> {{ 年度 }}。"})
    one = OpenReport(report, "", draft=True).section("一")

    assert one
    assert "甲" not in one.data["text/markdown"]
    assert "\\*甲\\*" in section_six(report)
    assert "<b>" not in section_six(report)


def test_rules_read_a_printed_reason_like_the_rest_of_the_text() -> None:
    """An identity number in it is personal data (D-28) only once it goes into the report."""
    secret = {"Y-02": "向 11010519491231002X 核实过"}
    kept, told = (replace(explained(*ids), explanations=secret) for ids in ((), ("Y-02",)))

    assert not [f for f in check(kept).failures if f.rule == "D-28"]
    assert [f for f in check(told).failures if f.rule == "D-28"]


def test_a_params_file_says_which_reasons_are_printed() -> None:
    data = params_data(explained("Y-02"))

    assert data["explanations"] == {
        "Y-02": {"理由": REASON, "写入报告": True},
        "D-08": "公布时仍用原表格",
    }
    assert report_from(data) == explained("Y-02")


@pytest.mark.parametrize("given", ["某某县民政和老龄工作局、某某县老龄办", list(BUREAU.formerly)])
def test_former_names_may_be_a_list_or_one_text(given: object) -> None:
    data = params_data(explained())

    assert report_from(data | {"agency": data["agency"] | {"formerly": given}}) == explained()


def test_the_form_asks_for_former_names_and_which_reasons_are_printed(tmp_path: Path) -> None:
    report = explained("Y-02")
    file = tmp_path / "表.xlsx"
    file.write_bytes(write_form(formats.find("2021"), 2024, report=report))
    again = read_report(file).report

    assert again.agency.formerly == BUREAU.formerly
    assert (again.explanations, again.printed_reasons) == (report.explanations, {"Y-02"})
