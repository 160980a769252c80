"""Survival models: the numbers lifelines gives, stored as plain ones; stated fallbacks; public sets."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, WeibullAFTFitter

from benchmarks.survival import SETS, cross_validated
from churnml.learn.models.base import Training
from churnml.learn.models.survival import cox
from churnml.learn.models.survival.covariates import Covariate, choose
from churnml.learn.models.survival.cox import LEFT, STRATUM, TIME, Lives, fit_cox, steady_cox
from churnml.learn.models.survival.hazard import Hazard
from churnml.learn.models.survival.renewal_cox import Survival
from churnml.learn.models.survival.weibull_aft import fit_aft
from tests.learn.planted import HEALTH, INPUTS, TRAIN

SETTINGS = TRAIN.survival


def lives(rows: int = 400, seed: int = 0) -> tuple[pd.DataFrame, Lives]:
    """Lives whose hazard doubles with x0, in ticks so that many tie, on two clocks."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x0": rng.normal(size=rows), "x1": rng.normal(size=rows)})
    time = np.ceil(rng.exponential(1 / (0.4 * np.exp(0.7 * frame["x0"]))) * 10) / 10
    end = rng.uniform(0.5, 4, rows).round(1)
    strata = rng.choice(np.array(["dated", "dated", "rolling"], dtype=object), rows)
    return frame - frame.mean(), Lives(np.minimum(time, end), np.asarray(time <= end), strata.astype(object))


def covariates(frame: pd.DataFrame, weights: np.ndarray) -> tuple[Covariate, ...]:
    return tuple(
        Covariate(column, 0.0, -9.0, 9.0, coefficient=float(weight))
        for column, weight in zip(frame, weights, strict=True)
    )


def test_the_stored_cox_model_predicts_what_lifelines_does() -> None:
    frame, past = lives()
    peer = CoxPHFitter(penalizer=0.05, strata=[STRATUM])
    peer.fit(past.frame(frame.to_numpy()), duration_col=TIME, event_col=LEFT)
    weights, curves = fit_cox(frame.to_numpy(), past, 0.05)
    hazard = Hazard("cox", "", covariates(frame, weights), curves)
    stored = Hazard.from_dict(json.loads(json.dumps(hazard.as_dict())))
    grid = np.array([0.1, 0.5, 1.0, 1.7])
    told = peer.predict_cumulative_hazard(past.frame(frame.to_numpy()), times=grid).T.sort_index().to_numpy()
    found = stored.cumulative(frame, past.strata, np.tile(grid, (len(frame), 1)))
    np.testing.assert_allclose(found, told, rtol=1e-5, atol=1e-7)


def test_the_stored_weibull_model_predicts_what_lifelines_does() -> None:
    frame, past = lives()
    one = Lives(past.time, past.has_left, np.full(len(past.time), "dated", dtype=object))
    peer = WeibullAFTFitter(penalizer=0.05)
    peer.fit(one.frame(frame.to_numpy()).drop(columns=STRATUM), duration_col=TIME, event_col=LEFT)
    weights, curves = fit_aft(frame.to_numpy(), one, 0.05)
    hazard = Hazard("weibull_aft", "", covariates(frame, weights), curves)
    grid = np.array([0.4, 1.0, 2.2])
    told = peer.predict_cumulative_hazard(frame, times=grid).T.sort_index().to_numpy()
    found = hazard.cumulative(frame, one.strata, np.tile(grid, (len(frame), 1)))
    np.testing.assert_allclose(found, told, rtol=1e-4)


def test_a_ridge_that_does_not_converge_gives_way_to_the_stronger_and_then_to_no_covariates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame, past = lives()
    chosen, directions = covariates(frame, np.zeros(2)), {"x0": 0, "x1": 0}
    fitted = cox.fit_cox
    monkeypatch.setattr(
        cox, "fit_cox", lambda m, p, ridge, least: None if ridge < 0.1 else fitted(m, p, ridge, least)
    )
    kept, _, why = steady_cox(frame, past, chosen, directions, SETTINGS)
    assert len(kept) == 2 and why == "ridge 0.5, since a weaker one did not converge"
    monkeypatch.setattr(cox, "fit_cox", lambda *_: None)
    kept, curves, why = steady_cox(frame, past, chosen, directions, SETTINGS)
    assert kept == () and "Kaplan-Meier" in why and set(curves) == {"dated", "rolling"}


def test_what_cannot_be_solved_is_no_fit() -> None:
    _, past = lives(40)
    assert fit_cox(np.full((40, 1), np.nan), past, 0.01) is None


def test_lives_that_cannot_be_compared_have_no_concordance() -> None:
    assert np.isnan(cox.concordance(np.ones(3), np.arange(3.0), np.array([False, False, False])))
    assert cox.concordance(np.array([1.0, 2.0]), np.array([0.9, 0.1]), np.array([True, False])) == 1.0


def test_a_coefficient_against_its_direction_is_dropped() -> None:
    frame, past = lives()
    kept, _, _ = steady_cox(frame, past, covariates(frame, np.zeros(2)), {"x0": -1, "x1": 0}, SETTINGS)
    assert [each.column for each in kept] == ["x1"]


def test_columns_are_chosen_one_a_concept_and_twins_and_constants_left_out(planted) -> None:
    rows = planted.rows.assign(seats=1.0, noise=planted.rows["logins"] * 2 + 1)
    chosen = choose(rows, planted.is_outcome("churn"), INPUTS, SETTINGS)
    assert [each.column for each in chosen] == ["silence", "logins"]


def test_the_candidate_orders_accounts_adds_up_and_comes_back_from_its_file(planted, tmp_path: Path) -> None:
    y_true = planted.is_outcome("churn")
    model = Survival.fit(Training.of(planted, "churn"), TRAIN, HEALTH, "churn")
    log_odds, parts = model.log_odds(planted.rows), model.contributions(planted.rows)
    assert np.abs(parts.sum(axis=1) + model.base - log_odds).max() < 1e-9
    assert cox.concordance(np.where(y_true, 1.0, 2.0), log_odds, y_true) > 0.7
    model.save(tmp_path)
    assert np.array_equal(Survival.load(tmp_path).log_odds(planted.rows), log_odds)
    assert abs((1 / (1 + np.exp(-log_odds))).mean() - y_true.mean()) < 0.1


@pytest.mark.shared
@pytest.mark.parametrize(("number", "least"), [(0, 0.868), (1, 0.880)])
def test_public_sets_are_ordered_as_well_as_published(
    root: Path, number: int, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.survival.RIDGES", (0.003, 0.3))  # the edges, to save time
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data are not here")
    found = cross_validated(*SETS[number].read(folder), repeats=1)
    assert found["concordance"].mean() >= least
