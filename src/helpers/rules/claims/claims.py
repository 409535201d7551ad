"""What a claim and a sentence are."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.rules.claims.numbers import Number
from helpers.rules.claims.words import Word


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of the text that speaks of figures in the tables.

    ``kind`` says what is counted (see ``readings``), ``keys`` which rows or columns it names,
    ``people`` the columns of applicants it is about (none: all). ``wording`` is the verb that
    decides between readings. ``denied``: said with 未, 无, 没有 rather than a number. ``base``:
    for a change or a share the claim it is about. ``depth`` counts the brackets around it.
    ``piece`` quotes the text.
    """

    kind: str
    number: Number
    keys: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    wording: str = ""
    hedged: bool = False
    denied: bool = False
    base: Claim | None = None
    piece: str = ""
    section: str = ""
    sentence: int = 0
    at: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words, its claims and the paragraph it stands in.

    ``topic`` is what was spoken of before: requests, disputes or nothing certain.
    """

    text: str
    words: tuple[Word, ...]
    claims: tuple[Claim, ...]
    section: str
    line: int
    number: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose report it is: its names, whether it speaks for a whole area, and the year."""

    names: tuple[str, ...]
    area: bool
    office: bool
    year: int
