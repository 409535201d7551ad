"""A batch: plan what to make, make it in separate processes, publish each report whole.

A report appears in its folder complete or not at all: it is made beside its place and then
renamed. A report that is refused or fails leaves what was there before untouched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from helpers.batch.files import folder_name
from helpers.batch.produce import Job, Produced, produce
from helpers.errors import InputError, Problem
from helpers.report import Report
from helpers.rules import Result


@dataclass(frozen=True)
class Task:
    """One report to make, with its checks and the folder it will stand in."""

    source: str
    report: Report
    result: Result
    target: Path


@dataclass(frozen=True)
class Options:
    """What the command line says about a batch."""

    out: Path
    notebook: Path
    formats: tuple[str, ...]
    jobs: int = 1
    draft: bool = False
    fonts: str = "auto"


def plan(reports: Iterable[tuple[str, Report, Result]], out: Path) -> list[Task]:
    """The tasks in a stable order. Raises InputError where two would share a folder."""
    tasks, taken = [], dict[str, str]()
    for source, report, result in reports:
        target = out / str(report.year) / folder_name(report.agency.name)
        key = unicodedata.normalize("NFKC", str(target)).casefold()
        if key in taken:
            message = (
                f"“{report.agency.name}”的文件夹名与 {taken[key]} 的相同，请改用不同的机关名称"
            )
            raise InputError([Problem(source, message)])
        taken[key] = source
        tasks.append(Task(source, report, result, target))
    return tasks


def run(
    tasks: Sequence[Task], options: Options, on_done: Callable[[Task, Produced], None]
) -> list[tuple[Task, Produced]]:
    """Make every report and publish it; ``on_done`` hears of each as it is finished."""
    results: dict[int, Produced] = {}
    ready = []
    for number, task in enumerate(tasks):
        if task.result.blocking and not options.draft:
            results[number] = Produced("refused", refusal(task.result))
            on_done(task, results[number])
        else:
            ready.append(number)
    with contextlib.ExitStack() as stack:
        jobs = {n: _job(tasks[n], options, stack) for n in ready}
        for number, produced in _produce_all(jobs, options.jobs):
            task = tasks[number]
            if produced.state in ("done", "draft"):
                _publish(jobs[number].folder, task.target)
            results[number] = produced
            on_done(task, produced)
    return [(task, results[number]) for number, task in enumerate(tasks)]


def refusal(result: Result) -> str:
    """Why a report is refused, its first error in full."""
    first, *others = result.blocking
    more = f"（另有 {len(others)} 处错误）" if others else ""
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
    )


def _produce_all(jobs: Mapping[int, Job], processes: int) -> Iterator[tuple[int, Produced]]:
    """Each job's number and result as it is finished; a crash spoils only its own job."""
    if not jobs:
        return
    waiting = dict(jobs)
    crashed: dict[int, Job] = {}
    with ProcessPoolExecutor(min(processes, len(jobs)), mp_context=get_context("spawn")) as pool:
        futures: dict[Future[Produced], int] = {pool.submit(produce, j): n for n, j in jobs.items()}
        for future in as_completed(futures):
            number = futures[future]
            try:
                yield number, future.result()
                del waiting[number]
            except BrokenProcessPool:
                crashed[number] = jobs[number]
    for number, job in crashed.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            try:
                yield number, pool.submit(produce, job).result()
            except BrokenProcessPool:
                yield number, Produced("failed", "生成进程意外中止，这一份没有生成")


def _publish(aside: Path, target: Path) -> None:
    """Put the finished folder in its place; the old one goes only when the new one stands."""
    old = aside.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)
