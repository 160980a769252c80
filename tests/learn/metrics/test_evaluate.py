"""Metrics against scikit-learn, on the book as it is and on resamples spelled out row by row."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from churnml.learn.artifact.bundle import Bundle
from churnml.learn.candidates import MODELS
from churnml.learn.metrics import evaluate as module
from churnml.learn.metrics.bootstrap import (
    account_weights,
    best_stretch,
    calibration_slope,
    captured,
    ordered,
    over_folds,
    roc_auc,
)
from churnml.learn.metrics.calibration_error import ece
from churnml.learn.metrics.call_value import call_value
from churnml.params.evaluate import Evaluate
from churnml.results.metrics import ModelSelection
from churnml.results.stored import as_json
from tests.learn.planted import EVALUATE

RNG = np.random.default_rng(4)
SCORE = np.round(RNG.random(300), 2)  # with ties
CAME = (RNG.random(300) < SCORE).astype(float)
ACCOUNTS = RNG.integers(0, 60, 300).astype(str).astype(object)
WEIGHTS = account_weights(ACCOUNTS, 5, seed=1)
ONE_FOLD = np.zeros(300, dtype=int)

CHOICE = ModelSelection("logistic", "logistic", "as it was", {})


def evaluate(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """The metrics as the file holds them."""
    found: dict[str, Any] = as_json(module.evaluate(predictions, settings, outcome, lambda _: ({}, CHOICE)))
    return found


Learned = tuple[dict[str, Bundle], pd.DataFrame]


def test_weights_draw_whole_accounts() -> None:
    assert (WEIGHTS[:, 0] == 1).all()
    for column in WEIGHTS.T[1:]:
        by_account = pd.Series(column).groupby(ACCOUNTS)
        assert (by_account.min() == by_account.max()).all()
        assert by_account.first().sum() == 60


@pytest.mark.parametrize(
    ("ours", "row", "theirs"),
    [
        (roc_auc, 0, roc_auc_score),
        (ordered(0.1), 0, roc_auc_score),
        (ordered(0.1), 1, average_precision_score),
    ],
)
def test_ranking_metrics_equal_scikit_learns_on_each_resample(ours, row, theirs) -> None:  # type: ignore[no-untyped-def]
    found = np.atleast_2d(over_folds(ours, ONE_FOLD, SCORE, CAME, WEIGHTS))[row]
    for value, column in zip(found, WEIGHTS.T, strict=True):
        repeated = np.repeat(np.arange(300), column.astype(int))
        assert value == pytest.approx(theirs(CAME[repeated], SCORE[repeated]))


def test_only_scores_of_one_fold_are_compared() -> None:
    folds = np.arange(300) % 2
    shifted = SCORE + 10 * folds
    assert over_folds(roc_auc, folds, shifted, CAME, WEIGHTS) == pytest.approx(
        over_folds(roc_auc, folds, SCORE, CAME, WEIGHTS)
    )


def test_captured_takes_the_top_share_with_ties_in_part() -> None:
    score, value = np.array([9.0, 5.0, 5.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
    found = over_folds(captured(0.5), np.zeros(4, dtype=int), score, value, np.ones((4, 1)))
    assert found == pytest.approx([0.75])


def test_calibration_slope_equals_a_logistic_regression_on_each_resample() -> None:
    log_odds = np.log((SCORE + 0.01) / (1.01 - SCORE))
    found = calibration_slope(log_odds, CAME, WEIGHTS)
    for value, column in zip(found, WEIGHTS.T, strict=True):
        oracle = LogisticRegression(C=np.inf, tol=1e-9).fit(log_odds[:, None], CAME, sample_weight=column)
        assert value == pytest.approx(oracle.coef_[0, 0], abs=1e-3)


def test_calibration_slope_of_nothing_is_unknown() -> None:
    assert np.isnan(calibration_slope(np.zeros(300), CAME, WEIGHTS)).all()
    assert np.isnan(calibration_slope(SCORE, np.zeros(300), WEIGHTS)).all()


def test_a_slope_without_end_is_unknown_and_not_the_last_step() -> None:
    log_odds, whole = np.array([-3.0, -2.0, -1.0, 1.0]), np.ones((4, 1))
    assert np.isnan(calibration_slope(log_odds, (log_odds > 0).astype(float), whole)).all()
    assert np.isnan(calibration_slope(-log_odds, (log_odds > 0).astype(float), whole)).all()


def test_slopes_on_a_grid_are_those_of_the_rows() -> None:
    rng = np.random.default_rng(5)
    log_odds = rng.normal(-2, 1.5, 4000)
    y_true = (rng.random(4000) < 1 / (1 + np.exp(-0.8 * log_odds))).astype(float)
    weights = np.column_stack([np.ones(4000), rng.poisson(1, (4000, 9))])
    apart = [calibration_slope(log_odds, y_true, weights[:, [column]])[0] for column in range(10)]
    np.testing.assert_allclose(calibration_slope(log_odds, y_true, weights), apart, atol=2e-6)


def test_metrics_of_a_backtest(learned: Learned) -> None:
    predictions = learned[1]
    found = evaluate(predictions, EVALUATE, "churn")
    bag = found["models"]["lightgbm_bag"]
    for value in (
        bag[name] for name in ("roc_auc", "pr_auc", "lift_at_capacity", "brier", "calibration_slope")
    ):
        assert value["low"] <= value["value"] <= value["high"]
    y_true, said = predictions["is_outcome"], predictions["probability_lightgbm_bag"]
    assert bag["brier"]["value"] == pytest.approx(brier_score_loss(y_true, said), abs=1e-5)
    parts = [part for _, part in predictions.groupby("cutoff")]
    pairs = [part["is_outcome"].sum() * (~part["is_outcome"]).sum() for part in parts]
    order = [roc_auc_score(part["is_outcome"], part["probability_lightgbm_bag"]) for part in parts]
    assert bag["roc_auc"]["value"] == pytest.approx(np.average(order, weights=pairs), abs=1e-5)
    assert set(bag["by_lead_days"]) == {"30", "90"}
    assert set(bag["by_segment"]) == {"large", "small"}


def test_a_part_is_measured_as_a_backtest_of_its_rows_alone(learned: Learned) -> None:
    predictions = learned[1]
    whole = evaluate(predictions, EVALUATE, "churn")["models"]
    for key, column, value in (("by_lead_days", "lead_days", 30), ("by_segment", "segment", "small")):
        rows = predictions[predictions[column] == value].reset_index(drop=True)
        alone = evaluate(rows, EVALUATE, "churn")["models"]
        for contender in (name for name in whole if name in MODELS):
            part = whole[contender][key][str(value)]
            assert (part["rows"], part["outcomes"]) == (len(rows), rows["is_outcome"].sum())
            metrics = [name for name in part if name not in {"rows", "renewals", "outcomes"}]
            assert {"roc_auc", "brier", "ece", "ece_floor"} <= set(metrics)
            assert [part[name]["value"] for name in metrics] == [
                alone[contender][name]["value"] for name in metrics
            ]
            assert part["roc_auc"]["low"] <= part["roc_auc"]["value"] <= part["roc_auc"]["high"]


def test_the_base_rate_orders_nothing_and_differences_are_paired(learned: Learned) -> None:
    found = evaluate(learned[1], EVALUATE, "churn")
    assert found["models"]["base_rate"]["roc_auc"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert found["models"]["base_rate"]["lift_at_capacity"]["value"] == pytest.approx(1)
    against = found["differences"]["lightgbm_bag"]
    assert set(against) == set(found["models"]) - {"lightgbm_bag"}
    ours, theirs = (found["models"][name]["roc_auc"]["value"] for name in ("lightgbm_bag", "rules"))
    assert against["rules"]["value"] == pytest.approx(ours - theirs, abs=2e-5)


def test_it_is_json_and_repeats_itself(learned: Learned) -> None:
    found = json.dumps(evaluate(learned[1], EVALUATE, "churn"), allow_nan=False)
    assert found == json.dumps(evaluate(learned[1], EVALUATE, "churn"), allow_nan=False)


def test_small_parts_are_not_judged(learned: Learned) -> None:
    strict = EVALUATE.model_copy(update={"min_each_class": 10_000})
    assert evaluate(learned[1], strict, "churn")["models"]["logistic"]["by_lead_days"] == {}


def test_a_backtest_in_which_nothing_came_has_no_order(learned: Learned) -> None:
    found = evaluate(learned[1].assign(is_outcome=False), EVALUATE, "churn")
    assert found["models"]["lightgbm_bag"]["roc_auc"] == {"value": None, "low": None, "high": None}


def test_recall_in_time_is_who_was_called_that_long_before(learned: Learned) -> None:
    predictions = learned[1]
    found = evaluate(predictions, EVALUATE, "churn")["models"]["logistic"]
    early = predictions[predictions["lead_days"] == 90]
    called = []
    for _, fold in early.groupby("cutoff"):
        score = fold["probability_logistic"].to_numpy()
        room = np.clip(EVALUATE.capacity_share * len(fold) - np.arange(len(fold)), 0, 1)
        called.append((room * fold["is_outcome"].to_numpy()[np.argsort(-score, kind="stable")]).sum())
    assert found["recall_at_90_days"]["value"] == pytest.approx(
        sum(called) / early["is_outcome"].sum(), abs=1e-5
    )
    assert found["arr_recall_at_30_days"]["low"] <= found["arr_recall_at_30_days"]["high"]


def test_dollars_count_a_renewal_once(learned: Learned) -> None:
    predictions = learned[1]
    everybody = EVALUATE.model_copy(update={"capacity_share": 1.0})
    found = evaluate(predictions, everybody, "churn")
    affected = predictions["arr_usd"].where(predictions["is_outcome"], 0.0)
    once = affected.groupby([predictions["account_id"], predictions["renewal"]]).mean().sum()
    assert found["counts"]["arr_usd_with_outcome"] == pytest.approx(once)
    assert found["models"]["rules"]["usd_captured_at_capacity"]["value"] == pytest.approx(once)


def test_known_accounts_new_ones_and_folds_part_the_rows(learned: Learned) -> None:
    predictions = learned[1]
    found = evaluate(predictions, EVALUATE, "churn")["models"]["lightgbm_bag"]
    assert found["by_account"]["known"]["rows"] == predictions["is_known"].sum()
    rows = predictions["cutoff"].dt.strftime("%Y-%m-%d").value_counts()
    assert {day: fold["rows"] for day, fold in found["by_fold"].items()} == dict(rows[list(found["by_fold"])])
    assert len(found["by_fold"]) > 1


def test_every_headline_metric_has_a_paired_interval(learned: Learned) -> None:
    found = evaluate(learned[1], EVALUATE, "churn")
    against = found["paired"]["rules"]["lightgbm_bag"]
    assert against["roc_auc"]["value"] == -found["differences"]["lightgbm_bag"]["rules"]["value"]
    for metric in ("pr_auc", "brier", "arr_captured_at_capacity", "recall_at_90_days", "empb_usd"):
        one, other = (found["models"][name][metric] for name in ("rules", "lightgbm_bag"))
        assert against[metric]["value"] == pytest.approx(one["value"] - other["value"], abs=2e-5 + 1e-9)
        widths = [figure["high"] - figure["low"] for figure in (against[metric], one, other)]
        assert widths[0] < widths[1] + widths[2]


def test_a_rival_that_others_lack_is_judged_beside_them(learned: Learned) -> None:
    predictions = learned[1].assign(
        probability_oracle=learned[1]["is_outcome"] * 0.8 + 0.1, probability_absent=np.nan
    )
    found = evaluate(predictions, EVALUATE, "contraction")
    assert found["models"]["oracle"]["roc_auc"]["value"] == 1.0
    assert "absent" not in found["models"]
    assert found["paired"]["rules"]["oracle"]["roc_auc"]["high"] < 0
    assert "empb_usd" not in found["models"]["oracle"]


def test_what_is_right_lies_about_the_floor_and_what_is_wrong_above() -> None:
    rng = np.random.default_rng(8)
    said, seen = rng.random(3000) * 0.6, rng.random(1000).repeat(3)  # three snapshots a renewal share a fate
    day = pd.Timestamp("2024-01-01")
    rows = pd.DataFrame({
        "account_id": np.arange(1000).repeat(3).astype(str), "renewal": day, "cutoff": day, "arr_usd": 1.0,
        "lead_days": np.tile([30, 60, 90], 1000), "is_outcome": seen < said, "probability_rules": said,
        "probability_logistic": np.clip(said + 0.1, 0, 1),
    })  # fmt: skip
    found = evaluate(rows, EVALUATE, "churn")["models"]
    right, wrong = found["rules"], found["logistic"]
    assert right["ece"]["value"] < right["ece_floor"]["high"] < wrong["ece"]["value"]
    assert wrong["ece"]["value"] == pytest.approx(0.1, abs=0.03)
    once = evaluate(rows.assign(account_id=np.arange(3000).astype(str)), EVALUATE, "churn")["models"]["rules"]
    assert once["ece_floor"]["value"] < right["ece_floor"]["value"]


def test_ece_is_that_of_ten_equal_bins_also_in_a_resample() -> None:
    found = ece(SCORE, CAME, WEIGHTS)
    for value, column in zip(found, WEIGHTS.T, strict=True):
        repeated = np.repeat(
            np.argsort(SCORE, kind="stable"), column[np.argsort(SCORE, kind="stable")].astype(int)
        )
        bins = np.array_split(repeated, 10)
        expected = sum(abs(SCORE[part].sum() - CAME[part].sum()) for part in bins) / len(repeated)
        assert value == pytest.approx(expected, abs=0.02)
    assert found[0] == pytest.approx(
        sum(abs((SCORE - CAME)[part].sum()) for part in np.array_split(np.argsort(SCORE, kind="stable"), 10))
        / 300
    )


def test_empb_equals_empulse() -> None:
    metrics = pytest.importorskip("empulse.metrics")
    given = EVALUATE.profit
    arr = RNG.lognormal(7, 1, 300)
    best, called = over_folds(best_stretch, ONE_FOLD, SCORE, call_value(CAME, arr, given), WEIGHTS)
    for value, share, column in zip(best, called, WEIGHTS.T, strict=True):
        repeated = np.repeat(np.arange(300), column.astype(int))
        known = {
            "clv": arr[repeated], "alpha": given.accept_alpha, "beta": given.accept_beta,
            "incentive_fraction": given.incentive_share, "contact_cost": given.contact_cost_usd,
        }  # fmt: skip
        assert value == pytest.approx(metrics.empb_score(CAME[repeated], SCORE[repeated], **known))
        assert share == pytest.approx(
            metrics.empb_score.optimal_rate(CAME[repeated], SCORE[repeated], **known)
        )


def test_where_no_call_pays_nobody_is_called() -> None:
    best, called = over_folds(best_stretch, ONE_FOLD, SCORE, np.full(300, -1.0), WEIGHTS)
    assert best.tolist() == called.tolist() == [0.0] * 6
