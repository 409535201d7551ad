"""A government's own report as the sum of its units (汇总), with proof."""

from helpers.rollup.adding import Part, Rolled, Share, roll_up
from helpers.rollup.proof import proof_data, proof_workbook

__all__ = ["Part", "Rolled", "Share", "proof_data", "proof_workbook", "roll_up"]
