"""Processes, one for each job, watched: a crash, a hang or a glutton spoils only its own job."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from helpers.engine import warm
from helpers.settings import RunLimits

Key = TypeVar("Key")
Job = TypeVar("Job")
Result = TypeVar("Result")
GRACE = 5.0
"""Seconds over its time after which a process that does not stop is killed."""

_ATTEMPTS, _AGAIN = 5, 0.2
"""How often a process is asked for, and the seconds in which a dead warm process is noticed."""

_SELDOM = (50_000, 20, 20)
"""How seldom garbage is looked for in a process that lives for one job, as gc counts."""


@dataclass(frozen=True)
class Lost:
    """A job whose process did not answer: ``overtime``, or ended with ``exitcode``."""

    overtime: bool
    exitcode: int | None = None


@dataclass
class _Running(Generic[Key]):
    key: Key
    process: Any
    receiver: Any
    deadline: float


class Fleet(Generic[Key, Job, Result]):
    """Runs ``work`` on each job in a process of its own, ``processes`` at a time.

    Where the system can fork, processes come from a warm one that has imported ``modules``;
    elsewhere each is a fresh one. Leaving the block ends whatever still runs.
    """

    def __init__(
        self,
        work: Callable[[Job], Result],
        processes: int,
        limits: RunLimits,
        modules: Sequence[str] = (),
    ) -> None:
        self.reason = warm.obstacle()
        """Why processes are not forked, "" where they are."""
        self._work = work
        self._processes = processes
        self._limits = limits
        self._modules = modules
        self._running: dict[Any, _Running[Key]] = {}

    def __enter__(self) -> Fleet[Key, Job, Result]:
        self._context = get_context("spawn") if self.reason else warm.context(self._modules)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End whatever still runs."""
        for one in self._running.values():
            _kill(one.process)
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
        """Start jobs while there is room."""
        while len(self._running) < self._processes:
            following = next(waiting, None)
            if following is None:
                return
            self._start(*following)

    def _start(self, key: Key, job: Job) -> None:
        receiver, sender = self._context.Pipe(duplex=False)
        with _undisturbed():  # a process that is not in the list would not be ended
            process = self._started((sender, self._work, job, self._limits, warm.place()))
            sender.close()
            deadline = monotonic() + self._limits.seconds + GRACE
            self._running[receiver] = _Running(key, process, receiver, deadline)

    def _started(self, arguments: tuple[Any, ...]) -> Any:
        """A process at work. The warm one is started anew where it has been killed."""
        for left in reversed(range(_ATTEMPTS)):
            if not self.reason:
                warm.context(self._modules)  # as warm as the first one was
            process = self._context.Process(target=_work_apart, args=arguments)
            try:
                warm.start(process)
                break
            except (OSError, EOFError):  # it was killed while it was being asked
                if self.reason or not left:
                    raise
                sleep(_AGAIN)
        return process

    def _finished(self) -> list[tuple[Key, Result | Lost]]:
        """What has ended, once anything has; jobs over their time are stopped."""
        ended: list[tuple[Key, Result | Lost]] = []
        first = min(one.deadline for one in self._running.values())
        ready = connection.wait([*self._running], max(0.0, first - monotonic()))
        now = monotonic()
        late = [key for key, one in self._running.items() if one.deadline <= now]
        for key in [*ready, *(key for key in late if key not in ready)]:
            one = self._running.pop(key)
            answer: Result | Lost
            try:
                answer = one.receiver.recv() if key in ready else Lost(overtime=True)
            except (EOFError, OSError):
                one.process.join(GRACE)
                answer = Lost(overtime=False, exitcode=one.process.exitcode)
            if isinstance(answer, Lost):
                _kill(one.process)
            one.receiver.close()
            ended.append((one.key, answer))
        return ended


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


def _kill(process: Any) -> None:
    """End a process and what it has started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    process.join(GRACE)


def _work_apart(
    sender: Any, work: Callable[[Any], Any], job: Any, limits: RunLimits, place: warm.Place
) -> None:
    """Do a job in this process, and send the result back."""
    if not warm.obstacle():
        warm.become_child(place)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # Ctrl-C is for the batch, which ends its processes itself
    gc.set_threshold(*_SELDOM)
    _limit_memory(limits.memory_mb)
    sender.send(work(job))
    sender.close()


def _limit_memory(megabytes: int) -> None:
    """Let this process and those it starts take no more than so much on top of what it has."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  # read once for each report
        data = int(stream.read().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = data + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
