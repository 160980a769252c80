"""How long accounts stay: clocks, what a day knew of each life, curves tied to the churn model, and their worth."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from churnml.features.spec import UNKNOWN, Feature
from churnml.learn.dataset import Dataset
from churnml.learn.lifetime.evaluate_lifetime import calibration, evaluate_lifetime, figures
from churnml.learn.lifetime.landmarks import Landmarks
from churnml.learn.lifetime.lifetime_value import value
from churnml.learn.lifetime.renewal_clock import Clock
from churnml.learn.lifetime.survival_backtest import (
    FoldScore,
    _choice,
    _compared,
    brier,
    followed,
    learn_lifetime,
)
from churnml.learn.lifetime.survival_curve import Curve, Lifetime, SurvivalBacktest
from churnml.learn.models.survival.covariates import Covariate
from churnml.learn.models.survival.hazard import Baseline, Hazard
from churnml.params.health import Lifetime as Settings
from churnml.params.snapshots import Revenue
from churnml.results.lifetime import LifetimeEvidence, Method, MethodScore
from churnml.results.stored import NotEnough, as_json
from tests.learn.planted import LAST_DAY, TRAIN, book

pytestmark = pytest.mark.slow

REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
TERMS = Settings(horizon_months=60, discount_rate=0.1, gross_margin=0.8, min_renewals=50)
TERM = Feature(
    name="term_days",
    source="contracts",
    concept="contract length",
    unit="days",
    no_rows=UNKNOWN,
    phrase="{value}",
    aggregate="x",
)
HAZARD = Hazard(
    "cox", "by hand", (Covariate("x", 0.0, -3.0, 3.0, coefficient=0.8),),
    {
        "dated": Baseline((0.5, 1.0, 1.5, 2.0, 3.0), (0.01, 0.12, 0.13, 0.22, 0.3), 0.09),
        "rolling": Baseline((0.3, 1.0, 2.0), (0.02, 0.06, 0.11), 0.05),
    },
)  # fmt: skip


def clock(lead: float, term: float) -> Clock:
    return Clock.of(pd.Series([lead]), pd.Series([term]), REVENUE)


@pytest.mark.parametrize(("days", "time"), [
    (0, 0.0), (50, 0.5), (99, 0.99), (100, 1.0), (130, 1.0), (131, 1.0), (140, 1.03), (464, 2.0), (465, 2.0), (495, 2.0), (831, 3.0),
])  # fmt: skip
def test_a_renewal_and_its_grace_are_one_moment(days: int, time: float) -> None:
    assert clock(100, 365).time(np.array([[float(days)]]))[0, 0] == time


def test_a_rolling_account_runs_on_days() -> None:
    found = clock(90, 30).time(np.array([[45.0, 90.0, 120.0, 165.0, 300.0]]))
    assert found.tolist() == [[0.5, 1.0, 1.33, 1.83, 3.33]]


@given(lead=st.integers(1, 1200), term=st.integers(20, 1500))
@settings(max_examples=60, deadline=None)
def test_no_clock_runs_backwards(lead: int, term: int) -> None:
    times = clock(lead, term).time(np.arange(0.0, 2500.0)[None, :])[0]
    assert (np.diff(times) >= 0).all()
    assert clock(lead, term).time(np.array([[float(lead)]]))[0, 0] == 1.0


def dataset(*rows: dict[str, object]) -> Dataset:
    """One snapshot a row: as_of, renewal, and what is known of the life."""
    told = pd.DataFrame(list(rows))
    days = {name: pd.to_datetime(told[name]) for name in ("as_of", "renewal", "left_on", "ripe_on")}
    lead = (days["renewal"] - days["as_of"]).dt.days
    account = told.get("account_id", pd.Series("a", index=told.index))
    keys = pd.DataFrame(
        {"account_id": account, "as_of": days["as_of"], "renewal": days["renewal"], "lead_days": lead}
    )
    outcomes = pd.DataFrame(
        {"left_on": days["left_on"], "ripe_on": days["ripe_on"], "is_ripe": True, "outcome": "flat"}
    )
    return Dataset(keys, pd.DataFrame({"term_days": [365.0] * len(told)}), outcomes, (TERM,))


LOOK = {"as_of": "2023-01-01", "renewal": "2023-04-01", "ripe_on": "2023-05-01", "left_on": None}


@pytest.mark.parametrize(("left_on", "day", "has_left", "time"), [
    ("2023-04-01", "2023-05-02", True, 1.0),  # the grace has passed
    ("2023-04-01", "2023-05-01", False, 1.0),  # not yet: nobody knows
    ("2023-02-15", "2023-04-01", True, 0.5),
    (None, "2023-04-01", False, 0.66),  # to the day less the grace
    ("2024-04-01", "2023-10-01", False, 1.37),  # it left later than the day could know
])  # fmt: skip
def test_a_life_is_followed_as_far_as_the_day_knew_it(
    left_on: str | None, day: str, has_left: bool, time: float
) -> None:
    found = Landmarks.by(dataset(LOOK | {"left_on": left_on}), date.fromisoformat(day), (90,), REVENUE)
    assert (found.lives.has_left.tolist(), found.lives.time.tolist()) == (
        [has_left],
        [pytest.approx(time, abs=0.011)],
    )


def test_a_renewal_recorded_late_is_not_known_before() -> None:
    late = LOOK | {"ripe_on": "2023-08-01"}
    found = Landmarks.by(dataset(late), date(2023, 7, 1), (90,), REVENUE)
    assert found.lives.time.tolist() == [1.0] and not found.lives.has_left.any()
    assert Landmarks.by(dataset(late), date(2023, 8, 2), (90,), REVENUE).lives.time[0] > 1.1


def test_a_later_renewal_in_the_dark_ends_an_earlier_look_too() -> None:
    later = {"as_of": "2024-01-02", "renewal": "2024-04-01", "ripe_on": "2025-01-01", "left_on": None}
    found = Landmarks.by(dataset(LOOK, later), date(2024, 9, 1), (90,), REVENUE)
    assert found.lives.time.tolist() == [2.0, 1.0]


def test_what_comes_after_the_day_changes_nothing(lived: Dataset) -> None:
    day = date(2023, 3, 1)
    before = Landmarks.by(lived, day, (30, 90), REVENUE)
    left_on = lived.outcomes["left_on"]
    forgotten = left_on.where(left_on < pd.Timestamp(day))
    after = Landmarks.by(
        replace(lived, outcomes=lived.outcomes.assign(left_on=forgotten)), day, (30, 90), REVENUE
    )
    assert np.array_equal(before.lives.time, after.lives.time)
    assert np.array_equal(before.lives.has_left, after.lives.has_left)
    assert before.lives.has_left.any()


def test_the_censoring_curve_is_kaplan_meiers_and_the_brier_score_the_textbooks() -> None:
    rng = np.random.default_rng(1)
    time, left = rng.exponential(2, 200).round(2) + 0.01, rng.random(200) < 0.6
    grid, survival = np.array([0.5, 1.0, 2.5]), rng.random((200, 3))
    alone = time + np.where(left, 0.0, 1e-6)  # who leaves at a time was still followed then
    peer = KaplanMeierFitter().fit(alone, ~left)
    np.testing.assert_allclose(followed(time, left, grid), peer.predict(grid + 1e-5).to_numpy(), rtol=1e-9)
    for place, day in enumerate(grid):
        total = 0.0
        for life in range(200):
            if time[life] <= day and left[life]:
                total += survival[life, place] ** 2 / peer.predict(time[life] - 1e-7)
            elif time[life] > day:
                total += (1 - survival[life, place]) ** 2 / peer.predict(day + 1e-5)
        assert brier(time, left, survival, grid)[place] == pytest.approx(total / 200)


chances = st.one_of(st.floats(0.0, 1.0), st.just(1.0))


@given(lead=st.integers(1, 1200), term=st.sampled_from([30, 90, 365, 1096]), x=st.floats(-5, 5), p=chances)
@settings(max_examples=150, deadline=None)
def test_no_column_contradicts_another(lead: int, term: int, x: float, p: float) -> None:
    lifetime = Lifetime(HAZARD, TERMS, REVENUE)
    curve = lifetime.curve(
        pd.DataFrame({"lead_days": [lead]}),
        pd.DataFrame({"x": [x], "term_days": [float(term)]}),
        np.array([p]),
    )
    days = np.sort(np.array([1.0, 90, 180, 365, 800, lead, lead + 30]))
    alive = curve.survival(days)[0]
    assert ((alive >= 0) & (alive <= 1)).all() and (np.diff(alive) <= 1e-12).all()
    assert 1 - curve.survival(np.array([float(lead)]))[0, 0] == pytest.approx(p, abs=1e-9)
    worth = value(curve, np.array([1000.0]), TERMS).iloc[0]
    assert 0 <= worth["arr_kept_12m_usd"] <= 1000 + 1e-9
    assert (
        worth["arr_kept_12m_usd"] <= worth["arr_kept_24m_usd"] + 1e-9 <= 2 * worth["arr_kept_12m_usd"] + 1e-6
    )
    assert worth["months_left_low"] <= worth["months_left"] <= worth["months_left_high"] <= 60


def curve_of(p: float, hazard: Hazard = HAZARD) -> Curve:
    rows = pd.DataFrame({"x": [0.0], "term_days": [365.0]})
    return Lifetime(hazard, TERMS, REVENUE).curve(pd.DataFrame({"lead_days": [73]}), rows, np.array([p]))


def test_beyond_the_renewal_the_survival_model_goes_on_at_the_churn_model_s_level() -> None:
    """The rate doubled, and only the churn model knows: the second year of a book of a thousand is as dear as the first."""
    rows = pd.DataFrame({"x": [0.0] * 1000, "term_days": [365.0] * 1000})
    keys, own = pd.DataFrame({"lead_days": [73] * 1000}), curve_of(0.5).own_probability()[0]
    for times in (0.5, 1.0, 2.0):
        owed = times * -np.log1p(-own)
        curve = Lifetime(HAZARD, TERMS, REVENUE).curve(keys, rows, np.full(1000, 1 - np.exp(-owed)))
        alive = curve.survival(np.array([73.0, 438.0 + 60]))[0]
        usual = (
            Lifetime(HAZARD, TERMS, REVENUE)
            .curve(keys, rows, np.full(1000, own))
            .survival(np.array([73.0, 438.0 + 60]))[0]
        )
        assert np.log(alive[1] / alive[0]) / np.log(usual[1] / usual[0]) == pytest.approx(times, rel=0.02)


def test_a_notice_ends_the_life_at_the_renewal_and_not_before() -> None:
    assert curve_of(1.0).survival(np.array([1.0, 72.0, 73.0, 400.0])).tolist() == [[1.0, 1.0, 0.0, 0.0]]
    worth = value(curve_of(1.0), np.array([1000.0]), TERMS).iloc[0]
    assert worth["arr_kept_12m_usd"] == pytest.approx(200, abs=8) and worth["months_left"] == pytest.approx(
        2.4, abs=0.1
    )


def test_who_never_leaves_is_worth_the_margin_on_an_annuity() -> None:
    nobody = Hazard("kaplan_meier", "", (), {"dated": Baseline((), (), 0.0)})
    worth = value(curve_of(0.0, nobody), np.array([1000.0]), TERMS).iloc[0]
    assert worth["arr_kept_24m_usd"] == 2000 and worth["months_left"] == 60
    annuity = (1 - 1.1**-5) / np.log(1.1)  # paid by the day over five years
    assert worth["lifetime_value_usd"] == pytest.approx(800 * annuity, rel=1e-4)


def test_an_unknown_chance_leaves_everything_unknown() -> None:
    assert np.isnan(curve_of(np.nan).survival(np.array([10.0, 73.0, 500.0]))).all()
    assert value(curve_of(np.nan), np.array([1.0]), TERMS).isna().all().all()


def test_beyond_its_evidence_a_curve_goes_on_at_its_mean_pace() -> None:
    found = Baseline.of(np.array([0.5, 1.0, 2.0, 3.0]), np.array([0.02, 0.12, 0.22, 0.3]))
    assert found.pace == pytest.approx(0.09)
    assert found.cumulative(np.array([5.0]), is_smooth=False)[0] == pytest.approx(0.48)


def told(probability: np.ndarray, y_true: np.ndarray, segment: str = "SMB") -> pd.DataFrame:
    ids = [f"a{n}" for n in range(len(y_true))]
    day = pd.Timestamp("2024-01-01")
    return pd.DataFrame(
        {"account_id": ids, "renewal": day, "probability": probability, "y_true": y_true, "segment": segment}
    )


def test_calibration_by_hand() -> None:
    found = figures(told(np.repeat([0.2, 0.6], 50), np.r_[np.arange(50) % 5 == 0, np.arange(50) % 10 < 7]))
    assert found.ece == pytest.approx(0.05) and found.share_left == 0.45
    rng = np.random.default_rng(2)
    true = rng.uniform(0.05, 0.6, 20_000)
    honest = figures(told(true, rng.random(20_000) < true))
    assert honest.slope == pytest.approx(1, abs=0.05)
    assert honest.ece < 2 * honest.ece_by_chance


def test_a_small_segment_is_not_judged() -> None:
    rng = np.random.default_rng(2)
    parts = [told(rng.random(n), rng.random(n) < 0.5, name) for n, name in ((300, "SMB"), (40, "Mid"))]
    assert set(calibration(pd.concat(parts), 200)) == {"all", "SMB"}


@pytest.fixture(scope="module")
def lived() -> Dataset:
    """The planted book, in which who churns leaves at the renewal."""
    data = book(accounts=250)
    has_left = data.outcomes["outcome"] == "churn"
    return replace(data, outcomes=data.outcomes.assign(left_on=data.keys["renewal"].where(has_left)))


@pytest.fixture(scope="module")
def trial(lived: Dataset) -> SurvivalBacktest:
    return learn_lifetime(lived, TRAIN, TERMS, REVENUE, LAST_DAY)


def test_the_book_gets_a_model_that_says_how_it_was_chosen(trial: SurvivalBacktest, lived: Dataset) -> None:
    assert trial.lifetime is not None and trial.lifetime.hazard.method == "cox"
    assert {each.column for each in trial.lifetime.hazard.covariates} >= {"logins", "silence"}
    assert trial.compared["cox"].concordance > 0.65
    stored = Lifetime.from_dict(json.loads(json.dumps(trial.lifetime.as_dict())))
    assert stored == trial.lifetime
    read_back = SurvivalBacktest.from_dict(json.loads(json.dumps(trial.as_dict())))
    assert read_back == trial
    again = learn_lifetime(lived, TRAIN, TERMS, REVENUE, LAST_DAY)
    assert json.dumps(again.lifetime.as_dict()) == json.dumps(trial.lifetime.as_dict())


def test_the_figures_say_how_far_both_models_differ_and_whether_chances_came_true(
    trial: SurvivalBacktest, lived: Dataset
) -> None:
    ripe = lived.between(date(2024, 1, 1), LAST_DAY).ripe(LAST_DAY)
    cutoffs = pd.to_datetime(sorted(trial.folds))
    fold = cutoffs[np.searchsorted(cutoffs, ripe.keys["as_of"], side="right") - 1]
    predictions = ripe.keys.assign(
        outcome="churn",
        cutoff=fold,
        is_outcome=ripe.is_outcome("churn"),
        probability_logistic=0.2,
        log_odds_logistic=-1.4,
    )
    found = evaluate_lifetime(trial, lived, predictions, ("logistic",), LAST_DAY)
    assert isinstance(found, LifetimeEvidence) and found.models is not None
    judged = found.models["logistic"]
    assert judged.at_renewal["all"].mean_probability == 0.2
    assert judged.within_90d["all"].share_left == pytest.approx(0.2, abs=0.08)
    assert judged.disagreement.share_beyond_10_points > 0
    json.dumps(as_json(found), allow_nan=False)


def test_methods_are_compared_on_the_folds_that_both_have() -> None:
    def score(method: Method, cutoff: date, concordance: float) -> FoldScore:
        return FoldScore(method, cutoff, 10, concordance, brier=0.1)

    easy, hard = date(2024, 1, 1), date(2024, 4, 1)
    found = _compared([score("cox", easy, 0.9), score("weibull_aft", easy, 0.8), score("cox", hard, 0.6)])
    assert found["cox"] == MethodScore(1, 0.9, 0.1)
    assert _compared([score("cox", easy, 0.9), score("cox", hard, 0.6)])["cox"].folds == 2


def test_a_smooth_model_is_taken_only_where_nobody_has_a_dated_renewal() -> None:
    """Many monthly accounts made it win on both scores, and it took annual ones away all along their year."""
    won = {"cox": MethodScore(6, 0.7, 0.2), "weibull_aft": MethodScore(6, 0.8, 0.1)}
    fitted = dict.fromkeys(won, HAZARD)
    assert _choice(won, fitted, is_all_rolling=True) == "weibull_aft"
    assert _choice(won, fitted, is_all_rolling=False) == "cox"


def test_a_tiny_book_falls_back_to_kaplan_meier_and_says_so(lived: Dataset) -> None:
    few = lived.where(np.isin(lived.accounts, [f"{n:05d}" for n in range(3)]))
    found = learn_lifetime(few, TRAIN, TERMS, REVENUE, LAST_DAY)
    assert found.lifetime is not None and found.lifetime.hazard.method == "kaplan_meier"
    assert "fewer than 10" in found.lifetime.hazard.why


def test_a_book_without_a_past_has_no_model(lived: Dataset) -> None:
    nothing = learn_lifetime(
        lived.where(np.zeros(len(lived.keys), dtype=bool)), TRAIN, TERMS, REVENUE, LAST_DAY
    )
    assert nothing.lifetime is None
    assert isinstance(evaluate_lifetime(nothing, lived, pd.DataFrame(), (), LAST_DAY), NotEnough)


def test_among_accounts_by_the_month_no_horizon_orders_otherwise_than_the_churn_model() -> None:
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"x": rng.normal(size=50), "term_days": [30.0] * 50})
    chance = rng.uniform(0.02, 0.4, 50)
    curve = Lifetime(HAZARD, TERMS, REVENUE).curve(pd.DataFrame({"lead_days": [90] * 50}), rows, chance)
    gone = 1 - curve.survival(np.array([90.0, 180.0, 365.0]))
    assert (np.argsort(gone, axis=0) == np.argsort(chance)[:, None]).all()
    assert gone[:, 0] == pytest.approx(chance)
    same = Lifetime(HAZARD, TERMS, REVENUE).curve(
        pd.DataFrame({"lead_days": [90] * 50}), rows, np.full(50, 0.2)
    )
    assert np.ptp(same.survival(np.array([365.0]))) < 1e-9
