"""Report: one agency's year, and the sentences that are composed from its fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from helpers.figures import Figures, complete, show
from helpers.formats import ALWAYS, Format, Ref, lay_out
from helpers.grid import Grid

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, direction, half a character, line ends


def _printable(text: str) -> str:
    """The text, refused where it holds what is not seen but obeyed, or is no character."""
    if any(unicodedata.category(c) in _UNSEEN or ord(c) & 0xFFFE == 0xFFFE for c in text):
        raise ValueError("control character")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
Kind = Literal["", "政府", "部门", "乡镇", "街道", "其他"]


def _names(given: object) -> object:
    """Several names, as a list or in one text: 甲局、乙局."""
    if isinstance(given, str):
        return tuple(name.strip() for name in re.split("[、，,；;\n]", given) if name.strip())
    return given


Names = Annotated[tuple[Text, ...], BeforeValidator(_names, json_schema_input_type=str | list[str])]


ChartName = Literal["办理结果", "申请人", "历年"]
CHARTS: tuple[str, ...] = get_args(ChartName)
"""The charts that can follow a report, in their order."""


_LONG = 30  # characters of a name that was read


def chart_names(given: object) -> tuple[str, ...]:
    """The charts that ``true``, ``false`` or names mean. Raises ValueError for anything else."""
    if isinstance(given, bool):
        return CHARTS if given else ()
    named = [given] if isinstance(given, str) else given
    if not isinstance(named, list | tuple) or any(name not in CHARTS for name in named):
        raise ValueError("no such chart")
    return tuple(name for name in CHARTS if name in named)


def chart_fault(given: object) -> str:
    """What ``chart_names`` does not take, in words: which of the names, and which there are.

    >>> chart_fault(["办理结果", "饼图"]).partition("；")[0]
    '读到“饼图”，没有这张图'
    """
    named = given if isinstance(given, list | tuple) else [given]
    # What is nested, too deep to be shown perhaps, is no name at all.
    wrong = ["一组值" if isinstance(n, list | dict) else str(n) for n in named if n not in CHARTS]
    read = "”“".join(name if len(name) <= _LONG else f"{name[:_LONG]}…" for name in wrong)
    known = f"可用的有：{'、'.join(CHARTS)}，也可以写 true（全部）或 false（不附）"
    return f"读到“{read}”，没有这张图；{known}"


Charts = Annotated[
    tuple[str, ...],
    BeforeValidator(chart_names, json_schema_input_type=bool | ChartName | list[ChartName]),
]


class Agency(BaseModel):
    """The reporting agency and how to reach it. Empty fields are left out of the report."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: Annotated[Text, Field(min_length=2, max_length=80)] = Field(
        description="机关全称，用于标题和落款"
    )
    short_name: Text = Field("", description="简称，用于联系方式一句；不填则用全称")
    address: Text = Field("", description="办公地址")
    postcode: Annotated[Text, Field(pattern=r"^(\d{6})?$")] = Field(
        "", description="邮政编码，6 位数字，加引号"
    )
    telephone: Text = Field("", description="联系电话，含区号")
    fax: Text = Field("", description="传真")
    email: Annotated[Text, Field(pattern=r"^([^@\s]+@[^@\s.]+(\.[^@\s.]+)+)?$")] = Field(
        "", description="电子邮箱"
    )
    website: Text = Field("", description="可查阅、下载报告的网站名称或网址")
    kind: Kind = Field("", description="机关类型：政府、部门、乡镇、街道、其他；不填则从名称看")
    formerly: Names = Field((), description="改名或合并前的机关名称，用来找上年报告")


@dataclass(frozen=True)
class Original:
    """The wording of a published report that was read: what our own composing would replace.

    ``headings`` are the section headings as they stood, in order of appearance; ``strays`` is
    text that stood inside the table sections 二 to 四. ``extra_rows`` and ``relabelled`` tell of
    table rows that the format has not, or calls otherwise, ``surplus_rows`` of a second row of
    figures in 表四, which has one; ``residues`` are marks of another program that were taken out
    of the text.
    """

    title: str = ""
    preamble: str = ""
    headings: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    signoff: tuple[str, ...] = ()
    extra_rows: tuple[str, ...] = ()
    surplus_rows: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()
    residues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """One agency, one year: figures, text and recorded reasons.

    ``narrative`` maps section ids (一, 五, 六) to Markdown that may hold placeholders;
    ``explanations`` maps rule ids to the reason why a finding stands; the reasons of
    ``printed_reasons`` are printed in the last text section (六) too. ``year`` is the year
    reported on, ``format`` the one whose tables are used. ``source`` is where it came from;
    ``original`` the wording of a published report, None where the text is ours to compose.
    ``charts`` are those to follow the report (of ``CHARTS``), None where the settings decide.
    """

    agency: Agency
    year: int
    format: Format
    figures: Figures
    narrative: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    published: date | None = None
    source: str = field(default="", compare=False)
    original: Original | None = field(default=None, compare=False)
    printed_reasons: frozenset[str] = frozenset()
    charts: tuple[str, ...] | None = None

    @cached_property
    def complete(self) -> Figures:
        """The figures with the totals that were left out."""
        return complete(self.figures, self.format)

    @property
    def title(self) -> str:
        """The full title: agency, year and the statutory name of the report."""
        return "".join(self.title_lines)

    @property
    def title_lines(self) -> tuple[str, str]:
        """The title as printed, on two lines."""
        return self.agency.name, self.format.title.format(year=self.year)

    def text(self, ref: Ref) -> str:
        """A figure as the table prints it, "" where there is none."""
        return show(self.complete.get(ref), self.format.slots[ref].column)

    def grid(self, table_id: str, marks: Mapping[Ref, str] | None = None) -> Grid:
        """The table 二, 三 or 四 as a Grid in the official layout.

        A block that the source did not have and whose absence can be explained (第（九）项 of
        the 2019 format) is left out, as it was in the source.
        """
        table = self.format.table(table_id)
        given = {slot.line.key for ref, slot in table.slots.items() if ref in self.figures}
        absent = [
            block
            for block in table.blocks
            if block.required_by != ALWAYS and not given & {line.key for line in block.lines}
        ]
        return lay_out(table, self.text, marks, absent)


MAX_PROSE = 60_000
"""The most characters of one text section: the rules read no more. Real ones hold 10,000."""


def overlong(texts: Iterable[str]) -> str:
    """A sentence on text that is longer than any report's, "" where it is not."""
    length = max(map(len, texts), default=0)
    if length <= MAX_PROSE:
        return ""
    return f"一节文字有 {length} 字，超过 {MAX_PROSE} 字，不像年度报告；请删去不属于报告的内容"


def printed_reasons(report: Report, section_id: str) -> tuple[str, ...]:
    """The reasons that the officer wants printed at the end of a section (plain sentences).

    Only the last text section (六) has any: it is the place for whatever else is to be told.
    """
    if section_id != report.format.narrative[-1].id:
        return ()
    told = (text for rule, text in report.explanations.items() if rule in report.printed_reasons)
    return tuple(text if text.endswith(("。", "！", "？")) else f"{text}。" for text in told)


def preamble(report: Report) -> str:
    """The opening paragraph, from the format's sentences and the agency's fields (plain text)."""
    fields = _fields(report)
    said = (s.text for s in report.format.preamble if all(fields.get(need) for need in s.needs))
    return "".join(sentence.format(**fields) for sentence in said)


def signoff(report: Report) -> tuple[str, ...]:
    """The lines under the report: agency and, where known, the date of publication."""
    lines = [report.agency.name]
    if report.published:
        lines.append(chinese_date(report.published))
    return tuple(lines)


def chinese_date(day: date) -> str:
    """A date as official documents write it: 2022年1月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _fields(report: Report) -> dict[str, str]:
    agency = report.agency
    known = {name: str(value) for name, value in agency.model_dump().items()}
    contact = [
        f"{label}：{known[name]}" for label, name in report.format.contact.items() if known[name]
    ]
    return known | {
        "short_name": agency.short_name or agency.name,
        "year": str(report.year),
        "contact": "，".join(contact),
        "notice_title": report.format.notice.title,
        "notice_number": report.format.notice.number,
    }


def file_name(source: str) -> str:
    """A source as outputs may call it: the file and the folder it is in, not the way there."""
    return "/".join(re.split(r"[/\\]+", source)[-2:])


def harmless(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, made text; numbers stay as they are.

    An apostrophe is put before it, and before one that is there already, so that taking one
    off always gives the text back.
    """
    looks = cell.startswith(("=", "+", "-", "@", "\t", "\r", "'"))
    return f"'{cell}" if looks and not re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) else cell


TIDY_COLUMNS = ("agency", "year", "format", "table", "row", "column", "unit", "value")


def tidy(reports: Iterable[Report]) -> Iterator[tuple[str, ...]]:
    """The figures one to a row, as ``TIDY_COLUMNS`` names them; ``value`` is "" for a blank."""
    for report in reports:
        head = (report.agency.name, str(report.year), report.format.code)
        for ref, slot in report.format.slots.items():
            figure = report.complete.get(ref)
            value = "" if figure is None or figure.value is None else f"{figure.value:f}"
            yield (*head, *ref, slot.column.unit, value)
