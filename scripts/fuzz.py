#!/usr/bin/env python3
"""Fuzzing of everything that reads: reports of every kind, params, prose, registers, settings.

    python scripts/fuzz.py --minutes 60 [--only params prose] [--state build/fuzz]

Two ways take turns on each target: Hypothesis makes inputs from sound ones and shrinks what it
finds, atheris (where it is installed) follows the lines of the package that an input reaches.
Every input must end in a result or in the project's own error, within 10 seconds of processor
time and 1 GB of memory; what does not is printed and written to STATE/failures.

What was done is kept in STATE, so that a run that is stopped goes on where it was: ``--minutes``
counts the clean minutes of all runs together, and ``--again params`` forgets those of a target
that has been mended. Exit code 1 where anything broke.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from fuzz_inputs import KINDS, LENGTHS, PIECES, TIMES, Edit, edited
from fuzz_targets import ROOT, Target, put, targets
from fuzz_watch import Watch

WAYS = ("hypothesis", "guided") if find_spec("atheris") else ("hypothesis",)
_SLICE = 60.0  # seconds that a target has in one way before its next turn
_GUIDED = 2  # slices that atheris has at once: it takes a while to begin


@dataclass
class Record:
    """What was done to a target in one way; seconds and inputs count where nothing broke."""

    seconds: float = 0.0
    inputs: int = 0
    longest: float = 0.0
    largest: int = 0
    held: int = 0
    broke: int = 0

    def add(self, other: Record) -> None:
        """Count another slice in."""
        self.seconds += 0 if other.broke else other.seconds
        self.inputs += other.inputs
        self.longest = round(max(self.longest, other.longest), 2)
        self.largest = max(self.largest, other.largest)
        self.held += other.held
        self.broke += other.broke


class State:
    """The records by way and target, kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "state.json"
        known = json.loads(self._file.read_text("utf-8")) if self._file.is_file() else {}
        self.records = {key: Record(**values) for key, values in known.items()}

    def add(self, way: str, name: str, record: Record) -> None:
        """Count a slice in and keep it."""
        self.records.setdefault(f"{way} {name}", Record()).add(record)
        self.keep()

    def keep(self) -> None:
        """Write everything down."""
        data = {key: asdict(record) for key, record in self.records.items()}
        text = json.dumps(data, ensure_ascii=False, indent=1)
        put(self.folder, "state.json", text.encode())

    def forget(self, names: Iterable[str]) -> None:
        """Forget what was done to some targets."""
        gone = {f"{way} {name}" for way, name in product(("hypothesis", "guided", "large"), names)}
        self.records = {key: r for key, r in self.records.items() if key not in gone}
        self.keep()

    def minutes(self) -> float:
        """The clean minutes of all targets together."""
        return sum(record.seconds for record in self.records.values()) / 60

    def fail(self, name: str, content: bytes, fault: str) -> None:
        """Tell of an input that broke and keep it."""
        name_ = re.sub(r"\W+", "-", name)
        file = put(self.folder / "failures", f"{name_}-{sha256(content).hexdigest()[:12]}", content)
        _say(f"{name}: {fault}\n  {file}")

    def table(self) -> Iterator[str]:
        """A line for each target."""
        for key, r in sorted(self.records.items()):
            most = f"{r.longest:.1f} s, {r.largest} MB at most" if r.longest else ""
            held = f", {r.held} held by the limits" if r.held else ""
            yield f"{key}: {r.inputs} inputs in {r.seconds:.0f} s, {r.broke} broke{held} {most}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# --- Hypothesis -------------------------------------------------------------------------------


def by_hypothesis(target: Target, seconds: float, first: int) -> tuple[Record, bytes, str]:
    """Inputs that Hypothesis makes, until the time is over or one breaks, shrunk."""
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    piece = st.sampled_from(PIECES) | st.binary(max_size=8) | st.text(max_size=4).map(_encoded)
    edit = st.builds(
        Edit,
        st.sampled_from(KINDS),
        st.floats(0, 1),
        st.sampled_from(LENGTHS),
        piece,
        st.sampled_from(TIMES),
        st.integers(0, 30),
    )
    inputs = st.builds(edited, st.sampled_from(target.seeds), st.lists(edit, max_size=16))
    watch, begun = Watch(target.read), time.monotonic()
    broke: list[tuple[bytes, str]] = []

    def holds(content: bytes) -> None:
        if time.monotonic() - begun > seconds + (60 if broke else 0):
            return
        ended = watch.attempt(content)
        if ended.fault:
            broke.append((content, ended.fault))
            raise AssertionError(ended.fault)

    quiet = settings(
        max_examples=200, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    number = first
    while time.monotonic() - begun < seconds and not broke:
        try:
            seed(number)(quiet(given(inputs)(holds)))()
        except BaseException as error:  # also what Hypothesis makes of several
            if not broke:
                raise
            del error
        number += 1
    watch.close()
    done = Record(time.monotonic() - begun, watch.tried, *watch.most, broke=len(broke) and 1)
    return done, *(broke[-1] if broke else (b"", ""))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


# --- atheris ----------------------------------------------------------------------------------


def by_coverage(name: str, target: Target, seconds: float, state: State) -> tuple[Record, ...]:
    """Inputs that atheris makes; what it finds is tried again under the limits."""
    corpus = state.folder / "corpus" / name.replace(" ", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    done, end = Record(), time.monotonic() + seconds
    with TemporaryDirectory(prefix="nianbao-") as found:
        while (left := end - time.monotonic()) > 5 and not done.broke:
            begun = time.monotonic()
            said = _atheris(name, target, corpus, Path(found), left)
            runs = re.search(r"stat::number_of_executed_units: (\d+)", said)
            most = re.search(r"stat::peak_rss_mb: +(\d+)", said)
            done.inputs += int(runs[1]) if runs else 0
            done.largest = max(done.largest, int(most[1]) if most else 0)
            took = re.search(r"Done \d+ runs in (\d+) second", said)  # without its beginning
            done.seconds += int(took[1]) if took else time.monotonic() - begun
            if not runs:
                _say(said[-3000:])
                done.broke += 1
            for file in sorted(Path(found).iterdir()):
                _again(name, target, file.read_bytes(), done, state)
                file.unlink()
    return (done,)


def _again(name: str, target: Target, content: bytes, done: Record, state: State) -> None:
    watch = Watch(target.read)
    ended = watch.attempt(content)
    watch.close()
    if ended.fault:
        done.broke += 1
        state.fail(name, content, ended.fault)
    else:
        put(state.folder / "held", f"{name}-{sha256(content).hexdigest()[:12]}", content)
        done.held += 1


def _atheris(name: str, target: Target, corpus: Path, found: Path, seconds: float) -> str:
    options = [
        f"-max_total_time={max(1, int(seconds))}",
        "-timeout=30",  # by the clock; under the limits it is tried again
        "-rss_limit_mb=1000",
        f"-max_len={max(20_000, *(4 * len(seed) for seed in target.seeds))}",
        "-print_final_stats=1",
        "-verbosity=0",
        f"-artifact_prefix={found}/",
    ]
    with TemporaryDirectory(prefix="nianbao-") as folder:
        program = str(ROOT / "scripts" / "fuzz_guided.py")
        done = subprocess.run(
            [sys.executable, program, name, folder, *options, str(corpus)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            check=False,
        )
    return done.stderr.decode("utf-8", "replace")


# --- large ------------------------------------------------------------------------------------


def made_apart(make: Callable[[], bytes]) -> bytes:
    """An input made in a process of its own, whose memory is not that of reading it."""
    with TemporaryFile() as file:
        child = os.fork()
        if child == 0:
            try:
                file.write(make())
                file.flush()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        file.seek(0)
        return file.read()


def by_size(only: list[str], state: State, most: int | None = None) -> int:
    """Inputs of up to 50 MB, each once; how many broke. ``most`` is how many of each target."""
    from fuzz_large import large

    broken = 0
    with TemporaryDirectory(prefix="nianbao-") as folder:
        for name, target in targets(Path(folder)).items():
            for what, make in islice(large(name), most) if not only or name in only else ():
                content, watch = made_apart(make), Watch(target.read)
                ended = watch.attempt(content)
                watch.close()
                size = f"{len(content) / 1_000_000:.1f} MB"
                _say(f"{name}, {what} ({size}): {ended.seconds:.1f} s, {ended.megabytes} MB")
                done = Record(0, 1, ended.seconds, ended.megabytes, broke=int(bool(ended.fault)))
                state.add("large", name, done)
                if ended.fault:
                    broken += 1
                    state.fail(f"{name} {what}", content, ended.fault)
    return broken


# --- both -------------------------------------------------------------------------------------


def fuzz(minutes: float, only: list[str], state: State, slice_: float = _SLICE) -> int:
    """Fuzz until there are so many clean minutes; how many slices broke."""
    broken = 0
    with TemporaryDirectory(prefix="nianbao-") as folder:
        known = targets(Path(folder))
        for way, name in _turns(known, only, state):
            left = minutes * 60 - state.minutes() * 60
            if left < 1:
                break
            seconds = min(slice_ * (_GUIDED if way == "guided" else 1), max(left, 6))
            if way == "guided":
                (done,) = by_coverage(name, known[name], seconds, state)
            else:
                first = state.records.get(f"{way} {name}", Record()).inputs
                done, content, fault = by_hypothesis(known[name], seconds, first)
                if fault:
                    state.fail(name, content, fault)
            broken += done.broke
            state.add(way, name, done)
    _say("\n".join(state.table()))
    every = list(state.records.values())
    tried, clean = sum(r.inputs for r in every), state.minutes()
    _say(f"{tried} inputs, {clean:.1f} clean minutes, {sum(r.broke for r in every)} broke")
    return broken


def _turns(known: Mapping[str, Target], only: list[str], state: State) -> Iterator[tuple[str, str]]:
    """Ways and targets, always the one that had the least time; what broke has no more turns."""

    def of(turn: tuple[str, str]) -> Record:
        return state.records.get(" ".join(turn), Record())

    every = [(way, name) for name, way in product(only or list(known), WAYS)]
    while left := [turn for turn in every if not of(turn).broke]:
        yield min(left, key=lambda turn: of(turn).seconds)


def main(arguments: list[str]) -> int:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(description="Fuzz everything that reads.")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--again", nargs="*", default=[])
    parser.add_argument("--large", action="store_true", help="inputs of up to 50 MB, each once")
    parser.add_argument("--most", type=int, help="how many large inputs of each target")
    parser.add_argument("--slice", type=float, default=_SLICE)
    parser.add_argument("--state", type=Path, default=ROOT / "build" / "fuzz")
    given = parser.parse_args(arguments)
    state = State(given.state)
    state.forget(given.again)
    if given.large:
        return 1 if by_size(given.only, state, given.most) else 0
    return 1 if fuzz(given.minutes, given.only, state, given.slice) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
