"""How findings call things: places, numbers, sums written out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from helpers.figures import plain_number
from helpers.formats import Format, Ref, plain


def place(fmt: Format, ref: Ref) -> str:
    """A cell as an officer would point at it: 表三“（七）总计”行“自然人”列."""
    return f"{fmt.table(ref.table).name}“{row(ref)}”行“{ref.column}”列"


def row(ref: Ref) -> str:
    """The row's own label, with the group it belongs to where that says more."""
    parts = ref.row.split("/")
    return "".join(parts[-2:]) if len(parts) > 2 else parts[-1]


def brief(ref: Ref, *, by: str) -> str:
    """The short name of an operand: its column where a row is added up, else its row."""
    return plain(ref.column) if by == "row" else plain(ref.row.split("/")[-1])


def amount(value: Decimal) -> str:
    """A number in a message."""
    return plain_number(value)


def written_out(terms: Iterable[tuple[int, Ref, Decimal]], *, by: str) -> str:
    """A sum with the names of what it adds; zeros are left out where others remain."""
    terms = list(terms)
    shown = [term for term in terms if term[2]] or terms[:1]
    text = ""
    for sign, ref, value in shown:
        joint = " − " if sign < 0 else " + " if text else ""
        text += f"{joint}{brief(ref, by=by)} {amount(value)}"
    if 1 < len(shown) < len(terms) or (len(shown) == 1 and len(terms) > 1):
        text += "（其余为 0）"
    return text


def difference(found: Decimal, expected: Decimal) -> str:
    """Which way and by how much."""
    return f"{'多' if found > expected else '少'} {amount(abs(found - expected))}"
