"""What a batch says of reports that stand beside its own, and how they are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.batch.plan import Plan
from helpers.batch.shelf import Shelf
from helpers.batch.standing import Other
from helpers.errors import InputError, Problem
from helpers.formats import closest

_FEW = 5
"""How many are named that nothing was done to; of more, the number is told."""

_MANY = 40
"""How many are named that people have to do something about; ``--json`` names all."""


class Leftovers:
    """The agencies of a batch's years that no source speaks of; ``prune`` are to be taken out."""

    def __init__(self, prune: Sequence[str]) -> None:
        self.prune = tuple(dict.fromkeys(prune))
        self._others: list[Other] = []
        self._outdated: list[Other] = []
        self._gone: list[Other] = []

    def see(self, planned: Plan) -> None:
        """Note what stands beside the batch.

        Raises InputError where what is to be taken out is not there, or among the sources.
        """
        self._others, self._outdated = list(planned.others), list(planned.outdated)
        own = {task.report.agency.name for task in planned.tasks}
        known = {one.entry["agency"] for one in self._others}
        problems = [_cannot(name, own, known) for name in self.prune if name not in known]
        if problems:
            raise InputError(problems)

    def take_away(self, shelf: Shelf, year: Path) -> list[str]:
        """Take the folders away of those that are to go from a year; who they are."""
        going = [o for o in self._others if o.folder == year and o.entry["agency"] in self.prune]
        for one in going:
            shelf.take_away(year / one.entry["folder"])
        self._gone += going
        return [one.entry["agency"] for one in going]

    @property
    def _left(self) -> list[Other]:
        return [one for one in self._others if one not in self._gone]

    def lines(self) -> list[str]:
        """What people are told."""
        lines = []
        if self._gone:
            lines.append(f"已移出 {len(self._gone)} 份：{_names(self._gone, _MANY)}。")
        lines += [
            f"{one.name}：现在的名称是“{one.renamed}”，原名称的成品还在；用 --prune {name} 移出。"
            for one in self._left
            if one.renamed and (name := one.entry["agency"])
        ]
        if left := [one for one in self._left if not one.renamed]:
            text = f"另有 {len(left)} 份不在这次的来源里，没有动：{_names(left)}。"
            lines.append(f"{text}已撤销、改名的，用 --prune 机关名称 移出。")
        if outdated := [one for one in self._outdated if one not in self._gone]:
            text = f"其中 {len(outdated)} 份与别家对照的结果有变（{_names(outdated, _MANY)}）"
            lines.append(f"{text}，把它们也列入来源再运行一次就会更新。")
        return lines

    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "others": [
                {"agency": one.entry["agency"], "year": one.entry["year"], "renamed": one.renamed}
                for one in self._left
            ],
            "outdated": [one.entry["agency"] for one in self._outdated if one not in self._gone],
            "pruned": [one.entry["agency"] for one in self._gone],
        }


def _names(some: Sequence[Other], most: int = _FEW) -> str:
    names = "、".join(one.name for one in some[:most])
    return f"{names}等 {len(some)} 份" if len(some) > most else names


def _cannot(name: str, own: set[str], known: set[str]) -> Problem:
    """Why an agency cannot be taken out."""
    if name in own:
        return Problem("--prune", f"“{name}”在这次的来源里，不能移出")
    guess = closest(name, sorted(known))
    near = f"，是不是“{guess}”？" if guess else ""
    return Problem("--prune", f"这些年度的成品里没有来源以外的“{name}”{near}")
