"""The register of reviews and lawsuits -> 表四 (G-07): each case one status at the year's end.

A case counts in every year in which it was pending at some time: by its outcome in the year it
was decided, as 尚未审结 in the years before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.formats import Format, Ref, available
from helpers.register.cases import (
    AGAIN,
    BAD_CLOSED,
    BAD_RECEIVED,
    FAR_CLOSED,
    FAR_RECEIVED,
    GROUP_KIND,
    NO_KIND,
    NO_RECEIVED,
    NO_RESULT,
    NOT_CLOSED,
    TOO_EARLY,
    TWICE,
    TWO_KINDS,
    TWO_RESULTS,
    UNKNOWN_KIND,
    UNKNOWN_RESULT,
    Cases,
    Fault,
)
from helpers.register.counting import Counted
from helpers.register.dates import NONE, YEARLESS, first_day
from helpers.register.doubles import mark_repeats
from helpers.register.matching import Register
from helpers.register.options import RegisterOptions
from helpers.register.placing import Placing, mark_duplicates, read_days
from helpers.register.reading import Rows
from helpers.register.vocabulary import (
    BLANK,
    GROUP,
    SEVERAL,
    dispute_results,
    dispute_types,
    is_pending,
)
from helpers.register.years import refuse_far_years, told_years

PENDING = "pend"
"""Key of the column of 表四 for what is not decided yet."""


def own_rule(fault: Fault) -> Fault:
    """The fault under the rule about disputes, in the columns of their register."""
    return fault._replace(rule="G-07", field={"kind": "type"}.get(fault.field, fault.field))


def place_disputes(rows: Rows, options: RegisterOptions, asked: int = 0) -> Cases:
    """The reviews and lawsuits that the rows of a register mean; ``asked`` as in requests.

    ``kinds`` of the result are the three groups of 表四, ``results`` its decided outcomes.
    """
    work = Placing(rows, options)
    fmt = list(available().values())[-1]
    received, closed = read_days(rows, "received"), read_days(rows, "closed")
    everywhere = np.ones(len(received), bool)
    work.fault(own_rule(NO_RECEIVED), received == NONE)
    work.fault(own_rule(BAD_RECEIVED), (received != NONE) & (received <= YEARLESS))
    work.fault(own_rule(BAD_CLOSED), (closed != NONE) & (closed <= YEARLESS))
    told = told_years(rows)
    far = own_rule(FAR_RECEIVED), own_rule(FAR_CLOSED)
    refuse_far_years(work, told, received, closed, asked, far)
    decided = closed > YEARLESS
    work.fault(own_rule(TOO_EARLY), decided & (received > YEARLESS) & (closed < received))
    types = dispute_types(fmt, options.words)
    reasons = {BLANK: NO_KIND, SEVERAL: TWO_KINDS, GROUP: GROUP_KIND}
    kind = work.codes("type", types, reasons, UNKNOWN_KIND, everywhere, own_rule)
    outcomes = dispute_results(fmt, options.words)
    reasons = {BLANK: NO_RESULT, SEVERAL: TWO_RESULTS}
    result = work.codes("result", outcomes, reasons, UNKNOWN_RESULT, decided, own_rule)
    said = work.each("result", lambda t: bool(t.strip(" -—/")) and not is_pending(t, True), bool)
    work.fault(own_rule(NOT_CLOSED), said & (closed == NONE))
    register = Register(rows, told, received, closed, kind, result)
    mark_repeats(work, register, everywhere, own_rule(AGAIN))
    mark_duplicates(work, received, ~everywhere, own_rule(TWICE))
    frame = pd.DataFrame(
        {
            "place": rows.frame["place"].to_numpy(np.int16),
            "row": rows.frame["row"].to_numpy(np.int32),
            "received": received,
            "closed": closed,
            "kind": kind,
            "result": result,
            "reopened": np.zeros(len(received), bool),
            "told": told.astype(np.int16),
            "placed": work.placed,
        }
    )
    return work.cases(frame, tuple(types.labels), tuple(outcomes.labels), {})


def count_disputes(cases: Cases, fmt: Format, year: int) -> Counted:
    """表四 for a year."""
    table = fmt.table("四")
    received, closed = cases.days("received"), cases.days("closed")
    start, end = first_day(year), first_day(year + 1)
    here = cases.flag("placed") & (received < end) & ((closed == NONE) | (closed >= start))
    done = here & (closed != NONE) & (closed < end)
    kind, result = cases.frame["kind"].to_numpy(), cases.frame["result"].to_numpy()
    members: dict[Ref, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for row, row_key in enumerate(cases.kinds):
        mine = kind == row
        members[table.by_key[row_key, PENDING]] = np.flatnonzero(here & ~done & mine)
        for column, column_key in enumerate(cases.results):
            where = done & mine & (result == column)
            members[table.by_key[row_key, column_key]] = np.flatnonzero(where)
    return Counted(cases, {ref: members[ref] for ref in table.slots if ref in members})
