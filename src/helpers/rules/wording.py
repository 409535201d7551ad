"""Faults of the wording itself: residue, brackets, numbering (D-16 … D-19, D-29, D-31)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import Passage, no_text, one_line, passages, sections

_HAN = "\u4e00-\u9fff"
_MOST = 3
"""How many findings of one kind are shown for one section."""


def _each(
    case: Case, rule_id: str, look: Callable[[Passage], Iterator[Finding]]
) -> Iterator[Finding]:
    """What is found in each piece of text."""
    found = list(passages(case))
    if not any(passage.section for passage in found):
        yield no_text(case, rule_id)
    for passage in found:
        yield from islice(look(passage), _MOST)


_RESIDUE = re.compile(
    r"(?<![A-Za-z0-9ＸXx×])[Xx×ＸХ✕]{2,}(?![A-Za-z0-9ＸXx×])|_{3,}|＿{2,}"
    r"|(?<![一二三四五六七八九○])[△○□]{3,}|此处填写"
    r"|[（(【]\s?(?:文字描述[^）)】\n]{0,30}|(?:此处|请)(?:填写?|描述|说明|插入)[^）)】\n]{0,30}"
    r"|示例|样例|模板|待补充|待填写?|略)\s?[）)】]"
)
_GUIDANCE = re.compile(
    r"这一项报告本机关|不能遗漏[，,]?\s?也不宜泛化|对本机关贯彻落实.{0,30}情况进行综述"
    r"|第五十条第四项规定的各级人民政府"
)


@rule(
    "D-16",
    Severity.ERROR,
    "",
    "没有模板残留的文字（混有通知中编写说明的作警告）",
    "没有“XX”“××”“____”“（文字描述）”“请填写”；没有格式通知里的说明语",
)
def no_template_left(case: Case) -> Iterator[Finding]:
    """Nothing is left of a template."""
    yield from _each(case, "D-16", _residue)
    for section in case.format.narrative:
        # What reads as emphasis in Markdown was a blank to fill.
        blank = re.search(r"_{3,}", case.report.narrative.get(section.id, "")[:60_000])
        if blank and "___" not in case.texts.get(section.id, ""):
            text = f"“{section.title}”里还有没填写的空白“{blank.group()[:6]}”。"
            yield Finding("D-16", text, remedy="请填写或删去。")


def _residue(passage: Passage) -> Iterator[Finding]:
    places = {passage.quote(*hit.span()): hit.group() for hit in _RESIDUE.finditer(passage.text)}
    for quoted, residue in places.items():
        text = f"{passage.name}有模板残留：{quoted}。"
        yield Finding("D-16", text, found=residue[:40], remedy="请换成实际内容或删去。")
    for hit in _GUIDANCE.finditer(passage.text):
        text = f"{passage.name}混入了格式通知的说明：{passage.quote(*hit.span())}。"
        remedy = "请改写为本机关的情况。"
        yield Finding("D-16", text, remedy=remedy, severity=Severity.WARNING)


_PAIRS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "“": "”",
    "【": "】",
    "〔": "〕",
    "「": "」",
    "『": "』",
}
_KINDS = {**{o: o for o in _PAIRS}, **{c: o for o, c in _PAIRS.items()}, "(": "（", ")": "（"}
_BRACKETS = re.compile(f"[{re.escape(''.join((*_PAIRS, *_PAIRS.values())))}]")
_ITEM = re.compile(r"(?:^|[\s：:；;，,。、])(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[A-Za-z])$")


@rule(
    "D-17",
    Severity.WARNING,
    "",
    "括号、引号、书名号成对",
    "每一部分中左右各半一一配对（不计全角半角；“1）”一类的编号不算）",
)
def balanced(case: Case) -> Iterator[Finding]:
    """Every bracket and quotation mark has its other half."""
    yield from _each(case, "D-17", _unbalanced)


def _unbalanced(passage: Passage) -> Iterator[Finding]:
    opened: dict[str, list[int]] = {}
    odd: list[int] = []
    for hit in _BRACKETS.finditer(passage.text):
        kind, at = _KINDS[hit.group()], hit.start()
        if hit.group() in _PAIRS:
            opened.setdefault(kind, []).append(at)
        elif opened.get(kind):
            opened[kind].pop()
        elif kind != "（" or not _ITEM.search(passage.text, max(0, at - 4), at):
            odd.append(at)
    for at in sorted([*odd, *(at for left in opened.values() for at in left)]):
        sign = passage.text[at]
        other = "右边" if sign in _PAIRS else "左边"
        text = f"{passage.name}的 {sign} 没有{other}的一半：{passage.quote(at, at + 1)}。"
        yield Finding("D-17", text, found=sign, remedy="请补上或删去。")


_NUMBER = re.compile(rf"[{_HAN}]([\[（(【［]\s?(?:19|20)\d\d\s?[\]）)】］])\s?第?\d{{1,4}}\s?号")
_ANGLE = re.compile(r"《[^《》〈\n]{0,60}?(<[^<>《》\n]{1,80}>)")


@rule(
    "D-18",
    Severity.NOTE,
    "",
    "书名号里面用单书名号，发文字号的年份用六角括号",
    "《…〈…〉…》；〔年份〕号",
)
def marks_of_titles(case: Case) -> Iterator[Finding]:
    """《》 inside 《》 is written 〈〉; the year of a document number stands in 〔〕."""
    yield from _each(case, "D-18", _marks)


def _marks(passage: Passage) -> Iterator[Finding]:
    depth = 0
    for hit in re.finditer(r"[《》\n]", passage.text):
        depth = {"《": depth + 1, "》": max(depth - 1, 0)}.get(hit.group(), 0)
        if depth == 2 and hit.group() == "《":
            quoted = passage.quote(*hit.span())
            text = f"{passage.name}的《》里又用了《》：{quoted}，里面的应为〈〉。"
            yield Finding("D-18", text, (), "〈〉", "《》", remedy="请改里面的书名号。")
    for hit in _ANGLE.finditer(passage.text):
        text = f"{passage.name}的书名号里用了 <>：{passage.quote(*hit.span(1))}，应为〈〉。"
        yield Finding("D-18", text, (), "〈〉", "<>", remedy="请改里面的书名号。")
    for hit in _NUMBER.finditer(passage.text):
        text = f"{passage.name}的发文字号{passage.quote(*hit.span())}，年份应放在〔〕中。"
        yield Finding("D-18", text, (), "〔〕", hit.group(1), remedy="请改用六角括号。")


_STYLES = (
    ("（一）", re.compile(r"[（(]([一二三四五六七八九十]{1,3})[)）]")),
    ("（1）", re.compile(r"[（(](\d{1,2})[)）]")),
    ("一、", re.compile(r"([一二三四五六七八九十]{1,3})、")),
    ("1.", re.compile(r"(\d{1,2})[.．、](?!\d)")),
)
_DIGITS = "一二三四五六七八九十"


@rule(
    "D-19",
    Severity.WARNING,
    "",
    "同一级的编号用同一种写法",
    "某种编号不从一开始时，前面有同一种写法的前一个号；前一个号是另一种写法的即为混用",
)
def one_style(case: Case) -> Iterator[Finding]:
    """Items of one level are numbered in one style."""
    found = list(sections(case))
    if not found:
        yield no_text(case, "D-19")
    for passage in found:
        yield from _mixed(passage)


def _mixed(passage: Passage) -> Iterator[Finding]:
    seen: set[tuple[str, int]] = set()
    last: tuple[str, int, str] | None = None
    for line in passage.text.split("\n"):
        style, value = _numbered(line)
        if not style:
            continue
        if last and value > 1 and (style, value - 1) not in seen:
            other, before, head = last
            if other != style and before == value - 1:
                text = f"{passage.name}的编号写法不一：“{head}”之后是“{_head(line)}”。"
                remedy = f"请统一为一种写法，如都用“{style}”一类。"
                yield Finding("D-19", text, (), style, other, remedy=remedy)
        seen.add((style, value))
        last = style, value, _head(line)


def _numbered(line: str) -> tuple[str, int]:
    for style, pattern in _STYLES:
        hit = pattern.match(line)
        if hit:
            return style, _value(hit.group(1))
    return "", 0


def _value(numeral: str) -> int:
    if not numeral.isascii():
        tens, ten, ones = numeral.rpartition("十")
        if not ten:
            return _DIGITS.index(numeral[0]) + 1
        first = _DIGITS.index(tens[0]) + 1 if tens else 1
        return 10 * first + (_DIGITS.index(ones[0]) + 1 if ones else 0)
    return int(numeral)


def _head(line: str) -> str:
    return line if len(line) <= 14 else f"{line[:14]}…"


_CONVERTED = re.compile(
    r"\[bookmark:[^\]\n]{0,40}\]?|_GoBack|_Toc\d|MERGEFORMAT|HYPERLINK|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|mdash);"
    r"|</?(?:p|span|div|br|font|td|tr|a|b|o:p)\b|锟斤拷|烫烫烫|屯屯屯|\ufffd|ï»¿"
)


@rule(
    "D-29",
    Severity.WARNING,
    "",
    "没有转换文件时留下的东西",
    "没有书签、域代码、HTML 标记、控制字符、软连字符、私用区字符、乱码",
)
def no_conversion_left(case: Case) -> Iterator[Finding]:
    """Nothing is left of the conversion from another program."""
    original = case.report.original
    residues = dict.fromkeys(original.residues if original else ())
    if residues:
        shown = "、".join(f"“{one_line(residue)[:30]}”" for residue in list(residues)[:_MOST])
        text = f"文件里有转换残留 {len(original.residues) if original else 0} 处：{shown}。"
        yield Finding("D-29", text, remedy="请在原文件中删去。")
    yield from _each(case, "D-29", _converted)


def _converted(passage: Passage) -> Iterator[Finding]:
    for hit in _CONVERTED.finditer(passage.text):
        text = f"{passage.name}有转换残留：{passage.quote(*hit.span())}。"
        yield Finding("D-29", text, found=hit.group(), remedy="请删去或改正。")
    codes = {character for character in set(passage.text) if _invisible(character)}
    if codes:
        at = min(passage.text.index(code) for code in codes)
        named = "、".join(f"U+{ord(code):04X}" for code in sorted(codes)[:_MOST])
        near = "".join(c for c in passage.quote(at, at + 1) if not _invisible(c))
        text = f"{passage.name}有看不见或显示不出的字符（{named}），在{near}处。"
        yield Finding("D-29", text, found=named, remedy="请删去或重新输入这几个字。")


def _invisible(character: str) -> bool:
    """Control characters, soft hyphens and the like, and those of no common font."""
    return character not in "\n\t\r" and unicodedata.category(character) in ("Cc", "Cf", "Co")
