"""``nianbao figures``: the tidy figures of any readable files as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from helpers.batch.files import replace_file
from helpers.cli.findings import complain
from helpers.cli.terminal import echo_file
from helpers.report import TIDY_COLUMNS, harmless, tidy
from helpers.sources import load

OK, USAGE = 0, 2


def write_figures(sources: Sequence[str], out: Path | None) -> int:
    """The tidy figures of every source as CSV, on stdout or whole into a file."""
    loaded = load(sources)
    reports = [item.report for item in loaded if item.report]
    for item in loaded:
        complain(item)
    if not reports:
        return USAGE
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(TIDY_COLUMNS)
    writer.writerows(map(harmless, row) for row in tidy(reports))
    if out:
        replace_file(out, stream.getvalue().encode("utf-8-sig"))
    else:
        echo_file(stream.getvalue().replace("\r\n", "\n"))
    return USAGE if any(item.report is None for item in loaded) else OK
