"""What a report is made from, by content: the reason to make it again, or not to."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import helpers
from helpers.batch.concern import concerning, uses_register
from helpers.batch.files import sha256
from helpers.report import Report
from helpers.settings import Settings, settings_data

PACKAGES = (
    "ipykernel",
    "ipython",
    "jinja2",
    "markdown-it-py",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "pandas",
    "papermill",
    "python-docx",
    "pylopdf-fonts-zh-cn",
    "typst",
)
"""The packages that the bytes of a report depend on."""

_CODE = {".py", ".yaml", ".css", ".j2", ".js", ".typ", ".json", ".xml"}

Hashes = Sequence[tuple[str, str]]
"""Names of files with the sha256 of each."""


@dataclass(frozen=True)
class Common:
    """What every report of a batch depends on, besides its own figures and earlier years."""

    versions: Mapping[str, str]
    inputs: Mapping[str, Any]
    settings: Settings
    register: bool

    @property
    def build(self) -> dict[str, Any]:
        """All of it that each report depends on, as the manifest tells it."""
        return {"versions": dict(self.versions), **self.inputs}

    @cached_property
    def digest(self) -> str:
        """One hash of that."""
        return digest(self.build)

    def concerning(self, report: Report, found: Collection[str]) -> dict[str, Any]:
        """What of the settings concerns a report of which ``found`` rules have to tell."""
        return concerning(self.settings, report, found, register=self.register)

    def batch(self, sources: Hashes, history: Hashes) -> str:
        """The hash of a whole batch: the same where nothing at all has changed."""
        settings = settings_data(self.settings)
        return digest([self.digest, settings, sorted(sources), sorted(history)])


def common(
    notebook: Path, formats: Sequence[str], fonts: str, settings: Settings, *, draft: bool
) -> Common:
    """What the reports of a batch have in common."""
    return Common(
        versions(),
        {
            "notebook": {"name": notebook.name, "sha256": sha256(notebook)},
            "code_sha256": code_hash(),
            "fonts": font_hashes(fonts) if "pdf" in formats else {},
            "formats": sorted(formats),
            "draft": draft,
        },
        settings,
        uses_register(notebook),
    )


def versions() -> dict[str, str]:
    """The versions that the bytes of a report depend on."""
    packages = {name: version(name) for name in PACKAGES}
    return {"nianbao": helpers.__version__, "python": platform.python_version(), **packages}


def code_hash() -> str:
    """The hash of this program: its modules, templates and statutory formats."""
    here = Path(helpers.__file__).parent
    more = [Path(folder) for folder in os.environ.get("NIANBAO_FORMATS", "").split(os.pathsep)]
    whole = hashlib.sha256()
    for folder in (here, *(folder for folder in more if folder.name)):
        for file in sorted(folder.rglob("*")):
            if file.suffix in _CODE and file.is_file():
                whole.update(file.relative_to(folder).as_posix().encode())
                whole.update(file.read_bytes())
    return whole.hexdigest()


def font_hashes(mode: str) -> dict[str, str]:
    """The font files that a mode chooses, by family, with their sha256."""
    from helpers.exporters.errors import ExportError
    from helpers.exporters.fonts import MODES, choose

    (known,) = [name for name in MODES if name == mode]
    try:
        faces = choose(known)
    except ExportError:
        return {}  # making a report will say what is missing
    files = faces.library.files()
    return {
        family: sha256(Path(files[family][0])) for family in faces.families() if family in files
    }


def digest(data: Any) -> str:
    """The hash of plain data: mappings, sequences, text and numbers."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
