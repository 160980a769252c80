"""The survival model over the backtest's folds: Cox or Weibull."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.folds import folds_of
from churnml.learn.lifetime.landmarks import Landmarks
from churnml.learn.lifetime.survival_curve import Lifetime, SurvivalBacktest
from churnml.learn.models.base import direction
from churnml.learn.models.survival.covariates import choose, design, weighted
from churnml.learn.models.survival.cox import NOTHING, Lives, concordance, nelson_aalen, steady_cox
from churnml.learn.models.survival.hazard import Hazard
from churnml.learn.models.survival.weibull_aft import fit_aft
from churnml.params.health import Lifetime as Settings
from churnml.params.snapshots import Revenue
from churnml.params.train import Survival, Train
from churnml.progress import track
from churnml.results.lifetime import Method, MethodScore
from churnml.timeline import Fold

CHURN = "churn"


POINTS = 40
FARTHEST, FOLLOWED = 2.0, 0.9
"""The Brier score runs to the second renewal, or to where a tenth of the lives is still followed."""


@dataclass(frozen=True)
class FoldScore:
    """Concordance and integrated Brier score of a method on a fold's test landmarks, of whom so many left."""

    method: Method
    cutoff: date
    left: int
    concordance: float
    brier: float


def learn_lifetime(
    dataset: Dataset, train: Train, settings: Settings, revenue: Revenue, last_day: date
) -> SurvivalBacktest:
    """The survival model on all that is known by the last day, its method chosen on the folds.

    Weibull is taken only where both its concordance and its integrated Brier score are the better ones and no account has a dated renewal.
    """
    leads = train.survival.lead_days
    known = Landmarks.by(dataset, last_day, leads, revenue)
    if not len(known.rows):
        return SurvivalBacktest(None, {}, {})
    fitted: dict[date, dict[Method, Hazard]] = {}
    scored: list[FoldScore] = []
    for fold in track(folds_of(dataset, last_day, train.backtest), "survival"):
        past = Landmarks.by(dataset, fold.cutoff, leads, revenue)
        if len(past.rows):
            fitted[fold.cutoff] = fit_hazards(past, dataset.inputs, train)
            scored += _scored(dataset, fold, fitted[fold.cutoff], train.survival, revenue, last_day)
    last = fit_hazards(known, dataset.inputs, train)
    compared = _compared(scored)
    method = _choice(compared, last, bool(known.clock.is_rolling.all()))
    folds = {
        day: Lifetime(hazards.get(method) or next(iter(hazards.values())), settings, revenue)
        for day, hazards in fitted.items()
    }
    return SurvivalBacktest(Lifetime(last[method], settings, revenue), folds, compared)


def _scored(
    dataset: Dataset, fold: Fold, hazards: Mapping[Method, Hazard], settings: Survival, revenue: Revenue, last_day: date
) -> list[FoldScore]:  # fmt: skip
    """Each method on a fold's test landmarks; nothing where nobody left."""
    tested = Landmarks.by(dataset.between(fold.cutoff, fold.test_end), last_day, settings.lead_days, revenue)
    left, time = int(tested.lives.has_left.sum()), tested.lives.time
    if not left:
        return []
    grid = np.linspace(0.0, min(FARTHEST, float(np.quantile(time, FOLLOWED))), POINTS)
    return [
        FoldScore(
            method, fold.cutoff, left,
            concordance=concordance(
                time, hazard.cumulative(tested.rows, tested.lives.strata, np.ones((len(time), 1)))[:, 0],
                tested.lives.has_left,
            ),
            brier=integrated_brier(
                time, tested.lives.has_left,
                np.exp(-hazard.cumulative(tested.rows, tested.lives.strata, np.tile(grid, (len(time), 1)))), grid,
            ),
        )
        for method, hazard in hazards.items()
    ]  # fmt: skip


def _compared(scored: list[FoldScore]) -> dict[Method, MethodScore]:
    found: dict[Method, MethodScore] = {}
    scored = [each for each in scored if np.isfinite(each.concordance + each.brier)]
    both = {each.cutoff for each in scored if each.method == "weibull_aft"}
    scored = [each for each in scored if not both or each.method != "cox" or each.cutoff in both]
    for method in sorted({each.method for each in scored}):
        mine = [each for each in scored if each.method == method]
        weights = [each.left for each in mine]
        concordant, brier = (
            round(float(np.average([getattr(each, name) for each in mine], weights=weights)), 5)
            for name in ("concordance", "brier")
        )
        found[method] = MethodScore(len(mine), concordant, brier)
    return found


def _choice(
    compared: Mapping[Method, MethodScore], fitted: Mapping[Method, Hazard], is_all_rolling: bool
) -> Method:
    """The method to use: the first fitted, or a rival that is better on both counts; a smooth rival only where nobody has a dated renewal.

    Accounts that renew on a day leave on it. A smooth hazard takes them away all along the way, whatever the scores of the others beside them say.
    """
    first, *contenders = fitted
    for contender in contenders if is_all_rolling else ():
        if first in compared and contender in compared:
            ours, theirs = compared[first], compared[contender]
            is_better = theirs.concordance > ours.concordance
            if is_better and theirs.integrated_brier < ours.integrated_brier:
                return contender
    return first


def integrated_brier(time: FloatArray, has_left: BoolArray, survival: FloatArray, grid: FloatArray) -> float:
    """The Brier score averaged over the grid of times (trapezoids); ``survival`` has a row a life, a column a time.

    0 is perfect; 0.25 is a coin. NaN where nobody is followed to the end of the grid.

    >>> grid, alive = np.array([1.0, 2.0]), np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> integrated_brier(np.array([2.0, 3.0]), np.array([True, True]), alive, grid)
    0.0
    """
    scores = brier(time, has_left, survival, grid)
    return float(np.trapezoid(scores, grid) / (grid[-1] - grid[0]))


def brier(time: FloatArray, has_left: BoolArray, survival: FloatArray, grid: FloatArray) -> FloatArray:
    """The weighted squared error at each time of the grid.

    Graf, Schmoor, Sauerbrei and Schumacher, Statistics in Medicine 18 (1999): the squared error at each time, each row weighted by the
    inverse chance of having been followed so far, by Kaplan and Meier's curve of the censoring.
    """
    before, after = followed(time, has_left, time, is_before=True), followed(time, has_left, grid)
    is_gone = (time[:, None] <= grid) & has_left[:, None]
    is_there = time[:, None] > grid
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.where(is_gone, survival**2 / before[:, None], 0.0)
        there = np.where(is_there, (1.0 - survival) ** 2 / after[None, :], 0.0)
    return np.asarray((gone + there).mean(axis=0))


def followed(time: FloatArray, has_left: BoolArray, at: FloatArray, *, is_before: bool = False) -> FloatArray:
    """The chance of still being followed after each time (or just before it): Kaplan-Meier with censoring as the event.

    Who leaves at a time was still followed then, so leaving goes before censoring.
    """
    times, place = np.unique(time, return_inverse=True)
    censored = np.bincount(place, ~has_left)
    left = np.bincount(place, has_left)
    at_risk = np.bincount(place)[::-1].cumsum()[::-1] - left
    kept = np.cumprod(1.0 - np.divide(censored, at_risk, out=np.zeros(len(times)), where=at_risk > 0))
    steps = np.searchsorted(times, at, side="left" if is_before else "right")
    return np.asarray(np.r_[1.0, kept][steps])


def fit_hazards(known: Landmarks, features: tuple[Feature, ...], train: Train) -> dict[Method, Hazard]:
    """The Cox and the Weibull model by method, or Kaplan-Meier alone where too few left for a model.

    A stratum in which fewer left runs on the larger one's clock. A covariate whose coefficient goes against
    its declared direction is dropped and the model fitted again.
    """
    settings, least_events = train.survival, train.backtest.min_each_class
    lives = merged(known.lives, least_events)
    left = len(known.keys[known.lives.has_left].drop_duplicates(RENEWAL))
    if left < least_events:
        return {
            "kaplan_meier": kaplan_meier(
                lives, f"{left} past renewals with a loss ahead, fewer than {least_events}", settings
            )
        }
    decided = known.is_decided
    covariates = choose(known.rows[decided], known.left_first[decided], features, settings)
    covariates = tuple(covariate.fitted(known.rows) for covariate in covariates)
    directions = {feature.column: direction(feature, CHURN) for feature in features}
    kept, baselines, why = steady_cox(known.rows, lives, covariates, directions, settings)
    method: Method = "kaplan_meier" if why == NOTHING else "cox"
    found: dict[Method, Hazard] = {method: Hazard(method, why, kept, baselines)}
    contender = fit_aft(design(kept, known.rows), lives, settings.penalizers[0]) if kept else None
    if contender:
        found["weibull_aft"] = Hazard("weibull_aft", "converged", weighted(kept, contender[0]), contender[1])
    return found


def kaplan_meier(lives: Lives, why: str, settings: Survival) -> Hazard:
    """The curve of each stratum, the same for all its accounts."""
    return Hazard("kaplan_meier", why, (), nelson_aalen(lives, settings.min_at_risk))


def merged(lives: Lives, least_events: int) -> Lives:
    """The lives with every stratum in which too few left counted to the largest."""
    first, *others = lives.names
    strata = lives.strata.copy()
    for name in others:
        if lives.has_left[strata == name].sum() < least_events:
            strata[strata == name] = first
    return replace(lives, strata=strata)
