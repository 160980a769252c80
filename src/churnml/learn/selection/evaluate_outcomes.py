"""The metrics of every outcome of a book, and the choice between its candidates."""

from dataclasses import replace

import pandas as pd

from churnml.learn.candidates import contenders
from churnml.learn.dataset import OUTCOMES
from churnml.learn.metrics.evaluate import evaluate
from churnml.learn.selection.model_selection import choose
from churnml.params.evaluate import Evaluate
from churnml.results.backtest_notes import BacktestNotes
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import NotEnough


def evaluate_all(predictions: pd.DataFrame, settings: Evaluate) -> dict[str, OutcomeMetrics | NotEnough]:
    """The metrics of each outcome, or why there are none."""
    notes = BacktestNotes.of(predictions)
    found: dict[str, OutcomeMetrics | NotEnough] = {}
    for outcome in OUTCOMES:
        if outcome in notes.lacking:
            found[outcome] = NotEnough(notes.lacking[outcome], {"outcome": outcome})
        else:
            rows = predictions[predictions["outcome"] == outcome].reset_index(drop=True)
            found[outcome] = replace(measure(rows, settings, outcome), tuned=notes.tuned.get(outcome))
    return found


def measure(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> OutcomeMetrics:
    """The metrics of one outcome, and the choice between its candidates."""
    return evaluate(predictions, settings, outcome, choose(predictions, contenders(predictions), settings))
