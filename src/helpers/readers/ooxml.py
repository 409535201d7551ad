"""Office Open XML: the parts of a .docx or .xlsx file, and elements by their local names.

Local names make the strict and the transitional dialect read alike. Only the parts that are
asked for are opened, so that a broken picture or a missing part elsewhere does no harm.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from helpers.errors import InputError

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "Choice"})
"""Elements that are transparent: what they hold stands where they stand."""


def tag(element: Any) -> str:
    """The name of an element without its namespace; empty for entities and comments."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attribute(element: Any, name: str = "val") -> str:
    """An attribute by its local name; empty where it, or the element, is not there."""
    if element is None:
        return ""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def number_of(element: Any, default: int, largest: int = 10_000) -> int:
    """The whole number in ``val``, kept between 0 and ``largest``."""
    text = attribute(element)
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        return default
    return min(int(text), largest)


def is_on(element: Any) -> bool:
    """Whether a switch such as ``w:vanish`` is there and not turned off."""
    return element is not None and attribute(element) not in ("0", "false", "off")


def child(element: Any, *path: str) -> Any:
    """The first child with this name, going down ``path``; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next((e for e in element if tag(e) == name), None)
    return element


def children(element: Any, *names: str) -> Iterator[Any]:
    """The children with these names in order, those inside transparent wrappers included."""
    for inner in element:
        name = tag(inner)
        if name in names:
            yield inner
        elif name in _WRAPPERS:
            yield from children(inner, *names)
        elif name == "AlternateContent":
            yield from children(chosen(inner), *names)


def chosen(alternate: Any) -> Any:
    """Of the versions of a thing for newer and older programs, the one to read."""
    for name in ("Choice", "Fallback"):
        version = child(alternate, name)
        if version is not None and len(version):
            return version
    return alternate


class Package:
    """The parts of a file, found by their relations to its main part.

    ``check`` looks at the bytes of every part before a tree is made of them, and raises what is
    wrong with them. Raises KeyError where there is no main part.
    """

    def __init__(
        self, content: bytes, usual: str, check: Callable[[bytes], None] = lambda _: None
    ) -> None:
        self._check = check
        self.broken = False
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._names = {name.lower(): name for name in self._archive.namelist()}
        found = (target for _, kind, target in self._relations("") if kind == "officeDocument")
        self._main_name = next(found, usual)
        self.main = self.part(self._main_name)
        if self.main is None:
            raise KeyError(self._main_name)

    def related(self, kind: str) -> Any:
        """The root element of the part that the main part names as ``kind``, or None."""
        for _, its_kind, target in self._relations(self._main_name):
            if its_kind == kind:
                return self.side_part(target)
        return None

    def targets(self) -> dict[str, str]:
        """The names of the parts that the main part refers to, by the ids it uses for them."""
        return {key: target for key, _, target in self._relations(self._main_name)}

    def raw(self, name: str) -> bytes:
        """The bytes of a part; empty where there is no such part."""
        real = self._names.get(name.lower())
        return b"" if real is None else self._archive.read(real)

    def part(self, name: str) -> Any:
        """The root element of an XML part, or None where there is no such part."""
        from lxml import etree

        content = self.raw(name)
        if not content:
            return None
        self._check(content)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        return etree.fromstring(content, parser)

    def side_part(self, name: str) -> Any:
        """A part that can be done without: None, and ``broken``, where it is damaged."""
        try:
            return self.part(name)
        except InputError:
            raise
        except Exception:  # noqa: BLE001 - zipfile and lxml raise almost anything
            self.broken = True
            return None

    def _relations(self, source: str) -> Iterator[tuple[str, str, str]]:
        """(id, kind, name of the target) of everything a part refers to."""
        folder, base = posixpath.split(source)
        root = self.side_part(posixpath.join(folder, "_rels", f"{base}.rels"))
        for relation in root if root is not None else ():
            if tag(relation) and relation.get("TargetMode") != "External":
                target = posixpath.join("/", folder, relation.get("Target", ""))
                kind = relation.get("Type", "").rpartition("/")[2]
                yield relation.get("Id", ""), kind, posixpath.normpath(target).lstrip("/")
