"""What reaches the terminal: text in which only our own colours are control sequences.

Names, sentences and file names come from anywhere. An escape sequence in one could rewrite what
the officer reads, and a mark of direction could turn it round.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import Any

import click

_COLOURS = r"\x1b\[(?:0|1|3[0-7])m"  # what click.style writes
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_CONTROL = re.compile(f"({_COLOURS})|[{_UNSEEN}]")
_ANY = re.compile(f"[{_UNSEEN}]")


def prepare_streams() -> None:
    """Let no character stop the output: UTF-8 into files and pipes, a ? on odd terminals."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def pipe_closed() -> int:
    """Nobody reads any more: no fault of ours. Returns the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def plain(text: object) -> str:
    """The text with a � for every character that is not seen but obeyed, line ends kept."""
    return _ANY.sub("\ufffd", str(text))


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text; colours of ``click.style`` stay, every other control sequence goes."""
    click.echo(_CONTROL.sub(lambda found: found[1] or "\ufffd", str(text)), err=err, nl=nl)


def secho(text: object, *, err: bool = False, nl: bool = True, **styles: Any) -> None:
    """Print text in a colour."""
    click.echo(click.style(plain(text), **styles), err=err, nl=nl)


def echo_json(data: Any, indent: int | None = 2) -> None:
    """Print data as JSON in which unseen characters are escapes."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    click.echo(_ANY.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def echo_file(text: str) -> None:
    """Print what is otherwise written to a file: as it is, unless somebody is looking."""
    click.echo(plain(text) if sys.stdout.isatty() else text, nl=False)
