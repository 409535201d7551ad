"""The reports that stand in a year's folder and are not among the sources of a batch.

They are what the reports of the batch are held beside, as if the whole year were made at once;
and they are told, for one of them may be an agency that is called otherwise now, or no more.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.batch.manifest import Entry, read_manifest
from helpers.batch.shelf import Shelf
from helpers.errors import InputError
from helpers.params import report_from
from helpers.report import Report
from helpers.rules import agency_key

NOTEBOOK = "report.ipynb"
_NO_FIGURES = ("source", "draft", "history", "settings")


@dataclass(frozen=True)
class Other:
    """An agency of a year that no source of the batch speaks of.

    ``report`` is None where none stands, ``renamed`` the name that it seems to have in the batch.
    """

    folder: Path
    entry: Entry
    report: Report | None = None
    renamed: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.entry['agency']} {self.entry['year']}"


def others(shelf: Shelf, reports: Sequence[Report]) -> list[Other]:
    """The other agencies of the years of ``reports``, by year and name."""
    found = []
    for year in sorted({report.year for report in reports}):
        folder = shelf.out / str(year)
        own = [report for report in reports if report.year == year]
        names = {report.agency.name for report in own}
        for name, entry in sorted(read_manifest(folder).reports.items()):
            if name not in names:
                report = _report(shelf, folder, entry)
                found.append(Other(folder, entry, report, _renamed(entry, report, own)))
    return found


def _renamed(entry: Entry, report: Report | None, own: Iterable[Report]) -> str:
    """The name that the agency of an entry seems to have in the batch, "" where it has none."""
    key = agency_key(entry["agency"])
    for new in own:
        if key in map(agency_key, (new.agency.name, *new.agency.formerly)):
            return new.agency.name
        same_file = Path(new.source).name == entry.get("source")
        if same_file and report is not None and report.complete == new.complete:
            return new.agency.name
    return ""


def _report(shelf: Shelf, folder: Path, entry: Entry) -> Report | None:
    """The report that stands, None where there is none or its notebook is not the one made."""
    wanted = entry["files"].get(NOTEBOOK)
    content = shelf.read(folder / entry["folder"] / NOTEBOOK) if wanted else b""
    if not wanted or hashlib.sha256(content).hexdigest() != wanted:
        return None
    try:
        return report_from(_parameters(content), name=f"{entry['folder']}/{NOTEBOOK}")
    except (InputError, ValueError, LookupError, TypeError, SyntaxError, RecursionError):
        return None


def _parameters(content: bytes) -> dict[str, Any]:
    """What was handed to an executed notebook: its injected cell, as a params file's keys."""
    for cell in json.loads(content)["cells"]:
        if "injected-parameters" in cell["metadata"].get("tags", []):
            lines = ast.parse("".join(cell["source"])).body
            given = [line for line in lines if isinstance(line, ast.Assign)]
            values = {ast.unparse(one.targets[0]): ast.literal_eval(one.value) for one in given}
            return {name: v for name, v in values.items() if name not in _NO_FIGURES}
    raise LookupError
