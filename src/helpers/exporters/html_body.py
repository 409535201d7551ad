"""The document tree as HTML elements, every string escaped, no style or script inline."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

from helpers import grid_html
from helpers.exporters import columns
from helpers.exporters.breaks import ems, pieces, words_of
from helpers.exporters.document import (
    Block,
    Break,
    Code,
    Divider,
    Document,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Passage,
    Picture,
    Preformatted,
    Quote,
    Strong,
    Table,
    Text,
    anchors,
    walk,
    words,
)
from helpers.exporters.text import is_wide
from helpers.grid import Grid

_LONG_WORD = 8.0  # em
_ANY_ROOM = 1e9  # the browser breaks what does not fit
_PADDING = 0.85  # em, blank and rules in a table cell, and some for fonts with wide digits
_BLANK = 0.75  # em, blank and rules in a table cell and no more
_ON_ONE_PAGE = 45  # rows; a table of no more is printed on one page where it fits
_STICKY = 12.0  # em; a wider column of names would leave no room beside it
_OF_SCREEN = 0.93  # the type in tables by the type that widths of screens are measured in
_COLUMN = 52.0  # em of the type in tables: as wide as the column of text
_NAMES = 6.0  # em; what names of rows and long texts have at least in a table that may scroll
_WORDS = 4.0  # em; what a text of a few words has there
_LONG_TEXT = 12  # characters
_NARROW = 40.0  # em of the type in tables: columns are shared out for screens no wider


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a page: its elements, the style rules its tables need, its sections."""

    markup: str
    rules: str
    sections: tuple[tuple[str, str], ...]
    """(id, words) of every section heading, for a table of contents."""
    figures: str = ""
    """The figures of the statutory tables as JSON: table, row, column -> value as printed."""


def write(document: Document) -> Body:
    """The blocks of the document as sections, each labelled by its heading."""
    writer = _Writer(anchors(document.blocks))
    parts, sections = [], []
    for blocks in _sections(document.blocks):
        id_, first = f"s{writer.n_headings + 1}", blocks[0]
        inside = writer.blocks(blocks)
        if _opens_section(first):
            sections.append((id_, writer.names[id_]))
            parts.append(f'<section aria-labelledby="{id_}">\n{inside}\n</section>')
        else:
            parts.append(f'<div class="opening">\n{inside}\n</div>')
    rules = "\n".join(writer.rules)
    return Body("\n".join(parts), rules, tuple(sections), _figures(document))


def _figures(document: Document) -> str:
    """JSON that may stand in a page: nothing in it can close the element it stands in."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    grids = (block.grid for block in walk(document.blocks) if isinstance(block, Table))
    for cell in (cell for grid in grids for cell in grid.cells):
        if cell.ref:
            table, row, column = cell.ref
            found.setdefault(table, {}).setdefault(row, {})[column] = cell.text
    if not found:
        return ""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks cut before every section heading."""
    sections: list[list[Block]] = []
    for block in blocks:
        if not sections or _opens_section(block):
            sections.append([])
        sections[-1].append(block)
    return sections


def _opens_section(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 2


@dataclass(slots=True)
class _Writer:
    """Writes blocks in order and remembers what must differ or be known later."""

    anchors: dict[str, str]
    rules: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    n_tables: int = 0

    @property
    def n_headings(self) -> int:
        return len(self.names)

    @property
    def last_heading(self) -> str:
        return next(reversed(self.names.values()), "")

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return f"<p{_ragged(block)}>{self.inline(block.content)}</p>"
            case Listing():
                return self._list(block)
            case Quote():
                return f"<blockquote>\n{self.blocks(block.blocks)}\n</blockquote>"
            case Divider():
                return "<hr>"
            case Table():
                return self._table(block.grid)
            case Picture():
                return _picture(block)
            case Preformatted():
                return f'<pre tabindex="0">{escape(block.text)}</pre>'
            case Passage():
                return f'<div class="{block.role}">\n{self.blocks(block.blocks)}\n</div>'

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(map(self.block, blocks))

    def _heading(self, heading: Heading) -> str:
        id_, tag = f"s{self.n_headings + 1}", f"h{heading.level}"
        self.names[id_] = words(heading.content)
        return f'<{tag} id="{id_}">{self.inline(heading.content)}</{tag}>'

    def _list(self, listing: Listing) -> str:
        tag = "ol" if listing.ordered else "ul"
        start = f' start="{listing.start}"' if listing.ordered and listing.start != 1 else ""
        items = "\n".join(f"<li>{self._item(item)}</li>" for item in listing.items)
        return f"<{tag}{start}>\n{items}\n</{tag}>"

    def _item(self, blocks: tuple[Block, ...]) -> str:
        first, *rest = blocks
        if not isinstance(first, Paragraph):
            return self.blocks(blocks)
        return "\n".join([self.inline(first.content), *map(self.block, rest)])

    def _table(self, grid: Grid) -> str:
        self.n_tables += 1
        id_ = f"t{self.n_tables}"
        name = grid.caption or self.last_heading or f"表格{self.n_tables}"
        classes = "scroll"
        if not grid.caption or grid.caption == self.last_heading:
            classes += " quiet"
        if columns.has_brief_stub(grid):
            classes += " brief"
        if grid.n_rows <= _ON_ONE_PAGE:
            classes += " whole"
        self.rules += _table_rules(grid, id_)
        table = grid_html.write(grid, caption=name, prefix=id_, styled=False)
        label = escape(f"{name}（表格）")  # told apart from the section of that name
        return (
            f'<div class="{classes}" id="{id_}" role="region" tabindex="0" aria-label="{label}">'
            f"\n{table}\n</div>"
        )

    def inline(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._inline, content))

    def _inline(self, node: Inline) -> str:
        match node:
            case Text():
                return _text(node.text)
            case Code():
                return f"<code>{_text(node.text)}</code>"
            case Break():
                return "<br>"
            case Strong():
                return f"<strong>{self.inline(node.children)}</strong>"
            case Emphasis():
                return f"<em>{self.inline(node.children)}</em>"
            case Link():
                return self._link(node)

    def _link(self, link: Link) -> str:
        target = link.target
        if target.startswith("#"):
            id_ = self.anchors.get(unquote(target[1:]))
            if id_ is None:
                return self.inline(link.children)
            target = f"#{id_}"
        return f'<a href="{escape(target)}">{self.inline(link.children)}</a>'


def _ragged(paragraph: Paragraph) -> str:
    """A class for lines that must not be stretched: a long address leaves one half empty."""
    long = any(ems(word) > _LONG_WORD for word in words_of(words(paragraph.content)))
    return ' class="ragged"' if long else ""


def _text(text: str) -> str:
    """Escaped text that may break inside an address."""
    return "<wbr>".join(map(escape, pieces(text, _ANY_ROOM)))


def _table_rules(grid: Grid, id_: str) -> list[str]:
    """Column widths, and the width below which the table scrolls instead of being squeezed."""
    least = columns.minima(grid, 1.0, _PADDING)
    rules = []
    if columns.shares(grid):
        narrow = max(_NARROW, 1.03 * sum(least))
        widths = columns.fit(grid, narrow, 1.0, _PADDING) or tuple(least)
        share = [width / sum(widths) for width in widths]
        if len(set(widths)) > 1:
            head = f"#{id_} col:nth-child"
            rules += [f"{head}({n}){{width:{_short(100 * s)}%}}" for n, s in enumerate(share, 1)]
        rules.append(f"#{id_} table{{table-layout:fixed}}")
        smallest = max(low / part for low, part in zip(least, share, strict=True))
    else:
        legible = _legible(grid, least)
        smallest = sum(legible)
        if all(cell.colspan == cell.rowspan == 1 for cell in grid.cells):
            head = f"#{id_} tr>:nth-child"
            wide = [_short(width - _PADDING + _BLANK) for width in legible]
            floors = "".join(f"{head}({n}){{min-width:{w}em}}" for n, w in enumerate(wide, 1))
            rules.append(f"@media screen{{{floors}}}")
        if smallest > _COLUMN:
            rules.append(_beyond_the_text(id_, smallest))
    rules.append(f"@media screen{{#{id_} table{{min-width:{_short(smallest)}em}}}}")
    if columns.shares(grid):
        rules += _sticky_rules(grid, id_, [smallest * part for part in share])
    return rules


def _legible(grid: Grid, least: Sequence[float]) -> list[float]:
    """Widths of columns in which words are not set one character below the other."""
    widths = list(least)
    for cell in grid.cells:
        words = cell.role in ("value", "row") and any(map(is_wide, cell.text))
        if words and cell.colspan == 1:
            room = _NAMES if cell.role == "row" or len(cell.text) > _LONG_TEXT else _WORDS
            need = min(ems(cell.text), room) + _PADDING
            widths[cell.column] = max(widths[cell.column], need)
    return widths


def _beyond_the_text(id_: str, width: float) -> str:
    """A table too wide for the column of text takes of a wide screen's margins what it needs."""
    room = f"min(97vw,{_short(1.15 * width)}em)"
    box = f"#{id_}{{width:{room};margin-left:calc(50% - {room}/2)}}"
    return f"@media screen and (min-width:52rem){{{box}}}"


def _sticky_rules(grid: Grid, id_: str, widths: Sequence[float]) -> list[str]:
    """Row names that stay in sight while their table scrolls on a narrow screen.

    The last column of names stays. A name that spans it and columns to its left is shown in
    that column too: it stays with its last part, where padding puts the words.
    """
    names = [c for c in grid.cells if c.role == "row" and c.rowspan == 1]
    end = max((c.column + c.colspan for c in names), default=0)
    if not end or widths[end - 1] > _STICKY:
        return []
    rules = []
    for column in sorted({c.column for c in names if c.column + c.colspan == end}):
        hidden = sum(widths[column : end - 1])
        span = f'[colspan="{end - column}"]' if end - column > 1 else ":not([colspan])"
        padding = f";padding-left:{_short(hidden + 0.5)}em" if hidden else ""
        left = f"-{_short(hidden)}em" if hidden else "0"
        rules.append(f"#{id_} th[scope=row]{span}{{position:sticky;left:{left}{padding}}}")
    narrow = f"(max-width:{_short(sum(widths) * _OF_SCREEN + 2.5)}em)"
    return [f"@media screen and {narrow}{{{''.join(rules)}}}"]


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.data).decode("ascii")
    alt = escape(picture.alt)
    return f'<figure><img src="data:{picture.mime};base64,{data}" alt="{alt}"></figure>'
