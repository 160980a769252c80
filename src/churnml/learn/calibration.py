"""From log-odds to probability: straight lines in log-odds, which keep the reasons additive.

One line for all, and one for each part of the book that stays near it unless its own renewals say otherwise.
The parts are the segments, and accounts on rolling terms: a quarter of theirs is no renewal of a year's contract.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.level import Level, level_of
from churnml.learn.log_odds import fit_bounded, sigmoid
from churnml.params.train import Calibrating

LEAST_SLOPE = 0.01
EVIDENCE = ["account_id", "renewal", "as_of", "part", "is_outcome", "log_odds", "is_own"]
ROLLING = "on rolling terms"
STEPS, DIGITS = 100, 9


@dataclass(frozen=True)
class Platt:
    """probability = sigmoid(slope x log-odds + intercept); the slope is above zero, so order is kept.

    >>> Platt(slope=2.0, intercept=0.0).probability(np.array([0.0])).tolist()
    [0.5]
    """

    slope: float = 1.0
    intercept: float = 0.0

    @classmethod
    def fit(cls, log_odds: FloatArray, is_outcome: BoolArray) -> Self:
        """The line that fits log-odds to outcomes.

        Where one class is absent: the log-odds as they are, moved to the base rate.

        Targets are Platt's (just inside 0 and 1), so a few perfectly parted rows do not make the slope
        endless.
        """
        with_outcome = int(is_outcome.sum())
        without = len(is_outcome) - with_outcome
        spread = float(log_odds.std()) if len(log_odds) else 0.0
        if spread == 0 or not with_outcome or not without:
            return cls(1.0, _matching_intercept(log_odds, (with_outcome + 0.5) / (len(log_odds) + 1)))
        target = np.where(is_outcome, (with_outcome + 1) / (with_outcome + 2), 1 / (without + 2))
        center = float(log_odds.mean())
        scaled = ((log_odds - center) / spread)[:, None]
        intercept, slope = fit_bounded(scaled, target, 0.0, [(LEAST_SLOPE * spread, None)])
        return cls(float(slope[0]) / spread, intercept - float(slope[0]) * center / spread)

    def near(self, log_odds: FloatArray, target: FloatArray, weight: FloatArray, spread: float) -> "Platt":
        """The likeliest line if, before the rows spoke, it lay about this one.

        Its slope, and its log-odds at the rows' mean log-odds, are held to be normal about this line's with a
        standard deviation of ``spread`` (the mode of that posterior, by Newton's method). Without rows, this line.
        """
        if not weight.sum() > 0:
            return Platt(self.slope, self.intercept)
        center = float((weight * log_odds).sum() / weight.sum())
        z, tie = log_odds - center, 1.0 / spread**2
        start = np.array([self.slope * center + self.intercept, self.slope])
        point = start.copy()
        for _ in range(STEPS):
            chance = sigmoid(point[0] + point[1] * z)
            error, bend = weight * (chance - target), weight * chance * (1.0 - chance)
            slope = np.array([error.sum(), (error * z).sum()]) + tie * (point - start)
            cross = (bend * z).sum()
            curve = np.array([[bend.sum() + tie, cross], [cross, (bend * z**2).sum() + tie]])
            step = np.linalg.solve(curve, slope)
            if point[1] - step[1] < LEAST_SLOPE:  # the bound holds the slope; only the height moves
                step = np.array([slope[0] / curve[0, 0], point[1] - LEAST_SLOPE])
            step = np.clip(step, -1.0, 1.0)
            point = point - step
            if np.abs(step).max() < 10.0**-DIGITS:
                break
        tilt = float(point[1])
        return Platt(round(tilt, DIGITS), round(float(point[0]) - tilt * center, DIGITS))

    def probability(self, log_odds: FloatArray) -> FloatArray:
        """The calibrated probability of each log-odds."""
        return sigmoid(self.slope * log_odds + self.intercept)


@dataclass(frozen=True)
class Calibration:
    """One line for all, and the lines of parts of the book; a part without a line has the one for all.

    >>> one = Calibration(Platt(), {"SMB": Platt(1.0, -9.0)})
    >>> one.probability(np.zeros(3), ["SMB", "new", None]).round(3).tolist()
    [0.0, 0.5, 0.5]
    """

    line: Platt = Platt()
    parts: Mapping[str, Platt] = field(default_factory=dict)
    min_fixed_term_days: int = 0
    level: Level = field(default_factory=Level)

    @classmethod
    def fit(cls, evidence: pd.DataFrame, day: date, settings: Calibrating) -> Self:
        """The lines on a day, from log-odds of models that had not seen the row's account or its outcome.

        ``evidence`` has the columns EVIDENCE. A row counts half for each half-life its as-of date lies back,
        and all rows together as many as there are renewals among them, since snapshots of one renewal share
        its outcome. No rows: log-odds as they are.
        """
        if evidence.empty:
            return cls()
        log_odds, y_true = (
            evidence["log_odds"].to_numpy(dtype=float),
            evidence["is_outcome"].to_numpy(dtype=float),
        )
        weight = _weights(evidence, day, settings.half_life_days)
        line = Platt().near(log_odds, _softened(y_true, weight), weight, settings.prior_sd)
        names = evidence["part"].to_numpy(dtype=object)
        parts = {}
        for name in sorted(pd.unique(names[pd.notna(names)])):
            own = names == name
            parts[str(name)] = line.near(log_odds[own], y_true[own], weight[own], settings.prior_sd)
        lines = cls(line, parts, settings.min_fixed_term_days)
        judged = evidence[evidence["is_own"]] if evidence["is_own"].any() else evidence
        at = lines.log_odds(judged["log_odds"].to_numpy(dtype=float), judged["part"])
        return replace(lines, level=level_of(at, judged, day))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The calibration that ``as_dict`` gave."""
        parts = {name: Platt(**line) for name, line in stored["parts"].items()}
        return cls(Platt(**stored["line"]), parts, stored["min_fixed_term_days"], Level(**stored["level"]))

    def as_dict(self) -> dict[str, Any]:
        """The lines for JSON."""
        return asdict(self)

    def log_odds(self, log_odds: FloatArray, parts: Iterable[Any] | None = None) -> FloatArray:
        """The calibrated log-odds of each log-odds, by the line of its part of the book if it has one, at today's level."""
        if parts is None or not self.parts:
            return np.asarray(self.line.slope * log_odds + self.line.intercept + self.level.shift)
        lines = [self.parts.get(name, self.line) for name in parts]
        slope = np.array([line.slope for line in lines], dtype=float)
        height = np.array([line.intercept for line in lines], dtype=float) + self.level.shift
        return np.asarray(slope * log_odds + height)

    def probability(self, log_odds: FloatArray, parts: Iterable[Any] | None = None) -> FloatArray:
        """The calibrated probability of each log-odds."""
        return sigmoid(self.log_odds(log_odds, parts))


def segments_of(rows: pd.DataFrame, min_fixed_term_days: int) -> NDArray[np.object_]:
    """The part of the book whose line each row is read from: rolling terms, else its segment; None where nothing is known.

    >>> segments_of(pd.DataFrame({"segment": ["SMB", "SMB"], "term_days": [365.0, 30.0]}), 45).tolist()
    ['SMB', 'on rolling terms']
    """
    nothing = np.full(len(rows), None, dtype=object)
    found = rows["segment"].to_numpy(dtype=object).copy() if "segment" in rows else nothing
    if "term_days" in rows:
        found[rows["term_days"].to_numpy(dtype=float, na_value=np.nan) < min_fixed_term_days] = ROLLING
    return found


def evidence(
    rows: pd.DataFrame, log_odds: FloatArray, y_true: BoolArray, is_own: bool = False
) -> pd.DataFrame:
    """Margins beside what came, as EVIDENCE, of the rows whose log-odds is known.

    ``rows`` hold the snapshots' keys and, if it is known, their part of the book.
    """
    found = rows[["account_id", "renewal", "as_of"]].copy()
    found["part"] = rows["part"].to_numpy(dtype=object) if "part" in rows else None
    found["is_outcome"], found["log_odds"], found["is_own"] = y_true, log_odds, is_own
    return found.loc[np.isfinite(log_odds), EVIDENCE].reset_index(drop=True)


def _weights(evidence: pd.DataFrame, day: date, half_life_days: float) -> FloatArray:
    renewals = len(evidence.drop_duplicates(["account_id", "renewal"]))
    age = (pd.Timestamp(day) - evidence["as_of"]).dt.days.to_numpy(dtype=float)
    return np.asarray(0.5 ** (age / half_life_days) * renewals / len(evidence))


def _softened(y_true: FloatArray, weight: FloatArray) -> FloatArray:
    """Platt's targets, just inside 0 and 1: what came once in so many rows is not sure to come."""
    count = float((weight * y_true).sum())
    return np.where(y_true > 0, (count + 1) / (count + 2), 1 / (float(weight.sum()) - count + 2))


def _matching_intercept(log_odds: FloatArray, rate: float) -> float:
    """The shift that makes the mean probability the rate, by bisection; 0 where there is no log-odds."""
    if not len(log_odds):
        return 0.0
    low, high = -50.0 - float(log_odds.max()), 50.0 - float(log_odds.min())
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(log_odds + middle).mean() < rate else (low, middle)
    return (low + high) / 2
