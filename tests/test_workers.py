"""Workers of a batch: one after the other in the same process, cells in a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import nbformat
import psutil
import pytest

from helpers.batch import ready
from helpers.batch.supervise import Fleet, Lost
from helpers.engine import warm
from helpers.settings import RunLimits

pytestmark = pytest.mark.skipif(bool(warm.obstacle()), reason="本机系统没有 fork")
LIMITS = RunLimits(seconds=20, memory_mb=500)


def run(make, *jobs, limits=LIMITS):
    """What workers answer, one at a time."""
    with Fleet(make, 1, limits) as fleet:
        return [answer for _, answer in fleet.run(enumerate(jobs))]


def pids(_limits):
    return lambda _: os.getpid()


def test_a_worker_does_one_job_after_another():
    first, second = run(pids, None, None)
    assert first == second != os.getpid()


def dying(_limits):
    def work(job):
        if job == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    return work


def test_a_worker_that_dies_loses_its_job_only():
    assert run(dying, "a", "die", "b") == ["a", Lost(overtime=False, exitcode=-9), "b"]


def apart(limits):
    """Runs each job, a function's name, in a process forked for it."""
    from helpers.batch.forked import LostError, end_with_children, run_apart

    end_with_children()

    def work(name):
        try:
            return run_apart(globals()[name], name, 2, limits.memory_mb)
        except LostError as error:
            return error.lost
        except Exception as error:  # noqa: BLE001  # told to the test
            return f"{type(error).__name__}: {error}"

    return work


def spoil(_):
    """What a notebook may do to its process."""
    import builtins
    import random

    random.seed(1)
    builtins.spoilt = True
    os.environ["SPOILT"] = "1"
    os.chdir("/")
    sys.path.clear()
    return "spoilt"


def look(_):
    import builtins

    spoilt = hasattr(builtins, "spoilt"), "SPOILT" in os.environ, str(Path.cwd()) == "/"
    return (*spoilt, bool(sys.path))


def hang(_):
    time.sleep(600)


def leave_a_program_running(_):
    """A program that a cell has started and forgotten."""
    program = [sys.executable, "-c", "import time; time.sleep(600)"]
    return subprocess.Popen(program).pid


def fail(_):
    raise ValueError("说给人听的话")


def fail_oddly(_):
    class Odd(Exception):  # noqa: N818
        """Nobody else can unpickle it."""

    raise Odd("奇怪")


def devour(_):
    return len(bytearray(3 * 10**9))


def test_what_is_done_in_a_child_is_not_seen_by_the_next():
    assert run(apart, "spoil", "look") == ["spoilt", (False, False, False, True)]


def test_a_child_that_hangs_is_stopped_and_its_worker_goes_on():
    assert run(apart, "hang", "look")[0] == Lost(overtime=True)


def has_ended(pid):
    """Whether a process that was killed is gone; that may take a moment."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_what_a_child_has_started_ends_with_it():
    (pid,) = run(apart, "leave_a_program_running")
    assert has_ended(pid)


def test_what_a_child_raises_is_raised_in_its_worker():
    assert run(apart, "fail", "fail_oddly") == [
        "ValueError: 说给人听的话",
        "RuntimeError: Odd: 奇怪",
    ]


def test_a_child_may_take_only_so_much_memory():
    assert run(apart, "devour")[0].startswith("MemoryError")


def companions(limits):
    from helpers.batch.forked import Companion, LostError

    beside = Companion(_answer, limits.memory_mb)

    def work(job):
        try:
            return beside.ask(job, 20)
        except LostError as error:
            return error.lost

    return work


def _answer(job):
    if job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_a_companion_stays_and_is_replaced_when_it_dies():
    first, second, lost, third = run(companions, 1, 2, "die", 3)
    assert first == second != third
    assert lost == Lost(overtime=False, exitcode=-9)


def remembering(_):
    """Keeps 80 MB more each time, as a library with a cache would."""
    _KEPT.append(bytearray(80_000_000))
    return len(_KEPT)


_KEPT: list[bytearray] = []


def hoarders(limits):
    from helpers.batch.forked import Companion

    beside = Companion(remembering, limits.memory_mb)
    return lambda job: beside.ask(job, 20)


def test_what_earlier_reports_left_in_memory_is_not_counted_against_the_next():
    assert run(hoarders, *range(4), limits=RunLimits(seconds=20, memory_mb=150)) == [1, 2, 3, 4]


def greedy(_limits):
    def work(_):
        try:
            return len(bytearray(3 * 10**9))
        except MemoryError:
            return "MemoryError"

    return work


def test_a_worker_may_take_only_so_much_memory_without_forks_too(monkeypatch):
    monkeypatch.setenv(warm.STANDARD, "standard")
    assert run(greedy, None) == ["MemoryError"]


def forsaken(_limits):
    """Starts a program in a child and is killed before the child has ended."""
    from helpers.batch.forked import run_apart

    def work(file):
        run_apart(_start_and_wait, file, 30, 500)

    return work


def _start_and_wait(file):
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(file).write_text(f"{program.pid} {os.getppid()}", encoding="utf-8")
    time.sleep(600)


def test_what_cells_have_started_ends_with_a_worker_that_is_killed(tmp_path):
    file = tmp_path / "pids"

    def kill_when_it_works():
        while not (file.exists() and len(file.read_text().split()) == 2):
            time.sleep(0.05)
        os.kill(int(file.read_text().split()[1]), signal.SIGKILL)

    Thread(target=kill_when_it_works, daemon=True).start()
    assert run(forsaken, str(file)) == [Lost(overtime=False, exitcode=-9)]
    assert has_ended(int(file.read_text().split()[0]))


def masked(_limits):
    return lambda _: {signal.SIGINT, signal.SIGTERM} & signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize("engine", ["", "standard"])
def test_no_signal_is_held_off_in_a_worker(engine, monkeypatch):
    monkeypatch.setenv(warm.STANDARD, engine)
    with Fleet(masked, 2, LIMITS) as fleet:
        assert [held for _, held in fleet.run(enumerate([1, 2]))] == [set(), set()]


def test_what_a_notebook_imports_is_there_before_the_fork(tmp_path):
    notebook = nbformat.v4.new_notebook()
    cells = ["%matplotlib inline", "import pandas as pd\nfrom numpy import array", "import socket"]
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, tmp_path / "a.ipynb")
    assert ready.modules(tmp_path / "a.ipynb") == (*ready.WARM, "numpy", "pandas")
    (tmp_path / "a.ipynb").write_text("{", encoding="utf-8")
    assert ready.modules(tmp_path / "a.ipynb") == ready.WARM


def formats(limits):
    """Answers whether a format's report has been gone through in this process."""
    from helpers.batch.bench import Bench
    from helpers.formats import available

    bench = Bench(limits)

    def work(code):
        from IPython import get_ipython

        from helpers.batch import warmup
        from helpers.engine import shell

        before = code in warmup._ready
        bench.begin(available()[code])
        assert [get_ipython()] == shell._prepared
        return before, code in warmup._ready

    return work


def gone_through(_limits):
    """What going through a format's report raises; a worker would pass over it."""
    from helpers.batch import warmup
    from helpers.formats import available

    return lambda code: warmup._go_through(available()[code])


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_a_report_of_each_format_can_be_gone_through(code):
    assert run(gone_through, code) == [None]


def test_the_newest_format_is_rehearsed_in_the_warm_process_and_another_by_its_first_report():
    with Fleet(formats, 1, LIMITS, ready.WARM) as fleet:
        said = [answer for _, answer in fleet.run(enumerate(["2021", "2019", "2019"]))]
    assert said == [(True, True), (False, True), (True, True)]


def test_the_warm_process_ends_with_its_starter_even_while_it_still_imports(tmp_path, monkeypatch):
    code = """
from multiprocessing import forkserver
from helpers.engine import warm
warm.context(["slow"])
print(forkserver._forkserver._forkserver_pid)
"""
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with (tmp_path / "said").open("w") as said:
        subprocess.run([sys.executable, "-c", code], stdout=said, stderr=said, check=True)
    try:
        server = psutil.Process(int((tmp_path / "said").read_text()))
    except psutil.NoSuchProcess:
        return
    gone, _ = psutil.wait_procs([server], timeout=20)
    assert gone or server.status() == psutil.STATUS_ZOMBIE
