"""The fitted health score: weights from the past, on the components that the rules have."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.learn.dataset import Dataset
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.base import Training
from churnml.learn.models.rules.health_fitted import HealthFitted, learned_weights
from churnml.learn.models.rules.rules import health_score
from churnml.params.health import Health, Rule
from tests.learn.planted import COLUMNS, HEALTH, INPUTS, TRAIN

SEATS = Rule(column="seats", bad=1.0, good=30.0, weight=3.0)
THREE = Health(components={**HEALTH.components, "commercial": (SEATS,)})


def fit(data: Dataset, health: Health = THREE, outcome: str = "churn") -> HealthFitted:
    return HealthFitted.fit(Training.of(data, outcome), TRAIN, health, outcome)


def weights(model: HealthFitted) -> dict[str, float]:
    return {part.name: part.weight for part in model.parts}


def points(rows: int, columns: int, unknown: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, (rows, columns))
    return np.where(rng.random(scores.shape) < unknown, np.nan, scores)


@settings(max_examples=30, deadline=None)
@given(
    columns=st.integers(1, 5), unknown=st.sampled_from([0.0, 0.3, 0.9, 1.0]), ridge=st.sampled_from([0.0, 1.0, 100.0]),
    rate=st.sampled_from([0.0, 0.1, 0.5, 1.0]), is_good=st.booleans(), seed=st.integers(0, 99),
)  # fmt: skip
def test_weights_are_never_below_zero_and_sum_to_100(
    columns: int, unknown: float, ridge: float, rate: float, is_good: bool, seed: int
) -> None:
    scores = points(120, columns, unknown, seed)
    y_true = np.random.default_rng(seed).random(120) < rate
    found = learned_weights(scores, y_true, [1.0 + place for place in range(columns)], ridge, is_good)
    is_known = np.isfinite(scores).any(axis=0)
    assert (found >= 0).all()
    assert (found[~is_known] == 0).all()
    assert found.sum() == pytest.approx(100 if is_known.any() else 0, abs=1e-3)


def test_the_component_that_alone_matters_gets_the_weight() -> None:
    scores = points(3000, 3, 0.2, 1)
    chance = sigmoid(0.05 * (30 - np.nan_to_num(scores[:, 1], nan=50)))
    y_true = np.random.default_rng(2).random(3000) < chance
    found = learned_weights(scores, y_true, [70, 10, 20], 1.0, is_good=False)
    assert found[1] > 85
    grown = learned_weights(scores, ~y_true, [70, 10, 20], 1.0, is_good=True)
    assert grown == pytest.approx(found, abs=1e-3)


def test_with_few_renewals_the_rules_stand() -> None:
    scores, y_true = points(60, 3, 0.0, 3), np.random.default_rng(3).random(60) < 0.3
    held = learned_weights(scores, y_true, [70, 10, 20], 1000.0, is_good=False)
    assert held == pytest.approx([70, 10, 20], abs=5)
    free = learned_weights(scores, y_true, [70, 10, 20], 0.0, is_good=False)
    assert np.abs(free - held).max() > 10


def test_the_score_is_the_weighted_mean_of_the_parts_that_the_rules_show(planted: Dataset) -> None:
    model, rows = fit(planted), planted.rows
    shown = health_score(rows, THREE)
    whole = rows["silence"].notna().to_numpy()
    by_hand = sum(weight / 100 * shown[name] for name, weight in weights(model).items())
    assert np.allclose(model.score(rows)[whole], by_hand[whole])
    assert ((model.score(rows) >= 0) & (model.score(rows) <= 100)).all()
    without = {name: weight for name, weight in weights(model).items() if name != "engagement"}
    handed_on = sum(weight / sum(without.values()) * shown[name] for name, weight in without.items())
    assert np.allclose(model.score(rows)[~whole], handed_on[~whole])


def test_a_better_value_never_lowers_the_score(planted: Dataset) -> None:
    model = fit(planted)
    rows = planted.rows.head(50)
    for rule in (rule for part in model.parts for rule in part.rules if rule.column in rows):
        step = abs(rule.good - rule.bad) / 7 * np.sign(rule.good - rule.bad)
        better = rows.assign(**{rule.column: rows[rule.column] + step})
        assert (model.score(better) >= model.score(rows) - 1e-9).all()


def test_a_book_without_surveys_has_no_weight_for_them(planted: Dataset) -> None:
    kept = tuple(feature for feature in INPUTS if feature.column != "silence")
    rows = planted.rows[COLUMNS].drop(columns="silence")
    training = Training(rows, planted.is_outcome("churn"), planted.accounts, kept)
    absent = HealthFitted.fit(training, TRAIN, THREE, "churn")
    assert list(weights(absent)) == ["usage", "commercial"]
    empty = replace(planted, rows=planted.rows.assign(silence=np.nan))
    assert weights(fit(empty))["engagement"] == 0
    assert sum(weights(fit(empty)).values()) == pytest.approx(100)
    assert np.allclose(
        fit(empty).log_odds(empty.rows), absent.log_odds(empty.rows.drop(columns="silence")), atol=1e-6
    )


def test_no_rules_no_score(planted: Dataset) -> None:
    model = fit(planted, Health(components={}))
    assert np.isnan(model.score(planted.rows)).all()
    assert np.ptp(model.log_odds(planted.rows)) == 0


def test_what_was_saved_scores_the_same(planted: Dataset, tmp_path: Path) -> None:
    model = fit(planted)
    model.save(tmp_path)
    loaded = HealthFitted.load(tmp_path)
    assert weights(loaded) == weights(model)
    assert np.array_equal(loaded.score(planted.rows), model.score(planted.rows))


def test_health_goes_with_growth(planted: Dataset) -> None:
    model = fit(planted, outcome="expansion")
    score, log_odds = model.score(planted.rows), model.log_odds(planted.rows)
    assert pd.Series(log_odds).corr(pd.Series(score)) > 0.99
