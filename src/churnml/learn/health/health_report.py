"""The two health scores and the advice on their weights, as one report."""

import pandas as pd

from churnml.learn.dataset import Dataset
from churnml.learn.health.health_scores import capture, disagreement
from churnml.learn.health.health_weights import advice
from churnml.params.evaluate import Evaluate
from churnml.params.health import Health
from churnml.results.backtest_notes import BacktestNotes
from churnml.results.health import HealthEvidence
from churnml.results.stored import NotEnough


def weigh_health(
    ripe: Dataset, predictions: pd.DataFrame, health: Health, settings: Evaluate
) -> HealthEvidence | NotEnough:
    """The two health scores on past renewals and advice on the weights; or why there is none."""
    lacking = BacktestNotes.of(predictions).lacking
    if "churn" in lacking:
        return NotEnough(lacking["churn"])
    churn = predictions[predictions["outcome"] == "churn"].reset_index(drop=True)
    return HealthEvidence(
        confidence=settings.confidence, capacity_share=settings.capacity_share,
        disagreement=disagreement(churn, settings, health.judged_lead_days),
        capture=capture(churn, settings), weights=advice(ripe, health, settings),
    )  # fmt: skip
