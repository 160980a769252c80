"""What was known (features) beside what came (outcomes), one row a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.snapshots import KEYS
from churnml.errors import NotEnoughError
from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.memo import Memo
from churnml.params.train import Backtest

OUTCOMES = ("churn", "contraction", "expansion")
"""The outcomes that have a model each."""
SIDES = ("churn", "expansion")
"""Those the list shows; contraction enters the money only."""
RENEWAL = ["account_id", "renewal"]


@dataclass(frozen=True)
class Dataset:
    """Snapshots in a fixed order: their keys, feature rows and outcomes, aligned row by row.

    ``features`` holds building blocks too; ``inputs`` are those a model may see.
    """

    keys: pd.DataFrame
    rows: pd.DataFrame
    outcomes: pd.DataFrame
    features: tuple[Feature, ...]

    @classmethod
    def join(cls, features: pd.DataFrame, outcomes: pd.DataFrame, catalogue: Sequence[Feature]) -> Self:
        """The snapshots that have both features and an outcome row, sorted by their keys.

        Only features of the catalogue that stand in the frame are kept, in the catalogue's order.
        """
        given = tuple(feature for feature in catalogue if feature.column in features)
        columns = [feature.column for feature in given]
        known = outcomes.rename(columns={name: f"_{name}" for name in outcomes if name not in KEYS})
        both = (
            features[[*KEYS, *columns]]
            .merge(known, on=KEYS, validate="one_to_one")
            .sort_values(KEYS, ignore_index=True)
        )
        y_true = both[[name for name in both if str(name).startswith("_")]].rename(
            columns=lambda name: str(name)[1:]
        )
        return cls(both[KEYS], both[columns], y_true, given)

    @property
    def inputs(self) -> tuple[Feature, ...]:
        """The features a model may see."""
        return tuple(feature for feature in self.features if feature.is_input)

    @property
    def accounts(self) -> NDArray[np.object_]:
        """The account of each row: the unit of every resample."""
        return self.keys["account_id"].to_numpy(dtype=object)

    @cached_property
    def memo(self) -> Memo:
        """What was derived from the rows, whatever the outcome."""
        return Memo()

    @cached_property
    def weight(self) -> FloatArray:
        """What each row weighs: its renewal weighs one, shared by all snapshots of it among the rows."""
        return np.asarray(1.0 / self.keys.groupby(RENEWAL)["as_of"].transform("size").to_numpy(dtype=float))

    def is_outcome(self, outcome: str) -> BoolArray:
        """Whether each row ended in that outcome."""
        return (self.outcomes["outcome"] == outcome).to_numpy(dtype=bool)

    def ripe(self, by: date) -> Self:
        """The rows whose outcome was known by a day: the only ones a model of that day may learn from."""
        ripe_on = pd.to_datetime(self.outcomes["ripe_on"])
        return self.where(
            self.outcomes["is_ripe"].to_numpy(dtype=bool) & (ripe_on < pd.Timestamp(by)).to_numpy()
        )

    def settled(self) -> Self:
        """The rows whose outcome is known at all."""
        return self.where(self.outcomes["is_ripe"].to_numpy(dtype=bool))

    def between(self, start: date, end: date) -> Self:
        """The rows looked at in ``[start, end)``."""
        as_of = self.keys["as_of"]
        return self.where(((as_of >= pd.Timestamp(start)) & (as_of < pd.Timestamp(end))).to_numpy())

    def renewals(self, chosen: BoolArray | None = None) -> int:
        """How many renewals the rows (or the chosen ones) look at; several snapshots of one count once."""
        keys = self.keys if chosen is None else self.keys[chosen]
        return len(keys.drop_duplicates(RENEWAL))

    def lacks(self, outcome: str, least: Backtest) -> str | None:
        """What these ripe rows lack for a model of the outcome, in words; None where there is enough."""
        total = self.renewals()
        is_outcome = self.is_outcome(outcome)
        y_true, stayed = self.renewals(is_outcome), self.renewals(~is_outcome)
        if not total:
            return "no renewal is ripe: no outcome is known yet"
        if not y_true or not stayed:
            return f"all {total} ripe renewals have one outcome: {'' if y_true else 'no '}{outcome}"
        if total < least.min_ripe:
            return f"{total} ripe renewals, fewer than {least.min_ripe} (train.backtest.min_ripe)"
        if min(y_true, stayed) < least.min_each_class:
            return (
                f"{y_true} ripe renewals with {outcome} and {stayed} without; each needs "
                f"{least.min_each_class} (train.backtest.min_each_class)"
            )
        return None

    def lacking(self, outcome: str, least: Backtest) -> NotEnoughError | None:
        """The error that says what is missing and what happens then; None where there is enough."""
        lack = self.lacks(outcome, least)
        return (
            NotEnoughError(
                f"no {outcome} model can be learned: {lack}. The rules list is still written; "
                "bring more history (ended contracts) for a model."
            )
            if lack
            else None
        )

    def where(self, chosen: BoolArray) -> Self:
        """Some of the rows."""
        keys, rows, outcomes = (
            frame[chosen].reset_index(drop=True) for frame in (self.keys, self.rows, self.outcomes)
        )
        return replace(self, keys=keys, rows=rows, outcomes=outcomes)
