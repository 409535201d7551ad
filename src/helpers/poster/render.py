"""The picture set by Typst in the packaged fonts: SVG and PNG, equal bytes for equal facts."""

from __future__ import annotations

import json
import re
import struct
import zlib
from html import escape
from pathlib import Path
from typing import Any, Literal

from helpers.exporters import fonts
from helpers.exporters.errors import ExportError
from helpers.portfolio.indicators import BY_KEY
from helpers.poster.facts import Facts, Group, Item, rate, share, shown, words

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
    disclosure = BY_KEY["disclosure"]
    number, percent, rest = rate(facts).partition("%")
    headline = [_cell(item) for item in facts.headline]
    headline.append({"name": disclosure.label, "shown": number, "unit": percent + rest})
    sections = [
        _bars(facts.outcomes, "本年没有办结的申请"),
        _bars(facts.applicants, "本年没有新收申请"),
        *(_bars(group, _NOTHING, f"{group.heading}结果") for group in facts.disputes),
    ]
    if facts.published:
        sections.append(_section(facts.published, "list"))
    if len(facts.past.items) > 1:
        sections.append(_columns(facts.past))
    drawn = any(section["kind"] == "bars" and section["items"] for section in sections)
    scale = "各条的全长是该项的总数。" if drawn else ""
    return {
        "kicker": "一图读懂",
        "name": facts.name,
        "subject": f"{facts.year}年政府信息公开工作年度报告",
        "headline": headline,
        "sections": sections,
        "note": f"{facts.note}。{scale}{disclosure.label}＝{disclosure.meaning}。",
    }


def _section(group: Group, kind: str, nothing: str = _NOTHING) -> dict[str, Any]:
    """A group without anything that happened has no items, but ``nothing`` to say so."""
    happened = any(item.value != 0 for item in group.items)
    items = [_cell(item) for item in group.items] if happened else []
    return {"heading": group.heading, "aside": "", "kind": kind, "items": items, "nothing": nothing}


def _bars(group: Group, nothing: str, heading: str = "") -> dict[str, Any]:
    """Parts of a whole, each as long as its share of it.

    The whole bar is the sum, so that its length says the same as the percentage. With a blank
    among the parts there is no whole to be a part of, and only the numbers are listed.
    """
    whole = group.whole
    section = _section(group, "list" if whole is None else "bars", nothing)
    if whole is None:
        section["aside"] = "有空缺，不算比例"
    elif section["items"]:
        section["aside"] = f"共 {shown(whole)} 件"
        most = max(item.value or 0 for item in group.items)
        for item, cell in zip(group.items, section["items"], strict=True):
            part = share(item.value, whole)
            cell["shown"] += f"（{part}）" if part else ""
            cell |= {"part": float((item.value or 0) / whole), "strong": item.value == most}
    return section | {"heading": heading or group.heading}


def _columns(group: Group) -> dict[str, Any]:
    """Years beside each other, each as high as its share of the highest."""
    section = _section(group, "columns")
    most = max(item.value or 0 for item in group.items)
    for item, cell in zip(group.items, section["items"], strict=False):
        part = float((item.value or 0) / most) if most else 0.0
        cell |= {"part": part, "strong": item is group.items[-1]}
    return section | {"aside": f"单位：{group.items[0].unit}"}


def _cell(item: Item) -> dict[str, Any]:
    return {"name": item.name, "shown": item.shown, "unit": "" if item.value is None else item.unit}
