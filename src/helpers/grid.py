"""Grid: cells with spans, the one table model.

Writers turn a Grid into HTML, Typst or Word; readers turn those back into Grids.
Everything that computes a span lives in this module, and this module knows nobody.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal

Role = Literal["column", "row", "corner", "value"]
"""What a cell is: column header, row header, the corner where both meet, or a value."""

MIME = "application/vnd.nianbao.grid+json"
"""MIME type under which a Grid travels in a notebook output."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell at (row, column), zero-based, covering ``rowspan`` × ``colspan`` positions.

    ``ref`` names the figure a value cell shows: (table, row path, column), official labels.
    ``mark`` is a short sign printed beside the value, such as the number of a finding.
    """

    text: str = ""
    row: int = 0
    column: int = 0
    rowspan: int = 1
    colspan: int = 1
    role: Role = "value"
    ref: tuple[str, str, str] | None = None
    mark: str = ""

    def positions(self) -> Iterator[tuple[int, int]]:
        """All (row, column) positions that this cell covers."""
        for row in range(self.row, self.row + self.rowspan):
            for column in range(self.column, self.column + self.colspan):
                yield row, column


@dataclass(frozen=True, slots=True)
class Label:
    """A header label with the labels below it (columns) or to its right (rows).

    ``span`` is the number of grid columns or rows that a leaf takes.
    """

    text: str
    children: tuple[Label, ...] = ()
    span: int = 1

    def depth(self) -> int:
        """Number of levels from this label to its deepest leaf."""
        return 1 + max((child.depth() for child in self.children), default=0)

    def extent(self) -> int:
        """Number of grid columns (or rows) that this label covers."""
        return sum(child.extent() for child in self.children) or self.span


@dataclass(frozen=True)
class Grid:
    """A table as printed: every position of ``n_rows`` × ``n_columns`` covered exactly once.

    ``header_rows`` leading rows are repeated when the table runs over a page;
    ``widths`` are relative column widths (empty: equal).
    Raises ValueError when cells overlap, stick out or leave a hole.
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_columns: int
    header_rows: int = 0
    caption: str = ""
    widths: tuple[float, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        covered = [position for cell in self.cells for position in cell.positions()]
        if len(covered) != len(set(covered)):
            raise ValueError(f"grid {self.name!r}: cells overlap")
        wanted = {(r, c) for r in range(self.n_rows) for c in range(self.n_columns)}
        if set(covered) != wanted:
            odd = sorted(set(covered) ^ wanted)[:3]
            raise ValueError(f"grid {self.name!r}: cells leave holes or stick out at {odd}")

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, Any]:
        """Only the fields: the hash of another process would be another."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _hash(self) -> int:
        return hash((self.cells, self.n_rows, self.n_columns, self.name))

    def matrix(self) -> list[list[Cell]]:
        """The cell at every position; a spanning cell stands at each position it covers."""
        rows: list[list[Any]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row, column in cell.positions():
                rows[row][column] = cell
        return rows

    def rows(self) -> list[list[Cell]]:
        """The cells row by row as HTML and Word write them: each at its first row only."""
        rows: list[list[Cell]] = [[] for _ in range(self.n_rows)]
        for cell in sorted(self.cells, key=lambda c: (c.row, c.column)):
            rows[cell.row].append(cell)
        return rows

    def headings(self) -> Mapping[Cell, tuple[Cell, ...]]:
        """The header cells that govern each value cell: its column heads, then its row heads.

        Column heads are the nearest unbroken run of column cells above the cell's first
        column, so a block lower in a stacked table is governed by its own head.
        """
        return self._headings

    @cached_property
    def _headings(self) -> Mapping[Cell, tuple[Cell, ...]]:
        governed: dict[Cell, tuple[Cell, ...]] = {}
        runs: list[list[Cell]] = [[] for _ in range(self.n_columns)]
        unbroken = [False] * self.n_columns
        for number, row in enumerate(self.matrix()):
            left = [c for at, c in enumerate(row) if c.role == "row" and c.column == at]
            for column, cell in enumerate(row):
                if cell.role == "value" and (cell.row, cell.column) == (number, column):
                    beside = [head for head in left if head.column < column]
                    governed[cell] = (*runs[column], *beside)
            for column, cell in enumerate(row):
                is_head = cell.role == "column"
                if is_head and not unbroken[column]:
                    runs[column] = []
                # A head that spans rows is met in each of them.
                if is_head and (not runs[column] or runs[column][-1] is not cell):
                    runs[column].append(cell)
                unbroken[column] = is_head
        return governed


def place(
    rows: Iterable[Iterable[Cell]], *, fill: bool = False
) -> tuple[tuple[Cell, ...], int, int]:
    """Give cells their positions by the flow HTML uses; return (cells, n_rows, n_columns).

    With ``fill``, spans that overlap or run past the last row are cut as browsers do with
    careless tables, and holes become empty cells in the role of a corner: no cell stood there.
    """
    taken: set[tuple[int, int]] = set()
    placed: list[Cell] = []
    row_list = [list(row) for row in rows]
    for r, row in enumerate(row_list):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            here = _placed(cell, r, c, cell.rowspan, cell.colspan)
            if fill:
                width = 1
                while width < here.colspan and (r, c + width) not in taken:
                    width += 1
                here = replace(here, colspan=width, rowspan=min(here.rowspan, len(row_list) - r))
            taken.update(here.positions())
            placed.append(here)
            c += here.colspan
    n_rows = max([len(row_list), *(r + 1 for r, _ in taken)]) if row_list else 0
    n_columns = max((c + 1 for _, c in taken), default=0)
    if fill:
        holes = [(r, c) for r in range(n_rows) for c in range(n_columns) if (r, c) not in taken]
        placed.extend(Cell(row=r, column=c, role="corner") for r, c in holes)
    return tuple(sorted(placed, key=lambda c: (c.row, c.column))), n_rows, n_columns


def from_rows(rows: Iterable[Iterable[Cell]], *, fill: bool = False, **properties: Any) -> Grid:
    """A Grid from rows of cells in HTML order; ``properties`` are those of Grid."""
    cells, n_rows, n_columns = place(rows, fill=fill)
    return Grid(cells, n_rows, n_columns, **properties)


def from_boxes(
    boxes: Iterable[tuple[float, float, float, float, str]],
    *,
    tolerance: float = 2.0,
    **properties: Any,
) -> Grid:
    """A Grid from rectangles (x0, top, x1, bottom, text) as they are ruled on paper.

    Edges within ``tolerance`` of each other are one line. What no rectangle covers becomes an
    empty cell; of rectangles that overlap the first stands, the others keep what is left of
    their first row, or go.
    """
    drawn = sorted(boxes, key=lambda box: (box[1], box[0]))
    across = _lines([x for x0, _, x1, _, _ in drawn for x in (x0, x1)], tolerance)
    down = _lines([y for _, top, _, bottom, _ in drawn for y in (top, bottom)], tolerance)
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for x0, top, x1, bottom, text in drawn:
        row, column = _nearest(down, top), _nearest(across, x0)
        high, wide = _nearest(down, bottom) - row, _nearest(across, x1) - column
        cell = Cell(text, row, column, max(high, 0), max(wide, 0))
        if taken.intersection(cell.positions()):
            free = [c for c in range(column, column + wide) if (row, c) not in taken]
            cell = Cell(text, row, free[0] if free else column, 1, int(bool(free)))
        if cell.rowspan and cell.colspan:
            cells.append(cell)
            taken.update(cell.positions())
    n_rows, n_columns = max(len(down) - 1, 0), max(len(across) - 1, 0)
    wanted = ((r, c) for r in range(n_rows) for c in range(n_columns))
    cells += [Cell(row=r, column=c) for r, c in wanted if (r, c) not in taken]
    cells.sort(key=lambda c: (c.row, c.column))
    return Grid(tuple(cells), n_rows, n_columns, **properties)


def _lines(values: Iterable[float], tolerance: float) -> list[float]:
    """The places of ruling lines: values sorted, those close to the one before left out."""
    lines: list[float] = []
    last = float("-inf")
    for value in sorted(values):
        if value - last > tolerance:
            lines.append(value)
        last = value
    return lines


def _nearest(lines: Sequence[float], value: float) -> int:
    """The number of the last line that does not lie beyond ``value``."""
    return bisect_right(lines, value) - 1


def header(labels: Sequence[Label], height: int, role: Role = "column") -> list[Cell]:
    """Header cells of a label forest, ``height`` rows high; leaves stretch down to the bottom."""

    def walk(label: Label, row: int, column: int) -> Iterator[Cell]:
        rowspan = 1 if label.children else height - row
        yield Cell(label.text, row, column, rowspan, label.extent(), role)
        for child in label.children:
            yield from walk(child, row + 1, column)
            column += child.extent()

    cells: list[Cell] = []
    column = 0
    for label in labels:
        cells.extend(walk(label, 0, column))
        column += label.extent()
    return cells


def transpose(cells: Iterable[Cell]) -> list[Cell]:
    """The same cells with rows and columns exchanged."""
    return [_placed(c, c.column, c.row, c.colspan, c.rowspan) for c in cells]


def shift(cells: Iterable[Cell], rows: int, columns: int) -> list[Cell]:
    """The same cells moved down and to the right."""
    return [_placed(c, c.row + rows, c.column + columns, c.rowspan, c.colspan) for c in cells]


def _placed(cell: Cell, row: int, column: int, rowspan: int, colspan: int) -> Cell:
    """The cell elsewhere; several times as fast as ``replace``, and there are many cells."""
    return Cell(cell.text, row, column, rowspan, colspan, cell.role, cell.ref, cell.mark)


def depth(labels: Sequence[Label]) -> int:
    """Number of levels of a label forest (0 for none)."""
    return max((label.depth() for label in labels), default=0)


def compose(
    columns: Sequence[Label],
    rows: Sequence[Label],
    values: Sequence[Sequence[Cell]],
    *,
    corner: Cell | None = None,
    title: str = "",
) -> tuple[list[Cell], int, int]:
    """One block: title over the whole width, column heads above, row heads left, values inside.

    ``values`` has one row per row leaf (one row where ``rows`` is empty) and one cell per
    column leaf. Returns (cells, n_rows, n_columns).
    """
    stub, head, top = depth(rows), depth(columns), int(bool(title))
    width = stub + sum(label.extent() for label in columns)
    cells = [Cell(title, 0, 0, 1, width, "column")] if title else []
    if stub and corner is not None:
        cells.append(replace(corner, row=top, column=0, rowspan=head, colspan=stub))
    cells += shift(header(columns, head), top, stub)
    cells += shift(transpose(header(rows, stub, "row")), top + head, 0)
    leaves = [cell for cell in header(columns, head) if cell.row + cell.rowspan == head]
    for r, line in enumerate(values):
        for leaf, value in zip(leaves, line, strict=True):
            row, column = top + head + r, stub + leaf.column
            cells.append(_placed(value, row, column, value.rowspan, leaf.colspan))
    return cells, top + head + len(values), width


def stack(blocks: Sequence[tuple[list[Cell], int, int]], **properties: Any) -> Grid:
    """Blocks of one width under each other as a Grid."""
    cells: list[Cell] = []
    height = 0
    for block, n_rows, _ in blocks:
        cells += shift(block, height, 0)
        height += n_rows
    cells.sort(key=lambda c: (c.row, c.column))
    return Grid(tuple(cells), height, blocks[0][2], **properties)


_FIELDS = tuple(field.name for field in fields(Cell))
_DEFAULTS = {"rowspan": 1, "colspan": 1, "role": "value", "ref": None, "mark": ""}


def side_by_side(grid: Grid) -> list[Grid]:
    """The parts of a grid that wholly blank columns separate, left to right.

    Spreadsheets hold several things beside each other; a grid without such columns is one part.
    """
    matrix = grid.matrix()
    blank = [
        not any(row[column].text.strip() for row in matrix) for column in range(grid.n_columns)
    ]
    parts: list[Grid] = []
    start: int | None = None
    for column, empty in enumerate([*blank, True]):
        if not empty and start is None:
            start = column
        elif empty and start is not None:
            parts.append(_columns(grid, start, column))
            start = None
    return parts if len(parts) > 1 else [grid]


def _columns(grid: Grid, first: int, end: int) -> Grid:
    """The grid's columns from ``first`` up to ``end``; cells that reach out are cut."""
    cells = []
    for cell in grid.cells:
        left, right = max(cell.column, first), min(cell.column + cell.colspan, end)
        if left < right:
            cells.append(replace(cell, column=left - first, colspan=right - left))
    widths = grid.widths[first:end] if grid.widths else ()
    return replace(grid, cells=tuple(cells), n_columns=end - first, widths=widths)


def to_json(grid: Grid) -> dict[str, Any]:
    """A Grid as JSON data; what equals the default is left out."""
    return {
        "cells": [_cell_data(cell) for cell in grid.cells],
        "n_rows": grid.n_rows,
        "n_columns": grid.n_columns,
        "header_rows": grid.header_rows,
        "caption": grid.caption,
        "widths": list(grid.widths),
        "name": grid.name,
    }


def _cell_data(cell: Cell) -> dict[str, Any]:
    pairs = ((name, getattr(cell, name)) for name in _FIELDS)
    return {k: v for k, v in pairs if k not in _DEFAULTS or v != _DEFAULTS[k]}


def from_json(data: dict[str, Any]) -> Grid:
    """The Grid that ``to_json`` wrote. Raises ValueError or TypeError on anything else."""
    cells = []
    for item in data["cells"]:
        ref = item.get("ref")
        cells.append(Cell(**{**item, "ref": tuple(ref) if ref else None}))
    rest = {k: v for k, v in data.items() if k not in ("cells", "widths")}
    return Grid(tuple(cells), widths=tuple(data.get("widths", ())), **rest)
