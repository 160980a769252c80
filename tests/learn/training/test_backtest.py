"""The rolling origin: no prediction may depend on anything that became known after its cutoff."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from churnml.errors import NotEnoughError, SettingsError
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.candidates import GONE, MODELS, contenders
from churnml.learn.dataset import Dataset
from churnml.learn.training.backtest import ALWAYS, backtest, competing
from tests.learn.planted import HEALTH, LAST_DAY, TRAIN

Learned = tuple[dict[str, Bundle], pd.DataFrame]


def test_every_row_is_tested_at_or_after_its_cutoff(learned: Learned) -> None:
    found = learned[1]
    assert found["cutoff"].nunique() == TRAIN.backtest.n_folds
    assert (found["as_of"] >= found["cutoff"]).all()
    assert (found["ripe_on"] <= pd.Timestamp(LAST_DAY)).all()
    assert not found.duplicated(["account_id", "as_of", "renewal"]).any()


def test_every_rival_predicts_every_row(learned: Learned) -> None:
    fitted = tuple(name for name in MODELS if name in (*TRAIN.candidates, *ALWAYS))
    assert contenders(learned[1]) == (*fitted, "best_column", "base_rate")
    for contender in contenders(learned[1]):
        assert np.isfinite(learned[1][f"log_odds_{contender}"]).all()
        assert learned[1][f"probability_{contender}"].between(0, 1).all()


@pytest.mark.parametrize("fold", [0, 2])
def test_outcomes_not_ripe_at_the_cutoff_move_nothing(planted: Dataset, learned: Learned, fold: int) -> None:
    cutoff = sorted(learned[1]["cutoff"].unique())[fold]
    is_later = pd.to_datetime(planted.outcomes["ripe_on"]) >= cutoff
    turned = planted.outcomes["outcome"].map({"churn": "flat", "flat": "churn", "expansion": "churn"})
    outcome = planted.outcomes["outcome"].where(~is_later, turned)
    changed = replace(planted, outcomes=planted.outcomes.assign(outcome=outcome))
    again = backtest(changed, "churn", TRAIN, HEALTH, LAST_DAY)
    columns = [
        f"{what}_{contender}" for what in ("log_odds", "probability") for contender in contenders(learned[1])
    ]
    before, after = (frame[frame["cutoff"] == cutoff] for frame in (learned[1], again))
    assert before["is_outcome"].sum() != after["is_outcome"].sum()
    pd.testing.assert_frame_equal(before[columns], after[columns], check_exact=True)


def test_probabilities_match_the_rate(learned: Learned) -> None:
    found = learned[1]
    assert found["probability_lightgbm_bag"].mean() == pytest.approx(found["is_outcome"].mean(), abs=0.05)


def test_folds_that_cannot_learn_this_outcome_are_left_out(planted: Dataset) -> None:
    nobody = planted.outcomes["outcome"].mask(
        pd.to_datetime(planted.outcomes["ripe_on"]).dt.year < 2024, "flat"
    )
    late = replace(planted, outcomes=planted.outcomes.assign(outcome=nobody))
    rules = TRAIN.model_copy(update={"candidates": ("rules",)})
    assert backtest(late, "churn", rules, HEALTH, LAST_DAY)["cutoff"].nunique() < TRAIN.backtest.n_folds


def test_no_fold_at_all_is_said(planted: Dataset) -> None:
    with pytest.raises(NotEnoughError, match="none of the 3 backtest folds"):
        backtest(planted, "churn", TRAIN, HEALTH, date(2021, 3, 1))


def test_a_candidate_that_is_no_model_is_refused_by_its_name() -> None:
    with pytest.raises(SettingsError, match="no model 'lightgbm': did you mean 'lightgbm_bag'"):
        competing(TRAIN.model_copy(update={"candidates": ("rules", "lightgbm")}), "churn")


@pytest.mark.parametrize("name", GONE)
def test_a_model_that_is_gone_is_refused_with_what_to_do(name: str) -> None:
    assert name not in MODELS
    with pytest.raises(SettingsError, match=f"'{name}'.* is gone: .*take it out"):
        competing(TRAIN.model_copy(update={"candidates": ("rules", name)}), "churn")


def test_the_rules_are_rivals_whoever_competes(learned: Learned) -> None:
    assert {"rules", "health_fitted"} <= set(contenders(learned[1]))
    assert competing(TRAIN.model_copy(update={"candidates": ("logistic",)}), "churn") == ("logistic",)


def test_threads_move_no_digit(planted: Dataset, learned: Learned) -> None:
    again = backtest(planted, "churn", TRAIN.model_copy(update={"n_jobs": 3}), HEALTH, LAST_DAY)
    pd.testing.assert_frame_equal(again, learned[1], check_exact=True)
