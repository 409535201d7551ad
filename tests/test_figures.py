"""Figures: every accepted way to write a number, what is refused, and totals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import formats
from helpers.figures import Figure, Figures, complete, number, plain_number, read, show
from helpers.formats import Column, Ref
from real_figures import PINGTAN_2020, SUQIAN_2023
from strategies import CODES, consistent_figures

COUNT = Column(key="n", label="件数")
CHANGE = Column(key="c", label="本年增/减", kind="change")
WAN = Column(key="m", label="金额", kind="money", unit="万元")
YUAN = Column(key="m", label="采购总金额", kind="money", unit="元", unit_in_cell=True)

# --- a count -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0, "0"),
        (12, "12"),
        (Decimal(12), "12"),
        (12.0, "12"),
        ("12", "12"),
        ("+12", "12"),
        ("-12", "-12"),
        ("−12", "-12"),
        ("12.5", "12.5"),
        ("00012", "12"),
        ("9" * 24, "9" * 24),
    ],
)
def test_a_plain_number_is_read_as_it_is(written: object, value: str) -> None:
    figure = read(written, COUNT)

    assert ("number", Decimal(value)) == (figure.state, figure.value)


@pytest.mark.parametrize("written", ["9" * 25, int("9" * 25), Decimal("9" * 25)])
def test_a_number_too_long_to_add_up_exactly_is_not_read(written: object) -> None:
    assert read(written, COUNT).state == "unreadable"


@pytest.mark.parametrize("written", ["-0", "减0", Decimal("-0.0")])
def test_there_is_no_negative_zero(written: object) -> None:
    assert show(read(written, CHANGE), CHANGE) == "0"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("１２３", 123),
        ("1,234", 1234),
        ("1，234", 1234),
        ("12,345,678", 12345678),
        ("1'234", 1234),
        (" 12 ", 12),
        ("\u300012\u00a0", 12),
        ("1 234", 1234),
        ("\ufeff12\u200b", 12),
        ("12.", 12),
        ("12。", 12),
        ("1O", 10),
        ("1o0", 100),
        ("l2", 12),
        ("I2", 12),
        ("2〇", 20),
        ("＋5", 5),
    ],
)
def test_careless_writing_is_put_into_shape_and_said_so(written: str, value: int) -> None:
    figure = read(written, COUNT)

    assert (Decimal(value), True, written) == (figure.value, figure.normalised, figure.raw)


@pytest.mark.parametrize("written", ["12", "0", "12.5"])
def test_text_that_is_a_number_already_is_not_called_careless(written: str) -> None:
    assert not read(written, COUNT).normalised


@pytest.mark.parametrize(
    "written",
    [
        "3件",
        "增14",
        "约三千",
        "十二",
        "1e3",
        "0x10",
        "1/2",
        "1-2",
        "--5",
        "1,23",
        "1.2.3",
        "1..2",
        "12元",
        "O",
        "l",
        "O.5",
        "∞",
        "nan",
        "true",
        "9" * 31,
        "１2３a",
        True,
        False,
        float("nan"),
        float("inf"),
        [1],
    ],
)
def test_what_is_no_number_is_unreadable_and_kept(written: object) -> None:
    figure = read(written, COUNT)

    assert (figure.state, figure.value) == ("unreadable", None)
    assert figure.raw


@pytest.mark.parametrize("written", ["20①", "20²", "①", "⑴", "1½", "１２㈠"])
def test_a_footnote_sign_never_becomes_a_digit(written: str) -> None:
    """20① is not 201, though Unicode's compatible form of ① is 1."""
    assert read(written, COUNT).state == "unreadable"


@pytest.mark.parametrize(
    "written",
    ["/", "\\", "-", "--", "—", "——", "–", "无", "不适用", "N/A", "n/a", "*", "…", " / ", "－"],
)
def test_a_sign_for_nothing_is_a_placeholder_and_not_zero(written: str) -> None:
    figure = read(written, COUNT)

    assert (figure.state, figure.value) == ("placeholder", None)


@pytest.mark.parametrize("written", [None, "", "   ", "\u3000", "\u200b", "\n"])
def test_nothing_is_a_blank_and_not_zero(written: str | None) -> None:
    figure = read(written, COUNT)

    assert (figure.state, figure.value) == ("blank", None)
    assert figure != number(0)


# --- floats --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [(24252.311082, "24252.311082"), (0.1, "0.1"), (1e3, "1000"), (-2.5, "-2.5"), (1e-7, "1E-7")],
)
def test_a_float_is_taken_where_its_decimal_reading_is_certain(written: float, value: str) -> None:
    """Up to 15 digits a binary float says for certain which decimal was meant."""
    assert number(Decimal(value)) == read(written, WAN)


@pytest.mark.parametrize("written", [0.1 + 0.2, 123456789012.34567, 1 / 3])
def test_a_float_whose_decimal_reading_is_not_certain_is_refused(written: float) -> None:
    assert read(written, WAN).state == "unreadable"


@given(st.decimals(0, 10**9, places=6))
def test_money_is_exact_to_the_last_digit(amount: Decimal) -> None:
    assert amount == read(str(amount), WAN).value == read(amount, WAN).value


def test_figures_never_hold_a_binary_float() -> None:
    assert {Decimal} == {type(read(v, WAN).value) for v in (1, 1.5, "1.5", Decimal("1.5"), "3元")}


# --- changes and money ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("增14", 14),
        ("减1", -1),
        ("增加5", 5),
        ("减少2", -2),
        ("+5", 5),
        ("-2", -2),
        ("增 7", 7),
        ("0", 0),
        (-18, -18),
    ],
)
def test_a_change_may_be_written_with_words_or_signs(written: object, value: int) -> None:
    assert number(value) == read(written, CHANGE)


@pytest.mark.parametrize("written", ["增", "增减1", "增-1", "增+1", "5增", "增1项"])
def test_a_change_that_says_no_number_is_unreadable(written: str) -> None:
    assert read(written, CHANGE).state == "unreadable"


@pytest.mark.parametrize(
    ("written", "column", "value"),
    [
        ("251000元", WAN, "25.1"),
        ("25.1万元", WAN, "25.1"),
        ("1亿元", WAN, "10000"),
        ("73802895.90元", YUAN, "73802895.90"),
        ("7380.28959万元", YUAN, "73802895.9"),
        ("1,234.5元", YUAN, "1234.5"),
        ("12", YUAN, "12"),
    ],
)
def test_money_is_converted_to_the_unit_of_its_column(
    written: str, column: Column, value: str
) -> None:
    assert number(Decimal(value)) == read(written, column)


@pytest.mark.parametrize(
    ("written", "column", "unit", "normalised"),
    [
        ("73802895.90元", YUAN, "元", False),
        ("7380万元", YUAN, "万元", True),
        ("12", YUAN, None, False),
        ("12万元", WAN, "万元", True),
    ],
)
def test_the_unit_in_the_cell_is_remembered(
    written: str, column: Column, unit: str | None, normalised: bool
) -> None:
    figure = read(written, column)

    assert (unit, normalised) == (figure.unit, figure.normalised)


# --- showing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "column", "shown"),
    [
        (0, COUNT, "0"),
        (None, COUNT, ""),
        (" / ", COUNT, "/"),
        ("约三千", COUNT, "约三千"),
        (5, CHANGE, "+5"),
        ("减2", CHANGE, "-2"),
        (0, CHANGE, "0"),
        ("73802895.90元", YUAN, "73802895.90元"),
        ("7380.2万元", YUAN, "73802000元"),
        (73802895, YUAN, "73802895"),
        (Decimal("24252.311082"), WAN, "24252.311082"),
        (Decimal("1E+3"), WAN, "1000"),
        ("12.50", WAN, "12.50"),
    ],
)
def test_a_figure_is_shown_as_the_table_prints_it(
    written: object, column: Column, shown: str
) -> None:
    assert shown == show(read(written, column), column)


def test_a_figure_that_is_not_there_is_shown_as_nothing() -> None:
    assert show(None, COUNT) == ""


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_never_shown_with_an_exponent(value: Decimal) -> None:
    assert "E" not in plain_number(value)
    assert value == Decimal(plain_number(value))


# --- totals --------------------------------------------------------------------------------


def _without_totals(figures: Figures, code: str) -> Figures:
    slots = formats.find(code).slots
    return Figures({ref: figure for ref, figure in figures.items() if not slots[ref].total})


def test_totals_that_were_left_out_are_those_that_were_printed() -> None:
    """宿迁 2023 prints 31 + 3 totals; adding up its inputs gives every one of them."""
    printed = SUQIAN_2023.figures()

    added = complete(_without_totals(printed, "2021"), SUQIAN_2023.format)

    assert printed == added
    assert sum(figure.computed for figure in added.values()) == 34


def test_totals_that_were_given_are_left_as_given() -> None:
    """平潭 2020 prints 20 where the rows add up to 26: that is for a rule to say."""
    printed = PINGTAN_2020.figures()

    assert printed == complete(printed, PINGTAN_2020.format)


@given(CODES.flatmap(lambda code: st.tuples(st.just(code), consistent_figures(formats.find(code)))))
def test_leaving_out_all_totals_and_adding_up_is_no_change(given_: tuple[str, Figures]) -> None:
    code, figures = given_

    assert figures == complete(_without_totals(figures, code), formats.find(code))


@pytest.mark.parametrize("missing", ["blank", "absent", "placeholder"])
def test_a_total_stays_absent_where_one_of_its_parts_is_missing(missing: str) -> None:
    ref = Ref("四", "行政复议", "尚未审结")
    total = Ref("四", "行政复议", "总计")
    cells = dict(_without_totals(SUQIAN_2023.figures(), "2021"))
    given = {"blank": Figure(), "placeholder": read("/", COUNT)}
    if missing == "absent":
        del cells[ref]
    else:
        cells[ref] = given[missing]

    added = complete(Figures(cells), SUQIAN_2023.format)

    assert total not in added
    assert number(24) == added[Ref("四", "行政诉讼/未经复议直接起诉", "总计")]


def test_equal_figures_say_the_same_number_however_it_was_written() -> None:
    assert read("１,２３４", COUNT) == number(1234)
    assert read("1.50", WAN) == number(Decimal("1.5"))
    assert Figure() != read("/", COUNT)


def test_a_sum_with_a_missing_part_is_no_number() -> None:
    figures = Figures({Ref("三", "甲", "乙"): number(3)})

    assert figures.total([Ref("三", "甲", "乙"), Ref("三", "甲", "丙")]) is None
    assert Decimal(3) == figures.total([Ref("三", "甲", "乙")])
