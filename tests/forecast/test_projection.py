"""Outcomes in money: sums hold, coins alone agree with the closed form, levels and shocks widen, the same seed gives the same bytes."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.forecast.distribution import Distribution, shifted
from churnml.forecast.drift import Drift
from churnml.forecast.levels import base_level, quarter_ahead
from churnml.forecast.projection import forecast, retention, summarise, with_base_rates
from churnml.forecast.simulate import Exposure, simulate
from churnml.forecast.sizes import Sizes, rates
from churnml.learn.level import Level
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Snapshots

SETTINGS = Forecast(
    n_quarters=2, n_paths=400, seed=5, interval=0.8, n_past_quarters=4, size_prior_moves=10.0,
)  # fmt: skip
MOVES = ("churn", "contraction", "expansion")


def levels(**of: Level) -> dict[str, Level]:
    return {name: of.get(name, Level(0.0, 0.0, 0.0, 8, 0.0)) for name in MOVES}


CALM = levels()
CHANCE = st.floats(0, 1)


def sizes(down: float = 0.8, level: float = 1.0, up: float = 1.3) -> Sizes:
    ratio = np.array([down, level, up] * 40)
    y_true = pd.Series(["contraction", "flat", "expansion"] * 40)
    return Sizes.fit(np.ones(120), ratio, y_true, np.zeros(120, dtype=np.int64), prior=10.0)


def exposure(
    accounts: int = 300, churn: float = 0.2, shrinks: float = 0.1, grows: float = 0.2, quarters: int = 1
) -> Exposure:
    one = np.ones(accounts)
    return Exposure(
        arr=100.0 * one, present=one, leaves=np.full((accounts, quarters), churn), chance=Distribution.of(churn * one, shrinks * one, grows * one),
        group=np.zeros(accounts, dtype=np.int64), due=np.ones((accounts, quarters), dtype=bool),
        fact=np.ones((accounts, quarters)), is_followed=one == 0,
    )  # fmt: skip


STILL = Drift.of(np.empty(0), 0, 0, 0)


@settings(max_examples=40, deadline=None)
@given(CHANCE, CHANCE, CHANCE)
def test_each_account_has_one_distribution_and_churn_stands(
    churn: float, contraction: float, expansion: float
) -> None:
    found = Distribution.of(np.array([churn]), np.array([contraction]), np.array([expansion]))
    assert found.as_frame().sum(axis=1).tolist() == pytest.approx([1.0])
    assert (found.as_frame().to_numpy() >= 0).all()
    assert found.churn.tolist() == [churn]
    assert found.scaled_share == float(contraction + expansion > 1 - churn)


@given(st.floats(0, 1), st.floats(0.0, 0.4), st.floats(0.0, 0.4))
def test_a_base_rate_never_pushes_a_model_aside(grows: float, leaves: float, shrinks: float) -> None:
    said = {"churn": np.array([np.nan]), "contraction": np.array([np.nan]), "expansion": np.array([grows])}
    base = {"churn": np.array([leaves]), "contraction": np.array([shrinks]), "expansion": np.array([0.1])}
    found = with_base_rates(said, base)
    assert found["expansion"][0] == grows
    assert sum(each[0] for each in found.values()) <= 1 + 1e-12
    usual = with_base_rates(said | {"expansion": base["expansion"]}, base)
    assert usual["churn"][0] == pytest.approx(leaves)


def test_independent_coins_spread_as_the_closed_form_says() -> None:
    paths = simulate(exposure(), sizes(), STILL, CALM, paths=2000, seed=3)
    assert paths["churn"].mean() == pytest.approx(300 * 100 * 0.2, rel=0.02)
    assert paths["churn"].var() == pytest.approx(300 * 100**2 * 0.2 * 0.8, rel=0.1)
    assert paths["contraction"].mean() == pytest.approx(300 * 20 * 0.1, rel=0.05)
    assert paths["expansion"].mean() == pytest.approx(300 * 30 * 0.2, rel=0.05)


@pytest.mark.parametrize("wild", [Level(0.0, 0.0, 0.5, 8, 0.0), Level(0.0, 0.5, 0.0, 8, 0.0)])
def test_a_shock_and_an_unsure_level_widen_the_book_and_move_all_accounts_alike(wild: Level) -> None:
    calm, shaken = (
        simulate(exposure(), sizes(), STILL, level, paths=1000, seed=3)
        for level in (CALM, levels(churn=wild))
    )
    coins, slope = 300 * 0.2 * 0.8, 300 * 0.2 * 0.8
    assert shaken["churn"].var() > 2 * calm["churn"].var()
    assert shaken["churn"].var() / 100**2 == pytest.approx(coins + (slope * 0.5) ** 2, rel=0.3)


def test_what_is_certain_stays_whatever_the_level() -> None:
    unsure = levels(churn=Level(0.0, 1.0, 0.5, 8))
    gone = simulate(exposure(churn=1.0), sizes(), STILL, unsure, paths=20, seed=3)
    assert (gone["churn"] == gone["opening"]).all()
    assert (simulate(exposure(churn=0.0), sizes(), STILL, unsure, paths=20, seed=3)["churn"] == 0).all()


def test_an_account_that_the_curve_follows_leaves_when_the_curve_says_and_drift_takes_none_of_them() -> None:
    one = np.ones(400)
    book = Exposure(
        arr=one, present=one, leaves=np.tile([0.0, 0.5], (400, 1)), chance=Distribution.of(0 * one, 0 * one, 0 * one),
        group=np.zeros(400, dtype=np.int64), due=np.zeros((400, 2), dtype=bool), fact=np.ones((400, 2)), is_followed=one == 1,
    )  # fmt: skip
    half_left = Drift.of(np.array([0.0, 1.0]), 0, 0, 1)
    lost = (
        simulate(book, sizes(), half_left, CALM, paths=100, seed=1).groupby("quarter")["churn"].mean() / 400
    )
    assert lost.tolist() == pytest.approx([0.0, 0.5], abs=0.06)


def test_gross_retention_stays_below_one_and_net_and_quarters_add_up() -> None:
    unsure = {name: Level(0.0, 0.2, 0.3, 8) for name in MOVES}
    paths = simulate(exposure(quarters=3), sizes(level=1.004), STILL, unsure, paths=200, seed=1)
    gross, net = retention(paths)
    assert (gross <= 1).all() and (gross <= net).all() and (gross >= 0).all()
    churn = paths.pivot_table(index="path", columns="quarter", values="churn")
    assert (churn.diff(axis=1).iloc[:, 1:] >= 0).all().all()  # who left in one quarter is gone in the next


def test_the_same_seed_gives_the_same_paths() -> None:
    first, second = (simulate(exposure(), sizes(), STILL, CALM, 50, seed=9) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_an_account_in_grace_counts_only_in_futures_in_which_it_returns() -> None:
    book = exposure(accounts=1, churn=0.0, shrinks=0.0, grows=0.0)
    late = replace(book, present=np.array([0.25]))
    paths = simulate(late, sizes(), STILL, CALM, paths=400, seed=2)
    assert (paths["opening"] > 0).mean() == pytest.approx(0.25, abs=0.07)
    assert (paths["churn"] == 0).all()
    assert retention(paths)[0].tolist() == pytest.approx([1.0] * 400)


def test_nothing_due_moves_only_by_what_is_signed_and_by_drift() -> None:
    book = exposure(accounts=2)
    idle = replace(book, leaves=0 * book.leaves, due=~book.due, fact=np.array([[1.0], [1.5]]))
    assert simulate(idle, sizes(), STILL, CALM, 5, seed=1)["expansion"].tolist() == [50.0] * 5
    leaving = Drift.of(np.zeros(3), 0, 0, 1)
    assert simulate(idle, sizes(), leaving, CALM, 5, seed=1)["churn"].tolist() == [200.0] * 5


def test_an_outcome_without_a_model_has_the_level_of_its_newest_quarters() -> None:
    rng = np.random.default_rng(4)
    back = np.repeat(np.arange(12), 150)
    days = pd.Timestamp("2025-01-01") - pd.to_timedelta(back * 91 + rng.integers(2, 90, back.size), unit="D")
    rows = pd.DataFrame({
        "account_id": [f"a{n}" for n in range(back.size)], "renewal": days, "arr_usd": 5.0, "is_rolling": False,
        "outcome": np.where(rng.random(back.size) < np.where(back < 4, 0.3, 0.12), "churn", "flat"),
    })  # fmt: skip
    found = base_level(rows, "churn", date(2025, 1, 1), SETTINGS)
    base = float((rows["outcome"] == "churn").mean())
    assert shifted(np.array([base]), found.shift)[0] == pytest.approx(0.3, abs=0.04)
    steady = base_level(rows[back > 3], "churn", date(2024, 1, 1), SETTINGS)
    assert abs(steady.shift) < 0.15


def test_a_renewal_counts_once_as_seen_about_a_quarter_ahead() -> None:
    rows = pd.DataFrame(
        {"account_id": "a", "renewal": pd.Timestamp("2024-05-01"), "lead_days": [30, 365, 90]}
    )
    assert quarter_ahead(rows, 90)["lead_days"].tolist() == [90]
    assert quarter_ahead(rows[rows["lead_days"] > 90], 90)["lead_days"].tolist() == [365]


def test_sizes_are_those_that_came_and_small_groups_lean_on_the_book() -> None:
    ratio = np.concatenate([np.full(100, 1.2), np.full(5, 2.0)])
    group = np.concatenate([np.zeros(100), np.ones(5)]).astype(np.int64)
    found = Sizes.fit(np.ones(105), ratio, pd.Series(["expansion"] * 105), group, prior=20.0)
    large, small, unseen = found.mean("expansion", np.array([0, 1, 5]))
    assert 1.2 <= large < small < 2.0
    assert unseen == pytest.approx(ratio.mean(), abs=0.01)
    assert found.mean("contraction", np.array([0])).tolist() == [1.0]
    drawn = found.draw("expansion", np.zeros(50, dtype=np.int64), np.linspace(0, 0.999, 50))
    assert ((drawn >= 1.2) & (drawn <= 2.0)).all()


def test_a_dwarf_that_grew_a_hundredfold_is_no_measure_of_the_book_s_growth() -> None:
    before = np.array([10.0] + [1000.0] * 40)
    after = np.array([1450.0] + [1100.0] * 40)
    group = np.zeros(41, dtype=np.int64)
    found = Sizes.fit(before, after, pd.Series(["expansion"] * 41), group, prior=1.0)
    assert found.mean("expansion", group[:1])[0] == pytest.approx(after.sum() / before.sum())
    drawn = found.draw("expansion", np.zeros(100, dtype=np.int64), np.arange(100) / 100)
    assert drawn.mean() == pytest.approx(after.sum() / before.sum())


def test_base_rates_shrink_to_the_kind_and_the_book() -> None:
    y_true = pd.Series(["churn"] * 10 + ["flat"] * 90 + ["churn"])
    found = rates(y_true, "churn", np.array([0] * 100 + [4]), prior=50.0)
    assert found[0] == pytest.approx(0.1, abs=0.01)
    assert 0.1 < found[4] < 0.2
    assert rates(pd.Series(dtype=object), "churn", np.empty(0, dtype=np.int64), 5.0).tolist() == [0.0] * 6


def test_a_summary_holds_its_interval_and_dollars() -> None:
    paths = simulate(exposure(quarters=2), sizes(), STILL, CALM, 100, seed=1)
    told = summarise(paths, [date(2025, 4, 1), date(2025, 7, 1)], 0.8)
    assert list(told) == ["quarter_1", "quarter_2"]
    for quarter in told.values():
        assert quarter.grr.low <= quarter.grr.expected <= quarter.grr.high <= 1
        kept = quarter.opening_usd - quarter.churn_usd - quarter.contraction_usd
        assert kept / quarter.opening_usd == pytest.approx(quarter.grr.expected, abs=1e-3)


@pytest.mark.parametrize(("term_days", "lost"), [(365.0, 0.1), (91.0, 0.1), (30.4375, 1 - 0.9**3)])
def test_a_term_shorter_than_a_quarter_is_decided_as_often_as_it_ends(term_days: float, lost: float) -> None:
    size, day = 400, pd.Timestamp("2025-01-01")
    book = pd.DataFrame({
        "account_id": [f"a{number}" for number in range(size)], "arr_usd": 10.0, "is_in_grace": False, "is_rolling": False,
        "has_notice": False, "as_of": day, "renewal": day + pd.Timedelta(days=20), "lead_days": 20, "term_days": term_days,
        "signed_1": 0.0,
    })  # fmt: skip
    renewals = pd.DataFrame({
        "arr_usd": [10.0] * 9, "arr_after_usd": [10.0] * 9, "outcome": ["flat"] * 9, "is_rolling": [False] * 9,
    })  # fmt: skip
    money = forecast(
        book, {"churn": pd.Series(0.1, index=book["account_id"])}, None, renewals, STILL, CALM,
        [date(2025, 4, 1)], SETTINGS,
        Snapshots(lead_days=(7,), min_history_days=14, rolling_horizon_days=90, rolling_every_days=91),
    )  # fmt: skip
    gross, _ = retention(money.paths)
    assert 1 - gross.mean() == pytest.approx(lost, abs=0.012)
    assert money.accounts["churn"].tolist() == [0.1] * size
