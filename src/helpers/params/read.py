"""Params files: one agency's year as YAML, read with all mistakes at once.

The same checks serve a file (with line numbers) and the parameters that papermill injects
into the notebook (with keys only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from helpers import formats
from helpers.errors import InputError, Problem, why
from helpers.figures import Figures
from helpers.formats import Format, FormatError, closest, plain
from helpers.params.figures import read_figures, say
from helpers.params.positions import Path as KeyPath
from helpers.params.positions import Source, compose
from helpers.placeholders import problems as placeholder_problems
from helpers.report import Agency, Charts, Kind, Report, chart_fault, overlong

MAX_BYTES = 5_000_000


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class Explanation(BaseModel):
    """A reason recorded for a rule, and whether it is printed in the report as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Reason = Field(alias="理由", description="为什么情况属实")
    printed: bool = Field(
        False, alias="写入报告", strict=True, description="true：同时印在第六部分末尾"
    )


def _explanation(given: Any) -> Any:
    return given if isinstance(given, Mapping) else {"理由": given}


Explained = Annotated[
    Explanation, BeforeValidator(_explanation, json_schema_input_type=Reason | Explanation)
]


class Params(BaseModel):
    """A params file: the notebook's parameters, one agency and one year."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    agency: Agency = Field(description="机关名称和联系方式")
    year: int = Field(ge=1900, le=2999, strict=True, description="报告所述年度，如 2021")
    format: str | None = Field(None, description="表格格式的代号；不填则用该年度现行格式")
    published: Annotated[date | None, BeforeValidator(_day)] = Field(
        None, description="公布日期，如 2022-01-15"
    )
    figures: Any = Field(description="表二、表三、表四的数字，键为表中印出的名称")
    narrative: dict[str, str | None] = Field(
        default_factory=dict, description="各节文字（Markdown，可用 {{ 三.本年新收.总计 }} 引数）"
    )
    explanations: dict[str, Explained] = Field(
        default_factory=dict,
        description="说明：规则编号 -> 理由，或 {理由: …, 写入报告: true}",
    )
    charts: Charts | None = Field(
        None,
        description="报告后面附图：true 全附，false 不附，或列出要附的；不写按设置文件，默认不附",
    )


def read_params(
    file: Path, name: str | None = None, change: Callable[[Any], Any] | None = None
) -> Report:
    """The report in a params file; ``name`` is how messages call the file.

    ``change`` makes other data of what stands in the file, as a register does that gives 表三.
    Raises InputError with every mistake found: file, line, key, what was expected.
    """
    name = name or str(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError([Problem(name, f"文件超过 {MAX_BYTES // 1_000_000} MB，不像参数文件")])
        content = file.read_bytes()
    except OSError as error:
        raise InputError([Problem(name, f"读不了这个文件：{why(error)}")]) from error
    source = compose(_decode(content, name))
    faults = [Problem(name, text, line, column) for (line, column), text in source.faults]
    if faults and source.data is None:
        raise InputError(faults)
    data = change(source.data) if change else source.data
    return report_from(data, source, name, faults)


def _decode(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError([Problem(name, "不是文本文件，或编码既非 UTF-8 也非 GB18030")])


def report_from(
    data: Any, source: Source | None = None, name: str = "参数", faults: Iterable[Problem] = ()
) -> Report:
    """The report that parameters mean. Raises InputError with every mistake found."""
    source = source or Source()
    problems = list(faults)

    def fault(path: KeyPath, message: str) -> None:
        line, column = source.mark(path) or (0, 0)
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        problems.append(Problem(name, message, line, column, key))

    if not isinstance(data, Mapping):
        fault((), "应为 agency、year、figures 等键和值，文件是空的或不是这种写法")
        raise InputError(problems)
    params = _validate(dict(data), fault)
    fmt = _format(data, fault)
    figures = Figures()
    if "figures" in data:
        fmt, figures, figure_faults = _figures(data["figures"], fmt)
        for path, message in figure_faults:
            fault(("figures", *path), message)
    fmt = fmt or list(formats.available().values())[-1]
    texts = _texts(data.get("narrative"), fault)
    explained = params.explanations if params else {}
    report = Report(
        agency=params.agency if params else Agency(name="（未知）"),
        year=params.year if params else fmt.first_year,
        format=fmt,
        figures=figures,
        narrative=_narrative(texts, fmt, fault),
        explanations={rule: one.reason for rule, one in explained.items()},
        printed_reasons=frozenset(rule for rule, one in explained.items() if one.printed),
        published=params.published if params else None,
        charts=params.charts if params else None,
        source=name,
    )
    for key, text in texts.items():
        for message in placeholder_problems(text, report):
            fault(("narrative", key), message)
    if problems:
        raise InputError(_sorted(problems))
    return report


_MANY = 3
"""From how many faults on the tables are tried as those of another format."""


def _figures(data: Any, fmt: Format | None) -> tuple[Format, Figures, list[tuple[KeyPath, str]]]:
    """Figures and faults; without a format those of the one that fits best."""
    every = list(reversed(formats.available().values()))
    tried = [(candidate, *read_figures(data, candidate)) for candidate in [fmt] if candidate]
    if not tried or len(tried[0][2]) > _MANY:
        tried += [(other, *read_figures(data, other)) for other in every if other is not fmt]
    best = min(tried, key=lambda item: len(item[2]))
    if fmt and best[0] is not fmt and not best[2]:
        text = f"写的是 {best[0].code} 年格式的表，不是 {fmt.code} 年的：请改 format 或 year"
        return best[0], best[1], [((), text)]
    return tried[0] if fmt else best


def _texts(narrative: Any, fault: Any) -> dict[str, str]:
    """The text sections, none where one is longer than any report's."""
    if not isinstance(narrative, Mapping):
        return {}
    texts = {str(k): v for k, v in narrative.items() if isinstance(v, str)}
    too_long = overlong(texts.values())
    if too_long:
        fault(("narrative",), too_long)
    return {} if too_long else texts


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.line, p.column))


def _validate(data: dict[str, Any], fault: Any) -> Params | None:
    try:
        return Params.model_validate(data)
    except ValidationError as error:
        for item in error.errors():
            path = tuple(part for part in item["loc"] if part != "[key]")
            fault(path, _sentence(item, path))
        return None


_REGISTER = "台账先用 nianbao tally 算成数，或者在主笔记本里用；"


def _sentence(item: Any, path: KeyPath) -> str:
    kind, given = item["type"], item.get("input")
    field = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        known = _known_keys(str(path[0]))
        guess = closest(field, known)
        near = f"是不是“{guess}”？" if guess else ""
        near = _REGISTER if path == ("register",) or path == ("disputes",) else near
        return f"没有“{field}”这一项，{near}可用的有：{'、'.join(known)}"
    if kind == "missing" and path[0] == "explanations":
        return "缺少“理由”（为什么情况属实）"
    if kind == "missing":
        return f"缺少“{field}”（{_description(path)}）"
    expected = {
        "year": "应为四位数的年度，如 2021，不加引号",
        "published": "应为日期，如 2022-01-15",
        "postcode": '应为 6 位数字，并加引号，如 "277100"',
        "email": "应为电子邮箱，如 name@example.gov.cn",
        "name": "应为机关全称（2 至 80 字）",
        "agency": "应为一组名称和值，如 {name: 某某局}",
        "kind": f"应为其中之一：{'、'.join(filter(None, get_args(Kind)))}；不写则从名称看",
        "写入报告": "应为 true 或 false",
    }.get(field)
    if kind == "string_too_short" and path[0] == "explanations":
        return "理由是空的，请写明原因"
    if path[0] == "charts":
        return chart_fault(given)
    if kind == "value_error":
        expected = "不能有换行和看不见的控制字符"
    if expected is None and kind in ("dict_type", "model_type"):
        expected = "应为一组名称和值"
    return f"读到{say(given)}，{expected or '应为文字'}"


def _known_keys(part: str) -> list[str]:
    if part == "explanations":
        return [str(field.alias) for field in Explanation.model_fields.values()]
    return list((Agency if part == "agency" else Params).model_fields)


def _description(path: KeyPath) -> str:
    model = Agency if path[0] == "agency" and len(path) > 1 else Params
    info = model.model_fields.get(str(path[-1]))
    return (info.description if info else None) or ""


def _format(data: Mapping[str, Any], fault: Any) -> Format | None:
    code, year = data.get("format"), data.get("year")
    try:
        if code is not None:
            return formats.find(str(code))
        if isinstance(year, int) and 1900 <= year <= 2999:
            return formats.for_year(year)
    except FormatError as error:
        fault(("format",) if code is not None else ("year",), str(error))
    return None


def _narrative(given: Mapping[str, str], fmt: Format, fault: Any) -> dict[str, str]:
    sections: dict[str, str] = {}
    names = {
        plain(name): section.id
        for section in fmt.narrative
        for name in (section.id, section.heading, section.title, *section.aliases)
    }
    for key, text in given.items():
        section_id = names.get(plain(key), "")
        headings = "、".join(section.heading for section in fmt.narrative)
        if not section_id:
            fault(("narrative", key), f"没有“{key}”这一节，文字各节是：{headings}")
        elif section_id in sections:
            fault(("narrative", key), f"“{key}”这一节写了两次")
        else:
            sections[section_id] = text.strip()
    return {s.id: sections[s.id] for s in fmt.narrative if s.id in sections}
