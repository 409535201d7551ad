"""Automatic numbers of Word paragraphs: people see 一、 or 1.1, the text does not hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from helpers.readers.ooxml import attribute, child, children, number_of

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_CLOSING = tuple("、。，．：；）)】》")


def chinese(number: int) -> str:
    """A number as Chinese headings count: 一, 十, 二十一, 一百零五."""
    if not 0 < number < 10_000:
        return "".join(_DIGITS[int(d)] for d in str(number))
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
        zero = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(number: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    text = ""
    for value, sign in pairs:
        text += sign * min(number // value, 10)
        number %= value
    return text


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)


def _legal(number: int) -> str:
    return chinese(number).translate(_FORMAL)


def _each_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


_STYLES: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographEnclosedCircle": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _each_digit,
    "japaneseDigitalTenThousand": _each_digit,
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_WIDE),
    "decimalFullWidth2": lambda number: str(number).translate(_WIDE),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}


def written(number: int, style: str) -> str:
    """A number in one of Word's number formats; unknown ones are written in digits."""
    if style == "none":
        return ""
    write = _STYLES.get(style, str) if number > 0 else str
    return write(number)


@dataclass(frozen=True)
class _Level:
    """How one level counts: where it starts, its number format and its text such as ``（%1）``."""

    start: int
    style: str
    text: str
    tight: bool
    legal: bool


def _level(element: Any) -> _Level:
    return _Level(
        number_of(child(element, "start"), 1),
        attribute(child(element, "numFmt")) or "decimal",
        attribute(child(element, "lvlText")),
        attribute(child(element, "suff")) == "nothing",
        child(element, "isLgl") is not None,
    )


def _levels(element: Any) -> dict[int, _Level]:
    return {_depth(lvl): _level(lvl) for lvl in children(element, "lvl")}


def _depth(element: Any) -> int:
    text = attribute(element, "ilvl")
    return int(text) if text.isdecimal() else 0


@dataclass
class _List:
    """One numbering instance: whose counters it shares, its levels, its own new starts."""

    counted_as: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document, which must come in their order.

    ``root`` is the root element of numbering.xml, or None where there is none.
    """

    def __init__(self, root: Any) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._learn(root)

    def _learn(self, root: Any) -> None:
        abstract = {attribute(a, "abstractNumId"): a for a in children(root, "abstractNum")}
        by_style = {attribute(child(a, "styleLink")): a for a in abstract.values()}
        for num in children(root, "num"):
            key = attribute(child(num, "abstractNumId"))
            source = abstract.get(key)
            if source is None:
                continue
            link = attribute(child(source, "numStyleLink"))
            source = by_style.get(link, source) if link else source
            made = _List(attribute(source, "abstractNumId"), _levels(source))
            for override in children(num, "lvlOverride"):
                own = child(override, "lvl")
                if own is not None:
                    made.levels[_depth(override)] = _level(own)
                start = child(override, "startOverride")
                if start is not None:
                    made.restarts[_depth(override)] = number_of(start, 1)
            self._lists[attribute(num, "numId")] = made

    def is_bullet(self, num_id: str, depth: int) -> bool:
        """Whether paragraphs of a list stand behind a sign and not behind a number."""
        found = self._lists.get(num_id)
        return bool(found and depth in found.levels and found.levels[depth].style == "bullet")

    def next(self, num_id: str, depth: int) -> str:
        """The number of the next paragraph of a list, as it is printed before its text."""
        found = self._lists.get(num_id)
        if found is None or depth not in found.levels:
            return ""
        level = found.levels[depth]
        counts = self._counts.setdefault(found.counted_as, {})
        if depth in found.restarts:
            counts[depth] = found.restarts.pop(depth)
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.style == "bullet":
            return ""
        text = self._filled(found, level, depth, counts)
        return text if level.tight or text.endswith(_CLOSING) or not text else f"{text} "

    def _filled(self, found: _List, level: _Level, depth: int, counts: dict[int, int]) -> str:
        text = level.text
        for outer in range(depth + 1):
            shown = found.levels.get(outer, level)
            count = counts.setdefault(outer, shown.start)
            style = "decimal" if level.legal and shown.style != "decimalZero" else shown.style
            text = text.replace(f"%{outer + 1}", written(count, style))
        return text
