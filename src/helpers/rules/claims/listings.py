"""Lists inside a sentence: a total and the parts that are said to make it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from helpers.rules.claims.claims import Sentence
from helpers.rules.claims.texts import sentences
from helpers.rules.claims.words import Word
from helpers.rules.model import Case

_REST = ("其他", "其它", "其余", "剩余")
_OPEN = ("含", "包含")
_AGAIN = ("累计", "另", "同时", "共", "总")
_ELSEWHERE = frozenset(
    {
        *("received", "taken", "handled", "answered", "finished", "decided", "decide"),
        *("carried_in", "carried_out", "open_end", "dispute", "related_cases"),
        *("none", "all", "change", "share", "rate"),
    }
)
"""Roles that begin a new statement, after which numbers are no longer parts."""
_NOT_COUNTED = frozenset(["年", "月", "日", "天", "时", "号", "页", "个月", "工作日", "个工作日"])
_FEWEST, _MOST = 3, 60
_LONGEST = 800
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """A total, its parts, and whether they look as if they were all of them."""

    total: int
    parts: tuple[int, ...]
    words: tuple[Word, ...]
    closed: bool
    text: str

    @property
    def stated(self) -> Decimal:
        """The total as written."""
        return _value(self.words[self.total])

    @property
    def summed(self) -> Decimal:
        """What the parts add up to."""
        return sum((_value(self.words[part]) for part in self.parts), Decimal(0))

    @property
    def wrong(self) -> bool:
        """Whether the parts exceed the total, or look complete and miss it."""
        return self.summed > self.stated or (self.closed and self.summed != self.stated)

    def roles_of(self, part: int) -> set[str]:
        """The roles of the words that name a part."""
        return {word.role for word in _name(self.words, part)}


def all_listings(case: Case) -> tuple[tuple[Sentence, Listing], ...]:
    """The lists of all text sections, each with its sentence."""
    return case.once(_all_listings)


def _all_listings(case: Case) -> tuple[tuple[Sentence, Listing], ...]:
    """The lists, worked out."""
    return tuple((s, found) for s in sentences(case) for found in listings(s))


def listings(sentence: Sentence) -> Iterator[Listing]:
    """The lists of a sentence."""
    if sum(word.number is not None for word in sentence.words) < _FEWEST:
        return
    for index, word in enumerate(sentence.words):
        if word.number and word.number.exact and word.number.unit:
            found = _bracketed(sentence, index) or _following(sentence, index)
            if found:
                yield found


def _value(word: Word) -> Decimal:
    return word.number.value if word.number else Decimal(0)


def _name(words: tuple[Word, ...], index: int) -> list[Word]:
    """The words between a number and the one before it."""
    found = []
    for word in reversed(words[max(0, index - 30) : index]):
        if word.number or word.text in ("，", "；", "（", "）", "。"):
            break
        found.append(word)
    return found[::-1]


def _bracketed(sentence: Sentence, total: int) -> Listing | None:
    """总数N条（其中…a条，…b条）: the parts at the first level of the brackets."""
    words = sentence.words
    start = total + 1
    if start < len(words) and words[start].text == "，":
        start += 1
    if start >= len(words) or words[start].role != "open":
        return None
    parts, depth, end = [], 0, start
    for end in range(start, min(len(words), start + _LONGEST)):
        word = words[end]
        depth += {"open": 1, "close": -1}.get(word.role, 0)
        if not 0 < depth <= _DEEPEST:
            break
        if word.number and depth == 1:
            parts.append(end)
    if depth or not _alike(words, total, parts) or len(parts) < 2:
        return None
    inside = words[start + 1 : end]
    intro = [word.text for word in inside if word.role == "of"]
    if len(intro) > 1 or "另有" in intro or not all(_name(words, part) for part in parts):
        return None
    rest = _is_rest(words, parts[-1])
    closed = rest or (len(parts) > 2 and not (intro and (intro[0] in _OPEN or intro[0] == "其中")))
    text = sentence.text[words[total].start : words[end].end]
    return Listing(total, tuple(parts), words, closed, text)


def _following(sentence: Sentence, total: int) -> Listing | None:
    """总数N条，其中a条、b条、其他c条: up to where another statement begins."""
    words = sentence.words
    if not {word.text for word in words[total + 1 : total + 2]} <= {"，", "：", "、"}:
        return None
    start = total + 2
    if start >= len(words) or words[start].role != "of" or words[start].text in _OPEN:
        return None
    parts: list[int] = []
    depth = 0
    for at in range(start + 1, min(len(words), start + _LONGEST)):
        word = words[at]
        depth += {"open": 1, "close": -1}.get(word.role, 0)
        if depth:
            continue
        if word.role == "of" or depth < 0:
            return None
        if word.text in ("；", "。"):
            break
        if word.number and not _goes_on(words, total, at):
            break
        if word.number:
            parts.append(at)
    if len(parts) < 2 or len(parts) > _MOST:
        return None
    text = sentence.text[words[total].start : words[parts[-1]].end]
    return Listing(total, tuple(parts), words, _is_rest(words, parts[-1]), text)


def _goes_on(words: tuple[Word, ...], total: int, at: int) -> bool:
    """Whether a number is still a part of the list."""
    number, name = words[at].number, _name(words, at)
    if number is None or not number.exact or number.unit != _unit(words[total]) or not name:
        return False
    said = {word.role for word in name}
    named = [word for word in name if word.role != "and"]
    again = bool(named) and named[0].text.startswith(_AGAIN)
    return not said & _ELSEWHERE and not again


def _alike(words: tuple[Word, ...], total: int, parts: list[int]) -> bool:
    """Whether all parts are exact and counted as the total is."""
    numbers = [words[part].number for part in parts]
    return len(parts) <= _MOST and all(
        n is not None and n.exact and n.unit == _unit(words[total]) for n in numbers
    )


def _unit(word: Word) -> str:
    unit = word.number.unit if word.number else ""
    return "" if unit in _NOT_COUNTED or unit == "%" else unit


def _is_rest(words: tuple[Word, ...], part: int) -> bool:
    """Whether a part is named as what remains: 其他…N条."""
    text = "".join(word.text for word in _name(words, part))
    return text.lstrip("、和及以与").startswith(_REST)
