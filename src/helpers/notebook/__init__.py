"""What notebooks use: open a report, check it, publish it piece by piece."""

from helpers.notebook.document import CheckFailed, OpenReport, open_report

__all__ = ["CheckFailed", "OpenReport", "open_report"]
