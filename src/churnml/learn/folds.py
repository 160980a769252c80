"""Which folds a backtest has: those asked for, or shorter ones where the history does not reach so far back."""

from bisect import bisect_left
from datetime import date, timedelta

import pandas as pd

from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.params.train import Backtest
from churnml.timeline import Fold, even_steps, rolling_origin


def folds_of(dataset: Dataset, last_day: date, settings: Backtest) -> tuple[Fold, ...]:
    """The folds, oldest first: ``n_folds`` steps of ``step_months`` back from the last day, which both are the most that is wanted.

    Where too little is known at the first of their cutoffs, the time from which enough is known to the last look whose outcome is known is
    cut into even steps: as many as hold ``min_ripe`` renewals each to be tested on, and never fewer folds than the steps asked for would give.
    """
    asked = rolling_origin(last_day, settings.n_folds, settings.step_months)
    settled = dataset.ripe(last_day)
    if _is_enough(settled.ripe(asked[0].cutoff), settings) or not _is_enough(settled, settings):
        return asked
    ripe_on = pd.to_datetime(settled.outcomes["ripe_on"]).dt.date
    days = [day + timedelta(days=1) for day in sorted(set(ripe_on))]
    first = days[bisect_left(days, True, key=lambda day: _is_enough(settled.ripe(day), settings))]
    end = settled.keys["as_of"].max().date() + timedelta(days=1)
    at_least = sum(first <= fold.cutoff < end for fold in asked)
    for count in range(settings.n_folds, max(at_least, 1) - 1, -1):
        if first < end - timedelta(days=count):
            found = even_steps(first, end, last_day, count)
            tested = [settled.between(fold.cutoff, fold.test_end).renewals() for fold in found]
            if min(tested) >= settings.min_ripe:
                return found
    return asked


def _is_enough(known: Dataset, settings: Backtest) -> bool:
    """Whether some outcome can be learned from these rows."""
    return any(not known.lacks(outcome, settings) for outcome in OUTCOMES)
