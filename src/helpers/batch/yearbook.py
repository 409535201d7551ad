"""The files of a year's folder: figures.csv, findings.csv, manifest.json.

Agencies that were not part of a batch keep their entries; every file is written whole or not
at all.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.batch.files import replace_file, sha256
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
        with file.open(encoding="utf-8-sig", newline="") as old:
            _, *rows_before = [*csv.reader(old)] or [[]]
        kept = [row for row in rows_before if row and row[0] not in replaced]
    merged = sorted([*kept, *rows], key=lambda row: row[0])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(merged)
    replace_file(file, stream.getvalue().encode("utf-8-sig"))


def _merge_manifest(
    file: Path, made: Sequence[tuple[Task, Produced]], versions: Mapping[str, str]
) -> None:
    entries: dict[str, Any] = {}
    if file.exists():
        old = json.loads(file.read_text(encoding="utf-8"))
        entries = {entry["agency"]: entry for entry in old.get("reports", [])}
    for task, produced in made:
        name = task.report.agency.name
        kept = entries.get(name, {}).get("files", {}) if not produced.files else {}
        entries[name] = {
            "agency": name,
            "year": task.report.year,
            "format": task.report.format.code,
            "state": produced.state,
            "message": produced.message,
            "folder": task.target.name,
            "source": Path(task.source).name,
            "source_sha256": sha256(Path(task.source)),
            "files": dict(produced.files) or kept,
            "fonts": list(produced.fonts),
        }
    data = {"versions": dict(versions), "reports": [entries[name] for name in sorted(entries)]}
    replace_file(file, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
