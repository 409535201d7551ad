"""What nbconvert and jupyter_server ask of an exporter that cannot export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbconvert.utils.exceptions import ConversionException

from helpers.exporters.errors import ExportError


class NotebookExportError(ExportError, ConversionException):
    """An ExportError of the family that they report with its message."""


@contextmanager
def as_conversion() -> Iterator[None]:
    """Let an ExportError be one that they know."""
    try:
        yield
    except ExportError as error:
        raise NotebookExportError(str(error)) from error
