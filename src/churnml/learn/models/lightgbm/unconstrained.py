"""The bag of LightGBM boosters without its leans: what holding to the declared directions costs, or saves."""

from typing import ClassVar

from churnml.features.spec import Feature, Lean
from churnml.learn.models.lightgbm.bag import LightGBMBag


class LightGBMFree(LightGBMBag):
    """A bag whose margin may move either way with any feature."""

    keeps_leans: ClassVar[bool] = False

    @classmethod
    def lean(cls, feature: Feature, outcome: str) -> Lean:
        """No direction for any feature."""
        return 0
