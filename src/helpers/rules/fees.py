"""What the text says about 信息处理费: notices sent, their amount, money received."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from helpers.rules.model import Case

_SUBJECT = re.compile(r"信息处理费|收费通知")
_MONEY = r"(\d+(?:\.\d+)?)(万?元)(?![/／余多以])"
_NOTICES = (
    re.compile(
        r"收费通知(?:书|单)?(?:的?(?:件数|份数|数量))?(?:共计|合计|总计|共|为|:)*(\d+)(?:件|份|次|张|封|个)(?![余多])"
    ),
    re.compile(r"(\d+)(?:件|份|次|张|封|个)(?:政府信息公开)?(?:信息处理费)?收费通知"),
)
_NO_NOTICE = re.compile(r"(?:未|没有|无)(?!按)[^,。;\d按]{0,10}收费通知")
_NOTIFIED = re.compile(rf"收费通知(?:(?!实际|实收|收取|收到|缴|收费通知)[^。;])*?{_MONEY}")
_DUE = re.compile(rf"应(?:当)?(?:收|缴|交)[^,。;\d]*{_MONEY}")
_RECEIVED = re.compile(
    r"(?:收取|收到|实收|收缴|实际缴纳|已缴纳)(?:了|的)?(?:政府信息公开)?(?:信息处理费用?)?(?:的)?"
    rf"(?:总?金额|总额|费用)?(?:共计|合计|总计|共|为|:)*{_MONEY}"
)
_RECEIVED_AFTER = re.compile(
    rf"信息处理费用?(?:实际)?(?:收取|收缴|收入)?(?:总?金额|总额)?(?:共计|合计|总计|共|为|:)*{_MONEY}"
)
_NONE_RECEIVED = re.compile(
    r"(?:未|没有|不存在|无)(?:实际)?[^,。;\d违]{0,12}(?:收取|收到|产生|发生|涉及)[^,。;\d]{0,16}费"
    r"|无[^,。;\d]{0,4}信息处理费|信息处理费(?:的)?(?:收取)?(?:情况)?[:为]?无"
)


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """None where the text does not say; amounts in 元. ``said``: fees are spoken of at all."""

    said: bool = False
    notices: int | None = None
    notified: Decimal | None = None
    received: Decimal | None = None


def fee_facts(case: Case) -> FeeFacts:
    """What section 六 says about 信息处理费, or section 一 where 六 says nothing."""
    for section in ("六", "一"):
        sentences = _about_fees(case.texts.get(section, ""), case.report.year)
        if sentences:
            return _facts(sentences)
    return FeeFacts()


@lru_cache(maxsize=64)
def _about_fees(text: str, year: int) -> list[str]:
    """The sentences about the fee, and the one under a heading about it; not on other years."""
    if not _SUBJECT.search(text):
        return []
    plain = unicodedata.normalize("NFKC", text).replace("，", ",").replace("；", ";")
    found, heading = [], False
    for line in plain.split("\n"):
        compact = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"[^\S\n]+", "", line))
        parts = [part for part in re.split(r"[。;]", compact) if part]
        for part in parts:
            about = _SUBJECT.search(part)
            if (about or heading) and not re.search(rf"上年|去年|上一年|{year - 1}年", part):
                found.append(part)
            heading = False
        heading = len(parts) == 1 and bool(_SUBJECT.search(compact)) and len(compact) < 30
    return found


def _facts(sentences: list[str]) -> FeeFacts:
    notices = [int(n) for s in sentences for pattern in _NOTICES for n in pattern.findall(s)]
    if not notices and any(_NO_NOTICE.search(s) for s in sentences):
        notices = [0]
    notified = _amounts(_NOTIFIED.findall(s) for s in sentences)
    patterns = (_RECEIVED, _RECEIVED_AFTER)
    received = _amounts(p.findall(_after_notices(s)) for s in sentences for p in patterns)
    if not received and any(_NONE_RECEIVED.search(s) for s in sentences):
        received = [Decimal(0)]
    return FeeFacts(
        True, max(notices, default=None), max(notified, default=None), max(received, default=None)
    )


def _after_notices(sentence: str) -> str:
    """The sentence without what it says was asked for in notices or is due."""
    return _DUE.sub("", _NOTIFIED.sub("", sentence))


def _amounts(found: Iterable[list[tuple[str, str]]]) -> list[Decimal]:
    units = {"元": Decimal(1), "万元": Decimal(10_000)}
    return [Decimal(number) * units[unit] for matches in found for number, unit in matches]
