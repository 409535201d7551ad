"""Whether the files of one report say the same: web page, PDF, Word file and tidy figures.

Each file is read back with the readers that read anybody's report, so that what is compared is
what stands in print and not what was meant. The first file that can be read is the measure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from helpers.errors import InputError
from helpers.figures import plain_number
from helpers.formats import Ref
from helpers.readers import read_report
from helpers.report import Report

FILES = {"report.html": "网页", "report.docx": "Word", "report.pdf": "PDF"}
"""The files of a report's folder that can be read back, with what people call them."""

TIDY = "figures.csv"
"""The file with the figures of all reports of a year, beside the reports' folders."""

_SHOWN = 5  # differences in a message
_AROUND = 12  # characters on either side of the first difference in a text
_SIGN = re.compile(r"^\s*(?:#+\s+|[-·•]\s*)", re.MULTILINE)
_ESCAPED = re.compile(r"\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two files tell differently: ``place`` in words, what each says."""

    place: str
    first: str
    first_value: str
    other: str
    other_value: str

    def __str__(self) -> str:
        return (
            f"{self.place}：{self.first}是“{self.first_value}”，{self.other}是“{self.other_value}”"
        )


@dataclass(frozen=True)
class Agreement:
    """How the comparison of a report's files ended.

    ``files`` are the names of those compared; ``unread`` are sentences about files that are
    not there or cannot be read back.
    """

    files: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all files could be read and say the same."""
        return not self.differences and not self.unread

    def message(self) -> str:
        """For people: what was compared, or the first things that differ."""
        names = "、".join(self.files)
        if self.same:
            return f"{names}的数字和文字一致"
        lines = [*self.unread, *map(str, self.differences[:_SHOWN])]
        more = len(self.differences) - _SHOWN
        if more > 0:
            lines.append(f"还有 {more} 处不一致")
        return "\n".join(lines)


def compare(folder: Path, figures: Path | None = None) -> Agreement:
    """Compare the files in a report's output folder with each other.

    ``figures`` is the CSV file of tidy figures; left out, it is looked for beside the folder,
    and a folder without one is compared without it. At least two files are needed; formats
    that were not built are not missed. Never raises for what stands in the files.
    """
    read: dict[str, Report] = {}
    unread: list[str] = []
    for name, called in FILES.items():
        file = folder / name
        if file.is_file():
            try:
                read[called] = read_report(file, name).report
            except InputError as error:
                unread += map(str, error.problems)
    files = list(read)
    differences: list[Difference] = []
    if read:
        first, *others = read.items()
        loose = _has_more_than_prose(folder)
        for other in others:
            differences += _between(first, other, loose=loose and other[0] == "PDF")
        table = figures or folder.parent / TIDY
        if table.is_file():
            files.append(TIDY)
            differences += _against_tidy(*first, table)
    if len(files) < 2 and not unread:
        unread.append(f"{folder.name}：没有可以互相比对的文件")
    return Agreement(tuple(files), tuple(differences), tuple(unread))


def same_report(a: Report, b: Report) -> bool:
    """Whether two reports that were read say the same: agency, year, date, figures, prose."""
    return not any(_between(("", a), ("", b), loose=False))


def _has_more_than_prose(folder: Path) -> bool:
    """Whether the page holds charts, whose words only the PDF has as text."""
    page = folder / "report.html"
    return not page.is_file() or b"<img" in page.read_bytes()


def _between(
    first: tuple[str, Report], other: tuple[str, Report], *, loose: bool
) -> Iterator[Difference]:
    """What two files tell differently, the order of the report kept."""
    (a_name, a), (b_name, b) = first, other
    for place, of_a, of_b in _headers(a, b):
        if of_a != of_b:
            yield Difference(place, a_name, of_a, b_name, of_b)
    if a.format.code == b.format.code:
        yield from _figures(first, other)
    for section in a.format.narrative:
        texts = a.narrative.get(section.id, ""), b.narrative.get(section.id, "")
        if loose and _holds(texts[1], texts[0]):
            continue
        if found := _first_difference(*map(_plain, texts)):
            yield Difference(f"“{section.title}”的文字", a_name, found[0], b_name, found[1])


def _headers(a: Report, b: Report) -> Iterator[tuple[str, str, str]]:
    yield "机关名称", a.agency.name, b.agency.name
    yield "年度", str(a.year), str(b.year)
    yield "表格格式", f"{a.format.code}年格式", f"{b.format.code}年格式"
    yield "公布日期", str(a.published or ""), str(b.published or "")


def _figures(first: tuple[str, Report], other: tuple[str, Report]) -> Iterator[Difference]:
    (a_name, a), (b_name, b) = first, other
    for ref in a.format.slots:
        figures = a.complete.get(ref), b.complete.get(ref)
        if figures[0] != figures[1]:
            yield Difference(_place(ref), a_name, a.text(ref), b_name, b.text(ref))


def _place(ref: Ref) -> str:
    table, row, column = ref
    return f"表{table}“{row}”一行“{column}”一列"


def _against_tidy(name: str, report: Report, table: Path) -> Iterator[Difference]:
    """What the CSV file tells differently of the report's figures."""
    rows = dict(_tidy_rows(table, report))
    if not rows:
        number = str(sum(figure.value is not None for figure in report.complete.values()))
        yield Difference("数字的个数", name, number, TIDY, "0")
        return
    for ref in report.format.slots:
        figure = report.complete.get(ref)
        value = figure.value if figure else None
        told = rows.get(ref, "")
        if _number(told) != value or (told and value is None):
            shown = "" if value is None else plain_number(value)
            yield Difference(_place(ref), name, shown, TIDY, told)


def _tidy_rows(table: Path, report: Report) -> Iterator[tuple[Ref, str]]:
    with table.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for row in csv.DictReader(lines):
            # Spreadsheets take a leading ' for "this is text".
            told = {key: (value or "").removeprefix("'") for key, value in row.items() if key}
            if told.get("agency") == report.agency.name and told.get("year") == str(report.year):
                yield Ref(told["table"], told["row"], told["column"]), told["value"]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _plain(markdown: str) -> str:
    """The characters of a text, without the signs of headings and lists and without spaces."""
    return "".join(_ESCAPED.sub("", _SIGN.sub("", markdown)).split())


def _holds(longer: str, shorter: str) -> bool:
    """Whether all paragraphs of one text stand in the other in order."""
    text, at = _plain(longer), 0
    for paragraph in filter(None, map(_plain, shorter.split("\n"))):
        found = text.find(paragraph, at)
        if found < 0:
            return False
        at = found + len(paragraph)
    return True


def _first_difference(a: str, b: str) -> tuple[str, str] | None:
    """What stands around the first character in which two texts differ."""
    if a == b:
        return None
    pairs = enumerate(zip(a, b, strict=False))
    at = next((n for n, (x, y) in pairs if x != y), min(len(a), len(b)))
    return _around(a, at), _around(b, at)


def _around(text: str, at: int) -> str:
    begin, end = max(0, at - _AROUND), at + _AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
