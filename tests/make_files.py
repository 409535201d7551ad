"""Small files of every kind for the tests of readers, made here so that no sample is needed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from helpers import formats
from helpers.formats import lay_out
from helpers.grid import Cell, Grid

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def filled(code: str) -> list[Grid]:
    """The statutory tables of a format, every value cell with a number of its own."""
    numbers = count(1001)
    return [lay_out(table, lambda _: str(next(numbers))) for table in formats.find(code).tables]


def tight(grid: Grid) -> list[tuple[str, int, int, int, int]]:
    """Every cell as (text without white space, row, column, rowspan, colspan)."""
    return [
        ("".join(c.text.split()), c.row, c.column, c.rowspan, c.colspan)
        for c in sorted(grid.cells, key=lambda c: (c.row, c.column))
    ]


def lines_used(grid: Grid) -> bool:
    """Whether every row and column begins somewhere: lines nobody draws cannot be seen."""
    rows, columns = {c.row for c in grid.cells}, {c.column for c in grid.cells}
    return len(rows) == grid.n_rows and len(columns) == grid.n_columns


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# --- Word -----------------------------------------------------------------------------------


def docx(
    body: str, *, styles: str = "", numbering: str = "", content_type: str = MAIN, **parts: str
) -> bytes:
    """A Word file with this body; ``parts`` are further parts by their short names."""
    kinds = {"styles": styles, "numbering": numbering, **parts}
    present = {kind: text for kind, text in kinds.items() if text}
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>' for kind in present
    )
    override = f'<Override PartName="/word/document.xml" ContentType="{content_type}"/>'
    main = f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}">'
            f'<Default Extension="xml" ContentType="application/xml"/>{override}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{main}</Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}'
            "</Relationships>",
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:mc="{MC}" xmlns:r="{R}">'
            f"<w:body>{body}</w:body></w:document>",
            **{
                f"word/{kind}.xml": f'<w:{kind} xmlns:w="{W}">{text}</w:{kind}>'
                for kind, text in present.items()
            },
        }
    )


def p(text: str = "", properties: str = "", inner: str = "") -> str:
    """A Word paragraph with a text, its properties, or runs given as XML."""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{inner}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    """A Word cell; a content that is no XML becomes a paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tbl(*rows: str) -> str:
    """A Word table of rows given as XML."""
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def word_table(grid: Grid) -> str:
    """A Grid as a Word table, merged cells as Word writes them."""
    rows = []
    wide = 9000 // grid.n_columns
    for number, line in enumerate(grid.matrix()):
        cells = []
        for cell in dict.fromkeys(line):
            span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
            merge = ""
            if cell.rowspan > 1:
                merge = '<w:vMerge w:val="restart"/>' if number == cell.row else "<w:vMerge/>"
            lines = cell.text.split("\n") if number == cell.row else [""]
            width = f'<w:tcW w:w="{wide * cell.colspan}" w:type="dxa"/>'
            cells.append(tc("".join(map(p, lines)), width + span + merge))
        rows.append("".join(cells))
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    columns = f'<w:gridCol w:w="{wide}"/>' * grid.n_columns
    looks = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
    return tbl(*rows).replace("<w:tblPr/>", f"{looks}<w:tblGrid>{columns}</w:tblGrid>", 1)


def ole(*names: str, locked: bool = False) -> bytes:
    """An OLE container with these streams at its top level, and one deeper named Workbook."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = bytearray(b"\xff" * 512)
    struct.pack_into("<4I", table, 0, 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFE)
    entries = bytearray()
    none = 0xFFFFFFFF
    for number, name in enumerate(["Root Entry", *names, "storage", "Workbook"]):
        last = number == len(names) + 1
        right = number + 1 if 0 < number <= len(names) else none
        below = {0: 1}.get(number, len(names) + 2 if last else none)
        raw = f"{name}\0".encode("utf-16-le")
        entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), 2, 1, none, right, below)
        entries += entry.ljust(116, b"\0") + struct.pack("<I", 3) + bytes(8)
    stream = bytearray(512)
    struct.pack_into("<H", stream, 10, 0x0100 if locked else 0)
    return bytes(header + table) + bytes(entries).ljust(1024, b"\0") + bytes(stream)


# --- spreadsheets ---------------------------------------------------------------------------


def xlsx(fill: Callable[[Any, Any], object], name: str = "三") -> bytes:
    """A workbook of one sheet that ``fill(workbook, sheet)`` writes on."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        fill(workbook, workbook.add_worksheet(name))
    return buffer.getvalue()


def sheet_of(grids: Iterable[Grid]) -> bytes:
    """A workbook with each Grid on a sheet of its own."""

    def fill(workbook: Any, _: Any) -> None:
        for number, grid in enumerate(grids, 1):
            sheet = workbook.add_worksheet(f"表{number}")
            for cell in grid.cells:
                write_cell(sheet, cell)

    return xlsx(fill)


def write_cell(sheet: Any, cell: Cell) -> None:
    """One cell of a Grid into a worksheet, as a number where it is one."""
    value = int(cell.text) if cell.text.isdecimal() else cell.text
    if cell.rowspan * cell.colspan > 1:
        end = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
        sheet.merge_range(cell.row, cell.column, *end, value)
    else:
        sheet.write(cell.row, cell.column, value)


# --- PDF ------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def pdf(source: str, *, height: str = "297mm") -> bytes:
    """The pages that Typst makes of a source text."""
    import pylopdf_fonts_zh_cn
    import typst

    page = f'#set page(width: 210mm, height: {height}, margin: 25mm)\n#set text(lang: "zh", '
    whole = f'{page}size: 12pt, font: "Noto Serif SC")\n{source}'
    fonts = [str(Path(pylopdf_fonts_zh_cn.serif_path()).parent)]
    return bytes(typst.compile(whole.encode(), font_paths=fonts, ignore_system_fonts=True))


def printed(grid: Grid, head: int = 0) -> str:
    """A Grid as a ruled table in Typst."""
    cells = [_typst_cell(cell) for line in grid.rows()[head:] for cell in line]
    top = [_typst_cell(cell) for line in grid.rows()[:head] for cell in line]
    repeated = f"table.header({', '.join(top)})," if head else ""
    columns = "(1fr,)" if grid.n_columns == 1 else f"(1fr,) * {grid.n_columns}"
    return f"#table(columns: {columns}, stroke: 0.5pt, {repeated} {', '.join(cells)})\n"


def _typst_cell(cell: Cell) -> str:
    text = cell.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'table.cell(rowspan: {cell.rowspan}, colspan: {cell.colspan}, text("{text}"))'
