"""Inputs made from sound ones: a few places changed, in a zip archive inside one of its parts."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

LARGEST = 50_000_000
"""The largest input that is tried, in bytes."""

_SINGLE = "[]{}()<>!#&*?|-:,'\"`%@\\/=+ \t\n\r\0\x1b。，；：、（）《》“”．"
_MEANT = """{{|}}|三.本年新收.总计|<<: *a|&a |*a|- |? |!!python/object:x |一|十|百|万|亿|零|两|1件
共|其中|同比增长|0.1|-1|1e999|增5|①|Ⅷ|<table>|</td>|<tr rowspan=99999>|<td colspan=99999>|&#1;
![|](|](javascript:|（一）|### |1. |2023年|13812345678|110101199003074477|a@b.cn|http://a.b/
</w:p>|<w:tbl>|<w:gridSpan w:val="99999"/>|<w:vMerge/>|<mergeCell ref="A1:XFD9"/>|t="e"
<!DOCTYPE a [<!ENTITY b "c">]>|obj|endobj|stream|/Kids [1 0 R]|/Length 9|<<|>>|gb2312|utf-16
charset=|Content-Type: text/html|[rules]|[[rollup]]|"folder": "..|null|true|1.5|申请日期
予以公开|2023-02-30"""
PIECES = tuple(
    piece.encode("utf-8", "surrogatepass")
    for piece in (
        *_SINGLE,
        *_MEANT.replace("\n", "|").split("|"),
        *("||", "\n|-|\n", "---\n", "9" * 40, "\u202e", "\ufeff", "\ud800", "\U0010ffff"),
    )
)
"""What means something to one parser or another."""

KINDS = ("replace", "insert", "repeat", "flip", "delete", "cut", "mix", "raw")
LENGTHS = (0, 1, 4, 64, 4096)
TIMES = (1, 2, 3, 100, 5000)


@dataclass(frozen=True)
class Edit:
    """One change: its kind, the place (0 to 1), how much of the input it takes, what it brings.

    ``part`` says which part of an archive is changed; 0 changes the archive itself.
    """

    kind: str
    at: float
    length: int
    piece: bytes
    times: int
    part: int = 1


def edited(seed: bytes, edits: Iterable[Edit]) -> bytes:
    """A sound input with these changes, one after the other."""
    archive = _parts(seed)
    for edit in edits:
        if archive and edit.part:
            names = list(archive)
            name = names[edit.part % len(names)]
            archive = {**archive, name: _edited(archive[name], edit)}
        elif archive:
            seed, archive = _edited(packed(archive), edit), {}
        else:
            seed = _edited(seed, edit)
    return (packed(archive) if archive else seed)[:LARGEST]


def _edited(content: bytes, edit: Edit) -> bytes:
    at = int(edit.at * len(content))
    end = min(len(content), at + edit.length)
    before, taken, after = content[:at], content[at:end], content[end:]
    match edit.kind:
        case "replace" | "raw":
            return before + edit.piece + after
        case "insert":
            return before + edit.piece * edit.times + taken + after
        case "repeat":
            return before + taken * min(edit.times, 300) + after
        case "flip" if after:
            return content[:end] + bytes([after[0] ^ (1 << edit.times % 8)]) + after[1:]
        case "delete":
            return before + after
        case "cut":
            return before
        case "mix":
            mixed = random.Random(edit.piece + bytes([edit.length % 256]))
            return before + b"".join(mixed.choices(PIECES, k=edit.times)) + taken + after
    return content


def any_edit(chance: random.Random) -> Edit:
    """A change at random."""
    piece = chance.choice(PIECES)
    if chance.random() < 0.1:
        piece = chance.randbytes(chance.choice((1, 8, 200)))
    times, length = chance.choice(TIMES), chance.choice(LENGTHS)
    part = chance.randrange(1, 30) if chance.random() < 0.8 else 0
    return Edit(chance.choice(KINDS), chance.random(), length, piece, times, part)


def changed(seed: bytes, chance: random.Random) -> bytes:
    """A sound input with a few changes at random."""
    return edited(seed, [any_edit(chance) for _ in range(chance.choice((1, 1, 2, 4, 16)))])


@lru_cache(maxsize=64)
def _parts(content: bytes) -> dict[str, bytes]:
    """The parts of a sound archive, {} for anything else."""
    if not content.startswith(b"PK\x03\x04"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                return {}
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001  # zipfile raises almost anything on damaged archives
        return {}


def packed(parts: dict[str, bytes]) -> bytes:
    """The parts as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
