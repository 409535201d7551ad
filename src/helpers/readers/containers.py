"""What a file is by its content, and whether a zip archive is safe to open.

The endings of file names are not to be trusted: web pages named .doc or .xls and Word files
named .wps are everyday in offices.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

MAX_ENTRIES = 10_000
MAX_UNPACKED = 300_000_000
MAX_RATIO = 200
SMALL = 1_000_000  # an entry below this may be packed as tightly as it likes

_BOMB = "压缩包异常（可能是压缩炸弹），没有读"
_BROKEN = "文件已损坏或不完整，无法读取；请用原来的软件打开后另存一份再试"
_LOCKED = "文件加了密码，请先去掉密码再读"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    r"(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*+"  # taken once: many comments can be parted in many ways
    r"<(?:!doctype\s+html|(?:html|head|meta|title|body|table|div|p|span|style|center|font)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_WORD_XML = re.compile(r"\s*<\?xml.{0,400}(?:progid=\"Word\.Document\"|w:wordDocument)", re.DOTALL)
_MHT = re.compile(r"(?:[A-Za-z-]+:.*\r?\n(?:[ \t].*\r?\n)*){1,20}")
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")


def sniff(content: bytes) -> str:
    """The kind of a file by its content, named after the reader that can open it.

    One of ``docx``, ``xlsx`` (also .xlsb and .ods), ``xls`` (also .et), ``doc`` (also .wps, .odt
    and Word's XML of 2003), ``pdf``, ``html`` (also a single-file web page), ``rtf``, ``text``,
    ``ole-encrypted`` (any Office file with a password), ``zip`` and ``unknown``.
    """
    if content.startswith(_OLE):
        return _ole_kind(content)
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content)
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        return "rtf"
    return _text_kind(content)


def _text_kind(content: bytes) -> str:
    head = _head(content)
    if head is None:
        return "unknown"
    if _WORD_XML.match(head):
        return "doc"
    if _MARKUP.match(head):
        return "html"
    letter = _MHT.match(head)
    if letter and re.search(r"^MIME-Version:", letter[0], re.IGNORECASE | re.MULTILINE):
        return "html" if re.search(r"text/html|multipart/related", head, re.IGNORECASE) else "text"
    return "unknown" if len(_CONTROL.findall(head)) * 50 > len(head) else "text"


def _head(content: bytes) -> str | None:
    """The beginning of a text, or None for what is no text."""
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in head:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):  # a character may be cut through
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    text = head.decode("utf-8", "replace")  # a few bad bytes do not make a text a picture
    return text if text.count("\ufffd") * 10 < len(text) else None


# --- zip ------------------------------------------------------------------------------------


def _zip_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mime = archive.read("mimetype").decode("ascii", "replace")
                if "opendocument.spreadsheet" in mime:
                    return "xlsx"
                return "doc" if "opendocument.text" in mime else "zip"
    except Exception:  # noqa: BLE001 - zipfile raises almost anything on damaged archives
        return _damaged_zip_kind(content)
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "zip"


def _damaged_zip_kind(content: bytes) -> str:
    if re.search(rb"PK\x03\x04.{26}word/", content, re.DOTALL):
        return "docx"
    return "xlsx" if re.search(rb"PK\x03\x04.{26}xl/", content, re.DOTALL) else "zip"


def check_zip(content: bytes) -> str:
    """A sentence on why an archive must not be opened; empty where it may be.

    Only the directory is looked at. Sizes told there are binding: zipfile stops at them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except Exception:  # noqa: BLE001 - zipfile raises almost anything on damaged archives
        return _BROKEN
    if any(entry.flag_bits & 1 for entry in entries):
        return _LOCKED
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        return _BOMB
    for entry in entries:
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            return _BOMB
    return ""


# --- OLE: the container of Word and Excel before 2007 -----------------------------------------


@dataclass(frozen=True)
class _Entry:
    """A directory entry: its name, the entries beside it, below it, and its first sector."""

    name: str
    beside: tuple[int, int]
    below: int
    start: int


def _ole_kind(content: bytes) -> str:
    try:
        entries = _ole_entries(content)
        names = {entry.name: entry for entry in _top_level(entries)}
    except (struct.error, IndexError, ValueError):
        names = _guessed_names(content)  # a large or damaged file: its directory is elsewhere
    if "EncryptedPackage" in names:
        return "ole-encrypted"
    if "WordDocument" in names:
        return "ole-encrypted" if _word_is_locked(content, names["WordDocument"]) else "doc"
    return "xls" if {"Workbook", "Book"} & set(names) else "unknown"


def _sector_size(content: bytes) -> int:
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise ValueError("no such sector size")
    return 1 << int(shift)


def _ole_entries(content: bytes) -> list[_Entry]:
    """The directory, following its chain of sectors as far as the header lists the table."""
    size = _sector_size(content)
    (sector,) = struct.unpack_from("<I", content, 48)
    tables = struct.unpack_from("<109I", content, 76)
    entries: list[_Entry] = []
    seen: set[int] = set()
    while sector < 0xFFFFFFFA and sector not in seen and len(seen) < 1000:
        seen.add(sector)
        offsets = range((sector + 1) * size, (sector + 2) * size, 128)
        entries.extend(_ole_entry(content, offset) for offset in offsets)
        table, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", content, (tables[table] + 1) * size + 4 * place)
    return entries


def _ole_entry(content: bytes, offset: int) -> _Entry:
    length, _, _, left, right, below = struct.unpack_from("<HBBIII", content, offset + 64)
    (start,) = struct.unpack_from("<I", content, offset + 116)
    name = content[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(name, (left, right), below, start)


def _top_level(entries: list[_Entry]) -> Iterator[_Entry]:
    """The children of the root, a binary tree; embedded objects lie deeper and are not these."""
    waiting = [entries[0].below]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            yield entries[number]
            waiting.extend(entries[number].beside)


def _guessed_names(content: bytes) -> dict[str, _Entry]:
    """Telling names that stand anywhere in the file as directory entries write them."""
    telling = ("EncryptedPackage", "WordDocument", "Workbook", "Book")
    there = [name for name in telling if f"{name}\0".encode("utf-16-le") in content]
    return {name: _Entry(name, (0, 0), 0, len(content)) for name in there}


def _word_is_locked(content: bytes, entry: _Entry) -> bool:
    try:
        offset = (entry.start + 1) * _sector_size(content) + 10
    except (ValueError, struct.error):  # damaged: its reader will say so
        return False
    return bool(int.from_bytes(content[offset : offset + 2], "little") & 0x0100)
