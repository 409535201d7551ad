#!/usr/bin/env python3
"""Hostile strings through every field into every output, and what became of them.

    python scripts/hostile_table.py            print what did not hold
    python scripts/hostile_table.py --write    also write docs/安全.md

Every string of scripts/hostile.py goes through the commands as an officer would run them; every
file and line that comes out is looked at by scripts/hostile_checks.py. Exit code 1 where
anything did not hold.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import hostile_checks as checks
from helpers.batch.manifest import read_manifest
from helpers.cli import execute
from hostile import ATTACKS, CANARY, CANARY_FILE, KINDS, TRAP
from hostile_inputs import (
    MARKED,
    ROOT,
    WHOLE,
    Fields,
    register,
    roster,
    settings,
    write_marks,
    write_others,
    write_sources,
)

PAGE = ROOT / "docs" / "安全.md"

OUTPUTS = (
    *("终端", "--json", "笔记本", "网页", "PDF", "Word", "figures.csv", "findings.csv"),
    *(
        "清单和核对结果",
        "总览页",
        "退回单和问题汇总",
        "填报表",
        "汇总和台账的证明",
        "一图读懂",
        "数据包",
    ),
    *("参数文件", "文件名"),
)


@dataclass
class Outcome:
    """What was looked at and what did not hold, by kind of attack and output; who is refused."""

    looked: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    fields: Fields = field(default_factory=Fields)
    reached: set[tuple[str, str]] = field(default_factory=set)

    def look(
        self, kinds: set[str], output: str, check: Callable[..., Iterator[str]], given: Any
    ) -> None:
        """Hold something that came out against its check."""
        try:
            found = list(check(given))
        except Exception as error:  # noqa: BLE001  # what cannot even be read does not hold
            found = [f"{type(error).__name__}: {error}"]
        for kind in kinds:
            self.looked[kind, output] += 1
        self.broken += [f"{'、'.join(sorted(kinds))} → {output}：{text}" for text in found]

    def reach(self, output: str, text: str) -> None:
        """Note which fields have come through to an output."""
        self.reached |= {(name, output) for name, mark in MARKED.items() if mark in text}


def run(out: Outcome, folder: Path) -> None:
    """Every attack through every command, in an empty folder of its own."""
    (folder / CANARY_FILE).write_text(CANARY, encoding="utf-8")
    written = write_sources(out.fields, folder)
    write_marks(folder)
    others = write_others(out.fields, folder)
    every = set(KINDS)
    (folder / "s.toml").write_text(settings(out.fields, written), encoding="utf-8")
    whole = settings(out.fields, written, missing=False)
    (folder / "whole.toml").write_text(whole, encoding="utf-8")
    (folder / "roster.csv").write_text(roster(out.fields, written), encoding="utf-8")
    (folder / "register.csv").write_text(register(out.fields), encoding="utf-8")
    for name, arguments in _commands().items():
        said, code = _said(arguments)
        if code not in (0, 1, 2) and not (code == 3 and "没有字形" in said):
            out.broken.append(f"{name}：退出码 {code}：{said[-400:]}")
        if name == "again":
            _count(out, folder, said)
        check = checks.json_lines if "--json" in arguments else checks.terminal
        if name == "figures":
            check = checks.table
        output = "--json" if check is checks.json_lines else "终端"
        out.look(every, output, check, said.encode())
        out.reach(output, said)
    _look_at_files(out, folder, written | others, every)


def _commands() -> dict[str, tuple[str, ...]]:
    """Every command as an officer would run it on these files."""
    up = ("rollup", "names", "--agency", WHOLE, "--settings", "whole.toml")
    fast = ("--fonts", "packaged", "--jobs", "2", "--draft")
    count = ("tally", "register.csv", "--agency", "试验局", "--year", "2023")
    return {
        "check": ("check", "in", "--sheets", "sheets", "--settings", "s.toml"),
        "json": ("check", "in", "--json", "--settings", "s.toml"),
        "check others": ("check", "other", "--sheets", "sheets2"),
        "json others": ("check", "other", "--json"),
        "build": ("build", "in", "--out", "out", *fast),
        "again": ("build", "in", "--out", "out", "--json", *fast),
        "build others": ("build", "other", "--out", "out2", *fast),
        "verify": ("verify", "out", "--quick"),
        "rollup": (*up, "--to", "rolled", "--proof", "p.xlsx"),
        "rollup json": (*up, "--to", "-", "--json"),
        "compare": ("compare", *sorted(map(str, Path("in").glob("*.yaml")))[:2]),
        "picture": ("picture", "some", "--out", "pictures"),
        "dataset": ("dataset", "in", "--out", "data"),
        "form": ("form", "forms", "--year", "2023", "--roster", "roster.csv"),
        "figures": ("figures", "names"),
        "import": ("import", "in", "--to", "imported"),
        "import others": ("import", "other", "--to", "imported2"),
        "tally": (*count, "--to", "tallied", "--proof", "proof.xlsx"),
        "tally json": (*count, "--json"),
    }


def _count(out: Outcome, folder: Path, said: str) -> None:
    """Every source is either in the manifest or was said not to be read."""
    end = json.loads(said.splitlines()[-1])
    entries = read_manifest(folder / "out" / "2023").reports
    if len(entries) != end["total"] or end["total"] + end["unread"] != len(ATTACKS) + 2:
        out.broken.append(f"清单里有 {len(entries)} 份，{end}")


def _said(arguments: tuple[str, ...]) -> tuple[str, int]:
    """What a command prints, and its exit code. With --json, what it says beside is left out."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            code = execute(list(arguments))
        except Exception as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}", 99
    data = "--json" in arguments or arguments[0] == "figures"
    return stdout.getvalue() + ("" if data else stderr.getvalue()), code


_OF_REPORT = {
    ".html": "网页",
    ".pdf": "PDF",
    ".docx": "Word",
    ".ipynb": "笔记本",
    ".json": "清单和核对结果",
}


def _look_at_files(out: Outcome, folder: Path, written: Mapping[str, str], every: set[str]) -> None:
    """Every file that was made."""
    of_folder = {}
    for top in ("out", "out2"):
        entries = read_manifest(folder / top / "2023").reports
        of_folder |= {e["folder"]: written[n] for n, e in entries.items() if n in written}
    for file in sorted(f for top in _MADE for f in _files(folder / top)):
        relative = file.relative_to(folder)
        mine = {of_folder[part] for part in relative.parts if part in of_folder} or every
        content = file.read_bytes()
        computes = file.name.startswith("tables-") or relative.parts[0] == "forms"
        check = checks.form if computes else checks.BY_ENDING[file.suffix]
        out.look(mine, _output(relative), check, content)
        out.look(mine, "文件名", checks.path, PurePath(*relative.parts[1:]))
        words = _words(content, file.suffix)
        out.reach(_output(relative), words)
        out.reach("文件名", relative.as_posix())
        if CANARY in words:
            out.broken.append(f"{relative}：读到了别的文件")
    seen = {output for _, output in out.looked}
    out.broken += [f"没有查看过{output}" for output in OUTPUTS if output not in seen]
    known = {*_MADE, *_GIVEN, CANARY_FILE}
    out.broken += [f"多出了文件 {p.name}" for p in folder.iterdir() if p.name not in known]
    if list(folder.rglob(TRAP)):
        out.broken.append("代码被执行了")


_MADE = (
    *("out", "out2", "sheets", "sheets2", "rolled", "p.xlsx", "pictures", "data", "forms"),
    *("imported", "imported2", "tallied", "proof.xlsx"),
)
_GIVEN = ("in", "names", "some", "other", "s.toml", "whole.toml", "roster.csv", "register.csv")


def _files(top: Path) -> Iterator[Path]:
    """What was made; the Parquet file, which only some machines write, holds typed values."""
    files = [top] if top.is_file() else (f for f in top.rglob("*") if f.is_file())
    yield from (file for file in files if file.suffix != ".parquet")


def _output(relative: Path) -> str:
    first, name = relative.parts[0], relative.name
    by_place = {
        "sheets": "退回单和问题汇总",
        "sheets2": "退回单和问题汇总",
        "p.xlsx": "汇总和台账的证明",
        "proof.xlsx": "汇总和台账的证明",
        "pictures": "一图读懂",
        "data": "数据包",
        "forms": "填报表",
        "rolled": "参数文件",
        "imported": "参数文件",
        "imported2": "参数文件",
        "tallied": "参数文件",
    }
    by_name = {"index.html": "总览页", "figures.csv": "figures.csv", "findings.csv": "findings.csv"}
    return by_place.get(first) or by_name.get(name) or _OF_REPORT[relative.suffix]


def _words(content: bytes, ending: str) -> str:
    """All text in a file, unpacked."""
    if ending == ".pdf":
        from pypdf import PdfReader

        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if ending in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    return content.decode("utf-8", "replace")


def tried() -> Outcome:
    """Everything tried in a folder that is gone afterwards."""
    out, here = Outcome(), Path.cwd()
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder, warnings.catch_warnings():
        try:
            os.chdir(folder)
            run(out, Path(folder).resolve())
        finally:
            os.chdir(here)
    return out


def main(arguments: list[str]) -> int:
    """Try everything; say what did not hold, and write the page where that is asked for."""
    from faults import tried_faults
    from hostile_page import page

    out, faults = tried(), tried_faults()
    lines = [*dict.fromkeys(out.broken), *(f"{f.name}：{wrong}" for f, wrong in faults if wrong)]
    looked = sum(out.looked.values())
    sys.stdout.write("\n".join([*lines, f"{looked} 次查看，{len(lines)} 处不符。", ""]))
    if "--write" in arguments:
        PAGE.write_text(page(out, faults), encoding="utf-8")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
