"""Benchmarks: how fast a county's reports are made, files are read and reports are checked.

    python benchmarks/run.py --agencies N [--jobs J] [--formats html,pdf] [--rounds R] [--growth]
                              [--json]
    python benchmarks/run.py reading checking

With --agencies, four ways are measured in one run on the same notebook and inputs, each an
executed notebook, HTML and PDF for every agency:

plain   the commands a user would type for each agency, one after the other (a few, scaled up)
script  papermill's API with its standard engine and the exporters' API in a process pool
this    nianbao build
floor   the same cells in warm processes without isolation, and the same exporters
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread

import psutil
from county import write_county

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
WAYS = ("plain", "script", "this", "floor")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="reading, checking: one core, no batch")
    parser.add_argument("--agencies", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=psutil.cpu_count())
    parser.add_argument("--formats", default="html,pdf")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--plain", type=int, default=2, help="agencies that plain is measured on")
    parser.add_argument("--script", type=int, default=24, help="the same for script")
    parser.add_argument("--rounds", type=int, default=1, help="times over; medians are told")
    parser.add_argument("--growth", action="store_true", help="this at 100 and 2000 agencies too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.agencies:
        import single

        single.main(given.names)
        return
    with tempfile.TemporaryDirectory() as folder:
        batch(given, Path(folder))


@dataclass
class Measured:
    """Wall seconds, processor seconds of the tree and its peak memory (PSS, MB)."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    cpu_of: dict[int, float] = field(default_factory=dict)


def batch(given: argparse.Namespace, folder: Path) -> None:
    """Measure the ways side by side and print them."""
    files = sorted(write_county(folder / "params", given.agencies, range(2024, 2025)))
    ways = given.ways.split(",")
    measured: list[dict[str, float]] = []
    for number in range(given.rounds):
        measured.append({})
        for way in ways:
            measured[-1] |= one_way(way, files, folder / f"{way}{number}", given)
    found = {name: median(one[name] for one in measured) for name in measured[0]}
    times = f"，{given.rounds} 轮的中位数" if given.rounds > 1 else ""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    lines = [f"{python}，{given.jobs} 个进程{times}", *(told(way, found) for way in ways)]
    if given.growth:
        lines += growth(given, folder, found)
    lines += ratios(found)
    print(json.dumps(found) if given.json else "\n".join(lines))


def one_way(
    way: str, files: Sequence[Path], folder: Path, given: argparse.Namespace
) -> dict[str, float]:
    """Measure a way once, on as many agencies as are asked for it."""
    some = files[: {"plain": given.plain, "script": given.script}.get(way, len(files))]
    measured = WAY[way](some, folder, given)
    found = {
        f"{way}_s": measured.wall / len(some),
        f"{way}_cpu_s": measured.cpu / len(some),
        f"{way}_n": float(len(some)),
        f"{way}_mb": measured.peak,
    }
    if way == "this":
        found["peak_mb"] = measured.peak
        found["again_s"] = this(some, folder, given).wall / len(some)
    print(told(way, found), file=sys.stderr, flush=True)
    shutil.rmtree(folder)
    return found


def told(way: str, found: dict[str, float]) -> str:
    """How a way did, in a line."""
    return (
        f"{way:7} {found[f'{way}_s']:8.3f} 秒/家（处理器 {found[f'{way}_cpu_s']:.3f} 秒），"
        f"测 {found[f'{way}_n']:.0f} 家，内存最高 {found[f'{way}_mb']:.0f} MB"
    )


def ratios(found: dict[str, float]) -> list[str]:
    """How the ways compare."""
    this = found.get("this_s", 0)
    lines = [
        f"{way} / this = {found[f'{way}_s'] / this:.1f} 倍"
        for way in ("plain", "script")
        if this and f"{way}_s" in found
    ]
    if this and "floor_s" in found:
        lines.append(f"this / floor = {this / found['floor_s']:.2f} 倍")
        cpu = found["this_cpu_s"] / found["floor_cpu_s"]
        lines.append(f"this / floor = {cpu:.2f} 倍（处理器时间）")
    if this:
        lines.append(f"不变时再运行 {found['again_s'] / this:.1%}")
    return lines


def growth(given: argparse.Namespace, folder: Path, found: dict[str, float]) -> Iterator[str]:
    """The time for an agency and the peak memory at 100 and at 2,000 agencies."""
    for count in (100, 2000):
        files = write_county(folder / f"params{count}", count, range(2024, 2025))
        measured = this(files, folder / f"out{count}", given)
        again = this(files, folder / f"out{count}", given)
        found[f"this_{count}_s"] = measured.wall / count
        found[f"peak_{count}_mb"] = measured.peak
        found[f"again_{count}_s"] = again.wall / count
        yield (
            f"{count} 家：{measured.wall / count:.3f} 秒/家"
            f"（处理器 {measured.cpu / count:.3f} 秒），"
            f"内存最高 {measured.peak:.0f} MB，再运行 {again.wall / measured.wall:.1%}"
        )


def plain(files: Sequence[Path], out: Path, given: argparse.Namespace) -> Measured:
    """Type the commands."""
    out.mkdir()
    binaries = Path(sys.executable).parent
    commands = []
    for file in files:
        book = out / f"{file.stem}.ipynb"
        commands.append([binaries / "papermill", NOTEBOOK, book, "-f", file])
        commands += [
            [binaries / "jupyter", "nbconvert", "--to", f"nianbao_{kind}", book]
            for kind in given.formats.split(",")
        ]
    return follow([list(map(str, command)) for command in commands])


def script(files: Sequence[Path], out: Path, given: argparse.Namespace) -> Measured:
    """Run the script of somebody who has the same libraries."""
    return by_pool("script", files, out, given)


def floor(files: Sequence[Path], out: Path, given: argparse.Namespace) -> Measured:
    """Run the cells without isolation."""
    return by_pool("floor", files, out, given)


def by_pool(name: str, files: Sequence[Path], out: Path, given: argparse.Namespace) -> Measured:
    """Run a pool in a process of its own."""
    out.mkdir()
    listed = out / "files.txt"
    listed.write_text("\n".join(map(str, files)), encoding="utf-8")
    program = [sys.executable, str(HERE / "pools.py"), name, str(listed)]
    return follow([[*program, str(out), str(given.jobs), given.formats]])


def this(files: Sequence[Path], out: Path, given: argparse.Namespace) -> Measured:
    """Run nianbao build."""
    command = [sys.executable, "-m", "helpers.cli", "build", str(files[0].parent), "--out"]
    options = ["--formats", given.formats, "--jobs", str(given.jobs), "--fonts", "packaged"]
    return follow([[*command, str(out), *options]])


WAY = {"plain": plain, "script": script, "this": this, "floor": floor}


def follow(commands: Sequence[Sequence[str]]) -> Measured:
    """Run commands one after the other and watch the tree of processes."""
    measured = Measured()
    for command in commands:
        before = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
            with watched(process.pid, measured):
                code = process.wait()
            measured.wall += time.perf_counter() - before
            if code:
                said.seek(0)
                raise SystemExit(said.read().decode())
        measured.cpu += sum(measured.cpu_of.values())
        measured.cpu_of.clear()
    return measured


@contextmanager
def watched(pid: int, measured: Measured) -> Iterator[None]:
    """Note memory and processor time of the tree a few times a second."""
    over = Event()

    def watch() -> None:
        while not over.wait(0.3):
            look(pid, measured)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def look(pid: int, measured: Measured) -> None:
    """One look at the tree: PSS shares out what processes have in common.

    A process counts its own time and that of children it has waited for.
    """
    memory = 0.0
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return
    for process in tree:
        try:
            memory += process.memory_full_info().pss / 1e6
            times = process.cpu_times()
            lasting = process.pid == pid or process.ppid() == pid
        except (psutil.Error, OSError):
            continue
        if lasting:
            spent = times.user + times.system + times.children_user + times.children_system
            measured.cpu_of[process.pid] = spent
    measured.peak = max(measured.peak, memory)


if __name__ == "__main__":
    main()
