"""nianbao: reproducible annual reports on government information disclosure.

Notebooks need only what stands here; it is imported when it is first used, so that the
command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "open_portfolio": "helpers.notebook",
    "open_report": "helpers.notebook",
    "read_params": "helpers.params",
    "check": "helpers.rules",
}

__all__ = ["__version__", "check", "open_portfolio", "open_report", "read_params"]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")
