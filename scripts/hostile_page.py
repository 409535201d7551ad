"""docs/安全.md from what was tried: attack × output, field by field, faults × moment."""

from __future__ import annotations

from collections.abc import Sequence

from faults import Fault
from hostile import ATTACKS, KINDS
from hostile_inputs import FIELDS, MARKED
from hostile_table import OUTPUTS, Outcome

_HEAD = """# 安全：试过什么，守住了什么

本页由 `python scripts/hostile_table.py --write` 写成，不要手改；测试核对它是不是最新的。
攻击用的文字在 `scripts/hostile.py`，怎样算守住在 `scripts/hostile_checks.py`，故障在
`scripts/faults.py`。`python scripts/fuzz.py --minutes 60` 另做随机试验。

每段文字都送进每个栏目（“攻击 × 栏目”），带着它的文件再走遍每条命令、每种成品（“攻击 × 成品”）；哪个
栏目的文字到得了哪种成品，见“栏目 × 成品”。三张表合起来就是攻击 × 栏目 × 成品。
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
    lines = [
        "## 攻击 × 栏目",
        "",
        "每一格：当文字收下的段数；“收下/试过”表示其余的在读的时候就被拒收，说明了原因。",
        "",
        f"| 从哪里送进去 | {' | '.join(KINDS)} |",
        "|---|" + "--:|" * len(KINDS),
    ]
    for name, source in FIELDS.items():
        cells = (_took(out, kind, name) for kind in KINDS)
        lines.append(f"| {_label(name, source)} | {' | '.join(cells)} |")
    return [*lines, "", *_reach(out)]


def _label(name: str, source: str) -> str:
    return f"{source}：{f'`{name}`' if name.isascii() else name}"


def _took(out: Outcome, kind: str, name: str) -> str:
    taken, refused = out.fields.taken[kind, name], out.fields.refused[kind, name]
    return f"{taken}/{taken + refused}" if refused else str(taken)


def _reach(out: Outcome) -> list[str]:
    lines = [
        "## 栏目 × 成品",
        "",
        "● 这个栏目的文字出现在这种成品里（用一份各栏写了记号的报告找出来的）。",
        "",
        f"| 栏目 | {' | '.join(OUTPUTS)} |",
        "|---|" + ":-:|" * len(OUTPUTS),
    ]
    for name in MARKED:
        cells = ("●" if (name, output) in out.reached else "" for output in OUTPUTS)
        lines.append(f"| {_label(name, FIELDS[name])} | {' | '.join(cells)} |")
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
