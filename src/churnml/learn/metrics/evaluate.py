"""How well each rival predicted in the backtest, with intervals from resampling accounts."""

from collections.abc import Callable, Mapping

import pandas as pd

from churnml.learn.arrays import FloatArray, rounded
from churnml.learn.candidates import CANDIDATES, MODELS
from churnml.learn.metrics.bootstrap import best_stretch, over_folds
from churnml.learn.metrics.calibration_error import calibration, floor
from churnml.learn.metrics.call_value import call_value
from churnml.learn.metrics.chances import chances
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.ranking import Values, dollars, in_time, order, pooled
from churnml.learn.metrics.segments import Cuts, cut, parts
from churnml.params.evaluate import Evaluate
from churnml.results.interval import Interval
from churnml.results.metrics import Counts, ModelMetrics, ModelSelection, OutcomeMetrics, Proof

CAMPAIGN = "churn"
"""The outcome that a retention campaign is about."""


COMPARED = ("roc_auc", "pr_auc", "brier", "arr_captured", "recall_at", "empb_usd")
"""How the names of metrics begin that say, by being larger or smaller, who is better."""

Judged = tuple[Mapping[str, Proof], ModelSelection]
Table = dict[str, dict[str, dict[str, Interval]]]


def evaluate(
    predictions: pd.DataFrame,
    settings: Evaluate,
    outcome: str,
    judged: Callable[[Mapping[str, FloatArray]], Judged],
) -> OutcomeMetrics:
    """Every metric of every rival on one outcome's backtest, beside the choice between its candidates; a figure is None where nothing can be said.

    ``judged`` gives the candidates' proofs and the choice between them from every contender's ROC-AUC, of the book and its resamples. Models are measured by parts too, the plain baselines as a whole only.
    """
    evaluation = Evaluation.of(predictions, settings)
    measured = {contender: _measured(evaluation, contender, outcome) for contender in evaluation.contenders}
    cuts = cut(evaluation)
    auc = {contender: values["roc_auc"] for contender, values in measured.items()}
    proven, choice = judged(auc)
    return OutcomeMetrics(
        outcome, settings.confidence, settings.capacity_share, _counts(evaluation),
        models={name: _shown(evaluation, cuts, name, values) for name, values in measured.items()},
        differences={
            one: {other: evaluation.interval(auc[one] - auc[other]) for other in auc if other != one}
            for one in CANDIDATES
            if one in auc
        },
        paired=paired(evaluation, measured), choice=choice, proofs=proven,
        chances=chances(evaluation, choice.chosen, cuts["by_fold"], measured[choice.chosen]["calibration_slope"]),
    )  # fmt: skip


def _counts(evaluation: Evaluation) -> Counts:
    predictions, y_true = evaluation.predictions, evaluation.predictions["is_outcome"]
    renewals = predictions.drop_duplicates(["account_id", "renewal"])
    return Counts(
        rows=len(predictions), renewals=len(renewals), accounts=int(predictions["account_id"].nunique()),
        outcomes=int(y_true.sum()), renewals_with_outcome=int(renewals["is_outcome"].sum()),
        arr_usd_with_outcome=rounded(evaluation.affected_arr.sum()), base_rate=rounded(y_true.mean()),
        folds=tuple(str(day.date()) for day in sorted(predictions["cutoff"].unique())),
    )  # fmt: skip


def _measured(evaluation: Evaluation, contender: str, outcome: str) -> Values:
    found = {
        **order(evaluation, contender),
        **pooled(evaluation, contender),
        **calibration(evaluation, contender),
        **in_time(evaluation, contender),
        **dollars(evaluation, contender),
    }
    return found | profit(evaluation, contender) if outcome == CAMPAIGN else found


def _shown(evaluation: Evaluation, cuts: Cuts, contender: str, values: Values) -> ModelMetrics:
    figures = {name: evaluation.interval(each) for name, each in values.items()}
    split = parts(cuts, contender) if contender in MODELS else {}
    return ModelMetrics(figures, floor(evaluation, contender), split)


def paired(evaluation: Evaluation, measured: Mapping[str, Values]) -> Table:
    """``[one][other][metric]``: one rival's metric less another's, with the interval of the difference.

    Each pair once, the rival that comes first in RIVALS being ``one``; the metrics of COMPARED that both have.
    """
    contenders = list(measured)
    return {
        one: {
            other: {
                metric: evaluation.interval(measured[one][metric] - measured[other][metric])
                for metric in measured[one]
                if metric in measured[other] and metric.startswith(COMPARED)
            }
            for other in contenders[place + 1 :]
        }
        for place, one in enumerate(contenders[:-1])
    }


def profit(evaluation: Evaluation, contender: str) -> Values:
    """``empb_usd``, dollars a snapshot with the best share of each fold called by probability, and that share.

    EMPB, the profit of a retention campaign with each account's own ARR: Janssens, Bogaert, Bagué and Van den Poel (2022), B2Boost, Annals
    of Operations Research. A called account that would leave stays with probability gamma ~ Beta and then keeps its value less the
    incentive; one that would have stayed takes the incentive all the same; every call costs. The maximum over how many are called is
    found afterwards, on the outcomes, so it flatters every rival alike. Equal to ``empulse.metrics.empb_score``.
    """
    gain = call_value(evaluation.y_true, evaluation.arr, evaluation.settings.profit)
    given = evaluation.folds, evaluation.probability(contender), gain, evaluation.weights
    best, called = over_folds(best_stretch, *given)
    return {"empb_usd": best, "empb_share_called": called}
