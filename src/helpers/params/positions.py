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

from helpers.params.yaml_errors import MAX_DEPTH, TOO_DEEP, TOO_MANY, explain, unusable

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d*)\.\d+")
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_NODES = 20_000  # a params file has some 500
_LARGE = 40_000  # characters; in a shorter text are not more nodes than that


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
    fault = unusable(text)
    if fault:
        source.faults.append(fault)
        return source
    try:
        if len(text) > _LARGE and _has_too_many_nodes(text):
            source.faults.append(((1, 1), TOO_MANY))
            return source
        node = yaml.compose(text, Loader=_Loader)
        if node is not None:
            source.data = _construct(node, (), source, [])
    except yaml.MarkedYAMLError as error:
        source.faults.append(explain(text, error))
    except _TooDeepError as error:
        source.faults.append((error.args[0], TOO_DEEP))
    return source


class _Loader(_BASE):  # type: ignore[misc]
    """A loader that leaves it to ``_scalar`` what a scalar means, and looks for no tags."""

    def resolve(self, *_: Any) -> str:
        """No tag: none is ever looked at."""
        return ""


def _has_too_many_nodes(text: str) -> bool:
    """Whether a text holds so many parts that building them would take all memory."""
    events = yaml.parse(text, Loader=_Loader)
    return any(number > 2 * _MAX_NODES for number, _ in enumerate(events))


class _TooDeepError(Exception):
    """Data inside data without end; the argument is the place."""


def _construct(node: yaml.Node, path: Path, source: Source, above: list[yaml.Node]) -> Any:
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(source.marks) > _MAX_NODES or len(above) > MAX_DEPTH or node in above:
        raise _TooDeepError(place)
    source.marks.setdefault(path, place)
    inner = [*above, node]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source, inner)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(n, (*path, i), source, inner) for i, n in enumerate(node.value)]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _mapping(node: yaml.MappingNode, path: Path, source: Source, above: list[yaml.Node]) -> Any:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in data:
            first = source.marks[(*path, key)][0]
            source.faults.append((place, f"“{key}”重复了，第 {first} 行已经写过；请删去一处"))
            continue
        source.marks[(*path, key)] = place
        data[key] = _construct(value_node, (*path, key), source, above)
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
