"""Work in processes forked from a worker: one for one piece of work, or one for many.

A worker has one thread, so it may be forked. What starts threads is done in its children.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from multiprocessing import Pipe
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from helpers.batch.supervise import PRIVATE, Lost, limit_memory
from helpers.engine import warm

Task = TypeVar("Task")
Result = TypeVar("Result")

_SILENT = 2.0
"""Seconds in which a child that says nothing more must have ended."""

_MANY = 200
"""Pieces of work after which a companion is replaced, lest what a library keeps should add up."""


class LostError(Exception):
    """A child did not answer; ``lost`` says why."""

    def __init__(self, lost: Lost) -> None:
        self.lost = lost
        super().__init__(lost)


def run_apart(work: Callable[[Task], Result], task: Task, seconds: float, memory_mb: int) -> Result:
    """The result of ``work`` on ``task`` in a process forked for it alone.

    What it raises is raised here. Raises LostError where the child dies or takes longer than
    ``seconds``; it is ended with all that it has started.
    """
    child = _Child(work, memory_mb, lasting=False)
    try:
        return child.ask(task, seconds)
    finally:
        child.end()


class Companion(Generic[Task, Result]):
    """A process beside this one that does one kind of work, forked when there is any.

    After an exception that is not one of ``harmless`` it is replaced.
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        memory_mb: int,
        harmless: tuple[type[Exception], ...] = (),
    ) -> None:
        self._work = work
        self._memory_mb = memory_mb
        self._harmless = harmless
        self._child: _Child[Task, Result] | None = None
        self._n_done = 0

    def ask(self, task: Task, seconds: float) -> Result:
        """The result of the work. Raises what it raises, and LostError as ``run_apart``."""
        if self._child is None or self._n_done >= _MANY:
            self.end()
            self._child = _Child(self._work, self._memory_mb, lasting=True)
        self._n_done += 1
        try:
            return self._child.ask(task, seconds)
        except Exception as error:
            if not isinstance(error, self._harmless):
                self.end()
            raise

    def end(self) -> None:
        """End the process; another is forked when there is work again."""
        if self._child:
            self._child.end()
        self._child, self._n_done = None, 0


class _Child(Generic[Task, Result]):
    """A forked process: it does what it is asked, once or as long as it is asked."""

    living: set[int] = set()  # noqa: RUF012  # all of this process, to be ended with it

    def __init__(self, work: Callable[[Task], Result], memory_mb: int, *, lasting: bool) -> None:
        self._line, theirs = Pipe()
        PRIVATE.append(self._line)
        parent = os.getpid()
        try:
            self._pid = os.fork()
        except OSError:  # no more processes to be had
            PRIVATE.remove(self._line)
            raise LostError(Lost(overtime=False)) from None
        if not self._pid:
            _live(theirs, work, memory_mb, parent, lasting=lasting)
        theirs.close()
        self.living.add(self._pid)
        with contextlib.suppress(OSError):  # it does so itself; whoever is first
            os.setpgid(self._pid, self._pid)

    def ask(self, task: Task, seconds: float) -> Result:
        try:
            self._line.send(task)
            if not self._line.poll(max(0.0, seconds)):
                raise LostError(Lost(overtime=True))
            good, answer = self._line.recv()
        except (EOFError, OSError):
            raise LostError(Lost(overtime=False, exitcode=self._exitcode())) from None
        if good:
            result: Result = answer
            return result
        raise answer

    def _exitcode(self) -> int:
        """How the process ended; one that has fallen silent and lives on is killed."""
        until = monotonic() + _SILENT
        while not (ended := os.waitpid(self._pid, os.WNOHANG))[0]:
            if monotonic() > until:
                _kill(self._pid)
            sleep(0.002)
        self.living.discard(self._pid)
        return os.waitstatus_to_exitcode(ended[1])

    def end(self) -> None:
        """Kill the process and what it has started."""
        if self._pid in self.living:
            _kill(self._pid)
            os.waitpid(self._pid, 0)
            self.living.discard(self._pid)
        else:  # it is gone; its group may not be
            with contextlib.suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)
        PRIVATE.remove(self._line)
        self._line.close()


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def end_with_children() -> None:
    """Have this process, asked to end, kill its children with all that they have started."""

    def leave(*_: object) -> None:
        for pid in _Child.living:
            _kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        os._exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)


def _live(
    line: Any, work: Callable[[Any], Any], memory_mb: int, parent: int, *, lasting: bool
) -> None:
    """The life of a child; it never returns to what its parent was doing."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _Child.living.clear()
        for other in PRIVATE:
            other.close()
        PRIVATE.clear()
        warm.end_with_parent()
        while os.getppid() == parent:
            task = line.recv()
            limit_memory(memory_mb)  # on top of what it has, for each piece of work anew
            line.send(_attempt(work, task))
            if not lasting:
                break
        code = 0
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the worker has ended
    except BaseException:  # noqa: BLE001  # the process ends here, whatever it is
        traceback.print_exc()
    finally:
        os._exit(code)


def _attempt(work: Callable[[Any], Any], task: Any) -> tuple[bool, Any]:
    """(True, the result) or (False, the exception, which keeps its traceback as a note)."""
    try:
        return True, work(task)
    except Exception as error:  # noqa: BLE001  # it is raised again on the other side
        error.add_note(traceback.format_exc())
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301  # what was just made
        except Exception:  # noqa: BLE001
            return False, RuntimeError(f"{type(error).__name__}: {error}")
        return False, error
