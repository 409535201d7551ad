"""Row names of tables in a tagged PDF made header cells, which Typst does for columns only.

Typst has ``pdf.header-cell`` for this behind a feature flag that its Python package cannot
raise. The change is appended to the file as an incremental update (ISO 32000-1, 7.5.6), which
PDF/A allows: what Typst wrote stays byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from helpers.exporters.pdf_objects import Objects, number_of, written
from helpers.grid import Cell, Grid

_ELEMENT = re.compile(rb"<<\s*/Type\s*/StructElem\s*/S\s*/(\w+)")
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_KIDS = re.compile(rb"/K\s*(\[[^\]]*\]|\d+ \d+ R)")
_REFERENCE = re.compile(rb"\d+ \d+ R")
_TABLE_FACTS = re.compile(rb"/O\s*/Table")
_HEADERS = re.compile(rb"/Headers\s*\[[^\]]*")


class Tag(NamedTuple):
    """A structure element: the reference by which others name it, its kind, its notation.

    ``inside`` are the elements in it, in order.
    """

    place: bytes
    kind: bytes
    source: bytes
    inside: tuple[Tag, ...]


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
    tables = list(_of_kind(_tags(objects, written(structure[b"/K"])), b"Table"))
    if len(tables) != len(grids):
        return pdf
    ids: dict[bytes, bytes] = {}
    changed: dict[bytes, bytes] = {}
    for number, (table, grid) in enumerate(zip(tables, grids, strict=True), 1):
        _name_rows(table, grid, number, ids, changed)
    if not ids:
        return pdf
    _index(objects, structure, ids)
    return _appended(pdf, objects, {place: written(structure), **changed})


def _tags(objects: Objects, kids: bytes) -> tuple[Tag, ...]:
    """The structure elements that ``kids`` refers to, in order."""
    found = []
    for place in _REFERENCE.findall(kids):
        source = objects.source(place)
        if element := _ELEMENT.match(source):
            found.append(Tag(place, element[1], source, _tags(objects, _kids(source))))
    return tuple(found)


def _kids(source: bytes) -> bytes:
    """What stands inside an element; what looks like it in the words of a text does not."""
    while (plain := _STRING.sub(b"", source)) != source:  # from the inside out
        source = plain
    found = _KIDS.search(source)
    return found[1] if found else b""


def _of_kind(tags: Iterable[Tag], *kinds: bytes) -> Iterator[Tag]:
    """The elements of some kinds, at any depth, in the order of the document."""
    for tag in tags:
        if tag.kind in kinds:
            yield tag
        yield from _of_kind(tag.inside, *kinds)


def _name_rows(
    table: Tag, grid: Grid, number: int, ids: dict[bytes, bytes], changed: dict[bytes, bytes]
) -> None:
    """Tag one table: new header cells go into ``ids``, new notations into ``changed``."""
    rows = _of_kind(table.inside, b"TR")
    tags = [list(_of_kind(row.inside, b"TH", b"TD")) for row in rows]
    cells = grid.rows()
    if [len(row) for row in tags] != [len(row) for row in cells]:
        return
    names: dict[Cell, bytes] = {}
    headings = grid.headings()
    for cell, tag in zip(chain(*cells), chain(*tags), strict=True):
        if cell.role == "row":
            names[cell] = b"(R%dx%dy%d)" % (number, cell.column, cell.row)
            ids[names[cell]] = tag.place
            changed[tag.place] = _as_row_head(tag.source, names[cell])
    for cell, tag in zip(chain(*cells), chain(*tags), strict=True):
        if heads := [names[head] for head in headings.get(cell, ()) if head in names]:
            changed[tag.place] = _governed(tag.source, b"".join(heads))


def _as_row_head(source: bytes, id_: bytes) -> bytes:
    """A cell's notation as that of a row's name."""
    start, end = _ELEMENT.match(source).span(1)  # type: ignore[union-attr]
    source = b"%sTH/ID%s%s" % (source[:start], id_, source[end:])
    return _TABLE_FACTS.sub(b"/O/Table/Scope/Row", source, count=1)


def _governed(source: bytes, heads: bytes) -> bytes:
    """A cell's notation with the header cells of its row; Typst has named those above it."""
    if found := _HEADERS.search(source):
        return source[: found.end()] + heads + source[found.end() :]
    return _TABLE_FACTS.sub(b"/O/Table/Headers[%s]" % heads, source, count=1)


def _index(objects: Objects, structure: dict[bytes, Any], ids: dict[bytes, bytes]) -> None:
    """Enter the new header cells in the name tree that finds elements by their ids."""
    known = list(_entries(objects, structure[b"/IDTree"])) if b"/IDTree" in structure else []
    known += ids.items()
    names = [part for entry in sorted(known, key=lambda e: e[0][1:-1]) for part in entry]
    structure[b"/IDTree"] = {b"/Names": names}


def _entries(objects: Objects, tree: Any) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of a name tree."""
    tree = objects.get(tree)
    names = tree.get(b"/Names", [])
    yield from zip(names[::2], names[1::2], strict=True)
    for kid in tree.get(b"/Kids", []):
        yield from _entries(objects, kid)


def _appended(pdf: bytes, objects: Objects, changed: Mapping[bytes, bytes]) -> bytes:
    """The file with new versions of some of its objects after its end."""
    parts = [pdf if pdf.endswith(b"\n") else pdf + b"\n"]
    end = len(parts[0])
    places = {}
    for place, source in changed.items():
        number = number_of(place)
        places[number] = end
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, source))
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
