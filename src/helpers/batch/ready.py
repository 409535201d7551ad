"""Getting the warm process of a batch ready, as early as can be: little is imported for it."""

from __future__ import annotations

from pathlib import Path

from helpers.engine import warm

WARM = ("helpers.batch.warmup",)
"""What every process that makes reports has imported before it is forked."""


def modules(notebook: Path) -> tuple[str, ...]:
    """That, and what the cells of a notebook import."""
    return (*WARM, *warm.imports_of(notebook))


def begin(notebook: Path) -> None:
    """Have the warm process start, where there can be one, while this one goes on."""
    if not warm.obstacle():
        warm.context(modules(notebook))
