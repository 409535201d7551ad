"""The case register (依申请公开台账): its rows in, 表三 and 表四 out, with proof.

Rows are read (``reading``), understood (``placing``), counted for a year (``counting``) and held
against the time limits (``limits``). What identifies a person never leaves ``reading``: only
dates, codes and the place of a row (file, sheet, row) go further. pandas and numpy are imported
by the modules that need them, so importing this package costs nothing.
"""
