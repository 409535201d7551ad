"""What the text has to say: the aspects, problems and fees (D-06, D-13 … D-15).

What is missing from a document that was read is an error; in a file of our own, whose text may
still be written, a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpers.rules.catalogue import rule
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import (
    OTHERS,
    OVERVIEW,
    PROBLEMS,
    Passage,
    has_section,
    no_text,
    section,
    sections,
)


def _weight(case: Case) -> Severity:
    """How much missing text weighs."""
    return Severity.WARNING if case.report.original is None else Severity.ERROR


def _empty(case: Case, rule_id: str, section_id: str) -> Finding:
    """What is said of a section without text: unknown, an error where its heading was printed."""
    if case.report.original is None or section_id not in case.report.narrative:
        return no_text(case, rule_id, section_id)
    text = f"“{case.format.section(section_id).title}”只有标题，没有文字。"
    return Finding(rule_id, text, remedy="请补写；没有发生的也要写明情况。")


class Aspect(NamedTuple):
    """One of the aspects of section 一: how a heading names it, and any word that touches it."""

    name: str
    heading: re.Pattern[str]
    touched: re.Pattern[str]


_ASPECTS = (
    Aspect("主动公开", re.compile("主动"), re.compile("主动公开|公开|发布")),
    Aspect("依申请公开", re.compile("申请"), re.compile("申请")),
    Aspect(
        "政府信息管理",
        re.compile("信息管理|信息的管理|规范管理"),
        re.compile("管理|审核|审查|目录|清理|更新|保密|制度"),
    ),
    Aspect(
        "政府信息公开平台建设",
        re.compile("平台|网站|渠道|载体"),
        re.compile("平台|网站|公众号|新媒体|专栏|专区|公开栏|公示栏|查阅|渠道|载体|大厅"),
    ),
    Aspect(
        "监督保障",
        re.compile("监督|保障|考核|培训"),
        re.compile("监督|保障|培训|考核|责任|检查|督促|督导|督查|评议|领导小组|组织领导"),
    ),
)


@rule(
    "D-06",
    Severity.ERROR,
    "",
    "第一部分写到五个方面：主动公开、依申请公开、政府信息管理、平台建设、监督保障"
    "（2021 年度起；参数文件中没有写到的作警告；写到而没有分列的作提示）",
    "每个方面至少有一个相关的词；已有三个方面分列的，五个方面都分列",
)
def five_aspects(case: Case) -> Iterator[Finding] | None:
    """Section 一 speaks of every aspect the notice of 2021 asks for."""
    if not has_section(case, OVERVIEW) or case.report.year < 2021:
        return None
    return _five_aspects(case)


def _five_aspects(case: Case) -> Iterator[Finding]:
    overview = section(case, OVERVIEW)
    if overview is None:
        yield _empty(case, "D-06", OVERVIEW)
        return
    openings = [line[:24] for line in overview.text.split("\n")]
    listed = [a for a in _ASPECTS if any(a.heading.search(line) for line in openings)]
    silent = [a.name for a in _ASPECTS if not a.touched.search(overview.text)]
    if silent:
        text = f"{overview.name}没有写到{'、'.join(silent)}。"
        remedy = "请补写；没有发生的也要写明，如“全年没有收到申请”。"
        yield Finding("D-06", text, remedy=remedy, severity=_weight(case))
    mixed = [a.name for a in _ASPECTS if a not in listed and a.name not in silent]
    if len(listed) >= 3 and mixed:
        text = f"{overview.name}没有把{'、'.join(mixed)}单列一段。"
        remedy = "请按五个方面分列，便于查找。"
        yield Finding("D-06", text, remedy=remedy, severity=Severity.NOTE)


_NOTHING = re.compile(
    r"(?:（[一二三]）)?(?:本年度?)?(?:无|没有|暂无|未发现|不存在)(?:存在)?(?:的?(?:主要)?问题)?[。.]?"
)
_PROBLEM = re.compile(
    r"问题|不足|不够|不强|不高|不到位|不及时|不规范|不完善|不丰富|不平衡|不均衡|不深|不多|薄弱|短板|"
    r"差距|有待|欠缺|滞后|单一|较少|偏少|较低|较弱|亟待|亟需|困难|缺乏|需要?进?一?步?(?:加强|提升|提高|完善|改进)"
)
_MEASURE = re.compile(
    r"下一步|今后|将|改进|措施|加强|加大|提升|提高|完善|强化|健全|规范|优化|推进|整改|加快|深化|继续|增加"
)
_SHORTEST = 20


@rule(
    "D-13",
    Severity.ERROR,
    "",
    "第五部分写有存在的问题和改进情况（没有文字或只写“无”的作错误，参数文件中作警告；其余作警告）",
    "不是“无”；不少于 20 字；有说问题的词，有说改进的词",
)
def problems_and_measures(case: Case) -> Iterator[Finding] | None:
    """Section 五 names a problem and a measure."""
    return _problems_and_measures(case) if has_section(case, PROBLEMS) else None


def _problems_and_measures(case: Case) -> Iterator[Finding]:
    passage = section(case, PROBLEMS)
    if passage is None:
        yield _empty(case, "D-13", PROBLEMS)
        return
    tight = "".join(passage.text.split())
    remedy = "条例第五十条要求写明主要问题和改进情况，请补写。"
    if _NOTHING.fullmatch(tight):
        text = f"{passage.name}只写了“{tight}”。"
        yield Finding("D-13", text, found=tight, remedy=remedy, severity=_weight(case))
        return
    lacking = []
    if not _PROBLEM.search(passage.text):
        lacking.append("没有写存在的问题")
    if not _MEASURE.search(passage.text):
        lacking.append("没有写改进情况")
    if len(tight) < _SHORTEST:
        lacking.append(f"只有 {len(tight)} 字")
    if lacking:
        text = f"{passage.name}{'，'.join(lacking)}：{passage.quote(0, 30)}。"
        yield Finding("D-13", text, remedy=remedy, severity=Severity.WARNING)


_FEE = re.compile("处理费")
_HEADING = 25  # characters of a heading inside a section, at most
_ANY_FEE = re.compile("收费|费用|收取.{0,6}费")


@rule(
    "D-14",
    Severity.ERROR,
    "",
    "第六部分写明收取信息处理费的情况（2021 年度起；全文都没有写的作错误，参数文件中作警告；"
    "写在别处或没有写明是信息处理费的作警告，只在标题里写明的作提示）",
    "第六部分有“信息处理费”",
)
def fee_statement(case: Case) -> Iterator[Finding] | None:
    """Section 六 says what was charged, or that nothing was."""
    if not has_section(case, OTHERS) or case.report.year < 2021:
        return None
    return _fee_statement(case)


def _fee_statement(case: Case) -> Iterator[Finding]:
    passage = section(case, OTHERS)
    if passage is None:
        yield _empty(case, "D-14", OTHERS)
        return
    if _FEE.search(passage.text):
        yield from _fee_in_heading(passage)
        return
    elsewhere = next((one for one in sections(case) if _FEE.search(one.text)), None)
    general = _ANY_FEE.search(passage.text)
    remedy = "没有收取的，写明发出收费通知 0 件、收取信息处理费 0 元。"
    severity = Severity.WARNING
    if elsewhere:
        text = f"信息处理费的情况写在{elsewhere.name}，应写在{passage.name}。"
        remedy = "请移到第六部分。"
    elif general:
        text = (
            f"{passage.name}说的是一般收费，没有写明信息处理费：{passage.quote(*general.span())}。"
        )
    else:
        text = f"{passage.name}没有写收取信息处理费的情况。"
        severity = _weight(case)
    yield Finding("D-14", text, remedy=remedy, severity=severity)


def _fee_in_heading(passage: Passage) -> Iterator[Finding]:
    """The text under a heading 收取信息处理费的情况 speaks of fees of any kind."""
    lines = (line.strip() for line in passage.text.split("\n"))
    body = [line for line in lines if len(line) >= _HEADING or line.endswith("。")]
    general = next((line for line in body if _ANY_FEE.search(line)), "")
    if general and not any(_FEE.search(line) for line in body):
        shown = general if len(general) <= 30 else f"{general[:30]}…"
        text = f"{passage.name}只在标题里说信息处理费，文字没有写明：“{shown}”。"
        remedy = "请写明发出收费通知几件、收取信息处理费多少元。"
        yield Finding("D-14", text, remedy=remedy, severity=Severity.NOTE)


_DUTIES = {
    "工作考核": re.compile("考核|考评"),
    "社会评议": re.compile("评议|满意度|评估|测评|评价"),
    "责任追究结果": re.compile("责任追究|追究|追责|问责|责任"),
}


@rule(
    "D-15",
    Severity.ERROR,
    "",
    "各级人民政府的报告写有工作考核、社会评议和责任追究结果（三项都没有的作错误，参数文件中作警告；"
    "缺其中几项的作警告）",
    "机关类型为政府、乡镇时，三项各有相关的词",
)
def duties_of_governments(case: Case) -> Iterator[Finding] | None:
    """A government reports on assessment, review by society and accountability."""
    if kind_of(case.report.agency) not in ("政府", "乡镇") or not has_section(case, OVERVIEW):
        return None
    return _duties_of_governments(case)


def _duties_of_governments(case: Case) -> Iterator[Finding]:
    whole = "\n".join(one.text for one in sections(case))
    if not whole or section(case, OVERVIEW) is None:
        yield no_text(case, "D-15", OVERVIEW)
        return
    absent = [name for name, words in _DUTIES.items() if not words.search(whole)]
    if absent:
        text = f"政府的年度报告没有写到{'、'.join(absent)}（条例第五十条第一款第四项）。"
        severity = _weight(case) if len(absent) == len(_DUTIES) else Severity.WARNING
        remedy = "请在第一部分的监督保障一段中补写；没有发生责任追究的也要写明。"
        yield Finding("D-15", text, remedy=remedy, severity=severity)
