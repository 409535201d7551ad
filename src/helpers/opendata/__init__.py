"""Data for others: the figures as tables of plain text, Parquet and Excel, with their meaning.

``tables`` makes the rows, ``package`` describes them (Frictionless Data Package), ``workbook``
and ``parquet`` write them for other programs.
"""
