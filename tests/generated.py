"""A generated county: many agencies over years in both formats, sound and reproducible."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from helpers import formats
from helpers.figures import Figures, number
from helpers.formats import Format, Ref
from helpers.report import Agency, Report

ENDS = ("局", "镇人民政府", "街道办事处", "委员会")
APPLICANTS = ("nat", "ent", "res", "ngo", "law", "oth")


def county(agencies: int, years: Iterable[int], seed: int = 1) -> list[Report]:
    """Reports whose 表三 balances within each year and from year to year."""
    random = Random(seed)
    years = list(years)
    return [
        report
        for number_ in range(agencies)
        for report in _agency(f"某县第{number_:04d}{ENDS[number_ % 4]}", years, random)
    ]


def _agency(name: str, years: list[int], random: Random) -> Iterable[Report]:
    carried = dict.fromkeys(APPLICANTS, 0)
    for year in years:
        fmt = formats.for_year(year)
        cells = {ref: 0 for ref, slot in fmt.slots.items() if not slot.total}
        for ref in cells:
            cells[ref] = random.choice((0, 0, 0, 1, random.randint(0, 9)))
        carried = _balance(cells, fmt, carried, random)
        figures = Figures({ref: number(value) for ref, value in cells.items()})
        day = date(year + 1, random.choice((1, 1, 1, 2)), random.randint(2, 28))
        text = {section.id: f"{section.heading}：{'略' * 120}" for section in fmt.narrative}
        source = f"{year}/{name}.yaml"
        yield Report(Agency(name=name), year, fmt, figures, text, {}, day, source)


def _balance(
    cells: dict[Ref, int], fmt: Format, carried: dict[str, int], random: Random
) -> dict[str, int]:
    """Set 新收, 上年结转 and 结转下年 so that every column of 表三 balances."""
    at = fmt.table("三").by_key
    left = {}
    for key in APPLICANTS:
        mine = [r for r, s in fmt.slots.items() if r.table == "三" and s.column.key == key]
        moving = [at[row, key] for row in ("new", "carry_in", "carry_out")]
        closed = sum(cells[ref] for ref in mine if ref in cells and ref not in moving)
        left[key] = max(random.randint(0, 2), carried[key] - closed)
        cells[moving[0]] = closed + left[key] - carried[key]
        cells[moving[1]], cells[moving[2]] = carried[key], left[key]
    return left
