"""Platt's line: right where there is much to learn from, safe where there is little."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from churnml.learn.calibrate import LEAST_SLOPE, Platt
from churnml.learn.logit import sigmoid

RNG = np.random.default_rng(0)
MARGIN = RNG.normal(-1, 1.5, 4000)


def test_finds_the_line_and_agrees_with_scikit_learn() -> None:
    came = RNG.random(4000) < sigmoid(0.5 * MARGIN - 0.7)
    found = Platt.fit(MARGIN, came)
    oracle = LogisticRegression(C=np.inf).fit(MARGIN[:, None], came)
    assert found.slope == pytest.approx(oracle.coef_[0, 0], abs=0.005)
    assert found.intercept == pytest.approx(oracle.intercept_[0], abs=0.005)
    assert found.probability(MARGIN).mean() == pytest.approx(came.mean(), abs=0.001)


def test_never_turns_the_order_round() -> None:
    came = RNG.random(4000) < sigmoid(-MARGIN - 2)
    found = Platt.fit(MARGIN, came)
    assert found.slope == pytest.approx(LEAST_SLOPE, rel=1e-6)
    assert found.probability(MARGIN).mean() == pytest.approx(came.mean(), abs=0.005)


def test_one_class_keeps_the_margin_and_matches_the_rate() -> None:
    found = Platt.fit(MARGIN[:50], np.zeros(50, dtype=bool))
    assert found.slope == 1
    assert found.probability(MARGIN[:50]).mean() == pytest.approx(0.5 / 51)


def test_perfectly_parted_rows_give_a_finite_slope() -> None:
    found = Platt.fit(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([False, False, True, True]))
    assert 0 < found.slope < 10


def test_nothing_and_a_constant() -> None:
    assert Platt.fit(np.empty(0), np.empty(0, dtype=bool)) == Platt(1.0, 0.0)
    flat = Platt.fit(np.full(9, 3.0), np.arange(9) < 3)
    assert flat.probability(np.array([3.0]))[0] == pytest.approx(3.5 / 10)
