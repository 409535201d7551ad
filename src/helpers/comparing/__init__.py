"""What differs: between two runs of a check, and between two reports."""

from helpers.comparing.reports import (
    CellDifference,
    Differences,
    TextDifference,
    compare,
    differences_data,
)
from helpers.comparing.runs import (
    FIXED,
    NEW,
    STILL,
    UNCHECKED,
    Before,
    Changes,
    changes_data,
    read_run,
)

__all__ = [
    "FIXED",
    "NEW",
    "STILL",
    "UNCHECKED",
    "Before",
    "CellDifference",
    "Changes",
    "Differences",
    "TextDifference",
    "changes_data",
    "compare",
    "differences_data",
    "read_run",
]
