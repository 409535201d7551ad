"""Errors that a user can cause: where, what was read, what was expected, what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an input: file, line and column (from 1, 0 unknown), key and sentence."""

    file: str
    message: str
    line: int = 0
    column: int = 0
    key: str = ""

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.key + '：' if self.key else ''}{self.message}"

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON data."""
        return asdict(self)


_BIN = r".venv\Scripts\pip" if os.name == "nt" else ".venv/bin/pip"
CLUSTER = f'在项目文件夹里运行 {_BIN} install -e ".[cluster]"'
"""How the optional packages are installed; nianbao itself is on no package index."""

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已经有同名的文件，不能当文件夹用",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOSPC: "磁盘满了",
    errno.EFBIG: "文件太大，超过磁盘或系统的限制",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
}


def why(error: OSError) -> str:
    """Why the system refused, in Chinese where the reason is known."""
    known = _REASONS.get(error.errno or 0, "")
    return known or error.strerror or str(error)


class InputError(Exception):
    """An input that cannot be understood, with every mistake that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return ["输入有误，请改正后重新运行：", *(f"  {problem}" for problem in self.problems)]


_LONG = 80  # characters of a value that was read


def readable_value(value: object) -> str:
    """A value that was read, for a sentence: lists may be too deep to be shown, texts too long."""
    if isinstance(value, list | tuple | dict):
        return "一节" if isinstance(value, dict) else "一个列表"
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}……"
