"""Hostile strings and faults: every one of them tried, and docs/安全.md says what became of it."""

from __future__ import annotations

import os

import pytest

from faults import tried_faults
from hostile_page import page
from hostile_table import PAGE, tried

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
    assert PAGE.read_text(encoding="utf-8") == page(attacked, faulted), (
        "docs/安全.md 不是最新的：运行 python scripts/hostile_table.py --write"
    )
