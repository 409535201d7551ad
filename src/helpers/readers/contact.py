"""Whom to ask about a report: the contact fields in its opening paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping

from helpers.formats import Format

_STOP = r"(?=[;；,，。、）)]|邮编|邮政编码|电话|传真|电子|邮箱|联系|$)"
_USUAL = {
    "address": re.compile(r"(?:联系|办公|通讯|通信)?地址\s*[:：]\s*(.+?)" + _STOP),
    "postcode": re.compile(r"(?:邮编|邮政编码)\s*[:：]?\s*(\d{6})(?!\d)"),
    "telephone": re.compile(
        r"电话\s*[:：]?\s*((?:\d{3,4}[-—－ ])?\d{7,8}(?:[-—转]\d{1,5})?|1\d{10})"
    ),
    "fax": re.compile(r"传真\s*(?:号码)?\s*[:：]?\s*((?:\d{3,4}[-—－ ])?\d{7,8})"),
    "email": re.compile(
        r"(?:邮箱|邮件|E-?mail)[^:：]{0,4}[:：]?\s*([\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
        re.IGNORECASE | re.ASCII,
    ),
    "website": re.compile(r"((?:https?://|www\.)[A-Za-z0-9./_-]+)"),
    "short_name": re.compile(
        r"(?:请|可|，)(?:直接)?(?:与|同|向)([^，。；（(与同向]{2,30}?)(?:联系|咨询)"
    ),
}
_PART = r"(.+?)"


def contact_fields(text: str, fmt: Format, agency: str) -> dict[str, str]:
    """The fields of Agency found in the opening text, as the format or as people word it."""
    found = dict(_as_composed(text, fmt))
    for name, pattern in _USUAL.items():
        hit = None if name in found else pattern.search(text)
        if hit:
            found[name] = hit.group(1).strip().rstrip("/.")
    if found.get("short_name") == agency:
        del found["short_name"]
    return {name: value for name, value in found.items() if value}


def _as_composed(text: str, fmt: Format) -> Mapping[str, str]:
    """What stands in the places of the format's own sentences."""
    found: dict[str, str] = {}
    for sentence in fmt.preamble:
        if not sentence.needs:
            continue
        names = re.findall(r"\{(\w+)\}", sentence.text)
        parts = re.split(r"\{\w+\}", sentence.text)
        hit = re.search(_PART.join(map(re.escape, parts)), text)
        if hit:
            found |= dict(zip(names, (group.strip() for group in hit.groups()), strict=True))
    listed = found.pop("contact", "")
    labels = "|".join(map(re.escape, fmt.contact))
    for label, value in re.findall(rf"(?:^|，)({labels})：(.*?)(?=，(?:{labels})：|$)", listed):
        found[fmt.contact[label]] = value.strip()
    return found
