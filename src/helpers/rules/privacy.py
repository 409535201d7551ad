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
    "没有个人信息：身份证号、私人手机号、银行卡号（姓名见 D-28b；住址无法可靠识别，请人工检查）",
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


# Not 于, 万, 文, 易, 章: 申请人于…, 村民文化… are words nearly always.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗郑梁谢宋唐许邓冯韩曹彭肖蔡潘田董袁余叶蒋杜苏魏吕丁沈任姚卢傅崔"
    "谭廖汪范陆金石戴贾韦夏邱侯邹熊孟秦薛阎段雷龙史陶贺顾毛郝龚邵钱严覃武莫孔赖康施牛尤庄翟欧耿殷聂倪"
    "林马高方程曾江白常安成姜钟汤尹黎乔萧"
)
_DOUBLE = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒"
_PERSON = "申请人|当事人|原告|上诉人|投诉人|举报人|信访人|公民|村民|居民|市民|业主"
_NAMED = re.compile(
    rf"(?:{_PERSON})(?:（?姓名）?)?[：:为]?(?P<name>(?:{_DOUBLE}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})"
    r"(?=[，、。；：（）(),;\s]|向|就|于|申请|提出|要求|请求|不服|诉|等|通过|因|认为|以|与|的|$)"
)
# Words that begin like a name: a surname, and what makes a word of it (当事人陈述, 申请人高度评价).
_WORDS = """
陈述情列词旧 罗列 任何意职命务免用期由 顾虑问客及 马上路
高度效质龄等校兴标频额级层考速达于 方便可式面法能案向才 常年见态住用常务规
安全排装置心居保抚徽 成功立为员本果年都绩交长 程序度 林地木业权场
曾经于向就以在因多被对申提两三数几书口要反 江河苏西 白天色酒 何时种况以人处 石油材
金额融 黄金 周边期一到密围知 严格重密肃厉禁 余额下款 康复养 夏天季 田地间亩 龙头
雷同 段落 施行工加 许可多久诺 孔子 武装术汉 贺信电 毛利 莫大名 陆续 苏醒州 谢意谢绝
张贴挂 郑重州 范围本例畴 杜绝撰 尤其为 董事 肖像 钱款财物 史料 胡乱 陶瓷 庄严稼
沈阳 钟头表 乔迁
"""
_NO_NAME = re.compile(
    "|".join(f"{word[0]}[{word[1:]}]" for word in _WORDS.split())
    + "|.[某女先氏姓]|..[省市区县镇乡村路]"
)


@rule(
    "D-28b",
    Severity.WARNING,
    "",
    "没有申请人的姓名",
    "“申请人”“当事人”“原告”“村民”一类的词后面没有跟着姓名（“张某”“李某某”不算）",
)
def no_name_of_a_person(case: Case) -> Iterator[Finding]:
    """No name of an applicant, where the word before it says that one follows."""
    found = list(passages(case))
    if not found:
        yield no_text(case, "D-28b")
    for passage in found:
        hits = (hit for hit in _NAMED.finditer(passage.text) if not _NO_NAME.match(hit["name"]))
        for hit in islice(hits, _MOST):
            word = hit.group().removesuffix(hit["name"])
            hidden = f"{hit['name'][0]}{'*' * (len(hit['name']) - 1)}"
            text = f"{passage.name}“{word}”后面像是姓名“{hidden}”。"
            remedy = "姓名是个人信息：公布前请删去，或写成“张某”；不是姓名的，可以说明理由。"
            yield Finding("D-28b", text, found=hidden, remedy=remedy)


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
