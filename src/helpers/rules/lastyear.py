"""The text against last year's text and figures (Y-08 … Y-10)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from helpers.formats import Ref
from helpers.report import Report
from helpers.rules import words
from helpers.rules.before import no_previous, only_previous, past_value, said_by
from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.standing import addresses

_WRITTEN = ("一", "五")  # section 六 is formulaic: alike every year, and rightly so
_ENOUGH = 200  # characters; shorter texts may be alike by chance
_ALIKE = 0.9
_LENGTH = 20_000  # characters that are compared
_PROBLEM = re.compile(
    r"不够|不足|不全|不高|不强|不及时|不到位|不充分|不规范|不平衡|有待|薄弱|欠缺|短板|差距|滞后|仍需|还需"
)
_SENTENCE = 10  # characters of a sentence that says more than a phrase


@rule(
    "Y-08",
    Severity.ERROR,
    "",
    "正文不照抄上年报告",
    "隐去数字后与上年第一、五部分相同 ⇒ 错误；相似度（三字串）≥ 0.9 ⇒ 警告",
)
def copied_text(case: Case) -> Iterator[Finding] | None:
    """The prose of last year with other numbers: 内容雷同 is named in the notice."""
    ids = {section.id for section in case.format.narrative}
    return _copied_text(case) if ids & set(_WRITTEN) else None


def _copied_text(case: Case) -> Iterator[Finding]:
    previous = case.previous
    if previous is None:
        yield no_previous(case, "Y-08")
        return
    now, then = (_masked(_written(c)) for c in (case, Case(previous)))
    if min(len(now), len(then)) < _ENOUGH:
        text = f"本年或上年的第一、五部分不足 {_ENOUGH} 字，无法比较。"
        yield unknown("Y-08", text)
        return
    share = 1.0 if now == then else _similarity(now[:_LENGTH], then[:_LENGTH])
    remedy = "请按本年实际情况重写；内容雷同会被通报、督促整改。"
    if now == then:
        text = f"第一、五部分除数字外与{said_by(case)}完全相同。"
        yield Finding("Y-08", text, found="100%", remedy=remedy)
    elif share >= _ALIKE:
        percent = int(100 * share)
        text = f"第一、五部分隐去数字后与{said_by(case)}的相似度为 {percent}%。"
        severity = Severity.WARNING
        yield Finding("Y-08", text, (), "<90%", f"{percent}%", "", remedy, severity=severity)


def _written(case: Case) -> str:
    return "\n".join(case.texts.get(section, "") for section in _WRITTEN)


@lru_cache(maxsize=64)
def _compact(text: str) -> str:
    return re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))


def _masked(text: str) -> str:
    return re.sub(r"\d+(?:[.,]\d+)*", "0", "".join(_compact(text).split()))


@lru_cache(maxsize=8)
def _similarity(one: str, other: str) -> float:
    """How many runs of three characters two texts share (Dice), in linear time."""
    if 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)):
        return 0.0  # too different in length to be alike
    first, second = (Counter(zip(t, t[1:], t[2:], strict=False)) for t in (one, other))
    return 2 * (first & second).total() / max(1, first.total() + second.total())


@rule(
    "Y-10",
    Severity.WARNING,
    "",
    "上年报告的问题不原样再写一遍",
    "第五部分中上年写问题的句子，原样再现的不到一半",
)
def same_problems(case: Case) -> Iterator[Finding] | None:
    """Last year's problems, word for word, as this year's."""
    known = any(section.id == "五" for section in case.format.narrative)
    return _same_problems(case) if known else None


def _same_problems(case: Case) -> Iterator[Finding]:
    previous = case.previous
    if previous is None:
        yield no_previous(case, "Y-10")
        return
    now, then = (_problems(c.texts.get("五", "")) for c in (case, Case(previous)))
    if not now or not then:
        which = "上年" if now else "本年"
        yield unknown("Y-10", f"{which}第五部分没有认得出的问题句，无法比较。")
        return
    again = [sentence for key, sentence in now.items() if key in then]
    if 2 * len(again) >= len(then):
        if any(finding.state == "fail" for finding in _copied_text(case)):
            yield unknown("Y-10", "正文与上年雷同，已由 Y-08 指出，改正后再核对。")
        else:
            text = f"第五部分有 {len(again)} 个问题与{said_by(case)}一字不差，如“{again[0]}”。"
            remedy = "请写明上年问题的整改结果和本年的新情况。"
            yield Finding("Y-10", text, remedy=remedy)


def _problems(text: str) -> dict[str, str]:
    """The sentences that name a problem, by what is left without numbers and numbering."""
    found = {}
    for sentence in re.split(r"[。;；!\n]", _compact(text)):
        for part in re.split(r"(?:^|(?<=[:,]))(?:[一二三四五六]是|第[一二三四五六],?)", sentence):
            key = _masked(part).strip(",、:")
            if len(key) >= _SENTENCE and _PROBLEM.search(key):
                found[key] = part.strip(",、:")
    return found


@rule(
    "Y-09",
    Severity.WARNING,
    "",
    "正文所写的上年申请数与上年报告相符",
    "“上年收到（受理、办结）申请 n 件”“较上年 n 件”⇒ n = 上年报告的新收、新收加结转或办结",
)
def last_years_numbers(case: Case) -> Iterator[Finding] | None:
    """Numbers of requests that the text attributes to last year."""
    keys = addresses(case.format, "三", *((key, "sum") for key in ("new", "carry_in", "total")))
    return _last_years_numbers(case, keys) if keys else None


def _last_years_numbers(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    past = only_previous(case, "Y-09")
    if isinstance(past, Finding):
        yield past
        return
    text = _compact(_written(case) + "\n" + case.texts.get("六", ""))
    if not text.strip():
        yield unknown("Y-09", "没有正文，无法核对。")
        return
    readings = _readings(case, past)
    for said, number in _claims(text, case.report.year - 1):
        if Decimal(number) not in readings:
            new, carried, closed = (past_value((past,), k, "sum", "三") for k in _KEYS)
            if new is None or carried is None or closed is None:
                yield unknown("Y-09", f"{said_by(case)}“{refs[0].row}”等没有数，无法核对。")
                return
            numbers = (new, new + carried, closed)
            received, handled, done = (words.amount(value) for value in numbers)
            message = f"正文写“{said}”，{said_by(case)}新收 {received}、连同结转 {handled}、"
            message += f"办结 {done}，都不相符。"
            remedy = "请核对正文所写的上年数。"
            yield Finding("Y-09", message, (), received, number, remedy=remedy)


_KEYS = ("new", "carry_in", "total")


def _readings(case: Case, past: Report) -> set[Decimal]:
    """What a number of last year's requests may mean: received, with those carried in, done."""
    found = set()
    for column in case.format.table("三").blocks[0].fields:
        new, carried, closed = (past_value((past,), k, column.key or "", "三") for k in _KEYS)
        for value in (new, closed, None if None in (new, carried) else (new or 0) + (carried or 0)):
            if value is not None:
                found.add(Decimal(value))
    return found


def _claims(text: str, year: int) -> Iterator[tuple[str, str]]:
    """What the text says of last year's requests: the words and the number."""
    last = rf"(?:上年度?|去年|上一年度?|{year}年度?)"
    verbs = "新收|收到|受理|收办|接到|办结|答复|办理|处理"
    patterns = (
        rf"{last}(?:全年|同期)?(?:共计|共)?(?:{verbs})(?:的)?(?:政府信息公开)?申请(?:共计|共|为)?(\d+)(?:件|份|宗|例)",
        rf"申请[^。;；\n]{{0,30}}?(?:较|比|与){last}(?:同期)?的?(\d+)(?:件|份|宗|例)(?:相比|增|减|上升|下降|,|。)",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)):
            yield match[0], match[1]
