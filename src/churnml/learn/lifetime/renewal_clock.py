"""The renewal clock: time counted in renewals, so that the lumps which contracts make lie on whole numbers.

Up to the renewal, time runs from 0 to 1; each further term adds 1. The clock stands still for the grace after
each renewal, or half a short term: whoever leaves within it left at that renewal, as the outcome has it. A rolling account has one
decision a horizon ahead and runs on ordinary days from there.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray
from churnml.params.snapshots import Revenue

DATED, ROLLING = "dated", "rolling"
STEPS = 100
"""Ticks of the clock between two renewals: a leap day does not move a renewal off its whole number."""


@dataclass(frozen=True)
class Clock:
    """The clocks of some accounts: days to the renewal, days of a term beyond it, and whether terms roll."""

    lead_days: FloatArray
    term_days: FloatArray
    is_rolling: NDArray[np.bool_]
    grace_days: int

    @classmethod
    def of(cls, lead_days: pd.Series, term_days: pd.Series, revenue: Revenue) -> Self:
        """The clocks of snapshots whose live term is so long; of unknown length it counts as the lead."""
        lead = np.maximum(lead_days.to_numpy(dtype=float), 1.0)
        term = term_days.to_numpy(dtype=float)
        is_rolling = term < revenue.rolling_below_days
        return cls(lead, np.where(is_rolling | np.isnan(term), lead, term), is_rolling, revenue.grace_days)

    @property
    def strata(self) -> NDArray[np.object_]:
        """The kind of clock: dated or rolling."""
        return np.where(self.is_rolling, ROLLING, DATED).astype(object)

    def time(self, days: FloatArray) -> FloatArray:
        """The time on the clocks (rows) after so many days (columns), in ticks of a hundredth.

        >>> clock = Clock(np.array([90.0]), np.array([365.0]), np.array([False]), 30)
        >>> clock.time(np.array([[45.0, 90.0, 120.0, 455.0]])).tolist()
        [[0.5, 1.0, 1.0, 2.0]]
        """
        lead, term = self.lead_days[:, None], self.term_days[:, None]
        beyond = np.maximum(days - lead, 0.0)
        terms = np.floor((beyond + term / STEPS / 2) / term)  # a day or two early is on time
        still = np.minimum(self.grace_days, term / 2)
        into = np.maximum(beyond - terms * term - still, 0.0) / np.maximum(term - still, 1.0)
        after = np.where(self.is_rolling[:, None], beyond / term, terms + np.minimum(into, 1.0))
        found = np.where(days < lead, days / lead, 1.0 + after)
        return np.asarray(np.round(found * STEPS) / STEPS)
