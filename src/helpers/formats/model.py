"""What a statutory format is: sections, tables, rows, columns, units and identities.

The contents come from one data file a format (``2019.yaml``, ``2021.yaml``); this module only
says what such a file holds and answers questions about it. Codes (``key``) let rules speak of
rows and columns without spelling a label; everything a person reads uses the labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from helpers.formats.labels import plain

Kind = Literal["count", "change", "money"]
"""count: non-negative integer; change: signed integer; money: exact decimal, never negative."""

ALWAYS = "D-07"
"""The rule that speaks when a part of a table is missing which must always be there."""

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Strings = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value or ()))]


class Ref(NamedTuple):
    """The address of one figure in official labels; ``row`` is the path of labels joined by /."""

    table: str
    row: str
    column: str


class Data(BaseModel):
    """Base of everything read from a format file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Data):
    """A row or column with its printed label and the other spellings that mean it."""

    key: Key | None = None
    label: str
    aliases: Strings = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """The comparable forms of the label and its aliases."""
        return frozenset(plain(name) for name in (self.label, *self.aliases))


class Column(Named):
    """A column or a group of columns. ``span`` is the number of grid columns a leaf takes."""

    kind: Kind = "count"
    unit: str = "件"
    unit_in_cell: bool = False
    span: int = 1
    columns: tuple[Column, ...] = ()

    def leaves(self) -> Iterator[Column]:
        """The columns that hold figures, left to right."""
        if not self.columns:
            yield self
        for column in self.columns:
            yield from column.leaves()


class Row(Named):
    """A row or a group of rows."""

    rows: tuple[Row, ...] = ()

    def leaves(self, above: tuple[Row, ...] = ()) -> Iterator[Line]:
        """The rows that hold figures, top down, each with the groups above it."""
        if not self.rows:
            yield Line(self, above)
        for row in self.rows:
            yield from row.leaves((*above, self))


class Line(NamedTuple):
    """A row that holds figures, with the groups it stands in."""

    row: Row
    groups: tuple[Row, ...]

    @property
    def key(self) -> str:
        """The code of the row."""
        return self.row.key or ""

    @property
    def path(self) -> str:
        """Official labels from the outermost group inwards, joined by /."""
        return "/".join(row.label for row in (*self.groups, self.row))

    @property
    def below(self) -> str:
        """The path without the outermost group, as short as a person would say it."""
        return "".join(row.label for row in (*self.groups[1:], self.row))


class Term(NamedTuple):
    """``sign`` × the figure in the row or column with this key."""

    sign: int
    key: str


class Relation(Data):
    """A linear identity or inequality between the figures of each row, or of each column.

    ``total`` marks an identity whose left side is computed when it is left out.
    """

    rule: str
    each: Literal["row", "column"]
    equation: str
    total: bool = False

    @cached_property
    def _sides(self) -> tuple[tuple[Term, ...], str, tuple[Term, ...]]:
        left, sign, right = re.split(r"(<=|>=|=)", self.equation, maxsplit=1)
        return _terms(left), sign, _terms(right)

    @property
    def left(self) -> tuple[Term, ...]:
        """The terms left of the sign."""
        return self._sides[0]

    @property
    def sign(self) -> str:
        """One of ``=``, ``<=``, ``>=``."""
        return self._sides[1]

    @property
    def right(self) -> tuple[Term, ...]:
        """The terms right of the sign (none for 0)."""
        return self._sides[2]

    @model_validator(mode="after")
    def _well_formed(self) -> Relation:
        pattern = r"\s*[a-z]\w*(\s*[+-]\s*[a-z0-9]\w*)*\s*(<=|>=|=)\s*\w+(\s*[+-]\s*\w+)*\s*"
        if not re.fullmatch(pattern, self.equation):
            raise ValueError(f"勾稽关系写法不对：{self.equation}")
        if self.total and (len(self.left) != 1 or self.sign != "="):
            raise ValueError(f"合计的左边只能是一项：{self.equation}")
        return self


def _terms(side: str) -> tuple[Term, ...]:
    parts = re.findall(r"([+-]?)\s*(\w+)", side)
    return tuple(Term(-1 if sign == "-" else 1, key) for sign, key in parts if key != "0")


class Block(Data):
    """A part of a table with column heads of its own.

    ``across``: the rows stand above the columns and the block has one line of figures (表四).
    ``required_by``: the rule that speaks when the whole block is missing (else D-07).
    """

    title: str = ""
    corner: str = ""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    relations: tuple[Relation, ...] = ()
    across: bool = False
    required_by: str = ALWAYS

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The rows that hold figures, in printed order."""
        return tuple(line for row in self.rows for line in row.leaves())

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """The columns that hold figures, in printed order."""
        return tuple(leaf for column in self.columns for leaf in column.leaves())

    @cached_property
    def total_columns(self) -> frozenset[str]:
        """Keys of the columns that are computed from others."""
        return frozenset(r.left[0].key for r in self.relations if r.total and r.each == "row")

    @cached_property
    def total_rows(self) -> frozenset[str]:
        """Keys of the rows that are computed from others."""
        return frozenset(r.left[0].key for r in self.relations if r.total and r.each == "column")

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """The columns somebody has to fill, in printed order (all but the totals)."""
        return tuple(column for column in self.fields if column.key not in self.total_columns)

    @model_validator(mode="after")
    def _consistent(self) -> Block:
        rows, columns = [line.key for line in self.lines], [c.key for c in self.fields]
        for what, keys in (("行", rows), ("列", columns)):
            if not all(keys) or len(set(keys)) != len(keys):
                raise ValueError(f"每{what}须有各不相同的 key：{keys}")
        for relation in self.relations:
            known = columns if relation.each == "row" else rows
            for term in (*relation.left, *relation.right):
                if term.key not in known:
                    raise ValueError(f"勾稽关系 {relation.rule} 提到没有的 key：{term.key}")
        return self


class Slot(NamedTuple):
    """One place for a figure: its address and what the format says of it."""

    ref: Ref
    block: Block
    line: Line
    column: Column

    @property
    def total(self) -> bool:
        """Whether the figure is computed from others when it is left out."""
        in_columns = self.column.key in self.block.total_columns
        return in_columns or self.line.key in self.block.total_rows


class Table(Data):
    """A statutory table: blocks of one width under each other. ``id`` is 二, 三 or 四."""

    id: str
    blocks: tuple[Block, ...]
    widths: tuple[float, ...] = ()
    header_rows: int = 0

    @property
    def name(self) -> str:
        """The table as people call it: 表二, 表三, 表四."""
        return f"表{self.id}"

    @cached_property
    def slots(self) -> dict[Ref, Slot]:
        """Every figure of the table in printed order."""
        found = {}
        for block in self.blocks:
            for line in block.lines:
                for column in block.fields:
                    ref = Ref(self.id, line.path, column.label)
                    found[ref] = Slot(ref, block, line, column)
        return found

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Ref]:
        """Addresses by (row key, column key)."""
        return {(s.line.key, s.column.key or ""): ref for ref, s in self.slots.items()}

    @model_validator(mode="after")
    def _rows_unique(self) -> Table:
        keys = [line.key for block in self.blocks for line in block.lines]
        if len(set(keys)) != len(keys):
            raise ValueError(f"表{self.id} 有重复的行 key")
        return self


class Section(Data):
    """One of the six sections; ``table`` is the id of the table it holds, else it is text."""

    id: str
    heading: str
    aliases: Strings = ()
    table: str | None = None

    @property
    def title(self) -> str:
        """The printed heading with its number."""
        return f"{self.id}、{self.heading}"


class Sentence(Data):
    """A sentence of the preamble, left out where one of the fields it needs is empty."""

    text: str
    needs: Strings = ()


class Notice(Data):
    """The notice that prescribes the format."""

    title: str
    number: str


class Format(Data):
    """A statutory format: which sections, tables, rows, columns, units and identities.

    ``draft`` is what a computed report says to begin with, by text section: Markdown with
    placeholders, and ____ where only people know.
    """

    code: str
    notice: Notice
    first_year: int
    last_year: int | None = None
    title: str
    preamble: tuple[Sentence, ...]
    contact: dict[str, str]
    sections: tuple[Section, ...]
    draft: dict[str, str] = {}
    tables: tuple[Table, ...]

    @cached_property
    def slots(self) -> dict[Ref, Slot]:
        """Every figure of the report in printed order."""
        return {ref: slot for table in self.tables for ref, slot in table.slots.items()}

    @cached_property
    def narrative(self) -> tuple[Section, ...]:
        """The sections that are text."""
        return tuple(section for section in self.sections if section.table is None)

    def table(self, table_id: str) -> Table:
        """The table 二, 三 or 四. Raises KeyError for any other id."""
        return {table.id: table for table in self.tables}[table_id]

    def section(self, section_id: str) -> Section:
        """The section 一 … 六. Raises KeyError for any other id."""
        return {section.id: section for section in self.sections}[section_id]

    def ref(self, row: str, column: str, table: str | None = None) -> Ref | None:
        """The address of a figure by codes, or None where this format has no such figure."""
        for candidate in self.tables:
            if table in (None, candidate.id) and (row, column) in candidate.by_key:
                return candidate.by_key[row, column]
        return None

    def in_force(self, year: int) -> bool:
        """Whether reports on this year use the format."""
        return self.first_year <= year <= (self.last_year or year)
