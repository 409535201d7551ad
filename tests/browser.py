"""A real Chromium without a window, for tests that use pages as people do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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

# Without most of these the browser calls home, and on closed networks waits for an answer.
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium with a fresh profile and the packaged fonts; skips where none is.

    While it is open, an event loop runs in this thread: nothing that starts one of its own
    (running notebooks) may be called beside it.
    """
    if CHROMIUM is None:
        pytest.skip("没有安装 Chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=list(_OPTIONS),
            env={**packaged_only(Path(folder)), "XDG_CONFIG_HOME": folder},
        )
        try:
            yield browser
        finally:
            browser.close()


def opened(chromium: Browser, file: Path, mode: str = "light", width: int = 1280) -> Page:
    """The page in a file, looked at in one of the ``MODES`` in a window ``width`` pixels wide."""
    scheme = MODES[mode]["color_scheme"]
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(file.as_uri())
    page.emulate_media(**MODES[mode])
    if mode == "large":
        page.get_by_label(LARGER).check()
    return page
