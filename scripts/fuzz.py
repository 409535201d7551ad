#!/usr/bin/env python3
"""Fuzzing of everything that reads: files of every kind, params, settings, prose, manifests.

    python scripts/fuzz.py --seconds 300 [--seed 1] [--only params]

Inputs are made by changing sound ones at random and by putting together pieces that mean
something to a parser. Each runs in a process of its own that is watched: it must end in a
result or in the project's own error, within 10 seconds and 1 GB of memory. What does not is
printed and kept in the folder of --keep. Exit code 1 where anything broke.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pickle
import random
import resource
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))
SECONDS, MEGABYTES = 10, 1000
BATCH = 40
"""Inputs that one process tries before another takes its place."""

PIECES = (
    *"[]{}()<>!#&*?|-:,'\"`%@\\/=+ \t\n\r\0\x1b。，；：、（）《》“”．",
    *(
        "{{",
        "}}",
        "三.本年新收.总计",
        "<<: *a",
        "&a ",
        "*a",
        "- ",
        "? ",
        "!!python/object:x ",
        "---\n",
    ),
    *(
        "一",
        "十",
        "百",
        "万",
        "亿",
        "零",
        "两",
        "1件",
        "共",
        "其中",
        "同比增长",
        "0.1",
        "-1",
        "1e999",
    ),
    *("9" * 40, "增5", "①", "Ⅷ", "\u202e", "\ufeff", "\ud800", "\U0010ffff", "<table>", "</td>"),
    *(
        "<tr rowspan=99999>",
        "<td colspan=99999>",
        "&#1;",
        "![",
        "](",
        "](javascript:",
        "| ",
        "\n|-|\n",
    ),
    *(
        "（一）",
        "### ",
        "1. ",
        "2023年",
        "13812345678",
        "110101199003074477",
        "a@b.cn",
        "http://a.b/",
    ),
)


@dataclass(frozen=True)
class Target:
    """Something that reads: sound inputs to begin with, and what is done with each."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]


def targets(folder: Path) -> Mapping[str, Target]:
    """Everything that reads input, by name."""
    import make_files
    from helpers import formats, grid_html
    from helpers.batch.manifest import read_manifest
    from helpers.comparing import read_run
    from helpers.forms import read_roster, write_form
    from helpers.judging import result_of
    from helpers.params import read_params
    from helpers.readers import read_report
    from helpers.settings import Settings, load_settings

    clean = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
    base, settings = read_params(clean), Settings()

    def reading(ending: str) -> Callable[[bytes], object]:
        return lambda content: read_report(_file(folder, f"a{ending}", content), "a")

    def prose(content: bytes) -> object:
        text = content.decode("utf-8", "surrogatepass" if content.isascii() else "replace")
        report = replace(base, narrative=dict.fromkeys("一五六", text))
        return result_of(report, (), settings)

    def roster(content: bytes) -> object:
        return read_roster(content, "a")

    year = write_form(formats.find("2021"), 2023, report=base)
    tables = make_files.filled("2021")
    html = "".join(map(grid_html.write, tables))
    title = "某某局2023年政府信息公开工作年度报告"
    return {
        "params": Target((clean.read_bytes(),), reading(".yaml")),
        "prose": Target(tuple(t.encode() for t in base.narrative.values()), prose),
        "xlsx": Target((year, make_files.sheet_of(tables[2:])), reading(".xlsx")),
        "docx": Target(
            (make_files.docx(make_files.p(title) + "".join(map(make_files.word_table, tables))),),
            reading(".docx"),
        ),
        "html": Target((f"<html><h1>{title}</h1>{html}</html>".encode(),), reading(".html")),
        "pdf": Target((make_files.pdf(make_files.printed(tables[2])),), reading(".pdf")),
        "text": Target(
            (f"{title}\n一、总体情况\n\t甲\n\t1\n\na|b\n-|-\n1|2\n".encode(),), reading(".txt")
        ),
        "settings": Target(
            ('[rules]\n"T3-08" = "提示"\n[[rollup]]\nparent="甲局"\nunits=["乙局"]\n'.encode(),),
            lambda content: load_settings(str(_file(folder, "a.toml", content))),
        ),
        "roster": Target(("机关名称,邮编\n某某局,010020\n".encode(),), roster),
        "manifest": Target(
            (b'{"reports": [{"agency": "a", "folder": "a", "files": {}}], "batch": ""}',),
            lambda content: read_manifest(_file(folder / "m", "manifest.json", content).parent),
        ),
        "since": Target(
            (b'[{"agency": "a", "year": 2023, "findings": [{"rule": "T", "message": "m"}]}]',),
            lambda content: read_run(_file(folder, "a.json", content)),
        ),
    }


def _file(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    return file


def changed(seed: bytes, chance: random.Random) -> bytes:
    """A sound input with a few things changed, or pieces put together."""
    content = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.choice((0, 1, 4, 64, 4096)))
        piece = chance.choice(PIECES).encode("utf-8", "surrogatepass")
        match chance.randrange(8):
            case 0:
                content[at:end] = piece
            case 1:
                content[at:at] = piece * chance.choice((1, 3, 100, 5000))
            case 2 if content:
                content[at % len(content)] ^= 1 << chance.randrange(8)
            case 3:
                del content[at:end]
            case 4:
                content[at:at] = content[at:end] * chance.choice((1, 2, 200))
            case 5:
                content = content[:at]
            case 6:
                mixed = "".join(chance.choices(PIECES, k=chance.choice((3, 30, 3000))))
                content[at:at] = mixed.encode("utf-8", "surrogatepass")
            case 7:
                content[at:end] = chance.randbytes(chance.choice((1, 8, 200)))
    return bytes(content[:50_000_000])


def _try(target: Target, content: bytes) -> str:
    """What went wrong with an input, "" where it ended as it should."""
    from helpers.errors import InputError

    try:
        target.read(content)
    except InputError:
        return ""
    except Exception:  # noqa: BLE001  # this is what is looked for
        return traceback.format_exc(limit=-4)
    return ""


def _work(target: Target, inputs: list[bytes], writer: int) -> None:
    """Try inputs one after the other; say before and after each where one is."""
    code = 0
    try:
        for number, content in enumerate(inputs):
            os.write(writer, _line((number, "", 0)))
            fault = _try(target, content)
            # In kB: this process, or the largest of the children that read for it.
            most = max(resource.getrusage(who).ru_maxrss for who in (0, -1))
            os.write(writer, _line((number, fault[-3000:], most // 1024)))
    except BaseException:  # noqa: BLE001
        code = 1
    os._exit(code)


def _line(said: tuple[int, str, int]) -> bytes:
    data = pickle.dumps(said)
    return len(data).to_bytes(4, "big") + data


def batch(target: Target, inputs: list[bytes]) -> list[tuple[int, str]]:
    """The inputs that broke, with what happened; stops at the first that takes too long."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _work(target, inputs, writer)
    os.close(writer)
    faults, data, at, largest, begun = [], b"", -1, 0, time.monotonic()
    while True:
        if not select.select([reader], [], [], max(0.0, SECONDS + begun - time.monotonic()))[0]:
            faults.append((at, f"more than {SECONDS} seconds"))
            break
        piece = os.read(reader, 65536)
        if not piece:
            break
        data += piece
        while len(data) >= 4 and len(data) >= 4 + (size := int.from_bytes(data[:4], "big")):
            at, fault, most = pickle.loads(data[4 : 4 + size])
            data, begun = data[4 + size :], time.monotonic()
            faults += [(at, fault)] if fault else []
            if most > max(MEGABYTES, largest):  # it never falls again
                faults.append((at, f"{most} MB"))
            largest = max(largest, most)
    os.close(reader)
    _end(child)
    if at < len(inputs) - 1 and not faults:
        faults.append((at, "the process crashed"))
    return faults


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)


def fuzz(seconds: float, seed: int, only: list[str], keep: Path | None) -> int:
    """Fuzz for so long; say how many inputs were tried and what broke."""
    chance, tried, broken = random.Random(seed), Counter[str](), Counter[str]()
    with TemporaryDirectory(prefix="nianbao-") as folder:
        known = targets(Path(folder))
        names = only or list(known)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            name = names[sum(tried.values()) // BATCH % len(names)]
            target = known[name]
            inputs = [changed(chance.choice(target.seeds), chance) for _ in range(BATCH)]
            tried[name] += len(inputs)
            for at, fault in batch(target, inputs):
                broken[name] += 1
                sys.stdout.write(f"{name}: {fault}\n")
                if keep:
                    _file(keep, f"{name}-{broken[name]}", inputs[at])
    counts = ", ".join(f"{name} {number}" for name, number in sorted(tried.items()))
    sys.stdout.write(f"{sum(tried.values())} inputs ({counts}), {sum(broken.values())} broke\n")
    return 1 if broken else 0


def main(arguments: list[str]) -> int:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(description="Fuzz everything that reads.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args(arguments)
    return fuzz(given.seconds, given.seed, given.only, given.keep)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
