"""Where a long title or signature is broken: between words, in lines about equally long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from helpers.exporters.breaks import ems
from helpers.exporters.document import Break, Inline, Text

SIGNATURE_ROOM = 26.0
"""What a line of the sign-off may take, in em: it ends two characters from the edge."""

_ENDS = re.compile(
    r"自治[区州县旗]|委员会|人民政府|办公[室厅]|街道|新区|开发区|年(?=政府)|信息公开|"
    r"(?<!城)市(?![中场政民郊辖区直级])|(?<!社)区(?!域)|州(?![市县区])|县(?![直级区])|"
    r"乡(?!村)|镇(?!市)|省(?![直级])|[盟旗局厅]"
)
"""What the names of places and offices end with; a break after it stands between words."""


def parts(line: str) -> list[str]:
    """A line of a title cut wherever it may be broken between words, two characters at least."""
    ends = [match.end() for match in _ENDS.finditer(line)]
    cuts = [0]
    for end in ends:
        if end - cuts[-1] >= 2 and len(line) - end >= 2:
            cuts.append(end)
    return [line[a:b] for a, b in pairwise([*cuts, len(line)])]


def broken(line: str, room: float) -> list[str]:
    """A line of a title as the lines it takes on ``room`` em, as few and as equal as can be.

    One that has nowhere to be broken between words stays whole, for the typesetter to wrap.
    """
    if ems(line) <= room:
        return [line]
    found = parts(line)
    for n_lines in range(2, len(found) + 1):
        tried = [
            ["".join(found[a:b]) for a, b in pairwise([0, *cuts, len(found)])]
            for cuts in combinations(range(1, len(found)), n_lines - 1)
        ]
        best = min(tried, key=lambda lines: max(map(ems, lines)))
        if max(map(ems, best)) <= room:
            return best
    return [line]


def folded(content: Iterable[Inline], room: float = SIGNATURE_ROOM) -> Iterator[Inline]:
    """The content of a sign-off, its long lines broken between words."""
    for node in content:
        if not isinstance(node, Text):
            yield node
            continue
        for number, line in enumerate(broken(node.text, room)):
            if number:
                yield Break()
            yield Text(line)
