"""Whether this machine has fonts that other programs can use."""

from __future__ import annotations

import shutil
import subprocess


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
