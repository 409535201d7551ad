"""A result in a few words, for notebook and terminal alike."""

from __future__ import annotations

from helpers.formats import closest
from helpers.rules.catalogue import CATALOGUE
from helpers.rules.model import Result

LEVELS = ("错误", "警告", "已说明", "提示", "无法核对")
"""How findings can count, gravest first."""


def count_levels(result: Result) -> dict[str, int]:
    """How many findings count as what."""
    return {level: sum(f.level == level for f in result.findings) for level in LEVELS}


def summary(part: Result) -> str:
    """How many rules were held, how many passed, and what was found."""
    found = [f"{level} {number}" for level, number in count_levels(part).items() if number]
    unfit = part.count("not_applicable")
    notes = [*found, f"不适用 {unfit} 条"] if unfit else found
    text = f"{len(part.outcomes)} 条规则，{part.count('pass')} 条通过"
    return text + (f"；{'，'.join(notes)}" if notes else "")


def explanation_notes(result: Result) -> list[str]:
    """What is odd about the explanations: no such rule, or nothing that they could answer."""
    lines = []
    for rule in result.unknown_explanations:
        guess = closest(rule, CATALOGUE)
        near = f"，是不是“{guess}”？" if guess else ""
        lines.append(f"explanations 里的“{rule}”不是规则编号{near}")
    failed = {finding.rule for finding in result.failures if finding.level == "错误"}
    for rule in result.unused_explanations:
        why = "是错误，不能凭说明放行，请改正" if rule in failed else "没有指出要说明的问题"
        lines.append(f"explanations 里的“{rule}”没有用上：这条规则{why}")
    return lines
