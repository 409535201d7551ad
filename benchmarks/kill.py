"""kill -9 of any process of a batch, at random moments, and what stands afterwards.

    python benchmarks/kill.py [--agencies 200] [--kills 10] [--seed 1] [--jobs J] [--json]

A batch is run undisturbed. The same batch is run into another folder, and processes of its tree
are killed: the batch itself, the resource tracker, the warm process, those that make a report.
A batch that dies of it is started again. After each kill no folder may be half, and no report
that was entered may be made again; after the last one the batch is run once more and must come
to the undisturbed batch's bytes, with every report in the manifest once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from county import write_county

from helpers.batch.files import sha256
from helpers.batch.manifest import JOURNAL, read_manifest

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2024
KINDS = ("批处理", "资源跟踪进程", "预热进程", "生成报告的进程")


@dataclass
class Trial:
    """A batch that is killed again and again in ``folder``.

    ``killed`` tells of each kill how many reports stood and what was hit; ``troubles`` is what
    was not as it should be; ``again`` counts reports that stood but were not entered yet when
    the batch was killed, and were made again.
    """

    folder: Path
    agencies: int = 200
    kills: int = 10
    seed: int = 1
    jobs: int = 2
    formats: str = "html,pdf,docx"
    killed: list[tuple[int, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    runs: int = 0
    entered: dict[str, int] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)
    again: int = 0

    @property
    def year(self) -> Path:
        return self.folder / "out" / str(YEAR)

    def run(self) -> None:
        """The whole trial."""
        write_county(self.folder / "params", self.agencies, range(YEAR, YEAR + 1))
        clean = self.start("clean")
        if code := clean.wait():
            raise SystemExit(f"未受干扰的一批没有完成（退出码 {code}）：{self.said(clean)}")
        self.whole = hashes(self.folder / "clean")
        dice = random.Random(self.seed)
        moments = sorted(dice.randint(0, self.agencies) for _ in range(self.kills))
        batch = None
        while len(self.killed) < self.kills:
            batch = batch if batch and batch.poll() is None else self.start("out")
            self.kill(batch, moments[len(self.killed)], dice)
        code = batch.wait() if batch else 0
        self.look()
        if code not in (0, 3, -9):
            self.troubles.append(f"被杀的一批以 {code} 结束：{self.said(batch)}")
        self.finish()

    def start(self, out: str) -> subprocess.Popen[bytes]:
        """A batch in a process of its own; what it says goes to a file."""
        self.runs += out == "out"
        options = ["--formats", self.formats, "--fonts", "packaged", "--jobs", str(self.jobs)]
        command = ["build", str(self.folder / "params"), "--out", str(self.folder / out), *options]
        with (self.folder / f"{out}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "helpers.cli", *command], stdout=log, stderr=log, cwd=ROOT
            )

    def said(self, batch: subprocess.Popen[bytes] | None) -> str:
        name = "clean" if batch and "clean" in str(batch.args) else "out"
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-1500:]

    def kill(self, batch: subprocess.Popen[bytes], moment: int, dice: random.Random) -> None:
        """Kill a process of the tree, once so many reports stand and a little more."""
        while batch.poll() is None and len(folders(self.year)) < moment:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.8))
        tree = processes(batch)
        if not tree:
            self.look()
            return  # it came to its end first: the next one is killed
        kind = dice.choice(sorted(tree))
        victim = dice.choice(tree[kind])
        others = [one for same in tree.values() for one in same if one.pid != batch.pid]
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
            self.killed.append((len(folders(self.year)), kind))
        if victim.pid == batch.pid:
            batch.wait()
            _, alive = psutil.wait_procs(others, timeout=30)
            self.troubles += [f"批处理死后还在：{one.pid}" for one in alive]
            self.look()

    def look(self) -> None:
        """What stands is whole, and what was entered is the very file that was entered."""
        found = folders(self.year)
        for name in sorted(found):
            mine = {n: h for n, h in self.whole.items() if n.startswith(f"{YEAR}/{name}/")}
            here = hashes(self.year / name, self.folder / "out")
            if here != mine:
                self.troubles.append(f"{name} 不完整：{sorted(here)}")
        for name, inode in self.standing.items():
            self.again += name not in self.entered and found.get(name, inode) != inode
        for name, inode in self.entered.items():
            if found.get(name) != inode:
                self.troubles.append(f"{name} 已经记过，又做了一次或不见了")
        reports = read_manifest(self.year).reports.values()
        done = {entry["folder"] for entry in reports if entry["state"] == "done"}
        self.standing = found
        self.entered |= {name: found[name] for name in done & set(found)}
        self.troubles += [f"{name} 记了而没有" for name in done - set(found)]

    def finish(self) -> None:
        """Once more, undisturbed; then everything is compared."""
        last = self.start("out")
        if code := last.wait():
            self.troubles.append(f"最后一次没有完成（退出码 {code}）：{self.said(last)}")
        self.look()
        listed = json.loads((self.year / "manifest.json").read_text(encoding="utf-8"))["reports"]
        times = Counter(entry["agency"] for entry in listed)
        if len(times) != self.agencies or set(times.values()) != {1}:
            self.troubles.append(f"清单里有 {len(listed)} 份、{len(times)} 家")
        self.troubles += [f"{e['agency']}：{e['state']}" for e in listed if e["state"] != "done"]
        if (self.year / JOURNAL).exists():
            self.troubles.append("进度记录还在")
        mine = hashes(self.folder / "out")
        differing = sorted(n for n in {*mine, *self.whole} if mine.get(n) != self.whole.get(n))
        self.troubles += [f"{name} 与未受干扰的不同" for name in differing]

    def verify(self) -> str:
        """What nianbao verify says."""
        done = subprocess.run(
            [sys.executable, "-m", "helpers.cli", "verify", str(self.folder / "out")],
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=ROOT,
        )
        if done.returncode:
            self.troubles.append(done.stdout + done.stderr)
        return done.stdout.strip()


def processes(batch: subprocess.Popen[bytes]) -> dict[str, list[psutil.Process]]:
    """The processes of a batch's tree by what they are; none once it has ended."""
    found: dict[str, list[psutil.Process]] = {}
    try:
        root = psutil.Process(batch.pid)
        for one in [root, *root.children(recursive=True)]:
            found.setdefault(kind_of(one, root), []).append(one)
    except psutil.NoSuchProcess:
        return found if batch.poll() is None else {}
    return found if batch.poll() is None else {}


def kind_of(process: psutil.Process, root: psutil.Process) -> str:
    if process.pid == root.pid:
        return KINDS[0]
    if "resource_tracker" in " ".join(process.cmdline()):
        return KINDS[1]
    return KINDS[2] if process.ppid() == root.pid else KINDS[3]


def folders(year: Path) -> dict[str, int]:
    """The reports that stand, each with the number of its folder on the disk."""
    if not year.is_dir():
        return {}
    found = {}
    for one in year.iterdir():
        if not one.name.startswith(".") and one.is_dir():
            with contextlib.suppress(FileNotFoundError):
                found[one.name] = one.stat().st_ino
    return found


def hashes(folder: Path, root: Path | None = None) -> Mapping[str, str]:
    """Every file with its sha256, hidden ones too."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(root or folder).as_posix(): sha256(file) for file in files}


def main() -> int:
    """Do it and tell; 1 where anything was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=psutil.cpu_count() or 1)
    parser.add_argument("--formats", default="html,pdf,docx")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        options = (given.agencies, given.kills, given.seed, given.jobs, given.formats)
        trial = Trial(Path(folder), *options)
        trial.run()
        verdict = trial.verify()
    hit = Counter(kind for _, kind in trial.killed)
    if given.json:
        facts = {"killed": trial.killed, "runs": trial.runs, "again": trial.again}
        print(json.dumps({**facts, "troubles": trial.troubles}, ensure_ascii=False))
        return bool(trial.troubles)
    for number, (stood, kind) in enumerate(trial.killed, 1):
        print(f"第 {number} 次：已有 {stood} 份时杀了{kind}")
    print(f"共杀 {len(trial.killed)} 次：{'、'.join(f'{k} {n} 次' for k, n in hit.items())}")
    print(f"启动 {trial.runs} 次；发布了还没有记就被杀、因而重做的 {trial.again} 份")
    print(f"verify：{verdict}")
    for trouble in trial.troubles:
        print(f"✗ {trouble}")
    same = "每份在清单里恰有一次；与未受干扰的一批逐字节相同；记过的没有一份重做"
    print("有不符" if trial.troubles else f"{given.agencies} 份：{same}")
    return bool(trial.troubles)


if __name__ == "__main__":
    sys.exit(main())
