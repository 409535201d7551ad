"""The document tree as the body of a Word file: styled paragraphs, lists, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.exporters import docx_pictures, docx_tables, titles
from helpers.exporters.breaks import ems, words_of
from helpers.exporters.document import (
    Block,
    Break,
    Divider,
    Document,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Passage,
    Picture,
    Preformatted,
    Quote,
    Table,
    anchors,
    words,
)
from helpers.exporters.docx_runs import PLAIN, Inliner, Look, make, run
from helpers.grid import Grid

_TITLE_ROOM = 20.0  # em: characters of 二号 in a line
_LINE_ROOM = 28.0  # em: characters of 三号 in a line
_LONG_WORD = 8.0  # em
_CHARACTER = 316  # twentieths of a point
_DEEPEST = 8  # levels that Word's lists have, from 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: in a list or quote, indented by so many twentieths of a point."""

    indent: int = 0
    depth: int = 0
    style: str = "Normal"


def write(word: Any, document: Document, front: Sequence[Any] = ()) -> None:
    """Append the document to the empty python-docx document ``word``.

    ``front`` are elements that stand between the title and the text. Raises ExportError for a
    picture that cannot be drawn.
    """
    inliner = Inliner(word.part, anchors(document.blocks))
    writer = _Writer(word, inliner)
    writer.append(_title(document.title_lines))
    for element in front:
        writer.append(element)
    writer.blocks(document.blocks)
    if writer.after_table:
        writer.append(_paragraph("AfterTable"))


def _title(lines: Sequence[str]) -> Any:
    """The title, its lines of about equal length where they do not fit on one."""
    lines = [part for line in lines for part in titles.broken(line, _TITLE_ROOM)]
    widths = [ems(line) for line in lines]
    folds = [max(1, -int(-width // _TITLE_ROOM)) for width in widths]
    paragraph = _paragraph("Title", run("\n".join(lines)))
    if max(folds, default=1) > 1:
        room = max(width / fold for width, fold in zip(widths, folds, strict=True))
        spare = max(0.0, _TITLE_ROOM - room - 1) / 2 * 22 * 20
        paragraph.pPr.append(_indent(left=int(spare), right=int(spare)))
    return paragraph


@dataclass(slots=True)
class _Writer:
    """Appends blocks in order and remembers what must differ or be known later."""

    word: Any
    inliner: Inliner
    n_headings: int = 0
    n_tables: int = 0
    last_heading: str = ""
    after_table: bool = False
    after_heading: Any = None
    signed: bool = False
    place: _Place = field(default_factory=_Place)

    def append(self, element: Any) -> None:
        """Append an element; tables that follow each other would become one without this."""
        body = self.word.element.body
        is_table = element.tag.endswith("}tbl")
        if is_table and self.after_table:
            body.insert_element_before(_paragraph("AfterTable"), "w:sectPr")
        body.insert_element_before(element, "w:sectPr")
        self.after_table = is_table
        self.after_heading = None

    def blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._text(block.content)
            case Listing():
                self._list(block)
            case Quote():
                indent = self.place.indent + 2 * _CHARACTER
                self._inside(replace(self.place, indent=indent, style="Quote"), block.blocks)
            case Passage():
                self._passage(block)
            case Divider():
                self.append(_paragraph("Divider"))
            case Table():
                self._table(block.grid)
            case Picture():
                self._picture(block)
            case Preformatted():
                self.append(_preformatted(block.text))

    def _inside(self, place: _Place, blocks: Iterable[Block]) -> None:
        outside, self.place = self.place, place
        self.blocks(blocks)
        self.place = outside

    def _heading(self, heading: Heading) -> None:
        self.n_headings += 1
        self.last_heading = words(heading.content)
        paragraph = _paragraph(f"Heading{heading.level - 1}")
        if self.signed and heading.level == 2:  # an annex begins a page of its own
            paragraph.pPr.append(make("pageBreakBefore"))
        number = self.n_headings
        paragraph.append(make("bookmarkStart", id=number, name=f"s{number}"))
        self.inliner.fill(paragraph, heading.content)
        paragraph.append(make("bookmarkEnd", id=number))
        self.append(paragraph)
        self.after_heading = paragraph

    def _text(self, content: Iterable[Inline], properties: Sequence[Any] = ()) -> None:
        style = self.place.style
        paragraph = _paragraph(style)
        paragraph.pPr.extend(properties)
        if not properties and style != "Normal":
            first = 2 * _CHARACTER if style == "Quote" else 0
            paragraph.pPr.append(_indent(left=self.place.indent, first=first))
        content = tuple(content)
        # Word stretches the line that a long address leaves half empty.
        if any(ems(word) > _LONG_WORD for word in words_of(words(content))):
            paragraph.pPr.append(make("jc", val="left"))
        self.inliner.fill(paragraph, content)
        self.append(paragraph)

    def _list(self, listing: Listing) -> None:
        depth = min(self.place.depth, _DEEPEST)
        number = self._numbering(listing, depth)
        style = "ListNumber" if listing.ordered else "ListBullet"
        outer = self.place.indent if self.place.depth else 2 * _CHARACTER + self.place.indent
        left = outer + _CHARACTER * 3 // 2
        for first, *rest in listing.items:
            marked = make("numPr", make("ilvl", val=depth), make("numId", val=number))
            indent = _indent(left=left, hanging=_CHARACTER * 3 // 2)
            if isinstance(first, Paragraph):
                outside, self.place = self.place, replace(self.place, style=style)
                self._text(first.content, (marked, indent))
                self.place = outside
            else:
                rest = [first, *rest]
            self._inside(_Place(left, depth + 1, "ListContinue"), rest)

    def _numbering(self, listing: Listing, depth: int) -> int:
        """The number of the list definition: one for all bullets, a new one for each count."""
        if not listing.ordered:
            return 1
        num = self.word.part.numbering_part.element.add_num(1)
        num.add_lvlOverride(depth).add_startOverride(listing.start)
        return int(num.numId)

    def _passage(self, passage: Passage) -> None:
        if passage.role == "signoff":
            self._signoff(passage.blocks)
        else:
            self.blocks(passage.blocks)

    def _signoff(self, blocks: Sequence[Block]) -> None:
        paragraphs = (block for block in blocks if isinstance(block, Paragraph))
        lines = [line for b in paragraphs for line in _lines(titles.folded(b.content))]
        # Two characters from the edge, less where a long name needs the room.
        is_long = any(ems(words(line)) > _LINE_ROOM - 2 for line in lines)
        for number, line in enumerate(lines):
            paragraph = _paragraph("SignOff")
            if number < len(lines) - 1:
                paragraph.pPr.append(make("keepNext"))
            if number == 0:
                paragraph.pPr.append(make("spacing", before=579))
            if is_long:
                paragraph.pPr.append(_indent(right=0))
            self.inliner.fill(paragraph, line)
            self.append(paragraph)
        self.blocks(block for block in blocks if not isinstance(block, Paragraph))
        self.signed = True

    def _table(self, grid: Grid) -> None:
        self.n_tables += 1
        if grid.caption and grid.caption != self.last_heading:
            self.append(_paragraph("Caption", run(grid.caption)))
        name = grid.caption or self.last_heading or f"表格{self.n_tables}"
        if self.after_heading is not None:
            self.after_heading.pPr.append(make("spacing", after=100))
        self.append(docx_tables.write(grid, name))

    def _picture(self, picture: Picture) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.style = "图"
        paragraph.paragraph_format.keep_with_next = True  # with the table of its numbers
        docx_pictures.add(paragraph.add_run(), picture)
        self.after_table, self.after_heading = False, None


def _paragraph(style: str, *children: Any) -> Any:
    return make("p", make("pPr", make("pStyle", val=style)), *children)


def _indent(left: int = 0, right: int = 0, first: int = 0, hanging: int = 0) -> Any:
    # The body's indent of two characters outweighs every other unless it is taken back.
    side = {"hanging": hanging} if hanging else {"firstLine": first}
    return make("ind", left=left, right=right, firstLineChars=0, **side)


def _lines(content: Iterable[Inline]) -> list[list[Inline]]:
    """The inlines cut at their line breaks."""
    lines: list[list[Inline]] = [[]]
    for node in content:
        if isinstance(node, Break):
            lines.append([])
        else:
            lines[-1].append(node)
    return [line for line in lines if line]


def _preformatted(text: str) -> Any:
    """Lines in half-width type, as small as the longest asks for (7 pt at least)."""
    longest = max(sum(2 if ems(c) == 1 else 1 for c in line) for line in text.split("\n"))
    size = max(7.0, min(10.5, 2 * (docx_tables.WIDTH - 12) / max(longest, 1)))
    look = Look(half_points=int(size * 2)) if size < 10.5 else PLAIN
    return _paragraph("HTMLPreformatted", run(text, look))
