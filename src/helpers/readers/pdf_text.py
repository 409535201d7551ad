"""Characters on a page -> lines -> paragraphs, in reading order.

A PDF holds characters and where they stand, nothing else. What a line and a paragraph is must
be told from their places, as a reader's eye does.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Char = dict[str, Any]
"""A character as pdfplumber gives it."""

_RADICALS = dict(
    zip(
        "⺁⺄⺅⺆⺇⺊⺒⺓⺕⺖⺘⺙⺛⺝⺞⺟⺠⺡⺣⺤⺦⺨⺭⺮⺯⺰⺲⺶⺹⺼⺾⻀⻂⻄⻅⻆⻈⻉⻋⻌⻍⻏⻐⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂乙亻冂几卜巳幺彐忄扌攵旡月歹母民氵灬爫丬犭礻竹糸纟罒羊耂月艹艹衤西见角讠贝车辶辶阝钅長长门阝雨青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_OLD_FORMS = {"戶": "户", "靑": "青"}  # what two radicals stand for in simplified fonts
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CLOSING = "，。、；：？！）》〉」』】〕”’％"
_BEFORE = "（《〈「『【〔“‘"
BULLETS = "•·●◦▪■◆○"
"""Signs before the items of a list."""

_ADDRESS = re.compile(r"://|www\.|@|[\w/]\.[\w/]")


def readable(text: str) -> str:
    """The text with signs that look like letters turned into them.

    Fonts share one drawing between 民 and the radical ⺠ or between fi and ﬁ, and programs that
    make PDFs often write down the wrong one.
    """
    return "".join(map(_letter, text.translate(_UNSEEN)))


def _letter(char: str) -> str:
    if "\u2f00" <= char <= "\u2fdf":
        plain = unicodedata.normalize("NFKC", char)
        return _OLD_FORMS.get(plain, plain)
    if "\uf900" <= char <= "\ufb06":
        return unicodedata.normalize("NFKC", char)
    return " " if char == "\xa0" else _RADICALS.get(char, char)


def is_upright(char: Char) -> bool:
    """Whether a character stands upright; a watermark across the page does not."""
    a, b = char["matrix"][:2]
    return bool(char["size"] > 0 and a > 0 and abs(b) <= 0.02 * a)


@dataclass(frozen=True)
class Line:
    """A line of text and where it stands; ``opening`` is the width of its first word or sign."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    opening: float
    gaps: tuple[float, ...] = ()
    aside: bool = False


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Lines from top to bottom of upright characters."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (-c["matrix"][5], c["x0"])):
        baseline = char["matrix"][5]
        if rows:
            first = rows[-1][0]
            if first["matrix"][5] - baseline <= 0.4 * max(first["size"], char["size"]):
                rows[-1].append(char)
                continue
        rows.append([char])
    lines = (_line(sorted(row, key=lambda c: c["x0"])) for row in rows)
    return [line for line in lines if line is not None]


def _line(chars: list[Char]) -> Line | None:
    chars = _once([c for c in chars if c["text"].strip() or c["text"] == " "])
    while chars and not chars[-1]["text"].strip():
        chars.pop()
    while chars and not chars[0]["text"].strip():
        chars.pop(0)
    if not chars:
        return None
    size = statistics.median_high(c["size"] for c in chars)
    baseline = max(chars, key=lambda c: c["size"])["matrix"][5]
    text, gaps = "", []
    for number, char in enumerate(chars):
        if number:
            gap = char["x0"] - chars[number - 1]["x1"]
            if _is_apart(gap / size, text[-1:], char["text"]):
                text += " "
            if gap > 1.5 * size:
                gaps.append(char["x0"])
        raised = char["size"] <= 0.85 * size and char["matrix"][5] - baseline >= 0.15 * size
        text += char["text"].translate(_RAISED) if raised else char["text"]
    return Line(
        text=" ".join(readable(text).split()),
        x0=chars[0]["x0"],
        x1=chars[-1]["x1"],
        top=min(c["top"] for c in chars),
        bottom=max(c["bottom"] for c in chars),
        size=size,
        opening=_opening(chars),
        gaps=tuple(gaps),
        aside=all(c.get("tag") == "Artifact" for c in chars),
    )


def _once(chars: list[Char]) -> list[Char]:
    """Without characters drawn twice, almost at one place, to look bold."""
    kept: list[Char] = []
    for char in chars:
        near = kept[-1] if kept else None
        same = near is not None and near["text"] == char["text"]
        if not (same and near and char["x0"] - near["x0"] < 0.3 * (char["x1"] - char["x0"])):
            kept.append(char)
    return kept


def _is_apart(gap: float, before: str, after: str) -> bool:
    """Whether a gap (in heights of a character) between two characters is a blank."""
    if before.isascii() and after.isascii():
        return gap > 0.2 and " " not in (before, after)
    return gap > 1.0


def _opening(chars: list[Char]) -> float:
    """The width that must be free in a line for this beginning to stand in it."""
    texts = [char["text"] for char in chars]
    end = 0
    while end < len(texts) - 1 and texts[end] in _BEFORE:
        end += 1
    if texts[end].isascii():
        while end < len(texts) - 1 and texts[end + 1].isascii() and texts[end + 1].strip():
            end += 1
    while end < len(texts) - 1 and texts[end + 1] in _CLOSING:
        end += 1
    return float(chars[end]["x1"] - chars[0]["x0"])


# --- paragraphs -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Margins:
    """Where lines begin and end, and how far apart lines of one size usually are."""

    left: float
    right: float
    pitch: dict[int, float]


def margins(pages: Sequence[Sequence[Line]], width: float) -> Margins:
    """The margins of pages of one width.

    Where all lines are short, the margin on the right is taken to be as wide as on the left.
    """
    lines = [line for page in pages for line in page]
    pitches: dict[int, list[float]] = {}
    for page in pages:
        for above, below in pairwise(page):
            if round(above.size) == round(below.size):
                pitches.setdefault(round(below.size), []).append(below.bottom - above.bottom)
    left = min(_repeated([line.x0 for line in lines]), default=0.0)
    right = max(_repeated([line.x1 for line in lines]), default=0.0)
    if right < width - left - 0.2 * (width - 2 * left):
        right = width - left
    return Margins(
        left=left,
        right=right,
        pitch={size: statistics.median_low(found) for size, found in pitches.items()},
    )


def _repeated(places: list[float]) -> list[float]:
    """The places at which several lines begin or end; all of them where none repeats."""
    count = Counter(round(place / 2) for place in places)
    several = [p for p in places if count[round(p / 2)] > 1]
    return several if len(several) * 5 >= len(places) else places


def goes_on(before: Line, line: Line, about: Margins, *, same_page: bool) -> bool:
    """Whether ``line`` goes on with the paragraph that ``before`` belongs to."""
    size = max(before.size, line.size)
    if abs(before.size - line.size) > 0.08 * size:
        return False
    usual = about.pitch.get(round(line.size), 2 * line.size)
    if same_page and line.bottom - before.bottom > 1.35 * usual:
        return False
    if about.right - before.x1 > line.opening + 0.5 * line.size:
        return False  # there was room: the line was ended on purpose
    if before.text[:1] in BULLETS and line.x0 > before.x0:
        return line.text[:1] not in BULLETS
    return line.x0 - about.left <= 0.8 * line.size


def joined(lines: Sequence[Line]) -> str:
    """The text of a paragraph: Chinese lines join without a blank, English words with one."""
    text = ""
    for line in lines:
        words = text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii()
        if words and line.text[:1].isalpha() and not _ADDRESS.search(text.rpartition(" ")[2]):
            text += " "
        text += line.text
    return text
