"""A papermill engine: each notebook in a forked child of a warmed process, no kernel to start.

``papermill --engine nianbao in.ipynb out.ipynb`` gives what the standard engine gives, sooner.
papermill asks for the class while it is itself being imported, hence the late import.
"""

from __future__ import annotations

from typing import Any

NAME = "nianbao"


def __getattr__(name: str) -> Any:
    if name == "NianbaoEngine":
        from helpers.engine.managed import NianbaoEngine

        return NianbaoEngine
    raise AttributeError(f"module 'helpers.engine' has no attribute {name!r}")
