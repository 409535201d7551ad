"""Placeholders: figures in the text come from the tables, and nothing is executed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import formats
from helpers.figures import Figure, Figures, number
from helpers.formats import Format, Ref, select
from helpers.placeholders import PlaceholderError, fill, problems
from helpers.report import Agency, Report
from real_figures import PINGTAN_2019, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024
from strategies import CODES, consistent_figures

REPORT = SUQIAN_2023.report()


# What 宿迁's own text says of its tables of 2023 and 2024.
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("三.本年新收 + 三.上年结转", "3607"),
        ("三.本年新收.自然人 + 三.上年结转.自然人", "3493"),
        ("三.本年新收.法人或其他组织 + 三.上年结转.法人或其他组织", "114"),
        ("三.予以公开", "1191"),
        ("三.部分公开.总计", "328"),
        ("三.不予公开", "142"),
        ("三.无法提供", "1078"),
        ("三.不予处理", "406"),
        ("三.其他处理", "341"),
        ("三.结转下年", "121"),
        ("四.行政复议.总计", "440"),
        ("四.行政诉讼", "113"),
        ("四.行政诉讼.尚未审结", "15"),
        ("二.行政许可", "1808595"),
        ("二.行政事业性收费.收费金额", "59237.2449"),
        ("年度", "2023"),
        ("上年度", "2022"),
        ("机构", "宿迁市人民政府"),
        ("简称", "宿迁市人民政府"),
    ],
)
def test_a_placeholder_says_what_the_published_text_said(path: str, said: str) -> None:
    assert f"全年{said}件" == fill(f"全年{{{{ {path} }}}}件", REPORT)


def test_what_is_decided_is_all_less_what_is_pending() -> None:
    """宿迁 2024 writes 134 reviews and 57 suits: its totals without those still pending."""
    text = (
        "复议{{ 四.行政复议.总计 - 四.行政复议.尚未审结 }}件，"
        "诉讼{{四.行政诉讼.总计-四.行政诉讼.尚未审结}}件"
    )

    assert fill(text, SUQIAN_2024.report()) == "复议134件，诉讼57件"


def test_money_keeps_its_decimals_and_changes_their_sign() -> None:
    text = "{{ 二.政府集中采购.采购总金额 }}；{{ 二.行政处罚.本年增减 }}"

    assert fill(text, PINGTAN_2019.report()) == "75394432.52；0"
    assert fill("{{ 二.行政事业性收费 }}", PINGTAN_2021.report()) == "24252.311082"


def test_a_short_name_is_used_where_there_is_one() -> None:
    report = Report(Agency(name="市中区工信局", short_name="区局"), 2021, REPORT.format, Figures())

    assert fill("{{简称}} {{ 机构 }}", report) == "区局 市中区工信局"


def test_a_blank_cell_is_shown_as_a_gap_and_never_as_zero() -> None:
    ref = Ref("二", "行政许可", "本年处理决定数量")
    report = Report(REPORT.agency, 2023, REPORT.format, Figures({ref: Figure()}))

    assert fill("许可{{ 二.行政许可 }}件", report) == "许可〔空〕件"
    assert fill("合计{{ 二.行政许可 + 二.行政处罚 }}件", report) == "合计〔空〕件"


def test_totals_that_were_left_out_are_added_up_for_the_text() -> None:
    slots = REPORT.format.slots
    inputs = Figures({r: f for r, f in REPORT.figures.items() if not slots[r].total})
    report = Report(REPORT.agency, 2023, REPORT.format, inputs)

    assert fill("{{ 三.总计.总计 }}", report) == "3486"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "{{ 三.本年新受.总计 }}",
            (
                "占位符“{{ 三.本年新受.总计 }}”：表三中没有“本年新受”这一行或列"
                "（“三.本年新受.总计”），是不是“本年新收”？"
            ),
        ),
        (
            "{{ 年渡 }}",
            (
                "占位符“{{ 年渡 }}”不认识，是不是“年度”？可用的有：年度、上年度、机构、简称，"
                "以及 表.行.列（如 三.本年新收.总计）"
            ),
        ),
        (
            "{{ }}",
            (
                "占位符“{{  }}”不认识，可用的有：年度、上年度、机构、简称，"
                "以及 表.行.列（如 三.本年新收.总计）"
            ),
        ),
        ("{{ 年度 }", "双花括号 {{ }} 没有成对"),
        ("年度 }}", "双花括号 {{ }} 没有成对"),
    ],
)
def test_a_placeholder_that_means_nothing_is_explained(text: str, says: str) -> None:
    assert [says] == list(problems(text, REPORT))


def test_every_bad_placeholder_of_a_text_is_named() -> None:
    text = "{{ 甲 }}{{ 三.本年新收 }}{{ 七.乙 }}"

    assert len(list(problems(text, REPORT))) == 2


@pytest.mark.parametrize(
    "written", ["三.不予公开 +", "- 三.不予公开", "三.不予公开 ++ 三.予以公开"]
)
def test_a_sum_with_nothing_on_one_side_is_quoted_as_it_was_written(written: str) -> None:
    (said,) = problems(f"{{{{ {written} }}}}", REPORT)

    assert said.startswith(f"占位符“{{{{ {written} }}}}”：加减号的前后都要写")


@pytest.mark.parametrize(
    "expression",
    [
        "report.agency",
        "__import__('os').system('true')",
        "三.本年新收.__class__",
        "三.本年新收.总计 * 2",
        "1 + 1",
        "三.本年新收.总计 | safe",
        "三.本年新收.总计 + ",
        "三.本年新收.总计 ++ 三.本年新收.总计",
    ],
)
def test_nothing_but_figures_and_four_words_is_reachable(expression: str) -> None:
    with pytest.raises(PlaceholderError):
        fill(f"{{{{ {expression} }}}}", REPORT)


@given(st.text("{}三.本年新收 +-\n总计", max_size=40))
def test_no_text_makes_the_check_of_placeholders_crash(text: str) -> None:
    """Text without problems can be filled in; a text with problems says so in words."""
    found = list(problems(text, REPORT))

    if not found:
        assert "{{" not in fill(text, REPORT)
    assert all(isinstance(sentence, str) and sentence for sentence in found)


@given(st.text(st.characters(exclude_characters="{}")))
def test_text_without_placeholders_is_left_alone(text: str) -> None:
    assert text == fill(text, REPORT)


@given(CODES.map(formats.find).flatmap(lambda f: st.tuples(st.just(f), consistent_figures(f))))
def test_every_figure_can_be_named_by_its_full_path(given_: tuple[Format, Figures]) -> None:
    """Table, row path and column, joined by dots, mean that figure and no other."""
    fmt, figures = given_
    report = Report(REPORT.agency, 2021, fmt, figures)

    for ref in fmt.slots:
        path = ".".join((ref.table, *(_undotted(part) for part in ref.row.split("/")), ref.column))
        assert (ref,) == select(fmt, path).refs, path
        value = figures.value(ref)
        assert value is not None
        assert number(value) == number(Decimal(fill(f"{{{{ {path} }}}}", report)))


def _undotted(label: str) -> str:
    return label.split(".", 1)[-1] if label[:1].isdigit() else label
