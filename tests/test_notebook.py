"""The master notebook: by hand, by papermill, and exported by plain nbconvert."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.errors import InputError
from helpers.notebook import CheckFailed, open_report

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
SEED = "params/2021/市中区工业和信息化局.yaml"
WRONG = "params/2020/平潭综合实验区.yaml"


def read():
    return nbformat.read(NOTEBOOK, 4)


def set_parameters(notebook, **values):
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source += "\n" + "\n".join(f"{name} = {value!r}" for name, value in values.items())
    return notebook


def run(notebook, folder=ROOT / "notebooks"):
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def command(*arguments, cwd):
    environment = {**os.environ, "NIANBAO_FONTS": "packaged"}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def test_the_notebook_in_git_has_no_outputs_and_fixed_ids():
    notebook = read()
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert [c.id for c in notebook.cells][:4] == ["how-to", "parameters", "open", "checks"]


def test_cells_are_short_and_only_what_is_published_lacks_the_tag():
    published = [c.source for c in read().cells if "remove-cell" not in c.metadata.get("tags", [])]
    assert published == [
        "report.title()",
        "report.preamble()",
        *(f'report.section("{number}")' for number in "一二三四五六"),
        "report.signoff()",
        "report.charts()",
    ]


def test_run_by_hand_it_opens_the_file_named_in_the_parameters_cell():
    notebook = run(set_parameters(read(), source="params/2023/宿迁市人民政府.yaml"))
    texts = [o.data["text/plain"] for c in notebook.cells for o in c.get("outputs", [])]
    assert any(text.startswith("宿迁市人民政府2023年政府信息公开工作年度报告") for text in texts)
    assert any(text.startswith("表三：可以生成（") for text in texts)


def test_on_an_error_it_stops_at_the_table_with_words_and_no_traceback():
    notebook = set_parameters(read(), source=WRONG)
    with pytest.raises(CellExecutionError):
        run(notebook)
    cell = next(c for c in notebook.cells if c.id == "check-3")
    shown, error = cell.outputs
    assert "填 20，应为 26" in shown.data["text/html"]
    assert error.ename == "CheckFailed"
    said = "\n".join(error.traceback)
    assert said.startswith("表三有 2 处错误，报告到此为止：")
    assert "Traceback" not in said
    assert "document.py" not in said
    after = next(c for c in notebook.cells if c.id == "check-4")
    assert after.outputs == []


def test_a_mistake_in_the_file_is_told_without_a_traceback(tmp_path):
    text = (ROOT / SEED).read_text(encoding="utf-8").replace("行政强制:", "行政强治:")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    notebook = set_parameters(read(), source="a.yaml")
    with pytest.raises(CellExecutionError):
        run(notebook, tmp_path)
    error = next(
        o for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "error"
    )
    said = "\n".join(error.traceback)
    assert "a.yaml 第 " in said
    assert "行政强治" in said
    assert "是不是“行政强制”？" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("folder", [".", "notebooks"])
def test_papermill_and_nbconvert_work_as_they_stand(tmp_path, folder):
    up = "" if folder == "." else "../"
    source = f"{up}{SEED}"
    notebook = "annual_report.ipynb" if up else "notebooks/annual_report.ipynb"
    out = tmp_path / "out.ipynb"
    command("papermill", notebook, out, "-f", source, "--no-progress-bar", cwd=ROOT / folder)
    command("nbconvert", "--to", "nianbao_html", out, cwd=ROOT / folder)
    command("nbconvert", "--to", "nianbao_pdf", out, cwd=ROOT / folder)
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "市中区工业和信息化局" in page
    assert ">+14<" in page
    assert len(page.encode()) <= 150_000
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


def test_what_an_analyst_adds_is_published(tmp_path):
    """A paragraph, a DataFrame and a chart added to a copy appear in the page and the PDF."""
    import pdfplumber

    notebook = set_parameters(read(), source=SEED)
    at = next(i for i, c in enumerate(notebook.cells) if c.id == "section-2")
    chart = (
        "import matplotlib.pyplot as plt\n"
        "fig, ax = plt.subplots(figsize=(5, 3))\n"
        'ax.bar(["网站", "其他"], [63, 16])\n'
        'ax.set_title("主动公开渠道")'
    )
    frame = (
        'import pandas as pd\npd.DataFrame({"渠道": ["门户网站", "其他渠道"], "条数": [63, 16]})'
    )
    notebook.cells[at:at] = [
        nbformat.v4.new_markdown_cell("补充说明：本段由分析人员**临时**加入。"),
        nbformat.v4.new_code_cell(frame),
        nbformat.v4.new_code_cell(chart),
    ]
    nbformat.write(run(notebook), tmp_path / "copy.ipynb")
    command("nbconvert", "--to", "nianbao_html", "copy.ipynb", cwd=tmp_path)
    command("nbconvert", "--to", "nianbao_pdf", "copy.ipynb", cwd=tmp_path)
    page = (tmp_path / "copy.html").read_text(encoding="utf-8")
    assert "本段由分析人员" in page
    assert "门户网站" in page
    assert page.count("<img") == 1
    assert "Text(0.5" not in page
    with pdfplumber.open(tmp_path / "copy.pdf") as pdf:
        text = "".join(p.extract_text() for p in pdf.pages).replace("\n", "")
        drawn = sum(len(p.rects) + len(p.curves) for p in pdf.pages)
    assert "本段由分析人员" in text
    assert "门户网站" in text
    assert drawn > 20


def test_parameters_win_over_the_source_line_and_the_output_says_so():
    from helpers.params.positions import compose

    data = compose((ROOT / SEED).read_text(encoding="utf-8")).data
    opened = open_report("params/2023/宿迁市人民政府.yaml", **data)
    assert opened.report.agency.name == "市中区工业和信息化局"
    assert "source（params/2023/宿迁市人民政府.yaml）没有使用" in opened.origin
    assert "没有使用" in opened._repr_mimebundle_()["text/html"]


def test_an_unknown_parameter_is_refused_not_ignored():
    with pytest.raises(InputError, match="没有“narative”这个参数，是不是“narrative”？"):
        open_report(None, narative={})


def test_papermill_parameters_that_the_notebook_does_not_know_are_refused(tmp_path):
    text = (ROOT / SEED).read_text(encoding="utf-8").replace("explanations:", "explanation:")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    arguments = ["papermill", str(NOTEBOOK), "out.ipynb", "-f", "a.yaml", "--no-progress-bar"]
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert done.returncode != 0
    assert "没有“explanation”这个参数，是不是“explanations”？" in done.stderr


def test_without_any_data_it_says_what_to_do():
    with pytest.raises(InputError, match="请在参数单元格写 source = 参数文件"):
        open_report(None)


def test_a_draft_goes_on_past_errors_and_marks_the_cells():
    opened = open_report(WRONG, draft=True)
    assert "填 20，应为 26" in str(opened.check("三"))
    document = opened.title().data["application/vnd.nianbao.document+json"]
    assert document["draft"] is True
    errors = [p["number"] for p in document["problems"] if p["severity"] == "错误"]
    assert errors == ["①", "②"]
    cells = opened.table("三").data["application/vnd.nianbao.grid+json"]["cells"]
    assert {cell["text"]: cell["mark"] for cell in cells if cell.get("mark")} == {
        "20": "①",
        "21": "②",
    }


def test_a_final_report_never_carries_marks():
    opened = open_report("params/2021/平潭综合实验区.yaml")
    cells = opened.table("三").data["application/vnd.nianbao.grid+json"]["cells"]
    assert not [cell for cell in cells if cell.get("mark")]


def test_check_failed_survives_a_process_boundary():
    import pickle

    error = pickle.loads(pickle.dumps(CheckFailed(("一", "二"))))
    assert error.lines == ("一", "二")


def test_the_figures_are_at_hand_as_a_frame():
    frame = open_report("params/2023/宿迁市人民政府.yaml").figures
    assert frame.shape == (200, 9)
    assert frame.loc[frame["row"] == "行政处罚", "value"].item() == "2822652"


def test_jupyter_offers_the_exporters():
    from nbconvert.exporters import get_export_names

    assert {"nianbao_html", "nianbao_pdf"} <= set(get_export_names())


@pytest.mark.skipif(shutil.which("git") is None, reason="没有 git")
def test_no_output_is_committed():
    done = subprocess.run(
        ["git", "ls-files", "outputs"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == ""


def test_a_notebook_without_ids_of_cells_gives_the_same_bytes_each_time(tmp_path):
    """Notebooks of before 2021 have none, and are given some at random when they are read."""
    from helpers.batch.documents import notebook_text
    from helpers.batch.execute import execute as run

    old = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    old["nbformat_minor"] = 4
    old["cells"] = [{"cell_type": "code", "source": "1 + 1", "outputs": [], "metadata": {}}] * 2
    for cell in old["cells"]:
        cell["execution_count"] = None
    file = tmp_path / "old.ipynb"
    file.write_text(json.dumps(old), encoding="utf-8")
    first, second = (notebook_text(run(str(file), None, 60)) for _ in range(2))
    assert first == second
    assert '"id": "cell-1"' in first
