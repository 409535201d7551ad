"""click in Chinese: help pages and what to say about a mistyped call."""

from __future__ import annotations

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
        return f"选项 {error.option_name} 后面要写值，或不能写值"
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
    if isinstance(kind, click.IntRange):
        return f"{name} 应为 {kind.min} 到 {kind.max} 的整数"
    return f"{name} 的值不对：{error.message}"


def _no_command(error: click.ClickException, message: str) -> str:
    from difflib import get_close_matches

    typed = message.split("'")[1] if "'" in message else message
    context = getattr(error, "ctx", None)
    known = list(context.command.commands) if context else []
    close = get_close_matches(typed, known, n=1)
    near = f"，是不是 {close[0]}？" if close else f"，有：{'、'.join(known)}"
    return f"没有 {typed} 这个命令{near}"
