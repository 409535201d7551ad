"""An executed notebook and its documents, written into a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from helpers.batch.files import DurableFolder
from helpers.exporters import docx_file, html_page, pdf_pages
from helpers.exporters.document import Document
from helpers.exporters.fonts import Mode, choose, embedded_fonts
from helpers.exporters.notebook import read


@dataclass(frozen=True)
class Written:
    """Files with their sha256, and the fonts embedded; or what kept them from being written.

    ``unlike`` are sentences on what the files tell differently, where they were compared.
    """

    files: Mapping[str, str]
    fonts: tuple[str, ...]
    trouble: str = ""
    unlike: tuple[str, ...] = ()


def write_documents(
    text: str,
    folder: Path,
    formats: Sequence[str],
    fonts: Mode,
    beside: Mapping[str, str] = MappingProxyType({}),
) -> Written:
    """Write an executed notebook and its documents into a folder, which is created anew.

    ``text`` is the notebook as a file, ``beside`` the text of more files by name. All of them
    outlast a power cut when this returns. The document is read once for all formats, where
    nbconvert's exporters would each read it. Raises ExportError for a notebook that cannot be
    published.
    """
    document = read(json.loads(text), "report")
    with DurableFolder(folder) as out:
        for name, content in {"report.ipynb": text, **beside}.items():
            out.write(name, content.encode())
        faces = _export(out, document, formats, fonts)
    return Written(dict(sorted(out.hashes.items())), faces)


def notebook_text(notebook: Any) -> str:
    """The notebook as a file, a cell to a line: nbformat's own way takes ten times as long."""
    cells = ",\n".join(map(_json, notebook.cells))
    rest = {key: value for key, value in notebook.items() if key != "cells"}
    return f'{{"cells": [\n{cells}\n],\n{_json(rest)[1:]}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _export(
    out: DurableFolder, document: Document, formats: Sequence[str], fonts: Mode
) -> tuple[str, ...]:
    """Write the document in every format that is wanted; the fonts embedded in the PDF."""
    embedded: tuple[str, ...] = ()
    if "html" in formats:
        beside = {"pdf": ("PDF 版", "report.pdf"), "docx": ("Word 版", "report.docx")}
        downloads = [beside[name] for name in beside if name in formats]
        page = html_page.render(document, [*downloads, ("全部数据（CSV）", "figures.csv")])
        out.write("report.html", page.encode())
    if "pdf" in formats:
        content = pdf_pages.render(document, choose(fonts))
        out.write("report.pdf", content)
        embedded = embedded_fonts(content)
    if "docx" in formats:
        out.write("report.docx", docx_file.render(document))
    return embedded
