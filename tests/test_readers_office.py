"""Older Office files through LibreOffice: same tables, nothing left running, clear refusals."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from helpers.errors import InputError
from helpers.readers import docx as word
from helpers.readers import limits, office
from helpers.readers import pdf as pdf_reader
from make_files import docx, filled, p, sheet_of, tight, word_table

NEEDED = pytest.mark.skipif(office.program() is None, reason="没有安装 LibreOffice")


def report() -> bytes:
    """A Word file with a paragraph and the statutory tables."""
    return docx(
        "".join(p(f"第{n}") + word_table(g) for n, g in enumerate(filled("2021"))) + p("完")
    )


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The report in an old format, made by LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "a.docx").write_bytes(report())
    (folder / "s.xlsx").write_bytes(sheet_of(filled("2021")))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"

    def make(ending: str, source: str = "a.docx") -> bytes:
        command = [office.program(), profile, "--headless", "--convert-to", ending]
        subprocess.run(
            [*command, "--outdir", str(folder), str(folder / source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return (folder / source).with_suffix(f".{ending}").read_bytes()

    return make


@NEEDED
@pytest.mark.parametrize("ending", ["doc", "rtf", "odt"])
def test_older_formats_come_back_to_the_cell(converted, ending):
    document = office.read(converted(ending), f"a.{ending}")
    assert [tight(t.grid) for t in document.tables] == [tight(g) for g in filled("2021")]
    assert [q.text for q in document.paragraphs] == ["第0", "第1", "第2", "完"]
    assert document.notes[-1] == "由 LibreOffice 转换后读取"


@NEEDED
def test_a_word_file_saved_by_another_program_comes_back_to_the_cell(converted):
    content = office.convert(converted("doc"), "a.doc", "docx")
    found = limits.bounded(word.read, content, "a.docx").tables
    assert [tight(t.grid) for t in found] == [tight(g) for g in filled("2021")]


@NEEDED
def test_a_word_file_printed_to_pdf_comes_back_to_the_cell(converted):
    found = pdf_reader.read(converted("pdf"), "a.pdf").tables
    assert [tight(t.grid) for t in found] == [tight(g) for g in filled("2021")]


@NEEDED
def test_old_sheets_come_back_to_the_cell(converted):
    document = office.read(converted("xls", "s.xlsx"), "s.et")
    assert [tight(t.grid) for t in document.tables] == [tight(g) for g in filled("2021")]


def test_a_file_that_is_newer_than_its_name_is_read_without_conversion(monkeypatch):
    monkeypatch.setattr(office, "program", lambda: None)
    assert office.read(docx(p("一")), "a.wps").paragraphs[0].text == "一"


def test_a_missing_program_is_told_with_a_way_out(monkeypatch):
    monkeypatch.setattr(office, "program", lambda: None)
    with pytest.raises(InputError) as caught:
        office.read(b"{\\rtf1 a}", "年报.rtf")
    assert str(caught.value) == (
        "年报.rtf：要读 .rtf 文件需要安装 LibreOffice，或者在 Word/WPS 里另存为 .docx 后再读"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"<html><table>", "内容其实是网页"), (b"%PDF-1.4", "内容其实是PDF")],
)
def test_what_is_no_office_file_is_told_for_what_it_is(content, sentence):
    with pytest.raises(InputError, match=sentence):
        office.read(content, "a.doc")


def stub(folder, text: str) -> str:
    """A program that stands in for LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!{sys.executable}\n{text}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.skipif(sys.platform == "win32", reason="只在 POSIX 系统上有进程组")
def test_a_conversion_without_end_is_ended_with_all_it_started(monkeypatch, tmp_path):
    child = (
        "import os, time\n"
        f"os.fork() or open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)"
    )
    monkeypatch.setattr(office, "program", lambda: stub(tmp_path, child))
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(InputError, match="1 秒内没有转换完"):
        office.read(b"{\\rtf1 a}", "a.rtf")
    time.sleep(0.2)
    assert not is_running(int((tmp_path / "pid").read_text()))


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


@pytest.mark.skipif(sys.platform == "win32", reason="只在 POSIX 系统上有进程组")
def test_a_conversion_that_makes_nothing_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(office, "program", lambda: stub(tmp_path, ""))
    with pytest.raises(InputError, match="LibreOffice 打不开"):
        office.read(b"{\\rtf1 a}", "a.rtf")


@NEEDED
def test_nothing_is_left_in_the_folder_of_temporary_files(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    office.read(b"{\\rtf1\\ansi abc}", "a.rtf")
    assert list(tmp_path.iterdir()) == []
