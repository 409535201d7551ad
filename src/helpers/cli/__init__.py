"""The command line: ``nianbao``. Everything heavy is imported where it is used."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from helpers import __version__
from helpers.cli.options import DEFAULT_SOURCES, HISTORY, JOBS, SETTINGS, SOURCES
from helpers.cli.others import COMMANDS
from helpers.cli.terminal import echo, echo_file, pipe_closed, prepare_streams
from helpers.cli.words import Address, ChineseCommand, ChineseGroup, explain
from helpers.errors import InputError, why

if TYPE_CHECKING:
    from helpers.exporters.fonts import Mode

OK, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


@click.group(
    cls=ChineseGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="退出码：0 全部正常；1 有错误级问题；2 命令、设置或输入看不懂；"
    "3 有报告没能生成；130 被中断。",
)
@click.version_option(
    __version__, "-V", "--version", message="nianbao %(version)s", help="显示版本。"
)
def main() -> None:
    """政府信息公开工作年度报告：核对表格，生成网页、PDF、Word。

    不写文件时处理 params 文件夹里的全部参数文件。年度和机关以文件内容为准，不看文件名。

    \b
    例：
      nianbao check params/2023            只核对
      nianbao build                        生成全部报告到 outputs
      nianbao figures params > 数字.csv    导出全部数字
    """  # noqa: D301  # click wants the escape


@main.command(cls=ChineseCommand)
@SOURCES
@click.option(
    "--out",
    default="outputs",
    metavar="文件夹",
    help="成品放在哪里，默认 outputs；也可以是 fsspec 网址，如 s3://桶/某县。",
)
@click.option(
    "--formats",
    default="html,pdf,docx",
    metavar="格式",
    help="生成哪些格式，用逗号分开，默认 html,pdf,docx。",
)
@JOBS
@click.option("--draft", is_flag=True, help="有错误也生成，成品带“草稿”字样和问题清单。")
@click.option(
    "--fonts",
    type=click.Choice(["auto", "packaged", "official"]),
    default=lambda: os.environ.get("NIANBAO_FONTS", "auto"),
    metavar="方式",
    help="PDF 字体：auto 有公文字体就用（默认），packaged 只用自带字体，official 必须用公文字体。",
)
@click.option("--notebook", metavar="笔记本", help="主笔记本，默认 notebooks/annual_report.ipynb。")
@click.option("--force", is_flag=True, help="没有变化的也重做；草稿也覆盖已有的正式成品。")
@click.option(
    "--scheduler", type=Address(), metavar="地址", help="由 Dask 集群生成，如 tcp://10.0.0.1:8786。"
)
@click.option(
    "--prune",
    multiple=True,
    metavar="机关名称",
    help="已改名、撤销的机关，从成品和汇总文件中移出（可写几次）。",
)
@click.option("--unlock", is_flag=True, help="网址上有上次被杀留下的占用标记时，取消它再做。")
@click.option("--json", "as_json", is_flag=True, help="进度和结果以 JSON 行输出，供程序用。")
@HISTORY
@SETTINGS
def build(
    sources: tuple[str, ...],
    out: str,
    formats: str,
    jobs: int | None,
    draft: bool,
    fonts: str,
    notebook: str | None,
    force: bool,
    scheduler: str | None,
    prune: tuple[str, ...],
    unlock: bool,
    as_json: bool,
    history: tuple[str, ...],
    settings: str | None,
) -> int:
    """每份参数文件生成一份报告（网页、PDF、Word 和运行过的笔记本）。

    有错误级问题的报告不生成，原有成品不动；其余照常生成。已经生成而没有变化的不重做；
    中断后再运行一次，只做没有完成的。
    """
    if scheduler and jobs:
        raise click.UsageError("--jobs 与 --scheduler 不能同时用：同时几份由各工作进程决定")
    book = _begun(notebook, here=not scheduler)
    from helpers.cli.build import build_all
    from helpers.settings import load_settings

    return build_all(
        sources or DEFAULT_SOURCES,
        out=out,
        formats=_formats(formats),
        jobs=jobs or os.cpu_count() or 1,
        draft=draft,
        fonts=cast("Mode", fonts),
        notebook=book,
        history=history,
        settings=load_settings(settings),
        force=force,
        as_json=as_json,
        scheduler=scheduler or "",
        prune=prune,
        unlock=unlock,
    )


def _begun(notebook: str | None, *, here: bool) -> Path:
    """The master notebook; the process that runs it ``here`` starts while the rest is imported."""
    from helpers.batch import ready
    from helpers.cli.masters import find_notebook

    book = find_notebook(notebook)
    if here:
        ready.begin(book)
    return book


def _formats(text: str) -> tuple[str, ...]:
    """The formats that a list names, each once."""
    parts = (part.strip().lower() for part in re.split("[,，、]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


@main.command(cls=ChineseCommand)
@click.argument("out", default="outputs", metavar="[成品文件夹]")
@JOBS
@click.option("--quick", is_flag=True, help="只核对散列值，不重新生成。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@SETTINGS
def verify(out: str, jobs: int | None, quick: bool, as_json: bool, settings: str | None) -> int:
    """核对成品：与清单 manifest.json 逐个文件比较，再重新生成一遍，逐字节比较。

    成品文件夹默认 outputs。软件版本、代码或字体与生成时不同的，只核对散列值，并说明原因。
    """
    from helpers.cli.verify import verify_all
    from helpers.settings import load_settings

    return verify_all(
        out,
        jobs=jobs or os.cpu_count() or 1,
        quick=quick,
        limits=load_settings(settings).run,
        as_json=as_json,
    )


@main.command(cls=ChineseCommand)
@SOURCES
@HISTORY
@SETTINGS
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@click.option("--sheets", metavar="文件夹", help="给有问题的单位各写一份退回单，另写问题汇总。")
@click.option(
    "--since", metavar="文件", help="上次用 --json 存下的结果，标明哪些已改正、仍在、新出现。"
)
def check(
    sources: tuple[str, ...],
    history: tuple[str, ...],
    settings: str | None,
    as_json: bool,
    sheets: str | None,
    since: str | None,
) -> int:
    """只核对，不生成文件；列出每份报告的问题。"""
    from helpers.cli.check import check_all
    from helpers.settings import load_settings

    return check_all(
        sources or DEFAULT_SOURCES,
        as_json=as_json,
        history=history,
        settings=load_settings(settings),
        sheets=Path(sheets) if sheets else None,
        since=Path(since) if since else None,
    )


@main.command(cls=ChineseCommand)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def rules(as_json: bool) -> int:
    """列出全部规则：编号、级别、要求、算式。"""
    from helpers.cli.rules import list_rules

    return list_rules(as_json=as_json)


@main.command(cls=ChineseCommand)
@SOURCES
@click.option("--out", metavar="文件", help="写到文件；不写则输出到屏幕。")
def figures(sources: tuple[str, ...], out: str | None) -> int:
    """全部数字，一格一行的 CSV：机关、年度、格式、表、行、列、单位、值。"""
    from helpers.cli.figures import write_figures

    return write_figures(sources or DEFAULT_SOURCES, Path(out) if out else None)


@main.command("import", cls=ChineseCommand)
@click.argument("sources", nargs=-1, required=True, metavar="文件或文件夹...")
@click.option(
    "--to", default="params", metavar="文件夹", help="写到哪里，默认 params；- 输出到屏幕。"
)
@click.option("--force", is_flag=True, help="已有内容不同的参数文件也覆盖。")
def import_(sources: tuple[str, ...], to: str, force: bool) -> int:
    """把 Excel 表、Word、网页、PDF 或文本里的年度报告读成参数文件。

    读到多少格、哪些写法换过、哪些没有读到，逐一列出；拿不准的数不采用。
    """
    from helpers.cli.importing import import_all

    return import_all(sources, to=to, force=force)


@main.command(cls=ChineseCommand)
@click.option("--out", metavar="文件", help="写到文件；不写则输出到屏幕。")
def schema(out: str | None) -> int:
    """参数文件的 JSON Schema，供编辑器补全和检查。"""
    from helpers.batch.files import replace_file
    from helpers.params import schema_text

    if out:
        replace_file(Path(out), schema_text().encode())
    else:
        echo_file(schema_text())
    return OK


for _command in COMMANDS:
    main.add_command(_command)


def run(arguments: list[str] | None = None) -> None:
    """Entry point: run the command line and exit with its code."""
    sys.exit(execute(arguments))


def execute(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code. Every error is a Chinese sentence."""
    prepare_streams()
    try:
        return _execute(arguments)
    except BrokenPipeError:
        return pipe_closed()
    except SystemExit as stop:  # click ends so when the reader of a pipe has gone
        return pipe_closed() if stop.code == 1 else int(stop.code or OK)
    except OSError as error:
        where = f"{error.filename}：" if error.filename else ""
        echo(f"{where}读写文件不成功：{why(error)}", err=True)
        return FAILED
    except (click.exceptions.Abort, KeyboardInterrupt):
        echo("已中断。", err=True)
        return INTERRUPTED


def _execute(arguments: list[str] | None) -> int:
    try:
        code: Any = main.main(arguments, prog_name="nianbao", standalone_mode=False)
    except click.ClickException as error:
        echo(explain(error), err=True)
        return USAGE
    except UnicodeEncodeError as error:
        echo(
            f"系统的文件名编码（{error.encoding}）写不了中文；请设置环境变量 PYTHONUTF8=1", err=True
        )
        return FAILED
    except (InputError, ValueError) as error:
        if not isinstance(error, InputError) and type(error).__module__ != "helpers.formats":
            raise
        echo(str(error), err=True)
        return USAGE
    return int(code or OK)
