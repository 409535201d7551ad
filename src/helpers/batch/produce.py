"""One report made: the notebook executed by papermill, then exported to every format."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from helpers.batch.files import sha256
from helpers.figures import plain_number
from helpers.params import params_data
from helpers.report import Report
from helpers.rules import Result, fingerprint

State = Literal["done", "draft", "refused", "failed"]
FORMATS = ("html", "pdf", "docx")
CELL_SECONDS = 600
"""How long one cell of a notebook may run."""

_NOISE = ("execution", "papermill")
# Sets print in one order, and warnings name no file of a process that is gone.
_QUIET = {"PYTHONHASHSEED": "0", "IPYKERNEL_CELL_NAME": "<cell>"}


@dataclass(frozen=True)
class Job:
    """What a worker needs to make one report in ``folder`` (which exists and is empty)."""

    report: Report
    result: Result
    notebook: Path
    folder: Path
    formats: tuple[str, ...] = FORMATS
    draft: bool = False
    fonts: str = "auto"
    earlier: tuple[Report, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Produced:
    """How it went: state, sentence for people, files with their sha256, faces embedded.

    ``trace`` is the traceback of a bug, for the log.
    """

    state: State
    message: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()
    trace: str = ""


def block_slow_import() -> None:
    """Keep jsonschema from building the IRI parser that no Jupyter schema uses (seconds).

    For processes that are ours alone: the command line and its workers.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def produce(job: Job) -> Produced:
    """Execute the notebook, export it and write everything into the job's folder.

    Never raises: whatever goes wrong is the report's own failure, and the batch goes on.
    """
    block_slow_import()
    try:
        return _produce(job)
    except _Stopped as stopped:
        return Produced(stopped.state, str(stopped))
    except MemoryError:
        return Produced("failed", "内存不够，这一份没有生成")
    except OSError as error:
        return Produced("failed", f"文件写不下去：{error.strerror}")
    except Exception as error:  # noqa: BLE001  # a bug must not take the batch with it
        text = f"程序内部错误：{type(error).__name__}：{error}"
        return Produced("failed", text, trace=traceback.format_exc())


def _produce(job: Job) -> Produced:
    from helpers.exporters.errors import ExportError

    notebook = _execute(job)
    try:
        fonts = _export(job, notebook)
    except ExportError as error:
        raise _Stopped("failed", str(error)) from None
    _write_findings(job)
    return Produced("draft" if job.draft else "done", "", _hashes(job.folder), fonts)


class _Stopped(Exception):  # noqa: N818
    """The notebook did not run to its end."""

    def __init__(self, state: State, message: str) -> None:
        self.state: State = state
        super().__init__(message)


def _execute(job: Job) -> Any:
    import papermill
    from papermill.exceptions import PapermillException, PapermillExecutionError

    from helpers.batch.parameters_cell import register_translator

    register_translator()
    logging.getLogger("papermill").setLevel(logging.ERROR)
    parameters = {
        **_json(params_data(job.report)),
        "source": None,
        "draft": job.draft,
        "history": [_json(params_data(report)) for report in job.earlier],
        "settings": dict(job.settings),
    }
    os.environ |= _QUIET
    try:
        with tempfile.TemporaryDirectory(prefix="nianbao-") as sockets:
            notebook = papermill.execute_notebook(
                str(job.notebook),
                None,
                parameters=parameters,
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_SECONDS,
                **_kernel_options(sockets),
            )
    except PapermillExecutionError as error:
        state: State = "refused" if error.ename == "CheckFailed" else "failed"
        start = (error.source or "").strip().partition("\n")[0]
        where = f"笔记本里以“{start}”开头的单元格"
        text = error.evalue if state == "refused" else f"{where}出错：{error.ename}：{error.evalue}"
        raise _Stopped(state, text) from None
    except (PapermillException, RuntimeError) as error:
        raise _Stopped("failed", f"笔记本没有运行完：{error}") from None
    _clean(notebook)
    import nbformat

    content: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    (job.folder / "report.ipynb").write_text(content + "\n", encoding="utf-8")
    return notebook


def _json(value: Any) -> Any:
    """Parameters as papermill keeps them: exact decimals and dates as text."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date) else value


def _kernel_options(folder: str) -> dict[str, Any]:
    """Talk to the kernel through files in ``folder``: no ports that two batches could share."""
    quiet = {"extra_arguments": ["--log-level=CRITICAL"]}
    if os.name == "nt":
        return quiet
    from jupyter_client.manager import AsyncKernelManager

    class FileSocketKernelManager(AsyncKernelManager):
        """A kernel manager whose sockets are files that only this user can reach."""

        def __init__(self, **traits: Any) -> None:
            file = str(Path(folder) / "kernel.json")
            super().__init__(transport="ipc", connection_file=file, **traits)

    return {"kernel_manager_class": FileSocketKernelManager, **quiet}


def _clean(notebook: Any) -> None:
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


def _export(job: Job, notebook: Any) -> tuple[str, ...]:
    from helpers.exporters.html import NianbaoHTMLExporter
    from helpers.exporters.pdf import NianbaoPDFExporter
    from helpers.exporters.word import NianbaoDOCXExporter

    fonts: tuple[str, ...] = ()
    beside = {"pdf": ("PDF 版", "report.pdf"), "docx": ("Word 版", "report.docx")}
    downloads = [beside[name] for name in beside if name in job.formats]
    resources = {
        "metadata": {"name": "report", "path": str(job.folder)},
        "nianbao_downloads": [*downloads, ("全部数据（CSV）", "../figures.csv")],
    }
    if "html" in job.formats:
        page, _ = NianbaoHTMLExporter().from_notebook_node(notebook, resources)  # type: ignore[no-untyped-call]
        (job.folder / "report.html").write_text(page, encoding="utf-8")
    if "pdf" in job.formats:
        exporter = NianbaoPDFExporter(fonts=job.fonts)  # type: ignore[no-untyped-call]
        content, found = exporter.from_notebook_node(notebook, resources)
        (job.folder / "report.pdf").write_bytes(content)
        fonts = tuple(found.get("nianbao_fonts", ()))
    if "docx" in job.formats:
        word, _ = NianbaoDOCXExporter().from_notebook_node(notebook, resources)  # type: ignore[no-untyped-call]
        (job.folder / "report.docx").write_bytes(word)
    return fonts


def findings_data(source: str, report: Report, result: Result) -> dict[str, Any]:
    """A report's findings as ``check --json`` prints them, failures with their fingerprint."""
    return {
        "source": source,
        "agency": report.agency.name,
        "year": report.year,
        "format": report.format.code,
        "findings": [
            f.as_dict() | ({"fingerprint": fingerprint(report, f)} if f.state == "fail" else {})
            for f in result.findings
        ],
    }


def _write_findings(job: Job) -> None:
    data = findings_data(Path(job.report.source).name, job.report, job.result)
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    (job.folder / "findings.json").write_text(text, encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir()) if path.is_file()}
