"""Everything that reads, each with sound inputs to begin with."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))

TITLE = "某某局2023年政府信息公开工作年度报告"


@dataclass(frozen=True)
class Target:
    """Something that reads: sound inputs to begin with, and what is done with each."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]


def targets(folder: Path) -> Mapping[str, Target]:
    """Everything that reads input, by name; ``folder`` is where inputs are put to be read."""
    return {**_reports(folder), **_others(folder)}


def _reports(folder: Path) -> dict[str, Target]:
    """The readers of reports; what is read is held against all rules as well."""
    import make_files
    from helpers import formats, grid_html
    from helpers.forms import write_form
    from helpers.judging import result_of
    from helpers.params import read_params
    from helpers.readers import limits, read_report
    from helpers.settings import Settings

    files = sorted((ROOT / "params").rglob("*.yaml"))
    base, settings = read_params(ROOT / "params" / "2023" / "宿迁市人民政府.yaml"), Settings()
    tables = make_files.filled("2021")
    html = "".join(map(grid_html.write, tables))
    page = f"<html><h1>{TITLE}</h1><h2>一、总体情况</h2><p>办结5件。</p>{html}</html>"
    letter = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    body = make_files.p(TITLE) + "".join(map(make_files.word_table, tables))

    def reading(ending: str) -> Callable[[bytes], object]:
        def read(content: bytes) -> object:
            report = read_report(put(folder, f"a{ending}", content), "a").report
            return result_of(report, (), settings)

        return read

    def prose(content: bytes) -> object:
        text = content.decode("utf-8", "surrogatepass" if content.isascii() else "replace")
        return result_of(replace(base, narrative=dict.fromkeys("一五六", text)), (), settings)

    def target(ending: str, *seeds: bytes) -> Target:
        return Target(seeds, reading(ending))

    def ole(content: bytes) -> object:
        """A container of Word or Excel before 2007; Word's own would go to LibreOffice."""
        kind = limits.admit(content, "a", "doc", "xls", "text", "html")
        return reading(".xls")(content) if kind == "xls" else kind

    year = write_form(formats.find("2021"), 2023, report=base)
    plain = f"{TITLE}\n一、总体情况\n办结5件。\n\t甲\n\t1\n\na|b\n-|-\n1|2\n"
    pdf = make_files.pdf(f"= {TITLE}\n{make_files.printed(tables[2])}")
    return {
        "params": target(".yaml", *(file.read_bytes() for file in files)),
        "prose": Target(tuple(text.encode() for text in base.narrative.values()), prose),
        "xlsx": target(".xlsx", year, make_files.sheet_of(tables[2:])),
        "docx": target(".docx", make_files.docx(body)),
        "html": target(".html", page.encode(), page.encode("gb18030")),
        "mht": target(".mht", (letter + page).encode()),
        "pdf": target(".pdf", pdf, _unpacked(pdf)),
        "ole": Target((make_files.ole("WordDocument"), make_files.ole("Workbook")), ole),
        "text": target(".txt", plain.encode(), plain.encode("gb18030")),
    }


def _unpacked(pdf: bytes) -> bytes:
    """A PDF with its streams as they are, so that a change in one means something."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        page.get_contents().set_data(page.get_contents().get_data())  # type: ignore[union-attr]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _others(folder: Path) -> dict[str, Target]:
    """The readers of what stands beside reports."""
    import make_files
    from helpers import formats
    from helpers.batch.manifest import heal_journal, read_manifest
    from helpers.comparing import read_run
    from helpers.forms import read_roster
    from helpers.forms.register import write_register
    from helpers.register.options import RegisterOptions
    from helpers.register.tally import read_registers, tally
    from helpers.settings import load_settings

    def register(ending: str) -> Callable[[bytes], object]:
        def read(content: bytes) -> object:
            file = str(put(folder, f"r{ending}", content))
            return tally(read_registers([file], [], RegisterOptions()), 2023).figures

        return read

    def journal(content: bytes) -> object:
        put(folder / "j", ".journal", content)
        heal_journal(folder / "j")
        return read_manifest(folder / "j")

    rows = (
        "登记编号,申请人类型,收到日期,办结日期,办理结果\n"
        "2023-1,自然人,2023-01-05,2023-02-01,予以公开\n2023-2,企业,2023年3月1日,,\n"
    )
    named = make_files.xlsx(_two_years, "2022")
    sets = '[rules]\n"T3-08" = "提示"\n[[rollup]]\nparent="甲局"\nunits=["乙局"]\n'
    entry = (
        '{"agency": "甲", "year": 2023, "format": "2021", "state": "done", '
        '"source_sha256": "", "folder": "甲", "files": {"report.html": ""}}'
    )
    run = (
        '[{"agency": "甲", "year": 2023, "findings": '
        '[{"rule": "T", "message": "m", "state": "fail", "fingerprint": "0"}]}]'
    )
    return {
        "register": Target((rows.encode(), rows.encode("gb18030")), register(".csv")),
        "register book": Target((write_register(formats.find("2021")),), register(".xlsx")),
        "register of two years": Target((named,), register(".xlsx")),
        "settings": Target(
            (sets.encode(),), lambda content: load_settings(str(put(folder, "a.toml", content)))
        ),
        "roster": Target(
            ("机关名称,邮编\n某某局,010020\n".encode(),), lambda content: read_roster(content, "a")
        ),
        "manifest": Target(
            (f'{{"reports": [{entry}], "batch": ""}}'.encode(),),
            lambda content: read_manifest(put(folder / "m", "manifest.json", content).parent),
        ),
        "journal": Target((f'{{"entry": {entry}, "figures": []}}\n'.encode() * 2,), journal),
        "since": Target((run.encode(),), lambda content: read_run(put(folder, "a.json", content))),
    }


def _two_years(book: Any, sheet: Any) -> None:
    """A sheet for each year, with who asked for what: an open request is carried over."""
    heads = ("登记编号", "申请人姓名", "申请内容", "申请人类型", "收到日期", "办结日期", "办理结果")
    asked = ("申请人甲", "请求公开某某文件", "自然人", "2022-12-20")
    other = ("2", "申请人乙", "请求公开另一文件", "企业", "2023-03-01", "2023-03-08", "部分公开")
    sheet.write_row(0, 0, heads)
    sheet.write_row(1, 0, ("2022-1", *asked, "", ""))
    after = book.add_worksheet("2023")
    after.write_row(0, 0, heads)
    after.write_row(1, 0, ("2022-1", *asked, "2023-01-09", "予以公开"))
    after.write_row(2, 0, other)


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file with this content."""
    folder.mkdir(exist_ok=True, parents=True)
    file = folder / name
    file.write_bytes(content)
    return file
