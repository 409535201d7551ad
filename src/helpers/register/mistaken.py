"""Files given as a register of requests that are none: copies, and registers of disputes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from helpers.errors import InputError, Problem
from helpers.readers.xlsx import text_of
from helpers.register.columns import Scheme, find_layout, scheme
from helpers.register.options import RegisterOptions

_MARKS = re.compile("复议|诉讼|案号|审理|审结")


class Spare(NamedTuple):
    """Files that need not be registers: found in a folder (``all``), read as disputes as well."""

    all: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


NOTHING_SPARE = Spare()


class MistakenError(InputError):
    """A register of disputes was given for one of requests."""


@dataclass
class Copies:
    """The files with requests that were read, by size: equal content would count twice."""

    seen: dict[int, list[str]] = field(default_factory=dict)

    def refuse(self, name: str) -> None:
        """Take in a file. Raises InputError where it has the content of an earlier one."""
        same = self.seen.setdefault(Path(name).stat().st_size, [])
        mine = _digest(name) if same else b""
        for other in same:
            if _digest(other) == mine:
                text = f"内容与 {other} 完全相同，会重复计算；请只留一个"
                raise InputError([Problem(name, text)])
        same.append(name)


def _digest(name: str) -> bytes:
    with Path(name).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def refuse_disputes(top: Sequence[Sequence[Any]], wanted: Scheme, name: str, sheet: str) -> None:
    """Raise MistakenError where the first rows of a sheet are those of a register of disputes."""
    other = scheme("disputes", RegisterOptions())
    if wanted.what == other.what or _fits(top, wanted):
        return
    texts = (text_of(cell) for row in top for cell in row if cell != "")
    if _fits(top, other) and any(map(_MARKS.search, (PurePath(name).stem, sheet, *texts))):
        where = f"工作表“{sheet}”" if sheet else "这"
        text = f"{where}像是复议诉讼台账，请用 --disputes 写明（笔记本里用参数 disputes）"
        raise MistakenError([Problem(name, text)])


def _fits(top: Sequence[Sequence[Any]], wanted: Scheme) -> bool:
    try:
        return find_layout(top, wanted, "", "") is not None
    except InputError:
        return False
