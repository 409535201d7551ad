"""Reports read from files: what was written comes back, from every kind of file."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import formats
from helpers.cli import execute
from helpers.errors import InputError
from helpers.exporters.html import NianbaoHTMLExporter
from helpers.exporters.pdf import NianbaoPDFExporter
from helpers.exporters.word import NianbaoDOCXExporter
from helpers.figures import Figure, Figures
from helpers.notebook import OpenReport
from helpers.params import read_params, write_params
from helpers.readers import read_report
from helpers.report import Agency, Report
from samples import LONG_NAME, RARE
from strategies import CODES, consistent_figures

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "params").glob("*/*.yaml"))


def published(report: Report) -> nbformat.NotebookNode:
    """The executed notebook of a report, made without a kernel."""
    opened = OpenReport(report, "测试")
    shown = [opened.title(), opened.preamble()]
    for section in report.format.sections:
        if section.table:
            shown += [_heading(section.title), opened.table(section.table)]
        else:
            shown.append(opened.section(section.id))
    shown.append(opened.signoff())
    cells = []
    for one in shown:
        data, metadata = one._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("", outputs=[output], execution_count=1))
    return nbformat.v4.new_notebook(cells=cells)


def _heading(title):
    from helpers.notebook.document import Shown

    return Shown({"text/markdown": f"## {title}", "text/plain": title})


def write(report: Report, kind: str, folder: Path) -> Path:
    """The report in a file of this kind."""
    folder.mkdir(exist_ok=True)
    file = folder / f"report.{kind}"
    if kind == "yaml":
        file.write_text(write_params(report), encoding="utf-8")
    elif kind == "html":
        page, _ = NianbaoHTMLExporter().from_notebook_node(published(report))
        file.write_text(page, encoding="utf-8")
    elif kind == "pdf":
        content, _ = NianbaoPDFExporter(fonts="packaged").from_notebook_node(published(report))
        file.write_bytes(content)
    elif kind == "docx":
        content, _ = NianbaoDOCXExporter().from_notebook_node(published(report))
        file.write_bytes(content)
    elif kind == "xlsx":
        from helpers.forms import write_form

        file.write_bytes(write_form(report.format, report.year, report=report))
    return file


def comparable(report: Report) -> Report:
    """A report as a document can carry it: totals standing in it, no reasons.

    The short name stands in the sentence that says how to reach the agency, if there is one.
    """
    agency = report.agency
    reachable = agency.address or agency.postcode or agency.telephone or agency.fax or agency.email
    short = agency.short_name if reachable else ""
    agency = agency.model_copy(update={"short_name": short})
    return replace(report, agency=agency, figures=report.complete, explanations={})


SENTENCES = st.sampled_from(
    [
        "全年主动公开政府信息79条，其中门户网站63条。",
        "本机关高度重视，制定《公开目录》〔2021〕30号。",
        "一是解读形式单一；二是更新不及时。",
        "比率为98.5%，同比增长1.05%。",
        "下一步将加强培训，提高质量（含基层）。",
        "没有发出收费通知，没有收取信息处理费。",
    ]
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=4).map("".join)
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=3).map("\n\n".join)
NAMES = st.sampled_from(
    [
        "市中区工业和信息化局",
        "宿迁市人民政府",
        "新疆生产建设兵团第八师石河子市政务服务和大数据管理局",
    ]
)


@st.composite
def reports(draw):
    """A report such as an office publishes: consistent figures, paragraphs of prose."""
    fmt = formats.find(draw(CODES))
    agency = Agency(
        name=draw(NAMES),
        short_name=draw(st.sampled_from(["", "市中区工信局"])),
        address=draw(st.sampled_from(["", "枣庄市市中区龙头西路1号"])),
        postcode=draw(st.sampled_from(["", "277100", "010020"])),
        telephone=draw(st.sampled_from(["", "0632-3252082"])),
        email=draw(st.sampled_from(["", "gxj_3252082@zz.shandong.cn"])),
        website=draw(st.sampled_from(["", "市中区人民政府门户网站（http://www.zzszq.gov.cn/）"])),
    )
    figures = draw(consistent_figures(fmt))
    narrative = {section.id: draw(TEXTS) for section in fmt.narrative}
    day = draw(st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31)))
    return Report(agency, draw(st.integers(2019, 2030)), fmt, figures, narrative, {}, day)


@pytest.mark.parametrize("kind", ["yaml", "html", "docx", "xlsx"])
@settings(max_examples=20)
@given(report=reports())
def test_what_was_written_is_read_back(kind, report, tmp_path_factory):
    file = write(report, kind, tmp_path_factory.mktemp("round"))
    wanted = comparable(report)
    if kind in ("yaml", "xlsx"):  # they hold every field, printed or not
        wanted = replace(wanted, agency=report.agency)
    assert read_report(file).report == wanted


@settings(max_examples=6)
@given(report=reports())
def test_what_was_printed_to_pdf_is_read_back(report, tmp_path_factory):
    file = write(report, "pdf", tmp_path_factory.mktemp("round"))
    again = read_report(file).report
    assert again == comparable(report)


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "xlsx"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_every_example_comes_back_with_every_figure(kind, file, tmp_path):
    report = read_params(file)
    again = read_report(write(report, kind, tmp_path)).report
    assert again.figures == report.complete
    assert (again.agency.name, again.year) == (report.agency.name, report.year)
    assert again.format.code == report.format.code


@pytest.mark.parametrize("code", ["2019", "2021"])
@pytest.mark.parametrize("kind", ["html", "docx"])
def test_extremes_neither_overflow_nor_vanish(kind, code, tmp_path):
    """A name of 40 characters, seven-digit counts, money to six decimals, rare characters."""
    fmt = formats.find(code)
    money, count = Figure(Decimal("1234567.654321"), "number"), Figure(Decimal(2822652), "number")
    figures = Figures(
        {r: money if s.column.unit == "万元" else count for r, s in fmt.slots.items()}
    )
    narrative = {section.id: f"{RARE}\n\n{RARE}" for section in fmt.narrative}
    agency = Agency(name=LONG_NAME, address="㐱家巷1号")
    report = Report(agency, 2021, fmt, figures, narrative, {}, date(2022, 1, 31))
    assert len(LONG_NAME) >= 40
    assert read_report(write(report, kind, tmp_path)).report == comparable(report)


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_lists_and_subheadings_come_back_as_markdown(kind, tmp_path):
    report = read_params(EXAMPLES[0])
    text = (
        "### （一）主动公开\n\n情况如下：\n\n1. 甲\n2. 乙\n\n又：\n\n3. 丙\n4. 丁\n\n再：\n\n- 戊"
    )
    report = replace(report, narrative=dict(report.narrative) | {"一": text})
    again = read_report(write(report, kind, tmp_path)).report
    assert again.narrative["一"] == text


def against(case: Path, file: Path, folder: Path) -> str:
    """What the comparison beside the cases says of the figures read from a file."""
    table = folder / "figures.csv"
    assert execute(["figures", str(file), "--out", str(table)]) == 0
    command = [sys.executable, str(case.parent / "compare.py"), str(case), str(table)]
    return subprocess.run(command, capture_output=True, encoding="utf-8").stdout


@pytest.mark.parametrize("name", ["pingtan-2019", "pingtan-2020"])
def test_published_pages_are_read_cell_for_cell(shared, name, tmp_path):
    cases = shared / "cases"
    said = against(cases / f"{name}.json", cases / f"{name}.html", tmp_path)
    assert said.strip() == "198 right, 0 wrong, 0 missing of 198"


def test_the_report_this_project_started_from_is_read_cell_for_cell(shared):
    (file,) = (shared / "seeds").glob("*.txt")
    reading = read_report(file)
    report = reading.report
    facts = read_params(ROOT / "params" / "2021" / "市中区工业和信息化局.yaml")
    assert report.figures == facts.complete
    assert report.agency == facts.agency.model_copy(update={"website": "http://www.zzszq.gov.cn"})
    assert (report.year, report.published) == (2021, date(2022, 1, 15))
    assert len([n for n in reading.notes if "增" in n.message]) == 4


def test_an_imported_report_builds_whole(tmp_path, capsys):
    """A published page becomes a params file that check accepts and that says the same."""
    facts = read_params(ROOT / "params" / "2021" / "平潭综合实验区.yaml")
    page = write(facts, "html", tmp_path)
    assert execute(["import", str(page), "--to", str(tmp_path / "params")]) == 0
    file = tmp_path / "params" / "2021" / "平潭综合实验区.yaml"
    said = capsys.readouterr().out
    assert "200 格读到 200 个数，文字各节：一、五、六" in said
    again = read_params(file)
    assert again.figures == facts.complete
    assert set(again.narrative) == {"一", "五", "六"}
    assert execute(["check", str(file)]) == 0


def test_import_never_overwrites_another_file_unless_told(tmp_path, capsys):
    page = write(read_params(EXAMPLES[0]), "html", tmp_path)
    target = tmp_path / "params" / EXAMPLES[0].parent.name / EXAMPLES[0].name
    target.parent.mkdir(parents=True)
    target.write_text("别的内容", encoding="utf-8")
    assert execute(["import", str(page), "--to", str(tmp_path / "params")]) == 2
    assert "已经有了，内容不同；要覆盖请加 --force" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "别的内容"
    assert execute(["import", str(page), "--to", str(tmp_path / "params"), "--force"]) == 0
    assert execute(["import", str(page), "--to", str(tmp_path / "params")]) == 0


def test_import_to_the_screen_prints_the_params_file_alone(tmp_path, capsys):
    page = write(read_params(EXAMPLES[0]), "html", tmp_path)
    assert execute(["import", str(page), "--to", "-"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("agency:\n")
    assert "格读到" in captured.err


def test_every_command_takes_any_readable_file(tmp_path, capsys):
    report = read_params(ROOT / "params" / "2020" / "平潭综合实验区.yaml")
    pdf = write(report, "pdf", tmp_path)
    assert execute(["check", str(pdf), "--json"]) == 1
    (data,) = json.loads(capsys.readouterr().out)
    fails = [f["found"] for f in data["findings"] if f["severity"] == "error"]
    assert fails[:2] == ["20", "21"]
    assert execute(["figures", str(pdf)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 198


def test_a_file_without_the_tables_is_told_apart(tmp_path):
    file = tmp_path / "a.html"
    file.write_text("<p>2021年工作总结</p>", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.html：没有找到年度报告的表格"):
        read_report(file, "a.html")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "文件是空的"),
        (b"\x00\x01\x02\x03" * 100, "认不出这是什么文件"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"%PDF-1.7 broken", "损坏"),
    ],
)
@pytest.mark.parametrize("ending", [".docx", ".pdf", ".html", ".xlsx"])
def test_broken_files_are_refused_in_a_sentence(content, why, ending, tmp_path):
    file = tmp_path / f"a{ending}"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_report(file, f"a{ending}")
    (problem,) = caught.value.problems
    assert problem.file == f"a{ending}"
    assert why in problem.message


def test_content_that_is_not_what_its_ending_says_is_not_sent_to_the_list_of_endings(tmp_path):
    """Nobody learns from “cannot read .docx; what can be read: …, .docx”."""
    file = tmp_path / "a.docx"
    file.write_bytes(b"\x00\x01\x02\x03" * 100)

    with pytest.raises(InputError, match=r"扩展名是“\.docx”，内容却不是.*另存后再读") as caught:
        read_report(file, "a.docx")

    assert "能读的有" not in str(caught.value)


CHROME = """<html><head><meta charset="gb2312"><title>{title}_政府信息公开年报_某某网</title>
<meta name="PubDate" content="2024-03-08 15:34"><style>p{{}}</style></head><body>
<div class="nav"><a href="/">首页</a><a>政务公开</a></div>
<select><option>一、总体情况</option></select>
<table width="100%"><tr><td><div>当前位置：首页 &gt; 政府信息公开年报</div></td></tr><tr><td>
<div class="article_title">{title}</div>
<span>来源：某某办公室</span><span>时间：2024-03-08 15:34</span>
<div class="TRS_Editor">{body}</div></td></tr></table>
<div>扫一扫在手机打开当前页</div><div>打印本页</div><div>上一篇：某某</div><div>版权所有：某某</div>
<script>var a="<table><tr><td>1</td></tr></table>"</script></body></html>"""


def test_a_page_of_a_content_management_system_is_read_through_its_frame(tmp_path):
    """Layout tables, navigation, a GBK encoding and the system's own words do not disturb."""
    report = read_params(ROOT / "params" / "2023" / "宿迁市人民政府.yaml")
    body = ""
    for section in report.format.sections:
        body += f'<p class="MsoNormal"><b><span>{section.title}</span></b><o:p></o:p></p>'
        if section.table:
            from helpers import grid_html

            body += grid_html.write(report.grid(section.table)).replace("<td", '<td class="x"')
        else:
            body += '<p style="text-indent:2em">正文若干，共&nbsp;3件。</p><p>第二段。</p>'
    text = CHROME.format(title=report.title, body=body)
    file = tmp_path / "page.htm"
    file.write_bytes(text.encode("gb18030"))
    reading = read_report(file)
    assert reading.report.figures == report.complete
    assert reading.report.agency.name == "宿迁市人民政府"
    assert reading.report.published == date(2024, 3, 8)
    assert reading.report.narrative == dict.fromkeys("一五六", "正文若干，共 3件。\n\n第二段。")


@pytest.fixture(scope="module")
def filled(shared, tmp_path_factory):
    """The official Word template filled with the figures of 宿迁 2023."""
    import docx

    report = read_params(ROOT / "params" / "2023" / "宿迁市人民政府.yaml")
    document = docx.Document(str(shared / "cases" / "template-2021.docx"))
    document.paragraphs[0].text = report.title
    for table, found in zip(report.format.tables, document.tables, strict=True):
        texts = {(c.row, c.column): c.text for c in report.grid(table.id).cells if c.ref}
        for (row, column), text in texts.items():
            found.cell(row, column).text = text
    file = tmp_path_factory.mktemp("word") / "filled.docx"
    document.save(str(file))
    return file, report


def test_the_official_word_template_is_read_cell_for_cell(filled):
    file, report = filled
    assert read_report(file).report.figures == report.complete


@pytest.mark.skipif(
    shutil.which("soffice") is None and shutil.which("libreoffice") is None,
    reason="没有安装 LibreOffice",
)
@pytest.mark.parametrize("ending", ["doc", "docx", "html", "pdf", "rtf", "odt"])
def test_what_libreoffice_saves_of_it_is_read_cell_for_cell(filled, ending, tmp_path):
    file, report = filled
    program = shutil.which("soffice") or shutil.which("libreoffice")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", tmp_path, file]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=120)
    reading = read_report(tmp_path / f"filled.{ending}")
    assert reading.report.figures == report.complete
    assert reading.report.agency.name == report.agency.name


@pytest.mark.skipif(
    shutil.which("soffice") is None and shutil.which("libreoffice") is None,
    reason="没有安装 LibreOffice",
)
def test_tables_pasted_into_a_spreadsheet_are_read_cell_for_cell(filled, tmp_path):
    """A page opened in a spreadsheet puts title, headings and all tables on one sheet."""
    _, report = filled
    page = write(report, "html", tmp_path)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    command = [
        program,
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--infilter=HTML (StarCalc)",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path),
        str(page),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again = read_report(tmp_path / "report.xlsx").report
    assert again.figures == report.complete
    assert (again.agency.name, again.year) == (report.agency.name, report.year)


def test_a_page_saved_as_one_file_is_read(tmp_path):
    """.mht archives hold the page as a part of a mail message."""
    from email.message import EmailMessage

    report = read_params(EXAMPLES[0])
    page = write(report, "html", tmp_path).read_text(encoding="utf-8")
    message = EmailMessage()
    message["Subject"] = "页面"
    message.set_content(page, subtype="html")
    message.add_related(b"x", "image", "png")
    file = tmp_path / "page.mht"
    file.write_bytes(bytes(message))
    assert read_report(file).report.figures == report.complete


def test_one_report_in_several_kinds_of_file_is_one_source(tmp_path: Path, capsys) -> None:
    report = read_params(ROOT / "params/2023/宿迁市人民政府.yaml")
    for kind in ("pdf", "html"):
        write(report, kind, tmp_path)

    assert execute(["check", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "B-01" not in printed
    assert "读取：同一份　" in printed
    assert "report.pdf 的数字相同，没有另算" in printed
    assert execute(["import", str(tmp_path), "--to", str(tmp_path / "参数")]) == 0
    execute(["figures", str(tmp_path)])
    assert len(capsys.readouterr().out.splitlines()) >= 200


def test_two_files_of_one_name_that_differ_in_a_number_are_two(tmp_path: Path, capsys) -> None:
    report = read_params(ROOT / "params/2023/宿迁市人民政府.yaml")
    write(report, "html", tmp_path)
    file = write(report, "yaml", tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("1808595", "1808596"), encoding="utf-8")

    assert execute(["check", str(tmp_path)]) == 1
    assert "B-01　宿迁市人民政府 2023 年度另有报告（数字不同）" in capsys.readouterr().out


def test_files_of_one_report_under_other_names_are_still_two(tmp_path: Path, capsys) -> None:
    report = read_params(ROOT / "params/2023/宿迁市人民政府.yaml")
    file = write(report, "html", tmp_path)
    shutil.copy(file, tmp_path / "旧.html")

    execute(["check", str(tmp_path)])
    assert "另有报告（数字相同）" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["build", "dataset"])
def test_a_copy_in_another_folder_is_used_once_and_said(tmp_path: Path, capsys, command) -> None:
    file = ROOT / "params/2023/宿迁市人民政府.yaml"
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        shutil.copy(file, tmp_path / name)
    more = ["--formats", "html", "--draft"] if command == "build" else []
    call = [command, str(tmp_path), "--out", str(tmp_path / "out"), *more]

    assert execute(call) == 0
    told = capsys.readouterr().err
    assert "乙/宿迁市人民政府.yaml 相同，没有另算" in told
    assert "请只留一份" not in told

    text = file.read_text(encoding="utf-8")
    (tmp_path / "甲" / file.name).write_text(text.replace("1808595", "1808596"), encoding="utf-8")
    execute(call)
    assert "内容不同，请只留一份" in capsys.readouterr().err


def test_two_files_of_one_name_that_differ_in_a_sentence_are_two(tmp_path: Path, capsys) -> None:
    report = read_params(ROOT / "params/2023/宿迁市人民政府.yaml")
    write(report, "html", tmp_path)
    other = dict(report.narrative) | {"六": "全年没有收取信息处理费。"}
    page = write(replace(report, narrative=other), "html", tmp_path / "x")
    shutil.move(page, tmp_path / "report.htm")

    execute(["check", str(tmp_path), "--json"])
    data = json.loads(capsys.readouterr().out)
    assert sorted(Path(one["source"]).name for one in data) == ["report.htm", "report.html"]
    assert all("also" not in one for one in data)


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_a_workbook_that_is_none_is_not_taken_for_a_report_without_tables(tmp_path, ending):
    file = tmp_path / f"某局.{ending}"
    file.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(InputError, match="文件损坏，不是 Excel 工作簿"):
        read_report(file)


@pytest.mark.parametrize("agency", ["7", "局"])
def test_a_title_whose_agency_can_be_none_is_told(agency, tmp_path):
    from make_files import docx, filled, p, word_table

    file = tmp_path / "a.docx"
    title = p(f"{agency}2024年政府信息公开工作年度报告")
    file.write_bytes(docx(title + "".join(map(word_table, filled("2021")))))
    with pytest.raises(InputError, match=f"机关名称读到“{agency}”，应为机关全称"):
        read_report(file)
