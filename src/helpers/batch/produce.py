"""One report made: judged, the notebook executed by papermill, exported to every format."""

from __future__ import annotations

import csv
import io
import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from helpers.batch.concern import concerning
from helpers.batch.execute import Stopped, parameters
from helpers.batch.forked import LostError
from helpers.batch.supervise import Lost
from helpers.engine.warm import block_slow_import
from helpers.errors import why
from helpers.judging import result_of
from helpers.report import TIDY_COLUMNS, Report, harmless, tidy
from helpers.rules import Result, Seen, count_levels, explanation_notes, fingerprint, with_batch
from helpers.settings import RunLimits, settings_from

if TYPE_CHECKING:
    from helpers.batch.bench import Bench
    from helpers.exporters.fonts import Mode

State = Literal["done", "draft", "refused", "failed"]
FORMATS = ("html", "pdf", "docx")


@dataclass(frozen=True)
class Job:
    """What a worker needs to make one report in ``folder``, which it creates.

    ``beside`` is what the other reports of the batch show of it. ``history`` and ``lookalike``
    are those of ``result_of``; ``register`` says that the notebook counts a register.
    ``seconds`` limits each cell.
    """

    report: Report
    notebook: Path
    folder: Path
    formats: tuple[str, ...] = FORMATS
    draft: bool = False
    fonts: Mode = "auto"
    earlier: tuple[Report, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    beside: Seen = field(default_factory=Seen)
    seconds: int = 300
    history: bool = False
    lookalike: str = ""
    register: bool = False


@dataclass(frozen=True)
class Produced:
    """How it went: state, sentence for people, files with their sha256, faces embedded.

    ``counts`` says how many findings there are of each level, ``errors`` how many stop a final
    report, ``findings`` are the rows of findings.csv after agency, year and format, ``rules``
    those that have something to tell, ``notes`` what is odd about the explanations or the
    name. ``trace`` is the traceback of a bug, for the log.
    ``final`` means that another attempt from the same inputs would end alike, ``judged`` that
    the rules were held: else counts and findings say nothing.
    """

    state: State
    message: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()
    trace: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    errors: int = 0
    findings: tuple[tuple[str, ...], ...] = ()
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    final: bool = True
    judged: bool = False


def producer(limits: RunLimits) -> Callable[[Job], Produced]:
    """What makes reports in this process, one after the other."""
    from helpers.batch.bench import Bench

    block_slow_import()
    return partial(produce, Bench(limits), limits)


def produce(bench: Bench, limits: RunLimits, job: Job) -> Produced:
    """Judge the report, execute the notebook, export it, write everything into the job's folder.

    Never raises: whatever goes wrong is the report's own failure, and the batch goes on.
    """
    said: dict[str, Any] = {}
    try:
        bench.begin(job.report.format)
        settings = settings_from(dict(job.settings))
        alone = result_of(
            job.report, job.earlier, settings, history=job.history, lookalike=job.lookalike
        )
        result = with_batch(alone, job.beside)
        rules = {finding.rule for finding in (*alone.findings, *job.beside.findings)}
        said = {**_said(result, job.lookalike), "rules": tuple(sorted(rules))}
        if result.blocking and not job.draft:
            return Produced("refused", refusal(result), **said)
        given = concerning(settings, job.report, rules, register=job.register)
        files, fonts = _produce(bench, job, result, given)
        return Produced("draft" if job.draft else "done", "", files, fonts, **said)
    except Stopped as stopped:
        return Produced(stopped.state, str(stopped), **said)
    except LostError as error:
        return Produced("failed", lost_message(error.lost, limits), final=False, **said)
    except MemoryError:
        return Produced("failed", "内存不够或超过上限，这一份没有生成", **said)
    except OSError as error:
        return Produced("failed", f"文件写不下去：{why(error)}", **said)
    except Exception as error:  # noqa: BLE001  # a bug must not take the batch with it
        text = f"程序内部错误：{type(error).__name__}：{error}"
        trace = "\n".join(getattr(error, "__notes__", ())) or traceback.format_exc()
        return Produced("failed", text, trace=trace, **said)


def lost_message(lost: Lost, limits: RunLimits) -> str:
    """What became of a report whose process did not answer."""
    if lost.overtime:
        return f"超过 {limits.seconds} 秒没有完成，已停止（设置 run.seconds）"
    if lost.exitcode is not None and lost.exitcode < 0:
        return f"笔记本没有运行完：进程意外中止（信号 {-lost.exitcode}）"
    return "笔记本没有运行完：进程意外中止"


def _said(result: Result, lookalike: str) -> dict[str, Any]:
    """What the batch keeps of a result."""
    hints = [text for text in result.unassessed if lookalike and f"“{lookalike}”" in text]
    return {
        "judged": True,
        "counts": {level: number for level, number in count_levels(result).items() if number},
        "errors": len(result.blocking),
        "findings": tuple(
            (f.rule, f.severity.public, f.state, "是" if f.explained else "", f.full_message)
            for f in result.findings
        ),
        "notes": (*explanation_notes(result), *hints),
    }


def refusal(result: Result) -> str:
    """Why a report is refused, its first error in full."""
    first, *others = result.blocking
    more = f"（另有 {len(others)} 处错误，用 nianbao check 看全部）" if others else ""
    return f"{first.rule}　{first.full_message}{more}"


def _produce(
    bench: Bench, job: Job, result: Result, settings: dict[str, Any]
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    from helpers.exporters.errors import ExportError

    given = parameters(job.report, draft=job.draft, earlier=job.earlier, settings=settings)
    text = bench.run(job.notebook, given, job.seconds)
    try:
        beside = {
            "findings.json": _findings_text(job, result),
            "figures.csv": figures_text(job.report),
        }
        written = bench.write(text, job.folder, job.formats, job.fonts, beside)
    except ExportError as error:
        raise Stopped("failed", str(error)) from None
    return written.files, written.fonts


def findings_data(source: str, report: Report, result: Result) -> dict[str, Any]:
    """A report's findings as ``check --json`` prints them, failures with their fingerprint."""
    return {
        "source": source,
        "agency": report.agency.name,
        "year": report.year,
        "format": report.format.code,
        "findings": [
            f.as_dict() | ({"fingerprint": fingerprint(report, f)} if f.state == "fail" else {})
            for f in result.findings
        ],
    }


def figures_text(report: Report) -> str:
    """The figures of one report as its own figures.csv, which the web page offers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(TIDY_COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in tidy([report]))
    return f"\ufeff{text.getvalue()}"


def _findings_text(job: Job, result: Result) -> str:
    data = findings_data(Path(job.report.source).name, job.report, result)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
