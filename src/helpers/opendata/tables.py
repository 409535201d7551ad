"""The tables of a data package, as rows of text under the names of their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from helpers import formats
from helpers.formats import Format, Slot
from helpers.portfolio.frame import code
from helpers.report import TIDY_COLUMNS, Report, file_name, harmless, tidy
from helpers.rules import kind_of

Row = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column: name, title and description in Chinese, type in the words of Table Schema."""

    name: str
    title: str
    description: str = ""
    type: str = "string"
    required: bool = True


@dataclass(frozen=True)
class DataTable:
    """A table: file name, title, columns, and which columns tell its rows apart."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[Row, ...]
    refers: tuple[tuple[tuple[str, ...], str], ...] = ()

    def csv(self) -> bytes:
        """The table as CSV: UTF-8, lines end with CR LF, "" for what there is not.

        Text like a formula has an apostrophe before it.
        """
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.name for column in self.columns])
        writer.writerows(map(harmless, row) for row in self.rows)
        return stream.getvalue().encode("utf-8", "replace")


_AGENCY = Column("agency", "机关", "报告上的机关全称")
_YEAR = Column("year", "年度", "报告所述年度", "integer")
_FORMAT = Column(
    "format", "格式", "所用统计表的格式：2019（国办公开办函〔2019〕60号）、2021（〔2021〕30号）"
)
_PLACE = (
    Column("table", "表", "二、三、四，即报告的第几部分"),
    Column("row", "行", "表中印出的行名，从外到内用 / 连接"),
    Column("column", "列", "表中印出的列名"),
)
_UNIT = Column("unit", "单位", "件、万元等")
_PLACES = ("format", "table", "row", "column")


def data_tables(reports: Sequence[Report]) -> list[DataTable]:
    """Everything about these reports: figures, reports, codes and the crosswalk of formats."""
    return [figures_table(reports), reports_table(reports), codes_table(), crosswalk_table()]


def figures_table(reports: Iterable[Report]) -> DataTable:
    """One row a figure, as ``nianbao figures`` prints them."""
    value = Column("value", "值", "空着表示表中没有填；金额为十进制小数", "number", required=False)
    columns = (_AGENCY, _YEAR, _FORMAT, *_PLACE, _UNIT, value)
    if tuple(column.name for column in columns) != TIDY_COLUMNS:
        raise ValueError("figures.csv has other columns than are described here")
    keys = ("agency", "year", "table", "row", "column")
    refers = ((_PLACES, "codes"), (("agency", "year"), "reports"))
    return DataTable("figures", "全部数字，一格一行", columns, keys, tuple(tidy(reports)), refers)


def reports_table(reports: Iterable[Report]) -> DataTable:
    """One row a report: where it came from and when it was published."""
    columns = (
        _AGENCY,
        _YEAR,
        _FORMAT,
        Column("kind", "类型", "政府、部门、乡镇、街道、其他；看不出的空着", required=False),
        Column("published", "公布日期", "", "date", required=False),
        Column("source", "来源", "读的是哪个文件", required=False),
    )
    rows = tuple(
        (
            report.agency.name,
            str(report.year),
            report.format.code,
            kind_of(report.agency),
            report.published.isoformat() if report.published else "",
            file_name(report.source),
        )
        for report in reports
    )
    return DataTable("reports", "报告，一份一行", columns, ("agency", "year"), rows)


def codes_table() -> DataTable:
    """One row a place in a statutory table, of every format: its code, unit and kind."""
    columns = (
        _FORMAT,
        *_PLACE,
        _UNIT,
        Column("code", "代码", "表.行.列；各格式中代码相同的是同一行列，能否比较见 crosswalk"),
        Column("kind", "种类", "count 件数；change 有正负的增减；money 金额"),
        Column("total", "合计", "是否由别的格相加得出", "boolean"),
    )
    rows = tuple(
        (
            fmt.code,
            *ref,
            slot.column.unit,
            code(slot),
            slot.column.kind,
            str(slot.total).lower(),
        )
        for fmt in formats.available().values()
        for ref, slot in fmt.slots.items()
    )
    return DataTable("codes", "行列代码和单位", columns, _PLACES, rows)


def crosswalk_table() -> DataTable:
    """One row a place of either of two formats that follow each other: may it be compared."""
    columns = (
        Column("from_format", "前一格式", "旧格式的代号"),
        Column("to_format", "后一格式", "新格式的代号"),
        Column("code", "代码", "见 codes"),
        Column("from_row", "前一格式的行", "空着表示没有", required=False),
        Column("from_column", "前一格式的列", "", required=False),
        Column("to_row", "后一格式的行", "空着表示没有", required=False),
        Column("to_column", "后一格式的列", "", required=False),
        Column("comparable", "可比", "两种格式的数能否相比", "boolean"),
        Column("reason", "不可比的原因", "", required=False),
    )
    pairs = pairwise(formats.available().values())
    rows = tuple(row for before, after in pairs for row in _crosswalk(before, after))
    keys = ("from_format", "to_format", "code")
    return DataTable("crosswalk", "两种格式的对照", columns, keys, rows)


_COMPARABLE = ("三", "四")


def _crosswalk(before: Format, after: Format) -> Iterator[Row]:
    """Comparable are the rows of 表三 and 表四 that both have; 表二 counts other things."""
    old = {code(slot): slot for slot in before.slots.values()}
    new = {code(slot): slot for slot in after.slots.values()}
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key), new.get(key)
        reason = ""
        if key[0] not in _COMPARABLE:
            reason = "表二在两种格式中统计的不是同样的事项"
        elif one is None or other is None:
            reason = f"只有 {before.code if one else after.code} 年格式有这一行"
        places = (*_labels(one), *_labels(other))
        yield (before.code, after.code, key, *places, str(not reason).lower(), reason)


def _labels(slot: Slot | None) -> tuple[str, str]:
    return (slot.ref.row, slot.ref.column) if slot else ("", "")
