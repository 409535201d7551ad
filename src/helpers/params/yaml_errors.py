"""What is wrong with a text that is not YAML, in words for somebody who never heard of YAML.

The parser says where it gave up; the mistake usually stands a little earlier, so the lines
before are looked at for what people do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

Fault = tuple[tuple[int, int], str]

MAX_DEPTH = 40
TOO_MANY = "内容太多，不像参数文件"
TOO_DEEP = "内容嵌套过深，请检查括号和缩进"
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufeff\uff00-\ufffd\U00010000-\U0010ffff]"
)
_HABITS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"^ *\t"), "此处用了制表符缩进，请改用空格"),
    (re.compile(r"^\s*[^\s\"'#:：]+："), "此处缺少冒号；冒号请用半角“:”，后面空一格"),
    (re.compile(r"^\s*[^\s\"'#:]+:[^\s/]"), "此处缺少冒号；冒号请用半角“:”，后面空一格"),
    (re.compile(r":\s+\{\{"), "以 {{ 开头的文字请加引号，或写在“|”下一行"),
    (re.compile(r":\s+\*"), "此处的 * 引用没有定义；以 * 开头的文字请加引号"),
)
_NEAR = 2  # how many lines before the place where the parser gave up


def unusable(text: str) -> Fault | None:
    """A character that YAML does not allow, or brackets without end: found before parsing."""
    found = _FORBIDDEN.search(text.removeprefix("\ufeff"))
    if found:
        before = text[: found.start()]
        place = (before.count("\n") + 1, found.start() - before.rfind("\n"))
        return place, "含有 YAML 不允许的字符，请删去后重新输入"
    for number, line in enumerate(text.split("\n"), 1):
        if max(line.count("["), line.count("{")) > MAX_DEPTH * 3:
            return (number, 1), TOO_DEEP
    return None


def explain(text: str, error: yaml.MarkedYAMLError) -> Fault:
    """Place and sentence for what the parser stumbled over."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = error.context_mark
    if "document" in (error.problem or "") and mark:
        return (line, column), _by_problem("single document")
    if "quoted scalar" in (error.context or "") and context:
        return (context.line + 1, context.column + 1), "此处的引号没有成对，请补上另一半引号"
    lines = text.split("\n")
    for number in range(line, max(0, line - _NEAR - 1), -1):
        for habit, sentence in _HABITS:
            if number <= len(lines) and habit.search(lines[number - 1]):
                return (number, 1), sentence
    return (line, column), _by_problem(error.problem or "")


def _by_problem(problem: str) -> str:
    if "single document" in problem or "another document" in problem:
        return "文件里有不止一份内容（---），一个文件只写一份报告"
    if "mapping values are not allowed" in problem:
        return "此处多了一个冒号；文字里有冒号和空格时请加引号"
    if "could not find expected ':'" in problem:
        return "此处缺少冒号；冒号请用半角“:”，后面空一格"
    return "此处不是有效的 YAML，请检查缩进、引号、括号和冒号（半角、后面空一格）"
