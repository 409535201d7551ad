"""How wide text is and where its lines may break, estimated without a font."""

from __future__ import annotations

import re
from functools import lru_cache

from helpers.exporters.text import is_wide

_LONG = 8.0  # em; a longer word may be broken after its punctuation
_SHORT = 1.5  # em
_PARTS = re.compile(r"[^/?&=._@#\-]*[/?&=._@#\-]+|[^/?&=._@#\-]+")


@lru_cache(maxsize=4096)
def ems(text: str) -> float:
    """The estimated width of a line of text, in em."""
    return sum(map(_advance, text))


def _advance(character: str) -> float:
    if is_wide(character):
        return 1.0
    if character in " .,:;'|":
        return 0.3
    if character in "%‰@":
        return 0.95
    return 0.7 if character.isupper() else 0.56


def words_of(text: str) -> list[str]:
    """The text cut where a line may break: single Chinese characters, words, blanks."""
    return re.findall(r"\s+|[^\s\u2e80-\uffef\U00020000-\U0003ffff]+|.", text)


@lru_cache(maxsize=8192)
def pieces(text: str, room: float = 20.0) -> tuple[str, ...]:
    """The text cut where a line may break inside a long word such as an address.

    A part without punctuation that would take more than half of ``room`` em is cut into short
    pieces, so that lines are filled.
    """
    found = [""]
    for word in words_of(text):
        first, *rest = _cut(word, room) if ems(word) > min(room, _LONG) else [word]
        found[-1] += first
        found += rest
    return tuple(found)


def _cut(word: str, room: float) -> list[str]:
    cut = []
    for part in _PARTS.findall(word):
        longest = ems(part) if ems(part) <= room / 2 else min(_SHORT, room)
        cut.append("")
        for character in part:
            if cut[-1] and ems(cut[-1] + character) > longest:
                cut.append("")
            cut[-1] += character
    return cut
