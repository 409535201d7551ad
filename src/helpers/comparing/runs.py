"""Two runs of a check compared: what is mended, what is still there, what is new."""

from __future__ import annotations

import codecs
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from helpers.errors import InputError, Problem, why
from helpers.report import Report
from helpers.rules import Finding, Result, agency_key, fingerprint

FIXED, UNCHECKED, STILL, NEW = "已改正", "这次没有核对", "仍在", "新出现"


class Noted(BaseModel):
    """A finding as ``check --json`` printed it, as far as a comparison needs it."""

    rule: str
    message: str
    state: str = "fail"
    fingerprint: str = ""


class _Listed(BaseModel):
    agency: str | None
    year: int | None
    findings: list[Noted]


_MAX_BYTES = 30_000_000  # of some thousand agencies; in memory it is 25 times that

_RUN = TypeAdapter(list[_Listed])


@dataclass(frozen=True)
class Changes:
    """The failures of a report, each with its state (仍在 or 新出现), and what is gone.

    ``fixed`` are failures of before that are mended; ``unchecked`` those whose rule could not
    be held this time, or is switched off. ``first``: the earlier run did not have this report.
    """

    failures: tuple[tuple[Finding, str], ...] = ()
    fixed: tuple[Noted, ...] = ()
    unchecked: tuple[Noted, ...] = ()
    first: bool = False

    def counts(self) -> dict[str, int]:
        """How many are mended, not held this time, still there, new."""
        states = [state for _, state in self.failures]
        gone = {FIXED: len(self.fixed), UNCHECKED: len(self.unchecked)}
        return gone | {state: states.count(state) for state in (STILL, NEW)}


@dataclass(frozen=True)
class Before:
    """What an earlier run found, by agency and year; () for a report that had no failures."""

    failures: Mapping[tuple[str, int], Sequence[Noted]]

    def changes(self, report: Report, result: Result) -> Changes:
        """How the failures of a report differ from those of the earlier run."""
        known = self.failures.get(_key(report.agency.name, report.year))
        if known is None:
            return Changes(tuple((finding, NEW) for finding in result.failures), first=True)
        now = [(finding, fingerprint(report, finding)) for finding in result.failures]
        still, gone = _matched(known, now)
        held = {o.rule.id for o in result.outcomes if o.state in ("pass", "fail", "not_applicable")}
        return Changes(
            tuple((f, STILL if at in still else NEW) for at, (f, _) in enumerate(now)),
            tuple(noted for noted in gone if noted.rule in held),
            tuple(noted for noted in gone if noted.rule not in held),
        )


def _matched(
    known: Sequence[Noted], now: Sequence[tuple[Finding, str]]
) -> tuple[set[int], list[Noted]]:
    """Which of the failures of now were there before, and which of before are gone.

    Of those about one place, the ones that say the same belong together, then the rest in order.
    """
    waiting: dict[str, list[Noted]] = defaultdict(list)
    for noted in known:
        waiting[noted.fingerprint].append(noted)
    still: set[int] = set()
    for exactly in (True, False):
        for at, (finding, mark) in enumerate(now):
            fits = [n for n in waiting[mark] if not exactly or n.message == finding.full_message]
            if at not in still and fits:
                waiting[mark].remove(fits[0])
                still.add(at)
    left = {id(noted) for rest in waiting.values() for noted in rest}
    return still, [noted for noted in known if id(noted) in left]


def read_run(file: Path) -> Before:
    """An earlier run from the file that ``check --json`` wrote.

    Raises InputError where the file cannot be read or is something else.
    """
    name = file.as_posix()
    try:
        if file.stat().st_size > _MAX_BYTES:
            text = f"文件超过 {_MAX_BYTES // 1_000_000} MB，没有读；请分批核对，各存一次"
            raise InputError([Problem(name, text)])
        run = _RUN.validate_python(json.loads(_text(file)))
    except OSError as error:
        raise InputError([Problem(name, f"读不了这个文件：{why(error)}")]) from error
    except (ValueError, ValidationError, RecursionError) as error:
        text = "不是上次核对的结果：--since 要的是 nianbao check --json > 文件 存下的文件"
        raise InputError([Problem(name, text)]) from error
    failures: dict[tuple[str, int], Sequence[Noted]] = {}
    for one in run:
        found = [noted for noted in one.findings if noted.state == "fail"]
        if not all(noted.fingerprint for noted in found):
            text = "是旧版本存下的结果，不能比较：请用现在的版本重新存一次"
            raise InputError([Problem(name, text)])
        if one.agency is not None and one.year is not None:
            failures[_key(one.agency, one.year)] = found
    return Before(failures)


def _text(file: Path) -> str:
    """The text of a file, which some shells write as UTF-16."""
    content = file.read_bytes()
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig")


def _key(agency: str, year: int) -> tuple[str, int]:
    return agency_key(agency), year


def changes_data(changes: Changes, findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for ``check --json``: the state of each finding in order, and what is gone."""
    words = {STILL: "still", NEW: "new"}
    states = iter(changes.failures)
    return {
        "changes": [words[next(states)[1]] if f.state == "fail" else "" for f in findings],
        "fixed": [{"rule": n.rule, "message": n.message} for n in changes.fixed],
        "unchecked": [{"rule": n.rule, "message": n.message} for n in changes.unchecked],
    }
