"""A sentence cut into words: labels of the format, words of disclosure, numbers, the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from helpers.formats import Block, Column, Format, Line, Row, plain
from helpers.rules.claims import wordings
from helpers.rules.claims.numbers import NUMBER, Number, number

OWN = "\ue000"
"""Stands for every character of the reporting agency's own names."""

_UNNAMED = frozenset({plain("其他"), plain("总计"), plain("合计")})
_MARKS = {"，": "stop", "；": "stop", "：": "stop", "。": "stop", "！": "stop", "？": "stop"}
_MARKS |= {"（": "open", "）": "close"}
_LEGAL = "法人"
_ANYONE = "公民、"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its role; ``keys`` are rows or columns of the format where it names some.

    A number has its ``number``; a change its direction in ``keys`` (up or down).
    """

    role: str
    text: str
    start: int
    keys: tuple[str, ...] = ()
    number: Number | None = None

    @property
    def end(self) -> int:
        """Where the word ends in its sentence."""
        return self.start + len(self.text)


Entry = tuple[str, str, tuple[str, ...]]
"""A word, its role, and the rows or columns it names."""


@dataclass(frozen=True)
class Lexicon:
    """All words by their text, and the one expression that finds the longest at a place."""

    entries: dict[str, tuple[str, tuple[str, ...]]]
    pattern: re.Pattern[str]


def lexicon(fmt: Format) -> Lexicon:
    """The words of sentences about figures in this format."""
    return _lexicon(tuple(_labels(fmt)))


@lru_cache(maxsize=8)
def _lexicon(labels: tuple[Entry, ...]) -> Lexicon:
    entries: dict[str, tuple[str, tuple[str, ...]]] = {}
    for text in wordings.FILL.split():
        entries[text] = ("fill", ())
    for role, texts in wordings.WORDS.items():
        entries |= dict.fromkeys(texts.split(), (role, ()))
    for text, role, keys in labels:
        entries[text] = (role, keys)
    known = "|".join(re.escape(text) for text in sorted(entries, key=len, reverse=True))
    parts = [
        rf"(?P<own>{OWN}+)",
        rf"(?P<period>{wordings.PERIOD})",
        rf"(?P<carried_out>(?:\d{{4}}年度?)?{wordings.CARRIED_OUT})",
        rf"(?P<carried_in>{wordings.CARRIED_IN})",
        rf"(?P<change>{wordings.CHANGE})",
        r"(?P<year>\d{4})年度?(?!\d?月)|(?P<month>(?:\d{4}年)?\d{1,2}月(?:份|\d{1,2}日)?)",
        NUMBER,
        rf"(?P<known>{known})",
        r"(?P<rest>.)",
    ]
    return Lexicon(entries, re.compile("|".join(parts)))


def _labels(fmt: Format) -> Iterator[Entry]:
    """Words for rows and columns: what the format prints and its other names."""
    for table in fmt.tables:
        for block in table.blocks:
            if block.across:
                yield from _dispute_labels(block)
            elif fmt.ref("new", "sum", table.id):
                yield from _request_labels(block)
            else:
                roles = {"reg": "document", "doc": "document", "fee": "charge"}
                for line in block.lines:
                    role = roles.get(line.key, "decision" if _decides(block) else "unknown")
                    yield from _named(line.row, role, (line.key,))


def _decides(block: Block) -> bool:
    return any(column.key == "dec" for column in block.fields)


def _dispute_labels(block: Block) -> Iterator[Entry]:
    for line in block.lines:
        for group in line.groups:
            keys = tuple(other.key for other in block.lines if group in other.groups)
            yield from _named(group, "dispute", keys)
        yield from _named(line.row, "dispute", (line.key,))
    for column in block.inputs:
        yield from _named(column, "outcome", (column.key or "",))


def _request_labels(block: Block) -> Iterator[Entry]:
    people = [column.key or "" for column in block.inputs]
    groups = [column for column in block.columns if column.columns]
    while groups:
        group = groups.pop()
        keys = tuple(c.key or "" for c in group.leaves())
        groups += [column for column in group.columns if column.columns]
        if "nat" not in keys:
            named = list(_named(group, "applicant", keys))
            yield from named
            yield from ((_ANYONE + text, "fill", ()) for text, _, _ in named)
            yield (_LEGAL, "applicant", keys)
    for column in block.inputs:
        yield from _named(column, "applicant", (column.key or "",))
    if "nat" in people:
        yield ("个人", "applicant", ("nat",))
    roles = {"new": "new", "carry_in": "carried_in", "carry_out": "carried_out"}
    for line in block.lines:
        if line.key in roles:
            yield from _named(line.row, roles[line.key], ())
        elif line.key not in block.total_rows:
            yield from _named(line.row, "result", (line.key,))
            yield from _result_groups(line, block)


def _result_groups(line: Line, block: Block) -> Iterator[Entry]:
    for depth, group in enumerate(line.groups):
        keys = tuple(
            o.key for o in block.lines if o.groups[: depth + 1] == line.groups[: depth + 1]
        )
        if not block.total_rows & set(keys):
            yield from _named(group, "result", keys)


def _named(node: Row | Column, role: str, keys: tuple[str, ...]) -> Iterator[Entry]:
    for name in sorted(node.names - _UNNAMED):
        yield (name.replace(",", "，"), role, keys)


def cut(sentence: str, words: Lexicon, year: int) -> tuple[Word, ...]:
    """The words of a sentence. Every character belongs to exactly one."""
    return tuple(_word(match, sentence, words, year) for match in words.pattern.finditer(sentence))


def _word(match: re.Match[str], sentence: str, words: Lexicon, year: int) -> Word:
    text, start, kind = match.group(), match.start(), match.lastgroup
    if match["digits"]:
        return Word("number", text, start, number=number(match, sentence))
    if match["known"]:
        role, keys = words.entries[text]
        return Word(role, text, start, keys)
    if match["change"]:
        way = match["way"] or match["bare_way"]
        than = match["year_than"]
        known = (than is None or int(than) == year - 1) and not match["level"]
        down = "down" if way in wordings.DOWN else "up"
        return Word("change" if known else "other_year", text, start, (down,))
    if kind == "rest":
        return Word(_MARKS.get(text, "unknown"), text, start)
    return Word(_timed(match, year), text, start)


def _timed(match: re.Match[str], year: int) -> str:
    """The role of a word about time: this year, another one, carried over from or to where."""
    if match["own"]:
        return "own"
    if match["period"]:
        stated = re.findall(r"\d{4}", match.group())
        return "time" if all(int(text) == year for text in stated) else "other_year"
    if match["carried_out"]:
        target = match["year_out"]
        targets = {year: "carried_in", year + 1: "carried_out"}
        return targets.get(int(target), "other_year") if target else "carried_out"
    if match["carried_in"]:
        origin = match["year_in"]
        return "carried_in" if origin is None or int(origin) == year - 1 else "other_year"
    return "time" if match["year"] and int(match["year"]) == year else "other_year"
