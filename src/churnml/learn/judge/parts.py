"""A rival's metrics on parts of the rows: by days left, by segment, by fold, known accounts against new ones."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.judge.calibration import calibration, floor
from churnml.learn.judge.order import order
from churnml.learn.judge.trial import Trial, rounded
from churnml.learn.resample import over_folds, roc_auc


def parts(trial: Trial, rival: str) -> dict[str, Any]:
    """``by_lead_days``, ``by_segment``, ``by_account`` (known at training, or new) and ``by_fold``, as far as known."""
    rows = trial.predictions
    cuts: dict[str, NDArray[np.object_] | None] = {"by_lead_days": rows["lead_days"].to_numpy(dtype=object)}
    cuts["by_segment"] = rows["segment"].to_numpy(dtype=object) if "segment" in rows else None
    if "is_known" in rows:
        cuts["by_account"] = np.where(rows["is_known"].to_numpy(dtype=bool), "known", "new").astype(object)
    cuts["by_fold"] = rows["cutoff"].dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
    return {name: {} if cut is None else _by(trial, rival, cut) for name, cut in cuts.items()}


def _by(trial: Trial, rival: str, values: NDArray[np.object_]) -> dict[str, Any]:
    """The metrics of each part that has enough rows with and without the outcome.

    Only ROC-AUC has an interval there: it says how far the others can be trusted, and resampling all of them
    would take most of the stage's time.
    """
    found: dict[str, Any] = {}
    for value in sorted(pd.unique(values[pd.notna(values)])):
        part = trial.where(values == value)
        came = int(part.came.sum())
        if min(came, len(part.came) - came) >= trial.settings.min_each_class:
            found[str(value)] = {
                "rows": len(part.came), "renewals": len(np.unique(part.renewals)), "outcomes": came,
                **_measured(part, rival),
            }  # fmt: skip
    return found


def _measured(part: Trial, rival: str) -> dict[str, Any]:
    alone = part.as_it_is()
    figures = {
        name: {"value": rounded(each[0])}
        for name, each in {**order(alone, rival), **calibration(alone, rival)}.items()
    }
    auc = over_folds(roc_auc, part.folds, part.probability(rival), part.came, part.weights)
    return {**figures, "roc_auc": part.interval(auc), "ece_floor": floor(part, rival)}
