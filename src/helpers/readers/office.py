"""Word files before 2007 and their kin (.doc, .wps, .rtf, .odt, .et), read through LibreOffice.

LibreOffice turns the file into .docx or .xlsx in a folder and with a profile of its own, both
gone afterwards; macros, links to other files and the network stay shut.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.readers import docx, limits, xlsx
from helpers.readers.document import SourceDocument

SECONDS = 120
"""How long a conversion may take."""

_USUAL = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}

# Macros and active content off, nothing loaded from outside the document.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""


def read(content: bytes, name: str) -> SourceDocument:
    """The document in a file that LibreOffice can open. Raises InputError for all others."""
    kind = limits.admit(content, name, "doc", "rtf", "xls", "docx", "xlsx")
    if kind == "docx":
        return limits.bounded(docx.read, content, name)
    if kind in ("xls", "xlsx"):
        try:
            return limits.bounded(xlsx.read, content, name)
        except InputError:
            if kind == "xlsx":
                raise
    target = "xlsx" if kind == "xls" else "docx"
    with limits.guard(name):
        converted = convert(content, name, target)
    reader = xlsx.read if target == "xlsx" else docx.read
    document = limits.bounded(reader, converted, name)
    return replace(document, notes=(*document.notes, "由 LibreOffice 转换后读取"))


def program() -> str | None:
    """Where LibreOffice is, or None where it is not installed."""
    for command in ("soffice", "libreoffice"):
        found = shutil.which(command)
        if found:
            return found
    return next((place for place in _USUAL if Path(place).is_file()), None)


def convert(content: bytes, name: str, target: str) -> bytes:
    """The file as ``docx`` or ``xlsx``. Raises InputError where that cannot be done."""
    ending = _ending(content)
    office = program()
    if office is None:
        given = Path(name).suffix or ending
        way = f"或者在 Word/WPS 里另存为 .{target} 后再读"
        limits.fail(name, f"要读 {given} 文件需要安装 LibreOffice，{way}")
    with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        profile = place / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = place / f"source{ending}"
        source.write_bytes(content)
        command = [
            office,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
            *("--convert-to", _FILTERS[target], "--outdir", str(place / "out"), str(source)),
        ]
        _run(command, name, place)
        result = place / "out" / f"source.{target}"
        if not result.is_file() or result.stat().st_size > limits.MAX_BYTES:
            limits.fail(
                name, f"LibreOffice 打不开这个文件；请在 Word/WPS 里另存为 .{target} 后再读"
            )
        return result.read_bytes()


def _ending(content: bytes) -> str:
    """The ending that tells LibreOffice what it is: Kingsoft's .wps is Word's .doc inside."""
    if content.startswith(b"PK"):
        return ".odt"
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        return ".rtf"
    if limits.sniff(content) == "xls":
        return ".xls"
    return ".xml" if content.lstrip()[:1] == b"<" else ".doc"


def _run(command: list[str], name: str, folder: Path) -> None:
    """Run a command in its own process group, which is gone when this returns."""
    with _started(command, folder) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            limits.fail(name, f"{SECONDS} 秒内没有转换完；请在 Word/WPS 里另存为 .docx 后再读")


@contextlib.contextmanager
def _started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    alone: dict[str, Any] = {}
    if os.name == "posix":
        # Inside a bounded call the group is that call's, which ends everything in it.
        alone = {"start_new_session": not limits.is_inside(), "preexec_fn": limits.unlimit}
    elif sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    environment = {**os.environ, "HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(  # noqa: S603 - the program is LibreOffice, arguments are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        **alone,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        if not limits.is_inside():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(  # noqa: S603
            ["taskkill", "/T", "/F", "/PID", str(process.pid)],  # noqa: S607
            check=False,
            capture_output=True,
        )
    if process.poll() is None:
        process.kill()
    process.wait()
