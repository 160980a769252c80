"""How a book's history is cut, and what counts as an outcome."""

from pydantic import Field

from churnml.params.section import Natural, Positive, Section, Share


class Revenue(Section):
    """What counts as churn, contraction and expansion."""

    grace_days: Natural = Field(
        description="a gap of so many days does not break an account; so long an answer may take"
    )
    tolerance: Share = Field(description="ARR that moves by no more than this share is flat")
    min_fixed_term_days: Natural = Field(description="days; shorter terms are rolling: no renewal date")


class Snapshots(Section):
    """On which days an account is seen before its renewal."""

    lead_days: tuple[Positive, ...] = Field(description="days before a renewal")
    min_history_days: Natural = Field(description="days since the first term, to have a snapshot")
    rolling_horizon_days: Positive = Field(description="days until a rolling account's assumed renewal")
    rolling_every_days: Positive = Field(description="days between two snapshots of a rolling account")
