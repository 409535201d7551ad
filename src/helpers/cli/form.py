"""``nianbao form``: Excel forms for one agency or for a roster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from helpers.batch.files import folder_names, replace_file
from helpers.cli.findings import complain
from helpers.cli.terminal import echo, secho
from helpers.errors import InputError, why
from helpers.formats import FormatError, available, for_year
from helpers.forms import form_name, read_roster, write_form, write_register
from helpers.report import Agency, Report
from helpers.rules import agency_key
from helpers.sources import load

OK, USAGE = 0, 2


def make_forms(
    target: Path,
    year: int,
    *,
    agency: str | None,
    roster: str | None,
    previous: Sequence[str],
    force: bool,
) -> int:
    """Write the forms; returns the exit code."""
    try:
        fmt = for_year(year)
    except FormatError as error:
        raise click.UsageError(str(error)) from None
    if roster and agency:
        raise click.UsageError("--agency 和 --roster 只能用一个")
    last, code = _last_year(previous, year)
    if code:
        return code
    if roster and target.suffix:
        raise click.UsageError(f"用 --roster 时写文件夹，不写文件名：{target}")
    files: dict[Path, Agency | None]
    if roster:
        agencies = _roster(Path(roster))
        stems = folder_names([form_name(a, year).removesuffix(".xlsx") for a in agencies])
        files = {target / f"{s}.xlsx": a for s, a in zip(stems, agencies, strict=True)}
    else:
        if target.suffix.lower() != ".xlsx":
            raise click.UsageError(f"文件名应以 .xlsx 结尾：{target}（用 --roster 时才写文件夹）")
        files = {target: _agency(agency) if agency else None}
    for file, whose in files.items():
        if file.exists() and not force:
            secho(f"✗ {file.as_posix()} 已经有了；要覆盖请加 --force", fg="red", err=True)
            code = USAGE
            continue
        before = _report_of(whose, last)
        replace_file(file, write_form(fmt, year, agency=whose, previous=before))
        carried = f"，结转数取自“{before.agency.name}”的上年报告" if before else ""
        if last and whose and before is None:
            carried = "，没有它的上年报告，结转数没有填"
        echo(f"{file.as_posix()}　{whose.name if whose else '机关名称留空'}{carried}")
    return code


def make_register(target: Path, year: int | None, *, agency: str | None, force: bool) -> int:
    """Write an empty register of requests and disputes; returns the exit code."""
    try:
        fmt = for_year(year) if year else list(available().values())[-1]
    except FormatError as error:
        raise click.UsageError(str(error)) from None
    if target.suffix.lower() != ".xlsx":
        raise click.UsageError(f"文件名应以 .xlsx 结尾：{target}")
    if target.exists() and not force:
        secho(f"✗ {target.as_posix()} 已经有了；要覆盖请加 --force", fg="red", err=True)
        return USAGE
    replace_file(target, write_register(fmt, _agency(agency).name if agency else ""))
    echo(f"{target.as_posix()}　空白台账，按 {fmt.code} 年格式")
    return OK


def _agency(name: str) -> Agency:
    try:
        return Agency(name=name)
    except ValueError:
        raise click.UsageError(f"机关名称应为 2 至 80 字的全称：{name}") from None


def _roster(file: Path) -> list[Agency]:
    try:
        return read_roster(file.read_bytes(), file.as_posix())
    except OSError as error:
        raise click.UsageError(f"读不了名单 {file}：{why(error)}") from None
    except InputError as error:
        raise click.UsageError(str(error)) from None


def _last_year(previous: Sequence[str], year: int) -> tuple[dict[str, Report], int]:
    """Last year's reports by agency, and 2 where one of the files could not be read."""
    if not previous:
        return {}, OK
    loaded = load(previous)
    for item in loaded:
        complain(item)
    reports = [item.report for item in loaded if item.report and item.report.year == year - 1]
    if not reports:
        text = f"没有找到 {year - 1} 年度的报告，结转数没有填"
        secho(text, fg="yellow", err=True)
    code = USAGE if any(item.report is None for item in loaded) else OK
    return {agency_key(report.agency.name): report for report in reports}, code


def _report_of(whose: Agency | None, last: dict[str, Report]) -> Report | None:
    """The agency's report on last year, under its name or, if it has just one, a former one."""
    if whose is None:
        return None
    former = [last[key] for name in whose.formerly if (key := agency_key(name)) in last]
    own = last.get(agency_key(whose.name))
    return own or (former[0] if len(former) == 1 else None)
