"""Who uses the product in a made-up big book, and what they do: accounts of all sizes, their users, their sessions."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1)
FEATURES, SESSION, WEEKEND_SHARE, LATEST = 30, 2.5, 0.2, 20
YEAR = 365


@dataclass(frozen=True)
class Design:
    """What a big book is made from; the same design gives the same book.

    About ``events`` usage rows over ``days`` from ``first_day``; ``late_share`` of them become known 1 to 20 days late.
    """

    events: int
    accounts: int = 20_000
    days: int = 1096
    late_share: float = 0.0
    seed: int = 1
    first_day: str = "2023-01-01"

    @property
    def first(self) -> int:
        """The first day, in days since 1970-01-01."""
        return (date.fromisoformat(self.first_day) - EPOCH).days

    @property
    def last(self) -> int:
        """The day after the last one, in days since 1970-01-01."""
        return self.first + self.days

    @property
    def name(self) -> str:
        """A folder's name for the book.

        >>> Design(50_000_000).name
        '50m-20000-1096d'
        """
        late = f"-late{self.late_share:g}" if self.late_share else ""
        return f"{self.events / 1e6:g}m-{self.accounts}-{self.days}d{late}"


def as_date(day: int) -> date:
    """The date of a day since 1970-01-01."""
    return EPOCH + timedelta(days=int(day))


@dataclass(frozen=True)
class Users:
    """One entry a user, in the order of (account_id, user_id): account, events a weekday, and the days it is there, ``[start, end)``."""

    account: Ints
    rate: Floats
    start: Ints
    end: Ints
    account_start: Ints

    def expected(self, first: int, last: int) -> Floats:
        """Events each user would make in ``[first, last)``, were every day a weekday."""
        days: Ints = np.minimum(self.end, last) - np.maximum(self.start, first)
        return np.maximum(days, 0) * self.rate


def populate(design: Design) -> Users:
    """The users of a design: lognormal accounts of 5 to 200 users, Zipf within an account; some join later, some leave.

    They live on for a year after the book's last day, so that days can be added to it.
    """
    rng = np.random.default_rng(design.seed)
    n, end_of_days = design.accounts, design.last + YEAR
    size = rng.lognormal(0, 1.2, n)
    start = np.where(rng.random(n) < 0.6, design.first, rng.integers(design.first, end_of_days, n))
    end = np.where(rng.random(n) < 0.2, rng.integers(start, end_of_days), end_of_days)
    users = np.clip(np.rint(20 * size**0.8), 5, 200).astype(np.int64)
    account = np.repeat(np.arange(n), users)
    rank = np.arange(len(account)) - np.repeat(np.cumsum(users) - users, users) + 1
    rate = (size / np.bincount(account, 1 / rank))[account] / rank
    joined = np.where(
        rng.random(len(account)) < 0.6, start[account], rng.integers(start[account], end_of_days)
    )
    left = np.where(rng.random(len(account)) < 0.3, rng.integers(joined, end_of_days), end_of_days)
    there = Users(account, rate, joined, np.minimum(left, end[account]), start)
    weekdays = 1 - 2 / 7 * (1 - WEEKEND_SHARE)
    total = there.expected(design.first, design.last).sum() * weekdays
    return Users(account, rate * design.events / total, joined, there.end, start)


@dataclass(frozen=True)
class Rows:
    """Usage rows; ``account`` and ``user`` are places in ``Users``, not codes, ``user`` -1 and ``feature`` 0 where none is told.

    ``day`` since 1970-01-01, ``minute`` of the day, ``lag`` in days, ``units`` in ten-thousandths.
    """

    account: Ints
    user: Ints
    feature: Ints
    day: Ints
    minute: Ints
    lag: Ints
    units: Ints

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """The rows of several parts."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def __getitem__(self, chosen: Ints) -> Self:
        return type(self)(*(getattr(self, f.name)[chosen] for f in fields(self)))


def draw(design: Design, users: Users, first: int, last: int) -> Rows:
    """Usage of days ``[first, last)``: sessions on weekdays, mostly, each of some events of one user on one day."""
    rng = np.random.default_rng([design.seed, first, last])
    user = np.repeat(np.arange(len(users.account)), rng.poisson(users.expected(first, last) / SESSION))
    begin, end = np.maximum(users.start[user], first), np.minimum(users.end[user], last)
    day = begin + (rng.random(len(user)) * (end - begin)).astype(np.int64)
    works = ((day + 3) % 7 < 5) | (rng.random(len(day)) < WEEKEND_SHARE)  # day 0 was a Thursday
    events = rng.geometric(1 / SESSION, works.sum())
    user, day = np.repeat(user[works], events), np.repeat(day[works], events)
    n = len(user)
    zipf = np.cumsum(1 / np.arange(1, FEATURES + 1))
    feature = np.searchsorted(zipf, rng.random(n) * zipf[-1]) + 1
    arr = np.where(rng.random(n) < 0.7, 1, rng.integers(2, 21, n)) * 10_000
    return Rows(
        account=users.account[user],
        user=np.where(rng.random(n) < 0.02, -1, user),
        feature=np.where(rng.random(n) < 0.01, 0, feature),
        day=day,
        minute=rng.integers(7 * 60, 20 * 60, n),
        lag=np.where(rng.random(n) < design.late_share, rng.integers(1, LATEST + 1, n), 0),
        units=np.where(rng.random(n) < 0.1, rng.integers(1, 100_000, n), arr),
    )
