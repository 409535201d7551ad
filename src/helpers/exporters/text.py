"""Text made safe for every writer: no control, invisible or direction-changing characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_KEPT = frozenset("\n\t")
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NARROW_SPACES = str.maketrans({chr(c): " " for c in [*range(0x2000, 0x200B), 0x202F, 0x205F]})


def clean(text: str) -> str:
    r"""The text without what cannot be printed or would change the reading order.

    Control, format (soft hyphen, zero width, direction) and lone surrogate characters, variation
    selectors and what is no character are dropped, all line ends become ``\n``, rare spaces
    plain ones; no-break and ideographic spaces stay.
    """
    if text.replace("\n", "").isprintable() and not _SELECTORS.search(text):
        return text
    text = _LINE_ENDS.sub("\n", _ANSI.sub("", text)).translate(_NARROW_SPACES)
    text = _SELECTORS.sub("", text)
    return "".join(
        c
        for c in text
        if c in _KEPT or (unicodedata.category(c) not in _DROPPED and not _is_none(c))
    )


def _is_none(character: str) -> bool:
    """Whether Unicode keeps the code point from ever being a character; XML refuses some."""
    return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"


def line(text: str) -> str:
    """The cleaned text on one line, runs of white space as one space."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=8192)
def is_wide(character: str) -> bool:
    """Whether the character takes a full em in Chinese text."""
    return character in "“”‘’…—·" or unicodedata.east_asian_width(character) in "WF"
