"""The headings of the six sections among the paragraphs of a file, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from helpers.formats import Format, plain
from helpers.readers.document import Paragraph, SourceDocument

_NUMBERED = re.compile(r"^[一二三四五六七八九—ー－-]\s*[、.．,，]\s*|^第[一二三四五六]部分\s*")
_BRACKETED = re.compile(r"[（(]")
_SENTENCE_ENDS = ("。", "；", "，", "：", "！", "？")


def tight(text: str) -> str:
    """The text without spaces."""
    return "".join(text.split())


def section_starts(blocks: Sequence[Paragraph], fmt: Format, after: int) -> dict[str, int]:
    """The index of each section's heading, in the order of the format.

    Looked for from the end, so that a table of contents in front is passed over.
    """
    starts: dict[str, int] = {}
    end = len(blocks)
    for section in reversed(fmt.sections):
        names = [plain(name) for name in (section.heading, *section.aliases)]
        found = [i for i in range(end - 1, after - 1, -1) if _is_heading(blocks[i], names)]
        # The last part of a section may be called like the section: （三）其他需要报告的事项.
        upper = (i for i in found if not _BRACKETED.match(blocks[i].text.strip()))
        starts[section.id] = next(upper, found[0] if found else -1)
        end = starts[section.id] if starts[section.id] >= 0 else end
    found_in_order = {s.id: starts[s.id] for s in fmt.sections if starts[s.id] >= 0}
    return _by_number(blocks, fmt, found_in_order)


def _by_number(
    blocks: Sequence[Paragraph], fmt: Format, starts: Mapping[str, int]
) -> dict[str, int]:
    """The headings, and those that are known by nothing but their number between two others."""
    found = dict(starts)
    ids = [section.id for section in fmt.sections]
    for position, section_id in enumerate(ids):
        before = [found[i] for i in ids[:position] if i in found]
        after = [found[i] for i in ids[position + 1 :] if i in found]
        if section_id in found or not before or not after:
            continue
        number = re.compile(rf"{section_id}[、.．]")
        for index in range(max(before) + 1, min(after)):
            text = tight(blocks[index].text)
            if number.match(text) and len(text) <= 45 and not text.endswith(_SENTENCE_ENDS):
                found[section_id] = index
                break
    return {section_id: found[section_id] for section_id in ids if section_id in found}


def printed_headings(
    blocks: Sequence[Paragraph], fmt: Format, starts: Mapping[str, int]
) -> Iterator[str]:
    """The section headings as they stand, those that stand in the wrong place too."""
    indexes = set(starts.values())
    first = min(indexes, default=len(blocks))
    for section in (s for s in fmt.sections if s.id not in starts):
        names = [plain(name) for name in (section.heading, *section.aliases)]
        for index in range(first, len(blocks)):
            numbered = _NUMBERED.match(tight(blocks[index].text))
            if numbered and _is_heading(blocks[index], names):
                indexes.add(index)
                break
    yield from (blocks[index].text.strip() for index in sorted(indexes))


def strays(
    document: SourceDocument, blocks: Sequence[Paragraph], fmt: Format, starts: Mapping[str, int]
) -> Iterator[str]:
    """Paragraphs of their own, not cells, inside the sections that hold a table."""
    own = {id(paragraph) for paragraph in document.paragraphs}
    borders = sorted(starts.values())
    for section in fmt.sections:
        begin = starts.get(section.id, -1)
        end = next((border for border in borders if border > begin), 0)
        if section.table is not None and begin >= 0:
            inside = blocks[begin + 1 : end]
            yield from (block.text for block in inside if id(block) in own and block.text.strip())


def _is_heading(block: Paragraph, names: Sequence[str]) -> bool:
    text = tight(block.text)
    if len(text) > 45:
        return False
    numbered = _NUMBERED.match(text)
    name = plain(_NUMBERED.sub("", text).rstrip("：:。"))
    if name in names:
        return bool(numbered or block.level or len(text) < 30)
    if not (numbered or block.level):
        return False
    alike = max(SequenceMatcher(None, name, other, autojunk=False).ratio() for other in names)
    return alike >= 0.8
