"""What a request of a register is once it is understood, and why a row may be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.register.reading import Passed, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Mask = NDArray[np.bool_]

DATES = ("received", "closed")
OTHER_DATES = (
    *("correction_sent", "correction_back", "consult_sent", "consult_back"),
    *("fee_notice", "fee_paid"),
)
"""Days that bear on time limits and fees but not on the tables."""


class Fault(NamedTuple):
    """Why a row is not counted: the rule, the field it stands in, and which of its values."""

    rule: str
    field: str
    kind: str


NO_RECEIVED = Fault("G-01", "received", "missing")
BAD_RECEIVED = Fault("G-01", "received", "unreadable")
BAD_CLOSED = Fault("G-01", "closed", "unreadable")
NO_RESULT = Fault("G-02", "result", "missing")
UNKNOWN_RESULT = Fault("G-02", "result", "unknown")
TWO_RESULTS = Fault("G-02", "result", "several")
GROUP_RESULT = Fault("G-02", "result", "group")
NOT_CLOSED = Fault("G-02", "closed", "missing")
NO_KIND = Fault("G-03", "kind", "missing")
UNKNOWN_KIND = Fault("G-03", "kind", "unknown")
TWO_KINDS = Fault("G-03", "kind", "several")
GROUP_KIND = Fault("G-03", "kind", "group")
TOO_EARLY = Fault("G-04", "closed", "early")
TORN = Fault("G-01", "received", "torn")
FAR_RECEIVED = Fault("G-01", "received", "far")
FAR_CLOSED = Fault("G-01", "closed", "far")
TWICE = Fault("G-05", "number", "twice")
AGAIN = Fault("G-05", "number", "again")


@dataclass(frozen=True)
class Cases:
    """The requests of a register, understood.

    ``frame`` has a row for each: ``place``, ``row``; ``received``, ``closed`` and the days of
    ``OTHER_DATES`` as day numbers (``dates.NONE`` for none); ``kind`` and ``result`` as indexes
    into ``kinds`` and ``results`` (-1 for none); ``extension`` in working days;
    ``fee_amount``, ``fee_received`` in 分 (-1 for none); ``split``, ``reopened`` and ``placed``
    (whether it may be counted); ``told`` is the year that its heading, sheet or file tells.
    ``faults`` maps a reason to the positions of its rows, ``read`` a (field, position) to known
    words that stood there, ``unclear`` a field that bears on limits or fees to the positions
    where it could not be read, ``again`` a row that repeats another to the one that stands for
    both.
    """

    frame: pd.DataFrame
    kinds: tuple[str, ...]
    results: tuple[str, ...]
    faults: Mapping[Fault, NDArray[np.int64]]
    read: Mapping[tuple[str, int], tuple[str, ...]]
    unclear: Mapping[str, NDArray[np.int64]]
    again: Mapping[int, int]
    places: tuple[Place, ...]
    passed: tuple[Passed, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        return {str(name): column.to_numpy() for name, column in self.frame.items()}

    def at(self, name: str, position: int) -> int:
        """A whole number of one row."""
        return int(self._arrays[name][position])

    def days(self, name: str) -> Days:
        """A column of days."""
        return self._arrays[name].astype(np.int32, copy=False)

    def flag(self, name: str) -> Mask:
        """A column of yes and no."""
        return self._arrays[name].astype(bool, copy=False)
