"""Commands beside building and checking: many reports together, two compared, forms, registers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from helpers.cli.options import DEFAULT_SOURCES, HISTORY, SETTINGS, SOURCES
from helpers.cli.words import ChineseCommand, WholeNumber

OK, USAGE = 0, 2


@click.command(cls=ChineseCommand)
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


@click.command(cls=ChineseCommand)
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


@click.command(cls=ChineseCommand)
@click.argument("first", metavar="一份报告")
@click.argument("second", metavar="另一份报告")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def compare(first: str, second: str, as_json: bool) -> int:
    """两份报告逐格、逐句比较：两年、两家、草稿与公布、送审与备案。"""
    from helpers.cli.compare import compare_two

    return compare_two(first, second, as_json=as_json)


@click.command(cls=ChineseCommand)
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


@click.command(cls=ChineseCommand)
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


@click.command(cls=ChineseCommand)
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


COMMANDS = (dataset, picture, compare, rollup, form, tally)
"""In the order of the help page."""
