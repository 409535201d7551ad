"""click in Chinese: help pages and what to say about a mistyped call."""

from __future__ import annotations

import re
from typing import Any

import click


class _Chinese(click.Command):
    """Help headings in Chinese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示本说明。"
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
        return [words.get(piece, piece) for piece in pieces]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [r for r in (p.get_help_record(ctx) for p in self.get_params(ctx)) if r]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class ChineseCommand(_Chinese):
    """A command whose help is Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group whose help is Chinese."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.commands:
            command = self.get_command(ctx, name)
            if command:
                rows.append((name, command.get_short_help_str(80)))
        with formatter.section("命令（命令后加 --help 看说明）"):
            formatter.write_dl(rows)


class WholeNumber(click.ParamType):  # type: ignore[type-arg]
    """A whole number between two bounds, both allowed."""

    name = "整数"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """The number that the text means. Fails for anything else."""
        try:
            number = int(value)
        except ValueError:
            self.fail("", param, ctx)
        if not self.least <= number <= self.most:
            self.fail("", param, ctx)
        return number


class Address(click.ParamType):  # type: ignore[type-arg]
    """The address of a Dask scheduler, with its port."""

    name = "地址"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The address as it was given. Fails for what cannot be one."""
        if not re.fullmatch(r"(tcp|tls)://(\[[\da-fA-F:.%]+\]|[^\s/:\[\]]+):\d{1,5}/?", value):
            self.fail("", param, ctx)
        return str(value).rstrip("/")


def _context(error: click.UsageError) -> click.Context:
    return error.ctx or click.Context(click.Command("nianbao"))


def explain(error: click.ClickException) -> str:
    """A usage error in a Chinese sentence, with where to look next."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "nianbao"
    return f"{_sentence(error)}\n用 {path} --help 看说明。"


def _sentence(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项{near}"
    if isinstance(error, click.BadOptionUsage):
        without = "does not take" in error.message
        return f"选项 {error.option_name} 后面{'不写值' if without else '要写值'}"
    if isinstance(error, click.MissingParameter) and error.param:
        return f"缺少 {error.param.make_metavar(_context(error)).strip('[].')}"
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    message = error.format_message()
    if message.startswith("No such command"):
        return _no_command(error, message)
    if message.startswith("Missing command"):
        return "请写明要做什么"
    if message.startswith("Got unexpected extra argument"):
        return f"多出了参数：{message.partition('(')[2].rstrip(')')}"
    return message


def _bad_value(error: click.BadParameter) -> str:
    name = error.param.opts[0] if error.param else ""
    kind: Any = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"{name} 只能是：{'、'.join(map(str, kind.choices))}"
    if isinstance(kind, WholeNumber):
        return f"{name} 应为 {kind.least} 到 {kind.most} 的整数"
    if isinstance(kind, Address):
        return f"{name} 应写成 tcp://主机:端口，如 tcp://10.0.0.1:8786"
    return f"{name} 的值不对：{error.message}"


def _no_command(error: click.ClickException, message: str) -> str:
    from difflib import get_close_matches

    typed = message.split("'")[1] if "'" in message else message
    context = getattr(error, "ctx", None)
    known = list(context.command.commands) if context else []
    close = get_close_matches(typed, known, n=1)
    near = f"，是不是 {close[0]}？" if close else f"，有：{'、'.join(known)}"
    return f"没有 {typed} 这个命令{near}"
