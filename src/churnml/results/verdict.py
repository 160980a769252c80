"""``verdicts.json``: whether the backtest proves a signal, and how good it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter

from churnml.results.interval import Interval
from churnml.results.level_change import LevelChange
from churnml.results.stored import LAZY, LEFT_OUT

Grade = Literal["A", "B", "C", "D"]
NO_SIGNAL = "no proven signal"


RULES = "rules"
"""The candidate whose order is the rules health score's: it needs no bundle."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What orders one outcome's side of the list, and the pairs it ordered right in the backtest."""

    model: str
    roc_auc: Interval

    @property
    def words(self) -> str:
        """Of 100 pairs how many came out right.

        >>> Ranking("logistic", Interval(0.563, 0.51, 0.608)).words
        '56 of 100 pairs right in the backtest (interval 51 to 61)'
        """
        value, low, high = (
            f"{100 * (end or 0):.0f}" for end in (self.roc_auc.value, self.roc_auc.low, self.roc_auc.high)
        )
        return f"{value} of 100 pairs right in the backtest (interval {low} to {high})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one outcome; ``roc_auc`` has its interval.

    ``model`` is the candidate judged, to be promoted if proven; None where none was fitted. ``ranking`` is what orders: the
    model judged, or the rules where leakage is suspected; None where nothing was measured, and the rules order unmeasured.
    """

    outcome: str
    is_proven: bool
    grade: Grade | None
    model: str | None
    sentence: str
    roc_auc: float | None = None
    low: float | None = None
    high: float | None = None
    ranking: Ranking | None = None
    level_change: LevelChange | None = field(default=None, metadata=LEFT_OUT)

    @property
    def orders_by_model(self) -> bool:
        """Whether a trained model puts the accounts in order, proven or not."""
        return self.is_proven or (self.ranking is not None and self.ranking.model != RULES)


VERDICTS: TypeAdapter[Mapping[str, Verdict]] = TypeAdapter(Mapping[str, Verdict], config=LAZY)
"""A verdict by outcome."""
