"""Who competes in a backtest, by the names that its table of predictions carries."""

import pandas as pd

from churnml.learn.models import MODELS

RIVALS = (*MODELS, "best_column", "base_rate")
"""Everything a fold may fit, by the name its prediction columns end in."""


def rivals(predictions: pd.DataFrame) -> tuple[str, ...]:
    """The rivals that stand in a table of predictions of one outcome, the simplest first and the baselines last."""
    return tuple(
        name
        for name in RIVALS
        if f"margin_{name}" in predictions and predictions[f"margin_{name}"].notna().all()
    )
