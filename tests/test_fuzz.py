"""Everything that reads, fuzzed for a short while with inputs that are always the same.

``python scripts/fuzz.py --minutes 60`` does it for long, with atheris too; this keeps it working.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import random
import subprocess
import sys
import time

import pytest

from helpers.errors import InputError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="进程的限制是 POSIX 的")

NAMES = (
    *("params", "prose", "xlsx", "docx", "html", "mht", "pdf", "ole", "text", "register"),
    *(
        "register book",
        "register of two years",
        "settings",
        "roster",
        "manifest",
        "journal",
        "since",
    ),
)
TRIES = 30


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    from fuzz_targets import targets

    return targets(tmp_path_factory.mktemp("fuzz"))


def test_everything_that_reads_is_fuzzed(known):
    assert set(known) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_input_ends_in_anything_but_a_result_or_our_own_error(name, known):
    from fuzz_inputs import changed
    from fuzz_watch import Watch

    chance, watch = random.Random(name), Watch(known[name].read)
    for _ in range(TRIES):
        content = changed(chance.choice(known[name].seeds), chance)
        ended = watch.attempt(content)
        assert ended.fault == "", content[:2000]
    watch.close()
    assert watch.tried == TRIES


NO_REPORT = ("text", "pdf", "register book")
"""Targets whose sound inputs have no whole report in them, so that they end in a sentence."""


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NO_REPORT])
def test_one_of_the_inputs_to_begin_with_is_sound(name, known):
    """Changes to what is refused at once would find nothing."""
    read = []
    for seed in known[name].seeds:
        with contextlib.suppress(InputError):
            read.append(known[name].read(seed))
    assert read


def test_the_register_of_two_years_has_a_request_that_is_written_again(known, monkeypatch):
    """So that changes to it reach the comparing of years."""
    from helpers.register import doubles

    found = []
    real = doubles.written_again
    monkeypatch.setattr(
        doubles, "written_again", lambda *given: found.extend(real(*given)) or found
    )
    known["register of two years"].read(known["register of two years"].seeds[0])

    assert len(found) == 1


def crash(content: bytes) -> None:
    if content == b"bad":
        raise KeyError("x")


def busy(content: bytes) -> None:
    while content == b"bad":
        pass


def greedy(content: bytes) -> None:
    assert content == b"good" or bytearray(b"x" * 60_000_000)


def dying(content: bytes) -> None:
    if content == b"bad":
        faulthandler.disable()  # it would tell at length
        faulthandler.disable()  # it would tell at length
        os.abort()


@pytest.mark.parametrize(
    ("read", "said"),
    [(crash, "KeyError"), (busy, "more than 1 seconds"), (greedy, "MB"), (dying, "crashed")],
)
def test_the_watch_sees_what_goes_wrong_and_goes_on(read, said, monkeypatch):
    import fuzz_watch

    monkeypatch.setattr(fuzz_watch, "SECONDS", 1)
    small = fuzz_watch.Watch(lambda _: None)
    monkeypatch.setattr(fuzz_watch, "MEGABYTES", small.attempt(b"").megabytes + 30)
    small.close()
    watch = fuzz_watch.Watch(read)
    assert watch.attempt(b"good").fault == ""
    assert said in watch.attempt(b"bad").fault
    assert watch.attempt(b"good").fault == ""
    watch.close()


def test_hypothesis_shrinks_what_it_finds_and_the_state_keeps_it(tmp_path, known):
    import fuzz

    def read(content: bytes) -> None:
        assert b"]" not in content

    from fuzz_targets import Target

    done, content, fault = fuzz.by_hypothesis(Target((b"seed",), read), 60, 0)
    assert done.broke == 1
    assert len(content) < 5000  # of up to 500,000 bytes that changes may bring
    assert "AssertionError" in fault
    state = fuzz.State(tmp_path)
    state.fail("params", content, fault)
    state.add("hypothesis", "params", done)
    assert fuzz.State(tmp_path).records["hypothesis params"].broke == 1
    assert state.minutes() == 0  # only clean time counts
    (kept,) = (tmp_path / "failures").iterdir()
    assert kept.read_bytes() == content


LARGEST = 600
"""MB that the large inputs below may take: far below the 1000 that are promised."""


@pytest.mark.parametrize("name", ["prose", "html", "docx", "text", "since"])
def test_inputs_of_50_megabytes_end_in_time_and_memory(name, tmp_path):
    """In a process of its own: what the other tests have loaded is not the memory of reading."""
    import fuzz

    program = [sys.executable, fuzz.__file__, "--large", "--most", "1", "--only", name]
    done = subprocess.run([*program, "--state", tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    record = fuzz.State(tmp_path).records[f"large {name}"]
    assert record.inputs == 1
    assert record.largest < LARGEST


def test_a_watch_counts_the_processor_and_not_the_clock():
    from fuzz_watch import Watch

    watch = Watch(lambda _: time.sleep(1.5))
    assert watch.attempt(b"").seconds < 1
    watch.close()
