"""That an outcome comes more or less often than it did: since when, how often now and before, and what that was in dollars."""

from dataclasses import dataclass

from churnml.results.interval import Interval


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A change of an outcome's level, from ``since`` on (about, to a quarter); ``chance`` is how sure it is that there was one.

    ``before`` and ``after`` are shares of renewals; ``usd`` is the ARR with the outcome since then beyond what the former level would have
    brought, None in a book without prices.
    """

    since: str
    renewals: int
    before: Interval
    after: Interval
    usd: Interval | None
    chance: float
