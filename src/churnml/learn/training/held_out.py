"""How well a fold orders the training rows that its parts held out: what the alarm L5 sets the test beside."""

import numpy as np
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.training.baselines import roc_auc


def held_out_roc_auc(
    held_out: FloatArray, is_outcome: BoolArray, lead_days: NDArray[np.int64], tested: NDArray[np.int64]
) -> FloatArray:
    """For each tested row's lead, how well a fold's model orders its own training rows of that lead; NaN where none can be said.

    ``held_out`` are the training rows' log-odds by parts that never saw their account (``Model.held_out``). By lead, because the
    tested rows stand nearer to their renewal on average, where everything is easier.

    >>> held_out_roc_auc(np.array([0.1, 0.9, np.nan]), np.array([False, True, True]), np.array([30, 30, 60]), np.array([30, 60]))
    array([ 1., nan])
    """
    found = np.full(len(tested), np.nan)
    for lead in np.unique(tested):
        chosen = np.isfinite(held_out) & (lead_days == lead)
        y_true = is_outcome[chosen]
        if 0 < y_true.sum() < len(y_true):
            found[tested == lead] = roc_auc(held_out[chosen], y_true)
    return found
