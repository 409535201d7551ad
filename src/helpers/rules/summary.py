"""A result in a few words, for notebook and terminal alike."""

from __future__ import annotations

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
