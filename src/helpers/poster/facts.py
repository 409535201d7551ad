"""What the picture says: a year's figures of one report, or of many added up, with the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from helpers.figures import plain_number
from helpers.formats import Format
from helpers.percent import percent
from helpers.portfolio.indicators import BY_KEY, OUTCOMES, addresses, enough, few
from helpers.portfolio.naming import say
from helpers.report import Report
from helpers.rules import agency_key

_APPLICANTS = {
    "{natural}": ("三.new.nat",),
    "{legal}": tuple(f"三.new.{key}" for key in ("ent", "res", "ngo", "law", "oth")),
}
_ENDINGS = {"{kept}": "keep", "{fixed}": "fix", "{ended}": "other", "{pending}": "pend"}
_DISPUTES = {"{reviews}": ("rev",), "{suits}": ("dir", "post")}
_MOST_YEARS = 6
_FEW = 5
"""How many agencies are named before their number is told."""
NOTHING = "—"
"""What stands for a number that there is not."""


@dataclass(frozen=True)
class Item:
    """A number with its name; ``value`` None where a figure is blank.

    ``signed`` numbers say by how much something changed.
    """

    name: str
    value: Decimal | None
    unit: str = "件"
    signed: bool = False

    @property
    def shown(self) -> str:
        """The number as read."""
        sign = "+" if self.signed and self.value and self.value > 0 else ""
        return sign + shown(self.value)

    def __str__(self) -> str:
        return f"{self.name} {self.shown}{self.unit if self.value is not None else ''}"


@dataclass(frozen=True)
class Group:
    """Items under a heading."""

    heading: str
    items: tuple[Item, ...]

    @property
    def whole(self) -> Decimal | None:
        """All items together; None where one is blank, for then nobody knows."""
        known = [item.value for item in self.items if item.value is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.items) else None


@dataclass(frozen=True)
class Facts:
    """Everything in the picture, in its order.

    ``published`` is None where 表二 could not be added up; ``note`` says that, and the source.
    """

    name: str
    year: int
    headline: tuple[Item, ...]
    outcomes: Group
    applicants: Group
    published: Group | None
    disputes: tuple[Group, ...]
    past: Group
    note: str

    @property
    def title(self) -> str:
        """The title of the picture."""
        return f"一图读懂：{self.name}{self.year}年政府信息公开工作年度报告"


def facts(
    reports: Sequence[Report],
    name: str = "",
    earlier: Iterable[Report] = (),
    missing: Sequence[str] = (),
) -> Facts:
    """The facts of one report, or of all these added up under ``name``.

    All reports are on the same year; ``earlier`` are those of earlier years, for the trend. A
    sum with a blank in it is None. 表二 is left out where the formats differ, a past year where
    it has other agencies than this one; ``strangers`` says which. ``missing`` are agencies that
    belong to the whole and have no report; the source says so.
    """
    year = reports[0].year
    several = len(reports) > 1
    by_year: dict[int, list[Report]] = {}
    for report in earlier:
        if report.year < year:
            by_year.setdefault(report.year, []).append(report)
    other = strangers(reports, by_year) if several else {}
    by_year[year] = list(reports)
    years = [y for y in sorted(by_year) if y not in other]
    one_format = len({report.format.code for report in reports}) == 1
    return Facts(
        name=name or reports[0].agency.name,
        year=year,
        headline=tuple(_item(reports, key) for key in ("new", "closed", "carry_out")),
        outcomes=Group("办理结果", tuple(_item(reports, key) for key in OUTCOMES)),
        applicants=Group(
            "谁在申请", tuple(Item(say(n), _amount(reports, p)) for n, p in _APPLICANTS.items())
        ),
        published=Group("主动公开", _proactive(reports)) if one_format else None,
        disputes=tuple(Group(say(n), _endings(reports, rows)) for n, rows in _DISPUTES.items()),
        past=Group(
            "历年新收申请",
            tuple(
                Item(f"{y}年", _amount(by_year[y], BY_KEY["new"].parts))
                for y in years[-_MOST_YEARS:]
            ),
        ),
        note=_note(reports, name, missing, mixed=not one_format),
    )


def strangers(
    reports: Sequence[Report], by_year: Mapping[int, Iterable[Report]]
) -> dict[int, tuple[list[str], list[str]]]:
    """The past years that have other agencies than ``reports``: who is missing, who is more.

    An agency counts under its former names too, as in the picture of one alone.
    """
    owners = {agency_key(old): r.agency.name for r in reports for old in r.agency.formerly}
    owners |= {agency_key(r.agency.name): r.agency.name for r in reports}
    found = {}
    for year, past in by_year.items():
        names = [report.agency.name for report in past]
        there = {owners.get(agency_key(name)) for name in names}
        missing = [r.agency.name for r in reports if r.agency.name not in there]
        more = [name for name in names if agency_key(name) not in owners]
        if missing or more:
            found[year] = (missing, more)
    return found


def named(names: Sequence[str]) -> str:
    """The names, or the first of them and how many there are."""
    more = f"等 {len(names)} 家" if len(names) > _FEW else ""
    return "、".join(names[:_FEW]) + more


def _note(reports: Sequence[Report], name: str, missing: Sequence[str], *, mixed: bool) -> str:
    gone = f"；缺{named(missing)}的报告" if missing else ""
    if len(reports) < 2:
        return f"数据来源：{reports[0].title}{gone}"
    left = "；各单位所用格式不同，主动公开的数没有相加" if mixed else ""
    return f"数据来源：{name}{len(reports)}个单位{reports[0].year}年度报告各表之和{gone}{left}"


def _item(reports: Sequence[Report], key: str) -> Item:
    return Item(BY_KEY[key].label, _amount(reports, BY_KEY[key].parts))


def _amount(reports: Iterable[Report], patterns: Sequence[str]) -> Decimal | None:
    total = Decimal(0)
    for report in reports:
        part = report.complete.total(addresses(report.format, patterns))
        if part is None:
            return None
        total += part
    return total


def _endings(reports: Sequence[Report], rows: Sequence[str]) -> tuple[Item, ...]:
    return tuple(
        Item(say(name), _amount(reports, [f"四.{row}.{key}" for row in rows]))
        for name, key in _ENDINGS.items()
    )


def _proactive(reports: Sequence[Report]) -> tuple[Item, ...]:
    """The figures of 表二 that are not 0, named as printed; a sum with a blank in it is None."""
    fmt: Format = reports[0].format
    items = []
    for ref, slot in fmt.table("二").slots.items():
        parts = [report.complete.value(ref) for report in reports]
        known = [part for part in parts if part is not None]
        total = sum(known, Decimal(0)) if len(known) == len(parts) else None
        if total != 0:
            name = f"{slot.line.row.label}：{ref.column.partition('（')[0]}"
            items.append(Item(name, total, slot.column.unit, slot.column.kind == "change"))
    return tuple(items)


def rate(facts: Facts) -> str:
    """公开率 as read: 予以公开 and 部分公开 of 办结, in per cent, or as “2/3” where they are few.

    Nothing where nothing was closed or a figure is blank.
    """
    whole = facts.headline[1].value
    open_, partial = (item.value for item in facts.outcomes.items[:2])
    if not whole or open_ is None or partial is None:
        return NOTHING
    return few(open_ + partial, whole) or percent(open_ + partial, whole)


def share(value: Decimal | None, whole: Decimal | None) -> str:
    """A part of a whole in per cent; nothing where a number is unknown or the whole is small.

    >>> share(Decimal(1), Decimal(3000)), share(Decimal(1), Decimal(3))
    ('不足1%', '')
    >>> share(Decimal(2990), Decimal(3000)), share(Decimal(25), Decimal(200))
    ('99%以上', '13%')
    >>> share(Decimal(0), Decimal(20))
    '0%'
    """
    if value is None or whole is None or not enough(whole):
        return ""
    return percent(value, whole, 0)


def shown(value: Decimal | None) -> str:
    """A number with separators of thousands; — where there is none."""
    if value is None:
        return NOTHING
    whole, dot, rest = plain_number(abs(value)).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{dot}{rest}"


def words(facts: Facts) -> str:
    """The picture in words, for those who do not see it."""
    rated = f"，{BY_KEY['disclosure'].label} {rate(facts)}" if rate(facts) != NOTHING else ""
    said = [f"{facts.title}。", f"全年{'，'.join(map(str, facts.headline))}{rated}。"]
    for group in (facts.outcomes, facts.applicants, *facts.disputes, facts.published, facts.past):
        if group:
            items = [item for item in group.items if item.value != 0 or group is facts.past]
            said.append(f"{group.heading}：{'，'.join(map(str, items)) or '没有发生'}。")
    return "".join((*said, f"{facts.note}。"))
