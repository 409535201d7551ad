"""``nianbao verify``: is what stands in the outputs what was made?"""

from __future__ import annotations

from pathlib import Path

from helpers.batch import verify
from helpers.batch.manifest import read_manifest
from helpers.cli.terminal import echo, echo_json, secho
from helpers.engine.warm import block_slow_import
from helpers.settings import RunLimits

OK, DIFFERENT = 0, 3


def verify_all(out: Path, *, jobs: int, quick: bool, limits: RunLimits, as_json: bool) -> int:
    """Hold every year's folder against its manifest; returns the exit code.

    ``quick`` compares hashes only and makes nothing again. Raises InputError for a folder that
    is no outputs folder.
    """
    block_slow_import()
    lines: list[str] = []
    reports = made = 0
    for year in verify.years(out):
        found = list(verify.altered(year))
        reports += len(read_manifest(year).reports)
        reasons = verify.obstacles(year)
        if not quick and reasons:
            why = "；".join(reasons)
            echo(f"{year.as_posix()}：只核对了散列值，没有重新生成：{why}", err=True)
        elif not quick:
            for _, differences in verify.rendered(year, jobs, limits):
                made += 1
                found += [line for line in differences if line not in found]
        lines += found
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
