"""Who competes in a backtest, by the names that its table of predictions carries."""

import pandas as pd

from churnml.learn.models import MODELS

CONTENDERS = (*MODELS, "best_column", "base_rate")
"""Everything a fold may fit, by the name its prediction columns end in."""


def contenders(predictions: pd.DataFrame) -> tuple[str, ...]:
    """The rivals that stand in a table of predictions of one outcome, the simplest first and the baselines last."""
    return tuple(
        name
        for name in CONTENDERS
        if f"log_odds_{name}" in predictions and predictions[f"log_odds_{name}"].notna().all()
    )
