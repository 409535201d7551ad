"""A report as a params file, laid out for a person to read and correct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import yaml

from helpers.figures import FLOAT_DIGITS, Figure, plain_number, read
from helpers.formats import Block, Column, FormatError, Line, Ref, Row, Table, for_year
from helpers.report import CHARTS, Report


class _Flow(list[Any]):
    """A list written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes lists of figures on one line and long text as blocks."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


_Dumper.add_representer(
    _Flow, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True)
)
_Dumper.add_representer(
    Decimal, lambda d, v: d.represent_scalar("tag:yaml.org,2002:float", plain_number(v))
)
_Dumper.add_representer(
    str,
    lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", v, style=_style(v)),
)


def _style(text: str) -> str | None:
    """Text of several lines as a block; unusual line breaks only survive in quotation marks."""
    if any(mark in text for mark in "\r\x85\u2028\u2029"):
        return '"'
    return "|" if "\n" in text else None


def write_params(report: Report, *, schema: str = "") -> str:
    """The params file (YAML text) that reads back as this report.

    ``schema`` is the path of the JSON Schema to name for editors. Totals that were computed
    are left out; blanks stay blank.
    """
    text: str = yaml.dump(
        params_data(report), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    return head + text


def params_data(report: Report) -> dict[str, Any]:
    """The report as the mapping a params file holds: the parameters of the notebook."""
    agency = {k: _plain(v) for k, v in report.agency.model_dump().items() if v}
    data: dict[str, Any] = {"agency": agency, "year": report.year}
    if report.format.code != _usual(report.year):
        data["format"] = report.format.code
    if report.published:
        data["published"] = report.published
    data["figures"] = {t.id: _table(t, report) for t in report.format.tables}
    headings = {section.id: section.heading for section in report.format.sections}
    if report.narrative:
        data["narrative"] = {headings[key]: text for key, text in report.narrative.items()}
    if report.explanations:
        data["explanations"] = {
            rule: {"理由": text, "写入报告": True} if rule in report.printed_reasons else text
            for rule, text in report.explanations.items()
        }
    if report.charts is not None:
        data["charts"] = report.charts == CHARTS or _Flow(report.charts)
    return data


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _usual(year: int) -> str:
    """The code of the format in force for the year, "" where there is none."""
    try:
        return for_year(year).code
    except FormatError:
        return ""


def _table(table: Table, report: Report) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for block in table.blocks:
        data |= _rows(block.rows, table, block, report)
    return data


def _rows(rows: tuple[Row, ...], table: Table, block: Block, report: Report) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for row in rows:
        if row.rows:
            inner = _rows(row.rows, table, block, report)
            if inner:
                data[row.label] = inner
            continue
        line = next(line for line in block.lines if line.row is row)
        cells = dict(_cells(table, block, line, report.figures))
        if cells:
            data[row.label] = _shape(block, cells)
    return data


def _cells(
    table: Table, block: Block, line: Line, figures: Mapping[Ref, Figure]
) -> Iterator[tuple[str, Any]]:
    for column in block.fields:
        figure = figures.get(Ref(table.id, line.path, column.label))
        if figure is not None and not figure.computed:
            yield column.label, _value(figure, column)


def _shape(block: Block, cells: dict[str, Any]) -> Any:
    """Cells by column; as a list in printed order for tables with totals, where complete."""
    inputs = [column.label for column in block.inputs]
    if block.total_columns and list(cells) in (inputs, [c.label for c in block.fields]):
        return _Flow(cells.values())
    return cells


def _value(figure: Figure, column: Column) -> Any:
    """What to write for a figure: as it was given where that reads back as the same number.

    Readers of other files are more lenient than params files; a number that they had to put
    into shape is written plainly, and one that they were not sure of stays blank.
    """
    if figure.value is None:
        return figure.raw.strip() if figure.raw and figure.state == "placeholder" else None
    if figure.raw and (figure.unit or figure.normalised):
        again = read(figure.raw, column)
        if (again, again.unit) == (figure, figure.unit):
            return figure.raw
    value = figure.value
    if column.unit_in_cell and figure.unit:
        return f"{plain_number(value)}{column.unit}"
    if value == value.to_integral_value():
        return int(value)
    # A reader that makes binary floats of numbers must not get one that it would round.
    return value if len(value.as_tuple().digits) <= FLOAT_DIGITS else plain_number(value)
