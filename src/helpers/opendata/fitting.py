"""Tables of different columns under each other on one sheet: columns fine enough for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from helpers.grid import Grid

_NEAR = 0.012
"""Edges nearer than this share of the width are one edge."""


@dataclass(frozen=True)
class Lattice:
    """The columns of a sheet (pixels), and for each table at which of them its own edges are."""

    columns: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]

    @classmethod
    def over(cls, grids: Sequence[Grid], width: int) -> Lattice:
        """The columns for these tables, each ``width`` pixels wide."""
        wanted = [_edges(grid) for grid in grids]
        edges: list[float] = []
        for edge in sorted({edge for one in wanted for edge in one}):
            if not edges or edge - edges[-1] > _NEAR:
                edges.append(edge)
        edges[-1] = 1.0
        places = tuple(tuple(_nearest(edges, edge) for edge in one) for one in wanted)
        columns = tuple(max(1, round((b - a) * width)) for a, b in pairwise(edges))
        return cls(columns, places)

    def span(self, table: int, column: int, colspan: int) -> tuple[int, int]:
        """The first and last column of the sheet that a cell of a table takes."""
        places = self.places[table]
        return places[column], places[column + colspan] - 1

    def widths(self, table: int) -> list[int]:
        """The widths in pixels of a table's own columns."""
        return [sum(self.columns[a:b]) for a, b in pairwise(self.places[table])]


def _edges(grid: Grid) -> list[float]:
    """Where the columns of a table begin and end, from 0 to 1."""
    shares = grid.widths or (1.0,) * grid.n_columns
    return [0.0, *(sum_ / sum(shares) for sum_ in accumulate(shares))]


def _nearest(edges: Sequence[float], wanted: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - wanted))
