"""What one rival does better than another, from the same resamples: not two overlapping intervals."""

from collections.abc import Mapping

from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.ranking import Values
from churnml.results.interval import Interval

COMPARED = ("roc_auc", "pr_auc", "brier", "arr_captured", "recall_at", "empb_usd")
"""How the names of metrics begin that say, by being larger or smaller, who is better."""

Table = dict[str, dict[str, dict[str, Interval]]]


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
