"""A register tallied: equal to the maker's own count, closing between years, proven row by row."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import papermill
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from helpers.cli import execute
from helpers.figures import number
from helpers.formats import available, for_year
from helpers.notebook import open_report
from helpers.params import read_params, write_params
from helpers.proofs import proof_book
from helpers.register.differences import differences
from helpers.register.options import RegisterOptions
from helpers.register.tally import Tally, derive, read_registers, tally
from helpers.report import Agency
from helpers.rules import Surroundings, check
from register_cases import (
    COLUMN,
    DISPUTE_HEADS,
    HEADS,
    KINDS,
    RESULTS,
    SECRETS,
    Made,
    make,
    secrets_in,
    write_csv,
)

FIRST, LAST = 2019, 2024
YEARS = range(FIRST, LAST + 1)
AGENCY = Agency(name="某某局")


def by_key(found: Tally) -> Counter[tuple[str, str]]:
    """The counted cells by row and column key, totals left out."""
    slots = found.format.slots
    cells = Counter()
    for ref, figure in found.figures.items():
        if not slots[ref].total and figure.value:
            cells[slots[ref].line.key, slots[ref].column.key] += int(figure.value)
    return cells


@pytest.fixture(scope="session")
def big(tmp_path_factory) -> tuple[Made, dict[int, Tally]]:
    """100,000 requests over six years, tallied for each."""
    folder = tmp_path_factory.mktemp("register")
    made = make(100_000, FIRST, LAST)
    requests = write_csv(folder / "台账.csv", HEADS, made.rows)
    disputes = write_csv(folder / "复议.csv", DISPUTE_HEADS, made.disputes)
    registers = read_registers([requests], [disputes], RegisterOptions())
    return made, {year: tally(registers, year) for year in YEARS}


def test_every_cell_of_every_year_equals_the_count_of_its_maker(big):
    made, found = big
    for year in YEARS:
        truth = made.truth[year]
        assert by_key(found[year]) == truth.requests + truth.disputes, year
        assert not found[year].uncounted


def test_fees_equal_the_count_of_their_maker(big):
    made, found = big
    for year in YEARS:
        truth, fees = made.truth[year], found[year].fees
        assert fees.notices == truth.notices
        assert (fees.amount * 100, fees.received * 100) == (truth.notified, truth.received)


def test_what_is_carried_over_closes_between_years_in_every_column(big):
    _, found = big
    for year in YEARS[1:]:
        before, now = by_key(found[year - 1]), by_key(found[year])
        for kind in KINDS:
            assert before["carry_out", kind] == now["carry_in", kind]


def test_the_reports_derived_pass_every_rule_on_their_tables_and_years(big):
    _, found = big
    reports = {}
    for year, one in found.items():
        report = derive(one, AGENCY)
        rest = {
            ref: number(Decimal(100_000) if ref.column.startswith("本年收费") else 0)
            for ref, slot in report.format.slots.items()
            if ref.table == "二" and not slot.total
        }
        reports[year] = replace(report, figures=report.figures.having(rest))
    wrong = []
    for year, report in reports.items():
        earlier = tuple(reports[y] for y in sorted(YEARS, reverse=True) if y < year)
        result = check(report, None, Surroundings(earlier, bool(earlier)))
        wrong += [
            (year, one.rule, one.level)
            for one in result.findings
            if one.rule.split("-")[0] in ("T3", "T4", "X", "Y")
            and one.state == "fail"
            and not one.explained
        ]
    assert wrong == [(2021, "Y-12", "提示")]  # which only says that the format changed


# --- one row spoilt ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """What is true of a request, and how it is written where that is not how it should be."""

    number: str
    kind: str
    received: date
    closed: date | None
    result: str
    reopened: bool = False
    written: tuple[tuple[str, str], ...] = ()

    def row(self) -> list[str]:
        cells = [""] * len(HEADS)
        cells[:7] = ["1", self.number, *SECRETS[:1], *SECRETS[2:6]]
        put = {
            "申请人类型": KINDS[self.kind][0],
            "收到日期": self.received.isoformat(),
            "办结日期": self.closed.isoformat() if self.closed else "",
            "办理结果": RESULTS[self.result][0] if self.closed else "",
            "重新办理": "是" if self.reopened else "",
            **dict(self.written),
        }
        for head, text in put.items():
            cells[COLUMN[head]] = text
        return cells

    def spoilt(self, head: str, text: str) -> Fact:
        return replace(self, written=((head, text),))


def recount(facts: list[Fact], year: int) -> Counter[tuple[str, str]]:
    """The count by hand, one request after another."""
    cells: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        ended = fact.closed and fact.closed.year <= year
        if fact.reopened or fact.received.year > year:
            continue
        if fact.closed and fact.closed.year < year:
            continue
        cells["new" if fact.received.year == year else "carry_in", fact.kind] += 1
        result = fact.result if ended else "carry_out"
        if year < 2021 and result.startswith("oth"):
            result = "oth"
        cells[result, fact.kind] += 1
    return cells


_DAYS = st.dates(date(2020, 1, 1), date(2023, 12, 31))


@st.composite
def registers(draw: st.DrawFn) -> list[Fact]:
    """A clean register of a few requests over four years."""
    facts = []
    for serial in range(draw(st.integers(1, 12))):
        received = draw(_DAYS)
        closed = draw(st.none() | st.integers(0, 400).map(lambda n, r=received: r + timedelta(n)))
        kind, result = draw(st.sampled_from(sorted(KINDS))), draw(st.sampled_from(sorted(RESULTS)))
        facts.append(Fact(f"2024-依-{serial:06}", kind, received, closed, result))
    return facts


Spoilt = tuple[list[Fact], list[Fact], bool]
"""The register as written, the requests it must count, whether the spoilt row must be named."""


_CHANGES = {
    "again": lambda one, draw: replace(one, reopened=True),
    "kind": lambda one, draw: replace(one, kind=draw(st.sampled_from(sorted(KINDS)))),
    "result": lambda one, draw: replace(one, result=draw(st.sampled_from(sorted(RESULTS)))),
    "received": lambda one, draw: replace(one, received=draw(_DAYS)),
    "closed": lambda one, draw: replace(one, closed=draw(_DAYS)),
}


def spoil(facts: list[Fact], at: int, how: str, draw: st.DrawFn) -> Spoilt:
    one = facts[at]
    rest = [*facts[:at], *facts[at + 1 :]]

    def changed(new: Fact) -> list[Fact]:
        return [*facts[:at], new, *facts[at + 1 :]]

    if how == "gone":
        return rest, rest, False
    if how == "twice":
        return [*facts, one], facts, True
    if how in _CHANGES:
        new = _CHANGES[how](one, draw)
        wrong = bool(new.closed and new.closed < new.received)
        return changed(new), rest if wrong else changed(new), wrong
    head, text = how.split("=")
    if head == "办理结果" and not one.closed:
        text = "予以公开"  # a result without a day of closing
    if head == "办结日期" and text == "" and not one.closed:
        return facts, facts, False
    return changed(one.spoilt(head, text)), rest, True


_BAD = {
    "申请人类型": ("", "申请人甲", "法人或其他组织", "自然人、商业企业", "13900000000"),
    "收到日期": ("", "待定", "2024-02-30", "1月5日", "110101199001011234"),
    "办结日期": ("", "尽快", "2021-13-01", "1900-01-01"),
    "办理结果": (
        "",
        "不予公开",
        "予以公开、部分公开",
        "申请人甲",
        "部分公开；国家秘密",
        "予以公开（给甲）",
    ),
}
_CELLS = [f"{head}={text}" for head, texts in _BAD.items() for text in texts]


@pytest.mark.parametrize("how", ["gone", "twice", *_CHANGES, *_CELLS])
@settings(max_examples=12)
@given(data=st.data())
def test_one_spoilt_row_is_named_or_changes_exactly_the_cells_it_must(how, data):
    facts = data.draw(registers())
    at = data.draw(st.integers(0, len(facts) - 1))
    written, true, named = spoil(facts, at, how, data.draw)
    with tempfile.TemporaryDirectory() as folder:
        name = write_csv(Path(folder) / "台账.csv", HEADS, [fact.row() for fact in written])
        found = read_registers([name], [], RegisterOptions())
    rows = {row + 1 for positions in found.requests.faults.values() for row in positions}
    spoilt = len(written) if len(written) > len(facts) else at + 1

    assert rows == ({spoilt} if named else set())
    for year in range(2020, 2025):
        one = tally(found, year)
        assert by_key(one) == recount(true, year), year
        assert not list(secrets_in(" ".join(map(str, one.findings))))


# --- declared figures -------------------------------------------------------------------------


def small(folder: Path, facts: list[Fact], year: int = 2023) -> Tally:
    name = write_csv(folder / "台账.csv", HEADS, [fact.row() for fact in facts])
    return tally(read_registers([name], [], RegisterOptions()), year)


def declare(found: Tally, **cells: int):
    """The derived report with some cells of the natural persons' column written over."""
    report = derive(found, AGENCY)
    table = report.format.table("三")
    changes = {table.by_key[key, "nat"]: number(value) for key, value in cells.items()}
    return replace(report, figures=report.figures.having(changes))


D = date
CLEAN = [
    Fact("2022-依-000001", "nat", D(2022, 12, 20), D(2023, 1, 9), "open"),
    Fact("2023-依-000002", "nat", D(2023, 3, 1), D(2023, 3, 9), "open"),
    Fact("2023-依-000003", "nat", D(2023, 4, 3), D(2023, 4, 28), "deny6"),
    Fact("2023-依-000004", "nat", D(2023, 12, 25), D(2024, 1, 10), "open"),
]  # fmt: skip


def test_figures_that_agree_with_the_register_leave_nothing_to_explain(tmp_path):
    found = small(tmp_path, CLEAN)

    assert differences(found, declare(found)) == []


def test_a_request_closed_in_january_explains_one_result_too_many(tmp_path):
    found = small(tmp_path, CLEAN)
    told = differences(found, declare(found, open=3, carry_out=0))

    assert [(one.ref.row.split("/")[-1], one.declared, one.found) for one in told] == [
        ("（一）予以公开", "3", "2"), ("四、结转下年度继续办理", "0", "1"),
    ]  # fmt: skip
    reason = told[0].reasons[0]
    assert (reason.text, reason.exact) == ("次年一月才办结的有 1 行", True)
    assert reason.rows.endswith("第 5 行")
    assert "台账计入这一格的是" in told[1].message


def test_a_row_that_could_not_be_counted_explains_a_difference(tmp_path):
    found = small(tmp_path, [*CLEAN, CLEAN[1].spoilt("申请人类型", "")][1:])
    told = differences(found, declare(found, new=4))

    assert "没有计入（见未计入的行）的有 1 行" in told[0].message


def test_rows_that_are_more_than_the_difference_are_counted_and_not_named(tmp_path):
    """Two were closed in January and the report has one too many: which, nobody knows."""
    found = small(tmp_path, [*CLEAN, replace(CLEAN[3], number="2023-依-000005")])
    reason = differences(found, declare(found, open=3))[0].reasons[0]

    assert reason.text == "可能其中有的算进去了：次年一月才办结的有 2 行"
    assert (reason.rows, reason.exact) == ("", False)


def test_a_row_that_is_in_the_cell_does_not_explain_why_there_are_too_many(tmp_path):
    """Closed in January, it was received in the year and counts as received."""
    found = small(tmp_path, CLEAN)
    (told,) = differences(found, declare(found, new=4))

    assert told.reasons == ()


def test_groups_of_rows_that_make_up_the_difference_together_are_named(tmp_path):
    uncounted = CLEAN[1].spoilt("申请人类型", "")
    found = small(tmp_path, [*CLEAN, uncounted])
    told = differences(found, declare(found, open=4, carry_out=1))

    (first,) = [one for one in told if one.ref.row.endswith("予以公开")]
    assert all(one.text.startswith("合起来正好相符的，") and one.rows for one in first.reasons)
    assert len(first.reasons) == 2


def test_a_row_that_fits_two_cells_is_named_for_neither(tmp_path):
    """Its applicant is not known, and both kinds have one too many."""
    found = small(tmp_path, [*CLEAN, CLEAN[1].spoilt("申请人类型", "")])
    report = declare(found, new=4)
    other = report.format.table("三").by_key["new", "ent"]
    report = replace(report, figures=report.figures.having({other: number(1)}))
    told = differences(found, report)

    new = [one for one in told if one.ref.row.startswith("一、")]
    assert len(new) == 2
    assert all(not reason.rows for one in new for reason in one.reasons)


def test_two_cells_that_are_off_by_as_much_are_told_to_be_swapped(tmp_path):
    found = small(tmp_path, CLEAN)
    told = differences(found, declare(found, open=1, deny6=2))

    assert all("疑为两格之间填错" in one.message for one in told)


def test_what_section_six_says_of_fees_is_held_against_the_register(tmp_path):
    paid = (
        ("收费通知日期", "2023-3-2"),
        ("通知金额", "300"),
        ("缴费日期", "2023-3-3"),
        ("实收金额", "300"),
    )
    found = small(tmp_path, [replace(CLEAN[1], written=paid)])
    assert found.fees.sentence == (
        "本年度发出信息处理费收费通知1件，总金额300元，实际收取信息处理费300元。"
    )
    report = replace(
        derive(found, AGENCY), narrative={"六": "本年度未发出收费通知，未收取信息处理费。"}
    )
    told = differences(found, report)

    assert [one.rule for one in told] == ["G-06", "G-06"]
    assert "台账所据" in told[0].message


# --- the command line -------------------------------------------------------------------------


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = execute(["tally", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_json_has_every_cell_with_its_rows_and_every_row_left_out(tmp_path, capsys):
    facts = [*CLEAN, CLEAN[2].spoilt("申请人类型", "申请人甲")]
    name = write_csv(tmp_path / "台账.csv", HEADS, [fact.row() for fact in facts])
    code, out, _ = run(capsys, name, "--agency", "某某局", "--year", "2023", "--json")
    data = json.loads(out)

    assert code == 1
    assert len(data["cells"]) == len(for_year(2023).table("三").slots)
    for cell in data["cells"]:
        assert cell["value"] == sum(last - first + 1 for *_, first, last in cell["rows"])
    wrong = [one for one in data["findings"] if one["level"] == "错误"]
    assert {(one["rule"], one["row"], one["counted"]) for one in wrong} == {
        ("G-03", 6, False), ("G-05", 6, False),
    }  # fmt: skip


def test_params_are_written_and_then_only_their_tables_replaced(tmp_path, capsys):
    name = write_csv(tmp_path / "台账.csv", HEADS, [fact.row() for fact in CLEAN])
    to = ["--to", str(tmp_path / "params")]
    call = [name, "--agency", "某某局", "--year", "2023", *to]
    assert run(capsys, *call)[0] == 0
    file = tmp_path / "params" / "2023" / "某某局.yaml"
    report = read_params(file)
    assert report.narrative == {"六": "本年度未发出信息处理费收费通知，未收取信息处理费。"}
    table = report.format.table("三")
    assert report.complete.value(table.by_key["open", "sum"]) == 2

    mine = replace(report, narrative={"一": "全年情况。", **report.narrative})
    wrong = mine.figures.having({table.by_key["open", "nat"]: number(7)})
    file.write_text(write_params(replace(mine, figures=wrong)), encoding="utf-8")
    code, out, err = run(capsys, *call)
    assert code == 2
    assert "“予以公开”“自然人”填 7 件，台账是 2 件，多 5 件" in out
    assert "已经有了，内容不同的是表三；只换表三、表四请加 --force" in err
    code, _, err = run(capsys, *call, "--force")
    assert code == 0  # what was replaced is no error
    assert "表二和文字请在文件里补填" in err
    again = read_params(file)
    assert again.narrative["一"] == "全年情况。"
    assert again.complete.value(table.by_key["open", "sum"]) == 2

    blank = {ref: number(0) for ref in again.format.table("二").slots}
    texts = {part.id: "有。" for part in again.format.narrative}
    whole = replace(again, figures=again.figures.having(blank), narrative=texts)
    file.write_text("# 已填\n" + write_params(whole), encoding="utf-8")
    code, _, err = run(capsys, *call)
    assert code == 2
    assert "数和文字都相同，只是写法（如注释、次序）不同，不必再写" in err
    assert "补填" not in run(capsys, *call, "--force")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "缺少 台账文件"),
        (["x.csv", "--year", "2023"], "请用 --agency 写明机关"),
        (["x.csv", "--agency", "某某局", "--year", "2023"], "x.csv：没有这个文件"),
        (["x.csv", "--agency", "某某局", "--year", "2023", "--as-of", "明天"], "--as-of 应为日期"),
    ],
)
def test_a_call_that_cannot_be_understood_is_explained(capsys, arguments, said):
    code, _, err = run(capsys, *arguments)

    assert code == 2
    assert said in err


def test_no_output_holds_a_name_a_number_or_the_text_of_a_request(tmp_path, capsys, monkeypatch):
    """Names stand in columns that are not read, and by mistake in columns that are."""
    monkeypatch.chdir(tmp_path)
    made = make(300, 2022, 2023, seed=5)
    rows = [list(row) for row in made.rows]
    for at, head in enumerate(
        ("申请人类型", "收到日期", "办结日期", "办理结果", "拆分", "重新办理", "延长工作日")
    ):
        for row, secret in enumerate(SECRETS):
            rows[12 * at + row][COLUMN[head]] = secret
    for at, head in enumerate(("通知金额", "缴费日期", "补正通知日期", "登记编号"), 8):
        for row, secret in enumerate(SECRETS):
            rows[12 * at + row][COLUMN[head]] = secret
    disputes = [list(row) for row in made.disputes]
    for column in range(1, len(DISPUTE_HEADS)):
        disputes.append(list(disputes[0]))
        disputes[-1][column] = SECRETS[0]
    write_csv(tmp_path / "台账.csv", HEADS, rows)
    write_csv(tmp_path / "复议.csv", DISPUTE_HEADS, disputes)
    call = ["台账.csv", "--agency", "某某局", "--year", "2023", "--disputes", "复议.csv"]
    written = []
    for more in (["--json"], ["--to", "params", "--proof", "凭据.xlsx"], ["--to", "params"]):
        _, out, err = run(capsys, *call, *more)
        written += [out, err]
    written.append((tmp_path / "params/2023/某某局.yaml").read_text("utf-8"))
    with zipfile.ZipFile(tmp_path / "凭据.xlsx") as archive:
        written += [archive.read(entry).decode("utf-8", "replace") for entry in archive.namelist()]
    monkeypatch.syspath_prepend(str(tmp_path))
    shown = open_report(
        "params/2023/某某局.yaml", draft=True, register="台账.csv", disputes="复议.csv"
    )
    bundle = shown.register().data
    written += [bundle["text/plain"], bundle["text/html"]]
    for part in (shown, shown.register(), shown.check("三")):
        written += [str(value) for value in part._repr_mimebundle_()]

    assert len(written) > 15
    assert [secret for text in written for secret in secrets_in(text)] == []


def test_no_file_made_from_a_register_on_the_way_to_the_report_holds_what_is_personal(
    tmp_path, capsys, monkeypatch
):
    """Params, proof, executed notebook, page, PDF, Word, lists and journal: all are looked into."""
    monkeypatch.chdir(tmp_path)
    made = make(40, 2022, 2023, seed=7)
    write_csv(tmp_path / "台账.csv", HEADS, made.rows)
    write_csv(tmp_path / "复议.csv", DISPUTE_HEADS, made.disputes)
    call = ["台账.csv", "--agency", "某某局", "--year", "2023", "--disputes", "复议.csv"]
    _, *said = run(capsys, *call, "--to", "params", "--proof", "凭据.xlsx")
    file = tmp_path / "params/2023/某某局.yaml"
    text = file.read_text("utf-8").replace("null", "0")
    file.write_text(text + "  总体情况: 全年情况。\n", encoding="utf-8")
    notebook = Path(__file__).parents[1] / "notebooks/annual_report.ipynb"
    assert execute(["build", "params", "--draft", "--notebook", str(notebook)]) in (0, 1)
    parameters = {"source": str(file), "register": "台账.csv", "disputes": "复议.csv"}
    papermill.execute_notebook(
        notebook, "运行过.ipynb", {**parameters, "draft": True}, progress_bar=False
    )
    said += capsys.readouterr()

    files = [f for f in tmp_path.rglob("*") if f.is_file() and f.suffix != ".csv"]
    files += list(tmp_path.glob("outputs/**/*.csv"))
    assert {".yaml", ".xlsx", ".ipynb", ".html", ".pdf", ".docx", ".csv"} <= {
        f.suffix for f in files
    }
    assert "台账.csv第" in (tmp_path / "运行过.ipynb").read_text("utf-8")
    assert all("某某局" in "".join(texts_of(f)) for f in files if f.suffix in (".pdf", ".docx"))
    found = [(f.name, secret) for f in files for part in texts_of(f) for secret in secrets_in(part)]
    assert found == []
    assert [secret for text in said for secret in secrets_in(text)] == []


def texts_of(file: Path) -> Iterator[str]:
    """The text of a file: of each part of an archive, of the pages of a PDF."""
    content = file.read_bytes()
    if file.suffix == ".pdf":
        yield "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    yield content.decode("utf-8", "replace")


def test_every_sheet_of_the_proof_prints_on_the_width_of_a_page_with_heads_and_page_numbers(
    tmp_path,
):
    found = small(tmp_path, [*CLEAN, CLEAN[2].spoilt("申请人类型", "")])
    report = declare(found, open=9)
    told = differences(found, report)
    book = load_workbook(io.BytesIO(proof_book(found, "某某局", report, told)))

    assert len(book.sheetnames) == 6
    for sheet in book:
        setup = sheet.page_setup
        assert (setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$3:$3"
        assert "&P" in sheet.oddFooter.right.text
        wide = sum(column.width for column in sheet.column_dimensions.values())
        assert wide <= 155, sheet.title  # characters; 142 fit unshrunk
    assert [cell.value for cell in book["跳过的行"]["A"]][-1] == "（没有）"


def test_the_same_register_gives_the_same_bytes(tmp_path):
    found = small(tmp_path, CLEAN)

    assert proof_book(found, "某某局") == proof_book(small(tmp_path, CLEAN), "某某局")


def test_a_year_without_a_format_is_refused_in_a_sentence(tmp_path, capsys, monkeypatch):
    name = write_csv(tmp_path / "台账.csv", HEADS, [CLEAN[0].row()])
    monkeypatch.setattr("helpers.formats.available", lambda: {"2021": available()["2021"]})
    code, _, err = run(capsys, name, "--agency", "某某局", "--year", "2020")

    assert code == 2
    assert "2020 年度没有规定的格式" in err
