"""What an office may set about its register, in ``[register]`` of nianbao.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NEARLY = 5
"""Working days left at which an open request is listed as nearly overdue."""


@dataclass(frozen=True)
class RegisterOptions:
    """How an office keeps its register.

    ``columns`` maps our name of a column (收到日期) to the office's; ``words`` maps the office's
    word for a result, an applicant or the outcome of a dispute to the printed label;
    ``calendar`` is a file of holidays and make-up workdays; ``count_reopened`` counts requests
    answered anew as requests of their own; ``relisted`` says that what is open in one year's
    register is always listed again in the next; ``nearly`` is in working days.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    count_reopened: bool = False
    relisted: bool = False
    nearly: int = NEARLY
