"""Long titles are broken between words, as GB/T 9704 asks."""

import pytest

from helpers.exporters.breaks import ems
from helpers.exporters.titles import broken, parts


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("枣庄市市中区工业和信息化局", "枣庄市|市中区|工业和信息化局"),
        ("苏州市市场监督管理局", "苏州市|市场监督管理局"),
        ("景德镇市乡村振兴局", "景德镇市|乡村振兴局"),
        ("南京市城市管理局", "南京市|城市管理局"),
        ("成都市社区发展治理委员会", "成都市|社区发展治理委员会"),
        ("泗阳县县级机关事务局", "泗阳县|县级机关事务局"),
        ("沭阳县人民政府办公室", "沭阳县|人民政府|办公室"),
        ("2024年政府信息公开工作年度报告", "2024年|政府信息公开|工作年度报告"),
        ("民政局", "民政局"),
    ],
)
def test_breaks_stand_between_words(name, cut):
    assert parts(name) == cut.split("|")


def test_what_fits_on_a_line_stays_on_it():
    assert broken("枣庄市市中区工业和信息化局", 20) == ["枣庄市市中区工业和信息化局"]


def test_a_long_name_takes_as_few_and_as_equal_lines_as_can_be():
    name = "新疆生产建设兵团第十三师新星市党委机构编制委员会办公室"
    lines = broken(name, 20)
    assert lines == ["新疆生产建设兵团第十三师新星市", "党委机构编制委员会办公室"]
    assert "".join(lines) == name
    assert max(map(ems, lines)) <= 20


def test_a_name_without_known_words_is_left_to_the_typesetter():
    assert broken("某" * 30, 20) == ["某" * 30]
