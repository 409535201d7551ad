"""The command line: ``nianbao``. Everything heavy is imported where it is used."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from helpers import __version__
from helpers.cli.terminal import echo, echo_file, pipe_closed, prepare_streams
from helpers.cli.words import Address, ChineseCommand, ChineseGroup, WholeNumber, explain
from helpers.errors import InputError, why

if TYPE_CHECKING:
    from helpers.exporters.fonts import Mode

OK, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
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
    """政府信息公开工作年度报告：核对表格，生成网页、PDF。

    不写文件时处理 params 文件夹里的全部参数文件。年度和机关以文件内容为准，不看文件名。

    \b
    例：
      nianbao check params/2023            只核对
      nianbao build                        生成全部报告到 outputs
      nianbao figures params > 数字.csv    导出全部数字
    """  # noqa: D301  # click wants the escape


@main.command(cls=ChineseCommand)
@SOURCES
@click.option("--out", default="outputs", metavar="文件夹", help="成品放在哪里，默认 outputs。")
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
    as_json: bool,
    history: tuple[str, ...],
    settings: str | None,
) -> int:
    """每份参数文件生成一份报告（网页、PDF、Word 和运行过的笔记本）。

    有错误级问题的报告不生成，原有成品不动；其余照常生成。已经生成而没有变化的不重做；
    中断后再运行一次，只做没有完成的。
    """
    from helpers.cli.build import build_all
    from helpers.settings import load_settings

    if scheduler and jobs:
        raise click.UsageError("--jobs 与 --scheduler 不能同时用：同时几份由各工作进程决定")
    wanted = tuple(
        dict.fromkeys(part.strip().lower() for part in re.split("[,，、]", formats) if part.strip())
    )
    return build_all(
        sources or DEFAULT_SOURCES,
        out=Path(out),
        formats=wanted,
        jobs=jobs or os.cpu_count() or 1,
        draft=draft,
        fonts=cast("Mode", fonts),
        notebook=notebook,
        history=history,
        settings=load_settings(settings),
        force=force,
        as_json=as_json,
        scheduler=scheduler or "",
    )


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
        Path(out),
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


@main.command(cls=ChineseCommand)
@SOURCES
@click.option(
    "--out", default="outputs/data", metavar="文件夹", help="写到哪里，默认 outputs/data。"
)
@SETTINGS
def dataset(sources: tuple[str, ...], out: str, settings: str | None) -> int:
    """数据包：全部数字、行列代码、格式对照、各年度 Excel 和说明（datapackage.json）。"""
    from helpers.cli.dataset import write_dataset
    from helpers.settings import load_settings

    return write_dataset(sources or DEFAULT_SOURCES, Path(out), load_settings(settings))


@main.command(cls=ChineseCommand)
@SOURCES
@click.option(
    "--out", default="outputs/一图读懂", metavar="文件夹", help="写到哪里，默认 outputs/一图读懂。"
)
@click.option("--year", type=WholeNumber(2019, 2999), metavar="年度", help="哪一年度，默认最新的。")
@click.option("--whole", metavar="名称", help="全部单位合成一张，用这个名称，如 某某县。")
@HISTORY
@SETTINGS
def picture(
    sources: tuple[str, ...],
    out: str,
    year: int | None,
    whole: str | None,
    history: tuple[str, ...],
    settings: str | None,
) -> int:
    """一图读懂：每份报告一张手机竖图（SVG、PNG）和替代文字。"""
    from helpers.cli.picture import make_pictures
    from helpers.settings import load_settings

    return make_pictures(
        sources or DEFAULT_SOURCES,
        Path(out),
        year=year,
        whole=whole,
        history=history,
        settings=load_settings(settings),
    )


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
@click.argument("first", metavar="一份报告")
@click.argument("second", metavar="另一份报告")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def compare(first: str, second: str, as_json: bool) -> int:
    """两份报告逐格、逐句比较：两年、两家、草稿与公布、送审与备案。"""
    from helpers.cli.compare import compare_two

    return compare_two(first, second, as_json=as_json)


@main.command(cls=ChineseCommand)
@SOURCES
@click.option("--agency", metavar="名称", help="汇总成哪个机关的报告（必填），设置文件里要有名单。")
@click.option(
    "--year", type=WholeNumber(2019, 2999), metavar="年度", help="来源有几个年度的，写明哪一年。"
)
@click.option(
    "--to", default="params", metavar="文件夹", help="写到哪里，默认 params；- 输出到屏幕。"
)
@click.option("--proof", metavar="文件.xlsx", help="汇总证明：每一格各单位的数。")
@click.option(
    "--explain", multiple=True, metavar="规则=理由", help="有理由放行的汇总规则，可写几次。"
)
@click.option(
    "--json", "as_json", is_flag=True, help="每一格的和、各单位的数和占比，以 JSON 输出。"
)
@click.option("--force", is_flag=True, help="已有的参数文件也覆盖。")
@HISTORY
@SETTINGS
def rollup(
    sources: tuple[str, ...],
    agency: str | None,
    year: int | None,
    to: str,
    proof: str | None,
    explain: tuple[str, ...],
    as_json: bool,
    force: bool,
    history: tuple[str, ...],
    settings: str | None,
) -> int:
    """把名单上各单位的报告逐格相加，成为上级的报告，并给出证明。

    名单写在设置文件的 [[rollup]]。缺报、有错误、格式不同、重复计入的都会停下；
    来源里已有上级报告的，与下级之和逐格核对。
    """
    from helpers.cli.rollup import Wanted, explanations, roll_up_all
    from helpers.settings import load_settings

    if not agency:
        raise click.UsageError("请用 --agency 写明汇总成哪个机关的报告")
    wanted = Wanted(
        agency, year, to, Path(proof) if proof else None, explanations(explain), as_json, force
    )
    return roll_up_all(sources or DEFAULT_SOURCES, wanted, history, load_settings(settings))


@main.command(cls=ChineseCommand)
@click.argument("target", metavar="文件.xlsx或文件夹")
@click.option(
    "--year", type=WholeNumber(2019, 2999), metavar="年度", help="填哪一年度的数（必填）。"
)
@click.option("--agency", metavar="名称", help="机关名称，预填在封面上。")
@click.option("--roster", metavar="名单.csv", help="机关名单，每个机关一份，放在文件夹里。")
@click.option("--previous", multiple=True, metavar="文件或文件夹", help="上年报告，用来填结转数。")
@click.option("--register", is_flag=True, help="不是填报表，而是空白的依申请公开台账。")
@click.option("--force", is_flag=True, help="已有的文件也覆盖。")
def form(
    target: str,
    year: int | None,
    agency: str | None,
    roster: str | None,
    previous: tuple[str, ...],
    register: bool,
    force: bool,
) -> int:
    """生成给单位填的 Excel 表：官方版式，合计自动算，不平当场变红。

    加 --register 生成空白的依申请公开台账，下拉选项取自法定表格，nianbao tally 直接读它。
    """
    from helpers.cli.form import make_forms, make_register

    if register:
        return make_register(Path(target), year, agency=agency, force=force)
    if year is None:
        raise click.UsageError("请用 --year 写明年度，如 --year 2025")
    return make_forms(
        Path(target), year, agency=agency, roster=roster, previous=previous, force=force
    )


@main.command(cls=ChineseCommand)
@click.argument("registers", nargs=-1, required=True, metavar="台账文件...")
@click.option("--agency", metavar="名称", help="机关名称（必填）。")
@click.option("--year", type=WholeNumber(2019, 2999), metavar="年度", help="统计哪一年度（必填）。")
@click.option(
    "--disputes", multiple=True, metavar="文件", help="复议诉讼台账，用来算表四；可以写几个。"
)
@click.option(
    "--declared",
    metavar="文件",
    help="已经填好的报告（任何可读的文件），逐格核对，说明差在哪些行。",
)
@click.option("--to", metavar="文件夹", help="写成参数文件，放在 文件夹/年度/机关.yaml。")
@click.option(
    "--proof", metavar="文件.xlsx", help="把每一格的依据写成 Excel（只有行号，没有姓名）。"
)
@click.option("--as-of", metavar="日期", help="期限算到哪一天，默认该年度 12 月 31 日。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@click.option("--force", is_flag=True, help="已有的参数文件也改，只换表三、表四。")
@SETTINGS
def tally(
    registers: tuple[str, ...],
    agency: str | None,
    year: int | None,
    settings: str | None,
    **rest: Any,
) -> int:
    """从依申请公开台账算出表三、表四和收费情况，每一格都说得出是哪些行。

    列不进表的行（没有结果、两个结果、办结早于收到等）逐行列出，哪里也不计。
    """
    from helpers.cli.tally import tally_register
    from helpers.settings import load_settings

    if not agency or year is None:
        raise click.UsageError("请用 --agency 写明机关，用 --year 写明年度")
    options = load_settings(settings).register
    return tally_register(registers, agency=agency, year=year, options=options, **rest)


@main.command(cls=ChineseCommand)
@click.option("--out", metavar="文件", help="写到文件；不写则输出到屏幕。")
def schema(out: str | None) -> int:
    """参数文件的 JSON Schema，供编辑器补全和检查。"""
    from helpers.params import schema_text

    if out:
        Path(out).write_text(schema_text(), encoding="utf-8")
    else:
        echo_file(schema_text())
    return OK


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
