"""The files of a year's folder: figures.csv, findings.csv, manifest.json, index.html.

Agencies that were not part of a batch keep their entries; every file is written whole or not
at all, and only as much as one agency's rows is held in memory.
"""

from __future__ import annotations

import csv
import heapq
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from helpers.batch.files import sha256
from helpers.batch.manifest import (
    JOURNAL,
    Entry,
    Manifest,
    read_journal,
    read_manifest,
    read_page,
    write_manifest,
)
from helpers.batch.overview import PAGE, write_overview
from helpers.batch.plan import Task
from helpers.batch.produce import Produced
from helpers.report import TIDY_COLUMNS, harmless, tidy

FINDING_COLUMNS = ("agency", "year", "format", "rule", "severity", "state", "explained", "message")
_FILES = {"figures": ("figures.csv", TIDY_COLUMNS), "findings": ("findings.csv", FINDING_COLUMNS)}

Rows = list[Sequence[str]]


def page(task: Task, produced: Produced, before: Mapping[str, Any]) -> dict[str, Any]:
    """A report's page of the journal, entered as soon as it stands: its entry and its rows."""
    report = task.report
    entry = _entry(task, produced, before)
    head = (report.agency.name, str(report.year), report.format.code)
    written: dict[str, Any] = {"entry": entry, "build": task.common.build}
    if produced.judged:
        written["findings"] = [(*head, *row) for row in produced.findings]
    if produced.state in ("done", "draft"):
        written["figures"] = list(tidy([report]))
    return written


def close(folder: Path, batch: str, gone: Collection[str] = ()) -> set[str]:
    """Bring the files of a year's folder up to date with its journal, and end that.

    ``batch`` is the hash of the batch that came to its end, "" for one that did not; ``gone``
    are agencies that are taken out. Returns the folders of the reports that were entered.
    """
    manifest = read_manifest(folder)
    reports = {name: entry for name, entry in manifest.reports.items() if name not in gone}
    fresh = (folder / JOURNAL).is_file()
    if not fresh and not manifest.reports:
        return set()
    for kind, (name, columns) in _FILES.items() if fresh or gone else ():
        places = {page["entry"]["agency"]: at for at, page in read_journal(folder) if kind in page}
        _merge_csv(folder / name, columns, places, kind, gone)
    write_overview(folder, reports)
    files = {name: sha256(folder / name) for name in (*(n for n, _ in _FILES.values()), PAGE)}
    data = {"builds": _builds(manifest, reports), "batch": batch, "files": files}
    entered = {page["entry"]["folder"] for _, page in read_journal(folder)}
    write_manifest(folder, data, reports)
    (folder / JOURNAL).unlink(missing_ok=True)
    return entered


def _builds(manifest: Manifest, reports: Mapping[str, Entry]) -> dict[str, Any]:
    """What the reports that are listed were made with."""
    entries = reports.values()
    used = {one.get("build", "") for entry in entries for one in (entry, entry.get("built", {}))}
    return {name: dict(manifest.builds[name]) for name in sorted(used & set(manifest.builds))}


def _merge_csv(
    file: Path,
    columns: Sequence[str],
    places: Mapping[str, int],
    kind: str,
    gone: Collection[str],
) -> None:
    """The rows that stand, with those of the journal in place of the same agencies'."""
    places = {name: at for name, at in places.items() if name not in gone}
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    with aside.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        changed = {*places, *gone}
        kept = ((name, rows) for name, rows in _standing(file) if name not in changed)
        for _, rows in heapq.merge(kept, _fresh(file.parent, places, kind), key=lambda g: g[0]):
            writer.writerows([harmless(cell) for cell in row] for row in rows)
    aside.replace(file)


def _standing(file: Path) -> Iterator[tuple[str, Rows]]:
    """The rows of each agency as they stand in the file, which is sorted by agency."""
    if not file.exists():
        return
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        next(rows, None)
        for name, group in groupby((row for row in rows if row), key=_name):
            yield name, list(group)


def _name(row: Sequence[str]) -> str:
    return row[0].removeprefix("'")


def _fresh(folder: Path, places: Mapping[str, int], kind: str) -> Iterator[tuple[str, Rows]]:
    """The journal's rows of each agency, sorted by agency."""
    for name in sorted(places):
        yield name, read_page(folder, places[name])[kind]


def _entry(task: Task, produced: Produced, before: Mapping[str, Any]) -> dict[str, Any]:
    """How the last attempt ended, and what the files that stand there were built from."""
    source = {"source": Path(task.source).name, "source_sha256": task.sha256}
    rules = list(produced.rules) if produced.judged else before.get("rules", [])
    made = {
        "build": task.common.digest,
        "settings": task.common.concerning(task.report, rules),
    }
    entry = {
        "agency": task.report.agency.name,
        "year": task.report.year,
        "format": task.report.format.code,
        "state": produced.state,
        "message": produced.message,
        "folder": task.target.name,
        "counts": dict(produced.counts if produced.judged else before.get("counts", {})),
        "errors": produced.errors if produced.judged else before.get("errors", 0),
        **source,
        "history_sha256": task.inputs["history"],
        "beside_sha256": task.inputs["batch"],
        "rules": rules,
        "notes": list(produced.notes if produced.judged else before.get("notes", [])),
        **made,
        "fingerprint": task.fingerprint(rules) if produced.final else "",
    }
    if produced.files:
        built = {"state": produced.state, **source, **made}
        return entry | {
            "files": dict(produced.files),
            "fonts": list(produced.fonts),
            "built": built,
        }
    kept = {name: before[name] for name in ("files", "fonts", "built") if name in before}
    return entry | {"files": {}, "fonts": [], "built": {}} | kept
