"""What real files do to the statutory tables, as transformations of rows of cells.

A table is a list of rows; a row is a list of Cells in HTML order. Every mess keeps the meaning
that a careful person would read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from helpers.formats import Table, lay_out
from helpers.formats.model import Ref
from helpers.grid import Cell, from_rows
from helpers.readers.cells import is_number
from helpers.readers.document import FoundTable

Rows = list[list[Cell]]
Mess = Callable[[Rows, Random], Rows]


def rows_of(table: Table, show: Callable[[Ref], str]) -> Rows:
    """The official table as rows of cells, without roles and refs, as a file has them."""
    grid = lay_out(table, show)
    return [
        [Cell(c.text, rowspan=c.rowspan, colspan=c.colspan) for c in row] for row in grid.rows()
    ]


def each(rows: Rows, change: Callable[[Cell], Cell]) -> Rows:
    """The rows with every cell changed."""
    return [[change(cell) for cell in row] for row in rows]


def spaces_in_labels(rows: Rows, random: Random) -> Rows:
    """Blanks and line breaks inside labels."""

    def change(cell: Cell) -> Cell:
        if len(cell.text) < 2 or is_number(cell.text) or random.random() < 0.5:
            return cell
        at = random.randrange(1, len(cell.text))
        gap = random.choice([" ", "\n", "　", "\u00a0"])
        return replace(cell, text=cell.text[:at] + gap + cell.text[at:])

    return each(rows, change)


def other_forms(rows: Rows, random: Random) -> Rows:
    """Half-width brackets, 1、 for 1., full-width digits in numbers, straight quotes."""
    del random

    def change(cell: Cell) -> Cell:
        text = cell.text
        if is_number(text):
            return replace(
                cell, text=text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
            )
        for old, new in (("（", "("), ("）", ")"), ("“", '"'), ("”", '"'), (".", "、")):
            text = text.replace(old, new)
        return replace(cell, text=text)

    return each(rows, change)


def untidy_numbers(rows: Rows, random: Random) -> Rows:
    """Thousands separators, blanks around, units of counting, remarks in brackets."""

    def change(cell: Cell) -> Cell:
        if not is_number(cell.text) or not cell.text.isdigit():
            return cell
        forms = [
            f"{int(cell.text):,}",
            f"\u00a0{cell.text} ",
            f"{cell.text}件",
            f"{cell.text}（含其他）",
        ]
        return replace(cell, text=random.choice([cell.text, *forms]))

    return each(rows, change)


def renamed(rows: Rows, random: Random) -> Rows:
    """Known other names and small slips of the pen in labels."""
    del random
    slips = {
        "行政规范性文件": "规范性文件",
        "规范性文件": "行政规范性文件",
        "社会公益组织": "社会公益机构",
        "2.其他法律行政法规禁止公开": "2.其它法律法规禁止公开",
        "4.无正当理由大量反复申请": "4.无正当理由的大量反复申请",
        "5.属于三类内部事务信息": "5.三类内部事务信息",
        "四、结转下年度继续办理": "四、结转到下年度继续办理",
    }
    return each(rows, lambda cell: replace(cell, text=slips.get(cell.text, cell.text)))


def unmerged(rows: Rows, random: Random) -> Rows:
    """Value and label cells that nobody merged: the text in the first, blanks beside it."""
    del random
    return [
        [
            part
            for cell in row
            for part in (
                replace(cell, colspan=1),
                *(Cell(rowspan=cell.rowspan) for _ in range(cell.colspan - 1)),
            )
        ]
        for row in rows
    ]


def split_group(rows: Rows, random: Random) -> Rows:
    """A tall label cell cut in two at a page break, its text in both parts."""
    tall = [(r, i) for r, row in enumerate(rows) for i, c in enumerate(row) if c.rowspan > 3]
    if not tall:
        return rows
    r, i = tall[0]
    cell = rows[r][i]
    cut = random.randrange(1, cell.rowspan)
    result = [list(row) for row in rows]
    result[r][i] = replace(cell, rowspan=cut)
    result[r + cut].insert(0, replace(cell, rowspan=cell.rowspan - cut))
    return result


def flat(rows: Rows, random: Random) -> Rows:
    """Spans lost: each row keeps only the cells that begin in it, as pasted text does."""
    del random
    return each(rows, lambda cell: replace(cell, rowspan=1, colspan=1))


def a_column_too_many(rows: Rows, random: Random) -> Rows:
    """An empty column at the left edge."""
    del random
    return [[Cell(), *row] for row in rows]


def a_cell_lost(rows: Rows, random: Random) -> Rows:
    """One value cell vanished from a row, so that the rest moved up."""
    counted = [r for r, row in enumerate(rows) if sum(is_number(c.text) for c in row) > 1]
    r = random.choice(counted)
    i = random.choice([i for i, c in enumerate(rows[r]) if is_number(c.text)])
    return [[c for j, c in enumerate(row) if (n, j) != (r, i)] for n, row in enumerate(rows)]


def numbers_run_together(rows: Rows, random: Random) -> Rows:
    """Two numbers ended up in one cell, the next one empty."""
    counted = [r for r, row in enumerate(rows) if sum(is_number(c.text) for c in row) > 1]
    r = random.choice(counted)
    numbers = [i for i, c in enumerate(rows[r]) if is_number(c.text)]
    i, j = numbers[0], numbers[1]
    gap = random.choice([" ", "\n"])
    result = [list(row) for row in rows]
    result[r][i] = replace(rows[r][i], text=rows[r][i].text + gap + rows[r][j].text)
    result[r][j] = replace(rows[r][j], text="")
    return result


HARMLESS: tuple[Mess, ...] = (
    spaces_in_labels,
    other_forms,
    untidy_numbers,
    renamed,
    unmerged,
    split_group,
    flat,
    a_column_too_many,
)
"""After these every figure can be read."""

HARMFUL: tuple[Mess, ...] = (a_cell_lost, numbers_run_together)
"""After these some figures cannot be told, and must be left unread."""


def found(rows: Rows, place: str = "第 1 个表格") -> FoundTable:
    """The rows as a reader hands them over."""
    return FoundTable(from_rows(rows, fill=True), place)


def in_two(rows: Rows, random: Random, *, head: int) -> list[Rows]:
    """One table cut over two pages; ``head`` rows are repeated (0: none)."""
    full = [r for r in range(4, len(rows) - 1) if _free(rows, r)]
    cut = random.choice(full) if full else len(rows)
    return [rows[:cut], [*rows[:head], *rows[cut:]]] if cut < len(rows) else [rows]


def _free(rows: Rows, cut: int) -> bool:
    """Whether no cell spans the border above row ``cut``."""
    return all(c.rowspan <= cut - r for r, row in enumerate(rows[:cut]) for c in row)


def foreign(random: Random) -> Rows:
    """A table of another kind, such as stand before and after the statutory ones."""
    kinds = [
        [
            ["序号", "名称", "数量"],
            ["1", "门户网站", "63"],
            ["2", "其他", "16"],
            ["合计", "", "79"],
        ],
        [["类别", "2023年", "2024年"], ["自然人", "12", "20"], ["总计", "12", "20"]],
        [["索引号", "014416330/2018-04736"], ["发布日期", "2018-02-28"]],
    ]
    return [[Cell(text) for text in row] for row in random.choice(kinds)]


def decimal_text(value: Decimal) -> str:
    """A figure as a file writes it."""
    return format(value, "f")
