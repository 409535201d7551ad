"""The PDF exporter: typeset by Typst after GB/T 9704, archival (PDF/A-2a) and accessible (UA-1)."""

from __future__ import annotations

import os
from typing import Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Enum, List, Unicode, default

from helpers.exporters.conversion import as_conversion
from helpers.exporters.errors import ExportError
from helpers.exporters.fonts import MODES, embedded_fonts

__all__ = ["NianbaoPDFExporter", "embedded_fonts"]


class NianbaoPDFExporter(Exporter):
    """An executed notebook as the printed document.

    ``from_notebook_node`` returns (PDF bytes, resources), with the names of the embedded fonts
    in ``resources["nianbao_fonts"]``, and raises ExportError for a notebook that cannot be
    published or text that cannot be set.
    """

    export_from_notebook = "政府信息公开年报（PDF）"
    output_mimetype = "application/pdf"

    fonts = Enum(
        MODES,
        help="公文字体：auto 有则用之；packaged 只用随附字体；official 必须齐备。"
        "环境变量 NIANBAO_FONTS 给出默认值。",
    ).tag(config=True)
    font_folders = List(Unicode(), help="除系统字体外，另在这些文件夹里找字体。").tag(config=True)

    @default("fonts")
    def _fonts_default(self) -> str:
        mode = os.environ.get("NIANBAO_FONTS") or "auto"
        if mode not in MODES:
            raise ExportError(f"NIANBAO_FONTS 只能是 {'、'.join(MODES)}，不能是“{mode}”。")
        return mode

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The PDF for an executed notebook."""
        from helpers.exporters import fonts, notebook, pdf_pages

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        with as_conversion():
            document = notebook.read(nb, resources["metadata"]["name"])
            pdf = pdf_pages.render(document, fonts.choose(self.fonts, self.font_folders))
        resources["nianbao_fonts"] = embedded_fonts(pdf)
        return pdf, resources
