"""Prose against tables (正文与表格): what sentences claim, and whether the cells agree (N rules).

A sentence is cut into words (``words``), a reader keeps in mind what was said so far (``reader``,
``state``), its numbers become claims (``counting``), and every kind of claim has the formulas
over cells that it may mean (``readings``). A claim that fits one of them passes; one that fits
none is a finding (``judge``). A number whose meaning is not certain
is no claim: a false alarm costs more trust than a missed slip.
"""

from __future__ import annotations

from helpers.rules.claims import rules, statements, sums, trends
from helpers.rules.claims.claims import Claim
from helpers.rules.claims.judge import Judgement, judgements

__all__ = ["Claim", "Judgement", "judgements", "rules", "statements", "sums", "trends"]
