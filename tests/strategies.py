"""Random grids, figures and reports for property tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from helpers import formats
from helpers.figures import Figure, Figures, complete, number, read
from helpers.formats import Column, Format, Ref, Slot
from helpers.grid import Cell, Grid, Label, from_rows
from helpers.report import Agency, Report

CODES = st.sampled_from(["2019", "2021"])

# --- grids ---------------------------------------------------------------------------------

_WORDS = st.text("甲乙丙丁 a&<>\"'1", max_size=6)


def labels(depth: int = 3) -> SearchStrategy[Label]:
    """A label with up to ``depth`` levels; only leaves may take several grid columns."""
    leaf = st.builds(Label, _WORDS, st.just(()), st.integers(1, 3))
    if depth == 1:
        return leaf
    inner = st.lists(labels(depth - 1), min_size=1, max_size=3).map(tuple)
    return st.one_of(leaf, st.builds(Label, _WORDS, inner))


def forests(depth: int = 3) -> SearchStrategy[list[Label]]:
    """Some labels side by side."""
    return st.lists(labels(depth), min_size=1, max_size=4)


def careless_rows() -> SearchStrategy[list[list[Cell]]]:
    """Rows of cells whose spans overlap, stick out and leave holes."""
    cell = st.builds(
        Cell,
        text=_WORDS,
        rowspan=st.integers(1, 5),
        colspan=st.integers(1, 5),
        role=st.sampled_from(["column", "row", "corner", "value"]),
        ref=st.none() | st.tuples(_WORDS, _WORDS, _WORDS),
        mark=st.sampled_from(["", "①", "(21)"]),
    )
    return st.lists(st.lists(cell, max_size=6), max_size=6)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A gapless Grid with random spans, roles, marks, widths and caption."""
    rows = [*draw(careless_rows()), [Cell(draw(_WORDS))]]
    plain = from_rows(rows, fill=True)
    widths = st.lists(st.floats(1, 99), min_size=plain.n_columns, max_size=plain.n_columns)
    return Grid(
        plain.cells,
        plain.n_rows,
        plain.n_columns,
        header_rows=draw(st.integers(0, plain.n_rows)),
        caption=draw(_WORDS),
        widths=tuple(draw(st.just([]) | widths)),
        name=draw(st.sampled_from(["", "二", "三", "四"])),
    )


# --- figures -------------------------------------------------------------------------------

_COUNTS = st.integers(0, 30) | st.integers(0, 10**7)


def numbers(column: Column) -> SearchStrategy[Figure]:
    """A number that ``column`` can hold."""
    if column.kind == "count":
        return _COUNTS.map(number)
    if column.kind == "change":
        words = _COUNTS.flatmap(lambda n: st.sampled_from([f"增{n}", f"减{n}", f"+{n}", f"-{n}"]))
        return st.integers(-99, 99).map(number) | words.map(lambda text: read(text, column))
    long = st.sampled_from(["12345678901.234567", "99999999999.999999", "0.000001"]).map(Decimal)
    exact = st.decimals(0, 10**9, places=6) | st.decimals(0, 10**12, places=5) | long
    if column.unit_in_cell:
        texts = st.decimals(0, 10**8, places=2).flatmap(
            lambda d: st.sampled_from([f"{d}元", f"{d}万元"])
        )
        return exact.map(number) | texts.map(lambda text: read(text, column))
    return exact.map(number)


def cells(column: Column) -> SearchStrategy[Figure | None]:
    """What may stand in a cell: mostly a number, a blank, a sign for nothing, or no cell (None)."""
    odd = st.sampled_from([None, Figure(), read("/", column), read("　", column)])
    return st.one_of(numbers(column), numbers(column), numbers(column), odd)


@st.composite
def consistent_figures(draw: st.DrawFn, fmt: Format) -> Figures:
    """Figures of every cell, totals typed in, that no error-severity rule objects to."""
    drawn: dict[tuple[str, str], Decimal] = {}
    for slot in fmt.slots.values():
        if not slot.total:
            small = st.integers(0, 40) if slot.ref.table != "二" else st.integers(1, 10**6)
            drawn[slot.line.key, slot.column.key or ""] = Decimal(draw(small))
    _balance(draw, fmt, drawn)
    figures = {
        slot.ref: _figure(slot, drawn[slot.line.key, slot.column.key or ""])
        for slot in fmt.slots.values()
        if not slot.total
    }
    added = complete(Figures(figures), fmt)
    return Figures(
        {
            ref: number(added[ref].value or 0) if ref not in figures else added[ref]
            for ref in fmt.slots
        }
    )


def _figure(slot: Slot, value: Decimal) -> Figure:
    return read(f"{value}元", slot.column) if slot.column.unit_in_cell else number(value)


def _balance(draw: st.DrawFn, fmt: Format, drawn: dict[tuple[str, str], Decimal]) -> None:
    """Let 新收 and 上年结转 add up to what was handled and what is left."""
    block = fmt.table("三").blocks[0]
    addends = next(r for r in block.relations if r.rule == "T3-02").right
    for column in block.inputs:
        key = column.key or ""
        whole = sum((drawn[term.key, key] for term in addends), drawn["carry_out", key])
        carried = Decimal(draw(st.integers(0, int(whole))))
        drawn["carry_in", key], drawn["new", key] = carried, whole - carried


# --- reports -------------------------------------------------------------------------------

_LINES = st.sampled_from(
    [
        "全年新收申请{{ 三.本年新收.总计 }}件：比上年多。",
        "- 一: 二",
        "    四个空格开头",
        "# 标题 #",
        "{花括号} 和 'single' \"double\" “引号”",
        "制表\t符",
        "*强调* | 表 | & <b>",
        "emoji 🀄 与 𠮷",
        "true",
        "010",
        "",
        "1.50",
        "2021-01-01",
        "~",
        "长" * 150 + " " + "word " * 40,
        "…… — ——",
        "a：b，c",
        "行尾空格  ",
        "%指令 @ ` !",
    ]
)
_FREE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}｛｝"))
_TEXTS = st.lists(_LINES | _FREE, min_size=1, max_size=6).map("\n".join).map(str.strip)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report as odd as a params file can hold: blanks, gaps, signs, long text, any year."""
    fmt = formats.find(draw(CODES))
    found = {slot.ref: draw(cells(slot.column)) for slot in fmt.slots.values()}
    if draw(st.booleans()):
        found = {ref: figure for ref, figure in found.items() if not fmt.slots[ref].total}
    ids = draw(st.lists(st.sampled_from([s.id for s in fmt.narrative]), unique=True))
    rules = draw(st.lists(st.sampled_from(["D-08", "L-07", "Y-01"]), unique=True))
    printed = draw(st.lists(st.sampled_from(rules))) if rules else []
    return Report(
        draw(agencies()),
        draw(st.integers(2019, 2030)),
        fmt,
        Figures({ref: figure for ref, figure in found.items() if figure is not None}),
        narrative={s.id: draw(_TEXTS) for s in fmt.narrative if s.id in ids},
        explanations={rule: draw(_TEXTS.filter(bool)) for rule in rules},
        printed_reasons=frozenset(printed),
        published=draw(st.none() | st.dates(date(1000, 1, 1))),
    )


def agencies() -> SearchStrategy[Agency]:
    """An agency with any text in its fields."""
    field = st.sampled_from(["", "无", "0632-3252082", "010", "yes", "12345678", "a: b # c", "〇"])
    return st.builds(
        Agency,
        name=st.sampled_from(["某某局", "2021", "true", "# 号局", "某\u3000局", "𠮷林省"]),
        short_name=field,
        address=field,
        postcode=st.sampled_from(["", "277100", "010020", "089999"]),
        telephone=field,
        fax=field,
        email=st.sampled_from(["", "a@b.cn"]),
        website=field,
        formerly=st.lists(st.sampled_from(["原某某局", "甲#局"]), unique=True).map(tuple),
    )


# --- one report at a time ------------------------------------------------------------------

ABSENT = object()
"""Stands for a cell that is not there at all; None and "" stand for a blank one."""


def ref_of(fmt: Format, row: str, column: str) -> Ref:
    """The address of a figure by its codes, wherever it stands."""
    ref = fmt.ref(row, column)
    assert ref is not None, (row, column)
    return ref


def report_of(
    code: str,
    changes: Mapping[tuple[str, str], object] | None = None,
    *,
    year: int | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Report:
    """A report of zeros in which nothing is wrong, but for the cells named by their codes."""
    fmt = formats.find(code)
    found: dict[Ref, Figure] = {ref: number(0) for ref in fmt.slots}
    for (row, column), value in (changes or {}).items():
        ref = ref_of(fmt, row, column)
        found[ref] = read(value, fmt.slots[ref].column)
        if value is ABSENT:
            del found[ref]
    return Report(
        Agency(name="某某局"),
        year or int(code),
        fmt,
        Figures(found),
        explanations=explanations or {},
    )


def without(report: Report, *rows: str) -> Report:
    """The report without the rows whose path starts so, or without a whole table (二, 三, 四)."""
    kept = {
        ref: figure
        for ref, figure in report.figures.items()
        if ref.table not in rows and not ref.row.startswith(rows)
    }
    return replace(report, figures=Figures(kept))
