"""A document as a Word file."""

from __future__ import annotations

from helpers.exporters.document import Document
from helpers.exporters.errors import ExportError


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
