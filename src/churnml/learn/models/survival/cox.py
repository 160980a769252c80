"""Ridge Cox regression by lifelines, with stated fallbacks: a stronger ridge, then Kaplan-Meier without covariates."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.models.survival.covariates import Covariate, design, weighted
from churnml.learn.models.survival.hazard import Baseline
from churnml.params.train import Survival

TIME, LEFT, STRATUM = "_time", "_left", "_stratum"
NOTHING = "no column that keeps to its direction could be fitted: Kaplan-Meier a stratum"
Fit = tuple[FloatArray, dict[str, Baseline]]


@dataclass(frozen=True)
class Lives:
    """How long each row was followed, whether it ended in the account leaving, and the clock it runs on."""

    time: FloatArray
    has_left: BoolArray
    strata: NDArray[np.object_]

    @property
    def names(self) -> list[str]:
        """The strata, the largest first."""
        names, counts = np.unique(self.strata.astype(str), return_counts=True)
        return [str(name) for name in names[np.argsort(-counts, kind="stable")]]

    def frame(self, matrix: FloatArray) -> pd.DataFrame:
        """The lives beside their covariates ``x0, x1, ...``."""
        columns = [f"x{place}" for place in range(matrix.shape[1])]
        found = pd.DataFrame(matrix, columns=columns)
        return found.assign(**{TIME: self.time, LEFT: self.has_left.astype(int), STRATUM: self.strata})


@contextmanager
def quiet() -> Iterator[None]:
    """One thread for lifelines, its remarks unheard, its convergence warnings errors."""
    from lifelines.exceptions import ConvergenceWarning

    with warnings.catch_warnings(), threadpool_limits(1), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        yield


def fit_cox(matrix: FloatArray, lives: Lives, ridge: float, min_at_risk: int = 1) -> Fit | None:
    """Coefficients of the columns and a baseline a stratum; None where the regression does not converge.

    Columns have mean 0. ``ridge`` is lifelines' penalizer: half of it times the squared coefficients, beside
    the mean log partial likelihood. A baseline ends where fewer than ``min_at_risk`` rows are at risk.
    """
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    try:
        with quiet():
            fitter = CoxPHFitter(penalizer=ridge, strata=[STRATUM])
            fitter.fit(lives.frame(matrix), duration_col=TIME, event_col=LEFT)
            found = fitter.params_.to_numpy(dtype=float)
    except (ConvergenceError, TypeError, ValueError, np.linalg.LinAlgError, Warning):
        return None
    if not np.isfinite(found).all():
        return None
    coefficients = np.array([float(f"{value:.7g}") for value in found.tolist()])
    return coefficients, baselines(lives, np.exp(matrix @ coefficients), min_at_risk)


def baselines(lives: Lives, ratio: FloatArray, min_at_risk: int = 1) -> dict[str, Baseline]:
    """Breslow's cumulative hazard of each stratum, for rows whose hazard is ``ratio`` times the baseline's.

    Breslow, Biometrics 30 (1974): each time adds those who left over the sum of the ratios still at risk. With
    every ratio 1 that is Nelson and Aalen's.
    """
    return {name: _breslow(lives, ratio, lives.strata == name, min_at_risk) for name in lives.names}


def _breslow(lives: Lives, ratio: FloatArray, inside: BoolArray, least: int) -> Baseline:
    times, place = np.unique(lives.time[inside], return_inverse=True)
    left = np.bincount(place, lives.has_left[inside].astype(float))
    weight = np.bincount(place, ratio[inside])
    rows = np.bincount(place)[::-1].cumsum()[::-1]
    at_risk = weight[::-1].cumsum()[::-1]
    is_step = (left > 0) & (rows >= least)
    total = np.cumsum(np.where(is_step, left / at_risk, 0.0))
    end = (rows >= least).nonzero()[0]
    is_step[end[-1:]] = True  # the curve is known to be level up to here
    return Baseline.of(times[is_step], total[is_step])


def concordance(time: FloatArray, risk: FloatArray, has_left: BoolArray) -> float:
    """Harrell's share of comparable pairs in which the one with the higher risk left first; ties count half.

    NaN where no two lives can be compared.
    """
    from lifelines.utils import concordance_index

    try:
        return float(concordance_index(time, -risk, has_left))
    except ZeroDivisionError:
        return float("nan")


def steady_cox(
    rows: pd.DataFrame,
    lives: Lives,
    chosen: Sequence[Covariate],
    directions: Mapping[str, int],
    settings: Survival,
) -> tuple[tuple[Covariate, ...], dict[str, Baseline], str]:
    """The covariates with their coefficients, the baselines, and how the fit came about in words.

    A covariate whose coefficient goes against its declared direction is dropped and the model fitted again. Where
    no ridge converges the curve has no covariates.
    """
    kept = tuple(covariate.fitted(rows) for covariate in chosen)
    while kept:
        fit, why = _first_to_converge(design(kept, rows), lives, settings)
        if fit is None:
            return (), nelson_aalen(lives, settings.min_at_risk), NOTHING
        steady = tuple(
            each for each, found in zip(kept, fit[0], strict=True) if found * directions[each.column] >= 0
        )
        if len(steady) == len(kept):
            return weighted(kept, fit[0]), fit[1], why
        kept = steady
    return (), nelson_aalen(lives, settings.min_at_risk), NOTHING


def nelson_aalen(lives: Lives, min_at_risk: int) -> dict[str, Baseline]:
    """The cumulative hazard of each stratum, the same for all its rows."""
    return baselines(lives, np.ones(len(lives.time)), min_at_risk)


def _first_to_converge(matrix: FloatArray, lives: Lives, settings: Survival) -> tuple[Fit | None, str]:
    """The fit with the first ridge that converges, and in words which."""
    for place, ridge in enumerate(settings.penalizers):
        found = fit_cox(matrix, lives, ridge, settings.min_at_risk)
        if found:
            return found, f"ridge {ridge:g}" + (", since a weaker one did not converge" if place else "")
    return None, NOTHING
