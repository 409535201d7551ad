"""Which faces a PDF is set in, and the proof that they have every character.

The official faces (小标宋, 黑体, 楷体, 仿宋) are not free to ship. ``auto`` takes each one that
the machine has and the packaged face for the others; ``packaged`` takes only the packaged ones,
so that the bytes are the same everywhere; ``official`` insists on all four. A character that
the face of its text lacks comes from 宋体, then 黑体 as packaged, then from the other official
faces; ``auto`` looks for what is still missing in a few installed families known for rare
characters, in a fixed order. What nobody has fails by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from helpers.exporters.errors import ExportError

Mode = Literal["auto", "packaged", "official"]
MODES: tuple[Mode, ...] = ("auto", "packaged", "official")

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
LATIN = "Times New Roman"

_OFFICIAL = {
    "小标宋": (
        "FZXiaoBiaoSong-B05S",
        "方正小标宋简体",
        "FZXiaoBiaoSong-B05",
        "方正小标宋_GBK",
        "方正公文小标宋",
        "FZDocXiaoBiaoSong",
        "小标宋体",
    ),
    "黑体": (
        "SimHei",
        "黑体",
        "FZHei-B01S",
        "方正黑体简体",
        "FZHei-B01",
        "方正黑体_GBK",
        "STHeiti",
    ),
    "楷体": (
        "KaiTi_GB2312",
        "楷体_GB2312",
        "KaiTi",
        "楷体",
        "FZKai-Z03S",
        "方正楷体简体",
        "FZKai-Z03",
        "方正楷体_GBK",
        "STKaiti",
        "华文楷体",
    ),
    "仿宋": (
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FangSong",
        "仿宋",
        "FZFangSong-Z02S",
        "方正仿宋简体",
        "FZFangSong-Z02",
        "方正仿宋_GBK",
        "STFangsong",
        "华文仿宋",
    ),
}
"""The official faces under the names that Windows, WPS, Founder and macOS give them."""

_RARE = (
    "SimSun-ExtB",
    "SimSun-ExtG",
    "SimSun",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Plangothic P1",
    "Plangothic P2",
    "HanaMinA",
    "HanaMinB",
    "TH-Tshyn-P0",
    "TH-Tshyn-P1",
    "TH-Tshyn-P2",
    "MingLiU-ExtB",
)


# In a PDF as Typst writes it: objects that are not streams are plain text.
_DESCRIPTOR = re.compile(rb"<<\s*/Type\s*/FontDescriptor\b.*?\bendobj\b", re.DOTALL)
_FONT_NAME = re.compile(rb"/FontName\s*/([^\s()<>\[\]{}/%]+)")


@dataclass(frozen=True, slots=True)
class Faces:
    """The families of each kind of text, first choice first; ``latin`` may be empty."""

    title: tuple[str, ...]
    heading: tuple[str, ...]
    kai: tuple[str, ...]
    body: tuple[str, ...]
    latin: str
    has_kai: bool
    library: Library

    def families(self) -> tuple[str, ...]:
        """Every family that text may be set in."""
        everything = (*self.title, *self.heading, *self.kai, *self.body)
        return tuple(dict.fromkeys((*everything, *([self.latin] if self.latin else []))))

    def extended(self, families: Iterable[str]) -> Faces:
        """The same faces with more families at the end of every chain."""
        more = tuple(families)
        return replace(
            self,
            title=(*self.title, *more),
            heading=(*self.heading, *more),
            kai=(*self.kai, *more),
            body=(*self.body, *more),
        )


@dataclass(frozen=True, slots=True)
class Library:
    """The fonts at hand: those of the machine (``system``) and those in ``folders``."""

    system: bool
    folders: tuple[str, ...]

    def fonts(self) -> Any:
        """The Typst font book."""
        return _fonts(self.system, self.folders)

    def files(self) -> dict[str, tuple[str, int]]:
        """Family -> (file, index in it) of the variant nearest to upright and regular."""
        return _files(self.system, self.folders)

    def covers(self, family: str) -> frozenset[int]:
        """The code points that the family has glyphs for."""
        path, index = self.files()[family]
        return _code_points(path, index)


def choose(mode: Mode, folders: Iterable[str] = ()) -> Faces:
    """The faces for a mode; ``folders`` hold more fonts than the machine has installed.

    Raises ExportError where the official faces are insisted on and one is missing.
    """
    packaged = _packaged()
    if mode == "packaged":
        return _faces({}, packaged)
    library = Library(system=True, folders=(*packaged.folders, *folders))
    found = {
        name: next((family for family in families if family in library.files()), "")
        for name, families in _OFFICIAL.items()
    }
    missing = [name for name, family in found.items() if not family]
    if mode == "official" and missing:
        raise ExportError(
            f"本机没有安装公文字体：{'、'.join(missing)}；"
            "请安装后再导出，或把字体设置（NIANBAO_FONTS）改为 auto 或 packaged。"
        )
    return _faces(found, library)


def complete(faces: Faces, texts: Iterable[str]) -> Faces:
    """The faces, with families for rare characters added where ``texts`` need them.

    Raises ExportError naming every character that no face has, with the text it stands in.
    """
    texts = list(texts)
    wanted = {c for c in set().union(*texts) if not c.isspace()}
    lacking = _lacking(wanted, faces, faces.families())
    added = []
    if faces.library.system:
        for family in _RARE:
            if lacking and family in faces.library.files():
                rest = _lacking(lacking, faces, (family,))
                added += [family] if rest != lacking else []
                lacking = rest
    if lacking:
        raise ExportError(_complaint(sorted(lacking), texts))
    faces = faces.extended(added)
    if set(faces.families()) <= {SERIF, SANS}:
        # The machine's fonts stay out of the document altogether, pictures included.
        return replace(faces, library=_packaged())
    return faces


def embedded_fonts(pdf: bytes) -> tuple[str, ...]:
    """The names of the fonts embedded in a PDF, sorted, without subset tags and encodings."""
    described = (found[0] for found in _DESCRIPTOR.finditer(pdf) if b"/FontFile" in found[0])
    names = (found[1] for text in described if (found := _FONT_NAME.search(text)))
    return tuple(sorted({unquote(n.replace(b"#", b"%").decode()).split("+")[-1] for n in names}))


def _faces(found: dict[str, str], library: Library) -> Faces:
    officials = [family for family in found.values() if family]

    def chain(name: str, fallback: str) -> tuple[str, ...]:
        first = found.get(name) or fallback
        return tuple(dict.fromkeys([first, SERIF, SANS, *officials]))

    # Latin letters and digits of the official Chinese faces are poor: by custom, Times.
    latin = LATIN if found.get("仿宋") and LATIN in library.files() else ""
    return Faces(
        title=chain("小标宋", SERIF),
        heading=chain("黑体", SANS),
        kai=chain("楷体", SERIF),
        body=chain("仿宋", SERIF),
        latin=latin,
        has_kai=bool(found.get("楷体")),
        library=library,
    )


def _lacking(characters: set[str], faces: Faces, families: Iterable[str]) -> set[str]:
    lacking = set(characters)
    for family in families:
        if lacking:
            covered = faces.library.covers(family)
            lacking = {c for c in lacking if ord(c) not in covered}
    return lacking


def _complaint(characters: list[str], texts: list[str]) -> str:
    places = []
    for character in characters:
        text = next(text for text in texts if character in text)
        at = text.index(character)
        around = " ".join(text[max(0, at - 10) : at + 11].split())
        places.append(
            f"“{character}”（U+{ord(character):04X}）在所用字体中没有字形，出现在“{around}”"
        )
    return "；".join(places) + "；请换成通行的字符，或安装含有它的字体后再导出。"


def _packaged() -> Library:
    import pylopdf_fonts_zh_cn

    return Library(system=False, folders=(str(Path(pylopdf_fonts_zh_cn.serif_path()).parent),))


@lru_cache(maxsize=8)
def _fonts(system: bool, folders: tuple[str, ...]) -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=system, include_embedded_fonts=False, font_paths=list(folders)
    )


@lru_cache(maxsize=8)
def _files(system: bool, folders: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    best: dict[str, tuple[tuple[bool, int], str, int]] = {}
    for font in _fonts(system, folders).fonts():
        distance = (font.style != "normal", abs(font.weight - 400))
        if font.path and (font.family not in best or distance < best[font.family][0]):
            best[font.family] = (distance, font.path, font.index)
    return {family: (path, index) for family, (_, path, index) in best.items()}


@lru_cache(maxsize=64)
def _code_points(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
