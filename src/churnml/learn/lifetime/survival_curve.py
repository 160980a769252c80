"""The chance of still being a customer on each day to come, tied to the churn model at the renewal.

The churn model's probability is the headline. Up to the renewal the survival model only spreads it over the
days; beyond, its conditional survival goes on, at the level of the churn model: S(t) = (1 - p) (S_model(t) / S_model(renewal)) ** pace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.lifetime.landmarks import TERM
from churnml.learn.lifetime.renewal_clock import Clock
from churnml.learn.models.survival.hazard import Hazard
from churnml.params.health import Lifetime as Settings
from churnml.params.snapshots import Revenue
from churnml.results.lifetime import Method, MethodScore
from churnml.results.stored import adapter, as_json

HORIZONS = (90, 180, 365)
"""Days within which the list tells the chance to leave."""
MOST_CERTAIN = 1.0 - 1e-9
"""Beyond it nothing was predicted: notice is given."""


@dataclass(frozen=True)
class Curve:
    """The survival curves of some accounts, one a row, given each one's probability to leave at its renewal."""

    hazard: Hazard
    rows: pd.DataFrame
    clock: Clock
    probability: FloatArray
    pace: FloatArray

    @classmethod
    def of(cls, hazard: Hazard, rows: pd.DataFrame, clock: Clock, probability: FloatArray) -> Self:
        """The curves of these accounts, the survival model going on at the pace at which the churn model sees accounts of their kind leave."""
        curve = cls(hazard, rows, clock, probability, np.ones(len(rows)))
        return replace(curve, pace=curve.paces())

    def paces(self) -> FloatArray:
        """By account: the hazard beyond its renewal, as a share of the survival model's own.

        That model was learned from all of the past and knows no change of level; the churn model's calibration does. So the hazard goes on
        at what the churn model sees up to the renewal among all accounts on the kind of clock; one leaver of each model is added, so that
        few accounts move little. Rolling accounts come round again within weeks: theirs goes on by what the churn model says of each, half
        the way back to the mean of all (its square root), so that no other order contradicts it.
        """
        owed = -np.log1p(-np.minimum(self.probability, MOST_CERTAIN))
        own = self._cumulative(np.ones((len(self.rows), 1)))[:, 0]
        is_judged = np.isfinite(owed) & (self.probability < MOST_CERTAIN)
        found = np.ones(len(own))
        for is_rolling in (False, True):
            kind = self.clock.is_rolling == is_rolling
            judged = kind & is_judged
            found[kind] = (owed[judged].sum() + 1.0) / (own[judged].sum() + 1.0)
            if is_rolling and judged.any() and (own[judged] > 0).all():
                root = np.sqrt(owed[judged])
                found[judged] *= own[judged].mean() * root / max(root.mean(), 1e-9) / own[judged]
        return found

    def survival(self, days: FloatArray) -> FloatArray:
        """The chance of still being a customer after so many days (columns), one row an account.

        Invariants: never rises with the days; at the renewal it is 1 - probability. Where leaving is certain it
        comes at the renewal, not before. NaN where the probability is unknown.
        """
        wanted = np.broadcast_to(np.asarray(days, dtype=float), (len(self.rows), len(days)))
        time = self.clock.time(wanted)
        total = self._cumulative(time)
        at_renewal = self._cumulative(np.ones((len(self.rows), 1)))
        with np.errstate(divide="ignore", invalid="ignore"):
            owed = -np.log1p(-self.probability)[:, None]
            spread = np.where((at_renewal > 0) & np.isfinite(owed), owed * total / at_renewal, 0.0)
            spread = np.where(np.isnan(owed), np.nan, spread)
        beyond = self.pace[:, None] * np.maximum(total - at_renewal, 0.0)
        return np.exp(-np.where(time < 1.0, spread, owed + beyond))

    def own_probability(self) -> FloatArray:
        """What the survival model alone says of leaving by the renewal."""
        return 1.0 - np.exp(-self._cumulative(np.ones((len(self.rows), 1)))[:, 0])

    def _cumulative(self, time: FloatArray) -> FloatArray:
        return self.hazard.cumulative(self.rows, self.clock.strata, time)


@dataclass(frozen=True)
class Lifetime:
    """The fitted survival model with the definitions and the terms of money it goes by: what scoring needs."""

    hazard: Hazard
    settings: Settings
    revenue: Revenue

    def curve(self, keys: pd.DataFrame, rows: pd.DataFrame, probability: FloatArray) -> Curve:
        """The curves of snapshots, from their feature rows and the churn model's probabilities."""
        unknown = pd.Series(np.nan, index=rows.index)
        clock = Clock.of(keys["lead_days"], rows.get(TERM, unknown), self.revenue)
        return Curve.of(self.hazard, rows.reset_index(drop=True), clock, probability)

    def as_dict(self) -> dict[str, Any]:
        """The model for JSON."""
        return {
            "hazard": self.hazard.as_dict(),
            "settings": self.settings.model_dump(mode="json"),
            "revenue": self.revenue.model_dump(mode="json"),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The model that ``as_dict`` told."""
        return cls(
            Hazard.from_dict(stored["hazard"]), Settings(**stored["settings"]), Revenue(**stored["revenue"])
        )


@dataclass(frozen=True)
class SurvivalBacktest:
    """The chosen survival model, each fold's model of that method, and how the methods compared; no model where nobody was followed."""

    lifetime: Lifetime | None
    folds: Mapping[date, Lifetime]
    compared: Mapping[Method, MethodScore]

    def as_dict(self) -> dict[str, Any]:
        """The models for JSON."""
        folds = {day.isoformat(): lifetime.as_dict() for day, lifetime in self.folds.items()}
        lifetime = self.lifetime.as_dict() if self.lifetime else None
        return {"lifetime": lifetime, "folds": folds, "compared": as_json(self.compared)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """What ``as_dict`` gave."""
        folds = {date.fromisoformat(day): Lifetime.from_dict(each) for day, each in stored["folds"].items()}
        lifetime = Lifetime.from_dict(stored["lifetime"]) if stored["lifetime"] else None
        return cls(
            lifetime, folds, {method: MethodScore(**each) for method, each in stored["compared"].items()}
        )


SURVIVAL = adapter(SurvivalBacktest.from_dict)
"""The survival backtest as training stored it."""
