"""The two statutory formats hold exactly what the notices print."""

from __future__ import annotations

import ast
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from helpers import formats, grid, grid_html
from helpers.exporters.html import NianbaoHTMLExporter
from helpers.exporters.pdf import NianbaoPDFExporter
from helpers.figures import number
from helpers.formats import FormatError, Ref, Row, closest, plain, select
from helpers.params import read_params, report_from, schema, write_params
from helpers.placeholders import fill
from helpers.report import Report, preamble, tidy
from helpers.rules import check

CODES = ["2019", "2021"]
APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
GROUPS = ["行政复议", "行政诉讼/未经复议直接起诉", "行政诉讼/复议后起诉"]

TABLE_TWO = {
    "2019": [
        ("第二十条第（一）项", "规章", ["本年新制作数量", "本年新公开数量", "对外公开总数量"]),
        (
            "第二十条第（一）项",
            "规范性文件",
            ["本年新制作数量", "本年新公开数量", "对外公开总数量"],
        ),
        ("第二十条第（五）项", "行政许可", ["上一年项目数量", "本年增/减", "处理决定数量"]),
        (
            "第二十条第（五）项",
            "其他对外管理服务事项",
            ["上一年项目数量", "本年增/减", "处理决定数量"],
        ),
        ("第二十条第（六）项", "行政处罚", ["上一年项目数量", "本年增/减", "处理决定数量"]),
        ("第二十条第（六）项", "行政强制", ["上一年项目数量", "本年增/减", "处理决定数量"]),
        ("第二十条第（八）项", "行政事业性收费", ["上一年项目数量", "本年增/减"]),
        ("第二十条第（九）项", "政府集中采购", ["采购项目数量", "采购总金额"]),
    ],
    "2021": [
        ("第二十条第（一）项", "规章", ["本年制发件数", "本年废止件数", "现行有效件数"]),
        ("第二十条第（一）项", "行政规范性文件", ["本年制发件数", "本年废止件数", "现行有效件数"]),
        ("第二十条第（五）项", "行政许可", ["本年处理决定数量"]),
        ("第二十条第（六）项", "行政处罚", ["本年处理决定数量"]),
        ("第二十条第（六）项", "行政强制", ["本年处理决定数量"]),
        ("第二十条第（八）项", "行政事业性收费", ["本年收费金额（单位：万元）"]),
    ],
}

_OTHERWISE = {
    "2019": ["三、本年度办理结果/（六）其他处理"],
    "2021": [
        (
            "三、本年度办理结果/（六）其他处理/"
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
        ),
        (
            "三、本年度办理结果/（六）其他处理/"
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
        ),
        "三、本年度办理结果/（六）其他处理/3.其他",
    ],
}


def table_three(code: str) -> list[str]:
    """Every row of 表三 as domain rules print it, as a path."""
    return [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "三、本年度办理结果/（一）予以公开",
        "三、本年度办理结果/（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "三、本年度办理结果/（三）不予公开/1.属于国家秘密",
        "三、本年度办理结果/（三）不予公开/2.其他法律行政法规禁止公开",
        "三、本年度办理结果/（三）不予公开/3.危及“三安全一稳定”",
        "三、本年度办理结果/（三）不予公开/4.保护第三方合法权益",
        "三、本年度办理结果/（三）不予公开/5.属于三类内部事务信息",
        "三、本年度办理结果/（三）不予公开/6.属于四类过程性信息",
        "三、本年度办理结果/（三）不予公开/7.属于行政执法案卷",
        "三、本年度办理结果/（三）不予公开/8.属于行政查询事项",
        "三、本年度办理结果/（四）无法提供/1.本机关不掌握相关政府信息",
        "三、本年度办理结果/（四）无法提供/2.没有现成信息需要另行制作",
        "三、本年度办理结果/（四）无法提供/3.补正后申请内容仍不明确",
        "三、本年度办理结果/（五）不予处理/1.信访举报投诉类申请",
        "三、本年度办理结果/（五）不予处理/2.重复申请",
        "三、本年度办理结果/（五）不予处理/3.要求提供公开出版物",
        "三、本年度办理结果/（五）不予处理/4.无正当理由大量反复申请",
        "三、本年度办理结果/（五）不予处理/5.要求行政机关确认或重新出具已获取信息",
        *_OTHERWISE[code],
        "三、本年度办理结果/（七）总计",
        "四、结转下年度继续办理",
    ]


@pytest.mark.parametrize(("code", "size"), [("2019", 198), ("2021", 200)])
def test_a_report_has_as_many_figures_as_the_notice_prints(code: str, size: int) -> None:
    assert size == len(formats.find(code).slots)


def test_table_three_of_2021_has_144_inputs_and_31_totals() -> None:
    slots = formats.find("2021").table("三").slots.values()

    assert (sum(not s.total for s in slots), sum(s.total for s in slots)) == (144, 31)


@pytest.mark.parametrize("code", CODES)
def test_table_two_has_its_rows_and_columns_as_printed(code: str) -> None:
    slots = formats.find(code).table("二").slots.values()

    assert [
        (title, Ref("二", row, column))
        for title, row, columns in TABLE_TWO[code]
        for column in columns
    ] == [(slot.block.title, slot.ref) for slot in slots]


@pytest.mark.parametrize("code", CODES)
def test_table_three_has_its_rows_and_columns_as_printed(code: str) -> None:
    assert [Ref("三", row, column) for row in table_three(code) for column in APPLICANTS] == list(
        formats.find(code).table("三").slots
    )


@pytest.mark.parametrize("code", CODES)
def test_table_four_has_its_groups_and_results_as_printed(code: str) -> None:
    assert [Ref("四", group, result) for group in GROUPS for result in RESULTS] == list(
        formats.find(code).table("四").slots
    )


@pytest.mark.parametrize("code", CODES)
def test_the_six_sections_stand_in_their_order(code: str) -> None:
    fmt = formats.find(code)

    assert [section.title for section in fmt.sections] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert [section.id for section in fmt.narrative] == ["一", "五", "六"]


@pytest.mark.parametrize(
    ("code", "title", "number"),
    [
        (
            "2019",
            "国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知",
            "国办公开办函〔2019〕60号",
        ),
        (
            "2021",
            "国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知",
            "国办公开办函〔2021〕30号",
        ),
    ],
)
def test_each_format_names_its_notice(code: str, title: str, number: str) -> None:
    notice = formats.find(code).notice

    assert (title, number) == (notice.title, notice.number)


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (2019, "2019"),
        (2020, "2019"),
        (2021, "2021"),
        (2022, "2021"),
        (2025, "2021"),
        (2040, "2021"),
    ],
)
def test_the_format_in_force_follows_the_year(year: int, code: str) -> None:
    assert code == formats.for_year(year).code


def test_a_year_before_the_first_format_is_refused() -> None:
    with pytest.raises(FormatError, match="2018 年度没有规定的格式：最早的格式自 2019 年度起施行"):
        formats.for_year(2018)


def test_an_unknown_code_is_refused_with_the_known_ones() -> None:
    with pytest.raises(FormatError, match="没有代号为“2020”的格式，可用的有：2019、2021"):
        formats.find("2020")


def test_units_are_those_of_the_notices() -> None:
    """Counts are 件, fees of 2021 are 万元, purchases of 2019 are 项 and 元 written in the cell."""
    odd = {
        (code, slot.ref.row, slot.ref.column): (slot.column.kind, slot.column.unit)
        for code in CODES
        for slot in formats.find(code).slots.values()
        if (slot.column.kind, slot.column.unit) != ("count", "件")
    }

    changes = ["行政许可", "其他对外管理服务事项", "行政处罚", "行政强制", "行政事业性收费"]
    assert odd == {
        **{("2019", row, "本年增/减"): ("change", "件") for row in changes},
        ("2019", "政府集中采购", "采购项目数量"): ("count", "项"),
        ("2019", "政府集中采购", "采购总金额"): ("money", "元"),
        ("2021", "行政事业性收费", "本年收费金额（单位：万元）"): ("money", "万元"),
    }
    assert [
        (code, slot.column.label)
        for code in CODES
        for slot in formats.find(code).slots.values()
        if slot.column.unit_in_cell
    ] == [("2019", "采购总金额")]


RESULT_KEYS = (
    "open partial deny1 deny2 deny3 deny4 deny5 deny6 deny7 deny8 na1 na2 na3 np1 np2 np3 np4 np5"
)


@pytest.mark.parametrize(("code", "others"), [("2019", "oth"), ("2021", "oth1 oth2 oth3")])
def test_table_three_carries_its_identities(code: str, others: str) -> None:
    """Rows add up to 总计, results add up to （七）, and 一 + 二 = 三 + 四 in every column."""
    (block,) = formats.find(code).table("三").blocks
    found = {
        (r.rule, r.each, r.sign, tuple(r.left), tuple(r.right), r.total) for r in block.relations
    }

    def terms(keys: str) -> tuple[tuple[int, str], ...]:
        return tuple((1, key) for key in keys.split())

    assert found == {
        ("T3-01", "row", "=", terms("sum"), terms("nat ent res ngo law oth"), True),
        ("T3-02", "column", "=", terms("total"), terms(f"{RESULT_KEYS} {others}"), True),
        ("T3-03", "column", "=", terms("new carry_in"), terms("total carry_out"), False),
        ("T3-05", "column", "<=", terms("total"), terms("new carry_in"), False),
        ("T3-05", "column", "<=", terms("carry_out"), terms("new carry_in"), False),
    }


@pytest.mark.parametrize("code", CODES)
def test_table_four_carries_its_identities(code: str) -> None:
    (block,) = formats.find(code).table("四").blocks

    assert [(r.rule, r.each, r.equation, r.total) for r in block.relations] == [
        ("T4-01", "row", "sum = keep + fix + other + pend", True),
        ("Y-05", "row", "pend <= sum", False),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "2019",
            {
                ("第二十条第（五）项", "L-04"),
                ("第二十条第（六）项", "L-04"),
                ("第二十条第（八）项", "L-04"),
            },
        ),
        ("2021", {("第二十条第（一）项", "T2-01")}),
    ],
)
def test_table_two_carries_its_relations(code: str, expected: set[tuple[str, str]]) -> None:
    blocks = formats.find(code).table("二").blocks

    assert expected == {(b.title, r.rule) for b in blocks for r in b.relations}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("first_year: 2021", "first_yaer: 2021"), "first_year"),
        (("first_year: 2021", "first_yaer: 2021"), "Field required"),
        (("kind: money", "kind: coins"), "tables.0.blocks.3.columns.0.kind"),
        (("{key: lic, label: 行政许可}", "{label: 行政许可}"), "每行须有各不相同的 key"),
        (("{key: frc, label", "{key: pen, label"), "每行须有各不相同的 key"),
        (("{key: frc, label", "{key: lic, label"), "表二 有重复的行 key"),
        (
            ("valid >= made - repealed", "valid >= make - repealed"),
            "勾稽关系 T2-01 提到没有的 key：make",
        ),
        (("valid >= made - repealed", "valid 大于 made"), "勾稽关系写法不对：valid 大于 made"),
        (
            ("{key: doc, label: 行政规范性文件", "{key: Doc, label: 行政规范性文件"),
            "tables.0.blocks.0.rows.1.key",
        ),
        (("pend <= sum", "pend <= sum, total: true"), "合计的左边只能是一项：pend <= sum"),
        (('code: "2021"', 'code: ["2021"'), "不是有效的 YAML"),
    ],
)
def test_a_format_file_with_a_defect_is_refused_with_file_and_place(
    change: tuple[str, str], says: str, tmp_path: Path
) -> None:
    text = _data_file("2021").read_text(encoding="utf-8")
    assert change[0] in text
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace(*change), encoding="utf-8")

    with pytest.raises(FormatError) as caught:
        formats.load(broken)

    assert str(caught.value).startswith("broken.yaml：")
    assert says in str(caught.value)


def test_a_format_whose_tables_are_not_of_one_width_is_refused_on_loading(tmp_path: Path) -> None:
    """A span that makes a block wider than its neighbours is noticed before a report is made."""
    text = _data_file("2021").read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("span: 3", "span: 2", 1), encoding="utf-8")

    with pytest.raises(FormatError, match=r"broken\.yaml"):
        formats.load(broken)


def _data_file(code: str) -> Path:
    return Path(formats.__file__).parent / f"{code}.yaml"


# --- nothing else knows a label ------------------------------------------------------------

# Ordinary words ("other", "total") that sentences need whatever the tables are called; with the
# number in front, as in （七）总计, they are labels again.
PLAIN_WORDS = {"其他", "总计"}


@cache
def _labels() -> set[str]:
    """Every row and column label of the data files, as printed and without its numbering."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "label" in node:
                found.update({node["label"], plain(node["label"])})
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for code in CODES:
        walk(yaml.safe_load(_data_file(code).read_text(encoding="utf-8"))["tables"])
    return found - PLAIN_WORDS


def _documentation(tree: ast.Module) -> set[ast.AST]:
    """Strings that stand alone as statements: they explain and do nothing."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and text of every string of a module that does something."""
    skipped = _documentation(tree)
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in skipped]
    return [(n.lineno, n.value) for n in nodes if isinstance(n.value, str)]


def _rule_sentences(tree: ast.Module) -> set[str]:
    """The sentences and formulas of rules: they describe an identity in words, as the law does."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    described = [call.args[3:5] for call in calls if call.func.id in ("rule", "relation_rule")]
    return {a.value for args in described for a in args if isinstance(a, ast.Constant)}


def occurrences(project: Path) -> dict[str, list[str]]:
    """Labels that stand in program strings, by module (rule sentences aside)."""
    found: dict[str, list[str]] = {}
    root = project / "src" / "helpers"
    for file in sorted(root.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        described = _rule_sentences(tree) if "rules" in file.relative_to(root).parts else set()
        for line, text in _texts(tree):
            hits = sorted({label for label in _labels() if label in text})
            if hits and text not in described:
                place = f"{file.relative_to(root).as_posix()}:{line}"
                found.setdefault(place, []).extend(hits)
    return found


def test_no_row_or_column_label_is_spelt_outside_the_data_files(project: Path) -> None:
    """Adding a format touches one file; only the sentence and formula of a rule name labels."""
    assert occurrences(project) == {}


# --- finding by what people call things ----------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "部分公开"),
        (" 3．危及 “三安全一稳定”", "危及三安全一稳定"),
        ("３、危及‘三安全一稳定’", "危及三安全一稳定"),
        ("(七) 总 计", "总计"),
        ("一、", "一、"),
        ("（1）规章", "规章"),
        ("本年收费金额（单位：万元）", "本年收费金额"),
        ("本年增／减", "本年增/减"),
        ("\ufeff规\u200b章", "规章"),
        ("2021", "2021"),
        ("", ""),
    ],
)
def test_numbering_spaces_quotes_width_and_remarks_do_not_count(
    printed: str, expected: str
) -> None:
    assert expected == plain(printed)


@pytest.mark.parametrize("code", CODES)
def test_no_name_means_two_things_where_it_is_written(code: str) -> None:
    """Within a group, and among the columns of a block, a label or alias means one thing."""

    def groups(rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
        return [rows, *(inner for row in rows if row.rows for inner in groups(row.rows))]

    for table in formats.find(code).tables:
        for block in table.blocks:
            for siblings in [*groups(block.rows), block.fields]:
                names = [name for node in siblings for name in node.names]
                assert sorted(set(names)) == sorted(names)


def test_the_closest_word_is_offered_and_nothing_where_none_is_alike() -> None:
    assert closest("本年新受", ["本年新收", "上年结转"]) == "本年新收"
    assert closest("天气", ["本年新收", "上年结转"]) is None


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("三.本年新收.总计", 1),
        ("三.本年新收", 1),
        ("表三.本年新收.自然人", 1),
        ("三.不予公开", 8),
        ("三.不予公开.自然人", 8),
        ("三.不予公开.法人或其他组织", 40),
        ("三.办理结果.自然人", 21),
        ("三.其他处理.其他.总计", 1),
        ("三.总计.总计", 1),
        ("二.行政许可", 1),
        ("二.行政规范性文件.现行有效件数", 1),
        ("四.行政诉讼.总计", 2),
        ("四.行政诉讼", 2),
        ("四.行政复议.尚未审结", 1),
    ],
)
def test_a_path_means_one_figure_or_all_that_a_group_adds_up(path: str, count: int) -> None:
    assert count == len(select(formats.find("2021"), path).refs)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("三", "“三”须写成 表.行.列，如 三.本年新收.总计；表是二、三、四之一"),
        ("五.规章", "“五.规章”须写成 表.行.列，如 三.本年新收.总计；表是二、三、四之一"),
        ("", "“”须写成 表.行.列，如 三.本年新收.总计；表是二、三、四之一"),
        (
            "三.本年新受.总计",
            "表三中没有“本年新受”这一行或列（“三.本年新受.总计”），是不是“本年新收”？",
        ),
        (
            "二.规章",
            (
                "“二.规章”还须写明是哪一行、哪一列；表二的列有：本年制发件数、本年废止件数、"
                "现行有效件数、本年处理决定数量、本年收费金额（单位：万元）"
            ),
        ),
    ],
)
def test_a_path_that_means_nothing_is_refused_with_what_could_be_meant(
    path: str, says: str
) -> None:
    with pytest.raises(KeyError) as caught:
        select(formats.find("2021"), path)

    assert says == caught.value.args[0]


# --- a made-up format, found by NIANBAO_FORMATS, works everywhere without a code change ----

THIRD = """agency: {name: 某某市人民政府, telephone: 0632-3252082}
year: 2030
figures:
  二:
    网站栏目: {年末保有量: 12, 比上年: 减2}
    公共查阅点: [5, 增1]
    运行经费: 123.456789
  三:
    本年来信: [10, 3]
    往年未结: [1, 0]
    处理:
      已告知: [7, 2]
      未告知:
        涉密: [1, 0]
        不掌握: [2, 1]
    年末未结: [1, 0]
  四: {复核: [2, 1], 诉讼案: [0, 3, 3]}
narrative:
  概况: 来信{{ 三.本年来信 }}件，未告知{{ 三.未告知 }}件，{{ 机构 }}胜{{ 四.诉讼案.胜 }}件。
"""


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Report:
    """A report in the made-up format, read from a params file."""
    monkeypatch.setenv("NIANBAO_FORMATS", str(Path(__file__).parent / "formats"))
    file = tmp_path / "third.yaml"
    file.write_text(THIRD, encoding="utf-8")
    return read_params(file)


def _changed(report: Report, row: str, column: str, value: int) -> Report:
    ref = report.format.ref(row, column)
    assert ref is not None
    return replace(report, figures=report.figures.having({ref: number(value)}))


def test_a_new_format_is_in_force_from_its_first_year(third: Report) -> None:
    assert list(formats.available()) == ["2019", "2021", "2030"]
    assert [formats.for_year(y).code for y in (2029, 2030, 2031)] == ["2021", "2030", "2030"]
    assert third.format.code == "2030"


def test_without_the_variable_the_new_format_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_FORMATS", raising=False)

    assert list(formats.available()) == ["2019", "2021"]


def test_a_new_format_is_laid_out_with_spans(third: Report) -> None:
    drawn = [
        [[(c.text, c.rowspan, c.colspan) for c in row] for row in third.grid(table).rows()]
        for table in "三四"
    ]

    assert drawn[0] == [
        [("件数", 2, 3), ("来信人", 1, 2), ("全部", 2, 1)],
        [("个人", 1, 1), ("单位", 1, 1)],
        [("本年来信", 1, 3), ("10", 1, 1), ("3", 1, 1), ("13", 1, 1)],
        [("往年未结", 1, 3), ("1", 1, 1), ("0", 1, 1), ("1", 1, 1)],
        [("处理", 4, 1), ("已告知", 1, 2), ("7", 1, 1), ("2", 1, 1), ("9", 1, 1)],
        [("未告知", 2, 1), ("涉密", 1, 1), ("1", 1, 1), ("0", 1, 1), ("1", 1, 1)],
        [("不掌握", 1, 1), ("2", 1, 1), ("1", 1, 1), ("3", 1, 1)],
        [("处理小计", 1, 2), ("10", 1, 1), ("3", 1, 1), ("13", 1, 1)],
        [("年末未结", 1, 3), ("1", 1, 1), ("0", 1, 1), ("1", 1, 1)],
    ]
    assert [
        [("复核", 1, 3), ("诉讼案", 1, 3)],
        [("胜", 1, 1), ("负", 1, 1), ("共计", 1, 1)] * 2,
        [(text, 1, 1) for text in "213033"],
    ] == drawn[1]


def test_a_report_in_a_new_format_survives_being_written(third: Report, tmp_path: Path) -> None:
    file = tmp_path / "again.yaml"
    file.write_text(write_params(third), encoding="utf-8")

    assert third == read_params(file)


def test_a_new_format_has_its_own_titles_preamble_and_figures_in_the_text(third: Report) -> None:
    assert third.title == "某某市人民政府2030年度公开工作报告"
    assert preamble(third) == (
        "按照《关于印发〈年度报告新格式〉的通知》（试办函〔2030〕1号），"
        "某某市人民政府报告2030年度情况。请与某某市人民政府联系（电话：0632-3252082）。"
    )
    assert fill(third.narrative["一"], third) == "来信13件，未告知4件，某某市人民政府胜0件。"


def test_the_identities_of_a_new_format_are_held(third: Report) -> None:
    result = check(third)
    ended = {outcome.rule.id: outcome.state for outcome in result.outcomes}

    assert result.blocking == ()
    assert {"pass"} == {
        ended[rule] for rule in ("T3-01", "T3-02", "T3-03", "T4-01", "L-04", "D-07")
    }
    assert {"not_applicable"} == {
        ended[rule] for rule in ("T2-01", "T3-05", "T3-09", "Y-05", "L-06")
    }


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        (
            {("arrived", "all"): 14},
            "T3-01",
            "表三“本年来信”一行：“全部”填 14，应为 13 = 个人 10 + 单位 3，多 1。",
        ),
        (
            {("done", "citizen"): 9, ("done", "firm"): 4},
            "T3-02",
            "表三“个人”一列：“处理小计”填 9，应为 10 = 已告知 7 + 涉密 1 + 不掌握 2，少 1。",
        ),
        (
            {("after", "firm"): 2},
            "T3-03",
            ("表三“单位”一列：本年来信 3，应当等于 处理小计 3 + 年末未结 2 = 5，相差 2。"),
        ),
        (
            {("court", "both"): 2},
            "T4-01",
            "表四“诉讼案”一行：“共计”填 2，应为 3 = 负 3（其余为 0），少 1。",
        ),
        (
            {("site", "delta"): -13},
            "L-04",
            "表二“网站栏目”一行：年末保有量 12 + 比上年 -13 = -1，不应小于 0。",
        ),
    ],
)
def test_a_wrong_figure_of_a_new_format_is_found(
    third: Report, changes: dict[tuple[str, str], int], rule: str, says: str
) -> None:
    for (row, column), value in changes.items():
        third = _changed(third, row, column, value)

    first, *_ = (finding for finding in check(third).blocking if finding.rule == rule)

    assert first.message.startswith(says)


def test_a_new_format_gives_tidy_figures_with_its_labels_and_units(third: Report) -> None:
    rows = list(tidy([third]))

    assert len(rows) == 5 + 21 + 6
    assert rows[1] == ("某某市人民政府", "2030", "2030", "二", "网站栏目", "比上年", "个", "-2")
    assert rows[5 + 4 * 3 + 2] == (
        "某某市人民政府",
        "2030",
        "2030",
        "三",
        "处理/未告知/不掌握",
        "全部",
        "件",
        "3",
    )
    assert {"个", "万元", "件"} == {row[6] for row in rows}


def test_a_new_format_is_offered_by_the_schema(third: Report) -> None:
    assert {"网站栏目", "运行经费", "行政许可"} <= set(
        schema()["properties"]["figures"]["properties"]["二"]["properties"]
    )


@pytest.fixture
def notebook(third: Report) -> NotebookNode:
    """An executed notebook that publishes the three tables of the made-up format."""
    cells = [new_markdown_cell(f"# {third.title}", id="title")]
    for table in third.format.tables:
        output = new_output("display_data", {grid.MIME: grid.to_json(third.grid(table.id))})
        name = f"table-{len(cells)}"
        cells.append(new_code_cell("table", outputs=[output], execution_count=1, id=name))
    return new_notebook(cells=cells)


def test_a_new_format_is_published_as_html(third: Report, notebook: NotebookNode) -> None:
    page, _ = NianbaoHTMLExporter().from_notebook_node(notebook)

    tables = [
        [[(c.text, c.rowspan, c.colspan) for c in row] for row in table.rows()]
        for table in grid_html.read(page)
    ]
    assert tables == [
        [[(c.text, c.rowspan, c.colspan) for c in row] for row in third.grid(table).rows()]
        for table in "二三四"
    ]


def test_a_new_format_is_published_as_pdf(third: Report, notebook: NotebookNode) -> None:
    pdf, _ = NianbaoPDFExporter(fonts="packaged").from_notebook_node(notebook)

    text = "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages
    )
    for slot in third.format.slots.values():
        assert slot.line.row.label in text
        assert slot.column.label in text
        assert third.text(slot.ref) in text


def test_a_format_with_other_tables_makes_no_rule_crash(
    third: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later format may drop a table or call it otherwise."""
    data = yaml.safe_load(
        (Path(__file__).parent / "formats/third.yaml").read_text(encoding="utf-8")
    )
    data |= {"code": "2040", "first_year": 2040}
    data["tables"] = [data["tables"][0] | {"id": "甲"}]
    data["sections"] = [
        {"id": "一", "heading": "概况"},
        {"id": "甲", "heading": "渠道", "table": "甲"},
    ]
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "fourth.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("NIANBAO_FORMATS", str(folder))
    figures = {"甲": {"网站栏目": [1, 0], "查阅点": [1, 0], "运行经费": 1}}

    report = report_from({"agency": {"name": "某某局"}, "year": 2040, "figures": figures})

    assert check(report).blocking == ()
