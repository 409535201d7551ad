"""The ``figures`` part of a params file: printed labels and numbers -> Figures.

Keys are printed labels or their aliases; rows may be nested as printed or written flat; a row
is a list in printed column order, a mapping by column, or a number where there is one column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.figures import Figure, Figures, read
from helpers.formats import Block, Column, Format, Line, Ref, Row, Table, closest, find_key, plain
from helpers.params.positions import Path

Fault = tuple[Path, str]
_LONG = 60


@dataclass
class _Reading:
    """The figures of one table found so far, and what was wrong."""

    table: Table
    cells: dict[Ref, Figure] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lines_seen: set[str] = field(default_factory=set)

    def fault(self, path: Path, message: str) -> None:
        self.faults.append((path, message))


def read_figures(data: Any, fmt: Format) -> tuple[Figures, list[Fault]]:
    """Figures and faults (path, Chinese sentence) of the mapping under ``figures``.

    Rows and blocks that are left out stay absent; a table that is left out is a fault.
    """
    ids = {table.id: table for table in fmt.tables}
    headed = {plain(s.heading): ids[s.table] for s in fmt.sections if s.table}
    example = "、".join(ids)
    if not isinstance(data, Mapping):
        return Figures(), [((), f"应为{example}各表的数字，读到的是{say(data)}")]
    cells: dict[Ref, Figure] = {}
    faults: list[Fault] = []
    found = set()
    for key, value in data.items():
        table = ids.get(_table_id(str(key), ids)) or headed.get(plain(str(key)))
        if table is None:
            faults.append(((key,), f"没有“{key}”这张表，应为{example}之一"))
        elif table.id in found:
            faults.append(((key,), f"{table.name}写了两次"))
        else:
            found.add(table.id)
            reading = _read_table(table, value, (key,))
            cells |= reading.cells
            faults += reading.faults
    for table in fmt.tables:
        if table.id not in found:
            heading = next(s.heading for s in fmt.sections if s.table == table.id)
            faults.append(((), f"缺少{table.name}（{heading}）；没有发生的也要写 0"))
    return Figures({ref: cells[ref] for ref in fmt.slots if ref in cells}), faults


def _table_id(key: str, ids: Mapping[str, Table]) -> str:
    name = plain(key).removeprefix("表")
    return name if name in ids else ""


def _read_table(table: Table, data: Any, path: Path) -> _Reading:
    reading = _Reading(table)
    if not isinstance(data, Mapping):
        reading.fault(path, f"应为各行的名称和数字，读到的是{say(data)}")
        return reading
    for key, value in data.items():
        block = next((b for b in table.blocks if b.title and plain(b.title) == plain(key)), None)
        if block is None:
            rows = [row for b in table.blocks for row in b.rows]
            _read_row(reading, rows, key, value, path)
        elif isinstance(value, Mapping):
            for row, cells in value.items():
                _read_row(reading, block.rows, row, cells, (*path, key))
        else:
            reading.fault((*path, key), f"应为各行的名称和数字，读到的是{say(value)}")
    return reading


def _read_row(reading: _Reading, rows: Sequence[Row], key: str, value: Any, above: Path) -> None:
    path = (*above, key)
    row = find_key(str(key), rows)
    if not isinstance(row, Row):
        labels = [r.label for r in _all_rows(rows)]
        names = [n for r in _all_rows(rows) for n in (*r.aliases, r.label)]
        guess = closest(str(key), names)
        near = f"是不是“{guess}”？" if guess else f"应为其中之一：{'、'.join(labels[:8])}……"
        reading.fault(path, f"{reading.table.name}没有“{key}”这一行，{near}")
        return
    if row.rows:
        if isinstance(value, Mapping):
            for inner, cells in value.items():
                _read_row(reading, row.rows, inner, cells, path)
        else:
            inner_labels = "、".join(r.label for r in row.rows)
            reading.fault(path, f"“{row.label}”下面还要分行填写：{inner_labels}")
        return
    block, line = _line(reading.table, row)
    if (seen := line.path) in reading.lines_seen:
        reading.fault(path, f"“{row.label}”这一行写了两次，请删去一处")
        return
    reading.lines_seen.add(seen)
    _read_cells(reading, block, line, value, path)


def _all_rows(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from _all_rows(row.rows)


def _line(table: Table, row: Row) -> tuple[Block, Line]:
    return next((b, line) for b in table.blocks for line in b.lines if line.row is row)


def _read_cells(reading: _Reading, block: Block, line: Line, value: Any, path: Path) -> None:
    if isinstance(value, Mapping):
        _read_named(reading, block, line, value, path)
        return
    if not isinstance(value, list | tuple):
        if len(block.inputs) != 1:
            names = "、".join(column.label for column in block.inputs)
            message = f"应为 {len(block.inputs)} 个数（{names}），读到的是{say(value)}"
            reading.fault(path, f"{message}；写成 [0, 0, …]")
            return
        value = [value]
    expected = {len(block.inputs): block.inputs, len(block.fields): block.fields}
    columns = expected.get(len(value))
    if columns is None:
        names = "、".join(column.label for column in block.fields)
        counts = " 或 ".join(str(n) for n in expected)
        reading.fault(path, f"应有 {counts} 个数（{names}），读到 {len(value)} 个")
        return
    row = line.path
    for number, (column, item) in enumerate(zip(columns, value, strict=True)):
        figure = read(item, column) if type(item) is int else None
        if figure is not None and figure.state == "number":  # as nearly all are
            reading.cells[Ref(reading.table.id, row, column.label)] = figure
        else:
            _read_cell(reading, line, column, item, (*path, number))


def _read_named(
    reading: _Reading, block: Block, line: Line, cells: Mapping[str, Any], path: Path
) -> None:
    seen: set[str | None] = set()
    for key, item in cells.items():
        column = find_key(str(key), block.columns)
        if not isinstance(column, Column) or column.columns:
            labels = [c.label for c in block.fields]
            guess = closest(str(key), labels)
            near = f"是不是“{guess}”？" if guess else f"应为：{'、'.join(labels)}"
            reading.fault((*path, key), f"“{line.row.label}”没有“{key}”这一列，{near}")
        elif column.key in seen:
            reading.fault((*path, key), f"“{column.label}”这一列写了两次，请删去一处")
        else:
            seen.add(column.key)
            _read_cell(reading, line, column, item, (*path, key))


def _read_cell(reading: _Reading, line: Line, column: Column, item: Any, path: Path) -> None:
    figure = read(item, column) if not isinstance(item, dict | list) else Figure(None, "unreadable")
    if figure.state == "unreadable":
        expected = {
            "count": "应为整数，如 12；没有发生写 0",
            "change": "应为带正负的整数，如 +5、-2、增5、减2",
            "money": f"应为以{column.unit}计的金额，如 12.34，位数很多时加引号",
        }[column.kind]
        reading.fault(
            path, f"“{line.row.label}”的“{column.label}”读到{say(item)}，{expected}（C-03）"
        )
        return
    reading.cells[Ref(reading.table.id, line.path, column.label)] = figure


def say(value: Any) -> str:
    """What was read, in words: 空, 一列值, “3件”. Long text is cut."""
    if value is None:
        return "空"
    if isinstance(value, Mapping):
        return "一组名称和值"
    if isinstance(value, list | tuple):
        return "一列值"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"“{text if len(text) <= _LONG else text[:_LONG] + '…'}”"
