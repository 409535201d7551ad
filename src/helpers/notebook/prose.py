"""Markdown of a params file made inert, for programs that show a notebook as it is.

Our own exporters take no HTML and load no picture; JupyterLab and the ordinary ``nbconvert`` do.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])(?!https?://|mailto:)", re.IGNORECASE)
_KEPT = r"(?:data:image/(?:png|jpe?g);base64,|attachment:)"
_ELSEWHERE = re.compile(rf"!\[([^\[\]]*)\]\((?!{_KEPT})[^()]*\)", re.IGNORECASE)
_PICTURE = re.compile(rf"(?<!\\)!(?=\[(?![^\[\]]*\]\({_KEPT}))", re.IGNORECASE)


def inert(markdown: str) -> str:
    r"""The text with HTML as words, and pictures from elsewhere as the words for them.

    >>> inert("<b>重</b> ![图](http://a.example/x.png) <https://a.example>")
    '\\<b>重\\</b> 图 <https://a.example>'
    """
    return _TAG.sub(r"\\<", _PICTURE.sub(r"\\!", _ELSEWHERE.sub(r"\1", markdown)))
