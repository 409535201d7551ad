"""The ``[register]`` part of nianbao.toml: how this office keeps its register.

[register]
calendar = "放假安排.csv"      # 日期,休/班；补充或改正随包带的放假安排
count_reopened = false         # 复议、诉讼后重新办理的，是否另计一件
relisted = false               # 上年没有办结的，在下年台账里一律再登记一遍
nearly_due = 5                 # 还有几个工作日到期时列出

[register.columns]             # 我们的列名 = 台账里的列名，一个或几个
收到日期 = "来文日"

[register.words]               # 台账里的写法 = 表上印的行名、申请人类型、案件类别或结果
依申请提供 = "予以公开"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from helpers.errors import Problem
from helpers.formats import available, closest
from helpers.register.options import NEARLY, RegisterOptions
from helpers.register.vocabulary import (
    dispute_results,
    dispute_types,
    kinds,
    known_labels,
    results,
    squeeze,
)

_FLAGS = ("count_reopened", "relisted")
_KEYS = ("calendar", *_FLAGS, "nearly_due", "columns", "words")


def read_options(data: dict[str, Any], name: str, problems: list[Problem]) -> RegisterOptions:
    """The options that the mapping means; mistakes are added to ``problems``."""

    def fault(key: str, text: str) -> None:
        problems.append(Problem(name, text, key=f"register.{key}"))

    options = RegisterOptions()
    for key, value in data.items():
        if key not in _KEYS:
            guess = closest(key, _KEYS)
            near = f"是不是“{guess}”？" if guess else ""
            fault(key, f"没有这一项，{near}可用的有：{'、'.join(_KEYS)}")
        elif key in ("columns", "words"):
            options = _mapping(options, key, value, fault)
        elif key == "calendar":
            if not isinstance(value, str) or not value.strip():
                fault(key, "应为放假安排的文件名，加引号")
            else:
                options = replace(options, calendar=value)
        elif key in _FLAGS:
            if not isinstance(value, bool):
                fault(key, "应为 true 或 false")
            else:
                options = _flagged(options, key, on=value)
        elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 20:
            fault(key, "应为 0 到 20 的整数（工作日）")
        else:
            options = replace(options, nearly=value)
    return options


def _flagged(options: RegisterOptions, key: str, *, on: bool) -> RegisterOptions:
    if key == "relisted":
        return replace(options, relisted=on)
    return replace(options, count_reopened=on)


def _mapping(options: RegisterOptions, key: str, value: Any, fault: Any) -> RegisterOptions:
    if not isinstance(value, dict):
        fault(key, f"应写成 [register.{key}] 一节")
        return options
    if key == "columns":
        columns = dict(_columns(value, fault))
        return replace(options, columns=columns)
    return replace(options, words=dict(_words(value, fault)))


def _columns(given: dict[str, Any], fault: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    labels = known_labels()
    for label, names in given.items():
        texts = [names] if isinstance(names, str) else names
        if label not in labels:
            guess = closest(label, labels)
            near = f"是不是“{guess}”？" if guess else ""
            fault(f"columns.{label}", f"没有这一列，{near}可用的有：{'、'.join(labels)}")
        elif not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
            fault(f"columns.{label}", '应为台账里的列名，加引号；有几个的写成 ["甲", "乙"]')
        else:
            yield label, tuple(texts)


def _words(given: dict[str, Any], fault: Any) -> Iterator[tuple[str, str]]:
    fmts = available().values()
    lexica = [
        make(fmt, {}) for fmt in fmts for make in (results, kinds, dispute_types, dispute_results)
    ]
    known = {word for lexicon in lexica for word in lexicon.codes}
    for word, means in given.items():
        if not isinstance(means, str) or squeeze(means) not in known:
            labels = list(
                dict.fromkeys(label for lexicon in lexica for label in lexicon.labels.values())
            )
            guess = closest(str(means), labels)
            near = f"，是不是“{guess}”？" if guess else ""
            fault(f"words.{word}", f"“{means}”不是表上印的行、申请人类型或案件结果{near}")
        else:
            yield word, means


def options_data(options: RegisterOptions) -> dict[str, Any]:
    """The options as the mapping a settings file holds, {} for the defaults."""
    data: dict[str, Any] = {}
    if options.calendar:
        data["calendar"] = options.calendar
    data |= {flag: True for flag in _FLAGS if getattr(options, flag)}
    if options.nearly != NEARLY:
        data["nearly_due"] = options.nearly
    if options.columns:
        data["columns"] = {label: list(names) for label, names in options.columns.items()}
    if options.words:
        data["words"] = dict(options.words)
    return data
