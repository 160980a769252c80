"""A rival's metrics on parts of the rows: by days left, by segment, by fold, known accounts against new ones."""

from typing import Any

import numpy as np
import pandas as pd

from churnml.learn.metrics.bootstrap import over_folds, roc_auc
from churnml.learn.metrics.calibration_error import calibration, floor
from churnml.learn.metrics.evaluation import Trial, rounded
from churnml.learn.metrics.ranking import Values, order

Cuts = dict[str, dict[str, Trial]]


def cut(trial: Trial) -> Cuts:
    """The rows ``by_lead_days``, ``by_segment``, ``by_account`` (known at training, or new) and ``by_fold``.

    As far as the backtest has the columns, and only parts with enough rows with and without the outcome.
    """
    rows = trial.predictions
    found: Cuts = {"by_lead_days": _by(trial, rows["lead_days"]), "by_segment": {}}
    if "segment" in rows:
        found["by_segment"] = _by(trial, rows["segment"])
    if "is_known" in rows:
        found["by_account"] = _by(trial, rows["is_known"].map({True: "known", False: "new"}))
    return found | {"by_fold": _by(trial, rows["cutoff"].dt.strftime("%Y-%m-%d"))}


def parts(cuts: Cuts, rival: str) -> dict[str, Any]:
    """The rival's metrics on each part.

    Only ROC-AUC has an interval there: it says how far the others can be trusted, and resampling all of them
    would take most of the stage's time. Folds have ROC-AUC and Brier score alone, for a picture.
    """
    return {
        name: {
            value: _counts(part) | (_ordered if name == "by_fold" else _measured)(part, rival)
            for value, part in each.items()
        }
        for name, each in cuts.items()
    }


def _by(trial: Trial, column: pd.Series) -> dict[str, Trial]:
    values, least = column.to_numpy(dtype=object), trial.settings.min_each_class
    known = sorted(pd.unique(values[pd.notna(values)]))
    found = {str(value): trial.where(values == value) for value in known}
    return {
        value: part for value, part in found.items() if min(part.came.sum(), (1 - part.came).sum()) >= least
    }


def _counts(part: Trial) -> dict[str, Any]:
    renewals = len(np.unique(part.renewals))
    return {"rows": len(part.came), "renewals": renewals, "outcomes": int(part.came.sum())}


def _measured(part: Trial, rival: str) -> dict[str, Any]:
    alone = part.as_it_is()
    figures = _shown({**order(alone, rival), **calibration(alone, rival)})
    auc = over_folds(roc_auc, part.folds, part.probability(rival), part.came, part.weights)
    return {**figures, "roc_auc": part.interval(auc), "ece_floor": floor(part, rival)}


def _ordered(part: Trial, rival: str) -> dict[str, Any]:
    alone = part.as_it_is()
    found = {**order(alone, rival), **calibration(alone, rival)}
    return _shown({name: found[name] for name in ("roc_auc", "brier")})


def _shown(values: Values) -> dict[str, Any]:
    return {name: {"value": rounded(each[0])} for name, each in values.items()}
