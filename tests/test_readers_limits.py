"""Reading stays bounded: what a file is, what is not opened, and what a child may use."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from helpers.errors import InputError, Problem
from helpers.readers import amounts, docx, limits, text
from helpers.readers import html as html_reader
from helpers.readers import pdf as pdf_reader
from helpers.readers import xlsx as xlsx_reader
from helpers.readers.document import Paragraph, SourceDocument
from make_files import docx as word
from make_files import filled, ole, p, pdf, printed, sheet_of, word_table, xlsx, zipped

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="只有 POSIX 系统能限制子进程")


KINDS = {
    "docx": lambda: word(p("一")),
    "xlsx": lambda: xlsx(lambda _, sheet: sheet.write(0, 0, 1)),
    "pdf": lambda: b"%PDF-1.7\n",
    "rtf": lambda: b"{\\rtf1 a}",
    "zip": lambda: zipped({"a.txt": "a"}),
    "text": lambda: "一、总体情况\n".encode("gb18030"),
    "doc": lambda: ole("WordDocument"),
    "xls": lambda: ole("Book"),
    "ole-encrypted": lambda: ole("EncryptionInfo", "EncryptedPackage"),
    "unknown": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_known_by_its_content(kind):
    assert limits.sniff(KINDS[kind]()) == kind


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>",
        b"\xef\xbb\xbf\r\n<!-- saved -->\n<!DOCTYPE HTML PUBLIC>",
        '<?xml version="1.0" encoding="gb2312"?><HTML xmlns:w="a">'.encode("gb2312"),
        "\ufeff<meta charset=utf-16><table>".encode("utf-16-le"),
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="x"\r\n\r\n--x\r\n',
    ],
)
def test_a_web_page_is_known_whatever_its_name_and_encoding(page):
    assert limits.sniff(page) == "html"


def test_other_formats_count_as_what_reads_them():
    mime = "application/vnd.oasis.opendocument."
    assert limits.sniff(zipped({"mimetype": f"{mime}text"})) == "doc"
    assert limits.sniff(zipped({"mimetype": f"{mime}spreadsheet"})) == "xlsx"
    assert limits.sniff(b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>') == "doc"


def test_a_word_file_with_a_sheet_inside_is_a_word_file():
    assert limits.sniff(ole("1Table", "WordDocument")) == "doc"
    assert limits.sniff(ole("1Table")) == "unknown"


@pytest.mark.parametrize("at", range(24, 80, 2))
def test_an_old_word_file_with_a_damaged_head_has_a_kind_all_the_same(at):
    content = bytearray(ole("WordDocument"))
    content[at : at + 2] = b"\xff\xff"
    assert limits.sniff(bytes(content)) in ("doc", "unknown")


def test_an_old_word_file_with_a_password_is_told():
    assert limits.sniff(ole("WordDocument", locked=True)) == "ole-encrypted"


def test_a_file_under_a_wrong_name_is_told_for_what_it_is():
    with pytest.raises(InputError, match=r"a\.docx：扩展名与内容不符：内容其实是PDF 文件"):
        docx.read(b"%PDF-1.7\n", "a.docx")


@pytest.mark.parametrize("content", [b"", b" \r\n\0"])
def test_an_empty_file_is_told(content):
    with pytest.raises(InputError, match="文件是空的"):
        text.read(content, "a.txt")


def test_a_file_too_large_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="没有读"):
        limits.admit(b"a" * 11, "a.txt", "text")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": b"\0" * 2_000_000},
        {f"word/{n}": b"" for n in range(10_001)},
    ],
    ids=["packed too tightly", "too many entries"],
)
def test_an_archive_that_would_explode_is_not_opened(parts):
    with pytest.raises(InputError, match="压缩炸弹"):
        docx.read(zipped(parts), "a.docx")


def test_an_archive_whose_directory_lies_about_sizes_does_no_harm():
    content = zipped({"word/document.xml": b"\0" * 50_000_000})
    real, lie = struct.pack("<I", 50_000_000), struct.pack("<I", 1000)
    with pytest.raises(InputError, match="损坏"):
        docx.read(content.replace(real, lie), "a.docx")


def test_an_archive_with_a_password_is_told():
    content = bytearray(word(p("一")))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    content[start + 8] |= 1
    with pytest.raises(InputError, match="加了密码"):
        docx.read(bytes(content), "a.docx")


def test_an_archive_cut_short_is_damaged():
    with pytest.raises(InputError, match="已损坏或不完整"):
        docx.read(word(p("一" * 999))[:-30], "a.docx")


# --- bounded --------------------------------------------------------------------------------


def boom(content: bytes, name: str) -> None:
    raise ValueError("inner cause")


def refuse(content: bytes, name: str) -> None:
    raise InputError([Problem(name, "不行")])


def test_a_bounded_result_is_the_result():
    document = limits.bounded(text.read, "一\n|a|\n|-|\n".encode(), "a.txt")
    assert isinstance(document, SourceDocument)
    assert document == text.read("一\n|a|\n|-|\n".encode(), "a.txt")


def test_a_bounded_error_is_a_sentence_that_remembers_its_cause():
    with pytest.raises(InputError, match=r"a\.pdf：文件已损坏") as caught:
        limits.bounded(boom, b"", "a.pdf")
    told = [*getattr(caught.value, "__notes__", []), repr(caught.value.__cause__)]
    assert "inner cause" in "".join(told)


def test_a_refusal_passes_through_unchanged():
    with pytest.raises(InputError) as caught:
        limits.bounded(refuse, b"", "a.pdf")
    assert str(caught.value) == "a.pdf：不行"


@POSIX
def test_endless_reading_is_ended():
    start = time.monotonic()
    with pytest.raises(InputError, match=r"读了 0\.3 秒还没有读完"):
        limits.bounded(lambda content, name: time.sleep(60), b"", "a.pdf", seconds=0.3)
    assert time.monotonic() - start < 5


@POSIX
def test_reading_that_keeps_the_processor_busy_is_ended_after_some_seconds_of_it(monkeypatch):
    def busy(content: bytes, name: str) -> None:
        while True:
            pass

    monkeypatch.setattr(limits, "PROCESSOR", 1)
    with pytest.raises(InputError, match=r"a\.pdf：读了 1 秒还没有读完"):
        limits.bounded(busy, b"", "a.pdf")


@POSIX
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_program_that_reading_starts_has_the_processor_as_long_as_it_needs(platform, monkeypatch):
    import resource

    def limit_of_a_started_program() -> tuple[int, int]:
        before, _ = resource.getrlimit(resource.RLIMIT_CPU)
        limits.unlimit()
        return before, resource.getrlimit(resource.RLIMIT_CPU)[0]

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    monkeypatch.setattr(limits.sys, "platform", platform)
    assert limits.bounded(limit_of_a_started_program) == (limits.PROCESSOR, hard)


@POSIX
def test_a_crash_does_not_reach_the_caller():
    with pytest.raises(InputError, match="异常中止"):
        limits.bounded(lambda content, name: os.abort(), b"", "a.pdf")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="只有 Linux 能限制内存")
def test_memory_has_an_end():
    with pytest.raises(InputError, match="内存太多"):
        limits.bounded(lambda content, name: bytes(10**9), b"", "a.pdf", memory_mb=100)


def test_endless_recursion_is_told():
    def deeper(content: bytes, name: str) -> object:
        return deeper(content, name)

    with pytest.raises(InputError, match="嵌套太深"):
        limits.bounded(deeper, b"", "a.docx")


@POSIX
def test_a_large_result_comes_through_whole():
    assert limits.bounded(lambda: "年" * 3_000_000) == "年" * 3_000_000


@POSIX
def test_no_child_is_left_behind(monkeypatch):
    started = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: started.append(fork()) or started[-1])
    for function in (refuse, boom):
        with pytest.raises(InputError):
            limits.bounded(function, b"", "a")
    assert len(started) == 2
    for child in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


# --- any bytes at all -----------------------------------------------------------------------

READERS = {"docx": docx, "xlsx": xlsx_reader, "pdf": pdf_reader, "text": text}
SOUND = {
    "docx": lambda: word(p("一、总体情况") + word_table(filled("2021")[2])),
    "xlsx": lambda: sheet_of(filled("2021")[2:]),
    "pdf": lambda: pdf(printed(filled("2021")[2])),
    "text": lambda: "一、总体情况\n\t甲\n\t1\n\n\t乙\n\t2\n\na|b\n-|-\n1|2\n".encode(),
}


def survives(kind: str, content: bytes) -> None:
    """Reading ends in a document or in a sentence that names the file."""
    try:
        outcome = limits.bounded(READERS[kind].read, content, "a", seconds=20)
    except InputError as error:
        outcome = str(error)
    assert isinstance(outcome, SourceDocument) or outcome.startswith("a：")


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=15)
@given(content=st.binary(max_size=300))
def test_random_bytes_end_in_a_document_or_a_sentence(kind, content):
    survives(kind, content)
    survives(kind, SOUND[kind]()[:60] + content)


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=15)
@given(share=st.floats(0, 1))
def test_a_file_cut_short_ends_in_a_document_or_a_sentence(kind, share):
    content = SOUND[kind]()
    survives(kind, content[: int(share * len(content))])


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=25)
@given(flips=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes_end_in_a_document_or_a_sentence(kind, flips):
    content = bytearray(SOUND[kind]())
    for place, change in flips:
        content[int(place * len(content))] ^= change
    survives(kind, bytes(content))


# --- how much is read ---------------------------------------------------------------------------


def _page(*blocks: str) -> bytes:
    return f"<html><body>{''.join(blocks)}</body></html>".encode()


MUCH = {
    "html": (html_reader.read, _page("<p>甲</p>" * 20)),
    "docx": (docx.read, word(p("甲") * 20)),
    "text": (text.read, "甲\n".encode() * 20),
}


@pytest.mark.parametrize("kind", MUCH)
def test_reading_ends_where_there_are_more_paragraphs_than_any_report_has(kind, monkeypatch):
    read, content = MUCH[kind]
    monkeypatch.setattr(amounts, "MAX_BLOCKS", 20)
    assert len(read(content, "a").blocks) == 20

    monkeypatch.setattr(amounts, "MAX_BLOCKS", 9)
    made = []
    real = Paragraph.__init__
    monkeypatch.setattr(Paragraph, "__init__", lambda *a, **k: made.append(1) or real(*a, **k))
    with pytest.raises(
        InputError, match="读到第 10 段时已有 10 字、0 格，太多，不像年度报告"
    ) as told:
        read(content, "a")
    assert len(made) == 10  # the others are not even made
    assert "最多读 9 段" in str(told.value)
    assert "请只留下报告再读" in str(told.value)


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_no_tree_is_made_of_more_markup_than_any_report_has(kind, monkeypatch):
    read, content = MUCH[kind]
    monkeypatch.setattr(amounts, "MAX_MARKUP", 40)
    monkeypatch.setattr(lxml_html, "document_fromstring", None)
    monkeypatch.setattr(etree, "fromstring", _only_relations(etree.fromstring))
    with pytest.raises(
        InputError, match=r"有 \d+ 个“<”和“=”（标记和属性），超过上限 40 个，太多，不像年度报告"
    ):
        read(content, "a")


def _only_relations(real):
    def parse(content, *rest):
        assert b"Relationships" in content
        return real(content, *rest)

    return parse


@pytest.mark.parametrize(
    ("limit", "most", "said"),
    [
        ("MAX_LINES", 10, "有 20 行，超过上限 10 行"),
        ("MAX_CHARACTERS", 30, "有 40 字，超过上限 30 字"),
    ],
)
def test_a_text_too_long_is_not_taken_apart(limit, most, said, monkeypatch):
    monkeypatch.setattr(amounts, limit, most)
    monkeypatch.setattr(text, "_Blocks", None)
    with pytest.raises(InputError, match=said):
        text.read("甲\n".encode() * 20, "a")


@pytest.mark.parametrize(
    ("limit", "most", "said"),
    [
        ("MAX_MAIL_LINES", 5, "有 7 行，超过上限 5"),
        ("MAX_MAIL_PARTS", 1, "有 2 个部分，超过上限 1"),
    ],
)
def test_an_archive_of_a_page_with_too_many_parts_is_not_taken_apart(
    limit, most, said, monkeypatch
):
    monkeypatch.setattr(amounts, limit, most)
    monkeypatch.setattr(html_reader, "BytesParser", None)
    part = "\r\n--x\r\nContent-Type: text/html\r\n"
    letter = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"{part}{part}'
    with pytest.raises(InputError, match=said):
        html_reader.read(letter.encode(), "a.mht")


def test_paragraphs_of_a_page_are_numbered_in_order():
    blocks = html_reader.read(_page("<p>甲</p><p>乙<br>丙</p>"), "a").blocks
    assert [block.place for block in blocks] == ["第 1 段", "第 2 段", "第 3 段"]
