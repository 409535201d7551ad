"""Two reports side by side: cell by cell and sentence by sentence.

Reports in different formats share all of 表四, and 表三 but for 其他处理, which one format has in
one row and the other in three; nothing of 表二 means the same in both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from helpers.figures import Figure
from helpers.formats import Format, Ref
from helpers.report import Report, preamble
from helpers.rules import readable

Kind = Literal["only_first", "only_second"]

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_TABLES_OF_ALL_FORMATS = ("三", "四")


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell with its two figures (None: not there at all); ``ref`` as the first prints it."""

    ref: Ref
    first: Figure | None
    second: Figure | None

    @property
    def change(self) -> Decimal | None:
        """Second less first, None where one of them is no number."""
        if self.first is None or self.second is None:
            return None
        if self.first.value is None or self.second.value is None:
            return None
        return self.second.value - self.first.value


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A sentence that only one of the reports has; ``section`` is "" for the opening."""

    section: str
    kind: Kind
    sentence: str


@dataclass(frozen=True)
class Differences:
    """Two reports compared: ``compared`` cells that both formats have, and what differs.

    ``same_sentences`` counts those that stand in both.
    """

    first: Report
    second: Report
    compared: int
    cells: tuple[CellDifference, ...]
    texts: tuple[TextDifference, ...]
    same_sentences: int

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.cells and not self.texts


def compare(first: Report, second: Report) -> Differences:
    """Everything that differs between two reports, in printed order."""
    pairs = list(_pairs(first.format, second.format))
    cells = tuple(
        CellDifference(one, first.complete.get(one), second.complete.get(other))
        for one, other in pairs
        if first.complete.get(one) != second.complete.get(other)
    )
    texts: list[TextDifference] = []
    same = 0
    for section, old, new in _sections(first, second):
        same += _compare_sentences(section, old, new, texts)
    return Differences(first, second, len(pairs), cells, tuple(texts), same)


def _pairs(first: Format, second: Format) -> Iterator[tuple[Ref, Ref]]:
    """The cells that mean the same in both formats."""
    for table in first.tables:
        if first.code != second.code and table.id not in _TABLES_OF_ALL_FORMATS:
            continue
        for (row, column), ref in table.by_key.items():
            other = second.ref(row, column, table.id)
            if other:
                yield ref, other


def _sections(first: Report, second: Report) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """The opening and each text section of both reports, as sentences."""
    yield "", _sentences(_opening(first)), _sentences(_opening(second))
    for section in first.format.narrative:
        texts = (readable(one.narrative.get(section.id, ""), one) for one in (first, second))
        old, new = map(_sentences, texts)
        yield section.id, old, new


def _opening(report: Report) -> str:
    """The opening paragraph as it was published, else as it will be composed."""
    return report.original.preamble if report.original else preamble(report)


def _sentences(text: str) -> list[str]:
    found = (" ".join(one.split()) for one in _SENTENCE.findall(text))
    return [sentence for sentence in found if sentence]


def _compare_sentences(
    section: str, old: Sequence[str], new: Sequence[str], found: list[TextDifference]
) -> int:
    """Add what differs to ``found``; return the number of sentences in both."""
    first, second = (["".join(sentence.split()) for sentence in side] for side in (old, new))
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    same = 0
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            same += b - a
            continue
        found += [TextDifference(section, "only_first", sentence) for sentence in old[a:b]]
        found += [TextDifference(section, "only_second", sentence) for sentence in new[c:d]]
    return same


def differences_data(found: Differences) -> dict[str, Any]:
    """The comparison as ``compare --json`` prints it; numbers are text, so that none is rounded."""
    return {
        "first": _head(found.first),
        "second": _head(found.second),
        "same": found.same,
        "compared_cells": found.compared,
        "cells": [
            {**one.ref._asdict(), "first": _value(one.first), "second": _value(one.second)}
            for one in found.cells
        ],
        "same_sentences": found.same_sentences,
        "sentences": [
            {
                "section": one.section,
                "only_in": one.kind.removeprefix("only_"),
                "text": one.sentence,
            }
            for one in found.texts
        ],
    }


def _head(report: Report) -> dict[str, Any]:
    return {
        "source": report.source,
        "agency": report.agency.name,
        "year": report.year,
        "format": report.format.code,
    }


def _value(figure: Figure | None) -> str | None:
    if figure is None or figure.value is None:
        return None
    return f"{figure.value:f}"
