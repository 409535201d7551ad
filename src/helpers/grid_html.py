"""Grids and HTML tables, both ways.

The writer serves the notebook and the published page; the reader serves whatever puts a
table into a page: pandas, a word processor, a content management system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from helpers.grid import Cell, Grid, Role, from_rows

_SCOPES: dict[Role, tuple[str, str]] = {"column": ("col", "colgroup"), "row": ("row", "rowgroup")}
_BREAKING = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_APART = frozenset({"script", "style", "table", "sup"})
_WHITE = re.compile(r"\s+")
_MAX_SPAN = 1000  # the limit browsers set on colspan


def write(
    grid: Grid, *, caption: str = "", prefix: str = "t", css_class: str = "", styled: bool = True
) -> str:
    """The grid as a ``<table>`` with caption, scopes and ``headers`` on every value cell.

    ``prefix`` starts the ids of the header cells and must differ between tables of one page.
    Repeated header rows stand in ``<thead>``. Not ``styled``: column widths are left to the
    page's own style sheet, for pages whose content security policy forbids inline styles.
    """
    headings = grid.headings()
    ids: dict[Cell, str] = {}
    for cell in grid.cells:
        if cell.role in ("column", "row"):
            ids[cell] = f"{prefix}-{cell.row}-{cell.column}"
    parts = [f'<table class="{escape(css_class)}">' if css_class else "<table>"]
    if caption or grid.caption:
        parts.append(f"<caption>{escape(caption or grid.caption)}</caption>")
    if grid.widths and styled:
        whole = sum(grid.widths)
        columns = (f'<col style="width:{100 * width / whole:.2f}%">' for width in grid.widths)
        parts.append(f"<colgroup>{''.join(columns)}</colgroup>")
    elif not styled:
        parts.append(f"<colgroup>{'<col>' * grid.n_columns}</colgroup>")
    for number, row in enumerate(grid.rows()):
        if number == 0:
            parts.append("<thead>" if grid.header_rows else "<tbody>")
        elif number == grid.header_rows:
            parts.append("</thead><tbody>")
        cells = "".join(_cell(cell, headings, ids) for cell in row)
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</tbody></table>" if grid.n_rows > grid.header_rows else "</thead></table>")
    return "\n".join(parts)


def _cell(cell: Cell, headings: Mapping[Cell, tuple[Cell, ...]], ids: dict[Cell, str]) -> str:
    attributes = ""
    if cell.colspan > 1:
        attributes += f' colspan="{cell.colspan}"'
    if cell.rowspan > 1:
        attributes += f' rowspan="{cell.rowspan}"'
    text = escape(cell.text).replace("\n", "<br>")
    if cell in ids:
        wide = cell.colspan > 1 if cell.role == "column" else cell.rowspan > 1
        scope = _SCOPES[cell.role][wide]
        return f'<th id="{ids[cell]}" scope="{scope}"{attributes}>{text}</th>'
    if cell.role == "corner":
        return f'<td class="corner"{attributes}>{text}</td>'
    heads = " ".join(ids[head] for head in headings.get(cell, ()))
    if heads:
        attributes += f' headers="{heads}"'
    if cell.mark:
        attributes += ' class="marked"'
        text += f"<sup>{escape(cell.mark)}</sup>"
    return f"<td{attributes}>{text}</td>"


def read(markup: str | bytes) -> list[Grid]:
    """Every table of a page or fragment, nested ones after the table they stand in.

    Careless spans are mended as browsers do. Header cells are told by ``<th>`` and
    ``<thead>``; text keeps no markup, line and paragraph breaks become newlines.
    """
    if not markup.strip():
        return []
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False)
    if isinstance(markup, str):  # lxml refuses a declared encoding in decoded text
        markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)
    try:
        root = lxml_html.fromstring(markup, parser=parser)
    except etree.ParserError:  # nothing but comments
        return []
    return [read_table(table) for table in root.iter("table")]


def read_table(table: Any) -> Grid:
    """The Grid of one lxml ``<table>`` element."""
    rows = list(_rows(table))
    leading = 0
    for element in rows:
        if element.getparent().tag != "thead":
            break
        leading += 1
    cells = [list(_read_row(row, number < leading)) for number, row in enumerate(rows)]
    caption = " ".join(_text(c) for c in table.iterchildren("caption"))
    return from_rows(cells, fill=True, header_rows=leading, caption=caption)


def extent(table: Any) -> tuple[int, int]:
    """How many rows a ``<table>`` has and how many columns it may take, before it is laid out."""
    rows = list(_rows(table))
    widest, reaching = 0, list[tuple[int, int]]()
    for number, row in enumerate(rows):
        reaching = [(end, width) for end, width in reaching if end > number]
        cells = row.iterchildren("td", "th")
        reaching += [(number + _span(c, "rowspan"), _span(c, "colspan")) for c in cells]
        widest = max(widest, sum(width for _, width in reaching))
    return len(rows), widest


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _read_row(row: Any, in_head: bool) -> Iterator[Cell]:
    for cell in row.iterchildren("td", "th"):
        yield Cell(
            _text(cell),
            rowspan=_span(cell, "rowspan"),
            colspan=_span(cell, "colspan"),
            role=_role(cell, in_head),
            mark="".join("".join(sup.itertext()) for sup in cell.iter("sup")).strip(),
        )


def _role(cell: Any, in_head: bool) -> Role:
    if cell.tag != "th":
        return "value"
    scope = cell.get("scope", "")
    if scope.startswith("col"):
        return "column"
    return "row" if scope.startswith("row") or not in_head else "column"


def _span(cell: Any, name: str) -> int:
    digits = (cell.get(name) or "1").strip()
    return max(1, min(int(digits), _MAX_SPAN)) if digits.isascii() and digits.isdigit() else 1


def _text(element: Any) -> str:
    parts: list[str] = []
    skipped = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        hidden = event in ("comment", "pi") or node.tag in _APART
        inner = node is not element
        if event == "start" and hidden and inner:
            skipped += 1
        if event == "start" and not skipped:
            parts.append("\n" if node.tag == "br" or (inner and node.tag in _BREAKING) else "")
            parts.append(" ".join(_split(node.text)))
        if event == "end" and hidden and inner:
            skipped -= 1
        if event != "start" and not skipped and inner:
            parts.append("\n" if node.tag in _BREAKING else "")
            parts.append(" ".join(_split(node.tail)))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _split(text: str | None) -> list[str]:
    """Words with the blanks at both ends kept, so that pieces join as they stood."""
    return _WHITE.split(text or "")
