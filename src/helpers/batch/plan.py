"""The plan of a batch: a task for each report, and which of them stand already."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.batch.files import folder_name
from helpers.batch.inputs import Common, Hashes, digest
from helpers.batch.manifest import Entry, read_manifest
from helpers.batch.shelf import Shelf
from helpers.batch.standing import Other, others
from helpers.errors import Problem
from helpers.judging import all_surroundings, seen_in_batch
from helpers.report import Report
from helpers.rules import Seen, Surroundings
from helpers.settings import Settings
from helpers.sources import Loaded

_SETTLED = ("done", "draft", "refused")


@dataclass(frozen=True)
class Task:
    """One report to make, and the folder it will stand in.

    ``sha256`` is the hash of its source as it was read, ``inputs`` what it depends on besides
    that and what is ``common`` to all. ``beside`` is what the batch shows of it, ``around`` what
    it is held against.
    """

    source: str
    report: Report
    target: Path
    common: Common
    around: Surroundings = field(default_factory=Surroundings)
    sha256: str = ""
    beside: Seen = field(default_factory=Seen)
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def fingerprint(self, rules: Iterable[str]) -> str:
        """The hash of all that the report depends on; ``rules`` have something to tell of it."""
        settings = self.common.concerning(self.report, set(rules))
        made = [self.common.digest, settings, dict(self.inputs)]
        return digest([*made, self.sha256, Path(self.source).name])


@dataclass(frozen=True)
class Plan:
    """The ``tasks`` in a stable order; ``bad`` sources cannot have a folder of their own.

    ``others`` are agencies of the same years that no source speaks of; of the ``outdated`` ones
    among them, the sources show something else now.
    """

    tasks: Sequence[Task]
    bad: Sequence[Loaded] = ()
    others: Sequence[Other] = ()
    outdated: Sequence[Other] = ()

    @property
    def years(self) -> list[Path]:
        """The folders of the years that there is something to make in."""
        return sorted({task.target.parent for task in self.tasks})


def plan(loaded: Sequence[Loaded], history: Sequence[Loaded], shelf: Shelf, common: Common) -> Plan:
    """What there is to make.

    Two agencies whose names give one folder, in this batch or in what stands there already,
    are problems; nothing of either is overwritten.
    """
    reports = [item.report for item in loaded if item.report]
    around = others(shelf, reports)
    seen = _seen(reports, history, around, common.settings)
    tasks: dict[str, list[Task]] = {}
    for task in _tasks(loaded, history, seen, shelf, common):
        key = unicodedata.normalize("NFKC", str(task.target)).casefold()
        tasks.setdefault(key, []).append(task)
    owners = _owners({same[0].target.parent for same in tasks.values()})
    good, bad = [], []
    for same in tasks.values():
        owner = {task.report.agency.name for task in same} | owners.get(same[0].target, set())
        for task in same:
            rivals = sorted(owner - {task.report.agency.name})
            if rivals:
                text = (
                    f"文件夹“{task.target.name}”与{'、'.join(rivals)}的相同，请改用不同的机关名称"
                )
                bad.append(Loaded(task.source, None, (Problem(task.source, text),)))
            else:
                good.append(task)
    outdated = [one for one in around if _is_outdated(one, seen)]
    return Plan(good, bad, around, outdated)


_Shown = dict[int, Seen]
"""What is shown of a report, by the id of the report."""


def _seen(
    reports: Sequence[Report],
    history: Sequence[Loaded],
    around: Sequence[Other],
    settings: Settings,
) -> _Shown:
    """What is shown of each report, and of each other, by all that stand in their years.

    One that has another name now is passed over: it would be held beside itself. In their
    order the reports are as if all had been sources.
    """
    standing = [one.report for one in around if one.report and not one.renamed]
    whole = sorted([*reports, *standing], key=lambda one: (one.year, one.agency.name))
    past = [item.report for item in history if item.report]
    shown = seen_in_batch(whole, past, settings)
    return {id(report): seen for report, seen in zip(whole, shown, strict=True)}


def _shown(seen: Seen) -> str:
    """The hash of what is seen of a report.

    That the rules of a parent ran is seen too: they then have
    nothing to ask for. That others ran is not.
    """
    ran = sorted(rule for rule in seen.rules if rule.startswith("R-"))
    return digest([*map(repr, seen.findings), *ran])


def _is_outdated(other: Other, seen: _Shown) -> bool:
    """Whether what a report was held beside shows something else of it than when it was made."""
    shown = seen.get(id(other.report))
    return shown is not None and other.entry.get("beside_sha256") != _shown(shown)


def _tasks(
    loaded: Sequence[Loaded],
    history: Sequence[Loaded],
    seen: _Shown,
    shelf: Shelf,
    common: Common,
) -> Iterator[Task]:
    past = [item.report for item in history if item.report]
    around = all_surroundings(loaded, past, common.settings)
    hashes = {id(item.report): item.sha256 for item in (*loaded, *history) if item.report}
    for item, one in zip(loaded, around, strict=True):
        if item.report is None:
            continue
        shown = seen[id(item.report)]
        inputs = {
            "history": [hashes[id(report)] for report in one.earlier],
            "looked": [one.history, one.lookalike],
            "batch": _shown(shown),
        }
        target = shelf.out / str(item.report.year) / folder_name(item.report.agency.name)
        yield Task(item.source, item.report, target, common, one, item.sha256, shown, inputs)


def _owners(folders: Iterable[Path]) -> dict[Path, set[str]]:
    """The agency of each folder that stands in a year's folder, by the manifest beside it."""
    owners: dict[Path, set[str]] = {}
    for folder in folders:
        for entry in read_manifest(folder).reports.values():
            owners.setdefault(folder / entry["folder"], set()).add(entry["agency"])
    return owners


def stands(entry: Entry, task: Task, shelf: Shelf) -> bool:
    """Whether a report needs no making: made from the same, and its files whole.

    A report that was refused needs none either, while nothing changes.
    """
    same = bool(entry) and entry.get("fingerprint") == task.fingerprint(entry.get("rules", ()))
    return same and _is_settled(entry, task.target.parent, shelf)


def _is_settled(entry: Entry, folder: Path, shelf: Shelf) -> bool:
    if entry["state"] not in _SETTLED or not entry.get("fingerprint"):
        return False
    return entry["state"] == "refused" or bool(shelf.hashes(folder, entry) == entry["files"])


def settled(shelf: Shelf, sources: Hashes, batch: str) -> list[tuple[Path, Entry]] | None:
    """The reports of a batch that has been run before and of which nothing has changed.

    None where anything has, or did not come to an end, or others stand beside them that are
    to be told of. No source is read for it.
    """
    found = []
    for folder in shelf.years():
        manifest = read_manifest(folder)
        if manifest.batch == batch and not manifest.unfinished:
            found += [(folder, entry) for entry in manifest.reports.values()]
    by_hash = {entry["source_sha256"]: (folder, entry) for folder, entry in found}
    wanted = [value for _, value in sources]
    if len(set(wanted)) < len(wanted) or set(wanted) != set(by_hash):
        return None
    chosen = [by_hash[value] for value in wanted]
    good = all(_is_settled(entry, folder, shelf) for folder, entry in chosen)
    return chosen if good else None
