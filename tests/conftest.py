"""What all tests share: the project's folders and how many random examples are tried."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser

from browser import CHROMIUM, launched

PROJECT = Path(__file__).parent.parent

settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole report takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "thorough",
    parent=settings.get_profile("default"),
    max_examples=1000,
    derandomize=False,
    phases=list(Phase),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published cases beside the project; skips where it is not there."""
    folder = PROJECT.parent / "shared"
    if not (folder / "cases").is_dir():
        pytest.skip("no folder ../shared beside the project: published cases cannot be compared")
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser for all tests of a module; skips them where there is none."""
    if CHROMIUM is None:
        pytest.skip("没有安装 Chromium")
    with launched() as browser:
        yield browser


def pytest_configure(config: pytest.Config) -> None:
    """A failing property shows its whole report, however long."""
    config.addinivalue_line("filterwarnings", "ignore:Generating overly large repr")
