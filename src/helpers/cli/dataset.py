"""``nianbao dataset``: the figures of any readable files as a described package of data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpers.batch.files import replace_file
from helpers.cli.findings import complain
from helpers.cli.terminal import echo
from helpers.opendata import parquet, workbook
from helpers.opendata.package import describe
from helpers.opendata.tables import data_tables
from helpers.report import Report
from helpers.settings import Settings
from helpers.sources import load, without_duplicates

OK, USAGE = 0, 2
_DESCRIPTOR = "datapackage.json"


def write_dataset(sources: Sequence[str], out: Path, settings: Settings) -> int:
    """Write the tables, a workbook for each year, Parquet where it can be, and the descriptor."""
    loaded = without_duplicates(load(sources))
    for item in loaded:
        complain(item)
    reports = [item.report for item in loaded if item.report]
    if not reports:
        return USAGE
    reports.sort(key=lambda report: (report.year, report.agency.name))
    tables = data_tables(reports)
    others = _others(reports, settings)
    if parquet.available():
        others["figures.parquet"] = ("全部数字（Parquet）", parquet.write(tables[0]))
    else:
        echo("没有安装 pyarrow，figures.parquet 没有写；要写请先安装 pyarrow。", err=True)
    years = sorted({report.year for report in reports})
    files = {f"{table.name}.csv": table.csv() for table in tables}
    files |= {name: content for name, (_, content) in others.items()}
    files[_DESCRIPTOR] = describe(years, tables, others)
    for name, content in files.items():
        replace_file(out / name, content)
    echo(f"{len(reports)} 份报告的数据在 {out.as_posix()} 文件夹：{'、'.join(files)}")
    return USAGE if any(item.report is None for item in loaded) else OK


def _others(reports: Sequence[Report], settings: Settings) -> dict[str, tuple[str, bytes]]:
    """A workbook for each year, by file name with its title."""
    books = {}
    for year in sorted({report.year for report in reports}):
        of_year = [report for report in reports if report.year == year]
        content = workbook.write_workbook(year, of_year, settings.rosters)
        books[f"tables-{year}.xlsx"] = (f"{year} 年度各单位法定表格和指标（Excel）", content)
    return books
