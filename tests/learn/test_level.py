"""Levels: a lasting change is followed at once, luck is not, and nothing is said of what never changed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from churnml.learn.level import (
    CHANGE_CHANCE,
    GRID,
    LEVEL_SD,
    SHOCK_SD,
    SHOCKS,
    Level,
    Runs,
    level_of,
    likelihoods,
)
from churnml.learn.selection.level_change import level_change, level_changes
from churnml.text.outcome_words import change_sentence

DAY = date(2025, 1, 1)


def renewals(rates: list[float], each: int = 150, seed: int = 5) -> pd.DataFrame:
    """Renewals of so many past quarters, the newest last, each quarter with its share of outcomes."""
    rng = np.random.default_rng(seed)
    rows = []
    for back, rate in enumerate(reversed(rates)):
        days = rng.integers(1, 91, each)
        rows.append(pd.DataFrame({
            "renewal": pd.Timestamp(DAY) - pd.to_timedelta(days + round(back * 91.3125), unit="D"), "is_outcome": rng.random(each) < rate,
        }))  # fmt: skip
    found = pd.concat(rows, ignore_index=True)
    return found.assign(account_id=[f"a{n}" for n in range(len(found))], arr_usd=1000.0, is_rolling=False)


def told(rates: list[float], each: int = 150, seed: int = 5) -> Level:
    rows = renewals(rates, each, seed)
    return level_of(np.full(len(rows), np.log(0.1 / 0.9)), rows, DAY)


def test_without_a_quarter_the_prior_speaks_and_a_steady_past_brings_certainty() -> None:
    assert Level() == Level(0.0, LEVEL_SD, SHOCK_SD, 0)
    assert level_of(np.empty(0), renewals([0.1]).iloc[:0], DAY) == Level()
    steady = told([0.1] * 12)
    assert abs(steady.shift) < 0.15
    assert steady.sd < 0.15
    assert steady.quarters == 12


def test_a_rate_that_doubled_is_the_level_of_today_and_the_old_one_is_forgotten() -> None:
    doubled = told([0.1] * 8 + [0.2] * 4)
    assert doubled.shift == pytest.approx(np.log(0.2 / 0.8) - np.log(0.1 / 0.9), abs=0.2)
    halved = told([0.2] * 8 + [0.1] * 4)
    assert abs(halved.shift) < 0.25


def test_one_loud_quarter_long_ago_moves_nothing() -> None:
    assert abs(told([0.1] * 4 + [0.22] + [0.1] * 7).shift) < 0.15


def test_a_renewal_counts_once_however_often_it_was_looked_at() -> None:
    rows = renewals([0.1] * 4 + [0.2] * 4)
    often = pd.concat([rows, rows[rows["is_outcome"]], rows[rows["is_outcome"]]], ignore_index=True)
    base = np.log(0.1 / 0.9)
    assert level_of(np.full(len(often), base), often, DAY) == level_of(np.full(len(rows), base), rows, DAY)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(-4, 1), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_runs_are_those_of_a_slow_sum_over_every_way_to_begin(
    rows: list[tuple[float, bool, int]],
) -> None:
    """The level of today, beside a sum over all sets of quarters at which runs begin."""
    log_odds, y_true, quarter = (np.array(values) for values in zip(*rows, strict=True))
    log_odds = np.round(log_odds / 0.05) * 0.05
    quarters = int(quarter.max()) + 1
    prior = norm.pdf(GRID, scale=LEVEL_SD)
    prior /= prior.sum()
    like = np.ones((quarters, len(GRID)))
    for at, came, number in zip(log_odds, y_true, quarter, strict=True):
        chance = 1 / (1 + np.exp(-(at + GRID)))
        like[number] *= chance if came else 1 - chance
    total = np.zeros(len(GRID))
    for shock in SHOCKS:
        kernel = np.eye(len(GRID)) if shock == 0 else norm.pdf(GRID[:, None] - GRID, scale=shock)
        shaken = like @ (kernel / kernel.sum(axis=1, keepdims=True)).T
        for ways in range(2 ** (quarters - 1)):
            starts = [0, *(number for number in range(1, quarters) if ways >> (number - 1) & 1)]
            weight = CHANGE_CHANCE ** (len(starts) - 1) * (1 - CHANGE_CHANCE) ** (quarters - len(starts))
            weight *= np.exp(-0.5 * (shock / SHOCK_SD) ** 2)
            for start, end in zip(starts, [*starts[1:], quarters], strict=True):
                run = prior * shaken[start:end].prod(axis=0)
                weight *= run.sum() if end < quarters else 1.0
            total += weight * run
    total /= total.sum()
    found = Runs.of(likelihoods(log_odds, y_true.astype(float), np.ones(len(rows)), quarter.astype(np.int64)))
    np.testing.assert_allclose(found.today, total, atol=1e-6)


def test_no_change_is_told_in_forty_worlds_without_one() -> None:
    """Growth and churn of forty books at rates of 5 to 40 %, with quarters that share a small shock."""
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rate = np.log(rng.uniform(0.05, 0.4)) + rng.normal(0, 0.1, 14)
        rows = renewals(list(np.exp(rate)), each=120, seed=seed)
        alarms += level_change(rows, rows["is_outcome"].to_numpy(dtype=float), DAY) is not None
    assert alarms <= 2


def test_a_doubled_rate_is_told_with_its_day_its_shares_and_its_dollars() -> None:
    rows = renewals([0.1] * 10 + [0.2] * 3)
    change = level_change(rows, rows["is_outcome"].to_numpy(dtype=float), DAY)
    assert change is not None
    assert change.since == "2024-04-02"
    assert change.before.low < 0.1 < change.before.high
    assert change.after.low < 0.2 < change.after.high
    assert change.renewals == 450
    assert change.usd is not None and change.usd.low < 45_000 < change.usd.high
    sentence = change_sentence("churn", change)
    assert sentence.startswith("The level has changed: since about April 2024, of 100 renewals ")
    assert "of ARR against the former level" in sentence
    assert change_sentence("churn", None) == ""


def test_a_book_without_prices_is_told_no_dollars_and_a_young_one_nothing() -> None:
    rows = renewals([0.1] * 10 + [0.2] * 3).assign(arr_usd=0.0)
    change = level_change(rows, rows["is_outcome"].to_numpy(dtype=float), DAY)
    assert change is not None
    assert change.usd is None
    assert "ARR" not in change_sentence("churn", change)
    young = renewals([0.3])
    assert level_change(young, young["is_outcome"].to_numpy(dtype=float), DAY) is None


def test_outcomes_that_were_not_known_on_the_day_say_nothing() -> None:
    rows = renewals([0.1] * 10 + [0.2] * 3)
    table = rows.assign(
        as_of=rows["renewal"] - pd.Timedelta(days=30), outcome=np.where(rows["is_outcome"], "churn", "flat"),
        ripe_on=rows["renewal"] + pd.Timedelta(days=30),
    ).assign(is_ripe=True).drop(columns="is_rolling")  # fmt: skip
    assert set(level_changes(table, rows, ("churn", "expansion"), DAY)) == {"churn"}
    assert level_changes(table.assign(is_ripe=False), rows, ("churn",), DAY) == {}
