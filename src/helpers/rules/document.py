"""The report as a whole: are the tables there and complete, and of the right version (D)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from helpers.formats import ALWAYS, Block, FormatError, Ref, Table, for_year
from helpers.rules import words
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity


@rule(
    "D-07",
    Severity.ERROR,
    "",
    "表二、表三、表四都有，行列完整",
    "格式规定的每一格都在",
)
def complete_tables(case: Case) -> Iterator[Finding]:
    """Tables, blocks, rows and cells that are missing."""
    for table in case.format.tables:
        refs = list(table.slots)
        if not any(ref in case.figures for ref in refs):
            text = f"没有{table.name}。"
            yield Finding("D-07", text, remedy="请按现行格式补上整张表；没有发生的填 0。")
            continue
        for block in table.blocks:
            if block.required_by == ALWAYS or _partly(case, table, block):
                yield from _missing_parts(case, table, block)


def _slots(table: Table, block: Block) -> list[Ref]:
    return [ref for ref, slot in table.slots.items() if slot.block is block]


def _partly(case: Case, table: Table, block: Block) -> bool:
    return any(ref in case.figures for ref in _slots(table, block))


def _missing_parts(case: Case, table: Table, block: Block) -> Iterator[Finding]:
    refs = _slots(table, block)
    missing = [r for r in refs if r not in case.figures and not table.slots[r].total]
    if not missing:
        return
    if block.title and not _partly(case, table, block):
        text = f"{table.name}缺少“{block.title}”。"
        yield Finding("D-07", text, remedy="请补上这一项；没有发生的填 0。")
        return
    for row in dict.fromkeys(ref.row for ref in missing):
        cells = [ref for ref in missing if ref.row == row]
        whole = len(cells) >= len(block.inputs)
        what = "" if whole else f"的{'、'.join(ref.column for ref in cells)}"
        text = f"{table.name}缺少“{words.row(cells[0])}”一行{what}。"
        remedy = "请补填；没有发生的填 0。"
        yield Finding("D-07", text, tuple(cells), remedy=remedy)


def missing_blocks(case: Case, rule_id: str) -> Iterator[Finding] | None:
    """Blocks whose absence this rule reports; None where the format has no such block."""
    found = [(t, b) for t in case.format.tables for b in t.blocks if b.required_by == rule_id]
    return _missing_blocks(case, rule_id, found) if found else None


def _missing_blocks(
    case: Case, rule_id: str, blocks: Iterable[tuple[Table, Block]]
) -> Iterator[Finding]:
    for table, block in blocks:
        if not _partly(case, table, block):
            rows = "、".join(line.row.label for line in block.lines)
            text = f"{table.name}缺少“{block.title}”（{rows}）。"
            remedy = "请补上这一项，没有发生的填 0；确有原因的，在 explanations 中说明。"
            yield Finding(rule_id, text, remedy=remedy)


@rule(
    "D-08",
    Severity.EXPLAINABLE,
    "",
    "表格用该年度现行的格式",
    "2020 年度及以前用 2019 年格式，2021 年度起用 2021 年格式",
)
def right_version(case: Case) -> Iterator[Finding]:
    """The tables are of the version in force for the year."""
    try:
        due = for_year(case.report.year)
    except FormatError as error:
        yield Finding("D-08", f"{error}。", found=case.format.code)
        return
    used = case.format
    if used.code != due.code:
        text = f"{case.report.year} 年度应使用 {due.code} 年格式（{due.notice.number}），"
        text += f"表格却是 {used.code} 年格式（{used.notice.number}）。"
        remedy = "请改用现行表格重新填写；确有原因的，在 explanations 中说明。"
        yield Finding("D-08", text, (), due.code, used.code, remedy=remedy)
