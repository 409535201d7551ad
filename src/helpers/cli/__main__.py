"""``python -m helpers.cli``: the command line without its script."""

from helpers.cli import run

run()
