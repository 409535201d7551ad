"""Whether this machine has a Chinese font that other programs can use."""

from __future__ import annotations

import shutil
import subprocess


def has_chinese_font() -> bool:
    """What fontconfig says; where there is no fontconfig, the system has fonts of its own."""
    program = shutil.which("fc-list")
    if program is None:
        return True
    listed = subprocess.run([program, ":lang=zh"], capture_output=True, check=False)
    return bool(listed.stdout.strip())
