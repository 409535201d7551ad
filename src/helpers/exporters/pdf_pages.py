"""A document as PDF, set by Typst after GB/T 9704: archival (PDF/A-2a) and accessible (UA-1)."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from helpers.exporters.document import Document, Table, walk
from helpers.exporters.errors import ExportError
from helpers.exporters.fonts import Faces

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


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
