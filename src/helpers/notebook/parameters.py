"""What both notebooks do with the parameters they are given."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from helpers.errors import InputError, Problem
from helpers.settings import Settings, load_settings, settings_from


def settings_of(given: Any) -> Settings:
    """The settings in a file, in a mapping, or (None) in nianbao.toml where there is one."""
    return settings_from(given) if isinstance(given, dict) else load_settings(given)


def find(source: str, *, folders: bool = False) -> Path:
    """The file, looked for from the working folder upwards, as notebooks run in either place."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        path = folder / source
        if path.is_file() or (folders and path.is_dir()):
            return path
    raise InputError([Problem(source, f"没有这个文件（从 {here.name} 文件夹往上都找过）")])


def injected() -> list[str]:
    """The names that papermill assigned in its injected cell, which would else go unnoticed."""
    try:
        from IPython import get_ipython
    except ImportError:
        return []
    shell = get_ipython()
    cells = shell.user_ns.get("In", []) if shell else []
    cells = [cell for cell in cells if cell.startswith("# Parameters\n")]
    if not cells:
        return []
    targets = [
        target
        for statement in ast.parse(cells[-1]).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    ]
    return [target.id for target in targets if isinstance(target, ast.Name)]
