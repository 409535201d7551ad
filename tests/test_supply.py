"""What is installed, what is fetched (nothing), and what outputs tell of the machine (nothing)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
WATCH = """import os, sys
def look(event, given):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        if not isinstance(given[-1], str) or not given[-1].startswith("/"):
            with open(os.environ["NIANBAO_SEEN"], "a") as stream:
                stream.write(f"{event} {given[1:]}\\n")
sys.addaudithook(look)
"""
MARK = "q7391"


def entries(lock):
    """The requirements of a lock file, each with all its lines."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_to_a_version_and_to_hashes(lock):
    lines = entries(lock)
    assert len(lines) > 80
    for line in lines:
        assert re.match(r"[a-z0-9.-]+==\S+ ", line), line[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", line), line[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|git\+|--(extra-)?index|--find-links| @ ", text)


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        re.split(r"[<>=!~;\[ ]", one)[0].lower() for one in project["project"]["dependencies"]
    ]
    locked = {line.split("==")[0] for line in entries("requirements.lock")}
    assert len(wanted) > 15
    assert [name for name in wanted if name not in locked] == []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every kind of output, made by a user, in a home and on a host with a name to look for.

    Without a network where the system lets us have none; what is asked of one is written down.
    """
    home = tmp_path_factory.mktemp("home") / f"user-{MARK}"
    (home / "watch").mkdir(parents=True)
    (home / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (home / "in").mkdir()
    for source in sorted((ROOT / "params").rglob("*.yaml"))[:4]:
        shutil.copy(source, home / "in" / f"{source.parent.name}{source.name}")
    python = f"{sys.executable} -m helpers.cli"
    script = f"""hostname host-{MARK} 2>/dev/null
    mkdir out
    {python} build in --draft --fonts packaged --jobs 1 --out out/made > out/build.txt
    {python} build in --draft --fonts packaged --jobs 1 --out out/made --json > out/again.txt
    {python} check in --sheets out/sheets --json > out/check.json
    {python} dataset in --out out/data > out/dataset.txt
    {python} picture in --out out/pictures > out/picture.txt
    {python} import in --to out/imported > out/import.txt
    {python} form out/form.xlsx --year 2023 > out/form.txt
    {python} verify out/made --quick > out/verify.txt
    """
    apart = ["unshare", "-rn", "--uts"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        apart = []
    environment = {
        **os.environ,
        "HOME": str(home),
        "USER": f"user-{MARK}",
        "LOGNAME": f"user-{MARK}",
        "PYTHONPATH": str(home / "watch"),
        "NIANBAO_SEEN": str(home / "seen"),
    }
    subprocess.run([*apart, "sh", "-c", script], cwd=home, env=environment, check=False)
    return home


@pytest.mark.skipif(shutil.which("unshare") is None, reason="没有 unshare（Linux）")
def test_nothing_is_fetched_and_all_is_made_without_a_network(made):
    seen = made / "seen"
    assert not seen.exists(), seen.read_text(encoding="utf-8")
    end = json.loads((made / "out" / "again.txt").read_text("utf-8").splitlines()[-1])
    assert (end["unread"], end["total"]) == (0, 4)
    kinds = {file.suffix for file in (made / "out").rglob("*.*")}
    assert kinds >= {".html", ".pdf", ".docx", ".ipynb", ".csv", ".xlsx", ".json", ".svg", ".png"}


@pytest.mark.skipif(shutil.which("unshare") is None, reason="没有 unshare（Linux）")
def test_the_watch_would_see_what_is_fetched(made):
    code = "import socket; socket.getaddrinfo('localhost', 80)"
    environment = os.environ | {
        "PYTHONPATH": str(made / "watch"),
        "NIANBAO_SEEN": str(made / "would"),
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "getaddrinfo" in (made / "would").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="没有 unshare（Linux）")
def test_no_byte_of_any_output_tells_of_home_user_or_host(made):
    files = [file for file in (made / "out").rglob("*") if file.is_file()]
    assert len(files) > 40
    for file in files:
        assert MARK not in file.relative_to(made).as_posix()
        for part in parts(file.read_bytes()):
            for secret in (MARK.encode(), str(ROOT).encode(), MARK.encode("utf-16-be")):
                assert secret not in part, file.relative_to(made)


def parts(content):
    """A file's bytes, with what is packed in it."""
    yield content
    if content.startswith(b"PK"):
        import io

        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    for found in re.finditer(rb"stream\r?\n", content) if content.startswith(b"%PDF") else ():
        try:
            yield zlib.decompressobj().decompress(content[found.end() :])
        except zlib.error:
            continue
