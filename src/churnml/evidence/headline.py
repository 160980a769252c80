"""The few figures by which two runs are compared: what ``dvc metrics diff`` shows of each outcome."""

from collections.abc import Mapping
from typing import Any

from churnml.results.verdict import Verdict

HEADLINE = {
    "roc_auc": "roc_auc", "pr_auc": "pr_auc", "brier": "brier", "ece": "ece", "slope": "calibration_slope",
    "arr_captured": "arr_captured_at_capacity", "recall_at_90_days": "recall_at_90_days",
}  # fmt: skip
"""The name in the headline, and the metric of the judged model that it is."""


def headline(metrics: Mapping[str, Any], verdicts: Mapping[str, Verdict]) -> dict[str, dict[str, Any]]:
    """Each outcome's grade, judged model and figures; a figure that was not measured is left out.

    >>> judged = {"roc_auc": {"value": 0.8, "low": 0.7, "high": 0.9}}
    >>> said = {"churn": Verdict("churn", True, "B", "logistic", "Grade B.")}
    >>> headline({"churn": {"models": {"logistic": judged}}}, said)["churn"]
    {'grade': 'B', 'is_proven': True, 'model': 'logistic', 'roc_auc': 0.8, 'low': 0.7, 'high': 0.9}
    """
    return {outcome: _of(metrics[outcome], verdict) for outcome, verdict in verdicts.items()}


def _of(measured: Mapping[str, Any], verdict: Verdict) -> dict[str, Any]:
    judged = measured.get("models", {}).get(verdict.model, {})
    headline: dict[str, Any] = {
        "grade": verdict.grade,
        "is_proven": verdict.is_proven,
        "model": verdict.model,
    }
    for name, metric in HEADLINE.items():
        figure = judged.get(metric)
        if isinstance(figure, Mapping) and figure.get("value") is not None:
            headline[name] = figure["value"]
            if metric == "roc_auc":
                headline |= {end: figure[end] for end in ("low", "high")}
    return headline
