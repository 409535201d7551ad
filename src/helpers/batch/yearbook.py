"""The files of a year's folder: figures.csv, findings.csv, manifest.json, index.html.

Agencies that were not part of a batch keep their entries; every file is written whole or not
at all.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.batch.files import read_entries, replace_file
from helpers.batch.overview import write_overview
from helpers.batch.produce import Produced
from helpers.batch.run import Task
from helpers.report import TIDY_COLUMNS, tidy

FINDING_COLUMNS = ("agency", "year", "format", "rule", "severity", "state", "explained", "message")


def write_year(
    folder: Path, made: Sequence[tuple[Task, Produced]], versions: Mapping[str, str]
) -> None:
    """Bring figures.csv, findings.csv and manifest.json of a year's folder up to date.

    Agencies that were not part of this batch keep their entries.
    """
    folder.mkdir(parents=True, exist_ok=True)
    agencies = {task.report.agency.name for task, _ in made}
    good = [task for task, produced in made if produced.state in ("done", "draft")]
    fresh = {task.report.agency.name for task in good}
    figures = [row for task in good for row in tidy([task.report])]
    _merge_csv(folder / "figures.csv", TIDY_COLUMNS, fresh, figures)
    findings = [row for task, _ in made for row in _finding_rows(task)]
    _merge_csv(folder / "findings.csv", FINDING_COLUMNS, agencies, findings)
    _merge_manifest(folder / "manifest.json", made, versions)
    write_overview(folder)


def _finding_rows(task: Task) -> Iterator[tuple[str, ...]]:
    report = task.report
    head = (report.agency.name, str(report.year), report.format.code)
    for f in task.result.findings:
        explained = "是" if f.explained else ""
        yield (*head, f.rule, f.severity.public, f.state, explained, f.full_message)


def _merge_csv(
    file: Path, columns: Sequence[str], replaced: set[str], rows: Iterable[Sequence[str]]
) -> None:
    kept: list[Sequence[str]] = []
    if file.exists():
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as old:
            _, *rows_before = [*csv.reader(old)] or [[]]
        kept = [row for row in rows_before if row and row[0].removeprefix("'") not in replaced]
    merged = sorted([*kept, *rows], key=lambda row: row[0])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in merged)
    replace_file(file, stream.getvalue().encode("utf-8-sig", "replace"))


def _harmless(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, made text; numbers stay as they are."""
    looks = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if looks and not re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) else cell


def _merge_manifest(
    file: Path, made: Sequence[tuple[Task, Produced]], versions: Mapping[str, str]
) -> None:
    entries = read_entries(file)
    for task, produced in made:
        name = task.report.agency.name
        entries[name] = _entry(task, produced, versions, entries.get(name, {}))
    data = {"versions": dict(versions), "reports": [entries[name] for name in sorted(entries)]}
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    replace_file(file, text.encode("utf-8", "replace"))


def _entry(
    task: Task, produced: Produced, versions: Mapping[str, str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """How the last attempt ended, and what the files that stand there were built from."""
    source = {"source": Path(task.source).name, "source_sha256": task.sha256}
    entry = {
        "agency": task.report.agency.name,
        "year": task.report.year,
        "format": task.report.format.code,
        "state": produced.state,
        "message": produced.message,
        "folder": task.target.name,
        **source,
    }
    if produced.files:
        built = {"state": produced.state, **source, "versions": dict(versions)}
        return entry | {
            "files": dict(produced.files),
            "fonts": list(produced.fonts),
            "built": built,
        }
    kept = {name: before[name] for name in ("files", "fonts", "built") if name in before}
    return entry | {"files": {}, "fonts": [], "built": {}} | kept
