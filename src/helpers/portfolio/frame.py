"""The figures of many reports as one tidy table, and the reports themselves as another.

Both carry the file that each number came from, so that every result can be traced back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helpers.formats import Format, Slot
from helpers.report import Report, file_name
from helpers.rules import Roster, agency_key, kind_of, parents

if TYPE_CHECKING:
    import pandas as pd

REPORT_COLUMNS = (
    *("report", "agency", "present", "kind", "year", "format", "published", "source", "summed"),
)
"""Columns of the table of reports; see ``reports_frame``."""

TIDY = (
    *("report", "agency", "present", "year", "format", "table", "row", "column", "unit"),
    *("code", "value", "exact", "source"),
)
"""Columns of the table of figures; see ``figures_frame``."""


def code(slot: Slot) -> str:
    """The address of a figure in codes, the same in every format that has it: 三.new.sum."""
    return f"{slot.ref.table}.{slot.line.key}.{slot.column.key}"


def reports_frame(reports: Sequence[Report], rosters: Iterable[Roster] = ()) -> pd.DataFrame:
    """One row a report, in the order given.

    report (number), agency (name in the report), present (its name today, by ``formerly``),
    kind (政府, 部门, …, "" unknown), year, format, published (date or None), source (file),
    summed: the report is a government's own sum of others that are here too (by the rosters),
    so that it is left out where all are added up.
    """
    import pandas as pd

    present = _present_names(reports)
    sums = parents(reports, rosters)
    rows = [
        (
            number,
            report.agency.name,
            present[agency_key(report.agency.name)],
            kind_of(report.agency),
            report.year,
            report.format.code,
            report.published,
            file_name(report.source),
            number in sums,
        )
        for number, report in enumerate(reports)
    ]
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS))


def _present_names(reports: Sequence[Report]) -> Mapping[str, str]:
    """The name of today for the key of each name: that of the newest report that claims it."""
    names: dict[str, str] = {}
    for report in sorted(reports, key=lambda r: r.year):
        for former in (report.agency.name, *report.agency.formerly):
            names[agency_key(former)] = report.agency.name
    for key in list(names):  # a successor may have a successor
        seen = {key}
        while (following := agency_key(names[key])) not in seen:
            seen.add(following)
            names[key] = names[following]
    return names


def figures_frame(reports: Sequence[Report], about: pd.DataFrame) -> pd.DataFrame:
    """One row a figure, totals included; ``about`` is the ``reports_frame`` of these reports.

    The columns of ``about``, then table, row, column (official labels, the row a path joined
    with /), unit (件, 万元 …), code (三.new.sum), value (float: a count exactly, money to 15
    digits; NaN for a blank) and exact (the Decimal, None for a blank).
    """
    import pandas as pd

    numbers: dict[str, list[int]] = {}
    formats: dict[str, Format] = {}
    for number, report in enumerate(reports):
        formats[report.format.code] = report.format
        numbers.setdefault(report.format.code, []).append(number)
    parts = [_of_format(formats[key], numbers[key], reports) for key in sorted(formats)]
    joined: dict[str, Any] = {name: [] for name in parts[0]} if parts else {}
    for part in parts:
        for name, values in part.items():
            joined[name].append(values)
    data = {name: _join(values) for name, values in joined.items()}
    if not data:
        return pd.DataFrame(columns=list(TIDY))
    data |= {name: _spread(about[name], data["report"]) for name in _SHARED}
    return pd.DataFrame({name: data[name] for name in TIDY})


_SHARED = ("agency", "present", "year", "format", "source")


def _spread(values: pd.Series[Any], at: Any) -> Any:
    """A column of the reports repeated for their figures; text as categories."""
    import pandas as pd

    if pd.api.types.is_integer_dtype(values):
        return values.to_numpy()[at]
    kinds = pd.Categorical(values)
    return pd.Categorical.from_codes(kinds.codes[at], dtype=kinds.dtype)


def _join(parts: list[Any]) -> Any:
    import numpy as np
    from pandas.api.types import union_categoricals

    return union_categoricals(parts) if hasattr(parts[0], "codes") else np.concatenate(parts)


def _of_format(fmt: Format, numbers: Sequence[int], reports: Sequence[Report]) -> dict[str, Any]:
    """The columns of the figures of all reports in one format."""
    import numpy as np
    import pandas as pd

    slots = list(fmt.slots.values())
    exact = np.empty(len(numbers) * len(slots), dtype=object)
    exact[:] = [reports[n].complete.value(slot.ref) for n in numbers for slot in slots]
    value = np.array([math.nan if v is None else float(v) for v in exact])
    words = {
        "table": [slot.ref.table for slot in slots],
        "row": [slot.ref.row for slot in slots],
        "column": [slot.ref.column for slot in slots],
        "unit": [slot.column.unit for slot in slots],
        "code": [code(slot) for slot in slots],
    }
    columns: dict[str, Any] = {"report": np.repeat(numbers, len(slots))}
    for name, texts in words.items():
        kinds = pd.Categorical(texts)
        codes = np.tile(kinds.codes, len(numbers))
        columns[name] = pd.Categorical.from_codes(codes, dtype=kinds.dtype)
    return columns | {"value": value, "exact": exact}
