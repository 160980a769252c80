"""What one model says of the accounts of the day, with all that a reason may hold them against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from churnml.explain.vs_history import LEVEL
from churnml.explain.vs_peers import Similar
from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.artifact.bundle import Scores
from churnml.learn.models.base import Bag, Model

NOW = 0


@dataclass(frozen=True)
class AccountContext:
    """One model's scores of the accounts, and of the same accounts some days ago (``past``, by days).

    ``similar`` holds what similar accounts show (``similar_past`` what those of the time did), ``silence`` what was not heard from each account. A number whose relative
    difference from another is below ``least_difference`` does not differ from it.
    """

    outcome: str
    features: Sequence[Feature]
    scores: Scores
    similar: Similar
    past: Mapping[int, Scores] = field(default_factory=dict)
    model: Model | Bag | None = None
    least_difference: float = 0.0
    silence: Sequence[str] = ()
    similar_past: Mapping[int, Similar] = field(default_factory=dict)

    @cached_property
    def with_contribution(self) -> list[Feature]:
        """The features that have a contribution, in their order."""
        return [feature for feature in self.features if feature.column in self.scores.contributions]

    @cached_property
    def levels(self) -> list[int]:
        """Which of them belong to the level of use."""
        return [
            position for position, feature in enumerate(self.with_contribution) if feature.concept == LEVEL
        ]

    @cached_property
    def known(self) -> dict[str, Feature]:
        """Every feature that has a value, by its column, building blocks included."""
        return {f.column: f for f in self.features if f.column in self.scores.values}

    @cached_property
    def _numbers(self) -> dict[int, dict[str, FloatArray]]:
        days = {NOW: self.scores, **self.past}
        return {
            ago: {
                f.column: at.values[f.column].to_numpy(dtype=float)
                for f in self.known.values()
                if not f.is_category
            }
            for ago, at in days.items()
        }

    @cached_property
    def _moved_like_peers(self) -> dict[tuple[str, int], FloatArray]:
        return {}

    def numbers(self, feature: Feature, days: int = NOW) -> FloatArray:
        """A feature's values, shape (accounts,), so many days ago; NaN where the account was no customer yet."""
        return self._numbers[days][feature.column]

    def direction(self, feature: Feature) -> int:
        """Which way a higher value leans; none is claimed for a category."""
        return 0 if feature.is_category else feature.direction(self.outcome)

    def moved_like_peers(self, shown: Feature, days: int) -> FloatArray:
        """What each account's value would be today, had it moved since then as similar accounts' did: a season moves everybody."""
        if (shown.column, days) in self._moved_like_peers:
            return self._moved_like_peers[shown.column, days]
        then = self.numbers(shown, days)
        before = self.similar_past.get(days)
        if before is None or shown.column not in before.values or shown.column not in self.similar.values:
            return then
        now, past = self.similar.values[shown.column], before.values[shown.column]
        ratio = np.divide(now, past, out=np.ones(len(then)), where=(now > 0) & (past > 0))
        self._moved_like_peers[shown.column, days] = moved = np.asarray(then * ratio)
        return moved

    def argues(self, feature: Feature, shown: Feature, others: FloatArray, side: FloatArray) -> BoolArray:
        """Where a value clearly differs from the other one to the given side of the outcome (1 towards it, -1 away), and reads so."""
        values, direction = self.numbers(shown), self.direction(feature)
        with np.errstate(invalid="ignore"):
            difference = values - others
            is_clear = np.abs(difference) >= self.least_difference * np.maximum(
                np.abs(values), np.abs(others)
            )
            is_argued = is_clear & (np.sign(difference) * direction == side) & (side != 0)
            # Only what lies close together can read alike; an unknown difference was never equal.
            is_close = is_argued & (np.abs(difference) <= 2 * shown.last_digit)
        for row in np.flatnonzero(is_close):
            is_argued[row] = shown.format(float(values[row])) != shown.format(float(others[row]))
        return np.asarray(is_argued)

    def movers(self, feature: Feature) -> list[Feature]:
        """What may tell a feature's move, the plainest first: its level's own column, then its own."""
        known = (self.known.get(column) for column in (feature.level, feature.column))
        return [shown for shown in known if shown and shown.noun]

    def argues_in_row(self, feature: Feature, shown: Feature, row: int, other: float, side: int) -> bool:
        """Whether one account's value of what is told differs from another one to the side, by the direction that the feature declares."""
        value = float(self.numbers(shown)[row])
        difference = value - other
        if difference != difference or difference * self.direction(feature) * side <= 0:  # noqa: PLR0124 - NaN
            return False
        is_clear = abs(difference) >= self.least_difference * max(abs(value), abs(other))
        return is_clear and (
            abs(difference) > 2 * shown.last_digit or shown.format(value) != shown.format(other)
        )
