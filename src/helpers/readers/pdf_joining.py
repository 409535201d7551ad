"""Tables that run over the end of a page, put together again.

A page end is no end of a table. A table at the foot of a page and one at the head of the next
are one when nothing stands between them and their vertical lines are the same. A repeated head
is read once; a merged cell or a row that the page end cut in two is made whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from helpers.grid import Grid, from_boxes

_NEAR = 2.0  # how far apart edges may be that are meant to be one
_ENUMERATED = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[、.．）)]")


@dataclass(frozen=True)
class Box:
    """A cell as ruled on a page, with its text.

    ``full``: its last line reaches the right edge, so that the text may go on elsewhere.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    full: bool = False

    def is_below(self, other: Box) -> bool:
        """Whether both stand between the same vertical lines."""
        return abs(self.x0 - other.x0) <= _NEAR and abs(self.x1 - other.x1) <= _NEAR

    def goes_on_in(self, lower: Box) -> bool:
        """Whether the text may be cut in two here. Numbers never are."""
        words = any(map(str.isalpha, self.text)) and any(map(str.isalpha, lower.text))
        return self.full and words and not _ENUMERATED.match(lower.text)


@dataclass
class PageTable:
    """A ruled table: its cells from the top left on, its page and its number on the page."""

    boxes: list[Box]
    page: int
    number: int
    last_page: int = 0

    def __post_init__(self) -> None:
        self.boxes.sort(key=lambda box: (round(box.top), box.x0))

    @property
    def top(self) -> float:
        """Where it begins."""
        return min(box.top for box in self.boxes)

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return max(box.bottom for box in self.boxes)

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        further = f"（续到第 {self.last_page} 页）" if self.last_page else ""
        return f"第 {self.page} 页第 {self.number} 个表格{further}"

    def grid(self) -> Grid:
        """Its cells with their spans."""
        return from_boxes((b.x0, b.top, b.x1, b.bottom, b.text) for b in self.boxes)

    def extent(self) -> tuple[int, int]:
        """The number of rows and of columns, or a few more."""
        return len({round(b.top) for b in self.boxes}), len({round(b.x0) for b in self.boxes})

    def has_lines_of(self, other: PageTable) -> bool:
        """Whether both have the same outer edges, and one no vertical lines but the other's."""
        own, others = self._across(), other._across()
        few, many = sorted((own, others), key=len)
        ends = zip((own[0], own[-1]), (others[0], others[-1]), strict=True)
        return all(abs(a - b) <= _NEAR for a, b in ends) and all(
            any(abs(x - line) <= _NEAR for line in many) for x in few
        )

    def _across(self) -> list[float]:
        return sorted({x for box in self.boxes for x in (box.x0, box.x1)})

    def take(self, rest: PageTable) -> None:
        """Go on with the part on the next page, its repeated head left out."""
        self.last_page = rest.page
        boxes = _without_head(self.boxes, rest.boxes)
        if not boxes:
            return
        down = self.bottom - min(box.top for box in boxes)
        moved = [replace(b, top=b.top + down, bottom=b.bottom + down) for b in boxes]
        pairs = self._pairs(moved)
        whole_row = _is_cut_row(pairs, under_head=self._has_head_over(moved))
        for upper, lower in pairs:
            if whole_row or _is_cut_cell(upper, lower, pairs):
                self.boxes.remove(upper)
                moved.remove(lower)
                text = "\n".join(part for part in (upper.text, lower.text) if part)
                self.boxes.append(replace(upper, bottom=lower.bottom, text=text))
        self.boxes += moved

    def _pairs(self, moved: list[Box]) -> list[tuple[Box, Box]]:
        """Cells at the page end and those under them after it."""
        seam = self.bottom
        low = [box for box in self.boxes if abs(box.bottom - seam) <= _NEAR]
        high = [box for box in moved if abs(box.top - seam) <= _NEAR]
        return [(upper, lower) for upper in low for lower in high if lower.is_below(upper)]

    def _has_head_over(self, moved: list[Box]) -> bool:
        """Whether a cell at the page end stands over more than one after it."""
        seam = self.bottom
        high = [box for box in moved if abs(box.top - seam) <= _NEAR]
        return any(
            sum(upper.x0 - _NEAR <= box.x0 and box.x1 <= upper.x1 + _NEAR for box in high) > 1
            for upper in self.boxes
            if abs(upper.bottom - seam) <= _NEAR
        )


def _is_cut_row(pairs: list[tuple[Box, Box]], *, under_head: bool) -> bool:
    """Whether the page end went through a row: some text goes on below, the rest is blank.

    ``under_head``: beside them a heading stands over several columns. Then the cells are tall
    ones of a head of two levels, all of which may go on.
    """
    going_on = [upper.goes_on_in(lower) for upper, lower in pairs]
    apart = [not (upper.text and lower.text) for upper, lower in pairs]
    ended = under_head or any(upper.text and not lower.text for upper, lower in pairs)
    return any(going_on) and ended and all(a or b for a, b in zip(going_on, apart, strict=True))


def _is_cut_cell(upper: Box, lower: Box, pairs: list[tuple[Box, Box]]) -> bool:
    """Whether the page end went through a merged cell: nothing below, and one part is tall."""
    upper_tall = upper.top < max(box.top for box, _ in pairs) - _NEAR
    lower_tall = lower.bottom > min(box.bottom for _, box in pairs) + _NEAR
    return not lower.text and (upper_tall or lower_tall)


def _without_head(boxes: list[Box], rest: list[Box]) -> list[Box]:
    """``rest`` without the rows at its head that repeat those at the head of ``boxes``."""
    same = 0
    for a, b in zip(boxes, rest, strict=False):
        if not (a.text == b.text and a.is_below(b)):
            break
        same += 1
    while same and any(box.top < rest[same - 1].bottom - _NEAR for box in rest[same:]):
        same -= 1
    return rest[same:] if any(box.text for box in rest[:same]) else rest
