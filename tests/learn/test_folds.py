"""The folds follow from the history's length: a short one has shorter steps, a long one those asked for."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from churnml.learn.dataset import Dataset
from churnml.learn.folds import folds_of
from churnml.timeline import rolling_origin
from tests.learn.planted import LAST_DAY, TRAIN

ASKED = TRAIN.backtest.model_copy(update={"n_folds": 6, "step_months": 3, "min_ripe": 20})


def of_days(dataset: Dataset, first: date, last_day: date) -> Dataset:
    """What a book that began on one day knows on another."""
    return dataset.between(first, last_day)


def test_a_long_history_has_the_folds_asked_for(planted: Dataset) -> None:
    assert folds_of(planted, LAST_DAY, ASKED) == rolling_origin(LAST_DAY, 6, 3)


def test_half_a_year_gives_as_many_folds_as_hold_enough(planted: Dataset) -> None:
    first, last_day = date(2022, 1, 1), date(2022, 8, 1)
    young = of_days(planted, first, last_day)
    asked = [
        fold
        for fold in rolling_origin(last_day, 6, 3)
        if not young.ripe(fold.cutoff).lacks("churn", ASKED)
        and young.between(fold.cutoff, fold.test_end).ripe(last_day).renewals()
    ]
    found = folds_of(young, last_day, ASKED)
    assert len(asked) == 1
    assert len(found) >= 3
    for fold in found:
        assert not young.ripe(fold.cutoff).lacks("churn", ASKED)
        assert young.between(fold.cutoff, fold.test_end).ripe(last_day).renewals() >= ASKED.min_ripe
    assert found[-1].test_end == last_day
    assert all(one.test_end == other.cutoff for one, other in pairwise(found))
    steps = [other.cutoff - one.cutoff for one, other in pairwise(found)]
    assert max(steps) - min(steps) <= timedelta(days=1)


@pytest.mark.parametrize("months", [1, 2, 4])
def test_a_book_in_which_nothing_can_be_learned_keeps_the_folds_asked_for(
    planted: Dataset, months: int
) -> None:
    last_day = date(2022, 1 + months, 1)
    none = of_days(planted, date(2022, 1, 1), last_day)
    assert folds_of(none.where(none.is_outcome("contraction")), last_day, ASKED) == rolling_origin(
        last_day, 6, 3
    )


def test_what_came_later_moves_no_fold(planted: Dataset) -> None:
    first, last_day = date(2022, 1, 1), date(2022, 8, 1)
    known = of_days(planted, first, last_day)
    later = of_days(planted, first, LAST_DAY)
    changed = replace(later, outcomes=later.outcomes.assign(outcome=later.outcomes["outcome"].where(
        (later.outcomes["ripe_on"] < str(last_day)).to_numpy(), "flat"
    )))  # fmt: skip
    assert folds_of(known, last_day, ASKED) == folds_of(changed, last_day, ASKED)
