"""Reports held against those of other agencies in the same batch (B)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from helpers.report import Agency, Report
from helpers.rules import (
    CATALOGUE,
    Batch,
    Roster,
    Severity,
    check,
    check_batch,
    look_around,
    with_batch,
)
from helpers.rules.batch import _prose
from helpers.rules.siblings import ALIKE, SimilarTexts
from real_figures import PINGTAN_2021, SUQIAN_2023, SUQIAN_2024
from strategies import report_of
from written import OVERVIEW, PROBLEMS

LONG = OVERVIEW * 2
BATCH = [rule for rule in CATALOGUE if rule.startswith("B-")]


def of(name: str, **changes: Any) -> Report:
    """An agency's report of zeros with text of its own."""
    fields = {key: changes.pop(key) for key in ("telephone", "email") if key in changes}
    text = f"{name}的工作。" + "".join(Random(name).choices("甲乙丙丁戊己庚辛", k=400))
    base = replace(report_of("2021"), agency=Agency(name=name, **fields), source=f"{name}.html")
    return replace(base, **{"narrative": {"一": text}} | changes)


def said(reports: Sequence[Report], rule: str) -> list[list[str]]:
    """What one rule says of each report."""
    found = check_batch(Batch(reports))
    return [
        [f"{f.level} {f.message}" for f in found[index] if f.rule == rule]
        for index in range(len(reports))
    ]


def test_the_batch_rules_are_in_the_catalogue_and_do_not_apply_to_one_report() -> None:
    ended = {one.rule.id: one.state for one in check(of("甲局")).outcomes}

    assert BATCH == ["B-01", "B-02", "B-03", "B-04", "B-05"]
    assert {ended[rule] for rule in BATCH} == {"not_applicable"}
    assert check_batch(Batch([])) == {}
    assert check_batch(Batch([of("甲局")])) == {0: ()}


def test_reports_that_have_nothing_in_common_have_nothing_to_answer_for() -> None:
    real = [facts.report() for facts in (SUQIAN_2023, SUQIAN_2024, PINGTAN_2021)]
    others = [of("甲局", telephone="0632-1111111"), of("乙局", telephone="0632-2222222")]

    assert set(check_batch(Batch([*real, *others])).values()) == {()}


def test_an_agency_has_one_report_on_a_year() -> None:
    one, again = of("甲局"), replace(of("甲 局"), source="新.docx")
    changed = replace(report_of("2021", {("doc", "made"): 3}), agency=one.agency, source="改.pdf")

    assert said([one, of("乙局"), again], "B-01") == [
        ["警告 甲局 2021 年度另有报告（数字相同）：新.docx。"],
        [],
        ["警告 甲 局 2021 年度另有报告（数字相同）：甲局.html。"],
    ]
    assert said([one, changed], "B-01") == [
        ["错误 甲局 2021 年度另有报告（数字不同）：改.pdf。"],
        ["错误 甲局 2021 年度另有报告（数字不同）：甲局.html。"],
    ]
    assert said([one, replace(one, year=2022)], "B-01") == [[], []]


def test_siblings_do_not_hand_in_the_same_text() -> None:
    def alike(name: str, number: int, extra: str = "") -> Report:
        text = LONG.replace("区财政局", name).replace("966", f"{number}")
        return of(name, narrative={"一": text + extra, "五": PROBLEMS})

    names = "（已去掉名称和数字）。"
    assert said([alike("区财政局", 3), of("丙局"), alike("区审计局", 81)], "B-02") == [
        [f"警告 第一、第五部分的文字与“区审计局”的报告有 八成以上相同{names}"],
        [],
        [f"警告 第一、第五部分的文字与“区财政局”的报告有 100%相同{names}"],
    ]
    longer = alike("区审计局", 3, extra="".join(map(chr, range(0x4E00, 0x4E00 + 400))))
    assert said([alike("区财政局", 3), longer], "B-02") == [[], []]


def test_short_texts_and_other_years_are_not_compared() -> None:
    short = {"一": OVERVIEW[:150]}
    long = {"一": LONG}
    same_year = [of("甲局", narrative=short), of("乙局", narrative=short)]
    other_year = [of("甲局", narrative=long), of("乙局", narrative=long, year=2022)]
    same_agency = [of("甲局", narrative=long), of("甲局", narrative=long)]

    for reports in (same_year, other_year, same_agency):
        assert said(reports, "B-02") == [[], []]


def texts(number: int, *, same: bool) -> list[str]:
    """Masked texts, all alike or all their own."""
    random = Random(1)
    signs = [chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(500)]
    first = "".join(random.choices(signs, k=600))
    return [first if same else "".join(random.choices(signs, k=600)) for _ in range(number)]


def compared(number: int, *, same: bool) -> int:
    """How many pairs are really compared among so many texts."""
    similar = SimilarTexts()
    for index, text in enumerate(texts(number, same=same)):
        similar.add(index, text)
    return similar.compared


def test_comparing_texts_does_not_grow_with_the_square_of_their_number() -> None:
    assert compared(400, same=True) == 399
    assert compared(400, same=False) < 40
    assert compared(800, same=True) == 799


def test_nearly_the_same_texts_are_found_whatever_stands_between_them() -> None:
    random = Random(2)
    others = texts(300, same=False)
    similar = SimilarTexts()
    for index, text in enumerate(others):
        similar.add(index, text)
    for index in range(0, 300, 30):
        cut = random.randrange(500)
        changed = others[index][:cut] + "改" * 20 + others[index][cut + 20 :]
        found = similar.add(1000 + index, changed)
        assert found is not None
        assert (found.model, found.share >= ALIKE) == (index, True)


def test_names_numbers_and_marks_do_not_count() -> None:
    one = of("甲局", narrative={"一": "甲局公开信息12条，其中网站3条。"})
    other = of("乙财政局", narrative={"一": "乙财政局公开信息九十条；其中网站1,234条！"})

    assert _prose(one) == _prose(other) == "公开信息条其中网站条"


def test_two_agencies_do_not_have_the_same_figures() -> None:
    same = [replace(SUQIAN_2023.report(), agency=Agency(name=name)) for name in ("甲市", "乙市")]

    assert said([*same, of("丙局")], "B-03") == [
        [f"警告 表{table}的每个数都与“乙市”的相同。" for table in "二三四"],
        [f"警告 表{table}的每个数都与“甲市”的相同。" for table in "二三四"],
        [],
    ]


def test_a_few_small_figures_may_be_the_same_by_chance() -> None:
    cells = {("new", "nat"): 12, ("open", "nat"): 12}
    same = [
        replace(report_of("2021", cells), agency=Agency(name=name)) for name in ("甲局", "乙局")
    ]

    assert said(same, "B-03") == [[], []]


def test_two_agencies_do_not_give_the_same_number_or_address() -> None:
    reports = [
        of("甲局", telephone="0632-3252082", email="A@zz.cn"),
        of("乙局", telephone="06323252082", email="a@zz.cn"),
        of("丙局", telephone="12345", email="c@zz.cn"),
        of("丁局", telephone="12345"),
    ]

    assert said(reports, "B-04") == [
        ["提示 电话“0632-3252082”与“乙局”的相同。", "提示 电子邮箱“A@zz.cn”与“乙局”的相同。"],
        ["提示 电话“06323252082”与“甲局”的相同。", "提示 电子邮箱“a@zz.cn”与“甲局”的相同。"],
        [],
        [],
    ]


def test_many_of_the_same_are_counted_and_not_listed() -> None:
    reports = [of(f"{sign}局", telephone="0632-3252082") for sign in "甲乙丙丁戊己"]

    assert said(reports, "B-04")[5] == [
        "提示 电话“0632-3252082”与“甲局”、“乙局”、“丙局”等 5 家的相同。"
    ]


def test_settings_weigh_and_switch_off_batch_rules() -> None:
    reports = [of("甲局", telephone="0632-3252082"), of("乙局", telephone="0632-3252082")]
    reports[0] = replace(reports[0], explanations={"B-04": "同一办公楼"})

    off = check_batch(Batch(reports), {"B-04": Severity.OFF})
    heavy = check_batch(Batch(reports), {"B-04": Severity.EXPLAINABLE})

    assert set(off.values()) == {()}
    assert [finding.explanation for found in heavy.values() for finding in found] == [
        "同一办公楼",
        "",
    ]


def test_a_result_takes_up_what_the_batch_shows() -> None:
    reports = [of("甲局", telephone="0632-3252082"), of("乙局", telephone="0632-3252082")]
    result = with_batch(check(reports[0]), look_around(Batch(reports))[0])

    ended = {one.rule.id: one.state for one in result.outcomes if one.rule.id in BATCH}
    assert ended == {"B-01": "pass", "B-02": "pass", "B-03": "pass", "B-04": "fail"} | {
        "B-05": "not_applicable"
    }
    assert [f.rule for f in result.failures if f.rule in BATCH] == ["B-04"]


def test_with_a_roster_every_agency_is_on_it() -> None:
    roster = Roster("某某县人民政府", ("某某县民政局", "某某县财政局"))
    reports = [of("某某县民政局"), of("某某县财 政局"), of("某某县民正局")]
    found = check_batch(Batch(reports, (roster,)))

    assert [[f.message for f in found[index] if f.rule == "B-05"] for index in range(3)] == [
        [],
        [],
        ["“某某县民正局”不在设置文件的汇总名单上，是不是“某某县民政局”？"],
    ]
    assert "B-05" in Batch(reports, (roster,)).rules_of(0)


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("某某县财政局", None),  # one character from 民政局, and another bureau
        ("某某县司法局", None),
        ("别的县民政局", None),
        ("西河镇人民政府", None),
        ("某某县民正局", "某某县民政局"),
        ("某某县政民局", "某某县民政局"),
        ("沐阳县人民政府", "沭阳县人民政府"),
        ("沂阳市人民政府", None),
        ("某某县第三人民医院", None),
        ("民政局", "某某县民政局"),
        ("某某县住建局", "某某县住房和城乡建设局"),
        ("某某县住房与城乡建设局", "某某县住房和城乡建设局"),
        ("某某县卫生健康委员会", "某某县卫生健康局"),
    ],
)
def test_a_likely_name_is_offered_only_where_it_is_likely(name: str, guess: str | None) -> None:
    units = ("某某县民政局", "某某县住房和城乡建设局", "某某县卫生健康局", "东河镇人民政府")
    units += ("沭阳县人民政府", "某某县第一人民医院")
    found = check_batch(Batch([of(name), of(units[0])], (Roster("某某县人民政府", units),)))

    (said,) = [f.message for f in found[0] if f.rule == "B-05"]
    assert said.endswith(f"，是不是“{guess}”？" if guess else "名单上。")
