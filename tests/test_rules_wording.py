"""Faults of the wording: residue, brackets, numbering, stale years, personal data (D)."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.report import Report
from helpers.rules import CATALOGUE, check, privacy
from helpers.rules.model import Case
from written import (
    AGENCY,
    HEADINGS,
    OTHERS,
    OVERVIEW,
    PREAMBLE,
    PROBLEMS,
    printed,
    said,
    state,
    written,
)

ONE, FIVE, SIX = (f"“{HEADINGS[index]}”" for index in (0, 4, 5))
GUIDANCE = "监督保障（含第五十条第四项规定的各级人民政府工作考核）。"
WORDING = ("D-16", "D-17", "D-18", "D-19", "D-25", "D-28", "D-28b", "D-29", "D-31", "D-32")


def five(text: str) -> Report:
    """The report with a sentence added to section 五."""
    return printed({"五": PROBLEMS + text})


@pytest.mark.parametrize(
    ("rule", "report", "sentence"),
    [
        (
            "D-16",
            printed({"一": f"{OVERVIEW}\n\nXX局开展培训××次。"}),
            f"错误 {ONE}有模板残留：“XX局开展培训××次。”。",
        ),
        ("D-16", printed({"六": "（文字描述）"}), f"错误 {SIX}有模板残留：“（文字描述）”。"),
        (
            "D-16",
            written(six=f"{OTHERS}收取____元。"),
            f"错误 {SIX}有模板残留：“…没有收取信息处理费。收取____元。”。",
        ),
        (
            "D-16",
            printed(preamble=GUIDANCE),
            f"警告 报告开头混入了格式通知的说明：“{GUIDANCE}”。",
        ),
        (
            "D-17",
            five("（含基层"),
            f"警告 {FIVE}的 （ 没有右边的一半：“…公开目录，丰富解读形式。（含基层”。",
        ),
        (
            "D-17",
            five("含基层）"),
            f"警告 {FIVE}的 ） 没有左边的一半：“…录，丰富解读形式。含基层）”。",
        ),
        (
            "D-17",
            five("“三审"),
            f"警告 {FIVE}的 “ 没有右边的一半：“…公开目录，丰富解读形式。“三审”。",
        ),
        (
            "D-18",
            printed({"五": "《甲《乙》丙》不细，将改进。"}),
            f"提示 {FIVE}的《》里又用了《》：“《甲《乙》丙》不细，将改进。”，里面的应为〈〉。",
        ),
        (
            "D-18",
            printed({"五": "《关于印发<办法>的通知》不够细，将改进。"}),
            f"提示 {FIVE}的书名号里用了 <>：“《关于印发<办法>的通知》不够细，将改进。”，应为〈〉。",
        ),
        (
            "D-18",
            printed({"五": "国办发（2014）46号落实不够，将改进。"}),
            f"提示 {FIVE}的发文字号“国办发（2014）46号落实不够，将改进。”，年份应放在〔〕中。",
        ),
        (
            "D-19",
            printed({"一": OVERVIEW.replace("（一）", "（1）")}),
            f"警告 {ONE}的编号写法不一：“（1）主动公开”之后是“（二）依申请公开”。",
        ),
        (
            "D-25",
            printed({"一": f"2022年，我局没有发生行政复议。\n\n{OVERVIEW}"}),
            f"警告 {ONE}写的是 2022 年：“2022年，我局没有发生行政复议。”，报告年度是 2023 年。",
        ),
        (
            "D-25",
            printed({"五": "2022年，我局收到申请9件，上年结转1件。"}),
            f"警告 {FIVE}写的是 2022 年：“2022年，我局收到申请9件，上年结…”，报告年度是 2023 年。",
        ),
        (
            "D-25",
            printed({"五": "2022年全区共收到申请9件。"}),
            f"警告 {FIVE}写的是 2022 年：“2022年全区共收到申请9件。”，报告年度是 2023 年。",
        ),
        (
            "D-25",
            printed({"五": "2022年我局公开不够及时，将改进。"}),
            f"警告 {FIVE}写的是 2022 年：“2022年我局公开不够及时，将改进。”，报告年度是 2023 年。",
        ),
        (
            "D-28",
            printed({"五": "申请人身份证号11010519491231002X不该公开，将改进。"}),
            f"错误 {FIVE}有身份证号“110*************2X”，在“申请人身份证号”之后。",
        ),
        (
            "D-28",
            printed({"五": "张某，电话138 1234 5678，将改进。"}),
            f"错误 {FIVE}有手机号“138******78”，在“张某，电话”之后。",
        ),
        (
            "D-28",
            printed({"五": "退款到6222020000000000000，将改进。"}),
            f"错误 {FIVE}有银行卡号“622**************00”，在“退款到”之后。",
        ),
        (
            "D-28b",
            printed({"五": "对申请人李小明的投诉不够重视，将改进。"}),
            f"警告 {FIVE}“申请人”后面像是姓名“李**”。",
        ),
        (
            "D-28b",
            printed({"五": "村民欧阳山诉本机关一案应诉不够及时，将改进。"}),
            f"警告 {FIVE}“村民”后面像是姓名“欧**”。",
        ),
        (
            "D-29",
            printed(residues=("[bookmark: _GoBack]", "[bookmark: _GoBack]")),
            "警告 文件里有转换残留 2 处：“[bookmark: _GoBack]”。",
        ),
        (
            "D-29",
            five("[bookmark: b39]完"),
            f"警告 {FIVE}有转换残留：“…公开目录，丰富解读形式。[bookmark: b39]完”。",
        ),
        (
            "D-29",
            five("&nbsp;完"),
            f"警告 {FIVE}有转换残留：“…公开目录，丰富解读形式。&nbsp;完”。",
        ),
        (
            "D-29",
            printed({"五": "公开不够及\u00ad时，将改进。"}),
            f"警告 {FIVE}有看不见或显示不出的字符（U+00AD），在“公开不够及时，将改进。”处。",
        ),
        (
            "D-31",
            printed({"五": "进一步进一步改进问题。"}),
            f"提示 {FIVE}有重复的字词“进一步进一步”：“进一步进一步改进问题。”。",
        ),
        (
            "D-31",
            printed({"五": "改进问题，。"}),
            f"提示 {FIVE}有连用的标点“，。”：“改进问题，。”。",
        ),
        (
            "D-31",
            five("并且继续加强培训和考核工作，"),
            f"提示 {FIVE}有一段像是没有写完：“…富解读形式。并且继续加强培训和考核工作，”。",
        ),
        (
            "D-31",
            printed({"六": f"{OTHERS}\n\n{PROBLEMS}"}),
            f"提示 {SIX}的一段与{FIVE}的相同：“{PROBLEMS[:30]}…”。",
        ),
        (
            "D-31",
            printed({"五": "更新不够及时,解读单一;将改进。"}),
            f"提示 全文有半角标点 2 处，如{FIVE}的“更新不够及时,解读单一;将改进。”。",
        ),
        (
            "D-32",
            printed({"五": "多数部门重视不够，将改进。"}),
            f"提示 {FIVE}像是说整个地区的话：“多数部门重视不够，将改进。”。",
        ),
    ],
)
def test_a_fault_of_wording_is_told_with_its_place(
    rule: str, report: Report, sentence: str
) -> None:
    assert said(report, rule) == [sentence]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("D-16", "网址 http://www.x.gov.cn/xxgk/，尺寸 3×4，公开有待补充完善，二〇〇〇年。"),
        ("D-16", "编制答复模板（模板共12种），提供 XXL 码。"),
        ("D-17", "分两步：1）更新；2）解读(含图）；（一）培训。"),
        ("D-18", "《关于印发〈办法〉的通知》（国办发〔2014〕46号），（2021）鲁01行初3号。"),
        ("D-25", "2022年相比，增长10%。2024年，将加强培训。2022年印发的办法已经修订。"),
        ("D-25", "较2022年，我局申请有所减少。2023年，我局加强培训。"),
        ("D-28", "浏览量13812345678次，编号110105194912310021，金额6222020000000000000元。"),
        ("D-28b", "申请人于年底提出，申请人马上要求，当事人任何时候都可查询，村民金额、居民石某。"),
        ("D-28b", "申请人张某某不服，原告李某诉本机关，居民王先生、市民刘女士来电。"),
        ("D-28b", "充分听取当事人陈述、申辩，核对申请人罗列的材料，市民顾问、居民严姓等来电。"),
        ("D-28b", "申请人任务，公民任命的干部，申请人高度、高效，村民方便，居民安全，居民成立。"),
        (
            "D-28b",
            "居民龙华区，居民许昌市、村民金坛镇、村民高桥村、居民江宁路，申请人曾多次向本机关。",
        ),
        ("D-28", "如有疑问请联系0632-3252082或13812345678。单号1101051949123100210。"),
        ("D-31", "以公开为目的的工作，开展了了解，促进公平和和谐。比例为1:2……"),
        ("D-32", "个别股室重视不够。"),
    ],
)
def test_what_only_looks_like_a_fault_is_none(rule: str, text: str) -> None:
    assert said(printed({"一": f"{OVERVIEW}\n\n{text}", "五": PROBLEMS}), rule) == []
    assert said(five(text), rule) == []


def test_a_word_that_begins_with_a_surname_is_no_name_and_the_surname_is_looked_for() -> None:
    words = [word[0] + second for word in privacy._WORDS.split() for second in word[1:]]
    assert said(five("，".join(f"申请人{word}" for word in words)), "D-28b") == []
    for word in privacy._WORDS.split():
        found = [f"警告 {FIVE}“申请人”后面像是姓名“{word[0]}**”。"]
        assert said(five(f"申请人{word[0]}小平，将改进。"), "D-28b") == found


@pytest.mark.parametrize(
    "name",
    ["林小平", "马超", "高强", "方明", "程明", "曾强", "江涛", "白雪", "常军", "安平", "成龙"],
)
def test_common_names_are_found(name: str) -> None:
    hidden = name[0] + "*" * (len(name) - 1)
    found = [f"警告 {FIVE}“申请人”后面像是姓名“{hidden}”。"]

    assert said(five(f"申请人{name}不服，将改进。"), "D-28b") == found


def test_numbers_that_begin_anew_or_under_another_level_are_one_style() -> None:
    items = [
        "（一）甲",
        "1\\.一",
        "2\\.二",
        "（二）乙",
        "1\\.一",
        "（1）小",
        "（2）小",
        "2\\.二",
        "（三）丙",
    ]
    levels = "\n\n".join(items)
    cut = "（八）推进\n\n3\\.单说"

    for text in (levels, cut):
        assert said(printed({"一": f"{OVERVIEW}\n\n{text}"}), "D-19") == []


def test_the_agencys_own_mobile_number_is_no_personal_data() -> None:
    agency = AGENCY.model_copy(update={"telephone": "13812345678"})

    assert state(replace(five("请拨13812345678。"), agency=agency), "D-28") == "pass"


def test_an_identity_number_is_never_printed_whole() -> None:
    report = five("号码11010519491231002X，11010519491231002X，手机13912345678。")
    found = [f for f in check(report).failures if f.rule == "D-28"]

    assert len(found) == 3
    assert not any("19491231" in f.full_message + f.found for f in found)


# --- whatever the text ------------------------------------------------------------------------

_SCRAPS = st.sampled_from(
    [
        *(
            "（",
            "）",
            "《",
            "》",
            "“",
            "1.",
            "（二）",
            "\n\n",
            "，",
            "2022年，我局",
            "局",
            "区财政局",
        ),
        *("统计期限2023年1月1日至2月30日", "国办公开办函〔2021〕30号", "电话：1", "邮编1", "a.@b"),
        *("XX", "13812345678", "信息处理费", "无", "[bookmark: x]", "\ufffd", "{{", "\\", "_"),
    ]
)
_TEXT = st.lists(_SCRAPS | st.text(max_size=5), max_size=12).map("".join)


@given(st.lists(_TEXT, min_size=6, max_size=6))
def test_no_text_makes_a_rule_crash_or_a_finding_without_words(texts: list[str]) -> None:
    one, last, other, opening, title, head = texts
    report = printed(
        {"一": one, "五": last, "六": other},
        preamble=opening,
        title=title,
        headings=(head, *HEADINGS[1:]),
        strays=(one,),
        signoff=(last,),
        residues=(head,),
    )
    for finding in check(report).findings:
        assert finding.message.endswith("。"), finding
        assert not finding.remedy or finding.remedy.endswith("。"), finding
        assert "\n" not in finding.message


@pytest.mark.parametrize(
    "scrap",
    [
        *"（1a《“的<，局",
        "国办公开办函〔2021",
        "@a.",
        "甲乙丙丁",
        "2023年1月1日至",
        "13800000000 ",
        "（一）\n",
    ],
)
def test_the_rules_take_time_in_proportion_to_the_text(scrap: str) -> None:
    """A long text of one scrap, the worst case of a careless pattern, takes no minutes."""
    text = (scrap * 60_000)[:60_000]
    case = Case(printed({"一": text, "五": text, "六": text}, preamble=text, strays=(text,)))
    begin = time.process_time()

    for rule in WORDING:
        list(CATALOGUE[rule].check(case) or ())

    assert time.process_time() - begin < 10


def test_the_opening_of_a_document_is_looked_at_too() -> None:
    assert said(printed(preamble=f"{PREAMBLE}（见附件"), "D-17") == [
        "警告 报告开头的 （ 没有右边的一半：“…example.cn）。（见附件”。"
    ]
