"""Accessibility: what axe-core finds wrong with a page that stands open in a browser."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from playwright.sync_api import Page


@lru_cache(maxsize=1)
def _script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Every violation, with the places where it stands; all of axe's rules, best practices too.

    The script comes in through the debugger: the page's own policy need not allow it.
    """
    page.evaluate(_script())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe-core looked at nothing"
    return [
        f"{one['id']}：{one['help']}：{[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
    ]
