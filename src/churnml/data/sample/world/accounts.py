"""Who the accounts are: what is true of each from the day it signs and never changes by itself."""

from dataclasses import dataclass

import numpy as np

from churnml.data.sample.world import constants
from churnml.data.sample.world.calendar import Calendar
from churnml.data.sample.world.rng import Flags, Floats, Ints, stream


@dataclass(frozen=True)
class Founders:
    """One entry an account in every array; ``rhythm``, ``segment``, ``plan`` and others index constants.py."""

    account_id: list[str]
    start: Ints
    rhythm: Ints
    segment: Ints
    seats: Ints
    plan: Ints
    price: Floats
    extras: Ints
    is_stalled: Flags
    industry: Ints
    region: Ints

    @property
    def is_rolling(self) -> Flags:
        """Whether the account is on monthly terms."""
        return np.asarray(self.rhythm == constants.ROLLING)


def draw_founders(seed: int, accounts: int, calendar: Calendar) -> Founders:
    """The accounts that ever sign, with their first contract's terms."""
    rng = stream(seed, "founding")
    rhythm = rng.choice(len(constants.RHYTHMS), accounts, p=constants.RHYTHM_SHARES)
    segment = rng.choice(len(constants.SEGMENTS), accounts, p=constants.SEGMENT_SHARES)
    spread = np.exp(constants.SEATS_SPREAD * rng.standard_normal(accounts))
    seats = np.clip(np.rint(np.array(constants.SEGMENT_SEATS)[segment] * spread), 1, constants.SEATS_MOST)
    plan = _by_segment(rng, constants.PLAN_SHARES, segment)
    list_price = np.array(constants.PLAN_PRICES)[plan]
    return Founders(
        account_id=_account_ids(rng, accounts),
        start=_start_days(rng, rhythm, calendar),
        rhythm=rhythm,
        segment=segment,
        seats=seats.astype(np.int64),
        plan=plan,
        price=np.round(list_price * np.exp(constants.PRICE_SPREAD * rng.standard_normal(accounts)), 2),
        extras=_by_segment(rng, constants.EXTRAS, segment),
        is_stalled=rng.random(accounts) < constants.STALLED,
        industry=rng.integers(len(constants.INDUSTRIES), size=accounts),
        region=rng.choice(len(constants.REGIONS), accounts, p=constants.REGION_SHARES),
    )


def _account_ids(rng: np.random.Generator, accounts: int) -> list[str]:
    """Seven digits with leading zeros: text that a careless reader turns into numbers."""
    numbers = 1000 + np.cumsum(rng.integers(1, 9, size=accounts))
    return [f"{number:07d}" for number in numbers]


def _start_days(rng: np.random.Generator, rhythm: Ints, calendar: Calendar) -> Ints:
    """Accounts on terms may have signed in the year before the book opens; none is due before it opens."""
    new = rng.integers(calendar.first_day, calendar.last_day - constants.LAST_SIGNING, size=len(rhythm))
    old = rng.integers(calendar.first_day - 360, calendar.first_day, size=len(rhythm))
    is_old = (rng.random(len(rhythm)) < constants.OPENING_SHARE) & (rhythm != constants.ROLLING)
    return np.where(is_old, old, new)


def _by_segment(rng: np.random.Generator, shares: tuple[tuple[float, ...], ...], segment: Ints) -> Ints:
    cumulative = np.cumsum(np.array(shares), axis=1)[segment]
    drawn: Ints = (rng.random(len(segment))[:, None] > cumulative).sum(axis=1)
    return drawn
