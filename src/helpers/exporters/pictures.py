"""Pictures made safe to embed: nothing in them runs, links or loads."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Literal, cast

from helpers.exporters.document import Picture

MAX_PIXELS = 50_000_000
"""A larger picture is not shown: unpacked it would take all memory."""

RasterMime = Literal["image/png", "image/jpeg"]

_DATA_URI = re.compile(r"data:(image/(?:png|jpeg|jpg));base64,(.+)", re.DOTALL | re.IGNORECASE)
_SIGNATURES: dict[str, bytes] = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_UNWANTED = {"script", "foreignObject", "metadata", "a", "iframe", "audio", "video", "handler"}
_LOADING = re.compile(r"url\(\s*['\"]?(?!['\"#]|data:)", re.IGNORECASE)


def raster(data: str | bytes, mime: str, alt: str = "") -> Picture | None:
    """A PNG or JPEG from base64 text or bytes, or None when it is not one."""
    if isinstance(data, str):
        try:
            data = base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
    mime = "image/jpeg" if mime.lower() == "image/jpg" else mime.lower()
    signature = _SIGNATURES.get(mime)
    if signature is None or not data.startswith(signature):
        return None
    if _pixels(data, mime) > MAX_PIXELS:
        return None
    return Picture(data, cast("RasterMime", mime), alt)


def _pixels(data: bytes, mime: str) -> int:
    """How many pixels a picture says that it has; a few bytes can mean many gigabytes."""
    if mime == "image/png":
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # the frame's head
            size = data[at + 5 : at + 9]
            return int.from_bytes(size[:2], "big") * int.from_bytes(size[2:], "big")
        at += 2 + length
    return 0


def from_data_uri(uri: str, alt: str = "") -> Picture | None:
    """The PNG or JPEG that a ``data:`` URI holds, or None for any other URI."""
    match = _DATA_URI.fullmatch(uri.strip())
    return raster(match[2], match[1], alt) if match else None


def svg(markup: str, alt: str = "") -> Picture | None:
    """An SVG without scripts, links, foreign content and anything loaded from elsewhere.

    None where the markup is not SVG.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(markup.strip().encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError:
        return None
    if etree.QName(root).localname != "svg":
        return None
    for element in list(root.iter()):
        _tame(element)
    return Picture(etree.tostring(root, encoding="utf-8"), "image/svg+xml", alt)


def svg_words(picture: Picture) -> str:
    """The characters that an SVG shows as text."""
    from lxml import etree

    root = etree.fromstring(picture.data)
    texts = root.iterfind(".//{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(element.itertext()) for element in texts)


def _tame(element: Any) -> None:
    from lxml import etree

    parent = element.getparent()
    if not isinstance(element.tag, str):
        if parent is not None:
            _remove(element)
        return
    name = etree.QName(element).localname
    if name == "a":
        element.tag = f"{{{etree.QName(element).namespace}}}g"
    elif name in _UNWANTED and parent is not None:
        _remove(element)
        return
    for key, value in list(element.attrib.items()):
        local = etree.QName(key).localname
        outside = local == "href" and not re.match(r"#|data:image/(png|jpeg);", value.strip())
        if outside or local.lower().startswith("on") or _LOADING.search(value):
            del element.attrib[key]
    if name == "image" and not any(etree.QName(k).localname == "href" for k in element.attrib):
        _remove(element)
    if name == "style" and element.text and (_LOADING.search(element.text) or "@" in element.text):
        element.text = ""


def _remove(element: Any) -> None:
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    before = element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
