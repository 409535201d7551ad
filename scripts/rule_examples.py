#!/usr/bin/env python3
"""Examples of rules: clean published reports with one thing changed, and who notices.

    python scripts/rule_examples.py            print the table: rule × caught
    python scripts/rule_examples.py --write    also write docs/规则.md

The examples are data, in docs/rule_examples.yaml. Each is run through the same readers and
rules as the product; an example whose rule says nothing, or whose counterpart does not pass,
is a failure (exit code 1).
"""

from __future__ import annotations

import copy
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from helpers import grid_html
from helpers.figures import Figures, number
from helpers.judging import judge
from helpers.params import report_from
from helpers.params.positions import compose
from helpers.placeholders import fill
from helpers.readers import read_report
from helpers.report import Report, preamble, signoff
from helpers.rules import CATALOGUE, Result, in_order
from helpers.rules.model import Finding
from helpers.settings import settings_from
from helpers.sources import Loaded

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "rule_examples.yaml"
PAGE = ROOT / "docs" / "规则.md"


@dataclass(frozen=True)
class Change:
    """A report made from a base: values set or removed, prose replaced.

    ``set`` maps paths of the params file, parts joined with ``/``, to values; ``remove`` lists
    paths; ``prose`` replaces words in the text sections; with ``zero`` every figure is 0. With
    ``page`` the report is written
    as a published web page, the replacements made in its HTML, and the page read.
    """

    base: str
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    prose: Mapping[str, str] = field(default_factory=dict)
    page: Mapping[str, str] | None = None
    zero: bool = False


@dataclass(frozen=True)
class Example:
    """What a rule catches: a report, what stands beside it, and the report that passes.

    ``case`` says in a sentence what went wrong. ``earlier`` are reports of earlier years,
    ``beside`` others of the same batch, ``settings`` the contents of a settings file. ``passes``
    is the report that passes by this rule: the base unless it says otherwise, with the same
    surroundings; ``passes_beside`` are its siblings and ``passes_settings`` its settings where
    they differ.
    """

    rule: str
    case: str
    report: Change
    passes: Change
    earlier: tuple[Change, ...] = ()
    beside: tuple[Change, ...] = ()
    passes_beside: tuple[Change, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    passes_settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """How an example went: what the rule said, and how it ended for the report that passes."""

    example: Example
    caught: tuple[Finding, ...]
    passed: str


@cache
def _data() -> Mapping[str, Any]:
    return yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))


def examples() -> list[Example]:
    """Every example of docs/rule_examples.yaml."""
    return [_example(item) for item in _data()["examples"]]


def left_out() -> Mapping[str, str]:
    """The rules that were thought of and not built, with the reason."""
    return _data()["left_out"]


def _example(item: Mapping[str, Any]) -> Example:
    around = ("rule", "case", "earlier", "beside", "settings", "passes")
    report = _change({key: value for key, value in item.items() if key not in around})
    passes = dict(item.get("passes", {}))
    beside = item.get("beside", ())
    passes_beside = passes.pop("beside", beside)
    settings = item.get("settings", {})
    passes_settings = passes.pop("settings", settings)
    return Example(
        item["rule"],
        item["case"],
        report,
        _change({"base": report.base, **passes}),
        *(tuple(map(_change, ones)) for ones in (item.get("earlier", ()), beside, passes_beside)),
        settings,
        passes_settings,
    )


def _change(item: Mapping[str, Any] | str) -> Change:
    if isinstance(item, str):
        return Change(item)
    known = dict(item)
    return Change(**{**known, "remove": tuple(known.get("remove", ()))})


def _params(base: str) -> dict[str, Any]:
    file = ROOT / "params" / f"{_data()['bases'].get(base, base)}.yaml"
    return copy.deepcopy(compose(file.read_text(encoding="utf-8")).data)


def make(change: Change) -> Report:
    """The report that a change describes. Raises KeyError where it changes nothing."""
    data = _params(change.base)
    for path in change.remove:
        parent, key = _place(data, path)
        del parent[key]
    for path, value in change.set.items():
        parent, key = _place(data, path, create=True)
        parent[key] = value
    for old, new in change.prose.items():
        _replace_prose(data["narrative"], old, new)
    report = report_from(data, name=f"{change.base}.yaml")
    if change.zero:
        zeros = {ref: number(0) for ref, slot in report.format.slots.items() if not slot.total}
        report = replace(report, figures=Figures(zeros))
    return report if change.page is None else _published(report, change.page)


def _place(data: Any, path: str, *, create: bool = False) -> tuple[Any, Any]:
    *above, last = path.split("/")
    for part in above:
        if create and isinstance(data, dict):
            data = data.setdefault(part, {})
        else:
            data = data[int(part) if isinstance(data, list) else part]
    key = int(last) if isinstance(data, list) else last
    if not create:
        data[key]
    return data, key


def _replace_prose(narrative: dict[str, str], old: str, new: str) -> None:
    found = [key for key, text in narrative.items() if old in text]
    if not found:
        raise KeyError(old)
    for key in found:
        narrative[key] = narrative[key].replace(old, new)


def _published(report: Report, changes: Mapping[str, str]) -> Report:
    page = published_page(report)
    for old, new in changes.items():
        if old not in page:
            raise KeyError(old)
        page = page.replace(old, new)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "公布的网页.html"
        file.write_text(page, encoding="utf-8")
        return read_report(file, file.name).report


def published_page(report: Report) -> str:
    """The report as a plain web page, such as an agency's site would show."""
    parts = [f"<h1>{escape(report.title)}</h1>", _paragraphs(preamble(report))]
    for section in report.format.sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        if section.table:
            parts.append(grid_html.write(report.grid(section.table), prefix=f"t{section.id}"))
        else:
            parts.append(_paragraphs(fill(report.narrative.get(section.id, ""), report)))
    parts += [f"<p>{escape(line)}</p>" for line in signoff(report)]
    body = "\n".join(parts)
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def _paragraphs(text: str) -> str:
    lines = (re.sub(r"^(?:#+|-) ", "", line) for line in text.split("\n") if line.strip())
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)


def try_out(example: Example) -> Tried:
    """Run an example and its counterpart that passes."""
    earlier = [make(one) for one in example.earlier]
    failing = _judged(example.report, example.beside, earlier, example.settings)
    passing = _judged(example.passes, example.passes_beside, earlier, example.passes_settings)
    state = next(one.state for one in passing.outcomes if one.rule.id == example.rule)
    caught = tuple(f for f in failing.failures if f.rule == example.rule)
    return Tried(example, caught, state)


def _judged(
    change: Change,
    beside: Sequence[Change],
    earlier: Sequence[Report],
    settings: Mapping[str, Any],
) -> Result:
    reports = [make(one) for one in (change, *beside)]
    loaded = [Loaded(report.source, report) for report in reports]
    result = judge(loaded, earlier, settings_from(dict(settings)))[0].result
    assert result is not None
    return result


def table(tried: Sequence[Tried]) -> Iterator[str]:
    """The table rule × caught, a line each, and the rules without an example."""
    for one in tried:
        caught = f"抓住 {len(one.caught)} 处" if one.caught else "没有抓住"
        yield f"{one.example.rule:7}{one.example.report.base:10}{caught:10}对照：{one.passed}"
    missing = [r.id for r in in_order() if r.id not in {one.example.rule for one in tried}]
    yield f"{len(CATALOGUE)} 条规则，{len(tried)} 个例子；没有例子的：{'、'.join(missing) or '无'}"


def main(arguments: Sequence[str]) -> int:
    """Run all examples, or those of the rules named; print the table."""
    wanted = [name for name in arguments if not name.startswith("--")]
    tried = [try_out(e) for e in examples() if not wanted or e.rule in wanted]
    sys.stdout.write("\n".join(table(tried)) + "\n")
    if wanted:
        for one in tried:
            sys.stdout.writelines(f"  {f.level} {f.full_message}\n" for f in one.caught)
    if "--write" in arguments and not wanted:
        from rules_page import page

        PAGE.write_text(page(tried, left_out()), encoding="utf-8")
    return 0 if all(one.caught and one.passed == "pass" for one in tried) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
