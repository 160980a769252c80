"""Who competes in a backtest, by the names that its table of predictions carries; no model's code is needed to judge."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MODEL_NAMES = (
    "rules", "health_fitted", "rules_prior", "logistic", "survival", "logistic_splines", "lightgbm_bag", "lightgbm_free",
)  # fmt: skip
"""Every model family (``MODELS``), from the simplest to the least simple: where chance cannot tell two apart, the earlier is taken."""

CANDIDATES = tuple(name for name in MODEL_NAMES if name != "health_fitted")
"""The models that may be chosen, the simplest first; the fitted health score is what a list shows beside them."""

CONTENDERS = (*MODEL_NAMES, "best_column", "base_rate")
"""Everything a fold may fit, by the name its prediction columns end in."""

HELD_OUT = "held_out_roc_auc"
"""The backtest's column with the ROC-AUC on its fold's training rows of the same lead, by parts that never saw their account."""

WORDS = {
    "rules": "the rules health score",
    "rules_prior": "a logistic regression that may lean on the rules health score",
    "logistic": "a plain logistic regression",
    "survival": "the survival model",
    "logistic_splines": "a logistic regression with bends",
    "lightgbm_bag": "boosted trees",
    "lightgbm_free": "boosted trees free of leans",
}


def contenders(predictions: "pd.DataFrame") -> tuple[str, ...]:
    """The rivals that stand in a table of predictions of one outcome, the simplest first and the baselines last."""
    return tuple(
        name
        for name in CONTENDERS
        if f"log_odds_{name}" in predictions and predictions[f"log_odds_{name}"].notna().all()
    )
