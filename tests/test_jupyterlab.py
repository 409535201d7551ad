"""JupyterLab itself, used as an officer uses it: open, run all, look, export."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import docx
import nbformat
import pypdf
import pytest
from lxml import html
from playwright.sync_api import Locator, Page, expect

_MINUTE = 60_000


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a copy of the project."""

    url: str
    token: str
    root: Path


@pytest.fixture(scope="module")
def lab(chromium, project, tmp_path_factory):
    """JupyterLab as ``run.py lab`` starts it, on a free port, with folders of its own."""
    folder = tmp_path_factory.mktemp("lab")
    root = folder / "project"
    for name in ("notebooks", "params", "lab"):
        shutil.copytree(project / name, root / name)
    command = runpy.run_path(str(project / "run.py"))["lab_command"](root)
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    own = ("CONFIG", "DATA", "RUNTIME")
    places = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in own}
    places |= {f"JUPYTERLAB_{n}_DIR": str(folder / n.lower()) for n in ("SETTINGS", "WORKSPACES")}
    places |= {"HOME": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, *options, "--IdentityProvider.token=secret"],
            env={**os.environ, **places},
            cwd=root,
            stdout=log,
            stderr=log,
        )
        try:
            yield Lab(_url(folder / "runtime", server, folder / "log.txt"), "secret", root)
        finally:
            server.terminate()
            server.wait(30)


def _url(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """Where the server listens, once it says so."""
    for _ in range(600):
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text(encoding="utf-8"):
                return str(json.loads(text)["url"])
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture
def opened(chromium, lab):
    """Open a notebook in a tab of its own."""
    contexts = []

    def open_(name: str) -> Page:
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_MINUTE)
        page.goto(f"{lab.url}lab/tree/notebooks/{name}?token={lab.token}")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=_MINUTE)
        expect(page.get_by_text("| 空闲")).to_be_visible(timeout=_MINUTE)
        return page

    yield open_
    for context in contexts:
        context.close()


def run_all(page: Page) -> None:
    """Run all cells, and wait until the last one has its number."""
    menu(page, "运行", "运行所有单元格")
    last = page.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-InputPrompt").first
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=2 * _MINUTE)


def menu(page: Page, *names: str) -> None:
    """Choose from the menus on top, level after level."""
    page.get_by_role("menuitem", name=names[0], exact=True).click()
    for name in names[1:]:
        # Entries that open a further menu have no role, so the class stands for all of them.
        page.locator(".lm-Menu-item").filter(has_text=name).first.click()


def exports(page: Page) -> list[str]:
    """What the menu for saving and exporting offers."""
    menu(page, "文件", "保存并导出笔记本为")
    offered = page.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel")
    expect(offered.first).to_be_visible()
    return offered.all_text_contents()


def exported(page: Page, kind: str) -> bytes:
    """The file that the menu entry downloads."""
    assert kind in exports(page)
    with page.expect_download(timeout=2 * _MINUTE) as download:
        page.locator(".lm-Menu-item").filter(has_text=kind).click()
    return Path(download.value.path()).read_bytes()


def seen(page: Page, text: str, inside: str = "table") -> Locator:
    """Scroll to the last output with this text in a table (or another element) and see it."""
    place = page.locator(f".jp-OutputArea-output {inside}").filter(has_text=text).last
    place.scroll_into_view_if_needed()
    expect(place).to_be_in_viewport()
    return place


def test_the_master_notebook_is_edited_run_seen_and_exported(opened, lab):
    page = opened("annual_report.ipynb")
    page.get_by_text("source = ").first.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text('source = "params/2021/平潭综合实验区.yaml"')
    run_all(page)

    seen(page, "表三：可以生成（27 条规则", inside="")
    checks = seen(page, "缺上年（2020 年度）报告，无法核对")
    assert checks.locator("tr").first.inner_text().split() == ["级别", "规则", "问题"]
    table = seen(page, "四、结转下年度继续办理")
    new = table.locator("tr", has_text="一、本年新收政府信息公开申请数量")
    assert new.locator("td").all_text_contents() == ["64", "0", "0", "2", "0", "4", "70"]
    assert table.locator("[rowspan]").count() > 5

    assert {"Nianbao_html", "Nianbao_pdf", "Nianbao_docx"} <= set(exports(page))
    title = "平潭综合实验区2021年政府信息公开工作年度报告"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    web = html.fromstring(exported(page, "Nianbao_html").decode())
    assert web.findtext(".//title") == title
    assert len(web.xpath("//table")) == 3
    pdf = pypdf.PdfReader(io.BytesIO(exported(page, "Nianbao_pdf")))
    assert pdf.metadata.title == title
    assert "24252.311082" in "".join(sheet.extract_text() for sheet in pdf.pages)
    word = docx.Document(io.BytesIO(exported(page, "Nianbao_docx")))
    assert word.paragraphs[0].text.replace("\n", "") == title
    assert len(word.tables) == 3

    saved = nbformat.read(lab.root / "notebooks" / "annual_report.ipynb", 4)
    code = [cell for cell in saved.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [out for cell in code for out in cell.outputs if out.output_type == "error"]


def test_the_portfolio_notebook_runs_is_sorted_and_exports(opened, lab):
    page = opened("portfolio.ipynb")
    run_all(page)

    seen(page, "2025 年各机关的申请、结果、复议和诉讼（件）")
    years = seen(page, "历年变化（件）")
    numbers = years.locator("tbody tr > :nth-child(5)")
    years.get_by_role("button", name="新收申请").click()
    assert numbers.all_text_contents()[:2] == ["3,525", "3,511"]
    years.get_by_role("button", name="新收申请").click()
    assert numbers.all_text_contents()[:2] == ["21", "23"]
    chart = page.locator(".jp-RenderedSVG img").last
    chart.scroll_into_view_if_needed()
    expect(chart).to_be_in_viewport()

    written = exported(page, "Nianbao_html").decode()
    assert "2025 年政府信息公开工作年度报告汇总分析" in written
    assert written.count("<img") == 5
    saved = nbformat.read(lab.root / "notebooks" / "portfolio.ipynb", 4)
    outputs = [out for cell in saved.cells for out in cell.get("outputs", ())]
    assert not [out for out in outputs if out.output_type == "error"]
