"""Many agencies, many years: the figures as one table, and what can be read from it.

Plain functions on pandas DataFrames. ``frame`` builds the table once; every other function
takes it, or the indicators worked out from it, and returns a table of its own.
"""
