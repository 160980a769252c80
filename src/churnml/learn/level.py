"""Where the level of an outcome stands today: the common shift of the log-odds since it last changed.

Quarters are read from the oldest to the newest as runs of a constant level, each run's level drawn anew (Bayesian online changepoint
detection, Adams and MacKay, 2007), on a grid of levels, so that no approximation hides a small count. Without a change every quarter
speaks for today and one loud quarter moves little; after a change the quarters before it are forgotten at once. What all accounts of a single
quarter share besides is a shock of unknown size, weighed over by what the quarters show.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray

QUARTER_DAYS = 365.25 / 4
GRID = np.linspace(-2.5, 2.5, 201)
LEVEL_SD = 0.5
"""How far a new run's level lies from what the models say, in log-odds, before a quarter spoke: one in three moves the odds by half or more."""
CHANGE_CHANCE = 0.04
"""That a quarter begins a new run: once in about six years."""
SHOCKS, SHOCK_SD = np.array([0.0, 0.1, 0.2, 0.35]), 0.15
"""The sizes that a quarter's shock may have, in log-odds, and the standard deviation of the half-normal prior over them."""
ROUNDED = 0.05  # log-odds of rows that are counted together


@dataclass(frozen=True)
class Level:
    """The shift of today's log-odds and how sure it is; ``shock_sd`` is what a coming quarter adds, ``change_chance`` that it begins a new run."""

    shift: float = 0.0
    sd: float = LEVEL_SD
    shock_sd: float = SHOCK_SD
    quarters: int = 0
    change_chance: float = CHANGE_CHANCE

    @classmethod
    def of(cls, runs: "Runs") -> Self:
        """The level of the run that goes on today, whichever it is."""
        today = runs.today
        shift = float(today @ GRID)
        sd = float(np.sqrt(today @ (GRID - shift) ** 2))
        return cls(round(shift, 6), round(sd, 6), round(runs.shock_sd, 6), runs.quarters)


@dataclass(frozen=True)
class Runs:
    """What past quarters say of the runs of constant level, under each size of the shock.

    ``weight`` is the chance that the run of today began with each quarter (shock x quarter), all of them summing to one; ``level`` is what
    that run's level is then (shock x quarter x grid). Without a quarter there is one run, of which the prior is all that is known.
    """

    weight: FloatArray
    level: FloatArray
    quarters: int

    @classmethod
    def of(cls, likelihood: FloatArray) -> Self:
        """The runs that the quarters' log-likelihoods (quarter x grid, the oldest first) show."""
        found = [_runs(_shaken(likelihood, shock)) for shock in SHOCKS]
        logs = np.array([each[0] for each in found]) - 0.5 * (SHOCKS[:, None] / SHOCK_SD) ** 2
        weight = np.exp(logs - logs.max())
        return cls(weight / weight.sum(), np.array([each[1] for each in found]), len(likelihood))

    @cached_property
    def today(self) -> FloatArray:
        """How likely each level of the grid is today."""
        return np.asarray((self.weight[:, :, None] * self.level).sum(axis=(0, 1)))

    @property
    def shock_sd(self) -> float:
        """The size of a quarter's shock, root mean square over what the quarters leave open."""
        return float(np.sqrt(self.weight.sum(axis=1) @ SHOCKS**2))

    @property
    def began(self) -> FloatArray:
        """The chance that the run of today began with each quarter."""
        return np.asarray(self.weight.sum(axis=0))

    def level_from(self, quarter: int) -> FloatArray:
        """How likely each level of the grid is today if the run began with that quarter."""
        found = (self.weight[:, quarter, None] * self.level[:, quarter]).sum(axis=0)
        return np.asarray(found / found.sum())


def likelihoods(
    log_odds: FloatArray, y_true: FloatArray, weight: FloatArray, quarter: NDArray[np.int64]
) -> FloatArray:
    """The log-likelihood of each quarter's outcomes at each level of the grid (quarter x grid), quarters as numbered from 0 on."""
    cells = np.round(log_odds / ROUNDED).astype(np.int64)
    if not len(cells):
        return np.zeros((0, len(GRID)))
    least, n = int(cells.min()), int(cells.max() - cells.min()) + 1
    place = quarter * n + cells - least
    size = (int(quarter.max()) + 1) * n
    came, all_of = (np.bincount(place, values, size).reshape(-1, n) for values in (weight * y_true, weight))
    moved = (np.arange(n) + least)[:, None] * ROUNDED + GRID
    return np.asarray(came @ moved - all_of @ np.logaddexp(0.0, moved))


def quarters_back(days: pd.Series, day: date) -> NDArray[np.int64]:
    """In which quarter each day lies, counted from the oldest (0) to the one that ends with ``day``."""
    age = (pd.Timestamp(day) - days).dt.days.to_numpy(dtype=float)
    back = np.floor(np.maximum(age, 0.0) / QUARTER_DAYS).astype(np.int64)
    return np.asarray(back.max(initial=0) - back)


def level_of(log_odds: FloatArray, rows: pd.DataFrame, day: date) -> Level:
    """The level on a day, from log-odds of models that had not seen these rows' accounts; each renewal counts once.

    ``rows`` have ``account_id``, ``renewal`` and ``is_outcome``. Without a row, the prior.
    """
    if rows.empty:
        return Level()
    seen = rows.groupby(["account_id", "renewal"])["renewal"].transform("size").to_numpy(dtype=float)
    y_true = rows["is_outcome"].to_numpy(dtype=float)
    return Level.of(Runs.of(likelihoods(log_odds, y_true, 1.0 / seen, quarters_back(rows["renewal"], day))))


def _shaken(likelihood: FloatArray, shock: float) -> FloatArray:
    """The log-likelihoods of a quarter's level where a shock of this size comes on top."""
    if shock == 0 or not len(likelihood):
        return likelihood
    kernel = np.exp(-0.5 * ((GRID[:, None] - GRID) / shock) ** 2)
    kernel /= kernel.sum(axis=1, keepdims=True)
    top = likelihood.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(likelihood - top) @ kernel.T) + top)


def _runs(likelihood: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The log of how likely each quarter is to have begun today's run, together with all that came; and that run's level (quarter x grid)."""
    prior = np.exp(-0.5 * (GRID / LEVEL_SD) ** 2)
    prior = np.log(prior / prior.sum())
    logs, level = np.zeros(1), prior[None, :]
    for number, quarter in enumerate(likelihood):
        if number:
            begins = np.logaddexp.reduce(logs) + np.log(CHANGE_CHANCE)
            logs, level = np.append(logs + np.log1p(-CHANGE_CHANCE), begins), np.vstack([level, prior])
        level = level + quarter
        evidence = np.logaddexp.reduce(level, axis=1)
        logs, level = logs + evidence, level - evidence[:, None]
    return logs, np.exp(level)
