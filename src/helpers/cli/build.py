"""``nianbao build``: plan, run with a progress bar, close with a summary table."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers.batch import inputs, yearbook
from helpers.batch.plan import Plan, Task, plan, settled
from helpers.batch.produce import FORMATS
from helpers.batch.run import Done, Options, Workers, prepare, run
from helpers.batch.shelf import Shelf, shelf_at
from helpers.cli.findings import complain
from helpers.cli.leftovers import Leftovers
from helpers.cli.masters import find_notebook
from helpers.cli.progress import WORDS, progress, say
from helpers.cli.terminal import echo, plain
from helpers.engine.warm import block_slow_import
from helpers.rules import LEVELS
from helpers.settings import Settings
from helpers.sources import Loaded, file_hashes, load, without_duplicates

if TYPE_CHECKING:
    from helpers.exporters.fonts import Mode

OK, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
_CODES = {"done": OK, "draft": OK, "final": FINDINGS, "refused": FINDINGS, "failed": FAILED}
_MANY = 60
"""A summary of more reports than this lists only those that need attention."""


def build_all(
    sources: Sequence[str],
    *,
    out: str | Path,
    formats: tuple[str, ...],
    jobs: int,
    draft: bool,
    fonts: Mode,
    notebook: str | Path | None,
    history: Sequence[str] = (),
    settings: Settings | None = None,
    force: bool = False,
    as_json: bool = False,
    scheduler: str = "",
    prune: Sequence[str] = (),
    unlock: bool = False,
) -> int:
    """Build a report for every source; returns the exit code.

    ``prune`` are agencies that no source speaks of any more, to be taken out of their years.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        wrong = f"，没有“{unknown[0]}”" if unknown else ""
        raise click.UsageError(f"--formats 只能是：{'、'.join(FORMATS)}（用逗号分开）{wrong}")
    limits = settings or Settings()
    book = find_notebook(notebook)
    block_slow_import()
    with shelf_at(str(out), unlock=unlock) as shelf, _interruptible():
        shelf.refresh()
        options = Options(shelf, book, formats, jobs, draft, fonts, force, limits, scheduler)
        batch = _Batch(options, as_json, prune)
        if not batch.is_settled(sources, history):
            batch.make(sources, history)
    return batch.report()


class _Batch:
    """One batch from its sources to its summary."""

    def __init__(self, options: Options, as_json: bool, prune: Sequence[str]) -> None:
        self.options = options
        self.shelf = options.shelf
        self.as_json = as_json
        self.leftovers = Leftovers(prune)
        self.common = inputs.common(
            options.notebook,
            options.formats,
            options.fonts,
            options.settings,
            draft=options.draft,
        )
        self.digest = ""
        self.done: list[Done] = []
        self.unread: list[Loaded] = []
        self.total = 0
        self.alone = 0
        self.interrupted = False

    def is_settled(self, sources: Sequence[str], history: Sequence[str]) -> bool:
        """Whether all stands as it would be made: nothing need even be read."""
        hashes, older = file_hashes(sources), file_hashes(history)
        if hashes is None or older is None:
            return False
        self.digest = self.common.batch(hashes, older)
        if self.options.force or self.leftovers.prune:
            return False
        found = settled(self.shelf, hashes, self.digest)
        if not found:
            return False
        years = sorted({folder for folder, _ in found})
        self.alone = len(found) if len(years) == 1 and not history else 0
        with _locked(self.shelf, years), self._progress(len(found)) as hear:
            for _, entry in found:
                hear(Done(entry, kept=True))
        return True

    def make(self, sources: Sequence[str], history: Sequence[str]) -> None:
        """Read and make what there is to make."""
        with contextlib.closing(prepare(self.options, self.common)) as workers:
            self._make(workers, sources, history)

    def _make(self, workers: Workers, sources: Sequence[str], history: Sequence[str]) -> None:
        loaded = without_duplicates(load(sources))
        earlier = load(history)
        planned = plan(loaded, earlier, self.shelf, self.common)
        self.leftovers.see(planned)
        self.alone = sum(not task.around.history for task in planned.tasks)
        self.unread = [item for item in (*loaded, *earlier) if item.report is None]
        self.unread += planned.bad
        for item in (*loaded, *earlier, *planned.bad):
            complain(item)
        with _locked(self.shelf, planned.years):
            try:
                self._run(planned.tasks, workers)
            except KeyboardInterrupt:
                self.interrupted = True
            finally:
                self._close(planned)

    def _close(self, planned: Plan) -> None:
        """Bring the years up to date; what is to be taken out goes if all else went well."""
        ended = len(self.done) == len(planned.tasks)
        batch = self.digest if ended and not self.unread else ""
        for year in planned.years:
            gone = self.leftovers.take_away(self.shelf, year) if ended else []
            entered = yearbook.close(year, batch, gone)
            self.shelf.close(year, entered)

    def _run(self, tasks: Sequence[Task], workers: Workers) -> None:
        order = {(t.report.agency.name, t.report.year): n for n, t in enumerate(tasks)}
        try:
            with self._progress(len(tasks)) as hear:
                reason = run(tasks, self.options, workers, hear)
        finally:
            self.done.sort(key=lambda one: order[one.entry["agency"], one.entry["year"]])
        if reason:
            echo(f"说明：{reason}，改用标准引擎，会慢得多。", err=True)

    @contextlib.contextmanager
    def _progress(self, total: int) -> Iterator[Any]:
        self.total = total
        with progress(total, as_json=self.as_json) as show:

            def hear(done: Done) -> None:
                self.done.append(done)
                show(done)

            yield hear

    def report(self) -> int:
        """Say how it went; return the exit code."""
        codes = [USAGE if self.unread else OK]
        codes += [_CODES[one.entry["state"]] for one in self.done]
        codes += [FINDINGS for one in self.done if one.entry["errors"]]
        code = INTERRUPTED if self.interrupted else max(codes)
        if self.as_json:
            good = sum(_good(one) for one in self.done)
            counts = {"total": self.total, "made": good, "unread": len(self.unread)}
            say("end", **counts, **self.leftovers.facts(), exit_code=code)
        else:
            self._print()
        return code

    def _print(self) -> None:
        _print_table(self.done, self.unread)
        for one in self.done:
            name = f"{one.entry['agency']} {one.entry['year']}"
            if one.entry["message"]:
                echo(f"{name}：{one.entry['message']}")
            for line in one.entry.get("notes", ()):
                echo(f"{name}：{line}")
        faces = sorted({face for one in self.done for face in one.entry["fonts"]})
        if faces:
            echo(f"PDF 嵌入的字体：{'、'.join(faces)}")
        good = [one for one in self.done if _good(one)]
        kept = sum(one.kept for one in good)
        unchanged = f"（其中 {kept} 份没有变化，没有重做）" if kept else ""
        every = self.total + len(self.unread)
        echo(f"{len(good)} 份已生成{unchanged}，在 {self.shelf.name} 文件夹；共 {every} 个来源。")
        for line in self.leftovers.lines():
            echo(line)
        if self.alone:
            some = f"有 {self.alone} 份" if self.alone < self.total else ""
            echo(f"{some}没有往年报告，跨年的关系没有核对；往年报告用 --history 指出。")
        if self.interrupted:
            left = self.total - len(self.done)
            echo(f"已中断：还有 {left} 份没有做；再运行一次，只做没有完成的。")


def _good(one: Done) -> bool:
    return one.entry["state"] in ("done", "draft")


def _print_table(done: Sequence[Done], unread: Sequence[Loaded]) -> None:
    """The reports one to a row; of very many, those that want attention."""
    console = Console()
    rows = list(done)
    if len(rows) > _MANY:
        rows = [one for one in rows if one.entry["state"] != "done" or one.entry["errors"]]
    title = "生成结果" if len(rows) == len(done) else "生成结果（只列没有完成的）"
    table = Table(title=title, title_style="bold", show_lines=False)
    for heading in ("机关", "年度", "结果", "错误", "警告", "已说明"):
        table.add_column(heading, justify="right" if heading in LEVELS else "left")
    for one in rows:
        word, colour = WORDS[one.entry["state"]]
        counts = one.entry["counts"]
        numbers = (str(counts.get(level, 0)) for level in ("错误", "警告", "已说明"))
        head = (escape(one.entry["agency"]), str(one.entry["year"]))
        table.add_row(*head, f"[{colour}]{word}[/]", *numbers)
    for item in unread:
        table.add_row(escape(plain(item.source)), "", "[red]✗ 没有处理[/]", "", "", "")
    if table.row_count or not done:
        console.print(table)


@contextlib.contextmanager
def _locked(shelf: Shelf, folders: Sequence[Path]) -> Iterator[None]:
    """Keep other batches out of the folders."""
    with contextlib.ExitStack() as stack:
        for folder in folders:
            stack.enter_context(shelf.locked(folder))
        yield


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let a request to end (SIGTERM) be what Ctrl-C is."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
