"""How much of a level's pull has arisen since the account's own better days.

A model that knows how much an account uses the product needs not be told that it used more a year ago: the whole pull falls on the
level. A person wants to know which it is. So the same model is asked about the same accounts some time ago, and what the level's
pull has gained since then beyond its best is told half as a level (beside similar accounts) and half as a move (beside the account's
own past): the two yardsticks share it evenly, as two players of equal claim would by Shapley's rule. The sum stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from churnml.learn.arrays import FloatArray

LEVEL, MOVE = "adoption", "usage trend"
"""The concept whose pull is shared, and the concept that tells the move."""
PART = 0.5


@dataclass(frozen=True)
class Arisen:
    """What each level column (in the given order) hands over to the move, and since how many days; 0 days where nothing."""

    pull: FloatArray
    days: FloatArray


def arisen(now: FloatArray, past: Mapping[int, FloatArray], columns: Sequence[str]) -> Arisen:
    """The part of the level's pull that has arisen since the best of the earlier days.

    ``now`` and each of ``past`` (by days ago) hold the pulls of ``columns``, an account a row, NaN where the account was no
    customer yet.

    >>> found = arisen(np.array([[0.9, 0.1]]), {91: np.array([[0.3, 0.1]]), 365: np.array([[-0.2, 0.0]])}, ["a", "b"])
    >>> found.pull.round(3).tolist(), found.days.tolist()
    ([[0.458, 0.042]], [365.0])
    """
    whole = now.sum(axis=1)
    way = np.sign(whole)
    shape = (len(now), len(columns))
    best, days, then = np.full(len(now), np.inf), np.zeros(len(now)), np.zeros(shape)
    for ago, pulls in sorted(past.items()):
        level = way * pulls.sum(axis=1)  # NaN is never better
        is_better = level < best
        best, days = np.where(is_better, level, best), np.where(is_better, float(ago), days)
        then = np.where(is_better[:, None], pulls, then)
    gained = np.abs(whole) - np.maximum(best, 0.0)
    gained = PART * np.where(np.isfinite(gained), np.maximum(gained, 0.0), 0.0)
    drop = np.maximum(way[:, None] * (now - then), 0.0)
    total = drop.sum(axis=1)
    has_risen = (gained > 0) & (total > 0)
    share = np.divide(drop, total[:, None], out=np.zeros(shape), where=has_risen[:, None])
    return Arisen(share * (way * gained)[:, None], np.where(has_risen, days, 0.0))
