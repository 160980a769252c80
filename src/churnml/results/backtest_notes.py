"""What the backtest's table says beside its rows, in the ``attrs`` that Parquet stores with it."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from churnml.results.stored import NOT_ENOUGH

TUNED = "tuned"


class HasAttrs(Protocol):
    """A table with room for notes."""

    @property
    def attrs(self) -> MutableMapping[Any, Any]:
        """The notes."""


@dataclass(frozen=True, slots=True)
class BacktestNotes:
    """By outcome, why it has no rows, and the settings that trials found, by cutoff."""

    lacking: Mapping[str, str]
    tuned: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, predictions: HasAttrs) -> Self:
        """The notes of a table; none where it has none."""
        return cls(predictions.attrs.get(NOT_ENOUGH, {}), predictions.attrs.get(TUNED, {}))

    def put(self, predictions: HasAttrs) -> None:
        """Writes the notes on a table."""
        predictions.attrs.update({NOT_ENOUGH: self.lacking, TUNED: self.tuned})
