"""Lends the packaged fonts to the programs that the tests start."""

from __future__ import annotations

import os
from pathlib import Path

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
