"""A rival's metrics on parts of the rows: by days left, by segment, by fold, known accounts against new ones."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.learn.arrays import rounded
from churnml.learn.metrics.bootstrap import over_folds, roc_auc
from churnml.learn.metrics.calibration_error import calibration, floor
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.ranking import Values, order
from churnml.results.interval import Interval, Point
from churnml.results.metrics import Floor, PartMetrics

Cuts = dict[str, dict[str, Evaluation]]


def cut(evaluation: Evaluation) -> Cuts:
    """The rows ``by_lead_days``, ``by_segment``, ``by_account`` (known at training, or new) and ``by_fold``.

    As far as the backtest has the columns, and only parts with enough rows with and without the outcome.
    """
    rows = evaluation.predictions
    found: Cuts = {"by_lead_days": _by(evaluation, rows["lead_days"]), "by_segment": {}}
    if "segment" in rows:
        found["by_segment"] = _by(evaluation, rows["segment"])
    if "is_known" in rows:
        found["by_account"] = _by(evaluation, rows["is_known"].map({True: "known", False: "new"}))
    return found | {"by_fold": _by(evaluation, rows["cutoff"].dt.strftime("%Y-%m-%d"))}


def parts(cuts: Cuts, contender: str) -> dict[str, dict[str, PartMetrics]]:
    """The rival's metrics on each part.

    Only ROC-AUC has an interval there: it says how far the others can be trusted, and resampling all of them
    would take most of the stage's time. Folds have ROC-AUC and Brier score alone, for a picture.
    """
    return {
        name: {
            value: (_ordered if name == "by_fold" else _measured)(part, contender)
            for value, part in each.items()
        }
        for name, each in cuts.items()
    }


def _by(evaluation: Evaluation, column: pd.Series) -> dict[str, Evaluation]:
    values, least = column.to_numpy(dtype=object), evaluation.settings.min_each_class
    known = sorted(pd.unique(values[pd.notna(values)]))
    found = {str(value): evaluation.where(values == value) for value in known}
    return {
        value: part
        for value, part in found.items()
        if min(part.y_true.sum(), (1 - part.y_true).sum()) >= least
    }


def _measured(part: Evaluation, contender: str) -> PartMetrics:
    alone = part.as_it_is()
    found = {**order(alone, contender), **calibration(alone, contender)}
    auc = part.interval(
        over_folds(roc_auc, part.folds, part.probability(contender), part.y_true, part.weights)
    )
    return _part(part, {**_points(found), "roc_auc": auc}, floor(part, contender))


def _ordered(part: Evaluation, contender: str) -> PartMetrics:
    alone = part.as_it_is()
    found = {**order(alone, contender), **calibration(alone, contender)}
    return _part(part, _points({name: found[name] for name in ("roc_auc", "brier")}))


def _part(
    part: Evaluation, figures: Mapping[str, Interval | Point], ece_floor: Floor | None = None
) -> PartMetrics:
    renewals = len(np.unique(part.renewals))
    return PartMetrics(len(part.y_true), renewals, int(part.y_true.sum()), figures, ece_floor)


def _points(values: Values) -> dict[str, Interval | Point]:
    return {name: Point(rounded(each[0])) for name, each in values.items()}
