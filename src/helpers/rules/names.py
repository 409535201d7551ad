"""What the agency is called in its own report (D-02)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.rules.catalogue import rule
from helpers.rules.history import agency_key
from helpers.rules.kinds import kind_of
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import no_text, passages

_SHORTEST = 3
_LEVELS = re.compile(r"[省市州盟县区旗]")
_OFFICES = re.compile(r"[局委办厅处院所会]$")


@rule(
    "D-02",
    Severity.WARNING,
    "",
    "全文用同一个机关名称（可有一个简称；标题与落款见 D-20）",
    "由全称省字而成的不同简称不超过一个（名称以局、委、办、厅等结尾的才看；只省地名的不算）",
)
def one_name(case: Case) -> Iterator[Finding] | None:
    """The agency is called by its full name and at most one short one."""
    name = agency_key(case.report.agency.name)
    if not _OFFICES.search(name) or kind_of(case.report.agency) in ("政府", "乡镇"):
        return None
    return _one_name(case, name)


def _one_name(case: Case, name: str) -> Iterator[Finding]:
    found = list(passages(case))
    if not any(passage.section for passage in found):
        yield no_text(case, "D-02")
        return
    short = agency_key(case.report.agency.short_name)
    forms: dict[str, str] = {short: ""} if short and short != name else {}
    for passage in found:
        for at, form in _forms(passage.text, name):
            forms.setdefault(form, passage.quote(at, at + len(form)))
    if len(forms) > 1:
        listed = "”“".join(list(forms)[:5])
        quoted = next(quote for quote in reversed(forms.values()) if quote)
        text = f"全称是“{case.report.agency.name}”，文中另有“{listed}”几种叫法，如{quoted}。"
        remedy = "请统一为全称和一个简称。"
        yield Finding("D-02", text, (), case.report.agency.name, listed, remedy=remedy)


def _forms(text: str, name: str) -> Iterator[tuple[int, str]]:
    """Words made of the name by leaving out characters, and where they stand.

    Read backwards from each last character, as far as the characters follow one another in
    the name. What only leaves the place away is no other name, and what keeps another level
    of government than the agency's own (市财政局 beside 市中区财政局) is another agency.
    """
    own = _LEVELS.findall(name)[-1:]
    for hit in re.finditer(re.escape(name[-1]), text):
        begin, left = hit.start(), len(name) - 1
        while begin > 0:
            place = name.rfind(text[begin - 1], 0, left)
            if place < 0:
                break
            begin, left = begin - 1, place
        form = text[begin : hit.end()]
        levels = _LEVELS.findall(form)
        other = levels and levels[-1:] != own
        if len(form) >= _SHORTEST and not name.endswith(form) and not other:
            yield begin, form
