"""Errors that a user can cause: where, what was read, what was expected, what to do."""

from __future__ import annotations

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
