"""``nianbao build``: plan, run with a progress bar, close with a summary table."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from helpers.batch.files import locked
from helpers.batch.produce import FORMATS, Produced
from helpers.batch.run import Options, Task, plan, run
from helpers.batch.yearbook import write_year
from helpers.cli.findings import complain, warnings
from helpers.judging import judge
from helpers.rules import LEVELS, count_levels
from helpers.settings import Settings, settings_data
from helpers.sources import Loaded, load, without_duplicates

OK, FINDINGS, USAGE, FAILED = 0, 1, 2, 3
_WORDS = {
    "done": ("✓ 完成", "green"),
    "draft": ("✎ 草稿", "yellow"),
    "refused": ("✗ 有错误，未生成", "red"),
    "failed": ("✗ 没能生成", "red"),
}
_CODES = {"done": OK, "draft": OK, "refused": FINDINGS, "failed": FAILED}
_PACKAGES = ("papermill", "nbconvert", "typst", "python-docx", "pylopdf-fonts-zh-cn")


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
    force: bool = False,
) -> int:
    """Build a report for every source; returns the exit code."""
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        wrong = f"，没有“{unknown[0]}”" if unknown else ""
        raise click.UsageError(f"--formats 只能是：{'、'.join(FORMATS)}（用逗号分开）{wrong}")
    settings = settings or Settings()
    options = Options(
        out,
        find_notebook(notebook),
        formats,
        jobs,
        draft,
        fonts,
        force,
        settings_data(settings),
    )
    loaded = without_duplicates(load(sources))
    earlier = load(history)
    judged = judge(loaded, [item.report for item in earlier if item.report], settings)
    tasks, bad = plan(judged, out)
    unread = [item for item in (*loaded, *earlier) if item.report is None] + bad
    for item in unread:
        complain(item)
    made = _run(tasks, options)
    _print_summary(made, unread, out)
    unreadable = USAGE if unread else OK
    findings = FINDINGS if any(task.result.blocking for task, _ in made) else OK
    return max([unreadable, findings, *(_CODES[produced.state] for _, produced in made)])


def find_notebook(given: str | None) -> Path:
    """The master notebook: the given one, else the project's. Raises UsageError without one."""
    if given:
        if not Path(given).is_file():
            raise click.UsageError(f"没有这个笔记本：{given}")
        return Path(given)
    local = Path("notebooks") / "annual_report.ipynb"
    beside = Path(__file__).parents[3] / local
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
    """Run the batch with a progress bar; the year's files are written whatever ends it."""
    made: list[tuple[Task, Produced]] = []
    years = sorted({task.report.year for task in tasks})
    with contextlib.ExitStack() as stack:
        for year in years:
            stack.enter_context(locked(options.out / str(year)))
        try:
            with _progress(len(tasks)) as show:

                def on_done(task: Task, produced: Produced) -> None:
                    made.append((task, produced))
                    show(task, produced)

                run(tasks, options, on_done)
        finally:
            made.sort(key=lambda pair: tasks.index(pair[0]))
            for year in years:
                of_year = [(task, p) for task, p in made if task.report.year == year]
                write_year(options.out / str(year), of_year, versions())
    return made


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[Task, Produced], None]]:
    """A progress bar on a terminal, a line a report elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("生成报告", total=total)

        def on_done(task: Task, produced: Produced) -> None:
            progress.advance(bar)
            if produced.trace:
                click.echo(produced.trace, err=True)
            name = f"{task.report.agency.name} {task.report.year}"
            progress.update(bar, description=f"生成报告（刚完成：{name}）")
            if not console.is_terminal:
                click.echo(f"{_WORDS[produced.state][0]}　{name}", err=True)

        yield on_done


def _print_summary(
    made: Sequence[tuple[Task, Produced]], unread: Sequence[Loaded], out: Path
) -> None:
    console = Console()
    table = Table(title="生成结果", title_style="bold", show_lines=False)
    for heading in ("机关", "年度", "结果", "错误", "警告", "已说明"):
        table.add_column(heading, justify="right" if heading in LEVELS else "left")
    for task, produced in made:
        word, colour = _WORDS[produced.state]
        counts = count_levels(task.result)
        numbers = (str(counts[level]) for level in ("错误", "警告", "已说明"))
        head = (escape(task.report.agency.name), str(task.report.year))
        row = (*head, f"[{colour}]{word}[/]", *numbers)
        table.add_row(*row)
    for item in unread:
        table.add_row(escape(item.source), "", "[red]✗ 没有处理[/]", "", "", "")
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
    click.echo(f"{good} 份已生成，在 {out} 文件夹；共 {len(made) + len(unread)} 个来源。")
