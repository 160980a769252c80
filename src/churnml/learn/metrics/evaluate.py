"""How well each rival predicted in the backtest, with intervals from resampling accounts."""

from typing import Any

import pandas as pd

from churnml.learn.arrays import rounded
from churnml.learn.candidates import CANDIDATES, MODELS
from churnml.learn.metrics.calibration_error import calibration, floor
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.paired import paired
from churnml.learn.metrics.profit import OF, profit
from churnml.learn.metrics.ranking import Values, dollars, in_time, order
from churnml.learn.metrics.segments import Cuts, cut, parts
from churnml.params.evaluate import Evaluate


def evaluate(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """Every metric of every rival on one outcome's backtest; a figure is None where nothing can be said.

    Keys: outcome, confidence, counts, ``models`` (by rival), ``differences`` (ROC-AUC of each candidate less
    each other rival's), ``paired`` (headline metrics of each rival less each
    later one's). Models are measured by parts too, the plain baselines as a whole only.
    """
    evaluation = Evaluation.of(predictions, settings)
    measured = {contender: _measured(evaluation, contender, outcome) for contender in evaluation.contenders}
    cuts = cut(evaluation)
    auc = {contender: values["roc_auc"] for contender, values in measured.items()}
    return {
        "outcome": outcome,
        "confidence": settings.confidence,
        "capacity_share": settings.capacity_share,
        "counts": _counts(evaluation),
        "models": {
            contender: _shown(evaluation, cuts, contender, values) for contender, values in measured.items()
        },
        "differences": {
            one: {other: evaluation.interval(auc[one] - auc[other]) for other in auc if other != one}
            for one in CANDIDATES
            if one in auc
        },
        "paired": paired(evaluation, measured),
    }


def _counts(evaluation: Evaluation) -> dict[str, Any]:
    predictions, y_true = evaluation.predictions, evaluation.predictions["is_outcome"]
    renewals = predictions.drop_duplicates(["account_id", "renewal"])
    return {
        "rows": len(predictions),
        "renewals": len(renewals),
        "accounts": int(predictions["account_id"].nunique()),
        "outcomes": int(y_true.sum()),
        "renewals_with_outcome": int(renewals["is_outcome"].sum()),
        "arr_usd_with_outcome": rounded(evaluation.affected_arr.sum()),
        "base_rate": rounded(y_true.mean()),
        "folds": [str(day.date()) for day in sorted(predictions["cutoff"].unique())],
    }


def _measured(evaluation: Evaluation, contender: str, outcome: str) -> Values:
    found = {
        **order(evaluation, contender),
        **calibration(evaluation, contender),
        **in_time(evaluation, contender),
        **dollars(evaluation, contender),
    }
    return found | profit(evaluation, contender) if outcome == OF else found


def _shown(evaluation: Evaluation, cuts: Cuts, contender: str, values: Values) -> dict[str, Any]:
    whole = {name: evaluation.interval(each) for name, each in values.items()}
    found = {**whole, "ece_floor": floor(evaluation, contender)}
    return {**found, **parts(cuts, contender)} if contender in MODELS else found
