"""The caller's side of the engine: a notebook run in a process of its own, followed by pipe."""

from __future__ import annotations

import contextlib
import pickle
from time import monotonic
from types import SimpleNamespace
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from helpers.engine import warm
from helpers.engine.client import Client, client_for, execute

GRACE = 10.0
"""Seconds after its time in which a cell may still be interrupted from within."""

_FILES = ("stdout_file", "stderr_file", "log_output")
_CELL = ("outputs", "execution_count")


def execute_apart(nb_man: Any, **options: Any) -> Any:
    """Run the notebook in a forked child; progress and saving stay with the caller.

    Raises what the run raises, and DeadKernelError where the child died.
    """
    here = {name: options.pop(name, None) for name in _FILES}
    context = warm.context(warm.imports(_code(nb_man.nb)))
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(
        target=_child, args=(sender, nb_man.nb, _sendable(options), warm.place()), daemon=True
    )
    warm.start(child)
    sender.close()
    limits = client_for(
        nb_man,
        bool(here["log_output"]),
        here["stdout_file"],
        here["stderr_file"],
        options.pop("execution_timeout", None),
        options,
    )
    try:
        _Follower(nb_man, receiver, limits).follow()
    finally:
        receiver.close()
        child.kill()
        child.join()
    return nb_man.nb


def _code(nb: Any) -> list[Any]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def _sendable(options: dict[str, Any]) -> dict[str, Any]:
    """The options that can go to another process; hooks and streams stay here."""
    good = {}
    for name, value in options.items():
        with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
            pickle.dumps(value)
            good[name] = value
    return good


class _Follower:
    """Repeats on the caller's notebook what the child says about its own."""

    def __init__(self, nb_man: Any, receiver: Any, client: Client) -> None:
        self.nb_man = nb_man
        self.receiver = receiver
        self.client = client
        self.index: int | None = None
        self.deadline: float | None = None

    def follow(self) -> None:
        """Until the child has run its last cell."""
        try:
            while not self._hear(self._next()):
                pass
        except EOFError:
            self._close_cell()
            raise DeadKernelError("Kernel died") from None

    def _next(self) -> Any:
        wait = None if self.deadline is None else max(0.0, self.deadline - monotonic())
        if not self.receiver.poll(wait):
            cell = self.nb_man.nb.cells[self.index]
            seconds = self.client._get_timeout(cell)
            self._close_cell()
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", seconds, cell
            )
        return self.receiver.recv()

    def _close_cell(self) -> None:
        if self.index is not None:
            self.nb_man.cell_complete(self.nb_man.nb.cells[self.index], cell_index=self.index)

    def _hear(self, said: tuple[str, Any, Any]) -> bool:
        """Act on one message; True after the last."""
        event, index, data = said
        cells = self.nb_man.nb.cells
        if event == "start":
            self.index = index
            seconds = self.client._get_timeout(cells[index])
            self.deadline = monotonic() + seconds + GRACE if seconds else None
            self.nb_man.cell_start(cells[index], index)
        elif event == "exception":
            self.nb_man.cell_exception(cells[index], cell_index=index, exception=data)
        elif event == "complete":
            self.deadline = None
            self._take(cells[index], data)
            for output in data.get("outputs", ()):
                self.client.log_output_message(output)
            self.nb_man.cell_complete(cells[index], cell_index=index)
            self.index = None
        elif event == "raised":
            raise data
        else:
            for cell, new in zip(cells, data["cells"], strict=True):
                self._take(cell, new)
            self.nb_man.nb.metadata.update(data["metadata"])
            return True
        return False

    def _take(self, cell: Any, new: dict[str, Any]) -> None:
        cell.update({name: new[name] for name in _CELL if name in new})
        if "execution" in new:
            cell.metadata["execution"] = new["execution"]


def _cell(cell: Any) -> dict[str, Any]:
    """What running a cell changes in it."""
    new = {name: cell[name] for name in _CELL if name in cell}
    execution = cell.metadata.get("execution")
    return new if execution is None else {**new, "execution": execution}


def _child(sender: Any, nb: Any, options: dict[str, Any], place: warm.Place) -> None:
    """Run the notebook in this process and tell the caller."""
    warm.become_child(place)

    def tell(event: str, index: int | None = None, data: Any = None) -> None:
        sender.send((event, index, data))

    manager = SimpleNamespace(
        nb=nb,
        cell_start=lambda _, index: tell("start", index),
        cell_exception=lambda _, cell_index, exception: tell(
            "exception", cell_index, str(exception)
        ),
        cell_complete=lambda cell, cell_index: tell("complete", cell_index, _cell(cell)),
        autosave_cell=lambda: None,
    )
    try:
        execute(manager, **options)
    except Exception as error:  # noqa: BLE001  # it is raised again on the other side
        tell("raised", None, _portable(error))
    else:
        metadata = {k: v for k, v in nb.metadata.items() if k in ("language_info", "widgets")}
        tell("done", None, {"cells": [_cell(cell) for cell in nb.cells], "metadata": metadata})


def _portable(error: Exception) -> Exception:
    """The exception, or its words where it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # what was just made
    except Exception:  # noqa: BLE001
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
