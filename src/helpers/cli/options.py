"""Options and arguments that several commands share."""

from __future__ import annotations

import click

from helpers.cli.words import WholeNumber

DEFAULT_SOURCES = ("params",)

HISTORY = click.option(
    "--history", multiple=True, metavar="文件或文件夹", help="往年报告，用来核对结转等跨年关系。"
)
SETTINGS = click.option(
    "--settings", metavar="文件", help="设置文件，默认当前文件夹的 nianbao.toml（有的话）。"
)
JOBS = click.option(
    "--jobs", type=WholeNumber(1, 64), metavar="数", help="同时生成几份，默认按处理器个数。"
)
SOURCES = click.argument("sources", nargs=-1, metavar="[文件或文件夹]...")
