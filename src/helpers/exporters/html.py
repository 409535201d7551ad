"""The HTML exporter: one self-contained page that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter

from helpers.exporters.document import Document

_TEMPLATES = Path(__file__).parent / "templates"


class NianbaoHTMLExporter(Exporter):
    """An executed notebook as the published web page.

    ``from_notebook_node`` returns (page, resources) and raises ExportError for a notebook that
    cannot be published. ``resources["nianbao_downloads"]`` are pairs of words and relative
    address: files of the same report that stand beside the page.
    """

    export_from_notebook = "政府信息公开年报（网页）"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page for an executed notebook."""
        from helpers.exporters import notebook

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        document = notebook.read(nb, resources["metadata"]["name"])
        return render(document, resources.get("nianbao_downloads", ())), resources


def render(document: Document, downloads: Sequence[tuple[str, str]] = ()) -> str:
    """The document as a page. Equal documents and downloads give equal text."""
    from helpers.exporters import html_body, titles

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
