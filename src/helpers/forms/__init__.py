"""The Excel form that a bureau fills in, and the list of agencies that forms are made for.

Everything on the form comes from the format: labels, layout, totals, identities. It checks
itself while it is being filled in, without macros.
"""

from __future__ import annotations

from helpers.forms.register import write_register
from helpers.forms.roster import read_roster
from helpers.forms.workbook import form_name, write_form

__all__ = ["form_name", "read_roster", "write_form", "write_register"]
