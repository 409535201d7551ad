"""A Word file as a package: opened from the template's parts, saved with the same bytes always."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "word"

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OF_PACKAGE = (
    ("word/document.xml", f"{_WORD}.document.main+xml", f"{_OFFICE}/officeDocument"),
    (
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        f"{_PACKAGE}/relationships/metadata/core-properties",
    ),
    (
        "docProps/app.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        f"{_OFFICE}/extended-properties",
    ),
)
_OF_DOCUMENT = (
    ("word/styles.xml", f"{_WORD}.styles+xml", f"{_OFFICE}/styles"),
    ("word/settings.xml", f"{_WORD}.settings+xml", f"{_OFFICE}/settings"),
    ("word/numbering.xml", f"{_WORD}.numbering+xml", f"{_OFFICE}/numbering"),
    ("word/fontTable.xml", f"{_WORD}.fontTable+xml", f"{_OFFICE}/fontTable"),
    (
        "word/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
        f"{_OFFICE}/theme",
    ),
)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def new() -> Any:
    """An empty python-docx document with the styles, fonts and page of the template."""
    import docx

    return docx.Document(io.BytesIO(_template()))


def save(document: Any) -> bytes:
    """The document as a file. Equal documents give equal bytes: entries bear no date."""
    package = document.part.package
    parts = list(package.iter_parts())
    kinds = [(str(one.partname).removeprefix("/"), one.content_type) for one in parts]
    entries = {"[Content_Types].xml": _content_types(kinds), "_rels/.rels": _xml(package.rels)}
    for one in parts:
        entries[one.partname.membername] = one.blob
        if len(one.rels):
            entries[one.partname.rels_uri.membername] = _xml(one.rels)
    return _packed(entries)


def _xml(relations: Any) -> bytes:
    content: bytes = relations.xml
    return content


def part(name: str) -> str:
    """A part of the template as text, without the comments that are for us."""
    return _COMMENT.sub("", (FOLDER / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _template() -> bytes:
    kinds = [(name, kind) for name, kind, _ in (*_OF_PACKAGE, *_OF_DOCUMENT)]
    entries = {
        "[Content_Types].xml": _content_types(kinds),
        "_rels/.rels": _relations(_OF_PACKAGE, ""),
    }
    entries["word/_rels/document.xml.rels"] = _relations(_OF_DOCUMENT, "word/")
    for name, _, _ in (*_OF_PACKAGE, *_OF_DOCUMENT):
        entries[name] = part(Path(name).name).encode()
    return _packed(entries)


def _content_types(kinds: Iterable[tuple[str, str]]) -> bytes:
    """The list of the parts by name with their media types; of pictures by their endings."""
    kinds = list(kinds)
    pictures = {Path(name).suffix[1:]: kind for name, kind in kinds if "/media/" in name}
    defaults = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in sorted(pictures.items())
    )
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in kinds
        if "/media/" not in name
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{defaults}{overrides}</Types>'
    ).encode()


def _relations(parts: tuple[tuple[str, str, str], ...], folder: str) -> bytes:
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{name.removeprefix(folder)}"/>'
        for n, (name, _, kind) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'.encode()


def _packed(entries: dict[str, bytes]) -> bytes:
    """A zip with the content types first, as some programs insist."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(entries, key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            archive.writestr(info, entries[name])
    return packed.getvalue()
