"""A document as a web page: self-contained, it loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.exporters import html_body, titles
from helpers.exporters.document import Document

_TEMPLATES = Path(__file__).parent / "templates"


def render(document: Document, downloads: Sequence[tuple[str, str]] = ()) -> str:
    """The document as a page. Equal documents and downloads give equal text."""
    body = html_body.write(document)
    style = "\n".join(part for part in (_template("report.css"), body.rules) if part).strip()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    page = _page().render(
        document=document,
        title=[titles.parts(line) for line in document.title_lines],
        body=body,
        style=style,
        digest=digest,
        downloads=downloads,
    )
    return f"{page}\n"


@lru_cache(maxsize=2)
def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _page() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_template("report.html.j2"))
