"""A register in place of 表三 and 表四: the notebook's parameters with its figures put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import InputError, Problem
from helpers.formats import Ref, plain
from helpers.notebook.views import STYLE
from helpers.params import params_data, report_from
from helpers.report import Agency, Report

if TYPE_CHECKING:
    from helpers.register.differences import Difference
    from helpers.register.findings import RowFinding
    from helpers.register.options import RegisterOptions
    from helpers.register.tally import Tally

_RUNS = 12  # runs of rows told of a cell
_ROWS = 50  # findings told


def tally_for(
    year: int,
    register: str | Sequence[str],
    disputes: str | Sequence[str] | None,
    find: Callable[[str], Path],
    options: RegisterOptions,
) -> Tally:
    """The tally of register files, found by ``find``, for a year."""
    from helpers.register.tally import read_registers, tally

    files = _files(register, find), _files(disputes, find)
    return tally(read_registers(*files, options, year), year)


def _files(given: str | Sequence[str] | None, find: Callable[[str], Path]) -> list[str]:
    names = [given] if isinstance(given, str) else list(given or ())
    return [_near(find(name)) for name in names]


def _near(path: Path) -> str:
    """The file as called from the working folder, so that no output names the machine's folders."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        up = [*Path.cwd().parents]
        depth = next((n for n, folder in enumerate(up, 1) if path.is_relative_to(folder)), 0)
        inside = path.relative_to(up[depth - 1]).as_posix() if depth else path.as_posix()
        return "../" * depth + inside


def year_of(data: Any) -> int:
    """The year that params are about. Raises InputError where they do not say."""
    year = data.get("year") if isinstance(data, Mapping) else None
    if not isinstance(year, int):
        text = "用台账时要写明年度，如 year: 2025"
        raise InputError([Problem("参数", text, key="year")])
    return year


def put_in(data: Any, found: Tally, *, keep: bool = False) -> dict[str, Any]:
    """Params whose 表三 (and 表四) are those of the tally; with ``keep`` only where missing."""
    from helpers.register.tally import derive

    counted = params_data(derive(found, Agency(name="（台账）")))["figures"]
    given = dict(data.get("figures") or {})
    names = {plain(s.heading): s.table for s in found.format.sections if s.table}
    for key in list(given):
        table = names.get(plain(str(key)), plain(str(key)).removeprefix("表"))
        if table in found.tables:
            if keep:
                counted.pop(table, None)
            else:
                del given[key]
    figures = {**given, **{key: counted[key] for key in found.tables if key in counted}}
    return {**data, "figures": figures}


def declared_in(data: Any, found: Tally, name: str) -> Report:
    """The report as the params declare it, the tally filling in the tables they have not."""
    return report_from(put_in(data, found, keep=True), name=name)


def stop_lines(found: Tally) -> tuple[str, ...]:
    """What the notebook says when rows of the register could not be counted."""
    rows = found.uncounted
    lines = [f"台账里有 {_times(rows)} 处使行不能计入，报告到此为止："]
    lines += [f"  {one.rule}　{one}" for one in rows[:_ROWS]]
    if len(rows) > _ROWS:
        lines.append(f"  ……还有 {_times(rows[_ROWS:])} 处")
    lines.append("请改正台账后重新运行；要先看成品，把参数 draft 设为 True。")
    return tuple(lines)


def _times(found: Sequence[RowFinding]) -> int:
    """How many faults findings are about: one that sums up rows counts for each."""
    return sum(one.count for one in found)


def register_text(found: Tally) -> str:
    """How the tables came about, for a terminal."""
    shown = [f"台账 {found.year} 年度，未能计入 {_times(found.uncounted)} 处"]
    shown += filter(None, [_missing(found)])
    for ref, where in _origins(found):
        value = found.figures.value(ref)
        shown.append(f"  表{ref.table} {_label(ref)} {ref.column} {value}　{where}")
    return "\n".join(shown)


def register_html(found: Tally, told: Sequence[Difference]) -> str:
    """How each row of the tables came about, what was not counted, what was declared otherwise."""
    said = [_verdict(found, told), *filter(None, [_missing(found)])]
    parts = [f'<p class="nb-verdict">{escape(one)}</p>' for one in said]
    if found.uncounted:
        wrong = [(one.rule, str(one)) for one in found.uncounted[:_ROWS]]
        parts.append(_table(f"未计入的行（{_times(found.uncounted)} 处）", _FINDING, wrong))
    if told:
        gaps = [(one.rule, one.message) for one in told]
        parts.append(_table("与参数里填的数的差别（采用台账的数）", _FINDING, gaps))
    rows = [
        (f"表{ref.table}", _label(ref), ref.column, str(found.figures.value(ref)), where)
        for ref, where in _origins(found)
    ]
    parts.append(_table("各格的由来", _ORIGIN, rows))
    late = [one for one in found.findings if one.level != "错误"]
    if late:
        notes = [(one.rule, str(one)) for one in late[:_ROWS]]
        parts.append(_table(f"期限、收费和提示（{_times(late)} 处）", _FINDING, notes))
    return f'{STYLE}<div class="nb">{"".join(parts)}</div>'


def _missing(found: Tally) -> str:
    from helpers.register.telling import year_missing

    return year_missing(found)


def _verdict(found: Tally, told: Sequence[Difference]) -> str:
    text = f"台账：{found.year} 年度表{'、表'.join(found.tables)}由台账算出，"
    text += f"未能计入 {_times(found.uncounted)} 处，与填写的数不同 {len(told)} 处。"
    return text + (f"第六部分可写：{found.fees.sentence}" if found.fees.sentence else "")


def _origins(found: Tally) -> list[tuple[Ref, str]]:
    """The cells that are not 0 and no totals, with their rows."""
    from helpers.register.counting import say_runs
    from helpers.register.telling import cell_rows

    slots = found.format.slots
    cells = [ref for ref, f in found.figures.items() if f.value and not slots[ref].total]
    return [(ref, say_runs(cell_rows(found, ref), _RUNS)) for ref in cells]


def _label(ref: Ref) -> str:
    parts = ref.row.split("/")
    return "-".join(plain(part) for part in (parts[1:] if len(parts) > 1 else parts))


_FINDING = ("规则", "问题")
_ORIGIN = ("表", "行", "列", "件数", "台账里的行")


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    summary = f"<summary>{escape(title)}</summary>"
    table = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<details open>{summary}<table class="nb-list">{table}</table></details>'
