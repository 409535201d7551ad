"""Executed notebook to published document: nbconvert exporters for HTML and PDF.

They stand on Grid and on the notebook's cells and know nothing of reports. ``notebook`` turns
an executed notebook into a ``document``; every writer starts from that.
"""
