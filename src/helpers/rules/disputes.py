"""表四, administrative review and litigation (T4-01, T4-02, Y-05)."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.rules.catalogue import relation_rule, rule
from helpers.rules.model import Case, Finding, Severity

relation_rule(
    "T4-01",
    Severity.ERROR,
    "四",
    "复议和两类诉讼各自的总计等于四种结果之和",
    "总计 = 结果维持 + 结果纠正 + 其他结果 + 尚未审结",
)


@rule("T4-02", Severity.ERROR, "四", "表四只有一行数字，共 15 格", "数字格 = 15")
def one_row(case: Case) -> Iterator[Finding] | None:
    """The table holds exactly its one row of figures, none missing."""
    slots = case.format.table("四").slots
    return _one_row(case, len(slots)) if slots else None


def _one_row(case: Case, wanted: int) -> Iterator[Finding]:
    slots = case.format.table("四").slots
    present = sum(ref in case.figures for ref in slots)
    given = [ref for ref, slot in slots.items() if not slot.total and ref not in case.figures]
    if not present:
        yield Finding("T4-02", "没有表四，见 D-07。", state="not_assessable")
    elif given:
        text = f"表四应有 {wanted} 个数字格，缺 {len(given)} 格，见 D-07。"
        yield Finding("T4-02", text, state="not_assessable")


relation_rule(
    "Y-05",
    Severity.ERROR,
    "四",
    "尚未审结的件数不超过总计",
    "尚未审结 ≤ 总计",
)
