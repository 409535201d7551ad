"""What keeps reading bounded: sizes, time and memory, and sentences for files that break.

Files come from anywhere. Whatever their bytes, reading one ends in a document or in an
InputError, in bounded time and memory, and never takes the calling process down.
"""

from __future__ import annotations

import contextlib
import copyreg
import faulthandler
import gc
import io
import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from helpers.errors import InputError, Problem
from helpers.readers.containers import check_zip, sniff

__all__ = [
    "MAX_BYTES",
    "admit",
    "bounded",
    "check_extent",
    "fail",
    "guard",
    "is_inside",
    "sniff",
    "unlimit",
]

MAX_BYTES = 100_000_000
"""The largest file that is read."""

MAX_ROWS, MAX_COLUMNS = 20_000, 500
"""The largest table that is read."""

MAX_POSITIONS = 250_000
"""The most positions (rows × columns) of a table: a Grid keeps a record of each."""

PROCESSOR = 8
"""Seconds of processor time that reading a file may take; a report takes less than one."""

T = TypeVar("T")

_DAMAGED = "文件已损坏或不完整，无法读取；请用原来的软件打开后另存一份再试"
_TOO_DEEP = "文件内部嵌套太深，无法读取；请用原来的软件打开后另存一份再试"
_TOO_BIG = "读取这个文件需要的内存太多，没有读；请删去多余的内容或拆成几个文件再试"
_TOO_LONG = "读了 {:g} 秒还没有读完，文件过大或结构异常，没有读；请只留下报告，另存后再读"
_CRASHED = "读取时程序异常中止（文件可能已损坏，或内容过大）；请用原来的软件打开后另存一份再试"

_WHAT = {
    "docx": "Word 文档（.docx）",
    "xlsx": "电子表格（.xlsx）",
    "xls": "旧版电子表格（.xls）",
    "doc": "旧版文字文档（.doc）",
    "pdf": "PDF 文件（.pdf）",
    "html": "网页（.html）",
    "text": "纯文本（.txt）",
    "rtf": "RTF 文档（.rtf）",
    "zip": "压缩包，请先解压",
}

_inside = False  # whether this process is already a bounded child


def fail(name: str, message: str) -> NoReturn:
    """Raise the InputError of one sentence about a file."""
    raise InputError([Problem(name, message)])


def admit(content: bytes, name: str, *kinds: str) -> str:
    """The kind of a file (see ``sniff``) once it is fit to be opened as one of ``kinds``.

    Raises InputError when it is empty, too large, protected, an archive that would explode
    or that is cut short, or something else than its reader expects.
    """
    if len(content) > MAX_BYTES:
        megabytes = len(content) // 1_000_000
        fail(name, f"文件有 {megabytes} MB，超过 {MAX_BYTES // 1_000_000} MB，没有读")
    if not content.strip(b"\0\t\r\n "):
        fail(name, "文件是空的")
    kind = sniff(content)
    if kind == "ole-encrypted":
        fail(name, "文件加了密码，请先去掉密码再读")
    if kind not in kinds:
        if kind == "unknown":
            fail(name, _DAMAGED)
        fail(name, f"扩展名与内容不符：内容其实是{_WHAT[kind]}；请改正扩展名或另存后再读")
    if content.startswith(b"PK"):
        problem = check_zip(content)
        if problem:
            fail(name, problem)
    return kind


def check_extent(n_rows: int, n_columns: int, name: str, place: str) -> None:
    """Raise InputError for a table too large to be one of a report."""
    if n_rows > MAX_ROWS or n_columns > MAX_COLUMNS or n_rows * n_columns > MAX_POSITIONS:
        size = f"{n_rows} 行 × {n_columns} 列"
        fail(name, f"{place}有 {size}，太大，不像年度报告的表格；请删去多余的行列再读")


@contextlib.contextmanager
def guard(name: str) -> Iterator[None]:
    """Turn whatever goes wrong inside into an InputError; the original stays its cause."""
    try:
        yield
    except (InputError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as error:
        raise InputError([Problem(name, _TOO_BIG)]) from error
    except RecursionError as error:
        raise InputError([Problem(name, _TOO_DEEP)]) from error
    except BaseException as error:  # a panic inside a Rust library is no Exception
        raise InputError([Problem(name, _DAMAGED)]) from error


def bounded(function: Callable[..., T], *args: Any, seconds: float = 60, memory_mb: int = 450) -> T:
    """The result of ``function(*args)``, computed under limits of time and of memory.

    ``seconds`` are those of the clock, which stands for a machine that is busy; of the
    processor's it may use ``PROCESSOR``.

    On POSIX it runs in a forked child, whose crash does not reach the caller; elsewhere, and
    inside another bounded call, directly. The last text among the arguments names the file in
    sentences. Raises InputError, also in place of any other error.
    """
    name = _name_of(function, args)
    if _inside or not hasattr(os, "fork"):
        with guard(name):
            return function(*args)
    result: T = _Child(partial(function, *args), name, memory_mb).result(seconds)
    return result


def is_inside() -> bool:
    """Whether this process is the child of a bounded call."""
    return _inside


def unlimit() -> None:
    """Take a bounded call's limits off a program that it starts."""
    if not _inside:
        return
    import resource

    set_here = [resource.RLIMIT_CPU]
    if sys.platform == "linux":  # where alone memory was limited
        set_here.append(resource.RLIMIT_AS)
    for limit in set_here:
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))


def _name_of(function: Callable[..., Any], args: tuple[Any, ...]) -> str:
    given = (*getattr(function, "args", ()), *args)
    return next((arg for arg in reversed(given) if isinstance(arg, str)), "文件")


class _Child:
    """A forked process that computes one thing and sends it back through a pipe."""

    def __init__(self, task: Callable[[], Any], name: str, memory_mb: int) -> None:
        self.name = name
        self.pipe, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _work(task, name, writer, memory_mb)  # never returns
        os.close(writer)

    def result(self, seconds: float) -> Any:
        """What the child sent, or InputError; the child and its own children are gone after."""
        deadline = time.monotonic() + seconds
        data = bytearray()
        try:
            while not _complete(data):
                left = deadline - time.monotonic()
                if left <= 0:
                    fail(self.name, _TOO_LONG.format(seconds))
                # A later sibling may hold our pipe's other end open: look at the child too.
                over = self._ended()
                if select.select([self.pipe], [], [], 0 if over else min(left, 0.2))[0]:
                    piece = os.read(self.pipe, 1 << 20)
                    data += piece
                    over = not piece  # what it sent before it ended is still to be read
                if over:
                    break
        finally:
            status = self._end()
        if not _complete(data):
            used_up = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
            fail(self.name, _TOO_LONG.format(PROCESSOR) if used_up else _CRASHED)
        return self._opened(bytes(data[8:]))

    def _opened(self, data: bytes) -> Any:
        value, error, trace = pickle.loads(data)  # noqa: S301 - our own child wrote it
        if error is None:
            return value
        if trace:
            error.add_note(trace)
        raise error

    def _ended(self) -> bool:
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, flags) is not None

    def _end(self) -> int:
        os.close(self.pipe)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return os.waitpid(self.pid, 0)[1]


def _complete(data: bytearray) -> bool:
    return len(data) >= 8 and len(data) - 8 >= int.from_bytes(data[:8], "big")


def _work(task: Callable[[], Any], name: str, writer: int, memory_mb: int) -> NoReturn:
    global _inside
    try:
        _inside = True
        faulthandler.disable()  # a crash is told in a sentence
        gc.freeze()  # the parent's objects are not worth looking through
        os.setpgid(0, 0)  # so that what it starts ends with it
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        _limit_processor()
        _limit_memory(memory_mb)
        _send(writer, _outcome(task, name))
    finally:
        os._exit(0)


def _outcome(task: Callable[[], Any], name: str) -> bytes:
    try:
        with guard(name):
            return _packed((task(), None, ""))
    except InputError as error:
        cause = error.__cause__
        trace = "".join(traceback.format_exception(cause, limit=-8)) if cause else ""
        error.__traceback__ = None
        return _packed((None, InputError(error.problems), trace))


def _packed(value: Any) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dispatch_table = copyreg.dispatch_table.copy()
    pickler.dispatch_table[MappingProxyType] = lambda m: (_read_only, (dict(m),))
    pickler.dump(value)
    return buffer.getvalue()


def _read_only(fields: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType(fields)


def _send(writer: int, data: bytes) -> None:
    rest = memoryview(len(data).to_bytes(8, "big") + data)
    while rest:
        rest = rest[os.write(writer, rest) :]


def _limit_processor() -> None:
    """Let the processor be used for so long; what the parent used does not count."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or hard >= PROCESSOR:
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, hard))


def _limit_memory(memory_mb: int) -> None:
    """Let the address space grow by so much; only Linux tells how large it is now."""
    if sys.platform != "linux":
        return
    import resource
    from pathlib import Path

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    wanted = pages * os.sysconf("SC_PAGE_SIZE") + memory_mb * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
