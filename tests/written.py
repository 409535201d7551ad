"""A report as published: clean, and with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from helpers.report import Agency, Original, Report
from helpers.rules import check
from real_figures import SUQIAN_2023

NAME = "市中区财政局"

OVERVIEW = """\
2023年，区财政局认真落实条例，依法做好政府信息公开工作。

（一）主动公开

全年通过区政府门户网站主动公开政府信息966条，召开新闻发布会4场。

（二）依申请公开

全年收到申请3511件，都在法定期限内答复。

（三）政府信息管理

落实信息发布审核制度，及时更新公开目录。

（四）政府信息公开平台建设

维护好政府网站专栏和“市中财政”微信公众号。

（五）监督保障

开展业务培训2次，将政府信息公开纳入年度考核，全年没有发生责任追究的情形。"""

PROBLEMS = "公开的及时性还不够，解读形式比较单一。下一步将完善公开目录，丰富解读形式。"

OTHERS = "全年没有发出收费通知，没有收取信息处理费。"

PREAMBLE = (
    "根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室关于印发"
    "〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（国办公开办函〔2021〕30号）编制。"
    "统计期限自2023年1月1日起至2023年12月31日止。如有疑问，请与区财政局联系（地址：解放路1号，"
    "邮编：277100，电话：0632-3252082，电子邮箱：czj@zz.example.cn）。"
)

AGENCY = Agency(
    name=NAME,
    short_name="区财政局",
    address="解放路1号",
    postcode="277100",
    telephone="0632-3252082",
    email="czj@zz.example.cn",
)

FORMAT = SUQIAN_2023.format
HEADINGS = tuple(section.title for section in FORMAT.sections)
TEXTS = {"一": OVERVIEW, "五": PROBLEMS, "六": OTHERS}
CLEAN = Original(f"{NAME}2023年政府信息公开工作年度报告", PREAMBLE, HEADINGS, (), (NAME,))


def written(one: str = OVERVIEW, five: str = PROBLEMS, six: str = OTHERS, **changes: Any) -> Report:
    """The report as a params file has it: the program composes the rest."""
    base = replace(SUQIAN_2023.report(), agency=AGENCY, published=date(2024, 1, 20))
    return replace(base, narrative={"一": one, "五": five, "六": six}, **changes)


def printed(texts: Mapping[str, str] | None = None, **changes: Any) -> Report:
    """The report as read from a page; ``changes`` are those of its original wording."""
    narrative = TEXTS | dict(texts or {})
    return replace(written(), narrative=narrative, original=replace(CLEAN, **changes))


def said(report: Report, rule: str) -> list[str]:
    """What one rule says: the word for its weight and the sentence, remedy left out."""
    return [f"{f.level} {f.message}" for f in check(report).findings if f.rule == rule]


def state(report: Report, rule: str) -> str:
    """How one rule ended."""
    (found,) = [one.state for one in check(report).outcomes if one.rule.id == rule]
    return found
