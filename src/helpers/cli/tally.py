"""``nianbao tally``: a register -> 表三, 表四 and the fee sentence, with proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from helpers.batch.files import folder_name, replace_file
from helpers.cli.findings import complain
from helpers.cli.terminal import echo, echo_json, secho
from helpers.errors import InputError, Problem
from helpers.formats import FormatError, for_year, plain
from helpers.params import write_params
from helpers.register.counting import outside
from helpers.register.dates import YEARLESS, day_of, parse_day
from helpers.register.differences import Difference, differences
from helpers.register.files import spread
from helpers.register.options import RegisterOptions
from helpers.register.summing import rows_of
from helpers.register.tally import Tally, derive, read_registers, tally
from helpers.register.telling import tally_data, year_missing
from helpers.report import Agency, Report
from helpers.rules import agency_key
from helpers.sources import load

OK, FINDINGS, USAGE = 0, 1, 2
_SHOWN = 20  # rows told of each rule and level; the proof has them all
_ABOVE = "同上"  # instead of the list of words that was told last
_COLOURS = {"错误": "red", "警告": "yellow", "提示": "blue"}


def tally_register(
    files: Sequence[str],
    *,
    agency: str,
    year: int,
    disputes: Sequence[str],
    declared: str | None,
    to: str | None,
    proof: str | None,
    as_of: str | None,
    as_json: bool,
    force: bool,
    options: RegisterOptions,
) -> int:
    """Tally registers for a year and say, write or compare what they show; returns the code."""
    owner = _agency(agency)
    named, files, disputes = files, _spread(files), _spread(disputes)
    today, asked = _as_of(as_of, year)
    target = Path(to) / str(year) / f"{folder_name(owner.name)}.yaml" if to else None
    read = [*files, *disputes, declared, target and target.as_posix()]
    _spare(proof, [file for file in read if file], owner.name, year, force=force)
    try:
        report, code = _declared(declared, owner, year) if declared else (None, OK)
        if code:
            return code
        registers = read_registers(files, disputes, options, asked, {*files}.difference(named))
        found = tally(registers, year, as_of=today)
    except FormatError as error:
        raise click.UsageError(str(error)) from None
    base = report or (_there(target, owner, year) if target else None)
    force = force or _is_provisional(target)
    rival = report or (None if force else base)  # what is replaced is no rival
    told = differences(found, rival) if rival else None
    if as_json:
        echo_json(tally_data(found, owner.name, told))
    else:
        _print(found, told)
    if proof:
        _prove(Path(proof), found, owner, rival, told)
    code = FINDINGS if found.uncounted or any(d.level == "错误" for d in told or ()) else OK
    if target:
        there, derived = None if declared else base, derive(found, owner, base)
        code = max(code, _write(target, derived, Path(to or ""), _rows(found), there, force=force))
    return code


def _spread(names: Sequence[str]) -> list[str]:
    """The files that are meant, without the proofs of earlier tallies in a folder."""
    from helpers.proofs import is_proof

    return spread(names, is_proof)


def _prove(
    file: Path,
    found: Tally,
    owner: Agency,
    rival: Report | None,
    told: Sequence[Difference] | None,
) -> None:
    """Write the rows behind each cell as a workbook."""
    from helpers.proofs import proof_book

    replace_file(file, proof_book(found, owner.name, rival, told))
    echo(f"凭据在 {file.as_posix()}。", err=True)


def _agency(name: str) -> Agency:
    try:
        return Agency(name=name)
    except ValueError:
        raise click.UsageError(f"机关名称应为 2 至 80 字的全称：{name}") from None


def _as_of(text: str | None, year: int) -> tuple[int | None, int]:
    """The day that time limits are reckoned to, and the last year that is asked about."""
    if not text:
        return None, year
    day = parse_day(text)
    if day <= YEARLESS:
        raise click.UsageError(f"--as-of 应为日期，如 2025-01-10，读到“{text}”")
    return day, max(year, day_of(day).year)


def _declared(source: str, agency: Agency, year: int) -> tuple[Report | None, int]:
    """The report to compare with, and 2 where it cannot be read or is about something else."""
    loaded = load([source])
    for item in loaded:
        complain(item)
    reports = [item.report for item in loaded if item.report and item.report.year == year]
    mine = [report for report in reports if report.agency.name == agency.name]
    if len(mine or reports) != 1:
        text = f"✗ {source}：应有且只有一份 {agency.name} {year} 年度的报告"
        secho(text, fg="red", err=True)
        return None, USAGE
    (only,) = mine or reports
    if only.format.code != for_year(year).code:
        text = f"注意：{source} 用的是 {only.format.code} 年格式，只比两种表都有的格"
        secho(text, fg="yellow", err=True)
    if not mine:
        text = f"注意：{source} 写的机关是“{only.agency.name}”，按“{agency.name}”核对"
        secho(text, fg="yellow", err=True)
    return only, OK


def _spare(proof: str | None, read: Sequence[str], agency: str, year: int, *, force: bool) -> None:
    """Keep the proof from being written over what is read, or unasked over another file.

    The last proof of the same agency and year may be. Raises UsageError.
    """
    from helpers.proofs import is_proof

    if not proof or not Path(proof).exists():
        return
    if any(Path(proof).resolve() == Path(file).resolve() for file in read):
        raise click.UsageError(f"--proof 不能写到来源文件上：{proof}")
    if not force and not is_proof(Path(proof), agency, year):
        raise click.UsageError(f"{proof} 已经有了；要覆盖请加 --force")


def _there(target: Path, agency: Agency, year: int) -> Report | None:
    """The params file that is there already, None where there is none.

    Raises InputError where it cannot be read, or is about something else: nothing of it is lost.
    """
    if not target.is_file():
        return None
    (item,) = load([target.as_posix()])
    if item.report is None:
        raise InputError(item.problems)
    there = item.report
    if (agency_key(there.agency.name), there.year) != (agency_key(agency.name), year):
        text = f"里面是{there.agency.name} {there.year} 年度的报告，没有动它；请改名或用别的 --to"
        raise InputError([Problem(target.as_posix(), text)])
    return there


_FORCE = "只换表三、表四请加 --force"
_PROVISIONAL, _AGAIN = "# 注意：", "改好台账后请再算一次。"


def _is_provisional(target: Path | None) -> bool:
    """Whether a params file was written by a tally that could not count every row."""
    if target is None or not target.is_file():
        return False
    last = target.read_text("utf-8").rstrip().rpartition("\n")[2]
    return last.startswith(_PROVISIONAL) and last.endswith(_AGAIN)


def _write(
    target: Path, report: Report, folder: Path, left: int, there: Report | None, *, force: bool
) -> int:
    """Write the params file; ``left`` rows of the register are in none of its figures.

    ``there`` is what the file says now, where that is known.
    """
    schema = "../params.schema.json" if (folder / "params.schema.json").is_file() else ""
    text = write_params(report, schema=schema)
    if left:
        text += f"{_PROVISIONAL}台账有 {left} 行未能计入，表三、表四里没有它们；{_AGAIN}\n"
    content = text.encode()
    if target.is_file() and target.read_bytes() != content and not force:
        said = _apart(there, report) if there else f"内容不同；{_FORCE}"
        text = f"✗ {target.as_posix()} 已经有了，{said}"
        secho(text, fg="red", err=True)
        return USAGE
    replace_file(target, content)
    blank = "和".join(_blank(report))
    echo(f"写到 {target.as_posix()}{f'；{blank}请在文件里补填' if blank else ''}。", err=True)
    return OK


def _apart(there: Report, report: Report) -> str:
    """In which parts a report differs from the params file that is there."""
    tables = [
        table.name
        for table in report.format.tables
        if any(there.complete.value(r) != report.complete.value(r) for r in table.slots)
    ]
    texts = ["文字"] if there.narrative != report.narrative else []
    reasons = ["说明"] if there.explanations != report.explanations else []
    parts = [*tables, *texts, *reasons]
    if parts:
        return f"内容不同的是{'、'.join(parts)}；{_FORCE}"
    return "数和文字都相同，只是写法（如注释、次序）不同，不必再写；要照样重写请加 --force"


def _blank(report: Report) -> Iterator[str]:
    """What of a report is still to be filled in."""
    table = report.format.table("二")
    if any(report.complete.value(ref) is None for ref in table.slots):
        yield table.name
    if not all(report.narrative.get(part.id, "").strip() for part in report.format.narrative):
        yield "文字"


def _print(found: Tally, told: Sequence[Difference] | None) -> None:
    cases = found.registers.requests
    secho(f"{found.year} 年度（{found.format.code} 年格式）", bold=True, nl=False)
    echo(f"　台账共 {len(cases.frame)} 行，未能计入 {_rows(found)} 行")
    before, after = outside(cases, found.year)
    if before or after:
        echo(f"    不属于本年度　以前年度办结 {before} 行，{found.year} 年以后收到 {after} 行")
    if len(cases.frame) and not any(map(len, found.tables["三"].members.values())):
        text = f"没有一行计入 {found.year} 年度，表三各格都是 0；请核对年度、文件和工作表"
        secho(f"    注意　{text}", fg="yellow")
    if missing := year_missing(found):
        secho(f"    注意　{missing}", fg="yellow")
    for key in found.tables:
        table = found.format.table(key)
        total = [ref for ref, slot in table.slots.items() if slot.column.key == "sum"]
        for ref in total:
            value = found.figures.value(ref)
            if value:
                group = f"{plain(ref.row.split('/')[-2])}-" if ref.row.count("/") > 1 else ""
                echo(f"    {table.name}　{group}{plain(ref.row.split('/')[-1])}　{value} 件")
    if found.fees.sentence:
        echo(f"    第六部分　{found.fees.sentence}")
    _print_limits(found)
    _print_findings(found)
    for note in found.registers.notes:
        secho(f"    注意　{note}", fg="yellow")
    _print_differences(told)
    if found.uncounted:
        text = f"有 {_rows(found)} 行未能计入：按上面的提示改好台账，存盘后再运行一次。"
        secho(f"    {text}", fg="yellow")


def _rows(found: Tally) -> int:
    return rows_of(found.uncounted)


def _print_limits(found: Tally) -> None:
    limits = found.limits
    late = Counter(one.what for one in limits.late)
    said = "".join(f"，{what} {n} 件" for what, n in late.items())
    echo(f"    期限　核对 {limits.assessed} 件{said}；停着（补正、缴费）{limits.waiting} 件")
    if limits.unknown_years:
        years = "、".join(map(str, limits.unknown_years))
        text = f"没有 {years} 年的放假安排，{limits.unknown} 件的期限没有算；"
        text += "请在 nianbao.toml 的 [register] 里用 calendar 指定放假安排文件"
        secho(f"    注意　{text}", fg="yellow")


def _print_findings(found: Tally) -> None:
    left: Counter[tuple[str, str]] = Counter()
    shown: Counter[tuple[str, str, bool]] = Counter()  # single rows, and what sums up several
    last = ""
    for one in found.findings:
        key = one.rule, one.level, bool(one.runs)
        shown[key] += 1
        if shown[key] <= _SHOWN:
            level = click.style(one.level, fg=_COLOURS[one.level])
            said = replace(one, accepted=_ABOVE) if one.accepted and one.accepted == last else one
            last = one.accepted or last
            echo(f"    {level} {one.rule}　{said}")
        else:
            left[key[:2]] += one.count
    for (rule, level), times in left.items():
        echo(f"    ……{rule} {level}还有 {times} 行，用 --proof 或 --json 看全部")


def _print_differences(told: Sequence[Difference] | None) -> None:
    if told is None:
        return
    if not told:
        secho("    ✓ 与报告里填的数全部一致", fg="green")
    for one in told:
        level = click.style(one.level, fg=_COLOURS[one.level])
        echo(f"    {level} {one.rule}　{one.message}")
