"""The plan of a batch: a task for each report, and which of them stand already."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.batch.files import folder_name, sha256
from helpers.batch.inputs import Common, Hashes, digest
from helpers.batch.manifest import Entry, read_manifest
from helpers.errors import Problem
from helpers.judging import all_surroundings, seen_in_batch
from helpers.report import Report
from helpers.rules import Seen
from helpers.settings import Settings
from helpers.sources import Loaded

_SETTLED = ("done", "draft", "refused")


@dataclass(frozen=True)
class Task:
    """One report to make, and the folder it will stand in.

    ``sha256`` is the hash of its source as it was read, ``inputs`` all that it depends on and
    ``fingerprint`` the hash of that. ``beside`` is what the batch shows of it.
    """

    source: str
    report: Report
    target: Path
    earlier: tuple[Report, ...] = ()
    sha256: str = ""
    beside: Seen = field(default_factory=Seen)
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The hash of all that the report depends on."""
        return digest([self.inputs, self.sha256, Path(self.source).name])


def plan(
    loaded: Sequence[Loaded],
    history: Sequence[Loaded],
    settings: Settings,
    out: Path,
    common: Common,
) -> tuple[list[Task], list[Loaded]]:
    """The tasks in a stable order, and the sources that cannot have a folder of their own.

    Two agencies whose names give one folder, in this batch or in what stands there already,
    are problems; nothing of either is overwritten.
    """
    tasks: dict[str, list[Task]] = {}
    for task in _tasks(loaded, history, settings, out, common):
        key = unicodedata.normalize("NFKC", str(task.target)).casefold()
        tasks.setdefault(key, []).append(task)
    owners = _owners({same[0].target.parent for same in tasks.values()})
    good, bad = [], []
    for same in tasks.values():
        owner = {task.report.agency.name for task in same} | owners.get(same[0].target, set())
        for task in same:
            others = sorted(owner - {task.report.agency.name})
            if others:
                text = (
                    f"文件夹“{task.target.name}”与{'、'.join(others)}的相同，请改用不同的机关名称"
                )
                bad.append(Loaded(task.source, None, (Problem(task.source, text),)))
            else:
                good.append(task)
    return good, bad


def _tasks(
    loaded: Sequence[Loaded],
    history: Sequence[Loaded],
    settings: Settings,
    out: Path,
    common: Common,
) -> Iterable[Task]:
    past = [item.report for item in history if item.report]
    around = all_surroundings(loaded, past, settings)
    hashes = {id(item.report): item.sha256 for item in (*loaded, *history) if item.report}
    seen = iter(seen_in_batch([i.report for i in loaded if i.report], past, settings))
    for item, one in zip(loaded, around, strict=True):
        if item.report is None:
            continue
        shown = next(seen)
        inputs = {
            "common": common.digest,
            "history": [hashes[id(report)] for report in one.earlier],
            "batch": digest([*map(repr, shown.findings), *sorted(shown.rules)]),
        }
        target = out / str(item.report.year) / folder_name(item.report.agency.name)
        yield Task(item.source, item.report, target, one.earlier, item.sha256, shown, inputs)


def _owners(folders: Iterable[Path]) -> dict[Path, set[str]]:
    """The agency of each folder that stands in a year's folder, by the manifest beside it."""
    owners: dict[Path, set[str]] = {}
    for folder in folders:
        for entry in read_manifest(folder).reports.values():
            owners.setdefault(folder / entry["folder"], set()).add(entry["agency"])
    return owners


def stands(entry: Entry, fingerprint: str, folder: Path) -> bool:
    """Whether a report needs no making: made from the same, and its files whole.

    ``folder`` is the year's. A report that was refused needs none either, while nothing changes.
    """
    same = bool(fingerprint) and entry.get("fingerprint") == fingerprint
    return same and entry["state"] in _SETTLED and _whole(entry, folder)


def _whole(entry: Entry, folder: Path) -> bool:
    if entry["state"] == "refused":
        return True
    files = entry["files"].items()
    return all(sha256(folder / entry["folder"] / name) == value for name, value in files)


def settled(out: Path, sources: Hashes, batch: str) -> list[tuple[Path, Entry]] | None:
    """The reports of a batch that has been run before and of which nothing has changed.

    None where anything has, or did not come to an end. No source is read for it.
    """
    found = []
    for folder in sorted(path.parent for path in out.glob("*/manifest.json")):
        manifest = read_manifest(folder)
        if manifest.batch == batch and not manifest.unfinished:
            found += [(folder, entry) for entry in manifest.reports.values()]
    by_hash = {entry["source_sha256"]: (folder, entry) for folder, entry in found}
    wanted = [value for _, value in sources]
    if len(set(wanted)) < len(wanted) or not set(wanted) <= set(by_hash):
        return None
    chosen = [by_hash[value] for value in wanted]
    good = all(stands(entry, entry["fingerprint"], folder) for folder, entry in chosen)
    return chosen if good else None
