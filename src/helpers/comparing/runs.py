"""Two runs of a check compared: what is mended, what is still there, what is new."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from helpers.errors import InputError, Problem
from helpers.report import Report
from helpers.rules import Finding, Result, agency_key, fingerprints

FIXED, STILL, NEW = "已改正", "仍在", "新出现"


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


_RUN = TypeAdapter(list[_Listed])


@dataclass(frozen=True)
class Before:
    """What an earlier run found, by agency and year; {} for a report that had no failures."""

    failures: Mapping[tuple[str, int], Mapping[str, Noted]]

    def changes(self, report: Report, result: Result) -> Changes:
        """How the failures of a report differ from those of the earlier run."""
        known = self.failures.get(_key(report.agency.name, report.year))
        now = {mark: finding for finding, mark in fingerprints(report, result)}
        states = {f: STILL if known and mark in known else NEW for mark, f in now.items()}
        fixed = tuple(noted for mark, noted in (known or {}).items() if mark not in now)
        return Changes(states, fixed, first=known is None)


@dataclass(frozen=True)
class Changes:
    """Each failure's state (仍在 or 新出现), and the failures of before that are mended.

    ``first``: the earlier run did not have this report.
    """

    states: Mapping[Finding, str] = field(default_factory=dict)
    fixed: tuple[Noted, ...] = ()
    first: bool = False

    def counts(self) -> dict[str, int]:
        """How many are mended, still there, new."""
        states = list(self.states.values())
        return {
            FIXED: len(self.fixed),
            **{state: states.count(state) for state in (STILL, NEW)},
        }


def read_run(file: Path) -> Before:
    """An earlier run from the file that ``check --json`` wrote.

    Raises InputError where the file cannot be read or is something else.
    """
    name = file.as_posix()
    try:
        run = _RUN.validate_python(json.loads(file.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise InputError([Problem(name, f"读不了这个文件：{error.strerror}")]) from error
    except (ValueError, ValidationError, RecursionError) as error:
        text = "不是上次核对的结果：--since 要的是 nianbao check --json > 文件 存下的文件"
        raise InputError([Problem(name, text)]) from error
    failures: dict[tuple[str, int], Mapping[str, Noted]] = {}
    for one in run:
        if one.agency is not None and one.year is not None:
            found = [noted for noted in one.findings if noted.state == "fail"]
            failures[_key(one.agency, one.year)] = {noted.fingerprint: noted for noted in found}
    return Before(failures)


def _key(agency: str, year: int) -> tuple[str, int]:
    return agency_key(agency), year


def changes_data(changes: Changes, findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for ``check --json``: the state of each finding in order, and what is mended."""
    words = {STILL: "still", NEW: "new"}
    return {
        "changes": [words.get(changes.states.get(finding, ""), "") for finding in findings],
        "fixed": [{"rule": noted.rule, "message": noted.message} for noted in changes.fixed],
    }
