"""Small faults of style, as hints: doubled words, half sentences, half-width marks (D-31)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import Passage, no_text, passages

_HAN = "\u4e00-\u9fff"
_TWICE = re.compile(
    rf"([{_HAN}]{{3,10}})\1|(?<![目有标])的的|了了(?!解|然|结|却)|和和(?![谐美平睦气])"
)
_MARKS = re.compile(r"[，、；][，、；。：]|。[，、；。]|：[，。；]")
_HALF = re.compile(rf"(?<=[{_HAN}])[,;:?!](?!/)|[,;?!](?=[{_HAN}])")
_OPEN_END = re.compile(r"[，、,]$")
_LONG = 30


@rule(
    "D-31",
    Severity.NOTE,
    "",
    "没有重复的词句、没写完的句子和半角标点",
    "没有连写两遍的词；没有重复的段落；段末不是逗号、顿号；汉字之间不用半角标点",
)
def clean_style(case: Case) -> Iterator[Finding]:
    """Doubled words and paragraphs, unfinished sentences, half-width punctuation."""
    found = list(passages(case))
    if not any(passage.section for passage in found):
        yield no_text(case, "D-31")
    seen: dict[str, str] = {}
    for passage in found:
        yield from _doubled(passage)
        yield from _unfinished(passage)
        for line in passage.text.split("\n"):
            tight = "".join(line.split())
            if len(tight) >= _LONG and tight in seen:
                text = f"{passage.name}的一段与{seen[tight]}的相同：“{tight[:_LONG]}…”。"
                yield Finding("D-31", text, remedy="请删去重复的一段。")
            seen.setdefault(tight, passage.name)
    yield from _half_width(found)


def _doubled(passage: Passage) -> Iterator[Finding]:
    for pattern, what in ((_TWICE, "重复的字词"), (_MARKS, "连用的标点")):
        hit = pattern.search(passage.text)
        if hit:
            text = f"{passage.name}有{what}“{hit.group()}”：{passage.quote(*hit.span())}。"
            yield Finding("D-31", text, found=hit.group(), remedy="请删去多余的。")


def _unfinished(passage: Passage) -> Iterator[Finding]:
    for line in passage.text.split("\n"):
        tight = line.rstrip()
        if len(tight) >= _LONG and _OPEN_END.search(tight):
            text = f"{passage.name}有一段像是没有写完：“…{tight[-20:]}”。"
            yield Finding("D-31", text, remedy="请补完这一句。")
            return


def _half_width(found: Sequence[Passage]) -> Iterator[Finding]:
    """One finding for the whole report: who types half-width marks does so throughout."""
    hits = [(passage, hit) for passage in found for hit in _HALF.finditer(passage.text)]
    if hits:
        passage, hit = hits[0]
        text = f"全文有半角标点 {len(hits)} 处，如{passage.name}的{passage.quote(*hit.span())}。"
        yield Finding("D-31", text, found=hit.group(), remedy="请改用全角标点。")
