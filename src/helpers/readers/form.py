"""The Excel form, filled in: its cover, its text sheet and its reasons.

The tables are found by the matcher as anywhere else; what stands beside labels on the other
sheets is taken as it was typed, placeholders included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from helpers.figures import Figure, Figures
from helpers.formats import ALWAYS, Format, Ref, plain
from helpers.readers.document import SourceDocument
from helpers.readers.matching import Match, match
from helpers.readers.prose import Prose, read_day

SHEET = "工作表"
COVER, TEXTS, REASONS = "封面", "文字", "说明"
_SUBHEAD = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[)）].{0,30}(?<![。；，：])$")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")
_FIELDS = {"简称": "short_name", "网站": "website", "曾用名": "formerly"}


def is_form(document: SourceDocument) -> bool:
    """Whether the document is the form: a workbook with a cover that asks for the agency."""
    return "机关名称" in _sheet(document, COVER)


@dataclass(frozen=True)
class Reasons:
    """The reasons of a form by rule id, and the ids of those to be printed in the report."""

    texts: Mapping[str, str] = field(default_factory=dict)
    printed: frozenset[str] = frozenset()


def read_form(document: SourceDocument) -> tuple[Match, Prose, Reasons]:
    """Tables, text and reasons of a filled form."""
    cover = _sheet(document, COVER)
    year = cover.get("年度", "")
    found = match(document.tables, int(year) if year.isdigit() else None)
    fields = _FIELDS | dict(found.format.contact)
    stated = cover.get("公布日期", "")
    published = read_day(stated)
    prose = Prose(
        agency=cover.get("机关名称", ""),
        year=int(year) if year.isdigit() else None,
        published=published,
        contact={name: cover[label] for label, name in fields.items() if cover.get(label)},
        narrative=_narrative(_sheet(document, TEXTS), found.format),
        notes=(
            *_unread(found.format, _sheet(document, TEXTS), stated, published),
            *_unclear_reasons(document),
        ),
    )
    return (
        replace(found, figures=_without_unfilled(found, _with_units(found))),
        prose,
        _reasons(document),
    )


def _reason_rows(document: SourceDocument) -> Iterator[tuple[str, str, str]]:
    """Rule, reason and 写入报告 of each line of the sheet that has a rule."""
    heads = [n for n, row in enumerate(_rows(document, REASONS)) if row[0] == "规则编号"]
    for number, row in enumerate(_rows(document, REASONS)):
        if heads and number > heads[0]:
            rule, reason, printed, *_ = [*row, "", ""]
            yield rule, reason, printed


def _reasons(document: SourceDocument) -> Reasons:
    rows = [(rule, reason, printed) for rule, reason, printed in _reason_rows(document) if reason]
    last = {rule: (reason, printed) for rule, reason, printed in rows}
    to_print = (rule for rule, (_, printed) in last.items() if printed == "是")
    return Reasons({rule: reason for rule, (reason, _) in last.items()}, frozenset(to_print))


def _unclear_reasons(document: SourceDocument) -> Iterator[str]:
    seen: set[str] = set()
    for rule, reason, printed in _reason_rows(document):
        if rule in seen and reason:
            yield f"“说明”表里 {rule} 写了两次，用后一次的"
        seen.add(rule)
        if not reason:
            yield f"“说明”表里的 {rule} 没有写理由，没有采用"
        elif printed not in ("", "是", "否"):
            yield f"“说明”表里 {rule} 的“写入报告”填“{printed}”，应为“是”或“否”，按“否”处理"


def _sheet(document: SourceDocument, name: str) -> dict[str, str]:
    """The label | value rows of a sheet; a label without a value gives ""."""
    return {row[0]: "".join(row[1:2]) for row in _rows(document, name)}


def _rows(document: SourceDocument, name: str) -> Iterator[list[str]]:
    """The rows of a sheet that have a first cell, as texts."""
    grids = [t.grid for t in document.tables if t.place == f"{SHEET}“{name}”"]
    for row in grids[0].rows() if grids else ():
        texts = [cell.text.strip() for cell in row if cell.role != "corner"]
        if texts and texts[0]:
            yield texts


def _narrative(texts: Mapping[str, str], fmt: Format) -> dict[str, str]:
    by_name = {plain(label): text for label, text in texts.items()}
    found = {section.id: by_name.get(plain(section.heading), "") for section in fmt.narrative}
    return {section_id: _paragraphs(text) for section_id, text in found.items() if text}


def _paragraphs(text: str) -> str:
    """Lines typed one below the other as paragraphs; text with blank lines is Markdown already."""
    lines = [line.strip() for line in text.split("\n")]
    listed = any(_ITEM.match(line) for line in lines)
    if "\n\n" in text or listed or len(lines) == 1:
        return text
    return "\n\n".join(f"### {line}" if _SUBHEAD.match(line) else line for line in lines)


def _unread(
    fmt: Format, texts: Mapping[str, str], stated: str, published: date | None
) -> Iterator[str]:
    """What is missing on the cover and the text sheet, or cannot be understood."""
    if stated and published is None:
        yield f"封面上的公布日期“{stated}”看不懂，应写成 2025-01-20，没有采用"
    written = _narrative(texts, fmt)
    for section in fmt.narrative:
        if section.id not in written:
            yield f"“{section.title}”这一节没有文字"


def _with_units(found: Match) -> Figures:
    """Amounts with the unit that the form prints by its number format, not in the cell."""
    changed: dict[Ref, Figure] = {}
    for ref, figure in found.figures.items():
        column = found.format.slots[ref].column
        if column.unit_in_cell and figure.value is not None and not figure.unit:
            changed[ref] = replace(figure, unit=column.unit)
    return Figures({**found.figures.cells, **changed})


def _without_unfilled(found: Match, figures: Figures) -> Figures:
    """A part that may be missing with a reason is missing where nothing was filled in.

    A total without a value is one that the program did not compute: it is added up.
    """
    absent = {
        ref
        for ref, figure in figures.items()
        if found.format.slots[ref].total and figure == Figure()
    } | {
        ref
        for table in found.format.tables
        for block in table.blocks
        if block.required_by != ALWAYS
        for refs in [[ref for ref, slot in table.slots.items() if slot.block is block]]
        if all(figures.get(ref, Figure()) == Figure() for ref in refs)
        for ref in refs
    }
    return Figures({ref: figure for ref, figure in figures.items() if ref not in absent})
