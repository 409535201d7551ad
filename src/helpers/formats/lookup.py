"""Finding rows and columns by what people call them: printed labels, aliases, parts of a path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from helpers.formats.labels import closest, plain
from helpers.formats.model import Block, Column, Format, Line, Ref, Row, Table


class Selection(NamedTuple):
    """The figures a path means: one, or all that a group of rows or columns adds up."""

    label: str
    refs: tuple[Ref, ...]


def find_key(name: str, within: Sequence[Row] | Sequence[Column]) -> Row | Column | None:
    """The row or column called ``name``, nearest the top of the tree; None where there is none."""
    level: list[Row | Column] = list(within)
    wanted = plain(name)
    while level:
        for node in level:
            if wanted in node.names:
                return node
        level = [child for node in level for child in _children(node)]
    return None


def _children(node: Row | Column) -> tuple[Row, ...] | tuple[Column, ...]:
    return node.rows if isinstance(node, Row) else node.columns


def select(fmt: Format, path: str) -> Selection:
    """The figures that a path such as ``三.本年新收.总计`` means.

    The parts are the table, then rows from the outside inwards as far as needed, then the
    column (left out: the total, or the only column). A group of rows or columns stands for
    the sum of what it holds, totals left out. Raises KeyError with a Chinese sentence.
    """
    parts = [part.strip() for part in path.split(".")]
    parts = [part for part in parts if part and not part.isdigit()]
    ids = [table.id for table in fmt.tables]
    table_id = parts[0].removeprefix("表") if parts else ""
    if table_id not in ids or len(parts) < 2:
        raise KeyError(f"“{path}”须写成 表.行.列，如 三.本年新收.总计；表是{'、'.join(ids)}之一")
    table = fmt.table(table_id)
    for cut in (len(parts) - 1, len(parts)):
        lines = list(_lines(table, parts[1:cut]))
        if not lines:
            continue
        columns = _columns(lines[0][0], parts[cut:])
        if columns:
            refs = [Ref(table.id, ln.path, c.label) for _, ln in lines for c in columns]
            return Selection(path, tuple(refs))
    raise KeyError(_hint(table, path, parts[1:]))


def _lines(table: Table, names: Sequence[str]) -> Iterator[tuple[Block, Line]]:
    wanted = [plain(name) for name in names]
    if not wanted:
        return
    exact, grouped = [], []
    for block in table.blocks:
        for line in block.lines:
            nodes = [*line.groups, line.row]
            hits = [i for i, node in enumerate(nodes) if wanted[-1] in node.names]
            if not hits or not _in_order(wanted[:-1], nodes[: hits[-1]]):
                continue
            if hits[-1] == len(nodes) - 1:
                exact.append((block, line))
            elif line.key not in block.total_rows:
                grouped.append((block, line))
    yield from exact or grouped


def _in_order(wanted: Sequence[str], nodes: Sequence[Row]) -> bool:
    remaining = iter(nodes)
    return all(any(name in node.names for node in remaining) for name in wanted)


def _columns(block: Block, names: Sequence[str]) -> list[Column]:
    if not names:
        totals = [c for c in block.fields if c.key in block.total_columns]
        return totals or (list(block.fields) if len(block.fields) == 1 else [])
    node = find_key(names[-1], block.columns)
    if not isinstance(node, Column) or len(names) > 1:
        return []
    return [c for c in node.leaves() if c is node or c.key not in block.total_columns]


def _hint(table: Table, path: str, parts: Sequence[str]) -> str:
    rows: list[Row | Column] = []
    columns: list[Row | Column] = []
    for block in table.blocks:
        rows += [row for line in block.lines for row in (*line.groups, line.row)]
        columns += block.fields
    names = {plain(n): n for node in (*rows, *columns) for n in (*node.aliases, node.label)}
    unknown = [part for part in parts if plain(part) not in names]
    if unknown:
        guess = closest(unknown[0], names.values())
        near = f"，是不是“{guess}”？" if guess else ""
        return f"{table.name}中没有“{unknown[0]}”这一行或列（“{path}”）{near}"
    choices = "、".join(dict.fromkeys(column.label for column in columns))
    return f"“{path}”还须写明是哪一行、哪一列；{table.name}的列有：{choices}"
