"""What the office is asked about two rows that may be one request or case, in sentences."""

from __future__ import annotations

from helpers.register.cases import Cases
from helpers.register.vocabulary import words

OPEN = ("again", "named", "renumbered", "endings")
"""What may be open about two rows, as ``matching.Again.why`` says."""

_SAME = "是同一件的，删去一行，或在两行写相同的登记编号（如 2024-003）"
_TOLD = {
    "again": ("{days}、{kind}相同，没有可以相比的登记编号和姓名", _SAME, "在两行写不同的登记编号"),
    "named": (
        "{days}、申请人、{kind}都相同，登记编号和申请内容不足以断定",
        _SAME,
        "在两行写不同的登记编号和申请内容",
    ),
    "renumbered": (
        "{days}、申请人、{kind}都相同，登记编号不同，可能是次年另编了号",
        "是同一件的，删去一行，或把两行的登记编号改成一样",
        "在两行的申请内容里写出区别",
    ),
    "endings": (
        "像是同一件，办结的日期或结果却不同",
        "是同一件的，删去一行，或把两行的办结日期和结果改成一样",
        "在两行写不同的登记编号和申请内容",
    ),
}
"""What is seen, what to do with one request, what with two."""


def ask(cases: Cases, at: int, why: str, *, dispute: bool) -> str:
    """The question about a row that is left out for another one."""
    labels = words()["disputes" if dispute else "requests"]
    days, kind = labels["received"]["label"], labels["type" if dispute else "kind"]["label"]
    seen, same, other = _TOLD[why]
    seen = seen.format(days=days, kind=kind)
    where = place_of(cases, cases.again[at])
    return f"疑为结转后又登记一遍的，与{where}{seen}，这一行先不计；{same}；不是的，{other}"


def place_of(cases: Cases, at: int) -> str:
    """Where a row is, as people say it."""
    where = cases.places[cases.at("place", at)]
    sheet = f"工作表“{where.sheet}”" if where.sheet else ""
    return f"{where.file} {sheet}第 {cases.at('row', at)} 行"
