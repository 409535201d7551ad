"""How findings, and what was noted in reading, are shown on the terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import click

from helpers.cli.terminal import echo, secho
from helpers.comparing import FIXED, NEW, STILL, UNCHECKED, Changes
from helpers.report import Report
from helpers.rules import LEVELS, Finding, Result, count_levels, explanation_notes, summary
from helpers.sources import Loaded, copies

_COLOURS = {
    "错误": "red",
    "警告": "yellow",
    "已说明": "cyan",
    "提示": "blue",
    "无法核对": "magenta",
}
_CHANGE_COLOURS = {FIXED: "green", UNCHECKED: "magenta", STILL: "yellow", NEW: "red"}
NOTE_WORDS = {
    "unsure": ("读取：未采用", "red"),
    "unplaced": ("读取：没有对应的行", "yellow"),
    "surplus": ("读取：多出的一行数字", "yellow"),
    "missing": ("读取：没有找到", "yellow"),
    "normalised": ("读取：换了写法", "blue"),
}
"""How notes about reading are called."""


def complain(item: Loaded) -> None:
    """Say on stderr what is wrong with a source, and which copies of it are not used."""
    for problem in item.problems:
        secho(f"✗ {problem}", fg="red", err=True)
    if others := copies(item):
        echo(f"说明：{'、'.join(others)} 与 {item.source} 相同，没有另算。", err=True)


def print_notes(item: Loaded) -> None:
    """Say how a source was read, gravest first."""
    for other in item.also:
        echo(f"    {click.style('读取：同一份', fg='blue')}　{other} 的数字相同，没有另算")
    for kind, (word, colour) in NOTE_WORDS.items():
        for note in item.notes:
            if note.kind == kind:
                echo(f"    {click.style(word, fg=colour)}　{note}")


def print_result(
    source: str,
    report: Report,
    result: Result,
    changes: Changes | None = None,
    elsewhere: Collection[str] = (),
) -> None:
    """One report: its state in a line, then each finding; ``changes`` since an earlier run.

    What could not be assessed is left out where the sentence is told for several reports
    ``elsewhere``.
    """
    sign, colour = ("✗", "red") if result.blocking else ("✓", "green")
    secho(f"{sign} {report.agency.name} {report.year} 年度", fg=colour, bold=True, nl=False)
    echo(f"　{report.format.code} 年格式　{summary(result)}　{source}")
    compared = changes.failures if changes and not changes.first else ()
    states = [state for _, state in compared] or [""] * len(result.failures)
    for finding, state in zip(result.failures, states, strict=True):
        print_finding(finding, result.numbers.get(finding, ""), state)
    if changes and changes.first:
        echo("    上次核对的结果里没有这份报告。")
    for word, gone in ((FIXED, changes.fixed), (UNCHECKED, changes.unchecked)) if changes else ():
        for noted in gone:
            echo(f"    {_changed(word)}{noted.rule}　{noted.message}")
    for text, rules in result.unassessed.items():
        if text not in elsewhere:
            echo(f"    {_UNASSESSED} {'、'.join(rules)}　{text}")
    for line in explanation_notes(result):
        secho(f"    注意　{line}", fg="yellow")


_UNASSESSED = click.style("无法核对", fg=_COLOURS["无法核对"])
_FEW = 5
"""How many reports are named before their number is told."""


def print_shared(shared: Mapping[str, Sequence[tuple[Report, Sequence[str]]]]) -> None:
    """What could not be assessed in several reports: each sentence once, and whom it concerns."""
    if shared:
        secho("几份报告同样无法核对的：", bold=True)
    for text, concerned in shared.items():
        rules = dict.fromkeys(rule for _, some in concerned for rule in some)
        names = "、".join(f"{one.agency.name} {one.year}" for one, _ in concerned[:_FEW])
        number = f"等 {len(concerned)} 份" if len(concerned) > _FEW else f"，{len(concerned)} 份"
        echo(f"    {_UNASSESSED} {'、'.join(rules)}　{text}（{names}{number}）")


def print_finding(finding: Finding, number: str = "", change: str = "") -> None:
    """One finding, with the sign beside its cells and its change since an earlier run."""
    level = click.style(finding.level, fg=_COLOURS[finding.level])
    head = f"    {_changed(change)}{level} {finding.rule}"
    echo(f"{head}　{number}{finding.full_message}")
    if finding.explained:
        echo(f"        说明：{finding.explanation}")


def _changed(change: str) -> str:
    return f"[{click.style(change, fg=_CHANGE_COLOURS[change])}] " if change else ""


def print_counts(known: Sequence[tuple[Report, Result]]) -> None:
    """A table: each report with how many findings count as what."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="核对结果", title_style="bold")
    for heading in ("机关", "年度", "格式"):
        table.add_column(heading, overflow="fold")
    for level in LEVELS:
        table.add_column(level, justify="right")
    for report, result in known:
        counts = count_levels(result)
        numbers = [f"[{_COLOURS[k]}]{n}[/]" if n else "0" for k, n in counts.items()]
        head = (escape(report.agency.name), str(report.year), report.format.code)
        table.add_row(*head, *numbers)
    Console().print(table)
