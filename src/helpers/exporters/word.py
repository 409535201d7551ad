"""The Word exporter: styles, page and tables after GB/T 9704, to be edited further."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters.exporter import Exporter

from helpers.exporters.document import Document
from helpers.exporters.errors import ExportError

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
        from helpers.exporters import notebook

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        document = notebook.read(nb, resources["metadata"]["name"])
        return render(document), resources


def render(document: Document) -> bytes:
    """The document as a Word file (.docx). Equal documents give equal bytes.

    Raises ExportError where a picture cannot be drawn, or python-docx is not installed.
    """
    try:
        from helpers.exporters import docx_body, docx_package, docx_page
    except ImportError as error:
        text = "没有安装 python-docx，不能导出 Word；请运行 pip install python-docx。"
        raise ExportError(text) from error
    word = docx_package.new()
    docx_page.describe(word, document)
    docx_page.number_pages(word)
    if document.draft:
        docx_page.watermark(word)
    front = docx_page.problems(document) if document.draft else ()
    docx_body.write(word, document, front)
    return docx_package.save(word)
