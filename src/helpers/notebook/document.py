"""What the master notebook calls: open a report, check it, publish it piece by piece.

Each method returns an object that JupyterLab shows and that the exporters read from the
executed notebook: prose as Markdown, tables as Grids in the output's MIME bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from helpers import grid
from helpers.errors import InputError, Problem
from helpers.formats import closest
from helpers.judging import result_of
from helpers.notebook import views
from helpers.notebook.parameters import find, injected, settings_of
from helpers.notebook.plotting import prepare_plots
from helpers.notebook.prose import inert
from helpers.params import Params, read_params, report_from
from helpers.placeholders import BLANK, escaped, fill
from helpers.readers import read_report
from helpers.report import TIDY_COLUMNS, Report, preamble, printed_reasons, signoff, tidy
from helpers.rules import Result
from helpers.settings import Settings
from helpers.sources import load

if TYPE_CHECKING:
    import pandas as pd

    from helpers.formats import Ref
    from helpers.grid import Grid
    from helpers.register.differences import Difference
    from helpers.register.tally import Tally

DOCUMENT_MIME = "application/vnd.nianbao.document+json"
"""MIME type of the report's metadata: title, agency, year, date, draft, problems."""

REASONS_HEADING = "有关数据的说明"
UNFILLED = "（本节尚未填写）"


class CheckFailed(Exception):  # noqa: N818
    """The report has errors that stop it here; the message lists them for an officer."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lines,)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return list(self.lines)


@dataclass(frozen=True)
class Shown:
    """An output with all its representations; ``metadata`` travels with it."""

    data: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return dict(self.data), dict(self.metadata)

    def __repr__(self) -> str:
        return str(self.data.get("text/plain", ""))


@dataclass(frozen=True)
class OpenReport:
    """A report being worked on in a notebook.

    ``report`` holds the data, ``origin`` says where it came from, and ``draft`` lets errors
    through: the documents are marked as drafts and list what is still wrong. ``tally`` is what
    a register gave for 表三 and 表四, ``differences`` how the figures given otherwise differ.
    """

    report: Report
    origin: str
    draft: bool = False
    earlier: tuple[Report, ...] = ()
    settings: Settings = field(default_factory=Settings)
    tally: Tally | None = None
    differences: tuple[Difference, ...] = ()

    @cached_property
    def result(self) -> Result:
        """How every rule ended."""
        return result_of(self.report, self.earlier, self.settings)

    @property
    def figures(self) -> pd.DataFrame:
        """The figures one to a row: agency, year, format, table, row, column, unit, value."""
        import pandas as pd

        frame = pd.DataFrame(tidy([self.report]), columns=list(TIDY_COLUMNS))
        numbers = pd.to_numeric(frame["value"], errors="coerce")
        return frame.assign(number=numbers)

    def check(self, table: str = "") -> Shown:
        """Show the checks of one table (二, 三, 四), or of the report as a whole.

        Raises CheckFailed where an error stops the report, unless it is a draft.
        """
        part = self.result.about(table)
        numbers = self.result.numbers
        marked = self._grid(table, self.result.marks) if table else None
        name = self.report.format.table(table).name if table else "版本与完整性"
        shown = Shown(
            {
                "text/plain": views.check_text(name, part, numbers),
                "text/html": views.check_html(name, part, numbers, marked),
            }
        )
        if part.blocking and not self.draft:
            _display(shown)
            raise CheckFailed(views.stop_lines(name, part, numbers))
        return shown

    def register(self) -> Shown | None:
        """Show how each row of 表三 and 表四 came about; None where no register was given.

        Raises CheckFailed where rows of the register could not be counted, unless it is a draft.
        """
        if self.tally is None:
            return None
        from helpers.notebook import registers

        shown = Shown(
            {
                "text/plain": registers.register_text(self.tally),
                "text/html": registers.register_html(self.tally, self.differences),
            }
        )
        if self.tally.uncounted and not self.draft:
            _display(shown)
            raise CheckFailed(registers.stop_lines(self.tally))
        return shown

    def title(self) -> Shown:
        """The title, with the metadata of the document."""
        report = self.report
        lines = "<br>".join(escape(line) for line in report.title_lines)
        return Shown(
            {
                "text/plain": report.title,
                "text/html": f'<h1 style="text-align:center">{lines}</h1>',
                DOCUMENT_MIME: self._document(),
            }
        )

    def _document(self) -> dict[str, Any]:
        report = self.report
        problems = [
            {
                "number": self.result.numbers.get(finding, ""),
                "severity": finding.level,
                "rule": finding.rule,
                "message": finding.full_message,
            }
            for finding in self.result.failures
            if finding.level in ("错误", "警告")
        ]
        explanations = [
            {"rule": f.rule, "message": f.message, "reason": f.explanation}
            for f in self.result.failures
            if f.explained
        ]
        return {
            "title": report.title,
            "title_lines": list(report.title_lines),
            "agency": report.agency.name,
            "year": report.year,
            "published": report.published.isoformat() if report.published else None,
            "subject": f"{report.year}年度，{report.format.notice.number}格式",
            "draft": self.draft,
            "problems": problems if self.draft else [],
            "explanations": explanations if self.draft else [],
        }

    def preamble(self) -> Shown:
        """The opening paragraph, composed from the agency's fields."""
        return _prose(escaped(preamble(self.report)), "preamble")

    def section(self, section_id: str) -> Shown | None:
        """One of the six sections, 一 to 六: its heading with its text or its table."""
        section = self.report.format.section(section_id)
        heading = f"## {escaped(section.title)}"
        if section.table is None:
            text = inert(fill(self.report.narrative.get(section_id, ""), self.report))
            told = [escaped(reason) for reason in printed_reasons(self.report, section_id)]
            if told and "### " in text:  # else they would stand under the last small heading
                told.insert(0, f"### {REASONS_HEADING}")
            text = "\n\n".join([*filter(None, [text]), *told])
            if BLANK in text and not self.draft:
                raise CheckFailed((f"“{section.title}”引用的数在表里是空的，请补填或改正文。",))
            return _prose(f"{heading}\n\n{text or UNFILLED}")
        _display(_prose(heading))
        return self.table(section.table)

    def table(self, table_id: str) -> Shown:
        """A statutory table alone; in a draft the problems are marked in it."""
        marks = self.result.marks if self.draft else {}
        table = self._grid(table_id, marks)
        name = self.report.format.table(table_id).name
        return Shown(
            {
                "text/plain": name,
                "text/html": views.table_html(table),
                grid.MIME: grid.to_json(table),
            }
        )

    def _grid(self, table_id: str, marks: Mapping[Ref, str]) -> Grid:
        """A statutory table as it is printed; without marks it is asked for more than once."""
        here = {ref: mark for ref, mark in marks.items() if ref.table == table_id}
        key = (table_id, bool(here))
        if key not in self._grids:
            self._grids[key] = self.report.grid(table_id, here)
        return self._grids[key]

    @cached_property
    def _grids(self) -> dict[tuple[str, bool], Grid]:
        return {}

    def charts(self) -> None:
        """Charts with their numbers, as an annex; nothing where neither params nor settings ask."""
        named = self.settings.charts if self.report.charts is None else self.report.charts
        if not named:
            return
        from helpers.notebook.charting import annex

        for shown in annex(self.report, self.earlier, named):
            _display(shown)

    def signoff(self) -> Shown:
        """Agency and date under the report."""
        return _prose("  \n".join(escaped(line) for line in signoff(self.report)), "signoff")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": f"{self.report.title}（{self.origin}）",
            "text/html": views.opened_html(self.report, self.origin, draft=self.draft),
        }


def _display(shown: Shown) -> None:
    from IPython import display

    display.display(shown)  # type: ignore[no-untyped-call]


def _prose(markdown: str, role: str = "") -> Shown:
    metadata = {"nianbao": {"role": role}} if role else {}
    return Shown({"text/plain": markdown, "text/markdown": markdown}, metadata)


def open_report(
    source: str | None = None,
    *,
    draft: bool = False,
    history: Any = None,
    settings: Any = None,
    register: Any = None,
    disputes: Any = None,
    **parameters: Any,
) -> OpenReport:
    """Open the report of a params file, or the one that papermill's parameters describe.

    ``parameters`` are the top-level keys of a params file; where any is given they are used
    and ``source`` is not read, which the output says. ``history`` are earlier years: files,
    folders, or the contents of params files; ``settings`` a settings file or its contents.
    ``register`` (with ``disputes``) are register files whose figures stand in place of 表三 and
    表四, which then need not be given. Raises InputError with every mistake.
    """
    prepare_plots()
    given = {name: value for name, value in parameters.items() if value is not None}
    unknown = [name for name in (*given, *injected()) if name not in _known()]
    if unknown:
        raise InputError([_unknown(name) for name in dict.fromkeys(unknown)])
    rest = (draft, tuple(_earlier(history)), settings_of(settings))
    if not given and not source:
        message = "没有数据：请在参数单元格写 source = 参数文件，或用 papermill -f 参数文件 运行"
        raise InputError([Problem("参数", message)])
    note = f"；参数单元格里的 source（{source}）没有使用" if source else ""
    origin = f"数据来自传入的参数{note}" if given else f"数据来自 {source}"
    if register:
        report, found, told = _with_register(given, source, register, disputes, rest[-1])
        return OpenReport(report, f"{origin}；表三、表四来自台账", *rest, found, told)
    report = report_from(given) if given else read_report(find(source or ""), source).report
    return OpenReport(report, origin, *rest)


def _with_register(
    given: dict[str, Any], source: str | None, register: Any, disputes: Any, settings: Settings
) -> tuple[Report, Tally, tuple[Difference, ...]]:
    """The report with the tables of a register, the tally, and what was given otherwise."""
    from helpers.notebook.registers import declared_in, put_in, tally_for, year_of
    from helpers.register.differences import differences
    from helpers.register.tally import derive

    def found_for(year: int) -> Tally:
        return tally_for(year, register, disputes, find, settings.register)

    file = None if given else find(source or "")
    if file and file.suffix.lower() not in (".yaml", ".yml"):
        declared = read_report(file, source).report
        found = found_for(declared.year)
        report = derive(found, declared.agency, declared)
        return report, found, tuple(differences(found, declared))
    seen: dict[str, Any] = {}

    def change(data: Any) -> Any:
        seen["found"] = found_for(year_of(data))
        seen["data"] = data
        return put_in(data, seen["found"])

    report = read_params(file, source, change) if file else report_from(change(given))
    declared = declared_in(seen["data"], seen["found"], report.source)
    return report, seen["found"], tuple(differences(seen["found"], declared))


def _earlier(history: Any) -> Iterator[Report]:
    """The reports of earlier years, from files, folders or contents of params files."""
    given = [history] if isinstance(history, str | dict) else list(history or ())
    for number, one in enumerate(given, 1):
        if isinstance(one, dict):
            yield report_from(one, name=f"往年报告 {number}")
            continue
        loaded = load([str(find(one, folders=True))])
        problems = [problem for item in loaded for problem in item.problems]
        if problems:
            raise InputError(problems)
        yield from (item.report for item in loaded if item.report)


def _known() -> set[str]:
    return {*Params.model_fields, "source", "draft", "history", "settings", "register", "disputes"}


def _unknown(name: str) -> Problem:
    guess = closest(name, _known())
    near = f"，是不是“{guess}”？" if guess else ""
    known = "、".join(Params.model_fields)
    return Problem("参数", f"没有“{name}”这个参数{near}可用的有：{known}", key=name)
