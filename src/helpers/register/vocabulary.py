"""What the words in a register mean: heads, results, applicants, outcomes of disputes.

The statutory labels come from the formats, the usual other spellings from ``words.yaml``, an
office's own from its settings. A text is taken apart at its punctuation and every part must be
known: no part of a word is ever taken for the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from helpers import formats
from helpers.formats import Block, Column, Format, Row

UNKNOWN, SEVERAL, GROUP, BLANK = "unknown", "several", "group", "blank"
"""Why a text means no code: not known, several at once, only a class of them, nothing there."""

_SEPARATORS = re.compile(r"[、，,;；/|+:：()\[\]【】>→\n\-—–]+|(?<=.)[和及与](?=.)")
_SQUEEZED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"'“”‘’「」《》〈〉。.]+")
_BARE = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")
_JOINING = re.compile("[和及与]")
_NUMBER = re.compile(r"^(?:\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+、|\d+[、.)])")


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The data of ``words.yaml``."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """A word made comparable: width forms, spaces, quotation marks and numbering do not count."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _SQUEEZED.sub("", _NUMBER.sub("", plain, count=1))


class Meaning(NamedTuple):
    """A code, or "" with one of the reasons above; ``named`` are the known words that stood there.

    ``named`` never holds text that was not known: it may be a name.
    """

    code: str
    reason: str = ""
    named: tuple[str, ...] = ()


_STRANGE = Meaning("", UNKNOWN)


@dataclass(frozen=True)
class Lexicon:
    """Words for codes; ``groups`` maps a class to the codes in it, ``labels`` codes to labels.

    ``whole`` are codes beside which particulars name no other (部分公开).
    """

    codes: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]
    neutral: frozenset[str]
    labels: Mapping[str, str]
    whole: frozenset[str] = frozenset()

    def meaning_of_two(self, first: str, second: str) -> Meaning:
        """The code that a text means together with the particulars in a second column.

        Particulars matter where the first text names only a class, and where they name
        another code; ``whole`` codes take in whatever else is named. Other text is let pass.
        """
        alone = self.meaning(first)
        if not second:
            return alone
        if not alone.code:
            return self.meaning(first, second)
        other = self.meaning(second)
        others = other.code not in ("", alone.code) or other.reason == SEVERAL
        if others and alone.code not in self.whole:
            return self.meaning(first, second)
        return alone

    def meaning(self, *texts: str) -> Meaning:
        """The one code that the texts together mean."""
        if len(texts) == 1 and self._is_strange(texts[0]):
            return _STRANGE
        parts = [part for text in texts for part in self._parts(text)]
        if not parts:
            return Meaning("", BLANK)
        found = dict.fromkeys(self.codes[p] for p in parts if p in self.codes)
        groups = [p for p in parts if p in self.groups and p not in self.codes]
        named = tuple(dict.fromkeys([*(self.labels[c] for c in found), *groups]))
        known = (self.codes, self.groups, self.neutral)
        if not all(any(part in place for place in known) for part in parts):
            return Meaning("", UNKNOWN, named)
        if len(found) > 1 or any(not self.groups[g].issuperset(found) for g in groups):
            return Meaning("", SEVERAL, named)
        if found:
            return Meaning(next(iter(found)))
        return Meaning("", GROUP if groups else UNKNOWN, named)

    def _is_strange(self, text: str) -> bool:
        """Whether a text is one word that is surely not known, found out without taking it apart.

        Characters that mean themselves only, as in a register with as many words as rows.
        """
        if text in self.codes or text in self.groups or text in self.neutral or text.isdigit():
            return False
        return bool(_BARE.fullmatch(text)) and not _JOINING.search(text)

    def _parts(self, text: str) -> Iterator[str]:
        whole = squeeze(text)
        if not whole:
            return
        if whole in self.codes or whole in self.groups:
            yield whole
            return
        plain = unicodedata.normalize("NFKC", text)
        for part in _SEPARATORS.split(_NUMBER.sub("", plain.strip(), count=1)):
            word = squeeze(part)
            if word and not word.isdigit():
                yield word

    @property
    def accepted(self) -> str:
        """The labels to choose from, for messages."""
        return "、".join(self.labels.values())

    def accepted_of(self, groups: Iterable[str]) -> str:
        """The labels of some classes, for messages; "" where they have none."""
        codes = frozenset().union(*(self.groups.get(group, frozenset()) for group in groups))
        return "、".join(label for code, label in self.labels.items() if code in codes)


def _lexicon(
    own: Iterable[tuple[str, str, Iterable[str]]],
    groups: Mapping[str, frozenset[str]],
    neutral: Iterable[str],
    office: Mapping[str, str],
    whole: Iterable[str] = (),
) -> Lexicon:
    """``own`` are (code, label, other spellings); ``office`` maps the office's words to labels."""
    codes: dict[str, str] = {}
    labels: dict[str, str] = {}
    for code, label, others in own:
        labels.setdefault(code, label)
        for word in (label, *others):
            codes.setdefault(squeeze(word), code)
    for word, means in office.items():
        code = codes.get(squeeze(means), "")
        if code:
            codes[squeeze(word)] = code
    named = {squeeze(name): members for name, members in groups.items()}
    return Lexicon(codes, named, frozenset(map(squeeze, neutral)), labels, frozenset(whole))


def short_label(row: Row | Column, above: Iterable[Row | Column] = ()) -> str:
    """What to call a row in a list to choose from: 不予公开-属于国家秘密."""
    name = min((formats.plain(n) for n in (row.label, *row.aliases)), key=len)
    name = formats.plain(row.label) if len(formats.plain(row.label)) <= _LONG else name
    return "-".join([*(formats.plain(group.label) for group in above), name])


_LONG = 22  # characters; a longer label is called by its shortest alias


def _spellings(node: Row | Column) -> tuple[str, ...]:
    names = (node.label, *node.aliases)
    return (*names, *(formats.plain(name) for name in names))


def results_block(fmt: Format) -> Block:
    """The block of 表三."""
    return fmt.table("三").blocks[0]


@lru_cache(maxsize=32)
def _results(code: str, office: tuple[tuple[str, str], ...]) -> Lexicon:
    fmt, data = formats.find(code), words()
    block = results_block(fmt)
    lines = {
        line.key: line for line in block.lines if line.groups and line.key not in block.total_rows
    }
    others: dict[str, list[str]] = {key: [] for key in lines}
    for key, spelt in data["results"].items():
        target = key if key in lines else data["coarser"].get(key, "")
        if target in lines:
            others[target] += [*spelt, *_elsewhere(key, code)]
    own = [
        (k, short_label(ln.row, ln.groups[1:]), (*_spellings(ln.row), *others[k]))
        for k, ln in lines.items()
    ]
    groups: dict[str, set[str]] = {name: set() for name in data["result_groups"]}
    for key, line in lines.items():
        for group in line.groups:
            for name in (group.label, *group.aliases, formats.plain(group.label)):
                groups.setdefault(name, set()).add(key)
    named = {name: frozenset(keys) for name, keys in groups.items()}
    return _lexicon(own, named, data["result_neutral"], dict(office), data["whole"])


def _elsewhere(key: str, code: str) -> list[str]:
    """What other formats call the row that this one has not, or calls otherwise."""
    found: list[str] = []
    for other in formats.available().values():
        for line in results_block(other).lines if other.code != code else ():
            if line.key == key:
                found += [*_spellings(line.row), short_label(line.row, line.groups[1:])]
    return [name for name in found if squeeze(name) != squeeze("其他")]


def results(fmt: Format, office: Mapping[str, str]) -> Lexicon:
    """The results of 表三 in a format."""
    return _results(fmt.code, tuple(sorted(office.items())))


def kinds(fmt: Format, office: Mapping[str, str]) -> Lexicon:
    """The kinds of applicant: the columns of 表三 that are filled in."""
    return _kinds(fmt.code, tuple(sorted(office.items())))


@lru_cache(maxsize=32)
def _kinds(code: str, office: tuple[tuple[str, str], ...]) -> Lexicon:
    data, block = words(), results_block(formats.find(code))
    own = [
        (c.key or "", formats.plain(c.label), (*_spellings(c), *data["kinds"].get(c.key, ())))
        for c in block.inputs
    ]
    groups: dict[str, set[str]] = {}
    for top in block.columns:
        for column in top.columns:
            members = {leaf.key or "" for leaf in column.leaves()}
            for name in (*_spellings(column), *data["kind_groups"]) if column.columns else ():
                groups.setdefault(name, set()).update(members)
    named = {name: frozenset(keys) for name, keys in groups.items()}
    return _lexicon(own, named, data["kind_neutral"], dict(office))


def dispute_types(fmt: Format, office: Mapping[str, str]) -> Lexicon:
    """The three groups of 表四."""
    data, block = words(), fmt.table("四").blocks[0]
    own = [
        (
            line.key,
            short_label(line.row, line.groups),
            (*_spellings(line.row), *data["dispute_types"].get(line.key, ())),
        )
        for line in block.lines
    ]
    suits = frozenset(line.key for line in block.lines if line.groups)
    groups = dict.fromkeys(data["dispute_type_groups"], suits)
    return _lexicon(own, groups, (), dict(office))


def dispute_results(fmt: Format, office: Mapping[str, str]) -> Lexicon:
    """The outcomes of 表四, those not yet decided left out."""
    data, block = words(), fmt.table("四").blocks[0]
    own = [
        (c.key or "", c.label, (*_spellings(c), *data["dispute_results"][c.key]))
        for c in block.inputs
        if c.key in data["dispute_results"]
    ]
    return _lexicon(own, {}, (), dict(office))


def is_pending(text: str, dispute: bool = False) -> bool:
    """Whether a result says that there is none yet."""
    return squeeze(text) in _pending("dispute_pending" if dispute else "pending")


@lru_cache(maxsize=2)
def _pending(name: str) -> frozenset[str]:
    return frozenset(map(squeeze, words()[name]))


def known_labels() -> tuple[str, ...]:
    """Every name of a column that a mapping in the settings may speak of."""
    data = words()
    every = [one["label"] for part in ("requests", "disputes") for one in data[part].values()]
    return tuple(dict.fromkeys(every))
