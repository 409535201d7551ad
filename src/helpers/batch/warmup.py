"""Imported by the warm process: what every report needs is brought in once, before the fork.

A report of each format is gone through, for what is built only the first time: patterns,
templates, tables of glyphs. Nothing that starts threads is run; Typst only reads its fonts.
"""

from __future__ import annotations

import contextlib
from typing import Any

import nbformat
import typst as _typst  # noqa: F401  # imported once for all

import helpers.batch.documents
import helpers.batch.produce
from helpers.batch.execute import clean, parameters
from helpers.exporters import fonts, notebook, pdf, typst, word
from helpers.exporters import html as page
from helpers.exporters.errors import ExportError
from helpers.figures import Figures, number
from helpers.formats import Format, available
from helpers.judging import result_of
from helpers.notebook import OpenReport
from helpers.params import report_from
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE
from helpers.settings import Settings

__all__ = ["helpers"]

_TEXT = (
    "### （一）主动公开\n\n全年公开信息12条，收到申请{{ 三.本年新收 }}件，同比增长5%，没有收费。"
)


def rehearse(fmt: Format) -> None:
    """Go through the making of a report, short of running cells and setting type."""
    figures = Figures({ref: number(1) for ref, slot in fmt.slots.items() if not slot.total})
    report = Report(
        Agency(name="某某县某某局"), fmt.first_year, fmt, figures, {"一": _TEXT, "五": _TEXT}
    )
    report_from(parameters_only(report))
    opened = OpenReport(report, "", draft=True)
    result_of(report, (), Settings())
    shown: list[Any] = [opened.check(t.id) for t in fmt.tables] + [opened.check()]
    shown += [opened.title(), opened.preamble(), opened.section("一"), opened.signoff()]
    shown += [opened.table(t.id) for t in fmt.tables]
    cell = nbformat.v4.new_code_cell("1", execution_count=1)  # type: ignore[no-untyped-call]
    cell.outputs = [_output(one) for one in shown]
    book = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    clean(book)
    nbformat.writes(book)  # type: ignore[no-untyped-call]
    nbformat.validate(book)
    document = notebook.read(book, "report")
    page.render(document)
    typst.write(document)
    with contextlib.suppress(ExportError):
        word.render(document)
    for mode in fonts.MODES[:2]:
        with contextlib.suppress(ExportError):
            pdf.load(fonts.complete(fonts.choose(mode), typst.texts(document)))


def parameters_only(report: Report) -> dict[str, Any]:
    """The report as the keys of a params file."""
    given = parameters(report, draft=False, earlier=(), settings={})
    return {k: v for k, v in given.items() if k not in ("source", "draft", "history", "settings")}


def _output(shown: Any) -> Any:
    data, metadata = shown._repr_mimebundle_()
    return nbformat.v4.new_output("display_data", data, metadata=metadata)  # type: ignore[no-untyped-call]


assert CATALOGUE  # noqa: S101
for _format in available().values():
    rehearse(_format)
