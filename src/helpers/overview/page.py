"""The overview page as bytes: every agency with its state, its findings and its documents.

One file that loads nothing. Without scripts it is a plain list; the one script in it (allowed by
its hash in the page's own Content-Security-Policy) adds search, filters and sorting.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

_FOLDER = Path(__file__).parent
_NOTHING = "—"
LEVELS = ("错误", "警告", "提示", "已说明")
"""Columns of findings, the gravest first."""

STATES = {
    "done": "已生成",
    "draft": "草稿",
    "refused": "有错误，未生成",
    "failed": "没能生成",
}
"""States of a report by the words of the manifest, in the order in which they are listed."""

_SIGNS = {"done": "✓", "draft": "✎", "refused": "✗", "failed": "✗"}
_CHUNK = 50
"""How many agencies stand in one piece of the page; the browser lays out only pieces in view."""

_MOST = 12
"""How many findings of an agency are listed before the rest is only counted."""


@dataclass(frozen=True)
class Noted:
    """A finding as the page lists it: level (one of ``LEVELS``), rule id, sentence."""

    level: str
    rule: str
    message: str


@dataclass(frozen=True)
class Entry:
    """One agency on the page.

    ``figures`` are numbers by their heads (新收, 办结 …), None for a blank; ``documents`` are
    paths relative to the page by their names (网页, PDF …); ``stale`` says that they are from an
    earlier run, for this one did not produce any.
    """

    agency: str
    kind: str = ""
    state: str = "done"
    message: str = ""
    findings: Sequence[Noted] = ()
    figures: Mapping[str, str | None] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False


def write(year: int, entries: Sequence[Entry], heads: Sequence[str] = ()) -> bytes:
    """The page on a year's entries; ``heads`` are the figures shown, in this order."""
    style, script = _text("overview.css"), _text("overview.js")
    states = Counter(entry.state for entry in entries)
    page: str = _template().render(
        year=year,
        rows=[_row(entry, heads) for entry in entries],
        chunk_size=_CHUNK,
        heads=heads,
        levels=LEVELS,
        states=[(STATES.get(s, s), n) for s, n in sorted(states.items(), key=_state_order)],
        kinds=sorted({entry.kind for entry in entries if entry.kind}),
        style=style,
        script=script,
        style_hash=_digest(style),
        script_hash=_digest(script),
    )
    return page.encode("utf-8", "replace")


def _state_order(item: tuple[str, int]) -> tuple[int, str]:
    order = list(STATES)
    return (order.index(item[0]) if item[0] in order else len(order), item[0])


def _row(entry: Entry, heads: Sequence[str]) -> dict[str, Any]:
    """What the template needs of an entry, ready to print."""
    counts = Counter(noted.level for noted in entry.findings)
    order = {level: number for number, level in enumerate(LEVELS)}
    told = sorted(
        (noted for noted in entry.findings if noted.level in order),
        key=lambda noted: order[noted.level],
    )
    return {
        "agency": entry.agency,
        "kind": entry.kind,
        "state": STATES.get(entry.state, entry.state),
        "state_id": entry.state if entry.state in STATES else "other",
        "rank": _state_order((entry.state, 0))[0],
        "sign": _SIGNS.get(entry.state, ""),
        "message": entry.message,
        "counts": [counts[level] for level in LEVELS],
        "findings": told[:_MOST],
        "more": max(0, len(told) - _MOST),
        "figures": [_figure(entry.figures.get(head)) for head in heads],
        "documents": [(name, quote(path)) for name, path in entry.documents.items()],
        "stale": entry.stale and bool(entry.documents),
    }


def _figure(text: str | None) -> tuple[str, str]:
    """The number to sort by and the number as read."""
    if not text:
        return "", _NOTHING
    whole, dot, rest = text.partition(".")
    return text, f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() else text


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache(maxsize=4)
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_FOLDER)
    options: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True}
    environment = Environment(loader=loader, autoescape=True, lstrip_blocks=True, **options)
    return environment.get_template("overview.html.j2")
