"""表二 against what the agency may do: 规章, decisions, fees (T2-03 … T2-05)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Ref
from helpers.rules import words
from helpers.rules.catalogue import rule
from helpers.rules.kinds import may_regulate, without_powers
from helpers.rules.model import Case, Finding, Severity, unknown

_ISSUED = ("made", "repealed", "valid", "created")


@rule(
    "T2-03",
    Severity.ERROR,
    "二",
    "没有规章制定权的机关，规章一行为 0",
    "县级政府、乡镇、街道和地方政府部门：规章的制发、废止、现行有效（2019 年格式：新制作）= 0",
)
def regulations(case: Case) -> Iterator[Finding] | None:
    """规章 of an agency that cannot make any."""
    refs = [ref for key in _ISSUED if (ref := case.format.ref("reg", key, "二"))]
    if not refs or may_regulate(case.report.agency):
        return None
    return _regulations(case, refs)


def _regulations(case: Case, refs: list[Ref]) -> Iterator[Finding]:
    row = refs[0].row
    if any(case.figures.value(ref) is None or ref in case.faulty for ref in refs):
        yield unknown("T2-03", f"表二“{row}”行的数不全或有误，无法核对。")
        return
    wrong = [(ref, value) for ref in refs if (value := case.figures.value(ref))]
    if wrong and may_regulate(case.report.agency) is None:
        text = f"从机关名称看不出有没有{row}制定权，无法核对；"
        yield unknown("T2-03", f"{text}只有设区的市、自治州以上的政府和国务院部门可以制定。")
        return
    if wrong:
        said = "、".join(f"“{ref.column}”{words.amount(value)}" for ref, value in wrong)
        text = f"表二“{row}”行{said}：{case.report.agency.name}没有{row}制定权，这一行应为 0。"
        remedy = f"请核对是否填错了行，或填的是上级机关的{row}。"
        cells = tuple(ref for ref, _ in wrong)
        yield Finding("T2-03", text, cells, "0", remedy=remedy)


@rule(
    "T2-04",
    Severity.WARNING,
    "二",
    "没有许可、处罚、强制权的机关，处理决定数量为 0",
    "信访、研究、参事、接待、地方志机构：许可、处罚、强制的处理决定 = 0；其余须对照权责清单",
)
def decisions(case: Case) -> Iterator[Finding] | None:
    """Decisions of an agency whose name says that it takes none."""
    refs = [ref for key in ("lic", "pen", "frc") if (ref := case.format.ref(key, "dec", "二"))]
    text = "从机关名称看不出有没有这些权力，须对照本机关的权责清单核对。"
    return _not_expected(case, "T2-04", refs, text, "的处理决定权") if refs else None


@rule(
    "T2-05",
    Severity.WARNING,
    "二",
    "没有收费项目的机关，收费金额为 0",
    "信访、研究、参事、接待、地方志机构：收费金额 = 0；其余须对照收费目录清单",
)
def fees(case: Case) -> Iterator[Finding] | None:
    """Fees of an agency whose name says that it charges none."""
    refs = [ref for ref in [case.format.ref("fee", "amt", "二")] if ref]
    text = "从机关名称看不出有没有收费项目，须对照收费目录清单核对。"
    return _not_expected(case, "T2-05", refs, text, "项目") if refs else None


def _not_expected(
    case: Case, rule_id: str, refs: list[Ref], unsure: str, power: str
) -> Iterator[Finding]:
    if any(case.figures.value(ref) is None or ref in case.faulty for ref in refs):
        yield unknown(rule_id, "这几格的数不全或有误，无法核对。")
        return
    wrong = [ref for ref in refs if case.figures.value(ref)]
    if wrong and not without_powers(case.report.agency):
        yield unknown(rule_id, unsure)
        return
    for ref in wrong:
        value = words.amount(case.figures.value(ref) or Decimal(0))
        text = f"{words.place(case.format, ref)}为 {value}：{case.report.agency.name}"
        text += f"一般没有{ref.row}{power}。"
        yield Finding(rule_id, text, (ref,), "0", value, remedy="请核对是否填错了行或单位。")
