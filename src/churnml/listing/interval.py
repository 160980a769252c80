"""How sure a chance is: an interval from how far the models of a bag part.

Each member of the bag was fitted without a share 1 - f of the accounts. Their log-odds are so many delete-a-group replicates, and the
variance of a model fitted on all accounts is f / (1 - f) times the variance among them (the delete-d jackknife; Shao and Wu 1989, A
general theory for jackknife variance estimation, Annals of Statistics 17). Members also draw their own columns, which widens it: the
interval says too little certainty rather than too much. It is one of the chance, not of what comes: a renewal is kept or lost.
"""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.calibration import segments_of
from churnml.learn.models.base import Bag
from churnml.listing.champions import Champion

LOW, HIGH = "churn_probability_low", "churn_probability_high"


def chance_interval(champion: Champion | None, size: int, level: float) -> pd.DataFrame:
    """The low and high end of each account's chance to leave, ``LOW`` and ``HIGH``; NaN without a bag."""
    if (
        champion is None
        or not isinstance(champion.bundle.model, Bag)
        or len(champion.bundle.model.members) < 2
    ):
        return pd.DataFrame(np.nan, index=range(size), columns=[LOW, HIGH])
    scores, calibration = champion.scores, champion.bundle.calibration
    log_odds_by_model = champion.bundle.model.each_log_odds(scores.values)
    # The share of the accounts that each member saw.
    seen = float(champion.bundle.settings["lightgbm"]["subsample"])
    reach = NormalDist().inv_cdf((1 + level) / 2) * _deviation(log_odds_by_model, seen)
    parts = segments_of(scores.values, calibration.min_fixed_term_days)
    ends = [calibration.probability(scores.log_odds + side * reach, parts) for side in (-1, 1)]
    return pd.DataFrame(np.sort(np.stack(ends, axis=1), axis=1), columns=[LOW, HIGH])


def _deviation(log_odds_by_model: FloatArray, seen: float) -> FloatArray:
    """The standard error of the bag's log-odds, shape (models, accounts) to (accounts,); NaN where the members saw everything.

    >>> _deviation(np.array([[0.0], [1.0]]), 0.8).round(3).tolist()
    [1.414]
    """
    if seen >= 1:
        return np.full(log_odds_by_model.shape[1], np.nan)
    return np.asarray(np.sqrt(seen / (1 - seen)) * log_odds_by_model.std(axis=0, ddof=1))


def with_interval(book: pd.DataFrame, within: Callable[[FloatArray], FloatArray]) -> pd.DataFrame:
    """The book with the ends of each chance in dollars, by the chances ``within`` the horizon that they make; what is known or not judged has no interval."""
    is_judged = (book["standing"] == "") & book["churn_probability"].notna()
    ends = {name: book[name].where(is_judged) for name in (LOW, HIGH)}
    dollars = {
        f"expected_loss_{side}_usd": within(ends[name].to_numpy(dtype=float)) * book["arr_usd"]
        for side, name in (("low", LOW), ("high", HIGH))
    }
    return book.assign(**ends, **dollars)
