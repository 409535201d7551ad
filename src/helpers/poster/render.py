"""The picture set by Typst in the packaged fonts: SVG and PNG, equal bytes for equal facts."""

from __future__ import annotations

import json
import re
import struct
import zlib
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, Literal

from helpers.exporters import fonts
from helpers.exporters.errors import ExportError
from helpers.portfolio.indicators import BY_KEY
from helpers.poster.facts import NOTHING, Facts, Group, Item, rate, shown, words

_TEMPLATE = Path(__file__).with_name("poster.typ")
_PPI = 216  # three pixels a point: 1125 pixels wide, as phones show it
_NOTHING = "没有发生"
_PNG_HEAD = 33  # the signature and the first chunk


def svg(facts: Facts) -> bytes:
    """The picture as SVG with its title and description; text is drawn, so no font is needed.

    Raises ExportError naming a character that the packaged fonts lack.
    """
    markup = _compile(facts, "svg").decode()
    head, rest = markup.split(">", 1)
    head = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', head)  # pixels: as wide as a phone
    said = f"<title>{escape(facts.title)}</title><desc>{escape(words(facts))}</desc>"
    return f'{head} role="img" aria-label="{escape(facts.title)}">{said}{rest}'.encode()


def png(facts: Facts) -> bytes:
    """The picture as PNG, 1125 pixels wide, with its description inside.

    Raises ExportError naming a character that the packaged fonts lack.
    """
    content = _compile(facts, "png")
    title = _chunk(b"Title", facts.title)
    return content[:_PNG_HEAD] + title + _chunk(b"Description", words(facts)) + content[_PNG_HEAD:]


def _chunk(key: bytes, text: str) -> bytes:
    """An iTXt chunk: international text in a PNG."""
    body = b"iTXt" + key + b"\0\0\0zh-CN\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _compile(facts: Facts, kind: Literal["svg", "png"]) -> bytes:
    import typst as engine

    data = _data(facts)
    faces = fonts.complete(fonts.choose("packaged"), [json.dumps(data, ensure_ascii=False)])
    data["faces"] = [fonts.SANS, fonts.SERIF]
    try:
        made: Any = engine.compile(
            _TEMPLATE.read_bytes(),
            format=kind,
            ppi=_PPI,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            font_paths=faces.library.fonts(),
            ignore_system_fonts=True,
        )
    except engine.TypstError as error:
        raise ExportError(f"一图读懂排版没有成功：{error.message}") from error
    return bytes(made[0] if isinstance(made, list) else made)


def _data(facts: Facts) -> dict[str, Any]:
    """What the template needs, ready to print."""
    share = rate(facts)
    headline = [_cell(item) for item in facts.headline]
    known = {"shown": f"{share:.1f}", "unit": "%"} if share is not None else {"shown": "—"}
    disclosure = BY_KEY["disclosure"]
    headline.append({"name": disclosure.label, "unit": "", **known})
    sections = [
        _section(facts.outcomes, "bars", "本年没有办结的申请"),
        _section(facts.applicants, "bars", "本年没有新收申请"),
        *(_section(group, "bars", _NOTHING, f"{group.heading}结果") for group in facts.disputes),
    ]
    if facts.published:
        sections.append(_section(facts.published, "list", _NOTHING))
    if len(facts.past.items) > 1:
        sections.append(_section(facts.past, "columns", _NOTHING))
    return {
        "kicker": "一图读懂",
        "name": facts.name,
        "subject": f"{facts.year}年政府信息公开工作年度报告",
        "headline": headline,
        "sections": sections,
        "note": f"{facts.note}。{disclosure.label}＝{disclosure.meaning}。",
    }


def _section(group: Group, kind: str, nothing: str, heading: str = "") -> dict[str, Any]:
    numbers = [item.value or Decimal(0) for item in group.items]
    happened = any(item.value != 0 for item in group.items)
    items = [_cell(item) for item in group.items] if happened else []
    total = sum(numbers, Decimal(0))
    for item, number in zip(items, numbers, strict=False):
        item["number"], item["strong"] = float(number), number == max(numbers)
        if kind == "bars" and total and item["shown"] != NOTHING:
            item["shown"] += f"（{100 * number / total:.0f}%）"
    if kind == "columns" and items:
        for item in items:
            item["strong"] = item is items[-1]
    most = float(max(numbers, default=Decimal(0)))
    return {
        "heading": heading or group.heading,
        "kind": kind,
        "items": items,
        "most": most,
        "nothing": nothing,
    }


def _cell(item: Item) -> dict[str, Any]:
    return {"name": item.name, "shown": shown(item.value), "unit": item.unit}
