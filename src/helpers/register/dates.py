"""Days as Excel and people write them: 2024.1.5, 2024年1月5日, 45296, 2024/1/5, 二〇二四年一月五日.

A day is a whole number: days since 1970-01-01, as numpy counts them.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

NONE = -(2**31)
"""No day: the cell is blank, or says so with a stroke."""

BAD = NONE + 1
"""Something that is no day."""

YEARLESS = NONE + 2
"""Month and day without a year; ``parse_day`` wants the year that a heading gives."""

EPOCH = date(1970, 1, 1)
ACCEPTED = "2024-01-05、2024/1/5、2024.1.5、2024年1月5日、20240105，或 Excel 日期"
"""How days may be written, for messages."""

_EXCEL_ZERO = date(1899, 12, 30)
_FIRST, _LAST = 2000, 2099
_FIRST_SHORT = 19  # 19.5.15 is 2019; smaller ones may be the American way round
_NOTHING = {"", "-", "--", "—", "——", "/", "\\", "无", "未", "空"}
_TIME = r"(?:[T ]?(?:上午|下午)?\s*\d{1,2}[:时]\d{0,2}.{0,12})?"
_GAP = r"\s*[年./\-、,月\s]\s*"
_FULL = re.compile(rf"(\d{{4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,2}})\s*[日号]?\s*{_TIME}")
_SHORT = re.compile(r"(\d{2})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_NO_YEAR = re.compile(r"(\d{1,2})(?:月|[/\-])(\d{1,2})[日号]?")
_N = r"(?<!\d)(1[0-2]|0?[1-9])"
_TO = r"\s*[-—–―~〜至到、]+\s*(?:20\d\d年?)?"
_AS_OF = re.compile(r"截[至止]到?(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}[日号]|底|末)?")
_FIRST_QUARTERS = re.compile(r"前[2-4]个?季度")
_QUARTERS = re.compile(rf"(?<!\d)([1-4])(?:季度)?(?:{_TO}[1-4])*{_TO}[1-4]季度")
_MONTHS = re.compile(
    rf"{_N}(?:月(?:份|\d{{1,2}}[日号])?)?(?:{_TO}{_N})*{_TO}{_N}月(?:\d{{1,2}}[日号])?"
)
_QUARTER = re.compile(r"([1-4])季度")
_MONTH = re.compile(rf"{_N}月(?!\d{{1,2}}[日号])")
_HAN = {"〇": 0, "○": 0, "零": 0} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_HAN_NUMBER = re.compile(r"[〇○零一二三四五六七八九十]+")


def parse_day(text: str, year: int = 0) -> int:
    """The day that a text means, or NONE, BAD, YEARLESS. ``year`` completes 1月5日.

    >>> parse_day("2024年1月5日") == parse_day("45296") == parse_day("24.1.5")
    True
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NOTHING:
        return NONE
    plain = _HAN_NUMBER.sub(_han, plain)
    serial = _SERIAL.fullmatch(plain)
    if serial:
        return _in_range(_EXCEL_ZERO + timedelta(days=int(serial[1])))
    for pattern, century in ((_FULL, 0), (_DIGITS, 0), (_SHORT, 2000)):
        parts = pattern.fullmatch(plain)
        if parts:
            if century and int(parts[1]) < _FIRST_SHORT:
                return BAD
            return _day(century + int(parts[1]), parts[2], parts[3])
    parts = _NO_YEAR.fullmatch(plain)
    if parts:
        return _day(year, parts[1], parts[2]) if year else YEARLESS
    return BAD


def _day(year: int, month: str, day: str) -> int:
    try:
        return _in_range(date(year, int(month), int(day)))
    except ValueError:
        return BAD


def _in_range(day: date) -> int:
    return (day - EPOCH).days if _FIRST <= day.year <= _LAST else BAD


def _han(found: re.Match[str]) -> str:
    """Chinese numerals as digits: 二〇二四 is 2024, 十五 is 15."""
    text = found[0]
    if "十" not in text:
        return "".join(str(_HAN[c]) for c in text)
    tens, _, ones = text.partition("十")
    return str(10 * _HAN.get(tens, 1) + _HAN.get(ones, 0))


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def first_day(year: int, month: int = 1) -> int:
    """The number of the first day of a year, or of a month of it."""
    return (date(year, month, 1) - EPOCH).days


def month_in(text: str) -> int:
    """The first month of what a sheet or a file is named after (2024年1-6月, 二季度), or 0.

    A day (截至12月31日) names no month, unless a range of days begins with it.

    >>> month_in("2024年十二月"), month_in("第二季度"), month_in("下半年"), month_in("2024年")
    (12, 4, 7, 0)
    """
    plain = _HAN_NUMBER.sub(_han, unicodedata.normalize("NFKC", text))
    plain = _FIRST_QUARTERS.sub("1季度", _AS_OF.sub("", plain))
    plain = _QUARTERS.sub(r"\1季度", _MONTHS.sub(r"\1月", plain))
    found = {int(month) for month in _MONTH.findall(plain)}
    found |= {3 * int(quarter) - 2 for quarter in _QUARTER.findall(plain)}
    found |= {first for word, first in (("上半年", 1), ("下半年", 7)) if word in plain}
    return found.pop() if len(found) == 1 else 0


def chinese_day(number: int) -> str:
    """A day as people read it: 2024年1月5日."""
    day = day_of(number)
    return f"{day.year}年{day.month}月{day.day}日"
