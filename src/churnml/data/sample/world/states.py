"""The slow states behind an account's behaviour. The tables show their effects and never the states."""

from dataclasses import dataclass

import numpy as np

from churnml.data.sample.world import constants
from churnml.data.sample.world.accounts import Founders
from churnml.data.sample.world.calendar import Calendar
from churnml.data.sample.world.rng import Floats, Ints, slow_state, stream


@dataclass(frozen=True)
class States:
    """One row an account and one column a month in every array."""

    vitality: Floats  # how well the product suits them
    breadth: Floats  # how many features they take up
    friction: Floats  # how slowly support helps them
    mood: Floats  # how content they are
    lateness: Floats  # how late they pay
    growth: Floats  # how fast their own business grows
    decline: Floats  # 0 to 1: how far they have drifted away
    champion_left: Ints  # the month in which the heaviest user left (one number an account)
    champion: Floats  # 0 to 1: how much that departure still weighs


def live_through(seed: int, founders: Founders, calendar: Calendar) -> States:
    """The states of every account in every month."""
    shape = (len(founders.start), calendar.months)
    slow = {
        name: slow_state(stream(seed, name), *shape, constants.PERSISTENCE, fixed)
        for name, fixed in constants.FIXED.items()
    }
    first_month = calendar.month_of(founders.start)
    decline = _declines(seed, first_month, calendar.months)
    left = (
        first_month
        + constants.CHAMPION_FIRST
        + _months_until(seed, "champion", len(first_month), constants.CHAMPION_HAZARD)
    )
    since = np.arange(calendar.months) - left[:, None]
    fading = np.clip(1 - (since - constants.CHAMPION_FULL) / constants.CHAMPION_FADE, 0, 1)
    mood = (
        constants.MOOD_FEELING * slow["feeling"]
        + constants.MOOD_VITALITY * slow["vitality"]
        + constants.MOOD_FRICTION * slow["friction"]
        + constants.MOOD_DECLINE * decline
    )
    return States(
        vitality=slow["vitality"], breadth=slow["breadth"], friction=slow["friction"], mood=mood,
        lateness=slow["lateness"], growth=slow["growth"], decline=decline,
        champion_left=left, champion=np.where(since >= 0, fading, 0.0),
    )  # fmt: skip


def _months_until(seed: int, concern: str, accounts: int, hazard: float) -> Ints:
    """How many months pass before something happens that has the same chance every month."""
    return stream(seed, f"{concern} onset").geometric(hazard, size=accounts)


def _declines(seed: int, first_month: Ints, months: int) -> Floats:
    """How far each account has drifted away: begun once, unannounced, deeper for months, seldom healed."""
    begins = (
        first_month
        + constants.DECLINE_FIRST
        + _months_until(seed, "decline", len(first_month), constants.DECLINE_HAZARD)
    )
    rng = stream(seed, "decline course")
    pace = constants.DECLINE_MONTHS * rng.uniform(0.7, 1.4, size=len(first_month))
    heals = rng.random(len(first_month)) < constants.DECLINE_RECOVERS
    since = np.arange(months) - begins[:, None]
    depth = np.clip(since / pace[:, None], 0, 1)
    healing = np.clip(1 - (since - 1.5 * pace[:, None]) / pace[:, None], 0, 1)
    return np.where(heals[:, None], depth * healing, depth)
