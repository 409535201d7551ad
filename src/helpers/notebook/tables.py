"""Tables for people: a DataFrame shown with Chinese heads, readable numbers, sortable columns.

The numbers behind it stay at hand as ``frame``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from helpers.percent import half_up, percent
from helpers.placeholders import escaped

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "—"
"""What stands for a number that there is not."""

_EXACT = 2**53  # from here on a float need not be the whole number it was made of

Look = tuple[str, str]
"""Head of a column and how its values look: text, count, signed, rate, points, number."""

_LONG = 18
"""Of how many characters a text may be broken into lines."""

_TALL = 40
"""Of how many rows a table is shown in a box of its own height."""

_STYLE = """<style>
.nbt {overflow: auto; max-width: 100%; margin: .4em 0 1em; scrollbar-width: auto;
  --under: var(--jp-layout-color0, #fff);
  background:
    linear-gradient(to right, var(--under) 40%, transparent) 0 0 / 40px 100% local,
    linear-gradient(to left, var(--under) 40%, transparent) 100% 0 / 40px 100% local,
    linear-gradient(to right, #0006, transparent) 0 0 / 12px 100% scroll,
    linear-gradient(to left, #0006, transparent) 100% 0 / 12px 100% scroll;
  background-repeat: no-repeat;}
.nbt.tall {max-height: 34em; border-bottom: 2px solid #8888;}
.nbt::-webkit-scrollbar {width: 11px; height: 11px;}
.nbt::-webkit-scrollbar-thumb {background: #8a8a8a; border-radius: 6px;}
.nbt::-webkit-scrollbar-track {background: #8882;}
.nbt table {border-collapse: collapse; font-size: 13px; line-height: 1.5; margin: 0;}
.nbt caption {caption-side: top; text-align: left; font-weight: 600; padding: 4px 2px;
  color: inherit;}
.nbt tbody tr {background: transparent !important;}
.nbt th, .nbt td {border: 1px solid #8888; padding: 2px 8px; text-align: right !important;
  font-variant-numeric: tabular-nums; white-space: nowrap;}
.nbt thead th {position: sticky; top: 0; background: var(--jp-layout-color2, #eee);
  text-align: center !important; z-index: 1; vertical-align: bottom; white-space: normal;
  text-wrap: balance; min-width: 2.2em;}
.nbt tbody th, .nbt .t {text-align: left !important; font-weight: 400;}
.nbt tbody th {white-space: normal; min-width: 9em; max-width: 28em;}
.nbt .t.long {white-space: normal; min-width: 12em; max-width: 22em; overflow-wrap: anywhere;}
.nbt button {all: unset; cursor: pointer; font-weight: 600;}
.nbt button:focus-visible {outline: 2px solid #0b4f8a; outline-offset: 2px;}
.nbt th[aria-sort=ascending] button::after {content: " ▲";}
.nbt th[aria-sort=descending] button::after {content: " ▼";}
.nbt p {margin: 2px;}
@media print {.nbt, .nbt.tall {max-height: none; overflow: visible; background: none;}
  .nbt th, .nbt td {white-space: normal; padding: 1px 3px; font-size: 9px;}
  .nbt tbody th, .nbt .t.long {min-width: 5em;}}
</style>"""

_SCRIPT = """<script>(() => {
for (const table of document.querySelectorAll("table.nb-sortable:not([data-ready])")) {
  table.dataset.ready = "1";
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const key = (row, at) => row.cells[at].dataset.v ?? row.cells[at].textContent;
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button"; button.title = "按这一列排序";
    button.append(...head.childNodes); head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.dataset.n === "1", first = numeric ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const next = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach(h => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const rows = [...body.rows].map(row => [key(row, at), row]);
      rows.sort(([a], [b]) => a === "" || b === "" ? (a === "") - (b === "")
        : sign * (numeric ? a - b : a.localeCompare(b, "zh-CN")));
      body.append(...rows.map(([, row]) => row));
    });
  });
}
})();</script>"""


@dataclass(frozen=True)
class Listing:
    """A table to show: ``frame`` (numbers), columns with their looks, caption, a note below."""

    frame: pd.DataFrame
    columns: Mapping[str, Look]
    caption: str
    note: str = ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": self._text(), "text/html": self._html()}

    def _ipython_display_(self) -> None:
        """The table, then the note as a paragraph, which exported documents keep as well."""
        from IPython import display

        display.display(self._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]
        if self.note:
            note = {"text/plain": self.note, "text/markdown": escaped(self.note)}
            display.display(note, raw=True)  # type: ignore[no-untyped-call]

    def _cells(self) -> list[list[tuple[str, str]]]:
        """Each row's (shown text, key to sort by)."""
        looks = [(name, look) for name, (_, look) in self.columns.items()]
        rows = self.frame.to_dict("records")
        return [[(show(row[name], look), _key(row[name])) for name, look in looks] for row in rows]

    def _text(self) -> str:
        import pandas as pd

        rows = [[text for text, _ in row] for row in self._cells()]
        heads = [head for head, _ in self.columns.values()]
        table = pd.DataFrame(rows, columns=heads).to_string(index=False) if rows else "（没有）"
        return f"{self.caption}\n{table}"

    def _html(self) -> str:
        caption = escape(self.caption)
        if self.frame.empty:
            return f'{_STYLE}<div class="nbt"><p><b>{caption}</b>：没有。</p></div>'
        looks = list(self.columns.values())
        heads = "".join(
            f'<th scope="col" data-n="{int(look != "text")}">{escape(head)}</th>'
            for head, look in looks
        )
        body = "".join(f"<tr>{_row(row, looks)}</tr>" for row in self._cells())
        table = (
            f'<table class="nb-sortable"><caption>{caption}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        )
        tall = " tall" if len(self.frame) > _TALL else ""
        box = f'<div class="nbt{tall}" tabindex="0" role="region" aria-label="{caption}">'
        return f"{_STYLE}{box}{table}</div>{_SCRIPT}"


def _row(cells: list[tuple[str, str]], looks: list[Look]) -> str:
    parts = []
    for number, ((text, key), (_, look)) in enumerate(zip(cells, looks, strict=True)):
        if number == 0:
            parts.append(f'<th scope="row" data-v="{escape(key)}">{escape(text)}</th>')
        elif look == "text":
            long = " long" if len(text) > _LONG else ""
            parts.append(f'<td class="t{long}">{escape(text)}</td>')
        else:
            parts.append(f'<td data-v="{escape(key)}">{escape(text)}</td>')
    return "".join(parts)


def show(value: Any, look: str) -> str:
    """A value as people read it.

    >>> show(0.1234, "rate"), show(1234.0, "count"), show(-5, "signed"), show(None, "count")
    ('12.3%', '1,234', '-5', '—')

    A float that need not be the whole number it was made of is told as what it is about.

    >>> show(float(2**53 + 1), "count"), show(2**53 + 1, "count")
    ('约9.0072e+15', '9,007,199,254,740,993')
    """
    if value is None or value != value:
        return NOTHING
    if look == "text" or isinstance(value, str):
        return str(value)
    if look == "rate":
        return percent(value)
    if look == "points":
        return f"{half_up(value):+}%"
    if look == "number":
        return f"{value:,.1f}"
    sign = "+" if look == "signed" and value > 0 else ""
    if isinstance(value, float) and abs(value) >= _EXACT:
        return f"约{sign}{value:.6g}"
    whole = float(value) == math.floor(value)
    return f"{sign}{value:,.0f}" if whole else f"{sign}{value:,}"


def _key(value: Any) -> str:
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else str(value)
