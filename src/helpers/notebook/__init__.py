"""What notebooks use: open a report, check it, publish it; open many, and compare them."""

from helpers.notebook.document import CheckFailed, OpenReport, open_report
from helpers.notebook.opening import open_portfolio
from helpers.notebook.portfolio import Portfolio

__all__ = ["CheckFailed", "OpenReport", "Portfolio", "open_portfolio", "open_report"]
