"""What the text says or leaves out, apart from numbers of the tables (N-11, N-15, N-19 … N-22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from helpers.figures import plain_number
from helpers.placeholders import BLANK
from helpers.rules.catalogue import rule
from helpers.rules.claims import numbers
from helpers.rules.claims.claims import Sentence
from helpers.rules.claims.judge import findings
from helpers.rules.claims.listings import Listing, all_listings
from helpers.rules.claims.texts import is_heading, sentences
from helpers.rules.claims.words import Word
from helpers.rules.fees import FeeFacts, fee_facts
from helpers.rules.model import Case, Finding, Severity

rule(
    "N-11",
    Severity.ERROR,
    "",
    "正文里“未收到申请”“未发生复议诉讼”“均已办结”等说法与表中的数一致",
    "未收到申请 ⇒ 新收 = 0；未发生复议、诉讼 ⇒ 总计 = 0；均已办结（未提结转）⇒ 结转下年 = 0",
)(partial(findings, rule="N-11"))


@rule(
    "N-15",
    Severity.ERROR,
    "",
    "第一、六部分写的信息处理费一致",
    "两处的收费通知件数、通知金额、实收金额分别相等",
)
def fees_agree(case: Case) -> Iterator[Finding] | None:
    """信息处理费 in section 一 and in section 六."""
    first, last = _fees(case, "一"), _fees(case, "六")
    names = {"notices": "收费通知件数", "notified": "通知金额", "received": "收取金额"}
    both = [
        (name, getattr(first, field), getattr(last, field))
        for field, name in names.items()
        if getattr(first, field) is not None and getattr(last, field) is not None
    ]
    return _fees_agree(both) if both else None


def _fees(case: Case, section: str) -> FeeFacts:
    text = case.report.narrative.get(section, "")
    return fee_facts(Case(replace(case.report, narrative={section: text})))


def _fees_agree(both: list[tuple[str, object, object]]) -> Iterator[Finding]:
    for name, first, last in both:
        if first != last:
            text = f"信息处理费的{name}，第一部分写的是 {first}，第六部分写的是 {last}。"
            remedy = "请核对后统一。"
            yield Finding("N-15", text, (), str(first), str(last), remedy=remedy)


_MEASURES = "件条份篇个次项起宗场期"
_COMPOUND = re.compile(
    r"(?:[文案条事信软证要邮稿附函来部急硬密元零配物构]件|[头信线逐便链萧教白词金面一二三四五六七八九十几]条"
    r"|[各这那哪每几一二两三四五六七八九十]个|[首层档多每本此历再依人批场车班一两几]次|[事奖立款选专各逐单强一几]项"
    r"|[月年省股身一]份|[市农广现立牧磁]场|[日学工同长短近远前后中晚初早定按过任分逾到延预假]期|[一几]起|[一几]宗|[短长诗]篇)"
)
_SLOT = re.compile(
    r"(?P<before>[\u4e00-\u9fff])(?P<gap>[ \t\u00a0\u3000]{1,99}|_{1,2}|＿)"
    rf"(?P<unit>[{_MEASURES}])(?=[，。；、,;）)])"
)
_CERTAIN = re.compile(r"(?:信息|申请|提案|建议|公文|收到|受理|办结|答复|公开|发布|共|计|为|达)$")


@rule(
    "N-19",
    Severity.ERROR,
    "",
    "该写数字的地方没有空着",
    "量词前的空格、下划线处都填了数字（没有“信息  条”）",
)
def empty_slots(case: Case) -> Iterator[Finding] | None:
    """Gaps before a measure word where a number should be."""
    return _empty_slots(case) if any(case.texts.values()) else None


def _empty_slots(case: Case) -> Iterator[Finding]:
    for section, text in case.texts.items():
        for line in text[: numbers.LONGEST].split("\n"):
            if BLANK in line:
                shown = _around(line, line.index(BLANK))
                reason = f"正文第{section}部分“{shown}”引用的格没有数，补上后再核对。"
                yield Finding("N-19", reason, state="not_assessable")
            for match in _SLOT.finditer(line):
                if _is_slot(line, match):
                    quote = _around(line, match.start())
                    says = f"正文第{section}部分“{quote}”在“{match['unit']}”前空着，没有数字。"
                    yield Finding("N-19", says, remedy="请补上数字；没有的写 0。")


def _is_slot(line: str, match: re.Match[str]) -> bool:
    if _COMPOUND.fullmatch(match["before"] + match["unit"]):
        return False
    wide = len(match["gap"]) > 1 or match["gap"] in ("\u3000", "_", "＿")
    return wide or bool(_CERTAIN.search(line[max(0, match.start() - 1) : match.start() + 1]))


def _around(line: str, at: int) -> str:
    return line[max(0, at - 20) : at + 20].strip()


_NUMERALS = "一二三四五六七八九十"
_ANNOUNCED = re.compile(
    rf"(?P<count>[两{_NUMERALS[1:]}]|[2-9])(?:个方面|方面|个|点|项)[^。；，\n\d]{{0,12}}"
    r"(?:问题|不足|短板|差距|困难|薄弱环节)"
)
_ITEM = re.compile(
    rf"(?<![\u4e00-\u9fff])([{_NUMERALS}])(?:是|、)|(?<=[，；。：])([{_NUMERALS}])是"
)


@rule(
    "N-20",
    Severity.NOTE,
    "",
    "先说有几个问题，后面就列几个",
    "“存在三个问题”之后“一是、二是……”的个数 = 所说的个数",
)
def announced_items(case: Case) -> Iterator[Finding] | None:
    """A count of problems and the items that follow it."""
    found = [
        (section, match, _items_after(text[match.end() : match.end() + 4000]))
        for section, text in case.texts.items()
        for match in _ANNOUNCED.finditer(text[: numbers.LONGEST])
    ]
    found = [one for one in found if one[2] > 1]
    return (_miscounted(*one) for one in found if _said(one[1]) != one[2]) if found else None


def _said(match: re.Match[str]) -> int:
    text = match["count"]
    return int(text) if text.isdigit() else 2 if text == "两" else _NUMERALS.index(text) + 1


def _items_after(text: str) -> int:
    """How far 一是, 二是, … are counted before they begin again or end."""
    count = 0
    for match in _ITEM.finditer(text):
        number = _NUMERALS.index(match[1]) + 1
        if number == count + 1:
            count = number
        elif number <= count:
            break
    return count


def _miscounted(section: str, match: re.Match[str], count: int) -> Finding:
    text = f"正文第{section}部分“{match.group()}”说有 {_said(match)} 个，后面列了 {count} 个。"
    return Finding("N-20", text, (), str(_said(match)), str(count), severity=Severity.NOTE)


@rule(
    "N-22",
    Severity.WARNING,
    "",
    "建议提案：建议加提案等于合计，标题写到的两项正文都写到",
    "建议 + 提案 = 合计；标题含建议和提案 ⇒ 正文含建议和提案",
)
def proposals(case: Case) -> Iterator[Finding] | None:
    """人大代表建议 and 政协提案: sums, and headings that promise both."""
    lists = [found for s in sentences(case) if (found := _both(s))]
    lists += [found for s, listing in all_listings(case) if (found := _handled(s, listing))]
    promised = list(_promises(case))
    return _proposals(lists, promised) if lists or promised else None


def _both(sentence: Sentence) -> tuple[Sentence, list[int]] | None:
    """A total of 建议 and 提案 followed by the two of them: indexes of the three numbers."""
    counted = [i for i, w in enumerate(sentence.words) if _exact(w)]
    roles = {i: _roles_before(sentence, i) & {"proposal", "motion"} for i in counted}
    for at, total in enumerate(counted):
        parts = counted[at + 1 : at + 3]
        named = [roles[i] for i in parts]
        if len(roles[total]) == 2 and named in _PAIRS:
            return sentence, [total, *parts]
    return None


_PAIRS = ([{"proposal"}, {"motion"}], [{"motion"}, {"proposal"}])


def _handled(sentence: Sentence, listing: Listing) -> tuple[Sentence, list[int]] | None:
    """A total of 建议 or 提案 of which some were led and some assisted."""
    named = [listing.roles_of(part) & {"lead", "assist"} for part in listing.parts]
    about = {"proposal", "motion"} & listing.roles_of(listing.total)
    if about and named in ([{"lead"}, {"assist"}], [{"assist"}, {"lead"}]):
        return sentence, [listing.total, *listing.parts]
    return None


def _exact(word: Word) -> bool:
    return word.number is not None and word.number.exact and word.number.unit in numbers.COUNTED


def _value(word: Word) -> Decimal:
    return word.number.value if word.number else Decimal(0)


def _roles_before(sentence: Sentence, index: int) -> set[str]:
    found: set[str] = set()
    for word in reversed(sentence.words[max(0, index - 40) : index]):
        if word.number or word.role in ("open", "close"):
            break
        found.add(word.role)
    return found


def _promises(case: Case) -> Iterator[tuple[str, str, str]]:
    """Headings that name 建议 and 提案, with the text under each."""
    for section, text in case.texts.items():
        heading, body = "", ""
        for line in [*numbers.lines(text), "。"]:
            if is_heading(line) or line == "。":
                if heading and body:
                    yield section, heading, body
                heading, body = (line if "建议" in line and "提案" in line else ""), ""
            else:
                body += line


def _proposals(
    lists: list[tuple[Sentence, list[int]]], promised: list[tuple[str, str, str]]
) -> Iterator[Finding]:
    for sentence, (total, first, second) in lists:
        words = sentence.words
        values = [_value(words[i]) for i in (total, first, second)]
        if values[0] != values[1] + values[2]:
            quote = sentence.text[max(0, words[total].start - 24) : words[second].end][:60]
            text = f"正文第{sentence.section}部分“{quote}”：{values[1]:f} + {values[2]:f} = "
            text += f"{values[1] + values[2]:f}，合计写的是 {values[0]:f}。"
            expected, found = plain_number(values[1] + values[2]), plain_number(values[0])
            yield Finding("N-22", text, (), expected, found, remedy="请核对合计和两项。")
    yield from _unkept(promised)


def _unkept(promised: list[tuple[str, str, str]]) -> Iterator[Finding]:
    """Headings that promise what the text below does not mention."""
    for section, heading, body in promised:
        names = (("建议", "建议|代表"), ("提案", "提案|委员"))
        missing = [name for name, said in names if not re.search(said, body)]
        if len(missing) == 1 and re.search(r"\d+件", body):
            text = (
                f"正文第{section}部分标题“{heading[:40]}”写到建议和提案，正文没有写{missing[0]}。"
            )
            remedy = f"请补写{missing[0]}的办理情况（没有的写 0 件），或改标题。"
            yield Finding("N-22", text, remedy=remedy)
