"""The HTML exporter: one self-contained page that loads nothing and runs nothing."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters.exporter import Exporter

from helpers.exporters.conversion import as_conversion


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
        from helpers.exporters import html_page, notebook

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        with as_conversion():
            document = notebook.read(nb, resources["metadata"]["name"])
            page = html_page.render(document, resources.get("nianbao_downloads", ()))
        return page, resources
