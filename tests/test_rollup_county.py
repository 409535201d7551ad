"""A generated county of 50 agencies over five years, added up and held against pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from county import write_county

from helpers.figures import number
from helpers.judging import judge
from helpers.report import TIDY_COLUMNS, Agency, Report, tidy
from helpers.rollup import Rolled, roll_up
from helpers.rules import Roster
from helpers.settings import Settings
from helpers.sources import Loaded, load

YEARS = range(2020, 2025)
COUNTY = "某某县人民政府"
Cell = tuple[int, str, str, str]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Five years of 50 agencies, both formats."""
    folder: Path = tmp_path_factory.mktemp("county")
    write_county(folder, 50, YEARS)
    return [item.report for item in load([str(folder)]) if item.report]


@pytest.fixture(scope="module")
def roster(reports: list[Report]) -> Roster:
    """The county with all its agencies."""
    return Roster(COUNTY, tuple(dict.fromkeys(report.agency.name for report in reports)))


@pytest.fixture(scope="module")
def sums(reports: list[Report], roster: Roster) -> list[Rolled]:
    """The county's sum for every year."""
    return [roll_up(Agency(name=COUNTY), year, reports, (roster,)) for year in YEARS]


@pytest.fixture(scope="module")
def by_pandas(reports: list[Report]) -> Mapping[Cell, Decimal]:
    """The same, worked out by pandas alone from the tidy figures."""
    frame = pd.DataFrame(tidy(reports), columns=list(TIDY_COLUMNS))
    frame["value"] = frame["value"].map(Decimal)
    sums = frame.groupby(["year", "table", "row", "column"])["value"].sum()
    return {(int(y), str(t), str(r), str(c)): Decimal(v) for (y, t, r, c), v in sums.items()}


def test_there_are_50_agencies_in_each_of_five_years(reports: list[Report]) -> None:
    years = pd.Series([report.year for report in reports]).value_counts()

    assert dict(years) == dict.fromkeys(YEARS, 50)


def test_every_cell_of_every_year_is_the_sum_that_pandas_finds(
    sums: list[Rolled], by_pandas: Mapping[Cell, Decimal]
) -> None:
    found = {
        (one.report.year, *ref): figure.value
        for one in sums
        for ref, figure in one.report.complete.items()
    }

    assert found == by_pandas
    assert len(found) == 198 + 4 * 200


def test_the_sums_pass_every_rule_of_severity_error_year_after_year(
    sums: list[Rolled], reports: list[Report], roster: Roster
) -> None:
    """The gaps of a draft aside, which are there to be filled by people."""
    assert [one.blocking for one in sums] == [()] * len(YEARS)
    parents = [replace(one.report, source=f"{one.report.year}.yaml") for one in sums]
    items = [Loaded(report.source, report) for report in (*parents, *reports)]
    judged = judge(items, (), Settings(rosters=(roster,)))
    results = [one.result for one in judged[: len(parents)] if one.result]
    errors = {f.rule for result in results for f in result.blocking}

    assert errors <= {"D-16", "PR-02"}
    assert all(o.state == "pass" for r in results for o in r.outcomes if o.rule.id == "R-01")


@pytest.mark.parametrize("at", [0, 17, 49])
def test_one_wrong_cell_of_one_agency_is_traced_to_it(
    at: int, sums: list[Rolled], reports: list[Report], roster: Roster
) -> None:
    """The county declared what it had added up; then one agency's licences turn out otherwise."""
    declared = sums[-1].report
    ref = declared.format.ref("lic", "dec", "二")
    assert ref
    name = roster.units[at]
    changed = [
        replace(report, figures=report.figures.having({ref: number(777_777)}))
        if (report.agency.name, report.year) == (name, declared.year)
        else report
        for report in reports
    ]
    found = roll_up(Agency(name=COUNTY), declared.year, [*changed, declared], (roster,))
    wrong = [f for f in found.differences if f.state == "fail" and f.rule == "R-01"]
    shares = [f.message for f in found.differences if f.rule == "R-14"]

    assert [f.cells for f in wrong] == [(ref,)]
    assert len(shares) == 1
    assert f"：{name} 777777（" in shares[0]
