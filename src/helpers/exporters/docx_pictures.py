"""Pictures in a Word file: charts drawn as PNG, all with the words that stand for them."""

from __future__ import annotations

import io
from typing import Any

from helpers.exporters import pictures
from helpers.exporters.document import Picture
from helpers.exporters.errors import ExportError

_PPI = 300.0
_UNSAID = 72.0  # what python-docx takes for the resolution of a picture that tells none
_WIDEST, _HIGHEST = 156 * 36000, 160 * 36000  # EMU: the type area, and what a page can spare


def add(run: Any, picture: Picture) -> None:
    """Add a picture to a python-docx run, no larger than the page allows.

    Raises ExportError where it cannot be drawn or a character in it has no glyph.
    """
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError
    from docx.image.exceptions import UnrecognizedImageError as Unrecognized

    is_svg = picture.mime == "image/svg+xml"
    data = _drawn(picture) if is_svg else picture.data
    try:
        shape = run.add_picture(io.BytesIO(data))
    except (InvalidImageStreamError, UnexpectedEndOfFileError, Unrecognized) as error:
        raise ExportError(f"图“{picture.alt}”的文件已损坏，放不进 Word。") from error
    natural = _UNSAID / _PPI if is_svg else 1.0  # what we draw has no resolution written in it
    scale = min(natural, _WIDEST / max(shape.width, 1), _HIGHEST / max(shape.height, 1))
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    described = shape._inline.docPr
    described.set("descr", picture.alt)
    described.set("name", f"图 {described.id}")
    shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr.set("name", f"图 {described.id}")


def _drawn(picture: Picture) -> bytes:
    """An SVG as PNG in the packaged fonts, so that every machine draws the same.

    Only what these cannot write is drawn with the machine's own.
    """
    import typst

    from helpers.exporters import fonts

    words = [pictures.svg_words(picture)]
    try:
        faces = fonts.complete(fonts.choose("packaged"), words)
    except ExportError:
        faces = fonts.complete(fonts.choose("auto"), words)
    source = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        '#image(bytes(sys.inputs.data), format: "svg")\n'
    )
    try:
        return typst.compile(
            source.encode(),
            format="png",
            ppi=_PPI,
            sys_inputs={"data": picture.data.decode()},
            font_paths=faces.library.fonts(),
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise ExportError(f"图“{picture.alt}”画不出来：{error.message}") from error
