"""Calibration: right where there is much to learn from, safe where there is little."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from churnml.learn.calibration import LEAST_SLOPE, ROLLING, Calibration, Platt, evidence, segments_of
from churnml.learn.log_odds import sigmoid
from churnml.params.train import Calibrating

RNG = np.random.default_rng(0)
MARGIN = RNG.normal(-1, 1.5, 4000)


def test_finds_the_line_and_agrees_with_scikit_learn() -> None:
    y_true = RNG.random(4000) < sigmoid(0.5 * MARGIN - 0.7)
    found = Platt.fit(MARGIN, y_true)
    oracle = LogisticRegression(C=np.inf).fit(MARGIN[:, None], y_true)
    assert found.slope == pytest.approx(oracle.coef_[0, 0], abs=0.005)
    assert found.intercept == pytest.approx(oracle.intercept_[0], abs=0.005)
    assert found.probability(MARGIN).mean() == pytest.approx(y_true.mean(), abs=0.001)


def test_never_turns_the_order_round() -> None:
    y_true = RNG.random(4000) < sigmoid(-MARGIN - 2)
    found = Platt.fit(MARGIN, y_true)
    assert found.slope == pytest.approx(LEAST_SLOPE, rel=1e-6)
    assert found.probability(MARGIN).mean() == pytest.approx(y_true.mean(), abs=0.005)


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


SETTINGS = Calibrating(half_life_days=365, prior_sd=0.3, min_fixed_term_days=45)
TODAY = date(2024, 1, 1)


def seen(renewals: int, intercept: float, slope: float = 1.0, segment: str | None = None) -> pd.DataFrame:
    """Evidence of a past in which log-odds were slope x margin + intercept."""
    rng = np.random.default_rng(renewals)
    log_odds = rng.normal(-1, 1.5, renewals)
    account = [f"{segment}{number}" for number in range(renewals)]
    day = pd.Timestamp("2023-10-01")
    rows = pd.DataFrame({"account_id": account, "renewal": day, "as_of": day, "part": segment})
    return evidence(rows, log_odds, rng.random(renewals) < sigmoid(slope * log_odds + intercept))


def test_without_evidence_margins_are_taken_as_they_are() -> None:
    assert Calibration.fit(seen(0, 0.0), TODAY, SETTINGS) == Calibration(Platt(1.0, 0.0), {})


def test_with_much_evidence_the_line_is_found_and_with_little_it_stays() -> None:
    much = Calibration.fit(seen(20_000, -0.7, slope=0.5), TODAY, SETTINGS)
    assert much.line.slope == pytest.approx(0.5, abs=0.05)
    assert much.line.intercept == pytest.approx(-0.7, abs=0.1)
    little = Calibration.fit(seen(12, -0.7, slope=0.5), TODAY, SETTINGS)
    assert 0.8 < little.line.slope < 1.1
    none_came = seen(40, 0.0).assign(is_outcome=False)
    assert Calibration.fit(none_came, TODAY, SETTINGS).line.probability(np.zeros(1))[0] > 0.1


def test_a_large_segment_has_its_own_line_and_a_small_one_the_line_for_all() -> None:
    parts = [
        seen(5000, 0.0, segment="large"),
        seen(6000, 1.0, segment="other"),
        seen(6, 1.0, segment="small"),
    ]
    found = Calibration.fit(pd.concat(parts), TODAY, SETTINGS)
    height = {name: line.slope * -1 + line.intercept for name, line in found.parts.items()}
    assert height["large"] == pytest.approx(-1, abs=0.1)
    assert height["other"] == pytest.approx(0, abs=0.1)
    assert height["small"] == pytest.approx(-found.line.slope + found.line.intercept, abs=0.2)


def test_an_unknown_segment_or_none_has_the_line_for_all() -> None:
    found = Calibration(Platt(2.0, 1.0), {"a": Platt(1.0, -1.0)})
    log_odds = np.array([0.3, 0.3, 0.3, 0.3])
    by_row = found.probability(log_odds, ["a", "never seen", None, np.nan])
    assert by_row.tolist() == [float(sigmoid(np.array([-0.7]))[0]), *found.line.probability(log_odds[1:])]
    assert found.probability(log_odds).tolist() == found.line.probability(log_odds).tolist()
    assert Calibration.from_dict(found.as_dict()) == found


def test_within_a_segment_the_order_is_never_turned_round() -> None:
    found = Calibration.fit(seen(20_000, 0.0, slope=-1.0, segment="odd"), TODAY, SETTINGS)
    assert found.line.slope == pytest.approx(LEAST_SLOPE)
    assert found.parts["odd"].slope >= LEAST_SLOPE


def test_old_evidence_counts_less() -> None:
    old = seen(3000, -1.0).assign(as_of=pd.Timestamp("2016-01-01"))
    found = Calibration.fit(pd.concat([old, seen(2000, 1.0)]), TODAY, SETTINGS)
    assert found.line.intercept == pytest.approx(1.0, abs=0.15)


def test_snapshots_of_one_renewal_do_not_count_as_many() -> None:
    once = seen(30, 2.0)
    again = Calibration.fit(pd.concat([once] * 50), TODAY, SETTINGS)
    assert again.line.slope == pytest.approx(Calibration.fit(once, TODAY, SETTINGS).line.slope, abs=1e-6)


def test_rolling_accounts_have_a_line_of_their_own_whatever_their_segment() -> None:
    """A quarter of a monthly account is no renewal of a year's contract: their rates differ at the same margin."""
    rows = pd.DataFrame({"segment": ["SMB", "SMB", None], "term_days": [365.0, 30.0, np.nan]})
    assert segments_of(rows, 45).tolist() == ["SMB", ROLLING, None]
    assert segments_of(rows[["segment"]], 45).tolist() == ["SMB", "SMB", None]
    assert segments_of(pd.DataFrame(index=[0]), 45).tolist() == [None]
    both = pd.concat([seen(4000, 0.0, segment="SMB"), seen(4000, -1.5, segment=ROLLING)])
    found = Calibration.from_dict(Calibration.fit(both, TODAY, SETTINGS).as_dict())
    rolling, dated = found.probability(np.zeros(2), segments_of(rows.iloc[[1, 0]], found.min_fixed_term_days))
    assert rolling < 0.7 * dated
