"""``nianbao check``: read sources, hold the rules, print findings or write sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.batch.files import folder_names, replace_file
from helpers.batch.produce import findings_data
from helpers.cli.findings import (
    complain,
    print_counts,
    print_notes,
    print_result,
    print_shared,
)
from helpers.cli.terminal import echo, echo_json
from helpers.comparing import Before, Changes, changes_data, read_run
from helpers.judging import Judged, judge
from helpers.report import Report
from helpers.rules import Batch, Family
from helpers.settings import Settings
from helpers.sources import load

OK, FINDINGS, USAGE = 0, 1, 2


def check_all(
    sources: Sequence[str],
    *,
    as_json: bool,
    history: Sequence[str] = (),
    settings: Settings | None = None,
    sheets: Path | None = None,
    since: Path | None = None,
) -> int:
    """Check every source; print findings, or JSON. Returns the exit code.

    ``since`` is a file that an earlier run wrote with ``as_json``: each finding is said to be
    new or still there, and what is mended is listed.
    """
    settings = settings or Settings()
    before = read_run(since) if since else None
    earlier = load(history)
    judged = judge(load(sources), [item.report for item in earlier if item.report], settings)
    changes = [_changes(one, before) for one in judged]
    pairs = list(zip(judged, changes, strict=True))
    if as_json:
        data = [_as_json(one, change) for one, change in pairs]
        echo_json(data)
    unread = [item for item in (*(one.item for one in judged), *earlier) if item.report is None]
    for item in unread:
        complain(item)
    reports = [one.item.report for one in judged if one.item.report]
    families = Batch(reports, settings.rosters).families
    if not as_json:
        _print_all(pairs, families)
    if sheets:
        problems = [(item.source, problem.message) for item in unread for problem in item.problems]
        _write_sheets(sheets, pairs, families, problems)
    blocked = any(one.result.blocking for one in judged if one.result)
    return USAGE if unread else FINDINGS if blocked else OK


def _changes(one: Judged, before: Before | None) -> Changes | None:
    if before is None or one.item.report is None or one.result is None:
        return None
    return before.changes(one.item.report, one.result)


def _as_json(one: Judged, changes: Changes | None) -> dict[str, Any]:
    item, report, result = one.item, one.item.report, one.result
    if report is None or result is None:
        problems = [problem.as_dict() for problem in item.problems]
        nothing: dict[str, Any] = {"agency": None, "year": None, "format": None, "findings": []}
        return {"source": item.source, **nothing, "problems": problems}
    data = findings_data(item.source, report, result)
    if changes:
        compared = changes_data(changes, result.findings)
        for finding, change in zip(data["findings"], compared["changes"], strict=True):
            finding |= {"change": change} if change else {}
        data |= {"fixed": compared["fixed"], "unchecked": compared["unchecked"]}
    if item.also:
        data["also"] = list(item.also)
    if item.notes:
        reading = [{"kind": n.kind, "place": n.place, "message": n.message} for n in item.notes]
        data["reading"] = reading
    return data


def _print_all(pairs: Sequence[tuple[Judged, Changes | None]], families: Sequence[Family]) -> None:
    shared = _shared([one for one, _ in pairs])
    for one, changes in pairs:
        if one.item.report and one.result:
            print_result(one.item.source, one.item.report, one.result, changes, shared)
            print_notes(one.item)
    print_shared(shared)
    _print_totals([one for one, _ in pairs])
    compared = [changes.counts() for _, changes in pairs if changes and not changes.first]
    if compared:
        sums = {word: sum(counts[word] for counts in compared) for word in compared[0]}
        echo(f"与上次相比：{'，'.join(f'{word} {n} 处' for word, n in sums.items())}。")
    for family in families:
        missing = f"，缺：{'、'.join(family.missing)}" if family.missing else ""
        numbers = f"{len(family.units)} 家，已报 {len(family.present)} 家"
        name = f"汇总名单“{family.roster.parent}” {family.year} 年度"
        echo(f"{name}：{numbers}{missing}。")


def _shared(judged: Sequence[Judged]) -> dict[str, list[tuple[Report, Sequence[str]]]]:
    """What could not be assessed in more than one report, with the reports and their rules."""
    told: dict[str, list[tuple[Report, Sequence[str]]]] = {}
    for one in judged:
        if one.item.report and one.result:
            for text, rules in one.result.unassessed.items():
                told.setdefault(text, []).append((one.item.report, rules))
    return {text: concerned for text, concerned in told.items() if len(concerned) > 1}


def _print_totals(judged: Sequence[Judged]) -> None:
    """How the reports fared: with several a table, and always a sentence."""
    known = [(one.item.report, one.result) for one in judged if one.item.report and one.result]
    bad = sum(bool(result.blocking) for _, result in known)
    if len(known) > 1:
        print_counts(known)
    if known:
        echo(f"共 {len(known)} 份，{bad} 份有错误，{len(known) - bad} 份没有错误。")


def _write_sheets(
    folder: Path,
    pairs: Sequence[tuple[Judged, Changes | None]],
    families: Sequence[Family],
    unread: Sequence[tuple[str, str]],
) -> None:
    """A return sheet for each agency with something to mend, and the office's list of all."""
    from helpers.sheets import Checked, overview, return_sheet

    known = [
        Checked(one.item.report, one.result, changes)
        for one, changes in pairs
        if one.item.report and one.result
    ]
    names = folder_names([f"{one.report.agency.name}{one.report.year}年度" for one in known])
    for one, name in zip(known, names, strict=True):
        if any(finding.level in ("错误", "警告") for finding in one.result.failures):
            replace_file(folder / f"{name}退回单.xlsx", return_sheet(one.report, one.result))
    replace_file(folder / "问题汇总.xlsx", overview(known, families, unread))
    echo(f"退回单和问题汇总在 {folder.as_posix()} 文件夹。", err=True)
