"""Workers, watched: a crash, a hang or a glutton spoils only the job it happens in."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from helpers.engine import warm
from helpers.settings import RunLimits

Key = TypeVar("Key")
Job = TypeVar("Job")
Result = TypeVar("Result")
GRACE = 5.0
"""Seconds over its time after which what does not stop is killed; a worker after twice that."""

_ATTEMPTS, _AGAIN = 5, 0.2
"""How often a process is asked for, and the seconds in which a dead warm process is noticed."""

_SELDOM = (50_000, 20, 20)
"""How seldom garbage is looked for in a worker, as gc counts."""

_ENOUGH = 200
"""Jobs after which a worker is replaced, lest what a library keeps should add up."""

PRIVATE: list[Any] = []
"""Lines to other processes that a child of this one must not hold open."""

_ASKED = 1.0
"""Seconds in which a process may end what it has started before it is killed."""


@dataclass(frozen=True)
class Lost:
    """A job whose process did not answer: ``overtime``, or ended with ``exitcode``."""

    overtime: bool
    exitcode: int | None = None


@dataclass
class _Worker:
    """A process that does one job after another, and the line to it."""

    process: Any
    line: Any
    n_jobs: int = 0


@dataclass
class _Running(Generic[Key]):
    key: Key
    worker: _Worker
    deadline: float


class Fleet(Generic[Key, Job, Result]):
    """Does jobs in ``processes`` workers, each of which does one after another.

    ``make`` is called in a worker and returns what does a job there. Where the system can fork,
    workers come from a warm process that has imported ``modules``; elsewhere each is a fresh
    one. A worker that dies or takes too long is replaced; only its job is lost. Leaving the
    block ends whatever still runs.
    """

    def __init__(
        self,
        make: Callable[[RunLimits], Callable[[Job], Result]],
        processes: int,
        limits: RunLimits,
        modules: Sequence[str] = (),
    ) -> None:
        self.reason = warm.obstacle()
        """Why processes are not forked, "" where they are."""
        self._make = make
        self._processes = processes
        self._limits = limits
        self._modules = modules
        self._idle: list[_Worker] = []
        self._running: dict[Any, _Running[Key]] = {}

    def __enter__(self) -> Fleet[Key, Job, Result]:
        self._context = get_context("spawn") if self.reason else warm.context(self._modules)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End whatever still runs."""
        with _undisturbed():  # a second Ctrl-C would leave some of them
            workers = [*self._idle, *(one.worker for one in self._running.values())]
            _end([worker.process for worker in workers])
            for worker in workers:
                worker.line.close()
            self._idle.clear()
            self._running.clear()

    def run(self, jobs: Iterable[tuple[Key, Job]]) -> Iterator[tuple[Key, Result | Lost]]:
        """Each job's key with its result as it is finished; jobs are taken when there is room."""
        waiting = iter(jobs)
        self._fill(waiting)
        while self._running:
            ended = self._finished()
            self._fill(waiting)  # first, so that no processor waits for what is done with a result
            yield from ended

    def _fill(self, waiting: Iterator[tuple[Key, Job]]) -> None:
        """Hand out jobs while there is room."""
        while len(self._running) < self._processes:
            following = next(waiting, None)
            if following is None:
                return
            self._start(*following)

    def _start(self, key: Key, job: Job) -> None:
        """Give a job to a worker that is idle, else to a new one."""
        while True:
            with _undisturbed():  # a process that is not in a list would not be ended
                worker = self._idle.pop() if self._idle else self._hire()
                deadline = monotonic() + self._limits.seconds + 2 * GRACE
                self._running[worker.line] = _Running(key, worker, deadline)
            try:
                worker.line.send(job)
            except OSError:  # it has died since it was idle
                if not worker.n_jobs:
                    return  # a new one: its line says that it is lost
                self._dismiss(self._running.pop(worker.line).worker)
            else:
                worker.n_jobs += 1
                return

    def _hire(self) -> _Worker:
        """A new worker. The warm process is started anew where it has been killed."""
        ours, theirs = self._context.Pipe()
        arguments = (theirs, self._make, self._limits, warm.place())
        for left in reversed(range(_ATTEMPTS)):
            if not self.reason:
                warm.context(self._modules)  # as warm as the first one was
            process = self._context.Process(target=_serve, args=arguments)
            try:
                warm.start(process)
                break
            except (OSError, EOFError):  # it was killed while it was being asked
                if self.reason or not left:
                    raise
                sleep(_AGAIN)
        theirs.close()
        return _Worker(process, ours)

    def _finished(self) -> list[tuple[Key, Result | Lost]]:
        """What has ended, once anything has; jobs over their time are stopped."""
        ended: list[tuple[Key, Result | Lost]] = []
        first = min(one.deadline for one in self._running.values())
        ready = connection.wait([*self._running], max(0.0, first - monotonic()))
        now = monotonic()
        late = [line for line, one in self._running.items() if one.deadline <= now]
        for line in [*ready, *(line for line in late if line not in ready)]:
            one = self._running[line]
            ended.append((one.key, self._answer(one.worker, line in ready)))
            del self._running[line]  # only now: until then it is to be ended with the batch
        return ended

    def _answer(self, worker: _Worker, ready: bool) -> Result | Lost:
        """What a worker says of its job; it is idle then, unless it is lost or has done enough."""
        answer: Result | Lost
        try:
            answer = worker.line.recv() if ready else Lost(overtime=True)
        except (EOFError, OSError):
            worker.process.join(GRACE)
            answer = Lost(overtime=False, exitcode=worker.process.exitcode)
        if isinstance(answer, Lost) or worker.n_jobs >= _ENOUGH:
            self._dismiss(worker)
        else:
            self._idle.append(worker)
        return answer

    def _dismiss(self, worker: _Worker) -> None:
        """End a worker and forget it."""
        _end([worker.process])
        worker.line.close()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and requests to end wait until this is done, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(processes: Sequence[Any]) -> None:
    """End workers with all that they have started; they are asked first, to see to it themselves.

    What a worker that was killed has left behind is found by its session.
    """
    for process in processes:
        with contextlib.suppress(OSError):
            process.terminate()
    until = monotonic() + _ASKED
    for process in processes:
        process.join(max(0.0, until - monotonic()))
    for process in processes:
        for pid in _session(process.pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        process.kill()  # it knows whether it has ended, and its number gone to another
        process.join(GRACE)


def _session(leader: int) -> Iterator[int]:
    """The processes of the session that a worker leads, itself included; Linux only."""
    for folder in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ():
        with contextlib.suppress(OSError, ValueError):
            # pid (name) state parent group session …; a name may hold anything
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[3]) == leader:
                yield int(folder.name)


def _serve(
    line: Any,
    make: Callable[[RunLimits], Callable[[Any], Any]],
    limits: RunLimits,
    place: warm.Place,
) -> None:
    """Do jobs in this process, one after the other, until there are no more."""
    if not warm.obstacle():
        warm.become_worker(place)
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the batch, which ends its processes itself
    if hasattr(signal, "pthread_sigmask"):  # it may have been started while they were held off
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    gc.set_threshold(*_SELDOM)
    PRIVATE.append(line)
    work = make(limits)
    with contextlib.suppress(EOFError, OSError):  # the batch has ended
        while True:
            job = line.recv()
            limit_memory(limits.memory_mb)  # on top of what it has, for each job anew
            line.send(work(job))


def limit_memory(megabytes: int) -> None:
    """Let this process and those it starts take no more than so much on top of what it has."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  # read for each report
        data = int(stream.read().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = data + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
