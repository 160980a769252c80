"""The pictures of a backtest: right numbers, same bytes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnml.evidence.charts.backtest_charts import calibration_chart, capture_chart, captured, reliability
from churnml.learn.metrics.bootstrap import captured as metric_of
from churnml.learn.metrics.bootstrap import over_folds


@pytest.fixture
def predictions() -> pd.DataFrame:
    """Two folds of calibrated predictions."""
    rng = np.random.default_rng(3)
    chance = rng.uniform(0, 0.4, 400)
    return pd.DataFrame({
        "cutoff": np.repeat(pd.to_datetime(["2024-01-01", "2024-07-01"]), 200), "arr_usd": rng.lognormal(9, 1, 400),
        "is_outcome": rng.uniform(size=400) < chance, "probability_lightgbm_bag": chance, "probability_rules": 0.2,
    })  # fmt: skip


def test_a_perfect_ranking_catches_all_first() -> None:
    frame = pd.DataFrame({
        "arr_usd": [1.0, 1.0, 2.0, 2.0], "is_outcome": [True, False, False, True],
        "probability_rules": [0.9, 0.1, 0.1, 0.9],
    })  # fmt: skip
    called = np.array([0, 0.25, 0.5, 0.75, 1])
    assert captured(frame, "rules", called) == pytest.approx([0, 2 / 3, 1, 1, 1])


def test_accounts_are_ranked_within_their_fold() -> None:
    frame = pd.DataFrame({
        "cutoff": [1, 1, 2, 2], "arr_usd": 1.0, "is_outcome": [True, False, True, False],
        "probability_rules": [0.2, 0.1, 0.9, 0.8],
    })  # fmt: skip
    assert captured(frame, "rules", np.array([0, 0.5, 1])).tolist() == [0, 1, 1]


def test_the_curve_at_capacity_is_the_metric(predictions: pd.DataFrame) -> None:
    """One figure, wherever it is read: ties and the last row count in part."""
    rounded = predictions.assign(probability_rules=predictions["probability_lightgbm_bag"].round(1))
    stake = (rounded["probability_rules"] * rounded["arr_usd"]).to_numpy()
    won = (rounded["is_outcome"] * rounded["arr_usd"]).to_numpy(dtype=float)
    folds, once = pd.factorize(rounded["cutoff"])[0], np.ones((len(rounded), 1))
    wanted = over_folds(metric_of(0.13), folds, stake, won, once)[0]
    assert captured(rounded, "rules", np.array([0.13]))[0] == pytest.approx(wanted)


def test_reliability_brackets_what_came() -> None:
    said, seen, low, high = reliability(
        pd.Series([0.1] * 50 + [0.9] * 50), pd.Series([False] * 50 + [True] * 50)
    )
    assert said[0] == pytest.approx(0.1)
    assert (low <= seen).all()
    assert (seen <= high).all()
    assert seen[0] == low[0] == 0 < high[0] < 1


def test_the_same_predictions_give_the_same_pictures(predictions: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("first", "second"):
        capture_chart(predictions, "churn", 0.1, tmp_path / name / "caught.png")
        calibration_chart(predictions, "churn", tmp_path / name / "calibration.png")
    for name in ("caught.png", "calibration.png"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
