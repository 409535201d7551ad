"""A government's report held against those of its units: parent = Σ units (R).

Which units belong to a parent is said by the rosters of the settings file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from helpers.formats import Ref, Slot
from helpers.percent import percent
from helpers.report import Report
from helpers.rules.beside import Batch, Family, Found, batch_rule
from helpers.rules.model import Finding, Severity, unknown

_SHOWN = 8
"""How many units a sentence lists before it says how many more there are."""


@dataclass(frozen=True)
class Cell:
    """One cell of a parent's table: what it declares, and what each unit has there."""

    slot: Slot
    declared: Decimal
    units: Mapping[str, Decimal]

    @cached_property
    def sum(self) -> Decimal:
        """The sum of the units."""
        return sum(self.units.values(), Decimal(0))

    @property
    def off(self) -> Decimal:
        """By how much the parent is above the sum."""
        return self.declared - self.sum


@dataclass(frozen=True)
class Comparison:
    """A parent's report and those of its units at hand, by name on the roster."""

    index: int
    family: Family
    parent: Report
    units: Mapping[str, Report]

    @cached_property
    def _compared(self) -> tuple[list[Cell], int]:
        """The cells that can be compared, totals left out, and how many have a blank."""
        cells, blank = [], 0
        for ref, slot in self.parent.format.slots.items():
            declared = self.parent.figures.value(ref)
            parts = {name: report.figures.value(ref) for name, report in self.units.items()}
            if slot.total or (declared is None and not any(parts.values())):
                continue
            known = {name: value for name, value in parts.items() if value is not None}
            if declared is None or len(known) < len(parts):
                blank += 1
            else:
                cells.append(Cell(slot, declared, known))
        return cells, blank

    @cached_property
    def differences(self) -> list[Cell]:
        """The cells in which the parent is not the sum of its units, totals left out."""
        return [] if self.lacking else [cell for cell in self._compared[0] if cell.off]

    @property
    def blank(self) -> str:
        """Which cells could not be compared, "" where all could."""
        number = 0 if self.lacking else self._compared[1]
        return f"有 {number} 格是空白的（见 C-01），不能与下级之和核对。" if number else ""

    @cached_property
    def counted_wrongly(self) -> tuple[str, bool] | None:
        """The unit whose figures are the whole difference, and whether they are in twice."""
        off = {cell.slot.ref: cell.off for cell in self.differences}
        if self.blank or len(off) < _TELLING:
            return None
        found = []
        for name, report in self.units.items():
            own = {ref: value for ref, value in _inputs(report) if value}
            if own == off:
                found.append((name, True))
            elif {ref: -value for ref, value in own.items()} == off:
                found.append((name, False))
        return found[0] if len(found) == 1 else None

    @property
    def lacking(self) -> str:
        """Why parent and sum cannot be compared, "" where they can."""
        if self.family.missing:
            number = len(self.family.missing)
            return f"名单上缺 {number} 家的报告（见 R-02），不能与下级之和核对。"
        if self.family.summed:
            names = _listed(self.family.summed)
            return f"{names}没有自己的报告，请先用 nianbao rollup 由其下级汇总。"
        code = self.parent.format.code
        if any(report.format.code != code for report in self.units.values()):
            return "有单位的格式不同（见 R-10），不能与下级之和核对。"
        return ""


_TELLING = 3
"""In how many cells a unit must have something before its figures are like a signature."""


def _inputs(report: Report) -> Iterator[tuple[Ref, Decimal | None]]:
    for ref, slot in report.format.slots.items():
        if not slot.total:
            yield ref, report.figures.value(ref)


def _comparisons(batch: Batch) -> list[Comparison]:
    """Every parent with its units, worked out for the first rule that asks."""
    return batch.once(_compare)


def _compare(batch: Batch) -> list[Comparison]:
    return [
        Comparison(
            family.parent,
            family,
            batch.reports[family.parent],
            {name: batch.reports[index] for name, index in family.present.items()},
        )
        for family in batch.families
        if family.parent is not None
    ]


@batch_rule(
    "R-02",
    Severity.EXPLAINABLE,
    "汇总名单上的单位都有报告",
    "设置文件 [[rollup]] 中的每个单位，同批中有同年度的报告",
    needs="parent",
)
def roster_complete(batch: Batch) -> Found:
    """No unit is silently taken for zero."""
    for one in _comparisons(batch):
        family = one.family
        if family.missing:
            few = "、".join(family.missing[:_SHOWN])
            more = f"等 {len(family.missing)} 家" if len(family.missing) > _SHOWN else ""
            text = f"名单上 {len(family.units)} 家，缺 {family.year} 年度报告的："
            found = f"{len(family.present)}"
            remedy = (
                "请催报；已撤并的单位请从名单中去掉；确有原因的，在 explanations 中说明（R-02）。"
            )
            expected = f"{len(family.units)}"
            finding = Finding("R-02", f"{text}{few}{more}。", (), expected, found, remedy=remedy)
            yield one.index, finding


@batch_rule(
    "R-10",
    Severity.EXPLAINABLE,
    "下级的表格与汇总表的格式相同",
    "每个单位的格式 = 上级的格式",
    needs="parent",
)
def one_format(batch: Batch) -> Found:
    """Tables of different formats cannot be added."""
    for one in _comparisons(batch):
        code = one.parent.format.code
        other = [name for name, report in one.units.items() if report.format.code != code]
        if other:
            text = f"{_listed(other)}用的不是 {code} 年格式，不能相加。"
            yield one.index, Finding("R-10", text, remedy="请退回，改用同一种格式。")


@batch_rule(
    "R-03",
    Severity.EXPLAINABLE,
    "每个单位（含本级机关）的数字都计入汇总，而且只计一次",
    "上级 − Σ 下级 ≠ ±（某一单位的全部数字）",
    needs="parent",
)
def counted_once(batch: Batch) -> Found:
    """The difference is not just what one unit has: forgotten, or counted twice."""
    for one in _comparisons(batch):
        if one.lacking or one.blank:
            yield one.index, unknown("R-03", one.lacking or one.blank)
        elif one.counted_wrongly:
            name, twice = one.counted_wrongly
            what = "重复计入了一次" if twice else "没有计入"
            text = f"与下级之和相差的正好是“{name}”的全部数字，汇总时{what}这个单位。"
            remedy = "请重新汇总。"
            yield one.index, Finding("R-03", text, found=name, remedy=remedy)


@batch_rule(
    "R-01",
    Severity.EXPLAINABLE,
    "上级报告的每一格等于名单上各单位之和",
    "上级 = Σ 下级（表二、表三、表四的每一格，合计不比；漏计或重复一个单位的见 R-03）",
    needs="parent",
)
def parent_is_sum(batch: Batch) -> Found:
    """Every cell of the parent is the sum of its units."""
    for one in _comparisons(batch):
        if one.lacking or one.blank:
            yield one.index, unknown("R-01", one.lacking or one.blank)
        if one.counted_wrongly and "R-03" not in batch.off:
            yield one.index, unknown("R-01", "与下级之和相差一个单位的全部数字，见 R-03。")
            continue
        for cells in _by_row(one.differences):
            yield one.index, _not_the_sum(cells)


def _by_row(cells: Sequence[Cell]) -> list[list[Cell]]:
    rows: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.slot.ref.table, cell.slot.ref.row].append(cell)
    return list(rows.values())


def _not_the_sum(cells: Sequence[Cell]) -> Finding:
    ref = cells[0].slot.ref
    sides = "；".join(
        f"“{cell.slot.ref.column}”填 {cell.declared:f}，下级之和 {cell.sum:f}，"
        f"{'多' if cell.off > 0 else '少'} {abs(cell.off).normalize():f}"
        for cell in cells
    )
    return Finding(
        "R-01",
        f"表{ref.table}“{ref.row}”行与下级之和不等：{sides}。",
        tuple(cell.slot.ref for cell in cells),
        "、".join(f"{cell.sum:f}" for cell in cells),
        "、".join(f"{cell.declared:f}" for cell in cells),
        _likely(cells),
        "请核对汇总，各单位的数见 R-14；确有原因的，在 explanations 中说明（R-01）。",
    )


def _likely(cells: Sequence[Cell]) -> str:
    """The unit whose figures in this row are the whole difference, where there is only one."""
    signs = {cell.off > 0 for cell in cells}
    fits = [
        name
        for name in cells[0].units
        if all(cell.units[name] and abs(cell.off) == abs(cell.units[name]) for cell in cells)
    ]
    if len(fits) != 1 or len(signs) != 1:
        return ""
    return f"差额等于“{fits[0]}”的数，可能{'重复计入' if signs == {True} else '漏计'}。"


@batch_rule(
    "R-14",
    Severity.NOTE,
    "与下级之和不等的格，列出各单位的数和占比",
    "每一格：单位 数（占下级之和的 %），从大到小",
    needs="parent",
)
def shares(batch: Batch) -> Found:
    """Where parent and sum differ: whose figures make up the sum."""
    for one in _comparisons(batch):
        if one.lacking or one.blank:
            yield one.index, unknown("R-14", one.lacking or one.blank)
        if one.counted_wrongly and "R-03" not in batch.off:
            continue
        for cell in one.differences:
            ref = cell.slot.ref
            head = f"表{ref.table}“{ref.row}”行“{ref.column}”列，下级之和 {cell.sum:f}"
            yield one.index, Finding("R-14", f"{head}：{_shares(cell)}。", (ref,))


def _shares(cell: Cell) -> str:
    parts = sorted(((v, n) for n, v in cell.units.items() if v), key=lambda p: (-abs(p[0]), p[1]))
    if not parts:
        return "各单位都是 0"
    listed = "、".join(f"{name} {value:f}{_percent(value, cell.sum)}" for value, name in parts[:20])
    rest = parts[20:]
    left = sum((value for value, _ in rest), Decimal(0))
    return listed + (f"，其余 {len(rest)} 家共 {left:f}" if rest else "")


def _percent(value: Decimal, whole: Decimal) -> str:
    return f"（{percent(value, whole)}）" if 0 < abs(value) <= whole else ""


_VERTICAL = ("税务局", "海关", "海事局", "边防检查站", "出入境边防检查总站", "国家安全局")


@batch_rule(
    "R-08",
    Severity.WARNING,
    "实行垂直领导的机关不计入地方政府的汇总",
    "名单中没有税务、海关、海事、边检、国家安全机关（条例第三条：由其上级主管）",
    needs="parent",
)
def vertically_led(batch: Batch) -> Found:
    """Agencies led by their own ministry report to it."""
    for one in _comparisons(batch):
        led = [n for n in one.family.units if n.endswith(_VERTICAL) and "地方海事" not in n]
        if led:
            text = f"名单上有实行垂直领导的机关：{_listed(led)}。"
            remedy = "其年报由上级主管部门汇总，请核对是否应从名单中去掉。"
            yield one.index, Finding("R-08", text, remedy=remedy)


@batch_rule(
    "R-09",
    Severity.EXPLAINABLE,
    "没有错误的报告才可以汇总",
    "名单上各单位的报告没有“错误”级的问题",
    needs="parent",
)
def units_in_order(batch: Batch) -> Found:
    """A sum of wrong reports is provisional."""
    for one in _comparisons(batch):
        wrong = [name for name, unit in one.family.present.items() if unit in batch.blocked]
        if wrong:
            text = f"{_listed(wrong)}的报告还有错误，汇总只是暂时的。"
            remedy = "请先退回改正，再汇总。"
            yield one.index, Finding("R-09", text, found=f"{len(wrong)}", remedy=remedy)


def _listed(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 家" if len(names) > _SHOWN else ""
    return "、".join(f"“{name}”" for name in names[:_SHOWN]) + more
