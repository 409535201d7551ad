"""Row names of tables in a tagged PDF made header cells, which Typst does for columns only.

Typst has ``pdf.header-cell`` for this behind a feature flag that its Python package cannot
raise. The change is appended to the file as an incremental update (ISO 32000-1, 7.5.6), which
PDF/A allows: what Typst wrote stays byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from helpers.exporters.pdf_objects import Objects, number_of, written
from helpers.grid import Grid

Tag = tuple[bytes, dict[bytes, Any]]
"""A structure element and the reference by which others name it."""


def name_rows(pdf: bytes, grids: Sequence[Grid]) -> bytes:
    """The PDF with the row names of its tables tagged TH, and referred to by their cells.

    ``grids`` are the tables in the order of the document; a table whose tags do not match its
    grid cell for cell is left as it is. Equal arguments give equal bytes.
    """
    if not any(cell.role == "row" for grid in grids for cell in grid.cells):
        return pdf
    objects = Objects(pdf)
    place = objects.get(objects.trailer[b"/Root"])[b"/StructTreeRoot"]
    structure = objects.get(place)
    tags = list(_nodes(objects, structure[b"/K"]))
    tables = [tag for tag in tags if tag[1][b"/S"] == b"/Table"]
    if len(tables) != len(grids):
        return pdf
    named: dict[bytes, Tag] = {}
    changed: list[Tag] = []
    for number, (table, grid) in enumerate(zip(tables, grids, strict=True), 1):
        heads, cells = _name_rows(objects, table, grid, number)
        named |= heads
        changed += chain(heads.values(), cells)
    if not named:
        return pdf
    _index(objects, structure, named)
    return _appended(pdf, objects, [(place, structure), *changed])


def _nodes(objects: Objects, tree: Any) -> Iterator[Tag]:
    """The structure elements in order, each before those inside it."""
    for place in tree if isinstance(tree, list) else [tree]:
        node = objects.get(place)
        if isinstance(node, list):
            yield from _nodes(objects, node)
        elif isinstance(node, dict) and b"/S" in node:
            yield place, node
            yield from _nodes(objects, node.get(b"/K", []))


def _name_rows(
    objects: Objects, table: Tag, grid: Grid, number: int
) -> tuple[dict[bytes, Tag], list[Tag]]:
    """Tag one table; returns the new header cells by their ids, and the cells they govern."""
    rows = [tag for _, tag in _nodes(objects, table[0]) if tag[b"/S"] == b"/TR"]
    tags = [
        [tag for tag in _nodes(objects, row[b"/K"]) if tag[1][b"/S"] in (b"/TH", b"/TD")]
        for row in rows
    ]
    cells = grid.rows()
    if [len(row) for row in tags] != [len(row) for row in cells]:
        return {}, []
    tag_of = dict(zip(chain(*cells), chain(*tags), strict=True))
    ids = {
        cell: b"(R%dx%dy%d)" % (number, cell.column, cell.row)
        for cell in tag_of
        if cell.role == "row"
    }
    for cell, id_ in ids.items():
        tag = tag_of[cell][1]
        tag |= {b"/S": b"/TH", b"/ID": id_}
        _about(tag)[b"/Scope"] = b"/Row"
    governed = []
    for cell, heads in grid.headings().items():
        if names := [ids[head] for head in heads if head in ids]:
            about = _about(tag_of[cell][1])
            about[b"/Headers"] = [*about.get(b"/Headers", ()), *names]
            governed.append(tag_of[cell])
    return {id_: tag_of[cell] for cell, id_ in ids.items()}, governed


def _about(tag: dict[bytes, Any]) -> Any:
    """What a cell says of its place in the table; every cell that Typst tags says something."""
    return next(attributes for attributes in tag[b"/A"] if attributes[b"/O"] == b"/Table")


def _index(objects: Objects, structure: dict[bytes, Any], named: dict[bytes, Tag]) -> None:
    """Enter the new header cells in the name tree that finds elements by their ids."""
    known = list(_entries(objects, structure[b"/IDTree"])) if b"/IDTree" in structure else []
    known += [(id_, place) for id_, (place, _) in named.items()]
    names = [part for entry in sorted(known, key=lambda e: e[0][1:-1]) for part in entry]
    structure[b"/IDTree"] = {b"/Names": names}


def _entries(objects: Objects, tree: Any) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of a name tree."""
    tree = objects.get(tree)
    names = tree.get(b"/Names", [])
    yield from zip(names[::2], names[1::2], strict=True)
    for kid in tree.get(b"/Kids", []):
        yield from _entries(objects, kid)


def _appended(pdf: bytes, objects: Objects, changed: Iterable[Tag]) -> bytes:
    """The file with new versions of some of its objects after its end."""
    parts = [pdf if pdf.endswith(b"\n") else pdf + b"\n"]
    end = len(parts[0])
    places = {}
    for place, thing in changed:
        number = number_of(place)
        places[number] = end
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, written(thing)))
        end += len(parts[-1])
    parts.append(b"xref\n")
    parts += [b"%d 1\n%010d 00000 n\r\n" % (number, places[number]) for number in sorted(places)]
    parts.append(b"trailer\n")
    trailer = _trailer(objects, b"".join(parts))
    return b"".join([*parts, written(trailer), b"\nstartxref\n%d\n%%%%EOF\n" % end])


def _trailer(objects: Objects, content: bytes) -> dict[bytes, Any]:
    """The trailer as before, with the way to the older part and the mark of a new version."""
    before = objects.trailer
    trailer: dict[bytes, Any] = {
        key: before[key] for key in (b"/Size", b"/Root", b"/Info") if key in before
    }
    trailer[b"/Prev"] = b"%d" % objects.start
    if b"/ID" in before:
        version = hashlib.sha256(content).hexdigest().encode()[:32]
        trailer[b"/ID"] = [before[b"/ID"][0], b"<%s>" % version]
    return trailer
