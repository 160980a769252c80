"""Who competes in a backtest, by the names that its table of predictions carries; no model's code is needed to judge or draw.

Adding a model is a file in ``learn/models`` and its entry in MODELS; the contract suite then runs on it, and it is drawn on
every chart and card. ``train.candidates`` says who competes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Family:
    """What choosing, judging and drawing know of a model; ``models.registry`` imports its code.

    path: where its class stands, below ``churnml.learn.models``.
    title: its name on charts and cards.
    sentence: what it is, in words that stand within a sentence of a verdict.
    colour: that of its lines, told apart from the others by the colour-blind.
    outcomes: the only outcomes it serves; none named means all.
    is_candidate: whether it may be chosen; what may not stands beside the list as a second score.
    """

    path: str
    title: str = ""
    sentence: str = ""
    colour: str = ""
    outcomes: tuple[str, ...] = ()
    is_candidate: bool = True

    def __post_init__(self) -> None:
        absent = [name for name in ("title", "sentence", "colour") if not getattr(self, name)]
        if absent:
            raise ValueError(
                f"model '{self.path}' has no {' and no '.join(absent)}: say it in its entry of MODELS, "
                "since charts, cards and verdicts name and draw every model by it."
            )

    def serves(self, outcome: str) -> bool:
        """Whether it can be fitted to an outcome."""
        return not self.outcomes or outcome in self.outcomes


MODELS: dict[str, Family] = {
    "rules": Family(path="rules.rules.Rules", title="rules health score", sentence="the rules health score", colour="#4C9A6A"),
    "health_fitted": Family(path="rules.health_fitted.HealthFitted", title="fitted health score", sentence="the fitted health score",
                            colour="#1F9E9E", outcomes=("churn",), is_candidate=False),
    "rules_prior": Family(path="rules.rules_prior.RulesPrior", title="rules as prior", colour="#86A93F",
                          sentence="a logistic regression that may lean on the rules health score"),
    "logistic": Family(path="logistic.logistic.Logistic", title="logistic regression", sentence="a plain logistic regression", colour="#D9822B"),
    "survival": Family(path="survival.renewal_cox.Survival", title="survival model", sentence="the survival model", colour="#7A6C5D",
                       outcomes=("churn",)),
    "lightgbm_bag": Family(path="lightgbm.bag.LightGBMBag", title="LightGBM bag", sentence="boosted trees", colour="#0B4F8A"),
    "blend": Family(path="blend.blend.Blend", title="trees and logistic", sentence="the mean of boosted trees and a logistic regression",
                    colour="#B0578D"),
}  # fmt: skip
"""From the simplest to the least simple: where chance cannot tell two apart, the earlier is taken."""

GONE = {
    "lightgbm_free": "'lightgbm_free', the bag without directions, is gone: it was nowhere better than 'lightgbm_bag' (decision 16); take it out",
    "logistic_splines": "'logistic_splines' is gone: it won nowhere (decision 16); take it out, and name 'logistic' or 'lightgbm_bag'",
}
"""What was a model once, and what to do where settings still name it."""

CANDIDATES = tuple(name for name, family in MODELS.items() if family.is_candidate)
"""The models that may be chosen, the simplest first."""

PREDICTED = "probability_"
"""What the columns of calibrated probabilities begin with."""

CONTENDERS = (*MODELS, "best_column", "base_rate")
"""Everything a fold may fit, by the name its prediction columns end in."""

HELD_OUT = "held_out_roc_auc"
"""The backtest's column with the ROC-AUC on its fold's training rows of the same lead, by parts that never saw their account."""


def contenders(predictions: "pd.DataFrame") -> tuple[str, ...]:
    """The rivals that stand in a table of predictions of one outcome, the simplest first and the baselines last."""
    return tuple(
        name
        for name in CONTENDERS
        if f"log_odds_{name}" in predictions and predictions[f"log_odds_{name}"].notna().all()
    )
