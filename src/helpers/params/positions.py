"""YAML with positions: plain data, and the line and column that each part came from.

Scalars follow YAML 1.2: ``010`` is text, ``no`` is text, decimals are exact. A duplicate key
is a problem of its own, never silently the last one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import yaml

from helpers.params.yaml_errors import MAX_DEPTH, TOO_DEEP, TOO_MANY, explain, unusable

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d*)\.\d+")
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_NODES = 20_000  # a params file has some 500
_MOST_FAULTS = 50  # repeated keys that are listed
_LARGE = 40_000  # characters; in a shorter text are not more nodes than that


@dataclass
class Source:
    """Data read from YAML, where its parts stand, and what was wrong with the YAML itself.

    ``marks`` maps paths such as ("figures", "三", 0) to (line, column), counted from 1. They are
    worked out when the first is asked for: most files are right, and nobody asks.
    """

    data: Any = None
    faults: list[tuple[tuple[int, int], str]] = field(default_factory=list)
    root: yaml.Node | None = None

    @cached_property
    def marks(self) -> dict[Path, tuple[int, int]]:
        """The place of every part."""
        found: dict[Path, tuple[int, int]] = {}
        if self.root is not None:
            _mark(self.root, (), found)
        return found

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
            source.data = _Construction(source.faults).of(node, ())
            source.root = node
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


class _Construction:
    """Data made of nodes; what is wrong is added to ``faults``."""

    def __init__(self, faults: list[tuple[tuple[int, int], str]]) -> None:
        self.faults = faults
        self.n_nodes = 0  # counted as often as they are used: an alias can multiply them

    def of(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> Any:
        """What a node means. Raises _TooDeepError."""
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        self.n_nodes += 1 + len(node.value)
        if self.n_nodes > _MAX_NODES or len(above) > MAX_DEPTH or node in above:
            raise _TooDeepError(_place(node))
        inner = (*above, node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, inner)
        return [self.of(item, inner) for item in node.value]

    def _mapping(self, node: yaml.MappingNode, above: tuple[yaml.Node, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            key = _key(key_node)
            if key in first:
                self._repeated(key, key_node, first[key])
                continue
            first[key] = key_node
            data[key] = self.of(value_node, above)
        return data

    def _repeated(self, key: str, again: yaml.Node, first: yaml.Node) -> None:
        if len(self.faults) < _MOST_FAULTS:
            message = f"“{key}”重复了，第 {_place(first)[0]} 行已经写过；请删去一处"
            self.faults.append((_place(again), message))
        elif len(self.faults) == _MOST_FAULTS:
            message = "从这一行起还有重复的，没有一一列出；请先改正前面的，再运行一次"
            self.faults.append((_place(again), message))


def _mark(node: yaml.Node, path: Path, found: dict[Path, tuple[int, int]]) -> None:
    """Note where a node and all inside it stand; a pair stands where its key does."""
    found.setdefault(path, _place(node))
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            inner = (*path, _key(key_node))
            if inner not in found:
                found[inner] = _place(key_node)
                _mark(value_node, inner, found)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _mark(item, (*path, number), found)


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _key(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "?"


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
