"""The text of a report as read from a file: whose it is, which year, its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from helpers.formats import Format
from helpers.readers.contact import contact_fields
from helpers.readers.document import FoundTable, Paragraph, SourceDocument
from helpers.readers.headings import printed_headings, section_starts, strays, tight
from helpers.report import Original

_TITLE = re.compile(
    r"^(?P<agency>[^，。；：、！？,;:!?|_]{0,60}?)(?P<year>20\d\d|二[〇○零Oo]\S{2})年?度?"
    r"(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?报告"
)
_YEAR = re.compile(r"20\d\d年|二[〇○零Oo]")
_PERIOD = re.compile(r"(20\d\d)年1月1日.{0,8}?(?:至|到|—|－|-|～|~).{0,8}?12月31日")
_DAY = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_SUBHEAD = re.compile(r"^[（(][一二三四五六七八九十\d]{1,3}[)）]")
_END = re.compile(
    r"^(?:打印|关闭|上一篇|下一篇|分享到|附件[:：]|相关链接|扫一扫|责任编辑|来源[:：])"
)
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九Oo", "0001234567890" + "0")
_NAME = re.compile(r"[\w·（）()]{2,40}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$])")
_LIST = re.compile(r"^(\d+)([.)])|^([+-])(?=\s)")


@dataclass(frozen=True)
class Prose:
    """What the text says: agency, year, date, contact fields and Markdown by section id.

    ``notes`` tell what could not be found; ``original`` is the wording as it stood.
    """

    agency: str = ""
    year: int | None = None
    published: date | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    narrative: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    original: Original | None = None


def read_prose(document: SourceDocument, fmt: Format, used: frozenset[int]) -> Prose:
    """The text of a document. ``used`` are the indexes of its statutory tables."""
    blocks = list(_without_tables(document, used))
    texts = [block.text for block in blocks]
    year, agency, lines = _title(document, blocks)
    starts = section_starts(blocks, fmt, lines.stop)
    first = min(starts.values(), default=len(blocks))
    opening = "".join(texts[lines.stop : first])
    last = max(starts.values(), default=0)
    end, signed, signer = _ending(blocks, last, agency)
    year = year or _period_year(texts)
    contact = contact_fields(opening, fmt, agency or signer)
    if not contact:
        contact = contact_fields("".join(texts[last:end]), fmt, agency or signer)
    narrative = _narrative(blocks, fmt, starts, end)
    notes = _missing(fmt, starts, narrative, agency or signer, year)
    published = signed or read_day(document.fields.get("发布日期", "")) or _released(texts[:first])
    original = Original(
        title="".join(tight(texts[index]) for index in lines),
        preamble="\n".join(texts[lines.stop : first]) if starts else "",
        headings=tuple(printed_headings(blocks, fmt, starts)),
        strays=tuple(strays(document, blocks, fmt, starts)),
        signoff=tuple(_signoff(texts, end)),
        residues=document.residues,
    )
    return Prose(agency or signer, year, published, contact, narrative, tuple(notes), original)


def _without_tables(document: SourceDocument, used: frozenset[int]) -> Iterator[Paragraph]:
    """The paragraphs; tables that are not statutory give their cells as paragraphs."""
    number = -1
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block
            continue
        number += 1
        if number not in used:
            yield from _table_text(block)


def _table_text(table: FoundTable) -> Iterator[Paragraph]:
    for row in table.grid.rows():
        texts = [cell.text for cell in row if cell.text.strip()]
        if texts:
            yield Paragraph("　".join(" ".join(text.split()) for text in texts), table.place)


def _title(document: SourceDocument, blocks: Sequence[Paragraph]) -> tuple[int | None, str, range]:
    """Year, agency and which paragraphs are the title (none: an empty range)."""
    best: tuple[int | None, str, range] = (None, "", range(0))
    for index, block in enumerate(blocks[:80]):
        text = tight(block.text)
        below = tight(blocks[index + 1].text) if index + 1 < len(blocks) else ""
        for joined in (text, text + below if _YEAR.match(below) else ""):
            found = _TITLE.match(joined)
            if not found or len(joined) > 90:
                continue
            agency = found["agency"] or _line_before(blocks, index)
            begin = index if found["agency"] or not agency else index - 1
            lines = range(begin, index + (1 if joined == text else 2))
            if agency or best[0] is None:
                best = (_year(found["year"]), agency or best[1], lines)
            break
        if best[1]:
            break
    own = tight(document.fields.get("标题") or document.title).removeprefix("草稿：")
    named = _TITLE.match(own)
    # A long title is broken over lines; what the file calls itself is whole.
    if named and named["agency"].endswith(best[1]):
        best = (best[0] or _year(named["year"]), named["agency"] or best[1], best[2])
    return best


def _line_before(blocks: Sequence[Paragraph], index: int) -> str:
    """The agency on a line of its own above the title."""
    before = tight(blocks[index - 1].text) if index else ""
    named = _NAME.fullmatch(before)
    return before if named and not re.search(r"\d{4}|首页|公开$", before) else ""


def _year(text: str) -> int | None:
    digits = text.translate(_CHINESE_DIGITS)
    return int(digits) if digits.isdigit() and len(digits) == 4 else None


def _signoff(texts: Sequence[str], end: int) -> Iterator[str]:
    """The lines of the sign-off, which begin where the text ends: who, in lines, and when."""
    named = dated = False
    for text in texts[end : end + 4]:
        line = tight(text)
        day = bool(_DAY.fullmatch(line))
        if _END.match(line) or not (day or _NAME.fullmatch(line)) or (dated and named):
            return
        named, dated = named or not day, dated or day
        yield line


def _ending(blocks: Sequence[Paragraph], start: int, agency: str) -> tuple[int, date | None, str]:
    """Where the report ends, and the date and agency of its sign-off."""
    texts = [tight(block.text) for block in blocks]
    for index in range(start + 1, len(texts)):
        lines = next((n for n in (1, 2, 3) if "".join(texts[index : index + n]) == agency), 0)
        if agency and lines:
            after = texts[index + lines] if index + lines < len(texts) else ""
            return index, read_day(after) if _DAY.fullmatch(after) else None, agency
        if _DAY.fullmatch(texts[index]):
            before = texts[index - 1] if index - 1 > start else ""
            signer = before if _NAME.fullmatch(before) else ""
            return index - (1 if signer else 0), read_day(texts[index]), signer
        signed = texts[index].removeprefix(agency) if agency else ""
        if signed != texts[index] and _DAY.fullmatch(signed):
            return index, read_day(signed), agency
        if _END.match(texts[index]):
            return index, None, ""
    return len(texts), None, ""


def read_day(text: str) -> date | None:
    """The first date in a text, as people write them: 2022-01-15, 2022年1月15日, 2022.1.15."""
    found = _DAY.search(text)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _released(texts: Sequence[str]) -> date | None:
    """The date that a page names beside 发布日期 or 发布时间."""
    for text in texts:
        found = re.search(r"(?:发布|公布|成文)(?:日期|时间)\s*[:：]?\s*(\S.{7,20})", text)
        if found:
            return read_day(found.group(1))
    return None


def _period_year(texts: Sequence[str]) -> int | None:
    found = _PERIOD.search(tight("".join(texts)))
    return int(found.group(1)) if found else None


def _narrative(
    blocks: Sequence[Paragraph], fmt: Format, starts: Mapping[str, int], end: int
) -> dict[str, str]:
    """Markdown of the text sections that were found."""
    borders = sorted([*starts.values(), end])
    narrative = {}
    for section in fmt.narrative:
        if section.id in starts:
            begin = starts[section.id]
            stop = next(border for border in borders if border > begin) if begin < end else begin
            narrative[section.id] = _joined(blocks[begin + 1 : stop])
    return narrative


def _joined(blocks: Sequence[Paragraph]) -> str:
    """Paragraphs as Markdown; the items of a list stay together."""
    text = ""
    for number, block in enumerate(blocks):
        tight = number and block.marker and blocks[number - 1].marker
        text += ("\n" if tight else "\n\n") + _markdown(block)
    return text.strip()


def _markdown(block: Paragraph) -> str:
    """A paragraph as Markdown that shows exactly its text; short numbered lines are headings."""
    text = block.text.replace("\n", "").strip()
    shown = _SPECIAL.sub(r"\\\1", text).replace("{{", "{ {").replace("}}", "} }")
    numbered = _SUBHEAD.match(text) and len(text) <= 40
    if block.level > 1 or (numbered and not text.endswith(("。", "；", "，", "："))):
        return f"### {shown}"
    if block.marker:
        return f"{block.marker} {shown}"
    return _LIST.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", shown)


def _missing(
    fmt: Format,
    starts: Mapping[str, int],
    narrative: Mapping[str, str],
    agency: str,
    year: int | None,
) -> Iterator[str]:
    for section in fmt.sections:
        if section.id not in starts:
            yield f"没有找到“{section.title}”这一节的标题"
        elif section.table is None and not narrative.get(section.id):
            yield f"“{section.title}”这一节没有文字"
    if not agency:
        yield "没有找到机关名称"
    if year is None:
        yield "没有找到年度"
