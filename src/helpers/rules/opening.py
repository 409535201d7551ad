"""Opening and sign-off: notice, statistical period, contact, date (D-09 … D-12, D-20, D-23).

Where the program composes them, what is composed holds by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from helpers.formats import FormatError, available, for_year
from helpers.report import chinese_date
from helpers.rules.catalogue import rule
from helpers.rules.history import agency_key
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.passages import Passage, one_line, passages

_NUMBER = re.compile(
    r"国办公开办函\s?[〔\[［（(【]?\s?(20\d\d)\s?[〕\]］）)】]?\s?第?(\d{1,3})\s?(?:号|(?!\d))"
)
_WRONG_TITLE: Mapping[tuple[str, str], Callable[[str], bool]] = {
    ("2021", "30"): lambda title: "试行" in title or "有关事项" in title,
    ("2019", "60"): lambda t: "报告格式" in t and "试行" not in t and "有关事项" not in t,
}
"""What tells that a title is not that of the notice with this year and number."""

Number = tuple[str, str]


def _notices() -> dict[Number, str]:
    """The format codes by the year and number of their notices."""
    found = {}
    for fmt in available().values():
        number = _NUMBER.search(fmt.notice.number)
        if number:
            found[number[1], number[2]] = fmt.code
    return found


def _cited(text: str) -> dict[Number, re.Match[str]]:
    """The notices on the format that a text cites, and where."""
    known = _notices()
    hits = {(hit[1], hit[2]): hit for hit in _NUMBER.finditer(text)}
    return {number: hit for number, hit in hits.items() if number in known}


def _preamble(case: Case) -> Passage | None:
    """The opening of a document that was read."""
    return next((one for one in passages(case) if not one.section), None)


@rule(
    "D-09",
    Severity.ERROR,
    "",
    "报告开头引用的通知是该年度的，也是所用表格的（表格的版本也不对的，见 D-08，作警告）",
    "引用的文号 = 该年度现行格式的文号 = 表格所属格式的文号",
)
def right_notice(case: Case) -> Iterator[Finding]:
    """The notice that is cited prescribes the format of the year."""
    if case.report.original is None:
        return
    opening = _preamble(case)
    cited = _cited(opening.text) if opening else {}
    if not cited:
        yield unknown("D-09", "报告开头没有引用规定年度报告格式的通知，无法核对。")
        return
    try:
        due = for_year(case.report.year)
    except FormatError:
        yield unknown("D-09", f"{case.report.year} 年度没有规定的格式，无法核对。")
        return
    codes = {_notices()[number] for number in cited}
    said = "、".join(one_line(hit.group()) for hit in cited.values())
    if due.code not in codes:
        text = f"报告开头引用的是“{said}”，{case.report.year} 年度应引用{due.notice.number}。"
        remedy = "请改引现行通知，并核对通知的名称。"
        # Where the tables are of the old version too, the fault is that of D-08.
        severity = Severity.ERROR if case.format.code == due.code else Severity.WARNING
        number = due.notice.number
        yield Finding("D-09", text, (), number, said, remedy=remedy, severity=severity)
    elif case.format.code not in codes:
        text = f"报告开头引用“{said}”，表格却是 {case.format.code} 年格式的（见 D-08）。"
        remedy = "请改用所引通知规定的表格。"
        yield Finding("D-09", text, remedy=remedy, severity=Severity.WARNING)


@rule(
    "D-10",
    Severity.WARNING,
    "",
    "引用的通知名称与文号相配",
    "〔2021〕30号的名称是“关于印发…格式的通知”，〔2019〕60号的名称是“…有关事项的通知”（所附格式为试行）",
)
def title_of_notice(case: Case) -> Iterator[Finding]:
    """Title and number of the notice belong together."""
    opening = _preamble(case)
    for number, hit in (_cited(opening.text) if opening else {}).items():
        before = opening.text[max(0, hit.start() - 120) : hit.start()] if opening else ""
        title = re.split(r"[。；\n]|\d号", before)[-1]
        if number in _WRONG_TITLE and _WRONG_TITLE[number](title) and opening:
            quoted = opening.quote(max(hit.start() - 25, 0), hit.end())
            text = f"报告开头引用的通知，名称与文号“{one_line(hit.group())}”不配：{quoted}。"
            yield Finding("D-10", text, remedy="请按通知原文核对名称和文号。")


_DAY = r"(\d{1,2})\s?月\s?(\d{1,2})\s?日"
_PERIOD = re.compile(
    rf"(20\d\d)\s?年\s?{_DAY}\s?起?\s?[至到—－\-–~～―]{{1,3}}\s?(?:(20\d\d)\s?年)?\s?{_DAY}"
)
_ABOUT_PERIOD = re.compile(r"统计(?:期限|时限|时间|区间|周期)")


class Period(NamedTuple):
    """A statistical period as stated: where, its words, its ends (None: no such day)."""

    passage: Passage
    place: re.Match[str]
    begin: date | None
    end: date | None


def _periods(case: Case) -> Iterator[Period]:
    """The statistical periods that the text states."""
    for passage in passages(case):
        for start, sentence in passage.sentences():
            if passage.section and not _ABOUT_PERIOD.search(sentence):
                continue
            for hit in _PERIOD.finditer(passage.text, start, start + len(sentence)):
                year, *rest = hit.groups()
                begin = _date(year, rest[0], rest[1])
                yield Period(passage, hit, begin, _date(rest[2] or year, rest[3], rest[4]))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@rule(
    "D-11",
    Severity.ERROR,
    "",
    "统计期限从报告年度 1 月 1 日至 12 月 31 日（没有写明的作警告）",
    "起 = 年度-01-01，止 = 年度-12-31",
)
def period(case: Case) -> Iterator[Finding]:
    """The statistical period is the year of the report."""
    found = list(_periods(case))
    year = case.report.year
    due = date(year, 1, 1), date(year, 12, 31)
    words = f"{chinese_date(due[0])}至{chinese_date(due[1])}"
    for one in found:
        if (one.begin, one.end) == due:
            continue
        reversed_ = one.begin and one.end and one.end < one.begin
        why = "，止于起日之前" if reversed_ else ""
        name = one.passage.name
        text = f"{name}写的统计期限是“{one_line(one.place.group())}”{why}，应为“{words}”。"
        yield Finding(
            "D-11", text, (), words, one_line(one.place.group()), remedy="请改正统计期限。"
        )
    if not found and case.report.original is not None:
        text = f"没有读到统计期限，应在报告开头写明“{words}”。"
        yield Finding("D-11", text, remedy="请补写统计期限。", severity=Severity.WARNING)


_REACHED_BY = ("address", "postcode", "telephone", "email")
_EMAIL_LIKE = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9._-]{1,100}")
_EMAIL = re.compile(r"\w[\w+-]*(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_POSTCODE = re.compile(r"(?:邮编|邮政编码)\s?[:：]?\s?(\d{1,12})(?!\d)")
_PHONE = re.compile(r"电话\s?[:：]?\s?([\d(（][\d()（）\-—－–转 ]{2,24})")


@rule(
    "D-12",
    Severity.WARNING,
    "",
    "联系方式写明地址、邮编、电话、电子邮箱，写法正确（只缺其中几项或尚未填写的作提示）",
    "邮编 6 位；电话 7 至 12 位；邮箱形如 name@example.gov.cn，点和 @ 不相连",
)
def contact(case: Case) -> Iterator[Finding]:
    """Whom to ask: every item is there and has the right form."""
    malformed = [finding for passage in passages(case) for finding in _malformed(passage)]
    yield from malformed
    agency = case.report.agency.model_dump()
    labels = case.format.contact.items()
    absent = [label for label, name in labels if name in _REACHED_BY and not agency[name]]
    if absent and not malformed:
        text = f"联系方式缺{'、'.join(absent)}。"
        gone = len(absent) == len(_REACHED_BY) and case.report.original is not None
        severity = Severity.WARNING if gone else Severity.NOTE
        yield Finding("D-12", text, remedy="请补写，方便公众询问。", severity=severity)


def _malformed(passage: Passage) -> Iterator[Finding]:
    name = passage.name
    for hit in _EMAIL_LIKE.finditer(passage.text):
        if not _EMAIL.fullmatch(hit.group().rstrip(".")):
            text = f"{name}的电子邮箱“{hit.group()}”写法不对。"
            yield Finding("D-12", text, found=hit.group(), remedy="请核对邮箱。")
    for hit in _POSTCODE.finditer(passage.text):
        if len(hit.group(1)) != 6:
            text = f"{name}的邮编“{hit.group(1)}”不是 6 位。"
            yield Finding("D-12", text, (), "6 位", hit.group(1), remedy="请核对邮编。")
    for hit in _PHONE.finditer(passage.text):
        digits = re.sub(r"\D", "", hit.group(1).split("转")[0])
        if not 7 <= len(digits) <= 12:
            text = f"{name}的电话“{one_line(hit.group(1))}”位数不对。"
            yield Finding("D-12", text, found=hit.group(1).strip(), remedy="请核对电话。")


@rule(
    "D-20",
    Severity.WARNING,
    "",
    "落款的机关与标题的相同，日期在报告年度的次年",
    "落款机关 = 标题机关（省去地名或用简称的不算）；落款或公布日期的年份 = 年度 + 1",
)
def signed(case: Case) -> Iterator[Finding]:
    """Who signed, and when."""
    name = agency_key(case.report.agency.name)
    short = agency_key(case.report.agency.short_name)
    original = case.report.original
    for line in map(one_line, original.signoff if original else ()):
        signer = agency_key(line)
        same = name.endswith(signer) or signer.endswith(name) or signer == short
        if not re.match(r"\d{4}", signer) and not same:
            text = f"落款为“{line}”，标题写的是“{case.report.agency.name}”。"
            remedy = "请核对是哪个机关的报告，落款用机关全称。"
            yield Finding("D-20", text, (), case.report.agency.name, line, remedy=remedy)
    day = case.report.published
    if day is None:
        yield unknown("D-20", "没有写明公布日期，无法核对。")
    elif day.year != case.report.year + 1:
        text = f"日期为 {chinese_date(day)}，{case.report.year} 年度的报告应在"
        text += f" {case.report.year + 1} 年公布。"
        yield Finding(
            "D-20", text, (), f"{case.report.year + 1}", f"{day.year}", "", "请核对日期。"
        )


_CALL = re.compile(r"电话\s?[:：]?\s?([\d(（][\d()（）\-—－–转 ]{5,24})")


@rule(
    "D-23",
    Severity.WARNING,
    "",
    "统计期限和联系方式只在报告开头写一次",
    "写有“统计期限”“统计时限”或联系电话的部分不超过一处（报告开头算一处）",
)
def stated_once(case: Case) -> Iterator[Finding]:
    """What belongs to the opening is not repeated further down."""
    composed = case.report.original is None
    calls = bool(case.report.agency.telephone)
    for word, pattern, there in (
        ("统计期限", _ABOUT_PERIOD, composed),
        ("联系方式", _CALL, composed and calls),
    ):
        found = [(p, hit) for p in passages(case) for hit in pattern.finditer(p.text)]
        first = "报告开头" if there or not found else found[0][0].name
        for passage, hit in found[0 if there else 1 :][:2]:
            if pattern is _CALL and passage.name == first:
                continue  # one contact may have two numbers
            text = f"{word}在{first}已经写过，{passage.name}又写了一次："
            text += f"{passage.quote(*hit.span())}。"
            remedy = "请只留报告开头的一处；两处不一致的，先核对哪一处对。"
            yield Finding("D-23", text, remedy=remedy)
