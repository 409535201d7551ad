"""The PDF exporter: typeset by Typst after GB/T 9704, archival (PDF/A-2a) and accessible (UA-1)."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Enum, List, Unicode, default

from helpers.exporters.document import Document, Table, walk
from helpers.exporters.errors import ExportError
from helpers.exporters.fonts import MODES, Faces, embedded_fonts

__all__ = ["NianbaoPDFExporter", "embedded_fonts", "render"]

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


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
        from helpers.exporters import fonts, notebook

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        document = notebook.read(nb, resources["metadata"]["name"])
        pdf = render(document, fonts.choose(self.fonts, self.font_folders))
        resources["nianbao_fonts"] = embedded_fonts(pdf)
        return pdf, resources


def load(faces: Faces) -> None:
    """Read the fonts, for the processes that will be forked from this one.

    Text in a frame of a web page is set without starting threads, which pages would.
    """
    import typst as engine

    with suppress(engine.TypstError):
        engine.compile(
            b"#for f in json(bytes(sys.inputs.faces)) { html.frame(text(font: f, [A1])) }",
            format="html",
            sys_inputs={"faces": json.dumps(faces.families())},
            font_paths=faces.library.fonts(),
            ignore_system_fonts=True,
        )


def render(document: Document, faces: Faces) -> bytes:
    """The document as PDF. Equal documents and faces give equal bytes, whatever the clock says.

    Raises ExportError where a character has no glyph or Typst cannot set the document.
    """
    import typst as engine

    from helpers.exporters import fonts, pdf_heads, typst

    faces = fonts.complete(faces, typst.texts(document))
    data = typst.write(document)
    data["faces"] = {
        "title": faces.title,
        "heading": faces.heading,
        "kai": faces.kai,
        "body": faces.body,
        "lines": (fonts.SANS, *faces.body),
        "latin": faces.latin,
        "has_kai": faces.has_kai,
    }
    try:
        pdf = engine.compile(
            _TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            font_paths=faces.library.fonts(),
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
        )
    except engine.TypstError as error:
        hints = "；".join(error.hints)
        raise ExportError(
            f"PDF 排版没有成功：{error.message}{f'（{hints}）' if hints else ''}"
        ) from error
    grids = [block.grid for block in walk(document.blocks) if isinstance(block, Table)]
    return pdf_heads.name_rows(pdf, grids)
