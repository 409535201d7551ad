"""The figures as Parquet, where pyarrow is installed (the extra ``parquet``)."""

from __future__ import annotations

import io
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

from helpers.opendata.tables import DataTable

_DIGITS, _MORE = 38, 76  # of a decimal of 128 and of 256 bits


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

    known = [n.as_tuple() for n in numbers if n is not None]
    places = max([0, *(-int(n.exponent) for n in known)])
    before = max([0, *(len(n.digits) + int(n.exponent) for n in known)])
    if before + places <= _DIGITS:
        return pyarrow.decimal128(_DIGITS, places)
    return pyarrow.decimal256(_MORE, places)
