"""Every model family, by name, the simplest first.

Adding one is a file here, a line in MODELS and its name in ``learn/candidates.py``; the contract suite then runs on it. ``train.candidates`` says who
competes. A family may have two class attributes: ``outcomes``, the only ones it serves, and ``is_monotone``,
False where its log-odds may move against a declared lean.
"""

from churnml.learn.models.base import Model
from churnml.learn.models.lightgbm.bag import LightGBMBag
from churnml.learn.models.lightgbm.unconstrained import LightGBMFree
from churnml.learn.models.logistic.logistic import Logistic
from churnml.learn.models.logistic.splines import LogisticSplines
from churnml.learn.models.rules.health_fitted import HealthFitted
from churnml.learn.models.rules.rules import Rules
from churnml.learn.models.rules.rules_prior import RulesPrior
from churnml.learn.models.survival.renewal_cox import Survival

MODELS: dict[str, type[Model]] = {
    "rules": Rules,
    "health_fitted": HealthFitted,
    "rules_prior": RulesPrior,
    "logistic": Logistic,
    "survival": Survival,
    "logistic_splines": LogisticSplines,
    "lightgbm_bag": LightGBMBag,
    "lightgbm_free": LightGBMFree,
}
"""The class of each name in ``MODEL_NAMES``, in that order."""

TUNED = ("lightgbm_bag", "lightgbm_free")
"""The families that ``train.tune`` may change; what is found for the first serves both."""


def serves(name: str, outcome: str) -> bool:
    """Whether a family can be fitted to an outcome; most can to any.

    >>> serves("rules", "churn")
    True
    """
    return outcome in getattr(MODELS[name], "outcomes", (outcome,))
