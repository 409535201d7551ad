"""Walks along the words of one sentence and says what each number, and each denial, claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from helpers.rules.claims.claims import Claim, Speaker
from helpers.rules.claims.counting import claimed
from helpers.rules.claims.numbers import COUNTED, Number
from helpers.rules.claims.state import BREAKS, CLAUSE, NEUTRAL, State, keys_of, roles_of
from helpers.rules.claims.words import Word

LONGEST_QUOTE = 60
_DERIVED = frozenset({"change", "share", "rate"})
_DISPUTED = {"dispute", "and", "request", "about", "bare", "received"}
_NEVER = frozenset(
    {
        *("未发生", "没有发生", "未产生", "没有产生", "未出现", "没有出现", "为零", "无", "没有"),
    }
)
_LEFT_OPEN = ("结转", "顺延", "尚未", "正在", "未办结")
_ZERO = Number(Decimal(0), "", Decimal(1), exact=True)


@lru_cache(maxsize=4)
def _says_left_open(text: str) -> bool:
    """Whether a paragraph, asked for each of its sentences, speaks of what is not closed."""
    return any(sign in text for sign in _LEFT_OPEN)


class Reader:
    """Reads one sentence.

    ``topic`` is what the text before it was about, and after it; ``around`` its paragraph.
    """

    def __init__(
        self, text: str, words: tuple[Word, ...], speaker: Speaker, topic: str, around: str = ""
    ) -> None:
        self.text, self.words = text, words
        self.left_open = _says_left_open(around or text)
        self.state = State(words, speaker, topic)

    @property
    def topic(self) -> str:
        """What the sentence has come to be about."""
        return self.state.topic

    def claims(self) -> Iterator[Claim]:
        """The claims of the sentence in order."""
        for index, word in enumerate(self.words):
            claim = self._number(index, word.number) if word.number else self._denial(index)
            if word.number is None:
                self.state.hear(word)
            if claim:
                depth = self.state.depth
                claim = replace(claim, piece=self._piece(index), at=word.start, depth=depth)
                if claim.kind not in _DERIVED and not claim.denied:
                    self.state.base = claim
                yield claim

    def _number(self, index: int, number: Number) -> Claim | None:
        state = self.state
        left = state.left(index)
        claim = None
        if number.exact and state.mine and state.timely:
            claim = self._derived(number, index, left)
            claim = claim or claimed(state, number, left, state.right(index))
        if claim is None and number.unit in COUNTED and not state.depth:
            state.base = None
            channel = state.part and roles_of(left) & {"online", "offline", "channel"}
            if state.topic == "request" and not channel:
                state.topic = ""  # something else is being counted from here on
        return claim

    def _derived(self, number: Number, index: int, left: list[Word]) -> Claim | None:
        """A change, a share or a rate, which is about the claim before it."""
        roles, base = [word.role for word in left], self.state.base
        if roles == ["change"] and base:
            known = number.unit in ("%", base.number.unit)
            way = left[0].keys[0]
            return Claim("change", number, wording=way, base=base) if known else None
        if number.unit != "%":
            return None
        if roles in (["rate"], ["request", "rate"]) and self.state.topic == "request":
            return Claim("rate", number, wording=left[-1].text)
        opened = index > 0 and self.words[index - 1].role == "open"
        if base and (roles == ["share"] or (not roles and opened)):
            return Claim("share", number, base=base)
        return None

    def _denial(self, index: int) -> Claim | None:
        """What 未收到, 无, 没有 say did not happen; what 均已办结 says of all."""
        word, state = self.words[index], self.state
        if word.role not in ("none", "all") or not (state.mine and state.timely) or state.part:
            return None
        after: list[Word] = []
        for other in self.words[index + 1 : index + CLAUSE]:
            if other.number or other.role in BREAKS:
                break
            if other.role not in NEUTRAL:
                after.append(other)
        if word.role == "all":
            return self._all_done([other.role for other in after])
        left = state.left(index)
        return self._no_dispute(word, after, left) or self._no_request(word, after, left)

    def _no_dispute(self, word: Word, after: list[Word], left: list[Word]) -> Claim | None:
        """未发生行政复议、行政诉讼, or the other way round with nothing following."""
        never = not after and word.text in _NEVER
        said = left if never else after
        roles = [other.role for other in said]
        if not self.state.about or "dispute" not in roles or not set(roles) <= _DISPUTED:
            return None
        if not never and roles[-1] not in ("dispute", "bare"):
            return None
        return Claim("dispute", _ZERO, keys_of(said, "dispute"), denied=True)

    def _no_request(self, word: Word, after: list[Word], left: list[Word]) -> Claim | None:
        """未收到政府信息公开申请."""
        roles = [other.role for other in after]
        named = [role for role in roles if role in ("request", "bare")]
        verb = ["received"] if "received" in roles else []
        certain = "request" in named or (self.state.topic == "request" and "收" in word.text)
        if not named or roles != [*verb, *named] or not certain or roles_of(left) - {"and"}:
            return None
        return Claim("new", _ZERO, denied=True)

    def _all_done(self, roles: list[str]) -> Claim | None:
        """均已办结, said of requests received and with no word about those carried over."""
        done = {role for role in roles if role != "in_time"}
        if done not in ({"answered"}, {"finished"}):
            return None
        state = self.state
        if state.topic != "request" or self.left_open:
            return None
        kind = state.base.kind if state.base else ""
        if kind not in ("received", "new", "taken") and (kind or "request" not in state.said):
            return None
        return Claim("all_done", _ZERO, denied=True, hedged=True)

    def _piece(self, index: int) -> str:
        """The text of the clause around a number."""
        state, right, first = self.state, self.state.right(index), index
        start = max(0, index - CLAUSE)
        while first > start and self.words[first - 1].role not in ("stop", "open"):
            if self.words[first - 1].number:
                break
            remark = self.words[first - 1].role == "close"
            before = state.before_remark(first - 1) + 1 if remark else first - 1
            if remark and not before:
                break
            first = before
        counted = right and right[0].role != "and"
        last = right[-1].end if counted else self.words[index].end
        begin = max(self.words[first].start, last - LONGEST_QUOTE)
        piece = self.text[begin:last]
        remark = piece.startswith("（") and "）" in piece
        return (piece.partition("）")[2] if remark else piece).lstrip("、和及以与 ")
