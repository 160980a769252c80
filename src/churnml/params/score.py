"""How the list is made, and who may grow."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from churnml.params.section import Part, Positive, Section, Share

Level = Annotated[float, Field(gt=0)]
Points = Annotated[float, Field(ge=0, le=100)]


class Bands(Section):
    """From which multiple of the base rate an account's risk is high, or elevated, and how long a reading is remembered (0: not)."""

    high: Annotated[float, Field(gt=0)]
    elevated: Annotated[float, Field(gt=0)]
    memory_days: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _is_in_order(self) -> "Bands":
        if self.high <= self.elevated:
            raise ValueError(f"high ({self.high:g}) must be above elevated ({self.elevated:g})")
        return self


class Record(Section):
    """How many earlier lists are held against what came of them, one a month, and how sure an interval is."""

    lists: Positive
    confidence: Part


class Score(Section):
    """Which day the current book is scored on, how the list is cut, and what it is compared with.

    Where there is no earlier list, the day ``look_back_days`` before is looked at with today's models (0: it is not).
    """

    as_of: date | Literal["latest"]
    capacity_share: Share
    bands: Bands
    reasons_for: Positive
    reasons_against: Annotated[int, Field(ge=0)]
    reason_least_share: Share
    reason_least_difference: Share
    reason_least_distance: Share = 0.0
    past_days: tuple[Positive, ...] = ()
    interval: Annotated[float, Field(gt=0, lt=1)]
    csm_capacity: Positive | None = None
    thin_days: Annotated[int, Field(ge=0)] = 0
    look_back_days: Annotated[int, Field(ge=0)] = 0
    record: Record | None = None
    timeline_weeks: Positive = 78


class Growth(Section):
    """From where on a fact is a sign of growth, an offer, a reason to ask a favour, or a sign of idleness."""

    seats_near: Level
    breadth_by: Positive
    rising_from: Annotated[float, Field(gt=1)]
    healthy_from: Points
    least_signs: Positive
    near_renewal_days: Annotated[int, Field(ge=0)]
    waited_for_days: Annotated[int, Field(ge=0)]
    least_peers: Positive
    product_share: Part
    beside_share: Part
    advocate_health: Points
    reference_health: Points
    reference_years: Annotated[float, Field(ge=0)]
    nps_within_days: Positive
    csat_from: Level
    csat_most: Level
    idle_share: Part
    feature_share: Part
    left_after_days: Annotated[int, Field(ge=0)]
    features_named: Positive

    @model_validator(mode="after")
    def _is_in_order(self) -> "Growth":
        pairs = (
            ("csat_from", "csat_most"),
            ("advocate_health", "reference_health"),
        )
        wrong = [f"{low} is above {high}" for low, high in pairs if getattr(self, low) > getattr(self, high)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self
