"""IPython in this process, behind the few methods that nbclient asks of a kernel's client."""

from __future__ import annotations

import ast
import asyncio
import builtins
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import MethodType, SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets.config import Config

from helpers.engine.rehearsal import rehearse
from helpers.engine.tape import Stream, Tape

_prepared: list[Any] = []


def forget() -> None:
    """Have no shell prepared, for a rehearsal."""
    _prepared.clear()


def prepare() -> None:
    """Make a shell that no cell has been run in, ready for the processes forked from this one.

    Another one runs a cell or two first, for what IPython builds only once.
    """
    if not _prepared:
        rehearse(lambda: _new_shell(Tape()).run_cell("import sys\nNone"))
        _prepared.append(_new_shell(Tape()))


def _new_shell(tape: Tape) -> Any:
    """IPython as a kernel has it, with its messages on a tape."""
    config = Config()
    config.HistoryManager.enabled = False  # one database for all would be shared
    kernel = SimpleNamespace(eventloop=None, iopub_socket=None)
    shell: Any = ZMQInteractiveShell.instance(
        config=config, user_ns={}, kernel=kernel, compiler_class=_Compiler
    )
    shell.transform_cell = _transformer(shell)
    shell.displayhook.topic = b"execute_result"
    for publisher in (shell.displayhook, shell.display_pub):
        publisher.session = tape
        publisher.pub_socket = None
    return shell


class _Compiler(XCachingCompiler):
    """A kernel's compiler, which takes what a cell has been parsed to already."""

    parsed: tuple[str, ast.Module] | None = None

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> Any:
        """The tree of a cell. Raises what ``compile`` raises."""
        known, self.parsed = self.parsed, None
        if known and known[0] == source and symbol == "exec":
            return known[1]
        return super().ast_parse(source, filename, symbol)


_METHOD = re.compile(r"[A-Za-z_]\w*\.[\w.]*\(")


def _transformer(shell: Any) -> Callable[[str], str]:
    """IPython's reading of a cell, which goes through it token by token, spared plain Python."""
    full = shell.transform_cell
    manager, single = shell.input_transformer_manager, shell.prefilter_manager
    steps = (
        *(manager.cleanup_transforms, manager.line_transforms, manager.token_transformers),
        *(single._transformers, single._checkers),
    )
    usual = [list(step) for step in steps]

    def transform(cell: str) -> str:
        changed = shell.input_transformers_post or [list(step) for step in steps] != usual
        whole = cell if cell.endswith("\n") else cell + "\n"
        if shell.compile.parsed and shell.compile.parsed[0] == whole:
            return whole
        shell.compile.parsed = None
        if changed or shell.autocall or (tree := _plain(whole, shell.compile)) is None:
            transformed: str = full(cell)
            return transformed
        shell.compile.parsed = (whole, tree)
        return whole

    return transform


def _plain(cell: str, compiler: _Compiler) -> ast.Module | None:
    """The tree of a cell that is Python as it stands, and says nothing when parsed; else None.

    What is for IPython cannot be parsed, but for a prompt that was copied along, and for a single
    line that may name a magic, which the call of a method does not.
    """
    if cell[:1].isspace() or cell.startswith("In ["):
        return None
    if len(cell.splitlines()) == 1 and not _METHOD.match(cell):
        return None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")  # running it will tell as it should
        try:
            tree: ast.Module = compiler.ast_parse(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return None if said else tree


class Interpreter:
    """Runs cells, one after the other. One for a process: it takes over its streams.

    ``seconds`` limits the next cell; ``timed_out`` says whether it went over.
    """

    allow_stdin = False

    def __init__(self) -> None:
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        self.shell = _prepared.pop() if _prepared else _new_shell(Tape())
        self.shell.init_environment()
        self.tape: Tape = self.shell.display_pub.session
        self.seconds: float | None = None
        self.timed_out = False
        sys.stdout = Stream(self.tape, "stdout", 1)
        sys.stderr = Stream(self.tape, "stderr", 2)
        nobody = SimpleNamespace(_allow_stdin=False)  # a run that nobody attends
        builtins.input = MethodType(Kernel.raw_input, nobody)
        passwords: Any = import_module("getpass")  # to be silenced, not to be asked
        passwords.getpass = MethodType(Kernel.getpass, nobody)

    @property
    def finished(self) -> bool:
        """Whether a cell asked the kernel to end."""
        return bool(self.shell.exit_now)

    async def execute(self, code: str, *, store_history: bool = True, **_: Any) -> str:
        """Run a cell; return the id by which its messages are known."""
        request = self.tape.msg("execute_request", {"code": code})
        self.tape.request = request["header"]
        self.shell.set_parent(request)
        self.timed_out = False
        self._say("status", execution_state="busy")
        count = self.shell.execution_count
        self._say("execute_input", code=code, execution_count=count)
        self.shell.payload_manager.clear_payload()
        with self._limited():
            result = await self._run(code, store_history)
        sys.stdout.flush()
        sys.stderr.flush()
        self.reply = self.tape.msg("execute_reply", self._reply(result, count))
        self._say("status", execution_state="idle")
        return str(request["header"]["msg_id"])

    def _say(self, kind: str, **content: Any) -> None:
        self.tape.send(None, kind, content)

    async def _run(self, code: str, store_history: bool) -> Any:
        """Run on the event loop what awaits something, and anything else as it is."""
        shell = self.shell
        transformed, problem = code, None
        try:
            transformed = shell.transform_cell(code)
        except Exception:  # noqa: BLE001  # running the cell shows it
            problem = sys.exc_info()
        if shell.compile.parsed and "await" not in code and "async" not in code:
            return shell.run_cell(code, store_history=store_history)
        known = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
        if not shell.should_run_async(code, **known):
            return shell.run_cell(code, store_history=store_history)
        shell._last_traceback = None
        result = None
        try:
            running = shell.run_cell_async(code, store_history=store_history, **known)
            result = await asyncio.ensure_future(running)
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return result

    def _reply(self, result: Any, count: int) -> dict[str, Any]:
        error = result.error_before_exec or result.error_in_exec
        failed = getattr(self.shell, "_last_traceback_during_displayhook", False)
        if result.success and not failed:
            return {"status": "ok", "execution_count": count}
        return {
            "status": "error",
            "execution_count": count,
            "traceback": self.shell._last_traceback or [],
            "ename": type(error).__name__,
            "evalue": str(error),
        }

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Interrupt the cell when its time is up."""
        if not self.seconds:
            yield
            return

        def interrupt(*_: Any) -> None:
            self.timed_out = True
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, interrupt)
        # Again and again, for a cell that takes the interrupt for any other error.
        signal.setitimer(signal.ITIMER_REAL, self.seconds, 1)
        try:
            yield
        except KeyboardInterrupt:
            if not self.timed_out:
                raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
