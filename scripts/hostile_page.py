"""docs/安全.md from what was tried: attack × output, field by field, faults × moment."""

from __future__ import annotations

from collections.abc import Sequence

from faults import Fault
from hostile import ATTACKS, KINDS
from hostile_table import FIELDS, OUTPUTS, Outcome

_HEAD = """# 安全：试过什么，守住了什么

本页由 `python scripts/hostile_table.py --write` 写成，不要手改；测试核对它是不是最新的。
攻击用的文字在 `scripts/hostile.py`，怎样算守住在 `scripts/hostile_checks.py`，故障在
`scripts/faults.py`。`python scripts/fuzz.py --seconds 3600` 另做随机试验。
"""


def page(out: Outcome, faults: Sequence[tuple[Fault, str]]) -> str:
    """The page; ✗ stands where anything that was looked at did not hold."""
    return "\n".join([_HEAD, *_attacks(out), "", *_fields(out), "", *_faults(faults), ""])


def _attacks(out: Outcome) -> list[str]:
    held = "全部守住" if not out.broken else f"{len(out.broken)} 处没有守住"
    lines = [
        "## 攻击 × 成品",
        "",
        f"{len(ATTACKS)} 段攻击文字，{held}。每一格：✓ 全部守住，✗ 没有；空着表示没有送到。",
        "守住是指：不运行、不载入、不计算、不读别的文件、不改终端，成品一份不少。",
        "",
        f"| 攻击 | {' | '.join(OUTPUTS)} |",
        "|---|" + ":-:|" * len(OUTPUTS),
    ]
    for kind, texts in KINDS.items():
        cells = (_cell(out, kind, output) for output in OUTPUTS)
        lines.append(f"| {kind}（{len(texts)} 段） | {' | '.join(cells)} |")
    return lines


def _cell(out: Outcome, kind: str, output: str) -> str:
    if not out.looked[kind, output]:
        return ""
    return (
        "✗"
        if any(kind in b.partition("→")[0] and f"→ {output}：" in b for b in out.broken)
        else "✓"
    )


def _fields(out: Outcome) -> list[str]:
    lines = ["## 从哪里送进去", "", "| 栏目 | 收下、当文字印出 | 读的时候拒收 |", "|---|--:|--:|"]
    for name, word in FIELDS.items():
        label = f"`{name}`" if word in name else f"`{name}`（{word}）"
        lines.append(f"| {label} | {out.taken[name]} | {out.refused[name]} |")
    return lines


def _faults(faults: Sequence[tuple[Fault, str]]) -> list[str]:
    lines = [
        "## 故障 × 时机",
        "",
        "每一种都真的造出来过：退出码和说的话如下；没有重做的，原有成品一个字节不变。",
        "",
        "| 故障 | 时机 | 退出码 | 说的话 | 结果 |",
        "|---|---|:-:|---|:-:|",
    ]
    for fault, wrong in faults:
        row = (fault.name, fault.moment, str(fault.code), fault.says, "✗" if wrong else "✓")
        lines.append(f"| {' | '.join(row)} |")
    return lines
