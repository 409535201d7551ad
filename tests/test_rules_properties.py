"""One wrong cell gives one finding: random reports with random mistakes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import Phase, Verbosity, given, settings
from hypothesis import strategies as st

from helpers import formats
from helpers.figures import Figure, Figures, number
from helpers.formats import Format, Ref, Slot
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, Finding, Result, check
from real_figures import PINGTAN_2019, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024, Facts
from strategies import CODES, consistent_figures, numbers

SWEEP = settings(max_examples=6, phases=[Phase.explicit, Phase.generate], verbosity=Verbosity.quiet)
"""For tests that go through every cell: few reports, no shrinking, and the cell in the message."""

IDENTITIES = ("三", "四")
"""The tables in which every cell is covered by an identity."""


@st.composite
def consistent(draw: st.DrawFn) -> Report:
    """A report of either format with all totals typed in and nothing wrong."""
    fmt = formats.find(draw(CODES))
    return Report(Agency(name="某某局"), int(fmt.code), fmt, draw(consistent_figures(fmt)))


REAL = st.sampled_from([PINGTAN_2019, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024]).map(Facts.report)


def changed(report: Report, changes: dict[Ref, Decimal]) -> Report:
    """The report with some figures replaced."""
    return replace(
        report, figures=report.figures.having({ref: number(v) for ref, v in changes.items()})
    )


def by(report: Report, ref: Ref, step: int) -> Decimal:
    """A figure of the report moved by a step."""
    return (report.figures.value(ref) or Decimal(0)) + step


def covered(fmt: Format) -> list[Ref]:
    """The cells that an identity covers."""
    return [ref for ref in fmt.slots if ref.table in IDENTITIES]


@given(consistent())
def test_a_consistent_report_has_no_error(report: Report) -> None:
    result = check(report)

    assert [f.message for f in result.failures if f.severity.public == "error"] == []


@given(consistent())
def test_a_consistent_report_has_no_error_with_its_totals_left_out(report: Report) -> None:
    slots = report.format.slots
    inputs = Figures({ref: f for ref, f in report.figures.items() if not slots[ref].total})

    assert check(replace(report, figures=inputs)).blocking == ()


@SWEEP
@given(consistent() | REAL)
def test_every_wrong_cell_gives_one_error(report: Report) -> None:
    """Any cell of 表三 or 表四, one up or one down: one finding stops the report."""
    for ref in covered(report.format):
        for step in (1, -1):
            blocking = check(changed(report, {ref: by(report, ref, step)})).blocking
            assert len(blocking) == 1, (ref, step, [finding.message for finding in blocking])


@SWEEP
@given(consistent() | REAL)
def test_a_wrong_cell_of_table_three_is_named_with_its_right_value(report: Report) -> None:
    for ref in report.format.table("三").slots:
        wrong = by(report, ref, 1)
        result = check(changed(report, {ref: wrong}))

        (error,) = result.blocking
        (hint,) = [finding for finding in result.findings if finding.rule == "T3-06"]
        right = f"{report.figures.value(ref)}"
        assert ((ref,), right, f"{wrong}") == (error.cells, error.expected, error.found)
        assert ((ref,), right, f"{wrong}") == (hint.cells, hint.expected, hint.found)


@SWEEP
@given(consistent() | REAL)
def test_a_wrong_cell_of_table_four_is_found_in_its_group(report: Report) -> None:
    for ref in report.format.table("四").slots:
        (error,) = check(changed(report, {ref: by(report, ref, 1)})).blocking

        assert ("T4-01", ref.row, "总计") == (error.rule, error.cells[0].row, error.cells[0].column)


@SWEEP
@given(consistent() | REAL)
def test_with_totals_left_out_a_wrong_number_of_cases_is_still_one_error(report: Report) -> None:
    """Only 一 + 二 = 三 + 四 is left to hold, in the applicant's column."""
    slots = report.format.slots
    inputs = Figures({ref: f for ref, f in report.figures.items() if not slots[ref].total})
    report = replace(report, figures=inputs)

    for ref in [r for r in inputs if r.table == "三"]:
        blocking = check(changed(report, {ref: by(report, ref, 1)})).blocking
        assert [("T3-03", ref.column)] == [(f.rule, f.cells[0].column) for f in blocking], ref


@SWEEP
@given(consistent() | REAL)
def test_with_totals_left_out_a_cell_that_is_no_count_is_still_one_error(report: Report) -> None:
    """A total that is added up of a faulty cell is as faulty, and no rule builds on it."""
    slots = report.format.slots
    inputs = Figures({ref: f for ref, f in report.figures.items() if not slots[ref].total})
    report = replace(report, figures=inputs)

    for ref in [r for r in inputs if r.table in IDENTITIES]:
        half = changed(report, {ref: Decimal("0.5")})
        assert [(f.rule, f.cells) for f in check(half).blocking] == [("C-04", (ref,))]


@given(consistent() | REAL, st.data())
def test_two_independent_wrong_cells_give_two_findings(report: Report, data: st.DataObject) -> None:
    """Neither row nor column in common, and not wrong by the same: each is named by itself."""
    cells = list(report.format.table("三").slots)
    one = data.draw(st.sampled_from(cells))
    far = [ref for ref in cells if ref.row != one.row and ref.column != one.column]
    other = data.draw(st.sampled_from(far))

    result = check(changed(report, {one: by(report, one, 3), other: by(report, other, 5)}))

    assert {(one,), (other,)} == {finding.cells for finding in result.blocking}
    assert len(result.blocking) == 2


@given(consistent() | REAL, st.data())
def test_mistakes_in_two_tables_do_not_disturb_each_other(
    report: Report, data: st.DataObject
) -> None:
    three = data.draw(st.sampled_from(list(report.format.table("三").slots)))
    four = data.draw(st.sampled_from(list(report.format.table("四").slots)))

    result = check(changed(report, {three: by(report, three, 1), four: by(report, four, 1)}))

    assert sorted((finding.cells[0].table for finding in result.blocking), key="三四".index) == [
        "三",
        "四",
    ]


@SWEEP
@given(consistent() | REAL, st.sampled_from(["blank", "placeholder", "unreadable"]))
def test_every_cell_that_is_no_number_gives_one_error(report: Report, state: str) -> None:
    """Any cell of any table: what hangs on it waits and does not fail with it."""
    rule = {"blank": "C-01", "placeholder": "C-02", "unreadable": "C-03"}[state]
    figure = Figure(None, state, "x")  # type: ignore[arg-type]
    for ref in report.format.slots:
        result = check(replace(report, figures=report.figures.having({ref: figure})))

        assert [(rule, (ref,))] == [(f.rule, f.cells) for f in result.blocking]
        assert _waiting(result) == _holding(report.format.slots[ref])


def _waiting(result: Result) -> set[str]:
    """The identities that could not be assessed."""
    every = {f.rule for f in result.findings if f.state == "not_assessable"}
    return every & {"T3-01", "T3-02", "T3-03", "T4-01", "L-04", "T2-01"}


def _holding(slot: Slot) -> set[str]:
    """The identities of the format in which a cell stands."""
    held = set()
    for relation in slot.block.relations:
        key = slot.column.key if relation.each == "row" else slot.line.key
        if key in {term.key for term in (*relation.left, *relation.right)}:
            held.add(relation.rule)
    return held & {"T3-01", "T3-02", "T3-03", "T4-01", "L-04", "T2-01"}


@st.composite
def wild(draw: st.DrawFn) -> Report:
    """A report in which anything may stand anywhere, or nothing."""
    fmt = formats.find(draw(CODES))
    odd = st.sampled_from([None, Figure(), Figure(None, "placeholder", "/"), number(-1), number(0)])
    found = {
        slot.ref: draw(st.one_of(odd, numbers(slot.column), st.just(number(0))))
        for slot in fmt.slots.values()
    }
    kept = {ref: figure for ref, figure in found.items() if figure is not None}
    return Report(Agency(name="某某局"), draw(st.sampled_from([2019, 2021])), fmt, Figures(kept))


@given(wild())
def test_no_report_makes_a_rule_crash_or_a_finding_without_words(report: Report) -> None:
    result = check(report)

    assert len(CATALOGUE) == len(result.outcomes)
    for finding in result.findings:
        _well_formed(finding, report.format)


def _well_formed(finding: Finding, fmt: Format) -> None:
    assert finding.message.endswith("。"), finding.message
    assert not finding.remedy or finding.remedy.endswith("。"), finding.remedy
    assert set(finding.cells) <= set(fmt.slots), finding.cells
    assert "None" not in finding.full_message
    assert "E+" not in finding.full_message


@given(consistent())
def test_checking_twice_says_the_same(report: Report) -> None:
    assert check(report) == check(report)


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_every_cell_of_tables_three_and_four_is_covered_by_an_identity(code: str) -> None:
    fmt = formats.find(code)

    assert covered(fmt) == [
        slot.ref
        for slot in fmt.slots.values()
        if {"T3-01", "T3-02", "T3-03", "T4-01"} & _holding(slot)
    ]
