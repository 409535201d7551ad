"""The objects of a PDF as Typst writes it: a plain cross-reference table, one revision.

Only as much is read as is asked for. Dictionaries are dicts, arrays are lists, everything else
is the bytes that stand for it: ``b"/Table"``, ``b"12 0 R"``, ``b"(text)"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(
    rb"<<|>>|[\[\]]|/[^\s()<>\[\]{}/%]*|\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>"
    rb"|\d+ \d+ R(?![^\s()<>\[\]{}/%])|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
_SPECIAL = re.compile(rb"[^0-9A-Za-z ]")
_ENTRY = 20  # bytes of an entry of the table


class Objects:
    """The objects of a file by their references, each read once: a change stays."""

    def __init__(self, pdf: bytes) -> None:
        self.start = int(pdf[pdf.rindex(b"startxref") + len(b"startxref") :].split()[0])
        """Where the cross-reference table stands."""
        head, _, rest = pdf[self.start : self.start + 60].partition(b"\n")
        first = rest.partition(b"\n")[0]
        self._table = self.start + len(head) + len(first) + 2
        self._pdf = pdf
        self._read: dict[bytes, Any] = {}
        at = pdf.index(b"trailer", self._table) + len(b"trailer")
        self.trailer: dict[bytes, Any] = read(pdf[at : pdf.index(b"startxref", at)])

    def get(self, value: Any) -> Any:
        """The value, or the object that it refers to."""
        if not (isinstance(value, bytes) and value.endswith(b" R")):
            return value
        if value not in self._read:
            self._read[value] = read(self.source(value))
        return self._read[value]

    def source(self, reference: bytes) -> bytes:
        """The notation of the object that a reference names."""
        entry = self._table + _ENTRY * number_of(reference)
        at = self._pdf.index(b"obj", int(self._pdf[entry : entry + 10])) + len(b"obj")
        return self._pdf[at : self._pdf.index(b"\nendobj", at)].strip()


def number_of(reference: bytes) -> int:
    """The number of the object that a reference means."""
    return int(reference.partition(b" ")[0])


def read(source: bytes) -> Any:
    """A value from its notation."""
    return _value(iter(_TOKEN.findall(source)))


def _value(tokens: Iterator[bytes]) -> Any:
    """The next value; the bracket that closes the one around it stands for itself."""
    token = next(tokens)
    if token == b"<<":
        found = {}
        while (key := next(tokens)) != b">>":
            found[key] = _value(tokens)
        return found
    if token == b"[":
        items = []
        while (item := _value(tokens)) != b"]":
            items.append(item)
        return items
    return token


def written(value: Any) -> bytes:
    """The notation of a value."""
    if isinstance(value, dict):
        return b"<<\n%s>>" % b"".join(b"%s %s\n" % (k, written(v)) for k, v in value.items())
    if isinstance(value, list):
        return b"[%s ]" % b"".join(b" " + written(item) for item in value)
    if value.startswith(b"("):
        inside = re.sub(rb"\\(.)", rb"\1", value[1:-1])
        return b"(%s)" % _SPECIAL.sub(lambda found: b"\\%03o" % ord(found[0]), inside)
    return bytes(value)
