"""The text sections of a report as sentences with their claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from helpers.report import Report
from helpers.rules.claims import numbers
from helpers.rules.claims.claims import Claim, Sentence, Speaker
from helpers.rules.claims.reader import Reader
from helpers.rules.claims.words import OWN, Lexicon, Word, cut, lexicon
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case


def sentences(case: Case) -> tuple[Sentence, ...]:
    """All sentences of the text sections, cut into words, with their claims."""
    return case.once(_all_sentences)


def _all_sentences(case: Case) -> tuple[Sentence, ...]:
    """The sentences, worked out."""
    return tuple(_sentences(case, lexicon(case.format), speaker_of(case.report)))


def claims(case: Case) -> tuple[Claim, ...]:
    """All claims of the text sections in the order in which they stand."""
    return tuple(claim for sentence in sentences(case) for claim in sentence.claims)


def speaker_of(report: Report) -> Speaker:
    """Whose report it is, under all the names the text may use for it."""
    kind = kind_of(report.agency)
    name = numbers.squeezed(report.agency.name)
    area = kind == "政府" or (not kind and bool(re.search(r"[省市县区州旗盟]$", name)))
    names = {name, numbers.squeezed(report.agency.short_name)}
    names |= {text.replace("人民政府", "政府") for text in names}
    if not area:
        inner = {text[m.start() :] for text in names for m in re.finditer(r"[省市县区州旗]", text)}
        names |= inner
    long_enough = sorted((n for n in names if len(n) > 2), key=len, reverse=True)
    return Speaker(tuple(long_enough), area, bool(kind) and not area, report.year)


def _sentences(case: Case, words: Lexicon, speaker: Speaker) -> Iterator[Sentence]:
    count = line_number = 0
    for section, text in case.texts.items():
        heading = ""
        for line in numbers.lines(text):
            line_number += 1
            named = _named_lines(speaker.names, line)
            topic = heading
            for start, sentence in numbers.sentences(named):
                count += 1
                cut_up = cut(sentence, words, speaker.year)
                original = line[start : start + len(sentence)]
                reader = Reader(original, cut_up, speaker, topic, line)
                found = tuple(replace(c, section=section, sentence=count) for c in reader.claims())
                yield Sentence(original, cut_up, found, section, line_number, count, topic)
                topic = reader.topic or topic
            if is_heading(line):
                heading = topic_of(cut(line, words, speaker.year))


@lru_cache(maxsize=64)
def _names_pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, names))) if names else None


def _named_lines(names: tuple[str, ...], line: str) -> str:
    pattern = _names_pattern(names)
    return pattern.sub(lambda m: OWN * len(m.group()), line) if pattern else line


def is_heading(line: str) -> bool:
    """Whether a line is a heading: short, numbered or without a closing mark."""
    return len(line) <= 40 and not re.search(r"[。；]|\d+[件条份]", line)


def topic_of(words: Sequence[Word]) -> str:
    """What a heading announces."""
    roles = {word.role for word in words}
    if "request" in roles:
        return "request"
    return "dispute" if "dispute" in roles else ""
