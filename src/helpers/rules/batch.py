"""Reports held against those of other agencies in the same batch (B-01 … B-05)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from helpers.percent import percent
from helpers.report import Report
from helpers.rules.beside import Batch, Found, batch_rule
from helpers.rules.history import agency_key
from helpers.rules.likeness import likely_name
from helpers.rules.model import Finding, Severity
from helpers.rules.passages import OVERVIEW, PROBLEMS
from helpers.rules.siblings import SimilarTexts, masked
from helpers.rules.text import readable


def _names(reports: Sequence[Report], indexes: Sequence[int], total: int = 0) -> str:
    """Up to three agencies, and how many there are."""
    names = list(dict.fromkeys(reports[index].agency.name for index in indexes))
    total = total or len(names)
    more = f"等 {total} 家" if total > 3 else ""
    return "、".join(f"“{name}”" for name in names[:3]) + more


def _by_year(reports: Sequence[Report]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        groups[report.year].append(index)
    return groups


@batch_rule(
    "B-01",
    Severity.ERROR,
    "一个机关一个年度只有一份报告（各份数字完全相同的作警告）",
    "机关名称（去空格、不计全角半角）与年度的组合不重复",
)
def one_report(batch: Batch) -> Found:
    """An agency has one report on a year, among those given as history too."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, report in enumerate(batch.reports):
        groups[agency_key(report.agency.name), report.year].append(index)
    past: dict[tuple[str, int], list[Report]] = defaultdict(list)
    for report in batch.past:
        past[agency_key(report.agency.name), report.year].append(report)
    for key, group in groups.items():
        for index in group:
            own = batch.reports[index]
            rivals = [batch.reports[other] for other in group if other != index]
            other = [r for r in past.get(key, ()) if r.complete != own.complete]
            yield from ((index, finding) for finding in _twice(own, rivals, other))


def _twice(own: Report, rivals: Sequence[Report], past: Sequence[Report]) -> Iterator[Finding]:
    """What is said of a report that is there again: the same, other figures, among the past."""
    same = [report for report in rivals if report.complete == own.complete]
    other = [report for report in rivals if report.complete != own.complete]
    told = (
        (other, "数字不同", Severity.ERROR),
        (same, "数字相同", Severity.WARNING),
        (past, "在往年报告中，数字不同", Severity.WARNING),
    )
    for reports, what, severity in told:
        if reports:
            files = "、".join(report.source or "没有文件名" for report in reports[:3])
            more = f"等 {len(reports)} 份" if len(reports) > 3 else ""
            text = f"{own.agency.name} {own.year} 年度另有报告（{what}）：{files}{more}。"
            remedy = "请只留最后定稿的一份，并核对年度有没有写错。"
            yield Finding("B-01", text, remedy=remedy, severity=severity)


@batch_rule(
    "B-02",
    Severity.WARNING,
    "各单位的文字不雷同",
    "第一、第五部分去掉名称和数字后，每 8 字一片，与同年度别家相同的不到 80%（不足 200 字不比）",
)
def same_prose(batch: Batch) -> Found:
    """Siblings do not hand in the same text."""
    reports = batch.reports
    for indexes in _by_year(reports).values():
        yield from _same_prose(reports, indexes, SimilarTexts())


def _same_prose(reports: Sequence[Report], indexes: Sequence[int], texts: SimilarTexts) -> Found:
    models: dict[int, list[int]] = defaultdict(list)
    for index in indexes:
        alike = texts.add(index, _prose(reports[index]))
        if alike is None:
            continue
        model = alike.model
        if agency_key(reports[index].agency.name) != agency_key(reports[model].agency.name):
            models[model].append(index)
            share = percent(alike.share, digits=0)
            yield index, _same_as(_names(reports, [model]), share)
    for model, others in models.items():
        yield model, _same_as(_names(reports, others), "八成以上")


def _prose(report: Report) -> str:
    told = (report.narrative.get(section, "") for section in (OVERVIEW, PROBLEMS))
    text = "\n".join(readable(one, report) for one in told if one)
    agency = report.agency
    return masked(text, (agency.name, agency.short_name))


def _same_as(names: str, share: str) -> Finding:
    text = f"第一、第五部分的文字与{names}的报告有 {share}相同（已去掉名称和数字）。"
    remedy = "内容雷同会被通报，请按本机关的实际情况改写。"
    return Finding("B-02", text, found=share, remedy=remedy)


_TELLING = 8


@batch_rule(
    "B-03",
    Severity.WARNING,
    "各单位的表格不会每个数都相同",
    "同年度同格式的同一张表，与其他单位逐格相同（各格非零数的位数之和不到 8 的，可能巧合，不比）",
)
def same_tables(batch: Batch) -> Found:
    """Two agencies do not have the same figures throughout."""
    reports = batch.reports
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        for table in report.format.tables:
            values = tuple(report.complete.value(ref) for ref in table.slots)
            inputs = (
                v for v, slot in zip(values, table.slots.values(), strict=True) if not slot.total
            )
            if sum(len(f"{abs(value):f}") for value in inputs if value) >= _TELLING:
                groups[report.year, report.format.code, table.id, values].append(index)
    for key, group in groups.items():
        for index, others in _others(reports, group):
            text = f"表{key[2]}的每个数都与{others}的相同。"
            remedy = "请核对是否误用了其他单位的表格。"
            yield index, Finding("B-03", text, remedy=remedy)


@batch_rule(
    "B-04",
    Severity.NOTE,
    "各单位的电话、电子邮箱不相同",
    "同年度不同机关的电话（只看数字，不少于 7 位）、邮箱（不计大小写）不重复",
)
def same_contact(batch: Batch) -> Found:
    """Two agencies do not give the same number or address."""
    reports = batch.reports
    groups: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        number = re.sub(r"\D", "", report.agency.telephone)
        if len(number) >= 7:
            groups[report.year, "电话", number].append(index)
        if report.agency.email:
            groups[report.year, "电子邮箱", report.agency.email.lower()].append(index)
    for (_, what, _), group in groups.items():
        for index, others in _others(reports, group):
            agency = reports[index].agency
            given = agency.telephone if what == "电话" else agency.email
            text = f"{what}“{given}”与{others}的相同。"
            yield index, Finding("B-04", text, found=given, remedy="请核对是否沿用了别家的文件。")


def _others(reports: Sequence[Report], group: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Each report of a group with what its companions of other agencies are called."""
    keys = {index: agency_key(reports[index].agency.name) for index in group}
    firsts = {keys[index]: index for index in reversed(group)}
    if len(firsts) < 2:
        return
    few = sorted(firsts.values())[:4]
    for index in group:
        near = [other for other in few if keys[other] != keys[index]]
        yield index, _names(reports, near, len(firsts) - 1)


_MOST_GUESSES = 50
"""For how many unlisted names a likely one is looked for: with more, the roster is another's."""


@batch_rule(
    "B-05",
    Severity.WARNING,
    "机关名称在汇总名单上（设置文件没有名单的不适用）",
    "机关名称（去空格、不计全角半角）= 名单中的上级或下级单位之一",
    needs="roster",
)
def on_the_roster(batch: Batch) -> Found:
    """The agency is one that the office knows under this name."""
    known = {agency_key(name): name for roster in batch.rosters for name in roster.names}
    asked = 0
    for index, report in enumerate(batch.reports):
        name = report.agency.name
        names = (name, *report.agency.formerly)
        if known and not any(agency_key(one) in known for one in names):
            asked += 1
            guess = likely_name(name, known.values()) if asked <= _MOST_GUESSES else None
            near = f"，是不是“{guess}”？" if guess else "。"
            text = f"“{name}”不在设置文件的汇总名单上{near}"
            remedy = "请核对是否写错或已改名；新设的单位请加进名单。"
            yield index, Finding("B-05", text, (), guess or "", name, remedy=remedy)
