"""The project's settings file ``nianbao.toml``: severities, limits, days, rosters, registers.

[rules]
"T3-08" = "提示"          # 错误、可说明、警告、提示、停用

[limits]
overview_characters = 1000   # 第一节最多多少字
carry_over_share = "0.2"     # 结转下年超过收件的多少时提醒

[deadlines]                  # 当地规定的公布期限（次年的月-日），按机关类型或“全部”
"部门" = "01-20"

[[rollup]]                   # 汇总名单，可以有几份
parent = "某某县人民政府"
units = ["某某县人民政府办公室", "某某县民政局", "某某镇人民政府"]

[run]
seconds = 300                # 生成一份报告最多用多少秒
memory_mb = 2048             # 最多用多少兆内存

[report]
charts = true                # 每份报告后面附图；也可以写 ["办理结果", "申请人", "历年"] 中的几个

[register]                   # 依申请公开台账，见 helpers.register.settings
nearly_due = 5
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from helpers.errors import InputError, Problem, readable_value, why
from helpers.formats import closest
from helpers.register.options import RegisterOptions
from helpers.register.settings import options_data, read_options
from helpers.report import Agency, Kind, chart_fault, chart_names
from helpers.rules import CATALOGUE, EVERY_KIND, Limits, MonthDay, Roster, Severity, agency_key

DEFAULT = "nianbao.toml"
_SECTIONS = ("rules", "limits", "deadlines", "rollup", "run", "report", "register")
_GREATEST = 1_000_000
WORDS = {
    "错误": Severity.ERROR,
    "可说明": Severity.EXPLAINABLE,
    "警告": Severity.WARNING,
    "提示": Severity.NOTE,
    "停用": Severity.OFF,
}


_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class RunLimits:
    """What making one report may take: seconds of wall time, MB of memory."""

    seconds: int = 300
    memory_mb: int = 2048


@dataclass(frozen=True)
class Settings:
    """What the settings file says; without a file, the defaults."""

    severities: dict[str, Severity] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    deadlines: dict[str, MonthDay] = field(default_factory=dict)
    rosters: tuple[Roster, ...] = ()
    run: RunLimits = field(default_factory=RunLimits)
    register: RegisterOptions = field(default_factory=RegisterOptions)
    charts: tuple[str, ...] = ()


def load_settings(given: str | None) -> Settings:
    """The settings in ``given``, else in nianbao.toml of the working folder, else the defaults.

    Raises InputError with every mistake: the key, what was read, what was expected.
    """
    file = Path(given or DEFAULT)
    if not given and not file.is_file():
        return Settings()
    name = file.as_posix()
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(
                [Problem(name, f"文件超过 {_MAX_BYTES // 1_000_000} MB，不是设置文件")]
            )
        data = tomllib.loads(_text(file))
    except OSError as error:
        raise InputError([Problem(name, f"读不了设置文件：{why(error)}")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(name, "编码既非 UTF-8 也非 GB18030")]) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        text = "不是有效的 TOML：文字和带“-”的编号要加半角引号，每行写成 键 = 值"
        raise InputError([Problem(name, text, line, column)]) from error
    except (ValueError, RecursionError) as error:  # a number or brackets without end
        raise InputError([Problem(name, "有过长的数或过深的括号，不是设置文件")]) from error
    return settings_from(data, name)


def _text(file: Path) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def settings_data(settings: Settings) -> dict[str, Any]:
    """The settings as the mapping a settings file holds, {} for the defaults.

    [run] is left out: nothing of a report depends on it.
    """
    words = {severity: word for word, severity in WORDS.items()}
    rules = {rule_id: words[severity] for rule_id, severity in settings.severities.items()}
    limits = {
        item.name: str(getattr(settings.limits, item.name))
        for item in fields(Limits)
        if getattr(settings.limits, item.name) != item.default
    }
    rosters = [{"parent": one.parent, "units": list(one.units)} for one in settings.rosters]
    days = {kind: f"{month:02}-{day:02}" for kind, (month, day) in settings.deadlines.items()}
    parts = {"rules": rules, "limits": limits, "deadlines": days, "rollup": rosters}
    parts["register"] = options_data(settings.register)
    parts["report"] = {"charts": list(settings.charts)} if settings.charts else {}
    return {name: part for name, part in parts.items() if part}


def settings_from(data: dict[str, Any], name: str = "settings") -> Settings:
    """The settings that a mapping means. Raises InputError with every mistake."""
    problems: list[Problem] = []
    settings = _read(data, name, problems)
    if problems:
        raise InputError(problems)
    return settings


def _read(data: dict[str, Any], name: str, problems: list[Problem]) -> Settings:
    unknown = [key for key in data if key not in _SECTIONS]
    known = "、".join(_SECTIONS)
    problems += [Problem(name, f"没有这一节，可用的有：{known}", key=key) for key in unknown]
    severities: dict[str, Severity] = {}
    for rule_id, word in _table(data, "rules", name, problems).items():
        severity = WORDS.get(word) if isinstance(word, str) else None
        if rule_id not in CATALOGUE:
            guess = closest(rule_id, CATALOGUE)
            near = f"，是不是“{guess}”？" if guess else ""
            problems.append(Problem(name, f"没有规则“{rule_id}”{near}", key=f"rules.{rule_id}"))
        elif severity is None:
            text = f"读到“{readable_value(word)}”，应为其中之一：{'、'.join(WORDS)}"
            problems.append(Problem(name, text, key=f"rules.{rule_id}"))
        else:
            severities[rule_id] = severity
    limits = _limits(_table(data, "limits", name, problems), name, problems)
    days = dict(_deadlines(_table(data, "deadlines", name, problems), name, problems))
    rosters = tuple(_rosters(data, name, problems))
    run = _run_limits(_table(data, "run", name, problems), name, problems)
    register = read_options(_table(data, "register", name, problems), name, problems)
    charts = _charts(_table(data, "report", name, problems), name, problems)
    return Settings(severities, limits, days, rosters, run, register, charts)


def _charts(given: dict[str, Any], name: str, problems: list[Problem]) -> tuple[str, ...]:
    """The charts that follow every report that does not say otherwise."""
    unknown = [key for key in given if key != "charts"]
    problems += [
        Problem(name, "没有这一项，可用的有：charts", key=f"report.{key}") for key in unknown
    ]
    try:
        return chart_names(given.get("charts", False))
    except ValueError:
        problems.append(Problem(name, chart_fault(given["charts"]), key="report.charts"))
        return ()


def _deadlines(
    given: dict[str, Any], name: str, problems: list[Problem]
) -> Iterator[tuple[str, MonthDay]]:
    """Local last days of publication by kind of agency."""
    kinds = [EVERY_KIND, *filter(None, get_args(Kind))]
    for kind, value in given.items():
        day = _month_day(value)
        if kind not in kinds:
            text = f"没有这一类机关，可用的有：{'、'.join(kinds)}"
            problems.append(Problem(name, text, key=f"deadlines.{kind}"))
        elif day is None:
            text = f'读到“{readable_value(value)}”，应写成月-日，加引号，如 "01-20"'
            problems.append(Problem(name, text, key=f"deadlines.{kind}"))
        else:
            yield kind, day


def _month_day(value: Any) -> MonthDay | None:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value) if isinstance(value, str) else None
    try:
        day = date(2023, *map(int, found.groups())) if found else None  # not a leap year
    except ValueError:
        return None
    return (day.month, day.day) if day else None


def _rosters(data: dict[str, Any], name: str, problems: list[Problem]) -> Iterator[Roster]:
    """The rosters, each with a parent and units, all different names."""
    given = data.get("rollup", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        text = "应写成 [[rollup]]（两层方括号），下面写 parent 和 units"
        problems.append(Problem(name, text, key="rollup"))
        return
    found: dict[str, Roster] = {}
    for number, one in enumerate(given, 1):
        complaint = _roster_fault(one)
        parent = str(one.get("parent")).strip()
        if not complaint and agency_key(parent) in found:
            complaint = f"“{parent}”已经有一份名单，请合成一份"
        if complaint:
            problems.append(Problem(name, complaint, key=f"rollup（第 {number} 份）"))
            continue
        roster = Roster(parent, tuple(unit.strip() for unit in one["units"]))
        found[agency_key(parent)] = roster
        yield roster
    complaint = next(filter(None, (_counted_twice(one, found) for one in found.values())), "")
    if complaint:
        problems.append(Problem(name, complaint, key="rollup"))


def _counted_twice(top: Roster, rosters: Mapping[str, Roster]) -> str:
    """Who comes twice into the sum of ``top``, or contains itself; "" where nobody does."""
    way: dict[str, str] = {agency_key(top.parent): top.parent}
    waiting = [top]
    while waiting:
        roster = waiting.pop()
        for unit in roster.units:
            key = agency_key(unit)
            path = f"{way[agency_key(roster.parent)]} → {unit}"
            if key == agency_key(top.parent):
                return f"汇总名单互相包含，没有头尾：{path}"
            if key in way:
                return f"“{unit}”会计入“{top.parent}”两次：{way[key]}；{path}"
            way[key] = path
            if key in rosters:
                waiting.append(rosters[key])
    return ""


def _roster_fault(one: dict[str, Any]) -> str:
    """What is wrong with a roster, "" where nothing is."""
    for key in one:
        if key not in ("parent", "units"):
            return f"没有“{key}”这一项，可用的有：parent、units"
    parent, units = one.get("parent"), one.get("units")
    if not isinstance(parent, str) or not parent.strip():
        return "parent 应为上级机关的全称，加引号"
    if not units or not isinstance(units, list):
        return 'units 应为各单位的全称，如 ["某某县民政局", "某某镇人民政府"]'
    if not all(isinstance(unit, str) and unit.strip() for unit in units):
        return "units 里的每一项应为机关全称，加引号"
    unfit = [name for name in (parent, *units) if not _is_name(name)]
    if unfit:
        return f"读到“{readable_value(unfit[0])}”，应为机关全称（2 至 80 字，没有控制字符）"
    times = Counter(agency_key(name) for name in (parent, *units))
    twice = [name for name in (parent, *units) if times[agency_key(name)] > 1]
    if twice:
        return f"“{twice[0]}”写了两次（上级不能是自己的下级，本级机关请写办公室的全称）"
    return ""


def _is_name(text: str) -> bool:
    try:
        Agency(name=text)
    except ValueError:
        return False
    return True


def _table(data: dict[str, Any], key: str, name: str, problems: list[Problem]) -> dict[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        problems.append(Problem(name, f"应写成 [{key}] 一节", key=key))
        return {}
    return table


def _limits(given: dict[str, Any], name: str, problems: list[Problem]) -> Limits:
    known = {item.name for item in fields(Limits)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            guess = closest(key, known)
            near = f"是不是“{guess}”？" if guess else ""
            text = f"没有这一项，{near}可用的有：{'、'.join(sorted(known))}"
            problems.append(Problem(name, text, key=f"limits.{key}"))
            continue
        number = _number(value)
        if number is not None and number > _GREATEST:
            text = f"读到“{readable_value(value)}”，太大了，应不超过 {_GREATEST}"
            problems.append(Problem(name, text, key=f"limits.{key}"))
        elif number is None or (key == "overview_characters" and number != int(number)):
            problems.append(
                Problem(name, f"读到“{readable_value(value)}”，应为数字", key=f"limits.{key}")
            )
        elif key == "carry_over_share" and number > 1:
            text = f"读到“{readable_value(value)}”，应为 0 到 1 之间的数，如 0.2（两成）"
            problems.append(Problem(name, text, key=f"limits.{key}"))
        else:
            values[key] = int(number) if key == "overview_characters" else number
    return Limits(**values)


def _run_limits(given: dict[str, Any], name: str, problems: list[Problem]) -> RunLimits:
    known = [item.name for item in fields(RunLimits)]
    values: dict[str, int] = {}
    for key, value in given.items():
        if key not in known:
            text = f"没有这一项，可用的有：{'、'.join(known)}"
            problems.append(Problem(name, text, key=f"run.{key}"))
        elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
            problems.append(
                Problem(name, f"读到“{readable_value(value)}”，应为正整数", key=f"run.{key}")
            )
        else:
            values[key] = value
    return RunLimits(**values)


def _number(value: Any) -> Decimal | None:
    """A finite number that is not negative, None for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
