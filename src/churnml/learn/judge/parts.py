"""A rival's metrics on parts of the rows: by days left, by segment, by fold, known accounts against new ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from churnml.learn.judge.calibration import calibration, floor
from churnml.learn.judge.order import Values, order
from churnml.learn.judge.trial import Trial, rounded
from churnml.learn.resample import over_folds, roc_auc


def parts(trial: Trial, rival: str) -> dict[str, Any]:
    """``by_lead_days``, ``by_segment``, ``by_account`` (known at training, or new) and ``by_fold``, as far as known.

    A part is measured where it has enough rows with and without the outcome. Only ROC-AUC has an interval
    there: it says how far the others can be trusted, and resampling all of them would take most of the
    stage's time. Folds have ROC-AUC and Brier score alone, for a picture.
    """
    rows = trial.predictions
    found = {
        "by_lead_days": _by(trial, rows["lead_days"], lambda part: _measured(part, rival)),
        "by_segment": {},
    }
    if "segment" in rows:
        found["by_segment"] = _by(trial, rows["segment"], lambda part: _measured(part, rival))
    if "is_known" in rows:
        kind = rows["is_known"].map({True: "known", False: "new"})
        found["by_account"] = _by(trial, kind, lambda part: _measured(part, rival))
    day = rows["cutoff"].dt.strftime("%Y-%m-%d")
    return found | {"by_fold": _by(trial, day, lambda part: _ordered(part, rival))}


def _by(trial: Trial, column: pd.Series, measure: Callable[[Trial], dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    values = column.to_numpy(dtype=object)
    for value in sorted(pd.unique(values[pd.notna(values)])):
        part = trial.where(values == value)
        came = int(part.came.sum())
        if min(came, len(part.came) - came) >= trial.settings.min_each_class:
            renewals = len(np.unique(part.renewals))
            counts = {"rows": len(part.came), "renewals": renewals, "outcomes": came}
            found[str(value)] = counts | measure(part)
    return found


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
