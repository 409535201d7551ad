"""A batch: each report made by a worker, published whole, entered at once.

A report appears in its folder complete or not at all: it is made beside its place and then
renamed. A report that is refused or fails leaves what was there before untouched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from helpers.batch import yearbook
from helpers.batch.inputs import Common
from helpers.batch.manifest import Entry, read_manifest
from helpers.batch.plan import Task, stands
from helpers.batch.produce import Job, Produced, lost_message, producer
from helpers.batch.ready import modules
from helpers.batch.shelf import PutError, Shelf
from helpers.batch.supervise import Fleet, Lost
from helpers.settings import Settings, settings_data

if TYPE_CHECKING:
    from helpers.exporters.fonts import Mode


@dataclass(frozen=True)
class Options:
    """What the command line says about a batch."""

    shelf: Shelf
    notebook: Path
    formats: tuple[str, ...]
    jobs: int = 1
    draft: bool = False
    fonts: Mode = "auto"
    force: bool = False
    settings: Settings = field(default_factory=Settings)
    scheduler: str = ""


@dataclass(frozen=True)
class Done:
    """A report that is finished: its manifest entry, and the traceback of a bug.

    ``kept`` means that it stood already and nothing had changed.
    """

    entry: Entry
    kept: bool = False
    trace: str = ""


Heard = Callable[[Done], None]


class Workers(Protocol):
    """All that a batch needs of those who do its work, here or on other machines."""

    reason: str
    """Why reports are not made in forked processes, "" where they are."""

    def run(self, jobs: Iterable[tuple[int, Job]]) -> Iterator[tuple[int, Produced | Lost]]:
        """Each job's number with what became of it as it ends, its files in its folder."""

    def close(self) -> None:
        """End whatever still runs."""


def prepare(options: Options, common: Common) -> Workers:
    """Those who will do the work, got ready while the sources are read.

    Raises InputError where a cluster cannot be reached or its workers are not fit.
    """
    if options.scheduler:
        from helpers.batch.cluster import Cluster

        build = {
            "versions": dict(common.versions),
            "code": common.inputs["code_sha256"],
            "fonts": common.inputs["fonts"],
        }
        fonts = options.fonts if "pdf" in options.formats else ""
        return Cluster(options.scheduler, build, fonts, options.settings.run, options.shelf)
    warm = modules(options.notebook)
    fleet: Fleet[int, Job, Produced] = Fleet(producer, options.jobs, options.settings.run, warm)
    return fleet.__enter__()


def run(tasks: Sequence[Task], options: Options, workers: Workers, on_done: Heard) -> str:
    """Make every report that does not stand already; ``on_done`` hears of each.

    Returns why reports are not made in forked processes, "" where they are.
    """
    folders = sorted({task.target.parent for task in tasks})
    for folder in folders:
        options.shelf.ready(folder)
    before = {folder: read_manifest(folder).reports for folder in folders}
    waiting = []
    for task in tasks:
        entry = before[task.target.parent].get(task.report.agency.name, {})
        if not options.force and stands(entry, task, options.shelf):
            on_done(Done(entry, kept=True))
        elif message := _kept_final(entry, task, options):
            on_done(Done({**_known(task, entry), "state": "final", "message": message}, kept=True))
        else:
            waiting.append((task, entry))
    if not waiting:
        return ""
    with _swept(folders, options.shelf), closing(workers):
        for number, answer in workers.run(_jobs([task for task, _ in waiting], options)):
            task, entry = waiting[number]
            if isinstance(answer, Lost):
                text = lost_message(answer, options.settings.run)
                answer = Produced("failed", text, final=False)
            on_done(_finish(task, answer, entry, options.shelf))
    return workers.reason


@contextmanager
def _swept(folders: Sequence[Path], shelf: Shelf) -> Iterator[None]:
    """Leave nothing unfinished behind, whatever ends the batch."""
    try:
        yield
    finally:
        for folder in folders:
            shelf.sweep(folder)


def _jobs(tasks: Sequence[Task], options: Options) -> Iterator[tuple[int, Job]]:
    settings = settings_data(options.settings)
    for number, task in enumerate(tasks):
        aside = _aside(task)
        shutil.rmtree(aside, ignore_errors=True)
        yield (
            number,
            Job(
                task.report,
                options.notebook.resolve(),
                aside.resolve(),
                options.formats,
                options.draft,
                options.fonts,
                task.around.earlier,
                settings,
                task.beside,
                options.settings.run.seconds,
                task.around.history,
                task.around.lookalike,
                task.common.register,
            ),
        )


def _aside(task: Task) -> Path:
    return task.target.parent / f".{task.target.name}.{os.getpid()}.part"


def _finish(task: Task, produced: Produced, entry: Mapping[str, Any], shelf: Shelf) -> Done:
    """Publish what was made and enter it."""
    page = yearbook.page(task, produced, entry)
    if produced.state in ("done", "draft"):
        try:
            shelf.put(_aside(task), task.target, page)
            return Done(page["entry"])
        except PutError as error:
            produced = Produced("failed", str(error), final=False)
            page = yearbook.page(task, produced, entry)
    shutil.rmtree(_aside(task), ignore_errors=True)
    shelf.enter(task.target.parent, page)
    return Done(page["entry"], trace=produced.trace)


def _known(task: Task, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a report that stands, with what is shown of one that has none."""
    bare = {"agency": task.report.agency.name, "year": task.report.year}
    return {**bare, "counts": {}, "errors": 0, "fonts": [], "notes": [], **entry}


def _kept_final(entry: Mapping[str, Any], task: Task, options: Options) -> str:
    """Why a draft is not put over a final report, "" where that is not at stake.

    A folder that nothing is known of is taken for a final report too.
    """
    if not options.draft or options.force:
        return ""
    final = entry.get("built", {}).get("state", "done") == "done"
    if not (final and options.shelf.has(task.target)):
        return ""
    return "已有正式成品，草稿没有覆盖它；要覆盖请加 --force"
