"""Whether as many came as the chances said: a level that changes is seen, chance alone is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnml.learn.metrics.chances import chances
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.segments import cut
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge
from churnml.results.interval import Interval
from churnml.results.metrics import Chances, Expected, OutcomeMetrics
from tests.learn.planted import EVALUATE, GATE
from tests.learn.selection.test_promotion import metrics

FOLDS = pd.date_range("2024-01-01", periods=4, freq="QS")


def predictions(seed: int = 0, times: tuple[float, ...] = (1, 1, 1, 1), accounts: int = 300) -> pd.DataFrame:
    """Four folds of accounts looked at twice; the chances are the true ones, but for odds of what comes changed by ``times`` in each fold."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-1.2, 0.9, (len(FOLDS), accounts))
    came = rng.random(log_odds.shape) < 1 / (1 + np.exp(-log_odds - np.log(times)[:, None]))
    arr = rng.lognormal(9, 0.8, accounts)
    fold, account = (place.ravel() for place in np.indices(log_odds.shape))
    seen = pd.DataFrame({
        "account_id": account.astype(str), "cutoff": FOLDS[fold], "renewal": FOLDS[fold] + pd.Timedelta(days=80),
        "is_outcome": came.ravel(), "arr_usd": arr[account], "log_odds_logistic": log_odds.ravel(), "log_odds_rules": 0.0,
        "probability_logistic": 1 / (1 + np.exp(-log_odds.ravel())), "probability_rules": came.mean(),
    })  # fmt: skip
    return pd.concat([seen.assign(lead_days=lead) for lead in (30, 60)], ignore_index=True)


def measured(given: pd.DataFrame) -> OutcomeMetrics:
    return measure(given, EVALUATE, "churn")


def test_expected_and_came_count_each_renewal_once_in_accounts_and_dollars() -> None:
    given = predictions()
    once = given.drop_duplicates(["account_id", "renewal"])
    found = measured(given).chances
    assert found is not None
    assert found.accounts.of == len(once)
    assert found.accounts.said == pytest.approx(once["probability_logistic"].sum(), abs=1e-4)
    assert found.accounts.came == once["is_outcome"].sum()
    assert found.dollars.came == pytest.approx(once.loc[once["is_outcome"], "arr_usd"].sum(), abs=0.01)
    assert list(found.by_fold) == [str(day.date()) for day in FOLDS]
    assert sum(fold.came or 0 for fold in found.by_fold.values()) == pytest.approx(found.accounts.came)


def test_a_level_that_doubles_for_a_while_is_found_in_its_fold_though_the_mean_is_nearly_right() -> None:
    found = measured(predictions(times=(1, 2.5, 1, 0.8))).chances
    assert found is not None and not found.accounts.is_off
    assert found.worst_fold == "2024-04-01"


def test_chances_that_are_right_are_called_off_in_no_book() -> None:
    """Forty books without a change of level; each interval is widened for all that is looked at."""
    for seed in range(40):
        book = Evaluation.of(predictions(seed, accounts=150).query("lead_days == 30"), EVALUATE)
        found = chances(book, "logistic", cut(book)["by_fold"], np.ones(3))
        assert not found.accounts.is_off and not found.dollars.is_off and found.worst_fold is None, seed


def test_the_verdict_says_what_the_chances_missed_and_loses_a_letter() -> None:
    right, off = Interval(1.0, 0.9, 1.1), Interval(0.56, 0.45, 0.7)
    fine = Chances(
        Expected(1000, 160, 160, right),
        Expected(1e6, 1e5, 1e5, right),
        {"2024-04-01": Expected(200, 18, 32, right)},
        right,
    )

    def verdict(given: Chances) -> tuple[str | None, str]:
        found = judge(replace(metrics(), chances=given), GATE)
        assert found.is_proven  # the order stands
        return found.grade, found.sentence

    assert verdict(fine)[0] == "B" and "chances" not in verdict(fine)[1]
    grade, said = verdict(replace(fine, accounts=Expected(1000, 90, 160, off)))
    assert grade == "C" and said.endswith(
        "so the grade is a letter lower: they expected 9 of 100 to leave where 16 left."
    )
    said = verdict(replace(fine, by_fold={"2024-04-01": Expected(200, 18, 32, off)}))[1]
    assert said.endswith("in the fold of 2024-04-01 they expected 9 of 100 to leave where 16 left.")
    said = verdict(replace(fine, dollars=Expected(1e6, 9e4, 1.6e5, off)))[1]
    assert said.endswith("they expected $90,000 to leave where $160,000 left.")
    assert verdict(replace(fine, slope=off))[1].endswith("they are too bold (slope 0.56).")
    low = judge(replace(metrics(bag=0.6), chances=replace(fine, slope=off)), GATE)
    assert low.grade == "D" and "the grade is a letter lower" not in low.sentence  # there is none below
    assert "its chances are off: they are too bold" in low.sentence


def test_pooled_the_order_pays_for_chances_of_two_levels_and_within_folds_it_does_not() -> None:
    given = predictions()
    is_late = given["cutoff"] >= FOLDS[2]
    shifted = given.assign(
        probability_logistic=given["probability_logistic"].where(is_late, given["probability_logistic"] / 10)
    )
    before, after = (measured(rows).models["logistic"].figures for rows in (given, shifted))
    assert after["roc_auc"] == before["roc_auc"]
    assert after["pooled_roc_auc"].high < before["pooled_roc_auc"].low
    assert before["pooled_roc_auc"].value == pytest.approx(before["roc_auc"].value, abs=0.01)


def test_a_fold_without_enough_of_either_kind_is_not_judged_alone() -> None:
    given = predictions()
    given.loc[given["cutoff"] == FOLDS[3], "is_outcome"] = False
    found = measured(given).chances
    assert found is not None and list(found.by_fold) == [str(day.date()) for day in FOLDS[:3]]
