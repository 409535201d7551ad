"""The text of a report piece by piece, as rules about its wording go through it and quote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpers.rules.model import Case, Finding, unknown
from helpers.rules.text import LONGEST

OVERVIEW, PROBLEMS, OTHERS = "一", "五", "六"
"""The ids of the text sections: the year in general, problems and measures, other matters."""

_AROUND = 12
_LONGEST_QUOTE = 40
_SPACE = re.compile(r"\s+")


def one_line(text: str) -> str:
    """A text as a message shows it: without line breaks and needless spaces."""
    return _SPACE.sub(" ", text).strip()


class Passage(NamedTuple):
    """A piece of text: the id of its section ("" before the first), its name, its paragraphs."""

    section: str
    name: str
    text: str

    def quote(self, start: int, end: int) -> str:
        """What stands there with a few characters around it, within its paragraph."""
        end = min(end, start + _LONGEST_QUOTE)
        begin = max(self.text.rfind("\n", 0, start) + 1, start - _AROUND)
        line_end = self.text.find("\n", end)
        stop = min(line_end if line_end >= 0 else len(self.text), end + _AROUND)
        left = "…" if begin and self.text[begin - 1] != "\n" else ""
        right = "…" if stop < len(self.text) and self.text[stop] != "\n" else ""
        return f"“{left}{one_line(self.text[begin:stop])}{right}”"

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Each sentence with where it begins."""
        for found in re.finditer(r"[^。！？\n]+", self.text):
            yield found.start(), found.group()


def sections(case: Case) -> Iterator[Passage]:
    """The text sections that have text."""
    for section in case.format.narrative:
        text = case.texts.get(section.id, "")[:LONGEST]
        if text.strip():
            yield Passage(section.id, f"“{section.title}”", text)


def passages(case: Case) -> Iterator[Passage]:
    """All text that people wrote: the opening of a document that was read, and the sections."""
    original = case.report.original
    if original and original.preamble.strip():
        yield Passage("", "报告开头", original.preamble[:LONGEST])
    yield from sections(case)
    if original and original.strays:
        yield Passage("*", "表格所在各节", "\n".join(original.strays)[:LONGEST])


def section(case: Case, section_id: str) -> Passage | None:
    """A text section, None where the report has no text there."""
    return next((one for one in sections(case) if one.section == section_id), None)


def has_section(case: Case, section_id: str) -> bool:
    """Whether the format has such a text section."""
    return any(one.id == section_id for one in case.format.narrative)


def no_text(case: Case, rule_id: str, section_id: str = "") -> Finding:
    """What a rule answers that has no text to look at."""
    name = f"“{case.format.section(section_id).title}”的" if section_id else ""
    return unknown(rule_id, f"没有{name}文字，无法核对。")
