"""Metrics in the words of the card; one that is not known here goes by its own name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from churnml.evidence.card.blocks import Cell
from churnml.results.interval import Interval, Point
from churnml.text.number_format import UNKNOWN, money, span

ORDER, PROBABILITIES, MONEY = "Order", "Probabilities", "Dollars"


@dataclass(frozen=True)
class Metric:
    """A metric's name, how its value is written, what it means, and the table it stands in."""

    name: str
    style: str
    meaning: str
    kind: str = ORDER


METRICS = {
    "roc_auc": Metric("ROC-AUC", "{:.3f}", "of all pairs with and without the outcome within a fold, the share put in the right order, each fold weighing by its pairs; a coin gets 0.5; verdict, proofs and differences go by it"),
    "pooled_roc_auc": Metric("ROC-AUC, pooled", "{:.3f}", "the same over the pairs of all folds at once, so also of accounts of different days, whose order the level of the chances decides, too; no list compares such"),
    "pr_auc": Metric("PR-AUC", "{:.3f}", "average precision; a coin gets the base rate"),
    "lift_at_capacity": Metric("Lift", "{:.1f}×", "how many times more outcomes the called share holds than a random one as large"),
    "arr_captured_at_capacity": Metric("ARR caught", "{:.0%}", "the outcome's ARR among the called share, ranked by probability × ARR"),
    "recall_at_90_days": Metric("Found 90 days ahead", "{:.0%}", "the share of coming outcomes among the called share of those who stood 90 days before their renewal"),
    "arr_recall_at_90_days": Metric("ARR found 90 days ahead", "{:.0%}", "the same of their ARR, ranked by probability × ARR"),
    "recall_at_120_days": Metric("Found 120 days ahead", "{:.0%}", ""),
    "arr_recall_at_120_days": Metric("ARR found 120 days ahead", "{:.0%}", ""),
    "brier": Metric("Brier", "{:.4f}", "mean squared error of the probability; less is better", PROBABILITIES),
    "ece": Metric("ECE", "{:.3f}", "expected calibration error: how far predicted and observed shares lie apart on average; less is better; drawing accounts anew adds chance to it, so that its interval may lie above it", PROBABILITIES),
    "calibration_slope": Metric("Slope", "{:.2f}", "calibration slope: 1 is right, below 1 the predictions are too bold, above 1 too timid", PROBABILITIES),
    "log_loss": Metric("Log loss", "{:.4f}", "", PROBABILITIES),
    "usd_captured_at_capacity": Metric("ARR caught, in dollars", "${:,.0f}", "the same over all folds; a renewal looked at on several days counts once", MONEY),
    "empb_usd": Metric("Profit a snapshot (EMPB)", "", "expected profit of calling the best share of each fold, by the costs in params.yaml (evaluate.profit)", MONEY),
    "empb_share_called": Metric("Share to call", "{:.0%}", "the share at which that profit is largest", MONEY),
}  # fmt: skip


ALIKE = {
    "arr_captured_at_capacity": Metric(
        "Caught", "{:.0%}", "the share of the outcomes among the called share, ranked by probability"
    )
}
"""Metrics of a book without prices, in which every account counts alike."""


def metric(key: str, is_priced: bool = True) -> Metric:
    """A metric in words.

    >>> metric("known_accounts").name, metric("arr_captured_at_capacity", is_priced=False).name
    ('Known accounts', 'Caught')
    """
    known = METRICS if is_priced else METRICS | ALIKE
    return known.get(key, Metric(key.replace("_", " ").capitalize(), "", ""))


def figure(key: str, value: float | None) -> str:
    r"""A metric's value as it is written; a dash where nothing can be said.

    >>> figure("arr_captured_at_capacity", 0.554), figure("profit_usd", 1200.0), figure("brier", None)
    ('55%', '$1,200', '\u2013')
    """
    if value is None:
        return UNKNOWN
    if key.endswith("_usd"):
        return money(value)
    return (metric(key).style or ("{:.3f}" if abs(value) < 100 else "{:,.0f}")).format(value)


def cell(key: str, measure: Interval | Point | None) -> Cell:
    """A metric's value with its interval, where it has one."""
    if measure is None:
        return Cell(UNKNOWN)
    return Cell(figure(key, measure.value), span(measure.low, measure.high, partial(figure, key)))


def measured(figures: Iterable[str]) -> list[str]:
    """The metrics among a model's figures: known ones first, in the order of this page.

    >>> measured(["zeal", "brier"])
    ['brier', 'zeal']
    """
    keys = list(figures)
    return [key for key in METRICS if key in keys] + [key for key in keys if key not in METRICS]
