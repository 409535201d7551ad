"""Facts of reports that were really published, typed from the published pages.

One line is one printed row; rows that are not listed are zero. The short names of 表三's rows
are this file's own (``不予公开2`` is the second reason under （三）), so that the facts do not
lean on the labels they are used to test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from helpers import formats
from helpers.figures import Figures, read
from helpers.formats import Format
from helpers.report import Agency, Report

_REASONS = [
    *(f"不予公开{n}" for n in range(1, 9)),
    *(f"无法提供{n}" for n in range(1, 4)),
    *(f"不予处理{n}" for n in range(1, 6)),
]
_OTHER = {"2019": ["其他处理"], "2021": ["其他处理1", "其他处理2", "其他处理3"]}


def row_names(code: str) -> list[str]:
    """The short names of 表三's rows in printed order."""
    ends = [*_OTHER[code], "总计", "结转下年"]
    return ["新收", "上年结转", "予以公开", "部分公开", *_REASONS, *ends]


@dataclass(frozen=True)
class Facts:
    """What one agency printed for one year: 表二 by row, 表三 by row, 表四 by group."""

    agency: str
    year: int
    code: str
    two: str
    three: str
    four: str
    published: str = ""

    @property
    def format(self) -> Format:
        """The format of the printed tables."""
        return formats.find(self.code)

    def values(self) -> list[str]:
        """Every printed figure of the three tables as text, in printed order."""
        given = _by_name(self.three)
        rows = [given.pop(name, ["0"] * 7) for name in row_names(self.code)]
        assert not given, f"no such rows: {given}"
        lines = [*_by_name(self.two).values(), *rows, *_by_name(self.four).values()]
        return [text for line in lines for text in line]

    def figures(self) -> Figures:
        """The facts as Figures; what stands at the end of 表二 and is not listed is absent."""
        slots = list(self.format.slots.values())
        two = [slot for slot in slots if slot.ref.table == "二"]
        printed = sum(len(line) for line in _by_name(self.two).values())
        present = [*two[:printed], *slots[len(two) :]]
        pairs = zip(present, self.values(), strict=True)
        return Figures({slot.ref: read(_plain(text), slot.column) for slot, text in pairs})

    def report(self, **explanations: str) -> Report:
        """A Report with all figures given, totals included, and no text."""
        day = date.fromisoformat(self.published) if self.published else None
        return Report(
            Agency(name=self.agency),
            self.year,
            self.format,
            self.figures(),
            explanations={key.replace("_", "-"): text for key, text in explanations.items()},
            published=day,
        )


def _by_name(text: str) -> dict[str, list[str]]:
    lines = [line.split() for line in text.split("\n") if line.strip()]
    return {name: numbers for name, *numbers in lines}


def _plain(text: str) -> Decimal | str:
    return text if text[-1] == "元" or text[0] in "增减" else Decimal(text)


PINGTAN_2019 = Facts(
    "平潭综合实验区",
    2019,
    "2019",
    """
    规章 0 0 0
    规范性文件 89 89 89
    行政许可 396 0 181
    其他对外管理服务事项 10 0 153
    行政处罚 2648 0 430
    行政强制 126 0 25
    行政事业性收费 35 0
    政府集中采购 135 75394432.52元
    """,
    """
    新收 23 0 0 0 0 0 23
    予以公开 7 0 0 0 0 0 7
    部分公开 1 0 0 0 0 0 1
    无法提供1 7 0 0 0 0 0 7
    无法提供3 5 0 0 0 0 0 5
    不予处理2 3 0 0 0 0 0 3
    总计 23 0 0 0 0 0 23
    """,
    """
    复议 0 0 0 0 0
    直诉 0 0 0 0 0
    后诉 0 0 0 0 0
    """,
    published="2020-01-20",
)

PINGTAN_2020 = Facts(
    "平潭综合实验区",
    2020,
    "2019",
    """
    规章 0 0 7
    规范性文件 77 77 166
    行政许可 396 442 278
    其他对外管理服务事项 10 7 105
    行政处罚 2648 -18 538
    行政强制 126 26 29
    行政事业性收费 35 -15
    政府集中采购 395 73802895.90元
    """,
    """
    新收 20 0 0 0 0 1 21
    予以公开 6 0 0 0 0 1 7
    部分公开 6 0 0 0 0 0 6
    无法提供1 4 0 0 0 0 0 4
    无法提供3 3 0 0 0 0 0 3
    不予处理2 3 0 0 0 0 0 3
    其他处理 4 0 0 0 0 0 4
    总计 20 0 0 0 0 1 21
    """,
    """
    复议 0 0 0 0 0
    直诉 0 0 0 0 0
    后诉 0 0 0 0 0
    """,
    published="2021-03-05",
)

PINGTAN_2021 = Facts(
    "平潭综合实验区",
    2021,
    "2021",
    """
    规章 0 0 0
    行政规范性文件 69 3 665
    行政许可 2293
    行政处罚 1282
    行政强制 42
    行政事业性收费 24252.311082
    """,
    """
    新收 64 0 0 2 0 4 70
    予以公开 27 0 0 2 0 1 30
    部分公开 5 0 0 0 0 0 5
    不予公开5 1 0 0 0 0 0 1
    不予公开7 6 0 0 0 0 0 6
    不予公开8 1 0 0 0 0 0 1
    无法提供1 22 0 0 0 0 3 25
    其他处理3 1 0 0 0 0 0 1
    总计 63 0 0 2 0 4 69
    结转下年 1 0 0 0 0 0 1
    """,
    """
    复议 1 0 2 0 3
    直诉 12 0 0 0 12
    后诉 0 0 0 0 0
    """,
    published="2022-02-08",
)

SUQIAN_2023 = Facts(
    "宿迁市人民政府",
    2023,
    "2021",
    """
    规章 2 0 11
    行政规范性文件 109 489 597
    行政许可 1808595
    行政处罚 2822652
    行政强制 20163
    行政事业性收费 59237.2449
    """,
    """
    新收 3402 99 0 4 5 1 3511
    上年结转 91 3 0 0 2 0 96
    予以公开 1175 12 0 3 1 0 1191
    部分公开 319 7 0 0 2 0 328
    不予公开2 27 0 0 0 0 0 27
    不予公开3 6 0 0 0 0 0 6
    不予公开4 38 0 0 0 0 0 38
    不予公开5 20 0 0 0 0 0 20
    不予公开6 9 0 0 0 0 0 9
    不予公开7 21 0 0 0 0 0 21
    不予公开8 20 1 0 0 0 0 21
    无法提供1 968 74 0 1 3 1 1047
    无法提供2 26 2 0 0 0 0 28
    无法提供3 3 0 0 0 0 0 3
    不予处理1 305 0 0 0 0 0 305
    不予处理2 39 0 0 0 0 0 39
    不予处理4 58 0 0 0 0 0 58
    不予处理5 4 0 0 0 0 0 4
    其他处理1 40 0 0 0 0 0 40
    其他处理2 10 0 0 0 0 0 10
    其他处理3 287 3 0 0 1 0 291
    总计 3375 99 0 4 7 1 3486
    结转下年 118 3 0 0 0 0 121
    """,
    """
    复议 309 17 88 26 440
    直诉 1 1 16 6 24
    后诉 13 0 67 9 89
    """,
)

SUQIAN_2024 = Facts(
    "宿迁市人民政府",
    2024,
    "2021",
    """
    规章 2 1 12
    行政规范性文件 50 227 420
    行政许可 1573179
    行政处罚 2676474
    行政强制 29351
    行政事业性收费 72701.2578
    """,
    """
    新收 3440 75 0 1 6 3 3525
    上年结转 118 3 0 0 0 0 121
    予以公开 1408 21 0 0 2 0 1431
    部分公开 462 9 0 0 0 0 471
    不予公开1 2 0 0 0 0 0 2
    不予公开2 1 0 0 0 0 0 1
    不予公开3 4 0 0 0 0 0 4
    不予公开4 16 1 0 0 0 0 17
    不予公开5 21 0 0 0 0 0 21
    不予公开6 10 1 0 0 0 0 11
    不予公开7 21 2 0 0 0 0 23
    不予公开8 13 0 0 0 0 0 13
    无法提供1 859 33 0 0 3 2 897
    无法提供2 35 1 0 0 0 0 36
    无法提供3 8 0 0 0 0 0 8
    不予处理1 86 1 0 0 0 0 87
    不予处理2 26 1 0 0 0 0 27
    不予处理4 3 0 0 0 0 0 3
    其他处理1 75 1 0 1 0 0 77
    其他处理2 38 0 0 0 0 0 38
    其他处理3 352 2 0 0 0 0 354
    总计 3440 73 0 1 5 2 3521
    结转下年 118 5 0 0 1 1 125
    """,
    """
    复议 88 18 28 36 170
    直诉 7 0 11 7 25
    后诉 33 0 6 13 52
    """,
)

SEED = Facts(
    "市中区工业和信息化局",
    2021,
    "2019",
    """
    规章 0 0 0
    规范性文件 0 0 0
    行政许可 0 增1 0
    其他对外管理服务事项 0 增14 0
    行政处罚 0 增7 0
    行政强制 0 增2 0
    行政事业性收费 0 0
    """,
    "",
    """
    复议 0 0 0 0 0
    直诉 0 0 0 0 0
    后诉 0 0 0 0 0
    """,
    published="2022-01-15",
)

SHUYANG_2025 = Facts(
    "沭阳县人民政府",
    2025,
    "2021",
    """
    规章 0 0 0
    行政规范性文件 6 1 32
    行政许可 517645
    行政处罚 693957
    行政强制 2154
    行政事业性收费 4068.208
    """,
    """
    新收 705 3 0 0 5 0 713
    上年结转 36 0 0 0 0 0 36
    予以公开 290 1 0 0 3 0 294
    部分公开 99 0 0 0 2 0 101
    不予公开3 2 0 0 0 0 0 2
    不予公开4 2 0 0 0 0 0 2
    不予公开5 13 0 0 0 0 0 13
    不予公开6 2 0 0 0 0 0 2
    不予公开7 4 0 0 0 0 0 4
    不予公开8 9 0 0 0 0 0 9
    无法提供1 111 0 0 0 0 0 111
    无法提供2 2 0 0 0 0 0 2
    不予处理1 12 0 0 0 0 0 12
    不予处理2 6 1 0 0 0 0 7
    其他处理1 9 0 0 0 0 0 9
    其他处理2 7 0 0 0 0 0 7
    其他处理3 142 1 0 0 0 0 143
    总计 710 3 0 0 5 0 718
    结转下年 31 0 0 0 0 0 31
    """,
    """
    复议 27 10 9 15 61
    直诉 3 0 0 0 3
    后诉 8 0 1 1 10
    """,
    published="2026-01-23",
)

ALL = (PINGTAN_2019, PINGTAN_2020, PINGTAN_2021, SUQIAN_2023, SUQIAN_2024, SHUYANG_2025, SEED)
