"""Styles of a Word file: which paragraphs are headings, numbered or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from helpers.readers.ooxml import attribute, child, children, is_on, number_of

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_NUMBERED_LIST = re.compile(r"list number|列表编号", re.IGNORECASE)
_TITLE = re.compile(r"title|标题", re.IGNORECASE)


class Styles:
    """What styles.xml says, each question answered along the chain of styles it is based on.

    ``root`` is the root element, or None where the file has no styles.
    """

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._default = ""
        for style in children(root, "style") if root is not None else ():
            self._styles[attribute(style, "styleId")] = style
            if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                self._default = attribute(style, "styleId")

    def _chain(self, style: str) -> Iterator[Any]:
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = attribute(child(self._styles[style], "basedOn"))

    def is_title(self, style: str) -> bool:
        """Whether the style is the one for a document's title."""
        name = attribute(child(self._styles.get(style), "name"))
        return bool(_TITLE.fullmatch(name))

    def is_numbered_list(self, style: str) -> bool:
        """Whether the style is the one for numbered lists (列表编号)."""
        name = attribute(child(self._styles.get(style), "name"))
        return bool(_NUMBERED_LIST.fullmatch(name))

    def hides(self, style: str) -> bool:
        """Whether a character style hides its text."""
        for step in self._chain(style):
            switch = child(step, "rPr", "vanish")
            if switch is not None:
                return is_on(switch)
        return False

    def level(self, paragraph: Any) -> int:
        """The heading level of a paragraph, 0 for body text."""
        own = child(paragraph, "pPr", "outlineLvl")
        if own is not None:
            return _outline(own)
        for step in self._chain(self._of(paragraph)):
            named = _HEADING.fullmatch(attribute(child(step, "name")))
            if named:
                return int(named[1])
            outline = child(step, "pPr", "outlineLvl")
            if outline is not None:
                return _outline(outline)
        return 0

    def numbering(self, paragraph: Any) -> tuple[str, int]:
        """The list a paragraph belongs to (empty: none) and its level in it, from 0."""
        sources = [child(paragraph, "pPr")]
        sources += [child(step, "pPr") for step in self._chain(self._of(paragraph))]
        num_id, depth = "", None
        for properties in sources:
            given = child(properties, "numPr")
            if depth is None and child(given, "ilvl") is not None:
                depth = number_of(child(given, "ilvl"), 0)
            if child(given, "numId") is not None:
                num_id = attribute(child(given, "numId"))
                break
        return ("" if num_id == "0" else num_id), depth or 0

    def _of(self, paragraph: Any) -> str:
        return attribute(child(paragraph, "pPr", "pStyle")) or self._default


def _outline(element: Any) -> int:
    level = number_of(element, 9)
    return level + 1 if level < 9 else 0
