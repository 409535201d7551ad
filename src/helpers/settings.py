"""The project's settings file ``nianbao.toml``: severities, local limits, rosters, registers.

[rules]
"T3-08" = "提示"          # 错误、可说明、警告、提示、停用

[limits]
overview_characters = 1000   # 第一节最多多少字
carry_over_share = "0.2"     # 结转下年超过收件的多少时提醒

[[rollup]]                   # 汇总名单，可以有几份
parent = "某某县人民政府"
units = ["某某县人民政府办公室", "某某县民政局", "某某镇人民政府"]

[register]                   # 依申请公开台账，见 helpers.register.settings
nearly_due = 5
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from helpers.errors import InputError, Problem
from helpers.formats import closest
from helpers.register.options import RegisterOptions
from helpers.register.settings import options_data, read_options
from helpers.rules import CATALOGUE, Limits, Roster, Severity, agency_key

DEFAULT = "nianbao.toml"
_SECTIONS = ("rules", "limits", "rollup", "register")
WORDS = {
    "错误": Severity.ERROR,
    "可说明": Severity.EXPLAINABLE,
    "警告": Severity.WARNING,
    "提示": Severity.NOTE,
    "停用": Severity.OFF,
}


@dataclass(frozen=True)
class Settings:
    """What the settings file says; without a file, the defaults."""

    severities: dict[str, Severity] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    rosters: tuple[Roster, ...] = ()
    register: RegisterOptions = field(default_factory=RegisterOptions)


def load_settings(given: str | None) -> Settings:
    """The settings in ``given``, else in nianbao.toml of the working folder, else the defaults.

    Raises InputError with every mistake: the key, what was read, what was expected.
    """
    file = Path(given or DEFAULT)
    if not given and not file.is_file():
        return Settings()
    name = file.as_posix()
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError([Problem(name, f"读不了设置文件：{error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = f"不是有效的 TOML（{error}）；文字要加引号，编码用 UTF-8"
        raise InputError([Problem(name, text)]) from error
    return settings_from(data, name)


def settings_data(settings: Settings) -> dict[str, Any]:
    """The settings as the mapping a settings file holds, {} for the defaults."""
    words = {severity: word for word, severity in WORDS.items()}
    rules = {rule_id: words[severity] for rule_id, severity in settings.severities.items()}
    limits = {
        item.name: str(getattr(settings.limits, item.name))
        for item in fields(Limits)
        if getattr(settings.limits, item.name) != item.default
    }
    rosters = [{"parent": one.parent, "units": list(one.units)} for one in settings.rosters]
    register = options_data(settings.register)
    parts = {"rules": rules, "limits": limits, "rollup": rosters, "register": register}
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
        severity = WORDS.get(str(word))
        if rule_id not in CATALOGUE:
            guess = closest(rule_id, CATALOGUE)
            near = f"，是不是“{guess}”？" if guess else ""
            problems.append(Problem(name, f"没有规则“{rule_id}”{near}", key=f"rules.{rule_id}"))
        elif severity is None:
            text = f"读到“{word}”，应为其中之一：{'、'.join(WORDS)}"
            problems.append(Problem(name, text, key=f"rules.{rule_id}"))
        else:
            severities[rule_id] = severity
    limits = _limits(_table(data, "limits", name, problems), name, problems)
    rosters = tuple(_rosters(data, name, problems))
    register = read_options(_table(data, "register", name, problems), name, problems)
    return Settings(severities, limits, rosters, register)


def _rosters(data: dict[str, Any], name: str, problems: list[Problem]) -> Iterator[Roster]:
    """The rosters, each with a parent and units, all different names."""
    given = data.get("rollup", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        text = "应写成 [[rollup]]（两层方括号），下面写 parent 和 units"
        problems.append(Problem(name, text, key="rollup"))
        return
    for number, one in enumerate(given, 1):
        complaint = _roster_fault(one)
        if complaint:
            problems.append(Problem(name, complaint, key=f"rollup（第 {number} 份）"))
        else:
            yield Roster(one["parent"].strip(), tuple(unit.strip() for unit in one["units"]))


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
    keys = [agency_key(name) for name in (parent, *units)]
    twice = [name for name in (parent, *units) if keys.count(agency_key(name)) > 1]
    if twice:
        return f"“{twice[0]}”写了两次（上级不能是自己的下级，本级机关请写办公室的全称）"
    return ""


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
        if number is None or (key == "overview_characters" and number != int(number)):
            problems.append(Problem(name, f"读到“{value}”，应为数字", key=f"limits.{key}"))
        else:
            values[key] = int(number) if key == "overview_characters" else number
    return Limits(**values)


def _number(value: Any) -> Decimal | None:
    """A finite number that is not negative, None for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
