"""``nianbao compare``: two reports, cell by cell and sentence by sentence."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers.cli.findings import complain
from helpers.cli.terminal import echo, echo_json, secho
from helpers.comparing import CellDifference, Differences, compare, differences_data
from helpers.figures import Figure
from helpers.report import Report
from helpers.sources import load

OK, USAGE = 0, 2


def compare_two(first: str, second: str, *, as_json: bool) -> int:
    """Print what differs between the reports of two sources. Returns the exit code."""
    reports = [_only(source) for source in (first, second)]
    one, other = reports
    if one is None or other is None:
        return USAGE
    found = compare(one, other)
    if as_json:
        echo_json(differences_data(found))
    else:
        _print(found)
    return OK


def _only(source: str) -> Report | None:
    """The one report of a source. Raises UsageError where there are several."""
    loaded = load([source])
    known = [item.report for item in loaded if item.report]
    if len(known) > 1:
        names = "、".join(f"{r.agency.name} {r.year} 年度" for r in known[:3])
        raise click.UsageError(f"{source} 里有几份报告（{names}……），请指明一个文件")
    if not known:
        for item in loaded:
            complain(item)
    return next(iter(known), None)


def _print(found: Differences) -> None:
    for sign, report in (("－", found.first), ("＋", found.second)):
        head = f"{sign} {report.agency.name} {report.year} 年度"
        secho(head, bold=True, nl=False)
        echo(f"　{report.format.code} 年格式　{report.source}")
    _print_cells(found)
    _print_texts(found)


def _print_cells(found: Differences) -> None:
    if found.first.format.code != found.second.format.code:
        echo("两份格式不同：只比两种格式里含义相同的格（表二各项、表三中行名不同的不比）。")
    echo(f"比了 {found.compared} 格，{len(found.cells)} 格不同。")
    if not found.cells:
        return
    table = Table()
    for heading in ("表", "行", "列"):
        table.add_column(heading, overflow="fold")
    for heading in ("－", "＋", "相差"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in found.cells:
        row = one.ref.row.split("/")[-1]
        figures = (_text(one.first), _text(one.second), _change(one))
        table.add_row(one.ref.table, escape(row), escape(one.ref.column), *figures)
    Console().print(table)


def _text(figure: Figure | None) -> str:
    if figure is None:
        return "没有"
    if figure.value is None:
        return escape((figure.raw or "").strip()) or "空"
    return f"{figure.value:f}"


def _change(one: CellDifference) -> str:
    return "" if one.change is None else f"{one.change:+f}"


def _print_texts(found: Differences) -> None:
    number = len(found.texts)
    echo(f"文字：{found.same_sentences} 句相同，{number} 句只在其中一份。")
    section = None
    for one in found.texts:
        if one.section != section:
            section = one.section
            echo("  开头" if not section else f"  第{section}部分")
        sign, colour = ("－", "red") if one.kind == "only_first" else ("＋", "green")
        echo(f"    {click.style(sign, fg=colour)} {one.sentence}")
