"""Readers: any file in which a report arrives -> Report.

Each file format has a module that makes paragraphs and Grids of it; one matcher finds the
statutory tables among the Grids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path

from pydantic import ValidationError

from helpers.errors import InputError, Problem, why
from helpers.grid import side_by_side
from helpers.params import read_params
from helpers.readers.amounts import Amount
from helpers.readers.document import FoundTable, Paragraph, SourceDocument
from helpers.readers.form import SHEET, Reasons, is_form, read_form
from helpers.readers.limits import MAX_BYTES, bounded, sniff
from helpers.readers.matching import Match, Note, best, match_all, missing
from helpers.readers.prose import Prose, read_prose
from helpers.report import Agency, Original, Report, overlong

__all__ = ["READABLE", "Note", "Reading", "read_report"]

PARAMS = (".yaml", ".yml")
READABLE = (
    *PARAMS,
    *(".xlsx", ".xls", ".et", ".docx", ".doc", ".wps", ".rtf", ".odt"),
    *(".html", ".htm", ".mht", ".pdf", ".txt", ".md"),
)
"""Endings of the files that can be read."""

_BY_CONTENT = {
    "docx": "docx",
    "xlsx": "xlsx",
    "xls": "xlsx",
    "pdf": "pdf",
    "html": "html",
    "text": "text",
    "doc": "office",
    "rtf": "office",
}


@dataclass(frozen=True)
class Reading:
    """A report as read, with everything a person should know about how it was read."""

    report: Report
    notes: tuple[Note, ...] = ()


def read_report(file: Path, name: str | None = None) -> Reading:
    """The report in a file of any readable kind.

    Raises InputError with a sentence that names the file and the reason.
    """
    name = name or file.as_posix()
    if file.suffix.lower() in PARAMS:
        return Reading(read_params(file, name))
    document = read_document(file, name)
    if file.suffix.lower() in (".xlsx", ".xls") and not document.tables:
        raise InputError([Problem(name, "文件损坏，不是 Excel 工作簿；请找原来的文件再读")])
    return report_of(document, name)


def read_document(file: Path, name: str) -> SourceDocument:
    """The paragraphs and tables of a file, by what it holds rather than by its ending."""
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            text = f"文件有 {size // 1_000_000} MB，超过 {MAX_BYTES // 1_000_000} MB，没有读"
            raise InputError([Problem(name, text)])
        content = file.read_bytes()
    except OSError as error:
        raise InputError([Problem(name, f"读不了这个文件：{why(error)}")]) from error
    if not content.strip():
        raise InputError([Problem(name, "文件是空的")])
    module, reader = _reader(content, file.suffix.lower(), name)
    if module == "office":  # another program does the work and has a limit of its own
        return _read_whole(reader, content, name)
    return bounded(partial(_read_whole, reader, content, name))


def _read_whole(
    reader: Callable[[bytes, str], SourceDocument], content: bytes, name: str
) -> SourceDocument:
    """The document, refused where it holds more than any report does."""
    document = reader(content, name)
    amount = Amount(name)  # again, for what a reader did not count as it went
    for block in document.blocks:
        amount.add(block)
    return document


def _reader(
    content: bytes, suffix: str, name: str
) -> tuple[str, Callable[[bytes, str], SourceDocument]]:
    kind = sniff(content)
    if kind == "ole-encrypted":
        raise InputError([Problem(name, "文件加了密码，请先去掉密码再读")])
    if kind == "zip":
        text = "是压缩包而不是文档，或者文件已损坏；压缩包请解压后再读"
        raise InputError([Problem(name, text)])
    module = _BY_CONTENT.get(kind)
    if module is None:
        raise InputError([Problem(name, _unknown(suffix))])
    return module, import_module(f"helpers.readers.{module}").read


def _unknown(suffix: str) -> str:
    """What to do with content of no kind that can be read, whatever the ending says."""
    if suffix in READABLE:
        return (
            f"认不出这是什么文件：扩展名是“{suffix}”，内容却不是，可能已损坏、没有下载完或改过扩展名；"
            "请用原来的软件打开，另存后再读"
        )
    return f"认不出这是什么文件（{suffix or '没有扩展名'}），能读的有：{'、'.join(READABLE)}"


def report_of(document: SourceDocument, name: str) -> Reading:
    """The report that a document holds. Raises InputError where it holds none."""
    document = _sheets_apart(document)
    if is_form(document):
        found, prose, reasons = read_form(document)
    else:
        matches = match_all(document.tables)
        found = best(matches)
        prose, reasons = read_prose(document, found.format, found.used), Reasons()
        better = best(matches, prose.year)
        if better is not found:
            found = better
            prose = read_prose(document, found.format, found.used)
    _refuse(found, prose, name)
    agency, unfit = _agency(prose, name)
    report = Report(
        agency=agency,
        year=prose.year or 0,
        format=found.format,
        figures=found.figures,
        narrative=prose.narrative,
        explanations=reasons.texts,
        printed_reasons=reasons.printed,
        published=prose.published,
        source=name,
        original=_original(prose, found),
    )
    return Reading(report, tuple(_notes(document, found, prose, unfit)))


def _refuse(found: Match, prose: Prose, name: str) -> None:
    """Raise InputError where what was read is no report, or more than the rules look at."""
    if not found.figures:
        text = "没有找到年度报告的表格（表二、表三、表四），请确认是不是年度报告"
        raise InputError([Problem(name, text)])
    if not prose.agency or prose.year is None:
        what = "机关名称" if not prose.agency else "年度"
        text = f"没有找到{what}，请在标题里写明，如“某某局2024年…年度报告”"
        raise InputError([Problem(name, text)])
    unread = overlong([*prose.narrative.values(), *_beside(prose.original)])
    if unread:
        raise InputError([Problem(name, unread)])


def _beside(original: Original | None) -> tuple[str, ...]:
    """What stands outside the text sections, as the rules look at it."""
    return (original.preamble, "\n".join(original.strays)) if original else ()


def _original(prose: Prose, found: Match) -> Original | None:
    """The wording as it stood, with what the tables had that the format has not."""
    if prose.original is None:
        return None
    return replace(
        prose.original,
        extra_rows=tuple(str(note) for note in found.notes if note.kind == "unplaced"),
        surplus_rows=tuple(str(note) for note in found.notes if note.kind == "surplus"),
        relabelled=tuple(str(note) for note in found.notes if _is_relabelled(note)),
    )


def _is_relabelled(note: Note) -> bool:
    return note.kind == "normalised" and note.ref is None and "”按“" in note.message


def _sheets_apart(document: SourceDocument) -> SourceDocument:
    """The document with what stands side by side on a sheet taken apart."""
    blocks: list[Paragraph | FoundTable] = []
    for block in document.blocks:
        if isinstance(block, FoundTable) and block.place.startswith(SHEET):
            blocks += _lone_texts(block)
            parts = side_by_side(block.grid)
            blocks += [FoundTable(part, block.place) for part in parts]
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _lone_texts(sheet: FoundTable) -> Iterator[Paragraph]:
    """Titles, headings and sentences that stand alone in their row of a sheet."""
    for number, row in enumerate(sheet.grid.rows(), 1):
        texts = [cell.text for cell in row if cell.text.strip()]
        if len(texts) == 1:
            yield Paragraph(" ".join(texts[0].split()), f"{sheet.place}第 {number} 行")


def _agency(prose: Prose, name: str) -> tuple[Agency, list[str]]:
    """The agency, and the contact fields whose text does not fit.

    Raises InputError where what stands for its name can be none.
    """
    contact = dict(prose.contact)
    unfit: list[str] = []
    while True:
        try:
            return Agency(name=prose.agency[:80], **contact), unfit
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            if field not in contact:
                text = (
                    f"机关名称读到“{prose.agency[:80]}”，应为机关全称（2 至 80 字），请在标题里写明"
                )
                raise InputError([Problem(name, text)]) from None
            unfit.append(f"联系方式“{contact.pop(field)}”不合写法，没有采用")


def _notes(document: SourceDocument, found: Match, prose: Prose, unfit: list[str]) -> list[Note]:
    notes = [Note("normalised", "", text) for text in document.notes]
    notes += found.notes
    notes += missing(found)
    notes += [Note("unsure", "", text) for text in unfit]
    notes += [Note("missing", "", text) for text in prose.notes]
    return notes
