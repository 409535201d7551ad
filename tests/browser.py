"""A real browser for tests: pages opened from files, and what axe-core complains of in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fonts import packaged_only

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

MODES: dict[str, dict[str, Any]] = {
    "light": {"media": "screen", "color_scheme": "light"},
    "dark": {"media": "screen", "color_scheme": "dark"},
    "large": {"media": "screen", "color_scheme": "light"},
    "print": {"media": "print", "color_scheme": "light"},
}
"""How a page can be looked at; ``large`` is the large type that the page itself offers."""

LARGER = "大字版"
"""The label of the switch to large type."""


@contextmanager
def browser(folder: Path) -> Iterator[Any]:
    """A headless Chromium that knows the packaged fonts, as a playwright Browser; else skips.

    ``folder`` is for files of its own. Nothing else may run an event loop meanwhile, so it is
    opened for a stretch of a test and not for a session.
    """
    if CHROMIUM is None:
        pytest.skip("没有安装 Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], env=packaged_only(folder)
        )
        try:
            yield chromium
        finally:
            chromium.close()


def opened(chromium: Any, file: Path, mode: str = "light", width: int = 1280) -> Any:
    """The page in a file, looked at in one of the ``MODES`` in a window ``width`` pixels wide."""
    page = chromium.new_page(viewport={"width": width, "height": 800}, **_scheme(mode))
    page.goto(file.as_uri())
    page.emulate_media(**MODES[mode])
    if mode == "large":
        page.get_by_label(LARGER).check()
    return page


def _scheme(mode: str) -> dict[str, Any]:
    return {"color_scheme": MODES[mode]["color_scheme"]}


def complaints(page: Any) -> list[str]:
    """What axe-core finds wrong with a page: each rule with the first element it means."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response
    assert len(found["passes"]) > 10, "axe-core has not looked at the page"
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['help']}: {rule['nodes'][0]['html'][:200]}"
        for rule in found["violations"]
    ]
