# ruff: noqa: E501 -- published sentences are quoted whole
"""What sentences claim: real ones labelled by hand, traps, and texts that mean nothing."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claim_texts import PROSE, SHARED
from helpers import formats
from helpers.figures import Figures, number
from helpers.report import Agency, Report
from helpers.rules import CATALOGUE, check
from helpers.rules.claims import Claim, numbers
from helpers.rules.claims.texts import claims, sentences
from helpers.rules.model import Case, outcome


def case(text: str, agency: str = "某某县某某局", year: int = 2023, code: str = "2021") -> Case:
    """A report without figures, with this text in section 一."""
    return Case(Report(Agency(name=agency), year, formats.find(code), Figures(), {"一": text}))


def brief(claim: Claim) -> str:
    """A claim in a few words: kind, what it names, number."""
    named = "+".join(claim.keys or claim.people)
    if len(claim.keys or claim.people) > 2:
        named = f"{(claim.keys or claim.people)[0]}…"
    wording = claim.wording if claim.kind in ("outcome", "document", "change") else ""
    value = "none" if claim.denied else f"{claim.number.value:f}"
    return " ".join(part for part in (claim.kind, named, wording, value) if part)


def told(text: str, agency: str = "某某县某某局", year: int = 2023) -> list[str]:
    """The claims of a text in a few words."""
    return [brief(claim) for claim in claims(case(text, agency, year))]


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit", "exact"),
    [
        ("收到12件", "12", "件", True),
        ("收到 １,２３４ 件", "1234", "件", True),
        ("约12件", "12", "件", False),
        ("12余件", "12", "件", False),
        ("14万余条", "140000", "条", False),
        ("31000余条", "31000", "条", False),
        ("3200万余次", "32000000", "次", False),
        ("12件以上", "12", "件", False),
        ("10-30件", "30", "件", False),
        ("10至30件", "30", "件", False),
        ("第3件", "3", "件", False),
        ("每10件", "10", "件", False),
        ("100元/件", "100", "元", False),
        ("5.2万元", "52000", "元", True),
        ("24252.31万元", "242523100", "元", True),
        ("2.4亿元", "240000000", "元", True),
    ],
)
def test_a_number_has_a_value_a_measure_word_and_may_be_approximate(
    text: str, value: str, unit: str, exact: bool
) -> None:
    (sentence,) = sentences(case(text))
    found = [w.number for w in sentence.words if w.number and w.number.unit]

    assert (Decimal(value), unit, exact) == (found[-1].value, found[-1].unit, found[-1].exact)


@pytest.mark.parametrize(
    ("written", "value", "agrees"),
    [
        ("4068.21万元", "40682080", True),
        ("4068.2万元", "40682080", True),
        ("4068.3万元", "40682080", False),
        ("4068万元", "40682080", True),
        ("40682080元", "40682080", True),
        ("40682081元", "40682080", False),
        ("2.4亿元", "242523110.82", True),
        ("1.08%", "1.0812", True),
        ("1.05%", "1.0812", False),
        ("17.46%", "17.4643", True),
        ("12件", "12", True),
        ("12件", "13", False),
        ("1.2万件", "12345", True),
    ],
)
def test_a_number_agrees_at_its_own_precision_rounded_or_cut_off(
    written: str, value: str, agrees: bool
) -> None:
    (sentence,) = sentences(case(written))
    found = next(w.number for w in sentence.words if w.number)

    assert agrees == found.agrees(Decimal(value))


# --- real sentences, labelled by hand ---------------------------------------------------------

LABELLED: dict[str, list[str]] = {
    "主动公开市政府规章13件(含新制定5件,修改4件,废止4件)": [],
    "主动公开市政府和市政府办公厅行政规范性文件42件,人事任免文件106件,其他文件113件": [],
    "2021年,我局未发生依申请公开政府信息方面的行政复议和行政诉讼。": ["dispute rev… none"],
    "全市139个部门(单位)全部在本级财政部门批复后20日内在政府统一平台向社会公开": [],
    "2022年,我局共接到公民、法人和其他组织申请公开的政府信息项目6例,均在规定时间内予以公开相关信息。": [
        "received 6"
    ],
    "全年共发布采购项目信息801条,其中采购公告387条,结果公告406条,投诉处理决定5条,行政处罚决定1条,监督检查报告2条。": [],
    "我局共办理依申请公开11件,本年度10件,结转上年度1件。": ["handled 11", "carried_in 1"],
    "对于11件信息公开申请,我局已在规定时限内全部答复完毕, “同意公开”11件。": ["all_done none"],
    "2023年,我局收到政府信息公开申请共104件,共答复依申请信息公开104件,因依申请公开引发行政复议1件、行政诉讼0件,无行政复议纠错和…": [
        "received 104",
        "finished 104",
        "dispute rev 1",
        "dispute dir+post 0",
    ],
    "2023年收到和处理信息公开申请共计165份,同时通过网站主动发布政府信息1511条,其中通知公告类137条;动态公告类信息40条;业务咨询1249条;其他类别85条。": [
        "taken 165"
    ],
    "2020年,我局公开信息687条,其中主动公开668条(…),依申请公开19条。": [],
    "前进街官方微博共累计发布微博120条,其中发布原创微博11条,转发微博109条;收到微博投诉12条,均已完全办结": [],
    "未接到书面方式申请的政府信息公开申请和网络方式申请的政府信息公开申请件": [],
    "本年度,未接到群众要求公开的信息。": [],
    "本年度共收到和处理依申请公开0件,无因政府信息公开工作被申请行政复议或提起行政诉讼的情况。": [
        "taken 0",
        "dispute rev… none",
    ],
    "“临夏公安”微信公众号发布信息1205条、微博12984条、今日头条1118条、门户网站1014条、抖音号628条,总阅读人数达3200万余次": [],
    "2023年,制发规范性文件1件,现行有效规范性文件1件": [
        "document doc made 1",
        "document doc valid 1",
    ],
    "2019年1月至12月,共主动公开文件20件,历年累计345条,全文电子化达100%。": [],
    "主动公开本年度制发的省政府规章5件、省政府及省政府办公厅行政规范性文件5件,废止省政府规章9件。": [],
    "申请人主动撤销申请42件": [],
    "全年共处理政府信息公开申请1261件(含上年度结转申请74件),答复1181件,结转下年度继续办理80件。": [
        "taken 1261",
        "carried_in 74",
        "finished 1181",
        "carried_out 80",
    ],
    "依法办理涉及政府信息公开的行政复议27件、行政诉讼15件。": [
        "dispute rev 27",
        "dispute dir+post 15",
    ],
    "本年度制发公开规范性文件0件,作出行政许可0件、行政处罚0件、行政强制0件。": [
        "document doc made 0",
        "decision lic 0",
        "decision pen 0",
        "decision frc 0",
    ],
    "本年度我乡新收政府信息公开申请0起,上年结转政府信息公开申请0起。": ["new 0", "carried_in 0"],
    "收到政府信息公开行政复议0起,行政诉讼0起。": ["dispute rev 0", "dispute dir+post 0"],
    "全年收到政府信息公开申请9件,已全部按照程序依规、按时进行答复,办结率100%,未出现因政府信息公开申请引起行政诉讼和行政复议等情况。": [
        "received 9",
        "rate 100",
        "dispute dir… none",
    ],
    "市教育局作出行政处罚1宗;未作出行政强制和行政征收;作出694宗行政许可,其中3宗为学校设立,其余691宗为2024年高级中学教师资格、中等职业学校教师资格认定;开展了6次行政检查。": [],
    "2021年主动公开规范性文件9件,并全部进行同步政策解读。": [],
    "受理市财政信息网站信箱信件880件、市长信箱转收信件7件、纸质信件36件": [],
    "受理咨询答复公众来电3000余条,办理12345平台事项169件": [],
    "2024年，全市共受理政府信息公开申请 3119 件，答复 3050 件（含上年度结转申请 34 件，另有 103 件顺延到下年度答复），均在法定期限内予以答复。": [],
    "市政府共受理政府信息公开申请 1295 件，办结 1191 件（含上年结转 189 件），均在法定期限内答复。": [],
}
"""What each clause certainly claims, for a bureau; scopes that are not the bureau's claim nothing."""


@pytest.mark.parametrize("text", LABELLED, ids=lambda text: text[:16])
def test_real_sentences_claim_what_a_reader_would_say_and_no_more(text: str) -> None:
    year = next((y for y in (2019, 2020, 2021, 2022, 2023, 2024) if f"{y}年" in text), 2023)

    assert LABELLED[text] == told(text, year=year)


def test_a_government_speaks_for_its_whole_area() -> None:
    text = "2024年，全市共受理政府信息公开申请 3119 件，答复 3050 件（含上年度结转申请 34 件，另有 103 件顺延到下年度答复）。政府信息公开行政复议 351件，其中结果维持 72 件，尚未审结 37 件；政府信息公开行政诉讼 46 件，其中结果维持 25件。"

    assert told(text, "淮安市人民政府", 2024) == [
        "received 3119",
        "finished 3050",
        "carried_in 34",
        "carried_out 103",
        "dispute rev 351",
        "outcome rev keep 72",
        "outcome rev pend 37",
        "dispute dir+post 46",
        "outcome dir+post keep 25",
    ]


def test_an_agency_is_known_by_its_names() -> None:
    text = "2021年市财政局共受理依申请公开政府信息27件,26件为自然人申请,1件为法人申请,除1件尚在答复状态中,其余26件全部按照规定及时处理完毕"

    assert told(text, "江北市财政局", 2021) == [
        "received 27",
        "applicant nat 26",
        "applicant ent… 1",
    ]
    assert told(text, "江北市教育局", 2021) == []


# --- traps ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "市教育局收到政府信息公开申请20件，其他部门收到政府信息公开申请15件。",
        "通过网络收到政府信息公开申请5件。",
        "全年共收到政府信息公开申请约120件，办结100余件。",
        "2022年收到政府信息公开申请50件。",
        "上年收到政府信息公开申请50件，上半年收到政府信息公开申请20件，5月收到政府信息公开申请3件。",
        "历年累计受理政府信息公开申请300件。",
        "收到行政许可申请30件，办结28件。",
        "收到群众来信30件，办结28件。",
        "办理人大代表建议6件、政协提案5件，办复率100%。",
        "全年公开行政处罚决定35件、行政许可决定12件，公示行政许可信息9件。",
        "县司法局办理行政复议案件120件。",
        "全年办理行政复议案件120件，办结110件。",
        "全年未发生败诉的行政诉讼案件，没有被纠正的行政复议。",
        "未收到涉及商业秘密的政府信息公开申请。",
        "公开政策文件3件，清理规范性文件12件。",
        "市政府制定规章2件。",
        "条例第二十条第5项，国办公开办函〔2021〕30号，电话0632-3252082，邮编277100。",
        "按件计收，11—30件的部分100元/件，31件以上每增加10件加收100元/件。",
        "对3件政府信息公开申请收取信息处理费2230元。",
        "收到政府信息公开申请的件数比上年增加到12件。",
        "我局收到12件申请人投诉。",
        "行政处罚信息693957条、行政许可信息517645条。",
        "全年征收行政事业性收费的项目5项。",
    ],
)
def test_other_numbers_are_no_claims(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年收到政府信息公开申请50件，2023年收到政府信息公开申请60件。", ["received 60"]),
        (
            "全年收到政府信息公开申请60件，比2022年增加10件，增长20%。",
            ["received 60", "change up 10", "change up 20"],
        ),
        ("全年收到政府信息公开申请12件，收到咨询电话30件，办结30件。", ["received 12"]),
        ("作出行政处罚决定35件，其中罚款20件。", ["decision pen 35"]),
        (
            "2023年新收政府信息公开申请10件，2022年结转2件，结转2024年继续办理1件。",
            ["new 10", "carried_in 2", "carried_out 1"],
        ),
        ("截至2023年12月31日，共收到政府信息公开申请3件。", ["received 3"]),
        ("政府信息公开行政复议、行政诉讼均为0件。", ["dispute rev… 0"]),
        ("全年共办结依申请公开事项20件，其中，按时办结18件，延期办结2件。", ["finished 20"]),
        (
            "共收到政府信息公开申请24件，其中线上15件、线下9件，办结24件。",
            ["received 24", "finished 24"],
        ),
        (
            "全年制定行政规范性文件3件，废止2件，现行有效20件。",
            ["document doc made 3", "document doc repealed 2", "document doc valid 20"],
        ),
        ("征收行政事业性收费5.2万元。", ["charge fee 52000"]),
    ],
)
def test_beside_other_numbers_the_claims_are_found(text: str, expected: list[str]) -> None:
    assert expected == told(text)


def test_under_a_heading_on_requests_a_bare_number_of_requests_is_one() -> None:
    text = "### （二）依申请公开\n\n本年度共收到70件申请，办结69件，1件结转下年度继续办理。"

    assert told(text) == ["received 70", "finished 69", "carried_out 1"]
    assert told("### （二）依申请公开\n\n收到群众来信30件，办结28件。") == []
    assert told("### （一）主动公开\n\n本年度共收到70件申请，办结69件。") == []


def test_a_claim_quotes_its_clause_and_knows_its_place() -> None:
    (claim,) = claims(case("我局依法办理。全年共收到政府信息公开申请 12 件，成效明显。"))

    assert (
        claim.piece,
        claim.section,
        claim.sentence,
    ) == ("全年共收到政府信息公开申请12件", "一", 2)


# --- the published sentences at hand -----------------------------------------------------------

TWO = {"规章": "reg", "行政规范性文件": "doc", "规范性文件": "doc", "行政许可": "lic"}
TWO |= {
    "其他对外管理服务事项": "svc",
    "行政处罚": "pen",
    "行政强制": "frc",
    "行政事业性收费": "fee",
}


def published() -> list[dict[str, object]]:
    file = SHARED / "narratives.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def report_on(item: dict[str, object]) -> Report:
    """The clauses of a published report, with 表二 where it is at hand and nothing else."""
    year = int(str(item["year"]))
    fmt = formats.for_year(year)
    excerpt = item.get("table2_excerpt") or {}
    assert isinstance(excerpt, dict)
    cells = {}
    for row, values in excerpt.items():
        if row in TWO:
            columns = [ref for (key, _), ref in fmt.table("二").by_key.items() if key == TWO[row]]
            values = values if isinstance(values, list) else [values]
            cells |= {ref: number(v) for ref, v in zip(columns, values, strict=False)}
    clauses = item["clauses"]
    assert isinstance(clauses, list)
    text = "\n\n".join(clause["text"] for clause in clauses)
    return Report(Agency(name=str(item["agency"])), year, fmt, Figures(cells), {"一": text})


@pytest.mark.skipif(not published(), reason="the published sentences are not at hand")
def test_published_sentences_raise_no_error_by_themselves() -> None:
    """With the figures that are at hand nothing contradicts, and no sum or slot is an error."""
    for item in published():
        found = [f for f in check(report_on(item)).failures if f.rule in PROSE]
        assert [f.full_message for f in found if f.severity.public == "error"] == [], item["agency"]
        assert len(found) <= 1, [f.full_message for f in found]


@pytest.mark.skipif(not published(), reason="the published sentences are not at hand")
def test_every_claim_of_a_published_clause_is_among_the_numbers_noted_for_it() -> None:
    """Nothing is made up: dates, phone numbers and the like never become claims."""
    for item in published():
        clauses = item["clauses"]
        assert isinstance(clauses, list)
        for clause in clauses:
            report = replace(report_on(item), narrative={"一": clause["text"]})
            noted = {Decimal(str(value)) for value in clause["values"]} | {Decimal(0)}
            found = {c.number.value for c in claims(Case(report)) if c.kind != "rate"}
            assert found <= noted, clause["text"]


# --- any text ----------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *(
            "收到",
            "政府信息公开申请",
            "12",
            "件",
            "，",
            "。",
            "（",
            "）",
            "其中",
            "、",
            "\n",
            " ",
            "2023年",
        ),
        *(
            "1月1日至",
            "12月31日",
            "行政复议",
            "均",
            "未",
            "已办结",
            "同比增长",
            "1.05%",
            "结转",
            "下年",
        ),
        *(
            "{{ 三.总计 }}",
            "〔空〕",
            "\ue000",
            "1,234",
            "万",
            "余",
            "#",
            "一是",
            "三个方面的问题",
            "建议",
            "提案",
        ),
    ]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=8), max_size=60).map("".join)


@settings(max_examples=150, deadline=2000)
@given(
    _TEXTS, st.sampled_from(["2019", "2021"]), st.sampled_from(["宿迁市人民政府", "某局", "收到"])
)
def test_any_text_is_read_without_complaint(text: str, code: str, agency: str) -> None:
    report = Report(
        Agency(name=agency), 2023, formats.find(code), Figures(), {"一": text, "六": text}
    )

    for sentence in sentences(Case(report)):
        assert "".join(word.text for word in sentence.words) or not sentence.text
        for claim in sentence.claims:
            assert len(claim.piece) <= 60
    check(report)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "12",
            "1,",
            "（",
            "收到",
            "其中1件、",
            "1件（",
            "未",
            "上年",
            "比上年",
            "2023年",
            "一是",
            "_件",
        ),
        *("信息 ", "1月至", "结转", "建议", "不予公开", "收到政府信息公开申请12件，其中", "三个"),
    ],
)
def test_long_texts_take_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        read = case(piece * (size // len(piece)))
        start = time.perf_counter()
        for rule in PROSE:
            outcome(CATALOGUE[rule], CATALOGUE[rule].check(read)) if rule in CATALOGUE else None
        return time.perf_counter() - start

    seconds(1000)
    assert seconds(40_000) < 20 * max(seconds(8_000), 0.05)


def test_only_so_much_of_a_section_is_read() -> None:
    text = "收到政府信息公开申请12件。\n" * 20_000

    assert sum(len(s.text) for s in sentences(case(text))) <= numbers.LONGEST
