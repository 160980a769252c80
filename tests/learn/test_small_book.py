"""A small company's book: a verdict that owns up to how little it rests on, or a plain 'not enough'."""

import pandas as pd
import pytest

from benchmarks.cut_book import cut
from benchmarks.shuffled import dealt
from churnml.errors import NotEnoughError
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge
from churnml.learn.training.backtest import backtest
from tests.learn.planted import EVALUATE, GATE, HEALTH, LAST_DAY, TRAIN, learn


def test_a_hundred_and_fifty_renewals_give_a_verdict_with_a_wide_interval(planted: Dataset) -> None:
    small = cut(planted, 150, LAST_DAY, seed=1)
    assert 150 <= small.ripe(LAST_DAY).renewals() < 160
    _, predictions = learn(small, "churn", TRAIN, HEALTH, LAST_DAY)
    found = judge(measure(predictions, EVALUATE, "churn"), GATE)
    assert found.low is not None and found.high is not None
    assert found.high - found.low > 0.1
    assert "interval" in found.sentence


def test_forty_are_not_enough_and_it_is_said(planted: Dataset) -> None:
    few = cut(planted, 36, LAST_DAY, seed=1)
    with pytest.raises(
        NotEnoughError, match=r"ripe renewals, fewer than 40.*The rules list is still written"
    ):
        learn(few, "churn", TRAIN, HEALTH, LAST_DAY)


def test_dealing_anew_keeps_the_rates_and_the_renewals_whole(planted: Dataset) -> None:
    shuffled = dealt(planted, seed=3)
    before, after = (
        pd.concat([each.keys[RENEWAL], each.outcomes[["outcome"]]], axis=1)[each.outcomes["is_ripe"]]
        for each in (planted, shuffled)
    )
    assert (before["outcome"] != after["outcome"]).any()
    assert len(after.drop_duplicates()) == len(after.drop_duplicates(RENEWAL))
    quarters = [each.drop_duplicates(RENEWAL).groupby(each["renewal"].dt.to_period("Q"))["outcome"].value_counts()
                for each in (before, after)]  # fmt: skip
    pd.testing.assert_series_equal(quarters[0].sort_index(), quarters[1].sort_index())


def test_what_was_dealt_blindly_proves_nothing(planted: Dataset) -> None:
    predictions = backtest(dealt(planted, seed=3), "churn", TRAIN, HEALTH, LAST_DAY)
    assert not judge(measure(predictions, EVALUATE, "churn"), GATE).is_proven
