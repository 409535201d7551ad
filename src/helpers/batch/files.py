"""Files of a batch: names that every file system takes, writing whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
_MAX_NAME = 60


def folder_name(agency: str) -> str:
    """A folder name that every file system takes, as like the agency's name as can be."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", agency)).strip(" .")[:_MAX_NAME]
    name = name.strip(" .") or "_"
    return f"_{name}" if name.casefold().split(".")[0] in _RESERVED else name


def sha256(file: Path) -> str:
    """The hash of a file's content, "" where there is no file."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def replace_file(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    aside.write_bytes(content)
    aside.replace(file)
