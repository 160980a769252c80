"""Random streams, one a concern, so that adding a concern moves no other number of the book."""

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]


def stream(seed: int, concern: str) -> np.random.Generator:
    """The random stream of one concern.

    >>> bool(stream(7, "usage").random() == stream(7, "usage").random())
    True
    """
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(concern.encode())]))


def slow_state(
    rng: np.random.Generator, accounts: int, months: int, persistence: float, fixed_share: float
) -> Floats:
    """A standard normal state for each account and month: part never changes, the rest drifts slowly."""
    fixed = rng.standard_normal((accounts, 1))
    shocks = rng.standard_normal((accounts, months))
    drift = np.empty((accounts, months))
    drift[:, 0] = shocks[:, 0]
    for month in range(1, months):
        drift[:, month] = persistence * drift[:, month - 1] + np.sqrt(1 - persistence**2) * shocks[:, month]
    return np.asarray(np.sqrt(fixed_share) * fixed + np.sqrt(1 - fixed_share) * drift)


def logistic(x: Floats) -> Floats:
    """The probability that belongs to a log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)), dtype=np.float64)
