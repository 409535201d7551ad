"""A batch of some of a year's agencies: the rest stays true, and is taken into account."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.batch.concern import uses_register
from helpers.batch.plan import Plan
from helpers.batch.standing import Other
from helpers.cli import execute
from helpers.cli.leftovers import Leftovers

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "annual_report.ipynb"
sys.path.insert(0, str(ROOT / "benchmarks"))

from county import write_county  # noqa: E402


@pytest.fixture
def county(tmp_path):
    """Params files of three agencies in 2024."""
    write_county(tmp_path / "params", 3, range(2024, 2025))
    return tmp_path / "params" / "2024"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def build(out, *sources, options=()):
    fast = ["--fonts", "packaged", "--formats", "html", "--jobs", "1"]
    return execute(["build", *map(str, sources), "--out", str(out), *fast, *options])


def change(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def value(file, key):
    """What a key of the agency is given in a params file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.strip().startswith(key))


def contents(out):
    return {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def entries(out):
    data = json.loads((out / "2024" / "manifest.json").read_text(encoding="utf-8"))
    return {entry["agency"]: entry for entry in data["reports"]}


def events(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def made(said):
    return {e["agency"] for e in said if e["event"] == "report" and not e["kept"]}


def settings(tmp_path, text):
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    return ["--settings", str(tmp_path / "s.toml")]


def another_notebook(tmp_path):
    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 + 1", id="more"))
    nbformat.write(notebook, tmp_path / "more.ipynb")
    return ["--notebook", str(tmp_path / "more.ipynb")]


def test_after_a_part_is_made_otherwise_verify_makes_every_report_again_as_it_was_made(
    county, out, tmp_path, capsys
):
    one, *_ = sorted(county.iterdir())
    assert build(out, county) == 0
    options = [*another_notebook(tmp_path), *settings(tmp_path, '[rules]\n"P-07" = "停用"\n')]
    assert build(out, one, options=options) == 0
    capsys.readouterr()
    assert execute(["verify", str(out), "--jobs", "1"]) == 0
    assert "3 份报告核对了散列值，3 份重新生成" in capsys.readouterr().out
    builds = {name: entry["built"]["build"] for name, entry in entries(out).items()}
    assert len(set(builds.values())) == 2
    assert [n for n, b in builds.items() if b != builds[one.stem]] == sorted(
        f.stem for f in county.iterdir() if f != one
    )


def test_those_made_by_another_program_are_told_and_the_others_made_again(
    county, out, capsys, monkeypatch
):
    one, *_ = sorted(county.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr("helpers.batch.inputs.code_hash", lambda: "an older one")
        assert build(out, county) == 0
    assert build(out, one, options=["--force"]) == 0
    capsys.readouterr()
    assert execute(["verify", str(out), "--jobs", "1"]) == 0
    said = capsys.readouterr()
    assert "有 2 份只核对了散列值，没有重新生成：本程序的代码与生成时不同" in said.err
    assert "3 份报告核对了散列值，1 份重新生成" in said.out


def test_a_report_made_alone_is_held_beside_those_that_stand(county, out, capsys):
    one, two, _ = sorted(county.iterdir())
    change(one, value(one, "telephone"), value(two, "telephone"))
    assert build(out, county) == 0
    whole = contents(out)
    assert "B-04" in entries(out)[one.stem]["rules"]
    capsys.readouterr()

    assert build(out, one, options=["--json", "--force"]) == 0

    assert made(events(capsys)) == {one.stem}
    assert contents(out / "2024" / one.stem) == {
        p.relative_to(Path("2024", one.stem)): c
        for p, c in whole.items()
        if p.parts[:2] == ("2024", one.stem)
    }
    assert (out / "2024" / "findings.csv").read_bytes() == whole[Path("2024/findings.csv")]


def test_a_part_that_changes_what_is_said_of_the_rest_names_them(county, out, capsys):
    one, two, _ = sorted(county.iterdir())
    assert build(out, county) == 0
    change(one, value(one, "telephone"), value(two, "telephone"))
    capsys.readouterr()
    assert build(out, one, options=["--json"]) == 0
    assert events(capsys)[-1]["outdated"] == [two.stem]
    assert build(out, one) == 0
    assert f"其中 1 份与别家对照的结果有变（{two.stem} 2024）" in capsys.readouterr().out

    assert build(out, county, options=["--json"]) == 0
    assert made(events(capsys)) == {two.stem}


def test_of_very_many_others_the_number_is_told_beside_the_names():
    """Those that somebody has to run again are named; of those left alone, a few."""
    some = [Other(Path("2024"), {"agency": f"第{n:02d}局", "year": 2024}) for n in range(50)]
    left = Leftovers(())
    left.see(Plan((), (), some[:6], some))
    few, many = left.lines()
    assert "第04局 2024等 6 份" in few
    assert "第05局" not in few
    assert "第39局 2024等 50 份）" in many


def test_a_renamed_agency_is_told_and_taken_out_by_its_old_name(county, out, capsys):
    one, *_ = sorted(county.iterdir())
    assert build(out, county) == 0
    new = one.stem.replace("局", "管理局") if "局" in one.stem else f"新{one.stem}"
    change(one, one.stem, new)
    capsys.readouterr()

    assert build(out, county) == 0
    said = capsys.readouterr().out
    assert f"{one.stem} 2024：现在的名称是“{new}”，原名称的成品还在" in said
    assert f"--prune {one.stem}" in said
    assert not any("B-0" in rule for rule in entries(out)[new]["rules"])
    assert "另有" not in said

    assert build(out, county, options=["--prune", one.stem]) == 0
    assert f"已移出 1 份：{one.stem} 2024" in capsys.readouterr().out
    assert one.stem not in entries(out)
    assert not (out / "2024" / one.stem).exists()
    fresh = out.with_name("fresh")
    assert build(fresh, county) == 0
    assert contents(out) == contents(fresh)


def test_a_removed_agency_is_told_each_time_and_keeps_its_report(county, out, capsys):
    gone, *_ = sorted(county.iterdir())
    assert build(out, county) == 0
    gone.unlink()
    for _ in range(2):
        capsys.readouterr()
        assert build(out, county) == 0
        said = capsys.readouterr().out
        assert f"另有 1 份不在这次的来源里，没有动：{gone.stem} 2024" in said
    assert (out / "2024" / gone.stem / "report.html").is_file()


@pytest.mark.parametrize("who", ["没有这个局", "source"])
def test_what_is_not_left_over_cannot_be_taken_out(county, out, capsys, who):
    assert build(out, county) == 0
    before = contents(out)
    name = min(county.iterdir()).stem if who == "source" else who
    assert build(out, county, options=["--prune", name]) == 2
    assert ("在这次的来源里" if who == "source" else "没有来源以外的") in capsys.readouterr().err
    assert contents(out) == before


def test_a_report_that_misses_last_year_under_a_like_name_is_asked_about_it(
    county, out, tmp_path, capsys
):
    write_county(tmp_path / "then", 3, range(2023, 2024))
    one = min(county.iterdir())
    then = tmp_path / "then" / "2023" / one.name
    old = one.stem[:-1] + one.stem[-1] * 2
    change(then, one.stem, old)
    for _ in range(2):
        capsys.readouterr()
        assert build(out, county, options=["--history", str(then)]) == 0
        said = capsys.readouterr().out
        assert f"{one.stem} 2024：往年报告里没有“{one.stem}”2023 年度的，却有“{old}”的" in said
    found = json.loads((out / "2024" / one.stem / "findings.json").read_text(encoding="utf-8"))
    assert execute(["check", str(county), "--history", str(then), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert found["findings"] == next(c["findings"] for c in checked if c["agency"] == one.stem)


NOT_SEEN = [
    '[rules]\n"T3-01" = "警告"\n',  # passes everywhere
    '[rules]\n"P-07" = "提示"\n"B-04" = "警告"\n',  # the one is so already, the other silent
    "[limits]\ncarry_over_share = 0.2\n",  # the default
    '[deadlines]\n"乡镇" = "01-01"\n',  # no township among them
    "[register]\nnearly_due = 3\n",
    "[run]\nseconds = 200\n",
    (
        '[[rollup]]\nparent = "青溪县人民政府"\n'
        'units = ["青溪县司法局", "青溪县民政局", "青溪县教育局", "青溪县财政局"]\n'
    ),
]


def test_settings_that_no_report_shows_make_nothing_again(county, out, tmp_path, capsys):
    """And what stands is what would be made under them, to the byte."""
    assert build(out, county) == 0
    for number, text in enumerate(NOT_SEEN):
        capsys.readouterr()
        assert build(out, county, options=["--json", *settings(tmp_path, text)]) == 0, text
        assert made(events(capsys)) == set(), text
        fresh = tmp_path / f"fresh{number}"
        assert build(fresh, county, options=settings(tmp_path, text)) == 0
        assert contents(fresh) == contents(out), text


def test_a_weight_makes_those_again_that_the_rule_speaks_of(county, out, tmp_path, capsys):
    one, two, _ = sorted(county.iterdir())
    change(one, value(one, "telephone"), value(two, "telephone"))
    assert build(out, county) == 0
    text = '[rules]\n"B-04" = "警告"\n'
    capsys.readouterr()
    assert build(out, county, options=["--json", *settings(tmp_path, text)]) == 0
    assert made(events(capsys)) == {one.stem, two.stem}
    fresh = tmp_path / "fresh"
    assert build(fresh, county, options=settings(tmp_path, text)) == 0
    assert contents(fresh) == contents(out)


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("register = None\nreport = open_report(source, register=register)", False),
        ('register = "台账.xlsx"', True),
        ('open_report(source, register="台账.xlsx")', True),
        ("%time register = 1", True),
        ("%matplotlib inline", False),
    ],
)
def test_a_notebook_that_counts_a_register_is_known(tmp_path, source, uses):
    cells = [nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    assert uses_register(tmp_path / "n.ipynb") is uses
    assert not uses_register(NOTEBOOK)
