"""What is still open: counts on a hidden sheet, and the sentences that tell them.

Every formula comes with the value it has when the form is handed out, because readers that do
not calculate see only that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpers.formats import Ref
from helpers.forms.area import Area, Box, boxes
from helpers.forms.checks import ERROR, WARNING, Check, verdict
from helpers.forms.entries import Entry

ALL_WELL = "全部填好，合计无误"
WELL = "已填好，核对无误"
_WORDS = ("还有 {} 格未填", "有 {} 格填得不对", "有 {} 处不平", "有 {} 处请核对")


@dataclass(frozen=True, slots=True)
class Count:
    """A number on the hidden sheet: its formula and its present value."""

    formula: str
    value: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One table's blank cells, cells that hold no proper number, broken checks, doubtful ones."""

    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        """How much there is to do."""
        return sum(count.value for count in self.counts)


def sheet_ref(sheet: str, box: Box) -> str:
    """A rectangle on another sheet, as formulas call it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{box.name}"


def tally(sheet: str, area: Area, found: Mapping[Ref, Entry], made: Sequence[Check]) -> Tally:
    """What is still open in one table."""
    inputs = [ref for ref, slot in area.table.slots.items() if not slot.total]
    blank = "+".join(f"COUNTBLANK({sheet_ref(sheet, box)})" for box in area.boxes(inputs))
    n_blank = sum(found[ref].blank for ref in inputs)
    verdicts = [verdict(check, found) for check in made]
    return Tally(
        (
            Count(f"={blank}", n_blank),
            _wrong(sheet, area, found),
            _beginning(sheet, made, verdicts, ERROR),
            _beginning(sheet, made, verdicts, WARNING),
        )
    )


def by_kind(area: Area, found: Mapping[Ref, Entry]) -> dict[str, list[Ref]]:
    """The cells that somebody may type into, by the kind of their column."""
    kinds: dict[str, list[Ref]] = {}
    for ref, slot in area.table.slots.items():
        if found[ref].formula is None:
            kinds.setdefault(slot.column.kind, []).append(ref)
    return kinds


def _wrong(sheet: str, area: Area, found: Mapping[Ref, Entry]) -> Count:
    terms, value = [], 0
    for kind, refs in by_kind(area, found).items():
        value += sum(is_wrong(found[ref], kind) for ref in refs)
        for box in area.boxes(refs):
            cells = sheet_ref(sheet, box)
            negative, broken = f"({cells}<0)", f'(TEXT({cells},"0")<>{cells}&"")'
            test = {"count": f"SIGN({negative}+{broken})", "change": broken, "money": negative}
            terms.append(f"SUMPRODUCT(ISTEXT({cells})+ISNUMBER({cells})*{test[kind]})")
    return Count("=" + "+".join(terms), value)


def is_wrong(entry: Entry, kind: str) -> bool:
    """Whether a cell holds something that its column cannot mean."""
    if entry.value is None:
        return bool(entry.text)
    fraction = kind != "money" and entry.value != entry.value.to_integral_value()
    return fraction or (kind != "change" and entry.value < 0)


def _beginning(sheet: str, made: Sequence[Check], verdicts: Sequence[str], sign: str) -> Count:
    places = [(check.box.top, check.box.left) for check in made]
    terms = [f'SUMPRODUCT(--(LEFT({sheet_ref(sheet, box)},1)="{sign}"))' for box in boxes(places)]
    value = sum(words.startswith(sign) for words in verdicts)
    return Count("=" + ("+".join(terms) or "0"), value)


def sentence(name: str, tallied: Tally, cells: Sequence[str]) -> tuple[str, str]:
    """(formula, present text) of what is open in a table; ``cells`` hold its counts."""
    parts = []
    for cell, words in zip(cells, _WORDS, strict=True):
        before, after = words.split("{}")
        parts.append(f'IF({cell}>0,"，{before}"&{cell}&"{after}","")')
    open_ = f"MID({'&'.join(parts)},2,200)"
    formula = f'="{name}"&IF({"+".join(cells)}=0,"{WELL}",{open_})'
    said = [
        words.format(count.value)
        for count, words in zip(tallied.counts, _WORDS, strict=True)
        if count.value
    ]
    return formula, name + ("，".join(said) or WELL)


def overall(
    name_cell: str, named: bool, texts: tuple[str, int], tables: Iterable[tuple[str, str, int]]
) -> tuple[str, str]:
    """(formula, present text) for the whole form.

    ``name_cell`` holds the agency's name; ``texts`` is the cell that counts empty sections and
    its value; ``tables`` are (cell of the sentence, its text, how much is open).
    """
    listed = list(tables)
    cell, n_texts = texts
    missing_name = "机关名称还没有填"
    lines = [f'IF({name_cell}="","{missing_name}"&CHAR(10),"")']
    lines += [f"{sentence_cell}&CHAR(10)" for sentence_cell, _, _ in listed]
    lines.append(f'IF({cell}>0,"文字还有 "&{cell}&" 节未写","文字已写好")')
    well = [f'RIGHT({sentence_cell},{len(WELL)})="{WELL}"' for sentence_cell, _, _ in listed]
    condition = ",".join([f'{name_cell}<>""', f"{cell}=0", *well])
    formula = f'=IF(AND({condition}),"{ALL_WELL}",{"&".join(lines)})'
    if named and not n_texts and not sum(n for _, _, n in listed):
        return formula, ALL_WELL
    said = [] if named else [missing_name]
    said += [text for _, text, _ in listed]
    said.append(f"文字还有 {n_texts} 节未写" if n_texts else "文字已写好")
    return formula, "\n".join(said)
