"""The batch: only what changed is made, nothing done is lost, one bad report spoils no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path
from threading import Timer

import nbformat
import psutil
import pytest

from helpers.batch import manifest
from helpers.batch.supervise import Fleet
from helpers.cli import execute
from helpers.cli.build import build_all
from helpers.settings import RunLimits

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
sys.path.insert(0, str(ROOT / "benchmarks"))

from county import write_county  # noqa: E402
from kill import Trial  # noqa: E402


@pytest.fixture
def county(tmp_path):
    """Params files of four agencies in 2024."""
    write_county(tmp_path / "params", 4, range(2024, 2025))
    return tmp_path / "params"


def command(out, *sources, options=()):
    fast = ["--fonts", "packaged", "--formats", "html"]
    return ["build", *map(str, sources), "--out", str(out), *fast, *options]


def build(out, *sources, options=()):
    return execute(command(out, *sources, options=options))


def lines(capsys):
    """What --json printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def made(capsys):
    """The agencies whose reports were made, not kept."""
    return {e["agency"] for e in lines(capsys) if e["event"] == "report" and not e["kept"]}


def inodes(out):
    """Which files stand there: a file written anew is another."""
    return {p: p.stat().st_ino for p in out.rglob("report.*")}


def with_cells(tmp_path, *sources):
    """The master notebook with more cells at its end."""
    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells += [nbformat.v4.new_code_cell(s, id=f"x{n}") for n, s in enumerate(sources)]
    nbformat.write(notebook, tmp_path / "more.ipynb")
    return ["--notebook", str(tmp_path / "more.ipynb")]


def test_a_second_run_makes_nothing_again(county, tmp_path, capsys):
    out = tmp_path / "out"
    assert build(out, county) == 0
    before = inodes(out)
    capsys.readouterr()
    assert build(out, county, options=["--json"]) == 0
    assert made(capsys) == set()
    assert inodes(out) == before


def test_the_second_run_reads_no_source(county, tmp_path, monkeypatch):
    assert build(tmp_path / "out", county) == 0
    monkeypatch.setattr("helpers.cli.build.load", lambda _: pytest.fail("read"))
    assert build(tmp_path / "out", county) == 0


def test_touching_a_file_changes_nothing_changing_it_does(county, tmp_path, capsys):
    out = tmp_path / "out"
    assert build(out, county) == 0
    one, two, *_ = sorted(county.rglob("*.yaml"))
    os.utime(one, (1, 1))
    two.write_text(two.read_text(encoding="utf-8").replace("人民路", "文化路"), encoding="utf-8")
    capsys.readouterr()
    assert build(out, county, options=["--json"]) == 0
    assert made(capsys) == {two.stem}


@pytest.mark.parametrize("loss", ["deleted", "flipped"])
def test_a_file_that_is_lost_or_damaged_is_made_again(county, tmp_path, capsys, loss):
    out = tmp_path / "out"
    assert build(out, county) == 0
    page = sorted(out.rglob("report.html"))[1]
    good = page.read_bytes()
    page.unlink() if loss == "deleted" else page.write_bytes(good[:-2] + b"x\n")
    capsys.readouterr()
    assert build(out, county, options=["--json"]) == 0
    assert made(capsys) == {page.parent.name}
    assert page.read_bytes() == good


def test_a_changed_notebook_or_setting_makes_all_again(county, tmp_path, capsys):
    out = tmp_path / "out"
    everyone = {p.stem for p in county.rglob("*.yaml")}
    assert build(out, county) == 0
    capsys.readouterr()
    (tmp_path / "s.toml").write_text('[rules]\n"P-07" = "停用"\n', encoding="utf-8")
    assert build(out, county, options=["--json", "--settings", str(tmp_path / "s.toml")]) == 0
    assert made(capsys) == everyone
    assert build(out, county, options=["--json", *with_cells(tmp_path, "1")]) == 0
    assert made(capsys) == everyone


def test_a_changed_earlier_year_makes_its_agency_again(tmp_path, capsys):
    write_county(tmp_path / "params", 2, range(2023, 2025))
    now, then = tmp_path / "params" / "2024", tmp_path / "params" / "2023"
    options = ["--json", "--history", str(then)]
    assert build(tmp_path / "out", now, options=options) == 0
    first = min(then.iterdir())
    first.write_text(first.read_text("utf-8").replace("人民路", "文化路"), encoding="utf-8")
    capsys.readouterr()
    assert build(tmp_path / "out", now, options=options) == 0
    assert made(capsys) == {first.stem}


def test_force_makes_all_again(county, tmp_path, capsys):
    out = tmp_path / "out"
    assert build(out, county) == 0
    before = {p: p.read_bytes() for p in out.rglob("*.*")}
    capsys.readouterr()
    assert build(out, county, options=["--json", "--force"]) == 0
    assert len(made(capsys)) == 4
    assert {p: p.read_bytes() for p in out.rglob("*.*")} == before


def test_what_was_refused_is_still_refused_the_second_time(tmp_path, capsys):
    wrong = ROOT / "params" / "2020" / "平潭综合实验区.yaml"
    assert build(tmp_path / "out", wrong) == 1
    first = capsys.readouterr().out
    assert build(tmp_path / "out", wrong) == 1
    assert capsys.readouterr().out == first


def test_jobs_days_and_folders_change_no_byte(county, tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "deep" / "two"
    assert build(one, county, options=["--formats", "html,pdf", "--jobs", "1"]) == 0
    elsewhere = tmp_path / "elsewhere"
    county.rename(elsewhere)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert build(two, elsewhere, options=["--formats", "html,pdf", "--jobs", "3"]) == 0
    first = {p.relative_to(one): p.read_bytes() for p in one.rglob("*.*")}
    assert first == {p.relative_to(two): p.read_bytes() for p in two.rglob("*.*")}


def only_here(name, source):
    """A cell that does something in one agency's notebook only."""
    return f"if report.report.agency.name == {name!r}:\n    {source}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import time; time.sleep(600)", "有单元格超过 3 秒"),
        ("import signal; signal.pthread_sigmask(0, [14]); __import__('time').sleep(600)", "3 秒"),
        ("x = bytearray(3 * 10**9)", "MemoryError"),
        ("import os; os.abort()", "信号 6"),
        ("import os; os.kill(os.getpid(), 9)", "信号 9"),
    ],
)
def test_a_bad_notebook_is_stopped_and_the_rest_goes_on(
    county, tmp_path, capsys, monkeypatch, source, said
):
    if "sigmask" in source:  # nothing but the batch itself stops it
        monkeypatch.setattr("helpers.batch.supervise.GRACE", 2.0)
    bad = min(county.rglob("*.yaml")).stem
    settings = tmp_path / "s.toml"
    settings.write_text("[run]\nseconds = 3\nmemory_mb = 500\n", encoding="utf-8")
    options = ["--json", *with_cells(tmp_path, only_here(bad, source)), "--settings", str(settings)]
    assert build(tmp_path / "out", county, options=options) == 3
    ended = {e["agency"]: e for e in lines(capsys) if e["event"] == "report"}
    assert [name for name, e in ended.items() if e["state"] != "done"] == [bad]
    assert said in ended[bad]["message"]
    assert not (tmp_path / "out" / "2024" / bad).exists()
    assert not list((tmp_path / "out" / "2024").glob(".*"))


def test_where_there_is_no_fork_the_standard_engine_makes_the_same_bytes(
    tmp_path, capsys, monkeypatch
):
    assert build(tmp_path / "fast", CLEAN) == 0
    monkeypatch.setenv("NIANBAO_ENGINE", "standard")
    assert build(tmp_path / "slow", CLEAN) == 0
    assert "改用标准引擎" in capsys.readouterr().err
    fast = {p.relative_to(tmp_path / "fast"): p.read_bytes() for p in tmp_path.rglob("fast/**/*.*")}
    slow = {p.relative_to(tmp_path / "slow"): p.read_bytes() for p in tmp_path.rglob("slow/**/*.*")}
    assert fast == slow


def entry(name):
    """A report's entry as short as it can be."""
    about = dict.fromkeys(("format", "state", "source_sha256"), "")
    return {"agency": name, "year": 2024, "folder": name, "files": {}, **about}


def test_a_journal_cut_short_counts_up_to_its_last_whole_line(tmp_path):
    manifest.append_journal(tmp_path, {"entry": entry("甲")})
    with (tmp_path / manifest.JOURNAL).open("ab") as stream:
        stream.write('{"entry": {"agency": "乙'.encode())
    assert list(manifest.read_manifest(tmp_path).reports) == ["甲"]
    manifest.heal_journal(tmp_path)
    manifest.append_journal(tmp_path, {"entry": entry("丙")})
    assert list(manifest.read_manifest(tmp_path).reports) == ["甲", "丙"]


def start(out, *sources, options=()):
    """A batch in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "helpers.cli", *command(out, *sources, options=options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts():
    """A shell that runs the tests in the background has them and their children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(found, seconds=60):
    """Wait until something is found."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_says_what_is_done_and_goes_on_the_next_time(tmp_path, how):
    write_county(tmp_path / "params", 30, range(2024, 2025))
    out = tmp_path / "out"
    batch = start(out, tmp_path / "params")
    wait_for(lambda: len(list(out.glob("2024/*/report.html"))) > 3)
    batch.send_signal(how)
    said, _ = batch.communicate(timeout=60)
    assert batch.returncode == 130
    assert "已中断：还有" in said
    assert not list((out / "2024").glob(".*"))
    done = {e["agency"] for e in read(out)["reports"]}
    assert 0 < len(done) < 30
    assert build(out, tmp_path / "params") == 0
    assert len(read(out)["reports"]) == 30


def read(out):
    """The manifest of 2024."""
    return json.loads((out / "2024" / "manifest.json").read_text(encoding="utf-8"))


def test_ten_kills_at_random_moments_lose_nothing(tmp_path):
    """kill -9 of any process of the tree; then all reports stand, each once in the manifest."""
    trial = Trial(tmp_path, agencies=40, kills=10, seed=7, formats="html")
    trial.run()
    assert len(trial.killed) == 10
    assert trial.troubles == []


def test_a_warm_process_killed_while_it_is_asked_is_started_anew_as_warm(tmp_path):
    """It is stopped, so that it is killed just then."""
    forkserver._forkserver._stop()  # the one that earlier tests have started
    with Fleet(modules_there, 1, RunLimits(), ("tabnanny",)) as fleet:
        assert list(fleet.run([(1, None)])) == [(1, True)]
        fleet.close()  # its worker too, so that a new one is asked for
        server = psutil.Process(forkserver._forkserver._forkserver_pid)
        server.suspend()
        Timer(0.5, server.kill).start()
        assert list(fleet.run([(2, None)])) == [(2, True)]
    forkserver._forkserver._stop()


def modules_there(_limits):
    """Tells whether a module that nothing else imports was imported before the fork."""
    return lambda _: "tabnanny" in sys.modules


def contents(out):
    return {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_processes_end_with_the_batch_that_is_killed(tmp_path):
    options = with_cells(tmp_path, "import time; time.sleep(600)")
    batch = start(tmp_path / "out", CLEAN, options=options)
    wait_for(lambda: len(psutil.Process(batch.pid).children(recursive=True)) >= 3)
    tree = psutil.Process(batch.pid).children(recursive=True)
    batch.kill()
    batch.communicate(timeout=60)
    _, alive = psutil.wait_procs(tree, timeout=20)
    assert alive == []


def test_limits_that_are_no_numbers_are_told(tmp_path, capsys):
    settings = tmp_path / "s.toml"
    settings.write_text('[run]\nseconds = 0\nhours = 1\nmemory_mb = "x"\n', encoding="utf-8")
    assert build(tmp_path / "out", CLEAN, options=["--settings", str(settings)]) == 2
    said = capsys.readouterr().err
    assert "run.seconds" in said
    assert "run.hours" in said
    assert "run.memory_mb" in said


def test_a_python_caller_needs_no_main_thread(tmp_path):
    from threading import Thread

    codes = []
    options = {"formats": ("html",), "jobs": 1, "draft": False, "fonts": "packaged"}
    call = lambda: codes.append(  # noqa: E731
        build_all([str(CLEAN)], out=tmp_path, notebook=str(NOTEBOOK), **options)
    )
    thread = Thread(target=call)
    thread.start()
    thread.join()
    assert codes == [0]


def test_the_batch_writes_what_nbconverts_exporters_write(tmp_path):
    from helpers.exporters.html import NianbaoHTMLExporter
    from helpers.exporters.pdf import NianbaoPDFExporter
    from helpers.exporters.word import NianbaoDOCXExporter

    assert build(tmp_path, CLEAN, options=["--formats", "html,pdf,docx"]) == 0
    folder = tmp_path / "2023" / CLEAN.stem
    notebook = nbformat.read(folder / "report.ipynb", 4)
    beside = [("PDF 版", "report.pdf"), ("Word 版", "report.docx")]
    resources = {
        "metadata": {"name": "report", "path": str(folder)},
        "nianbao_downloads": [*beside, ("全部数据（CSV）", "figures.csv")],
    }
    page, _ = NianbaoHTMLExporter().from_notebook_node(notebook, resources)
    pdf, _ = NianbaoPDFExporter(fonts="packaged").from_notebook_node(notebook, resources)
    assert (folder / "report.html").read_text(encoding="utf-8") == page
    word, _ = NianbaoDOCXExporter().from_notebook_node(notebook, resources)
    assert (folder / "report.pdf").read_bytes() == pdf
    assert (folder / "report.docx").read_bytes() == word


def test_a_draft_beside_final_reports_leaves_the_year_as_it_is(tmp_path, capsys):
    assert build(tmp_path, CLEAN) == 0
    year = tmp_path / "2023"
    before = {p.name: p.read_bytes() for p in year.iterdir() if p.is_file()}

    assert build(tmp_path, CLEAN, options=["--draft"]) == 1
    assert "已有正式成品，草稿没有写" in capsys.readouterr().out
    after = {p.name: p.read_bytes() for p in year.iterdir() if p.is_file()}
    assert after["findings.csv"] == before["findings.csv"]
    assert after["figures.csv"] == before["figures.csv"]
    assert json.loads(after["manifest.json"])["reports"][0]["state"] == "done"


def test_a_report_whose_process_died_keeps_what_was_found_before(tmp_path):
    assert build(tmp_path, CLEAN) == 0
    found = (tmp_path / "2023" / "findings.csv").read_bytes()
    with_cells(tmp_path, "import os; os.kill(os.getpid(), 9)")
    deadly = tmp_path / "more.ipynb"

    assert build(tmp_path, CLEAN, options=["--notebook", str(deadly)]) == 3
    assert (tmp_path / "2023" / "findings.csv").read_bytes() == found
