"""Whether a candidate's order is more than luck: beyond chance, beyond the rules, and not surely behind one column.

Several candidates are looked at and any of them may be taken, so each interval is widened for their number: with m of them, the chance
that one lies beyond its interval by luck stays at that of a single interval (Bonferroni). A resample's quantile that far out would rest on a
handful of draws, so the ends are the value and as many standard deviations of the resamples as a normal variable has at that confidence.
"""

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from churnml.learn.arrays import FloatArray, rounded
from churnml.learn.candidates import CANDIDATES
from churnml.results.interval import Interval
from churnml.results.metrics import Proof

RULES, BEST_COLUMN, CHANCE = "rules", "best_column", 0.5


def proofs(auc: Mapping[str, FloatArray], confidence: float) -> dict[str, Proof]:
    """The proof of each candidate but the rules, from every contender's ROC-AUC in the book as it is (first) and in its resamples."""
    looked_at = [name for name in CANDIDATES if name in auc and name != RULES]
    widened = 1 - (1 - confidence) / max(1, len(looked_at))
    return {
        name: Proof(
            beyond_chance=interval(auc[name] - CHANCE, widened),
            beyond_rules=interval(auc[name] - auc[RULES], widened) if RULES in auc else None,
            beyond_best_column=interval(auc[name] - auc[BEST_COLUMN], widened) if BEST_COLUMN in auc else None,
        )
        for name in looked_at
    }  # fmt: skip


def interval(values: FloatArray, confidence: float) -> Interval:
    """The first value and as many standard deviations of the others about it as the confidence asks for; None where unknown.

    >>> interval(np.array([0.2, 0.1, 0.3, 0.2]), 0.9)
    Interval(value=0.2, low=0.03551, high=0.36449)
    """
    known = values[1:][np.isfinite(values[1:])]
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * known.std(ddof=1) if len(known) > 1 else np.nan
    return Interval(rounded(values[0]), rounded(values[0] - reach), rounded(values[0] + reach))
