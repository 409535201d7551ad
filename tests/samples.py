"""Reports that try what pages have to bear, as params files: nothing, much, long, charts, odd."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from helpers.figures import Figures, number
from helpers.params import read_params, write_params
from helpers.report import CHARTS, Report

PARAMS = Path(__file__).parents[1] / "params"
LONG_NAME = "新疆维吾尔自治区巴音郭楞蒙古自治州人力资源和社会保障局劳动人事争议仲裁委员会办公室"
"""An agency of 41 characters."""
RARE = "经办人𬭎、䶮、㐱答复了全部申请。"
"""Characters of names that ordinary fonts have not."""

_LONG = (
    "全县按照条例的要求，逐项梳理政务公开的事项清单，健全申请的登记、审核、办理、答复和归档"
    "各个环节，对涉及多个部门的申请先会商后答复，做到答复准确、说理充分、送达及时；"
)


def _inputs(
    report: Report, change: dict[str, Decimal] | Decimal, tables: str = "二三四"
) -> Figures:
    """The figures times a factor, or those of some units replaced; totals left to be computed."""
    found = {}
    for ref, figure in report.figures.items():
        slot = report.format.slots[ref]
        if isinstance(change, dict):
            found[ref] = number(change[slot.column.unit]) if slot.column.unit in change else figure
        elif ref.table in tables and figure.value is not None:
            found[ref] = number(figure.value * change)
        else:
            found[ref] = figure
    return Figures(found)


def _named(report: Report, name: str, **changes: object) -> Report:
    agency = report.agency.model_copy(update={"name": name, "short_name": ""})
    return replace(report, agency=agency, **changes)


def reports() -> dict[str, Report]:
    """The samples by a word for what they try; 图表 has an earlier year, 往年, beside it."""
    city = read_params(PARAMS / "2023/宿迁市人民政府.yaml")
    later = read_params(PARAMS / "2024/宿迁市人民政府.yaml")
    long = "\n\n".join(f"### （{n}）第{n}个方面\n\n{_LONG * 6}" for n in "一二三四五六七八九十")
    quiet = {"一": "本年度没有收到申请。", "五": "公开的深度不够，将继续改进。", "六": "没有。"}
    odd = quiet | {"一": f"### （一）经办\n\n{RARE}\n\n{RARE * 8}"}
    return {
        "全零": _named(
            city, "全零县统计局", figures=_inputs(city, Decimal(0)), narrative=quiet, charts=CHARTS
        ),
        "七位数": _named(
            city, "特大市人民政府", figures=_inputs(city, Decimal(997), "三四"), charts=CHARTS
        ),
        "长文": _named(city, "长篇市人民政府", narrative=dict(city.narrative) | {"一": long}),
        "往年": replace(city, charts=()),
        "图表": replace(later, charts=CHARTS),
        "怪字": _named(
            city,
            LONG_NAME,
            figures=_inputs(city, {"万元": Decimal("1234567.654321")}),
            narrative=odd,
        ),
    }


def write(folder: Path) -> dict[str, tuple[str, str]]:
    """The samples as params files in ``folder``: (year, agency) of each by its word."""
    written = {}
    for word, report in reports().items():
        file = folder / f"{word}.yaml"
        file.write_text(write_params(report), encoding="utf-8")
        written[word] = (str(report.year), report.agency.name)
    return written
