"""The engine: what papermill's standard engine gives, and nothing of one run in the next."""

from __future__ import annotations

import copy
import json
import logging
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from helpers.batch.execute import parameters
from helpers.batch.parameters_cell import register_translator
from helpers.engine import warm
from helpers.params import read_params

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
TIMES = ("start_time", "end_time", "duration")

TWO = """
class Two:
    def _repr_mimebundle_(self, **_):
        return {'text/plain': 't', 'application/x+json': {'c': (1, 2)}}, {'x': 1}
Two()"""
ODD = """
class Odd:
    def _repr_mimebundle_(self, **_):
        return {'text/plain': 't', 'a/b': {'c': 1}}
Odd()"""

KINDS = {
    "what the parser warns of": [
        "import warnings\nwarnings.simplefilter('always')",
        "x = '\\d'\nprint(x)",
        "x.count('\\d')",
        "warnings.simplefilter('error')",
        "x = '\\w'\nprint(x)",
    ],
    "calls of methods in a single line": [
        "'a b'.split()",
        "'a'.join (['b', 'c'])",
        "import os\nos.path.join('a', 'b');",
        "os.path.join('a', 'b');",
        "os.path.join?",
        "os.path.join('a', 'b')?",
        "%time os.path.join('a')",
    ],
    "names of magics and copied prompts": ["pwd", "In [1]: y = 5", "y", ">>> 1 + 1", "x = 1\nx"],
    "values": ["a = 1\na", "a += 1; a;", "None", "_"],
    "rich display": [
        "from IPython.display import HTML, Image, JSON, Markdown, display",
        "display(HTML('<b>粗</b>'), Markdown('*x*')); JSON({'a': [1, 2]})",
        TWO,
        "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 20, format='png')",
        "display({'text/plain': 'raw'}, raw=True)",
    ],
    "streams": [
        "import sys\nprint('一'); print('two', end='')\nprint('err', file=sys.stderr)",
        "print('before'); display('between'); print('after')",
        "sys.stdout.write('x')",
        "import warnings; warnings.warn('careful')",
    ],
    "a bundle that is none": [ODD],
    "from outside": ["!echo shell", "%%bash\necho cell", "import os; os.system('echo fd'); None"],
    "display updates": [
        "handle = display('one', display_id='d')",
        "handle.update('two')",
        "from IPython.display import clear_output\nprint('gone'); clear_output(); print('left')",
        "print('gone'); clear_output(wait=True); print('left')",
        "display('three', display_id='d')",
    ],
    "magics": [
        "%%capture caught\nprint('kept')",
        "caught.stdout",
        "x = %who_ls\n'caught' in x",
        "%precision 2",
        "%env NIANBAO_TEST=1",
        "?len",
    ],
    "history": ["1 + 1", "In[1], Out[1], _, __", "%history"],
    "await": [
        "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
        "asyncio.get_event_loop() and 1",
    ],
    "pandas and plots": [
        "import pandas as pd; pd.DataFrame({'列': [1, 2]})",
        "import matplotlib; matplotlib.get_backend()",
    ],
    "errors that are allowed": [("1 / 0", ["raises-exception"]), "'goes on'"],
    "input is refused": [("input('?')", ["raises-exception"]), ("import getpass", [])],
    "syntax errors": [("a b", ["raises-exception"]), ("%nothing", ["raises-exception"])],
    "an error in showing": [
        (
            "class Bad:\n    def __repr__(self): raise ValueError('no')\nBad()",
            ["raises-exception"],
        )
    ],
    "cells that are not run": [("1 / 0", ["skip-execution"]), "", "  "],
    "an error that stops": ["def f():\n    return 1 / 0", "f()", "'not reached'"],
    "leaving": ["import sys\nprint('bye'); sys.exit(0)"],
}


def book(cells):
    """A notebook as papermill's users write them."""
    made = [new_markdown_cell("# 标题")]
    for number, cell in enumerate(cells):
        source, tags = cell if isinstance(cell, tuple) else (cell, [])
        made.append(new_code_cell(source, id=f"c{number}", metadata={"tags": tags, "own": 1}))
    return new_notebook(cells=made, metadata=copy.deepcopy(SPEC))


def run(notebook, engine, tmp_path, **options):
    """What papermill leaves in the file, and what it raised."""
    out = tmp_path / f"{engine}.ipynb"
    error = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            papermill.execute_notebook(
                copy.deepcopy(notebook), str(out), engine_name=engine, progress_bar=False, **options
            )
        except Exception as raised:  # noqa: BLE001  # whatever it is, both must raise it
            error = raised
    return nbformat.read(out, 4), error


def plain(notebook):
    """A notebook without what differs between any two runs: times, process ids, random ids."""
    notebook = copy.deepcopy(notebook)
    for holder in (notebook, *notebook.cells):
        told = holder.metadata.get("papermill", {})
        for time in TIMES:
            told[time] = told.get(time) is not None
        told.pop("output_path", None)
        told.pop("input_path", None)
        if "execution" in holder.metadata:
            holder.metadata["execution"] = sorted(holder.metadata["execution"])
    for cell in notebook.cells:
        if set(cell.metadata.get("tags", [])) & {"papermill-error-cell-tag", "injected-parameters"}:
            cell.id = "x"
        for output in cell.get("outputs", []):
            for key in ("text", "traceback"):
                if key in output:
                    text = "\n".join(output[key]) if key == "traceback" else output[key]
                    output[key] = re.sub(r"/ipykernel_\d+/", "/", text)
    return notebook


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_comes_out_as_from_the_standard_engine(kind, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel does not follow descriptors under it
    notebook = book(KINDS[kind])
    expected, expected_error = run(notebook, None, tmp_path)
    found, error = run(notebook, "nianbao", tmp_path)
    assert plain(found) == plain(expected)
    assert type(error) is type(expected_error)
    assert str(error) == str(expected_error)


@pytest.mark.parametrize("file", ["2021/市中区工业和信息化局", "2023/宿迁市人民政府"])
def test_our_notebook_comes_out_as_from_the_standard_engine(file, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    register_translator()
    report = read_params(ROOT / "params" / f"{file}.yaml")
    given = parameters(report, draft=False, earlier=(), settings={})
    notebook = nbformat.read(NOTEBOOK, 4)
    expected, none = run(notebook, None, tmp_path, parameters=given)
    found, also_none = run(notebook, "nianbao", tmp_path, parameters=given)
    assert plain(found) == plain(expected)
    assert none is also_none is None


def test_the_engine_is_found_by_its_name_on_papermills_command_line(tmp_path):
    from click.testing import CliRunner
    from papermill.cli import papermill as command

    nbformat.write(book(["print(6 * 7)"]), tmp_path / "in.ipynb")
    arguments = [str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), "--engine", "nianbao"]
    done = CliRunner().invoke(command, [*arguments, "--no-progress-bar"])
    assert done.exit_code == 0, done.output
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[1].outputs[0].text == "42\n"


POLLUTE = """
import builtins, json, os, random, string, sys
os.chdir('/'); os.environ['POLLUTED'] = '1'; random.seed(1)
string.digits = 'polluted'; builtins.polluted = 1; json.dumps = None; sys.path.append('polluted')
left = open('/dev/null'); state = random.getstate()
get_ipython().Completer.polluted = 1; sys.setrecursionlimit(5000)
"""
LOOK = """
import builtins, json, os, random, string, sys
(os.getcwd() == '/', 'POLLUTED' in os.environ, string.digits, hasattr(builtins, 'polluted'),
 json.dumps is None, 'polluted' in sys.path, 'left' in dir(), len(In), sys.getrecursionlimit(),
 hasattr(get_ipython().Completer, 'polluted'))
"""


def test_nothing_that_one_run_does_is_seen_by_the_next(tmp_path):
    before, _ = run(book([LOOK]), "nianbao", tmp_path)
    run(book([POLLUTE]), "nianbao", tmp_path)
    after, _ = run(book([LOOK]), "nianbao", tmp_path)
    assert after.cells[1].outputs[0].data == before.cells[1].outputs[0].data
    assert "polluted" not in after.cells[1].outputs[0].data["text/plain"]


def test_two_runs_do_not_draw_the_same_random_numbers(tmp_path):
    draw = book(["import random, numpy; [random.random(), float(numpy.random.rand())]"])
    one, two = (run(draw, "nianbao", tmp_path)[0].cells[1].outputs[0].data for _ in "ab")
    assert one != two


def test_a_run_is_where_its_caller_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_HERE", "here")
    look = "import os; os.getcwd(), os.environ['NIANBAO_HERE']"
    found, _ = run(book([look]), "nianbao", tmp_path)
    assert found.cells[1].outputs[0].data["text/plain"] == f"('{tmp_path}', 'here')"


def test_a_cell_over_its_time_is_stopped_and_the_notebook_saved(tmp_path):
    notebook = book(["print('first')", "import time\nwhile True: time.sleep(0.1)"])
    found, error = run(notebook, "nianbao", tmp_path, execution_timeout=1)
    assert isinstance(error, CellTimeoutError)
    assert found.cells[1].outputs[0].text == "first\n"


def test_a_cell_that_takes_no_notice_of_the_time_is_stopped_too(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.engine.apart.GRACE", 1.0)
    deaf = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
    _, error = run(book([deaf + "time.sleep(60)"]), "nianbao", tmp_path, execution_timeout=1)
    assert isinstance(error, CellTimeoutError)


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_cell_that_kills_the_process_is_told_as_a_dead_kernel(tmp_path, end):
    found, error = run(book(["print('first')", f"import os; {end}"]), "nianbao", tmp_path)
    assert isinstance(error, DeadKernelError)
    assert found.cells[1].outputs[0].text == "first\n"
    again, none = run(book(["'next'"]), "nianbao", tmp_path)
    assert none is None
    assert again.cells[1].outputs


def test_after_quit_no_cell_is_run(tmp_path):
    found, error = run(book(["print(1)\nquit()", "print(2)"]), "nianbao", tmp_path)
    assert isinstance(error, DeadKernelError)
    assert not found.cells[2].outputs


def test_where_forking_is_no_option_the_standard_engine_works_and_says_so(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv(warm.STANDARD, "standard")
    with caplog.at_level(logging.WARNING, logger="papermill"):
        found, error = run(book(["1 / 0"]), "nianbao", tmp_path)
    assert "改用标准引擎运行" in caplog.text
    assert isinstance(error, PapermillExecutionError)
    assert found.cells[-1].outputs[0].ename == "ZeroDivisionError"


def test_a_notebook_in_another_language_is_left_to_the_standard_engine():
    assert "R" in warm.obstacle("R")
    assert warm.obstacle("python") == ""


def test_a_system_without_fork_is_an_obstacle(monkeypatch):
    monkeypatch.setattr("helpers.engine.warm.get_all_start_methods", lambda: ["spawn"])
    assert "没有 fork" in warm.obstacle()


def test_the_process_that_is_forked_has_one_thread(tmp_path):
    """The parent of a run is the warm process."""
    look = "import os; len(os.listdir(f'/proc/{os.getppid()}/task'))"
    found, _ = run(book(["import pandas, numpy, matplotlib", look]), "nianbao", tmp_path)
    assert found.cells[2].outputs[0].data["text/plain"] == "1"


def test_signals_are_as_they_were_after_a_run(tmp_path):
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)
    run(book(["1"]), "nianbao", tmp_path, execution_timeout=5)
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)) == before


REHEARSED = """
import builtins, gc, getpass, json, os, sys, threading

import nbformat
from helpers.engine.rehearsal import rehearse

CELLS = ["import os", "print(input)", "os.environ['SPOILT'] = '1'", "1 + 1", "os.system('echo x')"]
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])

def state():
    fixed = [sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, builtins.input]
    fixed += [getpass.getpass, sys.modules["__main__"]]
    files = {n: os.readlink(f"/proc/self/fd/{n}") for n in (0, 1, 2)}
    return [*map(id, fixed), files, dict(os.environ), os.getcwd(), list(sys.path)]

os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
outputs = []

def run():
    from helpers.engine import client
    from types import SimpleNamespace

    quiet = lambda *_, **__: None
    manager = SimpleNamespace(nb=book, cell_start=quiet, cell_exception=quiet,
                              cell_complete=quiet, autosave_cell=quiet)
    client.execute(manager)
    outputs.append([cell.outputs for cell in book.cells])

before = state()
rehearse(run)
gc.collect()
n_files = len(os.listdir("/proc/self/fd"))
for _ in range(3):
    rehearse(run)
gc.collect()
after = state()
waiting = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
           if os.path.exists(f"/proc/self/fd/{n}")]
print("还能说话")
print(json.dumps({
    "same": before == after,
    "files": len(os.listdir("/proc/self/fd")) - n_files,
    "polls": [name for name in waiting if "eventpoll" in name],
    "threads": threading.active_count(),
    "ran": outputs[-1][3][0]["data"]["text/plain"],
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="看 /proc 里打开的文件")
def test_a_rehearsal_in_the_warm_process_leaves_no_trace():
    done = subprocess.run([sys.executable, "-c", REHEARSED], capture_output=True, check=True)
    said, state = done.stdout.decode().splitlines()[-2:]
    assert said == "还能说话"
    assert json.loads(state) == {"same": True, "files": 0, "polls": [], "threads": 1, "ran": "2"}
