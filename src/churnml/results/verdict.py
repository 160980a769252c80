"""``verdicts.json``: whether the backtest proves a signal, and how good it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from churnml.results.stored import LAZY

Grade = Literal["A", "B", "C", "D"]
NO_SIGNAL = "no proven signal"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one outcome; ``roc_auc`` has its interval.

    ``model`` is the candidate judged, to be promoted if proven; None where none was fitted.
    """

    outcome: str
    is_proven: bool
    grade: Grade | None
    model: str | None
    sentence: str
    roc_auc: float | None = None
    low: float | None = None
    high: float | None = None


VERDICTS: TypeAdapter[Mapping[str, Verdict]] = TypeAdapter(Mapping[str, Verdict], config=LAZY)
"""A verdict by outcome."""
