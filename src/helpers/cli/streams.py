"""Standard output and error, as files, pipes and terminals want them."""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Let no character stop the output: UTF-8 into files and pipes, a ? on odd terminals."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def pipe_closed() -> int:
    """Nobody reads any more: no fault of ours. Returns the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
