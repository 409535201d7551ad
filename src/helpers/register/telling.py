"""A tally as data for programs: every cell with the rows behind it, never a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from helpers.figures import plain_number
from helpers.formats import Ref
from helpers.register.counting import Run, outside, runs, years_received
from helpers.register.differences import Difference
from helpers.register.tally import Tally


def cell_rows(found: Tally, ref: Ref) -> list[Run]:
    """Where the rows behind a cell stand; behind a total, those of all its parts."""
    counted = found.tables[ref.table]
    rows = np.concatenate([counted.members[part] for part in found.parts(ref)])
    return list(runs(counted.cases, np.sort(rows)))


def tally_data(found: Tally, agency: str, told: Sequence[Difference] | None) -> dict[str, Any]:
    """The tally as JSON data. ``rows`` are [file, sheet, first row, last row]."""
    cells = []
    for ref, figure in found.figures.items():
        if figure.value is None:
            continue
        rows = [[*run.place, run.first, run.last] for run in cell_rows(found, ref)]
        value = int(plain_number(figure.value))
        cells.append({**ref._asdict(), "value": value, "rows": rows})
    fees, limits = found.fees, found.limits
    before, after = outside(found.registers.requests, found.year)
    data: dict[str, Any] = {
        "agency": agency,
        "year": found.year,
        "format": found.format.code,
        "cells": cells,
        "fees": {
            "notices": fees.notices,
            "amount": f"{fees.amount:f}",
            "received": f"{fees.received:f}",
            "sentence": fees.sentence,
        },
        "limits": {
            "assessed": limits.assessed,
            "waiting": limits.waiting,
            "unknown": limits.unknown,
            "unknown_years": list(limits.unknown_years),
        },
        "outside": {"before": before, "after": after},
        "findings": [one.as_dict() for one in found.findings],
        "passed_over": passed_over(found),
        "notes": [*filter(None, [year_missing(found)]), *found.registers.notes],
    }
    if told is not None:
        data["differences"] = [one.as_dict() for one in told]
    return data


def year_missing(found: Tally) -> str:
    """What to say where no request came in during the year: which years were read instead.

    A register of the year before leaves a table that holds hardly more than what it carries
    over, which looks like a quiet year. Nothing where there is such a request.
    """
    if not len(found.registers.requests.frame):
        return (
            "台账是空的，没有读到一行。请核对文件和工作表，一件申请填一行，存盘后再算一次；"
            "确实没有收到申请的，不必理会。"
        )
    years = years_received(found.registers.requests)
    if found.year in years:
        return ""
    read = "、".join(f"{year} 年收到的 {number} 行" for year, number in years.items())
    text = f"台账里没有一行是 {found.year} 年收到的，读到的是{read or '没有收到日期的行'}。"
    return (
        f"{text}请核对年度；{found.year} 年的台账在别的文件或工作表里的，把它也写上再算一次；"
        "确实没有收到申请的，不必理会。"
    )


def passed_over(found: Tally) -> list[dict[str, Any]]:
    """The rows that are no requests: headings, subtotals, notes, repeated heads."""
    rows = []
    for cases in (found.registers.requests, found.registers.disputes):
        for one in cases.passed if cases else ():
            place = cases.places[one.place] if cases else None
            file, sheet = place or ("", "")
            rows.append({"file": file, "sheet": sheet, "row": one.row, "what": one.what})
    return rows
