"""Where the outputs of a batch stand: a folder, of this machine or of several.

All that a batch asks of the place goes through a shelf, so that it can be one that knows no
renaming and no locks (``farshelf``).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from helpers.batch.files import locked, publish, recover, sha256
from helpers.batch.manifest import NAME, Entry, append_journal, heal_journal

_SHOWN = 10.0
"""Seconds in which a network's file system must show what another machine has written."""


class PutError(Exception):
    """A report could not be put in its place; what is there is not the new one."""


class Shelf:
    """The folder ``out``; ``name`` is what people call it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.name = str(out)

    def refresh(self) -> None:
        """See what stands there."""

    def years(self) -> list[Path]:
        """The folders of the years that have a manifest."""
        return sorted(path.parent for path in self.out.glob(f"*/{NAME}"))

    def locked(self, folder: Path) -> AbstractContextManager[None]:
        """Keep other batches out of a year. Raises InputError where one is at work."""
        return locked(folder)

    def ready(self, folder: Path) -> None:
        """Mend what a batch that was killed left in a year."""
        recover(folder)
        heal_journal(folder)

    def sweep(self, folder: Path) -> None:
        """Leave nothing unfinished in a year."""
        recover(folder)

    def hashes(self, folder: Path, entry: Entry) -> Mapping[str, str]:
        """The sha256 of each file of a report, "" for one that is not there."""
        return {name: sha256(folder / entry["folder"] / name) for name in entry["files"]}

    def read(self, file: Path) -> bytes:
        """A file's content, b"" where there is none."""
        return file.read_bytes() if file.is_file() else b""

    def has(self, target: Path) -> bool:
        """Whether anything stands where a report would."""
        return target.exists()

    def put(self, aside: Path, target: Path, page: Mapping[str, Any]) -> None:
        """Publish a finished report, whole or not at all, and enter it.

        Raises PutError where the place does not take it.
        """
        publish(aside, target)
        self.enter(target.parent, page)

    def enter(self, folder: Path, page: Mapping[str, Any]) -> None:
        """Enter a page in a year's journal."""
        append_journal(folder, page)

    def room(self, folder: Path) -> str:
        """Where the workers of a cluster put reports of a year; swept at the end."""
        return tempfile.mkdtemp(prefix=".cluster-", suffix=".part", dir=folder)

    def receive(self, room: str, place: str, aside: Path) -> None:
        """Have what a worker has put in its room where a process of this machine would.

        Raises OSError where it is not there.
        """
        made = Path(room, place)
        end = monotonic() + _SHOWN
        while not made.is_dir() and monotonic() < end:
            sleep(0.1)
        made.rename(aside)

    def take_away(self, target: Path) -> None:
        """Take a report's folder away, at once as far as its name goes."""
        if target.exists():
            aside = target.with_name(f".{target.name}.gone.part")
            shutil.rmtree(aside, ignore_errors=True)
            target.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def close(self, folder: Path, entered: Collection[str]) -> None:
        """The files of a year have been brought up to date; ``entered`` folders are new."""

    def fetch(self) -> None:
        """Have everything at hand that stands there."""


@contextmanager
def shelf_at(out: str, *, unlock: bool = False) -> Iterator[Shelf]:
    """The shelf at a folder or a URL; ``unlock`` takes away what a killed batch left of a lock.

    Raises InputError for a URL that cannot be used.
    """
    if "://" not in out:
        yield Shelf(Path(out))
        return
    from helpers.batch.farshelf import far_shelf

    with far_shelf(out, unlock=unlock) as shelf:
        yield shelf
