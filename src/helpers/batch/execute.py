"""The notebook executed by papermill, and cleaned of everything that differs between runs."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Literal

from helpers.engine import NAME, warm
from helpers.figures import plain_number
from helpers.params import params_data
from helpers.report import Report

_NOISE = ("execution", "papermill")
# Sets print in one order, and warnings name no file of a process that is gone.
_QUIET = {"PYTHONHASHSEED": "0", "IPYKERNEL_CELL_NAME": "<cell>"}


class Stopped(Exception):  # noqa: N818
    """The notebook did not run to its end: a check ``refused`` the report, or it ``failed``."""

    def __init__(self, state: Literal["refused", "failed"], message: str) -> None:
        self.state: Literal["refused", "failed"] = state
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.state, str(self))


def parameters(
    report: Report, *, draft: bool, earlier: Sequence[Report], settings: dict[str, Any]
) -> dict[str, Any]:
    """What papermill hands to the notebook."""
    return {
        **_json(params_data(report)),
        "source": None,
        "draft": draft,
        "history": [_json(params_data(report)) for report in earlier],
        "settings": settings,
    }


def execute(notebook: Any, given: dict[str, Any] | None, seconds: int) -> Any:
    """The executed notebook; ``notebook`` is a path or a notebook, ``given`` its parameters.

    Raises Stopped where a cell fails or runs longer than ``seconds``.
    """
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillException, PapermillExecutionError

    from helpers.batch.parameters_cell import register_translator

    register_translator()
    logging.getLogger("papermill").setLevel(logging.ERROR)
    os.environ |= _QUIET
    try:
        with _kernel_options() as options:
            executed = _run(notebook, given, execution_timeout=seconds, **options)
    except PapermillExecutionError as error:
        raise _stopped(error) from None
    except CellTimeoutError:
        text = f"笔记本没有运行完：有单元格超过 {seconds} 秒（设置 run.seconds）"
        raise Stopped("failed", text) from None
    except (PapermillException, RuntimeError) as error:
        raise Stopped("failed", f"笔记本没有运行完：{error}") from None
    clean(executed)
    return executed


_ahead: list[tuple[str, bytes, Any]] = []


def read_ahead(notebook: str) -> None:
    """Have a notebook file read for the processes forked from this one, which run it once each.

    One that cannot be read they will tell of.
    """
    with suppress(Exception):
        content = Path(notebook).read_bytes()
        if not _ahead or _ahead[0][:2] != (notebook, content):
            _ahead[:] = [(notebook, content, _read(notebook))]


def _loaded(notebook: Any) -> Any:
    """The notebook as papermill reads it, to be changed as one likes."""
    known = _ahead.pop() if _ahead and warm.is_child() else None
    return known[2] if known and known[0] == notebook else _read(notebook)


def _read(notebook: Any) -> Any:
    """A notebook as papermill reads it; cells of an old one, which get ids at random, numbered."""
    from papermill.iorw import load_notebook_node

    loaded = load_notebook_node(notebook)
    if isinstance(notebook, str):
        cells = json.loads(Path(notebook).read_text(encoding="utf-8")).get("cells", [])
        for number, (cell, written) in enumerate(zip(loaded.cells, cells, strict=False)):
            if "id" not in written:
                cell.id = f"cell-{number}"
    return loaded


def _run(notebook: Any, given: dict[str, Any] | None, **options: Any) -> Any:
    """What papermill's execute_notebook does, without writing a file that nobody wants.

    Raises what papermill raises.
    """
    from papermill import execute as pm
    from papermill.engines import papermill_engines
    from papermill.parameterize import parameterize_notebook

    nb = _loaded(notebook)
    if given:
        nb = parameterize_notebook(nb, given, engine_name=NAME)
    nb = pm.remove_error_markers(pm.prepare_notebook_metadata(nb, None, None))
    if warm.is_child() and not warm.obstacle():
        nb = _run_here(nb, **options)
        pm.raise_for_execution_errors(nb, None)
        return nb
    nb = papermill_engines.execute_notebook_with_engine(
        NAME,
        nb,
        kernel_name=papermill_engines.nb_kernel_name(NAME, nb),
        output_path=None,
        progress_bar=False,
        log_output=False,
        **options,
    )
    pm.raise_for_execution_errors(nb, None)
    return nb


def _run_here(nb: Any, **options: Any) -> Any:
    """Run the cells in this process without noting when each began, which nobody keeps."""
    from helpers.engine.client import execute as run_cells

    def failed(cell: Any, **_: Any) -> None:
        cell.metadata.papermill = {"exception": True}

    def ignore(*_: Any, **__: Any) -> None:
        pass

    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    manager = SimpleNamespace(
        nb=nb,
        cell_start=ignore,
        cell_exception=failed,
        cell_complete=ignore,
        autosave_cell=ignore,
    )
    return run_cells(manager, record_timing=False, **options)


def _stopped(error: Any) -> Stopped:
    """What a failing cell means: the checks refuse the report, or it is a mistake."""
    if error.ename == "CheckFailed":
        return Stopped("refused", error.evalue)
    start = (error.source or "").strip().partition("\n")[0]
    where = f"笔记本里以“{start}”开头的单元格"
    return Stopped("failed", f"{where}出错：{error.ename}：{error.evalue}")


def _json(value: Any) -> Any:
    """Parameters as papermill keeps them: exact decimals and dates as text."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def _kernel_options() -> Iterator[dict[str, Any]]:
    """Options for the standard engine, where that is used: talk to the kernel through files.

    There are then no ports that two batches could share.
    """
    if not warm.obstacle():
        yield {}
        return
    quiet = {"extra_arguments": ["--log-level=CRITICAL"]}
    if os.name == "nt":
        yield quiet
        return
    from jupyter_client.manager import AsyncKernelManager

    with TemporaryDirectory(prefix="nianbao-") as folder:
        file = str(Path(folder) / "kernel.json")

        class FileSocketKernelManager(AsyncKernelManager):
            """A kernel manager whose sockets are files that only this user can reach."""

            def __init__(self, **traits: Any) -> None:
                super().__init__(transport="ipc", connection_file=file, **traits)

        yield {"kernel_manager_class": FileSocketKernelManager, **quiet}


def clean(notebook: Any) -> None:
    """Take out times, durations, paths and random ids: the same input gives the same bytes."""
    for noise in _NOISE:
        notebook.metadata.pop(noise, None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        for noise in _NOISE:
            cell.metadata.pop(noise, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        cell.setdefault("id", f"cell-{number}")
