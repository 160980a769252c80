"""A backtest as Markdown: every rival's metrics, and the judged model's by lead time and by segment."""

from collections.abc import Mapping, Sequence
from typing import Any

from churnml.deliver.markdown import percent, safe, table

METRICS = {
    "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "lift_at_capacity": "Lift at capacity",
    "arr_captured_at_capacity": "ARR caught at capacity", "brier": "Brier",
    "calibration_slope": "Calibration slope",
}  # fmt: skip
"""What is shown of each rival, in the words of the page."""

PARTS = {"by_lead_days": "Days left", "by_segment": "Segment"}


def measured(outcome: str, found: Mapping[str, Any], model: str | None) -> str:
    """The section on one outcome's metrics; ``model`` is the one that the verdict judged."""
    rows = [(_words(name), *_figures(figures)) for name, figures in found["models"].items()]
    rate = percent(found["counts"]["base_rate"])
    said = (
        f"Out of fold, with {found['confidence']:.0%} intervals over accounts; base rate {rate} of the snapshots, "
        "in which a renewal counts on each day it was looked at."
    )
    heading = f"## {outcome.capitalize()} backtest\n\n{said}"
    judged = found["models"].get(model, {})
    parts = [_parts(judged[key], words, str(model)) for key, words in PARTS.items() if judged.get(key)]
    return "\n\n".join([heading, _metrics(("Model",), rows), *parts])


def _parts(parts: Mapping[str, Any], words: str, model: str) -> str:
    """One line for each lead time or segment that has enough with and without the outcome."""
    rows = [
        (safe(name), f"{part['rows']:,}", f"{part['outcomes']:,}", *_figures(part))
        for name, part in parts.items()
    ]
    title = f"### {_words(model)} by {words.lower()}"
    return f"{title}\n\n{_metrics((words, 'Snapshots', 'Outcomes'), rows)}"


def _words(model: str) -> str:
    return model.replace("_", " ")


def _figures(figures: Mapping[str, Any]) -> list[str]:
    return [_interval(figures.get(metric)) for metric in METRICS]


def _interval(figure: Mapping[str, float | None] | None) -> str:
    value, low, high = (figure or {}).get("value"), (figure or {}).get("low"), (figure or {}).get("high")
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f}–{high:.3f})"


def _metrics(first: tuple[str, ...], rows: Sequence[Sequence[str]]) -> str:
    heading = (*first, *METRICS.values())
    return table(heading, rows, "l" + "r" * (len(heading) - 1))
