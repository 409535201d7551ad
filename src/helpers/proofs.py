"""The proof of a tally as an Excel workbook: every cell with its rows, every row with its cell.

Only places of rows, days and codes are in it: no names, numbers or texts of requests.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape  # only writes

import numpy as np

from helpers.figures import plain_number
from helpers.formats import Ref, plain
from helpers.register.counting import CARRIED_IN, CARRIED_OUT, NEW, Counted, say_runs
from helpers.register.dates import YEARLESS, day_of
from helpers.register.differences import Difference
from helpers.register.findings import ERROR, RowFinding
from helpers.register.tally import Tally
from helpers.register.telling import cell_rows, passed_over
from helpers.report import Report
from helpers.sheets import Row, Sheet, book, column_width

_TITLE = "表三、表四各格的依据"
_RUNS = 40  # runs of rows told in one cell; the sheet 逐件 has every row
_RUNS_A_LINE = 200  # of a finding that sums up rows; a cell holds some 32,000 characters
_MOST_ROWS = 1_000_000


def proof_book(
    found: Tally,
    agency: str,
    declared: Report | None = None,
    told: Sequence[Difference] | None = None,
) -> bytes:
    """The proof of a tally (bytes of an Excel workbook, the same for the same register).

    ``told`` are the differences to the ``declared`` figures, None where nothing was compared.
    """
    head = _head(agency, found.year)
    sheets = [_cells(found, head, declared)]
    if told is not None:
        sheets.append(_differences(head, told))
    wrong = [one for one in found.findings if one.level == ERROR]
    rest = [one for one in found.findings if one.level != ERROR]
    place = _place(found)
    sheets.append(_rows("未计入的行", f"{head} 未计入任何一格的行", place, wrong))
    sheets.append(_rows("期限和提示", f"{head} 期限、收费和提示", place, rest))
    sheets += [_each(found, head, key) for key in found.tables]
    passed = [(p["file"], p["sheet"], p["row"], p["what"]) for p in passed_over(found)]
    columns = (*_place(found), ("按什么跳过", 14))
    sheets.append(("跳过的行", f"{head} 不是申请的行", "", columns, list(passed), 3))
    return book(sheets)


def _place(found: Tally) -> tuple[tuple[str, int], ...]:
    """The columns that say where a row stands, as wide as the names of these files and sheets."""
    registers = found.registers
    cases = [registers.requests, *filter(None, [registers.disputes])]
    files, sheets = zip(*(place for one in cases for place in one.places), strict=True)
    return ("文件", column_width(files, 36)), ("工作表", column_width(sheets, 20)), ("行", 7)


def is_proof(file: Path, agency: str = "", year: int = 0) -> bool:
    """Whether a file is the proof of an earlier tally, of an agency and year where given."""
    try:
        with zipfile.ZipFile(file) as book:
            about = book.read("docProps/core.xml").decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False
    head = _head(agency, year) if agency else " 年度"
    return escape(f"{head} {_TITLE}") in about


def _head(agency: str, year: int) -> str:
    return f"{agency} {year} 年度"


def _cells(found: Tally, head: str, declared: Report | None) -> Sheet:
    rows: list[Row] = []
    for ref, figure in found.figures.items():
        given = declared.complete.value(ref) if declared else None
        if figure.value is None or not (figure.value or given):
            continue
        value = int(figure.value)
        said = "" if given is None else plain_number(given)
        gap = "" if given is None else plain_number(given - figure.value)
        where = say_runs(cell_rows(found, ref), _RUNS).replace("、", "、 ")  # lines may break there
        rows.append((f"表{ref.table}", _row_name(ref), ref.column, value, said, gap, where))
    columns = (
        *(("表", 6), ("行", 34), ("列", 14), ("台账", 8), ("填报", 8), ("差", 7)),
        ("依据（台账里的行号）", 60),
    )
    lead = "件数不是 0 的各格；合计的依据是它所加各格的行。没有姓名等个人信息，行号对回台账查看。"
    if declared is None:
        lead += "没有填报数可比的，“填报”“差”空着。"
    return "各格依据", f"{head} {_TITLE}", lead, columns, rows, 0


def _row_name(ref: Ref) -> str:
    parts = ref.row.split("/")
    return "-".join(plain(part) for part in (parts[1:] if len(parts) > 1 else parts))


def _differences(head: str, told: Sequence[Difference]) -> Sheet:
    rows: list[Row] = []
    for one in told:
        place = (
            f"表{one.ref.table}“{_row_name(one.ref)}”“{one.ref.column}”" if one.ref else "第六部分"
        )
        rows.append((one.level, one.rule, place, one.declared, one.found, one.message))
    columns = (
        *(("级别", 6), ("规则", 6), ("位置", 34), ("填报", 10), ("台账", 10)),
        ("差在哪里", 72),
    )
    return "与填报的差别", f"{head} 填报数与台账的差别", "", columns, rows, 0


def _rows(
    name: str, title: str, place: Sequence[tuple[str, int]], findings: Sequence[RowFinding]
) -> Sheet:
    rows: list[Row] = [
        (one.level, one.rule, one.file, one.sheet, row, one.column, text)
        for one in findings
        for row, text in _lines(one)
    ]
    columns = (("级别", 6), ("规则", 6), *place, ("列", 14), ("问题", 72))
    return name, title, "", columns, rows, 0


def _lines(one: RowFinding) -> Iterator[tuple[int, str]]:
    """The lines of a finding, each with its row: one, or as many as its rows take."""
    if not one.runs:
        yield one.row, one.whole
    for at in range(0, len(one.runs), _RUNS_A_LINE):
        some = one.runs[at : at + _RUNS_A_LINE]
        rows = "、 ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in some)
        yield some[0][0], f"{'同上' if at else one.whole}。各行：{rows}"


def _each(found: Tally, head: str, key: str) -> Sheet:
    """Every row that was counted, with the cells it is in."""
    counted = found.tables[key]
    rows = list(_counted_rows(found, counted, key))
    lead = ""
    if len(rows) > _MOST_ROWS:
        lead, rows = (
            f"共 {len(rows)} 行，只列前 {_MOST_ROWS} 行；全部见 --json。",
            rows[:_MOST_ROWS],
        )
    kind = "申请人类型" if key == "三" else "案件类别"
    entry = (("计入", 12),) if key == "三" else ()
    days = (("收到日期", 12), ("办结日期", 12))
    columns = (*_place(found), *days, (kind, 20), *entry, ("办理结果", 44))
    return f"表{key}逐件", f"{head} 计入表{key}的每一行", lead, columns, rows, 0


def _counted_rows(found: Tally, counted: Counted, key: str) -> Iterator[Row]:
    frame, slots = counted.cases.frame, found.format.slots
    entered = np.full(len(frame), "", object)
    ended = np.full(len(frame), "", object)
    column = np.full(len(frame), "", object)
    for ref, rows in counted.members.items():
        if key == "三" and slots[ref].line.key in (NEW, CARRIED_IN):
            entered[rows] = "本年新收" if slots[ref].line.key == NEW else "上年结转"
            column[rows] = ref.column
        elif key == "三":
            out = slots[ref].line.key == CARRIED_OUT
            ended[rows] = "结转下年" if out else _row_name(ref)
        else:
            column[rows], ended[rows] = _row_name(ref), ref.column
    received, closed = counted.cases.days("received"), counted.cases.days("closed")
    place, number = frame["place"].to_numpy(), frame["row"].to_numpy()
    for at in np.flatnonzero(ended != ""):
        where = counted.cases.places[int(place[at])]
        days = (_day(received[at]), _day(closed[at]))
        entry = (entered[at],) if key == "三" else ()
        yield (where.file, where.sheet, int(number[at]), *days, column[at], *entry, ended[at])


def _day(day: int) -> str:
    return day_of(day).isoformat() if day > YEARLESS else ""
