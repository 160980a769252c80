"""The figures by which two runs are compared: all of each outcome, and the few that fit a line of a terminal."""

from collections.abc import Mapping

from churnml.results.metrics import ModelMetrics, OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict

COMPARED = {
    "roc_auc": "roc_auc", "pr_auc": "pr_auc", "brier": "brier", "ece": "ece", "slope": "calibration_slope",
    "arr_captured": "arr_captured_at_capacity", "recall_at_90_days": "recall_at_90_days",
}  # fmt: skip
"""The name of a compared figure, and the metric of the judged model that it is."""

HEADLINE = {"churn": ("roc_auc", "slope", "arr_captured"), "expansion": ("roc_auc", "slope")}
"""So few that ``dvc metrics show`` lays them in one row of at most 120 columns."""

Figures = dict[str, str | float | bool | None]
"""Flat, so that ``dvc metrics`` shows a figure a column."""


def headline(figures: Mapping[str, Figures]) -> dict[str, Figures]:
    """The few figures that tell at a glance whether a run is better.

    >>> headline({"churn": {"grade": "B", "roc_auc": 0.8}, "contraction": {"roc_auc": 0.7}})
    {'churn': {'roc_auc': 0.8}}
    """
    return {
        outcome: {name: figures[outcome][name] for name in names if name in figures[outcome]}
        for outcome, names in HEADLINE.items()
        if outcome in figures
    }


def compared_figures(
    metrics: Mapping[str, OutcomeMetrics | NotEnough], verdicts: Mapping[str, Verdict]
) -> dict[str, Figures]:
    """Each outcome's grade, judged model and figures; a figure that was not measured is left out."""
    return {outcome: _of(metrics[outcome], verdict) for outcome, verdict in verdicts.items()}


def _of(metrics: OutcomeMetrics | NotEnough, verdict: Verdict) -> Figures:
    figures: Figures = {"grade": verdict.grade, "is_proven": verdict.is_proven, "model": verdict.model}
    models = metrics.models if isinstance(metrics, OutcomeMetrics) else {}
    judged = models.get(str(verdict.model), ModelMetrics({})).figures
    for name, metric in COMPARED.items():
        figure = judged.get(metric)
        if figure is not None and figure.value is not None:
            figures[name] = figure.value
            if metric == "roc_auc":
                figures |= {"low": figure.low, "high": figure.high}
    return figures
