"""Fitted survival models in one form: a baseline a stratum, and covariates that multiply its hazard.

A Cox model has that form with a baseline in steps. So has a Weibull accelerated failure time model, which is
both (Kalbfleisch and Prentice, *The Statistical Analysis of Failure Time Data*, 2002, 2.3), with a smooth
one; so has Kaplan-Meier, with no covariate. It is stored as plain numbers and computed without lifelines.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray
from churnml.learn.models.survival.covariates import Covariate, design
from churnml.results.lifetime import Method

MOST_LOG_HAZARD = 50.0


@dataclass(frozen=True)
class Baseline:
    """The cumulative hazard of the average account: ``total`` from time ``at`` on, and ``pace`` a unit of time after the last."""

    at: tuple[float, ...]
    total: tuple[float, ...]
    pace: float

    @classmethod
    def of(cls, at: FloatArray, total: FloatArray) -> Self:
        """The baseline of these steps; beyond the last it goes on at its mean pace.

        A baseline that has seen a first renewal goes on at the pace since then.
        """
        end, reached = (float(at[-1]), float(total[-1])) if len(at) else (0.0, 0.0)
        first = float(total[np.searchsorted(at, 1.0, side="right") - 1]) if len(at) and at[0] <= 1 else 0.0
        pace = (reached - first) / (end - 1) if end >= 2 else reached / max(end, 1.0)
        return cls(_digits(at), _digits(total), float(f"{pace:.9g}"))

    def cumulative(self, times: FloatArray, is_smooth: bool) -> FloatArray:
        """The cumulative hazard at each time, 0 before the first step."""
        at, total = np.r_[0.0, self.at], np.r_[0.0, self.total]
        if is_smooth:
            found = np.interp(times, at, total)
        else:
            found = total[np.searchsorted(at, times, side="right") - 1]
        return np.asarray(found + self.pace * np.clip(times - at[-1], 0.0, None))


@dataclass(frozen=True)
class Hazard:
    """A fitted survival model; ``why`` says how it came to be this one. The first baseline serves unknown strata."""

    method: Method
    why: str
    covariates: tuple[Covariate, ...]
    baselines: Mapping[str, Baseline]

    def log_ratio(self, rows: pd.DataFrame) -> FloatArray:
        """The log of each row's hazard over the average account's."""
        found = design(self.covariates, rows) @ np.array([each.coefficient for each in self.covariates])
        return np.asarray(np.clip(found, -MOST_LOG_HAZARD, MOST_LOG_HAZARD))

    def cumulative(self, rows: pd.DataFrame, strata: NDArray[np.object_], times: FloatArray) -> FloatArray:
        """The cumulative hazard of each row (rows) at its own times (columns); survival is exp of minus that."""
        found = np.zeros_like(times, dtype=float)
        first = next(iter(self.baselines))
        known = np.where(np.isin(strata, list(self.baselines)), strata, first)
        for name, baseline in self.baselines.items():
            inside = known == name
            found[inside] = baseline.cumulative(times[inside], self.method == "weibull_aft")
        return np.asarray(found * np.exp(self.log_ratio(rows))[:, None])

    def as_dict(self) -> dict[str, Any]:
        """The model for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The model that ``as_dict`` told."""
        baselines = {
            name: Baseline(tuple(each["at"]), tuple(each["total"]), each["pace"])
            for name, each in stored["baselines"].items()
        }
        covariates = tuple(Covariate(**each) for each in stored["covariates"])
        return cls(stored["method"], stored["why"], covariates, baselines)


def _digits(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(f"{value:.9g}") for value in values.tolist())
