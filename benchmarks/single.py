"""How fast files are read and reports are checked, on one core."""

from __future__ import annotations

import io
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from county import write_county  # noqa: E402
from overview import overview  # noqa: E402
from xlsxwriter import Workbook  # noqa: E402

from helpers.params import read_params, write_params  # noqa: E402
from helpers.readers import read_report  # noqa: E402
from helpers.report import Agency, Report  # noqa: E402
from helpers.rules import Batch, Roster, Surroundings, check, check_batch  # noqa: E402
from register_cases import HEADS, write_csv  # noqa: E402
from register_cases import make as make_register  # noqa: E402

EXAMPLE = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all of them."""
    print(f"Python {platform.python_version()}，{platform.machine()}")
    for name, benchmark in BENCHMARKS.items():
        if not names or name in names:
            print(f"— {name}")
            benchmark()


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Seconds since the block began, or of the whole block once it is over."""
    start = time.perf_counter()
    end: list[float] = []
    yield lambda: (end[0] if end else time.perf_counter()) - start
    end.append(time.perf_counter())


def reading(runs: int = 20) -> None:
    """Files of each kind, read whole: pages and cells a second."""
    report = read_params(EXAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        for file, pages in _files(report, Path(folder)):
            read_report(file)  # the first one pays for imports
            with timed() as seconds:
                for _ in range(runs):
                    assert read_report(file).report.complete == report.complete
            rate = runs / seconds()
            cells = len(report.format.slots)
            kind = file.suffix.removeprefix(".")
            print(f"{kind:5} {rate:7.1f} 份/秒 {rate * pages:7.1f} 页/秒 {rate * cells:9.0f} 格/秒")


def _files(report: Report, folder: Path) -> Iterator[tuple[Path, int]]:
    """The report as YAML, HTML, PDF, Word and Excel, with the number of printed pages."""
    import pypdf

    from test_reading import write

    pdf = write(report, "pdf", folder)
    pages = len(pypdf.PdfReader(io.BytesIO(pdf.read_bytes())).pages)
    for kind in ("yaml", "html", "xlsx"):
        yield write(report, kind, folder), pages
    yield _word(report, folder), pages
    yield pdf, pages


def _word(report: Report, folder: Path) -> Path:
    """The report's title, headings and tables in a Word file with merged cells."""
    import docx

    document = docx.Document()
    document.add_paragraph(report.title)
    for section in report.format.sections:
        document.add_paragraph(section.title)
        if section.table is None:
            document.add_paragraph("正文。")
            continue
        grid = report.grid(section.table)
        table = document.add_table(grid.n_rows, grid.n_columns)
        for cell in grid.cells:
            first = table.cell(cell.row, cell.column)
            last = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            first.merge(table.cell(*last)).text = cell.text
    file = folder / "report.docx"
    document.save(str(file))
    return file


def checking(agencies: int = 1000) -> None:
    """Params files with last year's beside them: read, then held against every rule."""
    base = {year: read_params(ROOT / "params" / year / EXAMPLE.name) for year in ("2023", "2024")}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(agencies):
            for year, report in base.items():
                own = replace(report, agency=Agency(name=f"第{number}局"))
                file = Path(folder) / f"{year}-{number}.yaml"
                file.write_text(write_params(own), encoding="utf-8")
                files.append(file)
        with timed() as read_seconds:
            reports = [read_params(file) for file in files]
        pairs = list(zip(reports[::2], reports[1::2], strict=True))
        with timed() as check_seconds:
            for earlier, report in pairs:
                check(report, around=Surroundings((earlier,), history=True))
    cells = len(base["2024"].format.slots)
    print(
        f"读取 {len(files)} 份：{read_seconds():.1f} 秒，每秒 {len(files) / read_seconds():.0f} 份"
    )
    rate = agencies / check_seconds()
    print(
        f"核对 {agencies} 份：{check_seconds():.1f} 秒，每秒 {rate:.0f} 份、{rate * cells:.0f} 格"
    )


def siblings(numbers: Sequence[int] = (250, 500, 1000, 2000)) -> None:
    """The rules that look at a whole batch (B, R), for more and more agencies of one parent."""
    base = read_params(EXAMPLE)
    for number in numbers:
        names = [f"第{n}局" for n in range(number)]
        units = [_sibling(base, name) for name in names]
        parent = replace(base, agency=Agency(name="某某市人民政府"))
        batch = Batch([*units, parent], (Roster("某某市人民政府", tuple(names)),))
        with timed() as seconds:
            findings = check_batch(batch)
        said = sum(map(len, findings.values()))
        each = 1000 * seconds() / number
        print(f"{number:5} 家：{seconds():5.2f} 秒，每家 {each:.2f} 毫秒，{said} 处问题")


def _sibling(base: Report, name: str) -> Report:
    """The report with prose of its own: sentences drawn by the agency's name."""
    draw = Random(name)
    sentences = ["".join(draw.choices("公开信息申请办理工作制度平台监督", k=30)) for _ in range(30)]
    text = "。".join(sentences)
    return replace(base, agency=Agency(name=name), narrative={"一": text, "五": text[::-1]})


def portfolio(agencies: int = 1000) -> None:
    """The portfolio notebook by papermill: a year of many agencies with five years on hand.

    From params files to the executed notebook with all tables and charts; the whole tree of
    processes on one core where the system lets a process choose.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "params", agencies, range(2020, 2025))
        command = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / "portfolio.ipynb")]
        out = str(Path(folder) / "out.ipynb")
        command += [out, "-y", f"{{sources: [{folder}/params], year: 2024}}", "--no-progress-bar"]
        before = os.times()
        with timed() as seconds:
            subprocess.run(command, check=True, capture_output=True, preexec_fn=_one_core)
        after = os.times()
        spent = sum(after[2:4]) - sum(before[2:4])
        size = Path(out).stat().st_size / 1e6
    print(f"{agencies} 家五年：{seconds():.1f} 秒（处理器 {spent:.1f} 秒），成品 {size:.1f} MB")


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def register(rows: Sequence[int] = (100_000, 1_000_000), xlsx: int = 50_000) -> None:
    """Registers of requests over six years, read and tallied for the last year.

    CSV in several sizes and one Excel file; on one core where the system lets a process choose.
    """
    _one_core()
    with tempfile.TemporaryDirectory() as folder:
        for number in rows:
            made = make_register(number, 2019, 2024)
            file = write_csv(Path(folder) / "台账.csv", HEADS, made.rows)
            del made
            _tally_apart("CSV", file)
        file = str(Path(folder) / "台账.xlsx")
        made = make_register(xlsx, 2019, 2024)
        book = Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet("台账")
        for at, row in enumerate([list(HEADS), *made.rows]):
            sheet.write_row(at, 0, row)
        book.close()
        _tally_apart("Excel", file)


_TALLY = """
import re, sys, time
from pathlib import Path
start = time.perf_counter()
from helpers.register.options import RegisterOptions
from helpers.register.tally import read_registers, tally
registers = read_registers([sys.argv[1]], [], RegisterOptions())
found = tally(registers, 2024)
seconds, own = time.perf_counter() - start, time.process_time()
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
memory = f"{int(peak[1]) // 1024} MB" if peak else "不详"
n_rows = len(registers.requests.frame)
print(f"{n_rows:9,} 行，{seconds:5.2f} 秒（处理器 {own:5.2f} 秒），内存 {memory}")
"""


def _tally_apart(kind: str, file: str) -> None:
    """A register tallied in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-c", _TALLY, file], capture_output=True, text=True, check=True
    )
    print(f"{kind:5} {done.stdout.strip()}")


BENCHMARKS: dict[str, Callable[[], None]] = {
    "reading": reading,
    "checking": checking,
    "siblings": siblings,
    "register": register,
    "portfolio": portfolio,
    "overview": overview,
}

if __name__ == "__main__":
    main(sys.argv[1:])
