"""The survival model over the backtest's folds: Cox or Weibull, and whether its chances come true out of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.dataset import Dataset
from churnml.learn.lifetime.brier_score import integrated_brier
from churnml.learn.lifetime.horizon_calibration import calibration, rounded
from churnml.learn.lifetime.landmarks import Landmarks
from churnml.learn.lifetime.survival_curve import HORIZONS, Curve, Lifetime
from churnml.learn.lifetime.survival_model import fit_both
from churnml.learn.models.survival.cox import concordance
from churnml.learn.models.survival.hazard import Hazard
from churnml.params.health import Lifetime as Settings
from churnml.params.snapshots import Revenue
from churnml.params.train import Survival, Train
from churnml.progress import track
from churnml.results.lifetime import Gap, LifetimeEvidence, Method, MethodScore, Tied
from churnml.results.stored import NotEnough
from churnml.timeline import Fold, rolling_origin

FAR = 0.1
POINTS = 40
FARTHEST, FOLLOWED = 2.0, 0.9
"""The Brier score runs to the second renewal, or to where a tenth of the lives is still followed."""


Lives = Lifetime | None
"""The survival model; None where no account was followed for a single day."""


@dataclass(frozen=True)
class FoldScore:
    """Concordance and integrated Brier score of a method on a fold's test landmarks, of whom so many left."""

    method: Method
    cutoff: date
    left: int
    concordance: float
    brier: float


@dataclass(frozen=True)
class SurvivalBacktest:
    """The chosen survival model, each fold's model of that method, and how the methods compared."""

    lifetime: Lives
    folds: Mapping[date, Lifetime]
    compared: Mapping[Method, MethodScore]


def learn_lifetime(
    dataset: Dataset, train: Train, settings: Settings, revenue: Revenue, last_day: date
) -> SurvivalBacktest:
    """The survival model on all that is known by the last day, its method chosen on the folds.

    Weibull is taken only where both its concordance and its integrated Brier score are the better ones.
    """
    leads = train.survival.lead_days
    known = Landmarks.by(dataset, last_day, leads, revenue)
    if not len(known.rows):
        return SurvivalBacktest(None, {}, {})
    fitted: dict[date, dict[Method, Hazard]] = {}
    scored: list[FoldScore] = []
    for fold in track(rolling_origin(last_day, train.backtest.folds, train.backtest.step_months), "survival"):
        past = Landmarks.by(dataset, fold.cutoff, leads, revenue)
        if len(past.rows):
            fitted[fold.cutoff] = fit_both(past, dataset.inputs, train)
            scored += _scored(dataset, fold, fitted[fold.cutoff], train.survival, revenue, last_day)
    last = fit_both(known, dataset.inputs, train)
    compared = _compared(scored)
    method = _choice(compared, last)
    folds = {day: Lifetime(_of(hazards, method), settings, revenue) for day, hazards in fitted.items()}
    return SurvivalBacktest(Lifetime(last[method], settings, revenue), folds, compared)


def judge_lifetime(
    trial: SurvivalBacktest,
    dataset: Dataset,
    predictions: pd.DataFrame,
    models: tuple[str, ...],
    last_day: date,
) -> LifetimeEvidence | NotEnough:
    """The method and why, its rivals, and each churn model's tie and calibration.

    A chance to leave within h days is judged on test snapshots with h days and twice the grace behind them.
    """
    if trial.lifetime is None:
        return NotEnough(
            "no look at the days ahead of train.survival.lead_days was followed for a single day"
        )
    hazard = trial.lifetime.hazard
    churn = predictions[predictions["outcome"] == "churn"] if len(predictions) else predictions
    tied = {
        model: _tied(trial.lifetime, trial.folds, dataset, churn, model, last_day)
        for model in models
        if f"log_odds_{model}" in churn
    }
    return LifetimeEvidence(
        method=hazard.method, why=hazard.why, methods=trial.compared,
        covariates={each.column: rounded(each.coefficient) for each in hazard.covariates},
        by_fold={str(day): f"{each.hazard.method}, {each.hazard.why}" for day, each in trial.folds.items()},
        models=tied if len(churn) else None,
    )  # fmt: skip


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
    """Each method's score; Cox and Weibull over the same folds."""
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


def _choice(compared: Mapping[Method, MethodScore], fitted: Mapping[Method, Hazard]) -> Method:
    """The method to use: the first fitted, or a rival that is better on both counts."""
    first, *contenders = fitted
    for contender in contenders:
        if first in compared and contender in compared:
            ours, theirs = compared[first], compared[contender]
            is_better = theirs.concordance > ours.concordance
            if is_better and theirs.integrated_brier < ours.integrated_brier:
                return contender
    return first


def _of(hazards: Mapping[Method, Hazard], method: Method) -> Hazard:
    """The fold's model of that method, or what stands in for it."""
    return hazards.get(method) or next(iter(hazards.values()))


def _tied(
    latest: Lifetime, folds: Mapping[date, Lifetime], dataset: Dataset, churn: pd.DataFrame, model: str,
    last_day: date,
) -> Tied:  # fmt: skip
    """How far survival and churn model differ before they are tied, and the calibration of the tied curve."""
    settings, grace = latest.settings, latest.revenue.grace_days
    parts = [
        _told(lifetime, dataset, churn[churn["cutoff"] == pd.Timestamp(cutoff)], model)
        for cutoff, lifetime in folds.items()
    ]
    told = pd.concat(parts, ignore_index=True)
    gap = (told["own"] - told["probability"]).abs()
    correlation = rounded(_rank_correlation(told["own"], told["probability"]))
    chances = [told]
    for days in HORIZONS:
        ripe = told["as_of"] <= pd.Timestamp(last_day - timedelta(days=days + 2 * grace))
        chances.append(told[ripe].assign(probability=told[f"within_{days}"], y_true=told[f"came_{days}"]))
    return Tied(
        Gap(rounded(gap.mean()), rounded((gap > FAR).mean()), correlation),
        *(calibration(chance, settings.least_renewals) for chance in chances),
    )


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    """Spearman's; NaN where either does not differ."""
    if one.nunique() < 2 or other.nunique() < 2:
        return float("nan")
    return float(np.corrcoef(one.rank(), other.rank())[0, 1])


def _told(lifetime: Lifetime, dataset: Dataset, predictions: pd.DataFrame, model: str) -> pd.DataFrame:
    """One fold's predictions with the tied chances within each horizon, and what came."""
    place = dataset.keys.reset_index().merge(predictions, on=KEYS, validate="one_to_one")
    rows = dataset.rows.iloc[place["index"]].reset_index(drop=True)
    curve = lifetime.curve(place, rows, place[f"probability_{model}"].to_numpy(dtype=float))
    left_on = pd.to_datetime(dataset.outcomes["left_on"]).iloc[place["index"]].reset_index(drop=True)
    left_after = np.array((left_on - place["as_of"]).dt.days, dtype=np.float64)
    chance = 1.0 - curve.survival(np.array(HORIZONS, dtype=float))
    found = place[[*KEYS, *(["segment"] if "segment" in place else [])]].assign(
        probability=curve.probability, y_true=place["is_outcome"], own=curve.own_probability()
    )
    for column, days in enumerate(HORIZONS):
        found[f"within_{days}"] = chance[:, column]
        found[f"came_{days}"] = _came(curve, left_after, days)
    return found


def _came(curve: Curve, left_after: FloatArray, days: int) -> BoolArray:
    """Whether each left within so many days, on its own clock; NaN is one that stayed."""
    stayed = np.isnan(left_after)
    left = curve.clock.time(np.where(stayed, 0.0, left_after)[:, None])[:, 0]
    return np.asarray(~stayed & (left <= curve.clock.time(np.full((len(stayed), 1), float(days)))[:, 0]))
