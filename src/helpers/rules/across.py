"""Between the tables, and between tables and text (X-01 … X-07)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.rules import words
from helpers.rules.before import no_previous, past_value, predecessors, said_by
from helpers.rules.catalogue import rule
from helpers.rules.fees import FeeFacts, fee_facts
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.standing import addresses, leader, values, waiting

_YUAN = Decimal(10_000)  # 元 in one 万元
_SAY = "请在第六部分写明发出收费通知的件数、总金额和实际收取的金额。"


@rule(
    "X-01",
    Severity.EXPLAINABLE,
    "",
    "有逾期不缴费的办理结果，第六部分写明的收费通知不少于这个件数",
    "收费通知件数 ≥ 逾期未按收费通知要求缴纳费用（总计）",
)
def notices_sent(case: Case) -> Iterator[Finding] | None:
    """Requests dropped for want of payment presuppose as many notices."""
    refs = addresses(case.format, "三", ("oth2", "sum"))
    return _notices_sent(case, *refs) if refs else None


def _notices_sent(case: Case, unpaid: Ref) -> Iterator[Finding]:
    found = values(case, "X-01", unpaid)
    if isinstance(found, Finding):
        yield found
        return
    facts, (dropped,) = fee_facts(case), found
    if not dropped or (facts.notices is not None and facts.notices >= dropped):
        return
    led = leader(case, unpaid)
    if led:
        yield waiting("X-01", led)
        return
    text = f"{words.place(case.format, unpaid)}为 {words.amount(dropped)} 件，"
    if not facts.said:
        text += "正文没有写信息处理费的情况，无法核对。"
        yield unknown("X-01", text)
    elif facts.notices is None:
        text += "说明发出过收费通知，正文却没有写收费通知的件数。"
        severity = Severity.WARNING
        yield Finding("X-01", text, (unpaid,), remedy=_SAY, severity=severity)
    else:
        gap = words.amount(dropped - facts.notices)
        text += f"正文写明的收费通知只有 {facts.notices} 件，少 {gap}。"
        remedy = "请核对件数；上年发出、本年到期的，在 explanations 中说明。"
        expected = f"≥{words.amount(dropped)}"
        yield Finding("X-01", text, (unpaid,), expected, str(facts.notices), remedy=remedy)


@rule(
    "X-02",
    Severity.EXPLAINABLE,
    "",
    "收取了信息处理费的，发出过收费通知，收取金额不超过通知的总金额",
    "实际收取 > 0 ⇒ 收费通知件数 > 0 且 实际收取 ≤ 通知总金额",
)
def fee_received(case: Case) -> Iterator[Finding] | None:
    """Money came in only for what notices asked for; there was no fee before the 2021 format."""
    return _fee_said(case) if addresses(case.format, "三", ("oth2", "sum")) else None


def _fee_said(case: Case) -> Iterator[Finding]:
    facts = fee_facts(case)
    if facts.received is None:
        yield unknown("X-02", "正文没有写实际收取信息处理费的金额，无法核对。")
    elif facts.received and facts.notices is None and facts.notified is None:
        yield unknown("X-02", "正文没有写收费通知的件数和总金额，无法核对。")
    elif facts.received:
        yield from _fee_received(case, facts, facts.received)


def _fee_received(case: Case, facts: FeeFacts, received: Decimal) -> Iterator[Finding]:
    said = f"正文写实际收取信息处理费 {words.amount(received)} 元，"
    if facts.notices == 0:
        if any(finding.state == "fail" for finding in notices_sent(case) or ()):
            yield waiting("X-02", "X-01")
            return
        text = f"{said}收费通知却是 0 件。"
        yield Finding("X-02", text, (), "> 0", "0", remedy=_SAY)
    elif facts.notified is not None and received > facts.notified:
        text = f"{said}超过收费通知的总金额 {words.amount(facts.notified)} 元，"
        text += f"多 {words.amount(received - facts.notified)} 元。"
        remedy = "请核对两个金额；含上年通知、本年缴纳的，在 explanations 中说明。"
        bounds = f"≤{words.amount(facts.notified)}", words.amount(received)
        yield Finding("X-02", text, (), *bounds, remedy=remedy)


@rule(
    "X-03",
    Severity.WARNING,
    "",
    "收取的信息处理费不超过表二的行政事业性收费",
    "实际收取（元）÷ 10000 ≤ 本年收费金额（万元）",
)
def fee_in_table(case: Case) -> Iterator[Finding] | None:
    """信息处理费 is one of the fees of 表二."""
    refs = addresses(case.format, "二", ("fee", "amt"))
    return _fee_in_table(case, *refs) if refs else None


def _fee_in_table(case: Case, fee: Ref) -> Iterator[Finding]:
    received, found = fee_facts(case).received, values(case, "X-03", fee)
    if isinstance(found, Finding):
        yield found
    elif received is None:
        yield unknown("X-03", "正文没有写实际收取信息处理费的金额，无法核对。")
    else:
        (amount,) = found
        exponent = amount.as_tuple().exponent
        rounding = Decimal(5).scaleb(int(exponent) - 1) if amount else Decimal(0)
        if received / _YUAN - amount > rounding:
            own = words.amount((received / _YUAN).normalize())
            text = f"正文写实际收取信息处理费 {words.amount(received)} 元（{own} 万元），"
            text += f"大于{words.place(case.format, fee)}的 {words.amount(amount)} 万元。"
            remedy = "信息处理费也是这一类收费，请核对表二是否漏计，或金额、单位有误。"
            yield Finding("X-03", text, (fee,), f"≥{own}", words.amount(amount), remedy=remedy)


_CASES = (("rev", "sum"), ("dir", "sum"))
_REQUESTS = (("new", "sum"), ("carry_in", "sum"), ("total", "sum"), ("carry_out", "sum"))


@rule(
    "X-04",
    Severity.WARNING,
    "",
    "没有申请而有复议、诉讼的，须有来由",
    "本年新收 + 上年结转 = 0 且上年没有办结 ⇒ 行政复议 + 直接起诉 = 0（上年未审结的除外）",
)
def disputes_without_requests(case: Case) -> Iterator[Finding] | None:
    """Disputes in a year without any request, after a year that closed none."""
    four, three = addresses(case.format, "四", *_CASES), addresses(case.format, "三", *_REQUESTS)
    return _compared(case, "X-04", four, three) if four and three else None


@rule(
    "X-05",
    Severity.WARNING,
    "",
    "复议、诉讼不多于两年办理的申请",
    "行政复议 + 直接起诉 ≤ 本年办结 + 上年办结 + 结转下年度",
)
def more_disputes_than_requests(case: Case) -> Iterator[Finding] | None:
    """More disputes than requests that could have led to them."""
    four, three = addresses(case.format, "四", *_CASES), addresses(case.format, "三", *_REQUESTS)
    return _compared(case, "X-05", four, three) if four and three else None


def _compared(
    case: Case, rule_id: str, four: tuple[Ref, ...], three: tuple[Ref, ...]
) -> Iterator[Finding]:
    """X-04 speaks where no request is in sight at all, X-05 where there were too few."""
    found = values(case, rule_id, *four, *three)
    if isinstance(found, Finding):
        yield found
        return
    review, direct, new, carried, closed, left = found
    disputes, none = review + direct, new + carried == 0
    if disputes <= closed + left or (rule_id == "X-04" and not none):
        return
    led = leader(case, *four, *three)
    past = predecessors(case)
    before = past_value(past, "total", "sum", "三") if past else None
    pending = [past_value(past, key, "pend", "四") or Decimal(0) for key, _ in _CASES]
    if led:
        yield waiting(rule_id, led)
    elif before is None:
        yield no_previous(case, rule_id)
    elif none and not before and disputes > sum(pending):
        yield _no_requests(case, four, disputes) if rule_id == "X-04" else waiting("X-05", "X-04")
    elif rule_id == "X-05" and disputes > before + closed + left + sum(pending):
        yield _too_many(four, disputes, (closed, before, left))


def _both(refs: tuple[Ref, ...]) -> str:
    return "和".join(f"“{ref.row.replace('/', '')}”" for ref in refs)


def _no_requests(case: Case, four: tuple[Ref, ...], disputes: Decimal) -> Finding:
    text = f"表三没有新收和上年结转的申请，{said_by(case)}也没有办结的申请，"
    text += f"表四{_both(four)}却共有 {words.amount(disputes)} 件。"
    remedy = "请核对；因主动公开等原因引起的，在正文中写明来由。"
    return Finding("X-04", text, four, "0", words.amount(disputes), remedy=remedy)


def _too_many(
    four: tuple[Ref, ...], disputes: Decimal, parts: tuple[Decimal, Decimal, Decimal]
) -> Finding:
    closed, before, left = (words.amount(part) for part in parts)
    most = words.amount(sum(parts, Decimal(0)))
    text = f"表四{_both(four)}共 {words.amount(disputes)} 件，多于本年办结 {closed}、"
    text += f"上年办结 {before} 与结转下年 {left} 之和 {most} 件。"
    remedy = "请核对表三、表四；一件申请引起多件案件的，在正文中说明。"
    return Finding("X-05", text, four, f"≤{most}", words.amount(disputes), remedy=remedy)


@rule(
    "X-07",
    Severity.WARNING,
    "",
    "正文所写公布的行政规范性文件件数与表二相符",
    "正文“公布（发布、公开）行政规范性文件 n 件”⇒ n = 本年制发件数 或 现行有效件数",
)
def documents_published(case: Case) -> Iterator[Finding] | None:
    """Normative documents the text says were published; what was issued is a claim of N-12."""
    refs = addresses(case.format, "二", ("doc", "made"), ("doc", "valid"))
    return _documents_published(case, refs) if refs else None


def _documents_published(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "X-07", *refs)
    text = case.texts.get("一", "")
    if isinstance(found, Finding):
        yield found
    elif not text:
        yield unknown("X-07", "没有第一部分的正文，无法核对。")
    else:
        names = "|".join(sorted(case.format.slots[refs[0]].line.row.names, key=len, reverse=True))
        claims = list(_published(text, names))
        if claims and not any(Decimal(n) in found for _, n in claims):
            said, number = claims[0]
            issued, stock = (
                f"“{r.column}”{words.amount(v)}" for r, v in zip(refs, found, strict=True)
            )
            message = f"正文写“{said}”，表二“{refs[0].row}”行{issued}、{stock}，都不相符。"
            remedy = "请核对正文和表二；公布的含以往文件的，在正文中写清。"
            expected = words.amount(found[0])
            yield Finding("X-07", message, refs[:1], expected, number, remedy=remedy)


def _published(text: str, names: str) -> Iterator[tuple[str, str]]:
    """Claims of the year and of the whole agency: the words and the number."""
    plain = re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))
    claim = rf"(?:公布|发布|公开)(?:了)?(?:{names})(?:共计|共)?(\d+)(?:件|份|个|部)(?![次余多])"
    for match in re.finditer(claim, plain):
        clause = re.split(r"[,。;、\n]", plain[: match.start()])[-1]
        if not re.search(r"累计|历年|现行|解读|上年|去年|历史|整理|归集", clause):
            yield match[0], match[1]
