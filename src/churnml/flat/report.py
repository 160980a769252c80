"""What a flat table shows, in plain lines: first of all, what it cannot show."""

from collections.abc import Mapping
from typing import Any

from churnml.evidence.leakage import alarm_lines, vouched
from churnml.flat.cross_validation import FAMILIES
from churnml.flat.table import FlatTable
from churnml.learn.candidates import MODELS
from churnml.results.alarms import Audit
from churnml.results.interval import Interval
from churnml.text.number_format import interval

NO_TIME = (
    "NOTHING HERE IS PROVED ABOUT TIME. The table has no history: customers are parted at random, and a column written after\n"
    "someone left cannot be told from one that warned of it. Figures on tomorrow's customers may be lower."
)
NO_SIGNAL = "No proven signal: neither model orders customers surely better than chance."
WIDTH = max(len(MODELS[name].title) for name in FAMILIES)


def render_flat(table: FlatTable, audit: Audit, figures: Mapping[str, Any]) -> str:
    """The whole answer: what is not proved, what was used, alarms to look at, order, money, calibration."""
    counts = figures["counts"]
    head = (
        f"{counts['customers']:,} customers, {counts['outcomes']:,} with {table.roles.outcome} ({counts['base_rate']:.1%}); "
        f"{len(table.features)} columns; intervals of {figures['confidence']:.0%} over customers"
    )
    alarms = [f"look at {line}" for line in alarm_lines(audit)] + vouched(audit)
    notices = [f"not used: {notice}" for notice in table.notices]
    return "\n".join(
        [NO_TIME, "", head, *notices, *alarms, "", *_order(figures), *_money(table, figures), ""]
    )


def _order(figures: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{MODELS[name].title:<{WIDTH}} ROC-AUC {_figure(each['roc_auc'])}   calibration slope {_figure(each['calibration_slope'], 2)}   "
        f"Brier {_figure(each['brier'])}"
        for name, each in figures["models"].items()
    ]
    lows = [each["roc_auc"].low for each in figures["models"].values()]
    verdict = [] if any(low is not None and low > 0.5 for low in lows) else [NO_SIGNAL]
    return [
        *verdict,
        *lines,
        f"bag - logistic (paired)  ROC-AUC {_figure(figures['trees_over_logistic'], sign='+')}",
    ]


def _money(table: FlatTable, figures: Mapping[str, Any]) -> list[str]:
    if "by_value_alone" not in figures:
        return []
    head = f"share of the lost {table.roles.value} in the top {figures['top_share']:.0%} of customers"
    lines = [
        f"{MODELS[name].title:<{WIDTH}} by probability {_figure(each['by_probability'])}   by expected loss "
        f"{_figure(each['by_expected_loss'])}"
        for name, each in figures["models"].items()
    ]
    paired = [
        f"{MODELS[name].title:<{WIDTH}} expected loss - probability {_figure(each['gain'], sign='+')}   expected loss - {table.roles.value} alone "
        f"{_figure(each['over_value_alone'], sign='+')}"
        for name, each in figures["models"].items()
    ]
    alone = f"{'no model':<{WIDTH}} by {table.roles.value} alone {_figure(figures['by_value_alone'])}"
    return ["", head, *lines, alone, "paired:", *paired]


def _figure(figure: Interval, digits: int = 3, sign: str = "") -> str:
    return interval(figure, f"{{:{sign}.{digits}f}}".format)
