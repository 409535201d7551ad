"""The statutory formats, each one data file; nothing else knows a row or a label.

A format is found by its code (``"2019"``, ``"2021"``) or by the year it is in force for. Files
in the folders named by the environment variable ``NIANBAO_FORMATS`` (joined like ``PATH``) are
offered too, so that a new format can be tried before it is taken in.
"""

from __future__ import annotations

import copyreg
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from helpers.formats.labels import closest, plain
from helpers.formats.layout import lay_out
from helpers.formats.lookup import Selection, find_key, select
from helpers.formats.model import (
    ALWAYS,
    Block,
    Column,
    Format,
    Line,
    Ref,
    Relation,
    Row,
    Section,
    Slot,
    Table,
    Term,
)

__all__ = [
    "ALWAYS",
    "Block",
    "Column",
    "Format",
    "FormatError",
    "Line",
    "Ref",
    "Relation",
    "Row",
    "Section",
    "Selection",
    "Slot",
    "Table",
    "Term",
    "available",
    "closest",
    "find",
    "find_key",
    "for_year",
    "lay_out",
    "load",
    "plain",
    "select",
]


class FormatError(ValueError):
    """A format file that cannot be used, or a code or year that no format has."""


def available() -> dict[str, Format]:
    """All formats by code, oldest first."""
    extra = os.environ.get("NIANBAO_FORMATS", "")
    return _available(tuple(part for part in extra.split(os.pathsep) if part))


@lru_cache(maxsize=8)
def _available(extra: tuple[str, ...]) -> dict[str, Format]:
    folders = [Path(__file__).parent, *map(Path, extra)]
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml"))]
    formats = sorted((load(file) for file in files), key=lambda f: (f.first_year, f.code))
    return {fmt.code: fmt for fmt in formats}


def load(file: Path) -> Format:
    """The format in a data file. Raises FormatError, naming the file and the place in it."""
    try:
        fmt = Format.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        for table in fmt.tables:
            lay_out(table, lambda _: "")
    except yaml.YAMLError as error:
        raise FormatError(f"{file.name}：不是有效的 YAML：{error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FormatError(f"{file.name}：{place}：{first['msg']}") from error
    except ValueError as error:
        raise FormatError(f"{file.name}：表格各部分的宽度不一致：{error}") from error
    return fmt


def find(code: str) -> Format:
    """The format with this code. Raises FormatError naming the known ones."""
    formats = available()
    if code not in formats:
        raise FormatError(f"没有代号为“{code}”的格式，可用的有：{'、'.join(formats)}")
    return formats[code]


def for_year(year: int) -> Format:
    """The format in force for reports on ``year``. Raises FormatError where there is none."""
    for fmt in reversed(available().values()):
        if fmt.in_force(year):
            return fmt
    first = min(fmt.first_year for fmt in available().values())
    raise FormatError(f"{year} 年度没有规定的格式：最早的格式自 {first} 年度起施行")


def _by_code(fmt: Format) -> Any:
    """A format travels between processes by its code: it is a file that both of them have."""
    known = available().get(fmt.code) is fmt
    return (find, (fmt.code,)) if known else fmt.__reduce_ex__(2)


copyreg.pickle(Format, _by_code)
