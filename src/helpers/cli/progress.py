"""How a batch tells what it is doing: a bar for people, a line for each report, JSON lines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from helpers.batch.run import Done, Heard
from helpers.cli.terminal import echo, echo_json, plain

WORDS = {
    "done": ("✓ 完成", "green"),
    "draft": ("✎ 草稿", "yellow"),
    "refused": ("✗ 有错误，未生成", "red"),
    "failed": ("✗ 没能生成", "red"),
    "final": ("！已有正式成品，草稿没有写", "yellow"),
}
"""How states are called, and their colour."""

_BAD = ("refused", "failed")


class _Rate(ProgressColumn):
    """Reports a second."""

    def render(self, task: Task) -> Text:
        """The rate of late, once there is one."""
        return Text(f"{task.speed:.1f} 份/秒" if task.speed else "")


@contextlib.contextmanager
def progress(total: int, *, as_json: bool) -> Iterator[Heard]:
    """What to call as each report is finished.

    JSON lines go to stdout. Otherwise there is a bar on a terminal, with failures above it as
    they happen, and a line for each report elsewhere.
    """
    if as_json:
        say("plan", total=total)
        yield lambda done: say("report", **_facts(done))
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        whole = bar.add_task("生成报告", total=total)

        def hear(done: Done) -> None:
            name = f"{done.entry['agency']} {done.entry['year']}"
            bar.update(whole, advance=1, description=f"生成报告（刚完成：{name}）")
            if done.entry["state"] in _BAD:
                word, colour = WORDS[done.entry["state"]]
                console.print(f"[{colour}]{word}[/]　{escape(name)}：{escape(plain(_first(done)))}")
            _trace(done)

        yield hear


def say(event: str, **facts: Any) -> None:
    """A JSON line on stdout."""
    echo_json({"event": event, **facts}, None)


def _facts(done: Done) -> dict[str, Any]:
    kept = ("agency", "year", "format", "state", "message", "folder", "counts", "errors", "files")
    notes = list(done.entry.get("notes", ()))
    return {**{key: done.entry[key] for key in kept}, "notes": notes, "kept": done.kept}


def _line(done: Done) -> None:
    kept = "（未变）" if done.kept and done.entry["state"] != "final" else ""
    word = WORDS[done.entry["state"]][0]
    echo(f"{word}{kept}　{done.entry['agency']} {done.entry['year']}", err=True)
    _trace(done)


def _trace(done: Done) -> None:
    if done.trace:
        echo(done.trace, err=True)


def _first(done: Done) -> str:
    return str(done.entry["message"]).partition("\n")[0]
