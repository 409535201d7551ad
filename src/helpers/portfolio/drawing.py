"""What all charts share: the looks, the packaged Chinese font, SVG of the same bytes every time.

matplotlib is brought in when the first chart is drawn, not before.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from helpers.errors import InputError, Problem

INKS = ("#0B4F8A", "#B5460F", "#00725A", "#7A3E8E", "#6B5900", "#4D4D4D")
"""Ink of one series after another: each at least 4.5 : 1 on white."""


_NARROW = 6  # inches


@dataclass(frozen=True)
class Chart:
    """A picture: SVG markup, and the words for those who do not see it."""

    svg: str
    alt: str


@contextmanager
def canvas(width: float, height: float) -> Iterator[tuple[Any, Any]]:
    """A figure (inches) with one set of axes, in our looks; closed afterwards."""
    import matplotlib
    import pylopdf_fonts_zh_cn as fonts
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    font_manager.fontManager.addfont(fonts.sans_path())
    looks: Any = {
        "font.family": ["Noto Sans SC"],
        "font.size": 9.5,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 12 if width > _NARROW else 10.5,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "nianbao",
    }
    with matplotlib.rc_context(looks):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


_NO_GLYPH = re.compile(r"Glyph (\d+) .* missing from")


def svg(figure: Any) -> str:
    """The figure as SVG, its words as outlines.

    Raises InputError naming each character for which the font has no glyph: a box in its place
    would say nothing.
    """
    stream = io.StringIO()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        figure.savefig(stream, format="svg", metadata={"Date": None}, bbox_inches="tight")
    found = (_NO_GLYPH.match(str(one.message)) for one in told)
    missing = dict.fromkeys(chr(int(match[1])) for match in found if match)
    if missing:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing)
        raise InputError([Problem("图", f"{named}在图所用的字体中没有字形，请换成别的字")])
    return stream.getvalue()
