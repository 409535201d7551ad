"""The JSON Schema that editors use: in step with the code, valid, and of use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from helpers import formats
from helpers.params import params_data, schema, schema_text
from real_figures import ALL, Facts

VALIDATOR = Draft202012Validator(schema())


def _errors(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def _as_an_editor_reads_it(text: str) -> Any:
    """YAML as plain JSON data: dates are text there."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def _example(project: Path) -> Any:
    text = (project / "params/2021/平潭综合实验区.yaml").read_text(encoding="utf-8")
    return _as_an_editor_reads_it(text)


def test_the_shipped_schema_is_in_step_with_the_code(project: Path) -> None:
    """Write it again with helpers.params.schema_text() where this fails."""
    assert schema_text() == (project / "params/params.schema.json").read_text(encoding="utf-8")


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(schema())


def test_every_example_is_valid(project: Path) -> None:
    files = sorted((project / "params").glob("*/*.yaml"))

    assert files
    for file in files:
        assert _errors(_as_an_editor_reads_it(file.read_text(encoding="utf-8"))) == [], file.name


@pytest.mark.parametrize("facts", ALL, ids=[f"{f.agency}{f.year}" for f in ALL])
def test_what_the_program_writes_is_valid(facts: Facts) -> None:
    assert _errors(json.loads(json.dumps(params_data(facts.report()), default=str))) == []


@pytest.mark.parametrize(
    ("path", "key"),
    [((), "yaer"), (("agency",), "telefone")],
)
def test_a_misspelt_key_is_marked(project: Path, path: tuple[str, ...], key: str) -> None:
    data = _example(project)
    part = data
    for step in path:
        part = part[step]
    part[key] = 2021

    assert any(key in message for message in _errors(data))


@pytest.mark.parametrize("key", ["agency", "year", "figures"])
def test_a_missing_key_is_marked(project: Path, key: str) -> None:
    data = _example(project)
    del data[key]

    assert [f"'{key}' is a required property"] == _errors(data)


@pytest.mark.parametrize(
    ("table", "row", "value"),
    [
        ("三", "一、本年新收政府信息公开申请数量", [1, 2, 3]),
        ("三", "一、本年新收政府信息公开申请数量", [0] * 8),
        ("三", "一、本年新收政府信息公开申请数量", 3),
        ("四", "行政复议", [0, 0, 0]),
    ],
)
def test_a_row_of_the_wrong_length_is_marked(
    project: Path, table: str, row: str, value: object
) -> None:
    data = _example(project)
    data["figures"][table][row] = value

    assert _errors(data)


def test_editors_are_offered_every_printed_row_and_column() -> None:
    """The labels of both formats are keys of the schema, at the place where they are written."""
    tables = schema()["properties"]["figures"]["properties"]
    offered = json.dumps(tables, ensure_ascii=False)

    for code in ("2019", "2021"):
        for slot in formats.find(code).slots.values():
            assert f'"{slot.line.row.label}": ' in offered
            assert f'"{slot.column.label}": ' in offered


def test_editors_are_offered_both_formats_and_the_text_sections() -> None:
    properties = schema()["properties"]

    assert properties["format"]["enum"] == ["2019", "2021", None]
    assert list(properties["narrative"]["properties"]) == [
        "总体情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]


def test_a_row_that_both_formats_have_takes_the_shape_of_either() -> None:
    """行政许可 is one number in 2021 and three in 2019."""
    base = {"agency": {"name": "某某局"}, "year": 2020}

    def figures(value: object) -> dict[str, Any]:
        return base | {"figures": {"二": {"行政许可": value}, "三": {}, "四": {}}}

    new = {"本年处理决定数量": 7}
    old = {"上一年项目数量": 396, "本年增/减": "增442", "处理决定数量": 278}
    assert [_errors(figures(v)) for v in (7, new, old, [396, 442, 278])] == [[], [], [], []]
