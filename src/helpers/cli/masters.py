"""Where the master notebook is."""

from __future__ import annotations

from pathlib import Path

import click


def find_notebook(given: str | Path | None) -> Path:
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
