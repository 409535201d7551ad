"""``nianbao rules``: the catalogue."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers.cli.terminal import echo_json
from helpers.rules import Rule, Severity, in_order

OK = 0
_KINDS = {Severity.EXPLAINABLE: "错误（可说明）"}
_SCOPES = {"": "整份报告", "*": "每一格"}


def list_rules(*, as_json: bool) -> int:
    """Print every rule: id, severity, what must hold, the formula."""
    if as_json:
        data = [_as_dict(rule) for rule in in_order()]
        echo_json(data)
        return OK
    table = Table(title="核对规则", title_style="bold", show_lines=True)
    for heading in ("编号", "级别", "范围", "要求", "算式"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("编号", "级别", "范围"))
    for rule in in_order():
        scope = _SCOPES.get(rule.scope, f"表{rule.scope}")
        table.add_row(rule.id, _word(rule), scope, escape(rule.sentence), escape(rule.formula))
    Console().print(table)
    return OK


def _word(rule: Rule) -> str:
    return _KINDS.get(rule.severity, rule.severity.word)


def _as_dict(rule: Rule) -> dict[str, str]:
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "scope": rule.scope,
        "sentence": rule.sentence,
        "formula": rule.formula,
    }
