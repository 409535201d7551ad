"""Ruling lines on a PDF page -> the rectangles of table cells, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from helpers.readers.pdf_joining import Box
from helpers.readers.pdf_text import Char, Line, lines_of

Rectangle = tuple[float, float, float, float]
"""On a page: x0, top, x1, bottom."""

_THIN = 3.0  # a filled rectangle no thicker than this is a ruling line
_MAX_FRAMES = 100
_PADDING = 6.0  # the most that cells keep free at their sides


def ruled(page: Any) -> Iterator[list[Rectangle]]:
    """The cells of each ruled table, from top to bottom; frames around a text are no tables."""
    frames = {id(rect) for rect in _frames(page)}
    drawn = page.filter(lambda item: _is_drawn(item) and id(item) not in frames)
    tables = drawn.find_tables()
    closing = [line for table in tables if _is_open(table) for line in _ends(table)]
    if closing:
        tables = drawn.find_tables({"explicit_horizontal_lines": closing})
    for table in tables:
        cells = _outermost(table.cells)
        if len(cells) > 1:
            yield cells


def _is_open(table: Any) -> bool:
    """Whether part of a table has no line at its end: browsers leave cut cells open."""
    x0, top, x1, bottom = table.bbox
    covered = sum((c[2] - c[0]) * (c[3] - c[1]) for c in table.cells)
    return len(table.cells) > 1 and covered < 0.99 * (x1 - x0) * (bottom - top)


def _ends(table: Any) -> Iterator[dict[str, Any]]:
    """Lines along the top and the bottom of a table."""
    x0, top, x1, bottom = table.bbox
    for y in (top, bottom):
        yield {
            "object_type": "line",
            "x0": x0,
            "x1": x1,
            "top": y,
            "bottom": y,
            "width": x1 - x0,
            "height": 0,
        }


def _is_drawn(item: dict[str, Any]) -> bool:
    """Whether an object may be a ruling line: backgrounds that programs paint are none."""
    if item["object_type"] != "rect":
        return bool(item["object_type"] in ("line", "curve"))
    return bool(item["width"] <= _THIN or item["height"] <= _THIN or item["stroke"])


def _frames(page: Any) -> Iterator[dict[str, Any]]:
    """Drawn rectangles of which no corner touches anything: boxes around a word or a text."""
    items = [item for item in (*page.rects, *page.lines, *page.curves) if _is_drawn(item)]
    boxes = [item for item in items if min(item["width"], item["height"]) > _THIN]
    if len(boxes) > _MAX_FRAMES:
        return  # so many are cells, each drawn as a rectangle
    for box in boxes:
        corners = product((box["x0"], box["x1"]), (box["top"], box["bottom"]))
        others = [item for item in items if item is not box]
        if not any(_touches(other, x, y) for x, y in corners for other in others):
            yield box


def _touches(item: dict[str, Any], x: float, y: float) -> bool:
    """Whether a ruling line, or a side of a rectangle, passes through a point."""
    left, right, top, bottom = (float(item[key]) for key in ("x0", "x1", "top", "bottom"))
    if not (left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1):
        return False
    if item["object_type"] != "rect" or min(right - left, bottom - top) <= _THIN:
        return True
    return min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) <= 1


def _outermost(cells: Sequence[Rectangle]) -> list[Rectangle]:
    """The cells without boxes drawn inside them, such as the frame around a marked number."""
    kept: list[Rectangle] = []
    for cell in sorted(cells, key=lambda c: (c[0] - c[2]) * (c[3] - c[1])):
        middle = ((cell[0] + cell[2]) / 2, (cell[1] + cell[3]) / 2)
        if not any(_holds(other, *middle) for other in kept):
            kept.append(cell)
    return kept


def _holds(box: Rectangle, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def boxes_of(cells: Sequence[Rectangle], chars: Iterable[Char]) -> tuple[list[Box], list[Char]]:
    """The cells with what is written in them, and the characters that stand in none."""
    inside: list[list[Char]] = [[] for _ in cells]
    rest: list[Char] = []
    for run in _runs(chars):
        x, y = _anchor(run)
        home = next((i for i, cell in enumerate(cells) if _holds(cell, x, y)), None)
        (rest if home is None else inside[home]).extend(run)
    return [_box(cell, lines_of(found)) for cell, found in zip(cells, inside, strict=True)], rest


def _box(cell: Rectangle, lines: list[Line]) -> Box:
    if not lines:
        return Box(*cell, "")
    padding = min(min(line.x0 for line in lines) - cell[0], _PADDING)
    room = cell[2] - padding - lines[-1].x1
    text = "\n".join(line.text for line in lines)
    return Box(*cell, text, full=room < 1.2 * lines[-1].size)


def _runs(chars: Iterable[Char]) -> Iterator[list[Char]]:
    """Characters drawn one after the other without a gap: what is too wide for its cell is one."""
    run: list[Char] = []
    for char in chars:
        if run:
            gap = char["x0"] - run[-1]["x1"]
            level = abs(char["matrix"][5] - run[-1]["matrix"][5]) < 0.5
            if not (level and abs(gap) < 0.15 * char["size"]):
                yield run
                run = []
        run.append(char)
    if run:
        yield run


def _anchor(run: list[Char]) -> tuple[float, float]:
    """The point that tells in which cell a run stands: numbers are centred, words begin in it."""
    first, last = run[0], run[-1]
    words = any(char["text"].isalpha() for char in run)
    x = (first["x0"] + first["x1"]) / 2 if words else (first["x0"] + last["x1"]) / 2
    return x, (first["top"] + first["bottom"]) / 2
