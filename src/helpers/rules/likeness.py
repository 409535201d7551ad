"""Whether one name of an agency may be meant by another: written wrong, shortened or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from helpers.formats import closest
from helpers.rules.history import agency_key

_PLACE = re.compile(r"^.*[省市州盟县区旗](?=.)")
_KIND = re.compile(
    r"(?:人民政府|街道办事处|办事处|管理委员会|委员会|管委会|办公室|局|委|办|厅|处|院|所|会|中心)+$"
)
_NUMBERS = re.compile(r"[0-9一二三四五六七八九十]")
_ALIKE = 0.75
"""How much of what sets names apart they share at least: of four characters three."""

_SHORTEST = 2  # characters that an abbreviation has
_SOUND = 12  # places in GB 2312 between characters of one sound
_SHAPE = 32  # places in Unicode between characters of one radical and about as many strokes


def likely_name(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` may stand for, None where none is like enough.

    Place and kind of office are shared by most names of a county, so that what stands between
    them decides: 民政 and 财政 are two bureaus, although the full names differ in one character.

    >>> likely_name("某某县民正局", ["某某县民政局", "某某县财政局"])
    '某某县民政局'
    >>> likely_name("某某县财政局", ["某某县民政局", "某某县司法局"])
    """
    return closest(name, [one for one in known if _alike(name, one)])


def _alike(one: str, other: str) -> bool:
    (place, own), (other_place, other_own) = _apart(one), _apart(other)
    if not own or not other_own:
        return own == other_own and bool(place and other_place) and _meant(place, other_place)
    if not _meant(own, other_own):
        return False
    return not place or not other_place or _meant(place, other_place)


@lru_cache(maxsize=8192)
def _apart(name: str) -> tuple[str, str]:
    """The place and what sets the agency apart from others there, without its kind.

    >>> _apart("某某县民政局"), _apart("某某县人民政府")
    (('某某县', '民政'), ('某某县', ''))
    """
    rest = _KIND.sub("", agency_key(name))
    found = _PLACE.match(rest + "局")
    place = found[0] if found else ""
    return place, rest.removeprefix(place)


def _meant(one: str, other: str) -> bool:
    """Whether two words are one: a shorter form, much alike, turned about or mistyped.

    Another number is another agency.
    """
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    short, long = sorted((one, other), key=len)
    left = iter(long)
    if len(short) >= _SHORTEST and all(character in left for character in short):
        return True
    if sorted(one) == sorted(other):
        return True
    if len(one) == len(other) and all(map(_mistaken, one, other)):
        return True
    shared = sum(character in long for character in short)
    if 2 * shared < _ALIKE * (len(one) + len(other)):
        return False  # which is soon seen, and true of most
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _mistaken(one: str, other: str) -> bool:
    """Whether two characters may be taken for each other when typed by sound or read by shape.

    The common characters of GB 2312 stand in the order of their sound, those of Unicode in that
    of radical and strokes.

    >>> _mistaken("政", "正"), _mistaken("沭", "沐"), _mistaken("民", "财")
    (True, True, False)
    """
    at, other_at = _position(one), _position(other)
    sound = min(at, other_at) >= 0 and abs(at - other_at) <= _SOUND
    return sound or abs(ord(one) - ord(other)) <= _SHAPE


def _position(character: str) -> int:
    """The place of a common character in GB 2312; -1 of any other."""
    code = character.encode("gb2312", errors="ignore")
    if len(code) != 2 or not 0xB0 <= code[0] <= 0xD7:
        return -1
    return (code[0] - 0xB0) * 94 + code[1] - 0xA1
