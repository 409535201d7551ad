"""What a worker of a cluster does: one report, made in a process of its own on that machine.

A Dask worker has threads and must not be forked. It starts the warm process once, and each job
runs in a process forked from that one, with the limits that hold everywhere. The documents are
made in the worker's own temporary folder; from there they go into the shared folder where the
worker sees it, else back to the batch as bytes.
"""

from __future__ import annotations

import asyncio
import pickle
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing import process
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Self

from helpers.batch.files import write_durably
from helpers.batch.inputs import code_hash, digest, font_hashes, versions
from helpers.batch.produce import Job, Produced, producer
from helpers.batch.ready import WARM
from helpers.batch.supervise import Fleet, Lost
from helpers.engine import warm
from helpers.errors import why
from helpers.settings import RunLimits

_STARTING = threading.RLock()
_STOPPED: set[str] = set()
_AT_WORK: dict[_Apart, str] = {}
"""The processes of orders that are being carried out, each with the batch it is for."""


@dataclass(frozen=True)
class Order:
    """A job on its way to a worker, pickled, with all that it needs there.

    ``room`` is a folder that the batch has made in the shared folder, or a URL; ``name`` is
    this order's own, ``build`` the hash of what the worker must have installed, ``batch`` the
    name by which the order can be called off.
    """

    job: bytes
    notebook: bytes
    limits: RunLimits
    room: str
    name: str
    build: str
    batch: str


@dataclass(frozen=True)
class Answer:
    """What became of an order: None where this worker is not fit to carry it out.

    The files are in the room, in the folder ``place``; or in ``files``, where there is no room.
    """

    produced: Produced | Lost | None
    place: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


@lru_cache(maxsize=8)
def installed(fonts: str) -> dict[str, Any]:
    """What the bytes of a report depend on at this worker; "" for no fonts at all."""
    return {
        "versions": versions(),
        "code": code_hash(),
        "fonts": font_hashes(fonts) if fonts else {},
    }


async def introduce(fonts: str) -> tuple[dict[str, Any], str]:
    """What is installed at this worker, and why it does not fork, "" where it does.

    Finding out takes a while, in which the worker's event loop must go on.
    """
    return await asyncio.to_thread(installed, fonts), warm.obstacle()


def stop(batch: str) -> None:
    """Call off a batch's orders that this worker is carrying out."""
    _STOPPED.add(batch)
    for fleet, name in list(_AT_WORK.items()):
        if name == batch:
            fleet.kill()


def work(order: Order, fonts: str) -> Answer:
    """Carry out an order. What goes wrong with the report is in the answer."""
    if order.batch in _STOPPED or digest(installed(fonts)) != order.build:
        return Answer(None)
    try:
        with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as aside:
            return _make(order, Path(aside))
    except OSError as error:
        return Answer(Produced("failed", f"文件写不下去：{why(error)}", final=False))


def _make(order: Order, aside: Path) -> Answer:
    job: Job = pickle.loads(order.job)  # noqa: S301  # from the batch, which a worker obeys anyway
    notebook = aside / "notebook.ipynb"
    notebook.write_bytes(order.notebook)
    here = replace(job, notebook=notebook, folder=aside / "made")
    fleet = _Apart(order.limits)
    _AT_WORK[fleet] = order.batch
    try:
        with fleet:
            ((_, produced),) = fleet.run([(0, here)])
    finally:
        del _AT_WORK[fleet]
    if isinstance(produced, Lost) or not produced.files:
        return Answer(produced)
    far = "://" in order.room
    place = _send(here.folder, order) if far else _put(here.folder, Path(order.room))
    return Answer(produced, place, {} if place else _contents(here.folder))


def _put(made: Path, room: Path) -> str:
    """Copy what was made into the shared folder; the name it has there, "" where there is none.

    Every attempt has a name of its own: a worker believed dead may be at the same report still.
    """
    try:
        own = Path(tempfile.mkdtemp(dir=room))
        place = own / "made"
        shutil.copytree(made, place, copy_function=shutil.copyfile)
        write_durably(place)
    except OSError:
        return ""  # not shared with this machine, or not to be written to
    return f"{own.name}/{place.name}"


def _send(made: Path, order: Order) -> str:
    """Write what was made to the URL; the name it has there, "" where this worker cannot.

    A worker believed dead that is at the same order still writes the same bytes.
    """
    try:
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(f"{order.room}/{order.name}")
        fs.makedirs(root, exist_ok=True)
        files = sorted(made.iterdir())
        fs.put([str(file) for file in files], [f"{root}/{file.name}" for file in files])
    except (OSError, ImportError, ValueError):
        return ""  # not installed here, or not to be written to
    return order.name


def _contents(made: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(made.iterdir())}


class _Apart(Fleet[int, Job, Produced]):
    """One process at a time, in a worker that may have several threads at that."""

    def __init__(self, limits: RunLimits) -> None:
        super().__init__(producer, 1, limits, WARM)

    def __enter__(self) -> Self:
        with _STARTING:
            super().__enter__()
        return self

    def __hash__(self) -> int:
        return id(self)

    def kill(self) -> None:
        """End what runs; whoever waits for it learns that it is lost."""
        for one in list(self._running.values()):
            with _no_error():
                one.worker.process.terminate()  # it ends what it has started

    def _start(self, key: int, job: Job) -> None:
        with _STARTING, _may_have_children():
            super()._start(key, job)


@contextmanager
def _no_error() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError):  # it has ended meanwhile
        return


@contextmanager
def _may_have_children() -> Iterator[None]:
    """Let a worker that its nanny started as a daemon start processes of its own."""
    config: dict[str, Any] = process.current_process()._config  # type: ignore[attr-defined]
    before = config.pop("daemon", None)
    try:
        yield
    finally:
        if before is not None:
            config["daemon"] = before


def _end() -> None:
    for fleet in list(_AT_WORK):
        fleet.kill()


Finalize(None, _end, exitpriority=10)  # before multiprocessing waits for its processes
