"""One row of a clean register spoilt in every column and every way.

Whatever is done to a row, either it is named, or just those figures change that have to: they are
counted here a second time, by a reader of its own that knows only the plain way of writing. The
sweep is held against the library with each of its defences taken out, and has to notice.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from helpers.register import cases as known_cases
from helpers.register import findings, oddities, requests
from helpers.register.cases import Fault
from helpers.register.disputes import own_rule
from helpers.register.options import RegisterOptions
from helpers.register.placing import Placing
from helpers.register.tally import Tally, read_registers, tally
from register_cases import (
    COLUMN,
    DISPUTE_HEADS,
    HEADS,
    KINDS,
    OUTCOMES,
    RESULTS,
    SECRETS,
    TYPES,
    secrets_in,
    write_csv,
)

YEARS = range(2021, 2025)
BAD = date(1, 1, 1)
DAYS = tuple(head for head in HEADS if head.endswith("日期"))
AMOUNTS = ("通知金额", "实收金额")
UNREAD = HEADS[:7]
NO = ("", "否")


def row(number: str, kind: str, received: str, closed: str, result: str, **more: str) -> list[str]:
    cells = dict.fromkeys(HEADS, "") | {
        "序号": number[-2:],
        "登记编号": number,
        "申请人姓名": SECRETS[0],
        "证件号码": SECRETS[2],
        "联系电话": SECRETS[3],
        "通信地址": SECRETS[4],
        "申请内容": SECRETS[5],
        "申请人类型": KINDS[kind][0],
        "收到日期": received,
        "办结日期": closed,
        "办理结果": RESULTS[result][0] if closed else "",
        **more,
    }
    return [cells[head] for head in HEADS]


PAID = {
    "收费通知日期": "2022-05-10",
    "通知金额": "300",
    "缴费日期": "2022-05-12",
    "实收金额": "300",
}
CLEAN = [
    row("2021-依-000001", "nat", "2021-03-01", "2021-03-09", "open"),
    row("甲字第000002号", "ent", "2021-12-20", "2022-01-10", "deny6"),
    row("甲字第000003号", "nat", "2022-05-05", "2022-05-20", "partial", **PAID),
    row(
        *("甲字第000004号", "res", "2022-06-01", "2022-07-20", "oth2"),
        收费通知日期="2022-06-10",
        通知金额="100.50",
    ),
    row(
        *("甲字第000005号", "nat", "2022-08-01", "2022-09-01", "na1"),
        补正通知日期="2022-08-05",
        收到补正日期="2022-08-10",
    ),
    row(
        *("甲字第000006号", "law", "2022-12-05", "2023-01-20", "deny4"),
        征求意见日期="2022-12-08",
        收到意见日期="2022-12-20",
        延长工作日="20",
    ),
    row("甲字第000007号", "ngo", "2023-02-01", "2023-02-20", "np2", 拆分="是"),
    row("甲字第000007号", "ngo", "2023-02-01", "2023-02-21", "open", 拆分="是"),
    row("甲字第000008号", "nat", "2023-04-03", "2023-04-20", "open", 重新办理="是"),
    row(
        *("甲字第000009号", "oth", "2023-11-06", "2023-11-20", "partial"),
        收费通知日期="2023-11-08",
        通知金额="200",
        缴费日期="2023-11-09",
        实收金额="200",
    ),
    row("甲字第000010号", "nat", "2023-12-26", "2024-01-08", "deny1"),
    row("甲字第000011号", "nat", "2024-12-25", "", ""),
]
DISPUTES = [
    ["1", "某复一号", SECRETS[0], TYPES["rev"][0], "2021-05-06", "2021-08-02", "结果维持"],
    ["2", "某复二号", SECRETS[0], TYPES["rev"][0], "2022-11-06", "2023-02-02", "结果纠正"],
    ["3", "某行初三号", SECRETS[0], TYPES["dir"][0], "2023-03-06", "2023-09-02", "其他结果"],
    ["4", "某行初四号", SECRETS[0], TYPES["post"][0], "2024-03-06", "", ""],
]


# --- a reader and counter of its own --------------------------------------------------------------


def day(text: str) -> date | None:
    """The day of a cell, None for none, BAD for something that is none."""
    if text == "":
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return BAD
    return found if 2000 <= found.year <= 2099 else BAD


def amount(text: str) -> int | None:
    """分, None for none, -1 for something that is no amount."""
    if text == "":
        return None
    whole, _, part = text.partition(".")
    fits = whole.isdigit() and (part.isdigit() or not part) and len(part) <= 2 and len(whole) < 10
    return int(whole) * 100 + int(part.ljust(2, "0") or 0) if fits else -1


@dataclass
class Expected:
    """What the rows must come to: figures by year, rows in error, rows that have to be told."""

    cells: dict[int, Counter] = field(default_factory=lambda: {y: Counter() for y in YEARS})
    fees: dict[int, list[int]] = field(default_factory=lambda: {y: [0, 0, 0] for y in YEARS})
    wrong: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)


def expect(rows: list[list[str]]) -> Expected:
    found = Expected()
    seen: set[tuple[str, int]] = set()
    for at, cells in enumerate(rows):
        get = dict(zip(HEADS, cells, strict=False)).__getitem__
        if len(cells) > len(HEADS) and any(cells[len(HEADS) :]):
            found.wrong.add(at)
        again = get("重新办理") not in NO
        number = get("登记编号")
        named = number and not (number.isdigit() and len(number) <= 5)
        if named and get("拆分") in NO and not again:
            if once(number, get("收到日期")) in seen:
                found.wrong.add(at)
            seen.add(once(number, get("收到日期")))
        if not understood(get):
            found.wrong.add(at)
        if doubtful(get) or again:
            found.told.add(at)
        if at not in found.wrong and not again:
            count(found, get)
    return found


def once(number: str, received: str) -> tuple[str, int]:
    """What stands for one request only: a number without a year may come again every year."""
    came = day(received)
    return number, 0 if "20" in number or came in (None, BAD) else came.year


def understood(get) -> bool:
    received, closed = day(get("收到日期")), day(get("办结日期"))
    if received in (None, BAD) or closed == BAD or get("申请人类型") not in LABELS:
        return False
    if max(received.year, closed.year if closed else 0) > 2024 + 5:
        return False
    if closed is None:
        return get("办理结果") == ""
    return closed >= received and get("办理结果") in ENDS


LABELS = {names[0]: key for key, names in KINDS.items()}
ENDS = {names[0]: key for key, names in RESULTS.items()}
ORDER = (
    *("收到日期 补正通知日期", "补正通知日期 收到补正日期", "收到日期 收到补正日期"),
    *("收到日期 征求意见日期", "征求意见日期 收到意见日期", "收到日期 收到意见日期"),
    *("收到日期 收费通知日期", "收费通知日期 缴费日期", "收到日期 缴费日期"),
    *("补正通知日期 办结日期", "收到补正日期 办结日期", "征求意见日期 办结日期"),
    *("收费通知日期 办结日期", "缴费日期 办结日期"),
)


def doubtful(get) -> bool:
    """Whether something in the row bears on time or fees and cannot be right."""
    days = {head: day(get(head)) for head in DAYS}
    if BAD in days.values():
        return True
    pairs = [order.split() for order in ORDER]
    if any(days[a] and days[b] and days[b] < days[a] for a, b in pairs):
        return True
    if days["收到意见日期"] and not days["征求意见日期"]:
        return True
    asked, paid = (amount(get(head)) for head in AMOUNTS)
    extension = get("延长工作日")
    if -1 in (asked, paid) or not (
        extension in ("", "是", "否") or extension.isdigit() or day(extension) not in (None, BAD)
    ):
        return True
    asked, paid = (money or None for money in (asked, paid))
    return bool(days["收费通知日期"]) != bool(asked) or bool(days["缴费日期"]) != bool(paid)


def count(found: Expected, get) -> None:
    received, closed = day(get("收到日期")), day(get("办结日期"))
    kind = LABELS[get("申请人类型")]
    for year in YEARS:
        if received.year <= year and not (closed and closed.year < year):
            found.cells[year]["new" if received.year == year else "carry_in", kind] += 1
            ended = closed and closed.year == year
            found.cells[year][ENDS[get("办理结果")] if ended else "carry_out", kind] += 1
    notice, paid = day(get("收费通知日期")), day(get("缴费日期"))
    asked, got = (max(amount(get(head)) or 0, 0) for head in AMOUNTS)
    if notice and notice.year in YEARS:
        found.fees[notice.year][0] += 1
        found.fees[notice.year][1] += asked
    if paid and paid.year in YEARS:
        found.fees[paid.year][2] += got


# --- ways to spoil a row --------------------------------------------------------------------------

GARBAGE = ("待定", SECRETS[0], SECRETS[2], "#REF!", "２０２２年", "99-99-99")
OTHERS = {
    "申请人类型": tuple(LABELS),
    "办理结果": tuple(ENDS),
    "拆分": ("是", "否"),
    "重新办理": ("是", "否"),
    "延长工作日": ("0", "10", "是", "30"),
    "通知金额": ("500", "0.07", "0"),
    "实收金额": ("500", "0.07", "0"),
    "登记编号": ("乙字第九号", "2021-依-000001", "甲字第000003号", "7"),
    **dict.fromkeys(DAYS, ("2022-06-15", "2023-01-01", "2024-12-31", "2020-12-31")),
}


def having(mine: list[str], head: str, text: str) -> list[str]:
    return [text if i == COLUMN[head] else cell for i, cell in enumerate(mine)]


def years_off(mine: list[str], head: str) -> Iterator[list[str]]:
    found = day(mine[COLUMN[head]])
    for by in (-20, -10, -1, 1, 10, 18) if found else ():
        yield having(mine, head, found.replace(year=found.year + by).isoformat())


def swapped(mine: list[str], head: str) -> Iterator[list[str]]:
    for other in HEADS[COLUMN[head] + 1 :]:
        one, two = mine[COLUMN[head]], mine[COLUMN[other]]
        yield having(having(mine, head, two), other, one)


SPOIL = {
    "清空": lambda mine, head: [having(mine, head, "")],
    "乱写": lambda mine, head: [having(mine, head, text) for text in GARBAGE],
    "另填": lambda mine, head: [having(mine, head, text) for text in OTHERS[head]],
    "年份": years_off,
    "对调": swapped,
    "右移": lambda mine, head: [[*mine[: COLUMN[head]], "", *mine[COLUMN[head] :]]],
    "左移": lambda mine, head: [[*mine[: COLUMN[head]], *mine[COLUMN[head] + 1 :], ""]],
}


def spoilt(rows: list[list[str]], at: int, how: str) -> Iterator[list[list[str]]]:
    """The registers that come of spoiling one row in one way."""
    what, _, head = how.partition(" ")
    before, mine, after = rows[:at], rows[at], rows[at + 1 :]
    if what == "删行":
        yield [*before, *after]
    elif what == "重行":
        yield [*before, mine, mine, *after]
        yield [*rows, mine]
    else:
        yield from ([*before, new, *after] for new in SPOIL[what](mine, head))


READ = tuple(head for head in HEADS if head not in UNREAD or head == "登记编号")
WAYS = (
    *("删行", "重行"),
    *(f"{what} {head}" for what in ("清空", "乱写", "左移", "右移") for head in HEADS),
    *(f"另填 {head}" for head in OTHERS),
    *(f"年份 {head}" for head in DAYS),
    *(f"对调 {head}" for head in READ if head in DAYS or head in ("申请人类型", "办理结果")),
)


def tallied(rows: list[list[str]], disputes: list[list[str]] | None = None) -> dict[int, Tally]:
    with tempfile.TemporaryDirectory() as folder:
        name = write_csv(Path(folder) / "台账.csv", HEADS, rows)
        other = [write_csv(Path(folder) / "复议.csv", DISPUTE_HEADS, disputes)] if disputes else []
        registers = read_registers([name], other, RegisterOptions())
    return {year: tally(registers, year) for year in YEARS}


def cells_of(found: Tally, table: str) -> Counter:
    slots = found.format.slots
    cells: Counter = Counter()
    for ref, figure in found.figures.items():
        if ref.table == table and not slots[ref].total and figure.value:
            cells[slots[ref].line.key, slots[ref].column.key] = int(figure.value)
    return cells


def judge(rows: list[list[str]]) -> Iterator[str]:
    """What is not as it has to be in the tallies of some rows."""
    wanted, found = expect(rows), tallied(rows)
    for year, one in found.items():
        if cells_of(one, "三") != wanted.cells[year]:
            yield f"{year} 年表三"
        fees = [one.fees.notices, one.fees.amount * 100, one.fees.received * 100]
        if fees != wanted.fees[year]:
            yield f"{year} 年收费 {fees} {wanted.fees[year]}"
        if any(secrets_in(" ".join(map(str, one.findings)))):
            yield "说出了个人信息"
    said = [one for tally_ in found.values() for one in tally_.findings]
    wrong = {one.row - 2 for one in said if one.level == "错误" and not one.counted}
    if wrong != wanted.wrong:
        yield f"未计入的行 {sorted(wrong)}，应为 {sorted(wanted.wrong)}"
    missed = wanted.told - {one.row - 2 for one in said}
    if missed:
        yield f"没有说到的行 {sorted(missed)}"


def sweep(ways: tuple[str, ...], step: int = 1) -> Iterator[str]:
    """What goes wrong, in every row, or in every so many, others from way to way."""
    for how in ways:
        for at in range(WAYS.index(how) % step, len(CLEAN), step):
            for rows in spoilt(CLEAN, at, how):
                for fault in judge(rows):
                    yield f"第 {at} 行{how}：{fault}｜{rows[at] if at < len(rows) else ''}"


def test_the_clean_register_is_clean():
    assert list(judge(CLEAN)) == []
    for year, found in tallied(CLEAN, DISPUTES).items():
        told = [one for one in found.findings if "重新办理" not in one.message]
        assert told == [], year


@pytest.mark.parametrize("how", WAYS)
def test_one_row_spoilt_is_named_or_changes_exactly_the_figures_it_must(how):
    """In every fourth row, so as not to take long; ``scripts/register_sweep.py`` does them all."""
    assert list(sweep((how,), 4))[:3] == []


# --- the sweep notices what is taken out ----------------------------------------------------------


def noticed(found: Iterator[str]) -> bool:
    """Whether something is wrong, were it only that days beyond all reckoning get through."""
    try:
        return next(found, "") != ""
    except OverflowError:
        return True


REASONS = {
    "NO_RECEIVED": ("清空 收到日期",),
    "BAD_RECEIVED": ("乱写 收到日期",),
    "BAD_CLOSED": ("乱写 办结日期",),
    "NO_RESULT": ("清空 办理结果",),
    "UNKNOWN_RESULT": ("乱写 办理结果",),
    "NOT_CLOSED": ("清空 办结日期",),
    "NO_KIND": ("清空 申请人类型",),
    "UNKNOWN_KIND": ("乱写 申请人类型",),
    "TOO_EARLY": ("对调 收到日期", "年份 办结日期"),
    "TORN": ("右移 重新办理",),
    "TWICE": ("重行",),
    "FAR_RECEIVED": ("年份 收到日期",),
    "FAR_CLOSED": ("年份 办结日期",),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_not_looked_at_would_be_noticed(name, monkeypatch):
    gone: Fault = getattr(known_cases, name)
    note = Placing.fault

    def blind(self, reason, where):
        if reason != gone:
            note(self, reason, where)

    monkeypatch.setattr(Placing, "fault", blind)

    assert noticed(sweep(REASONS[name]))


@pytest.mark.parametrize(
    ("where", "what", "instead", "ways"),
    [
        (findings, "concerned", lambda cases, year: cases.days("received") < 0, ("清空 收到日期",)),
        (oddities, "_out_of_order", lambda *_: (), ("年份 补正通知日期", "年份 收到意见日期")),
        (findings, "_say", lambda cases, at, reason: SECRETS[0], ("乱写 申请人类型",)),
        (requests, "_cents", lambda text: -1, ("清空 通知金额", "另填 实收金额")),
        (requests, "_extension", lambda text: 0, ("乱写 延长工作日",)),
        (
            requests,
            "_yes",
            lambda work, name: work.each(name, lambda t: False, bool),
            ("清空 序号",),
        ),
    ],
)
def test_a_defence_taken_out_would_be_noticed(where, what, instead, ways, monkeypatch):
    monkeypatch.setattr(where, what, instead)

    assert noticed(sweep(ways))


def test_the_reasons_taken_out_are_all_there_are():
    """But for two results or a class in one cell, which test_register_tally.py spoils with."""
    faults = {name for name in dir(known_cases) if isinstance(getattr(known_cases, name), Fault)}
    elsewhere = {"TWO_RESULTS", "GROUP_RESULT", "TWO_KINDS", "GROUP_KIND", "AGAIN"}

    assert faults - elsewhere == REASONS.keys()


# --- reviews and lawsuits -------------------------------------------------------------------------

DISPUTE_DAYS = ("受理日期", "审结日期")
DISPUTE_OTHERS = {
    "案号": ("某复九号", "某复一号"),
    "案件类别": tuple(names[0] for names in TYPES.values()),
    "受理日期": ("2022-06-15", "2024-12-31", "2042-01-01"),
    "审结日期": ("2022-06-15", "2024-12-31", "2042-01-01"),
    "审理结果": tuple(names[0] for names in OUTCOMES.values()),
}


def expect_disputes(rows: list[list[str]]) -> tuple[dict[int, Counter], set[int]]:
    cells = {year: Counter() for year in YEARS}
    wrong, seen = set(), set()
    types = {names[0]: key for key, names in TYPES.items()}
    ends = {names[0]: key for key, names in OUTCOMES.items()}
    for at, (_, number, _, kind, came, ended, result) in enumerate(rows):
        received, closed = day(came), day(ended)
        fine = received not in (None, BAD) and closed != BAD and kind in types
        fine = fine and max(received.year, closed.year if closed else 0) <= 2029
        fine = fine and (closed >= received and result in ends if closed else result == "")
        if not fine or (number and once(number, came) in seen):
            wrong.add(at)
        seen.add(once(number, came))
        if at in wrong:
            continue
        for year in YEARS:
            if received.year <= year and not (closed and closed.year < year):
                column = ends[result] if closed and closed.year == year else "pend"
                cells[year][types[kind], column] += 1
    return cells, wrong


def spoilt_disputes(at: int, column: int) -> Iterator[list[list[str]]]:
    head, mine = DISPUTE_HEADS[column], DISPUTES[at]
    texts = ("", *GARBAGE, *DISPUTE_OTHERS[head])
    if head == "案号":
        texts = ("", *DISPUTE_OTHERS[head])
    for text in texts:
        new = [text if i == column else cell for i, cell in enumerate(mine)]
        yield [*DISPUTES[:at], new, *DISPUTES[at + 1 :]]
    for other in range(column + 1, len(mine)):
        new = list(mine)
        new[column], new[other] = new[other], new[column]
        yield [*DISPUTES[:at], new, *DISPUTES[at + 1 :]]
    yield [*DISPUTES[:at], *DISPUTES[at + 1 :]]
    yield [*DISPUTES, mine]


def sweep_disputes() -> Iterator[str]:
    for at in range(len(DISPUTES)):
        for column in range(1, len(DISPUTE_HEADS)):
            if column == 2:
                continue
            for rows in spoilt_disputes(at, column):
                wanted, wrong = expect_disputes(rows)
                found = tallied(CLEAN, rows)
                cells = {year: cells_of(one, "四") for year, one in found.items()}
                said = {
                    one.row - 2
                    for tally_ in found.values()
                    for one in tally_.findings
                    if one.rule == "G-07" and one.level == "错误"
                }
                if cells != wanted or said != wrong:
                    yield f"{at} {DISPUTE_HEADS[column]} {rows} {said} {wrong}"


def test_one_case_spoilt_is_named_or_changes_exactly_the_figures_it_must():
    assert list(sweep_disputes())[:3] == []


@pytest.mark.parametrize("name", [n for n in REASONS if n != "TORN"])
def test_a_reason_about_cases_not_looked_at_would_be_noticed(name, monkeypatch):
    gone = own_rule(getattr(known_cases, name))
    note = Placing.fault

    def blind(self, reason, where):
        if reason != gone:
            note(self, reason, where)

    monkeypatch.setattr(Placing, "fault", blind)

    assert noticed(sweep_disputes())
