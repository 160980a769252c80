"""The fitted health score: the components of the rules score, weighed by what past renewals showed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.log_odds import Bound, fit_bounded
from churnml.learn.models.base import Training
from churnml.learn.models.rules.points import FULL, part_scores, weighted
from churnml.learn.models.rules.rules import Rules, is_good, spoken
from churnml.params.health import Health
from churnml.params.train import Train

ROUNDS = 3
"""How often unknown components are filled anew with the score they make; the weights then move no more."""
DIGITS = 6
LEAST_SLOPE = 1.0
"""In log-odds from health 0 to 100: what the current score is taken to be worth where the past shows less, so that
with few renewals the weights stay the rules' and do not follow chance."""


@dataclass(frozen=True)
class HealthFitted(Rules):
    """The same score on the same components as the rules, with weights that were learned and sum to 100."""

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The weights that tell past outcomes apart, and one slope on the score they make."""
        parts = spoken(training.features, health)
        scores = part_scores(training.rows, parts)
        current = [part.weight for part in parts]
        weights = learned_weights(scores, training.is_outcome, current, health.alpha, is_good(outcome))
        weighed = [replace(part, weight=weight) for part, weight in zip(parts, weights.tolist(), strict=True)]
        return cls.sloped(training, weighed, outcome)


def current_weights(scores: FloatArray, current: Sequence[float]) -> FloatArray:
    """The components' weights brought to a sum of 100 over those that are known in any row; 0 for the others."""
    weight = np.where(np.isfinite(scores).any(axis=0), np.asarray(current, dtype=float), 0.0)
    return np.asarray(FULL * weight / weight.sum()) if weight.any() else weight


def learned_weights(
    scores: FloatArray, is_outcome: BoolArray, current: Sequence[float], ridge: float, is_good: bool,
    start: FloatArray | None = None, rounds: int = ROUNDS, counts: FloatArray | float = 1.0,
) -> FloatArray:  # fmt: skip
    """What each component weighs, at least 0 and 100 in sum, if past outcomes say it.

    A logistic regression on the component scores, held to one sign, so that no part of health ever counts against
    it. The ridge pulls towards the current weights, not towards zero: with few renewals the rules stand. An unknown
    component counts as the score of the others, which is what handing its share to them means; as that score hangs
    on the weights, it is filled ``rounds`` times, first by the weights ``start`` (or the current). A row counts ``counts`` times. A component that is nowhere known weighs 0; where no outcome speaks
    for any weight, the current ones stay.
    """
    rules = current_weights(scores, current) / FULL
    is_used, is_judged = rules > 0, np.isfinite(scores).any(axis=1)
    if not is_judged.any():
        return rules * FULL
    counts = counts[is_judged] if isinstance(counts, np.ndarray) else counts
    points, prior = scores[is_judged][:, is_used] / FULL, rules[is_used]
    target = is_outcome[is_judged].astype(float)
    weights = prior if start is None else start[is_used] / FULL
    for _ in range(rounds):
        filled = np.where(np.isnan(points), _known_score(points, weights, prior)[:, None], points)
        pull = np.abs(_coefficients(filled, target, prior, ridge, is_good, counts))
        weights = pull / pull.sum() if pull.sum() > 0 else prior
    rules[is_used] = weights
    return np.asarray((FULL * rules).round(DIGITS))


def _coefficients(
    filled: FloatArray,
    target: FloatArray,
    prior: FloatArray,
    ridge: float,
    is_good: bool,
    counts: FloatArray | float,
) -> FloatArray:
    """A coefficient a component, of one sign: its part of the slope of the current score, and a penalised change.

    The current score at its slope enters as a column whose coefficient is held at 1.
    """
    bound: Bound = (0.0, None) if is_good else (None, 0.0)
    base, found = fit_bounded((filled @ prior)[:, None], target, 0.0, [bound], counts)
    slope = abs(found[0])
    given = (1.0 if is_good else -1.0) * max(slope, LEAST_SLOPE) * prior
    changes: list[Bound] = [(-now, None) if is_good else (None, -now) for now in given.tolist()]
    design = np.column_stack([filled @ given, filled])
    start = base, np.r_[1.0, np.zeros(len(given))]  # the current score at its slope, unchanged
    bounds = [(1.0, 1.0), *changes]
    return np.asarray(given + fit_bounded(design, target, ridge, bounds, counts, start)[1][1:])


def _known_score(points: FloatArray, weights: FloatArray, prior: FloatArray) -> FloatArray:
    """Each row's score; where only components without weight are known, by the rules' weights."""
    score = weighted(points, weights.tolist())
    return np.where(np.isnan(score), weighted(points, prior.tolist()), score)
