"""A worker's bench: cells run in a process of their own, documents set in one that stays.

What a notebook does to its process ends with it. Documents are made from the executed
notebook's text and run nothing of it, so the process that makes them serves many reports:
Typst, which starts threads, and what is only worked out once stay there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from helpers.batch.documents import Written, notebook_text, write_documents
from helpers.batch.execute import execute, read_ahead
from helpers.batch.forked import Companion, LostError, end_with_children, run_apart
from helpers.batch.supervise import GRACE
from helpers.engine import warm
from helpers.exporters.errors import ExportError
from helpers.settings import RunLimits

if TYPE_CHECKING:
    from helpers.exporters.fonts import Mode
    from helpers.formats import Format

_Cells = tuple[str, Mapping[str, Any] | None, int]
_Documents = tuple[str, Path, tuple[str, ...], "Mode", dict[str, str]]


class Bench:
    """Runs notebooks and writes their documents, one report after the other.

    Where the system cannot fork, all is done in this process, by papermill's standard engine.
    """

    def __init__(self, limits: RunLimits) -> None:
        self._limits = limits
        self._forks = not warm.obstacle()
        self._setter: Companion[_Documents, Written] = Companion(
            _set, limits.memory_mb, (ExportError,)
        )
        self._deadline = 0.0
        if self._forks:
            end_with_children()

    def begin(self, fmt: Format | None = None) -> None:
        """Count the time of a report from now; ``fmt`` is its format, where that is known."""
        if fmt and self._forks:
            from helpers.batch.warmup import be_ready

            be_ready(fmt)
        self._deadline = monotonic() + self._limits.seconds + GRACE

    def run(self, notebook: Path, given: Mapping[str, Any] | None, seconds: int) -> str:
        """The executed notebook as text; ``seconds`` limit each cell.

        Raises Stopped where it does not run to its end, LostError where its process dies or the
        time of the report is over.
        """
        task: _Cells = (str(notebook), given, seconds)
        if not self._forks:
            return _run(task)
        read_ahead(task[0])
        return run_apart(_run_forked, task, self._left(), self._limits.memory_mb)

    def write(
        self,
        text: str,
        folder: Path,
        formats: tuple[str, ...],
        fonts: Mode,
        beside: Mapping[str, str] = MappingProxyType({}),
    ) -> Written:
        """Write an executed notebook and its documents into a folder, as ``write_documents``.

        Raises ExportError where it cannot be published, OSError where it cannot be written,
        LostError where the process that sets documents dies twice or the time is over.
        """
        task: _Documents = (text, folder, formats, fonts, dict(beside))
        if not self._forks:
            return _set(task)
        try:
            return self._setter.ask(task, self._left())
        except LostError as error:
            if error.lost.overtime:
                raise
        except (MemoryError, RuntimeError):  # what others before it have left there may be why
            pass
        return self._setter.ask(task, self._left())  # once more, in a new one

    def _left(self) -> float:
        return self._deadline - monotonic()


def _run_forked(task: _Cells) -> str:
    warm.become_notebook()
    return _run(task)


def _run(task: _Cells) -> str:
    notebook, given, seconds = task
    return notebook_text(execute(notebook, dict(given) if given is not None else None, seconds))


def _set(task: _Documents) -> Written:
    return write_documents(*task)
