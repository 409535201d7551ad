"""The two process pools that the engine is measured against."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = str(ROOT / "notebooks" / "annual_report.ipynb")


def script(task: tuple[str, str, str]) -> None:
    """A report by papermill's standard engine and the exporters, as their manuals show it."""
    import papermill
    import yaml

    from helpers.exporters.html import NianbaoHTMLExporter
    from helpers.exporters.pdf import NianbaoPDFExporter
    from helpers.exporters.word import NianbaoDOCXExporter

    file, out, formats = task
    given = yaml.load(Path(file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    given["published"] = str(given["published"])
    book = Path(out) / f"{Path(file).stem}.ipynb"
    notebook = papermill.execute_notebook(
        NOTEBOOK,
        str(book),
        parameters=given,
        progress_bar=False,
        request_save_on_cell_execute=False,
    )
    if "html" in formats:
        page, _ = NianbaoHTMLExporter().from_notebook_node(notebook)
        book.with_suffix(".html").write_text(page, encoding="utf-8")
    if "pdf" in formats:
        pdf, _ = NianbaoPDFExporter(fonts="packaged").from_notebook_node(notebook)
        book.with_suffix(".pdf").write_bytes(pdf)
    if "docx" in formats:
        word, _ = NianbaoDOCXExporter().from_notebook_node(notebook)
        book.with_suffix(".docx").write_bytes(word)


def floor(task: tuple[str, str, str]) -> None:
    """A report by the same cells in this process, whatever the last one left, and exporters."""
    from helpers.batch.documents import notebook_text, write_documents
    from helpers.batch.execute import execute, parameters
    from helpers.engine import warm
    from helpers.params import read_params

    warm._child[:] = [True]  # run the cells here
    file, out, formats = task
    report = read_params(Path(file))
    given = parameters(report, draft=False, earlier=(), settings={})
    kept = sys.stdout, sys.stderr, sys.modules["__main__"]
    notebook = execute(NOTEBOOK, given, 600)
    sys.stdout, sys.stderr, sys.modules["__main__"] = kept
    text = notebook_text(notebook)
    write_documents(text, Path(out) / Path(file).stem, formats.split(","), "packaged")


if __name__ == "__main__":
    name, listed, out, jobs, formats = sys.argv[1:]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    files = Path(listed).read_text(encoding="utf-8").split("\n")
    tasks = [(file, out, formats) for file in files]
    with ProcessPoolExecutor(int(jobs)) as pool:
        for _ in pool.map({"script": script, "floor": floor}[name], tasks):
            pass
