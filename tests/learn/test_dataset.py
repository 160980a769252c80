"""Rows beside outcomes: what is ripe, what is a renewal, and the messages when there is too little."""

import re
from datetime import date

import numpy as np
import pandas as pd

from churnml.learn.dataset import Dataset
from tests.learn.planted import COLUMNS, FEATURES, LAST_DAY, TRAIN

LEAST = TRAIN.backtest


def recast(data: Dataset, outcomes: pd.DataFrame) -> Dataset:
    return Dataset(data.keys, data.rows, outcomes, data.features)


def test_only_ripe_outcomes_known_by_the_day(planted: Dataset) -> None:
    by = date(2023, 3, 1)
    found = planted.ripe(by)
    assert 0 < len(found.keys) < len(planted.keys)
    assert (found.outcomes["ripe_on"] < pd.Timestamp(by)).all()
    assert found.outcomes["is_ripe"].all()
    assert len(found.rows) == len(found.keys) == len(found.accounts)


def test_between_is_half_open(planted: Dataset) -> None:
    day = planted.keys["as_of"].iloc[0].date()
    assert (planted.between(day, LAST_DAY).keys["as_of"] >= pd.Timestamp(day)).all()
    assert not (planted.between(date(2000, 1, 1), day).keys["as_of"] == pd.Timestamp(day)).any()


def test_snapshots_of_one_renewal_count_once(planted: Dataset) -> None:
    assert planted.renewals() * 2 == len(planted.keys)


def test_building_blocks_are_kept_and_not_seen(planted: Dataset) -> None:
    assert "block" in planted.rows
    assert [feature.column for feature in planted.inputs] == COLUMNS


def test_join_aligns_and_sorts(planted: Dataset) -> None:
    both = pd.concat([planted.keys, planted.rows], axis=1)
    y_true = pd.concat([planted.keys, planted.outcomes], axis=1)
    mixed = Dataset.join(both.sample(frac=1, random_state=1), y_true.sample(frac=1, random_state=2), FEATURES)
    pd.testing.assert_frame_equal(mixed.rows, planted.rows)
    pd.testing.assert_frame_equal(mixed.outcomes, planted.outcomes)


def test_no_ripe_renewal_is_said(planted: Dataset) -> None:
    assert re.search(
        r"no churn model.*no renewal is ripe.*rules list is still written",
        str(planted.ripe(date(2000, 1, 1)).lacking("churn", LEAST)),
    )


def test_one_outcome_only_is_said(planted: Dataset) -> None:
    ripe = planted.ripe(LAST_DAY)
    flat = recast(ripe, ripe.outcomes.assign(outcome="flat"))
    assert re.search(
        rf"all {ripe.renewals()} ripe renewals have one outcome: no churn", str(flat.lacking("churn", LEAST))
    )


def test_too_few_are_counted(planted: Dataset) -> None:
    few = planted.ripe(date(2021, 2, 10))
    assert re.search(
        rf"{few.renewals()} ripe renewals, fewer than {LEAST.min_ripe}", str(few.lacking("churn", LEAST))
    )


def test_too_few_of_a_class_are_counted(planted: Dataset) -> None:
    ripe = planted.ripe(LAST_DAY)
    outcome = np.where(np.arange(len(ripe.keys)) < 4, "churn", "flat")
    rare = recast(ripe, ripe.outcomes.assign(outcome=outcome))
    assert re.search(
        r"2 ripe renewals with churn and \d+ without; each needs 10", str(rare.lacking("churn", LEAST))
    )
