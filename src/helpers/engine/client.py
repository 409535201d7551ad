"""papermill's client with an interpreter in this process where a kernel would be."""

from __future__ import annotations

from typing import Any

from ipykernel.ipkernel import IPythonKernel
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode
from nbformat.v4 import nbbase
from papermill.clientwrap import PapermillNotebookClient
from papermill.log import logger

from helpers.engine.shell import Interpreter


def execute(
    nb_man: Any,
    *,
    log_output: bool = False,
    stdout_file: Any = None,
    stderr_file: Any = None,
    execution_timeout: int | None = None,
    **options: Any,
) -> Any:
    """Run the cells of a managed notebook in this process.

    Raises CellTimeoutError where a cell runs over its time, DeadKernelError after a cell that
    ended the session.
    """
    client = client_for(nb_man, log_output, stdout_file, stderr_file, execution_timeout, options)
    return client.execute()


def client_for(
    nb_man: Any,
    log_output: bool,
    stdout_file: Any,
    stderr_file: Any,
    execution_timeout: int | None,
    options: dict[str, Any],
) -> Client:
    """The client, with those of papermill's options that mean something without a kernel."""
    known = {name: value for name, value in options.items() if Client.class_traits().get(name)}
    known.pop("kernel_manager_class", None)
    if execution_timeout:
        known["timeout"] = execution_timeout
    return Client(
        nb_man,
        **{name: value for name, value in known.items() if value is not None},
        log=logger,
        log_output=log_output,
        stdout_file=stdout_file,
        stderr_file=stderr_file,
    )


_AS_TEXT = frozenset({"text/plain", "text/html", "text/markdown", "image/svg+xml", "image/png"})


def _is_ordinary(content: dict[str, Any]) -> bool:
    """Whether an output is text, or a bundle of text and JSON: valid as it is, and checked fast."""
    if "data" not in content:
        return isinstance(content.get("text"), str)
    return isinstance(content.get("metadata"), dict) and all(
        isinstance(value, str) if mime in _AS_TEXT else mime.endswith("+json")
        for mime, value in content["data"].items()
    )


def _accept(*_: Any, **__: Any) -> None:
    """Stands for the validation of what is known to be valid."""


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Handles cells, outputs, errors and timing as papermill does: the code is the same."""

    def execute(self, **_: Any) -> Any:
        """Run every cell."""
        self.reset_execution_trackers()
        self.kc = Interpreter()
        self.papermill_execute_cells()
        info = IPythonKernel.language_info
        self.nb.metadata["language_info"] = NotebookNode(dict(info))  # type: ignore[no-untyped-call]
        self.set_widgets_metadata()
        return self.nb

    async def async_execute_cell(self, cell: Any, cell_index: int, *args: Any, **kw: Any) -> Any:
        """Run one cell, within its time."""
        if cell.cell_type == "code" and cell.source.strip() and self.kc.finished:
            raise DeadKernelError("Kernel died")
        self.kc.seconds = self._get_timeout(cell)
        return await super().async_execute_cell(cell, cell_index, *args, **kw)

    execute_cell = run_sync(async_execute_cell)

    def output(self, outs: Any, msg: Any, display_id: str | None, cell_index: int) -> Any:
        """Take an output; one of an ordinary make is not held against the schema once more."""
        if not _is_ordinary(msg["content"]):
            return super().output(outs, msg, display_id, cell_index)
        validate, nbbase.validate = nbbase.validate, _accept
        try:
            return super().output(outs, msg, display_id, cell_index)
        finally:
            nbbase.validate = validate

    async def _async_poll_kernel_alive(self) -> None:
        """There is no kernel whose death could be noticed."""

    async def _async_poll_output_msg(self, _: str, cell: Any, cell_index: int) -> None:
        for message in self.kc.tape.take():
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    async def _async_poll_for_reply(
        self, _: str, cell: Any, timeout: int | None, outputs: Any, __: Any
    ) -> Any:
        reply = self.kc.reply
        if self.record_timing:
            cell["metadata"]["execution"]["shell.execute_reply"] = (
                reply["header"]["date"].isoformat().replace("+00:00", "Z")
            )
        await outputs
        if self.kc.timed_out and not self.interrupt_on_timeout:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", timeout or 0, cell
            )
        return reply
