"""An executed notebook and its documents, written into a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.v4 import nbjson
from nbformat.v4.rwbase import split_lines

from helpers.batch.files import sha256
from helpers.exporters import html, pdf, word
from helpers.exporters.document import Document
from helpers.exporters.fonts import Mode, choose
from helpers.exporters.notebook import read


@dataclass(frozen=True)
class Written:
    """Files with their sha256, and the fonts embedded; or what kept them from being written."""

    files: Mapping[str, str]
    fonts: tuple[str, ...]
    trouble: str = ""


def write_documents(notebook: Any, folder: Path, formats: Sequence[str], fonts: Mode) -> Written:
    """Write an executed notebook and its documents into a folder, which is created.

    The document is read once for all formats, where nbconvert's exporters would each read it.
    Raises ExportError for a notebook that cannot be published.
    """
    folder.mkdir(parents=True)
    document = read(notebook, "report")
    # Not needed any more, it may be split into lines where it is, as nbformat writes it.
    lines = split_lines(notebook)  # type: ignore[no-untyped-call]
    content: str = nbjson.writes(lines, split_lines=False)  # type: ignore[no-untyped-call]
    (folder / "report.ipynb").write_text(content + "\n", encoding="utf-8")
    faces = _export(folder, document, formats, fonts)
    files = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    return Written(files, faces)


def _export(
    folder: Path, document: Document, formats: Sequence[str], fonts: Mode
) -> tuple[str, ...]:
    """Write the document in every format that is wanted; the fonts embedded in the PDF."""
    embedded: tuple[str, ...] = ()
    if "html" in formats:
        beside = {"pdf": ("PDF 版", "report.pdf"), "docx": ("Word 版", "report.docx")}
        downloads = [beside[name] for name in beside if name in formats]
        page = html.render(document, [*downloads, ("全部数据（CSV）", "../figures.csv")])
        (folder / "report.html").write_text(page, encoding="utf-8")
    if "pdf" in formats:
        content = pdf.render(document, choose(fonts))
        (folder / "report.pdf").write_bytes(content)
        embedded = pdf.embedded_fonts(content)
    if "docx" in formats:
        (folder / "report.docx").write_bytes(word.render(document))
    return embedded
