"""Row names of tables in a tagged PDF made header cells, which Typst does for columns only.

Typst has ``pdf.header-cell`` for this behind a feature flag that its Python package cannot
raise. The change is appended to the file as an incremental update (ISO 32000-1, 7.5.6), which
PDF/A allows: what Typst wrote stays byte for byte. pypdf reads; its own incremental writer
leaves out the document information and a line end that PDF/A asks for.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from helpers.grid import Grid


def name_rows(pdf: bytes, grids: Sequence[Grid]) -> bytes:
    """The PDF with the row names of its tables tagged TH, and referred to by their cells.

    ``grids`` are the tables in the order of the document; a table whose tags do not match its
    grid cell for cell is left as it is. Equal arguments give equal bytes.
    """
    if not any(cell.role == "row" for grid in grids for cell in grid.cells):
        return pdf
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    structure = root["/StructTreeRoot"]
    tables = [node for node in _nodes(structure["/K"]) if node["/S"] == "/Table"]
    if len(tables) != len(grids):
        return pdf
    named: dict[str, Any] = {}
    changed: list[Any] = []
    for number, (table, grid) in enumerate(zip(tables, grids, strict=True), 1):
        heads, cells = _name_rows(table, grid, number)
        named |= heads
        changed += chain(heads.values(), cells)
    if not named:
        return pdf
    _index(structure, named)
    return _appended(pdf, reader, [structure, *changed])


def _nodes(tree: Any) -> Iterator[Any]:
    """The structure elements in order, each before those inside it."""
    tree = tree.get_object()
    if isinstance(tree, list):
        for node in tree:
            yield from _nodes(node)
    elif isinstance(tree, dict) and "/S" in tree:
        yield tree
        yield from _nodes(tree.get("/K", []))


def _name_rows(table: Any, grid: Grid, number: int) -> tuple[dict[str, Any], list[Any]]:
    """Tag one table; returns the new header cells by their ids, and the cells they govern."""
    from pypdf.generic import NameObject, TextStringObject

    rows = [node for node in _nodes(table) if node["/S"] == "/TR"]
    tags = [[n for n in _nodes(row["/K"]) if n["/S"] in ("/TH", "/TD")] for row in rows]
    if [len(row) for row in tags] != [len(row) for row in grid.rows()]:
        return {}, []
    tag_of = dict(zip(chain(*grid.rows()), chain(*tags), strict=True))
    ids = {cell: f"R{number}x{cell.column}y{cell.row}" for cell in tag_of if cell.role == "row"}
    for cell, id_ in ids.items():
        tag = tag_of[cell]
        tag[NameObject("/S")] = NameObject("/TH")
        tag[NameObject("/ID")] = TextStringObject(id_)
        _about(tag)[NameObject("/Scope")] = NameObject("/Row")
    governed = []
    for cell, heads in grid.headings().items():
        if names := [ids[head] for head in heads if head in ids]:
            _refer(_about(tag_of[cell]), names)
            governed.append(tag_of[cell])
    return {id_: tag_of[cell] for cell, id_ in ids.items()}, governed


def _about(tag: Any) -> Any:
    """What a cell says of its place in the table; every cell that Typst tags says something."""
    return next(attributes for attributes in tag["/A"] if attributes["/O"] == "/Table")


def _refer(about: Any, ids: Iterable[str]) -> None:
    from pypdf.generic import ArrayObject, NameObject, TextStringObject

    heads = [*about.get("/Headers", ()), *map(TextStringObject, ids)]
    about[NameObject("/Headers")] = ArrayObject(heads)


def _index(structure: Any, named: dict[str, Any]) -> None:
    """Enter the new header cells in the name tree that finds elements by their ids."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    known = list(_entries(structure["/IDTree"])) if "/IDTree" in structure else []
    known += [(TextStringObject(id_), tag.indirect_reference) for id_, tag in named.items()]
    names = [part for entry in sorted(known, key=lambda e: str(e[0]).encode()) for part in entry]
    tree = DictionaryObject({NameObject("/Names"): ArrayObject(names)})
    structure[NameObject("/IDTree")] = tree


def _entries(tree: Any) -> Iterator[tuple[Any, Any]]:
    """The pairs of a name tree."""
    tree = tree.get_object()
    names = tree.get("/Names", [])
    yield from zip(names[::2], names[1::2], strict=True)
    for kid in tree.get("/Kids", []):
        yield from _entries(kid)


def _appended(pdf: bytes, reader: Any, changed: Iterable[Any]) -> bytes:
    """The file with new versions of some of its objects after its end."""
    out = io.BytesIO()
    out.write(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    places = {}
    for thing in changed:
        number = thing.indirect_reference.idnum
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number)
        thing.write_to_stream(out)
        out.write(b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n")
    for number in sorted(places):
        out.write(b"%d 1\n%010d 00000 n\r\n" % (number, places[number]))
    out.write(b"trailer\n")
    _trailer(pdf, reader, out.getvalue()).write_to_stream(out)
    out.write(b"\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _trailer(pdf: bytes, reader: Any, content: bytes) -> Any:
    """The trailer as before, with the way to the older part and the mark of a new version."""
    from pypdf.generic import (
        ArrayObject,
        ByteStringObject,
        DictionaryObject,
        NameObject,
        NumberObject,
    )

    before = reader.trailer
    kept = ("/Size", "/Root", "/Info")
    trailer = DictionaryObject({NameObject(k): before.raw_get(k) for k in kept if k in before})
    start = int(pdf.rpartition(b"startxref")[2].split()[0])
    trailer[NameObject("/Prev")] = NumberObject(start)
    if "/ID" in before:
        version = ByteStringObject(hashlib.sha256(content).digest()[:16])
        trailer[NameObject("/ID")] = ArrayObject([before["/ID"][0], version])
    return trailer
