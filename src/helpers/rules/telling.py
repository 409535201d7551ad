"""How the year's work is told: the right year, length, its own affairs (D-25, D-27, D-32)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.rules.catalogue import rule
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import (
    OVERVIEW,
    PROBLEMS,
    Passage,
    has_section,
    no_text,
    section,
    sections,
)

_YEAR = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]\s*)?(20\d\d)年度?(?:[，,]|全年|以来[，,]"
    r"|[我本][局区市县镇乡省州旗办委院厅处机单部街]"
    r"|(?:[我全本][市县区省州旗盟镇乡局])?共?(?:收到|受理|收办|新收|办结|办理|主动公开|制发))"
)
_COMPARES = re.compile(
    "相比|比较|较|同比|环比|以来|起，|至今|截至|(?:上年|去年)(?!度?末?结转)|印发|出台|制定|修订|发布的"
)
_PLANS = re.compile("将|计划|下一步|拟|继续|争取|力争|打算|进一步|要")


@rule(
    "D-25",
    Severity.WARNING,
    "",
    "总结工作的句子写的是报告年度",
    "以“某年，”“某年我局”等开头的句子，年份 = 年度（比较、沿革、打算的句子不看）",
)
def year_of_sentences(case: Case) -> Iterator[Finding]:
    """A sentence that sums up the work speaks of the right year."""
    found = list(sections(case))
    if not found:
        yield no_text(case, "D-25")
    for passage in found:
        for start, sentence in passage.sentences():
            hit = _YEAR.match(sentence)
            year = int(hit.group(1)) if hit else case.report.year
            skipped = _COMPARES if year < case.report.year else _PLANS
            if hit and year != case.report.year and not skipped.search(sentence, hit.end()):
                quoted = passage.quote(start + hit.start(1), start + hit.end())
                text = (
                    f"{passage.name}写的是 {year} 年：{quoted}，报告年度是 {case.report.year} 年。"
                )
                remedy = "请核对是否沿用了往年的文字。"
                yield Finding("D-25", text, (), f"{case.report.year}", f"{year}", "", remedy)


@rule(
    "D-27",
    Severity.WARNING,
    "",
    "第一部分的字数不超过当地规定（没有规定的不适用）",
    "去掉空格的字数 ≤ 设置中的 overview_characters",
)
def length_of_overview(case: Case) -> Iterator[Finding] | None:
    """Section 一 is no longer than the settings allow."""
    limit = case.around.limits.overview_characters
    return None if limit is None or not has_section(case, OVERVIEW) else _length(case, limit)


def _length(case: Case, limit: int) -> Iterator[Finding]:
    passage = section(case, OVERVIEW)
    if passage is None:
        yield no_text(case, "D-27", OVERVIEW)
        return
    count = len("".join(passage.text.split()))
    if count > limit:
        text = f"{passage.name}有 {count} 字，超过当地规定的 {limit} 字。"
        yield Finding("D-27", text, (), f"≤{limit}", f"{count}", remedy="请精简。")


_REGION_WIDE = re.compile(
    r"(?:多数|大多数|大部分|部分|少数|个别)(?:部门|地区|地方|县区|区县|乡镇|镇街|街镇)|各县区|各区县"
)


@rule(
    "D-32",
    Severity.NOTE,
    "",
    "部门、街道的报告说本机关的事，不说全地区的事",
    "机关类型为部门、街道时，第五部分没有“多数部门”“部分地区”一类的话",
)
def own_affairs(case: Case) -> Iterator[Finding] | None:
    """A single agency does not judge a whole region."""
    if kind_of(case.report.agency) not in ("部门", "街道") or not has_section(case, PROBLEMS):
        return None
    return _own_affairs(section(case, PROBLEMS), case)


def _own_affairs(passage: Passage | None, case: Case) -> Iterator[Finding]:
    if passage is None:
        yield no_text(case, "D-32", PROBLEMS)
        return
    hit = _REGION_WIDE.search(passage.text)
    if hit:
        text = f"{passage.name}像是说整个地区的话：{passage.quote(*hit.span())}。"
        yield Finding("D-32", text, remedy="请核对是否用了别处的文字，改写为本机关的情况。")
