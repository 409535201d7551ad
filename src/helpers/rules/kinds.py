"""What kind of agency reports: as it says itself, else from its name where the name is certain."""

from __future__ import annotations

import re
import unicodedata

from helpers.report import Agency, Kind

_BY_NAME: tuple[tuple[str, Kind], ...] = (
    (r"街道办事处$", "街道"),
    (r"(?:镇|乡|苏木)人民政府$", "乡镇"),
    (r"(?:省|自治区|市|州|县|旗|区)人民政府$", "政府"),
    (r"区管理(?:委员会|局)$", "其他"),
    (r"(?:居民|村民)委员会$", "其他"),
    (r"(?<!分)(?:局|厅|委员会)$", "部门"),
)
_NATIONAL = re.compile(r"^(?:国家|中国|中华|国务院|全国|海关)")
_PLACE = re.compile(r"^.+?(?:省|自治区|市|州|盟|县|旗|区|镇|乡|街道)")
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_NO_POWERS = re.compile(
    r"(?:信访局|研究室|参事室|接待办公室|地方志(?:编纂委员会)?办公室|史志办公室)$"
)


def kind_of(agency: Agency) -> Kind:
    """The kind of agency, "" where neither the report nor the name tells."""
    if agency.kind:
        return agency.kind
    name = _plain(agency)
    return next((kind for pattern, kind in _BY_NAME if re.search(pattern, name)), "")


def may_regulate(agency: Agency) -> bool | None:
    """Whether the agency may make 规章, None where that cannot be told.

    A city with districts may and a county-level city may not, and both end in 市人民政府; an
    office of a government may count what its government issued.
    """
    name, kind = _plain(agency), kind_of(agency)
    if re.search(r"(?:省|自治区)人民政府$", name):
        return True
    if re.fullmatch(rf"(?:{'|'.join(_MUNICIPALITIES)})市人民政府", name):
        return True
    if kind in ("乡镇", "街道") or re.search(r"(?:县|旗|区)人民政府$", name):
        return False
    local = _PLACE.match(name) and not _NATIONAL.match(name)
    return False if kind == "部门" and local and "办公" not in name else None


def without_powers(agency: Agency) -> bool:
    """Whether agencies of this name decide nothing about citizens and charge no fees."""
    return bool(_NO_POWERS.search(_plain(agency)))


def _plain(agency: Agency) -> str:
    return "".join(unicodedata.normalize("NFKC", agency.name).split())
