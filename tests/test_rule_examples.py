"""Every rule catches its example, passes the counterpart, and docs/规则.md says so."""

from __future__ import annotations

import re
from functools import cache

import pytest

import rule_examples
from helpers.judging import judge
from helpers.rules import CATALOGUE, in_order
from helpers.settings import Settings
from helpers.sources import Loaded
from rule_examples import Change, Tried, examples, left_out, make, try_out
from rules_page import page

EXAMPLES = {example.rule: example for example in examples()}


@cache
def tried(rule: str) -> Tried:
    """How the example of a rule goes, tried once."""
    return try_out(EXAMPLES[rule])


@pytest.mark.parametrize("rule", EXAMPLES)
def test_the_rule_catches_its_example(rule: str) -> None:
    assert tried(rule).caught


@pytest.mark.parametrize("rule", EXAMPLES)
def test_the_counterpart_passes(rule: str) -> None:
    assert tried(rule).passed == "pass"


CLEAN = {
    "宿迁2023": ("宿迁2023", ()),
    "宿迁2024": ("宿迁2024", ()),
    "宿迁2024 after 2023": ("宿迁2024", ("宿迁2023",)),
    "平潭2021": ("平潭2021", ()),
    "平潭2021 after 2020": ("平潭2021", ("平潭2020",)),
    "平潭2021 after 2020 and 2019": ("平潭2021", ("平潭2020", "平潭2019")),
    "沭阳2025": ("沭阳2025", ()),
    "沭阳2025 after other agencies": ("沭阳2025", ("宿迁2024", "宿迁2023")),
}


@pytest.mark.parametrize("changes", [None, {}], ids=["params", "page"])
@pytest.mark.parametrize("name", CLEAN)
def test_a_published_report_raises_no_error(name: str, changes: dict[str, str] | None) -> None:
    base, earlier = CLEAN[name]
    report = make(Change(base, page=changes))
    history = [make(Change(one)) for one in earlier]
    (judged,) = judge([Loaded(report.source, report)], history, Settings())

    assert judged.result is not None
    assert [finding.full_message for finding in judged.result.blocking] == []


def test_every_rule_has_an_example_in_the_order_of_the_rules() -> None:
    assert list(EXAMPLES) == [rule.id for rule in in_order()]
    assert len(EXAMPLES) == len(examples())


def test_what_is_left_out_is_not_built() -> None:
    assert not set(left_out()) & set(CATALOGUE)
    assert all(reason.endswith("。") for reason in left_out().values())


def test_a_change_that_finds_nothing_to_change_is_refused() -> None:
    for change in (
        Change("宿迁2023", prose={"没有这句话": ""}),
        Change("宿迁2023", page={"没有这句话": ""}),
        Change("宿迁2023", remove=("figures/二/没有这一行",)),
    ):
        with pytest.raises(KeyError):
            make(change)


@cache
def written() -> str:
    return page([tried(rule) for rule in EXAMPLES], left_out())


def test_the_page_of_rules_is_current() -> None:
    """Written anew by scripts/rule_examples.py --write."""
    assert rule_examples.PAGE.read_text(encoding="utf-8") == written()


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = set(re.findall(r"\]\(#([^)]+)\)", written()))

    assert links == set(re.findall(r'<a id="([^"]+)">', written()))
