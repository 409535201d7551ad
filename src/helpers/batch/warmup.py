"""Imported by the warm process: what every report needs is brought in once, before the fork.

A report of the newest format is gone through, for what is built only the first time: patterns,
templates, tables of glyphs, code made fast; one of an older format when there is any. Nothing of
a user's is run, and nothing that starts threads; Typst only reads its fonts.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import nbformat
import typst as _typst  # noqa: F401  # imported once for all

import helpers.batch.produce
from helpers.batch.documents import notebook_text
from helpers.batch.execute import execute, parameters
from helpers.engine import shell
from helpers.engine.rehearsal import rehearse
from helpers.exporters import docx_file, fonts, html_page, notebook, pdf_pages, typst
from helpers.exporters.errors import ExportError
from helpers.figures import Figures, number
from helpers.formats import Format, available
from helpers.judging import result_of
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE
from helpers.settings import Settings

__all__ = ["helpers"]

_TEXT = (
    "### （一）主动公开\n\n全年公开信息12条，收到申请{{ 三.本年新收 }}件，同比增长5%，没有收费。"
)


_OPEN = "from helpers import open_report\n\nreport = open_report(source, draft=True, {})\nreport"
_SECONDS = 60
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


_ready: set[str] = set()


def be_ready(fmt: Format) -> None:
    """Have gone through the making of a report of this format, once in this process."""
    if fmt.code in _ready:
        return
    _ready.add(fmt.code)
    shell.forget()
    with contextlib.suppress(Exception):  # it only warms; reports of a format like that will tell
        _go_through(fmt)
    shell.prepare()


def _go_through(fmt: Format) -> None:
    """Go through the making of a report, short of setting type."""
    figures = Figures({ref: number(1) for ref, slot in fmt.slots.items() if not slot.total})
    prose = {section.id: _TEXT for section in fmt.sections if not section.table}
    report = Report(Agency(name="某某县某某局"), fmt.first_year, fmt, figures, prose)
    given = parameters(report, draft=True, earlier=(), settings={})
    result_of(report, (), Settings())
    book = _book(fmt, given)
    executed: list[Any] = []
    rehearse(lambda: executed.append(execute(book, given, _SECONDS)))
    document = notebook.read(json.loads(notebook_text(executed[0])), "report")
    html_page.render(document)
    typst.write(document)
    docx_file.render(document)
    for mode in fonts.MODES[:2]:
        with contextlib.suppress(ExportError):
            pdf_pages.load(fonts.complete(fonts.choose(mode), typst.texts(document)))


def _book(fmt: Format, given: Mapping[str, Any]) -> Any:
    """A notebook that shows a report as the project's own does."""
    v4: Any = nbformat.v4
    names = [name for name in given if name not in ("source", "draft")]
    shown = [f"check({t.id!r})" for t in fmt.tables] + [f"section({s.id!r})" for s in fmt.sections]
    calls = [f"report.{call}" for call in ("check()", *shown, "title()", "preamble()", "signoff()")]
    first = v4.new_code_cell("\n".join(f"{name} = None" for name in given))
    first.metadata.tags = ["parameters"]
    opening = _OPEN.format(", ".join(f"{name}={name}" for name in names))
    cells = [first, *map(v4.new_code_cell, (opening, *calls))]
    return v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})


assert CATALOGUE  # noqa: S101
be_ready(max(available().values(), key=lambda fmt: fmt.first_year))
