"""Every model family, by name.

Adding one is a file here and a line in MODELS; the contract suite then runs on it.
"""

from churnml.learn.models.base import Model
from churnml.learn.models.health_fitted import HealthFitted
from churnml.learn.models.lightgbm_bag import LightGBMBag
from churnml.learn.models.logistic import Logistic
from churnml.learn.models.rules import Rules

MODELS: dict[str, type[Model]] = {
    "lightgbm_bag": LightGBMBag,
    "logistic": Logistic,
    "rules": Rules,
    "health_fitted": HealthFitted,
}

CANDIDATES = ("lightgbm_bag", "logistic")
"""The models that may be promoted; a tie goes to the first, whose reasons are the steadier."""
