"""Metrics of a book without prices: what they say in dollars means nothing and is left out."""

from collections.abc import Mapping
from dataclasses import replace

from churnml.results.metrics import ModelMetrics, OutcomeMetrics
from churnml.results.stored import NotEnough


def without_dollars(
    metrics: Mapping[str, OutcomeMetrics | NotEnough],
) -> Mapping[str, OutcomeMetrics | NotEnough]:
    """The metrics of each outcome without amounts of money, the profit of a campaign, and what shares of ARR say twice."""
    return {
        outcome: replace(found, models={name: _kept(model) for name, model in found.models.items()})
        if isinstance(found, OutcomeMetrics)
        else found
        for outcome, found in metrics.items()
    }


def _kept(model: ModelMetrics) -> ModelMetrics:
    return replace(
        model, figures={name: figure for name, figure in model.figures.items() if not _is_money(name)}
    )


def _is_money(name: str) -> bool:
    return "usd" in name or name.startswith(("empb", "arr_recall"))
