"""EMPB: the profit of a retention campaign that calls the best share of accounts, with each account's own ARR.

Janssens, Bogaert, Bagué and Van den Poel (2022), B2Boost, Annals of Operations Research: a called account
that would leave stays with probability gamma ~ Beta and then keeps its value less the incentive; one that
would have stayed takes the incentive all the same; every call costs. The maximum over how many are called is
found afterwards, on the outcomes, so it flatters every rival alike. Equal to ``empulse.metrics.empb_score``.
"""

from churnml.learn.metrics.bootstrap import best_stretch, over_folds
from churnml.learn.metrics.call_value import call_value
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.ranking import Values

OF = "churn"
"""The outcome that a retention campaign is about."""


def profit(evaluation: Evaluation, contender: str) -> Values:
    """``empb_usd``, dollars a snapshot with the best share of each fold called by probability, and that share."""
    gain = call_value(evaluation.y_true, evaluation.arr, evaluation.settings.profit)
    given = evaluation.folds, evaluation.probability(contender), gain, evaluation.weights
    best, called = over_folds(best_stretch, *given)
    return {"empb_usd": best, "empb_share_called": called}
