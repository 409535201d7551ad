"""Registers with very many rows that are not counted: all are told, most of them together."""

from __future__ import annotations

import json

import numpy as np
import pytest
from openpyxl import load_workbook

from helpers.cli import execute
from helpers.errors import InputError
from helpers.proofs import proof_book
from helpers.register import placing, reading, summing, vocabulary
from helpers.register.files import open_file
from helpers.register.options import RegisterOptions
from helpers.register.tally import read_registers, tally
from helpers.register.telling import tally_data
from make_files import xlsx

HEADS = "登记编号,申请人类型,收到日期,办结日期,办理结果\n"
MANY = 300


@pytest.fixture
def strange(tmp_path, monkeypatch):
    """A register whose kinds and results are all different and unknown, row 5 excepted."""
    monkeypatch.setattr(summing, "LISTED", 25)
    lines = [f"2023-{n},甲{n}人,2023-01-05,2023-02-01,乙{n}办\n" for n in range(MANY)]
    lines[3] = lines[200] = "2023-a,自然人,2023-01-05,2023-02-01,予以公开\n"
    lines[200] = lines[200].replace("-a,", "-b,")
    file = tmp_path / "r.csv"
    file.write_text(HEADS + "".join(lines), encoding="utf-8")
    return file


def wrong_rows() -> set[int]:
    return set(range(2, MANY + 2)) - {5, 202}


def rows_of(findings, column: str) -> list[int]:
    """The rows that findings about a column tell, as JSON has them."""
    spans = (
        one.get("runs") or [[one["row"], one["row"]]] for one in findings if one["column"] == column
    )
    return [row for runs in spans for first, last in runs for row in range(first, last + 1)]


def found_in(file):
    return tally(read_registers([str(file)], [], RegisterOptions()), 2023)


def test_rows_after_the_first_ones_are_summed_up_by_fault_and_none_is_lost(strange):
    found = found_in(strange)

    assert len(found.uncounted) == 2 * 26
    assert [one.row for one in found.uncounted[:4]] == [2, 2, 3, 3]
    for column in ("申请人类型", "办理结果"):
        (last,) = [one for one in found.uncounted if one.column == column and one.runs]
        assert last.runs == ((28, 201), (203, 301))
        assert (last.row, last.count) == (28, 273)
        assert last.message.endswith("同类问题连这一行共 273 行，不再逐行列出")
        assert str(last).startswith(f"{strange} 第 28 行等“{column}”：不是可用的写法")
        told = rows_of(tally_data(found, "甲局", None)["findings"], column)
        assert len(told) == len(set(told)) == 298
        assert set(told) == wrong_rows()


def test_the_proof_has_the_number_of_every_row(strange, tmp_path, monkeypatch):
    import helpers.proofs

    monkeypatch.setattr(helpers.proofs, "_RUNS_A_LINE", 1)
    file = tmp_path / "p.xlsx"
    file.write_bytes(proof_book(found_in(strange), "某某局"))
    lines = [
        row
        for row in load_workbook(file)["未计入的行"].iter_rows(values_only=True)
        if row[0] == "错误"
    ]
    said = [str(row[-1]) for row in lines if "各行：" in str(row[-1])]

    assert len(lines) == 2 * (25 + 2)
    assert [text.rpartition("：")[2] for text in said] == ["28-201", "203-301"] * 2


def test_the_terminal_tells_how_many_rows_there_are_of_each_kind_of_fault(strange, capsys):
    code = execute(["tally", str(strange), "--agency", "某某局", "--year", "2023"])
    said = capsys.readouterr().out

    assert code == 1
    assert "台账共 300 行，未能计入 298 行" in said
    assert said.count("同类问题连这一行共 273 行") == 2
    assert "……G-02 错误还有 5 行，用 --proof 或 --json 看全部" in said
    assert "有 298 行未能计入" in said
    execute(["tally", str(strange), "--agency", "某某局", "--year", "2023", "--json"])
    assert set(rows_of(json.loads(capsys.readouterr().out)["findings"], "办理结果")) == wrong_rows()


def test_hints_about_very_many_rows_are_summed_up_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(summing, "LISTED", 4)
    line = "2023-{},自然人,2023-01-05,2023-{}-01,予以公开\n"
    text = "".join(line.format(n, "08" if n % 2 else "09") for n in range(10))
    file = tmp_path / "r.csv"
    file.write_text(HEADS + text, encoding="utf-8")
    late = [one for one in found_in(file).findings if one.level == "警告"]

    assert [one.row for one in late] == [2, 3, 4, 5, 6]
    assert late[-1].runs == ((6, 11),)
    assert late[-1].counted
    assert "超过期限" in late[-1].message
    assert "共 6 行" in late[-1].message


def test_rows_are_looked_through_once_for_each_fault_not_for_each_word(strange, monkeypatch):
    looked = []
    real = placing.Placing.fault
    monkeypatch.setattr(
        placing.Placing, "fault", lambda *given: looked.append(given[1]) or real(*given)
    )
    found_in(strange)
    assert len(looked) < 20


def test_a_word_that_is_surely_unknown_is_not_taken_apart(strange, monkeypatch):
    apart = []
    real = vocabulary.Lexicon._parts
    monkeypatch.setattr(
        vocabulary.Lexicon, "_parts", lambda self, text: apart.append(text) or real(self, text)
    )
    found_in(strange)
    assert not [text for text in apart if text.endswith(("人", "办")) and text[:1] in "甲乙"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("甲", "unknown"), ("12", "blank"), ("予以公开和某", "unknown"), ("", "blank")],
)
def test_what_is_told_at_once_is_what_taking_apart_tells(text, reason):
    from helpers import formats

    lexicon = vocabulary.results(formats.find("2021"), {})
    meaning = lexicon.meaning(text)
    assert meaning.reason == reason
    assert meaning == lexicon.meaning(text, "")  # which is taken apart
    assert meaning == lexicon.meaning_of_two(text, "")


def test_a_register_with_as_many_different_results_as_rows_is_refused_before_all_is_read(
    strange, monkeypatch
):
    monkeypatch.setattr(reading, "_BATCH", 50)
    monkeypatch.setattr(reading, "_MOST_WORDS", 120)
    with pytest.raises(InputError, match="第 151 行：到这一行“申请人类型”已有 150 种") as told:
        found_in(strange)
    assert "超过 120 种，不像台账，没有读；请看列名写得对不对" in str(told.value)

    monkeypatch.setattr(reading, "_MOST_WORDS", MANY)
    assert len(found_in(strange).uncounted) == 2 * 26


def test_runs_are_joined_whatever_their_order():
    assert list(summing.joined([5, 3, 4, 9, 4])) == [(3, 5), (9, 9)]
    assert list(summing.joined(np.array([1]).tolist())) == [(1, 1)]


def test_rows_of_a_sheet_keep_their_columns_where_the_first_ones_are_empty(tmp_path):
    file = tmp_path / "r.xlsx"
    file.write_bytes(xlsx(lambda _, sheet: sheet.write(2, 2, "甲") or sheet.write(3, 3, 5)))
    (sheet,) = open_file(file, "r.xlsx", list).sheets
    empty = ["", "", "", ""]
    assert list(sheet.rows) == [empty, empty, ["", "", "甲", ""], ["", "", "", 5]]
