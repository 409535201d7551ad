"""Hostile strings and faults: every one of them tried, and docs/安全.md says what became of it."""

from __future__ import annotations

import os

import pytest

from faults import FAULTS, tried_faults
from hostile import ATTACKS, KINDS
from hostile_inputs import FIELDS
from hostile_page import page
from hostile_table import OUTPUTS, PAGE, tried

STALE = "docs/安全.md 不是最新的：运行 python scripts/hostile_table.py --write"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="权限、管道和信号是 POSIX 的")


@pytest.fixture(scope="module")
def attacked():
    return tried()


@pytest.fixture(scope="module")
def faulted():
    return tried_faults()


def test_no_attack_gets_through_in_any_output(attacked):
    assert attacked.broken == []
    assert sum(attacked.looked.values()) > 5000


def test_no_fault_loses_anything_and_each_is_told_in_chinese(faulted):
    assert {fault.name: wrong for fault, wrong in faulted if wrong} == {}


def test_the_page_says_what_was_tried(attacked, faulted):
    if len(faulted) < len(FAULTS):
        pytest.skip("这台机器造不出全部故障（要 unshare、setpriv）")
    assert PAGE.read_text(encoding="utf-8") == page(attacked, faulted), STALE


def test_the_page_names_every_attack_field_output_and_fault():
    """What can be held against the page without trying anything again."""
    shown = PAGE.read_text(encoding="utf-8")
    assert f"\n{len(ATTACKS)} 段攻击文字，全部守住。" in shown, STALE
    assert "✗ |" not in shown
    for kind, texts in KINDS.items():
        assert f"\n| {kind}（{len(texts)} 段） |" in shown, STALE
    for name, source in FIELDS.items():
        assert f"\n| {source}：{f'`{name}`' if name.isascii() else name} |" in shown, STALE
    for fault in FAULTS:
        row = (fault.name, fault.moment, str(fault.code), fault.says, "✓")
        assert f"\n| {' | '.join(row)} |" in shown, STALE
    assert f" | {' | '.join(OUTPUTS)} |" in shown, STALE
