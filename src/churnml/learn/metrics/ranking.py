"""How well a rival orders accounts: in all, among the few a team can call, and long enough before the renewal.

Ranking metrics compare rows within a fold only; ``pooled_roc_auc`` alone compares all. ``lift_at_capacity`` is outcomes found among the top share of
rows by probability against a random share; ``arr_captured_at_capacity`` the share of the affected ARR in the
top share by probability x ARR, ``usd_captured_at_capacity`` the same in dollars. Both take the top share of
each fold, or of a fold's part: a lead time, a segment.
"""

import numpy as np

from churnml.learn.arrays import FloatArray
from churnml.learn.metrics.bootstrap import captured, ordered, over_folds, roc_auc, total
from churnml.learn.metrics.evaluation import Evaluation

Values = dict[str, FloatArray]
"""Metrics by name, each in the book as it is and in every resample."""


def order(evaluation: Evaluation, contender: str) -> Values:
    """ROC-AUC, PR-AUC, lift and ARR captured at the team's capacity."""
    probability, share = evaluation.probability(contender), evaluation.settings.capacity_share
    folds, y_true, weights = evaluation.folds, evaluation.y_true, evaluation.weights
    auc, precision, found = over_folds(ordered(share), folds, probability, y_true, weights)
    at_stake = captured(share), folds, probability * evaluation.arr, y_true * evaluation.arr, weights
    return {
        "roc_auc": auc,
        "pr_auc": precision,
        "lift_at_capacity": found / share,
        "arr_captured_at_capacity": over_folds(*at_stake),
    }


def pooled(evaluation: Evaluation, contender: str) -> Values:
    """ROC-AUC over the pairs of all folds at once: it also asks whether a row of one day lies rightly above one of another."""
    score, together = evaluation.probability(contender), np.zeros_like(evaluation.folds)
    return {"pooled_roc_auc": over_folds(roc_auc, together, score, evaluation.y_true, evaluation.weights)}


def dollars(evaluation: Evaluation, contender: str) -> Values:
    """The affected ARR, in dollars, among the top share by probability x ARR of each fold.

    Of the book's ``arr_usd_with_outcome``; a renewal seen on several days counts once, a part for each day.
    """
    at_stake = evaluation.probability(contender) * evaluation.arr
    caught = total(
        captured(evaluation.settings.capacity_share),
        evaluation.folds,
        at_stake,
        evaluation.affected_arr,
        evaluation.weights,
    )
    return {"usd_captured_at_capacity": caught}


def in_time(evaluation: Evaluation, contender: str) -> Values:
    """For each lead time of the settings: who, of those with the outcome, was called that long before the renewal.

    ``recall_at_90_days`` is the share of them (``arr_recall_at_90_days``: of their ARR) among the top capacity
    share of their fold's rows with that many days left, by probability (by probability x ARR). Accounts on
    rolling terms have no renewal; they count at the lead their horizon is set to.
    """
    found: Values = {}
    lead = evaluation.predictions["lead_days"].to_numpy()
    for days in evaluation.settings.recall_lead_days:
        part = evaluation.where(lead == days)
        score, metric = part.probability(contender), captured(part.settings.capacity_share)
        found[f"recall_at_{days}_days"] = over_folds(metric, part.folds, score, part.y_true, part.weights)
        found[f"arr_recall_at_{days}_days"] = over_folds(
            metric, part.folds, score * part.arr, part.y_true * part.arr, part.weights
        )
    return found
