"""How well each rival predicted in the backtest, with intervals from resampling accounts."""

from typing import Any

import pandas as pd

from churnml.learn.metrics.calibration_error import calibration, floor
from churnml.learn.metrics.evaluation import Trial, rounded
from churnml.learn.metrics.paired import paired
from churnml.learn.metrics.profit import OF, profit
from churnml.learn.metrics.ranking import Values, dollars, in_time, order
from churnml.learn.metrics.segments import Cuts, cut, parts
from churnml.learn.models import CANDIDATES, MODELS
from churnml.params import Evaluate


def evaluate(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """Every metric of every rival on one outcome's backtest; a figure is None where nothing can be said.

    Keys: outcome, confidence, counts, ``models`` (by rival), ``differences`` (ROC-AUC of each candidate less
    each other rival's), ``paired`` (headline metrics of each rival less each
    later one's). Models are measured by parts too, the plain baselines as a whole only.
    """
    trial = Trial.of(predictions, settings)
    measured = {rival: _measured(trial, rival, outcome) for rival in trial.rivals}
    cuts = cut(trial)
    auc = {rival: values["roc_auc"] for rival, values in measured.items()}
    return {
        "outcome": outcome,
        "confidence": settings.confidence,
        "capacity_share": settings.capacity_share,
        "counts": _counts(trial),
        "models": {rival: _shown(trial, cuts, rival, values) for rival, values in measured.items()},
        "differences": {
            one: {other: trial.interval(auc[one] - auc[other]) for other in auc if other != one}
            for one in CANDIDATES
            if one in auc
        },
        "paired": paired(trial, measured),
    }


def _counts(trial: Trial) -> dict[str, Any]:
    predictions, came = trial.predictions, trial.predictions["is_outcome"]
    renewals = predictions.drop_duplicates(["account_id", "renewal"])
    return {
        "rows": len(predictions),
        "renewals": len(renewals),
        "accounts": int(predictions["account_id"].nunique()),
        "outcomes": int(came.sum()),
        "renewals_with_outcome": int(renewals["is_outcome"].sum()),
        "arr_usd_with_outcome": rounded(trial.affected_arr.sum()),
        "base_rate": rounded(came.mean()),
        "folds": [str(day.date()) for day in sorted(predictions["cutoff"].unique())],
    }


def _measured(trial: Trial, rival: str, outcome: str) -> Values:
    found = {
        **order(trial, rival),
        **calibration(trial, rival),
        **in_time(trial, rival),
        **dollars(trial, rival),
    }
    return found | profit(trial, rival) if outcome == OF else found


def _shown(trial: Trial, cuts: Cuts, rival: str, values: Values) -> dict[str, Any]:
    whole = {name: trial.interval(each) for name, each in values.items()}
    found = {**whole, "ece_floor": floor(trial, rival)}
    return {**found, **parts(cuts, rival)} if rival in MODELS else found
