"""Text of the document tree as Word runs.

A run says that its quotation marks, dashes and dots are Chinese: Word sets “ ” … — · in the
Latin face otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser, parse_xml

from helpers.exporters.document import Break, Code, Emphasis, Inline, Link, Strong, Text

_W = nsmap["w"]
_NSMAP = {"w": _W}
_NAMESPACE = f' xmlns:w="{_W}"'
_NAME = re.compile(r"<[\w:]+")
_MARKUP = re.compile(r"[&<>\r]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks: the id of a character style, what is laid over it, a frame.

    ``half_points`` is the size, 0 for that of the style.
    """

    style: str = ""
    strong: bool = False
    emphasis: bool = False
    half_points: int = 0
    framed: bool = False


PLAIN = Look()


def markup(name: str, /, *children: str, **attributes: str | int) -> str:
    """A ``w:`` element with attributes of the same namespace, as text."""
    said = "".join(f' w:{key}="{_attribute(str(value))}"' for key, value in attributes.items())
    if not children:
        return f"<w:{name}{said}/>"
    return f"<w:{name}{said}>{''.join(children)}</w:{name}>"


def element(source: str) -> Any:
    """The element that ``markup`` has written, for python-docx."""
    name, rest = source[: (end := _NAME.match(source).end())], source[end:]  # type: ignore[union-attr]
    return parse_xml(f"{name}{_NAMESPACE}{rest}")


def make(name: str, /, *children: Any, **attributes: str | int) -> Any:
    """A ``w:`` element with attributes of the same namespace."""
    made = oxml_parser.makeelement(f"{{{_W}}}{name}", nsmap=_NSMAP)
    for key, value in attributes.items():
        made.set(f"{{{_W}}}{key}", str(value))
    made.extend(children)
    return made


def run(text: str, look: Look = PLAIN) -> Any:
    """A run; line ends in the text are line breaks."""
    return element(run_markup(text, look))


def run_markup(text: str, look: Look = PLAIN) -> str:
    """A run as text."""
    parts = [_properties(look)]
    for number, line in enumerate(text.split("\n")):
        if number:
            parts.append("<w:br/>")
        if line:
            parts.append(f'<w:t xml:space="preserve">{_text(line)}</w:t>')
    return f"<w:r>{''.join(parts)}</w:r>"


@lru_cache(maxsize=256)
def _properties(look: Look) -> str:
    properties = []
    if look.style:
        properties.append(markup("rStyle", val=look.style))
    # A run has one character style: what is laid over a link is said directly.
    faces = {"hint": "eastAsia"}
    if look.strong or look.emphasis:
        faces["eastAsia"] = "黑体" if look.strong else "楷体"
    properties.append(markup("rFonts", **faces))
    if look.half_points:
        properties.append(markup("sz", val=look.half_points))
        properties.append(markup("szCs", val=look.half_points))
    if look.framed:
        properties.append(markup("bdr", val="single", sz=6, space=0, color="auto"))
    return markup("rPr", *properties)


def _text(value: str) -> str:
    """Text for between tags. Raises ValueError for what XML cannot hold."""
    if _UNWRITABLE.search(value):
        raise ValueError("text that XML cannot hold")
    return escape(value, {"\r": "&#13;"}) if _MARKUP.search(value) else value


def _attribute(value: str) -> str:
    """Text for an attribute in double quotes."""
    return _text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


@dataclass(frozen=True, slots=True)
class Inliner:
    """Writes inlines into paragraphs of the document part ``part``.

    ``anchors`` name the headings of the document by what a link may call them.
    """

    part: Any
    anchors: Mapping[str, str]

    def fill(self, paragraph: Any, content: Iterable[Inline], look: Look = PLAIN) -> None:
        """Append inlines to a ``w:p`` element."""
        for node in content:
            paragraph.extend(self._elements(node, look))

    def _elements(self, node: Inline, look: Look) -> Iterator[Any]:
        match node:
            case Text():
                yield run(node.text, look)
            case Code():
                yield run(node.text, replace(look, style="HTMLCode"))
            case Break():
                yield run("\n", look)
            case Strong():
                yield from self._laid_over(node.children, look, "Strong")
            case Emphasis():
                yield from self._laid_over(node.children, look, "Emphasis")
            case Link():
                yield from self._link(node, look)

    def _laid_over(self, nodes: Iterable[Inline], look: Look, style: str) -> Iterator[Any]:
        if look.style:
            strong = look.strong or style == "Strong"
            inside = replace(look, strong=strong, emphasis=style == "Emphasis")
        else:
            inside = replace(look, style=style)
        for node in nodes:
            yield from self._elements(node, inside)

    def _link(self, link: Link, look: Look) -> Iterator[Any]:
        inside = replace(look, style="Hyperlink")
        runs = [element for node in link.children for element in self._elements(node, inside)]
        if link.target.startswith("#"):
            anchor = self.anchors.get(unquote(link.target[1:]))
            holder = make("hyperlink", anchor=anchor, history=1) if anchor else None
        elif _is_address(link.target):
            holder = make("hyperlink", history=1)
            holder.set(qn("r:id"), self._relation(link.target))
        else:
            holder = None
        if holder is None:
            for node in link.children:
                yield from self._elements(node, look)
            return
        holder.extend(runs)
        yield holder

    def _relation(self, target: str) -> str:
        relation: str = self.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return relation


def _is_address(target: str) -> bool:
    """Whether Word takes the target: it refuses a whole file for one malformed address."""
    try:
        parts = urlsplit(target)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return False
    if set(target) & set(' "<>\\^`{|}[]'):
        return False
    return bool(parts.path) if parts.scheme.lower() == "mailto" else bool(parts.hostname)
