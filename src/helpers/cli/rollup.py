"""``nianbao rollup``: a parent's report as the sum of its units, with proof."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import click

from helpers.batch.files import folder_name, replace_file
from helpers.cli.findings import complain, print_finding
from helpers.cli.terminal import echo, echo_file, echo_json, secho
from helpers.judging import judge
from helpers.params import write_params
from helpers.report import Agency, Report
from helpers.rollup import Rolled, proof_data, proof_workbook, roll_up
from helpers.rollup.drafting import drafted
from helpers.rules import CATALOGUE, EXPLAINED, Finding, agency_key
from helpers.settings import Settings
from helpers.sources import load

OK, FINDINGS, USAGE = 0, 1, 2


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    agency: str
    year: int | None = None
    to: str = "params"
    proof: Path | None = None
    explanations: Mapping[str, str] | None = None
    as_json: bool = False
    force: bool = False


def roll_up_all(
    sources: Sequence[str], wanted: Wanted, history: Sequence[str], settings: Settings
) -> int:
    """Sum the units' reports, print the proof, write the params file. Returns the exit code."""
    loaded, earlier = load(sources), load(history)
    unread = [item for item in (*loaded, *earlier) if item.report is None]
    for item in unread:
        complain(item)
    past = [item.report for item in earlier if item.report]
    judged = [one for one in judge(loaded, past, settings) if one.item.report and one.result]
    reports = [one.item.report for one in judged if one.item.report]
    year = _year(wanted, reports)
    blocked = [n for n, one in enumerate(judged) if one.result and one.result.blocking]
    known = [*(r for r in reports if r.year == year), *reports, *past]
    rolled = roll_up(
        _agency(wanted.agency, known),
        year,
        reports,
        settings.rosters,
        blocked=blocked,
        explanations=wanted.explanations,
        severities=settings.severities,
        limits=settings.limits,
    )
    rolled = advised(rolled)
    if wanted.as_json:
        echo_json(proof_data(rolled))
    else:
        with redirect_stdout(sys.stderr if wanted.to == "-" else sys.stdout):
            _print(rolled)
    if wanted.proof:
        replace_file(wanted.proof, proof_workbook(rolled))
        echo(f"汇总证明在 {wanted.proof.as_posix()}。", err=True)
    return max(_finish(rolled, wanted), USAGE if unread else OK)


def _year(wanted: Wanted, reports: Sequence[Report]) -> int:
    years = sorted({report.year for report in reports})
    if wanted.year:
        return wanted.year
    if len(years) == 1:
        return years[0]
    found = f"来源里有 {'、'.join(map(str, years))} 年度的报告" if years else "来源里没有报告"
    raise click.UsageError(f"{found}，请用 --year 写明汇总哪一年度")


def _agency(name: str, known: Sequence[Report]) -> Agency:
    """The parent as its own reports call it, with its contact data; else just the name."""
    found = (r.agency for r in known if agency_key(r.agency.name) == agency_key(name))
    try:
        return next(found, None) or Agency(name=name)
    except ValueError:
        raise click.UsageError(f"--agency 应为机关全称（2 至 80 字）：{name.strip()}") from None


def explanations(given: Sequence[str]) -> dict[str, str]:
    """``规则=理由`` of the command line. Raises UsageError for anything else."""
    reasons: dict[str, str] = {}
    for text in given:
        rule, found, reason = text.partition("=")
        if not found or not reason.strip():
            raise click.UsageError(f"--explain 应写成 规则编号=理由，读到“{text}”")
        if rule not in CATALOGUE:
            raise click.UsageError(f"--explain：没有规则“{rule}”，nianbao rules 列出全部规则")
        reasons[rule] = reason.strip()
    return reasons


_IN_A_FILE = re.compile("确有原因的，在 explanations 中说明(?:（[A-Z0-9-]+）)?。")


def advised(rolled: Rolled, above: str = "") -> Rolled:
    """The sum with advice that its findings can be answered by: by the option of this command.

    A lower level that is summed on the way has no option of its own here: it is summed by
    itself first. What a declared report has to explain is explained in its own file.
    """
    name = rolled.report.agency.name
    first = f"先用 --agency {name} " if above else "用 "
    last = " 汇总它。" if above else " 写明。"
    found = tuple(_advised(finding, first, last) for finding in rolled.findings)
    return replace(rolled, findings=found, below=tuple(advised(one, name) for one in rolled.below))


def _advised(finding: Finding, first: str, last: str) -> Finding:
    if not finding.blocking or finding.severity not in EXPLAINED:
        remedy = _IN_A_FILE.sub("", finding.remedy)
        return replace(finding, remedy=re.sub("[；，]$", "。", remedy))
    way = f"确有原因的，{first}--explain {finding.rule}=理由{last}"
    return replace(finding, remedy=_IN_A_FILE.sub("", finding.remedy) + way)


def _print(rolled: Rolled) -> None:
    for one in rolled.below:
        _print(one)
    report = rolled.report
    secho(f"{report.agency.name} {report.year} 年度：", bold=True, nl=False)
    computed = [part.name for part in rolled.parts if part.computed]
    note = f"（其中 {'、'.join(computed)}由其下级汇总）" if computed else ""
    echo(f"名单上 {len(rolled.roster.units)} 家，汇总 {len(rolled.parts)} 家{note}")
    for finding in rolled.findings:
        if finding.state == "fail":
            print_finding(finding)
    if rolled.declared:
        _print_declared(rolled, rolled.declared.source)


def _print_declared(rolled: Rolled, source: str) -> None:
    """How the parent's own report compares with the sum."""
    failed = [finding for finding in rolled.differences if finding.state == "fail"]
    open_ = dict.fromkeys(f.message for f in rolled.differences if f.state == "not_assessable")
    if not failed and not open_:
        secho(f"✓ 与申报的报告逐格相同（{source}）", fg="green")
        return
    secho(f"申报的报告（{source}）与下级之和：", fg="yellow")
    for finding in failed:
        print_finding(finding)
    for message in open_:
        echo(f"    无法核对　{message}")


def _finish(rolled: Rolled, wanted: Wanted) -> int:
    """Write the params file, unless something stops it or the parent has a report already."""
    if rolled.blocking:
        secho("✗ 有上列错误，没有写参数文件。", fg="red", err=True)
        return FINDINGS
    content = write_params(drafted(rolled.report))
    if wanted.to == "-":
        if not wanted.as_json:
            echo_file(content)
        return _declared_code(rolled)
    name = folder_name(rolled.report.agency.name)
    file = Path(wanted.to) / str(rolled.report.year) / f"{name}.yaml"
    if file.is_file() and not wanted.force:
        text = f"{file.as_posix()} 已经有了，没有覆盖；要覆盖（包括文字）请加 --force"
        echo(text, err=True)
        return _declared_code(rolled)
    replace_file(file, content.encode())
    echo(f"已写 {file.as_posix()}：文字是草稿，下划线处请补写。", err=True)
    if any(finding.rule == "R-09" and finding.explained for finding in rolled.findings):
        echo("这是暂时的汇总：有错误的单位改正后，请加 --force 再汇总一次。", err=True)
    return _declared_code(rolled)


def _declared_code(rolled: Rolled) -> int:
    return FINDINGS if any(finding.blocking for finding in rolled.differences) else OK
