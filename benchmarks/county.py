"""A county to measure with: params files of plausible agencies, the same ones every time.

    python benchmarks/county.py --agencies N [--years 2019-2024] FOLDER

Years follow each other: what is carried over, what is in force. Every report passes every rule
of severity error. All names, figures and sentences are made up.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from helpers.formats import Format, find
from helpers.params import report_from, write_params

PLACES = ("青溪", "云岭", "石桥", "临湖", "松原", "南浦", "白沙", "柳河", "东岭", "西塘")
TRADES = (
    "教育", "民政", "司法", "财政", "水利", "审计", "统计", "交通运输", "农业农村", "文化和旅游",
    "卫生健康", "应急管理", "市场监督管理", "住房和城乡建设", "自然资源", "医疗保障", "林业",
    "商务", "发展和改革", "工业和信息化", "科学技术", "人力资源和社会保障", "退役军人事务", "信访",
)  # fmt: skip
VILLAGES = ("河口", "大坪", "新集", "古城", "竹园", "梅岭", "双桥", "北关", "杨树", "泉水")

OPEN = (
    "围绕年度重点任务梳理应公开事项，{d}类信息按季度核对，漏发的当季补齐。",
    "政策文件与解读材料同步起草、同步审签、同步发布，群众来电询问明显减少。",
    "把办事指南改成问答，窗口和网页用同一份文本，改动时一处修改、两处生效。",
    "预算、决算和采购结果在规定期限内公布，并说明数字变化较大的原因。",
    "重大事项决策前公开征求意见，收到的意见逐条说明采纳与否。",
    "年初列出公开事项清单，按月对照检查，全年补发、更新信息{d}次。",
    "对涉及企业的扶持措施制作一页图，说明条件、材料、时限和咨询人。",
    "公共服务、民生资金和工程进展按项目公布，群众可以查到每一笔的去向。",
)
ASKED = (
    "新收申请{{{{ 三.本年新收 }}}}件，上年结转{{{{ 三.上年结转 }}}}件，办结{{{{ 三.总计 }}}}件。",
    "收到申请{{{{ 三.本年新收 }}}}件，年末办结{{{{ 三.总计 }}}}件，结转{{{{ 三.结转下年 }}}}件。",
    "依法受理新收申请{{{{ 三.本年新收 }}}}件，其中予以公开{{{{ 三.予以公开 }}}}件。",
)
ANSWER = (
    "答复前与申请人当面或电话沟通，弄清真正想要的材料。",
    "答复文书由承办科室起草、法制人员审核，写明依据和救济途径。",
    "疑难件由分管负责人召集会商，会商记录随卷归档。",
    "对不掌握的信息，尽量告知可能掌握的机关和联系方式。",
    "建立台账，临期三个工作日自动提醒，没有超期答复。",
)
MANAGE = (
    "公文起草时同时确定公开属性，不公开的写明理由，年底抽查{d}份。",
    "对历年规范性文件逐件标注效力，清理结果集中公布。",
    "发布前三审三校，错敏字词由软件先查、人工再看。",
    "拟定主动公开目录，明确每一类信息的责任科室和更新时限。",
    "规范信息编号和归档，纸质与电子目录一致，查找用时缩短。",
)
PLATFORM = (
    "网站栏目由{d}个合并调整，点击很少的并入相近栏目，检索入口放在首屏。",
    "政务新媒体只保留一个账号，转载内容注明来源。",
    "在服务大厅设公开查阅点，提供打印和代查，老年人不用上网也能查。",
    "与政府门户网站对接，统一从一个入口发布，页面适配手机和读屏软件。",
    "完成旧栏目数据迁移，失效链接逐条修复。",
)
WATCH = (
    "公开工作纳入年度考核，每季度通报一次；接受社会评议，没有发生责任追究的情形。",
    "明确一名负责人分管、两名人员专办，组织培训{d}次；考核和社会评议结果良好，无责任追究。",
    "邀请群众代表评议公开工作，意见转为整改清单；工作考核合格，没有责任追究。",
    "对照考核指标逐项自查，社会评议中提出的问题当月整改，全年没有责任追究。",
)
LACKS = (
    "政策解读形式较单一，图表和案例偏少。",
    "个别科室报送信息不及时，更新滞后于办理进度。",
    "答复文书说理不够充分，个别件沟通不到位。",
    "新任人员对公开属性把握不准，依赖他人判断。",
    "公开内容与群众关心的事项还有距离，互动不够。",
)
MENDS = (
    "每项新政策至少配一例真实情形，由业务科室讲解。",
    "把报送时限写入科室职责，按月通报。",
    "汇编常用答复文本，组织评查和讲评。",
    "新任人员先培训后上岗，疑难件由老同志带办。",
    "每季度从来电来信中归纳热点，据此补充公开内容。",
)


def main() -> None:
    """Write the county."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agencies", type=int, required=True)
    parser.add_argument("--years", default="2024", help="as 2019-2024, or one year")
    given = parser.parse_args()
    first, _, last = given.years.partition("-")
    files = write_county(given.folder, given.agencies, range(int(first), int(last or first) + 1))
    print(f"{len(files)} 份参数文件，在 {given.folder}")


def write_county(folder: Path, agencies: int, years: range) -> list[Path]:
    """The params files of so many agencies, by year and agency; returns the files."""
    files = []
    for number in range(agencies):
        for year, data in agency_years(number, years):
            report = report_from(data)
            file = folder / str(year) / f"{report.agency.name}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(write_params(report), encoding="utf-8")
            files.append(file)
    return files


def agency_name(number: int) -> tuple[str, str]:
    """Full and short name of an agency, different for every number."""
    round_, at = divmod(number, len(TRADES) + len(VILLAGES))
    tens, place = divmod(round_, len(PLACES))
    side = "东南西北中"[tens % 5] if tens else ""
    count = "一二三四五六七八九"[tens // 5 % 9] if tens >= 5 else ""
    county = f"{PLACES[place]}{side}{count}县"
    if at < len(TRADES):
        return f"{county}{TRADES[at]}局", f"县{TRADES[at]}局"
    return f"{county}{VILLAGES[at - len(TRADES)]}镇人民政府", f"{VILLAGES[at - len(TRADES)]}镇政府"


def agency_years(number: int, years: range) -> Iterator[tuple[int, dict[str, Any]]]:
    """The params of an agency for each year, one carried on from the other."""
    dice = random.Random(number)
    name, short = agency_name(number)
    agency = {
        "name": name,
        "short_name": short,
        "address": f"{name[:2]}县人民路{dice.randint(1, 300)}号",
        "postcode": f"{dice.randint(10, 79):02}{dice.randint(1000, 9999)}",
        "telephone": f"0{dice.randint(310, 999)}-{dice.randint(2100000, 8999999)}",
        "email": f"gk{number}@example.gov.cn",
        "website": f"{name[:2]}县人民政府网站",
    }
    busy = dice.choice((0, 2, 6, 20))
    state = {"valid": dice.randint(3, 30), "items": dice.randint(5, 60)}
    carried = [0] * 6
    for year in years:
        fmt = find("2019" if year <= 2020 else "2021")
        applications, carried = _applications(dice, fmt, busy, carried)
        yield (
            year,
            {
                "agency": agency,
                "year": year,
                "published": date(year + 1, 1, 8) + timedelta(days=dice.randint(0, 20)),
                "figures": {
                    "二": _proactive(dice, fmt, state),
                    "三": applications,
                    "四": _disputes(dice, busy),
                },
                "narrative": _narrative(dice, applications),
            },
        )


def _proactive(dice: random.Random, fmt: Format, state: dict[str, int]) -> dict[str, Any]:
    """表二; what is in force goes on from year to year."""
    decided = dice.randint(37, 4000)
    if fmt.code == "2021":
        made, repealed = dice.randint(0, 3), dice.randint(0, min(2, state["valid"]))
        state["valid"] += made - repealed
        return {
            "规章": {"本年制发件数": 0, "本年废止件数": 0, "现行有效件数": 0},
            "行政规范性文件": {
                "本年制发件数": made,
                "本年废止件数": repealed,
                "现行有效件数": state["valid"],
            },
            "行政许可": decided,
            "行政处罚": dice.randint(1, 900),
            "行政强制": dice.randint(0, 40),
            "行政事业性收费": f"{dice.randint(10, 9999)}.{dice.randint(11, 99)}",
        }
    change = dice.randint(-2, 4)
    before, state["items"] = state["items"], max(1, state["items"] + change)
    items = {
        "上一年项目数量": before,
        "本年增/减": state["items"] - before,
        "处理决定数量": decided,
    }
    same = {"上一年项目数量": 2, "本年增/减": 0, "处理决定数量": 3}
    made = dice.randint(0, 3)
    state["valid"] += made
    return {
        "规章": {"本年新制作数量": 0, "本年新公开数量": 0, "对外公开总数量": 0},
        "规范性文件": {
            "本年新制作数量": made,
            "本年新公开数量": made,
            "对外公开总数量": state["valid"],
        },
        "行政许可": items,
        "其他对外管理服务事项": same,
        "行政处罚": same,
        "行政强制": same,
        "行政事业性收费": {"上一年项目数量": 1, "本年增/减": 0},
        "政府集中采购": {
            "采购项目数量": dice.randint(1, 30),
            "采购总金额": f"{dice.randint(11, 900)}.{dice.randint(11, 99)}万元",
        },
    }


def _applications(
    dice: random.Random, fmt: Format, busy: int, carried: list[int]
) -> tuple[dict[str, list[int]], list[int]]:
    """表三: rows of the six kinds of applicants, and what is carried into the next year."""
    lines = [slot.line for slot in fmt.slots.values() if slot.ref.table == "三"]
    rows = {slot.line.key: slot.ref.row for slot in fmt.slots.values() if slot.ref.table == "三"}
    leaves = [k for k in dict.fromkeys(line.key for line in lines) if _is_leaf(fmt, k)]
    table = {key: [0] * 6 for key in leaves}
    for who, most in enumerate((busy * 3, busy, 0, 0, 1 if busy > 5 else 0, 0)):
        for key in leaves:
            if key in ("new", "carry_in", "carry_out"):
                continue
            table[key][who] = _handled(dice, rows[key], most)
        done = sum(table[k][who] for k in leaves if k not in ("new", "carry_in", "carry_out"))
        # A few more where last year's must at least be finished.
        extra = max(0, carried[who] - done)
        table[next(k for k in leaves if "（一）予以公开" in rows[k])][who] += extra
        done += extra
        left = dice.randint(0, max(0, done // 8)) if most else 0
        table["carry_in"][who] = carried[who]
        table["carry_out"][who] = left
        table["new"][who] = done + left - carried[who]
    return {rows[k].split("/")[-1]: v for k, v in table.items()}, table["carry_out"]


def _handled(dice: random.Random, row: str, most: int) -> int:
    """How many end so: most are granted or ask for what the agency has not, few else."""
    if "收费通知" in row or not most:
        return 0
    if "予以公开" in row or "不掌握" in row:
        return dice.randint(0, most)
    return dice.randint(0, max(1, most // 4)) if dice.random() < 0.2 else 0


def _is_leaf(fmt: Format, key: str) -> bool:
    return any(s.line.key == key and not s.total for s in fmt.slots.values() if s.ref.table == "三")


def _disputes(dice: random.Random, busy: int) -> dict[str, Any]:
    """表四."""
    few = [dice.randint(0, busy // 6) for _ in range(3)]
    return {
        "行政复议": [few[0], 0, few[1], 0],
        "行政诉讼": {"未经复议直接起诉": [few[2], 0, 0, 0], "复议后起诉": [0, 0, 0, 0]},
    }


def _narrative(dice: random.Random, applications: dict[str, list[int]]) -> dict[str, str]:
    def some(sentences: tuple[str, ...], count: int) -> str:
        return "".join(s.format(d=dice.randint(3, 29)) for s in dice.sample(sentences, count))

    asked = sum(sum(row) for row in applications.values()) > 0
    second = some(ASKED, 1) if asked else "全年没有收到政府信息公开申请，也没有上年结转的申请。"
    overview = (
        ("（一）主动公开", some(OPEN, 3)),
        ("（二）依申请公开", second + some(ANSWER, 2)),
        ("（三）政府信息管理", some(MANAGE, 2)),
        ("（四）政府信息公开平台建设", some(PLATFORM, 2)),
        ("（五）监督保障", some(WATCH, 1)),
    )
    return {
        "总体情况": "\n\n".join(f"### {head}\n\n{text}" for head, text in overview),
        "存在的主要问题及改进情况": "存在的主要问题："
        + some(LACKS, 2)
        + "改进措施："
        + some(MENDS, 2),
        "其他需要报告的事项": "本年度没有发出收费通知，没有收取信息处理费。无其他需要报告的事项。",
    }


if __name__ == "__main__":
    main()
