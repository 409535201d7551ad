"""Texts that are nearly the same, found without comparing each with each.

A text is broken into overlapping pieces of a few characters. Of the numbers these hash to a
small sketch is kept; texts whose sketches agree in one part are candidates, and only with the
first few of those is a text really compared.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

PIECE = 8
"""Characters in a piece."""

SHORTEST = 200
"""Texts shorter than this are alike by chance."""

ALIKE = 0.8
"""The share of pieces in common at which two texts are nearly the same."""

_BINS, _BAND = 64, 4
_TRIES = 8
_LONGEST = 20_000
_DROPPED = re.compile(r"[\W\d_零〇一二三四五六七八九十百千万亿]+")


def masked(text: str, names: Iterable[str]) -> str:
    """The text without names of the agency, numbers, punctuation and spaces."""
    for name in sorted(set(names), key=len, reverse=True):
        if name:
            text = text.replace(name, "")
    return _DROPPED.sub("", text)[:_LONGEST]


class Alike(NamedTuple):
    """The earlier text that one is nearly the same as, and the share in common."""

    model: int
    share: float


@dataclass
class SimilarTexts:
    """Texts in the order they came; each is compared with at most a few earlier ones.

    A text like none before becomes a model for those to come. ``compared`` counts the
    comparisons made.
    """

    compared: int = 0
    _pieces: dict[int, array[int]] = field(default_factory=dict)
    _bands: dict[tuple[int, ...], list[int]] = field(default_factory=dict)

    def add(self, index: int, text: str) -> Alike | None:
        """Take in a masked text; the earlier text that it is nearly the same as, if any."""
        if len(text) < SHORTEST:
            return None
        pieces = _pieces(text)
        bands = list(_bands(pieces))
        candidates = dict.fromkeys(m for band in bands for m in self._bands.get(band, ()))
        for model in list(candidates)[:_TRIES]:
            share = self._share(pieces, self._pieces[model])
            if share >= ALIKE:
                return Alike(model, share)
        self._pieces[index] = array("Q", sorted(pieces))
        for band in bands:
            known = self._bands.setdefault(band, [])
            if len(known) < _TRIES:
                known.append(index)
        return None

    def _share(self, pieces: set[int], other: Sequence[int]) -> float:
        self.compared += 1
        common = len(pieces.intersection(other))
        return common / (len(pieces) + len(other) - common)


def _pieces(text: str) -> set[int]:
    raw = text.encode("utf-16-le")
    size = 2 * PIECE
    return {crc32(raw[at : at + size]) for at in range(0, len(raw) - size + 1, 2)}


def _bands(pieces: set[int]) -> Iterable[tuple[int, ...]]:
    """The parts of the sketch: of each of many bins the least number that fell into it."""
    least = [-1] * _BINS
    for piece in pieces:
        bin_, number = piece % _BINS, piece // _BINS
        if least[bin_] < 0 or number < least[bin_]:
            least[bin_] = number
    for begin in range(0, _BINS, _BAND):
        part = least[begin : begin + _BAND]
        if min(part) >= 0:
            yield (begin, *part)
