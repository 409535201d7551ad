"""What of the settings concerns a report: what can change its bytes or its verdict.

Only that is handed to its notebook, enters its fingerprint and stands in the manifest, so that
other changes of the settings file make nothing again. Batch rules and rosters come in through
what the batch shows of a report, limits of the run and rosters through nothing at all.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.register.options import RegisterOptions
from helpers.report import Report
from helpers.rules import CATALOGUE, EVERY_KIND, MonthDay, Severity, kind_of
from helpers.settings import RunLimits, Settings, settings_data


def concerning(
    settings: Settings, report: Report, found: Collection[str], *, register: bool
) -> dict[str, Any]:
    """The part of the settings that concerns a report, as a settings file holds it.

    ``found`` are the rules that have something to say of it; the weight of the others is not
    seen anywhere, unless they are switched off. ``register`` says that the notebook counts one.
    """
    weights = {
        rule_id: weight
        for rule_id, weight in settings.severities.items()
        if weight is not CATALOGUE[rule_id].severity
        and (weight is Severity.OFF or rule_id in found)
    }
    own = replace(
        settings,
        severities=dict(sorted(weights.items())),
        deadlines=_deadlines(settings.deadlines, report),
        rosters=(),
        run=RunLimits(),
        register=settings.register if register else RegisterOptions(),
    )
    return settings_data(own)


def _deadlines(days: Mapping[str, MonthDay], report: Report) -> dict[str, MonthDay]:
    """The last day that holds for the report's kind of agency."""
    kind = kind_of(report.agency)
    for key in (kind, EVERY_KIND):
        if key in days:
            return {key: days[key]}
    return {} if kind else dict(days)  # that there are any tells that the kind is asked for


def uses_register(notebook: Path) -> bool:
    """Whether a notebook counts a register: it gives one by itself, where the batch gives none."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, LookupError, TypeError):
        return True
    return any(map(_gives_register, sources))


def _gives_register(source: str) -> bool:
    try:
        return any(map(_is_given, _values(ast.parse(source))))
    except SyntaxError:  # magics
        return "register" in source


def _values(tree: ast.Module) -> Iterator[ast.expr]:
    """What the name ``register`` is given, as a variable or an argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            if any(isinstance(one, ast.Name) and one.id == "register" for one in node.targets):
                yield node.value
        elif isinstance(node, ast.keyword) and node.arg == "register":
            yield node.value


def _is_given(value: ast.expr) -> bool:
    nothing = isinstance(value, ast.Constant) and value.value is None
    passed_on = isinstance(value, ast.Name) and value.id == "register"
    return not (nothing or passed_on)
