"""The Word exporter: styles, page and tables after GB/T 9704, to be edited further."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters.exporter import Exporter

from helpers.exporters.conversion import as_conversion

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NianbaoDOCXExporter(Exporter):
    """An executed notebook as a Word file.

    ``from_notebook_node`` returns (bytes, resources) and raises ExportError for a notebook that
    cannot be published.
    """

    export_from_notebook = "政府信息公开年报（Word）"
    output_mimetype = MIME

    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The Word file for an executed notebook."""
        from helpers.exporters import docx_file, notebook

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        with as_conversion():
            return docx_file.render(notebook.read(nb, resources["metadata"]["name"])), resources
