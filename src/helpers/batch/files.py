"""Files of a batch: names that every file system takes, writing whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from helpers.errors import InputError, Problem

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
_MAX_NAME = 60
_MAX_BYTES = 180  # file systems take 255; what is put before and after needs some
_OURS = {"index.html", "figures.csv", "findings.csv", "manifest.json"}


def folder_name(agency: str) -> str:
    """A folder name that every file system takes, as like the agency's name as can be."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", agency)).strip(" .")[:_MAX_NAME]
    name = name.encode("utf-8", "replace")[:_MAX_BYTES].decode("utf-8", "ignore").strip(" .") or "_"
    taken = name.casefold() in _OURS or name.casefold().split(".")[0].strip() in _RESERVED
    return f"_{name}" if taken else name


def folder_names(agencies: Sequence[str]) -> list[str]:
    """A name for each that no other has; those that would be the same get a mark of their own."""
    names = [folder_name(agency) for agency in agencies]
    keys = [unicodedata.normalize("NFKC", name).casefold() for name in names]
    shared = {key for key, times in Counter(keys).items() if times > 1}
    taken = set(keys)
    found = []
    for agency, name, key in zip(agencies, names, keys, strict=True):
        if key in shared:
            digest = hashlib.sha256(agency.encode("utf-8", "replace")).hexdigest()
            length = next(n for n in range(6, 64) if f"{key}-{digest[:n]}" not in taken)
            name = f"{name}-{digest[:length]}"
            taken.add(f"{key}-{digest[:length]}")
        found.append(name)
    return found


def sha256(file: Path) -> str:
    """The hash of a file's content, "" where there is no file."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def replace_file(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; where that fails, nothing of it is left."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
    except BaseException as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            error.filename = str(file)  # the name that was asked for, not the one aside
        raise


class DurableFolder:
    """A new folder whose files outlast a power cut once the block is left.

    Each file is sent to the disk as soon as it is written, while the next one is being made.
    ``hashes`` are the sha256 of the files by name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = ThreadPoolExecutor(4)
        self._sent: list[Future[None]] = []
        self.hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        shutil.rmtree(self._folder, ignore_errors=True)  # what an attempt that died has left
        self._folder.mkdir(parents=True)
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()
        if error[0] is None:
            for sent in self._sent:
                sent.result()
            _sync(self._folder)

    def write(self, name: str, content: bytes) -> None:
        """Write a file."""
        path = self._folder / name
        path.write_bytes(content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        self._sent.append(self._pool.submit(_sync, path))


def write_durably(folder: Path) -> None:
    """See to it that a folder's files outlast a power cut, before it gets its name."""
    for path in (*folder.iterdir(), folder):
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(aside: Path, target: Path) -> None:
    """Put a finished folder in its place; the old one goes only when the new one stands."""
    old = aside.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Mend what a batch that was killed left: put old folders back, sweep unfinished ones."""
    for left in folder.glob(".*.old") if folder.is_dir() else ():
        name = left.name[1:].rsplit(".", 2)[0]
        if (folder / name).exists():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.rename(folder / name)
    for left in folder.glob(".*.part") if folder.is_dir() else ():
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other batches out of a year's folder. Raises InputError where one is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ".lock"
    with file.open("a") as stream:
        try:
            _lock(stream.fileno())
            # Who had it before may have taken the file away just after it was opened here.
            if os.name != "nt" and os.fstat(stream.fileno()).st_ino != file.stat().st_ino:
                raise BlockingIOError
        except OSError as error:
            text = "另一个 nianbao 正在往这个文件夹写，请等它完成再运行"
            raise InputError([Problem(folder.as_posix(), text)]) from error
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def _lock(descriptor: int) -> None:
    """Take a lock that ends with the process. Raises OSError where somebody else has it."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
