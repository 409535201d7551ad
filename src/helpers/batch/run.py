"""A batch: plan what to make, make it in separate processes, publish each report whole.

A report appears in its folder complete or not at all: it is made beside its place and then
renamed. A report that is refused or fails leaves what was there before untouched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from helpers.batch.files import folder_name, publish, read_entries, recover
from helpers.batch.produce import Job, Produced, produce
from helpers.errors import Problem
from helpers.judging import Judged
from helpers.report import Report
from helpers.rules import Result
from helpers.sources import Loaded


@dataclass(frozen=True)
class Task:
    """One report to make, with its checks and the folder it will stand in.

    ``sha256`` is the hash of its source as it was read.
    """

    source: str
    report: Report
    result: Result
    target: Path
    earlier: tuple[Report, ...] = ()
    sha256: str = ""


@dataclass(frozen=True)
class Options:
    """What the command line says about a batch."""

    out: Path
    notebook: Path
    formats: tuple[str, ...]
    jobs: int = 1
    draft: bool = False
    fonts: str = "auto"
    force: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


def plan(judged: Iterable[Judged], out: Path) -> tuple[list[Task], list[Loaded]]:
    """The tasks in a stable order, and the sources that cannot have a folder of their own.

    Two agencies whose names give one folder, in this batch or in what stands there already,
    are problems; nothing of either is overwritten.
    """
    tasks: dict[str, list[Task]] = {}
    for one in judged:
        item, report, result = one.item, one.item.report, one.result
        if report and result:
            target = out / str(report.year) / folder_name(report.agency.name)
            key = unicodedata.normalize("NFKC", str(target)).casefold()
            task = Task(item.source, report, result, target, one.around.earlier, item.sha256)
            tasks.setdefault(key, []).append(task)
    good, bad = [], []
    for same in tasks.values():
        owner = {task.report.agency.name for task in same} | _owner(same[0].target)
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


def _owner(target: Path) -> set[str]:
    """The agency whose folder stands there already, by the manifest beside it."""
    entries = read_entries(target.parent / "manifest.json").values()
    return {entry["agency"] for entry in entries if entry.get("folder") == target.name}


def run(tasks: Sequence[Task], options: Options, on_done: Callable[[Task, Produced], None]) -> None:
    """Make every report and publish it; ``on_done`` hears of each as it is finished."""
    for folder in sorted({task.target.parent for task in tasks}):
        recover(folder)
    ready = {}
    for number, task in enumerate(tasks):
        refused = _refused(task, options)
        if refused:
            on_done(task, Produced("refused", refused))
        else:
            ready[number] = task
    with contextlib.ExitStack() as stack:
        jobs = {number: _job(task, options, stack) for number, task in ready.items()}
        for number, produced in _produce_all(jobs, options.jobs):
            if produced.state in ("done", "draft"):
                publish(jobs[number].folder, tasks[number].target)
            on_done(tasks[number], produced)


def _refused(task: Task, options: Options) -> str:
    """Why a report is not made at all, "" where it is."""
    if task.result.blocking and not options.draft:
        return refusal(task.result)
    if options.draft and not options.force and task.target.exists():
        entry = read_entries(task.target.parent / "manifest.json").get(task.report.agency.name, {})
        if entry.get("built", {}).get("state") == "done":
            return "已有正式成品，草稿没有覆盖它；要覆盖请加 --force"
    return ""


def refusal(result: Result) -> str:
    """Why a report is refused, its first error in full."""
    first, *others = result.blocking
    more = f"（另有 {len(others)} 处错误，用 nianbao check 看全部）" if others else ""
    return f"{first.rule}　{first.full_message}{more}"


def _job(task: Task, options: Options, stack: contextlib.ExitStack) -> Job:
    aside = task.target.parent / f".{task.target.name}.{os.getpid()}.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    stack.callback(shutil.rmtree, aside, ignore_errors=True)
    return Job(
        task.report,
        task.result,
        options.notebook,
        aside,
        options.formats,
        options.draft,
        options.fonts,
        task.earlier,
        options.settings,
    )


def _produce_all(jobs: Mapping[int, Job], processes: int) -> Iterator[tuple[int, Produced]]:
    """Each job's number and result as it is finished; a crash spoils only its own job."""
    if not jobs:
        return
    crashed: dict[int, Job] = {}
    with _pool(min(processes, len(jobs))) as pool:
        futures: dict[Future[Produced], int] = {pool.submit(produce, j): n for n, j in jobs.items()}
        for future in as_completed(futures):
            number = futures[future]
            try:
                yield number, future.result()
            except BrokenProcessPool:
                crashed[number] = jobs[number]
    for number, job in crashed.items():
        with _pool(1) as pool:
            try:
                yield number, pool.submit(produce, job).result()
            except BrokenProcessPool:
                yield number, Produced("failed", "生成进程意外中止，这一份没有生成")


@contextlib.contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of workers that ends at once when the batch is interrupted."""
    context = get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=_deaf)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            child.terminate()
        raise


def _deaf() -> None:
    """A worker leaves Ctrl-C to its parent, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
