"""Return sheets (退回单): what one agency has to fix, and the office's list of all (问题汇总)."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.comparing import FIXED, UNCHECKED, Changes
from helpers.forms.measure import ems, highest
from helpers.forms.page import cell_text
from helpers.report import Report, file_name
from helpers.rules import LEVELS, Family, Finding, Result, count_levels
from helpers.rules.words import amount

_COLUMNS = (
    ("序号", 5),
    ("级别", 8),
    ("规则", 7),
    ("位置", 24),
    ("填报", 10),
    ("应为", 10),
    ("问题", 48),
    ("怎么改", 26),
)
_SIZE = 10.5  # points
_HIGHEST = 540  # pixels; a sheet's rows can be no higher than 409 points
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # fixed, so that bytes do not change
_SHADES = {
    "错误": "#F8D7DA",
    "警告": "#FFF3CD",
    "提示": "#E7F1FA",
    "已说明": "#E2EFDA",
    "已改正": "#E2EFDA",
    "仍在": "#FFF3CD",
    "新出现": "#F8D7DA",
    "未报": "#F8D7DA",
    "已报": "#E2EFDA",
}

_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}  # inches
_FOOTER = "&L&A&R第 &P 页，共 &N 页"

_NARROWEST = 8  # characters
_NOTHING = "（没有）"
_FITTED = 5_000  # rows; on longer sheets each row is left as high as its program makes it

Row = Sequence[str | int]
Sheet = tuple[str, str, str, Sequence[tuple[str, int]], list[Row], int]


def return_sheet(report: Report, result: Result) -> bytes:
    """An Excel workbook (bytes) that tells one agency what is wrong, where, and how to mend it."""
    title = f"{report.agency.name} {report.year} 年度报告 退回单"
    counts = count_levels(result)
    said = "，".join(f"{level} {counts[level]} 处" for level in LEVELS[:2])
    lead = f"请改正后重新报送。{said}；“错误”请改正，“警告”请核对；"
    lead += "情况属实的，写明规则编号和理由（说明）。"
    rows = [_row(report, number, f) for number, f in enumerate(_shown(result), 1)]
    return book([("退回单", title, lead, _COLUMNS, rows, 1)])


@dataclass(frozen=True)
class Checked:
    """A report with its result, and how that differs from an earlier run (None: not compared)."""

    report: Report
    result: Result
    changes: Changes | None = None

    @property
    def head(self) -> tuple[str, int]:
        """Agency and year, which begin each row about it."""
        return self.report.agency.name, self.report.year


_OF_AGENCY = (("机关", 26), ("年度", 7))


def overview(
    checked: Sequence[Checked],
    families: Sequence[Family] = (),
    unread: Sequence[tuple[str, str]] = (),
) -> bytes:
    """An Excel workbook (bytes) of all agencies: counts, findings, how often each rule spoke.

    With an earlier run to compare, also what changed; with rosters (``families``, indexes into
    ``checked``), who has handed in; with files that could not be read (``unread``), which and
    why.
    """
    sheets = [_counts(checked), _findings(checked), _by_rule(checked)]
    if any(one.changes for one in checked):
        sheets.append(_changes(checked))
    if families:
        sheets.append(_attendance(checked, families))
    if unread:
        columns = (("文件", 50), ("为什么", 80))
        sheets.append(
            (
                "没有读",
                "没有读出报告的文件",
                "",
                columns,
                [(file_name(source), said) for source, said in unread],
                0,
            )
        )
    return book(sheets)


def _counts(checked: Sequence[Checked]) -> Sheet:
    rows: list[Row] = []
    for one in checked:
        counts = count_levels(one.result)
        levels = (counts[level] for level in LEVELS)
        rows.append((*one.head, one.report.format.code, *levels))
    columns = (*_OF_AGENCY, ("格式", 7), *((level, 9) for level in LEVELS))
    return "各单位", "问题汇总", "", columns, rows, 0


def _findings(checked: Sequence[Checked]) -> Sheet:
    rows: list[Row] = [
        (*one.head, *_row(one.report, number, finding))
        for one in checked
        for number, finding in enumerate(_shown(one.result), 1)
    ]
    return "问题", "问题明细", "", (*_OF_AGENCY, *_COLUMNS), rows, 3


def _by_rule(checked: Sequence[Checked]) -> Sheet:
    """How many reports each rule found something in, most first."""
    found = Counter(
        rule
        for one in checked
        for rule in {(o.rule.id, o.rule.sentence) for o in one.result.outcomes if o.state == "fail"}
    )
    rows: list[Row] = [(*rule, number) for rule, number in sorted(found.items(), key=_most)]
    columns = (("规则", 8), ("要求", 70), ("有问题的报告", 14))
    return "各规则", "各条规则发现问题的报告份数", "", columns, rows, 0


def _most(item: tuple[tuple[str, str], int]) -> tuple[int, str]:
    return -item[1], item[0][0]


def _changes(checked: Sequence[Checked]) -> Sheet:
    rows: list[Row] = []
    for one in checked:
        changes = one.changes
        if changes is None or changes.first:
            continue
        for word, gone in ((FIXED, changes.fixed), (UNCHECKED, changes.unchecked)):
            rows += [(*one.head, word, noted.rule, noted.message) for noted in gone]
        shown = [(f, state) for f, state in changes.failures if f.level != "提示"]
        rows += [(*one.head, state, f.rule, f.message + f.cause) for f, state in shown]
    columns = (*_OF_AGENCY, ("变化", 9), ("规则", 8), ("问题", 80))
    return "与上次相比", "与上次核对相比", "", columns, rows, 2


def _attendance(checked: Sequence[Checked], families: Sequence[Family]) -> Sheet:
    rows: list[Row] = []
    for family in families:
        for name, index in family.units.items():
            counts = count_levels(checked[index].result) if index is not None else {}
            source = file_name(checked[index].report.source) if index is not None else ""
            state = "未报" if index is None else "已报"
            errors = counts.get("错误", "")
            rows.append((family.roster.parent, family.year, name, state, errors, source))
    columns = (
        ("上级", 26),
        ("年度", 7),
        ("单位", 30),
        ("报送", 8),
        ("错误", 8),
        ("来源", 50),
    )
    return "报送情况", "汇总名单上各单位报送情况", "", columns, rows, 3


def _shown(result: Result) -> list[Finding]:
    return [finding for finding in result.failures if finding.level != "提示"]


def _row(report: Report, number: int, finding: Finding) -> Row:
    places = [f"表{r.table}“{r.row.split('/')[-1]}”“{r.column}”" for r in finding.cells[:3]]
    more = f"等 {len(finding.cells)} 格" if len(finding.cells) > 3 else ""
    remedy = f"已说明：{finding.explanation}" if finding.explained else finding.remedy
    return (
        number,
        finding.level,
        finding.rule,
        "；".join(places) + more,
        *(("", "") if _reckoned(report, finding) else (finding.found, finding.expected)),
        finding.message + finding.cause,
        remedy,
    )


def _reckoned(report: Report, finding: Finding) -> bool:
    """Whether ``found`` is one side of a relation, added up from cells: nobody filled it in."""
    if not (finding.rule.startswith("T") and finding.found):
        return False
    filled = [report.figures.value(ref) for ref in finding.cells]
    return len(filled) != 1 or filled[0] is None or amount(filled[0]) != finding.found


def book(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of tables: name, title, lead, columns with widths, rows, column of the level."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **options})
    book.set_properties({"title": sheets[0][1], "created": _CREATED})
    styles = _styles(book)
    for name, title, lead, columns, rows, level in sheets:
        _sheet(book.add_worksheet(name), styles, title, lead, columns, rows, level)
    book.close()
    return stream.getvalue()


def column_width(texts: Iterable[str], most: int) -> int:
    """The width of a column, in characters, that shows texts whole as far as ``most`` lets them."""
    return min(most, max([_NARROWEST, *(round(2 * ems(text)) + 2 for text in texts)]))


def _styles(book: Any) -> dict[str, Any]:
    base = {
        "font_name": "宋体",
        "font_size": _SIZE,
        "text_wrap": True,
        "valign": "top",
        "align": "left",
    }
    boxed = {**base, "border": 1}
    styles = {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False}),
        "lead": book.add_format(base),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#EEEEEE"}),
        "": book.add_format(boxed),
    }
    shades = {level: book.add_format({**boxed, "bg_color": c}) for level, c in _SHADES.items()}
    return styles | shades


def _sheet(
    sheet: Any,
    styles: dict[str, Any],
    title: str,
    lead: str,
    columns: Sequence[tuple[str, int]],
    rows: list[Row],
    level: int,
) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(**_MARGINS)
    sheet.set_footer(_FOOTER)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, cell_text(title), styles["title"])
    sheet.set_row_pixels(0, 36)
    if lead:
        sheet.merge_range(1, 0, 1, len(columns) - 1, cell_text(lead), styles["lead"])
        sheet.set_row_pixels(1, _height([lead], [sum(width for _, width in columns)]))
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, name, styles["head"])
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    for number, row in enumerate(rows, 3):
        style = styles.get(str(row[level]), styles[""])
        for column, value in enumerate(row):
            look = style if column == level else styles[""]
            if isinstance(value, int):
                sheet.write_number(number, column, value, look)
            else:
                sheet.write_string(number, column, cell_text(value), look)
        if len(rows) <= _FITTED:
            sheet.set_row_pixels(number, _height(map(str, row), [width for _, width in columns]))
    if not rows:
        sheet.write_string(3, 0, _NOTHING, styles["lead"])
    else:
        sheet.autofilter(2, 0, 2 + len(rows), len(columns) - 1)


def _height(texts: Iterable[str], widths: Sequence[int]) -> float:
    """Pixels that a row needs: some programs show only one line of a row without a height."""
    pairs = [(text, 7.0 * width + 5) for text, width in zip(texts, widths, strict=True)]
    return min(_HIGHEST, highest(pairs, _SIZE, 24))
