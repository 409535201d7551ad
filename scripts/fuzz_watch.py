"""Inputs tried one by one in a process that is watched: how each ended, its time, its memory."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS, MEGABYTES = 10, 1000
"""What reading one input may take: seconds of processor time, MB of memory."""

_HANGS = 90  # seconds by the clock, whatever the processor did
_EACH = 300  # inputs that one process tries before another takes its place


@dataclass(frozen=True)
class Ended:
    """How trying an input ended: "" or what was wrong, its seconds and megabytes."""

    fault: str
    seconds: float
    megabytes: int


class Watch:
    """Tries inputs on something that reads; ``most`` is the longest and largest seen."""

    def __init__(self, read: Callable[[bytes], object]) -> None:
        self._read = read
        self._worker: _Worker | None = None
        self.tried = 0
        self.most = (0.0, 0)

    def attempt(self, content: bytes) -> Ended:
        """Try one input."""
        if self._worker is None or self._worker.tried >= _EACH:
            self.close()
            self._worker = _Worker(self._read)
        ended = self._worker.attempt(content)
        self.tried += 1
        self.most = max(self.most[0], ended.seconds), max(self.most[1], ended.megabytes)
        if ended.fault:
            self.close()
        return ended

    def close(self) -> None:
        """End the process."""
        if self._worker:
            self._worker.end()
        self._worker = None


class _Worker:
    """A forked process that reads inputs from a pipe and tells how each ended."""

    def __init__(self, read: Callable[[bytes], object]) -> None:
        self.tried = 0
        theirs, self._to = os.pipe()
        self._from, mine = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._to)
            os.close(self._from)
            _work(read, theirs, mine)  # never returns
        os.close(theirs)
        os.close(mine)

    def attempt(self, content: bytes) -> Ended:
        self.tried += 1
        begun, used = time.monotonic(), _used(self._pid)
        try:
            _send(self._to, content)
        except BrokenPipeError:
            return Ended("the process had ended before", 0, 0)
        while not select.select([self._from], [], [], 1.0)[0]:
            seconds = _used(self._pid) - used
            if seconds > SECONDS + 1 or time.monotonic() - begun > _HANGS:
                return Ended(f"more than {SECONDS} seconds", seconds, 0)
        data = _received(self._from)
        if data is None:
            return Ended("the process crashed", 0, 0)
        fault, seconds, megabytes = pickle.loads(data)
        if not fault and seconds > SECONDS:
            fault = f"{seconds:.1f} seconds"
        if not fault and megabytes > MEGABYTES:
            fault = f"{megabytes} MB"
        return Ended(fault, seconds, megabytes)

    def end(self) -> None:
        os.close(self._to)
        os.close(self._from)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _work(read: Callable[[bytes], object], reader: int, writer: int) -> None:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest_child = 0
    try:
        while (content := _received(reader)) is not None:
            begun = _processor()
            _forget_peak()
            fault = fault_of(read, content)[-3000:]
            # The largest of the children that read for it; it never falls again.
            child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            most = max(_peak(), child if child > largest_child else 0)
            largest_child = max(child, largest_child)
            _send(writer, pickle.dumps((fault, _processor() - begun, most)))
    finally:
        os._exit(0)


def fault_of(read: Callable[[bytes], object], content: bytes) -> str:
    """What went wrong with an input, "" where it ended as it should."""
    from helpers.errors import InputError

    try:
        read(content)
    except InputError:
        return ""
    except Exception:  # noqa: BLE001  # this is what is looked for
        return traceback.format_exc(limit=-6)
    return ""


def _processor() -> float:
    """Seconds of processor time of this process and of the children that ended."""
    of = resource.getrusage
    return sum(sum(of(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _used(pid: int) -> float:
    """Seconds of processor time that a process and everything below it used."""
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        below = process.children(recursive=True)
        return sum(sum(one.cpu_times()[:4]) for one in (process, *below))
    return 0.0


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """The most memory this process had since ``_forget_peak``, in MB."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(len(data).to_bytes(8, "big") + data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _received(pipe: int) -> bytes | None:
    """What was sent, or None where the other end is gone."""
    size = _exactly(pipe, 8)
    return None if size is None else _exactly(pipe, int.from_bytes(size, "big"))


def _exactly(pipe: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = os.read(pipe, min(1 << 20, size - len(data)))
        if not piece:
            return None
        data += piece
    return bytes(data)
