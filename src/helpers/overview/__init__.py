"""The overview page of a year: one self-contained file that lists every agency.

``page.write`` is a pure function from entries to bytes; it knows no report and no folder.
"""
