"""What keeps a PDF from being PDF/A-2a and PDF/UA-1, as far as a program can tell.

No reference validator comes with the packages of this project, so these are the requirements
themselves (ISO 19005-2 and ISO 14289-1, in brackets), read from the file with pikepdf (qpdf).
pdf_oxide, which knows nothing of how the file was made, is asked as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdf_oxide
import pikepdf
from pikepdf import Array, Dictionary, Name

_BANNED = (b"/JavaScript", b"/Launch", b"/Sound", b"/Movie", b"/ResetForm", b"/AA")
_SHOWING = {"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def faults(file: Path) -> list[str]:
    """Everything found wrong, in words; empty for a file that conforms."""
    found = list(_second_opinion(file))
    with pikepdf.open(file) as pdf:
        found += pdf.check_pdf_syntax()
        for look in (_claims, _catalog, _actions, _fonts, _colours, _content, _annotations):
            found += look(pdf)
        root = pdf.Root.get("/StructTreeRoot")
        if root is not None:
            found += _structure(list(_elements(root)))
    return found


def _second_opinion(file: Path) -> Iterator[str]:
    document = pdf_oxide.PdfDocument(str(file))
    for said in (document.validate_pdf_a("2a"), document.validate_pdf_ua()):
        yield from said["errors"]
        if not said["valid"]:
            yield "not valid to pdf_oxide"


def _claims(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What the metadata say that the file is (A 6.6.4, UA 5), and its title (A 6.6.3, UA 7.1)."""
    if "/Metadata" not in pdf.Root:
        yield "no XMP metadata"
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        wanted = {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
        for key, value in wanted.items():
            if str(meta.get(key)) != value:
                yield f"{key} is {meta.get(key)}"
        if not meta.get("dc:title") or meta["dc:title"] != str(pdf.docinfo.get("/Title", "")):
            yield "the title is missing, or said in two ways"


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if pdf.is_encrypted:
        yield "encrypted (A 6.1.3)"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "not marked (A 6.7.2, UA 7.1)"
    if "/StructTreeRoot" not in root:
        yield "no structure (A 6.7.3)"
    if not str(root.get("/Lang", "")).lower().startswith("zh"):
        yield "the language is not Chinese (A 6.7.4, UA 7.2)"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not displayed (UA 7.1)"
    if "/Outlines" not in root:
        yield "no bookmarks"
    if "/EmbeddedFiles" in root.get("/Names", {}) or "/AcroForm" in root:
        yield "files or forms inside"


def _actions(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Nothing may run (A 6.5)."""
    for one in pdf.objects:
        written = one.unparse(resolved=True) if isinstance(one, Dictionary | Array) else b""
        yield from (f"an action {name.decode()}" for name in _BANNED if name + b" " in written)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every font is embedded and says what its glyphs mean (A 6.2.11, UA 7.21)."""
    for one in pdf.objects:
        if not isinstance(one, Dictionary):
            continue
        if one.get("/Type") == Name.FontDescriptor and not any(f in one for f in _FONT_FILES):
            yield f"{one.get('/FontName')} is not embedded"
        if one.get("/Type") == Name.Font and one.get("/Subtype") == Name.Type0:
            if "/ToUnicode" not in one:
                yield f"{one.get('/BaseFont')} has no Unicode"
            if one.get("/Encoding") != Name("/Identity-H"):
                yield f"{one.get('/BaseFont')} is encoded as {one.get('/Encoding')}"
        elif one.get("/Type") == Name.Font and one.get("/Subtype") in (Name.Type1, Name.TrueType):
            yield f"a simple font {one.get('/BaseFont')}"


def _colours(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Colours of a device need an output intent (A 6.2.4)."""
    intents = pdf.Root.get("/OutputIntents", Array())
    if any("/DestOutputProfile" in one for one in intents):
        return
    for number, page in enumerate(pdf.pages, 1):
        if {str(command.operator) for command in _commands(page)} & {
            "g",
            "G",
            "rg",
            "RG",
            "k",
            "K",
        }:
            yield f"page {number} has colours of a device"


def _commands(page: Any) -> list[Any]:
    return list(pikepdf.parse_content_stream(page))


def _content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """All that is shown is tagged, or said to be an artifact (UA 7.1)."""
    for number, page in enumerate(pdf.pages, 1):
        depth = 0
        for command in _commands(page):
            operator = str(command.operator)
            if operator in ("BMC", "BDC"):
                depth += 1
            elif operator == "EMC":
                depth -= 1
            elif operator in _SHOWING and not depth:
                yield f"page {number} shows something untagged ({operator})"
                break


def _annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Links are described and in the structure, tabs follow it (UA 7.18)."""
    for number, page in enumerate(pdf.pages, 1):
        for one in page.get("/Annots", Array()):
            if "/Contents" not in one or "/StructParent" not in one:
                yield f"page {number} has a link without words or without a place"
            if page.get("/Tabs") != Name.S:
                yield f"page {number}: tabs do not follow the structure"


def _elements(node: Any) -> Iterator[Dictionary]:
    """The structure elements in reading order."""
    if isinstance(node, Array):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def _structure(elements: list[Dictionary]) -> Iterator[str]:
    """Figures have words, headings skip no level, tables close (UA 7.3, 7.4, 7.5)."""
    if not elements or elements[0]["/S"] != Name.Document:
        yield "the structure does not begin with the document"
    above = 0
    for one in elements:
        kind = str(one["/S"])
        if kind == "/Figure" and not str(one.get("/Alt", "")).strip():
            yield "a figure without words"
        if kind[:2] == "/H" and kind[2:].isdigit():
            if int(kind[2:]) > above + 1:
                yield f"a heading {kind} under level {above}"
            above = int(kind[2:])
        if kind == "/Table":
            yield from _table(one)


def _attribute(cell: Dictionary, name: str, default: Any) -> Any:
    given = cell.get("/A", Array())
    for one in given if isinstance(given, Array) else [given]:
        if isinstance(one, Dictionary) and name in one:
            return one[name]
    return default


def _table(table: Dictionary) -> Iterator[str]:
    """Every position is covered once; every value names heads that there are."""
    rows = [one for one in _elements(table["/K"]) if one["/S"] == Name.TR]
    taken: set[tuple[int, int]] = set()
    heads = {bytes(c["/ID"]) for row in rows for c in _elements(row["/K"]) if "/ID" in c}
    for r, row in enumerate(rows):
        at = 0
        for cell in (c for c in _elements(row["/K"]) if str(c["/S"]) in ("/TH", "/TD")):
            while (r, at) in taken:
                at += 1
            high, wide = (int(_attribute(cell, k, 1)) for k in ("/RowSpan", "/ColSpan"))
            taken |= {(r + y, at + x) for y in range(high) for x in range(wide)}
            if cell["/S"] == Name.TH and "/Scope" not in str(_attribute_names(cell)):
                yield "a head without a scope"
            named = [bytes(id_) for id_ in _attribute(cell, "/Headers", Array())]
            if cell["/S"] == Name.TD and heads and not named:
                yield "a value without heads"
            if set(named) - heads:
                yield "a value names heads that there are not"
    wide = 1 + max((c for _, c in taken), default=-1)
    if len(taken) != len(rows) * wide:
        yield f"a table of {len(rows)} rows and {wide} columns does not close"


def _attribute_names(cell: Dictionary) -> list[str]:
    given = cell.get("/A", Array())
    every = given if isinstance(given, Array) else [given]
    return [name for one in every if isinstance(one, Dictionary) for name in one.keys()]  # noqa: SIM118
