"""``nianbao import``: any readable file -> a params file, with an account of the reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpers.batch.files import folder_names, replace_file
from helpers.cli.findings import NOTE_WORDS, complain, print_notes
from helpers.cli.terminal import echo, echo_file, secho
from helpers.params import write_params
from helpers.report import Report
from helpers.sources import Loaded, load, without_duplicates

OK, USAGE = 0, 2


def import_all(sources: Sequence[str], *, to: str, force: bool) -> int:
    """Import every source; returns the exit code (2 where one was not understood or written)."""
    codes = [OK]
    loaded = without_duplicates(load(sources))
    known = [item.report for item in loaded if item.report]
    names = folder_names([report.agency.name for report in known])
    stems = dict(zip(map(id, known), names, strict=True))
    for item in loaded:
        if item.report is None:
            complain(item)
            codes.append(USAGE)
        elif to == "-":
            complain(item)
            echo_file(write_params(item.report))
            _tell(item, item.report, "", err=True)
        else:
            file = Path(to) / str(item.report.year) / f"{stems[id(item.report)]}.yaml"
            codes.append(_save(item, item.report, Path(to), file, force=force))
    return max(codes)


def _save(item: Loaded, report: Report, folder: Path, file: Path, *, force: bool) -> int:
    schema = "../params.schema.json" if (folder / "params.schema.json").is_file() else ""
    content = write_params(report, schema=schema).encode()
    if file.is_file() and file.read_bytes() != content and not force:
        text = f"✗ {item.source}：{file.as_posix()} 已经有了，内容不同；要覆盖请加 --force"
        secho(text, fg="red", err=True)
        return USAGE
    replace_file(file, content)
    _tell(item, report, file.as_posix())
    return OK


def _tell(item: Loaded, report: Report, target: str, *, err: bool = False) -> None:
    """What was read, cell by cell where there is something to say."""
    numbers = sum(figure.value is not None for figure in report.figures.values())
    every = len(report.format.slots)
    texts = "、".join(report.format.section(key).id for key in report.narrative) or "无"
    arrow = f" → {target}" if target else ""
    echo(f"{item.source}{arrow}", err=err)
    head = f"    {report.agency.name} {report.year} 年度，{report.format.code} 年格式"
    counts = {kind: sum(note.kind == kind for note in item.notes) for kind in NOTE_WORDS}
    said = "".join(
        f"，{NOTE_WORDS[kind][0].removeprefix('读取：')} {count} 处"
        for kind, count in counts.items()
        if count
    )
    echo(f"{head}：{every} 格读到 {numbers} 个数，文字各节：{texts}{said}", err=err)
    if not err:
        print_notes(item)
