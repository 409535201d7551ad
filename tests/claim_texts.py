# ruff: noqa: E501 -- paragraphs stand whole
"""Figures of published reports, told in our own words, that the prose rules are tested with."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from helpers.report import Report
from helpers.rules import Finding, Surroundings, check
from helpers.rules.model import Case

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases"
"""Published sentences that are not kept in this repository."""

PROSE = tuple(f"N-{number:02d}" for number in range(1, 23))

SHUYANG_TEXT = """### （二）依申请公开

2025年，全县共收到政府信息公开申请 749 件，由自然人提出的 741 件，由法人或其他组织提出的 8 件；年内共办理 718 件，结转下一年 31 件。因信息公开被提起的行政复议和行政诉讼，全县共办理相关案件 74 件。

申请受理前主动沟通 49 次，化解争议 33 件。发布解读类信息 21 条，图文、视频类 17 篇，超过八成。县政府门户网站主动公开政府信息4511条，意见征集9期。点击量破亿的内容1条、破千万的2条、破百万的49条。"""

SHUYANG_FEES = "办理2025年度的申请，全县行政机关收取信息处理费380元，均由民政局1件收取，计380元。"

SUQIAN_2023_TEXT = """各级行政机关主动公开政府信息18万余条。政策问答制作119期，其中，市级47期、宿城区28期、宿豫区22期、泗阳县15期、沭阳县5期、泗洪县2期。

### （二）依申请公开

2023年全市共收到政府信息公开申请3607件（市政府349件、市级部门933件、沭阳县477件、泗阳县301件、泗洪县874件、宿豫区216件、宿城区348件、经济技术开发区55件、湖滨新区26件、工业园区12件、洋河新区16件），比上年增长70.3%。其中，自然人申请3493件，法人或其他组织申请114件。予以公开1191件，部分公开328件，不予公开142件，无法提供1078件，不予处理406件，其他处理341件，结转下年度121件。门户网站全年访问7854070人次。"""

SUQIAN_2023_FEES = (
    "2023年有25件申请收取了信息处理费，共2950元："
    "市政府1件420元、泗阳县2件290元、泗洪县15件1500元、宿豫区1件140元、宿城区6件600元。"
)

SUQIAN_2024_TEXT = """各级行政机关主动公开政府信息14万余条。政策问答制作98期，其中，市级48期、宿豫区17期、沭阳县15期、泗阳县9期、泗洪县7期、宿城区2期。

### （二）依申请公开

2024年全市共收到政府信息公开申请3646件，同比增长1.05%。其中，予以公开1431件，部分公开471件，不予公开92件，无法提供941件，不予处理117件，其他处理469件，结转下年度125件。备案的信息公开行政复议案件134件、行政诉讼案件57件。归集政策文件10219件，其中市级8140件，县区级2079件。门户网站全年访问9540370人次。"""

SUQIAN_2024_FEES = "2024年收取信息处理费的申请有3件，共2230元。"

PINGTAN_2021_TEXT = """全区各单位主动公开政府信息2645条。公布农产品抽检20680批次。解读重要政策文件29项。

### （二）依申请公开

2021年全区共收到政府信息公开申请70件，年内办结69件，结转下年度1件。"""

PINGTAN_2019_TEXT = (
    "全区2019年公开政府信息2599条，其中机构职能类25条，政策文件类68条，规划计划类28条，"
    "行政许可类69条，重大项目类90条，民生实事类175条，民政社保类67条，国土城建环保类983条，"
    "科教文卫类48条，安全应急类124条，其余856条"
)

PINGTAN_2020_TEXT = """全区2020年公开政府信息2602条，其中机构职能类82条，政策文件类80条，规划计划类21条，行政许可类40条，重大项目类390条，民生实事类69条，民政社保类143条，国土城建环保类208条，科教文卫类246条，安全应急类271条，其余1053条。

### （二）依申请公开

2020年全区共受理政府信息公开申请21件。群众来信来电348件，当场解决162件，后续解决186件。废止规范性文件5件。"""


def told(report: Report, **narrative: str) -> Report:
    """The report with this text: section ids are spelt a, b, c for 一, 五, 六."""
    ids = {"a": "一", "b": "五", "c": "六"}
    return replace(report, narrative={ids[key]: text for key, text in narrative.items()})


def prose(report: Report, *earlier: Report) -> list[Finding]:
    """The failures of the prose rules."""
    around = Surroundings(earlier, history=bool(earlier))
    found = check(report, around=around).findings
    return [f for f in found if f.rule in PROSE and f.state == "fail"]


def says(report: Report, rule: str, *earlier: Report) -> list[str]:
    """What one prose rule says."""
    return [f.full_message for f in prose(report, *earlier) if f.rule == rule]


def state(report: Report, rule: str, *earlier: Report) -> str:
    """How one prose rule ended."""
    result = check(report, around=Surroundings(earlier, history=bool(earlier)))
    return next(o.state for o in result.outcomes if o.rule.id == rule)


def shared_case(name: str) -> dict[str, object] | None:
    """A published report's facts, None where they are not at hand."""
    file = SHARED / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def decimal(value: object) -> Decimal:
    """A number of the shared facts."""
    return Decimal(str(value))


__all__ = ["PROSE", "SHARED", "Case"]
