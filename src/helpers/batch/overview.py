"""The overview page of a year's folder, from the entries and files that stand there.

The manifest says which agencies there are and what was produced, findings.csv what was found,
figures.csv the numbers shown.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers import formats
from helpers.batch.files import replace_file
from helpers.overview import page
from helpers.report import Agency
from helpers.rules import kind_of

PAGE = "index.html"
_FIGURES = {"新收": ("new", "sum"), "办结": ("total", "sum"), "结转下年": ("carry_out", "sum")}
_DOCUMENTS = {
    "report.html": "网页",
    "report.pdf": "PDF",
    "report.docx": "Word",
    "report.ipynb": "笔记本",
    "findings.json": "核对结果",
}
_LEVELS = {"error": "错误", "warning": "警告", "note": "提示"}


def write_overview(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring index.html of a year's folder up to date.

    ``entries`` are the manifest's, by agency; the findings and figures stand in the folder.
    """
    findings = _findings(folder / "findings.csv")
    figures = _figures(folder / "figures.csv")
    listed = [
        _entry(entry, findings.get(name, []), figures.get(name, {}))
        for name, entry in sorted(entries.items())
    ]
    years = {entry["year"] for entry in entries.values()}
    if years:
        replace_file(folder / PAGE, page.write(max(years), listed, tuple(_FIGURES)))


def _entry(
    entry: Mapping[str, Any], findings: list[page.Noted], figures: Mapping[str, str | None]
) -> page.Entry:
    files, name = entry.get("files", {}), entry["agency"]
    documents = {
        word: f"{entry['folder']}/{file}" for file, word in _DOCUMENTS.items() if file in files
    }
    return page.Entry(
        agency=name,
        kind=kind_of(Agency.model_construct(name=name)),
        state=entry["state"],
        message=entry.get("message", ""),
        findings=findings,
        figures=figures,
        documents=documents,
        stale=entry["state"] not in ("done", "draft"),
    )


def _findings(file: Path) -> dict[str, list[page.Noted]]:
    found: dict[str, list[page.Noted]] = {}
    columns = ("agency", "state", "explained", "severity", "rule", "message")
    for agency, state, explained, severity, rule, message in _rows(file, columns):
        if state == "fail":
            level = "已说明" if explained else _LEVELS.get(severity, "提示")
            found.setdefault(agency, []).append(page.Noted(level, rule, message))
    return found


def _figures(file: Path) -> dict[str, dict[str, str | None]]:
    wanted = {
        (code, ref.table, ref.row, ref.column): head
        for code, fmt in formats.available().items()
        for head, codes in _FIGURES.items()
        if (ref := fmt.ref(*codes, "三"))
    }
    found: dict[str, dict[str, str | None]] = {}
    columns = ("agency", "format", "table", "row", "column", "value")
    for agency, code, table, row, column, value in _rows(file, columns):
        if head := wanted.get((code, table, row, column)):
            found.setdefault(agency, {})[head] = value or None
    return found


def _rows(file: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """Columns of a CSV file of ours, without the sign that keeps spreadsheets from computing."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        heads = next(rows, [])
        if not set(columns) <= set(heads):
            return
        places = [heads.index(column) for column in columns]
        for row in rows:
            if len(row) == len(heads):
                yield [row[place].removeprefix("'") for place in places]
