"""Which faces a PDF is set in, and what happens to a character that none of them has."""

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from helpers.exporters import fonts
from helpers.exporters.errors import ExportError
from helpers.exporters.pdf import NianbaoPDFExporter, embedded_fonts
from test_exporters import SVG, executed, pdf, prose, report, shown

NOBODY_HAS = "\U00013000"  # an Egyptian hieroglyph
FACES = {
    "小标宋": "Test XiaoBiaoSong",
    "黑体": "Test Hei",
    "楷体": "Test Kai",
    "仿宋": "Test FangSong",
}


def face(folder, family, characters):
    """A font file of that family with a box for each character."""
    pen = TTGlyphPen(None)
    for at in ((100, 0), (100, 800), (900, 800), (900, 0)):
        (pen.moveTo if at == (100, 0) else pen.lineTo)(at)
    pen.closePath()
    box = pen.glyph()
    names = {ord(c): f"u{ord(c):x}" for c in sorted(characters)}
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(order, box))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")}
    )
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    builder.save(folder / f"{family}.ttf")


@pytest.fixture
def official(tmp_path, monkeypatch):
    """A folder with the four official faces under names that no machine has installed."""
    monkeypatch.setattr(fonts, "_OFFICIAL", {name: (family,) for name, family in FACES.items()})
    monkeypatch.setattr(fonts, "LATIN", "Test Latin")
    for family in FACES.values():
        face(tmp_path, family, "一二三四五六、总体情况本年政府信息公开工作度报告")
    return tmp_path


def test_the_official_faces_are_used_where_they_are(official):
    for mode in ("auto", "official"):
        data = pdf(report(), fonts=mode, font_folders=[str(official)])
        assert {"TestXiaoBiaoSong", "TestHei", "TestFangSong"} <= set(embedded_fonts(data))


def test_each_kind_of_text_has_its_own_face(official):
    faces = fonts.choose("official", [str(official)])
    firsts = (faces.title[0], faces.heading[0], faces.kai[0], faces.body[0])
    assert firsts == tuple(FACES.values())
    assert faces.body[1:3] == (fonts.SERIF, fonts.SANS)


def test_latin_letters_are_in_times_beside_the_official_faces(official):
    face(official, "Test Latin", "0123456789")
    faces = fonts.choose("auto", [str(official)])
    assert faces.latin == "Test Latin"
    data = pdf(report(), fonts="auto", font_folders=[str(official)])
    assert "TestLatin" in embedded_fonts(data)


def test_insisting_on_official_faces_names_the_missing_ones(official):
    (official / "Test Kai.ttf").unlink()
    (official / "Test FangSong.ttf").unlink()
    with pytest.raises(ExportError, match="没有安装公文字体：楷体、仿宋；") as caught:
        fonts.choose("official", [str(official)])
    assert "小标宋" not in str(caught.value)


def test_packaged_takes_nothing_of_the_machine(official):
    data = pdf(report(), fonts="packaged", font_folders=[str(official)])
    assert embedded_fonts(data) == ("NotoSansSC-Regular", "NotoSerifSC-Regular")


def test_without_official_faces_auto_is_packaged_byte_for_byte(monkeypatch):
    monkeypatch.setattr(fonts, "_OFFICIAL", dict.fromkeys(FACES, ("No Such Face",)))
    assert pdf(report(), fonts="auto") == pdf(report(), fonts="packaged")


def test_the_environment_sets_the_default(monkeypatch):
    monkeypatch.setenv("NIANBAO_FONTS", "packaged")
    assert NianbaoPDFExporter().fonts == "packaged"
    monkeypatch.setenv("NIANBAO_FONTS", "宋体")
    with pytest.raises(ExportError, match="NIANBAO_FONTS 只能是"):
        _ = NianbaoPDFExporter().fonts


@pytest.mark.parametrize("place", ["prose", "table", "title", "draft"])
def test_characters_without_a_glyph_are_all_named_with_their_place(place):
    text = f"李{NOBODY_HAS}局长和\U0010fffd"
    nb = {
        "prose": lambda: executed(prose(f"由{text}签发")),
        "table": lambda: report(figures={"四": [text, *["0"] * 14]}),
        "title": lambda: report(title_lines=[text]),
        "draft": lambda: report(
            draft=True, problems=[{"number": "①", "severity": "错误", "rule": "T", "message": text}]
        ),
    }[place]()
    with pytest.raises(ExportError) as caught:
        pdf(nb)
    message = str(caught.value)
    assert f"“{NOBODY_HAS}”（U+13000）在所用字体中没有字形，出现在“" in message
    assert "（U+10FFFD）" in message
    assert "李" in message
    assert "请" in message


def test_rare_characters_of_names_have_glyphs():
    assert pdf(executed(prose("𬭎、㐂、䶮、〇、①、℃、㎡、√、→")))


def test_auto_finds_rare_characters_in_installed_families(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_RARE", ("Test Rare",))
    monkeypatch.setattr(fonts, "_OFFICIAL", dict.fromkeys(FACES, ("No Such Face",)))
    face(tmp_path, "Test Rare", NOBODY_HAS)
    nb = executed(prose(f"李{NOBODY_HAS}"))
    data = pdf(nb, fonts="auto", font_folders=[str(tmp_path)])
    assert "TestRare" in embedded_fonts(data)
    with pytest.raises(ExportError):
        pdf(nb, fonts="packaged", font_folders=[str(tmp_path)])


def test_blanks_and_invisible_characters_need_no_glyph():
    assert pdf(executed(prose("甲\u00a0乙\u3000丙\u200b丁\u00ad戊\u2003己\t庚")))


def test_words_in_pictures_need_glyphs_too():
    with pytest.raises(ExportError, match=r"U\+13000"):
        pdf(executed(shown({"image/svg+xml": SVG.replace("各县", NOBODY_HAS)})))
