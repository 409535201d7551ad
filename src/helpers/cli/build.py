"""``nianbao build``: plan, run with a progress bar, close with a summary table."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from helpers.batch.produce import FORMATS, Produced
from helpers.batch.run import Options, Task, plan, run
from helpers.batch.yearbook import write_year
from helpers.cli.check import complain, warnings
from helpers.cli.judging import judge
from helpers.cli.settings import Settings
from helpers.errors import InputError
from helpers.rules import LEVELS, count_levels
from helpers.sources import Loaded, load, without_duplicates

OK, FINDINGS, USAGE, FAILED = 0, 1, 2, 3
_WORDS = {
    "done": ("✓ 完成", "green"),
    "draft": ("✎ 草稿", "yellow"),
    "refused": ("✗ 有错误，未生成", "red"),
    "failed": ("✗ 没能生成", "red"),
}
_CODES = {"done": OK, "draft": OK, "refused": FINDINGS, "failed": FAILED}
_PACKAGES = ("papermill", "nbconvert", "typst", "pylopdf-fonts-zh-cn")


def build_all(
    sources: Sequence[str],
    *,
    out: Path,
    formats: tuple[str, ...],
    jobs: int,
    draft: bool,
    fonts: str,
    notebook: str | None,
    history: Sequence[str] = (),
    settings: Settings | None = None,
) -> int:
    """Build a report for every source; returns the exit code."""
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise click.UsageError(f"--formats 只能是：{'、'.join(FORMATS)}（用逗号分开）")
    options = Options(out, find_notebook(notebook), formats, jobs, draft, fonts)
    loaded = without_duplicates(load(sources))
    for item in loaded:
        complain(item)
    judged = judge(loaded, history, settings or Settings())
    try:
        tasks = plan([(i.source, i.report, r) for i, r in judged if i.report and r], out)
    except InputError as error:
        raise click.UsageError(str(error)) from None
    made = _run(tasks, options)
    for year in sorted({task.report.year for task in tasks}):
        of_year = [(task, produced) for task, produced in made if task.report.year == year]
        write_year(out / str(year), of_year, versions())
    _print_summary(made, loaded, out)
    unreadable = USAGE if any(item.report is None for item in loaded) else OK
    drafts = FINDINGS if any(task.result.blocking for task, _ in made) else OK
    return max([unreadable, drafts, *(_CODES[produced.state] for _, produced in made)])


def find_notebook(given: str | None) -> Path:
    """The master notebook: the given one, else the project's. Raises UsageError without one."""
    if given:
        if not Path(given).is_file():
            raise click.UsageError(f"没有这个笔记本：{given}")
        return Path(given)
    local = Path("notebooks") / "annual_report.ipynb"
    beside = Path(__file__).parents[2] / local
    for candidate in (local, beside):
        if candidate.is_file():
            return candidate
    raise click.UsageError(f"找不到主笔记本 {local}，请在项目文件夹里运行，或用 --notebook 指定")


def versions() -> dict[str, str]:
    """The versions that the bytes of a report depend on."""
    from helpers import __version__

    packages = {name: version(name) for name in _PACKAGES}
    return {"nianbao": __version__, "python": platform.python_version(), **packages}


def _run(tasks: Sequence[Task], options: Options) -> list[tuple[Task, Produced]]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("生成报告", total=len(tasks))

        def on_done(task: Task, produced: Produced) -> None:
            progress.advance(bar)
            if produced.trace:
                click.echo(produced.trace, err=True)
            name = f"{task.report.agency.name} {task.report.year}"
            progress.update(bar, description=f"生成报告（刚完成：{name}）")
            if not console.is_terminal:
                click.echo(f"{_WORDS[produced.state][0]}　{name}", err=True)

        return run(tasks, options, on_done)


def _print_summary(
    made: Sequence[tuple[Task, Produced]], loaded: Sequence[Loaded], out: Path
) -> None:
    console = Console()
    table = Table(title="生成结果", title_style="bold", show_lines=False)
    for heading in ("机关", "年度", "结果", "错误", "警告", "已说明"):
        table.add_column(heading, justify="right" if heading in LEVELS else "left")
    for task, produced in made:
        word, colour = _WORDS[produced.state]
        counts = count_levels(task.result)
        numbers = (str(counts[level]) for level in ("错误", "警告", "已说明"))
        row = (task.report.agency.name, str(task.report.year), f"[{colour}]{word}[/]", *numbers)
        table.add_row(*row)
    for item in loaded:
        if item.report is None:
            table.add_row(item.source, "", "[red]✗ 看不懂[/]", "", "", "")
    console.print(table)
    for task, produced in made:
        if produced.message:
            click.echo(f"{task.report.agency.name} {task.report.year}：{produced.message}")
        for line in warnings(task.result):
            click.echo(f"{task.report.agency.name} {task.report.year}：{line}")
    faces = sorted({face for _, produced in made for face in produced.fonts})
    if faces:
        click.echo(f"PDF 嵌入的字体：{'、'.join(faces)}")
    good = sum(produced.state in ("done", "draft") for _, produced in made)
    click.echo(f"{good} 份已生成，在 {out} 文件夹；共 {len(loaded)} 个来源。")
