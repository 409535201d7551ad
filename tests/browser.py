"""A real Chromium without a window, for tests that use pages as people do."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pylopdf_fonts_zh_cn
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

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
_FONTS = """<?xml version="1.0"?><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{fonts}</dir><cachedir>{cache}</cachedir>
</fontconfig>"""


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium with a fresh profile.

    It sees the packaged Chinese fonts, so that pages are as wide as they are for readers. While
    it is open, an event loop runs in this thread: nothing that starts one of its own (running
    notebooks) may be called beside it.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        fonts = Path(folder) / "fonts.conf"
        packaged = Path(pylopdf_fonts_zh_cn.sans_path()).parent
        fonts.write_text(_FONTS.format(fonts=packaged, cache=folder), encoding="utf-8")
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=list(_OPTIONS),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts), "XDG_CONFIG_HOME": folder},
        )
        try:
            yield browser
        finally:
            browser.close()
