"""docs/规则.md: every rule with its formula, an example that fails and one that passes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from helpers.rules import STATE_WORDS, Rule, Severity, in_order
from rule_changes import name_of, settings_told, told
from rule_examples import Change, Example, Tried, make

GROUPS: Mapping[str, tuple[str, str]] = {
    "D": ("文件与结构", "标题、六个部分、通知、期限、联系方式、文字本身"),
    "C": ("单元格", "每一格怎样填"),
    "T2": ("表二", "主动公开"),
    "L": ("2019 年格式的表二", "只用于 2020 年度及以前"),
    "T3": ("表三", "收到和处理申请"),
    "T4": ("表四", "行政复议、行政诉讼"),
    "X": ("表与表、表与文", "信息处理费、复议诉讼与申请"),
    "Y": ("跨年", "与上年报告，要用 --history 给出"),
    "N": ("文字与表", "正文写的数与表里的数"),
    "P": ("合理性", "可能属实、值得再看一眼的数"),
    "PR": ("期限", "公布日期"),
    "B": ("成批", "同一批各单位之间"),
    "R": ("汇总", "上级报告与下级各单位之间"),
}
_LEVELS = {
    Severity.ERROR: "错误",
    Severity.EXPLAINABLE: "错误（可说明）",
    Severity.WARNING: "警告",
    Severity.NOTE: "提示",
}
_SCOPES = {"": "全文", "*": "各表"}
_MOST = 2
"""How many findings of an example are shown."""

_OPENING = """# 核对规则

本页由 `scripts/rule_examples.py --write` 生成，请勿手改；例子在 `docs/rule_examples.yaml`。

程序对每份报告逐条核对下面 {count} 条规则。每条规则都附两个例子：一份公布过的年报改动一处，
这条规则应当指出来；不改动的（或写对了的）一份应当通过。数字取自公布的年报，文字为示例。
程序的原话照录。

## 怎样看结果

| 级别 | 意思 |
|---|---|
| 错误 | 一定要改。有错误的报告不能生成定稿，只能出草稿。 |
| 错误（可说明） | 要改；确有原因的，在参数文件的 `explanations` 里写明，写了就放行，标“已说明”。 |
| 警告 | 很可能有误，请核对；不妨碍生成。 |
| 提示 | 供参考，属实的不必修改。 |

同一条规则的轻重可以不同：拿不准的降一级。例如还在填写的参数文件缺一段文字是警告，公布的文件缺这一段是错误。

| 结果 | 意思 |
|---|---|
| 通过 | 核对过，成立。 |
| 不通过 | 核对过，不成立，说明错在哪里、应是多少。 |
| 无法核对 | 缺数、缺上年报告，或者所据的格已由别的规则指出有误；说明缺什么。 |
| 不适用 | 这份报告没有这条规则要看的内容。 |

一处填错只报一次：别的规则用到这一格的，等改正后再核对。

## 怎样改级别

在工作文件夹的 `nianbao.toml` 里按编号写，级别用“错误”“可说明”“警告”“提示”“停用”：

```toml
[rules]
"T3-08" = "提示"
"D-31" = "停用"

[limits]
overview_characters = 1000    # D-27：第一部分最多多少字
carry_over_share = "0.2"      # T3-08：结转下年超过收件的多少时提醒

[deadlines]
"部门" = "01-20"              # PR-03：当地规定的公布期限（次年的月-日），也可写“全部”

[[rollup]]                    # R 组、B-05：上级和它汇总的全部单位
parent = "某某县人民政府"
units = ["某某县人民政府办公室", "某某县民政局", "某某镇人民政府"]
```

“错误（可说明）”的规则，凭说明放行；“警告”也可以写明理由，标“已说明”。写在参数文件里：

```yaml
explanations:
  Y-02: 本年清理规范性文件，另有 3 件到期失效。
```
"""


def page(tried: Sequence[Tried], left_out: Mapping[str, str]) -> str:
    """The page: how to read results, the rules by group, the table of all, what is left out."""
    rules = in_order()
    by_rule = {one.example.rule: one for one in tried}
    parts = [_OPENING.format(count=len(rules)), _contents(rules, left_out)]
    for group, members in _grouped(rules).items():
        name, about = GROUPS[group]
        parts.append(f"## {group} {name}\n\n{about}。\n")
        parts += [_about(rule, by_rule.get(rule.id)) for rule in members]
    parts += [_table(tried), _not_built(left_out)]
    return "\n".join(parts)


def _grouped(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(_group(rule.id), []).append(rule)
    return groups


def _group(rule_id: str) -> str:
    return rule_id.split("-")[0]


def _contents(rules: Sequence[Rule], left_out: Mapping[str, str]) -> str:
    rows = ["## 目录\n", "| 组 | 管什么 | 规则 |", "|---|---|---|"]
    for group, members in _grouped(rules).items():
        name, about = GROUPS[group]
        links = " ".join(f"[{rule.id}](#{_anchor(rule.id)})" for rule in members)
        rows.append(f"| {group} {name} | {about} | {links} |")
    rows.append(f"\n另有：[例子一览](#table)；[没有做的规则](#left-out)（{len(left_out)} 条）。\n")
    return "\n".join(rows)


def _anchor(rule_id: str) -> str:
    return rule_id.lower()


def _about(rule: Rule, tried: Tried | None) -> str:
    """One rule with its two examples."""
    where = _SCOPES.get(rule.scope, f"表{rule.scope}")
    lines = [
        f'<a id="{_anchor(rule.id)}"></a>\n',
        f"### {rule.id}　{escape(rule.sentence)}\n",
        f"**{_LEVELS[rule.severity]}**　{where}\n",
        f"算式：{escape(rule.formula)}\n",
    ]
    return "\n".join(lines + (_examples(tried) if tried else []))


def _examples(tried: Tried) -> list[str]:
    example = tried.example
    lines = [f"- **不通过**　{escape(_failing(example))}", ""]
    for finding in tried.caught[:_MOST]:
        lines += [f"  > **{finding.level}**　{escape(finding.full_message)}", "  >"]
    if len(tried.caught) > _MOST:
        lines[-1] = f"  >\n  > （另有 {len(tried.caught) - _MOST} 处）"
    else:
        lines.pop()
    return [*lines, "", f"- **{STATE_WORDS[tried.passed]}**　{escape(_passing(example))}\n"]


def _failing(example: Example) -> str:
    report = make(Change(example.report.base))
    text = f"{example.case}{name_of(report)}，{_clauses(example.report)}。"
    for label, changes in (("往年报告", example.earlier), ("同批另有", example.beside)):
        if changes:
            text += f"{label}：{'、'.join(map(_neighbour, changes))}。"
    return text + (f"设置：{settings_told(example.settings)}。" if example.settings else "")


def _clauses(change: Change) -> str:
    return "；".join(told(change)) or "不作改动"


def _neighbour(change: Change) -> str:
    """A report that stands beside the one checked, and how it differs from the published one."""
    base, report = make(Change(change.base)), make(change)
    clauses = [one for one in told(change) if not one.startswith(("机关名称", "年度"))]
    if name_of(base) != name_of(report):
        clauses.insert(0, f"内容用{name_of(base)}的")
    return name_of(report) + (f"（{'；'.join(clauses)}）" if clauses else "")


def _passing(example: Example) -> str:
    change = example.passes
    same = change.base == example.report.base
    name = "同一份报告" if same else name_of(make(Change(change.base)))
    text = f"{name}，{_clauses(change)}。"
    if example.passes_beside != example.beside:
        text += f"同批另有：{'、'.join(map(_neighbour, example.passes_beside))}。"
    if example.passes_settings != example.settings:
        text += f"设置：{settings_told(example.passes_settings)}。"
    return text


def _table(tried: Sequence[Tried]) -> str:
    rows = ['<a id="table"></a>\n', "## 例子一览\n"]
    rows += ["| 规则 | 级别 | 例子取自 | 抓住 | 对照 |", "|---|---|---|---|---|"]
    levels = {rule.id: _LEVELS[rule.severity] for rule in in_order()}
    for one in tried:
        rule = one.example.rule
        link, base = f"[{rule}](#{_anchor(rule)})", one.example.report.base
        caught = f"{len(one.caught)} 处" if one.caught else "**没有**"
        rows.append(f"| {link} | {levels[rule]} | {base} | {caught} | {STATE_WORDS[one.passed]} |")
    return "\n".join([*rows, ""])


def _not_built(left_out: Mapping[str, str]) -> str:
    rows = ['<a id="left-out"></a>\n', "## 没有做的规则\n"]
    rows += ["不能可靠判断的规则宁可不做，不误报。\n", "| 规则 | 原因 |", "|---|---|"]
    order = list(GROUPS)
    ids = sorted(left_out, key=lambda rule_id: (order.index(_group(rule_id)), rule_id))
    rows += [f"| {rule_id} | {escape(left_out[rule_id])} |" for rule_id in ids]
    return "\n".join([*rows, ""])


def escape(text: str) -> str:
    """The text so that Markdown shows it as it stands."""
    return re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", " ".join(_lines(text)))


def _lines(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.splitlines())
