"""verify: what stands is what was made, to the byte, or the file is named that is not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.cli import execute
from helpers.settings import RunLimits

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """宿迁 2023 in every format."""
    out = tmp_path_factory.mktemp("verify") / "out"
    assert execute(["build", str(CLEAN), "--out", str(out), "--fonts", "packaged"]) == 0
    return out


@pytest.fixture
def out(built, tmp_path):
    """A copy that a test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "out"))


def test_what_was_built_is_rendered_again_to_the_same_bytes(out, capsys):
    assert execute(["verify", str(out)]) == 0
    assert (
        "1 份报告核对了散列值，1 份重新生成，逐字节比较，并核对各种文件的数字和文字：全部相符"
        in capsys.readouterr().out
    )


FILES = [
    "宿迁市人民政府/report.html",
    "宿迁市人民政府/report.pdf",
    "宿迁市人民政府/report.ipynb",
    "宿迁市人民政府/findings.json",
    "figures.csv",
    "findings.csv",
    "manifest.json",
]


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_found_in_any_file(out, name, capsys):
    file = out / "2023" / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert execute(["verify", str(out), "--quick"]) in (2, 3)
    said = capsys.readouterr()
    assert name.rpartition("/")[2] in said.out + said.err


def test_documents_that_tell_different_things_are_named(out, tmp_path, monkeypatch):
    """The Word file of another report beside the page and the PDF of this one."""
    from helpers.batch import documents, verify
    from helpers.batch.bench import Bench

    monkeypatch.setenv("NIANBAO_ENGINE", "standard")  # here, where the renderer is another
    other = documents.docx_file.render
    monkeypatch.setattr(documents.docx_file, "render", lambda d: other(_with_a_wrong_number(d)))
    notebook = out / "2023" / "宿迁市人民政府" / "report.ipynb"
    names = ("report.html", "report.pdf", "report.docx")
    written = verify.make_again(
        Bench(RunLimits()), verify.Again(notebook, tmp_path / "aside", names, "packaged", 300)
    )

    assert any("Word是“1808596”" in line for line in written.unlike)


def _with_a_wrong_number(document):
    return replace(document, blocks=tuple(_changed(block) for block in document.blocks))


def _changed(block):
    grid = getattr(block, "grid", None)
    if grid is None:
        return block
    cells = tuple(
        replace(cell, text=cell.text.replace("1808595", "1808596")) for cell in grid.cells
    )
    return replace(block, grid=replace(grid, cells=cells))


def test_missing_and_foreign_files_are_named(out, capsys):
    (out / "2023" / FILES[0]).unlink()
    (out / "2023" / "宿迁市人民政府" / "别的.txt").write_text("x", encoding="utf-8")
    (out / "2023" / "别的局").mkdir()
    assert execute(["verify", str(out), "--quick", "--json"]) == 3
    told = {p["place"].rpartition("/")[2] for p in json.loads(capsys.readouterr().out)["problems"]}
    assert told == {"report.html", "别的.txt", "别的局"}


def test_a_manifest_made_to_match_a_changed_page_does_not_deceive(out, capsys):
    """Rendering again shows what hashes alone cannot."""
    from helpers.batch.files import sha256
    from helpers.batch.manifest import read_data, write_manifest

    page = out / "2023" / FILES[0]
    page.write_bytes(page.read_bytes().replace("宿迁".encode(), "迁宿".encode(), 1))
    data = read_data(out / "2023")
    (entry,) = data.pop("reports")
    data.pop("sha256")
    entry["files"]["report.html"] = sha256(page)
    write_manifest(out / "2023", data, {entry["agency"]: entry})
    assert execute(["verify", str(out), "--quick"]) == 0
    assert execute(["verify", str(out)]) == 3
    assert "report.html：重新生成的内容与清单不符" in capsys.readouterr().out


def test_other_versions_are_told_and_not_held_against_the_files(out, capsys, monkeypatch):
    monkeypatch.setattr("helpers.batch.verify.versions", lambda: {"typst": "9.9"})
    assert execute(["verify", str(out)]) == 0
    assert "typst 现在是 9.9" in capsys.readouterr().err


def test_a_folder_that_is_no_outputs_folder_is_told(tmp_path, capsys):
    assert execute(["verify", str(tmp_path)]) == 2
    assert "不是 nianbao build 的成品文件夹" in capsys.readouterr().err
