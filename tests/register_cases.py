"""Made-up registers whose figures are known: what they hold is counted while it is made.

Nothing here uses the library's own counting. Names are placeholders (申请人甲), so that a test
can look for them in every output.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

HEADS = (
    *("序号", "登记编号", "申请人姓名", "证件号码", "联系电话", "通信地址", "申请内容"),
    *("申请人类型", "收到日期", "补正通知日期", "收到补正日期", "征求意见日期", "收到意见日期"),
    *("延长工作日", "收费通知日期", "通知金额", "缴费日期", "实收金额"),
    *("办结日期", "办理结果", "拆分", "重新办理"),
)
DISPUTE_HEADS = ("序号", "案号", "申请人姓名", "案件类别", "受理日期", "审结日期", "审理结果")
COLUMN = {head: number for number, head in enumerate(HEADS)}

SECRETS = (
    "申请人甲",
    "申请人乙",
    "110101199001010011",
    "13900000000",
    "某某路一号",
    "请求公开某某文件",
)
"""What stands in the personal columns of every made-up register."""

KINDS = {
    "nat": ("自然人", "公民", "个人"),
    "ent": ("商业企业", "企业", "公司"),
    "res": ("科研机构", "法人或其他组织-科研机构"),
    "ngo": ("社会公益组织",),
    "law": ("法律服务机构", "律师事务所"),
    "oth": ("其他",),
}
RESULTS = {
    "open": ("予以公开", "（一）予以公开", "同意公开"),
    "partial": ("部分公开", "（二）部分公开"),
    "deny1": ("不予公开-属于国家秘密", "国家秘密"),
    "deny2": ("不予公开：其他法律行政法规禁止公开",),
    "deny3": ("危及“三安全一稳定”",),
    "deny4": ("不予公开（保护第三方合法权益）", "商业秘密"),
    "deny5": ("不予公开-属于三类内部事务信息", "内部事务信息"),
    "deny6": ("不予公开-属于四类过程性信息", "过程性信息"),
    "deny7": ("不予公开-属于行政执法案卷",),
    "deny8": ("不予公开-属于行政查询事项",),
    "na1": ("无法提供-本机关不掌握相关政府信息", "信息不存在"),
    "na2": ("无法提供-没有现成信息需要另行制作",),
    "na3": ("补正后申请内容仍不明确",),
    "np1": ("不予处理-信访举报投诉类申请",),
    "np2": ("重复申请",),
    "np3": ("要求提供公开出版物",),
    "np4": ("无正当理由大量反复申请",),
    "np5": ("要求行政机关确认或重新出具已获取信息",),
    "oth1": ("其他处理-逾期不补正", "逾期不补正"),
    "oth2": ("逾期不缴费",),
    "oth3": ("其他处理-其他", "撤回申请"),
}
TYPES = {
    "rev": ("行政复议", "复议"),
    "dir": ("未经复议直接起诉", "行政诉讼-未经复议直接起诉"),
    "post": ("复议后起诉", "行政诉讼-复议后起诉"),
}
OUTCOMES = {
    "keep": ("结果维持", "维持", "驳回诉讼请求"),
    "fix": ("结果纠正", "撤销", "确认违法"),
    "other": ("其他结果", "撤诉"),
}
FORMS = (
    "{0}-{1:02}-{2:02}",
    "{0}/{1}/{2}",
    "{0}.{1}.{2}",
    "{0}年{1}月{2}日",
    "{0}{1:02}{2:02}",
    "serial",
)


@dataclass
class Truth:
    """What the maker counted: cells by (row, column) key, fee notices, and amounts in 分."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    disputes: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: int = 0
    notified: int = 0
    received: int = 0


@dataclass
class Made:
    """Rows under ``HEADS`` and ``DISPUTE_HEADS``, and the truth of each year."""

    rows: list[list[str]]
    disputes: list[list[str]]
    truth: dict[int, Truth]


def write_day(day: date | None, random: Random) -> str:
    """A day in one of the ways people write it."""
    if day is None:
        return ""
    form = random.choice(FORMS)
    if form == "serial":
        return str((day - date(1899, 12, 30)).days)
    return form.format(day.year, day.month, day.day)


def make(n: int, first: int, last: int, seed: int = 1) -> Made:
    """A register of about ``n`` requests over some years, in the order of receipt."""
    random = Random(seed)
    truth = {year: Truth() for year in range(first, last + 1)}
    made = Made([], [], truth)
    span = (date(last, 12, 31) - date(first, 1, 1)).days
    days = sorted(random.randint(0, span) for _ in range(n))
    for serial, offset in enumerate(days, 1):
        received = date(first, 1, 1) + timedelta(days=offset)
        number = f"{received.year}-依-{serial:07}"
        parts = random.choice((2, 3)) if random.random() < 0.02 else 1
        for _ in range(parts):
            _request(made, random, number, received, last, split=parts > 1)
    for serial in range(n // 200):
        _dispute(made, random, serial, first, last)
    return made


def _request(
    made: Made, random: Random, number: str, received: date, last: int, *, split: bool
) -> None:
    kind = random.choices(list(KINDS), (80, 10, 2, 2, 4, 2))[0]
    cells = _blank(made, random, number, received, split=split)
    result = random.choices(list(RESULTS), (40, 8, *[2] * 16, 3, 3, 3))[0]
    if result == "oth2" and received.year < 2021:
        result = "oth3"
    closed: date | None = _course(made, random, cells, received, result)
    if closed and closed.year > last:
        closed = None
    cells[COLUMN["申请人类型"]] = random.choice(KINDS[kind])
    cells[COLUMN["办结日期"]] = write_day(closed, random)
    cells[COLUMN["办理结果"]] = (
        random.choice(RESULTS[result]) if closed else random.choice(("", "办理中"))
    )
    made.rows.append(cells)
    _count(made, kind, result, received, closed, last)
    if closed and random.random() < 0.01:  # answered anew after a review: counted once already
        made.rows.append(_anew(random, cells, closed, len(made.rows) + 1))


def _anew(random: Random, cells: list[str], closed: date, serial: int) -> list[str]:
    again = list(cells)
    for head in HEADS[COLUMN["补正通知日期"] : COLUMN["实收金额"] + 1]:
        again[COLUMN[head]] = ""
    again[COLUMN["序号"]] = str(serial)
    again[COLUMN["收到日期"]] = write_day(closed, random)
    again[COLUMN["办结日期"]] = write_day(closed + timedelta(days=9), random)
    again[COLUMN["重新办理"]] = "是"
    return again


def _course(made: Made, random: Random, cells: list[str], received: date, result: str) -> date:
    """What happens on the way, written into the cells; returns the day of closing."""
    closed = received + timedelta(days=random.randint(0, 27))
    base = received
    if random.random() < 0.1 or result in ("oth1", "na3"):
        asked = received + timedelta(days=random.randint(1, 6))
        cells[COLUMN["补正通知日期"]] = write_day(asked, random)
        base = asked + timedelta(days=random.randint(5, 20))
        if result != "oth1":
            cells[COLUMN["收到补正日期"]] = write_day(base, random)
        closed = base + timedelta(days=random.randint(1, 25))
    if random.random() < 0.05:
        sent = base + timedelta(days=2)
        back = sent + timedelta(days=random.randint(3, 20))
        cells[COLUMN["征求意见日期"]] = write_day(sent, random)
        cells[COLUMN["收到意见日期"]] = write_day(back, random)
        closed = back + timedelta(days=random.randint(1, 10))
    if received.year >= 2021 and (result == "oth2" or random.random() < 0.01):
        closed = _fee(made, random, cells, base, paid=result != "oth2")
    if random.random() < 0.03:
        cells[COLUMN["延长工作日"]] = random.choice(("20", "是", "10"))
        closed += timedelta(days=14)
    return closed


def _blank(made: Made, random: Random, number: str, received: date, *, split: bool) -> list[str]:
    cells = [""] * len(HEADS)
    named = (str(len(made.rows) + 1), number, random.choice(SECRETS[:2]), *SECRETS[2:6])
    cells[: len(named)] = named
    cells[COLUMN["收到日期"]] = write_day(received, random)
    cells[COLUMN["拆分"]] = "是" if split else ""
    return cells


def _fee(made: Made, random: Random, cells: list[str], base: date, *, paid: bool) -> date:
    """A fee notice, and its payment unless it is not paid; returns the day of closing."""
    notice = base + timedelta(days=3)
    cents = random.choice((10_000, 30_000, 12_050))
    amount = f"{cents // 100}.{cents % 100:02}" if cents % 100 else f"{cents // 100}元"
    cells[COLUMN["收费通知日期"]] = write_day(notice, random)
    cells[COLUMN["通知金额"]] = amount
    if notice.year in made.truth:
        made.truth[notice.year].notices += 1
        made.truth[notice.year].notified += cents
    if not paid:
        return notice + timedelta(days=32)
    day = notice + timedelta(days=random.randint(1, 20))
    cells[COLUMN["缴费日期"]] = write_day(day, random)
    cells[COLUMN["实收金额"]] = amount
    if day.year in made.truth:
        made.truth[day.year].received += cents
    return day + timedelta(days=random.randint(1, 25))


def _count(
    made: Made, kind: str, result: str, received: date, closed: date | None, last: int
) -> None:
    end = closed.year if closed else last + 1
    for year in range(received.year, min(end, last) + 1):
        cells = made.truth[year].requests
        cells["new" if year == received.year else "carry_in", kind] += 1
        row = result if year == end else "carry_out"
        if row.startswith("oth") and year < 2021:
            row = "oth"
        cells[row, kind] += 1


def _dispute(made: Made, random: Random, serial: int, first: int, last: int) -> None:
    span = (date(last, 12, 31) - date(first, 1, 1)).days
    received = date(first, 1, 1) + timedelta(days=random.randint(0, span))
    kind = random.choices(list(TYPES), (70, 20, 10))[0]
    closed: date | None = received + timedelta(days=random.randint(20, 200))
    if closed and closed.year > last:
        closed = None
    outcome = random.choices(list(OUTCOMES), (77, 3, 20))[0]
    made.disputes.append(
        [
            *(str(serial + 1), f"（{received.year}）某行复{serial}号", SECRETS[0]),
            *(random.choice(TYPES[kind]), write_day(received, random), write_day(closed, random)),
            random.choice(OUTCOMES[outcome]) if closed else random.choice(("", "审理中")),
        ]
    )
    end = closed.year if closed else last + 1
    for year in range(received.year, min(end, last) + 1):
        made.truth[year].disputes[kind, outcome if year == end else "pend"] += 1


def write_csv(file: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows as a CSV file; returns its name."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(rows)
    return str(file)


def secrets_in(text: str) -> Iterator[str]:
    """What of the personal columns stands in a text."""
    yield from (secret for secret in SECRETS if secret in text)
