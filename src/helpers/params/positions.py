"""YAML with positions: plain data, and the line and column that each part came from.

Scalars follow YAML 1.2: ``010`` is text, ``no`` is text, decimals are exact. A duplicate key
is a problem of its own, never silently the last one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d*)\.\d+")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_NODES = 200_000


@dataclass
class Source:
    """Data read from YAML, where its parts stand, and what was wrong with the YAML itself.

    ``marks`` maps paths such as ("figures", "三", 0) to (line, column), counted from 1.
    """

    data: Any = None
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def mark(self, path: Path) -> tuple[int, int] | None:
        """Where a path stands, or the nearest part above it that does."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]]
        return None


def compose(text: str) -> Source:
    """The data in a YAML text. What is not YAML is listed in ``faults``; nothing is raised."""
    source = Source()
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is not None:
            source.data = _construct(node, (), source, [0])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        source.faults.append((place, _explain(error)))
    except (yaml.YAMLError, RecursionError) as error:
        place = _character_place(text, error)
        source.faults.append((place, "含有 YAML 不允许的字符，或嵌套过深"))
    return source


def _character_place(text: str, error: Exception) -> tuple[int, int]:
    position = getattr(error, "position", 0) or 0
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "\\t" in problem or "'\\t'" in problem:
        return "此处用了制表符缩进，请改用空格"
    if "mapping values are not allowed" in problem:
        return "此处多了一个冒号；文字里有冒号和空格时请加引号"
    if "could not find expected ':'" in problem:
        return "此处缺少冒号；冒号请用半角“:”，后面空一格"
    if "alias" in problem:
        return "此处的 * 引用没有定义；以 * 开头的文字请加引号"
    return "此处不是有效的 YAML，请检查缩进、引号、括号和冒号（半角、后面空一格）"


def _construct(node: yaml.Node, path: Path, source: Source, count: list[int]) -> Any:
    count[0] += 1
    if count[0] > _MAX_NODES:
        raise yaml.YAMLError("too many nodes")
    source.marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source, count)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(n, (*path, i), source, count) for i, n in enumerate(node.value)]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _mapping(node: yaml.MappingNode, path: Path, source: Source, count: list[int]) -> Any:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in data:
            first = source.marks[(*path, key)][0]
            source.faults.append((place, f"“{key}”重复了，第 {first} 行已经写过；请删去一处"))
            continue
        source.marks[(*path, key)] = place
        data[key] = _construct(value_node, (*path, key), source, count)
    return data


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if _INT.fullmatch(text) and len(text) <= 30:
        return int(text)
    if _DECIMAL.fullmatch(text) and len(text) <= 30:
        return Decimal(text)
    return text
