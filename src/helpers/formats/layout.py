"""Figures laid out as Grids, exactly as the format prints them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from helpers import grid
from helpers.formats.model import Block, Column, Line, Ref, Row, Table
from helpers.grid import Cell, Grid, Label

Show = Callable[[Ref], str]
"""From the address of a figure to the text that its cell shows."""


def lay_out(
    table: Table,
    show: Show,
    marks: Mapping[Ref, str] | None = None,
    without: Collection[Block] = (),
) -> Grid:
    """The table in its official layout; ``marks`` are short signs beside single figures.

    ``without`` are blocks that the report does not have and that are not printed.
    """
    printed = [block for block in table.blocks if block not in without]
    blocks = [_block(table, block, show, marks or {}) for block in printed]
    return grid.stack(blocks, name=table.id, widths=table.widths, header_rows=table.header_rows)


def _block(
    table: Table, block: Block, show: Show, marks: Mapping[Ref, str]
) -> tuple[list[Cell], int, int]:
    def value(line: Line, column: Column) -> Cell:
        ref = Ref(table.id, line.path, column.label)
        return Cell(show(ref), ref=ref, mark=marks.get(ref, ""))

    columns = [_column(column) for column in block.columns]
    if block.across:
        heads = [_above(row, columns) for row in block.rows]
        line_of_values = [value(line, c) for line in block.lines for c in block.fields]
        return grid.compose(heads, (), [line_of_values], title=block.title)
    values = [[value(line, column) for column in block.fields] for line in block.lines]
    simple = all(not column.columns for column in block.columns)
    corner = Cell(block.corner, role="column" if simple else "corner")
    rows = [_row(row) for row in block.rows]
    return grid.compose(columns, rows, values, corner=corner, title=block.title)


def _column(column: Column) -> Label:
    return Label(column.label, tuple(_column(c) for c in column.columns), column.span)


def _row(row: Row) -> Label:
    return Label(row.label, tuple(_row(r) for r in row.rows))


def _above(row: Row, columns: list[Label]) -> Label:
    below = tuple(_above(r, columns) for r in row.rows) or tuple(columns)
    return Label(row.label, below)
