"""Outcomes in money: sums hold, coins alone agree with the closed form, shocks widen, the same seed gives the same bytes."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.forecast.distribution import Distribution, shifted
from churnml.forecast.drift import Drift
from churnml.forecast.projection import forecast, retention, summarise, with_base_rates
from churnml.forecast.shocks import Shock, between, estimate, quarter_ahead
from churnml.forecast.simulate import Exposure, simulate
from churnml.forecast.sizes import Groups, Sizes, rates
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Snapshots
from churnml.results.forecast import Level

SETTINGS = Forecast(
    n_quarters=2, n_paths=400, seed=5, interval=0.8, n_past_quarters=4, size_prior_moves=10.0,
    level_prior_sd=0.5, group_prior_sd=0.1, shock_prior_sd=0.1, shock_prior_quarters=4,
)  # fmt: skip
SURE = (Level(0.0, 0.0),) * 6
CALM = Shock(0.0, 0.0, 8, SURE)
GROUPS = Groups((10.0, 20.0))
CHANCE = st.floats(0, 1)


def sizes(down: float = 0.8, level: float = 1.0, up: float = 1.3) -> Sizes:
    ratio = np.array([down, level, up] * 40)
    y_true = pd.Series(["contraction", "flat", "expansion"] * 40)
    return Sizes.fit(ratio, y_true, np.zeros(120, dtype=np.int64), prior=10.0)


def exposure(
    accounts: int = 300, churn: float = 0.2, shrinks: float = 0.1, grows: float = 0.2, quarters: int = 1
) -> Exposure:
    one = np.ones(accounts)
    return Exposure(
        arr=100.0 * one, present=one, chance=Distribution.of(churn * one, shrinks * one, grows * one),
        group=np.zeros(accounts, dtype=np.int64), due=np.ones((accounts, quarters), dtype=bool),
        fact=np.ones((accounts, quarters)),
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
    paths = simulate(exposure(), sizes(), STILL, (CALM, CALM), paths=2000, seed=3)
    assert paths["churn"].mean() == pytest.approx(300 * 100 * 0.2, rel=0.02)
    assert paths["churn"].var() == pytest.approx(300 * 100**2 * 0.2 * 0.8, rel=0.1)
    assert paths["contraction"].mean() == pytest.approx(300 * 20 * 0.1, rel=0.05)
    assert paths["expansion"].mean() == pytest.approx(300 * 30 * 0.2, rel=0.05)


def test_a_shared_shock_widens_the_book_and_moves_all_accounts_alike() -> None:
    shaken = Shock(0.5, 0.5, 8, SURE)
    calm, wild = (
        simulate(exposure(), sizes(), STILL, (shock, CALM), paths=1000, seed=3) for shock in (CALM, shaken)
    )
    coins, slope = 300 * 0.2 * 0.8, 300 * 0.2 * 0.8
    assert wild["churn"].var() > 2 * calm["churn"].var()
    assert wild["churn"].var() / 100**2 == pytest.approx(coins + (slope * 0.5) ** 2, rel=0.25)


def test_the_level_moves_the_book_and_what_is_certain_stays() -> None:
    low = Shock(0.0, 0.0, 8, (Level(-1.0, 0.0),) * 6)
    paths = simulate(exposure(), sizes(), STILL, (low, CALM), paths=200, seed=3)
    assert paths["churn"].mean() / 30_000 == pytest.approx(0.2 / (0.2 + 0.8 * np.e), rel=0.05)
    gone = simulate(exposure(churn=1.0), sizes(), STILL, (low, CALM), paths=20, seed=3)
    assert (gone["churn"] == gone["opening"]).all()


def test_gross_retention_stays_below_one_and_net_and_quarters_add_up() -> None:
    shocks = (Shock(0.3, 0.3, 8, (Level(0.1, 0.2),) * 6), Shock(0.3, 0.3, 8, (Level(0.0, 0.2),) * 6))
    paths = simulate(exposure(quarters=3), sizes(level=1.004), STILL, shocks, paths=200, seed=1)
    gross, net = retention(paths)
    assert (gross <= 1).all() and (gross <= net).all() and (gross >= 0).all()
    churn = paths.pivot_table(index="path", columns="quarter", values="churn")
    assert (churn.diff(axis=1).iloc[:, 1:] >= 0).all().all()  # who left in one quarter is gone in the next


def test_the_same_seed_gives_the_same_paths() -> None:
    first, second = (simulate(exposure(), sizes(), STILL, (CALM, CALM), 50, seed=9) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_an_account_in_grace_counts_only_in_futures_in_which_it_returns() -> None:
    book = exposure(accounts=1, churn=0.0, shrinks=0.0, grows=0.0)
    late = Exposure(book.arr, np.array([0.25]), book.chance, book.group, book.due, book.fact)
    paths = simulate(late, sizes(), STILL, (CALM, CALM), paths=400, seed=2)
    assert (paths["opening"] > 0).mean() == pytest.approx(0.25, abs=0.07)
    assert (paths["churn"] == 0).all()
    assert retention(paths)[0].tolist() == [1.0] * 400


def test_nothing_due_moves_only_by_what_is_signed_and_by_drift() -> None:
    book = exposure(accounts=2)
    idle = Exposure(book.arr, book.present, book.chance, book.group, ~book.due, np.array([[1.0], [1.5]]))
    assert simulate(idle, sizes(), STILL, (CALM, CALM), 5, seed=1)["expansion"].tolist() == [50.0] * 5
    leaving = Drift.of(np.zeros(3), 0, 0, 1)
    assert simulate(idle, sizes(), leaving, (CALM, CALM), 5, seed=1)["churn"].tolist() == [200.0] * 5


def past(shock_sd: float, quarters: int = 40, each: int = 400, bias: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    chance = np.tile(rng.uniform(0.05, 0.4, each), (quarters, 1))
    true = np.array([shifted(row, bias + shock_sd * rng.standard_normal()) for row in chance])
    day = pd.Timestamp("2010-02-01") + pd.to_timedelta(np.repeat(np.arange(quarters), each) * 91, unit="D")
    return pd.DataFrame({
        "renewal": day, "probability": chance.ravel(), "is_outcome": rng.random(true.size) < true.ravel(),
        "is_rolling": False, "arr_usd": 5.0,
    })  # fmt: skip


@pytest.mark.parametrize("sd", [0.0, 0.4])
def test_the_shock_of_many_quarters_is_found_again(sd: float) -> None:
    found = estimate(past(sd), GROUPS, SETTINGS)
    assert found.quarters == 40
    assert found.raw_sd == pytest.approx(sd, abs=0.1)


def test_few_quarters_lean_on_the_prior_and_none_is_the_prior() -> None:
    nothing = estimate(past(0.0).iloc[:0], GROUPS, SETTINGS)
    assert (nothing.sd, nothing.quarters, nothing.levels[0].sd) == (0.1, 0, 0.5)
    assert 0 < estimate(past(0.0, quarters=2), GROUPS, SETTINGS).sd < 0.1


def test_a_level_that_was_off_is_found_and_is_no_shock() -> None:
    found = estimate(past(0.0, bias=-0.7), GROUPS, SETTINGS)
    assert found.levels[0].shift == pytest.approx(-0.7, abs=0.1)
    assert found.raw_sd < 0.1
    assert found.levels[4] == Level(0.0, pytest.approx(0.51, abs=0.01))  # no rolling account was seen


def test_one_quarter_alone_shows_no_shock() -> None:
    assert between(pd.DataFrame({"expected": [10.0], "y_true": [90.0], "variance": [9.0]})) == 0.0


def test_a_renewal_counts_once_as_seen_about_a_quarter_ahead() -> None:
    rows = pd.DataFrame(
        {"account_id": "a", "renewal": pd.Timestamp("2024-05-01"), "lead_days": [30, 365, 90]}
    )
    assert quarter_ahead(rows, 90)["lead_days"].tolist() == [90]
    assert quarter_ahead(rows[rows["lead_days"] > 90], 90)["lead_days"].tolist() == [365]


def test_sizes_are_those_that_came_and_small_groups_lean_on_the_book() -> None:
    ratio = np.concatenate([np.full(100, 1.2), np.full(5, 2.0)])
    group = np.concatenate([np.zeros(100), np.ones(5)]).astype(np.int64)
    found = Sizes.fit(ratio, pd.Series(["expansion"] * 105), group, prior=20.0)
    large, small, unseen = found.mean("expansion", np.array([0, 1, 5]))
    assert 1.2 <= large < small < 2.0
    assert unseen == pytest.approx(ratio.mean(), abs=0.01)
    assert found.mean("contraction", np.array([0])).tolist() == [1.0]
    drawn = found.draw("expansion", np.zeros(50, dtype=np.int64), np.linspace(0, 0.999, 50))
    assert ((drawn >= 1.2) & (drawn <= 2.0)).all()


def test_base_rates_shrink_to_the_kind_and_the_book() -> None:
    y_true = pd.Series(["churn"] * 10 + ["flat"] * 90 + ["churn"])
    found = rates(y_true, "churn", np.array([0] * 100 + [4]), prior=50.0)
    assert found[0] == pytest.approx(0.1, abs=0.01)
    assert 0.1 < found[4] < 0.2
    assert rates(pd.Series(dtype=object), "churn", np.empty(0, dtype=np.int64), 5.0).tolist() == [0.0] * 6


def test_a_summary_holds_its_interval_and_dollars() -> None:
    paths = simulate(exposure(quarters=2), sizes(), STILL, (CALM, CALM), 100, seed=1)
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
        book, {"churn": pd.Series(0.1, index=book["account_id"])}, renewals, STILL, (CALM, CALM),
        [date(2025, 4, 1)], SETTINGS,
        Snapshots(lead_days=(7,), min_history_days=14, rolling_horizon_days=90, rolling_every_days=91),
    )  # fmt: skip
    gross, _ = retention(money.paths)
    assert 1 - gross.mean() == pytest.approx(lost, abs=0.012)
    assert money.accounts["churn"].tolist() == [0.1] * size
