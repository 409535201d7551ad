"""Inputs of up to 50 MB: much of what a file may hold, and what a parser may take long over."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from fuzz_inputs import LARGEST, packed
from fuzz_targets import TITLE

Make = Callable[[], bytes]

_SENTENCES = (
    "全年收到申请5件，同比增长5%，其中自然人3件。",
    "（一）主动公开\n",
    "![",
    "{{",
    "“",
    "甲",
    "1件",
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def large(target: str) -> Iterator[tuple[str, Make]]:
    """The large inputs of a target, each with what it is called; they are made when called."""
    made = {
        "params": _params,
        "prose": _prose,
        "html": _html,
        "mht": _mht,
        "docx": _docx,
        "xlsx": _xlsx,
        "pdf": _pdf,
        "text": _text,
        "register": _register,
        "register book": _register_book,
    }
    if target in made:
        yield from made[target]()
    else:
        yield from _plain()


def _fill(piece: str | bytes, *, head: str = "", foot: str = "", size: int = LARGEST) -> bytes:
    """A piece over and over, between a head and a foot, just not larger than ``size``."""
    data = piece if isinstance(piece, bytes) else piece.encode()
    first, last = head.encode(), foot.encode()
    return first + data * ((size - len(first) - len(last)) // len(data)) + last


def _params() -> Iterator[tuple[str, Make]]:
    head = "agency: {name: 某某局}\nyear: 2023\nnarrative:\n  总体情况: |\n"
    yield "50 MB", partial(_fill, "    甲乙丙丁\n", head=head)
    just = 4_990_000  # what is larger is not looked at
    for piece in ("全年收到申请5件。", "{{ 三.本年新收.总计 }}", "![", "（一）"):
        yield f"narrative {piece}", partial(_fill, f"    {piece}\n", head=head, size=just)
    yield "one line", partial(_fill, "![[{{", head=head + "    ", size=just)
    for piece in (
        "- ",
        "[",
        "{a: ",
        "? ",
        "a:\n ",
        "- a\n",
        "a: 1\n",
        "&a ",
        '"',
        "'",
        "#\n",
        "\t",
    ):
        yield f"YAML {piece!r}", partial(_fill, piece, size=just)
    yield (
        "aliases",
        lambda: b"".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 1}]\n".encode()
            for n in range(9)
        ),
    )
    yield "figures", partial(_fill, "1, ", head="figures: {三: {总计: [", foot="]}}", size=just)
    yield "keys", lambda: "\n".join(f"k{n}: {n}" for n in range(190_000)).encode()
    yield "long number", partial(_fill, "9", head="year: ", size=just)


def _prose() -> Iterator[tuple[str, Make]]:
    for piece in (
        *_SENTENCES,
        "13812345678 ",
        "第1项；",
        "|a|b|\n",
        "# 一\n",
        "a@b.cn ",
        "\n",
        "一、",
    ):
        yield f"prose {piece[:8]}", partial(_fill, piece)
    chance = random.Random(1)
    yield "prose mixed", lambda: "".join(chance.choices(_SENTENCES, k=1_000_000)).encode()[:LARGEST]


def _html() -> Iterator[tuple[str, Make]]:
    head, foot = f"<html><h1>{TITLE}</h1>", "</html>"
    pieces = (
        *(
            "<p>全年收到申请5件。</p>",
            "甲乙丙丁",
            "<div>",
            "<b>",
            "<!--",
            "<br>",
            "&amp;",
            "&#1;",
            "<",
        ),
        *(
            "<table><tr><td>1</td></tr></table>",
            "<table><tr><td>",
            "<ul><li>甲",
            "<h2>一、总体情况</h2>",
        ),
        *(
            "<p style='display:none'>甲</p>",
            "<p>三、收到和处理政府信息公开申请情况</p>",
            "<a b=c>",
            "　",
        ),
    )
    for piece in pieces:
        yield f"HTML {piece[:20]}", partial(_fill, piece, head=head, foot=foot)
    for piece in ("<tr><td>1<td>2", "<td>1", "<tr>", "<tr><td colspan=9 rowspan=9>"):
        yield f"table {piece}", partial(_fill, piece, head=f"{head}<table>", foot=f"</table>{foot}")
    tags = 990_000  # of more tags and attributes no tree is made
    for piece in ("<p>甲</p>", "<br>", "<td>1", "<p a=1 b=2 c=3 d=4>甲", "<p>" + "甲" * 9):
        size = tags // (piece.count("<") + piece.count("=")) * len(piece.encode())
        yield f"just {piece[:12]}", partial(_fill, piece, head=head, foot=foot, size=size)
    many = "".join(f"a{n}=1 " for n in range(1000))
    yield "attributes", partial(_fill, f"<b {many}>", head=head, foot=foot)
    yield "white space", partial(_fill, " ", head=head, foot=foot)
    yield "comments before", partial(_fill, "<!-- a -->", foot=f"{head}{foot}")


def _mht() -> Iterator[tuple[str, Make]]:
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
    part = "--x\r\nContent-Type: text/html\r\n\r\n<p>甲</p>\r\n"
    yield "parts", partial(_fill, part, head=head)
    yield "heads", partial(_fill, "A: b\r\n", head=head[:-2])
    yield "just heads", partial(_fill, "A: b\r\n", head=head[:-2], size=5_900_000)
    yield "picture", partial(_fill, "QUJD" * 19 + "\r\n", head=head + "--x\r\n\r\n")
    yield "folded head", partial(_fill, " b\r\n", head=head[:-2] + "A: a\r\n")
    nested = 'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    yield "nested parts", partial(_fill, nested, head=head + "--x\r\n", size=5_000_000)
    body = f"<html><h1>{TITLE}</h1>"
    whole = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    yield "page", partial(_fill, "<p>全年收到申请5件。</p>\r\n", head=whole)


def _docx() -> Iterator[tuple[str, Make]]:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    cell = f"<w:tc>{paragraph('1')}</w:tc>"
    bodies = {
        "paragraphs": (paragraph("全年收到申请5件。"), "", ""),
        "one run": ("甲乙丙丁", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>"),
        "runs": ("<w:r><w:t>甲</w:t></w:r>", "<w:p>", "</w:p>"),
        "rows": (f"<w:tr>{cell * 9}</w:tr>", "<w:tbl>", "</w:tbl>"),
        "cells": (cell, "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
        "tables": (f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", "", ""),
        "just paragraphs": ("<w:p><w:r><w:t/></w:r></w:p>", "", ""),
        "just cells": (cell, "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
        "just rows": (f"<w:tr>{cell * 9}</w:tr>", "<w:tbl>", "</w:tbl>"),
        "spans": (
            '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>',
            *("<w:tbl>", "</w:tbl>"),
        ),
    }
    for name, (piece, before, after) in bodies.items():
        head = f'<w:document xmlns:w="{_WORD}"><w:body>{paragraph(TITLE)}{before}'
        foot = f"{after}</w:body></w:document>"
        just = name.startswith("just")
        size = 990_000 // piece.count("<") * len(piece.encode()) if just else LARGEST
        yield f"Word {name}", partial(_word, piece, head, foot, size)
    nested = f"<w:tbl><w:tr>{cell}<w:tc>"
    yield (
        "Word nested tables",
        partial(_word, nested, f'<w:document xmlns:w="{_WORD}"><w:body>', "", 5_000_000),
    )
    yield (
        "Word media",
        lambda: packed(
            {
                "word/document.xml": b"<a/>",
                "word/media/a.png": random.Random(1).randbytes(49_000_000),
            }
        ),
    )


def _word(piece: str, head: str, foot: str, size: int = LARGEST) -> bytes:
    import make_files

    kept = {"word/document.xml": _fill(piece, head=head, foot=foot, size=size)}
    return _rezipped(make_files.docx(""), kept)


def _xlsx() -> Iterator[tuple[str, Make]]:
    heads = ["登记编号", "申请人类型", "收到日期", "办结日期", "办理结果"]
    row = ["2023-1", "自然人", "2023-01-05", "2023-02-01", "予以公开"]
    yield (
        "rows",
        partial(
            _book,
            lambda sheet: [sheet.write_row(n, 0, row if n else heads) for n in range(300_000)],
        ),
    )
    yield (
        "columns",
        partial(
            _book,
            lambda sheet: [sheet.write_number(n, c, c) for n in range(60) for c in range(16_000)],
        ),
    )
    yield "last cell", partial(_book, lambda sheet: sheet.write_number(1_048_575, 16_383, 1))
    yield (
        "merges",
        partial(
            _book,
            lambda sheet: [sheet.merge_range(2 * n, 0, 2 * n + 1, 400, "甲") for n in range(2_000)],
        ),
    )
    yield "sheets", _sheets
    yield (
        "long texts",
        partial(
            _book,
            lambda sheet: [
                sheet.write_string(n, 0, f"{n}全年收到申请5件。" * 2000) for n in range(1_500)
            ],
        ),
    )


def _book(fill: Callable[[object], object]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": False}) as book:
        fill(book.add_worksheet("三"))
    return out.getvalue()


def _sheets() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for n in range(2_000):
            book.add_worksheet(f"表{n}").write_row(0, 0, ["项目", 1, 2])
    return out.getvalue()


def _pdf() -> Iterator[tuple[str, Make]]:
    line = b"BT /F1 9 Tf 50 50 Td (1 2 3) Tj ET\n"
    ruled = b"50 50 100 20 re S\n"
    yield "PDF text", lambda: _document(line * 1_400_000)
    yield "PDF lines", lambda: _document(ruled * 2_700_000)
    yield "PDF nested state", lambda: _document(b"q " * 20_000_000)
    yield "PDF pages", lambda: _document(line, pages=20_000)
    yield "PDF own child", lambda: _document(line, kids=b"2 0 R")
    yield "PDF garbage", partial(_fill, b"1 0 obj <<\n", head="%PDF-1.7\n")
    yield "PDF dictionary", partial(_fill, b"<</A ", head="%PDF-1.7\n1 0 obj\n", size=10_000_000)
    yield "PDF strings", partial(_fill, b"(", head="%PDF-1.7\n1 0 obj\n", size=10_000_000)


def _document(content: bytes, pages: int = 1, kids: bytes = b"") -> bytes:
    """A PDF of so many pages with one content, in Helvetica."""
    first = 5
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R%s>>"
    page %= b"/Resources<</Font<</F1 3 0 R>>>>"
    refs = kids or b" ".join(b"%d 0 R" % (first + n) for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, refs),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        *[page] * pages,
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    size = len(objects) + 1
    out.write(b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def _text() -> Iterator[tuple[str, Make]]:
    for piece in (
        "全年收到申请5件。\n",
        "甲",
        "\t1\t2\n",
        "|a|b|\n",
        "a|b\n-|-\n",
        "\n",
        "\t",
        "# 一\n",
        " ",
    ):
        head = f"{TITLE}\n一、总体情况\n"
        yield f"text {piece!r}", partial(_fill, piece, head=head)
        just = min(9_900_000 // len(piece), 490_000 if "\n" in piece else LARGEST)
        yield f"just {piece!r}", partial(_fill, piece, head=head, size=just * len(piece.encode()))


def _register() -> Iterator[tuple[str, Make]]:
    heads = "登记编号,申请人类型,收到日期,办结日期,办理结果\n"
    yield (
        "rows",
        lambda: (
            heads + "".join(f"{n},自然人,2023-01-05,2023-02-01,予以公开\n" for n in range(850_000))
        ).encode()[:LARGEST],
    )
    yield (
        "different texts",
        lambda: (heads + "".join(f"{n},{n},{n}日,{n},{n}由\n" for n in range(1_000_000))).encode()[
            :LARGEST
        ],
    )
    yield (
        "different words",
        lambda: (
            heads + "".join(f"{n},甲{n},2023-01-05,2023-02-01,乙{n}\n" for n in range(1_000_000))
        ).encode()[:LARGEST],
    )
    yield "one cell", partial(_fill, "甲", head=f'{heads}"')
    yield "cells", partial(_fill, "1,", head=heads)
    yield "empty lines", partial(_fill, "\n", head=heads)
    yield "quotes", partial(_fill, '"', head=heads)


def _register_book() -> Iterator[tuple[str, Make]]:
    """The workbooks of reports, and registers of as many rows as a sheet has or a file may."""
    yield from _xlsx()
    chance = random.Random(1)

    def noise(_: int) -> str:
        return f"{chance.getrandbits(200):x}"

    yield "different words", partial(_many_rows, lambda n: f"甲{n}", 1_048_000)
    yield "packed badly", partial(_many_rows, noise, 400_000)


def _many_rows(word: Callable[[int], str], most: int) -> bytes:
    """A register with words that are all different, written without a program for workbooks."""
    import make_files

    heads = ("登记编号", "申请人类型", "收到日期", "办结日期", "办理结果")

    def line(*cells: str) -> str:
        texts = (f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        return f"<row>{''.join(texts)}</row>"

    rows = (line(str(n), word(n), "2023-01-05", "2023-02-01", word(n)) for n in range(most))
    head = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    sheet = f"{head}{line(*heads)}{''.join(rows)}</sheetData></worksheet>".encode()
    book = make_files.xlsx(lambda _, sheet: sheet.write(0, 0, "甲"))
    return _rezipped(book, {"xl/worksheets/sheet1.xml": sheet})


def _plain() -> Iterator[tuple[str, Make]]:
    """For what is text of one kind or another: TOML, JSON, CSV."""
    entry = '{"rule": "T", "message": "m"}, '
    listed = '[{"agency": "甲", "year": 2023, "findings": ['
    yield "findings", lambda: _fill(entry, head=listed, foot=f"{entry[:-2]}]}}]")
    journal = '{"entry": {"agency": "甲", "year": 2023, "folder": "甲", "files": {}}}\n'
    for piece in (
        "[",
        "{",
        '"',
        "a",
        "9",
        "a=1\n",
        "[a]\n",
        "[[rollup]]\n",
        "甲局,010020\n",
        "a,",
        "\n",
    ):
        yield f"plain {piece!r}", partial(_fill, piece)
    yield "journal", partial(_fill, journal)
    yield (
        "names",
        lambda: (
            "机关名称\n".encode()
            + "".join(f"甲{n}局\n" for n in range(3_000_000)).encode()[:LARGEST]
        ),
    )
    yield "TOML", lambda: "".join(f"a{n} = {n}\n" for n in range(2_500_000)).encode()[:LARGEST]


def _rezipped(content: bytes, changed: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()} | changed)
