# ruff: noqa: E501 -- published sentences are quoted whole
"""Sentences and figures of published reports that the prose rules are tested with."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from helpers.report import Report
from helpers.rules import Finding, Surroundings, check
from helpers.rules.model import Case
from real_figures import Facts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases"
"""Published sentences that are not kept in this repository."""

PROSE = tuple(f"N-{number:02d}" for number in range(1, 23))

SHUYANG_2025 = Facts(
    "沭阳县人民政府",
    2025,
    "2021",
    """
    规章 0 0 0
    行政规范性文件 6 1 32
    行政许可 517645
    行政处罚 693957
    行政强制 2154
    行政事业性收费 4068.208
    """,
    """
    新收 705 3 0 0 5 0 713
    上年结转 36 0 0 0 0 0 36
    予以公开 290 1 0 0 3 0 294
    部分公开 99 0 0 0 2 0 101
    不予公开3 2 0 0 0 0 0 2
    不予公开4 2 0 0 0 0 0 2
    不予公开5 13 0 0 0 0 0 13
    不予公开6 2 0 0 0 0 0 2
    不予公开7 4 0 0 0 0 0 4
    不予公开8 9 0 0 0 0 0 9
    无法提供1 111 0 0 0 0 0 111
    无法提供2 2 0 0 0 0 0 2
    不予处理1 12 0 0 0 0 0 12
    不予处理2 6 1 0 0 0 0 7
    其他处理1 9 0 0 0 0 0 9
    其他处理2 7 0 0 0 0 0 7
    其他处理3 142 1 0 0 0 0 143
    总计 710 3 0 0 5 0 718
    结转下年 31 0 0 0 0 0 31
    """,
    """
    复议 27 10 9 15 61
    直诉 3 0 0 0 3
    后诉 8 0 1 1 10
    """,
)

SHUYANG_TEXT = """### （二）规范化办理依申请公开。

2025 年，我县严格遵循《条例》规定，规范依申请公开办理流程，优化服务方式，提升办理质效，依法妥善回应各类信息公开申请。全县全年共受理政府信息公开申请 749 件，其中自然人申请 741 件，法人或其他组织申请 8 件；共办理 718 件，结转下一年 31 件。依法做好相关行政复议、行政诉讼案件的应诉工作，全县共办理相关案件 74 件，有力维护了群众合法权益与政府公信力。

二是深化沟通联动。2025 年，累计开展办前主动沟通 49 次，成功推动化解各类争议纠纷 33 件。全年累计发布解读类信息 21 条，其中图文及视频类产品共 17 篇，占比超八成。全年通过县政府门户网站主动公开政府信息4511条，开展意见征集9期。督促县直部门在信息公开页面发布信息3044条。年度涌现爆款内容52条，其中1条播放量破亿、2条破千万、49条破百万。"""

SHUYANG_FEES = (
    "全县行政机关在办理2025年度信息公开申请中收取信息处理费共计380元，其中民政局1件，收取380元。"
)

SUQIAN_2023_TEXT = """全市共向社会主动公开政府信息18万余条。全年共制作119期政策简明问答，其中，市级47期、宿城区28期、宿豫区22期、泗阳县15期、沭阳县5期、泗洪县2期。

### （二）依申请公开

全市全年共收办政府信息公开申请案件3607件（市政府349件、市各有关部门933件、沭阳县477件、泗阳县301件、泗洪县874件、宿豫区216件、宿城区348件、宿迁经济技术开发区55件、市湖滨新区26件、苏州宿迁工业园区12件、市洋河新区16件），同比增长70.3%。其中，自然人申请3493件，法人或其他组织申请114件。予以公开1191件，部分公开328件，不予公开142件，无法提供1078件，不予处理406件，作其他处理（含申请人主动撤回申请）341件，转下年度办理121件。市政府门户网站总访问次数达7854070人次。"""

SUQIAN_2023_FEES = (
    "2023年对25件政府信息公开申请案件收取了信息处理费2950元。"
    "其中，市政府1件420元、泗阳县2件290元、泗洪县15件1500元、宿豫区1件140元、宿城区6件600元。"
)

SUQIAN_2024_TEXT = """共向社会主动公开政府信息14万余条。全年开展多元化政策简明问答98期，其中，市级48期、宿豫区17期、沭阳县15期、泗阳县9期、泗洪县7期、宿城区2期。

### （二）依申请公开

全市全年共收办政府信息公开申请案件3646件，同比增长1.05%。其中，予以公开1431件，部分公开471件，不予公开92件，无法提供941件，不予处理117件，作其他处理（含申请人主动撤回申请）469件，转下年度办理125件。全市全年备案政府信息依申请公开领域行政复议案件134件、行政诉讼案件57件。共归集政策文件10219件，其中，市级文件8140件，县区级文件2079件。市政府门户网站总访问次数达9540370次，访客量3809505人次。"""

SUQIAN_2024_FEES = "2024年有3件政府信息公开申请案件收取信息处理费2230元。"

PINGTAN_2021_TEXT = """全年主动公开我区各级单位政府信息2645条。发布20680批次农产品抽检情况。对29项重要政策文件进行解读。

### （二）依申请公开

本年度全区共收到70件申请，及时依法依规办结69件，1件结转下年度继续办理。"""

PINGTAN_2019_TEXT = (
    "今年，我区政府信息公开单位共公布政府信息2599条，(其中机构职能类信息25条，政策、规范性文件类信息68条，"
    "规划计划类信息28条，行政许可类信息69条，重大建设项目信息90条，为民办实事类信息175条，"
    "民政扶贫救灾社会保障就业类信息67条，国土资源城乡建设环保能源类信息983条，科教文体卫生类信息48条，"
    "安全生产、应急管理类信息124条，其他应主动公开政府信息856条)"
)

PINGTAN_2020_TEXT = """全年我区政府信息公开单位共公布政府信息2602条(其中机构职能类信息82条，政策、规范性文件类信息80条，规划计划类信息21条，行政许可类信息40条，重大建设项目信息390条，为民办实事类信息69条，民政扶贫救灾社会保障就业类信息143条，国土资源城乡建设环保能源类信息208条，科教文体卫生类信息246条，安全生产、应急管理类信息271条，其他应主动公开政府信息1053条)。

4.认真办理依申请公开

2020年全区各级行政机关共受理政府信息公开申请21件。收到群众诉求348件，现场解决162件，跟进解决186件，办结率100%。已宣布废止规范性文件5件。"""


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
