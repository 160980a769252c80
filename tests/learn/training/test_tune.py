"""Tuning: reproducible, and blind to everything a fit may not know."""

from dataclasses import replace

import pandas as pd
import pytest

from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.learn.selection.model_selection import evaluate_all
from churnml.learn.training.tune import tuned
from churnml.params.train import LightGBM, Train
from tests.learn.planted import EVALUATE, HEALTH, LAST_DAY, TRAIN, learn

CUTOFF = pd.Timestamp("2024-01-01")


@pytest.fixture(scope="module")
def trying() -> Train:
    """Settings that try three others, with small bags."""
    small = TRAIN.lightgbm.model_copy(update={"n_boosters": 2, "n_estimators": 10})
    return TRAIN.model_copy(
        update={
            "lightgbm": small,
            "tune": TRAIN.tune.model_copy(update={"n_trials": 4}),
            "candidates": ("rules", "lightgbm_bag"),
            "backtest": TRAIN.backtest.model_copy(update={"n_folds": 2}),
        }
    )


def test_no_trials_no_change(planted: Dataset) -> None:
    assert tuned(planted, "churn", TRAIN, HEALTH) is TRAIN


def test_the_same_seed_finds_the_same_settings(planted: Dataset, trying: Train) -> None:
    known = planted.ripe(CUTOFF.date())
    first, again = (tuned(known, "churn", trying, HEALTH).lightgbm for _ in range(2))
    assert first == again
    assert 3 <= first.num_leaves <= 12
    assert 0.05 <= first.learning_rate <= 0.3
    assert first.n_estimators == trying.lightgbm.n_estimators


def test_outcomes_after_the_cutoff_move_no_setting(planted: Dataset, trying: Train) -> None:
    is_later = pd.to_datetime(planted.outcomes["ripe_on"]) >= CUTOFF
    turned = planted.outcomes["outcome"].map({"churn": "flat", "flat": "churn", "expansion": "churn"})
    outcome = planted.outcomes["outcome"].where(~is_later, turned)
    changed = replace(planted, outcomes=planted.outcomes.assign(outcome=outcome))
    before, after = (
        tuned(book.ripe(CUTOFF.date()), "churn", trying, HEALTH).lightgbm for book in (planted, changed)
    )
    assert before == after


def test_too_few_rows_are_not_tuned_on(planted: Dataset, trying: Train) -> None:
    few = planted.where(pd.Series(planted.accounts).isin(pd.unique(planted.accounts)[:12]).to_numpy())
    assert tuned(few.ripe(CUTOFF.date()), "churn", trying, HEALTH) is trying


def test_what_was_found_is_kept(planted: Dataset, trying: Train) -> None:
    bundles, found = learn(planted, "churn", trying, HEALTH, LAST_DAY)
    settings = found.attrs["tuned"]
    assert list(settings) == sorted(str(day.date()) for day in found["cutoff"].unique())
    assert set(settings[min(settings)]) == set(LightGBM.model_fields)
    assert bundles["lightgbm_bag"].settings["lightgbm"]["n_estimators"] == 10
    assert bundles["rules"].settings["lightgbm"] == trying.lightgbm.model_dump(mode="json")
    carried = found.assign(outcome="churn")
    carried.attrs = {
        "not_enough": dict.fromkeys(set(OUTCOMES) - {"churn"}, "-"),
        "tuned": {"churn": settings},
    }
    assert evaluate_all(carried, EVALUATE)["churn"].tuned == settings
