"""What an example changes, in the words of the printed tables, for docs/规则.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from helpers.figures import Figure, show
from helpers.formats import Ref
from helpers.placeholders import fill
from helpers.report import Report, chinese_date
from helpers.rules import words
from rule_examples import Change, make

_FIELDS = {
    "name": "机关名称",
    "kind": "机关类型",
    "telephone": "联系电话",
    "email": "电子邮箱",
    "formerly": "原名",
}
_SHOWN = 60


def name_of(report: Report) -> str:
    """A report as the page calls it."""
    return f"{report.agency.name} {report.year} 年度"


def told(change: Change) -> list[str]:
    """What the change does to its base, a clause each; none where it changes nothing."""
    before, after = make(Change(change.base)), make(Change(**_own(change)))
    clauses = [*_head(before, after)]
    clauses += ["各格都填 0"] if change.zero else _cells(before, after)
    clauses += _gone(before, after)
    clauses += _sections(change, before)
    clauses += [_swap("正文", fill(a, before), fill(b, before)) for a, b in change.prose.items()]
    page = (change.page or {}).items()
    return clauses + [_swap("公布的网页上", _bare(old), _bare(new)) for old, new in page]


def _own(change: Change) -> dict[str, Any]:
    parts = ("base", "set", "remove", "prose")
    return {part: getattr(change, part) for part in parts}


def _head(before: Report, after: Report) -> Iterator[str]:
    """Year, date and agency."""
    if before.year != after.year:
        yield f"年度 {before.year} → {after.year}"
    if before.published != after.published and after.published:
        was = f"{chinese_date(before.published)} → " if before.published else ""
        yield f"公布日期 {was}{chinese_date(after.published)}"
    for field, label in _FIELDS.items():
        old, new = (_plain(getattr(report.agency, field)) for report in (before, after))
        if old != new:
            yield f"{label} {old} → {new}" if old else f"{label}写作“{new}”"


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _cells(before: Report, after: Report) -> Iterator[str]:
    """The cells that were given another figure, row by row."""
    rows: dict[tuple[str, str], list[str]] = {}
    for ref, figure in after.figures.items():
        given = before.figures.get(ref)
        old = _text(before, ref, given) if given else before.text(ref)
        new = _text(after, ref, figure)
        if old != new:
            rows.setdefault((ref.table, ref.row), []).append(f"{ref.column} {old} → {new}")
    for (table, row), cells in rows.items():
        name = words.row(Ref(table, row, ""))
        yield f"{after.format.table(table).name}“{name}”一行：{'，'.join(cells)}"


def _text(report: Report, ref: Ref, figure: Figure) -> str:
    if figure.raw is not None and figure.raw.strip() and figure.normalised:
        return figure.raw.strip()
    shown = show(figure, report.format.slots[ref].column)
    return shown or (figure.raw or "").strip() or "（空着）"


def _gone(before: Report, after: Report) -> Iterator[str]:
    """The rows that were left out."""
    there = {(ref.table, ref.row) for ref in after.figures}
    rows = dict.fromkeys((ref.table, ref.row) for ref in before.figures)
    for table, row in rows:
        if (table, row) not in there:
            yield f"{before.format.table(table).name}删去“{row.split('/')[-1]}”一行"


def _sections(change: Change, before: Report) -> Iterator[str]:
    """The text sections that were written anew."""
    for path, value in change.set.items():
        where, _, heading = path.partition("/")
        if where == "narrative":
            title = next(s.title for s in before.format.sections if s.heading == heading)
            yield f"“{title}”改为“{_short(value)}”"


def _swap(place: str, old: str, new: str) -> str:
    """One wording for another; what is only added or left out is told as such."""
    if not new:
        return f"{place}删去“{_short(old)}”"
    for side, added in (("之前", new.removesuffix(old)), ("之后", new.removeprefix(old))):
        if added != new or not old:
            near = f"“{_short(old)}”{side}" if re.search(r"\w{3}", old) else ""
            return f"{place}{near}加上“{_short(added.strip())}”"
    return f"{place}“{_short(old)}”改为“{_short(new)}”"


def _bare(html: str) -> str:
    """The text of a piece of a page, cells apart."""
    text = re.sub(r"^[^<>]*>", "", re.sub(r"</t[dh]>(?=<t[dh])", "｜", html))
    return " ".join(re.sub(r"<[^<>]*>?", "", text).split())


def _short(text: str) -> str:
    tight = re.sub(r"\s*\n\s*", "", re.sub(r"(?m)^(?:#+|-) ", "", text))
    return tight if len(tight) <= _SHOWN else f"{tight[:_SHOWN]}…"


def settings_told(settings: Mapping[str, Any]) -> str:
    """The contents of a settings file on one line; of several tables of a name, each."""
    parts = []
    for table in settings.values():
        for one in table if isinstance(table, list) else [table]:
            parts += [f"{key} = {_plain(value)}" for key, value in one.items()]
    return "，".join(parts)
