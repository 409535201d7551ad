"""Imported by the warm process when it starts: everything slow, and no notebook of a user's."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from helpers.engine.warm import PRELOAD, block_slow_import

# Ctrl-C is for the batch, which ends this process; it says nothing itself.
_before = signal.signal(signal.SIGINT, signal.SIG_IGN)
if hasattr(signal, "pthread_sigmask"):  # it may have been started while they were held off
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
gc.disable()  # nearly all that is made now stays
block_slow_import()
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

_ALWAYS = ("papermill", "helpers.engine.client")


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


# papermill brings in pyarrow for addresses on a Hadoop cluster; no notebook is read from one here.
_known = sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
try:
    import_module("papermill.iorw")
finally:
    if _known is None:
        del sys.modules["pyarrow"]  # a cell may want it
for _name in (*_ALWAYS, *os.environ.get(PRELOAD, "").split(",")):
    if _name:
        with contextlib.suppress(ImportError):  # the cell that imports it will tell
            import_module(_name)
import_module("helpers.engine.shell").prepare()
if _threads() > 1:
    raise RuntimeError("预先载入的模块启动了线程，不能从这个进程派生")
# What is there stays there: the collector need not look, and pages stay shared after a fork.
gc.freeze()
gc.enable()
signal.signal(signal.SIGINT, _before)
