"""The published reports at hand: every error that stood in print is found, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.report import Report
from helpers.rules import Finding, Surroundings, check
from real_figures import (
    PINGTAN_2019,
    PINGTAN_2020,
    PINGTAN_2021,
    SHUYANG_2025,
    SUQIAN_2023,
    SUQIAN_2024,
)
from rule_cases import ON_TEXT

CASES = {
    "pingtan-2019": PINGTAN_2019,
    "pingtan-2020": PINGTAN_2020,
    "pingtan-2021": PINGTAN_2021,
    "suqian-2023": SUQIAN_2023,
    "suqian-2024": SUQIAN_2024,
    "shuyang-2025": SHUYANG_2025,
}
GOES_ON = ("同比", "行政诉讼")
BROKEN = ("pingtan-2019", "pingtan-2020", "suqian-2024")

FINDS = {
    ("table3", "（七）总计·自然人"): "T3-02",
    ("table3", "（七）总计·总计"): "T3-02",
    ("正文内部", "正文"): "N-09",
    ("跨年", "表二 规章"): "L-02",
    ("正文数字", "(2024 收办 3646 − 2023 收办 3607)/3607"): "N-16",
    ("正文数字", "表四 行政复议 总计"): "N-05",
    ("正文数字", "表四 行政诉讼两组总计之和"): "N-06",
}
"""Which rule each known break belongs to, by the first word of its identity and its place."""

DOCUMENT = {rule: weight for rule, weight in ON_TEXT.items() if not rule.startswith("N-")}
"""Rules about the document are off: of the text only the sentences with numbers are at hand."""


def case(shared: Path, name: str) -> dict[str, Any]:
    """The facts about a published report."""
    data: dict[str, Any] = json.loads((shared / f"cases/{name}.json").read_text("utf-8"))
    return data


def published(shared: Path, name: str) -> Report:
    """The figures of a published report with the sentences that are at hand.

    Clauses without a subject of their own go on from the one before, as they did in print.
    """
    data = case(shared, name)
    claims = [*data.get("narrative_claims", ()), *data.get("known_breaks", ())]
    texts = dict.fromkeys(item["text"] for item in claims if item.get("text"))
    of_fees = {text: "六" if "信息处理费" in text else "一" for text in texts}
    narrative: dict[str, str] = {}
    for text, section in of_fees.items():
        joint = "，" if text.startswith(GOES_ON) else "。\n\n"
        narrative[section] = joint.join(filter(None, [narrative.get(section), text]))
    return replace(CASES[name].report(), narrative=narrative)


def findings(shared: Path, name: str) -> Sequence[Finding]:
    """What the rules find in a published report, its earlier years at hand."""
    report = published(shared, name)
    reports = (published(shared, other) for other in CASES)
    earlier = [r for r in reports if r.agency == report.agency and r.year < report.year]
    around = Surroundings(tuple(sorted(earlier, key=lambda r: -r.year)), bool(earlier))
    return check(report, DOCUMENT, around).failures


def breaks(shared: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every known break with the report it stood in and the rule it belongs to."""
    for name in CASES:
        for item in case(shared, name).get("known_breaks", ()):
            word = next(key[0] for key in FINDS if item["identity"].startswith(key[0]))
            yield name, item, FINDS[word, item["where"]]


def test_every_error_that_stood_in_print_is_found_by_its_rule(shared: Path) -> None:
    known = list(breaks(shared))

    assert len(known) == 8
    for name, item, rule in known:
        found = [f for f in findings(shared, name) if f.rule == rule]
        told = [f for f in found if f"{item.get('printed', item.get('claimed'))}" in f.message]
        assert told, (name, item)


@pytest.mark.parametrize("name", CASES)
def test_no_error_is_raised_that_is_not_a_true_one(shared: Path, name: str) -> None:
    true = {rule for other, _, rule in breaks(shared) if other == name}
    errors = {f.rule for f in findings(shared, name) if f.severity.public == "error"}

    assert errors <= true


@pytest.mark.parametrize("name", sorted({*CASES} - {*BROKEN}))
def test_a_report_without_known_breaks_raises_no_error(shared: Path, name: str) -> None:
    assert [f.rule for f in findings(shared, name) if f.severity.public == "error"] == []
