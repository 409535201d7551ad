"""What every sheet of the form shares: writing a cell, printing on A4, protection."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from helpers.figures import FLOAT_DIGITS
from helpers.forms.area import Box
from helpers.forms.styles import Styles

_A4 = 9
_MARGINS = {"left": 1.06, "right": 1.06, "top": 0.9, "bottom": 0.9}  # inches; the text is 156 mm
_PAGE_HEIGHT = 950  # pixels
_SQUEEZE = 1.3
_ZOOM = 120
_CUT = "……（太长，以下略）"
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
MAX_TEXT = 32_767
"""Characters that a cell can hold."""


def put(
    sheet: Any,
    styles: Styles,
    box: Box,
    style: Any,
    content: str | int | Decimal = "",
    formula: str = "",
) -> None:
    """Write one cell, merged where ``box`` is larger than one.

    Text is never taken for a formula; with ``formula``, ``content`` is its present value.
    ``style`` is a name or a ready format.
    """
    look = styles[style] if isinstance(style, str) else style
    if not box.single:
        sheet.merge_range(*box, "", look)
    row, column = box.top, box.left
    number = content if isinstance(content, str) else cell_value(content)
    if formula:
        sheet.write_formula(row, column, formula, look, number)
    elif isinstance(number, str):
        if number:
            sheet.write_string(row, column, cell_text(number), look)
        else:
            sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, number, look)


def cell_text(text: str) -> str:
    """The text as a cell can hold it: cut where it is too long, without what XML refuses."""
    text = _NO_XML.sub("\ufffd", text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(_CUT)] + _CUT


def cell_value(value: int | Decimal) -> float | str:
    """The number as a sheet can hold it: one of more than 15 digits only as text."""
    digits = Decimal(value).normalize().as_tuple().digits
    return float(value) if len(digits) <= FLOAT_DIGITS else f"{value:f}"


def prepare(sheet: Any, printed: Box, height: float = 0) -> None:
    """Printing on A4 with a page number, protection without a password.

    What is ``height`` pixels high goes on one page if it is not much higher, else it goes on.
    """
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.set_margins(**_MARGINS)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, int(0 < height < _PAGE_HEIGHT * _SQUEEZE))
    sheet.print_area(*printed)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)
    sheet.set_zoom(_ZOOM)
    allowed = {"format_columns": True, "format_rows": True, "format_cells": True}
    sheet.protect("", allowed)
