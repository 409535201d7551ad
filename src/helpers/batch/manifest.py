"""manifest.json of a year's folder, and the journal of a batch that is still running.

A report is entered in the journal as soon as it stands in its folder; at the end of the batch
the journal becomes part of the manifest. What a killed batch had done is so not lost.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.batch.files import replace_file
from helpers.errors import InputError, Problem

Entry = dict[str, Any]
"""One report: agency, year, format, state, message, folder, inputs and files with sha256."""

NAME = "manifest.json"
JOURNAL = ".journal"


@dataclass(frozen=True)
class Manifest:
    """What stands in a year's folder: reports by agency, and the hash of the last batch.

    ``builds`` tells what the reports were made with, by the name that their entries give it.
    ``unfinished`` says that a batch did not come to its end.
    """

    reports: Mapping[str, Entry] = field(default_factory=dict)
    builds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    batch: str = ""
    unfinished: bool = False


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a year's folder with what its journal adds, empty where there is none.

    Raises InputError where the file is damaged.
    """
    data = read_data(folder)
    try:
        reports = {entry["agency"]: entry for entry in data.get("reports", [])}
    except (KeyError, TypeError) as error:
        raise _damaged(folder) from error
    if not all(map(_is_entry, reports.values())):
        raise _damaged(folder)
    builds = data.get("builds", {})
    if not isinstance(builds, dict) or not all(isinstance(b, dict) for b in builds.values()):
        raise _damaged(folder)
    for _, page in read_journal(folder):
        reports[page["entry"]["agency"]] = page["entry"]
        builds[page["entry"].get("build", "")] = page.get("build", {})
    unfinished = (folder / JOURNAL).is_file()
    return Manifest(reports, builds, str(data.get("batch", "")), unfinished=unfinished)


def read_data(folder: Path) -> dict[str, Any]:
    """What the manifest file itself holds, {} where there is none.

    Raises InputError where the file is damaged.
    """
    file = folder / NAME
    try:
        data = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (ValueError, RecursionError) as error:
        raise _damaged(folder) from error
    if not isinstance(data, dict):
        raise _damaged(folder)
    return data


def _is_entry(entry: Any) -> bool:
    """Whether it is a report's entry, and names nothing outside its year's folder."""
    texts = ("agency", "format", "state", "folder", "source_sha256")
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in texts):
        return False
    files = entry.get("files")
    names = [entry["folder"], *files] if isinstance(files, dict) else [""]
    return isinstance(entry.get("year"), int) and all(map(_is_name, names))


def _is_name(name: str) -> bool:
    return bool(name) and name not in (".", "..") and not set(name) & set("/\\\0")


def _damaged(folder: Path) -> InputError:
    text = "文件已损坏；请删去它再重新生成全部报告"
    return InputError([Problem((folder / NAME).as_posix(), text)])


def write_manifest(folder: Path, data: Mapping[str, Any], reports: Mapping[str, Entry]) -> None:
    """Write the manifest whole or not at all: ``data``, then the reports by agency."""
    whole = {**data, "reports": [reports[name] for name in sorted(reports)]}
    replace_file(folder / NAME, _content({**whole, "sha256": _digest(whole)}))


def is_intact(folder: Path) -> bool:
    """Whether a manifest is as it was written, to the byte."""
    data = read_data(folder)
    digest = data.pop("sha256", "")
    whole = _content({**data, "sha256": digest})
    return digest == _digest(data) and whole == (folder / NAME).read_bytes()


def _digest(whole: Mapping[str, Any]) -> str:
    return hashlib.sha256(_content(whole)).hexdigest()


def _content(data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace")


def append_journal(folder: Path, page: Mapping[str, Any]) -> None:
    """Enter a report: its manifest ``entry``, the ``build``, its ``figures`` and ``findings``."""
    line = json.dumps(page, ensure_ascii=False) + "\n"
    with (folder / JOURNAL).open("ab") as stream:
        stream.write(line.encode("utf-8", "replace"))


def read_journal(folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the journal holds, in order, each with its place in the file.

    A line that was cut short or damaged counts for nothing, nor does what follows it.
    """
    file = folder / JOURNAL
    if not file.is_file():
        return
    at = 0
    with file.open("rb") as stream:
        for line in stream:
            page = _page(line)
            if page is None:
                return
            yield at, page
            at += len(line)


def _page(line: bytes) -> dict[str, Any] | None:
    """What a line of the journal says, None for one that is damaged."""
    try:
        page = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return page if isinstance(page, dict) and _is_entry(page.get("entry")) else None


def read_page(folder: Path, at: int) -> dict[str, Any]:
    """What the journal holds at one place."""
    with (folder / JOURNAL).open("rb") as stream:
        stream.seek(at)
        page: dict[str, Any] = json.loads(stream.readline())
        return page


def heal_journal(folder: Path) -> None:
    """Cut off what a killed batch did not finish, so that more can follow.

    The journal ends at its first line that is not whole.
    """
    file = folder / JOURNAL
    if not file.is_file():
        return
    whole = 0
    with file.open("rb") as stream:
        for line in stream:
            if not line.endswith(b"\n") or _page(line) is None:
                break
            whole += len(line)
    if whole < file.stat().st_size:
        os.truncate(file, whole)
