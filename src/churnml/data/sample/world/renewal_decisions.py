"""How a renewal is decided: what drives it, the chance of each outcome, and the draw."""

from dataclasses import dataclass

import numpy as np

from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import Flags, Floats, Ints, logistic

OUTCOMES = ("churn", "contraction", "expansion", "flat")
CHURN, CONTRACTION, EXPANSION, FLAT = range(4)


@dataclass(frozen=True)
class Situation:
    """What a decision looks at, one entry an account due: states as remembered over the past half year."""

    utilisation: Floats
    decline: Floats
    friction: Floats
    mood: Floats
    lateness: Floats
    champion: Floats
    breadth: Floats
    growth: Floats
    segment: Ints
    tenure_months: Floats
    is_stalled: Flags
    is_price_rise: Flags
    has_complained: Flags
    is_rolling: Flags

    @property
    def adoption(self) -> Floats:
        """Utilisation in spreads from its mean; within limits, since nobody leaves twice."""
        return np.clip((self.utilisation - constants.ADOPTION_MEAN) / constants.ADOPTION_SPREAD, -2.5, 2.0)


def churn_drives(now: Situation) -> dict[str, Floats]:
    """What each driver adds to the log-odds of leaving, by driver."""
    stall = now.is_stalled * np.exp(-np.maximum(now.tenure_months - 12, 0) / constants.STALL_FADE)
    levels = {
        "adoption": -np.minimum(now.adoption, constants.ADOPTION_ENOUGH),
        "decline": now.decline,
        "onboarding": stall,
        "champion": now.champion,
        "support": np.maximum(now.friction - constants.FRICTION_MATTERS, 0),
        "sentiment": -now.mood,
        "payment": np.maximum(now.lateness - constants.LATE_MATTERS, 0),
        "price": now.is_price_rise * (1 + constants.PRICE_HURTS * np.maximum(-now.adoption, 0)),
        "tenure": np.exp(-np.maximum(now.tenure_months - 12, 0) / 12),
        "voice": now.has_complained.astype(float),
    }
    return {name: weight * levels[name] for name, weight in constants.CHURN.items()}


def chances(now: Situation, drives: dict[str, Floats]) -> Floats:
    """The true probability of each outcome, a column each in the order of OUTCOMES; rows sum to one."""
    churn = logistic(constants.CHURN_BASE + _total(drives) + constants.ROLLING_CHURN * now.is_rolling)
    moves = np.where(now.is_rolling, constants.ROLLING_MOVE, 0.0)
    crowded = np.maximum(now.adoption - constants.CROWDED, 0) * (1 + 0.3 * np.tanh(now.growth))
    up = np.exp(constants.EXPANSION_BASE + moves + _weighted_drivers(constants.EXPANSION, now, crowded))
    down = np.exp(
        constants.CONTRACTION_BASE + moves + _weighted_drivers(constants.CONTRACTION, now, now.adoption)
    )
    stays = (1 - churn) / (1 + up + down)
    return np.column_stack([churn, stays * down, stays * up, stays])


def draw(rng: np.random.Generator, probability: Floats) -> Ints:
    """One outcome for each row of probabilities."""
    outcome: Ints = (rng.random(len(probability))[:, None] > np.cumsum(probability, axis=1)[:, :-1]).sum(
        axis=1
    )
    return outcome


def _weighted_drivers(weights: dict[str, float], now: Situation, adoption: Floats) -> Floats:
    levels = {
        "adoption": adoption,
        "decline": now.decline,
        "breadth": now.breadth,
        "growth": now.growth,
        "segment": now.segment.astype(float),
        "price": now.is_price_rise.astype(float),
    }
    return _total({name: weight * levels[name] for name, weight in weights.items()})


def _total(parts: dict[str, Floats]) -> Floats:
    return np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float64)
