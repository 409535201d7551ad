"""A Dask cluster in place of this machine's processes: the same jobs, the same answers.

Only the scheduler at the address that was given is spoken to. What workers have made is put
where a process of this machine would have put it, so that publishing and bookkeeping are the
same. A job whose worker is lost is given to another.
"""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import Any

from helpers.batch.files import write_durably
from helpers.batch.inputs import digest
from helpers.batch.produce import Job, Produced
from helpers.batch.remote import Answer, Order, introduce, stop, work
from helpers.batch.shelf import Shelf
from helpers.batch.supervise import Lost
from helpers.errors import CLUSTER, InputError, Problem, why
from helpers.settings import RunLimits

CONNECT = 10.0
"""Seconds in which a scheduler must answer."""
WORKERS = 30.0
"""Seconds to wait for a first worker."""
ALONE = 120.0
"""Seconds without any worker after which the rest is given up."""
ATTEMPTS = 4
"""How often a job is handed to the scheduler, which itself tries several workers."""

_LOOK = 2.0
_FETCH = 120.0
_SAME = "各机器要装同一版 nianbao 和同样的软件包、字体；装好后重新启动工作进程"
_GONE = "与调度器的连接断了，或没有工作进程了，这一份没有做；恢复后再运行一次，只做没有完成的"
_NO_ROOM = "工作进程说写好了，而这里的共享文件夹里看不到"


@dataclass
class _Sent:
    number: int
    job: Job
    future: Any
    attempts: int = 1


class _GoneError(Exception):
    """There is nobody left to do the work."""


class Cluster:
    """Runs jobs on the workers of a Dask scheduler, as many at a time as keep them busy.

    ``build`` is what workers must have installed, as ``remote.installed`` tells it for a way of
    choosing ``fonts``. Raises InputError where nobody answers or a worker is not fit.
    """

    def __init__(
        self, address: str, build: Mapping[str, Any], fonts: str, limits: RunLimits, shelf: Shelf
    ) -> None:
        self._address = address
        self._shelf = shelf
        self._build, self._fonts, self._limits = build, fonts, limits
        self._sent: dict[str, _Sent] = {}
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._rooms: dict[Path, str] = {}
        self._notebooks: dict[Path, bytes] = {}
        self._size, self._looked, self._company, self._count = 1, 0.0, 0.0, 0
        self._client = _connect(address)
        try:
            self.reason = self._meet()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Call off what still runs, and leave the cluster."""
        if self._client is None:
            return
        client, self._client = self._client, None
        if self._sent and client.status == "running":
            with suppress(Exception):
                client.cancel([one.future for one in self._sent.values()], force=True)
            _within(_LOOK, lambda: client.run(stop, client.id, on_error="ignore"))
        self._sent.clear()
        with suppress(Exception):
            client.close(timeout=_LOOK)

    def run(self, jobs: Iterable[tuple[int, Job]]) -> Iterator[tuple[int, Produced | Lost]]:
        """Each job's number with what became of it, its files in its folder as if made here."""
        waiting = iter(jobs)
        try:
            self._fill(waiting)
            while self._sent:
                key = self._next()
                answer = self._answer(self._sent[key])
                one = self._sent.pop(key)
                if answer is None:
                    self._send(one.number, one.job, one.attempts + 1)
                    continue
                self._fill(waiting)
                yield one.number, self._received(one.job, answer)
        except _GoneError:
            left = [one.number for one in self._sent.values()]
            self._sent.clear()
            for number in (*left, *(number for number, _ in waiting)):
                yield number, Produced("failed", _GONE, final=False)

    def _meet(self) -> str:
        """Wait for a first worker, and see that each has what is installed here."""
        end = monotonic() + WORKERS
        while not self._client.nthreads():
            if monotonic() > end:
                text = f"调度器上 {WORKERS:.0f} 秒内没有工作进程，请先用 dask worker 启动"
                raise InputError([Problem(self._address, text)])
            sleep(0.2)
        self._company = monotonic()
        told = self._client.run(introduce, self._fonts, on_error="return")
        problems = [
            Problem(name, f"工作进程不能用：{reason}。{_SAME}")
            for name, one in sorted(told.items())
            if (reason := self._unlike(one))
        ]
        if problems:
            raise InputError(problems)
        return next((reason for _, reason in told.values() if reason), "")

    def _unlike(self, told: Any) -> str:
        """Why a worker's reports would not be those of this machine, "" where they would."""
        if isinstance(told, BaseException):
            return f"没有装 nianbao，或版本不同（{type(told).__name__}：{told}）"
        theirs, ours = told[0], self._build
        for name, wanted in ours["versions"].items():
            if theirs["versions"].get(name) != wanted:
                return f"{name} 是 {theirs['versions'].get(name, '没有')}，本机是 {wanted}"
        if theirs["code"] != ours["code"]:
            return "nianbao 的程序代码与本机不同"
        return "字体与本机不同" if theirs["fonts"] != ours["fonts"] else ""

    def _fill(self, waiting: Iterator[tuple[int, Job]]) -> None:
        """Hand over jobs until every worker has one at work and one at hand."""
        if monotonic() > self._looked + _LOOK:
            self._look()
        while len(self._sent) < self._size:
            following = next(waiting, None)
            if following is None:
                return
            self._send(*following)

    def _look(self) -> None:
        """See how many workers there are. Raises _GoneError where there are none any more."""
        threads: Mapping[str, int] = {}
        with suppress(Exception):  # no connection: it may come back
            threads = self._client.nthreads()
        self._looked = monotonic()
        if threads:
            self._company = self._looked
            self._size = 2 * sum(threads.values())
        elif self._looked > self._company + ALONE or self._client.status == "closed":
            raise _GoneError

    def _send(self, number: int, job: Job, attempts: int = 1) -> None:
        self._count += 1
        key = f"nianbao-{self._client.id}-{self._count}"
        order = Order(
            pickle.dumps(job),
            self._notebook(job.notebook),
            self._limits,
            self._room(job.folder.parent),
            key,
            digest(self._build),
            self._client.id,
        )
        future = self._client.submit(work, order, self._fonts, key=key, pure=False)
        self._sent[key] = _Sent(number, job, future, attempts)
        future.add_done_callback(lambda _: self._ended.put(key))

    def _notebook(self, file: Path) -> bytes:
        if file not in self._notebooks:
            self._notebooks[file] = file.read_bytes()
        return self._notebooks[file]

    def _room(self, folder: Path) -> str:
        """Where the workers put the reports of a year."""
        if folder not in self._rooms:
            self._rooms[folder] = self._shelf.room(folder)
        return self._rooms[folder]

    def _next(self) -> str:
        """The key of a job that has ended. Raises _GoneError where none will."""
        while True:
            try:
                key = self._ended.get(timeout=_LOOK)
            except Empty:
                self._look()
                continue
            if key in self._sent:
                return key

    def _answer(self, one: _Sent) -> Answer | None:
        """What became of a job; None where its worker is lost and it is to be done again."""
        from distributed import KilledWorker

        try:
            answer: Answer = one.future.result(timeout=_FETCH)
        except (KilledWorker, TimeoutError):
            if one.attempts < ATTEMPTS:
                return None
            text = "做这一份的工作进程接连意外退出，或没有回应"
            return Answer(Produced("failed", text, final=False))
        except CancelledError:
            raise _GoneError from None
        except (ImportError, AttributeError) as error:
            raise self._unfit(self._unlike(error)) from None
        except Exception as error:  # noqa: BLE001  # a worker's mishap must not end the batch
            text = f"工作进程出错：{type(error).__name__}：{error}"
            return Answer(Produced("failed", text, final=False))
        if answer.produced is None:
            raise self._unfit("装的东西与本机不同")
        return answer

    def _unfit(self, reason: str) -> InputError:
        text = f"有后来加入的工作进程不能用：{reason}。{_SAME}"
        return InputError([Problem(self._address, text)])

    def _received(self, job: Job, answer: Answer) -> Produced | Lost:
        """Put what a worker has made where a process of this machine would have."""
        produced = answer.produced
        assert produced is not None  # noqa: S101
        try:
            if answer.place:
                self._shelf.receive(self._room(job.folder.parent), answer.place, job.folder)
            elif answer.files:
                job.folder.mkdir(parents=True)
                for name, content in answer.files.items():
                    (job.folder / name).write_bytes(content)
                write_durably(job.folder)
        except FileNotFoundError:
            return Produced("failed", _NO_ROOM, final=False)
        except OSError as error:
            return Produced("failed", f"文件写不下去：{why(error)}", final=False)
        return produced


def _connect(address: str) -> Any:
    """A client of the scheduler. Raises InputError where none answers."""
    if find_spec("distributed") is None:
        text = f"用 --scheduler 要先安装 Dask：{CLUSTER}"
        raise InputError([Problem(address, text)])
    found: list[Any] = []

    def attempt() -> None:
        from distributed import Client

        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
        options = {"timeout": CONNECT, "set_as_default": False, "direct_to_workers": False}
        found.append(Client(address, **options))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # By itself it waits without end for one who takes the call and says nothing.
        _within(2 * CONNECT, attempt)
    if not found:
        text = "连不上调度器：请看地址和端口对不对，dask scheduler 是否已启动"
        raise InputError([Problem(address, text)])
    return found[0]


def _within(seconds: float, action: Any) -> None:
    """Do something that may fail or hang, and wait for it only so long."""

    def attempt() -> None:
        with suppress(Exception):
            action()

    thread = Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
