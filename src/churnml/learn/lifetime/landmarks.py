"""Past looks at accounts with how long each was followed, as they stood on a day and no later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import BoolArray
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.lifetime.renewal_clock import Clock
from churnml.learn.models.survival.cox import Lives
from churnml.params.snapshots import Revenue

TERM = "term_days"


@dataclass(frozen=True)
class Landmarks:
    """Feature rows of snapshots, their keys and clocks, and how long each life was known to last."""

    keys: pd.DataFrame
    rows: pd.DataFrame
    clock: Clock
    lives: Lives

    @classmethod
    def by(cls, dataset: Dataset, day: date, leads: Sequence[int], revenue: Revenue) -> Self:
        """The landmarks as a day knew them, at the leads that the model is fitted on; rolling accounts at all of theirs.

        An account has left only if the grace after its last day had passed; every other is followed to the
        day less the grace, or to an earlier renewal whose decision the day did not know.
        """
        clock = clock_of(dataset, revenue)
        until, has_left = _followed(dataset, pd.Timestamp(day), revenue.grace_days)
        days = (until - dataset.keys["as_of"]).dt.days.to_numpy(dtype=float)
        is_used = (days > 0) & (clock.is_rolling | np.isin(dataset.keys["lead_days"], leads))
        return cls._of(dataset, clock, days, has_left, is_used)

    @classmethod
    def _of(
        cls, dataset: Dataset, clock: Clock, days: np.ndarray, has_left: BoolArray, is_used: BoolArray
    ) -> Self:
        kept = Clock(
            clock.lead_days[is_used], clock.term_days[is_used], clock.is_rolling[is_used], clock.grace_days
        )
        ticks = np.maximum(kept.time(days[is_used, None])[:, 0], 0.01)
        lives = Lives(ticks, has_left[is_used], kept.strata)
        keys, rows = (frame[is_used].reset_index(drop=True) for frame in (dataset.keys, dataset.rows))
        return cls(keys, rows, kept, lives)

    @property
    def is_decided(self) -> BoolArray:
        """Whether each was followed past its first renewal, or left before."""
        return self.lives.has_left | (self.lives.time > 1.0)

    @property
    def left_first(self) -> BoolArray:
        """Whether each left by its first renewal."""
        return self.lives.has_left & (self.lives.time <= 1.0)


def clock_of(dataset: Dataset, revenue: Revenue) -> Clock:
    """The renewal clocks of the dataset's snapshots."""
    unknown = pd.Series(np.nan, index=dataset.keys.index)
    return Clock.of(dataset.keys["lead_days"], dataset.rows.get(TERM, unknown), revenue)


def _followed(dataset: Dataset, day: pd.Timestamp, grace_days: int) -> tuple[pd.Series, BoolArray]:
    """The last day each account was followed, as a day knew it, and whether it had left by then."""
    grace = pd.Timedelta(days=grace_days)
    left_on = pd.to_datetime(dataset.outcomes["left_on"])
    undecided = _undecided(dataset, day)
    has_left = (left_on + grace < day) & ~(left_on > undecided)
    latest = day - grace
    until = left_on.where(has_left, undecided.where(undecided < latest, latest))
    return until, has_left.to_numpy(dtype=bool)


def _undecided(dataset: Dataset, day: pd.Timestamp) -> pd.Series:
    """Each row's first renewal from then on, past on that day, whose decision was recorded only later; mostly none."""
    ripe_on, renewal = (
        pd.to_datetime(frame[name])
        for frame, name in ((dataset.outcomes, "ripe_on"), (dataset.keys, "renewal"))
    )
    is_open = (renewal < day) & (ripe_on >= day)
    found = dataset.keys.loc[is_open, RENEWAL].drop_duplicates().sort_values(["renewal", "account_id"])
    asked = dataset.keys[["account_id", "as_of"]].rename_axis("row").reset_index().sort_values("as_of")
    met = pd.merge_asof(
        asked, found.rename(columns={"renewal": "undecided"}).sort_values("undecided"),
        left_on="as_of", right_on="undecided", by="account_id", direction="forward",
    )  # fmt: skip
    return met.set_index("row")["undecided"].reindex(dataset.keys.index)
