"""Personal data in what is to be published (D-28)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from helpers.rules.catalogue import rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.passages import Passage, no_text, passages

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{16}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![\d.+-])1[3-9]\d(?:[ -]?\d{4}){2}(?![\d.-])")
_CARD = re.compile(r"(?<!\d)(?:62\d{14,17}|[45]\d{15})(?!\d)")
_MOST = 20
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_COUNTED = re.compile(r"\s?(?:万|亿|元|余|件|条|人|次|个|份|篇|户|％|%)")
_OFFICIAL = re.compile(r"联系|咨询|监督|举报|值班|热线|传真|疑问")
_APPLICANT = re.compile(r"申请人|当事人|投诉人|举报人|本人|居民|村民|先生|女士")


@rule(
    "D-28",
    Severity.ERROR,
    "",
    "没有个人信息：身份证号、私人手机号、银行卡号（姓名、住址无法可靠识别，请人工检查）",
    "没有校验位正确的 18 位身份证号；没有联系方式以外的手机号；没有校验正确的银行卡号",
)
def no_personal_data(case: Case) -> Iterator[Finding]:
    """No numbers that belong to a person."""
    found = list(passages(case))
    if not found:
        yield no_text(case, "D-28")
    own = re.sub(r"\D", "", case.report.agency.telephone)
    for passage in found:
        for what, hit in islice(_numbers(passage, own), _MOST):
            number = re.sub(r"[ -]", "", hit.group())
            hidden = f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
            left = passage.text[max(0, hit.start() - 12) : hit.start()].rpartition("\n")[2]
            left = re.sub(r"\d", "*", left)
            text = f"{passage.name}有{what}“{hidden}”，在“{left}”之后。"
            remedy = "公布前请删去；已公布的，请立即撤换。"
            yield Finding("D-28", text, found=hidden, remedy=remedy)


def _numbers(passage: Passage, own: str) -> Iterator[tuple[str, re.Match[str]]]:
    for hit in _IDENTITY.finditer(passage.text):
        if _is_identity(hit.group()):
            yield "身份证号", hit
    for hit in _CARD.finditer(passage.text):
        if _is_card(hit.group()) and not _counted(passage, hit):
            yield "银行卡号", hit
    for hit in _MOBILE.finditer(passage.text):
        if not (_counted(passage, hit) or _official(passage, hit, own)):
            yield "手机号", hit


def _counted(passage: Passage, hit: re.Match[str]) -> bool:
    """Whether a measure word makes the digits a quantity."""
    return bool(_COUNTED.match(passage.text, hit.end()))


def _official(passage: Passage, hit: re.Match[str], own: str) -> bool:
    """Whether the number is one that the agency gives for itself."""
    if own and own in re.sub(r"\D", "", hit.group()):
        return True
    sentence = passage.text[max(0, hit.start() - 60) : hit.start()]
    clause = re.split(r"[。；\n]", sentence)[-1]
    return bool(_OFFICIAL.search(clause)) and not _APPLICANT.search(clause)


def _is_identity(number: str) -> bool:
    """Whether the day of birth exists and the check digit is right."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return born.year >= 1900 and "10X98765432"[total % 11] == number[-1].upper()


def _is_card(number: str) -> bool:
    """Luhn's sum."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
