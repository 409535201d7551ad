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
import csv
import io
import os
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

import hostile_checks as checks
from helpers.cli import execute
from helpers.errors import InputError
from helpers.figures import Figure
from helpers.forms import write_form
from helpers.params import params_data, read_params, report_from, write_params
from helpers.report import Agency, Report
from helpers.rules import agency_key
from hostile import ATTACKS, CANARY, CANARY_FILE, TRAP, Attack

ROOT = Path(__file__).resolve().parents[1]
BASE = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
PAGE = ROOT / "docs" / "安全.md"
WHOLE = "某某县人民政府"

AGENCY = ("name", "short_name", "address", "telephone", "fax", "email", "website", "formerly")
FIELDS = {
    **{f"agency.{key}": key for key in AGENCY},
    "narrative": "正文",
    "explanations": "说明的理由（印在报告里）",
    "figures": "表格里的数（原文）",
    "settings": "设置里的汇总名单",
    "file": "来源的文件名",
}
OUTPUTS = (
    *("终端", "--json", "笔记本", "网页", "PDF", "Word", "figures.csv", "findings.csv"),
    *("清单和核对结果", "总览页", "退回单和问题汇总", "填报表", "汇总证明", "一图读懂", "数据包"),
    *("参数文件", "文件名"),
)


@dataclass
class Outcome:
    """What was looked at and what did not hold, by kind of attack and output; who is refused."""

    looked: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

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


def run(out: Outcome, folder: Path) -> None:
    """Every attack through every command, in an empty folder of its own."""
    (folder / CANARY_FILE).write_text(CANARY, encoding="utf-8")
    written = _sources(out, folder / "in")
    kinds = {attack.text: attack.kind for attack in ATTACKS}
    every = set(kinds.values())
    settings = folder / "s.toml"
    fits = sum(_is_name(f"缺报{attack.text}"[:80]) for attack in ATTACKS[::7])
    out.taken["settings"], out.refused["settings"] = fits, len(ATTACKS[::7]) - fits
    settings.write_text(_settings(list(written)), encoding="utf-8")
    with_settings = ("--settings", str(settings))
    whole = folder / "whole.toml"
    whole.write_text(_settings(list(written), missing=False), encoding="utf-8")
    (folder / "roster.csv").write_text(_roster(list(written)), encoding="utf-8")
    up = ("rollup", "names", "--agency", WHOLE, "--settings", str(whole))
    fast = ("--fonts", "packaged", "--jobs", "2", "--draft")
    for name, arguments in {
        "check": ("check", "in", "--sheets", "sheets", *with_settings),
        "json": ("check", "in", "--json", *with_settings),
        "build": ("build", "in", "--out", "out", *fast),
        "again": ("build", "in", "--out", "out", "--json", *fast),
        "rollup": (*up, "--to", "rolled", "--proof", "p.xlsx"),
        "rollup json": (*up, "--to", "-", "--json"),
        "compare": ("compare", *sorted(map(str, Path("in").glob("*.yaml")))[:2]),
        "picture": ("picture", "some", "--out", "pictures"),
        "dataset": ("dataset", "in", "--out", "data"),
        "form": ("form", "forms", "--year", "2023", "--roster", "roster.csv"),
        "figures": ("figures", "names"),
        "import": ("import", "in", "--to", "imported"),
    }.items():
        said, code = _said(arguments)
        if code not in (0, 1, 2) and not (code == 3 and "没有字形" in said):
            out.broken.append(f"{name}：退出码 {code}：{said[-400:]}")
        if name == "again":
            _count(out, folder, said)
        check = checks.json_lines if "json" in name or name == "again" else checks.terminal
        if name == "figures":
            check = checks.table
        out.look(every, "--json" if check is checks.json_lines else "终端", check, said.encode())
    _look_at_files(out, folder, written, every)


def _count(out: Outcome, folder: Path, said: str) -> None:
    """Every source is either in the manifest or was said not to be read."""
    import json

    from helpers.batch.manifest import read_manifest

    end = json.loads(said.splitlines()[-1])
    entries = read_manifest(folder / "out" / "2023").reports
    if len(entries) != end["total"] or end["total"] + end["unread"] != len(ATTACKS) + 1:
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


def _sources(out: Outcome, folder: Path) -> dict[str, Attack]:
    """Files that carry the attacks, and the attacks by the name of their agency."""
    base = read_params(BASE)
    folder.mkdir()
    names = folder.parent / "names"
    names.mkdir()
    some = folder.parent / "some"
    some.mkdir()
    written: dict[str, Attack] = {}
    for number, attack in enumerate(ATTACKS):
        report = _carrying(out, base, attack, number)
        written[report.agency.name] = attack
        text = write_params(report)
        (folder / _file_name(out, attack.text, number)).write_text(text, encoding="utf-8")
        only = replace(base, agency=replace_agency(base, report.agency.name), explanations={})
        (names / f"{number}.yaml").write_text(write_params(only), encoding="utf-8")
        if number % 5 == 0:  # a picture takes half a second
            (some / f"{number}.yaml").write_text(write_params(only), encoding="utf-8")
    (folder / "表.xlsx").write_bytes(_form(out, base))
    return written


def replace_agency(base: Report, name: str) -> Any:
    """The agency under another name and with nothing else."""
    return type(base.agency)(name=name)


def _carrying(out: Outcome, base: Report, attack: Attack, number: int) -> Report:
    """A report with the attack in every field that takes it."""
    data = params_data(replace(base, agency=replace_agency(base, f"试验{number:03}局")))
    texts = dict.fromkeys(data["narrative"], f"前文。\n\n{attack.text}\n\n后文。")
    tries: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
        *((f"agency.{key}", _set("agency", key, attack.text)) for key in AGENCY),
        ("narrative", lambda d: d.update(narrative=texts)),
        (
            "explanations",
            lambda d: d.update(explanations={"L-07": {"理由": attack.text, "写入报告": True}}),
        ),
    ]
    for name, change in tries:
        trial = {**data, "agency": dict(data["agency"])}
        change(trial)
        try:
            report_from(trial)
        except InputError:
            out.refused[name] += 1
        else:
            out.taken[name] += 1
            data = trial
    return report_from(data)


def _set(part: str, key: str, text: str) -> Callable[[dict[str, Any]], Any]:
    value = f"a@{text}.cn" if key == "email" else text
    return lambda data: data[part].update({key: value})


def _file_name(out: Outcome, text: str, number: int) -> str:
    """A file name as hostile as this system allows."""
    name = f"{number:03}{text}".replace("/", "∕").replace("\0", "")
    name = name.encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
    out.taken["file"] += 1
    return f"{name}.yaml"


def _form(out: Outcome, base: Report) -> bytes:
    """A filled form with an attack in place of each of its first figures."""
    cells = [ref for ref, slot in base.format.slots.items() if ref.table == "三" and not slot.total]
    raw = {
        ref: Figure(None, "unreadable", attack.text.replace("\0", ""))
        for ref, attack in zip(cells, ATTACKS, strict=False)
    }
    out.taken["figures"] += len(raw)
    report = replace(base, agency=replace_agency(base, "原文局"), figures=base.figures.having(raw))
    return write_form(report.format, report.year, report=report)


def _settings(names: list[str], *, missing: bool = True) -> str:
    """Settings with a roster of all agencies and of some attacks."""
    # A roster refuses what is no name, and two names that mean the same agency.
    more = [f"缺报{attack.text}"[:80] for attack in ATTACKS[::7] if missing]
    good = {agency_key(name): name for name in (*names, *more) if _is_name(name)}
    units = ", ".join(map(_toml, good.values()))
    return f'[[rollup]]\nparent = "{WHOLE}"\nunits = [{units}]\n'


def _is_name(name: str) -> bool:
    try:
        return Agency(name=name).name == name
    except ValueError:
        return False


def _roster(names: list[str]) -> str:
    """A list of agencies as a spreadsheet program saves it."""
    stream = io.StringIO()
    csv.writer(stream).writerows([["机关名称"], *([name] for name in names)])
    return stream.getvalue()


def _toml(text: str) -> str:
    """A TOML string that holds any characters."""
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in text) + '"'


_OF_REPORT = {
    ".html": "网页",
    ".pdf": "PDF",
    ".docx": "Word",
    ".ipynb": "笔记本",
    ".json": "清单和核对结果",
}


def _look_at_files(
    out: Outcome, folder: Path, written: Mapping[str, Attack], every: set[str]
) -> None:
    """Every file that was made."""
    from helpers.batch.manifest import read_manifest

    entries = read_manifest(folder / "out" / "2023").reports
    of_folder = {e["folder"]: written[name].kind for name, e in entries.items() if name in written}
    made = ("out", "sheets", "rolled", "p.xlsx", "pictures", "data", "imported", "forms")
    for file in sorted(f for top in made for f in _files(folder / top)):
        relative = file.relative_to(folder)
        mine = {of_folder[part] for part in relative.parts if part in of_folder} or every
        content = file.read_bytes()
        computes = file.name.startswith("tables-") or relative.parts[0] == "forms"
        check = checks.form if computes else checks.BY_ENDING[file.suffix]
        out.look(mine, _output(relative), check, content)
        out.look(mine, "文件名", checks.path, PurePath(*relative.parts[1:]))
        if CANARY in _words(content, file.suffix):
            out.broken.append(f"{relative}：读到了别的文件")
    seen = {output for _, output in out.looked}
    out.broken += [f"没有查看过{output}" for output in OUTPUTS if output not in seen]
    known = {*made, "in", "names", "some", "s.toml", "whole.toml", "roster.csv", CANARY_FILE}
    out.broken += [f"多出了文件 {p.name}" for p in folder.iterdir() if p.name not in known]
    if list(folder.rglob(TRAP)):
        out.broken.append("代码被执行了")


def _files(top: Path) -> Iterator[Path]:
    yield from ([top] if top.is_file() else (f for f in top.rglob("*") if f.is_file()))


def _output(relative: Path) -> str:
    first, name = relative.parts[0], relative.name
    by_place = {
        "sheets": "退回单和问题汇总",
        "p.xlsx": "汇总证明",
        "pictures": "一图读懂",
        "data": "数据包",
        "forms": "填报表",
        "rolled": "参数文件",
        "imported": "参数文件",
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
