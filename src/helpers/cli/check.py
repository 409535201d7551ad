"""``nianbao check`` and ``nianbao figures``: read sources, hold the rules, print."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from helpers.batch.files import folder_names, replace_file
from helpers.batch.produce import explanation_notes, findings_data
from helpers.judging import Judged, judge
from helpers.report import TIDY_COLUMNS, Report, tidy
from helpers.rules import Finding, Result, summary
from helpers.settings import Settings
from helpers.sources import Loaded, load

OK, FINDINGS, USAGE = 0, 1, 2
_COLOURS = {
    "错误": "red",
    "警告": "yellow",
    "已说明": "cyan",
    "提示": "blue",
    "无法核对": "magenta",
}

NOTE_WORDS = {
    "unsure": ("读取：未采用", "red"),
    "unplaced": ("读取：没有对应的行", "yellow"),
    "missing": ("读取：没有找到", "yellow"),
    "normalised": ("读取：换了写法", "blue"),
}
"""How notes about reading are called."""


def check_all(
    sources: Sequence[str],
    *,
    as_json: bool,
    history: Sequence[str] = (),
    settings: Settings | None = None,
    sheets: Path | None = None,
) -> int:
    """Check every source; print findings, or JSON. Returns the exit code."""
    earlier = load(history)
    reports = [item.report for item in earlier if item.report]
    judged = judge(load(sources), reports, settings or Settings())
    if as_json:
        data = [_as_json(one.item, one.result) for one in judged]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    unread = [item for item in (*(one.item for one in judged), *earlier) if item.report is None]
    for item in unread:
        complain(item)
    for one in judged:
        if not as_json and one.item.report and one.result:
            _print(one.item.source, one.item.report, one.result)
            print_notes(one.item)
    results = [one.result for one in judged if one.result]
    if sheets:
        write_sheets(sheets, judged)
    if not as_json:
        _print_totals(results)
    findings = FINDINGS if any(result.blocking for result in results) else OK
    return USAGE if unread else findings


def write_sheets(folder: Path, judged: Sequence[Judged]) -> None:
    """A return sheet for each agency with something to mend, and the office's list of all."""
    from helpers.sheets import overview, return_sheet

    known = [(one.item.report, one.result) for one in judged if one.item.report and one.result]
    names = folder_names([f"{report.agency.name}{report.year}年度" for report, _ in known])
    for (report, result), name in zip(known, names, strict=True):
        if any(finding.level in ("错误", "警告") for finding in result.failures):
            replace_file(folder / f"{name}退回单.xlsx", return_sheet(report, result))
    replace_file(folder / "问题汇总.xlsx", overview(known))
    click.echo(f"退回单和问题汇总在 {folder.as_posix()} 文件夹。", err=True)


def complain(item: Loaded) -> None:
    """Say on stderr what is wrong with a source."""
    for problem in item.problems:
        click.secho(f"✗ {problem}", fg="red", err=True)


def print_notes(item: Loaded) -> None:
    """Say how a source was read, gravest first."""
    for kind, (word, colour) in NOTE_WORDS.items():
        for note in item.notes:
            if note.kind == kind:
                click.echo(f"    {click.style(word, fg=colour)}　{note}")


def _as_json(item: Loaded, result: Result | None) -> dict[str, Any]:
    if item.report is None or result is None:
        problems = [problem.as_dict() for problem in item.problems]
        nothing: dict[str, Any] = {"agency": None, "year": None, "format": None, "findings": []}
        return {"source": item.source, **nothing, "problems": problems}
    data = findings_data(item.source, item.report, result)
    if item.notes:
        reading = [{"kind": n.kind, "place": n.place, "message": n.message} for n in item.notes]
        data["reading"] = reading
    return data


def _print(source: str, report: Report, result: Result) -> None:
    sign, colour = ("✗", "red") if result.blocking else ("✓", "green")
    click.secho(f"{sign} {report.agency.name} {report.year} 年度", fg=colour, bold=True, nl=False)
    click.echo(f"　{report.format.code} 年格式　{summary(result)}　{source}")
    for finding in result.failures:
        _print_finding(finding, result.numbers.get(finding, ""))
    for text, rules in result.unassessed.items():
        level = click.style("无法核对", fg=_COLOURS["无法核对"])
        click.echo(f"    {level} {'、'.join(rules)}　{text}")
    for line in explanation_notes(result):
        click.secho(f"    注意　{line}", fg="yellow")


def _print_finding(finding: Finding, number: str) -> None:
    level = click.style(finding.level, fg=_COLOURS[finding.level])
    click.echo(f"    {level} {finding.rule}　{number}{finding.full_message}")
    if finding.explained:
        click.echo(f"        说明：{finding.explanation}")


def _print_totals(results: Sequence[Result]) -> None:
    bad = sum(bool(result.blocking) for result in results)
    if results:
        click.echo(f"共 {len(results)} 份，{bad} 份有错误，{len(results) - bad} 份没有错误。")


def write_figures(sources: Sequence[str], out: Path | None) -> int:
    """The tidy figures of every source as CSV, on stdout or whole into a file."""
    loaded = load(sources)
    reports = [item.report for item in loaded if item.report]
    for item in loaded:
        complain(item)
    if not reports:
        return USAGE
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(TIDY_COLUMNS)
    writer.writerows(tidy(reports))
    if out:
        replace_file(out, stream.getvalue().encode("utf-8-sig"))
    else:
        click.echo(stream.getvalue().replace("\r\n", "\n"), nl=False)
    return USAGE if any(item.report is None for item in loaded) else OK
