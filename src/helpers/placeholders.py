"""Placeholders: figures looked up from the tables, so that prose cannot disagree with them.

``{{ 三.本年新收.总计 }}`` is replaced by the figure; paths may be added and subtracted, groups
of rows or columns stand for their sums; 年度, 上年度, 机构 and 简称 are known as well. Nothing
else is reachable and nothing is executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import zip_longest

from helpers.figures import plain_number
from helpers.formats import Ref, closest, select
from helpers.report import Report

BLANK = "〔空〕"
_ADDRESS = re.compile(r"(https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%-]+)")
_SPECIAL = frozenset("\\`*_[]<>#|~&!$")
_SIGNS = re.compile(r"([+＋－−-])")
_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")  # no brace inside, or many open ones take for ever


class PlaceholderError(ValueError):
    """A placeholder that means nothing; the message says which one and what could be meant."""


def fill(text: str, report: Report) -> str:
    """The text with its placeholders replaced. Raises PlaceholderError at the first bad one."""
    return _PLACEHOLDER.sub(lambda match: _value(match.group(1), report), text)


def escaped(text: str) -> str:
    """Text of a field as Markdown that shows exactly this text; web addresses become links."""
    parts = _ADDRESS.split(text)
    plain = ("".join("\\" + c if c in _SPECIAL else c for c in part) for part in parts[::2])
    links = (f"<{address}>" for address in parts[1::2])
    return "".join(part for pair in zip_longest(plain, links, fillvalue="") for part in pair)


def problems(text: str, report: Report) -> Iterator[str]:
    """A Chinese sentence for each placeholder that means nothing."""
    for match in _PLACEHOLDER.finditer(text):
        try:
            _meaning(match.group(1), report)
        except PlaceholderError as error:
            yield str(error)
    if "｛｛" in text or "｝｝" in text:
        yield "引用表中的数，花括号要用半角：{{ 三.本年新收.总计 }}"
    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield "双花括号 {{ }} 没有成对"


def _value(expression: str, report: Report) -> str:
    meaning = _meaning(expression, report)
    if isinstance(meaning, str):
        return meaning
    total = Decimal(0)
    for sign, refs in meaning:
        value = report.complete.total(refs)
        if value is None:
            return BLANK
        total += -value if sign in "-－−" else value
    return plain_number(total)


def _meaning(expression: str, report: Report) -> str | list[tuple[str, tuple[Ref, ...]]]:
    """The word that stands for a placeholder, or the signed figures to be added up."""
    words = _words(report)
    name = expression.strip()
    if name in words:
        return words[name]
    if "." not in name:
        guess = closest(name, words)
        near = f"是不是“{guess}”？" if guess else ""
        raise PlaceholderError(
            f"占位符“{{{{ {name} }}}}”不认识，{near}可用的有：{'、'.join(words)}，"
            "以及 表.行.列（如 三.本年新收.总计）"
        )
    units: set[str] = set()
    first, *others = _SIGNS.split(name)
    terms = [("+", first), *zip(others[::2], others[1::2], strict=True)]
    if not all(path.strip() for _, path in terms):
        raise PlaceholderError(
            f"占位符“{{{{ {name} }}}}”：加减号的前后都要写 表.行.列，如 三.本年新收 + 三.上年结转"
        )
    meaning = [(sign, _refs(path.strip(), report)) for sign, path in terms]
    for _, refs in meaning:
        units |= {report.format.slots[ref].column.unit for ref in refs}
        if len(units) > 1:
            mixed = "、".join(sorted(units))
            raise PlaceholderError(f"占位符“{{{{ {name} }}}}”把不同单位的数（{mixed}）加在一起")
    return meaning


def _refs(path: str, report: Report) -> tuple[Ref, ...]:
    try:
        return select(report.format, path).refs
    except KeyError as error:
        raise PlaceholderError(f"占位符“{{{{ {path} }}}}”：{error.args[0]}") from None


def _words(report: Report) -> dict[str, str]:
    return {
        "年度": str(report.year),
        "上年度": str(report.year - 1),
        "机构": escaped(report.agency.name),
        "简称": escaped(report.agency.short_name or report.agency.name),
    }
