"""Text made ready for reading, and the numbers in it with measure word and precision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

LONGEST = 100_000
"""Characters of a section that are read; no real section comes near it."""

_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {ord("％"): "%", ord("．"): "."}
_WIDE = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_QUOTES = str.maketrans("", "", "\"'“”‘’「」『』")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,3}(?![\d,])")
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")

_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
UNITS = (
    *("个百分点", "百分点", "平方米", "批次", "人次", "件次", "个工作日", "个月", "工作日"),
    *"件份起例宗条个项次篇场期部名家类人张封户天日年月时号页版字倍届元%",
)
COUNTED = frozenset({*"件份起例宗条个项", "件次"})
"""Measure words that requests, cases, documents and decisions are counted with."""

NUMBER = (
    r"(?P<digits>\d{1,12}(?:\.\d{1,8})?)(?P<odd>[多余几])?(?P<scale>[百千万亿]?)(?P<more>[多余来])?"
    rf"(?P<unit>{'|'.join(UNITS)})?"
)
_VAGUE_BEFORE = re.compile(
    r"(?:[近约逾第每~—－–〔.-]|\d|\d[至到或、，|]|超过?|不足|不少于|至少|接近|突破|大约|将近)$"
)
_VAGUE_AFTER = re.compile(r"左右|以[上下内]|（?含\b|之内|上下|余|多|[/／~～至—－–-]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: ``value`` in units of ``unit``; ``step`` is one in its last digit.

    ``exact`` is False for 近, 约, 余, 以上, ordinals and ranges.
    """

    value: Decimal
    unit: str
    step: Decimal
    exact: bool

    def agrees(self, other: Decimal) -> bool:
        """Whether ``other`` written with this precision, rounded or cut off, is this number."""
        parts = other / self.step
        return self.value / self.step in {
            parts.to_integral_value(way) for way in (ROUND_HALF_UP, ROUND_DOWN)
        }


def number(match: re.Match[str], text: str) -> Number:
    """The number that a match of NUMBER in ``text`` means."""
    digits, scale = match["digits"], Decimal(_SCALES[match["scale"]])
    decimals = len(digits.partition(".")[2])
    before, after = text[max(0, match.start() - 3) : match.start()], text[match.end() :][:3]
    vague = bool(match["odd"] or match["more"]) or bool(_VAGUE_BEFORE.search(before))
    if match["unit"] and _VAGUE_AFTER.match(after):
        vague = True
    step = scale.scaleb(-decimals)
    return Number(tidy(Decimal(digits) * scale), match["unit"] or "", step, not vague)


def tidy(value: Decimal) -> Decimal:
    """A number without zeros after the decimal point that only its unit brought in."""
    return value.to_integral_value() if value == value.to_integral_value() else value


def squeezed(text: str) -> str:
    """A line without spaces, thousands separators and quotation marks, punctuation full-width.

    >>> squeezed('收到 １,２３４ 件(含“结转”)')
    '收到1234件（含结转）'
    """
    narrow = text.translate(_NARROW)
    narrow = _THOUSANDS.sub(lambda m: m.group().replace(",", ""), narrow)
    joined = re.sub(r"(?<=\d)[^\S\n]+(?=\d)", "|", narrow)
    return _SPACE.sub("", joined).translate(_WIDE).translate(_QUOTES)


def lines(text: str) -> Iterator[str]:
    """The paragraphs and headings of a section, squeezed."""
    for line in text[:LONGEST].split("\n"):
        found = squeezed(line)
        if found:
            yield found


def sentences(line: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph with their closing marks, and where each begins."""
    for match in _SENTENCE.finditer(line):
        yield match.start(), match.group()
