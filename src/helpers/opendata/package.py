"""``datapackage.json``: what the files are, for people and programs (Frictionless Data Package).

No time of making stands in it: the same reports give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.opendata.tables import Column, DataTable

_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def describe(
    years: Sequence[int], tables: Sequence[DataTable], others: Mapping[str, tuple[str, bytes]]
) -> bytes:
    """The descriptor of the tables, each in <name>.csv, and of ``others``: file -> title, bytes.

    The others hold the same figures in another shape; as ``attachments`` (a property of our
    own) they are listed without being validated as tables.
    """
    span = f"{min(years)}—{max(years)}" if min(years) != max(years) else str(min(years))
    data = {
        "profile": "data-package",
        "name": f"nianbao-{min(years)}-{max(years)}",
        "title": f"政府信息公开工作年度报告数据（{span} 年度）",
        "description": "各机关年度报告中法定统计表的全部数字，行列用表上印的名称；"
        "不同格式之间哪些可比见 crosswalk。",
        "resources": [_table(table) for table in tables],
        "attachments": [_file(path, title, content) for path, (title, content) in others.items()],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _table(table: DataTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.refers:
        schema["foreignKeys"] = [
            {"fields": list(names), "reference": {"resource": other, "fields": list(names)}}
            for names, other in table.refers
        ]
    return {
        "profile": "tabular-data-resource",
        **_file(f"{table.name}.csv", table.title, table.csv()),
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "title": column.title, "type": column.type}
    if column.description:
        field["description"] = column.description
    if column.required:
        field["constraints"] = {"required": True}
    return field


def _file(path: str, title: str, content: bytes) -> dict[str, Any]:
    stem, _, suffix = path.rpartition(".")
    name = stem if suffix == "csv" else f"{stem}-{suffix}"
    return {
        "name": name,
        "path": path,
        "title": title,
        "format": suffix,
        "mediatype": _MEDIA[suffix],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
