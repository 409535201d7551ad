"""What has been said so far in a sentence: topic, scope, time, brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.rules.claims.claims import Claim, Speaker
from helpers.rules.claims.words import Word

NEUTRAL = frozenset({"fill", "time", "own", "whole", "all", "ours"})
"""Roles that do not change what a number counts."""
CLAUSE = 60
"""Words that are looked at on either side of a number."""
BREAKS = frozenset({"stop", "open", "close"})
_OFFICES = frozenset(
    {
        *("我局", "我委", "我办", "我厅", "我院", "我处", "我单位", "我机关", "我部门", "我中心"),
        *("本局", "本委", "本办", "本厅", "本单位", "本机关", "本部门"),
    }
)
_PLACES = frozenset(
    {
        *("我市", "我县", "我区", "我省", "我州", "我旗", "我盟"),
        *("本市", "本县", "本区", "本省"),
    }
)


@dataclass
class State:
    """Where a reader is in a sentence.

    ``topic`` is what is being counted (request, dispute or nothing certain), ``mine`` whether
    the agency as a whole is spoken of, ``timely`` whether the report's year is, ``part``
    whether 其中 was said, ``base`` the claim that a following change or share is about.
    """

    words: tuple[Word, ...]
    speaker: Speaker
    topic: str = ""
    mine: bool = True
    timely: bool = True
    part: bool = False
    depth: int = 0
    base: Claim | None = None
    disputes: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    deciding: bool = False
    about: bool = False

    def __post_init__(self) -> None:
        self.said = roles_of(self.words)
        self.about = bool(self.said & {"request", "about"}) or bool(self.topic)
        self.named_disputes = keys_of(self.words, "dispute")
        self._outside: list[tuple[str, bool, bool, bool]] = []

    def hear(self, word: Word) -> None:
        """Take in a word that is no number."""
        role = word.role
        if role == "open":
            self._outside.append((self.topic, self.mine, self.timely, self.part))
            self.depth += 1
        elif role == "close" and self._outside:
            self.topic, self.mine, self.timely, self.part = self._outside.pop()
            self.depth -= 1
        elif role in ("own", "whole", "foreign"):
            self.mine = self._is_mine(word)
        elif role in ("time", "other_year"):
            self.timely = role == "time"
        elif role == "of" or word.text == "；":
            self.part = role == "of"
        else:
            self._note(word)

    def _note(self, word: Word) -> None:
        """Remember what the sentence is about."""
        if word.role == "request":
            self.topic = "request"
        elif word.role == "dispute":
            self.topic, self.disputes = "dispute", word.keys
        elif word.role == "document":
            self.document = word.keys
        elif word.role == "decide":
            self.deciding = True

    def _is_mine(self, word: Word) -> bool:
        if word.role == "own" and word.text in _OFFICES:
            return not self.speaker.area
        if word.role == "whole" or word.text in _PLACES:
            return self.speaker.area
        return word.role == "own"

    @property
    def of_finished(self) -> bool:
        """Whether the place is inside brackets after a number of finished requests."""
        return (
            self.depth > 0 and self.base is not None and self.base.kind in ("finished", "handled")
        )

    def left(self, index: int) -> list[Word]:
        """The words of the clause before a number, words that change nothing left out."""
        found: list[Word] = []
        at, last = index - 1, max(-1, index - CLAUSE)
        while at > last:
            word = self.words[at]
            if word.role == "close":
                at = self.before_remark(at)
                continue
            if word.number or word.role in ("stop", "open"):
                break
            if word.role not in NEUTRAL:
                found.append(word)
            at -= 1
        return found[::-1]

    def before_remark(self, close: int) -> int:
        """The index before a remark in brackets that holds no number, -1 where it holds one."""
        for at in range(close - 1, max(-1, close - 20), -1):
            if self.words[at].number or self.words[at].role == "close":
                return -1
            if self.words[at].role == "open":
                return at - 1
        return -1

    def right(self, index: int) -> list[Word]:
        """The words of the clause after a number, up to 、, fillers left out."""
        found: list[Word] = []
        for word in self.words[index + 1 : index + CLAUSE]:
            if word.number or word.role in BREAKS or word.text == "、":
                break
            if word.role not in ("fill", "time"):
                found.append(word)
        return found


def roles_of(words: Sequence[Word]) -> set[str]:
    """The roles of some words."""
    return {word.role for word in words}


def without(roles: Sequence[str], dropped: Sequence[str]) -> list[str]:
    """The roles in order, some left out."""
    return [role for role in roles if role not in dropped]


def keys_of(words: Sequence[Word], role: str) -> tuple[str, ...]:
    """The rows or columns that the words of one role name, each once."""
    return tuple(dict.fromkeys(key for word in words if word.role == role for key in word.keys))
