"""Figures that may be right but are worth a look (P); always a warning or a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Format, Ref
from helpers.percent import percent
from helpers.report import Report
from helpers.rules import words
from helpers.rules.before import no_previous
from helpers.rules.catalogue import rule
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case, Finding, Severity, unknown
from helpers.rules.standing import addresses, leader, values, waiting

_DENIED = tuple((f"deny{number}", "sum") for number in range(1, 9))
_MISSING = tuple((f"na{number}", "sum") for number in range(1, 4))
_YEARS = 3


def _held(case: Case, rule_id: str, refs: tuple[Ref, ...]) -> Finding | None:
    """What a remark answers that would build on figures an error is about."""
    led = leader(case, *refs)
    return waiting(rule_id, led) if led else None


@rule(
    "P-01",
    Severity.NOTE,
    "",
    "面向公众行使职权的机关不连续三年没有申请和复议诉讼",
    "表二有处理决定 且 表三、表四连续三年全为 0 ⇒ 提示",
)
def nothing_for_years(case: Case) -> Iterator[Finding] | None:
    """No request and no dispute for years in an agency that decides about citizens."""
    decided = _decided(case.format)
    return _nothing_for_years(case, decided) if decided else None


def _decided(fmt: Format) -> list[Ref]:
    return [ref for row in ("lic", "pen", "frc") if (ref := fmt.ref(row, "dec", "二"))]


def _nothing_for_years(case: Case, decided: list[Ref]) -> Iterator[Finding]:
    now = _quiet(case.report)
    if now is None:
        yield unknown("P-01", "表三、表四的数不全，无法核对。")
    elif now and any(case.figures.value(ref) for ref in decided):
        years = {r.year: _quiet(r) for r in case.around.earlier}
        before = [years.get(case.report.year - back) for back in range(1, _YEARS)]
        if before[0] is None:
            yield no_previous(case, "P-01")
        elif None in before and False not in before:
            yield unknown("P-01", f"缺 {case.report.year - 2} 年度的报告，无法核对。")
        elif all(before):
            text = f"连续 {_YEARS} 年没有收到申请，也没有复议诉讼，表二却有处理决定。"
            remedy = "请核对有无漏登记的申请；属实的不必修改。"
            yield Finding("P-01", text, remedy=remedy)


def _quiet(report: Report) -> bool | None:
    """Whether 表三 and 表四 hold nothing but zeros, None where a figure is missing."""
    refs = [ref for ref in report.format.slots if ref.table in ("三", "四")]
    numbers = [report.complete.value(ref) for ref in refs]
    if any(numbers):
        return False
    return None if not numbers or None in numbers else True


@rule(
    "P-03",
    Severity.WARNING,
    "三",
    "乡镇、街道一般不用“国家秘密”“三安全一稳定”作不予公开的理由",
    "乡镇、街道：属于国家秘密 = 0 且 危及“三安全一稳定” = 0",
)
def grave_reasons(case: Case) -> Iterator[Finding] | None:
    """The gravest reasons in a township, which seldom can judge them by itself."""
    refs = addresses(case.format, "三", ("deny1", "sum"), ("deny3", "sum"))
    kind = kind_of(case.report.agency)
    return _grave_reasons(case, refs) if refs and kind in ("", "乡镇", "街道") else None


def _grave_reasons(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "P-03", *refs)
    if isinstance(found, Finding):
        yield found
        return
    used = tuple(ref for ref, value in zip(refs, found, strict=True) if value)
    if used and not kind_of(case.report.agency):
        text = "机关类型不明，无法核对：请在 agency 的 kind 中写明。"
        yield unknown("P-03", text)
        return
    for ref in used:
        number = words.amount(case.figures.value(ref) or Decimal(0))
        text = f"{words.place(case.format, ref)}为 {number}，"
        text += "乡镇、街道一般不单独作出这类认定。"
        remedy = "请核对理由是否适用，有无定密或会商的依据。"
        yield _held(case, "P-03", (ref,)) or Finding("P-03", text, (ref,), remedy=remedy)


@rule(
    "P-05",
    Severity.NOTE,
    "三",
    "因不掌握信息而无法提供的不占多数",
    "本机关不掌握 ≤ 80% × 无法提供 或 ≤ 40% × 总计（总计不足 20 件的不看）",
)
def wrong_door(case: Case) -> Iterator[Finding] | None:
    """Most requests came to the wrong door, or were not looked for well enough."""
    refs = addresses(case.format, "三", *_MISSING, ("total", "sum"))
    return _wrong_door(case, refs) if refs else None


def _wrong_door(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "P-05", *refs)
    if isinstance(found, Finding):
        yield found
        return
    held, *others, total = found
    if total >= 20 and held > Decimal("0.8") * (held + sum(others)) and held > total * 2 / 5:
        text = f"表三“{words.row(refs[0])}”{words.amount(held)} 件，占办结总数 "
        text += f"{words.amount(total)} 件的 {percent(held, total)}。"
        remedy = "请看是否多为申请对象有误，或检索不充分；属实的不必修改。"
        yield _held(case, "P-05", refs) or Finding("P-05", text, refs[:1], remedy=remedy)


@rule(
    "P-06",
    Severity.WARNING,
    "三",
    "办理量大且有不予公开的，一般也有部分公开",
    "总计 ≥ 50 且 不予公开 ≥ 10 ⇒ 部分公开 > 0",
)
def never_partial(case: Case) -> Iterator[Finding] | None:
    """Many denials and not one partial disclosure: 区分处理 may not be applied."""
    refs = addresses(case.format, "三", ("partial", "sum"), ("total", "sum"), *_DENIED)
    return _never_partial(case, refs) if refs else None


def _never_partial(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "P-06", *refs)
    if isinstance(found, Finding):
        yield found
        return
    partial, total, *denied = found
    if not partial and total >= 50 and sum(denied) >= 10:
        group = case.format.slots[refs[2]].line.groups[-1].label
        text = f"表三“{group}”共 {words.amount(sum(denied, Decimal(0)))} 件，"
        text += f"{words.place(case.format, refs[0])}却为 0。"
        remedy = "请核对能否区分处理（条例第三十七条）；能区分的计入这一行。"
        yield _held(case, "P-06", refs) or Finding("P-06", text, refs[:1], "> 0", "0", "", remedy)


@rule(
    "P-07",
    Severity.NOTE,
    "三",
    "以大量反复申请为由不予处理的，正文有说明",
    "无正当理由大量反复申请 > 0 ⇒ 正文提到反复申请或条例第三十五条",
)
def vexatious(case: Case) -> Iterator[Finding] | None:
    """The procedure of article 35 was used; the text should say so."""
    refs = addresses(case.format, "三", ("np4", "sum"))
    return _unexplained(case, "P-07", refs, "反复|第三十五条") if refs else None


@rule(
    "P-08",
    Severity.WARNING,
    "三",
    "“其他”办理结果占比高的，正文有说明",
    "（六）3.其他 ≤ 10% × 总计（不足 5 件的不看），超过的正文提到撤回或其他处理",
)
def other_results(case: Case) -> Iterator[Finding] | None:
    """Many results of no named kind, such as withdrawn requests, without a word about them."""
    refs = addresses(case.format, "三", ("oth3", "sum"), ("total", "sum"))
    if not refs:
        return None
    group = case.format.slots[refs[0]].line.groups[-1]
    names = "|".join(sorted(re.escape(name) for name in group.names))
    return _unexplained(case, "P-08", refs, f"撤回|撤销申请|{names}")


def _unexplained(case: Case, rule_id: str, refs: tuple[Ref, ...], wanted: str) -> Iterator[Finding]:
    """A result that needs a word in the text and has none."""
    found = values(case, rule_id, *refs)
    if isinstance(found, Finding):
        yield found
        return
    number, total = found[0], found[-1]
    if not number or (len(refs) > 1 and (number < 5 or 10 * number <= total)):
        return
    led = _held(case, rule_id, refs)
    if led:
        yield led
        return
    text = f"{words.place(case.format, refs[0])}为 {words.amount(number)}"
    text += f"，占总计的 {percent(number, total)}" if len(refs) > 1 and total else ""
    prose = "".join(case.texts.values())
    if not prose:
        yield unknown(rule_id, f"{text}，没有正文，无法核对有无说明。")
    elif not re.search(wanted, prose):
        remedy = "请在正文中说明是哪些情形；数字填错的请更正。"
        yield Finding(rule_id, f"{text}，正文没有说明。", refs[:1], remedy=remedy)


_NAMED = ("ent", "res", "ngo", "law")


@rule(
    "P-09",
    Severity.WARNING,
    "三",
    "法人或其他组织中归入“其他”的一般不多于四类之和",
    "新收：其他 ≤ 商业企业 + 科研机构 + 社会公益组织 + 法律服务机构（其他不足 10 件的不看）",
)
def other_applicants(case: Case) -> Iterator[Finding] | None:
    """Most organisations are of no named kind: they may have been classified wrongly."""
    refs = addresses(case.format, "三", ("new", "oth"), *(("new", key) for key in _NAMED))
    return _other_applicants(case, refs) if refs else None


def _other_applicants(case: Case, refs: tuple[Ref, ...]) -> Iterator[Finding]:
    found = values(case, "P-09", *refs)
    if isinstance(found, Finding):
        yield found
        return
    others, named = found[0], sum(found[1:], Decimal(0))
    if others >= 10 and others > named:
        text = f"{words.place(case.format, refs[0])}为 {words.amount(others)}，多于"
        text += f"{'、'.join(ref.column for ref in refs[1:])}之和 {words.amount(named)}。"
        remedy = "请核对申请人类别。"
        yield _held(case, "P-09", refs) or Finding("P-09", text, refs[:1], remedy=remedy)


@rule(
    "P-11",
    Severity.WARNING,
    "二",
    "上一年项目数量不为 0，增减才大（2019 年格式）",
    "上一年项目数量 = 0 的各行：本年增/减之和 < 10",
)
def stock_as_increase(case: Case) -> Iterator[Finding] | None:
    """The whole stock typed as this year's increase."""
    rows = ("lic", "svc", "pen", "frc", "fee")
    found = [addresses(case.format, "二", (row, "prev"), (row, "change")) for row in rows]
    known = [refs for refs in found if refs]
    return _stock_as_increase(case, known) if known else None


def _stock_as_increase(case: Case, rows: list[tuple[Ref, ...]]) -> Iterator[Finding]:
    grown = []
    for refs in rows:
        found = values(case, "P-11", *refs)
        if isinstance(found, Finding):
            yield found
        elif not found[0] and found[1] > 0:
            grown.append((refs, found[1]))
    if sum(change for _, change in grown) >= 10:
        (prev, change), _ = grown[0]
        said = "、".join(f"{refs[0].row} {words.amount(value)}" for refs, value in grown)
        text = f"表二“{prev.column}”为 0 而“{change.column}”较大：{said}。"
        remedy = "请核对是否把现有项目全部填成了本年增加。"
        yield Finding("P-11", text, tuple(refs[0] for refs, _ in grown), remedy=remedy)


@rule(
    "P-12",
    Severity.NOTE,
    "*",
    "大数不是约数",
    "件数 ≥ 1000 且末三位都是 0 ⇒ 疑为估计",
)
def round_numbers(case: Case) -> Iterator[Finding]:
    """Large counts that end in three zeros."""
    if not any(figure.value is not None for figure in case.figures.values()):
        yield unknown("P-12", "各表都没有数，无法核对。")
    for ref, slot in case.format.slots.items():
        value = case.figures.value(ref)
        if value is None or slot.column.kind != "count" or ref in case.faulty:
            continue
        figure = case.figure(ref)
        if value >= 1000 and value % 1000 == 0 and not (figure and figure.computed):
            text = f"{words.place(case.format, ref)}为 {words.amount(value)}，像是约数。"
            yield Finding("P-12", text, (ref,), remedy="请核对是否为实际件数；属实的不必修改。")
