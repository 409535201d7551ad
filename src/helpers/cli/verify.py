"""``nianbao verify``: is what stands in the outputs what was made?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.batch import verify
from helpers.batch.manifest import read_manifest
from helpers.batch.shelf import shelf_at
from helpers.cli.terminal import echo, echo_json, secho
from helpers.engine.warm import block_slow_import
from helpers.settings import RunLimits

OK, DIFFERENT = 0, 3


def verify_all(out: str, *, jobs: int, quick: bool, limits: RunLimits, as_json: bool) -> int:
    """Hold every year's folder against its manifest; returns the exit code.

    ``quick`` compares hashes only and makes nothing again. Raises InputError for a folder that
    is no outputs folder.
    """
    block_slow_import()
    checked = _Checked()
    with shelf_at(out) as shelf:
        shelf.fetch()
        for year in verify.years(shelf.out, shelf.name):
            name = year.as_posix().replace(shelf.out.as_posix(), shelf.name, 1)
            found = list(verify.altered(year))
            checked.reports += len(read_manifest(year).reports)
            if not quick:
                found += _again(year, name, jobs, limits, checked)
            lines = (line.replace(year.as_posix(), name, 1) for line in found)
            checked.lines += dict.fromkeys(lines)
    return _tell(checked, as_json=as_json)


@dataclass
class _Checked:
    """How many reports were looked at, and made again; a line for each thing that is not so."""

    reports: int = 0
    made: int = 0
    lines: list[str] = field(default_factory=list)


def _again(year: Path, name: str, jobs: int, limits: RunLimits, checked: _Checked) -> list[str]:
    """Make a year's reports again, those that can be; what came out other."""
    found: list[str] = []
    for build, entries in verify.by_build(year):
        if reasons := verify.obstacles(build):
            some = f"有 {len(entries)} 份只核对了散列值，没有重新生成"
            echo(f"{name}：{some}：{'；'.join(reasons)}", err=True)
            continue
        for _, differences in verify.rendered(year, build, entries, jobs, limits):
            checked.made += 1
            found += differences
    return found


def _tell(checked: _Checked, *, as_json: bool) -> int:
    reports, made, lines = checked.reports, checked.made, checked.lines
    if as_json:
        problems = [verify.facts(line) for line in lines]
        data = {"reports": reports, "rendered": made, "problems": problems}
        echo_json(data)
    else:
        for line in lines:
            secho(f"✗ {line}", fg="red")
        verdict = f"有 {len(lines)} 处不符" if lines else "全部相符"
        done = f"，{made} 份重新生成，逐字节比较，并核对各种文件的数字和文字" if made else ""
        echo(f"{reports} 份报告核对了散列值{done}：{verdict}。")
    return DIFFERENT if lines else OK
