"""A list of agencies as CSV, as a spreadsheet program saves it -> Agency."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import ValidationError

from helpers.errors import InputError, Problem
from helpers.formats import closest, plain
from helpers.report import Agency

MAX_BYTES = 5_000_000

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("机关名称", "单位名称", "名称", "机关全称", "单位全称", "全称", "机关", "单位"),
    "short_name": ("简称", "机关简称", "单位简称"),
    "address": ("地址", "办公地址", "通讯地址", "通信地址", "联系地址"),
    "postcode": ("邮编", "邮政编码"),
    "telephone": ("电话", "联系电话", "办公电话"),
    "fax": ("传真", "传真号码"),
    "email": ("电子邮箱", "邮箱", "电子邮件"),
    "website": ("网站", "网址", "网站名称"),
    "formerly": ("曾用名", "原名称", "原机关名称"),
}
"""What a column may be called, by the field of Agency it means."""

_PASSED_OVER = ("序号", "编号", "备注", "联系人", "负责人")
_EXPECTED = {
    "name": "应为机关全称（2 至 80 字）",
    "postcode": "应为 6 位数字（表格软件可能吃掉了开头的 0）",
    "email": "应为电子邮箱，如 name@example.gov.cn",
}
Fault = Callable[[int, str, str], None]


def read_roster(content: bytes, name: str) -> list[Agency]:
    """The agencies in a CSV file, in its order; ``name`` is how messages call the file.

    The first line that is not empty holds the headings. Raises InputError with every mistake
    found, each with its line.
    """
    problems: list[Problem] = []

    def fault(line: int, key: str, message: str) -> None:
        problems.append(Problem(name, message, line, key=key))

    rows = _rows(_decode(content, name), fault)
    head_line, head = next(rows, (0, []))
    fields = _fields(head, head_line, fault)
    found: list[tuple[int, Agency]] = []
    if "name" in fields:
        records = ((line, _record(line, row, len(head), fields, fault)) for line, row in rows)
        made = ((line, _agency(line, record, fault)) for line, record in records if record)
        found = [(line, agency) for line, agency in made if agency]
    _refuse_twins(found, fault)
    if not found and not problems:
        fault(0, "", "没有读到机关：第一行应为表头（机关名称、简称、地址……），以下一行一个机关")
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line))
    return [agency for _, agency in found]


def _decode(content: bytes, name: str) -> str:
    message = "不是文本文件，或编码既非 UTF-8 也非 GB18030"
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        message = "这是 Excel 文件，请在 Excel 里另存为 CSV 再用"
    elif len(content) > MAX_BYTES:
        message = f"文件超过 {MAX_BYTES // 1_000_000} MB，不像机关名单"
    elif b"\0" not in content:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise InputError([Problem(name, message)])


def _rows(text: str, fault: Fault) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with the line it begins on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begin, [cell.strip() for cell in row]
            begin = reader.line_num + 1
    except csv.Error:
        fault(begin, "", "这一行的引号不成对，或一格太长，读不下去")


def _fields(head: Sequence[str], line: int, fault: Fault) -> dict[str, int]:
    """Where each field of Agency stands, from the headings."""
    known = {plain(label): field for field, labels in HEADINGS.items() for label in labels}
    fields: dict[str, int] = {}
    for number, label in enumerate(head):
        field = known.get(plain(label))
        if field in fields:
            fault(line, label, f"与“{head[fields[field]]}”是同一项，请删去一列")
        elif field:
            fields[field] = number
        elif label and plain(label) not in _PASSED_OVER:
            guess = closest(label, [labels[0] for labels in HEADINGS.values()])
            near = f"是不是“{guess}”？" if guess else ""
            usable = "、".join(labels[0] for labels in HEADINGS.values())
            fault(line, label, f"表头没有这一项，{near}可用的有：{usable}；用不着的列请删去")
    if head and "name" not in fields:
        fault(line, "", f"表头里没有“{HEADINGS['name'][0]}”这一列")
    return fields


def _record(
    line: int, row: Sequence[str], width: int, fields: Mapping[str, int], fault: Fault
) -> dict[str, str]:
    """One row by field; empty (and a fault) where it has more cells than there are headings."""
    if any(row[width:]):
        fault(line, "", f"这一行有 {len(row)} 格，比表头多；格内有逗号的要加引号")
        return {}
    return {field: row[at] if at < len(row) else "" for field, at in fields.items()}


def _agency(line: int, record: Mapping[str, str], fault: Fault) -> Agency | None:
    if not record["name"]:
        fault(line, HEADINGS["name"][0], "机关名称是空的")
        return None
    try:
        return Agency(**record)
    except ValidationError as error:
        for item in error.errors():
            field = str(item["loc"][0])
            expected = _EXPECTED.get(field, "不合要求")
            fault(line, HEADINGS[field][0], f"读到“{item['input']}”，{expected}")
        return None


def _refuse_twins(found: Sequence[tuple[int, Agency]], fault: Fault) -> None:
    seen: dict[str, int] = {}
    for line, agency in found:
        if agency.name in seen:
            fault(line, "", f"“{agency.name}”在第 {seen[agency.name]} 行已经有了")
        seen.setdefault(agency.name, line)
