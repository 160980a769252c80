"""How a book's history is cut, and what counts as an outcome."""

from math import inf
from typing import Literal

from pydantic import Field

from churnml.params.section import Natural, Positive, Section, Share


class Revenue(Section):
    """What counts as churn, contraction and expansion."""

    question: Literal["renewal", "horizon"] = Field(
        default="renewal",
        description="renewal: what comes of each; horizon: who leaves in the next snapshots.rolling_horizon_days, on any plan",
    )
    grace_days: Natural = Field(
        description="a gap of so many days does not break an account; so long an answer may take"
    )
    tolerance: Share = Field(description="ARR that moves by no more than this share is flat")
    min_fixed_term_days: Natural = Field(description="days; shorter terms are rolling: no renewal date")

    @property
    def rolling_below_days(self) -> float:
        """The length in days below which a term rolls: any, where every account is asked about over a horizon.

        >>> Revenue(question="horizon", grace_days=30, tolerance=0.02, min_fixed_term_days=45).rolling_below_days
        inf
        """
        return inf if self.question == "horizon" else self.min_fixed_term_days


class Snapshots(Section):
    """On which days an account is seen before its renewal."""

    lead_days: tuple[Positive, ...] = Field(description="days before a renewal")
    min_history_days: Natural = Field(description="days since the first term, to have a snapshot")
    rolling_horizon_days: Positive = Field(
        description="days over which a rolling account, or any (revenue.question), is asked about"
    )
    rolling_every_days: Positive = Field(description="days between two snapshots of such an account")
