"""The metrics of every outcome of a book, and the choice between its candidates."""

from typing import Any

import pandas as pd

from churnml.learn.candidates import contenders
from churnml.learn.dataset import OUTCOMES
from churnml.learn.metrics.evaluate import evaluate
from churnml.learn.selection.model_selection import choose
from churnml.params.evaluate import Evaluate


def evaluate_all(predictions: pd.DataFrame, settings: Evaluate) -> dict[str, dict[str, Any]]:
    """The metrics of each outcome, or why there are none."""
    lacking, tried = (predictions.attrs.get(key, {}) for key in ("not_enough", "tuned"))
    found: dict[str, dict[str, Any]] = {}
    for outcome in OUTCOMES:
        if outcome in lacking:
            found[outcome] = {"outcome": outcome, "not_enough": lacking[outcome]}
            continue
        rows = predictions[predictions["outcome"] == outcome].reset_index(drop=True)
        found[outcome] = measure(rows, settings, outcome)
        if outcome in tried:
            found[outcome]["tuned"] = tried[outcome]
    return found


def measure(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """The metrics of one outcome, and the choice between its candidates."""
    present = contenders(predictions)
    return evaluate(predictions, settings, outcome) | {"choice": choose(predictions, present, settings)}
