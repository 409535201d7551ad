"""A shelf behind a URL that fsspec understands: object stores and other machines' folders.

Such a place may know no renaming, no appending and no locks that end with a process. So the
documents of a report are written first and its page of the journal last, an object of its own:
what no page and no manifest tells of does not count. What is told of and has other content was
being replaced when a batch was killed, and is made again. Bookkeeping is done in a folder of
this machine, which ends with the batch.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from helpers.batch.files import replace_file
from helpers.batch.manifest import JOURNAL, NAME, Entry, append_journal, read_manifest
from helpers.batch.shelf import PutError, Shelf
from helpers.errors import CLUSTER, InputError, Problem, why

LOCK = ".lock"
_ROOM, _ELSEWHERE = ".cluster", ".elsewhere"
_AT_ONCE = 8
"""How many files are read at a time: each takes a while to answer."""

_TABLES = ("figures.csv", "findings.csv", "index.html")


class _Told:
    """A file system whose every failure is an OSError, whatever its package raises."""

    def __init__(self, fs: Any) -> None:
        self._fs = fs

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb = getattr(self._fs, name)

        def told(*arguments: Any, **options: Any) -> Any:
            try:
                return verb(*arguments, **options)
            except OSError:
                raise
            except Exception as error:
                raise OSError(f"{type(error).__name__}：{error}") from error

        return told


class FarShelf(Shelf):
    """The folder ``root`` of an fsspec file system ``fs``, told as ``name``.

    ``out`` is the folder of this machine that holds the bookkeeping meanwhile; ``unlock`` takes
    a lock that is there for one that a killed batch has left.
    """

    def __init__(self, fs: Any, root: str, name: str, out: Path, *, unlock: bool) -> None:
        super().__init__(out)
        self.name = name
        self._fs = _Told(fs)
        self._root = root.rstrip("/")
        self._unlock = unlock
        self._there: dict[Path, bytes] = {}

    def refresh(self) -> None:
        """Bring here what is told of the reports that stand there."""
        for far in self._list(self._root):
            year = far.rsplit("/", 1)[-1]
            if year.isdecimal():
                self._bring(self.out / year, (NAME,))

    @contextmanager
    def locked(self, folder: Path) -> Iterator[None]:
        """Keep other batches out of a year: who creates the object has it (if the store tells)."""
        lock = self._far(folder / LOCK)
        if self._unlock:
            with suppress(FileNotFoundError):
                self._fs.rm_file(lock)
        try:
            self._fs.makedirs(self._far(folder), exist_ok=True)
            self._fs.pipe_file(lock, b"", mode="create")
        except OSError as error:
            raise self._refusal(folder, lock, error) from error
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                self._fs.rm_file(lock)

    def _refusal(self, folder: Path, lock: str, error: OSError) -> Exception:
        """Why the lock could not be had."""
        if isinstance(error.__cause__, TypeError | NotImplementedError):
            text = "这种存储不能防止两个批次混写，不能直接写；请先写到本机文件夹，再传上去"
            return InputError([Problem(self.name, text)])
        if isinstance(error, FileExistsError) or self._fs.exists(lock):
            text = (
                "另一个 nianbao 正在往这里写，请等它完成；"
                "如果是上次被杀留下的占用标记，确认没有别的在运行，再加 --unlock"
            )
            return InputError([Problem(self._called(folder), text)])
        return error

    def ready(self, folder: Path) -> None:
        """Bring here what is needed to bring the files of a year up to date."""
        self.sweep(folder)
        self._bring(folder, (NAME, *_TABLES))

    def sweep(self, folder: Path) -> None:
        """Take away what workers of a cluster have left."""
        with suppress(FileNotFoundError):
            self._fs.rm(self._far(folder / _ROOM), recursive=True)

    def room(self, folder: Path) -> str:
        """Where the workers of a cluster write to, by the same URL."""
        return self._called(folder / _ROOM)

    def receive(self, room: str, place: str, aside: Path) -> None:
        """Note where a worker has written it."""
        aside.mkdir(parents=True)
        (aside / _ELSEWHERE).write_text(f"{room}/{place}", encoding="utf-8")

    def hashes(self, folder: Path, entry: Entry) -> Mapping[str, str]:
        """The sha256 of each file of a report, "" for one that is not there."""
        files = {folder / entry["folder"] / name: name for name in entry["files"]}
        found = self._contents(files)
        return {
            name: sha256(found[file]).hexdigest() if file in found else ""
            for file, name in files.items()
        }

    def read(self, file: Path) -> bytes:
        """A file's content, b"" where there is none."""
        return self._contents([file]).get(file, b"")

    def has(self, target: Path) -> bool:
        """Whether anything stands where a report would."""
        return bool(self._fs.exists(self._far(target)))

    def put(self, aside: Path, target: Path, page: Mapping[str, Any]) -> None:
        """Write the documents, then the page that tells of them."""
        try:
            self._fs.makedirs(self._far(target), exist_ok=True)
            self._fill(target, aside, list(page["entry"]["files"]))
            self.enter(target.parent, page)
        except OSError as error:
            raise PutError(f"成品传不上去：{why(error)}") from error
        shutil.rmtree(aside, ignore_errors=True)

    def enter(self, folder: Path, page: Mapping[str, Any]) -> None:
        """Enter a page: an object of its own there, and a line of the journal here."""
        content = json.dumps(page, ensure_ascii=False).encode("utf-8", "replace")
        self._fs.makedirs(self._far(folder / JOURNAL), exist_ok=True)
        self._fs.pipe_file(self._far(folder / JOURNAL / f"{page['entry']['folder']}.json"), content)
        append_journal(folder, page)

    def take_away(self, target: Path) -> None:
        """Take a report's folder away."""
        with suppress(FileNotFoundError):
            self._fs.rm(self._far(target), recursive=True)

    def close(self, folder: Path, entered: Collection[str]) -> None:
        """Write the files of a year, the manifest last; then the pages are not needed."""
        for name in _TABLES:
            self._write(folder / name)
        reports = read_manifest(folder).reports.values()
        for entry in reports:
            if entry["folder"] in entered:
                self._take_surplus(folder / entry["folder"], entry["files"])
        self._write(folder / NAME)
        for far in self._list(self._far(folder / JOURNAL)):
            self._fs.rm_file(far)
        with suppress(OSError):  # there are none in object stores
            self._fs.rmdir(self._far(folder / JOURNAL))

    def fetch(self) -> None:
        """Bring everything here, as it would stand in a folder."""
        self.refresh()
        self._bring(self.out, (NAME,))
        found = self._fs.find(self._root)
        for far in found:
            place = far[len(self._fs._strip_protocol(self._root)) :].strip("/")
            if not any(part.startswith(".") for part in place.split("/")):
                (self.out / place).parent.mkdir(parents=True, exist_ok=True)
                self._fs.get_file(far, str(self.out / place))

    def _fill(self, target: Path, aside: Path, names: list[str]) -> None:
        """Write a report's documents, from here or from where a worker has written them."""
        far = [self._far(target / name) for name in names]
        if not (aside / _ELSEWHERE).is_file():
            self._fs.put([str(aside / name) for name in names], far)
            return
        place = self._fs._strip_protocol((aside / _ELSEWHERE).read_text(encoding="utf-8"))
        for name, to in zip(names, far, strict=True):
            self._fs.cp_file(f"{place}/{name}", to)
        self._fs.rm(place, recursive=True)

    def _take_surplus(self, folder: Path, files: Mapping[str, str]) -> None:
        """Take away what an earlier batch has written there in other formats."""
        for far in self._list(self._far(folder)):
            if files and far.rsplit("/", 1)[-1] not in files:
                self._fs.rm_file(far)

    def _bring(self, folder: Path, names: Collection[str]) -> None:
        """Bring files of a year here, and the pages of its journal."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in self._contents([folder / name for name in names]).items():
            replace_file(file, content)
            self._there[file] = content
        for far in sorted(self._list(self._far(folder / JOURNAL))):
            with suppress(ValueError, FileNotFoundError):  # not whole: it does not count
                append_journal(folder, json.loads(self._fs.cat_file(far)))
        try:
            read_manifest(folder)
        except InputError as error:
            told = [Problem(self._called(folder / NAME), p.message) for p in error.problems]
            raise InputError(told) from error

    def _write(self, file: Path) -> None:
        """Write a file of a year, where it is not as it was."""
        content = file.read_bytes() if file.is_file() else None
        if content is not None and self._there.get(file) != content:
            self._fs.pipe_file(self._far(file), content)
            self._there[file] = content

    def _contents(self, files: Collection[Path]) -> dict[Path, bytes]:
        """The content of each file that is there. Raises OSError where that cannot be told."""

        def read(file: Path) -> bytes | None:
            try:
                return bytes(self._fs.cat_file(self._far(file)))
            except (FileNotFoundError, IsADirectoryError):
                return None

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = zip(files, pool.map(read, files), strict=True)
            return {file: content for file, content in found if content is not None}

    def _list(self, far: str) -> list[str]:
        """What is in a folder there, none where there is no folder."""
        try:
            self._fs.invalidate_cache()
            return [str(one) for one in self._fs.ls(far, detail=False)]
        except FileNotFoundError:
            return []

    def _far(self, path: Path) -> str:
        """Where a path of the folder here is there."""
        place = path.relative_to(self.out).as_posix()
        return self._root if place == "." else f"{self._root}/{place}"

    def _called(self, path: Path) -> str:
        place = path.relative_to(self.out).as_posix()
        return f"{self.name.rstrip('/')}/{place}".removesuffix("/.")


@contextmanager
def far_shelf(url: str, *, unlock: bool = False) -> Iterator[Shelf]:
    """The shelf at a URL; of a ``file://`` URL, simply the folder.

    Raises InputError where there is no such kind of URL or what it needs is not installed.
    """
    if find_spec("fsspec") is None:
        text = f"读写网址要先安装 fsspec：{CLUSTER}"
        raise InputError([Problem(url, text)])
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    try:
        fs, root = url_to_fs(url)
    except ImportError as error:
        text = f"这种网址还要另装软件包：{error}"
        raise InputError([Problem(url, text)]) from error
    except ValueError as error:
        text = f"看不懂这个网址，应为 fsspec 认得的，如 s3://桶/某县：{error}"
        raise InputError([Problem(url, text)]) from error
    if type(fs) is LocalFileSystem:
        yield Shelf(Path(root))
        return
    with tempfile.TemporaryDirectory(prefix="nianbao-") as aside:
        yield FarShelf(fs, root, url, Path(aside).resolve(), unlock=unlock)
