"""The warm process: it has imported what notebooks need, runs none, and is forked for each.

It is the standard library's fork server. A process with threads must not be forked, so nothing
of a user's is ever run in it, and it says so if a preloaded module has started a thread.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

PRELOAD = "NIANBAO_PRELOAD"
"""Environment variable that tells the warm process what to import, names joined with commas."""

STANDARD = "NIANBAO_ENGINE"
"""Environment variable; ``standard`` keeps to papermill's standard engine."""

_WARMABLE = frozenset({"helpers", "matplotlib", "numpy", "pandas"})
# One thread each: a pool of them, once started, would not survive the fork. Sets keep one order.
_STEADY = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # papermill imports pyarrow where it is
    "PYTHONHASHSEED": "0",
}
_child: list[bool] = []


def obstacle(language: str = "python") -> str:
    """Why notebooks cannot be run in forked processes here, "" where they can."""
    if language != "python":
        return f"快速引擎只运行 Python 笔记本，这一份是 {language}"
    if os.environ.get(STANDARD) == "standard":
        return f"环境变量 {STANDARD} 要求不用快速引擎"
    if "forkserver" not in get_all_start_methods():
        return "本机系统没有 fork，不能用快速引擎"
    return ""


def block_slow_import() -> None:
    """Keep jsonschema from building the IRI parser that no Jupyter schema uses (seconds).

    For processes that are ours alone: the command line and its workers.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def is_child() -> bool:
    """Whether this process was forked to run one notebook and then end."""
    return bool(_child)


@contextlib.contextmanager
def as_child() -> Iterator[None]:
    """Take this process for one that runs one notebook, for a rehearsal."""
    _child.append(True)
    try:
        yield
    finally:
        _child.pop()


Place = tuple[str, Mapping[str, str]]
"""The working folder and the environment of a process."""


def place() -> Place:
    """Where this process is."""
    return str(Path.cwd()), dict(os.environ)


def become_child(where: Place) -> None:
    """Note that this process is for one notebook only; be where the caller is.

    The process ends when the warm process does.
    """
    become_worker(where)
    become_notebook()


def become_worker(where: Place) -> None:
    """Be where the caller is, in a process just forked from the warm one, and end when it does.

    It runs no cells itself.
    """
    folder, environment = where
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _leave_the_server()
    end_with_parent()


def become_notebook() -> None:
    """Note that this process, just forked, is for the cells of one notebook only."""
    _child.append(True)
    end_with_parent()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:  # the standard library sees to its own after a fork
        numpy_random.seed()


def end_with_parent() -> None:
    """End this process when the one that forked it does, where the system can see to that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def _leave_the_server() -> None:
    """Let go of the pipe that keeps the warm process alive: only its starter should hold it.

    Then it ends with its starter, however that ends, and this process ends with it.
    """
    server = sys.modules.get("multiprocessing.forkserver")
    known = getattr(server, "_forkserver", None)
    descriptor = getattr(known, "_forkserver_alive_fd", None)
    if known is not None and descriptor is not None:
        os.close(descriptor)
        known._forkserver_alive_fd = None


def context(modules: Iterable[str] = ()) -> Any:
    """A multiprocessing context whose processes are forked from the warm one.

    ``modules`` are imported there when it starts; later calls share the one that runs.
    """
    found = get_context("forkserver")
    found.set_forkserver_preload(["helpers.engine.preload"])
    from multiprocessing.forkserver import ensure_running

    wanted = {PRELOAD: ",".join(modules), **_STEADY}
    with _environment(wanted), _no_main():
        ensure_running()
    if not _ended_at_exit:
        _ended_at_exit.append(os.getpid())
        atexit.register(_end_server)
    return found


_ended_at_exit: list[int] = []


def _end_server() -> None:
    """End the warm process with the one that has started it, even while it still imports."""
    server = getattr(sys.modules.get("multiprocessing.forkserver"), "_forkserver", None)
    pid = getattr(server, "_forkserver_pid", None)
    if pid and _ended_at_exit == [os.getpid()]:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def start(process: Any) -> None:
    """Start a process of the context without importing the caller's main module again."""
    with _no_main():
        process.start()


def imports(cells: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The packages that the cells import and that can be imported once for all."""
    names: set[str] = set()
    for cell in cells:
        with contextlib.suppress(SyntaxError):  # magics, or a mistake that running it will tell
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Import):
                    names |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add(node.module or "")
    return tuple(sorted(name for name in names if name.split(".")[0] in _WARMABLE))


def imports_of(notebook: Path) -> tuple[str, ...]:
    """The same of a notebook file; none where it cannot be read, which running it will tell."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return imports([cell for cell in cells if cell["cell_type"] == "code"])
    except (OSError, ValueError, LookupError, TypeError):
        return ()


@contextlib.contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """The environment with changes, for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _no_main() -> Iterator[None]:
    """Hide where the main module comes from: children import what they need themselves."""
    main = sys.modules["__main__"]
    names = ("__file__", "__spec__")
    hidden: dict[str, Any] = {n: vars(main).pop(n) for n in names if n in vars(main)}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)
