"""Whether a candidate's order is more than luck: beyond chance, beyond the rules, and not surely behind one column.

Several candidates are looked at and any of them may be taken, so the interval beyond chance is widened for their number: with m of them, the
chance that one lies beyond it by luck stays at that of a single interval. The comparisons are asked of a candidate that must have passed that
first; all three must hold, so looking at many fakes none of them, and each stands at its own confidence.
"""

from collections.abc import Mapping

from churnml.learn.arrays import FloatArray
from churnml.learn.candidates import CANDIDATES
from churnml.learn.metrics.intervals import normal_interval, widened
from churnml.results.metrics import Proof

RULES, BEST_COLUMN, CHANCE = "rules", "best_column", 0.5
SURE = 0.98
"""The least confidence that an order lies beyond chance: a false 'proven' costs a book its trust, and comes once in a hundred books without signal."""


def proofs(auc: Mapping[str, FloatArray], confidence: float) -> dict[str, Proof]:
    """The proof of each candidate but the rules, from every contender's ROC-AUC in the book as it is (first) and in its resamples."""
    looked_at = [name for name in CANDIDATES if name in auc and name != RULES]
    wide = widened(max(confidence, SURE), len(looked_at))
    return {
        name: Proof(
            beyond_chance=normal_interval(auc[name] - CHANCE, wide),
            beyond_rules=normal_interval(auc[name] - auc[RULES], confidence) if RULES in auc else None,
            beyond_best_column=normal_interval(auc[name] - auc[BEST_COLUMN], confidence) if BEST_COLUMN in auc else None,
        )
        for name in looked_at
    }  # fmt: skip
