"""The JSON Schema of params files, for editors: completion, hints, squiggles."""

from __future__ import annotations

import json
from typing import Any

from helpers import formats
from helpers.formats import Block, Column, Row, Table
from helpers.params.read import Params

_NUMBER = {"type": ["integer", "number", "string", "null"]}


def schema() -> dict[str, Any]:
    """The schema, with the printed labels of every format as keys of ``figures``."""
    result = Params.model_json_schema()
    result["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    result["title"] = "政府信息公开工作年度报告参数文件"
    known = list(formats.available().values())
    shapes: dict[str, dict[str, list[Any]]] = {}
    for fmt in known:
        for table in fmt.tables:
            for label, shape in _table(table).items():
                found = shapes.setdefault(table.id, {}).setdefault(label, [])
                if shape not in found:
                    found.append(shape)
    tables = {
        table: {"type": "object", "properties": {k: _any(v) for k, v in rows.items()}}
        for table, rows in shapes.items()
    }
    result["properties"]["figures"] = {
        "type": "object",
        "description": Params.model_fields["figures"].description,
        "properties": tables,
        "required": list(tables),
    }
    result["properties"]["format"] |= {"enum": [*(fmt.code for fmt in known), None]}
    headings = {s.heading: {"type": ["string", "null"]} for f in known for s in f.narrative}
    result["properties"]["narrative"] |= {"properties": headings}
    return result


def schema_text() -> str:
    """The schema as the text of ``params/params.schema.json``."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _any(shapes: list[Any]) -> Any:
    """One shape, or any of those that formats give to rows of one name."""
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


def _table(table: Table) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for block in table.blocks:
        rows = {row.label: _row(block, row) for row in block.rows}
        properties |= rows
        if block.title:
            properties[block.title] = {"type": "object", "properties": rows}
    return properties


def _row(block: Block, row: Row) -> dict[str, Any]:
    if row.rows:
        inner = {child.label: _row(block, child) for child in row.rows}
        return {"type": "object", "properties": inner}
    forms: list[dict[str, Any]] = [
        {"type": "object", "properties": {c.label: _cell(c) for c in block.fields}},
        {
            "type": "array",
            "items": _NUMBER,
            "minItems": len(block.inputs),
            "maxItems": len(block.fields),
        },
    ]
    if len(block.inputs) == 1:
        forms.append(_cell(block.inputs[0]))
    order = "、".join(column.label for column in block.fields)
    return {"description": f"依次为：{order}；合计可不填", "anyOf": forms}


def _cell(column: Column) -> dict[str, Any]:
    return {**_NUMBER, "description": f"单位：{column.unit}"}
