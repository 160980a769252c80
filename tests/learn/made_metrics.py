"""Metrics of one outcome, made by hand."""

from collections.abc import Mapping

from churnml.results.interval import Interval
from churnml.results.metrics import Counts, ModelMetrics, ModelSelection, OutcomeMetrics, Proof

COUNTS = Counts(900, 300, 200, 90, 30, arr_usd_with_outcome=2e6, base_rate=0.1, folds=("2024-01-01",))


def made_metrics(
    models: Mapping[str, ModelMetrics],
    choice: ModelSelection,
    outcome: str = "churn",
    differences: Mapping[str, Mapping[str, Interval]] | None = None,
    paired: Mapping[str, Mapping[str, Mapping[str, Interval]]] | None = None,
    proofs: Mapping[str, Proof] | None = None,
) -> OutcomeMetrics:
    """Metrics of these models, in 90 % intervals, at a capacity of a tenth."""
    return OutcomeMetrics(
        outcome, 0.9, 0.1, COUNTS, models, differences or {}, paired or {}, choice, proofs or {}
    )
