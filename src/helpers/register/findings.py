"""What is wrong with rows of a register, in sentences: where, what was read, what is accepted.

What stood in a cell is told only where it is known to be harmless: known words, and days. Any
other text may be a name or a number of identity and stays in the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from helpers.formats import Format
from helpers.register.asking import OPEN, ask, place_of
from helpers.register.cases import Cases, Fault
from helpers.register.counting import concerned
from helpers.register.dates import ACCEPTED, YEARLESS, chinese_day
from helpers.register.fees import Fees
from helpers.register.limits import AMEND, LIMIT, Late, Limits
from helpers.register.oddities import odd_days
from helpers.register.options import RegisterOptions
from helpers.register.summing import by_sheet, parted, summed
from helpers.register.vocabulary import (
    Lexicon,
    dispute_results,
    dispute_types,
    kinds,
    results,
    words,
)

RULES = {
    "G-01": "收到、办结日期齐全：新收按收到日期，办结按办结日期，年底没有办结的结转下年",
    "G-02": "办结的每件申请恰有一种办理结果（区分处理的只计那一种）",
    "G-03": "表三各格等于台账中按办理结果和申请人类型数出的件数",
    "G-04": "办结不早于收到；二十个工作日（可延长二十个）以内答复，补正、缴费、征求意见的时间除外",
    "G-05": "一件申请登记几行的，按“一事一申请”拆分并在台账写明",
    "G-06": "台账中的收费通知和实收金额与第六部分一致",
    "G-07": "复议、诉讼台账每件恰有一种状态，表四各格等于数出的件数",
}
"""The rules about registers, as ``tally`` speaks of them."""

ERROR, WARNING, NOTE = "错误", "警告", "提示"


@dataclass(frozen=True)
class RowFinding:
    """What is wrong with one row: its rule, level, place (row from 1), column and sentence.

    ``counted`` says whether the row is in the tables all the same; ``accepted`` are the words
    that may stand there, "" where there is no such list. ``runs`` are the rows (first, last) of
    a finding that sums up several; ``row`` is the first of them then.
    """

    rule: str
    level: str
    file: str
    sheet: str
    row: int
    column: str
    message: str
    counted: bool = False
    accepted: str = ""
    runs: tuple[tuple[int, int], ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The rows it is about, as runs."""
        return self.runs or ((self.row, self.row),)

    @property
    def count(self) -> int:
        """How many rows it is about."""
        return sum(last - first + 1 for first, last in self.spans)

    @property
    def whole(self) -> str:
        """The sentence with what may stand there."""
        return f"{self.message}。可以填：{self.accepted}" if self.accepted else self.message

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{self.file} {sheet}第 {self.row} 行{'等' if self.runs else ''}"

    def __str__(self) -> str:
        return f"{self.place}“{self.column}”：{self.whole}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON data; ``runs`` only where it sums up several rows."""
        data = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "runs"}
        return {**data, "runs": [list(run) for run in self.runs]} if self.runs else data


_SAID = {
    "missing": "是空的",
    "unreadable": "看不懂这个日期",
    "several": "写了不止一种",
    "group": "只写到大类",
    "unknown": "不是可用的写法（原文留在台账里，不在这里显示）",
    "torn": "这一行的格数比表头多，多半是文字里的分隔符没有加引号",
}


def faulty_rows(
    cases: Cases, fmt: Format, year: int, options: RegisterOptions, *, dispute: bool = False
) -> list[RowFinding]:
    """The rows that concern a year and are not counted, in the order of the register.

    Where there are very many with one fault, those after the first of them are summed up.
    """
    here = concerned(cases, year)
    lexica = _lexica(fmt, options, dispute=dispute)
    labels = {key: one["label"] for key, one in words()[_SCHEME[dispute]].items()}
    listed, rest = parted(cases.faults, here)

    def one(at: int, reason: Fault) -> RowFinding:
        text, accepted = _say(cases, at, reason), _accepted(cases, at, reason, lexica)
        found = _finding(cases, at, reason.rule, ERROR, labels[reason.field], text)
        return replace(found, accepted=accepted)

    return [one(at, reason) for at, reason in listed] + [
        summed(one(at, reason), ((run.first, run.last) for run in found))
        for reason, positions in rest.items()
        for at, found in by_sheet(cases, positions)
    ]


_SCHEME = {False: "requests", True: "disputes"}


def _lexica(fmt: Format, options: RegisterOptions, *, dispute: bool) -> dict[str, Lexicon]:
    if dispute:
        words_of = options.words
        return {"type": dispute_types(fmt, words_of), "result": dispute_results(fmt, words_of)}
    return {"kind": kinds(fmt, options.words), "result": results(fmt, options.words)}


def _accepted(cases: Cases, at: int, reason: Fault, lexica: dict[str, Lexicon]) -> str:
    """The words to choose from; where a class was named, those of that class."""
    lexicon = lexica.get(reason.field)
    if lexicon is None or reason.kind not in ("missing", "unknown", "group", "several"):
        return ""
    if reason.kind == "group":
        named = cases.read.get((reason.field, at), ())
        return lexicon.accepted_of(named) or lexicon.accepted
    return lexicon.accepted


def _say(cases: Cases, at: int, reason: Fault) -> str:
    dispute = reason.rule == "G-07"
    if reason.kind in OPEN:
        return ask(cases, at, reason.kind, dispute=dispute)
    if reason.kind == "twice":
        told = "" if dispute else "，没有写明拆分或重新办理"
        return f"与前面一行相同{told}，没有计入；结转后又登记一遍的请只留一行"
    named = cases.read.get((reason.field, at), ())
    if reason.kind == "early":
        received, closed = cases.at("received", at), cases.at("closed", at)
        return f"{chinese_day(closed)}，早于收到日期 {chinese_day(received)}"
    if reason.kind == "far":
        return f"写的是 {named[0]}，比{named[1]}晚得多，多半写错了年份，没有计入"
    text = _SAID[reason.kind]
    if named and reason.kind in ("several", "group"):
        text += f"：{'、'.join(named)}"
    if reason.field == "result" and reason.kind == "several":
        text += "；每件只填一种，区分处理的只填区分处理那一种"
    if reason == Fault(reason.rule, "closed", "missing"):
        return "是空的，却写了办理结果；请补填日期，没有办结的结果留空或写“办理中”"
    if reason.field in ("received", "closed") and reason.kind in ("missing", "unreadable"):
        return f"{text}，应写作 {ACCEPTED}"
    return text


def _finding(
    cases: Cases,
    at: int,
    rule: str,
    level: str,
    column: str,
    message: str,
    *,
    counted: bool = False,
) -> RowFinding:
    place = cases.places[cases.at("place", at)]
    row = cases.at("row", at)
    return RowFinding(rule, level, place.file, place.sheet, row, column, message, counted)


def late_rows(cases: Cases, limits: Limits, until: int) -> Iterator[RowFinding]:
    """The requests that are late or nearly so, as they stood on the day ``until``."""
    today = chinese_day(until)
    for one in limits.late:
        due = chinese_day(one.due)
        column, level, text = {
            "逾期办结": ("办结日期", WARNING, f"超过期限 {one.days} 个工作日办结，期限到 {due}"),
            "逾期未办结": (
                "办结日期",
                WARNING,
                f"{_still_open(cases, one)}，已超过期限 {one.days} 个工作日，期限到 {due}",
            ),
            "即将到期": (
                "办结日期",
                NOTE,
                f"没有办结，算到 {today}，还有 {one.days} 个工作日到期，期限到 {due}",
            ),
            "补正通知逾期": (
                "补正通知日期",
                WARNING,
                f"补正通知应在收到后 {AMEND} 个工作日内发出，晚了 {one.days} 个工作日",
            ),
            "延长超过二十日": (
                "延长工作日",
                WARNING,
                f"最多可以延长 {LIMIT} 个工作日，多写了 {one.days} 个",
            ),
        }[one.what]
        yield _finding(cases, one.position, "G-04", level, column, text, counted=True)


def _still_open(cases: Cases, late: Late) -> str:
    closed = cases.at("closed", late.position)
    if closed <= YEARLESS:
        return "没有办结"
    return f"{chinese_day(closed)}才办结，核对期限的那天没有办结"


def odd_rows(cases: Cases, year: int, until: int, limits: Limits) -> Iterator[RowFinding]:
    """Days that are counted as they stand and are hardly right."""
    labels = {key: one["label"] for key, one in words()["requests"].items()}
    late = {one.position for one in limits.late}
    for at, rule, name, text in odd_days(cases, year, until, late):
        yield _finding(cases, at, rule, WARNING, labels[name], text, counted=True)


def repeated_rows(
    cases: Cases, year: int, fault: Fault, *, dispute: bool = False
) -> Iterator[RowFinding]:
    """Rows that repeat another that is sure to be the same request (the others are faults)."""
    here = concerned(cases, year)
    reasons = (fault._replace(kind=kind) for kind in OPEN)
    asked = {int(at) for reason in reasons for at in cases.faults.get(reason, ())}
    for at in sorted(cases.again.keys() - asked):
        if here[at] or here[cases.again[at]]:
            what = "案件" if dispute else "申请"
            where = place_of(cases, cases.again[at])
            text = f"与{where}是同一件{what}，结转后又登记了一遍，只计那一行"
            yield _finding(cases, at, fault.rule, NOTE, "登记编号", text)


def unclear_rows(cases: Cases, year: int) -> Iterator[RowFinding]:
    """Cells that bear on time limits or fees and could not be read."""
    here = concerned(cases, year)
    labels = {key: one["label"] for key, one in words()["requests"].items()}
    for name, positions in cases.unclear.items():
        rule = "G-06" if name.startswith("fee") else "G-04"
        what = "金额" if name in ("fee_amount", "fee_received") else "日期"
        wanted = {"金额": "应写作元，如 300 或 300.50", "日期": f"应写作 {ACCEPTED}"}[what]
        if name == "extension":
            wanted = "应写工作日数（如 20）、“是”或“否”"
        for at in positions[here[positions]]:
            text = f"看不懂，{wanted}；期限和收费按没有填计算"
            counted = bool(cases.at("placed", int(at)))
            yield _finding(cases, int(at), rule, WARNING, labels[name], text, counted=counted)


def fee_rows(cases: Cases, fees: Fees) -> Iterator[RowFinding]:
    """Fees that could not be counted because a day or an amount is missing."""
    for at in fees.unsure:
        text = "收费通知、缴费的日期和金额没有成对填写，缺的这一笔没有计入收费"
        yield _finding(cases, int(at), "G-06", WARNING, "收费通知日期", text, counted=True)


def reopened_rows(cases: Cases, year: int, options: RegisterOptions) -> Iterator[RowFinding]:
    """Requests answered anew, which are counted once only unless the office wants otherwise."""
    if options.count_reopened:
        return
    here = concerned(cases, year) & cases.flag("reopened") & cases.flag("placed")
    for at in np.flatnonzero(here):
        text = "复议、诉讼后重新办理的，原来已计过一次，不再计入"
        yield _finding(cases, int(at), "G-05", NOTE, "重新办理", text)
