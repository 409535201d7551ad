"""What the register says of 信息处理费 for a year, and the sentence of section 六 (G-06)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from helpers.register.cases import Cases
from helpers.register.dates import YEARLESS, first_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

IN_FORCE = 2021
"""The first year of the 信息处理费管理办法 (国办函〔2020〕109号)."""

UNPAID = "oth2"
"""Key of the row of 表三 for requests dropped because a fee was not paid."""


@dataclass(frozen=True)
class Fees:
    """Fee notices sent and fees received in a year; amounts in 元.

    ``notices_at`` and ``paid_at`` are positions in ``Cases.frame``; ``unsure`` those whose fee
    is not counted because a day or an amount is missing. ``earlier_notices`` counts requests
    dropped this year whose notice went out before, ``earlier_paid`` is what came in for such.
    """

    year: int
    amount: Decimal
    received: Decimal
    notices_at: NDArray[np.int64]
    paid_at: NDArray[np.int64]
    unsure: NDArray[np.int64]
    earlier_notices: int = 0
    earlier_paid: Decimal = Decimal(0)

    @property
    def notices(self) -> int:
        """How many notices went out."""
        return len(self.notices_at)

    @property
    def sentence(self) -> str:
        """What section 六 says about it; "" for years before there was such a fee."""
        if self.year < IN_FORCE and not self.notices:
            return ""
        if not self.notices and not self.received:
            return "本年度未发出信息处理费收费通知，未收取信息处理费。"
        return (
            f"本年度发出信息处理费收费通知{self.notices}件，总金额{_yuan(self.amount)}元，"
            f"实际收取信息处理费{_yuan(self.received)}元。"
        )

    @property
    def reasons(self) -> dict[str, str]:
        """Reasons to record where rules X-01 and X-02 would object rightly otherwise."""
        found = {}
        if self.earlier_notices:
            text = f"逾期未缴费的申请中有 {self.earlier_notices} 件，收费通知是上年发出的。"
            found["X-01"] = text
        if self.earlier_paid:
            text = f"实际收取的金额中有 {_yuan(self.earlier_paid)} 元，收费通知是上年发出的。"
            found["X-02"] = text
        return found


def _yuan(amount: Decimal) -> str:
    whole = amount == amount.to_integral_value()
    return f"{amount.to_integral_value() if whole else amount:f}"


def fees_of(cases: Cases, year: int, counted: NDArray[np.bool_]) -> Fees:
    """The fees of a year. Only rows that are counted at all are looked at.

    A register without a column for what was received is taken at its word: what was asked for
    has come in where there is a day of payment.
    """
    start, end = first_day(year), first_day(year + 1)
    notice, paid, closed = (cases.days(name) for name in ("fee_notice", "fee_paid", "closed"))
    amount, got = (cases.frame[name].to_numpy(np.int64) for name in ("fee_amount", "fee_received"))
    if (got < 0).all():
        got = np.where(paid > YEARLESS, amount, -1)
    sent = counted & (notice >= start) & (notice < end)
    came = counted & (paid >= start) & (paid < end)
    undated = ((amount > 0) & (notice <= YEARLESS)) | ((got > 0) & (paid <= YEARLESS))
    received = cases.days("received")
    unsure = (sent & (amount <= 0)) | (came & (got <= 0)) | (counted & undated & (received < end))
    before = (notice > YEARLESS) & (notice < start)
    unpaid = cases.results.index(UNPAID) if UNPAID in cases.results else -2
    dropped = counted & (cases.frame["result"].to_numpy() == unpaid)
    dropped &= (closed >= start) & (closed < end) & before
    return Fees(
        year,
        _sum(amount, sent),
        _sum(got, came),
        np.flatnonzero(sent),
        np.flatnonzero(came),
        np.flatnonzero(unsure),
        int(dropped.sum()),
        _sum(got, came & before),
    )


def _sum(cents: NDArray[np.int64], where: NDArray[np.bool_]) -> Decimal:
    return Decimal(int(cents[where & (cents > 0)].sum())) / 100
