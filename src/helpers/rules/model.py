"""What a rule, a finding and the result of a check are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Literal, TypeVar, cast

from helpers.figures import Figure, Figures
from helpers.formats import Format, Ref
from helpers.report import Report, printed_reasons
from helpers.rules.relations import Diagnosis, diagnose
from helpers.rules.text import LONGEST, readable

T = TypeVar("T")

State = Literal["pass", "fail", "not_assessable", "not_applicable"]
"""The four outcomes of a rule. Only ``pass`` is green."""

STATE_WORDS: Mapping[State, str] = {
    "pass": "通过",
    "fail": "不通过",
    "not_assessable": "无法核对",
    "not_applicable": "不适用",
}


class Severity(Enum):
    """How much a finding weighs. The value is the word of the JSON output."""

    ERROR = "error"
    EXPLAINABLE = "error_unless_explained"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"

    @property
    def word(self) -> str:
        """The Chinese word that users read."""
        return _SEVERITY_WORDS[self]

    @property
    def rank(self) -> int:
        """Order of display, gravest first."""
        return list(Severity).index(self)

    @property
    def public(self) -> str:
        """error, warning or note, as ``check --json`` prints it."""
        return "error" if self is Severity.EXPLAINABLE else self.value


EXPLAINED = (Severity.EXPLAINABLE, Severity.WARNING)
"""The weights of findings that a recorded reason answers; an error has to be mended."""

_SEVERITY_WORDS = {
    Severity.ERROR: "错误",
    Severity.EXPLAINABLE: "错误",
    Severity.WARNING: "警告",
    Severity.NOTE: "提示",
    Severity.OFF: "停用",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has to say about one thing.

    ``message`` names table, row and column as printed, what was read, what it should be and
    why, with the numbers in it. ``cause`` is the likely cause, ``remedy`` what to do.
    ``expected`` and ``found`` are the two sides as text ("" where there is no single value).
    """

    rule: str
    message: str
    cells: tuple[Ref, ...] = ()
    expected: str = ""
    found: str = ""
    cause: str = ""
    remedy: str = ""
    state: State = "fail"
    severity: Severity = Severity.ERROR
    explanation: str = ""

    @property
    def explained(self) -> bool:
        """Whether a recorded reason lets the finding stand."""
        return bool(self.explanation)

    @property
    def blocking(self) -> bool:
        """Whether the finding stops the final documents."""
        return self.state == "fail" and self.severity.public == "error" and not self.explained

    @property
    def level(self) -> str:
        """The Chinese word for how it counts: 错误, 警告, 提示, 已说明, 无法核对."""
        if self.state == "not_assessable":
            return STATE_WORDS[self.state]
        return "已说明" if self.explained else self.severity.word

    @property
    def full_message(self) -> str:
        """Message, likely cause and remedy in one paragraph."""
        return "".join((self.message, self.cause, self.remedy))

    def as_dict(self) -> dict[str, Any]:
        """The finding as ``check --json`` prints it."""
        data: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity.public,
            "state": self.state,
            "message": self.full_message,
            "cells": [ref._asdict() for ref in self.cells],
            "expected": self.expected,
            "found": self.found,
        }
        if self.explained:
            data |= {"explained": True, "explanation": self.explanation}
        return data


def unknown(rule: str, text: str) -> Finding:
    """A finding that says what a rule lacks to be assessed."""
    return Finding(rule, text, state="not_assessable")


@dataclass(frozen=True)
class Limits:
    """Local limits that settings may set; None: the rule that needs it has nothing to hold.

    ``overview_characters`` is the greatest length of section 一; ``carry_over_share`` the share
    of requests still open at which T3-08 speaks.
    """

    overview_characters: int | None = None
    carry_over_share: Decimal = Decimal("0.2")


EVERY_KIND = "全部"
"""The key of ``deadlines`` that stands for every kind of agency."""

MonthDay = tuple[int, int]
"""A day of any year: month and day."""


@dataclass(frozen=True)
class Surroundings:
    """What a report is held against besides itself.

    ``earlier`` are the same agency's reports of earlier years, newest first; with ``history``
    False nobody looked for any, so that rules say what to give them. ``deadlines`` are local
    last days of publication in the year after, by kind of agency; 全部 is for every kind.
    ``lookalike`` is the name of an agency among earlier reports that is like this one's.
    """

    earlier: tuple[Report, ...] = ()
    history: bool = False
    limits: Limits = Limits()
    deadlines: Mapping[str, MonthDay] = field(default_factory=dict)
    lookalike: str = ""


@dataclass(frozen=True)
class Case:
    """What rules look at: the report, its figures with totals, and cells already found bad.

    ``faulty`` maps a cell to the rule that reported it, so that later rules do not build on it.
    """

    report: Report
    faulty: Mapping[Ref, str] = field(default_factory=dict)
    around: Surroundings = Surroundings()

    @property
    def previous(self) -> Report | None:
        """The same agency's report on the year before, None where there is none at hand."""
        wanted = self.report.year - 1
        return next((r for r in self.around.earlier if r.year == wanted), None)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text sections by id as a reader sees them: placeholders filled, no Markdown.

        Paragraphs and headings are separated by newlines.
        """
        written = self.report.narrative
        last = self.report.format.narrative[-1].id
        texts = {key: readable(text, self.report)[:LONGEST] for key, text in written.items()}
        told = printed_reasons(self.report, last)
        return texts | (
            {last: "\n".join([*filter(None, [texts.get(last)]), *told])} if told else {}
        )

    @property
    def format(self) -> Format:
        """The format of the report's tables."""
        return self.report.format

    @property
    def figures(self) -> Figures:
        """The figures with totals."""
        return self.report.complete

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """The relations of the format held against the figures."""
        return diagnose(self.format, self.figures, self.faulty)

    @cached_property
    def _found(self) -> dict[object, object]:
        """What was worked out for several rules; see ``once``."""
        return {}

    def once(self, work: Callable[[Case], T]) -> T:
        """What ``work`` makes of this case, worked out for the first rule that asks."""
        if work not in self._found:
            self._found[work] = work(self)
        return cast("T", self._found[work])

    def figure(self, ref: Ref) -> Figure | None:
        """The figure at an address, None where the source did not have it."""
        return self.figures.get(ref)


Check = Callable[[Case], Iterable[Finding] | None]
"""A rule's work: findings (none: pass), or None where the rule does not apply to the format."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue.

    ``sentence`` says what must hold, ``formula`` how it is computed, ``scope`` the table it
    belongs to ("" for the report as a whole, "*" for the cells of every table).
    """

    id: str
    severity: Severity
    scope: str
    sentence: str
    formula: str
    check: Check = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule ended."""

    rule: Rule
    state: State
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Result:
    """The outcome of every rule for one report.

    ``unknown_explanations`` are ids given a reason that are no rules; ``unused_explanations``
    those whose rule had nothing to explain.
    """

    outcomes: tuple[Outcome, ...]
    unknown_explanations: tuple[str, ...] = ()
    unused_explanations: tuple[str, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings: failures by severity, then what could not be assessed."""
        found = [f for outcome in self.outcomes for f in outcome.findings]
        return tuple(sorted(found, key=_order))

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings in state fail."""
        return tuple(f for f in self.findings if f.state == "fail")

    @cached_property
    def unassessed(self) -> Mapping[str, tuple[str, ...]]:
        """What could not be assessed: each reason once, with the rules it holds up."""
        reasons: dict[str, tuple[str, ...]] = {}
        for finding in self.findings:
            if finding.state != "fail":
                reasons[finding.message] = (*reasons.get(finding.message, ()), finding.rule)
        return reasons

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the final documents."""
        return tuple(f for f in self.findings if f.blocking)

    def count(self, state: State) -> int:
        """The number of rules that ended in this state."""
        return sum(outcome.state == state for outcome in self.outcomes)

    def about(self, scope: str) -> Result:
        """The part that concerns one table, or with "" the report as a whole."""
        parts = []
        for outcome in self.outcomes:
            findings = outcome.findings
            if outcome.rule.scope == "*" and scope:
                findings = tuple(f for f in findings if any(r.table == scope for r in f.cells))
            elif outcome.rule.scope != scope:
                continue
            parts.append(Outcome(outcome.rule, _state(findings, outcome.state), findings))
        return Result(tuple(parts))

    @cached_property
    def numbers(self) -> Mapping[Finding, str]:
        """The sign (①, ②, …) of each failure that points at cells, errors and warnings only."""
        pointing = [f for f in self.failures if f.cells and f.severity is not Severity.NOTE]
        return {finding: sign(number) for number, finding in enumerate(pointing, 1)}

    @cached_property
    def marks(self) -> Mapping[Ref, str]:
        """The signs to print beside cells."""
        marks: dict[Ref, str] = {}
        for finding, number in self.numbers.items():
            for ref in finding.cells:
                marks[ref] = marks.get(ref, "") + number
        return marks


def _order(finding: Finding) -> tuple[bool, bool, int]:
    return finding.state != "fail", finding.explained, finding.severity.rank


def _state(findings: Iterable[Finding], otherwise: State) -> State:
    states = {finding.state for finding in findings}
    if "fail" in states:
        return "fail"
    if states:
        return "not_assessable"
    return "not_applicable" if otherwise == "not_applicable" else "pass"


def outcome(rule: Rule, findings: Iterator[Finding] | Iterable[Finding] | None) -> Outcome:
    """The outcome that findings amount to; None means not applicable."""
    if findings is None:
        return Outcome(rule, "not_applicable")
    found = tuple(findings)
    return Outcome(rule, _state(found, "pass"), found)


def sign(number: int) -> str:
    """A number as a sign beside a cell: ① … ⑳, then (21)."""
    return chr(0x2460 + number - 1) if number <= 20 else f"({number})"
