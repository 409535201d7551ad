"""The figures as Parquet, where pyarrow is installed (the extra ``parquet``)."""

from __future__ import annotations

import io
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

from helpers.opendata.tables import DataTable

_DIGITS = 38  # of a 128-bit decimal


def available() -> bool:
    """Whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def write(figures: DataTable) -> bytes:
    """The table as Parquet: text as dictionaries, year as a whole number, value as a decimal.

    Values stay exact: the decimal has as many places as the longest of them.
    """
    import pyarrow
    import pyarrow.parquet

    columns = list(zip(*figures.rows, strict=True)) or [() for _ in figures.columns]
    arrays: list[Any] = []
    for column, texts in zip(figures.columns, columns, strict=True):
        if column.type == "integer":
            arrays.append(pyarrow.array(map(int, texts), pyarrow.int32()))
        elif column.type == "number":
            numbers = [Decimal(text) if text else None for text in texts]
            arrays.append(pyarrow.array(numbers, _decimal(numbers)))
        else:
            arrays.append(pyarrow.array(texts, pyarrow.string()).dictionary_encode())
    table = pyarrow.table(arrays, names=[column.name for column in figures.columns])
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _decimal(numbers: list[Decimal | None]) -> Any:
    import pyarrow

    places = [-int(n.as_tuple().exponent) for n in numbers if n is not None]
    return pyarrow.decimal128(_DIGITS, max([0, *places]))
