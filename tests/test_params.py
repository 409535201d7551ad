"""Params files: what is read, what is refused and where, and writing that reads back the same."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from helpers import formats
from helpers.errors import InputError, Problem
from helpers.figures import Figure, number
from helpers.formats import Ref
from helpers.params import params_data, positions, read_params, report_from, write_params
from helpers.params.positions import compose
from helpers.report import Report
from real_figures import ALL, Facts
from strategies import reports

BROKEN = Path(__file__).parent / "broken"

MINIMAL: dict[str, Any] = {
    "agency": {"name": "某某局"},
    "year": 2021,
    "figures": {"二": {"行政许可": 0}, "三": {}, "四": {}},
}

# --- one defect a file ---------------------------------------------------------------------
# File, line, and words that its one message must contain.

DEFECTS = [
    ("unknown_key", 7, ["draft：没有“draft”这一项", "可用的有：agency、year、format"]),
    ("misspelt_key", 7, ["没有“naratives”这一项，是不是“narrative”？"]),
    ("agency_missing", 1, ["缺少“agency”（机关名称和联系方式）"]),
    ("agency_is_text", 1, ["agency：读到“某某局”，应为一组名称和值，如 {name: 某某局}"]),
    ("agency_misspelt_key", 1, ["agency.telefone：没有“telefone”这一项，是不是“telephone”？"]),
    ("agency_name_too_short", 1, ["agency.name：读到“局”，应为机关全称（2 至 80 字）"]),
    ("bad_postcode", 1, ['读到“27710”，应为 6 位数字，并加引号，如 "277100"']),
    ("bad_email", 1, ["读到“gxj.zz.gov.cn”，应为电子邮箱，如 name@example.gov.cn"]),
    ("wrong_year", 2, ["读到“21”，应为四位数的年度，如 2021，不加引号"]),
    ("year_as_text", 2, ["读到“2021”，应为四位数的年度，如 2021，不加引号"]),
    ("year_before_any_format", 2, ["2018 年度没有规定的格式：最早的格式自 2019 年度起施行"]),
    ("year_too_late", 2, ["读到“20211”，应为四位数的年度，如 2021，不加引号"]),
    ("unknown_format", 7, ["format：没有代号为“2020”的格式，可用的有：2019、2021"]),
    ("impossible_date", 7, ["published：读到“2022-02-30”，应为日期，如 2022-01-15"]),
    ("date_in_words", 7, ["published：读到“2022年1月15日”，应为日期，如 2022-01-15"]),
    ("figures_missing", 1, ["缺少“figures”（表二、表三、表四的数字，键为表中印出的名称）"]),
    ("figures_empty", 3, ["figures：应为二、三、四各表的数字，读到的是空"]),
    ("missing_table", 3, ["缺少表四（政府信息公开行政复议、行政诉讼情况）；没有发生的也要写 0"]),
    ("unknown_table", 6, ["没有“五”这张表，应为二、三、四之一"]),
    ("table_twice", 6, ["表三写了两次"]),
    ("table_is_list", 4, ["figures.二：应为各行的名称和数字，读到的是一列值"]),
    ("wrong_row", 5, ["表三没有“本年收到”这一行，是不是“本年新收”？"]),
    ("row_unlike_any", 5, ["表三没有“天气”这一行，应为其中之一：一、本年新收政府信息公开申请数量"]),
    ("row_of_the_other_format", 4, ["表二没有“政府集中采购”这一行", "规章、行政规范性文件"]),
    ("row_twice_under_two_names", 5, ["“一、本年新收政府信息公开申请数量”这一行写了两次"]),
    ("group_in_place_of_rows", 5, ["“（三）不予公开”下面还要分行填写：1.属于国家秘密"]),
    ("wrong_column", 4, ["“行政许可”没有“处理决定数”这一列，是不是“本年处理决定数量”？"]),
    ("column_twice_under_two_names", 4, ["“本年制发件数”这一列写了两次，请删去一处"]),
    ("column_group_in_place_of_columns", 5, ["没有“法人或其他组织”这一列，应为：自然人、商业企业"]),
    ("too_short_list", 5, ["应有 6 或 7 个数（自然人、商业企业", "读到 5 个"]),
    ("too_long_list", 5, ["应有 6 或 7 个数（自然人、商业企业", "读到 8 个"]),
    ("one_number_for_a_row", 5, ["应为 6 个数（自然人、商业企业", "读到的是“1”；写成 [0, 0, …]"]),
    (
        "text_in_number",
        5,
        ["本年新收.2：", "“商业企业”读到“3件”，应为整数，如 12；没有发生写 0（C-03）"],
    ),
    ("yes_in_number", 5, ["“自然人”读到", "应为整数，如 12；没有发生写 0（C-03）"]),
    ("list_in_number", 5, ["“自然人”读到一列值，应为整数"]),
    ("duplicate_key", 7, ["“year”重复了，第 2 行已经写过；请删去一处"]),
    ("duplicate_row", 7, ["“本年新收”重复了，第 6 行已经写过；请删去一处"]),
    (
        "unknown_section",
        8,
        ["没有“总体状况”这一节，文字各节是：总体情况、存在的主要问题及改进情况"],
    ),
    ("table_section_as_text", 7, ["没有“二”这一节，文字各节是：总体情况"]),
    ("section_twice", 9, ["“总体情况”这一节写了两次"]),
    ("section_is_list", 8, ["narrative.总体情况：", "应为文字"]),
    ("narrative_is_text", 7, ["narrative：", "应为一组名称和值"]),
    ("bad_placeholder", 8, ["{{ 三.本年新受.总计 }}", "是不是“本年新收”？"]),
    ("unknown_word_in_placeholder", 8, ["占位符“{{ 年渡 }}”不认识，是不是“年度”？", "简称"]),
    ("unpaired_braces", 8, ["双花括号 {{ }} 没有成对"]),
    ("placeholder_without_quotes", 8, ["{{", "加引号"]),
    ("explanations_are_list", 7, ["explanations：", "应为一组名称和值"]),
    ("explanation_empty", 8, ["explanations.D-08.理由：", "应为文字"]),
    ("explanation_without_reason", 7, ["explanations.D-08.理由：", "缺少“理由”"]),
    (
        "explanation_misspelt",
        7,
        ["没有“写人报告”这一项，是不是“写入报告”？可用的有：理由、写入报告"],
    ),
    ("explanation_printed_in_words", 7, ["读到“是”，应为 true 或 false"]),
    (
        "tab_indentation",
        6,
        ["此处用了制表符缩进，请改用空格"],
    ),
    ("full_width_colon", 2, ["冒号请用半角“:”，后面空一格"]),
    ("colon_without_space", 2, ["冒号请用半角“:”，后面空一格"]),
    ("unclosed_quote", 1, ["引号"]),
    ("unclosed_bracket", 5, ["括号"]),
    ("wrong_indentation", 5, ["缩进"]),
    ("colon_in_text", 8, ["此处多了一个冒号；文字里有冒号和空格时请加引号"]),
    ("star_in_text", 8, ["以 * 开头的文字请加引号"]),
    ("refers_to_itself", 7, ["嵌套过深"]),
    ("nested_too_deep", 5, ["嵌套过深"]),
    ("list_of_reports", 1, ["应为 agency、year、figures 等键和值"]),
    ("empty", 0, ["应为 agency、year、figures 等键和值，文件是空的或不是这种写法"]),
    ("only_comments", 0, ["应为 agency、year、figures 等键和值，文件是空的或不是这种写法"]),
    ("only_text", 1, ["应为 agency、year、figures 等键和值，文件是空的或不是这种写法"]),
    ("binary", 0, ["不是文本文件，或编码既非 UTF-8 也非 GB18030"]),
    ("control_character", 8, ["含有 YAML 不允许的字符"]),
]


def faults(name: str) -> tuple[Problem, ...]:
    """The problems of a file in tests/broken."""
    with pytest.raises(InputError) as caught:
        read_params(BROKEN / f"{name}.yaml", f"{name}.yaml")
    return caught.value.problems


@pytest.mark.parametrize(("name", "line", "words"), DEFECTS, ids=[row[0] for row in DEFECTS])
def test_one_defect_gives_one_message_at_its_line(name: str, line: int, words: list[str]) -> None:
    problems = faults(name)

    assert len(problems) == 1, [str(problem) for problem in problems]
    assert (f"{name}.yaml", line) == (problems[0].file, problems[0].line)
    for word in words:
        assert word in str(problems[0])


def test_every_broken_file_has_its_expectation() -> None:
    assert {row[0] for row in DEFECTS} | {"many_at_once"} == {f.stem for f in BROKEN.glob("*.yaml")}


@pytest.mark.parametrize("name", [row[0] for row in DEFECTS])
def test_no_message_speaks_python_to_an_officer(name: str) -> None:
    python = re.compile(r"\b(None|True|False|\w+_type)\b|\['|\{'|Traceback|<class")

    assert [str(problem) for problem in faults(name) if python.search(str(problem))] == []


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    assert [(problem.line, problem.key) for problem in faults("many_at_once")] == [
        (1, "agency.name"),
        (5, "figures.三.本年新收.1"),
        (6, "figures.四.行政复意"),
        (7, "published"),
        (9, "narrative.附件"),
        (10, "narrative.总体情况"),
        (11, "draft"),
    ]


def test_a_wrong_year_does_not_hide_the_mistakes_in_the_figures() -> None:
    """Without a format the newest one is good enough to say which rows and numbers are wrong."""
    data = MINIMAL | {"year": "二〇二一", "figures": {"二": {"天气": 0}, "三": {}, "四": {}}}

    with pytest.raises(InputError) as caught:
        report_from(data)

    assert [problem.key for problem in caught.value.problems] == ["year", "figures.二.天气"]


def test_a_message_does_not_repeat_a_whole_page_of_what_was_read() -> None:
    data = MINIMAL | {"published": "甲" * 5000}

    with pytest.raises(InputError) as caught:
        report_from(data)

    assert len(str(caught.value)) < 500


def test_a_message_names_file_line_key_and_sentence() -> None:
    (problem,) = faults("text_in_number")

    assert str(problem) == (
        "text_in_number.yaml 第 5 行：figures.三.本年新收.2："
        "“一、本年新收政府信息公开申请数量”的“商业企业”读到“3件”，"
        "应为整数，如 12；没有发生写 0（C-03）"
    )


def test_a_file_that_cannot_be_opened_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"没有\.yaml：读不了这个文件"):
        read_params(tmp_path / "没有.yaml", "没有.yaml")


def test_a_file_of_more_than_five_megabytes_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"#" * 5_000_001)

    with pytest.raises(InputError, match=r"big\.yaml：文件超过 5 MB，不像参数文件"):
        read_params(file, "big.yaml")


def test_many_references_to_one_part_do_not_fill_the_memory(tmp_path: Path) -> None:
    """Nine levels of ten references each would be a thousand million values."""
    levels = [
        "a0: &a0 [0]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)),
    ]
    file = tmp_path / "bomb.yaml"
    file.write_text("\n".join(levels), encoding="utf-8")

    with pytest.raises(InputError, match=r"bomb\.yaml"):
        read_params(file, "bomb.yaml")


# --- what is accepted ----------------------------------------------------------------------


def _written(text: str, tmp_path: Path, encoding: str = "utf-8") -> Report:
    file = tmp_path / "x.yaml"
    file.write_bytes(text.encode(encoding))
    return read_params(file)


SMALL = """agency: {name: 某某局, short_name: no, telephone: 010, fax: 1_000, postcode: "010020"}
year: 2021
figures:
  二: {行政许可: 7, 行政事业性收费: 24252.311082}
  三: {本年新收: [1, 0, 0, 0, 0, ~]}
  四: {行政复议: {结果维持: 3, 合计: 3}}
narrative: {一: 12, 五: "", 六: null}
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_in_utf8_and_gbk_are_read(encoding: str, tmp_path: Path) -> None:
    assert _written(SMALL, tmp_path, encoding).agency.name == "某某局"


def test_thousands_of_repeated_keys_are_not_all_listed_nor_looked_for_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = []
    real = positions._key
    monkeypatch.setattr(positions, "_key", lambda node: looked.append(node) or real(node))
    lines = [f"k{n}: {n}" for n in range(3_000)]

    faults = compose("\n".join(lines + lines)).faults

    assert len(faults) == 51
    assert faults[49] == ((3_050, 1), "“k49”重复了，第 50 行已经写过；请删去一处")
    more = "从这一行起还有重复的，没有一一列出；请先改正前面的，再运行一次"
    assert faults[50] == ((3_051, 1), more)
    assert len(looked) == 6_000  # each key once, not every key for every repeat


def test_scalars_follow_yaml_1_2(tmp_path: Path) -> None:
    """010 and no are text; a decimal keeps every digit; ~ is a blank, not a zero."""
    report = _written(SMALL, tmp_path)

    assert (
        report.agency.short_name,
        report.agency.telephone,
        report.agency.fax,
        report.agency.postcode,
    ) == ("no", "010", "1_000", "010020")
    amount = Ref("二", "行政事业性收费", "本年收费金额（单位：万元）")
    assert Decimal("24252.311082") == report.figures.value(amount)
    assert Figure() == report.figures[Ref("三", "一、本年新收政府信息公开申请数量", "其他")]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("+5", 5),
        ("0", 0),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.50", Decimal("1.50")),
        (".5", ".5"),
        ("1e3", "1e3"),
        ("no", "no"),
        ("on", "on"),
        ("是", "是"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"no"', "no"),
        ("2022-01-15", "2022-01-15"),
        ("9" * 31, "9" * 31),
        ("0.10000000000000000555", Decimal("0.10000000000000000555")),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(scalar: str, value: object) -> None:
    source = compose(f"a: {scalar}\n")

    assert ({"a": value}, []) == (source.data, source.faults)
    assert type(value) is type(source.data["a"])


def test_rows_may_be_nested_as_printed_or_written_flat() -> None:
    nested = {"三、本年度办理结果": {"（三）不予公开": {"1.属于国家秘密": [1, 0, 0, 0, 0, 0]}}}
    flat = {"属于国家秘密": [1, 0, 0, 0, 0, 0]}

    one, other = (
        report_from(MINIMAL | {"figures": {"二": {}, "三": rows, "四": {}}})
        for rows in (nested, flat)
    )

    assert one.figures == other.figures
    assert len(one.figures) == 6


@pytest.mark.parametrize(
    "row",
    [
        [3, 0, 0, 0, 3],
        {"结果维持": 3, "结果纠正": 0, "其他结果": 0, "尚未审结": 0, "总计": 3},
        {"总计": 3, "纠正": 0, "维持": 3, "未审结": "0", "其他结果": 0},
    ],
)
def test_a_row_is_a_list_in_printed_order_or_a_mapping_by_column(row: object) -> None:
    figures = report_from(
        MINIMAL | {"figures": {"二": {}, "三": {}, "四": {"行政复议": row}}}
    ).figures

    assert {ref.column: figure.value for ref, figure in figures.items()} == {
        "结果维持": 3,
        "结果纠正": 0,
        "其他结果": 0,
        "尚未审结": 0,
        "总计": 3,
    }


def test_tables_blocks_and_sections_go_by_any_of_their_printed_names() -> None:
    data = MINIMAL | {
        "figures": {
            "表二": {"第二十条第（五）项": {"行政许可": 7}},
            "三、收到和处理政府信息公开申请情况": {},
            "四": {},
        },
        "narrative": {"五、存在的主要问题及改进情况": "略"},
    }

    report = report_from(data)

    assert {Ref("二", "行政许可", "本年处理决定数量"): number(7)} == dict(report.figures)
    assert report.narrative == {"五": "略"}


def test_rows_that_are_left_out_stay_absent_and_are_not_zero() -> None:
    assert len(report_from(MINIMAL).figures) == 1


@pytest.mark.parametrize(
    ("given", "code"), [({}, "2021"), ({"format": "2019"}, "2019"), ({"format": 2019}, "2019")]
)
def test_the_format_is_the_one_in_force_unless_it_is_named(
    given: dict[str, Any], code: str
) -> None:
    figures = {"figures": {"二": {}, "三": {}, "四": {}}}

    assert code == report_from(MINIMAL | figures | given).format.code


@pytest.mark.parametrize("day", ["2022-01-15", date(2022, 1, 15)])
def test_a_date_may_come_as_text_or_as_a_date(day: object) -> None:
    """YAML that papermill reads gives a date, ours gives text."""
    assert date(2022, 1, 15) == report_from(MINIMAL | {"published": day}).published


def test_parameters_without_a_file_are_refused_with_keys_only() -> None:
    with pytest.raises(InputError) as caught:
        report_from(MINIMAL | {"yaer": 2021})

    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("参数", 0, "yaer")


# --- writing -------------------------------------------------------------------------------


def _again(report: Report, tmp_path: Path) -> Report:
    file = tmp_path / "again.yaml"
    file.write_bytes(write_params(report).encode("utf-8"))
    return read_params(file)


@given(report=reports())
def test_what_is_written_reads_back_as_the_same_report(
    report: Report, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Blanks, gaps, signs, exact money, any text: nothing is lost and nothing is added."""
    assert report == _again(report, tmp_path_factory.getbasetemp())


@given(report=reports())
def test_the_parameters_of_the_notebook_are_the_same_report(report: Report) -> None:
    assert report == report_from(params_data(report))


@pytest.mark.parametrize("facts", ALL, ids=[f"{f.agency}{f.year}" for f in ALL])
def test_a_published_report_survives_being_written(facts: Facts, tmp_path: Path) -> None:
    assert facts.report(D_08="原样保留：见 {附件}") == _again(
        facts.report(D_08="原样保留：见 {附件}"), tmp_path
    )


@pytest.mark.parametrize(
    "amount", ["0.000001", "12345678901.234567", "99999999999999999", "0.10", "73802895.90", "1E+3"]
)
def test_money_keeps_its_digits_however_many(amount: str, tmp_path: Path) -> None:
    ref = Ref("二", "行政事业性收费", "本年收费金额（单位：万元）")
    report = report_from(MINIMAL)
    report = Report(
        report.agency, 2021, report.format, report.figures.having({ref: number(Decimal(amount))})
    )

    assert Decimal(amount) == _again(report, tmp_path).figures.value(ref)


@pytest.mark.parametrize("year", [1999, 2018, 2021])
def test_a_report_in_an_old_format_can_be_written_for_any_year_it_can_be_read_for(
    year: int, tmp_path: Path
) -> None:
    data = {"year": year, "format": "2019", "figures": {"二": {}, "三": {}, "四": {}}}
    report = report_from(MINIMAL | data)

    assert report == _again(report, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "一行\n\n\n隔了两行",
        "第一行\n  缩进两格\n\t制表符",
        "- 列: 表\n- [ ] 项",
        "行尾空格  \n下一行",
        "回车\r\n换行",
        "垂直\x0b制表",
        "下一行\x85符号",
        "分行\u2028分段\u2029符号",
        "零宽\u200b空格\ufeff字节序",
        "🀄𠮷",
        "\u3000\u3000段首空两格".strip(" "),
        "# 标题",
        "'",
        '"',
        "---",
        "...",
        "%YAML",
        "? 问",
        "! 叹",
        "& 和",
        "@ 在",
        "`码`",
        "a #b",
        "{{ 年度 }}",
        "true",
        "~",
        "null",
        "1.0",
        "0b1",
        "12:30:45",
        "=",
        "<<",
        "长句" * 400,
    ],
)
def test_text_survives_being_written(text: str, tmp_path: Path) -> None:
    report = report_from(MINIMAL | {"narrative": {"六": text}, "explanations": {"D-08": text}})

    assert report == _again(report, tmp_path)


def test_a_params_file_is_laid_out_for_people(tmp_path: Path) -> None:
    """Rows of 表三 and 表四 stand on one line in printed order, text stands as blocks."""
    report = next(f for f in ALL if f.code == "2021").report()
    report = Report(report.agency, 2021, report.format, report.figures, {"一": "甲\n乙"})

    text = write_params(report, schema="../params.schema.json")

    assert text.startswith(
        "# yaml-language-server: $schema=../params.schema.json\n"
        "agency:\n  name: 平潭综合实验区\nyear: 2021\nfigures:\n  二:\n    规章:\n"
    )
    assert "    一、本年新收政府信息公开申请数量: [64, 0, 0, 2, 0, 4, 70]\n" in text
    assert "      本年收费金额（单位：万元）: 24252.311082\n" in text
    assert "narrative:\n  总体情况: |-\n    甲\n    乙\n" in text


@given(report=reports())
def test_the_file_says_the_same_to_papermill(report: Report) -> None:
    """papermill reads -f files with the plain safe loader, where decimals are binary floats."""
    assert report == report_from(yaml.safe_load(write_params(report)))


def test_a_figure_is_written_as_it_was_given() -> None:
    """The unit beside the amount and the word before the change are facts of the source."""
    row = {
        "第二十条第（九）项": {"政府集中采购": [135, "75394432.52元"]},
        "行政许可": [0, "增1", 0],
    }
    report = report_from(MINIMAL | {"format": "2019", "figures": {"二": row, "三": {}, "四": {}}})

    written = params_data(report)["figures"]["二"]

    assert written["政府集中采购"] == {"采购项目数量": 135, "采购总金额": "75394432.52元"}
    assert written["行政许可"] == {"上一年项目数量": 0, "本年增/减": "增1", "处理决定数量": 0}


def test_totals_that_were_computed_are_not_written() -> None:
    inputs = report_from(
        MINIMAL | {"figures": {"二": {}, "三": {}, "四": {"行政复议": [1, 2, 3, 4]}}}
    )
    completed = Report(inputs.agency, 2021, inputs.format, inputs.complete)

    assert params_data(inputs) == params_data(completed)
    assert params_data(completed)["figures"]["四"]["行政复议"] == [1, 2, 3, 4]


def test_errors_survive_being_sent_to_another_process() -> None:
    import pickle

    error = InputError([Problem("甲.yaml", "不对", 3, 1, "year")])

    back = pickle.loads(pickle.dumps(error))

    assert ("甲.yaml 第 3 行：year：不对", error.problems) == (str(back), back.problems)


def test_formats_are_not_confused_by_rows_of_the_same_name() -> None:
    """行政许可 takes one number in 2021 and three in 2019."""
    old = {
        "format": "2019",
        "figures": {"二": {"行政许可": [396, "增442", 278]}, "三": {}, "四": {}},
    }

    figures = report_from(MINIMAL | old).figures

    assert [figures.value(ref) for ref in figures] == [396, 442, 278]
    assert set(figures) <= set(formats.find("2019").slots)
