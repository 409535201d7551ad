"""Cells of our own run once in the warm process, for all that Python builds only the first time.

The interpreter makes code fast where it has run, libraries keep patterns and tables they have
worked out; processes forked afterwards find it done. Nothing else of the run stays.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from importlib import import_module

from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_core.utils import ensure_event_loop

from helpers.engine import warm

_TAKEN = (
    (sys, ("stdin", "stdout", "stderr", "displayhook", "excepthook")),
    (builtins, ("input",)),
    (import_module("getpass"), ("getpass",)),
)
_STREAMS = (1, 2)
"""What an interpreter takes over of its process: names, and the files that others write to."""


def rehearse(run: Callable[[], object]) -> None:
    """Let ``run`` execute notebooks in this process as in one forked from it; leave no trace.

    Raises what ``run`` raises.
    """
    copy_context().run(_rehearse, run)  # the event loop is known to the context


def _rehearse(run: Callable[[], object]) -> None:
    ZMQInteractiveShell.clear_instance()
    loop = ensure_event_loop()
    try:
        with _restored(), warm.as_child():
            run()
    finally:
        loop.close()  # processes forked from this one must not share what it waits for
        asyncio.set_event_loop(None)
        ZMQInteractiveShell.clear_instance()


@contextmanager
def _restored() -> Iterator[None]:
    kept = [(place, name, getattr(place, name)) for place, names in _TAKEN for name in names]
    main, environment, path = sys.modules["__main__"], dict(os.environ), list(sys.path)
    drawing = sys.modules.pop("matplotlib", None)  # what cells set up for it would stay
    files = [(os.dup(number), number) for number in _STREAMS]
    try:
        yield
    finally:
        for copy, number in files:
            os.dup2(copy, number)
            os.close(copy)
        for place, name, value in kept:
            setattr(place, name, value)
        sys.modules["__main__"] = main
        if drawing:
            sys.modules["matplotlib"] = drawing
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = path
