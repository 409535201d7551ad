"""Printed labels, made comparable: numbering, spaces, widths and remarks do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_NUMBERING = re.compile(
    r"""^(?: \([一二三四五六七八九十]+\)[、.]?   # （一）
          |  [一二三四五六七八九十]+[、.]        # 一、
          |  \(\d+\)[、.]?                       # （1）
          |  \d+[、.)]                           # 1.  1、
        )""",
    re.VERBOSE,
)
_REMARK = re.compile(r"(?<=.)\([^()]*\)$")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]+")
_QUOTES = str.maketrans("", "", "\"'“”‘’「」『』《》〈〉")


@lru_cache(maxsize=4096)
def plain(label: str) -> str:
    """The label without numbering, spaces, quotation marks, width forms and a closing remark.

    >>> plain("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开'
    >>> plain(" 3．危及 “三安全一稳定”")
    '危及三安全一稳定'
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", label)).translate(_QUOTES)
    text = _NUMBERING.sub("", text, count=1) or text
    return _REMARK.sub("", text) or text


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of ``words`` most like ``word``, or None where none is alike."""
    by_plain = {plain(w): w for w in words}
    found = get_close_matches(plain(word), by_plain, n=1, cutoff=0.5)
    return by_plain[found[0]] if found else None
