"""The matcher: tables as found in a file -> figures, told by the same data that prints them.

Rows are known by their labels, columns by the heads above them or, where heads and values do
not line up, by their order when the number of values is right. Nothing is guessed silently:
what was read differently from how it stood, what had no place and what was missing is noted;
a figure that is not certain stays unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from helpers.figures import Figure, Figures, Operands, complete, instances
from helpers.formats import Block, Column, Format, Line, Ref, Table, available, plain
from helpers.grid import Cell
from helpers.readers.cells import figure_of, is_apart, is_number, is_value, joined
from helpers.readers.columns import Value, by_heads, from_first_filled, in_order, with_blanks
from helpers.readers.document import FoundTable
from helpers.readers.rows import LineFinder

Kind = Literal["normalised", "unplaced", "surplus", "missing", "unsure"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about what was read, and where it stands.

    ``ref`` is the figure it is about, where it is about one. ``surplus`` is a further row of
    figures in a table that has only one.
    """

    kind: Kind
    place: str
    message: str
    ref: Ref | None = None

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


@dataclass(frozen=True)
class Match:
    """The figures of one format found in the tables of a file.

    ``used`` are the indexes of the tables that held statutory rows.
    """

    format: Format
    figures: Figures
    notes: tuple[Note, ...]
    used: frozenset[int]

    @property
    def found(self) -> int:
        """How many cells of the format were found, blank ones included."""
        return len(self.figures)


def match(tables: Sequence[FoundTable], year: int | None = None) -> Match:
    """The format whose tables these are, with their figures.

    The format is seen from the tables; ``year`` only decides where they fit several equally.
    """
    return best(match_all(tables), year)


def match_all(tables: Sequence[FoundTable]) -> list[Match]:
    """Every format held against the tables."""
    return [_Matcher(fmt).match(tables) for fmt in available().values()]


def best(matches: Sequence[Match], year: int | None = None) -> Match:
    """The match that explains most cells and lacks fewest."""

    def rank(candidate: Match) -> tuple[int, bool, int]:
        in_force = year is not None and candidate.format.in_force(year)
        extra = len(candidate.format.slots) - candidate.found
        return candidate.found - extra, in_force, candidate.format.first_year

    return max(matches, key=rank)


@dataclass
class _Matcher:
    """One format held against the tables of a file."""

    format: Format
    cells: dict[Ref, Figure] = field(default_factory=dict)
    places: dict[Ref, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    _table: int = 0  # the index of the table looked at; parts of one sheet share their place
    _open: dict[tuple[int, int], tuple[str, list[Cell]]] = field(default_factory=dict)
    _taken: set[tuple[int, int]] = field(default_factory=set)

    def match(self, tables: Sequence[FoundTable]) -> Match:
        """Go through all tables, then settle what is left open."""
        for self._table, found in enumerate(tables):
            for table in self.format.tables:
                before = len(self.places)
                if any(block.across for block in table.blocks):
                    self._across(table, found)
                else:
                    self._down(table, found)
                if len(self.places) > before:
                    self.used.add(self._table)
        self._settle()
        for at, (place, row) in self._open.items():
            if at not in self._taken:
                self._note("unplaced", place, f"没有对应的行：{_listed(row)}")
        ordered = {ref: self.cells[ref] for ref in self.format.slots if ref in self.cells}
        return Match(self.format, Figures(ordered), tuple(self.notes), frozenset(self.used))

    def _down(self, table: Table, found: FoundTable) -> None:
        """A table whose rows have labels (表二, 表三)."""
        finder = LineFinder(table)
        head: list[Cell] = []
        for number, dense in enumerate(found.grid.matrix()):
            row = _standing(dense)
            hit = finder.find(row, number)
            if hit is None:
                if finder.is_head(row):
                    head = [cell for cell in row if cell.text.strip()]
                elif finder.tells(row, head):
                    self._open[self._table, number] = f"{found.place}第 {number + 1} 行", row
                continue
            self._taken.add((self._table, number))
            values = [
                Value(c.text, range(c.column, c.column + c.colspan))
                for c in row
                if c.column >= hit.label.column + hit.label.colspan
            ]
            place = f"{found.place}第 {number + 1} 行"
            if hit.read_as:
                self._note("normalised", place, f"“{_short(hit.label)}”按“{hit.read_as}”读取")
            self._take(table, hit.block, hit.line, values, head, place)

    def _take(
        self,
        table: Table,
        block: Block,
        line: Line,
        values: list[Value],
        head: Sequence[Cell],
        place: str,
    ) -> None:
        """The values of one row into their columns: by the heads above, else by order."""
        placed = by_heads(block.fields, values, head)
        texts = from_first_filled([value.text for value in values], len(block.fields))
        if placed is None and in_order(block, head):
            if len(texts) == len(block.fields):
                placed = dict(zip(block.fields, texts, strict=True))
            else:
                placed = with_blanks(block.fields, values)
        if placed is None:
            read = "、".join(v.text or "空" for v in values[:8])
            wanted = f"“{line.row.label}”应有 {len(block.fields)} 个数"
            message = f"{wanted}，读到 {len(values)} 格（{read}），没有采用"
            self._note("unsure", place, message)
            return
        torn = [t for c, t in placed.items() if figure_of(t, c).state == "unreadable"]
        for column, text in placed.items():
            if torn and not text.strip():
                message = f"“{column.label}”空着，但旁边一格读到“{torn[0]}”，没有采用"
                self._note("unsure", place, message)
                continue
            self._put(Ref(table.id, line.path, column.label), column, text, place)

    def _across(self, table: Table, found: FoundTable) -> None:
        """A table whose rows stand above the columns, with one line of figures (表四)."""
        for block in table.blocks:
            fields = {name: c for c in block.fields for name in c.names}
            lines = {name: line for line in block.lines for name in line.row.names}
            groups: dict[int, Line] = {}
            heads: dict[int, Column] = {}
            for number, dense in enumerate(found.grid.matrix()):
                row = _standing(dense)
                for cell in row:
                    spans = range(cell.column, cell.column + cell.colspan)
                    name = plain(cell.text)
                    # A caption may have run into the first head, on a line of its own.
                    last = plain(cell.text.rpartition("\n")[2])
                    group = lines.get(name) or lines.get(last)
                    if group:
                        groups |= dict.fromkeys(spans, group)
                    if name in fields:
                        heads |= dict.fromkeys(spans, fields[name])
                named = len(heads) >= len(block.fields) and len(groups) > 1
                empty = len(row) >= len(block.fields) and all(is_value(c.text) for c in row)
                if named and (empty or any(is_number(c.text) for c in row)):
                    place = f"{found.place}第 {number + 1} 行"
                    self._taken.add((self._table, number))
                    self._take_across(table, block, row, groups, heads, place)
                    self._surplus(table, block, found, number + 1)
                    break

    def _surplus(self, table: Table, block: Block, found: FoundTable, begin: int) -> None:
        """Tell of further rows of figures below the only one that the table has."""
        for number, dense in enumerate(found.grid.matrix()[begin:], begin):
            # A cell that reaches down from the row above is not another figure.
            row = [cell for cell in _standing(dense) if cell.row == number]
            enough = sum(is_value(cell.text) for cell in row) >= len(block.fields)
            known = (self._table, number) in self._taken
            numbers = sum(is_number(cell.text) for cell in row)
            if known or not enough or 2 * numbers < len(block.fields):
                continue
            self._taken.add((self._table, number))
            message = f"{table.name}只有一行数字，这里又有一行：{_listed(row, 15)}，没有采用"
            self._note("surplus", f"{found.place}第 {number + 1} 行", message)

    def _take_across(
        self,
        table: Table,
        block: Block,
        row: list[Cell],
        groups: Mapping[int, Line],
        heads: Mapping[int, Column],
        place: str,
    ) -> None:
        wanted = [(line, column) for line in block.lines for column in block.fields]
        placed: dict[tuple[str, str], str] = {}
        for cell in row:
            line, column = groups.get(cell.column), heads.get(cell.column)
            if line and column and is_value(cell.text):
                placed.setdefault((line.path, column.label), cell.text)
        texts = [cell.text for cell in row if is_value(cell.text)]
        values = from_first_filled(texts, len(wanted))
        if len(placed) != len(wanted) and len(values) == len(wanted):
            placed = {
                (line.path, column.label): text
                for (line, column), text in zip(wanted, values, strict=True)
            }
        if len(placed) != len(wanted):
            message = f"{table.name}应有 {len(wanted)} 个数，读到 {len(values)} 格，没有采用"
            self._note("unsure", place, message)
            return
        for line, column in wanted:
            ref = Ref(table.id, line.path, column.label)
            self._put(ref, column, placed[line.path, column.label], place)

    def _put(self, ref: Ref, column: Column, text: str, place: str) -> None:
        figure = figure_of(text, column)
        if ref in self.places:
            if figure != self.cells.get(ref):
                where = (
                    f"{self.format.table(ref.table).name}“{ref.row.split('/')[-1]}”“{ref.column}”"
                )
                message = f"{where}与{self.places[ref]}读到的不同（这里是“{text}”），采用先读到的"
                self._note("unsure", place, message)
            return
        self.cells[ref] = figure
        self.places[ref] = place
        if figure.normalised and figure.value is not None:
            message = f"“{ref.column}”写作“{text}”，按 {figure.value:f} 读取"
            self._note("normalised", place, message)
        elif figure.state == "unreadable":
            why = "数字中间隔开了，不能确定是一个数还是两个数" if is_apart(text) else "不是数字"
            self._note("unsure", place, f"“{ref.column}”读到“{text}”，{why}，没有采用", ref)

    def _settle(self) -> None:
        """Take digits that stand apart for one number where the sum of the row says so."""
        for table in self.format.tables:
            for block in table.blocks:
                for relation in (r for r in block.relations if r.total and r.each == "row"):
                    for operands in instances(block, relation, table.by_key):
                        self._join(operands)

    def _join(self, operands: Operands) -> None:
        torn = [ref for ref in operands.refs if is_apart(self._raw(ref))]
        if not torn:
            return
        tried = dict(self.cells)
        for ref in torn:
            tried[ref] = joined(self._raw(ref), self.format.slots[ref].column)
        trial = Figures(tried)
        left = trial.total(ref for _, ref in operands.left)
        if left is None or left != trial.total(ref for _, ref in operands.right):
            return
        for ref in torn:
            self.notes = [n for n in self.notes if (n.kind, n.ref) != ("unsure", ref)]
            message = (
                f"“{ref.column}”写作“{self._raw(ref)}”，按 {tried[ref].value:f} 读取，与合计相符"
            )
            self._note("normalised", self.places[ref], message)
            self.cells[ref] = tried[ref]

    def _raw(self, ref: Ref) -> str:
        figure = self.cells.get(ref)
        return (figure.raw or "") if figure and figure.state == "unreadable" else ""

    def _note(self, kind: Kind, place: str, message: str, ref: Ref | None = None) -> None:
        self.notes.append(Note(kind, place, message, ref))


def _standing(dense: Sequence[Cell]) -> list[Cell]:
    """The cells of a row, each once, without the holes where no cell stood."""
    return [cell for cell in dict.fromkeys(dense) if cell.text or cell.role != "corner"]


def _listed(row: Sequence[Cell], most: int = 10) -> str:
    """The first cells of a row, as a note shows them."""
    return "｜".join(_short(cell) or "空" for cell in row[:most])


def _short(cell: Cell) -> str:
    text = "".join(cell.text.split())
    return text if len(text) <= 24 else text[:24] + "…"


def missing(match_: Match) -> Iterator[Note]:
    """A note for each row or table that the file did not have and that cannot be added up."""
    whole = complete(match_.figures, match_.format)
    for table in match_.format.tables:
        absent = [ref for ref in table.slots if ref not in whole]
        if len(absent) == len(table.slots):
            yield Note("missing", "", f"没有找到{table.name}")
            continue
        for row in dict.fromkeys(ref.row for ref in absent):
            columns = [ref.column for ref in absent if ref.row == row]
            label = row.split("/")[-1]
            what = "" if len(columns) > 1 else f"的“{columns[0]}”"
            yield Note("missing", "", f"{table.name}没有找到“{label}”一行{what}")
