"""Register files -> one table of raw cells, a row for each request, with the place of each.

The texts that are read stay in memory as they are needed to understand a row; only the columns
that say something about counting are kept at all. Who asked and for what is turned into a number
on the spot, good only for telling whether two rows of this run say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import InputError, Problem
from helpers.readers.xlsx import text_of
from helpers.register.cells import doubtful, field_cells, number_hashes, text_hashes
from helpers.register.columns import LOOK, Layout, Scheme, find_layout, scheme
from helpers.register.files import Sheet, open_file
from helpers.register.mistaken import NOTHING_SPARE, Copies, MistakenError, Spare, refuse_disputes
from helpers.register.options import RegisterOptions
from helpers.register.rows import EMPTY, nature, year_in
from helpers.register.vocabulary import squeeze

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 4_000  # rows at a time; more of them fall out of the processor's cache
_MOST_EMPTY = 2_000_000  # empty lines of a sheet
_MOST_UNDATED = 50_000  # rows, where they are most of what is read
_MOST_WORDS = 200_000  # different texts in a column that some dozens of words are for
_WORDY = ("kind", "type", "result")


class Place(NamedTuple):
    """A sheet of a file; ``sheet`` is "" for a text file."""

    file: str
    sheet: str


class Passed(NamedTuple):
    """A row that was passed over, and as what (空行, 标题, 小计, 附注, 表头)."""

    place: int
    row: int
    what: str


@dataclass(frozen=True)
class Rows:
    """The rows of register files.

    ``frame`` has the columns ``place`` (index into ``places``), ``row`` (from 1, as spreadsheet
    programs count), ``year`` (what a heading says, 0 for nothing), ``number`` (a hash of the
    number of the request, 0 for none), ``dated`` (whether that number tells a year), ``who`` and
    ``what`` (hashes of the applicant and of what was asked for, 0 for none), ``torn`` (more cells
    than heads) and a categorical column of raw text for every other field of the scheme.
    ``passed`` are rows that are no requests.
    """

    frame: pd.DataFrame
    places: tuple[Place, ...]
    passed: tuple[Passed, ...]
    notes: tuple[str, ...]

    def texts(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """A field as a code for each row, and the text of each code."""
        column: Any = self.frame[name].array
        return np.asarray(column.codes, np.int64), list(column.categories)


class _Codes(dict[Any, int]):
    """Cells -> codes; a cell that is new gets the code of its text, or the next one."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.texts: dict[str, int] = {"": 0}

    def __missing__(self, cell: Any) -> int:
        code = self.texts.setdefault(text_of(cell), len(self.texts))
        self[cell] = code
        return code


class _Texts:
    """A column being read: every different text once, and a code for each row."""

    def __init__(self) -> None:
        self.codes = _Codes()
        self.pieces: list[NDArray[np.int32]] = []

    def add(self, values: Sequence[Any]) -> None:
        """Take in the cells of some rows."""
        found = map(self.codes.__getitem__, values)
        self.pieces.append(np.fromiter(found, np.int32, len(values)))

    def column(self) -> pd.Categorical:
        """The whole column."""
        codes = np.concatenate(self.pieces) if self.pieces else np.empty(0, np.int32)
        return pd.Categorical.from_codes(codes, pd.Index(list(self.codes.texts), dtype=object))


@dataclass
class _Reader:
    """Everything read so far."""

    wanted: Scheme
    texts: dict[str, _Texts]
    pieces: dict[str, list[Any]] = field(default_factory=dict)
    days: dict[int, bool] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    undated: int = 0  # rows of the sheet that are requests, but for a readable day of receipt

    @property
    def count(self) -> int:
        """How many rows were read."""
        return sum(map(len, self.pieces.get("row", ())))

    def keep(self, **arrays: Any) -> None:
        """Add a piece to some of the columns that hold numbers."""
        for name, piece in arrays.items():
            self.pieces.setdefault(name, []).append(piece)


def read_rows(
    files: Sequence[str], kind: str, options: RegisterOptions, spare: Spare = NOTHING_SPARE
) -> Rows:
    """The rows of all sheets of register files; ``kind`` is ``requests`` or ``disputes``.

    ``spare`` are files that may be none. Raises InputError with file, sheet and row where another
    file is not such a register, and where two files are copies of each other.
    """
    wanted = scheme(kind, options)
    keys = [one.key for one in wanted.fields if one.key != "number"]
    reader = _Reader(wanted, {key: _Texts() for key in keys})
    places: list[Place] = []
    notes: list[str] = []
    copies = Copies()
    for name in files:
        opened = open_file(Path(name), name, partial(_choose, kind))
        notes += [f"{name}：{note}" for note in opened.notes]
        before, rows_before = len(places), reader.count
        for sheet in opened.sheets:
            where = f"工作表“{sheet.name}”" if sheet.name else ""
            try:
                if _read_sheet(sheet, reader, len(places), name, where):
                    places.append(Place(name, sheet.name))
                elif "说明" not in sheet.name:
                    notes.append(f"{name}：{where or '文件'}里没有台账的表头，没有读")
            except MistakenError:
                if name not in spare.elsewhere:
                    raise
        if reader.count > rows_before:
            copies.refuse(name)
        if len(places) == before and name not in spare.all:
            raise InputError([_no_heads(name, wanted)])
    if not places:
        raise InputError([_no_heads(name, wanted) for name in files])
    return Rows(_frame(reader), tuple(places), tuple(reader.passed), tuple(notes))


_DISPUTES = re.compile("复议|诉讼")


def _choose(kind: str, sheets: list[str]) -> list[str]:
    """Sheets named 复议 or 诉讼 hold disputes; where there are any, the others do not."""
    named = [sheet for sheet in sheets if _DISPUTES.search(sheet)]
    rest = [sheet for sheet in sheets if sheet not in named]
    return (named or rest) if kind == "disputes" else (rest or named)


def has_disputes(name: str) -> bool:
    """Whether a workbook has a sheet of its own for disputes."""
    seen: list[str] = []
    open_file(Path(name), name, lambda sheets: seen.extend(sheets) or [])  # type: ignore[func-returns-value]
    return any(_DISPUTES.search(sheet) for sheet in seen)


def _no_heads(name: str, wanted: Scheme) -> Problem:
    labels = "、".join(wanted.label(key) for key in wanted.required)
    text = f"没有找到{wanted.what}的表头，前 {LOOK} 行里应有一行写着：{labels}"
    return Problem(name, f"{text}；用别的列名的，在 nianbao.toml 的 [register.columns] 里写明")


def _frame(reader: _Reader) -> pd.DataFrame:
    numbers = {
        name: np.concatenate(pieces) if pieces else np.empty(0)
        for name, pieces in reader.pieces.items()
    }
    names = ("place", "row", "year", "number", "dated", "who", "what", "torn")
    empty = {name: np.empty(0, np.int64) for name in names}
    texts = {key: texts.column() for key, texts in reader.texts.items()}
    return pd.DataFrame({**empty, **numbers, **texts} if numbers else {**empty, **texts})


def _read_sheet(sheet: Sheet, reader: _Reader, place: int, name: str, where: str) -> bool:
    """Read one sheet into the reader; False where it has no heads."""
    rows = iter(sheet.rows)
    top = list(islice(rows, LOOK))
    refuse_disputes(top, reader.wanted, name, sheet.name)
    layout = find_layout(top, reader.wanted, name, where)
    if layout is None:
        return False
    titles = " ".join(text_of(cell) for row in top[: layout.head] for cell in row if cell != "")
    year = year_in(squeeze(sheet.name)) or year_in(squeeze(titles))
    waiting = _unmerged(chain(top[layout.head + 1 :], rows), sheet, layout)
    first = layout.head + 2
    empty = reader.undated = 0
    while batch := list(islice(waiting, _BATCH)):
        blank = batch.count([])
        if blank < len(batch):
            year = _read_batch(batch, reader, layout, place, first, year, strict=sheet.strict)
        first += len(batch)
        empty += blank
        if empty > _MOST_EMPTY:
            raise InputError([Problem(name, f"{where}{_TOO_EMPTY.format(empty)}", first - 1)])
        if reader.undated > max(_MOST_UNDATED, first // 2):
            label = reader.wanted.label("received")
            text = f"{where}{_NO_DAYS.format(first - 1, reader.undated, label)}"
            raise InputError([Problem(name, text, first - 1)])
        _refuse_wordy(reader, name, where, first - 1)
    return True


def _refuse_wordy(reader: _Reader, name: str, where: str, row: int) -> None:
    """Raise InputError where a column of words has as many of them as another has rows."""
    for key in _WORDY:
        many = len(reader.texts[key].codes.texts) - 1 if key in reader.texts else 0  # without ""
        if many > _MOST_WORDS:
            text = _NO_WORDS.format(reader.wanted.label(key), many, _MOST_WORDS)
            raise InputError([Problem(name, f"{where}{text}", row)])


_TOO_EMPTY = "到这一行已有 {} 个空行，太多，不像台账；请删去空行再读"
_NO_WORDS = (
    "到这一行“{}”已有 {} 种不同的写法，超过 {} 种，不像台账，没有读；"
    "请看列名写得对不对，每件只填一种可用的写法，再读"
)
_NO_DAYS = "前 {} 行里有 {} 行没有可用的“{}”，不像台账；请看列名和日期写得对不对，再读"


def _unmerged(rows: Iterator[Any], sheet: Sheet, layout: Layout) -> Iterator[Any]:
    """The rows below the heads; a cell merged over several stands in each of them."""
    fields = {*layout.columns.values(), *layout.identity.values()}
    starts: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, column in sheet.merges:
        if column in fields and top > layout.head:
            starts.setdefault(top, []).append((bottom, column))
    return _filled(rows, starts, layout) if starts else rows


def _filled(
    rows: Iterator[Any], starts: Mapping[int, list[tuple[int, int]]], layout: Layout
) -> Iterator[Any]:
    running: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows, layout.head + 1):
        filled = {c: value for c, (last, value) in running.items() if number <= last}
        if filled:
            row = [filled.get(i, cell) for i, cell in enumerate(row)]
        for bottom, column in starts.get(number, ()):
            running[column] = (bottom, row[column])
        yield row


def _read_batch(
    batch: list[Sequence[Any]],
    reader: _Reader,
    layout: Layout,
    place: int,
    first: int,
    year: int,
    *,
    strict: bool,
) -> int:
    """Read some rows; returns the year that holds for the rows after them."""
    n_rows = len(batch)
    columns = list(zip_longest(*batch, fillvalue=""))
    cells = field_cells(columns, layout, list(reader.texts), n_rows)
    keep = np.ones(n_rows, bool)
    years = np.full(n_rows, year, np.int16)
    for at in doubtful(cells["received"]):
        if not batch[at]:  # many a file ends in such lines
            keep[at] = False
            continue
        found = nature(batch[at], layout, reader.wanted)
        if found.year:
            years[at:] = year = found.year
        if found.what:
            keep[at] = False
            if found.what != EMPTY:
                reader.passed.append(Passed(place, first + at, found.what))
        else:
            reader.undated += 1
    number, dated = number_hashes(columns, layout, n_rows)
    kept = None if keep.all() else np.flatnonzero(keep).tolist()
    for key, texts in reader.texts.items():
        texts.add(cells[key] if kept is None else [cells[key][i] for i in kept])
    reader.keep(
        place=np.full(int(keep.sum()), place, np.int16),
        row=np.arange(first, first + n_rows, dtype=np.int32)[keep],
        year=years[keep],
        number=number[keep],
        dated=dated[keep],
        who=text_hashes(columns, layout.identity.get("who", -1), n_rows)[keep],
        what=text_hashes(columns, layout.identity.get("what", -1), n_rows)[keep],
        torn=_torn(batch, layout.width if strict else len(columns))[keep],
    )
    return year


def _torn(batch: list[Sequence[Any]], width: int) -> Any:
    """Which rows have something beyond the last column."""
    return np.array([any(row[width:]) for row in batch], bool)
