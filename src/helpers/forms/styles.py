"""The looks of cells, by name: typefaces of official documents, light fills for what to fill."""

from __future__ import annotations

from typing import Any

from helpers.formats import Column

SIZE = 10.5
"""Type size of tables, in points (五号)."""

HEAD_SIZE = 11
"""Type size of heads: just so large that 商业企业 in a narrow column breaks in the middle."""

NOTE_SIZE = 9
"""Type size of what stands outside the tables."""

INPUT_FILL, TOTAL_FILL, HEAD_FILL = "#FFF9DB", "#EFEFEF", "#F7F7F7"

_FONT: dict[str, Any] = {"font_name": "宋体", "font_size": SIZE}
_BOX: dict[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
_VALUE: dict[str, Any] = {"border": 1, "valign": "vcenter", "align": "center", "shrink": True}
_FIELD: dict[str, Any] = {
    "border": 1,
    "valign": "vcenter",
    "text_wrap": True,
    "num_format": "@",
    "indent": 1,
}
_SMALL: dict[str, Any] = {"font_size": NOTE_SIZE, "valign": "vcenter", "text_wrap": True}
_GREY: dict[str, Any] = {"font_color": "#595959"}
_OPEN: dict[str, Any] = {"locked": False, "bg_color": INPUT_FILL}

STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "align": "center", "valign": "vcenter"},
    "heading": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"},
    "guide": {"text_wrap": True, "valign": "vcenter"},
    "status": {"bold": True, "valign": "vcenter", "text_wrap": True},
    "head": {**_BOX, "align": "center", "bg_color": HEAD_FILL, "font_size": HEAD_SIZE},
    "name": {**_BOX, "align": "left"},
    "name_centred": {**_BOX, "align": "center"},
    "label": {**_BOX, "align": "center", "bg_color": HEAD_FILL},
    "label_top": {**_BOX, "align": "center", "valign": "top", "bg_color": HEAD_FILL},
    "total": {**_VALUE, "bg_color": TOTAL_FILL},
    "total_open": {**_VALUE, "bg_color": TOTAL_FILL, "locked": False},
    "input_count": {**_VALUE, **_OPEN},
    "input_change": {**_VALUE, **_OPEN, "num_format": "+General;-General;0"},
    "input_money": {**_VALUE, **_OPEN},
    "field": {**_FIELD, **_OPEN},
    "field_date": {**_FIELD, **_OPEN, "num_format": "yyyy-mm-dd", "align": "left"},
    "field_locked": {**_FIELD, "num_format": "0", "align": "left", "bg_color": TOTAL_FILL},
    "hint": {**_SMALL, **_GREY},
    "prose": {
        **_FIELD,
        **_OPEN,
        "valign": "top",
        "align": "left",
        "font_name": "仿宋",
        "font_size": 12,
    },
    "check_head": {**_SMALL, **_GREY, "align": "center"},
    "check_label": {**_SMALL, **_GREY, "align": "right"},
    "sum": {**_SMALL, **_GREY, "align": "center"},
    "verdict": {**_SMALL, **_GREY, "align": "center"},
}

RED: dict[str, Any] = {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True}
AMBER: dict[str, Any] = {"bg_color": "#FFD98A", "font_color": "#6B4E00"}
GREEN: dict[str, Any] = {"font_color": "#1E6B2E"}


class Styles:
    """The formats of one workbook, each made when it is first asked for."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self.changed({**_FONT, **STYLES[name]})

    def changed(self, properties: dict[str, Any]) -> Any:
        """A format of just these properties, as conditional formatting wants it."""
        key = repr(properties)
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]

    def value(self, column: Column) -> Any:
        """The format of a cell to fill in, by what its column holds."""
        name = f"input_{column.kind}"
        if not column.unit_in_cell:
            return self[name]
        shown = f'General"{column.unit}"'
        return self.changed({**_FONT, **STYLES[name], "num_format": shown})
