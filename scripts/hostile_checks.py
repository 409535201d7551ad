"""Whether a file that was made is inert: nothing in it runs, loads, computes or leaves its place.

Each check takes the bytes of a file and yields a sentence for everything that is not as it
should be.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from lxml import etree
from lxml import html as lxml_html

Check = Callable[[bytes], Iterator[str]]

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_WEB = re.compile(r"(https?://|mailto:|#|//)", re.IGNORECASE)  # Jupyter makes a link of //
_RELATIVE = re.compile(r"[^:/\\?#]+(/[^:/\\?#]+)*$")
_PICTURE = re.compile(r"(#|data:image/(png|jpeg|svg\+xml);base64,)")
_ACTIVE = {"iframe", "object", "embed", "form", "base", "link", "frame", "portal", "applet"}
_OURS = re.compile(r"\x1b\[(0|1|3[0-7])m")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def terminal(content: bytes) -> Iterator[str]:
    """What was printed: no control sequence but our own colours."""
    found = _UNSEEN.search(_OURS.sub("", content.decode("utf-8")))
    if found:
        yield f"control character {found[0]!r}"


def json_lines(content: bytes) -> Iterator[str]:
    """JSON in one piece or a line each, without unseen characters."""
    text = content.decode("utf-8")
    yield from terminal(content)
    try:
        json.loads(text)
    except ValueError:
        for line in text.splitlines():
            json.loads(line)


def json_file(content: bytes) -> Iterator[str]:
    """A file of JSON."""
    json.loads(content.decode("utf-8"))
    yield from ()


def page(content: bytes) -> Iterator[str]:
    """A web page: nothing in it runs or loads but a script whose hash its own policy names."""
    root = lxml_html.document_fromstring(content.decode("utf-8"))
    policy = str(root.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)"))
    if "default-src 'none'" not in policy:
        yield "no policy of its own"
    yield from _elements(root, scripts="script-src 'sha256-" in policy)


def fragment(markup: str) -> Iterator[str]:
    """A piece of HTML in a notebook."""
    if markup.strip():
        yield from _elements(lxml_html.fragment_fromstring(markup, create_parent=True))


def _elements(root: object, *, scripts: bool = False) -> Iterator[str]:
    for node in root.iter():  # type: ignore[attr-defined]
        if not isinstance(node.tag, str):
            continue
        name = node.tag.lower()
        data = node.get("type") in ("application/json", "application/ld+json")
        if name in _ACTIVE or (name == "script" and not data and not scripts):
            yield f"<{name}>"
        if name == "meta" and (node.get("http-equiv") or "").lower() == "refresh":
            yield "refresh"
        if name == "style" and re.search(r"@import|url\(\s*['\"]?(?!#|data:)", node.text or ""):
            yield "style that loads"
        for key, value in node.attrib.items():
            yield from _attribute(name, key.lower(), value.strip())


def _attribute(name: str, key: str, value: str) -> Iterator[str]:
    if key.startswith("on"):
        yield f"<{name} {key}>"
    if key.rpartition("}")[2] in ("src", "srcset", "poster", "data") and not _PICTURE.match(value):
        yield f"{key}={value}"
    if key.rpartition("}")[2] in ("href", "action", "formaction"):
        here = _PICTURE if name in ("image", "use") else _WEB if name == "a" else _LINK
        if not here.match(value) and not _RELATIVE.match(value):
            yield f"{key}={value}"


def notebook(content: bytes) -> Iterator[str]:
    """An executed notebook: its parameters are literals, its outputs hold no active HTML."""
    from markdown_it import MarkdownIt

    for cell in json.loads(content)["cells"]:
        source = "".join(cell["source"])
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            yield from _literals(source)
        for output in cell.get("outputs", ()):
            data = {key: "".join(text) for key, text in output.get("data", {}).items() if text}
            yield from fragment(data.get("text/html", ""))
            yield from fragment(MarkdownIt("commonmark").render(data.get("text/markdown", "")))


def _literals(source: str) -> Iterator[str]:
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign):
            yield f"parameters cell: {ast.dump(statement)[:80]}"
            continue
        ast.literal_eval(statement.value)


def pdf(content: bytes) -> Iterator[str]:
    """A PDF: no script, no action, nothing attached, links to the web only."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject

    reader = PdfReader(io.BytesIO(content))
    for number in range(1, int(reader.trailer["/Size"])):
        entry = reader.get_object(number)
        if not isinstance(entry, DictionaryObject):
            continue
        yield from (f"PDF {key}" for key in ("/JS", "/AA", "/EmbeddedFiles") if key in entry)
        action = entry.get("/S")
        if action in ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm", "/ImportData"):
            yield f"PDF {action}"
        if action == "/URI" and not _LINK.match(str(entry["/URI"])):
            yield f"PDF {entry['/URI']}"


def docx(content: bytes) -> Iterator[str]:
    """A Word file: no field but page numbers, no outside relation but links to the web."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if not name.endswith((".xml", ".rels")):
                continue
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                yield f"{name}: DTD"
            for node in etree.fromstring(part).iter():
                yield from _word(name, node)


def _word(part: str, node: object) -> Iterator[str]:
    name = etree.QName(node).localname  # type: ignore[arg-type]
    text, attributes = (node.text or "").strip(), node.attrib  # type: ignore[attr-defined]
    if name == "instrText" and not re.fullmatch(r"(PAGE|NUMPAGES|TOC)\b[^{}]*", text):
        yield f"{part}: field {text}"
    if name == "fldSimple" and not re.fullmatch(r"\s*(PAGE|NUMPAGES)\b[^{}\"]*", _of(attributes)):
        yield f"{part}: field {_of(attributes)}"
    if name in ("altChunk", "object", "OLEObject", "subDoc", "attachedTemplate"):
        yield f"{part}: {name}"
    if name == "Relationship" and attributes.get("TargetMode") == "External":
        link = attributes["Type"].endswith("/hyperlink")
        if not link or not _LINK.match(attributes["Target"]):
            yield f"{part}: {attributes['Target']}"


def _of(attributes: Mapping[str, str]) -> str:
    return next((value for key, value in attributes.items() if key.endswith("}instr")), "")


def table(content: bytes) -> Iterator[str]:
    """A CSV file: no cell that a spreadsheet would compute."""
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        for cell in row:
            number = re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
            if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not number:
                yield f"cell {cell[:40]}"


def workbook(content: bytes) -> Iterator[str]:
    """An Excel file: no formula and no link to anywhere but the workbook itself."""
    for name, node in _sheet_nodes(content):
        if etree.QName(node).localname in ("f", "ddeLink", "oleLink", "externalBook"):
            yield f"{name}: {(node.text or '')[:40]}"


def form(content: bytes) -> Iterator[str]:
    """A form, which computes: its formulas hold no link and no word of the agency's."""
    for name, node in _sheet_nodes(content):
        text = node.text or ""
        if etree.QName(node).localname == "f" and re.search(r"HYPERLINK|cmd|DDE|http|\[\d", text):
            yield f"{name}: {text[:40]}"


def _sheet_nodes(content: bytes) -> Iterator[tuple[str, object]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if "externalLink" in name or name.endswith((".bin", ".vml")):
                raise ValueError(name)
            if name.endswith((".xml", ".rels")):
                for node in etree.fromstring(archive.read(name)).iter():
                    if node.get("TargetMode") == "External":
                        raise ValueError(f"{name}: {node.get('Target')}")
                    yield name, node


def svg(content: bytes) -> Iterator[str]:
    """A picture: no script, no link, nothing loaded."""
    yield from _elements(etree.fromstring(content))


def words(content: bytes) -> Iterator[str]:
    """A text for people."""
    yield from terminal(content)


def params(content: bytes) -> Iterator[str]:
    """A params file: plain YAML that reads back."""
    from helpers.params.positions import compose

    yield from (text for _, text in compose(content.decode("utf-8")).faults)


def picture(content: bytes) -> Iterator[str]:
    """A PNG."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        yield "not a PNG"


BY_ENDING: dict[str, Check] = {
    ".html": page,
    ".ipynb": notebook,
    ".pdf": pdf,
    ".docx": docx,
    ".csv": table,
    ".json": json_file,
    ".xlsx": workbook,
    ".svg": svg,
    ".png": picture,
    ".txt": words,
    ".yaml": params,
}


def path(relative: PurePath) -> Iterator[str]:
    """The name of a file or folder that was made: one that every file system takes."""
    for part in relative.parts:
        unseen = any(unicodedata.category(c) in ("Cc", "Cf") for c in part)
        if _RESERVED.match(part) or part != part.rstrip(" ."):
            yield f"name {part!r}"
        if set(part) & set('<>:"/\\|?*') or unseen:
            yield f"name {part!r}"
        if len(part.encode()) > 240:
            yield f"long name {part[:20]!r}"
