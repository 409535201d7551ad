"""The executed notebook read as a document: its published cells, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, cast

from helpers import grid
from helpers.exporters import markdown, pictures
from helpers.exporters.document import (
    Block,
    Document,
    Explanation,
    Heading,
    Listing,
    Paragraph,
    Passage,
    Picture,
    Preformatted,
    Problem,
    Quote,
    Role,
    Table,
    words,
)
from helpers.exporters.errors import ExportError
from helpers.exporters.text import clean, line

MIME = "application/vnd.nianbao.document+json"
"""MIME type of the output that says which document the notebook is."""

_RASTERS = ("image/png", "image/jpeg")
_PICTURES = ("image/svg+xml", *_RASTERS)
_ROLES = ("preamble", "signoff")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block comes from: the cell with its number, counted from 1 as people count."""

    number: int
    cell: Mapping[str, Any]

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(self.cell.get("metadata", {}).get("tags", ()))

    @property
    def outputs(self) -> Sequence[Mapping[str, Any]]:
        if self.cell["cell_type"] != "code":
            return ()
        return cast("Sequence[Mapping[str, Any]]", self.cell.get("outputs", ()))


def read(notebook: Mapping[str, Any], name: str = "") -> Document:
    """The document that an executed notebook publishes.

    ``name`` is the title where neither the metadata nor a first-level heading gives one.
    Raises ExportError where a cell failed, nothing was run, nothing is to be published or an
    output of this kit cannot be understood.
    """
    places = [_Place(number, cell) for number, cell in enumerate(notebook["cells"], 1)]
    _refuse_failed(places)
    _refuse_unexecuted(places)
    shown = [place for place in places if "remove-cell" not in place.tags]
    blocks = [block for place in shown for block in _blocks(place)]
    if not blocks:
        raise ExportError("笔记本里没有可以发布的内容：没有文字，也没有表格或图。")
    return _document(_metadata(shown), blocks, name)


def _refuse_failed(places: Iterable[_Place]) -> None:
    for place in places:
        for output in place.outputs:
            if output["output_type"] == "error":
                said = line(str(output.get("evalue", "")))
                raise ExportError(
                    f"笔记本没有运行成功，不能导出正式文件：第 {place.number} 个单元格出错，"
                    f"{line(str(output.get('ename', '')))}：{said[:300]}"
                )


def _refuse_unexecuted(places: Iterable[_Place]) -> None:
    code = [p.cell for p in places if p.cell["cell_type"] == "code" and "".join(p.cell["source"])]
    if code and not any(cell.get("outputs") or cell.get("execution_count") for cell in code):
        raise ExportError("笔记本尚未运行，没有可以导出的结果；请先运行全部单元格，再导出。")


def _blocks(place: _Place) -> Iterator[Block]:
    """The published blocks of one cell."""
    if place.cell["cell_type"] == "markdown":
        source, attachments = "".join(place.cell["source"]), place.cell.get("attachments", {})
        yield from _prose(source, attachments, place.cell.get("metadata", {}))
    if "remove-output" in place.tags:
        return
    has_picture = any(mime in o.get("data", {}) for o in place.outputs for mime in _PICTURES)
    for output in _joined(place.outputs):
        if output["output_type"] == "stream":
            if output.get("name") == "stdout":
                yield from _preformatted(_string(output["text"]))
        elif output["output_type"] in ("display_data", "execute_result"):
            repr_only = has_picture and output["output_type"] == "execute_result"
            yield from _bundle(output, place, publish_text=not repr_only)


def _joined(outputs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The outputs with neighbouring pieces of standard output in one."""
    joined: list[Mapping[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.get("name") == last.get("name") == "stdout":
            joined[-1] = {**last, "text": _string(last["text"]) + _string(output["text"])}
        else:
            joined.append(output)
    return joined


def _bundle(output: Mapping[str, Any], place: _Place, *, publish_text: bool) -> Iterator[Block]:
    """The blocks of the best representation in a MIME bundle."""
    data, metadata = output["data"], output.get("metadata", {})
    if MIME in data:
        return
    if grid.MIME in data:
        yield from _tables([_grid(data[grid.MIME], place)])
    elif "text/markdown" in data:
        yield from _prose(_string(data["text/markdown"]), {}, metadata)
    elif any(mime in data for mime in _PICTURES):
        yield _picture(data, place, _alt(metadata, place))
    elif "text/html" in data:
        from helpers import grid_html

        yield from _tables(map(_cleaned, grid_html.read(_string(data["text/html"]))))
    elif publish_text and "text/plain" in data and not _alive(data):
        yield from _preformatted(_string(data["text/plain"]))


def _alive(data: Mapping[str, Any]) -> bool:
    """Whether the bundle is a widget or a script, whose text is only its repr."""
    return any("javascript" in mime or "widget" in mime for mime in data)


def _prose(source: str, attachments: Any, metadata: Mapping[str, Any]) -> Iterator[Block]:
    role = (metadata.get("nianbao") or {}).get("role")
    blocks = markdown.parse(source, attachments, keep_lines=role == "signoff")
    if role in _ROLES and blocks:
        yield Passage(cast("Role", role), blocks)
    else:
        yield from blocks


def _preformatted(text: str) -> Iterator[Preformatted]:
    # A carriage return starts the line afresh, as progress bars do.
    lines = [part.rstrip("\r").rsplit("\r", 1)[-1] for part in text.split("\n")]
    text = clean("\n".join(lines)).expandtabs(8)
    if text.strip():
        yield Preformatted(re.sub(r"^(?:[ \t]*\n)+|\s+$", "", text))


def _tables(grids: Iterable[grid.Grid]) -> Iterator[Table]:
    yield from (Table(found) for found in grids if found.n_rows and found.n_columns)


def _picture(data: Mapping[str, Any], place: _Place, alt: str) -> Picture:
    if "image/svg+xml" in data and (picture := pictures.svg(_string(data["image/svg+xml"]), alt)):
        return picture
    for mime in _RASTERS:
        if mime in data and (picture := pictures.raster(_string(data[mime]), mime, alt)):
            return picture
    raise ExportError(f"第 {place.number} 个单元格输出的图读不懂。")


def _alt(metadata: Mapping[str, Any], place: _Place) -> str:
    """The words for a picture: of the output (also by MIME type), else of the cell, else none."""
    by_mime = (m for mime in _PICTURES if isinstance(m := metadata.get(mime), Mapping))
    for holder in (metadata, *by_mime, place.cell.get("metadata", {})):
        if isinstance(alt := holder.get("alt"), str) and alt.strip():
            return line(alt)
    return ""


def _grid(data: Any, place: _Place) -> grid.Grid:
    try:
        return _cleaned(grid.from_json(json.loads(data) if isinstance(data, str) else data))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ExportError(f"第 {place.number} 个单元格输出的表格读不懂：{error}") from error


def _cleaned(table: grid.Grid) -> grid.Grid:
    cells = tuple(map(_cleaned_cell, table.cells))
    caption = line(table.caption)
    if caption == table.caption and all(a is b for a, b in zip(cells, table.cells, strict=True)):
        return table
    return replace(table, cells=cells, caption=caption)


def _cleaned_cell(cell: grid.Cell) -> grid.Cell:
    text, mark = clean(cell.text).strip(), line(cell.mark) if cell.mark else ""
    same = text == cell.text and mark == cell.mark
    return cell if same else replace(cell, text=text, mark=mark)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value)


def _metadata(places: Iterable[_Place]) -> dict[str, Any]:
    for place in places:
        for output in place.outputs:
            data = output.get("data", {}).get(MIME)
            if data is not None:
                return cast("dict[str, Any]", json.loads(data) if isinstance(data, str) else data)
    return {}


def _document(metadata: Mapping[str, Any], blocks: list[Block], name: str) -> Document:
    title, blocks = _title(line(metadata.get("title") or ""), blocks, line(name) or "文件")
    title_lines = tuple(filter(None, map(line, metadata.get("title_lines") or ())))
    return Document(
        title=title,
        title_lines=title_lines or (title,),
        blocks=_numbered(_levelled(blocks)),
        agency=line(metadata.get("agency") or ""),
        year=metadata.get("year"),
        published=_published(metadata.get("published")),
        subject=line(metadata.get("subject") or ""),
        draft=bool(metadata.get("draft")),
        problems=tuple(map(_problem, metadata.get("problems") or ())),
        explanations=tuple(map(_explanation, metadata.get("explanations") or ())),
    )


def _problem(item: Mapping[str, Any]) -> Problem:
    return Problem(*(line(str(item.get(key) or "")) for key in Problem.__match_args__))


def _explanation(item: Mapping[str, Any]) -> Explanation:
    return Explanation(*(line(str(item.get(key) or "")) for key in Explanation.__match_args__))


def _published(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except (ValueError, TypeError) as error:
        raise ExportError(f"公布日期“{value}”不是“2022-01-31”这样的日期。") from error


def _title(title: str, blocks: list[Block], name: str) -> tuple[str, list[Block]]:
    """The title, and the blocks without the first-level heading that repeats or gives it."""
    for index, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level == 1:
            found = line(words(block.content))
            if not title or "".join(found.split()) == "".join(title.split()):
                return title or found, [*blocks[:index], *blocks[index + 1 :]]
    return title or name, blocks


def _levelled(blocks: Iterable[Block]) -> list[Block]:
    """Headings from level 2 down with none skipped; inside lists and quotes, paragraphs."""
    above, levelled = 1, list[Block]()
    for block in blocks:
        if isinstance(block, Heading):
            above = min(max(block.level, 2), above + 1, 6)
            levelled.append(replace(block, level=above))
        elif isinstance(block, Passage):
            levelled.append(replace(block, blocks=_flat(block.blocks)))
        else:
            levelled.extend(_flat((block,)))
    return levelled


def _flat(blocks: Iterable[Block]) -> tuple[Block, ...]:
    def flat(block: Block) -> Block:
        match block:
            case Heading():
                return Paragraph(block.content)
            case Quote():
                return replace(block, blocks=_flat(block.blocks))
            case Listing():
                return replace(block, items=tuple(map(_flat, block.items)))
        return block

    return tuple(map(flat, blocks))


def _numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with 图1, 图2 … as the words of pictures that have none."""
    numbers = count(1)

    def numbered(block: Block) -> Block:
        match block:
            case Picture():
                number = next(numbers)
                return block if block.alt else replace(block, alt=f"图{number}")
            case Quote() | Passage():
                return replace(block, blocks=tuple(map(numbered, block.blocks)))
            case Listing():
                items = tuple(tuple(map(numbered, item)) for item in block.items)
                return replace(block, items=items)
        return block

    return tuple(map(numbered, blocks))
