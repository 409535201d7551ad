"""Outputs behind a URL: whole or not at all without renaming, taken up again, verified."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from helpers.cli import execute

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from county import write_county  # noqa: E402


class Store(MemoryFileSystem):
    """An object store: no renaming, no appending, and a power cut after so many writes."""

    protocol = "store"
    store: ClassVar = {}
    pseudo_dirs: ClassVar = [""]
    left: ClassVar = None
    said: ClassVar = []

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.replace("store://", "memory://", 1))

    def mv(self, *args, **kwargs):
        raise NotImplementedError

    def _open(self, path, mode="rb", *args, **kwargs):
        if mode[0] == "a":
            raise NotImplementedError
        if mode != "rb":
            self.said.append(path)
            self.spend(1)
        return super()._open(path, mode, *args, **kwargs)

    def rm_file(self, path):
        self.spend(0)
        super().rm_file(path)

    def spend(self, power):
        if Store.left is not None:
            Store.left -= power
            if Store.left < 0:
                raise KeyboardInterrupt


@pytest.fixture
def store():
    """An empty store."""
    fsspec.register_implementation("store", Store, clobber=True)
    Store.store.clear()
    Store.pseudo_dirs[:] = [""]
    Store.said.clear()
    Store.left = None
    yield Store
    Store.left = None


@pytest.fixture
def county(tmp_path):
    """Params files of three agencies in 2024."""
    write_county(tmp_path / "params", 3, range(2024, 2025))
    return tmp_path / "params" / "2024"


URL = "store://桶/某县"


def build(out, *sources, options=()):
    fast = ["--fonts", "packaged", "--formats", "html", "--jobs", "1"]
    return execute(["build", *map(str, sources), "--out", str(out), *fast, *options])


def far(store):
    """What stands in the store, by the path below the URL."""
    return {name.removeprefix("/桶/某县/"): bytes(f.getvalue()) for name, f in store.store.items()}


def near(out):
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def made(capsys):
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {e["agency"] for e in lines if e["event"] == "report" and not e["kept"]}


def test_the_same_bytes_stand_there_as_in_a_folder_and_verify_reads_them(
    store, county, tmp_path, capsys
):
    assert build(URL, county) == 0
    assert f"在 {URL} 文件夹" in capsys.readouterr().out
    assert build(tmp_path / "out", county) == 0
    assert far(store) == near(tmp_path / "out")
    capsys.readouterr()
    assert execute(["verify", URL, "--jobs", "1"]) == 0
    assert "3 份报告核对了散列值，3 份重新生成" in capsys.readouterr().out


def test_a_second_batch_makes_and_writes_nothing(store, county, capsys):
    assert build(URL, county) == 0
    before = dict(store.store)
    store.said.clear()
    capsys.readouterr()
    assert build(URL, county, options=["--json"]) == 0
    assert made(capsys) == set()
    assert store.said == ["/桶/某县/2024/.lock"]
    assert dict(store.store) == before


def test_a_flipped_byte_is_found_there_and_made_again(store, county, capsys):
    assert build(URL, county) == 0
    before = far(store)
    page = next(name for name in sorted(store.store) if name.endswith("report.html"))
    store.store[page] = type(store.store[page])(
        Store(), page, store.store[page].getvalue()[:-2] + b"x\n"
    )
    capsys.readouterr()
    assert execute(["verify", URL, "--quick"]) == 3
    wrong = page.removeprefix("/桶/某县/")
    assert f"{URL}/{wrong}：内容与清单不符" in capsys.readouterr().out
    assert build(URL, county, options=["--json"]) == 0
    assert made(capsys) == {wrong.split("/")[1]}
    assert far(store) == before


def test_a_batch_cut_off_at_any_write_is_taken_up_and_nothing_entered_is_lost(
    store, county, tmp_path, capsys
):
    """Cut off after 1, 4, 7 … writes, and each time taken up again, until one comes through."""
    assert build(tmp_path / "out", county) == 0
    whole = near(tmp_path / "out")
    entered = set()
    for cut in range(1, 60, 3):
        Store.left = cut
        code = build(URL, county, options=["--unlock"])
        Store.left = None
        pages = {name for name in far(store) if "/.journal/" in name}
        for page in pages:
            entry = json.loads(far(store)[page])["entry"]
            names = [f"2024/{entry['folder']}/{name}" for name in entry["files"]]
            assert [far(store)[name] for name in names] == [whole[name] for name in names]
        assert entered <= pages or "2024/manifest.json" in far(store)
        entered = pages
        if code == 0:
            break
        assert code == 130
    assert code == 0
    assert far(store) == whole


def test_a_second_batch_is_told_and_a_lock_left_behind_is_taken_on_demand(store, county, capsys):
    fs = Store()
    fs.pipe_file(f"{URL}/2024/.lock", b"")
    assert build(URL, county) == 2
    said = capsys.readouterr().err
    assert f"{URL}/2024：另一个 nianbao 正在往这里写" in said
    assert "--unlock" in said
    assert set(far(store)) == {"2024/.lock"}
    assert build(URL, county, options=["--unlock"]) == 0
    assert "2024/.lock" not in far(store)


def test_documents_of_other_formats_go_when_a_report_is_replaced(store, county):
    assert build(URL, county, options=["--formats", "html,docx"]) == 0
    assert any(name.endswith("report.docx") for name in far(store))
    assert build(URL, county) == 0
    assert not any(name.endswith("report.docx") for name in far(store))
    assert execute(["verify", URL, "--quick"]) == 0


def test_a_leftover_agency_is_taken_out_there_too(store, county):
    assert build(URL, county) == 0
    gone = min(county.iterdir())
    gone.unlink()
    assert build(URL, county, options=["--prune", gone.stem]) == 0
    assert not [name for name in far(store) if gone.stem in name]
    assert execute(["verify", URL, "--quick"]) == 0


def test_a_file_url_is_the_folder(county, tmp_path):
    assert build((tmp_path / "out").as_uri(), county) == 0
    assert build(tmp_path / "near", county) == 0
    assert near(tmp_path / "out") == near(tmp_path / "near")
    assert execute(["verify", (tmp_path / "out").as_uri(), "--quick"]) == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [("nosuch://a/b", "看不懂这个网址"), ("memory://nothing/there", "不是 nianbao build 的成品")],
)
def test_a_url_that_cannot_be_used_is_told(url, said, capsys):
    assert execute(["verify", url]) == 2
    told = capsys.readouterr().err
    assert url in told
    assert said in told


def test_a_store_that_cannot_keep_two_batches_apart_is_refused(store, county, capsys):
    def plain(self, path, value):
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "pipe_file", plain)
        assert build(URL, county) == 2
    assert "这种存储不能防止两个批次混写" in capsys.readouterr().err
    assert far(store) == {}


def test_what_the_package_of_a_store_raises_is_a_sentence(store, county, capsys):
    def refuse(self, path, *_, **__):
        raise RuntimeError("no credentials")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "ls", refuse)
        assert build(URL, county) == 3
        assert execute(["verify", URL]) == 3
    said = capsys.readouterr().err
    assert said.count("读写文件不成功：RuntimeError：no credentials") == 2
    assert "Traceback" not in said


def test_a_store_that_takes_no_report_fails_that_report_and_says_so(store, county, capsys):
    one = min(county.iterdir()).stem

    def full(self, file, path, **options):
        if one in path:
            raise OSError(28, "No space left on device")
        return MemoryFileSystem.put_file(self, file, path, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "put_file", full)
        assert build(URL, county) == 3
    assert "成品传不上去" in capsys.readouterr().out
    listed = json.loads(far(store)["2024/manifest.json"])["reports"]
    assert {e["agency"]: e["state"] for e in listed}[one] == "failed"
    assert [e["state"] for e in listed].count("done") == 2
    assert build(URL, county) == 0


def test_without_the_extra_a_sentence_says_what_to_install(capsys, monkeypatch):
    """For reading too, and nothing about an index on which the project is not."""
    monkeypatch.setattr("helpers.batch.farshelf.find_spec", lambda _: None)
    assert execute(["verify", "s3://a/b"]) == 2
    said = capsys.readouterr().err
    assert "读写网址要先安装 fsspec：在项目文件夹里运行" in said
    assert 'install -e ".[cluster]"' in said
