"""The text of a report as rules read it: without placeholders and Markdown."""

from __future__ import annotations

import re

from helpers.placeholders import PlaceholderError, fill
from helpers.report import MAX_PROSE, Report

LONGEST = 2 * MAX_PROSE
"""How much of one section is looked at: all that is taken in, with its placeholders filled in."""

_HEAD = re.compile(r"^\s{0,3}#{1,6}\s+")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
# What is opened again and again must not be looked through to the end each time.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)?\)")
_MARKS = re.compile(r"(\*\*|(?<!_)__(?!_)|~~|`)|(?<!\\)(?:\*|(?<!_)_(?!_))")
_HEADS = re.compile(r"^( {0,3}#{1,6} .*)$", re.MULTILINE)
_BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:#|[-*+] |\d+\. ))")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~&$+.)-])")


def readable(markdown: str, report: Report) -> str:
    """The text a reader sees, one line a paragraph, heading or item."""
    markdown = markdown[:LONGEST]
    try:
        text = fill(markdown, report)
    except PlaceholderError:
        text = markdown
    lines = []
    for block in _BLOCKS.split(_HEADS.sub(r"\1\n", text)):
        line = _ITEM.sub("", _HEAD.sub("", "".join(part.strip() for part in block.split("\n"))))
        line = _MARKS.sub("", _LINK.sub(r"\1", line))
        if line.strip():
            lines.append(_ESCAPED.sub(r"\1", line).strip())
    return "\n".join(lines)
