"""How a book's history is cut, and what counts as an outcome."""

from typing import Annotated

from pydantic import Field

from churnml.params.section import Positive, Section, Share


class Revenue(Section):
    """What counts as churn, contraction and expansion."""

    grace_days: Annotated[int, Field(ge=0)]
    tolerance: Share
    rolling_below_days: Annotated[int, Field(ge=0)]


class Snapshots(Section):
    """On which days we look at an account before its renewal."""

    lead_days: tuple[Positive, ...]
    min_history_days: Annotated[int, Field(ge=0)]
    rolling_horizon_days: Positive
    rolling_every_days: Positive
