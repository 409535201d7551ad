"""The batch on a Dask cluster: real scheduler and workers on loopback, the same bytes as here."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat
import psutil
import pytest

from helpers.batch import cluster as module
from helpers.batch.remote import Order, work
from helpers.cli import execute
from helpers.settings import RunLimits

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from county import write_county  # noqa: E402

installed = pytest.mark.skipif(
    find_spec("distributed") is None,
    reason="distributed is not installed (the extra `cluster`)",
)
SEES = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
"""An environment in which ``plain_store`` can be imported."""
LIFE = 600
"""Seconds after which scheduler and workers end by themselves, should a test be killed."""


def start(log, *arguments, **options):
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=stream, stderr=stream, env=SEES, **options
        )


def address_in(file):
    """The scheduler's address, "" while its file is not there or not wholly written."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(file.read_text())["address"]
    return ""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, one of them minded by a nanny: address, worker without."""
    home = tmp_path_factory.mktemp("cluster")
    file = home / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard"]
    own = ["--port", "0", "--scheduler-file", str(file), "--idle-timeout", f"{LIFE}s"]
    started = [start(home / "s.log", "distributed.cli.dask_scheduler", *common, *own, cwd=home)]
    try:
        wait_for(lambda: address_in(file), home / "s.log")
        address = address_in(file)
        for kind in ("--nanny", "--no-nanny"):
            own = ["--nthreads", "1", "--death-timeout", "30", "--lifetime", f"{LIFE}s"]
            own += ["--local-directory", str(home / kind), kind]
            worker = ["distributed.cli.dask_worker", address, *common, *own]
            started.append(start(home / f"{kind}.log", *worker, cwd=home))
        yield address, started[-1]
    finally:
        for process in reversed(started):
            end(process)


def end(process):
    """End a process of ours and what it has started."""
    try:
        family = [*psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()  # psutil sees to it that it is still the same process
    process.wait(10)


def wait_for(condition, log, seconds=240):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.05)


@pytest.fixture
def county(tmp_path):
    """Params files of six agencies, and a notebook that takes a second and leaves a mark."""
    write_county(tmp_path / "params", 6, range(2024, 2025))
    (tmp_path / "marks").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", 4)
    source = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(tmp_path / 'marks')!r}, str(os.getpid())).touch()\n"
        "time.sleep(1)"
    )
    notebook.cells.append(nbformat.v4.new_code_cell(source, id="mark"))
    nbformat.write(notebook, tmp_path / "slow.ipynb")
    return tmp_path


def command(county, out, *options):
    options = ["--notebook", str(county / "slow.ipynb"), "--fonts", "packaged", *options]
    out = out if "://" in out else str(county / out)
    return ["build", str(county / "params"), "--out", out, "--json", *options]


def build(county, out, *options, before="pass"):
    """The command in a process of its own: exit code, what it said, what it complained of."""
    code = f"import sys; {before}; from helpers.cli import run; run(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *command(county, out, *options)],
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
        cwd=county,
        env=SEES,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def tree(folder):
    """Every file with its content, hidden ones too, and every folder."""
    return {
        p.relative_to(folder): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")
    }


def marks(county):
    return len(list((county / "marks").iterdir()))


@installed
def test_a_folder_the_workers_do_not_see_is_filled_from_here(county, cluster):
    blind = (
        "from helpers.batch import cluster; cluster.Cluster._room = lambda *_: '/nowhere/at/all'"
    )
    code, said, complaints = build(county, "far", "--scheduler", cluster[0], before=blind)
    assert (code, complaints) == (0, "")
    assert [e["event"] for e in said] == ["plan", *["report"] * 6, "end"]
    assert build(county, "near")[0] == 0
    assert tree(county / "far") == tree(county / "near")


@installed
@pytest.mark.parametrize("knows", [False, True])
def test_workers_write_to_a_url_themselves_or_send_what_they_made(county, cluster, knows):
    """Those that do not know the kind of URL send it."""
    from distributed import Client

    if knows:
        with Client(cluster[0], set_as_default=False) as client:
            client.run(importlib.import_module, "plain_store")
    watch = (
        "import plain_store; from helpers.batch import cluster; old = cluster.Cluster._received;"
        " cluster.Cluster._received = lambda self, job, answer:"
        f" old(self, job, answer) if bool(answer.place) is {knows} else 1 / 0"
    )
    code, said, complaints = build(
        county, f"plain://{county}/far", "--scheduler", cluster[0], before=watch
    )
    assert (code, complaints) == (0, "")
    assert [e["state"] for e in said if e["event"] == "report"] == ["done"] * 6
    assert build(county, "near")[0] == 0
    assert tree(county / "far") == tree(county / "near")


@installed
def test_workers_with_another_program_are_refused(county, cluster):
    other = "from helpers.batch import inputs; inputs.code_hash = lambda: 'other'"
    code, said, complaints = build(county, "out", "--scheduler", cluster[0], before=other)
    assert (code, said) == (2, [])
    assert "工作进程不能用：nianbao 的程序代码与本机不同" in complaints
    assert marks(county) == 0


@installed
def test_the_limits_hold_on_workers(county, cluster):
    (county / "s.toml").write_text("[run]\nseconds = 1\n", encoding="utf-8")
    options = ["--scheduler", cluster[0], "--settings", str(county / "s.toml")]
    code, said, _ = build(county, "out", *options)
    assert code == 3
    messages = {e["message"] for e in said if e["event"] == "report"}
    assert messages <= {
        "笔记本没有运行完：有单元格超过 1 秒（设置 run.seconds）",
        "超过 1 秒没有完成，已停止（设置 run.seconds）",
    }


@installed
def test_an_interrupted_batch_calls_its_workers_off_and_goes_on_later(county, cluster):
    arguments = command(county, "out", "--scheduler", cluster[0])
    with subprocess.Popen(
        [sys.executable, "-m", "helpers.cli", *arguments], stdout=subprocess.PIPE, cwd=county
    ) as batch:
        read = iter(batch.stdout.readline, b"")
        first = next(json.loads(line) for line in read if b'"report"' in line)
        os.kill(batch.pid, signal.SIGTERM)
        (last,) = [json.loads(line) for line in read if b'"end"' in line]
        assert batch.wait(60) == 130
    assert last["exit_code"] == 130
    assert [p.name for p in (county / "out").rglob(".*")] == []
    code, said, _ = build(county, "out", "--scheduler", cluster[0])
    kept = [e["agency"] for e in said if e["event"] == "report" and e["kept"]]
    assert code == 0
    assert first["agency"] in kept
    assert len(kept) < 6


@installed
def test_a_worker_killed_in_mid_run_costs_time_and_no_report(county, cluster):
    """The last test of the cluster: one of its workers is gone afterwards."""
    address, worker = cluster
    with subprocess.Popen(
        [sys.executable, "-m", "helpers.cli", *command(county, "far", "--scheduler", address)],
        stdout=subprocess.PIPE,
        cwd=county,
    ) as batch:
        wait_for(lambda: at_work(worker, county), Path(os.devnull))
        worker.kill()
        said = [json.loads(line) for line in batch.stdout]
        assert batch.wait(120) == 0
    assert [e["state"] for e in said if e["event"] == "report"] == ["done"] * 6
    assert marks(county) > 6  # the one that was being made was made once more
    assert build(county, "near")[0] == 0
    assert tree(county / "far") == tree(county / "near")
    again = [e["kept"] for e in build(county, "far", "--scheduler", address)[1][1:-1]]
    assert again == [True] * 6


def at_work(worker, county):
    """Whether a notebook is being run in a process of this worker's."""
    family = {str(p.pid) for p in psutil.Process(worker.pid).children(recursive=True)}
    return bool(family & {p.name for p in (county / "marks").iterdir()})


@installed
@pytest.mark.parametrize("silent", [True, False])
def test_a_wrong_address_is_a_sentence_after_a_while(county, silent):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if silent:
            taken.listen()
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        begun = time.monotonic()
        code, said, complaints = build(county, "out", "--scheduler", address)
    assert (code, said) == (2, [])
    assert complaints.splitlines() == [
        f"{address}：连不上调度器：请看地址和端口对不对，dask scheduler 是否已启动"
    ]
    assert time.monotonic() - begun < 120  # an address is not tried for ever


@pytest.mark.parametrize("address", ["10.0.0.1:8786", "http://a:1", "tcp://a", "tcp://a:b"])
def test_an_address_that_is_none_is_refused_at_once(county, capsys, address):
    assert execute(command(county, "out", "--scheduler", address)) == 2
    assert "--scheduler 应写成 tcp://主机:端口" in capsys.readouterr().err


def test_jobs_and_scheduler_do_not_go_together(county, capsys):
    options = ["--scheduler", "tcp://127.0.0.1:1", "--jobs", "2"]
    assert execute(command(county, "out", *options)) == 2
    assert "--jobs 与 --scheduler 不能同时用" in capsys.readouterr().err


def test_without_the_extra_a_sentence_says_what_to_install(county, capsys, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert execute(command(county, "out", "--scheduler", "tcp://127.0.0.1:1")) == 2
    said = capsys.readouterr().err
    assert "先安装 Dask：在项目文件夹里运行" in said
    assert 'install -e ".[cluster]"' in said


def test_a_worker_that_is_not_fit_carries_nothing_out():
    order = Order(pickle.dumps(None), b"", RunLimits(), "", "order", "another build", "batch")
    assert work(order, "").produced is None
