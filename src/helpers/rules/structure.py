"""Title, headings and tables of a document as they stood in print (D-01, D-03 … D-05, D-21 …).

Where the program composes title and headings itself, these hold by construction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from helpers.formats import Format, Section, plain
from helpers.report import Original
from helpers.rules.catalogue import rule
from helpers.rules.history import agency_key
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.passages import one_line

_NUMERAL = re.compile(
    r"^(?:第(?P<part>[一二三四五六七八九十])部分|(?P<han>[一二三四五六七八九十])(?=[、.,，])"
    r"|(?P<digit>\d{1,2})(?=[、.,，])|(?P<dash>[—―–－ー\-_]{1,2}))[、.,，:：]?"
)
_ALIKE = 0.8


class Heading(NamedTuple):
    """A section heading as printed: its numeral, what kind that is, and whose heading it is.

    ``named`` says whether the name, not only the numeral, is that of the section.
    """

    text: str
    numeral: str
    kind: str
    section: Section | None
    named: bool


def headings(original: Original, fmt: Format) -> list[Heading]:
    """The headings of a document, with the sections they belong to."""
    return [_heading(text, fmt) for text in original.headings]


def _heading(text: str, fmt: Format) -> Heading:
    tight = "".join(unicodedata.normalize("NFKC", text).split()).rstrip(":。")
    found = _NUMERAL.match(tight)
    numeral = next((part for part in found.groups() if part), "") if found else ""
    kind = (found.lastgroup or "") if found else ""
    name = plain(tight[found.end() :] if found else tight)
    section = _by_name(name, fmt)
    by_numeral = next((s for s in fmt.sections if s.id == numeral), None)
    return Heading(one_line(text), numeral, kind, section or by_numeral, section is not None)


def _by_name(name: str, fmt: Format) -> Section | None:
    names = [
        (plain(own), section)
        for section in fmt.sections
        for own in (section.heading, *section.aliases)
    ]
    exact = next((section for own, section in names if own == name), None)
    if exact:
        return exact
    ranked = [(_alike(name, own), number) for number, (own, _) in enumerate(names)]
    best, number = max(ranked)
    return names[number][1] if best >= _ALIKE else None


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@rule(
    "D-01",
    Severity.WARNING,
    "",
    "标题为“机关全称＋年度＋政府信息公开工作年度报告”",
    "标题（去空格）= 机关名称 + 年度 + “年政府信息公开工作年度报告”；只差“年度”与“年”的作提示",
)
def title(case: Case) -> Iterator[Finding]:
    """The title as printed is the statutory one."""
    original = case.report.original
    if original is None:
        return
    found, due = agency_key(original.title), agency_key(case.report.title)
    if not found:
        yield unknown("D-01", "没有在正文中读到标题，无法核对。")
        return
    if due.endswith(found) and len(found) > len(due) - len(agency_key(case.report.agency.name)):
        return
    year = f"{case.report.year}年"
    softly = found.replace(f"{year}度", year) == due
    shown = one_line(original.title)
    text = f"标题“{shown}”与规定的不同，应为“{case.report.title}”。"
    severity = Severity.NOTE if softly else Severity.WARNING
    remedy = "请按规定的标题改写。"
    yield Finding("D-01", text, (), case.report.title, shown, remedy=remedy, severity=severity)


@rule(
    "D-03",
    Severity.ERROR,
    "",
    "六个部分齐全（文字没有写的作警告；公布的文件缺标题的作错误）",
    "格式规定的每一部分都有标题；参数文件中一、五、六各部分都有文字",
)
def all_sections(case: Case) -> Iterator[Finding]:
    """Every section has its heading, and in our own files its text."""
    original = case.report.original
    if original is None:
        yield from _unwritten(case)
        return
    found = headings(original, case.format)
    if not found:
        text = "没有读到任何一部分的标题（“" + "”“".join(_titles(case.format)) + "”）。"
        remedy = "只有表格的，请补上各部分的标题和文字。"
        yield Finding("D-03", text, remedy=remedy, severity=Severity.WARNING)
        return
    there = {heading.section.id for heading in found if heading.section}
    for one in case.format.sections:
        if one.id not in there:
            text = f"没有“{one.title}”这一部分的标题。"
            yield Finding("D-03", text, remedy="请补上这一部分；没有内容的也要写明情况。")
    for heading in found:
        if heading.section and not heading.named:
            due = heading.section.title
            text = f"标题“{heading.text}”与规定的不同，应为“{due}”。"
            remedy = "请按规定的标题改写。"
            yield Finding(
                "D-03", text, (), due, heading.text, remedy=remedy, severity=Severity.WARNING
            )


def _titles(fmt: Format) -> list[str]:
    return [section.title for section in fmt.sections]


def _unwritten(case: Case) -> Iterator[Finding]:
    missing = [s.title for s in case.format.narrative if not case.texts.get(s.id, "").strip()]
    if missing:
        text = f"没有写“{'”“'.join(missing)}”的文字。"
        remedy = "公布前请补写；没有内容的也要写明情况。"
        yield Finding("D-03", text, remedy=remedy, severity=Severity.WARNING)


@rule(
    "D-04",
    Severity.ERROR,
    "",
    "六个部分按一至六的次序编号和排列",
    "各部分标题的次序与格式相同，标题的序号与该部分的序号相同",
)
def order(case: Case) -> Iterator[Finding]:
    """The sections stand in their order and bear their own number."""
    if case.report.original is None:
        return
    found = [h for h in headings(case.report.original, case.format) if h.section]
    if not found:
        yield unknown("D-04", "没有读到各部分的标题，无法核对。")
    ids = [section.id for section in case.format.sections]
    highest: Heading | None = None
    for heading in found:
        own = heading.section.id if heading.section else ""
        before = highest.section.id if highest and highest.section else ""
        if before and ids.index(own) < ids.index(before) and highest:
            text = f"“{heading.text}”排在“{highest.text}”之后，次序颠倒。"
            yield Finding("D-04", text, remedy="请按一至六的次序排列各部分。")
        elif own != before:
            highest = heading
        if heading.kind in ("han", "part") and heading.named and heading.numeral != own:
            text = f"标题“{heading.text}”的序号为“{heading.numeral}”，应为“{own}”。"
            remedy = "请改正序号，并检查其后各部分的序号。"
            yield Finding("D-04", text, (), own, heading.numeral, remedy=remedy)


@rule(
    "D-05",
    Severity.WARNING,
    "",
    "各部分标题的序号是汉字一至六",
    "序号 ∈ {一, 二, 三, 四, 五, 六}，不是破折号、长音符号或阿拉伯数字；没有读到序号的作提示",
)
def numerals(case: Case) -> Iterator[Finding]:
    """The numerals are the Chinese ones, not what looks like them."""
    if case.report.original is None:
        return
    found = headings(case.report.original, case.format)
    if not found:
        yield unknown("D-05", "没有读到各部分的标题，无法核对。")
    for heading in found:
        if heading.section is None or heading.kind in ("han", "part"):
            continue
        due = heading.section.id
        remedy = f"请把标题改为“{heading.section.title}”。"
        if heading.kind:
            what = "破折号一类的符号" if heading.kind == "dash" else "阿拉伯数字"
            text = f"标题“{heading.text}”的序号是{what}“{heading.numeral}”，应为汉字“{due}”。"
            yield Finding("D-05", text, (), due, heading.numeral, remedy=remedy)
        else:
            text = f"标题“{heading.text}”没有读到序号，应为“{due}、”。"
            yield Finding("D-05", text, (), due, "", remedy=remedy, severity=Severity.NOTE)


@rule(
    "D-21",
    Severity.ERROR,
    "",
    "表格没有多出的行（行列缺少见 D-07；同时有缺行、可能是认错的作警告）",
    "读到的有数字的行都是格式规定的行",
)
def no_extra_rows(case: Case) -> Iterator[Finding]:
    """No row that the format does not have."""
    original = case.report.original
    extra = original.extra_rows if original else ()
    slots = case.format.slots
    whole = all(ref in case.report.figures or slot.total for ref, slot in slots.items())
    for row in map(one_line, extra):
        text = f"{row}，规定的表格没有这一行。"
        remedy = "请删去这一行，其中的数并入规定的行；行名写错的，改为规定的行名。"
        severity = Severity.ERROR if whole else Severity.WARNING
        yield Finding("D-21", text, remedy=remedy, severity=severity)


@rule(
    "D-22",
    Severity.WARNING,
    "",
    "表格的行名与规定的一致",
    "行名（去空格、不计全角半角）= 格式的行名或其别名",
)
def row_labels(case: Case) -> Iterator[Finding]:
    """The rows bear their official names."""
    original = case.report.original
    for row in map(one_line, original.relabelled if original else ()):
        yield Finding("D-22", f"{row}，行名与规定的不一致。", remedy="请改为规定的行名。")


_REMARK = re.compile(r"^[（(]|^(?:注|备注|说明|单位|填报)|勾稽关系|只计这一情形")
_STATES = re.compile(r"。|[，；].{0,80}\d")


@rule(
    "D-26",
    Severity.WARNING,
    "",
    "第二至第四部分只有表格，不写文字",
    "这几部分没有成句的段落（表注、单位、勾稽关系的说明除外）",
)
def no_prose_among_tables(case: Case) -> Iterator[Finding]:
    """Sentences have no place in the sections that hold the tables."""
    original = case.report.original
    if original is None:
        return
    filled = {ref.table for ref in case.report.figures}
    if any(table.id not in filled for table in case.format.tables):
        yield unknown("D-26", "表格没有读全，分不清文字与表格，无法核对。")
        return
    for text in original.strays:
        line = one_line(text)
        if len(line) >= 15 and _STATES.search(line[:500]) and not _REMARK.search(line[:200]):
            shown = line if len(line) <= 30 else f"{line[:30]}…"
            said = f"表格所在的第二至第四部分写有文字：“{shown}”。"
            yield Finding("D-26", said, remedy="请移到第一部分，或删去。")
