"""The bag of LightGBM boosters without its leans: what holding to the declared directions costs, or saves."""

from typing import ClassVar

from churnml.features.spec import Direction, Feature
from churnml.learn.models.lightgbm.bag import LightGBMBag


class LightGBMFree(LightGBMBag):
    """A bag whose log-odds may move either way with any feature."""

    is_monotone: ClassVar[bool] = False

    @classmethod
    def direction(cls, feature: Feature, outcome: str) -> Direction:
        """No direction for any feature."""
        return 0
