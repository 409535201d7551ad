"""Shares in per cent as offices write them: halves go up, a part is neither nothing nor all."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=60)  # figures have up to 24 digits


def half_up(value: Decimal | float, digits: int = 1) -> Decimal:
    """A number with ``digits`` decimals, halves away from zero, none -0; a float as it is read.

    >>> half_up(Decimal("12.5"), 0), half_up(36.25), half_up(-0.25)
    (Decimal('13'), Decimal('36.3'), Decimal('-0.3'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return _EXACT.plus(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT))


def percent(part: Decimal | float, whole: Decimal | float = 1, digits: int = 1) -> str:
    """The share of ``part`` in ``whole`` (not 0), in per cent.

    What is nearer to nothing or to all than the last digit can tell is said in words.

    >>> percent(Decimal(29), Decimal(80)), percent(Decimal(25), Decimal(200), 0)
    ('36.3%', '13%')
    >>> percent(Decimal(1), Decimal(3000)), percent(Decimal(9999), Decimal(10000))
    ('不足0.1%', '99.9%以上')
    >>> percent(0.3625), percent(0.0), percent(1.0)
    ('36.3%', '0.0%', '100.0%')
    """
    above, below = (
        side if isinstance(side, Decimal) else Decimal(repr(float(side))) for side in (part, whole)
    )
    share = _EXACT.divide(_EXACT.multiply(Decimal(100), above), below)
    step = Decimal(1).scaleb(-digits)
    if 0 < share < step:
        return f"不足{step}%"
    if 100 - step < share < 100:
        return f"{100 - step}%以上"
    return f"{half_up(share, digits)}%"
