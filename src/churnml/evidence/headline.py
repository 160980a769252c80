"""The few figures by which two runs are compared: what ``dvc metrics diff`` shows of each outcome."""

from collections.abc import Mapping

from churnml.results.metrics import ModelMetrics, OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict

HEADLINE = {
    "roc_auc": "roc_auc", "pr_auc": "pr_auc", "brier": "brier", "ece": "ece", "slope": "calibration_slope",
    "arr_captured": "arr_captured_at_capacity", "recall_at_90_days": "recall_at_90_days",
}  # fmt: skip
"""The name in the headline, and the metric of the judged model that it is."""


Headline = dict[str, str | float | bool | None]
"""Flat, so that ``dvc metrics`` shows a figure a column."""


def headline(
    metrics: Mapping[str, OutcomeMetrics | NotEnough], verdicts: Mapping[str, Verdict]
) -> dict[str, Headline]:
    """Each outcome's grade, judged model and figures; a figure that was not measured is left out."""
    return {outcome: _of(metrics[outcome], verdict) for outcome, verdict in verdicts.items()}


def _of(metrics: OutcomeMetrics | NotEnough, verdict: Verdict) -> Headline:
    found: Headline = {"grade": verdict.grade, "is_proven": verdict.is_proven, "model": verdict.model}
    models = metrics.models if isinstance(metrics, OutcomeMetrics) else {}
    judged = models.get(str(verdict.model), ModelMetrics({})).figures
    for name, metric in HEADLINE.items():
        figure = judged.get(metric)
        if figure is not None and figure.value is not None:
            found[name] = figure.value
            if metric == "roc_auc":
                found |= {"low": figure.low, "high": figure.high}
    return found
