"""Logistic regression whose line for each numeric feature may bend at the feature's own quantiles."""

from churnml.learn.models.logistic.logistic import Logistic
from churnml.params.train import Train


class LogisticSplines(Logistic):
    """A logistic regression with one slope a stretch of each numeric feature.

    A stretch is a term drawn in at its own two edges, so the sum of a feature's terms is a line with bends
    (a linear spline). As each slope keeps to the declared lean, so does the line.
    """

    @classmethod
    def edges(cls, settings: Train) -> tuple[float, ...]:
        """The tails, and between them the knots."""
        low, high = super().edges(settings)
        return (low, *sorted(settings.logistic.knots), high)
