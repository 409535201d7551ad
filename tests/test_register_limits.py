"""Time limits by the official calendar, and the empty register that can always be tallied."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from helpers.cli import execute
from helpers.errors import InputError
from helpers.formats import available, find, for_year
from helpers.forms import write_register
from helpers.notebook import open_report
from helpers.notebook.document import CheckFailed
from helpers.params import read_params, write_params
from helpers.register.calendar import calendar, known_years
from helpers.register.dates import day_of, first_day
from helpers.register.options import RegisterOptions
from helpers.register.tally import read_registers, tally
from helpers.register.vocabulary import dispute_results, dispute_types, kinds, results
from helpers.settings import settings_data, settings_from
from register_cases import COLUMN, HEADS, write_csv

# --- the calendar -------------------------------------------------------------------------------

FACTS = {
    "2019-05-05": "班", "2019-05-03": "休", "2020-01-31": "休", "2020-01-19": "班",
    "2021-02-07": "班", "2021-10-07": "休", "2022-04-24": "班", "2022-09-12": "休",
    "2023-05-06": "班", "2023-01-27": "休", "2024-02-18": "班", "2024-10-07": "休",
    "2025-01-26": "班", "2025-10-08": "休", "2026-02-28": "班", "2026-10-07": "休",
}  # fmt: skip
"""Days of the published arrangements that a week alone would not tell."""


@pytest.mark.parametrize(("day", "what"), FACTS.items())
def test_holidays_and_make_up_workdays_are_those_published(day, what):
    when = date.fromisoformat(day)
    found = calendar([when.year])

    assert found.work[first_day(when.year) - found.first + when.timetuple().tm_yday - 1] == (
        what == "班"
    )


def test_every_year_since_the_formats_began_has_a_whole_arrangement():
    """Looked at year by year: 11 statutory days off at least, and about 250 working days."""
    first = min(fmt.first_year for fmt in available().values())
    assert set(range(first, 2027)) <= set(known_years())
    for year in range(first, 2027):
        found = calendar([year])
        start = first_day(year) - found.first
        days = found.work[start : start + first_day(year + 1) - first_day(year)]
        assert 246 <= int(days.sum()) <= 252, year


def test_a_file_of_the_office_outweighs_the_calendar_and_makes_a_year_known(tmp_path):
    file = tmp_path / "放假安排.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = [[f"2031-01-{day:02}", "休"] for day in range(1, 12)]
        csv.writer(stream).writerows(
            [["日期", "安排"], *rows, ["2024年1月8日", "休"], ["2024/1/6", "班"]]
        )
    plain, own = calendar([2024, 2031]), calendar([2024, 2031], str(file))

    assert 2031 not in plain.years
    assert 2031 in own.years
    at = [first_day(2024) - own.first + day - 1 for day in (8, 6)]
    assert [bool(plain.work[i]) for i in at] == [True, False]
    assert [bool(own.work[i]) for i in at] == [False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("2031-01-02,休\n2031-01-01,x\n".encode(), "第 2 行：应为日期和“休”或“班”"),
        (None, "读不了放假安排"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_faulty_calendar_file_is_told_with_its_line(tmp_path, content, said):
    file = tmp_path / "放假安排.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        calendar([2024], str(file))


# --- the time allowed ---------------------------------------------------------------------------


def late(tmp_path, year: int = 2024, as_of: str = "", options=None, **cells: str):
    """What is said of the time of one request."""
    row = [""] * len(HEADS)
    for head, text in {"申请人类型": "自然人", **cells}.items():
        row[COLUMN[head]] = text
    name = write_csv(tmp_path / "台账.csv", HEADS, [row])
    until = (date.fromisoformat(as_of) - date(1970, 1, 1)).days if as_of else None
    found = tally(read_registers([name], [], options or RegisterOptions()), year, as_of=until)
    assert not found.uncounted
    return [(one.what, one.days, day_of(one.due).isoformat()) for one in found.limits.late], found


@pytest.mark.parametrize(
    ("closed", "over"),
    [("2024-10-11", []), ("2024-10-12", [("逾期办结", 1, "2024-10-11")])],
)
def test_twenty_working_days_reckon_with_holidays_and_make_up_days(tmp_path, closed, over):
    """From 6 September 2024: 14 and 29 September and 12 October are worked, two holidays off."""
    told, _ = late(tmp_path, 收到日期="2024-09-06", 办结日期=closed, 办理结果="予以公开")

    assert told == over


def test_a_reply_may_be_put_off_by_twenty_days_and_no_more(tmp_path):
    request = {"收到日期": "2024-03-01", "办结日期": "2024-04-28", "办理结果": "予以公开"}
    assert late(tmp_path, **request, 延长工作日="20")[0] == []
    assert late(tmp_path, **request, 延长工作日="是")[0] == []
    assert late(tmp_path, **request, 延长工作日="5")[0][0][:2] == ("逾期办结", 15)
    assert late(tmp_path, **request, 延长工作日="30")[0][0][:2] == ("延长超过二十日", 10)


def test_the_time_runs_from_receipt_of_the_amended_request(tmp_path):
    request = {"收到日期": "2024-03-01", "办结日期": "2024-04-28", "办理结果": "予以公开"}
    told, _ = late(tmp_path, **request, 补正通知日期="2024-03-08", 收到补正日期="2024-04-01")
    assert told == []
    told, _ = late(tmp_path, **request, 补正通知日期="2024-03-13", 收到补正日期="2024-04-01")
    assert told == [("补正通知逾期", 1, told[0][2])]


def test_the_time_runs_anew_after_a_fee_is_paid_and_stands_still_until_then(tmp_path):
    request = {"收到日期": "2024-03-01", "收费通知日期": "2024-03-08", "通知金额": "100"}
    paid = {"缴费日期": "2024-04-01", "实收金额": "100"}
    done = {"办结日期": "2024-04-28", "办理结果": "予以公开"}
    assert late(tmp_path, **request, **paid, **done)[0] == []
    told, found = late(tmp_path, **request)
    assert (told, found.limits.waiting) == ([], 1)


def test_the_time_it_takes_to_ask_third_parties_does_not_count(tmp_path):
    request = {"收到日期": "2024-03-01", "办结日期": "2024-04-03", "办理结果": "予以公开"}
    assert late(tmp_path, **request)[0][0][:2] == ("逾期办结", 3)
    asked = {"征求意见日期": "2024-03-05", "收到意见日期": "2024-03-08"}
    assert late(tmp_path, **request, **asked)[0] == []


def test_open_requests_are_overdue_or_nearly_so_on_a_day(tmp_path):
    request = {"收到日期": "2024-03-01"}
    assert late(tmp_path, **request, as_of="2024-03-21")[0] == []
    assert late(tmp_path, **request, as_of="2024-03-22")[0] == [("即将到期", 5, "2024-03-29")]
    assert late(tmp_path, **request, as_of="2024-03-29")[0] == [("即将到期", 0, "2024-03-29")]
    assert late(tmp_path, **request, as_of="2024-04-01")[0] == [("逾期未办结", 1, "2024-03-29")]
    told = late(tmp_path, **request, as_of="2024-03-22")[1].findings
    assert "算到 2024年3月22日，还有 5 个工作日到期" in "".join(one.message for one in told)
    few = RegisterOptions(nearly=2)
    assert late(tmp_path, **request, as_of="2024-03-22", options=few)[0] == []


def test_a_year_without_an_arrangement_is_named_and_not_guessed(tmp_path):
    told, found = late(tmp_path, year=2032, 收到日期="2032-03-01")

    assert told == []
    assert (found.limits.unknown, found.limits.unknown_years) == (1, (2032,))


# --- settings -----------------------------------------------------------------------------------


def test_settings_about_registers_are_read_and_written_back():
    data = {
        "register": {
            "calendar": "放假安排.csv", "count_reopened": True, "relisted": True, "nearly_due": 3,
            "columns": {"收到日期": ["来文日"]}, "words": {"群众": "自然人"},
        }
    }  # fmt: skip
    settings = settings_from(data)

    assert settings.register.columns == {"收到日期": ("来文日",)}
    assert settings.register.count_reopened
    assert settings_data(settings) == data


@pytest.mark.parametrize(
    ("register", "said"),
    [
        ({"calender": "x"}, "register.calender：没有这一项，是不是“calendar”？"),
        ({"nearly_due": "多"}, "应为 0 到 20 的整数"),
        ({"count_reopened": "是"}, "应为 true 或 false"),
        ({"columns": {"收到日": "x"}}, "没有这一列，是不是“收到日期”？"),
        ({"columns": {"收到日期": 3}}, "应为台账里的列名"),
        ({"words": {"给了": "予以公布"}}, "“予以公布”不是表上印的行、申请人类型或案件结果"),
        ({"columns": []}, "应写成 [register.columns] 一节"),
        ({"calendar": 3}, "应为放假安排的文件名"),
    ],
)
def test_mistakes_in_settings_are_named(register, said):
    with pytest.raises(InputError) as caught:
        settings_from({"register": register})
    assert said in str(caught.value)


# --- the empty register -------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_every_choice_of_the_empty_register_means_one_cell_of_its_format(tmp_path, code):
    """The lists are made of the format, and each entry is understood as the row it stands for."""
    file = tmp_path / "台账.xlsx"
    file.write_bytes(write_register(find(code)))
    book = load_workbook(file)
    lists = [[c.value for c in column if c.value] for column in book["nianbao"].iter_cols()]
    fmt = find(code)
    lexica = [kinds(fmt, {}), results(fmt, {}), dispute_types(fmt, {}), dispute_results(fmt, {})]

    for choices, lexicon in zip(lists, lexica, strict=False):
        assert [lexicon.meaning(choice).code for choice in choices] == list(lexicon.labels)
    block = fmt.table("三").blocks[0]
    wanted = [ln.key for ln in block.lines if ln.groups and ln.key not in block.total_rows]
    assert list(lexica[1].labels) == wanted
    assert book["nianbao"].sheet_state == "veryHidden"
    for sheet, wanted_lists in (("台账", lists[:2]), ("复议诉讼", lists[2:4])):
        page = book[sheet]
        rules = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
        offered = [
            [cell.value for (cell,) in book["nianbao"][rule.formula1.partition("!")[2]]]
            for rule in rules
        ]
        assert all(choices in offered for choices in wanted_lists)
        assert all(rule.sqref.ranges for rule in rules)


def typed(file, rows: list[dict[str, object]], sheet: str = "台账") -> None:
    """Type rows into the empty register, as a clerk does."""
    book = load_workbook(file)
    page = book[sheet]
    columns = {cell.value: cell.column for cell in page[3]}
    for number, row in enumerate(rows, 4):
        for head, value in row.items():
            page.cell(number, columns[head], value)
    book.save(file)


def request(number: int, received: str, closed: str, result: str, kind: str = "自然人", **more):
    return {
        "序号": number,
        "登记编号": f"2025-{number:03}号",
        "申请人": "申请人甲",
        "申请内容": "某某文件",
        "申请人类型": kind,
        "收到日期": date.fromisoformat(received),
        "办结日期": date.fromisoformat(closed) if closed else None,
        "办理结果": result or None,
        **more,
    }


DOZEN = [
    request(1, "2024-12-20", "2025-01-09", "予以公开"),
    request(2, "2025-01-06", "2025-01-20", "予以公开"),
    request(3, "2025-02-10", "2025-02-28", "不予公开-属于国家秘密", "商业企业"),
    request(4, "2025-03-03", "2025-03-28", "部分公开"),
    request(5, "2025-04-01", "2025-04-21", "无法提供-本机关不掌握相关政府信息"),
    request(6, "2025-05-06", "2025-05-30", "不予处理-重复申请", "法律服务机构"),
    request(7, "2025-06-03", "2025-06-20", "予以公开", "科研机构"),
    request(8, "2025-06-30", "2025-07-25", "其他处理-其他"),
    request(9, "2025-08-04", "2025-08-29", "予以公开", 拆分="是"),
    request(9, "2025-08-04", "2025-08-29", "部分公开", 拆分="是"),
    request(10, "2025-10-20", "2025-11-14", "不予公开-属于四类过程性信息"),
    request(11, "2025-12-22", "", ""),
]


@pytest.fixture
def filled(tmp_path, monkeypatch, capsys):
    """The form as a clerk makes it and fills it in; the working folder is its own."""
    monkeypatch.chdir(tmp_path)
    assert execute(["form", "--register", "台账.xlsx", "--agency", "某某局"]) == 0
    typed("台账.xlsx", DOZEN)
    case = {
        "登记编号": "某复1号",
        "案件类别": "行政复议",
        "受理日期": "2025.3.5",
        "审结日期": "2025.5.8",
    }
    typed("台账.xlsx", [{**case, "审理结果": "结果维持"}], "复议诉讼")
    capsys.readouterr()
    return tmp_path


def test_a_clerk_goes_from_the_empty_register_to_a_report(filled, capsys):
    """Form, a dozen rows, params, the rest of the params, report: nothing else is needed."""
    call = ["tally", "台账.xlsx", "--agency", "某某局", "--year", "2025", "--to", "params"]
    assert execute(call) == 0
    shown = capsys.readouterr()
    assert "未能计入 0 行" in shown.out
    file = filled / "params/2025/某某局.yaml"
    report = read_params(file)
    three, four = report.format.table("三"), report.format.table("四")
    value = report.complete.value
    rows = ("new", "carry_in", "total", "carry_out")
    assert [value(three.by_key[row, "sum"]) for row in rows] == [11, 1, 11, 1]
    assert value(four.by_key["rev", "keep"]) == 1
    text = (
        file.read_text("utf-8")
        .replace("null", "0")
        .replace("name: 某某局", "name: 某某局\n  telephone: 0000-0000000")
    )
    text += "  总体情况: 主动公开、依申请公开、政府信息管理、平台建设、监督保障各项工作有序开展。\n"
    text += "  存在的主要问题及改进情况: 存在解读不够及时的问题，下一步改进。\n"
    file.write_text(text, encoding="utf-8")

    assert execute(["build", "params", "--formats", "html", "--notebook", str(NOTEBOOK)]) == 0
    page = (filled / "outputs/2025/某某局/report.html").read_text("utf-8")
    assert "本年度未发出信息处理费收费通知" in page
    assert "申请人甲" not in page


def test_the_same_command_is_run_again_after_the_register_was_put_right(filled, capsys):
    """What the first run wrote is no obstacle, and what the clerk has filled in stays."""
    call = ["tally", "台账.xlsx", "--agency", "某某局", "--year", "2025"]
    call += ["--to", "params", "--proof", "凭据.xlsx"]
    typed("台账.xlsx", [{"办理结果": "看着办"}])
    assert execute(call) == 1
    assert "有 1 行未能计入：按上面的提示改好台账" in capsys.readouterr().out
    file = filled / "params/2025/某某局.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("本年制发件数: null", "本年制发件数: 7"), encoding="utf-8")
    typed("台账.xlsx", DOZEN[:1])

    assert execute(call) == 0
    text = file.read_text("utf-8")
    assert "本年制发件数: 7" in text
    assert "未能计入" not in text
    file.write_text(text.replace("[8, 1, 1, 0, 1, 0]", "[5, 1, 1, 0, 1, 0]"), encoding="utf-8")
    assert execute(call) == 2  # by now the figures are somebody's own
    other = load_workbook("凭据.xlsx")
    other.properties.title = "别的"
    other.save("凭据.xlsx")
    assert execute(call) == 2
    assert "凭据.xlsx 已经有了" in capsys.readouterr().err


def test_words_that_may_be_chosen_are_told_once_and_only_of_the_class_that_was_named(
    filled, capsys
):
    results_typed = ("不予公开", "不予公开", "看着办")
    typed("台账.xlsx", [{"办理结果": text} for text in results_typed])
    assert execute(["tally", "台账.xlsx", "--agency", "某某局", "--year", "2025"]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "错误 G-02" in line]

    assert ["予以公开" in line for line in told] == [False, False, True]
    assert ["行政查询事项" in line for line in told] == [True, False, True]
    assert told[1].endswith("可以填：同上")


def test_every_row_of_the_form_is_printed_with_its_heads_and_number(filled):
    """No print area cuts rows off; the second sheet of paper is led by number and heads."""
    page = load_workbook("台账.xlsx")["台账"]

    assert not page.print_area
    assert (page.print_title_rows, page.print_title_cols) == ("$3:$3", "$A:$B")
    setup = page.page_setup
    assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 2, 0)
    lined = [str(found.sqref) for found in page.conditional_formatting]
    assert lined == ["A34:U5003"]
    for rule in page.data_validations.dataValidation:
        assert str(rule.sqref).endswith("5003")


NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "annual_report.ipynb"


def test_the_form_is_not_overwritten_and_comes_out_the_same(filled, capsys):
    assert execute(["form", "--register", "台账.xlsx"]) == 2
    assert "已经有了" in capsys.readouterr().err
    assert write_register(for_year(2025)) == write_register(for_year(2025))


# --- the notebook -------------------------------------------------------------------------------


def params(**figures):
    two = {
        "规章": {"本年制发件数": 0, "本年废止件数": 0, "现行有效件数": 0},
        "行政规范性文件": {"本年制发件数": 0, "本年废止件数": 0, "现行有效件数": 0},
        "行政许可": 0, "行政处罚": 0, "行政强制": 0, "行政事业性收费": 0,
    }  # fmt: skip
    return {"agency": {"name": "某某局"}, "year": 2025, "figures": {"二": two, **figures}}


def test_the_notebook_takes_a_register_in_place_of_figures_and_shows_where_they_come_from(filled):
    opened = open_report(
        register="台账.xlsx", **params(), narrative={"总体情况": "新收{{ 三.本年新收 }}件。"}
    )

    assert "表三、表四来自台账" in opened.origin
    assert opened.report.complete.value(opened.report.format.ref("new", "sum", "三")) == 11
    shown = opened.register().data["text/html"]
    assert "本年新收政府信息公开申请数量" in shown
    assert "台账.xlsx“台账”第 5、7-8、11-15 行" in shown
    assert "<th>件数</th><th>台账里的行</th>" in shown
    assert not opened.result.about("三").blocking


def test_figures_given_beside_a_register_are_compared_and_the_register_holds(filled):
    opened = open_report(register="台账.xlsx", **params(三={"本年新收": [9, 0, 0, 0, 0, 0]}))

    assert {one.ref.column for one in opened.differences} == {
        "自然人",
        "商业企业",
        "科研机构",
        "法律服务机构",
    }
    assert "填 9 件，台账是 8 件" in opened.register().data["text/html"]


def test_a_params_file_with_a_register_needs_no_tables_of_its_own(filled):
    report = open_report(register="台账.xlsx", **params()).report
    text = write_params(report)
    (filled / "局.yaml").write_text(text[: text.index("  三:")], encoding="utf-8")
    opened = open_report("局.yaml", register="台账.xlsx")

    assert opened.report.figures == report.figures
    assert opened.differences == ()


def test_the_notebook_stops_where_rows_could_not_be_counted_unless_it_is_a_draft(filled, capsys):
    typed("台账.xlsx", [{**DOZEN[0], "办理结果": "看着办"}])
    with pytest.raises(CheckFailed, match="不能计入"):
        open_report(register="台账.xlsx", **params()).register()
    assert open_report(register="台账.xlsx", draft=True, **params()).register() is not None
    assert open_report(**params(三=THREE, 四=FOUR)).register() is None


THREE = {"本年新收": [0] * 6}
FOUR = {"行政复议": [0] * 4}
