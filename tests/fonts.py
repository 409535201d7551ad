"""Whether this machine has fonts that other programs can use, and how to lend them ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def has_fonts(language: str = "") -> bool:
    """What fontconfig says of any font, or of one for ``language``.

    Browsers and office programs do not even start without one. Where there is no fontconfig,
    the system has fonts of its own.
    """
    program = shutil.which("fc-list")
    if program is None:
        return True
    asked = [f":lang={language}"] if language else []
    listed = subprocess.run([program, *asked], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def has_chinese_font() -> bool:
    """Whether pages in Chinese come out as they should."""
    return has_fonts("zh")


_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def packaged_only(folder: Path) -> dict[str, str]:
    """An environment in which browsers and office programs know the packaged fonts and no others.

    So they show the same pages on every Linux machine, one without any fonts too. ``folder`` is
    for the configuration. Where there is no fontconfig, programs look elsewhere as ever.
    """
    import pylopdf_fonts_zh_cn as packaged

    file = folder / "fonts.conf"
    fonts = Path(packaged.sans_path()).parent
    file.write_text(_CONFIGURATION.format(fonts=fonts, cache=folder / "cache"), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(file)}
