"""What all tests share: the project's folders and how many random examples are tried."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser

from browser import launched
from fonts import packaged_only

PROJECT = Path(__file__).parent.parent

settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole report takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "thorough",
    parent=settings.get_profile("default"),
    max_examples=1000,
    derandomize=False,
    phases=list(Phase),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published cases beside the project; skips where it is not there."""
    folder = PROJECT.parent / "shared"
    if not (folder / "cases").is_dir():
        pytest.skip("no folder ../shared beside the project: published cases cannot be compared")
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser for all tests of a module; skips them where there is none."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def publishable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders that build makes of the samples, by the word for what each tries; and a draft."""
    import samples
    from helpers.cli import execute

    folder = tmp_path_factory.mktemp("publishable")
    sources, out = folder / "params", folder / "outputs"
    sources.mkdir()
    written = samples.write(sources)
    made = [str(sources), "--out", str(out), "--fonts", "packaged", "--jobs", "2"]
    assert execute(["build", *made]) == 0
    wrong = PROJECT / "params/2020/平潭综合实验区.yaml"
    draft = [str(wrong), "--draft", "--out", str(out), "--fonts", "packaged"]
    assert execute(["build", *draft]) == 1
    found = {word: out / year / agency for word, (year, agency) in written.items()}
    return found | {"草稿": out / "2020" / "平潭综合实验区"}


def pytest_configure(config: pytest.Config) -> None:
    """A failing property shows its whole report, however long; all programs have our fonts."""
    config.addinivalue_line("filterwarnings", "ignore:Generating overly large repr")
    folder = tempfile.TemporaryDirectory(prefix="nianbao-fonts-")
    config.add_cleanup(folder.cleanup)
    os.environ.update(packaged_only(Path(folder.name)))
