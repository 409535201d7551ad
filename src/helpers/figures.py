"""Figures: what stands in the cells of the statutory tables.

Counts are integers (件), money is an exact decimal in the unit of its column (万元, 元), a blank
is not a zero. Nothing here ever becomes a binary float.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from helpers.formats import Block, Column, Format, Ref, Relation, Term

State = Literal["number", "blank", "placeholder", "unreadable"]
"""What was found in a cell: a number, nothing, a sign for nothing (/, —, 无), or other text."""

_SPACES = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_PLACEHOLDERS = {"/", "\\", "-", "--", "—", "——", "–", "无", "不适用", "N/A", "n/a", "*", "…"}
_CHANGES = {"增加": "+", "减少": "-", "增": "+", "减": "-"}
_LOOKALIKES = str.maketrans("Oo〇lI", "00011")
_UNITS = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_MAX_DIGITS = 24  # more are no count and no amount, and sums stay exact
_COMMON = 4096  # numbers below are read so often that one Figure each is kept
FLOAT_DIGITS = 15  # a binary float keeps this many decimal digits for certain


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was given.

    ``value`` is None unless ``state`` is "number". ``raw`` is the text it was read from (None
    for a plain number) and ``normalised`` says that it had to be put into shape. ``unit`` is
    the unit that stood beside it. ``computed`` marks a total that was left out and added up.
    Two figures are equal when they say the same number or blank, however it was written.
    """

    value: Decimal | None = None
    state: State = "blank"
    raw: str | None = field(default=None, compare=False)
    normalised: bool = field(default=False, compare=False)
    unit: str | None = field(default=None, compare=False)
    computed: bool = field(default=False, compare=False)


def number(value: int | Decimal, *, computed: bool = False) -> Figure:
    """A Figure for a number that needs no reading."""
    return Figure(Decimal(value) + 0, "number", computed=computed)  # + 0 turns -0 into 0


def read(given: object, column: Column) -> Figure:
    """The figure that a value from a file or a cell means in ``column``.

    Takes numbers, None and text as people write it: full-width digits, thousands separators,
    增14, +5, 251000元, O for 0. A binary float is taken where its decimal reading is certain
    (15 digits), else it is unreadable: write it in quotation marks.
    """
    if type(given) is int and abs(given) < _COMMON:
        return _common(given)
    if given is None:
        return Figure()
    if isinstance(given, bool):
        return Figure(None, "unreadable", str(given).lower())
    if isinstance(given, float):
        text = repr(given)
        digits = sum(character.isdigit() for character in text.split("e")[0])
        exact = digits <= FLOAT_DIGITS and given == given and abs(given) != float("inf")
        return number(Decimal(text)) if exact else Figure(None, "unreadable", text)
    if isinstance(given, int | Decimal):
        text = plain_number(Decimal(given))
        return Figure(None, "unreadable", text) if len(text) > _MAX_DIGITS else number(given)
    return _read_text(str(given), column)


@lru_cache(maxsize=_COMMON)
def _common(given: int) -> Figure:
    """The one Figure that every cell with this small number shares."""
    return number(given)


def _read_text(raw: str, column: Column) -> Figure:
    text = _SPACES.sub("", unicodedata.normalize("NFKC", raw)).replace("−", "-")
    if not text:
        return Figure(raw=raw)
    if any(unicodedata.category(character) == "No" for character in raw):
        return Figure(None, "unreadable", raw)  # ① and ² are marks, but turn into 1 and 2
    if text in _PLACEHOLDERS or raw.strip() in _PLACEHOLDERS:
        return Figure(None, "placeholder", raw)
    unit = next((u for u in ("亿元", "万元", "元") if text.endswith(u)), None)
    if unit and column.kind == "money":
        text = text.removesuffix(unit)
    if column.kind == "change":
        word = next((w for w in _CHANGES if text.startswith(w)), "")
        text = _CHANGES.get(word, "") + text.removeprefix(word)
    text = re.sub(r"(?<=\d)[,'](?=\d{3}(?!\d))", "", text).rstrip(".。")
    if re.fullmatch(r"[+-]?[\dOo〇lI]*\d[\dOo〇lI]*", text):
        text = text.translate(_LOOKALIKES)
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text) or len(text) > _MAX_DIGITS:
        return Figure(None, "unreadable", raw)
    value = Decimal(text)
    if unit and unit != column.unit:
        value = (value * _UNITS[unit] / _UNITS[column.unit]).normalize()
    as_printed = text + unit if unit == column.unit and column.unit_in_cell else text
    return Figure(value + 0, "number", raw, as_printed != raw, unit)


def show(figure: Figure | None, column: Column) -> str:
    """The figure as the table prints it; blank for a blank, the raw text where unreadable."""
    if figure is None:
        return ""
    if figure.value is None:
        return figure.raw.strip() if figure.raw else ""
    whole = column.kind != "money" and figure.value == figure.value.to_integral_value()
    text = plain_number(figure.value.to_integral_value() if whole else figure.value)
    if column.kind == "change" and figure.value > 0:
        text = "+" + text
    if column.unit_in_cell and figure.unit:
        text += column.unit
    return text


def plain_number(value: Decimal) -> str:
    """Digits without exponent; decimals as they were given.

    >>> plain_number(Decimal("73802895.90")), plain_number(Decimal("1E+3"))
    ('73802895.90', '1000')
    """
    return format(value, "f")


@dataclass(frozen=True)
class Figures(Mapping[Ref, Figure]):
    """All figures of a report by address. An address that is missing was not in the source."""

    cells: Mapping[Ref, Figure] = field(default_factory=dict)

    def __getitem__(self, ref: Ref) -> Figure:
        return self.cells[ref]

    def __iter__(self) -> Iterator[Ref]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def value(self, ref: Ref | None) -> Decimal | None:
        """The number at an address, None where there is none."""
        figure = self.cells.get(ref) if ref else None
        return figure.value if figure else None

    def total(self, refs: Iterable[Ref]) -> Decimal | None:
        """The sum of the numbers at these addresses, None where one is missing."""
        result = Decimal(0)
        for ref in refs:
            value = self.value(ref)
            if value is None:
                return None
            result += value
        return result

    def having(self, changes: Mapping[Ref, Figure]) -> Figures:
        """These figures with some replaced or added."""
        return Figures({**self.cells, **changes})


def complete(figures: Figures, fmt: Format) -> Figures:
    """The figures with every total that was left out added up from what it sums.

    A total stays absent where one of its parts is blank or missing.
    """
    cells = dict(figures)
    for table in fmt.tables:
        for target, parts in table.sums:
            if target not in cells:
                total = _total(cells, parts)
                if total is not None:
                    cells[target] = number(total, computed=True)
    return Figures(cells)


def _total(cells: Mapping[Ref, Figure], parts: Iterable[tuple[int, Ref]]) -> Decimal | None:
    """The sum of the parts, None where one is blank or missing."""
    total = Decimal(0)
    for sign, ref in parts:
        figure = cells.get(ref)
        if figure is None or figure.value is None:
            return None
        if figure.value:  # most are 0
            total += figure.value if sign > 0 else -figure.value
    return total


@dataclass(frozen=True, slots=True)
class Operands:
    """A relation applied to one row or column: signed addresses on both sides."""

    relation: Relation
    left: tuple[tuple[int, Ref], ...]
    right: tuple[tuple[int, Ref], ...]

    @property
    def refs(self) -> tuple[Ref, ...]:
        """All addresses, left to right."""
        return tuple(ref for _, ref in (*self.left, *self.right))


def instances(
    block: Block, relation: Relation, by_key: Mapping[tuple[str, str], Ref]
) -> Iterator[Operands]:
    """The relation applied to each row, or each column, of its block in printed order."""

    def at(term: Term, key: str) -> tuple[int, Ref]:
        pair = (key, term.key) if relation.each == "row" else (term.key, key)
        return term.sign, by_key[pair]

    for key in block.keys(relation):
        left = tuple(at(term, key) for term in relation.left)
        yield Operands(relation, left, tuple(at(term, key) for term in relation.right))
