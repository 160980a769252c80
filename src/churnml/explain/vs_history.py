"""How much of a level's contribution has arisen since the account's own better days.

A model that knows how much an account uses the product needs not be told that it used more a year ago: the whole contribution falls on the
level. A person wants to know which it is. So the same model is asked about the same accounts some time ago, and what the level's
contribution has gained since then beyond its best is told half as a level (beside similar accounts) and half as a move (beside the account's
own past): the two yardsticks share it evenly, as two players of equal claim would by Shapley's rule. The sum stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from churnml.learn.arrays import FloatArray

LEVEL, MOVE = "adoption", "usage trend"
"""The concept whose contribution is shared, and the concept that tells the move."""
MOVE_SHARE = 0.5


@dataclass(frozen=True)
class RisenContribution:
    """What each level column (in the given order) hands over to the move, and since how many days; 0 days where nothing."""

    contribution: FloatArray
    days: FloatArray


def risen_since(now: FloatArray, past: Mapping[int, FloatArray], columns: Sequence[str]) -> RisenContribution:
    """The part of the level's contribution that has arisen since the best of the earlier days.

    ``now`` and each of ``past`` (by days ago) hold the contributions of ``columns``, shape (accounts, columns), NaN where the account was no
    customer yet.

    >>> risen = risen_since(np.array([[0.9, 0.1]]), {91: np.array([[0.3, 0.1]]), 365: np.array([[-0.2, 0.0]])}, ["a", "b"])
    >>> risen.contribution.round(3).tolist(), risen.days.tolist()
    ([[0.458, 0.042]], [365.0])
    """
    total_now = now.sum(axis=1)
    way = np.sign(total_now)
    shape = (len(now), len(columns))
    best, days, then = np.full(len(now), np.inf), np.zeros(len(now)), np.zeros(shape)
    for ago, contributions in sorted(past.items()):
        level = way * contributions.sum(axis=1)  # NaN is never better
        is_better = level < best
        best, days = np.where(is_better, level, best), np.where(is_better, float(ago), days)
        then = np.where(is_better[:, None], contributions, then)
    gained = np.abs(total_now) - np.maximum(best, 0.0)
    gained = MOVE_SHARE * np.where(np.isfinite(gained), np.maximum(gained, 0.0), 0.0)
    drop = np.maximum(way[:, None] * (now - then), 0.0)
    total = drop.sum(axis=1)
    has_risen = (gained > 0) & (total > 0)
    share = np.divide(drop, total[:, None], out=np.zeros(shape), where=has_risen[:, None])
    return RisenContribution(share * (way * gained)[:, None], np.where(has_risen, days, 0.0))
